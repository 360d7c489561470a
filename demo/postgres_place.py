"""Where the files of one PostgreSQL server are, whose they are, and how they come to be."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from demo.leashed import Leashed
from demo.postgres_binaries import Binaries
from demo.unprivileged import Account, FolderIsNotOurs, NoPostgres, account_for, own_folder, private_folder

SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 103  # macOS; Linux has 107


class PostgresDidNotStart(NoPostgres):
    """The message has PostgreSQL's own last words."""


@dataclass(frozen=True)
class Place:
    """Where the files of one server are. `home` is ours; `data` and `sockets` belong to the account that it runs as."""

    home: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def sockets(self) -> Path:
        near = self.home / "socket"
        if len(str(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return near
        return private_folder(f"socket {self.home}") / "socket"

    @property
    def user(self) -> tuple[int, int] | None:
        return (self.account.uid, self.account.gid) if self.account else None


def find_place(folder: Path) -> Place:
    """The folder itself; or, if the account that root lends cannot get there, a private one named after it.

    :raises FolderIsNotOurs: when we may not write there
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "start.lock").touch(mode=0o600)
    except PermissionError as refusal:
        raise FolderIsNotOurs(
            f"{refusal.filename} belongs to another user; remove it, or start as that user."
        ) from refusal
    account = account_for(folder / "data")
    if account is None:
        return Place(home=folder, account=None)
    folder.chmod(0o711)
    if account.can_enter(folder):
        return Place(home=folder, account=account)
    elsewhere = private_folder(str(folder))
    return Place(home=elsewhere, account=account_for(elsewhere / "data"))


def initialise(place: Place, binaries: Binaries, *, durable: bool, life: int) -> None:
    """Make the data folder, under another name until it is whole."""
    unfinished = place.home / "data.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    own_folder(unfinished, place.account)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if binaries.version >= 17
        else ["--locale=C.UTF-8"]
    )
    options = ["--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--no-instructions", *locale]
    initdb = Leashed(
        [binaries.initdb, "-D", unfinished, *options, *([] if durable else ["--no-sync"])],
        log=place.log,
        cwd=Path("/"),
        env=bare_environment(),
        user=place.user,
        inherit=[life],
    )
    if initdb.wait() != 0:
        raise PostgresDidNotStart(f"initdb failed:\n{place.log.read_text(errors='replace')[-2000:]}")
    unfinished.rename(place.data)


def check_version(place: Place, binaries: Binaries) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.version):
        raise PostgresDidNotStart(
            f"{place.data} was made by PostgreSQL {made_by}, but this one is {binaries.version}."
            f" Remove {place.home} to begin with an empty database."
        )


def bare_environment() -> dict[str, str]:
    """Nothing of ours: a PGPORT or LANG of the user must not change how the server runs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
