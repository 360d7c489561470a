"""Whoever adds a column of text says whether it may tell of a person, and what an erasure does with it."""

from collections import Counter

from django.apps import apps
from django.db import models

from tests.project.personal_fields import DELETED, KEPT, NOT_PERSONAL, OVERWRITTEN

OURS = ("foundation.", "subscriptions.", "orders.", "web.")
TEXT = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.BinaryField)


def columns_of_text() -> set[str]:
    """Those of choices hold nothing but a choice."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(OURS)
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not field.choices
    }


def listed() -> Counter[str]:
    rows = [row for table in (OVERWRITTEN, DELETED, KEPT, NOT_PERSONAL) for row in table.items()]
    return Counter(f"{model}.{field}" for model, fields in rows for field in fields.split())


def test_every_column_of_text_is_listed():
    assert columns_of_text() - set(listed()) == set()


def test_nothing_is_listed_that_is_not_there():
    assert set(listed()) - columns_of_text() == set()


def test_each_is_listed_once():
    assert [name for name, times in listed().items() if times > 1] == []
