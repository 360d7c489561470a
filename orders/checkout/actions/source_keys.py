"""Source keys of orders that no campaign has brought."""

from orders.checkout.rules import WEBSITE
from subscriptions.catalog.models import SourceKey


def own_source_key(code: str, name: str, *, channel: str = SourceKey.Channel.RENEWAL) -> SourceKey:
    """The key of orders that the house writes by itself; it is there from the first of them on."""
    return SourceKey.objects.get_or_create(code=code, defaults={"name": name, "channel": channel})[0]


def source_in_force(code: str, known_id: int | None) -> int | None:
    """`known_id` is the key of that code that is in use. Without one the website still sells: an order that names no
    promotion counts under its key, which is made with the first of them and cannot be retired away. None for any other.
    """
    if known_id is not None or code != WEBSITE:
        return known_id
    return own_source_key(WEBSITE, "Website", channel=SourceKey.Channel.WEB).pk
