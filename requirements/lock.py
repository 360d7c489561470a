"""Writes the three locks from pyproject.toml, with hashes, for all platforms. Run by `make lock`; needs a network."""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent
EXTRAS: dict[str, list[str]] = {"app": [], "demo": ["demo"], "dev": ["demo", "dev"]}


def main() -> None:
    # uv can lock for all platforms at once, which pip cannot; it stays out of .venv, as nothing else needs it.
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder) / "bin"
        subprocess.run([tools / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        for name, extras in EXTRAS.items():
            write(tools / "uv", HERE / f"{name}.lock", extras)


def write(uv: Path, lock: Path, extras: list[str]) -> None:
    chosen = [part for extra in extras for part in ("--extra", extra)]
    style = ["--universal", "--generate-hashes", "--no-annotate", "--no-header", "--python-version", "3.11"]
    command: list[str | Path] = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--upgrade",
        *style,
        *chosen,
        "--output-file",
        lock,
        "pyproject.toml",
    ]
    subprocess.run(command, cwd=HERE.parent, env=os.environ, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
