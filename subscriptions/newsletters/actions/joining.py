"""Joining a newsletter takes two steps, so that nobody is enrolled by somebody else; leaving takes one."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from foundation import actors
from foundation.audit import actions as audit
from foundation.errors import Invalid, NotFound
from foundation.mail.actions import LinkIsOver, make_link, open_link, queue_mail, use_link
from foundation.mail.models import MailLink
from subscriptions.newsletters.models import Enrolment, Newsletter

CONFIRM, LEAVE = "newsletter_confirm", "newsletter_leave"
CONFIRM_WITHIN = dt.timedelta(days=7)
LEAVE_WITHIN = dt.timedelta(days=5 * 365)
# Whoever asks again sooner gets no second mail: the form must not be a way to flood someone's inbox.
NEXT_MAIL_AFTER = dt.timedelta(minutes=10)


class UnknownNewsletter(NotFound):
    code = "unknown_newsletter"


@transaction.atomic
def ask_to_join(*, newsletter_slug: str, email: str, ip: str | None, now: dt.datetime) -> None:
    """Mail a link that confirms. Says nothing about whether the address is on the list, left it, or was never there.

    :raises UnknownNewsletter: when there is none of that name, or it takes nobody in
    :raises Invalid: when this is not a mail address
    """
    newsletter = Newsletter.objects.filter(slug=newsletter_slug, is_open=True).first()
    if newsletter is None:
        raise UnknownNewsletter("There is no such newsletter to join.")
    address = _mail_address(email)
    # Of two who ask at once one writes the row, and the other waits for it here.
    Enrolment.objects.bulk_create(
        [Enrolment(newsletter=newsletter, email=address, consent_text="", asked_at=now - NEXT_MAIL_AFTER)],
        ignore_conflicts=True,
    )
    enrolment = _locked().alias(mail=Lower("email")).get(newsletter=newsletter, mail=Lower(Value(address)))
    if enrolment.state == Enrolment.State.CONFIRMED or _was_asked_just_now(enrolment, now=now):
        return
    enrolment.state = Enrolment.State.ASKED
    enrolment.consent_text = newsletter.consent_text
    enrolment.asked_at, enrolment.asked_from = now, ip
    enrolment.save(update_fields=["state", "consent_text", "asked_at", "asked_from"])
    _mail_confirmation(enrolment, now=now)
    audit.record(actors.ANONYMOUS, "newsletter.asked", enrolment)


@transaction.atomic
def confirm(*, token: str, ip: str | None, now: dt.datetime) -> Enrolment:
    """The second step: from here on the address is on the list. Confirming again changes nothing.

    :raises LinkIsOver: when the link is not good, or the address has left since
    """
    enrolment = _enrolment(use_link(token=token, purpose=CONFIRM))
    if enrolment.state == Enrolment.State.LEFT:
        raise LinkIsOver("This address has left the newsletter since. Please sign up again.")
    if enrolment.state == Enrolment.State.ASKED:
        enrolment.state = Enrolment.State.CONFIRMED
        enrolment.confirmed_at, enrolment.confirmed_from, enrolment.left_at = now, ip, None
        enrolment.save(update_fields=["state", "confirmed_at", "confirmed_from", "left_at"])
        _mail_welcome(enrolment, now=now)
        audit.record(actors.ANONYMOUS, "newsletter.confirmed", enrolment)
    return enrolment


@transaction.atomic
def leave(*, token: str, now: dt.datetime) -> Enrolment:
    """One step, and it may be taken twice. The proof of consent stays.

    :raises LinkIsOver: when the link is not good
    """
    enrolment = _enrolment(use_link(token=token, purpose=LEAVE))
    if enrolment.state != Enrolment.State.LEFT:
        enrolment.state, enrolment.left_at = Enrolment.State.LEFT, now
        enrolment.save(update_fields=["state", "left_at"])
        audit.record(actors.ANONYMOUS, "newsletter.left", enrolment)
    return enrolment


def look_at(*, token: str, purpose: str) -> Enrolment:
    """What a link is about, for the page with the one button. Changes nothing.

    :raises LinkIsOver: when the link is not good
    """
    link = open_link(token=token, purpose=purpose)
    return Enrolment.objects.select_related("newsletter").get(uuid=_uuid(link))


def _mail_address(email: str) -> str:
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": [("invalid_email", "This is not a mail address.")]}) from error
    if len(address) > 254:
        raise Invalid({"email": [("too_long", "This mail address is too long.")]})
    return address


def _was_asked_just_now(enrolment: Enrolment, *, now: dt.datetime) -> bool:
    return enrolment.state == Enrolment.State.ASKED and now - enrolment.asked_at < NEXT_MAIL_AFTER


def _mail_confirmation(enrolment: Enrolment, *, now: dt.datetime) -> None:
    token = make_link(purpose=CONFIRM, subject=f"enrolment:{enrolment.uuid}", lives=CONFIRM_WITHIN, single_use=False)
    queue_mail(
        key=f"newsletter-confirm:{enrolment.uuid}:{now.timestamp():.0f}",
        kind=CONFIRM,
        to_email=enrolment.email,
        template=CONFIRM,
        context={
            "newsletter": enrolment.newsletter,
            "magazine_name": enrolment.newsletter.name,
            "confirm_url": f"{settings.PUBLIC_URL}/newsletters/confirm/{token}/",
            "days": CONFIRM_WITHIN.days,
        },
        now=now,
    )


def _mail_welcome(enrolment: Enrolment, *, now: dt.datetime) -> None:
    token = make_link(purpose=LEAVE, subject=f"enrolment:{enrolment.uuid}", lives=LEAVE_WITHIN, single_use=False)
    leave_url = f"{settings.PUBLIC_URL}/newsletters/leave/{token}/"
    queue_mail(
        key=f"newsletter-welcome:{enrolment.uuid}:{now.timestamp():.0f}",
        kind="newsletter_welcome",
        to_email=enrolment.email,
        template="newsletter_welcome",
        context={
            "newsletter": enrolment.newsletter,
            "magazine_name": enrolment.newsletter.name,
            "leave_url": leave_url,
        },
        now=now,
        one_click_url=leave_url,
    )


def _locked() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_for_update(of=("self",)).select_related("newsletter")


def _enrolment(link: MailLink) -> Enrolment:
    return _locked().get(uuid=_uuid(link))


def _uuid(link: MailLink) -> str:
    return link.subject.removeprefix("enrolment:")
