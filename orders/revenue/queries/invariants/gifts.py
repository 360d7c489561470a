"""Gifts by code in the nightly check: what waits to be redeemed is on account 2105."""

from orders.revenue.queries.invariants.probe import Probe

GIFTS = (
    Probe(
        1,
        "J4: deferred gifts are the codes that nobody has redeemed",
        "In {found} magazines account 2105 is not what unredeemed codes were sold for.",
        """
        SELECT coalesce(codes.magazine, books.magazine) || ' ' || coalesce(codes.currency, books.currency)
        FROM (
            SELECT m.code AS magazine, o.currency, sum(l.magazine_cents + l.postage_cents) AS cents
            FROM checkout_giftcode g JOIN checkout_orderline l ON l.id = g.line_id
            JOIN checkout_order o ON o.id = l.order_id JOIN catalog_magazine m ON m.id = o.magazine_id
            WHERE g.state = 'open'
            GROUP BY m.code, o.currency
        ) AS codes
        FULL JOIN (
            SELECT l.magazine, j.currency, -sum(l.cents) AS cents
            FROM ledger_line l JOIN ledger_journal j ON j.id = l.journal_id
            WHERE l.account_id = '2105'
            GROUP BY l.magazine, j.currency
        ) AS books ON books.magazine = codes.magazine AND books.currency = codes.currency
        WHERE coalesce(codes.cents, 0) <> coalesce(books.cents, 0)
        """,
    ),
    Probe(
        10,
        "A paid code is open, redeemed or taken back",
        "{found} gifts by code have no code, or are redeemed without a term or access.",
        """
        SELECT 'line ' || l.uuid
        FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
        LEFT JOIN checkout_giftcode g ON g.line_id = l.id
        WHERE l.by_code AND o.state = 'paid' AND (g.id IS NULL
            OR (g.state = 'redeemed') <> (l.term_id IS NOT NULL OR l.issues = 0 AND l.recipient_id IS NOT NULL))
        """,
    ),
)
