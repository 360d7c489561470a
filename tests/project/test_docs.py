"""README and docs tell the truth: their commands are covered, their links lead somewhere, their pictures are there."""

import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands
from django.db import connection

from bench.__main__ import options, verdict
from bench.table import below
from demo.postgres_binaries import find_binaries
from foundation.accounts.models import User
from orders.ledger.actions import Posting, post
from orders.ledger.models import Journal
from orders.revenue.queries.invariants import findings
from subscriptions.catalog.models import Issue, Magazine
from tests.house import House, at
from tests.project.compose import services
from tests.project.documents import ROOT, anchors, commands, documents, links, named_paths

DOCUMENTS = documents()
COMPOSE = "docker compose --env-file deploy/env "
MAKEFILE = (ROOT / "Makefile").read_text()
# Every command of the documents, and what runs it. Those that begin with `docker` need Docker, which is not on every
# machine: their services and options are held against the compose file, and the words inside are run without it.
COVERED_BY = {
    "make check": ".ci/run",
    "make test": ".ci/run",
    "make demo": "tests/stories/test_demo.py",
    "make demo ONCE=1": "tests/stories/test_demo.py",
    # Minutes and hours of work, so that nothing runs them by itself. What make would start is held against it here.
    "make bench": "people; dry-run here",
    "make soak": "people; dry-run here",
    "cp deploy/env.example deploy/env": "here",
    'python3 -c "import secrets; print(secrets.token_urlsafe(48))"': "here",
    "python manage.py migrate": "tests/project/test_services_without_docker.py",
    "python manage.py grant_roles": "tests/project/test_services_without_docker.py",
    "python manage.py collectstatic --noinput": "tests/project/test_compose.py",
    "python manage.py check --deploy": "tests/project/test_compose.py",
    f"{COMPOSE}up --detach --build": "tests/project/test_services_without_docker.py",
    f"{COMPOSE}up --detach": "tests/project/test_services_without_docker.py",
    f"{COMPOSE}build": "the Dockerfile is parsed in tests/project/test_compose.py",
    f"{COMPOSE}ps": "the compose file is parsed",
    f"{COMPOSE}stop web worker-money worker-mail worker-runs beat": "the compose file is parsed",
    f"{COMPOSE}exec web python manage.py createsuperuser --email ada@example.org": "here, in the test database",
    f"{COMPOSE}exec web python manage.py lay_out_calendar --magazine lantern --first-number 501 --first-year 2026"
    " --years 2": "here, in the test database",
    f"{COMPOSE}exec web python manage.py seal_secrets_again": "here, in the test database",
    f"{COMPOSE}exec -T postgres pg_dump --username masthead --format custom --no-owner --no-acl masthead"
    " > masthead.dump": "here, against a real server",
    f"{COMPOSE}exec -T postgres dropdb --username masthead --force masthead": "here, against a real server",
    f"{COMPOSE}exec -T postgres createdb --username masthead masthead": "here, against a real server",
    f"{COMPOSE}exec -T postgres pg_restore --username masthead --exit-on-error --no-owner --no-acl --dbname masthead"
    " < masthead.dump": "here, against a real server",
}
IN_THE_DOCUMENTS = {command for document in DOCUMENTS for command in commands(document)}
INSIDE_DOCKER = sorted(c for c in IN_THE_DOCUMENTS if c.startswith("docker "))


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def test_every_command_is_covered_and_every_covered_command_is_there() -> None:
    assert set(COVERED_BY) == IN_THE_DOCUMENTS


def test_what_covers_a_command_is_there() -> None:
    named = {path for by in COVERED_BY.values() for path in re.findall(r"[\w./]+\.py|\.ci/run", by)}

    assert [path for path in named if not (ROOT / path).exists()] == []
    assert "make check" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("command", sorted(c for c in IN_THE_DOCUMENTS if c.startswith("make ")))
def test_make_knows_the_target(command: str) -> None:
    target, *variables = shlex.split(command)[1:]

    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert all(f"$({variable.partition('=')[0]})" in MAKEFILE for variable in variables)


@pytest.mark.parametrize(
    ("target", "started"),
    [
        (["demo"], "python -m demo"),
        (["demo", "ONCE=1"], "python -m demo --once"),
        (["demo", "READERS=50000"], "python -m demo --readers 50000"),
        (["test", "TEST_WORKERS=2"], 'python -m pytest tests --ignore=tests/browser -n 2 -m "not soak"'),
        (["bench", "BENCH_ARGS=--only P9"], "python -m bench --only P9"),
        (["soak", "TEST_WORKERS=2"], "HYPOTHESIS_PROFILE=soak .venv/bin/python -m pytest tests -n 2 -m soak"),
    ],
)
def test_make_starts_what_its_tests_start(target: list[str], started: str) -> None:
    # As if no other make, such as the one of `make test`, had started this one with what was said to it.
    said = ("MAKE", "MFLAGS", "PYTEST_ARGS", "BENCH_ARGS", "TEST_WORKERS", "ONCE", "READERS", "PYTHON")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(said)}
    words = ["make", "--dry-run", "--no-print-directory", *target]
    printed = subprocess.run(words, cwd=ROOT, env=bare, capture_output=True, text=True, check=True)

    last = " ".join(printed.stdout.splitlines()[-1].split())
    assert last == (started if started.startswith("HYP") else f".venv/bin/{started}")


def test_the_bench_ends_with_1_for_a_missed_promise_when_it_is_asked_to() -> None:
    kept = below("P9", "ready", size=1, unit="s", ours=1.9, limit=2.0)
    missed = below("P9", "ready", size=1, unit="s", ours=2.1, limit=2.0)
    beside = replace(missed, promised=False)

    assert [verdict(rows) for rows in ([kept, beside], [kept, missed])] == [0, 1]
    assert options().parse_args(["--strict"]).strict


def test_ci_runs_the_tests() -> None:
    at_once = re.search(r"^AT_ONCE := ([a-z ]+)$", MAKEFILE, re.MULTILINE)
    then = re.search(r"^check:.*-j 2 \$\(AT_ONCE\);.*for step in ([a-z -]+);", MAKEFILE, re.MULTILINE | re.DOTALL)

    assert at_once is not None
    assert then is not None
    steps = [*at_once[1].split(), *then[1].split()]
    assert sorted(steps) == ["contracts", "lint", "migrations", "openapi", "test", "test-browser", "types"]


@pytest.mark.parametrize("command", INSIDE_DOCKER)
def test_a_docker_command_names_what_the_compose_file_has(command: str) -> None:
    assert command.startswith(COMPOSE)
    verb, *rest = shlex.split(command.removeprefix(COMPOSE))

    named = [word for word in rest if not word.startswith("-")]
    assert verb in {"up", "ps", "build", "stop", "exec"}
    assert set(named if verb == "stop" else named[:1]) <= set(services())


def test_the_sample_environment_is_copied_and_a_secret_made(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("env", "__pycache__"))
    copy, make_secret = "cp deploy/env.example deploy/env", next(c for c in COVERED_BY if c.startswith("python3 -c"))

    subprocess.run(shlex.split(copy), cwd=tmp_path, check=True)
    made = subprocess.run(
        [sys.executable, *shlex.split(make_secret)[1:]], capture_output=True, text=True, check=True
    ).stdout.strip()

    assert (tmp_path / "deploy" / "env").read_text() == (ROOT / "deploy" / "env.example").read_text()
    assert re.fullmatch(r"[\w-]{64}", made)


def managed(name: str) -> list[str]:
    """The words behind `manage.py` of the one documented command of that name."""
    found = next(c for c in sorted(COVERED_BY) if f"manage.py {name}" in c)
    return shlex.split(found.partition("manage.py ")[2])


@pytest.mark.django_db
def test_the_first_administrator_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a lantern in the window")

    call_command(*managed("createsuperuser"), "--noinput", stdout=StringIO())

    assert User.objects.get().role == "admin"


@pytest.mark.django_db
def test_the_calendar_is_laid_out() -> None:
    Magazine.objects.create(code="lantern", label_code="LAN", name="The Lantern", covers=[[m] for m in range(1, 13)])

    call_command(*managed("lay_out_calendar"), stdout=StringIO())

    assert Issue.objects.count() == 24


@pytest.mark.django_db
def test_secrets_are_sealed_again() -> None:
    told = StringIO()

    call_command(*managed("seal_secrets_again"), stdout=told)

    assert told.getvalue() == "0 secrets and 0 second factors sealed again.\n"


def test_every_management_command_of_the_documents_exists() -> None:
    names = {match for c in IN_THE_DOCUMENTS for match in re.findall(r"manage\.py (\w+)", c)}

    assert names <= set(get_commands())


class Server:
    """Runs the words behind `exec -T postgres` against the server of the tests, in the place of its own names."""

    def __init__(self, folder: Path) -> None:
        place = connection.settings_dict
        self.folder = folder
        self.names = {"masthead": str(place["NAME"])}
        self.environment = {
            "PATH": os.environ["PATH"],
            "PGHOST": place["HOST"],
            "PGPORT": place["PORT"],
            "PGUSER": place["USER"],
            "PGPASSWORD": place["PASSWORD"],
        }

    def run(self, program: str) -> None:
        command = next(c for c in INSIDE_DOCKER if f"postgres {program} " in c)
        words = shlex.split(command.partition("exec -T postgres ")[2])
        streams: dict[str, Path] = {}
        for sign in (">", "<"):
            if sign in words:
                streams[sign] = self.folder / words[words.index(sign) + 1]
                words = words[: words.index(sign)]
        account = words.index("--username")
        words = [self.names.get(word, word) for word in words[:account] + words[account + 2 :]]
        words[0] = str(find_binaries().folder / program)
        self._run(words, streams)

    def _run(self, words: list[str], streams: dict[str, Path]) -> None:
        given = streams["<"].read_bytes() if "<" in streams else None
        ended = subprocess.run(words, env=self.environment, input=given, capture_output=True, check=False)
        assert ended.returncode == 0, ended.stderr.decode()
        if ">" in streams:
            streams[">"].write_bytes(ended.stdout)


def guards() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
        return {row[0] for row in cursor.fetchall()}


def test_a_dump_is_restored_with_its_rows_and_guards(own_database: str, tmp_path: Path) -> None:
    house = House()
    house.term(house.subscription())
    sold = [Posting("1010", 1995, house.magazine.code), Posting("2100", -1995, house.magazine.code)]
    post(posting_key="k", kind="sale", book_date=at("2026-02-20").date(), currency="usd", lines=sold)
    before = guards()
    connection.close()
    server = Server(tmp_path)

    for program in ("pg_dump", "dropdb", "createdb", "pg_restore"):
        server.run(program)

    assert guards() == before
    assert len(before) > 20
    assert Issue.objects.count() > 0
    assert Journal.objects.count() == 1
    assert [finding["title"] for finding in findings(now=at("2026-02-20")) if not finding["ok"]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_in_backticks_is_there(document: Path) -> None:
    missing = [
        path for path in named_paths(document) if (ROOT / path.split("/")[0]).exists() and not (ROOT / path).exists()
    ]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_path_of_some_machine_is_named(document: Path) -> None:
    assert re.findall(r"/(?:home|root|tmp|Users|work)/\S*", document.read_text()) == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        targets = [(document.parent / link.partition("#")[0]).resolve() for link in links(document)]
        found = [page for t in targets for page in ([*t.glob("*.md")] if t.is_dir() else [t]) if page.suffix == ".md"]
        waiting += [page for page in found if page not in reached]

    assert set(DOCUMENTS) - reached == set()


def pictures() -> list[Path]:
    return sorted((ROOT / "docs" / "images").glob("*"))


def test_every_picture_is_shown_and_there_is_one_of_each_door() -> None:
    shown = set(re.findall(r"docs/images/[\w.-]+", (ROOT / "README.md").read_text()))

    assert shown == {str(picture.relative_to(ROOT)) for picture in pictures()}
    assert {"reader.png", "reader-phone.png", "desk-run.png", "api.png"} == {picture.name for picture in pictures()}


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture.name)
def test_a_picture_is_small_and_as_wide_as_the_screen_it_shows(picture: Path) -> None:
    body = picture.read_bytes()
    width = struct.unpack(">I", body[16:20])[0]

    assert body.startswith(b"\x89PNG")
    assert len(body) < 200_000
    assert width == (390 if "phone" in picture.name else 1280)
