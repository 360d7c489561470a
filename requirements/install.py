"""Makes .venv and installs one lock into it:  python3 requirements/install.py [demo|dev]

Run by make with the system's Python. What an interrupted run left half-made is thrown away and made again.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENV = HERE.parent / ".venv"
PYTHON = VENV / "bin" / "python"
# While this file exists, an installation is going on, or was cut off.
UNFINISHED = VENV / "unfinished"


def main(names: list[str]) -> int:
    # Two makes at once: the second one waits here. The folder is the lock, so that no lock file lies about.
    lock = os.open(HERE, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        make_venv()
        for name in names:
            install(name)
    except CannotInstall as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


class CannotInstall(Exception):
    """The message says what is missing."""


def make_venv() -> None:
    if is_whole():
        return
    print("Making .venv ...", flush=True)
    try:
        import ensurepip  # noqa: F401  (Debian splits it off)
        import venv  # noqa: F401
    except ImportError as missing:
        version = "{}.{}".format(*sys.version_info)
        raise CannotInstall(
            f"This Python has no module '{missing.name}', which makes virtual environments."
            f" On Debian and Ubuntu: apt-get install python{version}-venv"
        ) from missing
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    UNFINISHED.touch()
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode != 0:
        raise CannotInstall("Python could not make a virtual environment in .venv; its reason is above.")
    UNFINISHED.unlink()


def is_whole() -> bool:
    """Is there a virtual environment with pip, and nothing cut off?

    Without its pyvenv.cfg the link .venv/bin/python is the system's Python, and pip would write into that.
    """
    if UNFINISHED.exists() or not PYTHON.exists() or not (VENV / "pyvenv.cfg").exists():
        return False
    probe = "import sys, pip; sys.exit(sys.prefix == sys.base_prefix)"
    return subprocess.run([PYTHON, "-I", "-c", probe], capture_output=True, check=False).returncode == 0


def install(name: str) -> None:
    lock, stamp = HERE / f"{name}.lock", VENV / f"{name}.installed"
    if stamp.exists() and stamp.stat().st_mtime > max(lock.stat().st_mtime, PYTHON.stat().st_mtime):
        return
    print(f"Installing requirements/{name}.lock into .venv; the first time takes a minute ...", flush=True)
    # Cut off here, no stamp may say that all is well: pip replaces files of packages that it found installed.
    stamps = {stamp, *VENV.glob("*.installed")}
    for earlier in stamps:
        earlier.unlink(missing_ok=True)
    UNFINISHED.touch()
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "--require-virtualenv",  # The second belt: pip itself refuses to write anywhere else.
    ]
    if subprocess.run([*pip, "-r", lock], check=False).returncode != 0:
        raise CannotInstall(
            f"pip could not install requirements/{name}.lock; its reason is above."
            " It needs a network and a package index that answers (pip config list shows which)."
        )
    UNFINISHED.unlink()
    for done in stamps:
        done.touch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
