"""Rows of several tables, written by one statement: for the few paths that many people take at once.

Everywhere else `save` and `bulk_create` are right (docs/decisions/0015). Constraints, defaults and triggers of the
database hold as ever; foreign keys are looked at when the transaction ends, so the tables may come in any order.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

Numbers = dict[type[Model], Iterator[int]]


def take_numbers(counts: Mapping[type[Model], int]) -> Numbers:
    """So many fresh primary keys for each model, from its sequence. A number that is not used leaves a gap, as ever."""
    wanted = [(model, count) for model, count in counts.items() if count]
    with connection.cursor() as cursor:
        cursor.execute(_numbers_sql(tuple(model for model, _ in wanted)), [count for _, count in wanted])
        taken = cursor.fetchall()
    numbers: dict[type[Model], list[int]] = defaultdict(list)
    for place, number in taken:
        numbers[wanted[place][0]].append(number)
    return {model: iter(numbers[model]) for model in counts}


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of any tables, and mark them as saved. Those with a key keep it; the keys of others are not read.

    :raises IntegrityError: when a constraint refuses one; none is written then
    """
    by_shape: dict[tuple[type[Model], bool], list[Model]] = defaultdict(list)
    for row in rows:
        by_shape[type(row), row.pk is not None].append(row)
    values: list[Any] = []
    for (model, has_key), alike in by_shape.items():
        fields = _fields(model, has_key)
        for row in alike:
            values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    shapes = tuple((model, has_key, len(alike)) for (model, has_key), alike in by_shape.items())
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(shapes), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one table, each row its own values. `bulk_update` does it much more slowly."""
    if not rows:
        return
    model = type(rows[0])
    fields = _named(model, tuple(names))
    columns = [[row.pk for row in rows]]
    columns += [[field.get_db_prep_save(field.pre_save(row, False), connection) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(model, tuple(names)), columns)


@lru_cache
def _fields(model: type[Model], has_key: bool) -> list[Any]:
    concrete = [field for field in model._meta.concrete_fields if not field.generated]
    return [field for field in concrete if has_key or not field.primary_key]


@lru_cache
def _named(model: type[Model], names: tuple[str, ...]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


@lru_cache
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    fields = [model._meta.pk, *_named(model, names)]
    columns = [quote(field.column) for field in fields]
    arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields[:1])
    arrays += "".join(f", %s::{field.db_type(connection)}[]" for field in fields[1:])
    changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    table = quote(model._meta.db_table)
    return (
        f"UPDATE {table} SET {changes} FROM unnest({arrays}) AS new ({', '.join(columns)})"  # noqa: S608
        f" WHERE {table}.{columns[0]} = new.{columns[0]}"
    )


@lru_cache
def _numbers_sql(models: tuple[type[Model], ...]) -> str:
    return " UNION ALL ".join(
        f"SELECT {place}, nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"  # noqa: S608  (our own names)
        " FROM generate_series(1, %s::int)"
        for place, model in enumerate(models)
    )


@lru_cache(maxsize=512)
def _insert_sql(shapes: tuple[tuple[type[Model], bool, int], ...]) -> str:
    inserts = []
    for place, (model, has_key, count) in enumerate(shapes):
        columns = [field.column for field in _fields(model, has_key)]
        names = ", ".join(connection.ops.quote_name(column) for column in columns)
        one = f"({', '.join(['%s'] * len(columns))})"
        table = connection.ops.quote_name(model._meta.db_table)
        inserts.append(f"into_{place} AS (INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)})")  # noqa: S608
    return f"WITH {', '.join(inserts)} SELECT"
