"""Bills of changes in mid-term in the nightly check: what was asked for is what was paid, and where it went."""

from orders.revenue.queries.invariants.probe import Probe

BILLS = (
    Probe(
        1,
        "A bill asks for what its lines cost, and its money is where they say",
        "{found} bills ask for another sum than their lines, or their money went elsewhere.",
        """
        WITH bill AS (
            SELECT b.id, b.order_id, coalesce(sum(l.magazine_cents + l.postage_cents), 0) AS asked,
                   coalesce(sum(l.deferred_magazine_cents + l.deferred_postage_cents), 0) AS deferred,
                   coalesce(sum(l.earned_cents), 0) AS earned,
                   array_agg(l.journal_id) FILTER (WHERE l.journal_id IS NOT NULL) AS journals
            FROM checkout_bill b LEFT JOIN checkout_billline l ON l.bill_id = b.id
            GROUP BY b.id
        ),
        booked AS (
            SELECT bill.id, -sum(x.cents) FILTER (WHERE x.account_id = '2100') AS deferred,
                   -sum(x.cents) FILTER (WHERE x.account_id = '4110') AS earned
            FROM bill
            LEFT JOIN checkout_orderpayment p ON p.order_id = bill.order_id AND p.use = 'settles'
            LEFT JOIN ledger_line x ON x.journal_id = p.journal_id OR x.journal_id = ANY(bill.journals)
            GROUP BY bill.id
        )
        SELECT 'order ' || o.number
        FROM bill JOIN booked ON booked.id = bill.id JOIN checkout_order o ON o.id = bill.order_id
        LEFT JOIN checkout_orderpayment p ON p.order_id = o.id AND p.use = 'settles'
        WHERE bill.asked <> o.total_cents OR coalesce(p.amount_cents, bill.asked) <> bill.asked
           OR (p.id IS NOT NULL) <> (o.state = 'paid')
           OR (bill.deferred, bill.earned) <> (coalesce(booked.deferred, 0), coalesce(booked.earned, 0))
        """,
    ),
)
