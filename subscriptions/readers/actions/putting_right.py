"""A name, mail address or telephone number that was mistyped: put right by staff, as nobody else can tell who it is."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import NotFound
from foundation.mail.actions import queue_mail
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries
from subscriptions.readers.actions.duplicates import look_for_duplicates
from subscriptions.readers.actions.filing import NewReader, texts_of
from subscriptions.readers.actions.privacy import FileIsMerged, ReaderIsErased, refuse_while_erasing
from subscriptions.readers.models import FormerDetails, Reader

FIELDS = ("name", "company", "email", "phone")
EMAIL_CHANGED = "mail_address_changed"


@dataclass(frozen=True, slots=True)
class Corrected:
    """The file as it stands now. `changed` names its fields that were another before; none if it stood so already."""

    reader: Reader
    changed: tuple[str, ...]


@transaction.atomic
def correct_reader(
    *,
    reader_id: int,
    by: Actor,
    now: dt.datetime,
    name: str | None = None,
    company: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> Corrected:
    """Put right what a file is under. What is None stays; an empty text takes away what was there.

    Labels are printed from addresses, and stay. With another mail address the old one signs nobody in any more; it is
    told, in words that name nobody. Another file may have the same one, as couples do: a clerk is asked whether they
    are one person, as when somebody orders.

    :raises NotFound: for an unknown number
    :raises FileIsMerged: for another number of somebody
    :raises ReaderIsErased: when nothing is left to put right
    :raises ErasureIsUnderWay: while what is on file is erased
    :raises Invalid: as `file_reader`
    """
    reader = _lock(reader_id)
    stood = {field: getattr(reader, field) for field in FIELDS}
    said = {"name": name, "company": company, "email": email, "phone": phone}
    texts = texts_of(NewReader(**stood | {field: text for field, text in said.items() if text is not None}))
    changed = tuple(field for field in FIELDS if texts[field] != stood[field])
    if not changed:
        return Corrected(reader, ())
    former = FormerDetails.objects.create(reader=reader, **stood, until_at=now, by=by.reference)
    for field in changed:
        setattr(reader, field, texts[field])
    reader.save(update_fields=changed)
    audit.record(by, "reader.corrected", reader, fields=list(changed))
    if former.email and former.email.lower() != reader.email.lower():
        _tell_the_old_address(former, now=now)
    look_for_duplicates(reader_id=reader.pk, now=now)
    return Corrected(reader, changed)


def _lock(reader_id: int) -> Reader:
    reader = Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).first()
    if reader is None:
        raise NotFound("There is no reader with that number.")
    if reader.erased_at is not None:
        raise ReaderIsErased(f"What was on file about {reader.number} was erased.")
    if reader.merged_into_id is not None:
        raise FileIsMerged(f"{reader.number} was merged into {reader.merged_into_id:07d} already; take that one.")
    refuse_while_erasing(queries.files_of([reader.pk]))
    return reader


def _tell_the_old_address(former: FormerDetails, *, now: dt.datetime) -> None:
    """Whoever reads it may be a stranger, or the reader whose file somebody is taking over."""
    magazine = Magazine.objects.order_by("pk").first()
    if magazine is None:
        return  # Nothing was ever sold or promised here.
    queue_mail(
        key=f"{EMAIL_CHANGED}:{former.pk}",
        kind=EMAIL_CHANGED,
        to_email=former.email,
        template=EMAIL_CHANGED,
        context={
            "magazine": magazine,
            "magazine_name": magazine.publisher or magazine.name,
            "goes_elsewhere": bool(former.reader.email),
        },
        now=now,
    )
