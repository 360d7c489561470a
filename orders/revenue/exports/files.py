"""A table as JSON (cents), CSV (two decimals) and XLSX. The same table and time give the same bytes."""

import csv
import io
import json
from typing import Any, Literal

from foundation.errors import DomainError
from orders.revenue.exports.spreadsheet import as_xlsx
from orders.revenue.exports.table import Column, Table, decimal

Format = Literal["json", "csv", "xlsx"]
ReportFile = tuple[str, str, bytes]
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class UnknownFormat(DomainError):
    code = "unknown_format"


def report_file(table: Table, *, format: str) -> ReportFile:
    """Name, content type and bytes.

    :raises UnknownFormat: when it is not json, csv or xlsx
    """
    writers = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}
    if format not in writers:
        raise UnknownFormat(f"A report comes as json, csv or xlsx, not as {format}.")
    return f"{table.name}.{format}", CONTENT_TYPES[format], writers[format](table)


def as_json(table: Table) -> bytes:
    whole = {
        "report": table.title,
        "currency": table.currency,
        "header": dict(table.header),
        "row_count": len(table.rows),
        "control_totals": dict(table.totals),
        "rows": [{column.key: row[column.key] for column in table.columns} for row in table.rows],
    }
    return json.dumps(whole, default=str, ensure_ascii=False, indent=1).encode()


def as_csv(table: Table) -> bytes:
    """The run header as two columns, an empty line, then the rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([label, formula_safe(value)] for label, value in table.run_header)
    writer.writerows([label, decimal(cents)] for label, cents in table.control_totals)
    writer.writerow([])
    writer.writerow([column.label for column in table.columns])
    writer.writerows([csv_value(row[column.key], column) for column in table.columns] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def csv_value(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.kind == "cents":
        return decimal(value)
    return formula_safe(str(value)) if column.kind == "text" else str(value)


def formula_safe(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
