"""The run's manifest: what the file holds and how it adds up, as JSON and as `key,value` CSV (postal 8.3)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from subscriptions.fulfillment.exports.label_file import COLUMNS, Written
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.tally import Tally

VERSION = 2


def manifest_of(
    run: LabelRun,
    *,
    tally: Tally,
    skips: Mapping[str, int],
    held: Mapping[str, int],
    file: Written,
    each_once: bool,
) -> dict[str, Any]:
    """All that the house knows of a pulled run, in the same words and order each time: a crash has it built again."""
    return {
        "identity": _identity(run),
        "cut_off": _cut_off(run),
        "quantities": {"for_the_mail": run.copies, "of_these_foreign": tally.abroad},
        "streams": [_stream(run, file)],
        "circulation": _circulation(tally),
        "geography": {
            "copies_by_country": tally.copies_by("country_name"),
            "copies_by_state": tally.copies_by("state"),
            "copies_by_zip3": tally.copies_by("zip3"),
            "us_copies_without_plus4": tally.without_plus4,
        },
        "exceptions": {"skipped": dict(skips), "held": dict(held)},
        "identifiers": _identifiers(run),
        "checks": checks_of(run, tally=tally, skips=skips, held=held, file=file, each_once=each_once),
        "sign_off": {"prepared_by": run.created_by, "approved_by": run.approved_by, "released_by": run.released_by},
    }


def as_json(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def as_key_values(manifest: dict[str, Any]) -> bytes:
    """One line for each fact, `geography.copies_by_state.IL,12`, every field quoted, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["key", "value"])
    writer.writerows(flat(manifest))
    return text.getvalue().encode()


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of a manifest with their dotted paths."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from flat(inner, f"{path}.{number}")
    else:
        yield path, value


def checks_of(
    run: LabelRun,
    *,
    tally: Tally,
    skips: Mapping[str, int],
    held: Mapping[str, int],
    file: Written,
    each_once: bool,
) -> dict[str, Any]:
    """The line that people add up by hand, and the three sums behind it."""
    skipped, waiting = sum(skips.values()), sum(held.values())
    # Counted at the pull by another statement than the labels; a pull of an older version has not kept it.
    eligible = run.printed.get("eligible", run.rows + run.skips) + waiting
    return {
        "sentence": f"eligible {eligible:,} = exported {file.records:,} + held {waiting:,} + skipped {skipped:,}",
        "records_equal_rows": file.records == run.rows == tally.records,
        "copies_equal_rows_kept": tally.copies == run.copies,
        "eligible_equals_exported_held_skipped": eligible == file.records + waiting + skipped,
        "each_claim_once" if run.purpose == run.Purpose.CLAIMS else "each_subscription_once": each_once,
        "same_name_and_address": _as_rehearsed(run, "same_label_twice"),
    }


def _as_rehearsed(run: LabelRun, code: str) -> str:
    """What a check of the rehearsal found: a million labels are not compared again for a word of warning."""
    checks = run.rehearsal.get("checks", [])
    return next((str(check["sentence"]) for check in checks if check["code"] == code), "")


def _identity(run: LabelRun) -> dict[str, Any]:
    issue = run.issue
    return {
        "manifest_version": VERSION,
        "run_id": run.pk,
        "run_uuid": str(run.uuid),
        "kind": run.get_purpose_display(),
        "revision": run.revision,
        "title": run.printed["title"],
        "usps_number": run.printed["usps_number"],
        "issn": run.printed["issn"],
        "issue_code": run.printed["issue_code"],
        "issue_number": issue.number,
        "cover": issue.cover_label,
        "issue_date": f"{issue.cover_year}-{issue.cover_month:02}",
        "issues_a_year": run.printed.get("frequency"),
        "weight": issue.weight,
        "planned_mail_date": issue.mail_on.isoformat(),
        "in_home": [issue.in_home_from.isoformat(), issue.in_home_until.isoformat()],
    }


def _cut_off(run: LabelRun) -> dict[str, Any]:
    zone = run.issue.magazine.zone
    return {
        "cut_off_at": run.issue.pull_at.isoformat(),
        "cut_off_local": f"{run.issue.pull_at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}",
        "created_at": run.created_at.isoformat(),
        "pulled_at": run.pulled_at.isoformat() if run.pulled_at else None,
        "database_snapshot": run.printed.get("snapshot"),
        "basic_annual_price_cents": run.printed.get("annual_cents"),
        "code_version": settings.MASTHEAD_COMMIT,
    }


def _stream(run: LabelRun, file: Written) -> dict[str, Any]:
    return {
        "stream": run.get_purpose_display(),
        "file_name": run.file_name.rsplit("/", 1)[-1],
        "rows": file.records,
        "copies": run.copies,
        "sha256": file.sha256,
        "bytes": file.size,
        "encoding": "US-ASCII",
        "columns": len(COLUMNS),
    }


def _circulation(tally: Tally) -> dict[str, Any]:
    paid = sum(group.copies for group in tally.sent if group.paid_code == "P")
    return {
        "copies_by_class": tally.copies_by("copy_class"),
        "copies_by_paid_code_and_county": tally.copies_by("paid_code_and_county"),
        "copies_by_paid_code": tally.copies_by("paid_code"),
        "percent_paid": round(100 * paid / tally.copies, 2) if tally.copies else 0,
    }


def _identifiers(run: LabelRun) -> dict[str, Any]:
    first = run.serial_first
    return {
        "mailer_id": run.printed["mid"],
        "service_type": run.printed["stid"],
        "acs_code": run.printed["acs"],
        "serial_first": first,
        "serial_last": first + run.rows - 1 if first and run.rows else None,
    }
