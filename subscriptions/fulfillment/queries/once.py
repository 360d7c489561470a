"""Whether nobody stands in a file twice, asked of the frozen copies themselves."""

from typing import Any

from django.db import connection
from psycopg import sql

from subscriptions.fulfillment.models import Claim, LabelRun
from subscriptions.fulfillment.queries.pull import records_of
from subscriptions.fulfillment.queries.tables import partition

# A million copies are not sorted for this: their primary key begins with the subscription, so that if it stands on the
# partition and all records are first copies, no subscription has two.
_MAIN = """
    SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = {name}::regclass AND indisprimary AND indisvalid)
       AND NOT EXISTS (SELECT FROM {copies} WHERE run_id = {run} AND {is_record}
                                              AND (purpose, copy_no, sequence) <> (1, 1, 1))
"""
_SUPPLEMENT = """
    SELECT count(*) = count(DISTINCT subscription_id) FROM {copies} WHERE run_id = {run} AND {is_record}
"""


def each_once(run: LabelRun) -> bool:
    """Each subscription once; of a claims run each claim, as two replacements for one reader are two copies."""
    if run.purpose == LabelRun.Purpose.CLAIMS:
        return Claim.objects.filter(run_uuid=run.uuid).count() == run.rows
    table = partition(run.issue_id)
    values: dict[str, Any] = {
        **records_of(run), "run": sql.Literal(run.pk), "copies": sql.Identifier(table), "name": sql.Literal(table),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_MAIN if run.is_main else _SUPPLEMENT).format(**values))
        return bool(cursor.fetchone()[0])
