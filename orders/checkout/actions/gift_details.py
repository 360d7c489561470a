"""What a donor says with each gift, kept beside the lines of the order."""

from collections.abc import Sequence

from orders.checkout import rules
from orders.checkout.actions.order_people import Wanted
from orders.checkout.models import Gift, OrderLine
from subscriptions.catalog.rules.zones import postage_zone


def gifts_of(lines: Sequence[OrderLine], wanted: Sequence[Wanted], *, donor: rules.Person) -> list[Gift]:
    """The row, not yet written, of every line that somebody else reads; lines without one know that there is none."""
    gifts = []
    for line, one in zip(lines, wanted, strict=True):
        gift = _gift(line, one, donor=donor) if one.recipient is not None else None
        # As after a select_related: whoever shows the line asks for it.
        OrderLine._meta.get_field("gift").set_cached_value(line, gift)
        if gift is not None:
            gifts.append(gift)
    return gifts


def _gift(line: OrderLine, wanted: Wanted, *, donor: rules.Person) -> Gift:
    recipient, given = wanted.recipient or donor, wanted.given
    to_name = recipient.name or recipient.company
    town = wanted.ship_to.city if wanted.ship_to else ""
    if given is None:
        return Gift(line=line, to_name=to_name, to_town=town, from_name=donor.name or donor.company)
    wish = given.wish
    return Gift(
        line=line,
        to_name=to_name,
        to_town=town or given.town,
        to_email=wish.recipient.email,
        from_name=wish.from_name or donor.name or donor.company,
        message=wish.message,
        start_issue=given.start,
        announce=wish.announce,
        announce_on=wish.announce_on,
        meets=Gift.Meets(wish.meets),
        code_zone=postage_zone(wish.code_country) if wanted.is_by_code else "",
    )
