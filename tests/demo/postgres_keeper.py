"""`python -m demo.postgres run` under the accounts that we can be: ourselves, and for root also nobody."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from demo.unprivileged import Account, account_for
from tests.demo.living import nobody_lives_in, soon

REPOSITORY = Path(__file__).parents[2]
PACKAGES = Path(psycopg.__file__).parents[1]
# A program that ends well under a Python of our version, if that can read our packages.
SAME_PYTHON = f"""
import sys
sys.path.insert(0, {str(PACKAGES)!r})
import psycopg
sys.exit(sys.version_info[:2] != {sys.version_info[:2]})
"""


def ordinary_python() -> tuple[Account, str] | None:
    """If we are root: an ordinary account, and a Python like ours that it may run."""
    account = account_for(Path("/nowhere"))
    if account is None or not account.can_enter(REPOSITORY):
        return None
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/local/bin/python3"):
        if account.succeeds([python, "-c", SAME_PYTHON]):
            return account, python
    return None


ORDINARY = ordinary_python()
# "closed": root's folder cannot be entered by the account that PostgreSQL runs as, as below /root.
KINDS = ["ourselves", *(["closed"] if os.geteuid() == 0 else []), *(["nobody"] if ORDINARY else [])]


class Keeper:
    """One folder for a server, and the programs that keep servers in it."""

    def __init__(self, kind: str) -> None:
        self._outer = Path(tempfile.mkdtemp(prefix="masthead-keeper-"))
        self._account, self._python = None, sys.executable
        if kind == "nobody":
            assert ORDINARY is not None
            self._account, self._python = ORDINARY
            os.chown(self._outer, self._account.uid, self._account.gid)
        elif kind == "ourselves":
            self._outer.chmod(0o755)
        self.folder = self._outer / "postgres"
        self._programs: list[subprocess.Popen[str]] = []
        self.home = self.folder

    def run(self) -> subprocess.Popen[str]:
        """Begin to keep a server; its URL is the first line that the program writes."""
        account = self._account
        program = subprocess.Popen(
            [self._python, "-m", "demo.postgres", "run", "--folder", self.folder],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{REPOSITORY}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        self._programs.append(program)
        return program

    def url(self, program: subprocess.Popen[str]) -> str:
        assert program.stdout is not None
        line = program.stdout.readline().strip()
        assert line.startswith("postgresql://"), line + program.stdout.read()
        self.home = Path(str(conninfo_to_dict(line)["host"])).parent
        return line

    def start(self) -> str:
        return self.url(self.run())

    @property
    def data(self) -> Path:
        return self.home / "data"

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """SIGKILL for the program that keeps the server."""
        self._programs[-1].kill()

    def nobody_is_left(self) -> bool:
        return soon(lambda: nobody_lives_in(self.home))

    def end(self) -> None:
        """End the programs in order and wait for them."""
        for program in self._programs:
            program.send_signal(signal.SIGTERM)
        for program in self._programs:
            program.communicate(timeout=60)
        self._programs.clear()

    def remove(self) -> None:
        self.end()
        shutil.rmtree(self._outer)
        shutil.rmtree(self.home, ignore_errors=True)

    def stranger(self) -> subprocess.Popen[str]:
        """A process that is no server, of the account that the server runs as."""
        owner, root = self.data.stat(), os.geteuid() == 0
        self._programs.append(
            subprocess.Popen(
                ["/bin/sleep", "600"],
                cwd="/",
                text=True,
                user=owner.st_uid if root else None,
                group=owner.st_gid if root else None,
            )
        )
        return self._programs[-1]
