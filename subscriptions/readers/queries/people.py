"""Who is on file, and under which of their files."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower

from subscriptions.readers.models import Address, FormerDetails, PossibleDuplicate, Reader
from subscriptions.readers.rules.address import TypedAddress


def readers_with_email(email: str) -> QuerySet[Reader]:
    """Everyone on file under that mail address, in any case. Couples share one: may be several.

    A file that was merged answers for the one it was merged into, which may have another mail address.
    """
    named = _named(email)
    alone, kept = named.filter(merged_into__isnull=True), named.filter(merged_into__isnull=False)
    found = Q(pk__in=alone.values("pk")) | Q(pk__in=kept.values("merged_into"))
    return Reader.objects.filter(found).order_by("pk")


def file_with_email(email: str) -> Reader | None:
    """The file that has that mail address itself, one in force first: a link goes to an address that is on file."""
    return _named(email).order_by(F("merged_into").asc(nulls_first=True), "pk").first()


def _named(email: str) -> QuerySet[Reader]:
    # Spelled as the index is; `iexact` compares upper case and would read the whole file.
    return Reader.objects.alias(mail=Lower("email")).filter(mail=Lower(Value(email.strip())))


def mail_address_now(reader: Reader, email: str) -> str:
    """Where what was to go to `email` goes for that reader: one of theirs that was put right is written to no more."""
    kept = reader_in_force(reader)  # A file that was merged is not put right any more; the one that was kept is.
    if not email or email.lower() == kept.email.lower():
        return email
    put_right = FormerDetails.objects.alias(mail=Lower("email")).filter(mail=Lower(Value(email)))
    return kept.email if put_right.filter(reader__in=files_of([kept.pk])).exists() else email


def reader_in_force(reader: Reader) -> Reader:
    """The reader that this one was merged into, however often; or itself."""
    seen = {reader.pk}
    while reader.merged_into is not None and reader.merged_into_id not in seen:
        reader = reader.merged_into
        seen.add(reader.pk)
    return reader


def files_of(reader_ids: Iterable[int]) -> list[int]:
    """The numbers under which these readers are on file: their own and those of the files merged into them."""
    ids = set(reader_ids)
    return sorted(ids.union(Reader.objects.filter(merged_into__in=ids).values_list("pk", flat=True)))


def newest_address(reader_id: int) -> Address | None:
    """The newest that no mail came back from, in any file of this reader; if there is none, the newest of all."""
    addresses = Address.objects.filter(reader_id__in=files_of([reader_id]))
    return addresses.order_by(F("undeliverable_since").asc(nulls_first=True), "-entered_at", "-pk").first()


def typed_address(address: Address) -> TypedAddress:
    """What was typed, as the rules take it."""
    return TypedAddress(
        name=address.name,
        company=address.company,
        attention=address.attention,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        region=address.region,
        postcode=address.postcode,
        country=address.country,
    )


def open_duplicates() -> QuerySet[PossibleDuplicate]:
    """Pairs that wait for a clerk, the oldest first. One that has been merged meanwhile is no question any more."""
    waiting = PossibleDuplicate.objects.filter(
        answer=PossibleDuplicate.Answer.OPEN, new_reader__merged_into=None, known_reader__merged_into=None
    )
    return waiting.select_related("new_reader", "known_reader").order_by("created_at", "pk")


def household_of(reader: Reader) -> QuerySet[Reader]:
    """The others of the household, by name."""
    if reader.household_id is None:
        return Reader.objects.none()
    others = Reader.objects.filter(household_id=reader.household_id, merged_into__isnull=True).exclude(pk=reader.pk)
    return others.order_by("name", "pk")
