"""The documents of this repository as tests read them: blocks, links, tables, and the paths that they name."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`")


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(document: Path) -> list[str]:
    """Every line of its shell blocks that is neither empty nor a remark."""
    lines = [line.strip() for block in BLOCK.findall(document.read_text()) for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def links(document: Path) -> list[str]:
    return [link for link in LINK.findall(document.read_text()) if "://" not in link]


def named_paths(document: Path) -> list[str]:
    """Paths of this repository in backticks: with a folder, and a file name or nothing behind it."""
    return PATH.findall(document.read_text())


def anchors(document: Path) -> set[str]:
    """What a link may name behind its #: each heading in lower case, without signs, with dashes for blanks."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(name: str, heading: str) -> str:
    """The text of docs/<name>.md under a heading, up to the next one of any level."""
    text = (ROOT / "docs" / f"{name}.md").read_text()
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{name}.md has no heading {heading!r}"
    return found[1]


def table(text: str) -> list[list[str]]:
    """The rows of the first table in a text, cells without backticks, bold and blanks; the heading left out."""
    rows: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("|"):
            rows.append([cell.replace("**", "").strip(" `") for cell in line.strip().strip("|").split("|")])
        elif rows:
            break
    return rows[2:]
