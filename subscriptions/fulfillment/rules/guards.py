"""The guards of a rehearsal: what must be right before a run may be released, and what people should look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from subscriptions.fulfillment.rules import imb

# A run that differs by more than this from the last one is looked at by a person. Small houses swing more.
MOST_CHANGE_PERCENT = 20
FEW_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One guard. A hard one that fails blocks the approval, unless it may be accepted by a person, with a reason."""

    code: str
    ok: bool
    sentence: str
    hard: bool = True
    may_be_accepted: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a rehearsal has counted. `last_rows` is None for the first run of a magazine."""

    entitled: int
    entitled_copies: int
    rows: int
    copies: int
    skips: Mapping[str, int]
    skipped_copies: int
    twice: int
    beyond_term: int
    unprintable: int
    same_label: int
    longest_number: int
    last_rows: int | None
    is_next: bool
    next_issue: bool
    serials_fit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLater:
    """What a rehearsal of a supplement or claims run has counted."""

    wanted: int
    rows: int
    skips: Mapping[str, int]
    twice: int
    unprintable: int
    same_label: int
    longest_number: int
    is_pulled: bool
    serials_fit: bool


def checks_of(seen: Seen, *, mailer_id: str, service_type: str) -> list[Check]:
    """Every guard, in the order in which people should read them."""
    return [*_sums(seen), *_calendar(seen), *_labels(seen), *_sizes(seen), _barcode(mailer_id, service_type)]


def checks_of_later(seen: SeenLater, *, mailer_id: str, service_type: str) -> list[Check]:
    """The guards of a run that follows its issue: it compares with nothing, and touches no clock."""
    left = sum(seen.skips.values())
    return [
        Check(
            code="adds_up",
            ok=seen.wanted == seen.rows + left,
            sentence=f"Wanted {seen.wanted:,} = labels {seen.rows:,} + left waiting {left:,}.",
        ),
        _once(seen.twice),
        Check(code="issue_is_pulled", ok=seen.is_pulled, sentence="The main run of the issue has been pulled."),
        *_labels(seen, left_undone="cannot be sent now and go on waiting"),
        Check(code="someone_gets_it", ok=seen.rows > 0, sentence=f"{seen.rows:,} labels.", may_be_accepted=True),
        _serials(seen.serials_fit),
        _barcode(mailer_id, service_type),
    ]


def change_percent(now: int, last: int) -> float:
    """By how much a run differs from the last one, in percent of the last."""
    return round(100 * (now - last) / last, 1) if last else 0.0


def _sums(seen: Seen) -> list[Check]:
    skipped = sum(seen.skips.values())
    return [
        Check(
            code="adds_up",
            ok=(seen.entitled, seen.entitled_copies) == (seen.rows + skipped, seen.copies + seen.skipped_copies),
            sentence=f"Entitled {seen.entitled:,} = labels {seen.rows:,} + skipped {skipped:,}.",
        ),
        _once(seen.twice),
        Check(
            code="nothing_beyond_a_term",
            ok=seen.beyond_term == 0,
            sentence=f"{seen.beyond_term:,} copies lie beyond their term without being grace.",
        ),
    ]


def _calendar(seen: Seen) -> list[Check]:
    return [
        Check(code="issue_in_order", ok=seen.is_next, sentence="The issue is the next one to be pulled."),
        Check(code="calendar_goes_on", ok=seen.next_issue, sentence="The calendar has an issue after this one."),
    ]


def _once(twice: int) -> Check:
    return Check(code="each_once", ok=twice == 0, sentence=f"{twice:,} subscriptions would get the issue twice.")


def _labels(seen: Seen | SeenLater, *, left_undone: str = "cannot be sent and keep the issue for later") -> list[Check]:
    skipped = sum(seen.skips.values())
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(seen.skips.items()))
    return [
        Check(
            code="printable",
            ok=seen.unprintable == 0,
            sentence=f"{seen.unprintable:,} labels have characters that the file cannot carry, or nobody's name.",
        ),
        Check(
            code="reader_numbers_fit",
            ok=seen.longest_number <= 9_999_999,
            sentence="Reader numbers have at most seven digits.",
        ),
        Check(
            code="all_can_be_sent",
            ok=skipped == 0,
            sentence=f"{skipped:,} {left_undone}: {reasons or 'none'}.",
            hard=False,
        ),
        Check(
            code="same_label_twice",
            ok=seen.same_label == 0,
            sentence=f"{seen.same_label:,} labels repeat the name and address of another one.",
            hard=False,
        ),
    ]


def _sizes(seen: Seen) -> list[Check]:
    last = seen.last_rows
    change = change_percent(seen.rows, last) if last else 0.0
    usual = last is None or max(last, seen.rows) < FEW_ROWS or abs(change) <= MOST_CHANGE_PERCENT
    compared = "This is the first run." if last is None else f"{seen.rows:,} labels after {last:,}: {change:+.1f} %."
    return [
        Check(code="someone_gets_it", ok=seen.rows > 0, sentence=f"{seen.rows:,} labels.", may_be_accepted=True),
        Check(code="usual_size", ok=usual, sentence=compared, may_be_accepted=True),
        _serials(seen.serials_fit),
    ]


def _serials(fit: bool) -> Check:
    return Check(code="serials_fit", ok=fit, sentence="The mailer ID leaves enough serial numbers.")


def _barcode(mailer_id: str, service_type: str) -> Check:
    """Whether barcodes can be made with these identifiers at all; without them there are none, and that is fine."""
    sentence = "The mailer ID and service type make a barcode."
    if not (mailer_id and service_type):
        return Check(code="barcode", ok=False, hard=False, sentence="No mailer ID or service type: no barcodes.")
    try:
        serial = "1".rjust(15 - len(mailer_id), "0")
        imb.encode(barcode_id="00", service_type=service_type, mailer_id=mailer_id, serial=serial, routing="")
    except ValueError as error:
        return Check(code="barcode", ok=False, sentence=str(error))
    return Check(code="barcode", ok=True, sentence=sentence)
