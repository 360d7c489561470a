"""The dumps of the migrated database do not pile up in `var`."""

import os
import time
from pathlib import Path

from tests.migrated import tidy


def test_the_five_latest_dumps_stay_and_only_old_halves_go(tmp_path: Path) -> None:
    for minutes in range(7):
        file = tmp_path / f"migrated_{minutes}.sql"
        file.touch()
        os.utime(file, (time.time(), time.time() - 60 * minutes))
    (tmp_path / "migrated_new.4711").touch()
    left_behind = tmp_path / "migrated_old.4712"
    left_behind.touch()
    os.utime(left_behind, (time.time(), time.time() - 7200))

    tidy(tmp_path)

    names = {file.name for file in tmp_path.iterdir()}
    assert names == {*(f"migrated_{minutes}.sql" for minutes in range(5)), "migrated_new.4711"}
