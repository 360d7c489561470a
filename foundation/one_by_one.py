"""Many rows, one after the other: one that cannot be done stops no other, and comes round with the next sweep.

For sweeps whose rows are steps of their own. Where a row that fails is kept with its error (parked), its app does that.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog
from django.db.models import Model

from foundation.errors import DomainError

log = structlog.get_logger(__name__)
One = TypeVar("One")


def each(these: Iterable[One], step: Callable[[One], Any], *, failed: str) -> int:
    """How many steps said yes. Each step opens a transaction of its own.

    :param these: numbers of rows, as a rule, or rows, of which the log says the number alone
    :param failed: what the log calls one that could not be done
    """
    done = 0
    for one in these:
        try:
            done += bool(step(one))
        except DomainError as refusal:
            log.warning(failed, id=_number(one), code=refusal.code)
        except Exception as error:  # A bug at one must not keep the others' mail, money and service waiting.
            log.exception(failed, id=_number(one), error=type(error).__name__)
    return done


def _number(one: object) -> str:
    return str(one.pk if isinstance(one, Model) else one)
