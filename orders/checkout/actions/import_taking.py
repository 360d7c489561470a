"""Taking a checked file of orders: every row of every order in one transaction, by a handful of statements, or none."""

import datetime as dt
from typing import Any

import structlog
from django.db import IntegrityError, connection, transaction

from foundation import rows
from foundation.actors import actor_of
from foundation.audit import actions as audit
from foundation.failpoints import reached
from orders.checkout.actions.import_checking import check_again
from orders.checkout.actions.import_desk import TABLES, caller_of, standing_now
from orders.checkout.models import OrderImport, StagedOrder
from subscriptions.readers import actions as readers

log = structlog.get_logger(__name__)
State = OrderImport.State
# New people who are looked up among those on file by one statement.
LOOKED_UP_AT_ONCE = 1000
_STAGED = "checkout_stagedorder staged WHERE staged.order_import_id = %(import_id)s"
# Columns that say when and by whom: the file was made into rows when it was checked, and is taken now.
_NOW = {
    "readers_reader": {"created_at": "%(now)s"},
    "readers_address": {"entered_at": "%(now)s", "entered_by": "%(by)s"},
    "checkout_order": {"placed_at": "%(now)s", "placed_by": "%(by)s"},
    "checkout_orderline": {},
}
_KEYS = """
    INSERT INTO checkout_intakekey (key, caller, body_sha256, order_id, created_at)
    SELECT %(batch)s || ':' || reference, %(caller)s, body_sha256, order_to_be, %(now)s
    FROM checkout_stagedorder WHERE order_import_id = %(import_id)s
"""
# The same three that the API writes for an order.
_TRAIL = """
    INSERT INTO audit_auditentry (at, actor, action, object_kind, object_id, detail)
    SELECT %(now)s, %(by)s, entry.action, entry.kind, entry.id::text, entry.detail
    FROM checkout_stagedorder staged
    CROSS JOIN LATERAL (VALUES
        ('reader.filed', 'readers.reader', staged.reader_to_be, '{}'::jsonb),
        ('address.added', 'readers.address', staged.address_to_be,
            jsonb_build_object('reader', staged.reader_to_be, 'source', 'order')),
        ('order.placed', 'checkout.order', staged.order_to_be,
            jsonb_build_object('total_cents', staged.total_cents, 'offer', staged.cells->'offer'))
    ) AS entry (action, kind, id, detail)
    WHERE staged.order_import_id = %(import_id)s
"""


def take_asked_imports(*, now: dt.datetime) -> int:
    """Take every file that people want taken; how many were. One that breaks down stops no other."""
    asked = OrderImport.objects.filter(state=State.TAKING).order_by("pk").values_list("pk", flat=True)
    return sum(_tried(import_id, now=now) for import_id in asked)


def _tried(import_id: int, *, now: dt.datetime) -> bool:
    try:
        return take(import_id, now=now)
    except Exception as error:  # As for one that is checked: people see it here, and it comes round again.
        log.exception("import_take_failed", import_id=import_id, error=type(error).__name__)
        note = "Taking it broke down. Nothing of it was ordered. It is tried again; the log has the reason."
        OrderImport.objects.filter(pk=import_id).update(note=note)
        return False


@transaction.atomic
def take(import_id: int, *, now: dt.datetime) -> bool:
    """Make every line an order, once: nothing while another worker is at it, nothing again once it is done.

    Where a price, an issue or a source key is not what it was when the file was checked, it is checked again instead
    and people look at it once more.
    """
    found = (
        OrderImport.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("magazine")
        .filter(pk=import_id, state=State.TAKING)
        .first()
    )
    if found is None:
        return False
    if standing_now(found, now=now) != found.standing:
        check_again(found, "A price, an issue or a source key has changed since it was checked.")
        return False
    try:
        with transaction.atomic():
            _write(found, now=now)
    except IntegrityError:
        check_again(found, "One of its references was taken in the meantime.")
        return False
    found.state, found.taken_at, found.closed_at, found.note = State.TAKEN, now, now, ""
    found.save(update_fields=["state", "taken_at", "closed_at", "note"])
    audit.record(actor_of(found.taken_by), "orders.taken", found, rows=found.rows, total_cents=found.total_cents)
    reached("import.taken")
    return True


def _write(found: OrderImport, *, now: dt.datetime) -> None:
    parameters: dict[str, Any] = {
        "import_id": found.pk,
        "batch": found.batch,
        "caller": caller_of(found),
        "now": now,
        "by": found.taken_by,
    }
    for model in TABLES:
        table = model._meta.db_table
        kept = f"staged.made->'{table}'"
        rows.insert_kept(model, source=_STAGED, kept=kept, parameters=parameters, **_NOW[table])
        reached(f"import.{table}")
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, parameters)
        cursor.execute(_TRAIL, parameters)
    _ask_about_duplicates(found, now=now)
    StagedOrder.objects.filter(order_import=found).delete()


def _ask_about_duplicates(found: OrderImport, *, now: dt.datetime) -> None:
    """As for every order: whoever may be somebody on file is a question for a clerk."""
    made = StagedOrder.objects.filter(order_import=found).order_by("line_number")
    people = list(made.values_list("reader_to_be", "address_to_be"))
    for begin in range(0, len(people), LOOKED_UP_AT_ONCE):
        some = people[begin : begin + LOOKED_UP_AT_ONCE]
        readers.ask_about_duplicates(
            reader_ids=[reader for reader, _ in some if reader],
            address_ids=[address for _, address in some if address],
            now=now,
        )
