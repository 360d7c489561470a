"""The shape of the house: file lengths, foreign keys by string, and directions that import-linter cannot see."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
# From the foundation up: an app may point only at apps before it.
FLOORS = [
    "accounts", "clock", "audit", "mail", "limits", "vault",
    "catalog", "readers", "newsletters", "terms", "fulfillment",
    "ledger", "payments", "checkout", "renewals", "revenue",
]  # fmt: skip


def python_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def test_no_file_is_longer_than_400_lines():
    too_long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in python_files()
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    ]

    assert too_long == []


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in FLOORS]


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_foreign_keys_point_down_the_house(model: type[models.Model]):
    floor = FLOORS.index(model._meta.app_label)
    up = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label in FLOORS
        and FLOORS.index(field.related_model._meta.app_label) > floor
    ]

    assert up == []


def test_no_foreign_key_is_named_by_a_string_of_another_app():
    named = re.compile(r"(?:ForeignKey|OneToOneField|ManyToManyField)\(\s*[\"'](?!self)[a-z_]+\.")
    found = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if "migrations" not in path.parts and named.search(path.read_text())
    ]

    assert found == []


def test_migrations_depend_only_on_apps_below():
    depends = re.compile(r"\(\"([a-z]+)\", \"\d{4}_")
    up = []
    for app in FLOORS:
        folder = Path(apps.get_app_config(app).path) / "migrations"
        for path in folder.glob("0*.py"):
            up += [
                f"{app}/{path.name} -> {other}"
                for other in depends.findall(path.read_text())
                if other in FLOORS and FLOORS.index(other) > FLOORS.index(app)
            ]

    assert up == []
