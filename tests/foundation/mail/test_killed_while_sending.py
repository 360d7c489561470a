import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.mail.models import OutgoingMail

Queue = Callable[..., OutgoingMail]
SWEEP = """
import django; django.setup()
from foundation import clock
from foundation.mail import actions
actions.send_waiting(now=clock.now())
"""


def sweep(url: str, folder: Path, failpoint: str = "") -> int:
    """Run the sweep in a process of its own, which is killed at the failpoint the first time it gets there."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "EMAIL_BACKEND": "foundation.mail.backends.FolderBackend",
        "MAIL_FOLDER": str(folder / "mail"),
        "LEASE_SECONDS": "0",
        "MASTHEAD_FAILPOINT": failpoint,
        "MASTHEAD_FAILPOINT_FILE": str(folder / "fired"),
    }
    return subprocess.run([sys.executable, "-c", SWEEP], env=environment, check=False, timeout=60).returncode


@pytest.mark.parametrize("failpoint", ["mail.claimed", "mail.sent", "mail.recorded"])
def test_a_sweep_that_is_killed_loses_no_mail_and_sends_none_that_looks_new(
    queue: Queue, own_database: str, tmp_path: Path, failpoint: str
) -> None:
    uuids = {queue(key=str(number), now=dt.datetime.now(dt.UTC)).uuid for number in range(3)}

    assert sweep(own_database, tmp_path, failpoint) == -9
    assert sweep(own_database, tmp_path) == 0

    mails = OutgoingMail.objects.values_list("state", "leased_until")
    assert list(mails) == [("handed_over", None)] * 3
    # One file per Message-ID: a mail that was sent twice went out as the same mail.
    assert {file.name for file in (tmp_path / "mail").glob("*.eml")} == {f"{one}_localhost.eml" for one in uuids}
