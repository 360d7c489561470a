"""P9: our own PostgreSQL is ready in 2 s cold and 0.3 s warm, and leaves no process behind whoever of it is killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.table import Row, below
from demo.locks import open_lock, take
from demo.postgres import PostgresServer

HOME = Path(__file__).resolve().parent.parent
TIMES = 5
COLD_SECONDS, WARM_SECONDS = 2.0, 0.3
GONE_WITHIN = 15.0
PROC = Path("/proc")
ROLES = ("keeper", "leash", "server")


def measure() -> list[Row]:
    cold, warm = starts()
    left = {role: sum(left_after_killing(role) for _ in range(2)) for role in ROLES}
    who = ", ".join(ROLES)
    return [
        below("P9", "demo database ready, cold", size=TIMES, unit="s", ours=cold, limit=COLD_SECONDS),
        below("P9", "demo database ready, warm", size=TIMES, unit="s", ours=warm, limit=WARM_SECONDS),
        below("P9", f"left after SIGKILL of {who}", size=2, unit="left", ours=sum(left.values()), limit=0),
    ]


def starts() -> tuple[float, float]:
    """Median seconds until connections are taken: with a new folder, and with one that was stopped in order."""
    cold, warm = [], []
    for _ in range(TIMES):
        with folder() as home:
            cold.append(seconds_to_start(home))
            warm.append(seconds_to_start(home))
    return median(cold), median(warm)


def seconds_to_start(home: Path) -> float:
    server = PostgresServer(home, durable=True)
    began = time.perf_counter()
    server.start()
    took = time.perf_counter() - began
    server.stop()
    return took


def left_after_killing(role: str) -> int:
    """How many processes are left some seconds after one of the three was killed with SIGKILL."""
    with folder() as home:
        url_file = home / "url"
        keeper = subprocess.Popen(
            [sys.executable, "-m", "demo.postgres", "run", "--folder", home / "pg", "--url-file", url_file],
            cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(url_file.exists, within=60)
        place = PostgresServer(home / "pg", durable=True).place
        family = {pid: line for pid, line in command_lines() if str(home) in line or str(place.home) in line}
        os.kill(one_who_is(role, family), signal.SIGKILL)
        keeper.wait(GONE_WITHIN + 15)
        wait_until(lambda: lock_is_free(place.home / "alive.lock"), within=GONE_WITHIN)
        # Backends do not show the folder in their names, but all of them hold the lock.
        backends = 0 if lock_is_free(place.home / "alive.lock") else 1
        return backends + sum(1 for pid, _ in command_lines() if pid in family)


def one_who_is(role: str, family: dict[int, str]) -> int:
    tests = {
        "keeper": lambda line: "demo.postgres" in line,
        "leash": lambda line: "leash.py" in line,
        "server": lambda line: "leash.py" not in line and " -D " in line,
    }
    return next(pid for pid, line in family.items() if tests[role](line))


def command_lines() -> Iterator[tuple[int, str]]:
    """Of the living; the dead whom nobody has buried yet have none."""
    if PROC.exists():
        for entry in PROC.glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if line := (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                    yield int(entry.name), line
        return
    listed = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    for row in listed.splitlines():
        pid, _, line = row.strip().partition(" ")
        yield int(pid), line


def lock_is_free(path: Path) -> bool:
    lock = open_lock(path)
    try:
        return take(lock)
    finally:
        os.close(lock)


def wait_until(fact: Callable[[], bool], *, within: float) -> None:
    deadline = time.monotonic() + within
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.05)


@contextmanager
def folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="masthead-bench-"))
    try:
        yield home
    finally:
        # As root the server's files stand apart from the folder that was asked for.
        shutil.rmtree(PostgresServer(home, durable=True).place.home, ignore_errors=True)
        shutil.rmtree(PostgresServer(home / "pg", durable=True).place.home, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
