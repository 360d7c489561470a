"""Who is alive: processes found by a marker among the words of their command lines."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from demo.locks import open_lock, take

PROC = Path("/proc")


def living(marker: str) -> dict[int, str]:
    """Pids and command lines that carry the marker; the dead who nobody has buried yet have none."""
    return {pid: line for pid, line in command_lines().items() if marker in line}


def command_lines() -> dict[int, str]:
    if not PROC.exists():
        listed = subprocess.run(
            ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True
        ).stdout
        return {int(pid): line for pid, _, line in (row.strip().partition(" ") for row in listed.splitlines())}
    lines = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            lines[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return lines


def nobody_lives_in(home: Path) -> bool:
    """Is every process of the PostgreSQL in this folder gone? (Its backends do not show the folder in their names.)"""
    lock = open_lock(home / "alive.lock")
    try:
        return take(lock)
    finally:
        os.close(lock)


def soon(fact: Callable[[], bool], *, within: float = 60.0) -> bool:
    """Does it come true within so many seconds?"""
    deadline = time.monotonic() + within
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
