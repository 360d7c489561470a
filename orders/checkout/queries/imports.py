"""Files of orders as people look at them before they are taken. Reads only."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from foundation.errors import NotFound
from orders.checkout.models import OrderImport, StagedOrder

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class LineProblem(NamedTuple):
    """Something about a line of the file; an error stops the whole file, a warning does not."""

    line: int
    reference: str
    is_error: bool
    field: str
    code: str
    detail: str


def order_imports() -> QuerySet[OrderImport]:
    return OrderImport.objects.select_related("magazine").order_by("-pk")


def order_import(uuid: UUID | str) -> OrderImport:
    """:raises NotFound:"""
    found = order_imports().filter(uuid=uuid).first()
    if found is None:
        raise NotFound("There is no such file of orders.")
    return found


def first_lines(import_id: int, *, at_most: int) -> list[StagedOrder]:
    return list(StagedOrder.objects.filter(order_import_id=import_id).order_by("line_number")[:at_most])


def line_problems(import_id: int, *, at_most: int | None = None) -> list[LineProblem]:
    """What was found so far, by line; the errors before the warnings."""
    odd = StagedOrder.objects.filter(Q(order_import_id=import_id), ~Q(warnings=[]) | ~Q(problems=[]))
    lines = (
        odd.filter(problems__isnull=False)
        .order_by("line_number")
        .only("line_number", "reference", "problems", "warnings")
    )
    found = [problem for line in lines for problem in _of_line(line)]
    return sorted(found, key=lambda problem: (not problem.is_error, problem.line))[:at_most]


def problems_file(import_id: int) -> bytes:
    """The same as CSV, for whoever corrects the file. No cell of it is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["line", "reference", "kind", "column", "code", "what_is_wrong"])
    for line, reference, is_error, field, code, detail in line_problems(import_id):
        cells = [reference, "error" if is_error else "warning", field, code, detail]
        writer.writerow([line, *(f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell for cell in cells)])
    return text.getvalue().encode("utf-8-sig")


def _of_line(line: StagedOrder) -> Iterator[LineProblem]:
    for is_error, found in ((True, line.problems or []), (False, line.warnings)):
        for each in found:
            yield LineProblem(line.line_number, line.reference, is_error, each["field"], each["code"], each["detail"])
