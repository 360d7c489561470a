"""People and addresses enter the file. Nobody on file is ever overwritten."""

import datetime as dt
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import Invalid, NotFound
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers import queries
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.readers.rules import address as rules
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.readers.rules.names import surname

# So many look-alikes are shown to a clerk; a house of forty flats is not forty duplicates.
MOST_LOOK_ALIKES = 20
_LONGEST = {"name": 80, "company": 80, "email": 254, "phone": 30}


def file_reader(
    *, name: str, company: str = "", email: str = "", phone: str = "", by: Actor, now: dt.datetime
) -> Reader:
    """A new person or organisation on file, whoever is there already under the same name or mail address.

    :raises Invalid: without name and company, with a malformed mail address, or with a text that is too long
    """
    typed = {"name": name, "company": company, "email": email, "phone": phone}
    texts = {field: " ".join(text.split()) for field, text in typed.items()}
    _refuse_malformed(texts)
    # Inside an order this is one of many steps of one transaction, and a savepoint around two rows would only cost.
    with transaction.atomic(savepoint=False):
        reader = Reader.objects.create(**texts, created_at=now)
        audit.record(by, "reader.filed", reader)
    return reader


def add_address(
    *, reader_id: int, typed: TypedAddress, by: Actor, source: str, now: dt.datetime, path: str = ""
) -> Address:
    """Keep an address as it was typed, with the label form and the postage zone derived from it.

    Warnings do not refuse it; their codes are kept with it.

    :param path: stands before the field names of a refusal: `ship_to` makes `ship_to.line1`
    :raises Invalid: when it cannot be printed or delivered
    """
    found = rules.check(typed)
    if not found.is_good:
        prefix = f"{path}." if path else ""
        raise Invalid({prefix + field: [(p.code, p.sentence) for p in ps] for field, ps in found.errors.items()})
    label = rules.label_form(typed)
    with transaction.atomic(savepoint=False):
        address = Address.objects.create(
            reader_id=reader_id,
            entered_at=now,
            entered_by=by.reference,
            source=source,
            name=typed.name,
            company=typed.company,
            attention=typed.attention,
            line1=typed.line1,
            line2=typed.line2,
            city=typed.city,
            region=typed.region,
            postcode=typed.postcode,
            country=typed.country.upper(),
            zone=postage_zone(typed.country),
            warnings=[problem.code for problems in found.warnings.values() for problem in problems],
            label_name=label.name,
            label_company=label.company,
            label_attn=label.attn,
            label_addr1=label.addr1,
            label_addr2=label.addr2,
            label_urb=label.urb,
            label_city=label.city,
            label_state=label.state,
            label_zip5=label.zip5,
            label_plus4=label.plus4,
            label_dpc=label.dpc,
            label_postcode=label.postcode,
            label_country=label.country,
        )
        audit.record(by, "address.added", address, reader=reader_id, source=source)
    return address


def look_for_duplicates(*, reader_id: int, now: dt.datetime) -> list[PossibleDuplicate]:
    """Leave a clerk a question for everyone on file who may be this reader. Asked once per pair, in either order.

    Nothing is merged, and nothing about it is told to the reader.
    """
    reader = Reader.objects.get(pk=reader_id)
    reasons: dict[int, str] = {}
    for known, reason in _look_alikes(reader):
        in_force = queries.reader_in_force(known)
        if in_force.pk != reader_id:
            reasons.setdefault(in_force.pk, reason)
    asked = _asked_before(reader_id) if reasons else set()
    pairs = [
        PossibleDuplicate(new_reader=reader, known_reader_id=known_id, reason=reason, created_at=now)
        for known_id, reason in reasons.items()
        if known_id not in asked
    ][:MOST_LOOK_ALIKES]
    # Two at once may ask the same: the pair is unique, and the second changes nothing.
    PossibleDuplicate.objects.bulk_create(pairs, ignore_conflicts=True)
    return list(
        PossibleDuplicate.objects.filter(new_reader=reader, answer=PossibleDuplicate.Answer.OPEN).order_by("pk")
    )


@transaction.atomic
def answer_duplicate(*, pair_id: int, answer: str, by: Actor, now: dt.datetime) -> PossibleDuplicate:
    """A clerk's answer: `same` or `different`. It can be changed later; nothing is merged by it.

    :raises NotFound: when there is no such question
    """
    pair = PossibleDuplicate.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise NotFound("There is no such question.")
    pair.answer, pair.answered_at, pair.answered_by = PossibleDuplicate.Answer(answer), now, by.reference
    pair.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(by, "duplicate.answered", pair, answer=pair.answer)
    return pair


def _refuse_malformed(texts: dict[str, str]) -> None:
    problems: dict[str, list[tuple[str, str]]] = {}
    if not texts["name"] and not texts["company"]:
        problems["name"] = [("required", "Please give a name or a company.")]
    for field, text in texts.items():
        if len(text) > _LONGEST[field]:
            problems[field] = [("too_long", f"The {field} has more than {_LONGEST[field]} characters.")]
    if texts["email"] and "email" not in problems:
        try:
            validate_email(texts["email"])
        except ValidationError:
            problems["email"] = [("invalid_email", "This is not a mail address.")]
    if problems:
        raise Invalid(problems)


def _look_alikes(reader: Reader) -> Iterator[tuple[Reader, str]]:
    others = Reader.objects.exclude(pk=reader.pk).select_related("merged_into")
    if reader.email:
        # Spelled as the index is: Lower() on both sides.
        same_mail = others.alias(mail=Lower("email")).filter(mail=Lower(Value(reader.email)))
        for known in same_mail.order_by("pk")[:MOST_LOOK_ALIKES]:
            yield known, "same_email"
    for address in Address.objects.filter(reader=reader):
        for neighbour in _at_the_same_door(address):
            if _who(neighbour) & _who(address):
                yield neighbour.reader, "same_address_and_name"


def _at_the_same_door(address: Address) -> QuerySet[Address]:
    return (
        Address.objects.filter(
            label_zip5=address.label_zip5,
            label_addr1=address.label_addr1,
            label_postcode=address.label_postcode,
            label_country=address.label_country,
        )
        .exclude(reader_id=address.reader_id)
        .select_related("reader__merged_into")
        .order_by("pk")[:200]
    )


def _who(address: Address) -> set[str]:
    """What two labels must share to be perhaps one reader: a surname or a company."""
    return {word for word in (surname(address.label_name), address.label_company) if word}


def _asked_before(reader_id: int) -> set[int]:
    as_new = PossibleDuplicate.objects.filter(new_reader_id=reader_id).values_list("known_reader_id", flat=True)
    as_known = PossibleDuplicate.objects.filter(known_reader_id=reader_id).values_list("new_reader_id", flat=True)
    return {*as_new, *as_known}
