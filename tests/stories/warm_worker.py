"""A Celery worker that has been loaded already: for each line on standard input it forks one, which then really starts.

A test that kills thirty workers would otherwise spend its time on importing. What runs after the fork is what
`celery -A config worker` runs, in a process of its own, with connections of its own. Standard input closed: all end.

    line in:   {"log": "a file", "environment": {"MASTHEAD_FAILPOINT": "..."}}
    line out:  the worker's pid
"""

import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from celery.__main__ import main as celery

from demo.leash import PR_SET_PDEATHSIG, prctl

COMMAND = ["-A", "config", "worker", "--pool", "solo", "--queues", "money,mail,runs", "--loglevel", "INFO"]
QUICK = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def main() -> None:
    load()
    born: list[int] = []
    say("ready")
    for line in sys.stdin:
        born.append(give_birth(json.loads(line)))
        say(str(born[-1]))
    for pid in born:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def load() -> None:
    # The dead bury themselves: whoever asks whether a worker lives must not meet its zombie.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    import django

    django.setup()
    from config.celery import app

    app.loader.import_default_modules()
    app.finalize()


def give_birth(wanted: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        work(Path(wanted["log"]), wanted["environment"])
    return pid


def work(log: Path, environment: dict[str, str]) -> NoReturn:
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = ["celery", *COMMAND, *QUICK]
    celery()
    os._exit(0)


if __name__ == "__main__":
    main()
