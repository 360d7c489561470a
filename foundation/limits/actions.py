import datetime as dt
import hashlib
import hmac
import math
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from foundation import clock
from foundation.errors import DomainError
from foundation.limits.models import Count

# No window may be longer, so that counts older than this are of no use to anyone and are forgotten.
LONGEST_WINDOW = dt.timedelta(days=1)


class TooMany(DomainError):
    """:ivar retry_after: whole seconds until the window ends, for the Retry-After header"""

    code = "too_many_requests"

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of `who` (an address, a mail address: only a keyed hash of it is kept) in a window of real time.

    `sentence` is what they are told from the `most` + 1st on.
    """

    scope: str
    who: str
    most: int
    window: dt.timedelta
    sentence: str


def count_and_refuse(*, scope: str, who: str, limit: int, window: dt.timedelta, sentence: str) -> None:
    """`count_all_and_refuse` with one limit."""
    count_all_and_refuse([Limit(scope=scope, who=who, most=limit, window=window, sentence=sentence)])


def count_all_and_refuse(limits: Sequence[Limit]) -> None:
    """Count one more for each, in order, and refuse at the first that is past its limit; those behind do not count.

    Stands in a transaction of its own, before the work it guards: inside the caller's, a refusal would roll its own
    count back, and counting would make everyone wait for the caller's commit. It fails closed: where the count cannot
    be written, the error stops the caller.

    :raises TooMany: with how many seconds to wait
    :raises RuntimeError: when called inside a transaction
    """
    for limit, times in zip(limits, _count(limits), strict=False):
        if times > limit.most:
            ends = _start_of(limit.window) + limit.window
            wait = math.ceil((ends - clock.real_now()).total_seconds())
            raise TooMany(limit.sentence, retry_after=max(1, wait))


def count_one(*, scope: str, who: str, window: dt.timedelta) -> int:
    """Count one more, and answer how often it was in this window. Same terms as `count_all_and_refuse`."""
    return _count([Limit(scope=scope, who=who, most=0, window=window, sentence="")])[0]


def _count(limits: Sequence[Limit]) -> list[int]:
    """How often each was counted by now, up to the first that is past its limit.

    One statement, so that two at the same time count two; the ORM has no upsert that adds and returns. Each limit is
    counted if the one before it lets through: nobody uses up the counts of others once their own is used up.
    """
    for limit in limits:
        if limit.window > LONGEST_WINDOW:
            raise ValueError(f"Counts are forgotten after {LONGEST_WINDOW}; {limit.window} is too long.")
    if not limits:
        return []  # Whoever is trusted has none, and no statement counts nothing.
    counts: list[str] = []
    values: list[str | int | dt.datetime] = []
    for place, limit in enumerate(limits):
        let_through = f" FROM count_{place - 1} WHERE times <= %s::int" if place else ""
        counts.append(
            f"count_{place} AS (INSERT INTO limits_count (scope, who, window_start, times)"
            f" SELECT %s, %s, %s::timestamptz, 1{let_through}"
            " ON CONFLICT (scope, who, window_start) DO UPDATE SET times = limits_count.times + 1 RETURNING times)"
        )
        values += [limit.scope, hash_of(limit.scope, limit.who), _start_of(limit.window)]
        values += [limits[place - 1].most] if place else []
    places = range(len(limits))
    answers = " UNION ALL ".join(
        f"SELECT {place}, times FROM count_{place}"  # noqa: S608  (our own numbers; what a caller sends is a parameter)
        for place in places
    )
    # Outside of a transaction one statement is one by itself, and needs no BEGIN and COMMIT around it.
    own = transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()
    with own, connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(counts)} {answers} ORDER BY 1", values)
        return [int(times) for _, times in cursor.fetchall()]


def how_often(*, scope: str, who: str, window: dt.timedelta) -> int:
    """How often it was counted in the current window."""
    counts = Count.objects.filter(scope=scope, who=hash_of(scope, who), window_start=_start_of(window))
    return counts.values_list("times", flat=True).first() or 0


def forget_old_counts() -> int:
    """Delete the counts of windows that are over for good; answers how many."""
    deleted, _ = Count.objects.filter(window_start__lt=clock.real_now() - 2 * LONGEST_WINDOW).delete()
    return deleted


def _start_of(window: dt.timedelta) -> dt.datetime:
    seconds = int(window.total_seconds())
    now = int(clock.real_now().timestamp())
    return dt.datetime.fromtimestamp(now - now % seconds, dt.UTC)


def hash_of(scope: str, who: str) -> str:
    """All that is kept of an address. Keyed, since four thousand million of them are hashed quickly by anyone who has
    the table but not the key.
    """
    spelled = f"{scope}\0{who.strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), spelled.encode(), hashlib.sha256).hexdigest()
