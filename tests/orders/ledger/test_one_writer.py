import re
from pathlib import Path

HOUSE = Path(__file__).parents[3]
POST = HOUSE / "orders/ledger/actions/posting.py"
LEDGER_MIGRATIONS = HOUSE / "orders/ledger/migrations"
# Other apps may have a Line of their own: the models count where they are imported from the ledger.
KNOWS_THE_MODELS = re.compile(r"orders\.ledger(\.models)? import (\([^)]*|.*)\b(Journal|Line|models)\b")
WRITES = re.compile(
    r"\b(Journal|Line)\s*\(|\b(Journal|Line)\.objects\.(create|bulk_|get_or_|update|filter\(.*\)\.(update|delete))"
)
WRITES_SQL = re.compile(r"(insert\s+into|update|delete\s+from|copy)\s+\"?ledger_(journal|line)\b", re.IGNORECASE)


def writes_in(file: Path) -> list[str]:
    text = file.read_text()
    found = [match.group() for match in WRITES_SQL.finditer(text)]
    if KNOWS_THE_MODELS.search(text):
        found += [match.group() for match in WRITES.finditer(text)]
    return found


def test_only_post_writes_to_the_books():
    """Append-only triggers stop changes; this stops a second way in."""
    writers = {
        str(file.relative_to(HOUSE)): found
        for wing in ("config", "foundation", "subscriptions", "orders", "web", "demo", "bench")
        for file in [*(HOUSE / wing).rglob("*.py"), *(HOUSE / wing).rglob("*.sql")]
        if file != POST and LEDGER_MIGRATIONS not in file.parents and (found := writes_in(file))
    }

    assert writers == {}


def test_post_is_seen_by_the_same_search():
    assert writes_in(POST) == [
        *["Journal.objects.create", "Line.objects.bulk_"],
        *["Journal.objects.bulk_", "Journal(", "Line.objects.bulk_", "Line("],
    ]


def test_a_second_way_in_would_be_seen(tmp_path: Path):
    file = tmp_path / "sly.py"
    for text in (
        "from orders.ledger.models import Journal\nJournal(kind='x').save()",
        "from orders.ledger.models import (\n    Account,\n    Line,\n)\nLine.objects.create(cents=1)",
        "cursor.execute('insert into ledger_line values (1)')",
    ):
        file.write_text(text)
        assert writes_in(file)
