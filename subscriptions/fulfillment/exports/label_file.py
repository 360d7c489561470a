"""The label file: the frozen copies of a run as 30 columns of CSV, streamed out of the database with its hash."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from foundation.errors import DomainError
from subscriptions.fulfillment.rules import imb

COLUMNS = (
    *("rec_no", "piece_id", "subscriber_no", "keyline", "acs_code", "mid", "stid", "imb_serial", "imb", "top_line"),
    *("name", "company", "attn", "addr1", "addr2", "urb", "city", "state", "zip5", "plus4", "dpc", "postcode"),
    *("country", "carrier_route", "copies", "paid_code", "county_code", "version", "issue_code", "list_code"),
)
HEADER = ",".join(f'"{name}"' for name in COLUMNS).encode() + b"\r\n"
BLOCK = 1024
# From the first page to the last, by one process: the order in which the rows lie.
IN_ORDER = {"synchronize_seqscans": "off", "max_parallel_workers_per_gather": "0"}
# How `file.sql` marks a barcode still to be encoded: barcode id 2, service type 3, mailer id and serial 15, routing 11.
_BARCODE = re.compile(rb"\x02(\d{2})(\d{3})(\d{15})(\d{11})")
# Without COPY's own header, which it leaves unquoted.
_COPY = "COPY ({}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *)"


class FileIsNotPlain(DomainError):
    code = "file_is_not_plain"


class RecordsAreMissing(DomainError):
    code = "records_are_missing"


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file on this machine's disk. `records` is without the header."""

    path: Path
    sha256: str
    size: int
    records: int


class OutOfOrder(Exception):
    """The table's rows do not lie in the order of their record numbers."""


@dataclass(frozen=True, slots=True)
class Export:
    """What to write: the SQL of the records, sorted if it is called with `ordered=True`, and how many there are."""

    query: Callable[..., sql.Composed]
    records: int
    mailer_id: str
    # Called now and then in a long export.
    still_here: Callable[[], None] = lambda: None


@contextmanager
def label_file(export: Export) -> Iterator[Written]:
    """Write a run's records to a temporary file, which is gone after the block unless it was moved away.

    :raises FileIsNotPlain: when a value is not plain ASCII on one line, so that the mail house would misread the file
    :raises RecordsAreMissing: when there are fewer or more than the run has
    """
    folder = settings.VAR_DIR / "writing"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="labels-", delete=False) as target:
        path = Path(target.name)
        try:
            yield _write_in_order(export, target, path)
        finally:
            path.unlink(missing_ok=True)


def _write_in_order(export: Export, target: IO[bytes], path: Path) -> Written:
    try:
        return _write(export, target, path, ordered=False)
    except OutOfOrder:
        # Only a table that was rewritten by hand comes here; the pull lays its rows in file order.
        target.seek(0)
        target.truncate()
        return _write(export, target, path, ordered=True)


def _write(export: Export, target: IO[bytes], path: Path, *, ordered: bool) -> Written:
    target.write(HEADER)
    digest, size, records = hashlib.sha256(HEADER), len(HEADER), 0
    for number, block in enumerate(_blocks(export.query(ordered=ordered), expected=export.records)):
        # A block begins with its first record number, `"0000001",`: sorting a million rows that lie in order already
        # would cost more than a third of the file.
        if int(block[1:8]) != records + 1:
            raise OutOfOrder
        records += block.count(b"\n")
        if not block.isascii() or b"\r" in block:
            raise FileIsNotPlain("A label has characters that are not plain ASCII; see the rehearsal's list.")
        ready = _with_barcodes(block, export.mailer_id).replace(b"\n", b"\r\n")
        target.write(ready)
        digest.update(ready)
        size += len(ready)
        if number % 100 == 0:
            export.still_here()
    if records != export.records:
        raise RecordsAreMissing(f"The copies gave {records} records, not {export.records}.")
    target.flush()
    return Written(path, digest.hexdigest(), size, records)


def _blocks(query: sql.Composed, *, expected: int) -> Iterator[bytes]:
    """Whole records, a thousand at a time: COPY needs no cursor, and memory does not grow."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in IN_ORDER.items():
            cursor.execute(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        with cursor.copy(sql.SQL(_COPY).format(query)) as copy:
            yield from _joined(copy, expected)


def _joined(copy: Any, expected: int) -> Iterator[bytes]:
    # What has come already is taken straight from libpq: psycopg's own read goes round an event loop for each record,
    # which is a third of the work. The end itself is left to psycopg.
    take = copy.connection.pgconn.get_copy_data
    waiting: list[bytes] = []
    seen = 0
    while record := copy.read():
        while record:
            waiting.append(record)
            seen += 1
            record = take(1)[1] if seen < expected and seen % BLOCK else b""
        if len(waiting) >= BLOCK:
            yield b"".join(waiting)
            waiting.clear()
    if waiting:
        yield b"".join(waiting)


def _with_barcodes(block: bytes, mailer_id: str) -> bytes:
    if b"\x02" not in block:
        return block

    def bars(found: re.Match[bytes]) -> bytes:
        barcode_id, service_type, numbers, routing = (part.decode() for part in found.groups())
        return imb.encode(
            barcode_id=barcode_id,
            service_type=service_type,
            mailer_id=mailer_id,
            serial=numbers.removeprefix(mailer_id),
            routing=routing,
        ).encode()

    return _BARCODE.sub(bars, block)
