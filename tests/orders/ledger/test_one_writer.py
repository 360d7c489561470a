import re
from pathlib import Path

HOUSE = Path(__file__).parents[3]
POST = HOUSE / "orders/ledger/actions/posting.py"
WRITES = re.compile(
    r"\b(Journal|Line)\s*\(|\b(Journal|Line)\.objects\.(create|bulk_|get_or_|update|select_for|filter\(.*\)\.(update|delete))"
    r"|(insert\s+into|update|delete\s+from|copy)\s+ledger_(journal|line)",
    re.IGNORECASE,
)
MODELS = ("class Journal(", "class Line(")


def test_only_post_writes_to_the_books():
    """Append-only triggers stop changes; this stops a second way in."""
    writers = {
        f"{file.relative_to(HOUSE)}:{number}: {line.strip()}"
        for wing in ("config", "foundation", "subscriptions", "orders", "web", "demo", "bench")
        for file in [*(HOUSE / wing).rglob("*.py"), *(HOUSE / wing).rglob("*.sql")]
        if file != POST and not (file.parent.name == "migrations" and "ledger" in file.parts)
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if WRITES.search(line) and not line.startswith(MODELS) and "OrderLine" not in line
    }

    assert writers == set()


def test_post_is_seen_by_the_same_search():
    assert len([line for line in POST.read_text().splitlines() if WRITES.search(line)]) == 3
