"""All business rows in words that two runs of the same story share: for holding one run's end against another's."""

import datetime as dt
import hashlib
import json
import re
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

# How often something was tried, and by when, is what a disturbance may change; that it was done may not.
LEFT_OUT = {"tries", "steps_done", "steps_total", "object_id"}
OUR_WINGS = ("foundation.", "subscriptions.", "orders.")
NOT_BUSINESS = {"foundation.clock", "foundation.limits"}
# Names that are drawn by lot, wherever in a text they stand.
RANDOM = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<stripe>\b(?:cs|pi|ch|cus|pm|txn|evt)_\w+)"
    r"|(?P<order>\bM-[0-9A-Z]{4}-[0-9A-Z]{4}\b)"
    r"|(?P<token>[\w-]{40,})"
    r"|(?P<epoch>\b\d{10}\b)"
    r"|(?P<id>\"subscription\": \d+)"
    r"|(?P<snapshot>\b\d+:\d+:[\d,]*)"
)
Rows = dict[str, list[str]]


def all_rows() -> Rows:
    """For each table its rows, sorted. Where a row points to another there stands a hash of its words, not its id."""
    told = _Told()
    with transaction.atomic(), connection.cursor() as cursor:
        # One moment for all tables, as workers may still be at it.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {
            model._meta.label: sorted(told.rows(model).values()) for model in apps.get_models() if _is_business(model)
        }


def differences(one: Rows, other: Rows) -> list[str]:
    """What only one of them has; empty when they tell the same."""
    found = []
    for table in one:
        here, there = list(one[table]), list(other[table])
        for row in one[table]:
            if row in there:
                there.remove(row)
                here.remove(row)
        found += [f"- {table} {row}" for row in here] + [f"+ {table} {row}" for row in there]
    return found


def _is_business(model: type[models.Model]) -> bool:
    module = model.__module__
    return module.startswith(OUR_WINGS) and not any(module.startswith(part) for part in NOT_BUSINESS)


class _Told:
    """Each table is read once; a row's words are made once."""

    def __init__(self) -> None:
        self._raw: dict[type[models.Model], dict[Any, dict[str, Any]]] = {}
        self._words: dict[tuple[type[models.Model], Any], str] = {}

    def rows(self, model: type[models.Model]) -> dict[Any, str]:
        return {key: self._word(model, key) for key in self._table(model)}

    def _table(self, model: type[models.Model]) -> dict[Any, dict[str, Any]]:
        if model not in self._raw:
            names = [field.attname for field in model._meta.concrete_fields]
            self._raw[model] = {
                values[0]: dict(zip(names, values[1:], strict=True))
                for values in model._default_manager.values_list("pk", *names)
            }
        return self._raw[model]

    def _word(self, model: type[models.Model], key: Any) -> str:
        if (model, key) not in self._words:
            self._words[model, key] = "a row on the way to itself"  # an offer may renew with itself
            values = self._table(model)[key]
            told = {
                field.name: self._value(field, values[field.attname])
                for field in model._meta.concrete_fields
                if not isinstance(field, models.AutoField | models.UUIDField) and field.name not in LEFT_OUT
            }
            self._words[model, key] = json.dumps(told, sort_keys=True)
        return self._words[model, key]

    def _value(self, field: "models.Field[Any, Any]", value: Any) -> Any:
        if value is not None and isinstance(field, models.ForeignKey):
            related: type[models.Model] = field.related_model
            if not _is_business(related):
                return str(value)
            return hashlib.sha256(self._word(related, value).encode()).hexdigest()[:12]
        if isinstance(value, dt.datetime):
            return "set"  # The clock goes on between two runs.
        if isinstance(value, str):
            return _plain(value)
        if isinstance(value, dict | list):
            return _plain(json.dumps(value, sort_keys=True, default=str))
        return value if isinstance(value, int | bool | None) else _plain(str(value))


def _plain(text: str) -> str:
    return RANDOM.sub(lambda found: f"<{found.lastgroup}>", text)
