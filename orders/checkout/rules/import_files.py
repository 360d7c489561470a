"""A file of orders: its columns, and what is wrong with it as a file or with a line as typed."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from foundation.errors import Invalid
from orders.checkout.rules.orders import WEBSITE, OrderRequest, Person
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.readers.rules.card_numbers import holds_card_number

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
# Column: the most characters that are kept.
COLUMNS = {
    "reference": 40,
    "offer": 30,
    "copies": 4,
    "source_key": 20,
    "start_issue": 7,
    "payer_name": 80,
    "payer_company": 80,
    "payer_email": 254,
    "payer_phone": 30,
    "ship_name": 80,
    "ship_company": 80,
    "ship_attention": 80,
    "ship_line1": 80,
    "ship_line2": 80,
    "ship_city": 60,
    "ship_region": 40,
    "ship_postcode": 16,
    "ship_country": 2,
}
REQUIRED = ("reference", "offer", "payer_name", "ship_line1", "ship_country")
_REFERENCE = re.compile(r"[A-Za-z0-9_\-:.]{1,40}")
_BATCH = re.compile(r"[A-Za-z0-9_\-.]{1,30}")
_COUNTRY = re.compile(r"[A-Z]{2}")

EXAMPLE = {
    "reference": "A-1",
    "copies": "1",
    "payer_name": "Ana Example",
    "payer_email": "ana@readers.example",
    "ship_line1": "12 Sample St",
    "ship_city": "Chicago",
    "ship_region": "IL",
    "ship_postcode": "60647",
    "ship_country": "US",
}

Lines = list[tuple[int, dict[str, str]]]
Problems = dict[str, list[tuple[str, str]]]


def read_file(content: bytes) -> Lines:
    """The lines of a CSV file by column, each with its number; empty ones are left out.

    :raises Invalid: for field `file`: it is no such file, or too large
    """
    table = _table(_text(content))
    _, header = next(table, (0, []))
    columns = _columns(header)
    lines: Lines = []
    for number, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise _refused("odd_line", f"Line {number} has {len(cells)} cells, the header has {len(columns)}.")
        if len(lines) == MOST_ROWS:
            raise _refused("too_many_lines", f"A file holds at most {MOST_ROWS:,} orders. Split it into several.")
        if _holds_card_number(dict(zip(columns, cells, strict=True))):
            # Such a number may not be stored, not even until somebody has looked at it (PCI DSS).
            sentence = f"Line {number} seems to hold a card number. Take it out of the file, and keep it nowhere."
            raise _refused("looks_like_a_card_number", sentence)
        lines.append((number, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    if not lines:
        raise _refused("no_lines", "There is no order below the header.")
    return lines


def example_file(offer: str) -> bytes:
    """The header and one order, to be filled in by a table program (which needs the mark at the start to see UTF-8)."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerow({**EXAMPLE, "offer": offer})
    return written.getvalue().encode("utf-8-sig")


def _holds_card_number(cells: Mapping[str, str]) -> bool:
    """Mail addresses and telephone numbers may have as many digits for reasons of their own."""
    texts = (text for name, text in cells.items() if name not in ("payer_email", "payer_phone"))
    return any(holds_card_number(text) for text in texts if sum(map(str.isdigit, text)) >= 13)


def refuse_batch(batch: str) -> None:
    """:raises Invalid:"""
    if not _BATCH.fullmatch(batch):
        sentence = "Name the batch with 1 to 30 letters, digits or -_. such as fair-2026-11."
        raise Invalid({"batch": [("malformed", sentence)]})


def problems_as_typed(cells: Mapping[str, str]) -> Problems:
    """What is wrong with a line whatever is on sale; by column."""
    problems = {
        name: [("too_long", f"More than {room} characters.")]
        for name, room in COLUMNS.items()
        if len(cells.get(name, "")) > room
    }
    if not _REFERENCE.fullmatch(cells["reference"]):
        problems["reference"] = [("malformed", "A reference is 1 to 40 letters, digits or -_:. without spaces.")]
    if not cells["offer"]:
        problems["offer"] = [("required", "Name the offer by its code.")]
    if copies_of(cells) is None:
        problems["copies"] = [("malformed", "Copies are a whole number from 1 to 1000.")]
    if cells.get("start_issue") and start_issue_of(cells) is None:
        problems["start_issue"] = [("malformed", "The issue to start with is its number, such as 506.")]
    if not _COUNTRY.fullmatch(cells["ship_country"].upper()):
        problems["ship_country"] = [("malformed", "A country is two letters: US, CA, GB.")]
    return problems


def copies_of(cells: Mapping[str, str]) -> int | None:
    """One where nothing is typed, None where it is no number of copies."""
    typed = cells.get("copies", "") or "1"
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= 4
    return int(typed) if is_number and 1 <= int(typed) <= 1000 else None


def start_issue_of(cells: Mapping[str, str]) -> int | None:
    """None where nothing is typed, or no number of an issue."""
    typed = cells.get("start_issue", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= 7
    return int(typed) if is_number and int(typed) >= 1 else None


def request_of(cells: Mapping[str, str]) -> OrderRequest:
    """The order of a line without `problems_as_typed`. An address without a name goes to the payer."""
    payer = Person(**{name: cells.get(f"payer_{name}", "") for name in ("name", "company", "email", "phone")})
    address = {name.removeprefix("ship_"): cells.get(name, "") for name in COLUMNS if name.startswith("ship_")}
    address["country"] = address["country"].upper()
    if not address["name"] and not address["company"]:
        address["name"] = payer.name or payer.company
    return OrderRequest(
        offer=cells["offer"],
        payer=payer,
        ship_to=TypedAddress(**address),
        copies=copies_of(cells) or 1,
        source_key=cells.get("source_key", "") or WEBSITE,
        start_issue=start_issue_of(cells),
    )


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _refused("too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it into several.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = f"Line {line} holds a sign that is not UTF-8. Save the file as “CSV UTF-8” and upload it again."
        raise _refused("not_utf8", sentence) from error
    if "\x00" in text:
        raise _refused("not_a_text", "This is no text file. Save the table as “CSV UTF-8”.")
    return text


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line of the file on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _refused("malformed", f"Line {begins} is no line of a CSV file: {error}.") from error


def _columns(header: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    if not any(columns):
        raise _refused("empty", "The file is empty: its first line should name the columns.")
    if len(columns) == 1 and any(sign in columns[0] for sign in ";\t|"):
        raise _refused("not_commas", "The columns are not separated by commas. Save the file as “CSV UTF-8”.")
    unknown = sorted({column or "(no name)" for column in columns if column not in COLUMNS})
    if unknown:
        raise _refused("unknown_column", f"There is no column {', '.join(unknown)}. Known are: {', '.join(COLUMNS)}.")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise _refused("column_twice", f"The column {', '.join(twice)} stands twice.")
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise _refused("missing_column", f"The column {', '.join(missing)} is missing.")
    return columns


def _refused(code: str, sentence: str) -> Invalid:
    return Invalid({"file": [(code, sentence)]})
