"""Source keys of orders that no campaign has brought."""

from subscriptions.catalog.models import SourceKey


def own_source_key(code: str, name: str) -> SourceKey:
    """The key of orders that the house writes by itself; it is there from the first of them on."""
    return SourceKey.objects.get_or_create(code=code, defaults={"name": name, "channel": SourceKey.Channel.RENEWAL})[0]
