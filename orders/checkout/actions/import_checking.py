"""Checking a staged file some lines at a time, so that people see how far it is and a worker that dies loses little."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import connection, transaction

from foundation.actors import system
from foundation.audit import actions as audit
from foundation.failpoints import reached
from foundation.wake import wake
from orders.checkout.actions.import_desk import CheckingDesk
from orders.checkout.models import OrderImport, StagedOrder

log = structlog.get_logger(__name__)
State = OrderImport.State
AT_ONCE = 250
_BROKE_DOWN = "Checking it broke down here. It is tried again; the log has the reason."
_KEEP = """
    UPDATE checkout_stagedorder
       SET problems = %s::jsonb, warnings = %s::jsonb, total_cents = %s, made = %s::jsonb, body_sha256 = %s,
           reader_to_be = %s, address_to_be = %s, order_to_be = %s
     WHERE id = %s
"""


def check_waiting_imports(*, now: dt.datetime) -> int:
    """Check every staged file to its end; how many steps that took. One that breaks down stops no other."""
    steps = 0
    for import_id in OrderImport.objects.filter(state=State.CHECKING).order_by("pk").values_list("pk", flat=True):
        try:
            while check_some(import_id, now=now):
                steps += 1
        except Exception as error:  # Whatever it is: the next file must not wait for it, and people see it here.
            log.exception("import_check_failed", import_id=import_id, error=type(error).__name__)
            OrderImport.objects.filter(pk=import_id).update(note=_BROKE_DOWN)
    return steps


@transaction.atomic
def check_some(import_id: int, *, now: dt.datetime) -> bool:
    """Check the next lines; whether there may be more. Does nothing while another worker is at it."""
    found = (
        OrderImport.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("magazine")
        .filter(pk=import_id, state=State.CHECKING)
        .first()
    )
    if found is None:
        return False
    unchecked = StagedOrder.objects.filter(order_import=found, problems__isnull=True)
    staged = list(unchecked.order_by("line_number")[:AT_ONCE])
    desk = CheckingDesk(found, now=now)
    desk.look_at(staged)
    if any(name in found.standing and found.standing[name] != now_is for name, now_is in desk.standing.items()):
        # What the lines before were made by is not what is on sale: taken as it is, they would keep the old price.
        check_again(found, "A price, an issue or a source key has changed while it was checked.")
        return True
    with connection.cursor() as cursor:
        cursor.executemany(_KEEP, [_kept(line) for line in staged])
    _count(found, staged, desk)
    reached("import.checked")
    return found.state == State.CHECKING


def check_again(found: OrderImport, why: str) -> None:
    """Forget what was found: the file is checked from its first line. It is locked by the caller."""
    StagedOrder.objects.filter(order_import=found).update(
        problems=None, warnings=[], total_cents=0, made=None, reader_to_be=None, address_to_be=None, order_to_be=None
    )
    found.state, found.note = State.CHECKING, f"{why} It is checked again: look at it once more, then take it."
    found.rows_checked = found.faulty_rows = found.warned_rows = found.total_cents = 0
    found.standing, found.currency, found.taken_by = {}, "", ""
    found.save()
    audit.record(system("order-imports"), "orders.checked_again", found)
    wake("orders_staged")


def _kept(line: StagedOrder) -> list[Any]:
    made = None if line.made is None else json.dumps(line.made)
    to_be = (line.reader_to_be, line.address_to_be, line.order_to_be)
    found = (json.dumps(line.problems), json.dumps(line.warnings), line.total_cents, made, line.body_sha256)
    return [*found, *to_be, line.pk]


def _count(found: OrderImport, staged: Sequence[StagedOrder], desk: CheckingDesk) -> None:
    found.rows_checked += len(staged)
    found.faulty_rows += sum(bool(line.problems) for line in staged)
    found.warned_rows += sum(bool(line.warnings) for line in staged)
    found.total_cents += sum(line.total_cents for line in staged)
    found.standing |= desk.standing
    found.currency = desk.currency
    if found.note == _BROKE_DOWN:
        found.note = ""
    if found.rows_checked >= found.rows:
        found.state = State.FAULTY if found.faulty_rows else State.READY
    found.save(
        update_fields=[
            "rows_checked", "faulty_rows", "warned_rows", "total_cents", "standing", "currency", "state", "note"
        ]
    )  # fmt: skip
