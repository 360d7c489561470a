"""People and addresses enter the file. Nobody on file is ever overwritten."""

import datetime as dt

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
