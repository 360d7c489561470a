import datetime as dt
import time

import structlog

from orders.revenue.models import NightlyCheck
from orders.revenue.queries import invariants

log = structlog.get_logger(__name__)


def nightly_check(*, now: dt.datetime) -> NightlyCheck:
    """Ask whether the ten invariants hold, and keep the answer for staff. A check without an end was cut short."""
    check = NightlyCheck.objects.create(begun_at=now)
    begun = time.monotonic()
    found = invariants.findings(now=now)
    check.end(findings=found, at=now + dt.timedelta(seconds=time.monotonic() - begun))
    if not check.is_clean:
        log.error("invariants_broken", check=str(check.uuid), numbers=[f["number"] for f in found if not f["ok"]])
    return check
