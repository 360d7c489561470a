"""A program for tests: a supervisor with a PostgreSQL and a worker that has a child.  FOLDER MARKER [RESTARTS]

Writes one line of JSON with the pids to standard output when all are up, and says the rest on standard error.
"""

import json
import os
import signal
import sys
from pathlib import Path

from demo.postgres import PostgresServer
from demo.supervisor import ProcessEnded, Stopped, Supervisor

WORKER = """
import pathlib, subprocess, sys, time
subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)", sys.argv[1]])
pathlib.Path(sys.argv[2]).write_text("up")
time.sleep(600)
"""


def main(folder: Path, marker: str, restarts: int) -> int:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # The tests may run under nohup.
    server = PostgresServer(folder, durable=False)
    up = server.place.home / "worker-is-up"
    command = [sys.executable, "-S", "-c", WORKER, marker, str(up)]
    try:
        with Supervisor(logs=folder / "log", say=tell) as supervisor:
            supervisor.keep_postgres(server)
            supervisor.start("worker", command, cwd=folder, ready=up.exists, restarts=restarts)
            worker, postgres = supervisor._kept["worker"].process, supervisor._kept["postgres"].process
            pids = {
                "supervisor": os.getpid(),
                "worker": worker.pid,
                "worker's leash": worker.leash_pid,
                "postmaster": postgres.pid,
                "postmaster's leash": postgres.leash_pid,
            }
            sys.stdout.write(json.dumps({"home": str(server.place.home), "pids": pids}) + "\n")
            sys.stdout.flush()
            supervisor.serve()
    except Stopped:
        return 0
    except ProcessEnded as end:
        tell(str(end))
        return 1


def tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
