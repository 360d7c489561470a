"""PostgreSQL refuses to run as root. So root lends it an ordinary account and folders that this account can enter."""

import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NOBODY_WHERE_IT_HAS_NO_NAME = 65534


class NoPostgres(Exception):
    """There can be no PostgreSQL of our own here; the message says why, and what to do."""


class FolderIsNotOurs(NoPostgres):
    """A folder that we need belongs to someone else; the message says which one."""


@dataclass(frozen=True)
class Account:
    """An ordinary user of this machine. None is added: it is `nobody`, or the owner of the data there."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        return self.succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", folder])

    def succeeds(self, command: Sequence[str | Path]) -> bool:
        """Does this command run, and well, under this account? Answers what permission bits alone cannot."""
        try:
            ended = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except PermissionError:
            return False
        return ended.returncode == 0


def account_for(data: Path) -> Account | None:
    """Whom PostgreSQL must run as for this data folder; None if that is simply who we are."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(uid=NOBODY_WHERE_IT_HAS_NO_NAME, gid=NOBODY_WHERE_IT_HAS_NO_NAME)
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def private_folder(key: str) -> Path:
    """A folder under the system's temporary folder, the same one for the same key and user.

    Only we can write in it. Root's can be entered, not listed, by the account that root lends to PostgreSQL.

    :raises FolderIsNotOurs: when somebody else made it first, be it to trap us
    """
    name = f"masthead-{os.geteuid()}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    folder = temporary_folder() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise FolderIsNotOurs(f"{folder} belongs to another user; remove it, or set TMPDIR to a folder of your own.")
    if os.geteuid() == 0:
        folder.chmod(0o711)
    return folder


def temporary_folder() -> Path:
    """The system's temporary folder; for root one that ordinary accounts can enter, which its TMPDIR need not be."""
    configured = Path(tempfile.gettempdir())
    account = account_for(configured / "nothing")
    if account is None or account.can_enter(configured):
        return configured
    return Path("/tmp")  # noqa: S108  (private_folder checks who owns what it finds there)


def own_folder(path: Path, account: Account | None) -> Path:
    """A folder that only this account can enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path
