"""Typed readers of the environment; a secret may come from a file named by NAME_FILE."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    if file_name := os.environ.get(f"{name}_FILE"):
        return Path(file_name).read_text().strip()
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):  # an empty line of an env file is a line not filled in
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
    return value


def number(name: str, default: int) -> int:
    return int(text(name, str(default)))


def flag(name: str, default: bool) -> bool:
    return text(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
