"""Real processes, killed for real."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.living import living, nobody_lives_in, soon

REPOSITORY = Path(__file__).parents[2]


class SupervisedHouse:
    """A running `supervised_house` and the names of its processes."""

    def __init__(self, folder: Path, *, restarts: int) -> None:
        self.marker = f"marker-{uuid.uuid4()}"
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.demo.supervised_house", folder, self.marker, str(restarts)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name != "MAKELEVEL"},
        )
        assert self.program.stdout is not None
        told = json.loads(self.program.stdout.readline())
        self.home, self.pids = Path(told["home"]), told["pids"]

    def kill(self, name: str) -> None:
        os.kill(self.pids[name], signal.SIGKILL)

    def nobody_is_left(self) -> bool:
        return soon(lambda: not living(self.marker) and not living(str(self.home)) and nobody_lives_in(self.home))

    def end(self) -> None:
        self.program.terminate()
        self.program.communicate(timeout=30)
        shutil.rmtree(self.home, ignore_errors=True)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SupervisedHouse]:
    supervised = SupervisedHouse(tmp_path, restarts=0)
    yield supervised
    supervised.end()


@pytest.fixture
def patient_house(tmp_path: Path) -> Iterator[SupervisedHouse]:
    supervised = SupervisedHouse(tmp_path, restarts=2)
    yield supervised
    supervised.end()


@pytest.mark.parametrize("victim", ["supervisor", "worker", "worker's leash", "postmaster", "postmaster's leash"])
def test_nobody_is_left_when_one_is_killed_that_cannot_be_started_again(house: SupervisedHouse, victim: str) -> None:
    assert len(living(house.marker)) >= 4  # the supervisor, the leash, the worker and its child

    house.kill(victim)

    assert house.nobody_is_left()
    assert house.program.wait(timeout=60) != 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_them_in_order(house: SupervisedHouse, number: signal.Signals) -> None:
    house.program.send_signal(number)

    assert house.program.wait(timeout=60) == 0
    assert house.nobody_is_left()


def test_the_end_of_postgres_is_said_with_the_end_of_its_log(house: SupervisedHouse) -> None:
    house.kill("postmaster")

    _, said = house.program.communicate(timeout=60)
    assert "postgres ended by itself with code 137" in said
    assert "postgres.log" in said


def test_a_fallen_worker_is_started_again_as_often_as_agreed(patient_house: SupervisedHouse) -> None:
    house = patient_house
    dead: set[int] = set()
    for _ in range(3):
        assert soon(lambda: len(workers(house) - dead) == 1)
        worker = next(iter(workers(house) - dead))
        os.kill(worker, signal.SIGKILL)
        dead.add(worker)

    assert house.program.wait(timeout=60) == 1
    assert house.nobody_is_left()


def workers(house: SupervisedHouse) -> set[int]:
    return {pid for pid, line in living(house.marker).items() if "worker-is-up" in line and "leash.py" not in line}
