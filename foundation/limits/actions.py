import datetime as dt
import hashlib
import hmac
import math

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


def count_and_refuse(*, scope: str, who: str, limit: int, window: dt.timedelta, sentence: str) -> None:
    """Count one more and refuse from the `limit` + 1st on in this window of real time.

    Stands in a transaction of its own, before the work it guards: inside the caller's, a refusal would roll its own
    count back, and counting would make everyone wait for the caller's commit. It fails closed: where the count cannot
    be written, the error stops the caller.

    :param who: an address, a mail address: only a keyed hash of it is kept
    :raises TooMany: with how many seconds to wait
    :raises RuntimeError: when called inside a transaction
    """
    times = count_one(scope=scope, who=who, window=window)
    if times > limit:
        ends = _start_of(window) + window
        raise TooMany(sentence, retry_after=max(1, math.ceil((ends - clock.real_now()).total_seconds())))


def count_one(*, scope: str, who: str, window: dt.timedelta) -> int:
    """Count one more, and answer how often it was in this window. Same terms as `count_and_refuse`."""
    if window > LONGEST_WINDOW:
        raise ValueError(f"Counts are forgotten after {LONGEST_WINDOW}; {window} is too long.")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # One statement, so that two at the same time count two; the ORM has no upsert that adds and returns.
        cursor.execute(
            "INSERT INTO limits_count (scope, who, window_start, times) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (scope, who, window_start) DO UPDATE SET times = limits_count.times + 1 RETURNING times",
            [scope, _hash_of(scope, who), _start_of(window)],
        )
        return int(cursor.fetchone()[0])


def how_often(*, scope: str, who: str, window: dt.timedelta) -> int:
    """How often it was counted in the current window."""
    counts = Count.objects.filter(scope=scope, who=_hash_of(scope, who), window_start=_start_of(window))
    return counts.values_list("times", flat=True).first() or 0


def forget_old_counts() -> int:
    """Delete the counts of windows that are over for good; answers how many."""
    deleted, _ = Count.objects.filter(window_start__lt=clock.real_now() - 2 * LONGEST_WINDOW).delete()
    return deleted


def _start_of(window: dt.timedelta) -> dt.datetime:
    seconds = int(window.total_seconds())
    now = int(clock.real_now().timestamp())
    return dt.datetime.fromtimestamp(now - now % seconds, dt.UTC)


def _hash_of(scope: str, who: str) -> str:
    """Keyed, since four thousand million addresses are hashed quickly by anyone who has the table but not the key."""
    spelled = f"{scope}\0{who.strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), spelled.encode(), hashlib.sha256).hexdigest()
