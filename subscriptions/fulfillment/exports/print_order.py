"""The manifest on one page, for the printer and the file."""

import io
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import inch
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

LINES = TableStyle(
    [
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("TEXTCOLOR", (0, 0), (0, -1), colors.HexColor("#555555")),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#dddddd")),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def as_pdf(manifest: dict[str, Any]) -> bytes:
    """One page; the same manifest gives the same bytes."""
    identity, stream = manifest["identity"], manifest["streams"][0]
    target = io.BytesIO()
    page = SimpleDocTemplate(
        target,
        pagesize=LETTER,
        topMargin=0.7 * inch,
        bottomMargin=0.6 * inch,
        title=f"Print order {identity['issue_code']}",
        invariant=1,
    )
    styles = getSampleStyleSheet()
    heading = f"{identity['title']}: {identity['cover']} ({identity['issue_code']})"
    table = Table(
        [[name, Paragraph(_escaped(value), styles["BodyText"])] for name, value in _facts(manifest)],
        colWidths=[1.9 * inch, 4.6 * inch],
        style=LINES,
    )
    page.build([Paragraph(_escaped(heading), styles["Title"]), Paragraph(stream["file_name"], styles["Code"]), table])
    return target.getvalue()


def _facts(manifest: dict[str, Any]) -> list[tuple[str, object]]:
    identity, cut_off, stream = manifest["identity"], manifest["cut_off"], manifest["streams"][0]
    identifiers, circulation = manifest["identifiers"], manifest["circulation"]
    return [
        ("Run", f"{identity['run_id']}, {identity['kind']}, revision {identity['revision']}"),
        ("Issue number", identity["issue_number"]),
        ("USPS number, ISSN", f"{identity['usps_number'] or '-'}, {identity['issn'] or '-'}"),
        ("Cut-off", cut_off["cut_off_local"]),
        ("Issue date, issues a year", f"{identity['issue_date']}, {identity['issues_a_year'] or '-'}"),
        ("Planned mail date", identity["planned_mail_date"]),
        ("In home", " to ".join(identity["in_home"])),
        ("Records, copies", f"{stream['rows']:,}, {stream['copies']:,}"),
        ("Bytes, encoding", f"{stream['bytes']:,}, {stream['encoding']}, {stream['columns']} columns"),
        ("SHA-256", f"{stream['sha256'][:32]} {stream['sha256'][32:]}"),
        ("Copies by class", _counts(circulation["copies_by_class"])),
        ("Copies by paid code", f"{_counts(circulation['copies_by_paid_code'])}; {circulation['percent_paid']} % paid"),
        ("Copies by country", _counts(manifest["geography"]["copies_by_country"])),
        ("US copies without ZIP+4", manifest["geography"]["us_copies_without_plus4"]),
        ("Mailer ID, service type", f"{identifiers['mailer_id'] or '-'}, {identifiers['service_type'] or '-'}"),
        ("Serials", f"{identifiers['serial_first'] or '-'} to {identifiers['serial_last'] or '-'}"),
        ("Skipped", _counts(manifest["exceptions"]["skipped"])),
        ("Held", _counts(manifest["exceptions"]["held"])),
        ("Check", manifest["checks"]["sentence"]),
        ("Labels alike", manifest["checks"]["same_name_and_address"] or "-"),
        ("Approved by", manifest["sign_off"]["approved_by"]),
        ("Released by", manifest["sign_off"]["released_by"]),
    ]


def _counts(counts: dict[str, int]) -> str:
    """The largest twelve, so that the page stays one page; the manifest has them all."""
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in largest[:12]) or "none"
    return shown if len(largest) <= 12 else f"{shown} and {len(largest) - 12} more"


def _escaped(value: object) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
