"""PostgreSQL's own load generator, with prepared statements: what the same rows cost without us."""

import subprocess
from pathlib import Path

from demo.postgres_binaries import find_binaries

CONNECTIONS, SECONDS = 8, 4


def transactions_per_second(database: str, script: Path) -> float:
    ran = subprocess.run(
        [find_binaries().folder / "pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
         "-T", str(SECONDS), "-f", script, database],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    line = next(line for line in ran.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
