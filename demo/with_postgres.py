"""Runs a command against a throw-away PostgreSQL:  python -m demo.with_postgres -- CMD...

The command finds it in DATABASE_URL; if that is set already, the command just runs. Ends with the command's exit code.
"""

import os
import signal
import subprocess
import sys

from demo.postgres import throwaway_postgres
from demo.unprivileged import NoPostgres


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["--"] or len(arguments) == 1:
        print(__doc__, file=sys.stderr)
        return 2
    # Without this SIGTERM would end us on the spot, and the command would go on without its database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if "DATABASE_URL" in os.environ:
        return run(arguments[1:], url=os.environ["DATABASE_URL"])
    try:
        with throwaway_postgres() as server:
            return run(arguments[1:], url=server.url)
    except NoPostgres as refusal:
        print(refusal, file=sys.stderr)
        return 1


def run(command: list[str], *, url: str) -> int:
    running = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    try:
        code = running.wait()
    except KeyboardInterrupt:
        # Ctrl-C has reached the command too.
        code = running.wait()
    finally:
        running.terminate()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
