"""Under which source key an order counts."""

from orders.checkout.rules import WEBSITE
from subscriptions.catalog.models import SourceKey


def source_in_force(code: str, known_id: int | None) -> int | None:
    """`known_id` is the key of that code that is in use. Without one the website still sells: an order that names no
    promotion counts under its key, which is made with the first of them and cannot be retired away. None for any other.
    """
    if known_id is not None or code != WEBSITE:
        return known_id
    kept, _ = SourceKey.objects.get_or_create(
        code=WEBSITE, defaults={"name": "Website", "channel": SourceKey.Channel.WEB}
    )
    return kept.pk
