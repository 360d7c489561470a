"""Keeps the processes of the demo: starts them in order, starts a fallen one again, ends all of them together.

    try:
        with Supervisor(logs=Path("var/log"), say=print) as supervisor:
            supervisor.keep_postgres(server)
            supervisor.start("web", [...], cwd=here, ready=lambda: answers("http://..."))
            supervisor.serve()
    except Stopped:
        return 0

Leaving the with block ends everything in reverse order. So do Ctrl-C, SIGTERM and a closed terminal, which raise
`Stopped` in the main thread, and the end of something that cannot be started again, which raises `ProcessEnded`.
Nothing is left behind even if this process is killed with SIGKILL: each command hangs on a leash.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn, Self

from demo.leash import PR_SET_PDEATHSIG, prctl
from demo.leashed import Leashed
from demo.postgres import PostgresServer

LOOK_EVERY = 0.2
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants us to end. Not an Exception, so that no `except Exception` of a step swallows it."""


class ProcessEnded(Exception):
    """A process is gone and will not be started again; the message has the end of its log."""


@dataclass
class Kept:
    name: str
    begin: Callable[[], Leashed]
    process: Leashed
    log: Path
    restarts_left: int


class Supervisor:
    """Made and left in the main thread, as only that one hears signals.

    :param logs: the folder for one log file per process
    :param say: gets a line for each thing that a person may want to know
    """

    def __init__(self, *, logs: Path, say: Callable[[str], None] = print) -> None:
        self._logs = logs
        self._say = say
        self._kept: dict[str, Kept] = {}
        self._failure: ProcessEnded | None = None
        self._changing = threading.RLock()
        self._leaving = threading.Event()
        self._watch = threading.Thread(target=self._look_after_them, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        end_with_make()
        self._earlier = {number: signal.getsignal(number) for number in ENDING}
        for number, earlier in self._earlier.items():
            # Under nohup a closed terminal means nothing.
            if (number, earlier) != (signal.SIGHUP, signal.SIG_IGN):
                signal.signal(number, self._interrupted)
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # From here on an impatient second Ctrl-C must not leave half of the processes running.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        for number, earlier in self._earlier.items():
            signal.signal(number, earlier)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        ready: Callable[[], bool] | None = None,
        ready_within: float = 30.0,
        restarts: int = 3,
        stop_signal: str = "TERM",
        grace: float = 10.0,
    ) -> None:
        """Start a command and wait until it is ready. If it ends, it is started again, at most so many times.

        :raises ProcessEnded: when it ends, again and again, before it is ready, or is not ready in time (seconds)
        """
        log = self._logs / f"{name}.log"

        def begin() -> Leashed:
            return Leashed(command, log=log, cwd=cwd, env=env, stop_signal=stop_signal, grace=grace)

        with self._changing:
            self._kept[name] = Kept(name, begin, process=begin(), log=log, restarts_left=restarts)
        if ready is not None:
            self.wait_until_ready(name, ready, within=ready_within)

    def wait_until_ready(self, name: str, ready: Callable[[], bool], *, within: float = 30.0) -> None:
        """For what was started without waiting, so that several could begin at the same time.

        :raises ProcessEnded: when it ends, again and again, before it is ready, or is not ready in time (seconds)
        """
        deadline = time.monotonic() + within
        while not ready():
            if time.monotonic() > deadline:
                raise ProcessEnded(
                    f"{name} was not ready after {within:g} seconds.\n{last_words(self._kept[name].log)}"
                )
            time.sleep(0.05)

    def keep_postgres(self, server: PostgresServer) -> str:
        """Start the server and return its URL. If it ends by itself, all of us end: its clients would only stumble on.

        :raises NoPostgres: when it cannot be had
        """
        url = server.start()
        if server.process is not None:
            process = server.process
            with self._changing:
                self._kept["postgres"] = Kept("postgres", lambda: process, process, server.place.log, restarts_left=0)
        return url

    def pid(self, name: str) -> int:
        """The pid of the command itself, which changes when it is started again."""
        return self._kept[name].process.pid

    def serve(self) -> NoReturn:
        """Sleep until somebody wants us to end, or something cannot be kept up.

        :raises Stopped: on Ctrl-C, SIGTERM or a closed terminal, as at any other place in the with block
        :raises ProcessEnded: in the other case
        """
        while True:
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """End all processes, the last one started first."""
        self._leaving.set()
        with self._changing:
            for kept in reversed(self._kept.values()):
                kept.process.stop()
            self._kept.clear()

    def _look_after_them(self) -> None:
        while not self._leaving.wait(LOOK_EVERY):
            with self._changing:
                for kept in [] if self._leaving.is_set() else self._kept.values():
                    code = kept.process.ended()
                    if code is not None and not self._start_again(kept, code):
                        return

    def _start_again(self, kept: Kept, code: int) -> bool:
        if kept.restarts_left == 0:
            self._failure = ProcessEnded(f"{kept.name} ended by itself with code {code}.\n{last_words(kept.log)}")
            # The main thread may be anywhere in its story; a signal is what reaches it there.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
            return False
        kept.restarts_left -= 1
        self._say(f"{kept.name} ended with code {code}; starting it again ({kept.restarts_left} more times at most).")
        kept.process = kept.begin()
        return True

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        raise self._failure or Stopped(signal.Signals(number).name)


def end_with_make() -> None:
    """If make started us, end as on SIGTERM when make is killed: nobody would be left to press Ctrl-C. Linux only."""
    if sys.platform == "linux" and "MAKELEVEL" in os.environ:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    return "\n".join([f"The end of {log}:", *lines])
