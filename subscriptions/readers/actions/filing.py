"""New people and new addresses: the same few statements for one of them and for a whole order of gifts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import Invalid
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers.models import Address, Reader
from subscriptions.readers.rules import address as rules
from subscriptions.readers.rules.address import TypedAddress

_LONGEST = {"name": 80, "company": 80, "email": 254, "phone": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReader:
    """A person or organisation as typed."""

    name: str
    company: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """An address as typed, and whose it is. `path` stands before the field names of a refusal: `ship_to.line1`."""

    reader: Reader
    typed: TypedAddress
    path: str = ""


def file_reader(
    *, name: str, company: str = "", email: str = "", phone: str = "", by: Actor, now: dt.datetime
) -> Reader:
    """A new person or organisation on file, whoever is there already under the same name or mail address.

    :raises Invalid: without name and company, with a malformed mail address, or with a text that is too long
    """
    person = NewReader(name=name, company=company, email=email, phone=phone)
    return file_readers(people=[person], by=by, now=now)[0]


def file_readers(*, people: Sequence[NewReader], by: Actor, now: dt.datetime) -> list[Reader]:
    """Each of them on file, in their order.

    :raises Invalid: as `file_reader`; nobody is filed then
    """
    readers = new_readers(people, now=now)
    # Inside an order this is one of many steps of one transaction, and a savepoint around two rows would only cost.
    with transaction.atomic(savepoint=False), audit.together():
        Reader.objects.bulk_create(readers)
        record_filed(readers, by=by)
    return readers


def new_readers(people: Sequence[NewReader], *, now: dt.datetime) -> list[Reader]:
    """The rows, not yet written, for who writes them together with others.

    :raises Invalid: as `file_reader`
    """
    return [Reader(**texts_of(person), created_at=now) for person in people]


def add_address(
    *, reader_id: int, typed: TypedAddress, by: Actor, source: str, now: dt.datetime, path: str = ""
) -> Address:
    """Keep an address as it was typed, with the label form and the postage zone derived from it.

    Warnings do not refuse it; their codes are kept with it.

    :raises Invalid: when it cannot be printed or delivered
    """
    address = NewAddress(reader=Reader(pk=reader_id), typed=typed, path=path)
    return add_addresses(addresses=[address], by=by, source=source, now=now)[0]


def add_addresses(*, addresses: Sequence[NewAddress], by: Actor, source: str, now: dt.datetime) -> list[Address]:
    """Each of them kept, in their order.

    :raises Invalid: with the fields of all that cannot be printed or delivered; none is kept then
    """
    rows = new_addresses(addresses, by=by, source=source, now=now)
    with transaction.atomic(savepoint=False), audit.together():
        Address.objects.bulk_create(rows)
        record_added(rows, by=by)
    return rows


def new_addresses(addresses: Sequence[NewAddress], *, by: Actor, source: str, now: dt.datetime) -> list[Address]:
    """The rows, not yet written, for who writes them together with others.

    :raises Invalid: as `add_addresses`
    """
    rows: list[Address] = []
    problems: dict[str, list[tuple[str, str]]] = {}
    for address in addresses:
        found = rules.check(address.typed)
        prefix = f"{address.path}." if address.path else ""
        problems |= {prefix + field: [(p.code, p.sentence) for p in ps] for field, ps in found.errors.items()}
        if found.is_good:
            warnings = [problem.code for problems_of in found.warnings.values() for problem in problems_of]
            rows.append(_row(address, warnings, by=by, source=source, now=now))
    if problems:
        raise Invalid(problems)
    return rows


def record_filed(readers: Sequence[Reader], *, by: Actor) -> None:
    for reader in readers:
        audit.record(by, "reader.filed", reader)


def record_added(addresses: Sequence[Address], *, by: Actor) -> None:
    for address in addresses:
        audit.record(by, "address.added", address, reader=address.reader_id, source=address.source)


def texts_of(person: NewReader) -> dict[str, str]:
    """The fields of a file, with single blanks.

    :raises Invalid: as `file_reader`
    """
    texts = {field: " ".join(text.split()) for field, text in asdict(person).items()}
    _refuse_malformed(texts)
    return texts


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


def _row(address: NewAddress, warnings: list[str], *, by: Actor, source: str, now: dt.datetime) -> Address:
    typed, label = address.typed, rules.label_form(address.typed)
    return Address(
        reader=address.reader,
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
        warnings=warnings,
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
