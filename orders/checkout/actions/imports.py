"""What people do with a file of orders: stage it, have it taken, withdraw it. The worker checks and takes."""

import datetime as dt
import hashlib
import json

from django.db import connection, transaction

from foundation.actors import Actor, system
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid, NotFound
from foundation.one_by_one import each
from foundation.wake import wake
from orders.checkout import rules
from orders.checkout.models import OrderImport, StagedOrder
from subscriptions.catalog.models import Magazine

State = OrderImport.State
# Files that nobody took: they hold names and addresses.
FORGOTTEN_AFTER = dt.timedelta(days=30)


class ImportIsBusy(DomainError):
    code = "import_is_busy"


class ImportHasErrors(DomainError):
    code = "import_has_errors"


class ImportIsClosed(DomainError):
    code = "import_is_closed"


def stage_import(
    *, magazine_code: str, batch: str, file_name: str, content: bytes, by: Actor, now: dt.datetime
) -> OrderImport:
    """Keep the lines of a CSV file (`rules.COLUMNS`) until they are checked. Nothing is ordered yet.

    :raises Invalid: with `magazine`, `batch` or `file`
    """
    rules.refuse_batch(batch)
    magazine = Magazine.objects.filter(code=magazine_code).first()
    if magazine is None:
        raise Invalid({"magazine": [("unknown", f"There is no magazine “{magazine_code}”.")]})
    lines = rules.read_file(content)
    with transaction.atomic():
        staged = OrderImport.objects.create(
            magazine=magazine,
            batch=batch,
            file_name=file_name[-120:],
            file_sha256=hashlib.sha256(content).hexdigest(),
            rows=len(lines),
            created_at=now,
            created_by=by.reference,
        )
        _copy(staged, lines)
        audit.record(by, "orders.staged", staged, rows=staged.rows, batch=batch)
        wake("orders_staged")
    return staged


@transaction.atomic
def ask_take(*, import_id: int, by: Actor, now: dt.datetime) -> OrderImport:
    """Have every line become an order. A second click changes nothing.

    :raises ImportIsBusy: while it is checked
    :raises ImportHasErrors: while a line has errors: the file is corrected and uploaded again
    :raises ImportIsClosed: when it was withdrawn
    """
    found = _locked(import_id)
    if found.state in (State.TAKING, State.TAKEN):
        return found
    if found.state == State.CHECKING:
        raise ImportIsBusy("The file is still being checked. Look at what was found, then take it.")
    if found.state == State.FAULTY:
        raise ImportHasErrors(
            f"{found.faulty_rows} of {found.rows} lines have errors. Correct the file and upload it again."
        )
    if found.state == State.WITHDRAWN:
        raise ImportIsClosed("The file was withdrawn. Upload it again.")
    found.state, found.taken_by, found.note = State.TAKING, by.reference, ""
    found.save(update_fields=["state", "taken_by", "note"])
    audit.record(by, "orders.take_asked", found, rows=found.rows, total_cents=found.total_cents)
    wake("orders_staged")
    return found


@transaction.atomic
def withdraw_import(*, import_id: int, by: Actor, now: dt.datetime) -> OrderImport:
    """Forget a file that was not taken, with all names in it.

    :raises ImportIsClosed: when it was taken
    :raises ImportIsBusy: while it is being taken
    """
    found = _locked(import_id)
    if found.state == State.TAKING:
        raise ImportIsBusy("The file is being taken right now.")
    if found.state == State.TAKEN:
        raise ImportIsClosed("The file was taken: its orders stand. Cancel those one by one.")
    if found.state != State.WITHDRAWN:
        found.state, found.closed_at = State.WITHDRAWN, now
        found.save(update_fields=["state", "closed_at"])
        StagedOrder.objects.filter(order_import=found).delete()
        audit.record(by, "orders.withdrawn", found)
    return found


def forget_old_imports(*, now: dt.datetime) -> int:
    """Withdraw what has lain untaken for a month, checked or not; how many."""
    waiting = OrderImport.objects.filter(
        state__in=[State.CHECKING, State.READY, State.FAULTY], created_at__lt=now - FORGOTTEN_AFTER
    ).values_list("pk", flat=True)
    by = system("forget-old-imports")
    return each(
        list(waiting),
        lambda import_id: withdraw_import(import_id=import_id, by=by, now=now),
        failed="import_not_withdrawn",
    )


def _locked(import_id: int) -> OrderImport:
    found = OrderImport.objects.select_for_update(of=("self",)).filter(pk=import_id).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def _copy(staged: OrderImport, lines: rules.Lines) -> None:
    statement = (
        "COPY checkout_stagedorder"
        " (order_import_id, line_number, reference, cells, warnings, total_cents, body_sha256) FROM STDIN"
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for number, cells in lines:
            copy.write_row([staged.pk, number, cells["reference"][:40], json.dumps(cells), "[]", 0, ""])
