"""A table as XLSX, written row by row: memory does not grow with the rows."""

import io
from typing import Any

import xlsxwriter

from orders.revenue.exports.table import Kind, Table

NUMBER_FORMATS: dict[Kind, str] = {"cents": "#,##0.00", "count": "#,##0", "date": "yyyy-mm-dd"}
# Texts stay texts: a name that begins with "=" must not become a formula.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def as_xlsx(table: Table) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        # Without it every file differs by the time at which it was written.
        book.set_properties({"title": table.title, "created": table.generated_at.replace(tzinfo=None)})
        styles = {kind: book.add_format({"num_format": text}) for kind, text in NUMBER_FORMATS.items()}
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(table.title)
        sheet.set_column(0, len(table.columns) - 1, 16)
        first_row = write_header(sheet, table, bold=bold, money=styles["cents"])
        for number, row in enumerate(table.rows, start=first_row):
            for place, column in enumerate(table.columns):
                write_cell(sheet, (number, place), row[column.key], kind=column.kind, style=styles.get(column.kind))
    return target.getvalue()


def write_header(sheet: Any, table: Table, *, bold: Any, money: Any) -> int:
    """The run header, an empty row and the column heads; the number of the next row."""
    number = 0
    for label, value in table.run_header:
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, value)
        number += 1
    for label, cents in table.control_totals:
        sheet.write_string(number, 0, label, bold)
        sheet.write_number(number, 1, cents / 100, money)
        number += 1
    sheet.write_row(number + 1, 0, [column.label for column in table.columns], bold)
    return number + 2


def write_cell(sheet: Any, place: tuple[int, int], value: Any, *, kind: Kind, style: Any) -> None:
    if value is None:
        return
    if kind == "cents":
        sheet.write_number(*place, value / 100, style)
    elif kind == "count":
        sheet.write_number(*place, value, style)
    elif kind == "date":
        sheet.write_datetime(*place, value, style)
    else:
        sheet.write_string(*place, str(value))
