"""Our own PostgreSQL on real processes, as root and as an ordinary user."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator

import psycopg
import pytest

from tests.demo.living import soon
from tests.demo.postgres_keeper import KINDS, Keeper


@pytest.fixture(params=KINDS)
def new_keeper(request: pytest.FixtureRequest) -> Iterator[Keeper]:
    """In an empty folder, in which the first start has to make the data."""
    one = Keeper(request.param)
    yield one
    one.remove()


@pytest.fixture(params=KINDS, scope="module")
def used_keeper(request: pytest.FixtureRequest) -> Iterator[Keeper]:
    one = Keeper(request.param)
    write_a_row(one.start())
    one.end()
    yield one
    one.remove()


@pytest.fixture
def keeper(used_keeper: Keeper) -> Iterator[Keeper]:
    """In a folder in which a server has run and ended, with a row."""
    yield used_keeper
    used_keeper.end()


def write_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE readers AS SELECT 'Ada' AS name")


def the_row(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str(connection.execute("SELECT name FROM readers").fetchall()[0][0])


def test_keeps_what_was_written_from_one_run_to_the_next(keeper: Keeper) -> None:
    assert keeper.nobody_is_left()

    assert the_row(keeper.start()) == "Ada"


def test_opens_no_port_and_lets_nobody_else_in(keeper: Keeper) -> None:
    outside = [(path, path.stat().st_mode) for path in keeper.folder.parents]
    with psycopg.connect(keeper.start()) as connection:
        row = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('fsync'), current_database()"
        ).fetchone()

    assert row == ("", "on", "masthead")
    for folder in (keeper.data, keeper.home / "socket"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid != 0
    assert [(path, path.stat().st_mode) for path, _ in outside] == outside


@pytest.mark.parametrize("buried", [True, False], ids=["another process", "a zombie"])
def test_a_stale_pid_file_with_the_pid_of_something_else_is_no_hindrance(keeper: Keeper, buried: bool) -> None:
    stranger = keeper.stranger()
    if not buried:
        os.kill(stranger.pid, signal.SIGKILL)  # Not waited for: it stays a zombie until the end of the test.
    stale = f"{stranger.pid}\n{keeper.data}\n1700000000\n5432\n{keeper.home / 'socket'}\n\n  5432001  65536\nready   \n"
    for name in (keeper.data / "postmaster.pid", keeper.home / "socket" / ".s.PGSQL.5432.lock"):
        name.write_text(stale)

    assert the_row(keeper.start()) == "Ada"
    assert not buried or stranger.poll() is None


def test_a_killed_postmaster_ends_its_keeper_and_loses_nothing(keeper: Keeper) -> None:
    program = keeper.run()
    keeper.url(program)

    os.kill(keeper.postmaster(), signal.SIGKILL)

    assert program.wait(timeout=60) == 1
    assert keeper.nobody_is_left()
    assert the_row(keeper.start()) == "Ada"


def test_a_killed_keeper_takes_its_server_along(keeper: Keeper) -> None:
    keeper.start()

    keeper.kill()

    assert keeper.nobody_is_left()
    assert the_row(keeper.start()) == "Ada"


def test_a_killed_backend_is_got_over(keeper: Keeper) -> None:
    url = keeper.start()
    connection = psycopg.connect(url)

    os.kill(connection.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()

    # A connection just before PostgreSQL sees the death is cut off once more.
    assert soon(lambda: still_has_the_row(url))


def still_has_the_row(url: str) -> bool:
    try:
        return the_row(url) == "Ada"
    except psycopg.OperationalError:
        return False


def connects(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_eight_first_starts_at_once_share_one_server(new_keeper: Keeper) -> None:
    keeper = new_keeper
    urls = {keeper.url(program) for program in [keeper.run() for _ in range(8)]}

    assert len(urls) == 1
    assert connects(urls.pop())
    keeper.end()
    assert keeper.nobody_is_left()


def test_a_data_folder_that_was_left_half_made_is_made_again(keeper: Keeper) -> None:
    keeper.data.rename(keeper.home / "data.elsewhere")
    owner = (keeper.home / "data.elsewhere").stat()
    for folder in (keeper.home / "data.unfinished", keeper.home / "data.unfinished" / "base"):
        folder.mkdir()
        os.chown(folder, owner.st_uid, owner.st_gid)

    assert connects(keeper.start())

    keeper.end()
    shutil.rmtree(keeper.data)
    (keeper.home / "data.elsewhere").rename(keeper.data)


def test_data_of_another_version_is_refused_with_what_to_do(keeper: Keeper) -> None:
    version = (keeper.data / "PG_VERSION").read_text()
    (keeper.data / "PG_VERSION").write_text("14\n")

    program = keeper.run()

    said, _ = program.communicate(timeout=60)
    (keeper.data / "PG_VERSION").write_text(version)
    assert program.returncode == 1
    assert "was made by PostgreSQL 14" in said
    assert f"Remove {keeper.home}" in said
