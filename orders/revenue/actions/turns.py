"""What the postings of a magazine's revenue share: whose turn it is, how long a bad row is left alone, who did it."""

import datetime as dt

from django.db import connection

from foundation.actors import system

BY = system("revenue")
LONGEST_PARKED = dt.timedelta(hours=1)
# Ours among the advisory locks of the database.
TURNS = 41_00


def take_turn(magazine_id: int) -> None:
    """Wait until no other transaction posts revenue of this magazine, and keep the others waiting until this one ends.

    What a copy or a credit earns depends on what was posted before it; two that cannot see each other would both earn
    the same cent.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURNS, magazine_id])
