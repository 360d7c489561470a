"""Celery workers for a story, and the timetable as a test drives it: each task sent, and its end awaited."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from string import ascii_lowercase
from types import TracebackType
from typing import Self

from celery import Celery

from config.celery import TIMETABLE
from demo.leashed import Leashed

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
# Once a day, about nothing that the stories tell.
LEFT_OUT = {"nightly check", "forget what is past keeping", "forget old links"}
ALL_TASKS = [task for name, (task, _, _) in TIMETABLE.items() if name not in LEFT_OUT]


class WorkerDied(Exception):
    """The worker was gone before it had done its task."""


class Worker:
    """One worker process, known by its pid, and what it says in its log."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid, self.log = pid, log
        self._read_until = 0

    def news(self) -> str:
        """What it has said since we last listened, in whole lines."""
        with self.log.open("rb") as said:
            said.seek(self._read_until)
            heard = said.read().rpartition(b"\n")[0]
        self._read_until += len(heard)
        return heard.decode()

    def lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        if self.lives():
            os.kill(self.pid, signal.SIGKILL)
        give_up_at = time.monotonic() + PATIENCE
        while self.lives() and time.monotonic() < give_up_at:
            time.sleep(0.01)


class Tasks:
    """The broker's folder, into which tests drop tasks as beat does, and from which the workers take them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("queue", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._beat = Celery("beat", broker="filesystem://localhost/", set_as_current=False)
        self._beat.conf.broker_transport_options = {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
        }

    def send(self, *tasks: str) -> list[str]:
        """Their ids, in letters only: logs put [digits] for what could be a card's number, and some uuids could."""
        queues = {task: queue for task, _, queue in TIMETABLE.values()}
        ids = ["".join(random.choices(ascii_lowercase, k=16)) for _ in tasks]
        for one, task in zip(ids, tasks, strict=True):
            self._beat.send_task(task, task_id=one, queue=queues[task], ignore_result=True)
        return ids

    def waiting(self) -> int:
        return len(list((self.folder / "queue").iterdir()))

    def forget(self) -> None:
        for message in (self.folder / "queue").iterdir():
            message.unlink(missing_ok=True)

    def do(self, *tasks: str, workers: list[Worker]) -> None:
        """Send the tasks and wait until the workers between them have done all of them.

        :raises WorkerDied: when one of the workers is gone before
        """
        missing = dict(zip(self.send(*tasks), tasks, strict=True))
        give_up_at = time.monotonic() + PATIENCE
        while missing:
            said = "".join(worker.news() for worker in workers)
            assert "raised unexpected" not in said, said[-4000:]
            for done in re.findall(r"\[([a-z]{16})\] succeeded", said):
                missing.pop(done, None)
            if missing and not all(worker.lives() for worker in workers):
                raise WorkerDied(said[-2000:])
            assert time.monotonic() < give_up_at, f"{missing} were not done"
            time.sleep(0.02)


class WarmWorkers:
    """Workers on demand, forked from one that has been loaded already (`warm_worker.py`)."""

    def __init__(self, *, environment: Mapping[str, str], logs: Path) -> None:
        self._logs, self._count = logs, 0
        self._mother = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("warm_worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            text=True,
        )

    def __enter__(self) -> Self:
        if self._hears() != "ready":
            self.__exit__(None, None, None)
            raise RuntimeError("The warm worker did not start.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(PATIENCE)
        self._mother.stdout.close()

    def start(self, **environment: str) -> Worker:
        self._count += 1
        log = self._logs / f"worker-{self._count}.log"
        log.touch()
        assert self._mother.stdin is not None
        self._mother.stdin.write(json.dumps({"log": str(log), "environment": environment}) + "\n")
        self._mother.stdin.flush()
        return Worker(int(self._hears()), log)

    def _hears(self) -> str:
        assert self._mother.stdout is not None
        return self._mother.stdout.readline().strip()


class ColdWorker(Worker):
    """`celery -A config worker` as the shell starts it, on a leash."""

    def __init__(self, *, environment: Mapping[str, str], log: Path) -> None:
        log.touch()
        self._leashed = Leashed(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1",
             "--queues", "money,mail,runs", "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
            log=log, cwd=ROOT, env={**os.environ, **environment}, grace=0.2,
        )  # fmt: skip
        super().__init__(self._leashed.pid, log)

    def lives(self) -> bool:
        return self._leashed.ended() is None

    def kill(self) -> None:
        self._leashed.kill()
