"""A person's copy of everything: one JSON file that a machine reads, and a page that people read, in one ZIP."""

import html
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

# ZIP keeps no earlier time; the same content makes the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1rem/1.5 sans-serif;margin:2rem;max-width:60rem}}table{{border-collapse:collapse;margin:0 0 1.5rem}}
td,th{{border:1px solid #999;padding:.3rem .6rem;text-align:left;vertical-align:top}}</style></head><body>
<h1>{title}</h1>
<p>The same stands in reader.json, for machines.</p>
"""


def personal_file(told: Mapping[str, Any], *, title: str) -> bytes:
    """`told` has a section for each app: a list of rows, or names with values; rows may hold such again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("reader.json", json.dumps(told, indent=2, ensure_ascii=False)),
            ("index.html", "".join(_page(told, title))),
        ):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _page(told: Mapping[str, Any], title: str) -> Iterator[str]:
    yield _HEAD.format(title=html.escape(title))
    for section, content in told.items():
        yield f"<h2>{_words(section)}</h2>\n{_shown(content)}\n"
    yield "</body></html>\n"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = "".join(f"<tr><th>{_words(name)}</th><td>{_shown(inner)}</td></tr>" for name, inner in value.items())
        return f"<table>{rows}</table>"
    if isinstance(value, list):
        return _rows(value) if value else "<p>None.</p>"
    return html.escape("" if value is None else str(value))


def _rows(rows: list[Any]) -> str:
    if not all(isinstance(row, Mapping) for row in rows):
        return "<ul>" + "".join(f"<li>{_shown(row)}</li>" for row in rows) + "</ul>"
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{_words(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{_shown(row.get(name))}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _words(name: str) -> str:
    return html.escape(name.replace("_", " ").capitalize())
