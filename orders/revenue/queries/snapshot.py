"""Reports read one moment: figures of one report never come from two states of the books."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """All queries inside see the same rows. Inside a caller's transaction, that transaction's own isolation holds."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        give_room()
        yield


def give_room() -> None:
    """Let this transaction join and group a million copies in memory; the usual 4 MB would send them through files."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
