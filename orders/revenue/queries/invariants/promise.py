"""Invariants 2 to 5: copies served, remaining and entitled; nobody served twice; nothing to whom nothing may go."""

from orders.revenue.queries.invariants.probe import Probe

PROMISE = (
    Probe(
        2,
        "Copies served are the units consumed",
        "{found} terms were served a different number of issues than their place on the clock says.",
        """
        WITH edge AS (
            SELECT DISTINCT ON (magazine_id) magazine_id, ordinal, unit
            FROM catalog_issue WHERE state = 'planned' ORDER BY magazine_id, ordinal
        ),
        skipped AS (SELECT k.subscription_id, k.units FROM edge, skip_at(edge.magazine_id, edge.ordinal) k),
        served AS (SELECT term_id, sum(units) AS units FROM fulfillment_copy WHERE purpose = 1 AND units > 0 GROUP BY 1)
        SELECT 'term ' || t.id
        FROM terms_term t
        JOIN terms_subscription s ON s.id = t.subscription_id
        JOIN edge ON edge.magazine_id = s.magazine_id
        LEFT JOIN skipped ON skipped.subscription_id = s.id
        LEFT JOIN served ON served.term_id = t.id
        WHERE greatest(0, least(coalesce(t.c_to, 2147483647), edge.unit - coalesce(skipped.units, 0)) - t.c_from)
              <> coalesce(served.units, 0)
        """,
    ),
    Probe(
        2,
        "Subscriptions with a pause are marked so",
        "{found} subscriptions have a pause that the next label run would not see.",
        """
        SELECT DISTINCT 'subscription ' || p.subscription_id
        FROM terms_pause p JOIN terms_term t ON t.subscription_id = p.subscription_id WHERE NOT t.stepped
        """,
    ),
    Probe(
        3,
        "One main copy of an issue per subscription and copy number",
        "{found} subscriptions were sent the same issue more than once.",
        """
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM fulfillment_labelrun r JOIN fulfillment_copy c ON c.issue_id = r.issue_id
        WHERE r.pulled_at >= %(since)s AND r.state <> 'voided' AND r.purpose = 1 AND c.purpose = 1
        GROUP BY c.issue_id, c.subscription_id, c.copy_no HAVING count(*) > 1
        """,
    ),
    Probe(
        3,
        "A run holds as many copies as it says",
        "{found} label runs hold more or fewer copies than were released.",
        """
        SELECT 'run ' || r.uuid
        FROM fulfillment_labelrun r LEFT JOIN fulfillment_copy c ON c.issue_id = r.issue_id AND c.purpose = r.purpose
        WHERE r.pulled_at >= %(since)s AND r.state <> 'voided'
        GROUP BY r.id HAVING count(c.run_id) FILTER (WHERE c.run_id = r.id) <> r.copies
                          OR (r.purpose = 1 AND count(c.run_id) <> r.copies)
        """,
    ),
    Probe(
        3,
        "What was owed from stock and sent has its copy",
        "{found} copies owed from stock are marked as sent and were not, or were sent and are not marked.",
        """
        SELECT 'issue ' || o.issue_id || ', subscription ' || o.subscription_id
        FROM terms_owedcopy o
        LEFT JOIN fulfillment_labelrun r ON r.uuid = o.run_uuid AND r.purpose = 2 AND r.state <> 'voided'
        WHERE o.state = 'sent' AND (r.id IS NULL OR r.pulled_at >= %(since)s AND NOT EXISTS (
            SELECT FROM fulfillment_copy c
            WHERE c.subscription_id = o.subscription_id AND c.issue_id = o.issue_id AND c.run_id = r.id))
        UNION ALL
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM fulfillment_labelrun r JOIN fulfillment_copy c ON c.issue_id = r.issue_id AND c.run_id = r.id
        LEFT JOIN terms_owedcopy o
               ON o.subscription_id = c.subscription_id AND o.issue_id = c.issue_id AND o.run_uuid = r.uuid
        WHERE r.purpose = 2 AND r.pulled_at >= %(since)s AND c.copy_no = 1 AND o.state IS DISTINCT FROM 'sent'
        """,
    ),
    Probe(
        4,
        "Every label has a person and a place",
        "{found} labels were printed without a name or without a delivery line.",
        """
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM fulfillment_labelrun r JOIN fulfillment_copy c ON c.issue_id = r.issue_id AND c.run_id = r.id
        WHERE r.pulled_at >= %(since)s AND (c.addr1 = '' OR (c.name = '' AND c.company = ''))
        """,
    ),
    Probe(
        4,
        "No label to an undeliverable address",
        "{found} copies went to an address that was known to be undeliverable at the pull.",
        """
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM readers_address a
        JOIN terms_shipto st ON st.address_id = a.id
        JOIN fulfillment_labelrun r ON r.pulled_at >= %(since)s AND r.state <> 'voided'
        JOIN catalog_issue i ON i.id = r.issue_id AND i.ordinal >= st.from_ordinal AND i.ordinal < st.until_ordinal
        JOIN fulfillment_copy c ON c.issue_id = i.id AND c.subscription_id = st.subscription_id AND c.run_id = r.id
        LEFT JOIN terms_awayissue away ON away.issue_id = i.id AND away.subscription_id = st.subscription_id
        WHERE r.purpose = 1 AND a.undeliverable_since < (r.pulled_at AT TIME ZONE 'UTC')::date AND away.id IS NULL
        UNION ALL
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM readers_address a
        JOIN terms_awayissue away ON away.address_id = a.id
        JOIN fulfillment_labelrun r ON r.issue_id = away.issue_id AND r.pulled_at >= %(since)s AND r.state <> 'voided'
        JOIN fulfillment_copy c
          ON c.issue_id = away.issue_id AND c.subscription_id = away.subscription_id AND c.run_id = r.id
        WHERE r.purpose = 1 AND a.undeliverable_since < (r.pulled_at AT TIME ZONE 'UTC')::date
        """,
    ),
    Probe(
        4,
        "Copies beyond the end of a term are marked as grace",
        "{found} copies were sent after the end of their term without being marked as grace.",
        """
        SELECT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM fulfillment_labelrun r
        JOIN fulfillment_copy c ON c.issue_id = r.issue_id AND c.run_id = r.id
        JOIN terms_term t ON t.id = c.term_id
        JOIN catalog_issue i ON i.id = c.issue_id AND i.weight > 0
        WHERE r.pulled_at >= %(since)s AND c.purpose = 1 AND (c.x < 0 OR c.x >= t.c_to - t.c_from)
          AND c.copy_class NOT IN ('grace', 'credit')
        """,
    ),
    Probe(
        5,
        "A held subscription is sent nothing",
        "{found} copies were sent to subscriptions that were on hold for that issue.",
        """
        SELECT DISTINCT 'issue ' || c.issue_id || ', subscription ' || c.subscription_id
        FROM terms_pause p
        JOIN catalog_issue f ON f.id = p.from_issue_id
        LEFT JOIN catalog_issue u ON u.id = p.until_issue_id
        JOIN catalog_issue i ON i.magazine_id = f.magazine_id AND i.state IN ('pulled', 'mailed')
                            AND i.ordinal >= f.ordinal AND i.ordinal < coalesce(u.ordinal, 2147483647)
        JOIN fulfillment_copy c ON c.issue_id = i.id AND c.subscription_id = p.subscription_id AND c.purpose = 1
        """,
    ),
)
