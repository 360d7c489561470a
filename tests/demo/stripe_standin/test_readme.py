"""What README.md promises is there, and what is there is in README.md."""

import re
from pathlib import Path

from demo.stripe_standin import __main__ as program
from demo.stripe_standin.control import CONTROL
from demo.stripe_standin.faults import KINDS
from demo.stripe_standin.testing import ROOT
from demo.stripe_standin.webhook_mode import Mode

README = Path(ROOT, "demo", "stripe_standin", "README.md").read_text(encoding="utf-8")


def test_every_control_call_is_in_the_table_and_none_is_invented() -> None:
    there = {template.removeprefix("/_control/") for _, template in CONTROL.templates()}
    first_cells = [line.split("|")[1] for line in README.splitlines() if line.startswith("| ")][1:]
    told = set(re.findall(r"`([a-z_/{}]+)`", " ".join(first_cells)))

    assert told == there


def test_every_fault_and_every_webhook_mode_is_named() -> None:
    words = set(re.findall(r"\w+", README))

    assert set(KINDS) <= words
    assert set(Mode().shown()) <= words


def test_the_command_of_the_readme_is_understood() -> None:
    command = next(line for line in README.splitlines() if line.startswith("    python -m demo.stripe_standin"))

    arguments = program.options().parse_args(command.split()[3:])

    assert arguments.port == 12111
    for option in re.findall(r"`(--[a-z-]+)", README):
        assert option in program.options().format_help()
