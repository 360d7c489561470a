"""docker-compose.yml as a test needs it: services with their words, and the environment that each of them gets."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
INSERTED = re.compile(r"\$\{(\w+):\?[^}]*\}")
# What a person fills in; everything else in deploy/env.example is usable as it stands.
FILLED_IN = {
    "POSTGRES_PASSWORD": "typed-by-hand",
    "SECRET_KEY": "a-key-that-somebody-made-for-this-test-0123456789-abcdefgh",
    "VAULT_KEYS": "another-key-that-somebody-made-for-this-test-0123456789-ab",
}


@dataclass(frozen=True)
class Service:
    """One service of the compose file. `environment` is that of its container, with deploy/env filled in."""

    name: str
    command: list[str]
    environment: dict[str, str]
    raw: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        return str(self.raw["image"]) == "masthead"


def services() -> dict[str, Service]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return {name: _service(name, raw) for name, raw in compose["services"].items()}


def env_file() -> dict[str, str]:
    """deploy/env.example as its lines stand: no quotes, no blanks, as Docker reads it."""
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _service(name: str, raw: dict[str, Any]) -> Service:
    inherited = {**env_file(), **FILLED_IN} if "env_file" in raw else {}
    own = {key: INSERTED.sub(_filled_in, value) for key, value in raw.get("environment", {}).items()}
    return Service(name, shlex.split(raw.get("command", "")), {**inherited, **own}, raw)


def _filled_in(inserted: re.Match[str]) -> str:
    return FILLED_IN[inserted[1]]
