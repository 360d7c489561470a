"""Invariants 1, 8, 9 and 10: the money of each order, the books, Stripe's side of them, and nothing done twice."""

from orders.revenue.queries.invariants.probe import Probe

MONEY = (
    Probe(
        1,
        "A term costs what was paid for its order line",
        "{found} terms are priced differently from the order line that paid for them.",
        """
        SELECT 'term ' || t.id
        FROM checkout_orderline l JOIN terms_term t ON t.id = l.term_id JOIN checkout_order o ON o.id = l.order_id
        WHERE (t.magazine_cents, t.postage_cents, t.currency)
              <> (l.magazine_cents - l.access_cents, l.postage_cents, o.currency)
        """,
    ),
    Probe(
        1,
        "The lines of a paid order add up to its payment",
        "{found} paid orders were paid a different sum than their lines.",
        """
        SELECT 'order ' || o.number
        FROM checkout_order o JOIN checkout_orderline l ON l.order_id = o.id
        JOIN checkout_orderpayment p ON p.order_id = o.id AND p.use = 'settles'
        GROUP BY o.id, p.id
        HAVING sum(l.magazine_cents + l.postage_cents) <> p.amount_cents OR o.total_cents <> p.amount_cents
        """,
    ),
    Probe(
        1,
        "J5: a run's posting is its journal",
        "{found} runs say that they earned something else than their journal.",
        """
        SELECT 'run ' || p.run_uuid
        FROM revenue_runposting p LEFT JOIN ledger_line l ON l.journal_id = p.journal_id
        GROUP BY p.id
        HAVING coalesce(sum(l.cents) FILTER (WHERE l.account_id = '4100'), 0) <> -p.magazine_cents
            OR coalesce(sum(l.cents) FILTER (WHERE l.account_id = '4110'), 0) <> -p.postage_cents
            OR coalesce(sum(l.cents) FILTER (WHERE l.account_id = '2100'), 0) <> p.magazine_cents + p.postage_cents
        """,
    ),
    Probe(
        8,
        "Nothing was posted into a closed month",
        "{found} journals were written into a month after it was closed.",
        """
        SELECT j.posting_key FROM ledger_journal j JOIN ledger_period p ON p.id = j.period_id
        WHERE p.state = 'closed' AND j.recorded_at > p.closed_at
        """,
    ),
    Probe(
        8,
        "Every mailed run has been posted",
        "{found} runs were mailed before today and are not in the books.",
        """
        SELECT 'run ' || r.uuid FROM fulfillment_labelrun r
        WHERE r.state = 'mailed' AND r.purpose = 1 AND r.mailed_on < %(today)s::date
          AND NOT EXISTS (SELECT FROM revenue_runposting p WHERE p.run_uuid = r.uuid)
        """,
    ),
    Probe(
        9,
        "J6: every charge has its journal, for its amount",
        "{found} settled charges have no journal, or one over another sum.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a
        LEFT JOIN checkout_orderpayment p ON p.attempt_id = a.id
        LEFT JOIN ledger_line l ON l.journal_id = p.journal_id AND l.account_id = '1010'
        WHERE a.state = 'paid' AND a.settled_at IS NOT NULL
        GROUP BY a.id HAVING coalesce(sum(l.cents), 0) <> a.amount_cents
        """,
    ),
    Probe(
        9,
        "Every payment has reached its order",
        "{found} payments have not been settled within an hour.",
        """
        SELECT 'attempt ' || uuid FROM payments_paymentattempt
        WHERE state = 'paid' AND settled_at IS NULL AND paid_at < %(now)s::timestamptz - interval '1 hour'
        """,
    ),
    Probe(
        9,
        "No sale without its charge",
        "{found} journals speak of a charge that is not on file.",
        """
        SELECT j.posting_key FROM ledger_journal j
        WHERE j.posting_key LIKE 'stripe:charge:%%'
          AND NOT EXISTS (SELECT FROM checkout_orderpayment p WHERE p.journal_id = j.id)
        """,
    ),
    Probe(
        9,
        "Every fee has its journal, for its amount",
        "{found} fees of Stripe are not in the books after an hour, or with another sum.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a JOIN checkout_orderpayment p ON p.attempt_id = a.id
        LEFT JOIN ledger_line l ON l.journal_id = p.fee_journal_id AND l.account_id = '5100'
        WHERE a.fee_cents <> 0 AND p.settled_at < %(now)s::timestamptz - interval '1 hour'
        GROUP BY a.id HAVING coalesce(sum(l.cents), 0) <> a.fee_cents
        """,
    ),
    Probe(
        9,
        "Each refund promised is in the books, and 2300 is what is still to be sent",
        "{found} refunds, or the account for refunds payable, say something else than the books.",
        """
        SELECT 'refund ' || f.uuid
        FROM checkout_linerefund f
        LEFT JOIN ledger_line l ON l.journal_id = f.journal_id
                               AND l.account_id = CASE f.way WHEN 'refund' THEN '2300' ELSE '2120' END
        GROUP BY f.id HAVING coalesce(sum(l.cents), 0) <> -(f.magazine_cents + f.postage_cents)
        UNION ALL
        SELECT 'account 2300 ' || j.currency
        FROM ledger_line l JOIN ledger_journal j ON j.id = l.journal_id
        WHERE l.account_id = '2300' AND j.kind = 'refund'
        GROUP BY j.currency
        HAVING -sum(l.cents) <> coalesce((SELECT sum(f.magazine_cents + f.postage_cents) FROM checkout_linerefund f
            WHERE f.currency = j.currency AND f.way = 'refund' AND f.state = 'promised'), 0)
        """,
    ),
    Probe(
        9,
        "Clearing accounts return to zero",
        "{found} clearing accounts (payouts in transit, disputes, refunds payable) have not returned to zero.",
        """
        SELECT 'account ' || l.account_id || ' ' || j.currency
        FROM ledger_line l JOIN ledger_journal j ON j.id = l.journal_id
        WHERE l.account_id IN ('1015', '1310', '2300')
        GROUP BY l.account_id, j.currency
        HAVING sum(l.cents) <> 0 AND max(j.book_date) < %(today)s::date - 14
        """,
    ),
    Probe(
        10,
        "One payment settles an order, any other is held",
        "{found} orders were paid twice without the second payment being held as a credit.",
        """
        SELECT 'order ' || o.number
        FROM checkout_order o JOIN payments_paymentattempt a ON a.subject_uuid = o.uuid AND a.state = 'paid'
        LEFT JOIN checkout_orderpayment p ON p.attempt_id = a.id
        WHERE a.settled_at IS NOT NULL AND o.state = 'paid'  -- a closed bill takes no payment at all
        GROUP BY o.id
        HAVING count(*) > 1 AND count(*) FILTER (WHERE p.use = 'surplus') <> count(*) - 1
        """,
    ),
    Probe(
        10,
        "One paid line starts one term",
        "{found} lines of paid orders have no term, or a term that answers to another line.",
        """
        SELECT 'line ' || l.uuid
        FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id LEFT JOIN terms_term t ON t.id = l.term_id
        WHERE o.state = 'paid' AND l.issues > 0 AND (l.term_id IS NOT NULL OR NOT l.by_code)  -- a code waits: see GIFTS
          AND (t.id IS NULL OR t.line_uuid IS DISTINCT FROM l.uuid)
        UNION ALL
        SELECT 'line ' || l.uuid
        FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
        WHERE o.state = 'paid' AND l.access_days > 0 AND l.recipient_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM terms_accessterm a WHERE a.line_uuid = l.uuid AND a.price_cents = l.access_cents)
        UNION ALL
        SELECT 'term ' || t.id
        FROM terms_term t
        WHERE t.line_uuid IS NOT NULL AND NOT EXISTS (SELECT FROM checkout_orderline l WHERE l.uuid = t.line_uuid)
        """,
    ),
    Probe(
        10,
        "One earn journal per run, entry or month of access",
        "{found} earn journals belong to no run, entry or month of access that was posted.",
        """
        SELECT j.posting_key FROM ledger_journal j
        WHERE j.kind = 'earn' AND NOT EXISTS (SELECT FROM revenue_runposting p WHERE p.journal_id = j.id)
          AND NOT EXISTS (SELECT FROM revenue_entryposting p WHERE p.journal_id = j.id)
          AND NOT EXISTS (SELECT FROM revenue_accessposting p WHERE p.journal_id = j.id)
        """,
    ),
)
