"""What a browser's session remembers: its orders, the gift redeemed last, and the readers that a mailed link let in."""

from uuid import UUID

from django.http import HttpRequest

from foundation import clock
from foundation.actors import ANONYMOUS, Actor
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from web.sign_in_link import fingerprint

# Whatever is clicked in between: 12 hours after the link, the reader asks for a new one. Real time, in seconds.
SIGNED_IN_FOR = 12 * 60 * 60
_MOST_ORDERS = 20
_ORDERS, _REDEEMED, _SIGNED_IN = "reader_orders", "reader_redeemed", "reader_signed_in"


def remember_order(request: HttpRequest, number: str) -> None:
    others = [known for known in request.session.get(_ORDERS, []) if known != number]
    request.session[_ORDERS] = [*others, number][-_MOST_ORDERS:]


def ordered_here(request: HttpRequest, number: str) -> bool:
    return number in request.session.get(_ORDERS, [])


def remember_redeemed(request: HttpRequest, line_uuid: UUID) -> None:
    request.session[_REDEEMED] = str(line_uuid)


def redeemed_here(request: HttpRequest) -> str | None:
    """The gift that was redeemed here last."""
    line_uuid: str | None = request.session.get(_REDEEMED)
    return line_uuid


def sign_in(request: HttpRequest, reader: Reader) -> None:
    """Let in everyone who is on file under the mail address of `reader`: couples share one."""
    # A new key, so that nobody who planted the old one is signed in as well.
    request.session.cycle_key()
    request.session[_SIGNED_IN] = {
        "reader": reader.pk,
        "email": fingerprint(reader.email),
        "at": int(clock.real_now().timestamp()),
    }


def sign_out(request: HttpRequest) -> None:
    """Forget orders and gifts, too: the next person at this computer is to find nothing."""
    for key in (_SIGNED_IN, _ORDERS, _REDEEMED):
        request.session.pop(key, None)
    request.session.cycle_key()


def readers(request: HttpRequest) -> list[Reader]:
    """Who is signed in, as of now: a mail address that was changed, or a merge, counts at once. Empty for nobody."""
    kept = request.session.get(_SIGNED_IN)
    if not kept or clock.real_now().timestamp() - kept["at"] >= SIGNED_IN_FOR:
        return []
    return readers_behind(reader_id=kept["reader"], email_fingerprint=kept["email"])


def readers_behind(*, reader_id: int, email_fingerprint: str) -> list[Reader]:
    """Everyone under the mail address for which a link or session was made; empty when the address is another now."""
    reader = Reader.objects.filter(pk=reader_id).select_related("merged_into").first()
    if reader is None or not reader.email or fingerprint(reader.email) != email_fingerprint:
        return []
    return list(people.readers_with_email(reader.email))


def actor(request: HttpRequest) -> Actor:
    signed_in = readers(request)
    return Actor("reader", str(signed_in[0].pk)) if signed_in else ANONYMOUS
