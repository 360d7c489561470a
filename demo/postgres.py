"""Our own keeper of a private PostgreSQL: no port, no system user, no root, no server left behind.

    python -m demo.postgres run --folder FOLDER [--url-file FILE]

The server listens on a socket in a folder that only its user can enter. Its life hangs on this process by a leash
(`demo.leash`). Whether an earlier server still lives is never guessed from a pid: every process of a server inherits
one lock, so a free lock says that all of them are gone.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from demo.leashed import Leashed
from demo.locks import held, open_lock, take
from demo.postgres_binaries import Binaries, find_binaries
from demo.postgres_place import SUPERUSER, PostgresDidNotStart, bare_environment, check_version, find_place, initialise
from demo.unprivileged import NoPostgres, own_folder

DATABASE = "masthead"
START_WITHIN = 60.0
ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
NOTHING_TO_LOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """One PostgreSQL in a folder of its own.

    :param durable: False trades crash safety for speed: for tests, which can lose everything
    :param settings: more lines for postgresql.conf, as in {"shared_buffers": "1GB"}
    :param remove: delete the folder once the server has ended
    """

    def __init__(
        self, folder: Path, *, durable: bool, settings: Mapping[str, str] | None = None, remove: bool = False
    ) -> None:
        self.place = find_place(folder.absolute())
        self.process: Leashed | None = None
        self._durable = durable
        self._settings = {**ALWAYS, **({} if durable else NOTHING_TO_LOSE), **(settings or {})}
        self._remove = remove

    @property
    def url(self) -> str:
        return self._url_of(DATABASE)

    @property
    def owned(self) -> bool:
        """False if the server was already running in this folder, kept by somebody else; it then ends with them."""
        return self.process is not None

    def start(self) -> str:
        """Make it ready for connections and return its URL. A server that runs in this folder already is joined.

        :raises NoPostgres: when this machine has none, or with the last words of the one that did not start
        """
        with held(self.place.home / "start.lock"):
            life = self._end_of_earlier_server()
            if life is None:
                return self.url
            try:
                self._launch(find_binaries().runnable_by(self.place.account), life=life)
            finally:
                os.close(life)
        return self.url

    def stop(self) -> None:
        """End the server, in order; nothing happens if it is not ours or has ended."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def runs(self) -> bool:
        """Cheap: is the process there (if it is ours)? `answers()` tries a connection."""
        return self.process.ended() is None if self.process else self.answers()

    def answers(self) -> bool:
        import psycopg  # Only here: its import takes longer than starting the server, which goes on meanwhile.

        try:
            psycopg.connect(self._url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _url_of(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.place.sockets), safe='')}"

    def _end_of_earlier_server(self) -> int | None:
        """The life lock, held by us, once no process of an earlier server lives; None if one is up and well."""
        life = open_lock(self.place.home / "alive.lock")
        deadline = time.monotonic() + START_WITHIN
        while not take(life):
            if self.answers():
                os.close(life)
                return None
            if time.monotonic() > deadline:
                raise PostgresDidNotStart(f"An earlier PostgreSQL in {self.place.home} neither answers nor ends.")
            time.sleep(0.05)
        return life

    def _launch(self, binaries: Binaries, *, life: int) -> None:
        place = self.place
        own_folder(place.sockets, place.account)
        if not (place.data / "PG_VERSION").exists():
            initialise(place, binaries, durable=self._durable, life=life)
        check_version(place, binaries)
        # The lock says that nobody lives here, whatever process has the pid in these files by now.
        for leftover in (place.data / "postmaster.pid", *place.sockets.iterdir()):
            leftover.unlink(missing_ok=True)
        settings = {**self._settings, "unix_socket_directories": str(place.sockets)}
        self.process = Leashed(
            [
                binaries.postgres,
                "-D",
                place.data,
                *(part for item in settings.items() for part in ("-c", "=".join(item))),
            ],
            log=place.log,
            cwd=Path("/"),
            env=bare_environment(),
            user=place.user,
            # Fast shutdown writes a checkpoint; with nothing to lose, immediate shutdown saves that time. Asked while
            # PostgreSQL 18 recovers, a fast shutdown never ends; SIGKILL is safe then, as the next start recovers.
            stop_signal="INT" if self._durable else "QUIT",
            grace=10.0 if self._durable else 5.0,
            inherit=[life],
            remove=place.home if self._remove else None,
        )
        self._wait_until_ready(self.process)

    def _wait_until_ready(self, process: Leashed) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not self.answers():
            if process.ended() is not None or time.monotonic() > deadline:
                last_words = "".join(self.place.log.read_text(errors="replace").splitlines(keepends=True)[-15:])
                self.stop()
                raise PostgresDidNotStart(f"PostgreSQL did not start. The end of {self.place.log}:\n{last_words}")
            time.sleep(0.01)
        self._ensure_database()

    def _ensure_database(self) -> None:
        import psycopg

        with psycopg.connect(self._url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")


@contextmanager
def throwaway_postgres(settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """A server with an empty database for the length of a with block, its folder removed afterwards."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="masthead-")), durable=False, settings=settings, remove=True)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.place.home, ignore_errors=True)


def main() -> int:
    """Keep a durable server in the foreground until SIGTERM or Ctrl-C. Exit code 1 if it ended by itself."""
    parser = argparse.ArgumentParser(prog="python -m demo.postgres", description=main.__doc__)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run")
    run.add_argument("--folder", type=Path, required=True, help="where the server keeps its files")
    run.add_argument("--url-file", type=Path, help="a file that gets the URL once connections are taken")
    chosen = parser.parse_args()
    try:
        return keep(PostgresServer(chosen.folder, durable=True), url_file=chosen.url_file)
    except NoPostgres as refusal:
        print(refusal, file=sys.stderr)
        return 1


def keep(server: PostgresServer, *, url_file: Path | None) -> int:
    asked_to_end: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked_to_end.append(number))
    print(server.start(), flush=True)
    if url_file is not None:
        url_file.write_text(server.url + "\n")
    try:
        while not asked_to_end:
            if not server.runs():
                print(f"PostgreSQL ended by itself; see {server.place.log}.", file=sys.stderr)
                return 1
            time.sleep(0.1)
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
