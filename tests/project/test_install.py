"""What `make` takes for a whole .venv. A mistake here once let pip write into the system's Python."""

import sys
from pathlib import Path

import pytest

from requirements import install


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment that borrows the packages of the one that runs the tests."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").symlink_to(Path(sys.prefix) / "lib")
    (folder / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    home = Path(sys.executable).resolve().parent
    (folder / "pyvenv.cfg").write_text(f"home = {home}\ninclude-system-site-packages = false\n")
    for name, path in (("VENV", folder), ("PYTHON", folder / "bin" / "python"), ("UNFINISHED", folder / "unfinished")):
        monkeypatch.setattr(install, name, path)
    return folder


def test_a_virtual_environment_with_pip_is_whole(venv: Path) -> None:
    assert install.is_whole()


def test_one_whose_installation_was_cut_off_is_not(venv: Path) -> None:
    (venv / "unfinished").touch()

    assert not install.is_whole()


@pytest.mark.parametrize("lost", ["pyvenv.cfg", "lib", "bin/python"])
def test_one_that_was_half_removed_is_not(venv: Path, lost: str) -> None:
    (venv / lost).unlink()

    assert not install.is_whole()


def test_pip_is_told_to_refuse_any_python_but_a_virtual_environment(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").write_text('#!/bin/sh\necho "$@" > "$(dirname "$0")/asked"\n')
    (venv / "bin" / "python").chmod(0o755)

    install.install("demo")

    assert "--require-virtualenv" in (venv / "bin" / "asked").read_text()
    assert (venv / "demo.installed").exists()
    assert not (venv / "unfinished").exists()


def test_a_failed_installation_leaves_no_stamp(venv: Path) -> None:
    (venv / "dev.installed").touch()
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (venv / "bin" / "python").chmod(0o755)

    with pytest.raises(install.CannotInstall, match="pip could not install"):
        install.install("demo")

    assert list(venv.glob("*.installed")) == []
    assert not install.is_whole()
