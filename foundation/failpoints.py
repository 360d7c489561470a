"""Marked points at which a test may kill the process: `MASTHEAD_FAILPOINT=release.copies_inserted` kills there, once.

`MASTHEAD_FAILPOINT_FILE` names a file that is created when the point fires, so that a restarted process passes it.
Production sets neither variable, and then `reached` is a dictionary look-up.
"""

import os
import signal
from pathlib import Path


def reached(name: str) -> None:
    if os.environ.get("MASTHEAD_FAILPOINT") != name:
        return
    fired = Path(os.environ["MASTHEAD_FAILPOINT_FILE"])
    if fired.exists():
        return
    fired.touch()
    os.kill(os.getpid(), signal.SIGKILL)
