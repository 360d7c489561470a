"""What `readers` themselves know of a person: files, addresses, notes, wishes; and mail and the audit trail."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.mail.actions import forget_mails, mails_to
from foundation.mail.models import OutgoingMail
from foundation.mail.rules import without_secrets
from subscriptions.readers import queries
from subscriptions.readers.actions.copies_of_everything import forget_files
from subscriptions.readers.actions.households import close_when_alone
from subscriptions.readers.actions.privacy import OWN, Part, follow
from subscriptions.readers.models import (
    Address,
    ContactPreference,
    FormerDetails,
    PossibleDuplicate,
    Reader,
    ReaderMerge,
    ReaderNote,
)
from subscriptions.readers.queries.privacy import Person
from subscriptions.readers.rules.privacy import NAME, STREET, kept_postcode

# Of an address as it was typed and printed, what names a person or a door.
_DOOR = (
    *("name", "company", "attention", "line1", "line2", "city", "postcode"),
    *("label_name", "label_company", "label_attn", "label_addr1", "label_addr2", "label_urb", "label_city"),
    *("label_zip5", "label_plus4", "label_dpc", "label_postcode"),
)
_TYPED = ("name", "company", "attention", "line1", "line2", "city", "region", "postcode", "country")


def follow_privacy_requests(*, now: dt.datetime) -> int:
    return follow(Part(OWN, _objection, _tell, _erase), now=now)


def _objection(person: Person, now: dt.datetime) -> str:
    merges = ReaderMerge.objects.filter(Q(kept_id__in=person.files) | Q(merged_id__in=person.files))
    if all(queries.is_followed(merge) for merge in merges.prefetch_related("ticks")):
        return ""
    return "Two files of this reader are being merged. Please ask again in a few minutes."


def _tell(person: Person, now: dt.datetime) -> dict[str, Any]:
    files = Reader.objects.filter(pk__in=person.files).order_by("pk")
    addresses = Address.objects.filter(reader_id__in=person.files).order_by("entered_at", "pk")
    return {
        "files": [_file(row) for row in files],
        "formerly_on_file_as": list(
            _former(person).order_by("pk").values("name", "company", "email", "phone", "until_at")
        ),
        "addresses": list(addresses.values(*_TYPED, "entered_at", "source", "undeliverable_since")),
        "household": [row.number for row in queries.household_of(person.reader)],
        "notes_of_staff": list(queries.notes_of(person.reader.pk).values("text", "at")),
        "wishes_to_be_written_to": [_wish(row) for row in _said(person)],
        "mails_sent": [_mail(row) for row in mails_to(person.own_emails)],
        "changes_to_the_file": list(_trail(person).values("at", "action")),
    }


def _file(row: Reader) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "company": row.company,
        "email": row.email,
        "phone": row.phone,
        "on_file_since": row.created_at,
    }


def _mail(row: OutgoingMail) -> dict[str, Any]:
    """Staff may fetch a copy, too: its links and codes open nothing."""
    said = {"created_at": row.created_at, "to_email": row.to_email, "subject": row.subject, "state": row.state}
    return said | {"text": without_secrets(row.text)}


def _wish(row: ContactPreference) -> dict[str, Any]:
    return {"about": row.purpose, "by": row.channel, "allowed": row.allowed, "said_at": row.at, "source": row.source}


def _said(person: Person) -> list[ContactPreference]:
    return list(ContactPreference.objects.filter(reader_id__in=person.files).order_by("pk"))


def _trail(person: Person) -> Any:
    about = Q(object_kind="readers.reader", object_id__in=[str(pk) for pk in person.files])
    return AuditEntry.objects.filter(about | Q(actor__in=[f"reader:{pk}" for pk in person.files])).order_by("at", "pk")


def _erase(person: Person, by: Actor, now: dt.datetime) -> Mapping[str, int]:
    """Put neutral words where the person stood. Rows and numbers stay; of an address, country, state and three digits.

    The audit trail holds numbers; what was typed beside one is emptied by the app whose row it is about.
    """
    forget_files(person.files, now=now)
    own = {*person.own_emails, *person.former_emails}
    once = {email.lower() for email in _former(person).exclude(email="").values_list("email", flat=True)}
    mails = forget_mails(own=own, shared={*person.emails, *once} - own, names=person.names)
    _former(person).delete()
    notes, _ = ReaderNote.objects.filter(reader_id__in=person.files).delete()
    PossibleDuplicate.objects.filter(Q(new_reader__in=person.files) | Q(known_reader__in=person.files)).delete()
    addresses = [_emptied(address) for address in Address.objects.filter(reader_id__in=person.files)]
    Address.objects.bulk_update(addresses, [*_DOOR, "warnings"], batch_size=500)
    files = Reader.objects.filter(pk__in=person.files)
    lived_in = person.reader.household_id
    changed = files.update(name=NAME, company="", email="", phone="", household=None, erased_at=now)
    close_when_alone(lived_in)
    return {"files": changed, "addresses": len(addresses), "notes": notes, "mails": mails}


def _former(person: Person) -> QuerySet[FormerDetails]:
    return FormerDetails.objects.filter(reader_id__in=person.files)


def _emptied(address: Address) -> Address:
    kept = kept_postcode(address.label_zip5, address.label_postcode or address.postcode)
    for name in _DOOR:
        setattr(address, name, "")
    address.name, address.line1, address.postcode = NAME, STREET, kept
    address.label_name, address.label_addr1, address.warnings = NAME.upper(), STREET.upper(), []
    return address
