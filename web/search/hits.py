"""A reader as a line of a list: name, place, and what comes until when. A handful of queries, however long the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from subscriptions.readers.models import Address, Reader
from subscriptions.terms.models import Subscription


@dataclass(frozen=True, slots=True)
class Hit:
    """`matched`: what fits what was typed; `alias`: the file that was found, where it was merged into this reader."""

    reader: Reader
    address: Address | None
    magazines: tuple[str, ...]
    matched: str = ""
    alias: Reader | None = None

    @property
    def place(self) -> str:
        a = self.address
        return ", ".join(filter(None, (a.line1, a.city, a.region, a.postcode))) if a else ""


def hits(readers: Sequence[Reader]) -> list[Hit]:
    ids = [reader.pk for reader in readers]
    newest = Address.objects.filter(reader_id__in=ids).values("reader_id").annotate(last=Max("pk"))
    addresses = {a.reader_id: a for a in Address.objects.filter(pk__in=[row["last"] for row in newest])}
    magazines: dict[int, set[str]] = {}
    for reader_id, name in Subscription.objects.filter(reader_id__in=ids).values_list("reader_id", "magazine__name"):
        magazines.setdefault(reader_id, set()).add(name)
    return [Hit(r, addresses.get(r.pk), tuple(sorted(magazines.get(r.pk, ())))) for r in readers]
