"""Who is on file. Reads only."""

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.readers.rules.address import TypedAddress


def readers_with_email(email: str) -> QuerySet[Reader]:
    """Everyone on file under that mail address, in any case, but for merged ones. Couples share one: may be several."""
    # Spelled as the index is; `iexact` compares upper case and would read the whole file.
    named = Reader.objects.alias(mail=Lower("email")).filter(mail=Lower(Value(email.strip())))
    return named.filter(merged_into__isnull=True).order_by("pk")


def reader_in_force(reader: Reader) -> Reader:
    """The reader that this one was merged into, however often; or itself."""
    seen = {reader.pk}
    while reader.merged_into is not None and reader.merged_into_id not in seen:
        reader = reader.merged_into
        seen.add(reader.pk)
    return reader


def newest_address(reader_id: int) -> Address | None:
    return Address.objects.filter(reader_id=reader_id).order_by("-entered_at", "-pk").first()


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
    """Pairs that wait for a clerk, the oldest first."""
    waiting = PossibleDuplicate.objects.filter(answer=PossibleDuplicate.Answer.OPEN)
    return waiting.select_related("new_reader", "known_reader").order_by("created_at", "pk")
