import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from demo.leashed import Leashed
from tests.demo.living import living, soon

FAMILY = """
import subprocess, sys, time
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(600)", sys.argv[1]]
subprocess.Popen(sleep)
subprocess.Popen(sleep, start_new_session=True)
print("up", flush=True)
time.sleep(600)
"""
DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""


def leashed(program: str, marker: str, folder: Path, *, grace: float = 5.0) -> Leashed:
    log = folder / "log"
    process = Leashed([sys.executable, "-S", "-c", program, marker], log=log, cwd=folder, grace=grace)
    assert soon(lambda: "up" in log.read_text())
    return process


@pytest.fixture
def marker() -> str:
    return f"marker-{uuid.uuid4()}"


def test_stopping_ends_the_whole_family_even_who_left_the_group(tmp_path: Path, marker: str) -> None:
    process = leashed(FAMILY, marker, tmp_path)
    assert len(living(marker)) == 4  # the leash, the command, its two children

    code = process.stop()

    assert code == 128 + signal.SIGTERM
    assert living(marker) == {}


def test_what_a_killed_command_left_behind_is_killed(tmp_path: Path, marker: str) -> None:
    process = leashed(FAMILY, marker, tmp_path)

    os.kill(process.pid, signal.SIGKILL)

    assert soon(lambda: process.ended() == 128 + signal.SIGKILL)
    assert living(marker) == {}


def test_a_deaf_command_is_killed_after_its_grace(tmp_path: Path, marker: str) -> None:
    process = leashed(DEAF, marker, tmp_path, grace=0.5)
    asked = time.monotonic()

    code = process.stop()

    assert code == 128 + signal.SIGKILL
    assert time.monotonic() - asked >= 0.5
    assert living(marker) == {}


def test_a_killed_leash_takes_its_command_with_it(tmp_path: Path, marker: str) -> None:
    process = leashed(DEAF, marker, tmp_path)

    os.kill(process.leash_pid, signal.SIGKILL)

    assert soon(lambda: living(marker) == {})
    assert process.ended() == 128 + signal.SIGKILL


def test_the_holder_of_a_killed_leash_kills_the_rest_of_the_family(tmp_path: Path, marker: str) -> None:
    process = leashed(FAMILY.replace("start_new_session=True", ""), marker, tmp_path)

    os.kill(process.leash_pid, signal.SIGKILL)

    assert soon(lambda: process.ended() == 128 + signal.SIGKILL)
    assert soon(lambda: living(marker) == {})


def test_an_exit_code_is_passed_on(tmp_path: Path) -> None:
    process = Leashed(["/bin/sh", "-c", "exit 7"], log=tmp_path / "log", cwd=tmp_path)

    assert process.wait() == 7


def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    process = Leashed(["no-such-command"], log=tmp_path / "log", cwd=tmp_path)

    assert process.wait() == 127
    assert "cannot run no-such-command" in (tmp_path / "log").read_text()


def test_a_stop_signal_just_after_the_start_is_not_lost(tmp_path: Path) -> None:
    for _ in range(5):
        process = Leashed(["/bin/sleep", "600"], log=tmp_path / "log", cwd=tmp_path, grace=20)
        assert process.stop() == 128 + signal.SIGTERM


def test_a_folder_to_remove_is_gone_with_the_command(tmp_path: Path) -> None:
    doomed = tmp_path / "doomed"
    (doomed / "inner").mkdir(parents=True)
    process = Leashed(["/bin/sleep", "600"], log=tmp_path / "log", cwd=tmp_path, remove=doomed)

    process.stop()

    assert not doomed.exists()


def test_the_command_line_form_ends_with_its_standard_input() -> None:
    leash = subprocess.Popen(
        [sys.executable, "-m", "demo.leash", "--grace", "2", "--", "/bin/sleep", "600"],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )

    leash.communicate(timeout=20)

    assert leash.returncode == 128 + signal.SIGTERM
