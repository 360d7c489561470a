"""Rows of several tables, written or read by one statement: for the few paths that many people take at once.

Everywhere else `save` and `bulk_create` are right (docs/decisions/0015). Constraints, defaults and triggers of the
database hold as ever; foreign keys are looked at when the transaction ends, so the tables may come in any order.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count as count_from
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import CharField, JSONField, Model, TextField
from psycopg import RawCursor

M = TypeVar("M", bound=Model)
# What JSON says as PostgreSQL's columns take it; anything else is written out (times, days, UUIDs).
_AS_THEY_ARE = (str, int, float, bool, list, dict, type(None))
Numbers = dict[type[Model], Iterator[int]]


def take_numbers(counts: Mapping[type[Model], int]) -> Numbers:
    """So many fresh primary keys for each model, from its sequence. A number that is not used leaves a gap, as ever."""
    with connection.cursor() as cursor:
        cursor.execute(_numbers_sql(tuple(counts.items())))
        taken = cursor.fetchone()
    return {model: iter(numbers) for model, numbers in zip(counts, taken, strict=True)}


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of any tables, and mark them as saved. Those with a key keep it; the keys of others are not read.

    :raises IntegrityError: when a constraint refuses one; none is written then
    """
    by_shape: dict[tuple[type[Model], bool], list[Model]] = defaultdict(list)
    for row in rows:
        by_shape[type(row), row.pk is not None].append(row)
    values: list[Any] = []
    database = connections[DEFAULT_DB_ALIAS]  # the proxy would be asked a hundred times
    for (model, has_key), alike in by_shape.items():
        fields = _fields(model, has_key)
        for row in alike:
            values += [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields]
    shapes = tuple((model, has_key, len(alike)) for (model, has_key), alike in by_shape.items())
    database.ensure_connection()
    # Places are numbered in the text: psycopg would look for a hundred and fifty `%s` in it each time.
    with database.wrap_database_errors, RawCursor(database.connection) as cursor:
        cursor.execute(_insert_sql(shapes), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def as_json(row: Model) -> dict[str, Any]:
    """A new row with its key by column, for `insert_kept`."""
    values = {field.column: getattr(row, field.attname) for field in _fields(type(row), True)}
    return {name: value if isinstance(value, _AS_THEY_ARE) else str(value) for name, value in values.items()}


def insert_kept(model: type[Model], *, source: str, kept: str, parameters: Mapping[str, Any], **instead: str) -> None:
    """Insert rows that are kept as JSON, in one statement however many there are.

    :param source: the rest of a FROM, with its WHERE: our own words, never a caller's
    :param kept: the expression for the JSON in it
    :param instead: columns whose value is another expression now
    :param parameters: for the `%(name)s` in these three
    """
    fields = _fields(model, True)
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(instead.get(field.column) or _out_of_json(field) for field in fields)
    table_of, _, condition = source.partition(" WHERE ")
    with connection.cursor() as cursor:
        # OFFSET 0: otherwise the expression would be worked out once for each column.
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table_of}"  # noqa: S608
            f" CROSS JOIN LATERAL (SELECT {kept} AS row_ OFFSET 0) AS kept WHERE {condition}",
            parameters,
        )


def _out_of_json(field: Any) -> str:
    """The value of a column in `row_`. Texts are not cast, as a cast would cut one that is too long."""
    if isinstance(field, JSONField):
        return f"nullif(row_->'{field.column}', 'null'::jsonb)"
    value = f"row_->>'{field.column}'"
    return value if isinstance(field, CharField | TextField) else f"({value})::{field.db_type(connection)}"


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
def columns_of(model: type[Model], name: str) -> str:
    """All columns of a model for a SELECT in which its table is called `name`, as `made_of` takes them."""
    return ", ".join(f"{name}.{connection.ops.quote_name(str(field.column))}" for field in model._meta.concrete_fields)


def width_of(model: type[Model]) -> int:
    """How many columns `columns_of` names."""
    return len(model._meta.concrete_fields)


def made_of(model: type[M], values: Sequence[Any]) -> M:
    """The row that was read as these columns."""
    converted = list(values)
    for place, convert in _converters(model):
        converted[place] = convert(converted[place], None, connection)
    return model.from_db(connection.alias, _attributes(model), converted)


@lru_cache
def _attributes(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@lru_cache
def _converters(model: type[Model]) -> list[tuple[int, Any]]:
    fields = enumerate(model._meta.concrete_fields)
    return [(place, convert) for place, field in fields for convert in field.get_db_converters(connection)]


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


@lru_cache(maxsize=512)
def _numbers_sql(counts: tuple[tuple[type[Model], int], ...]) -> str:
    """The counts stand in the text: with parameters it would be planned again each time."""
    arrays = (
        f"ARRAY(SELECT nextval('{_sequence_of(model)}') FROM generate_series(1, {count}))"  # noqa: S608  (our own)
        for model, count in counts
    )
    return f"SELECT {', '.join(arrays)}"


@lru_cache
def _sequence_of(model: type[Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        return str(cursor.fetchone()[0])


@lru_cache(maxsize=512)
def _insert_sql(shapes: tuple[tuple[type[Model], bool, int], ...]) -> str:
    inserts: list[str] = []
    places = count_from(1)
    for place, (model, has_key, count) in enumerate(shapes):
        columns = [field.column for field in _fields(model, has_key)]
        names = ", ".join(connection.ops.quote_name(column) for column in columns)
        ones = [f"({', '.join(f'${next(places)}' for _ in columns)})" for _ in range(count)]
        table = connection.ops.quote_name(model._meta.db_table)
        inserts.append(f"into_{place} AS (INSERT INTO {table} ({names}) VALUES {', '.join(ones)})")  # noqa: S608
    return f"WITH {', '.join(inserts)} SELECT"
