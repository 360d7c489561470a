"""Re-reading what the guards should have made impossible: for the nightly check, and before a month is closed."""

from django.db import connection

UNBALANCED = """
    SELECT j.posting_key
    FROM ledger_journal j LEFT JOIN ledger_line l ON l.journal_id = j.id
    WHERE %(period_id)s::bigint IS NULL OR j.period_id = %(period_id)s::bigint
    GROUP BY j.id HAVING count(l.id) < 2 OR sum(l.cents) <> 0
    ORDER BY j.id
"""
# The same text as `actions.posting.content_sha256` hashes; "C" sorts by bytes, as Python does.
ALTERED = r"""
    SELECT j.posting_key
    FROM ledger_journal j
    JOIN LATERAL (
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") AS body
        FROM (SELECT concat_ws(E'\t', account_id, magazine, issue, offer, source, cents) AS line
              FROM ledger_line WHERE journal_id = j.id) as_text
    ) l ON true
    WHERE j.content_sha256 <> encode(sha256(convert_to(
        concat_ws(E'\t', j.kind, j.currency, coalesce(j.reverses_id::text, '')) || E'\n' || coalesce(l.body, ''), 'UTF8'
    )), 'hex')
    ORDER BY j.id
"""


def unbalanced_journals(*, period_id: int | None = None) -> list[str]:
    """Posting keys of journals whose lines do not sum to 0 or are fewer than two (checks J1 and J2)."""
    with connection.cursor() as cursor:
        cursor.execute(UNBALANCED, {"period_id": period_id})
        return [key for (key,) in cursor.fetchall()]


def altered_journals() -> list[str]:
    """Posting keys of journals whose lines are not those that were posted: somebody went round the guards."""
    with connection.cursor() as cursor:
        cursor.execute(ALTERED)
        return [key for (key,) in cursor.fetchall()]
