"""Invariants 1, 2 and 10 in the life of a term: entries of the expire ledger, terms that ended, copies owed."""

from orders.revenue.queries.entries import MOVING
from orders.revenue.queries.invariants.probe import Probe

LIFE = (
    Probe(
        1,
        "J5: an entry's posting is its journal",
        "{found} credits, recouped copies or back issues say that they earned something else than their journal.",
        """
        SELECT 'entry ' || p.entry_id
        FROM revenue_entryposting p LEFT JOIN ledger_line l ON l.journal_id = p.journal_id
        GROUP BY p.id
        HAVING coalesce(sum(l.cents) FILTER (WHERE l.account_id = '4100'), 0) <> -p.magazine_cents
            OR coalesce(sum(l.cents) FILTER (WHERE l.account_id = '4110'), 0) <> -p.postage_cents
            OR coalesce(sum(l.cents) FILTER (WHERE l.account_id = '2100'), 0) <> p.magazine_cents + p.postage_cents
        """,
    ),
    Probe(
        1,
        "An ended term let go of what it had not earned",
        "{found} terms that ended released more or less than the share of the issues that were left.",
        """
        SELECT 'term ' || t.id
        FROM terms_term t
        CROSS JOIN LATERAL (SELECT greatest(0, least(t.units, t.carried + t.c_to - t.c_from - t.credit)) AS served) k
        WHERE t.ended_on IS NOT NULL AND t.cut > 0
          AND (t.released_magazine_cents, t.released_postage_cents) <>
              (t.magazine_cents - coalesce(t.magazine_cents * k.served / nullif(t.units, 0), 0),
               t.postage_cents - coalesce(t.postage_cents * k.served / nullif(t.units, 0), 0))
        """,
    ),
    Probe(
        1,
        "What an ended term let go of went on, or went back",
        "{found} terms that ended let go of other sums than their continuation costs and their payer has back.",
        """
        SELECT 'term ' || t.id
        FROM terms_term t
        LEFT JOIN terms_term c ON c.split_from_id = t.id
        LEFT JOIN checkout_linerefund f ON f.term_id = t.id AND f.state <> 'withdrawn'
        LEFT JOIN checkout_zonemove z ON z.term_id = t.id AND z.outcome = 'converted'
        LEFT JOIN checkout_billline b ON b.split_term_id = t.id
        WHERE t.ended_on IS NOT NULL
          AND t.released_magazine_cents + t.released_postage_cents
              + coalesce(b.deferred_magazine_cents + b.deferred_postage_cents, 0) <>
              coalesce(c.magazine_cents + c.postage_cents, 0)
              + coalesce(f.magazine_cents + f.postage_cents - f.earned_cents, 0)
              + coalesce(z.left_over_cents, 0)
        """,
    ),
    Probe(
        2,
        "The expire ledger adds up to each term",
        "{found} terms are longer or shorter than their entries in the expire ledger.",
        """
        SELECT 'term ' || t.id
        FROM terms_term t LEFT JOIN terms_entry e ON e.term_id = t.id
        WHERE t.units IS NOT NULL
        GROUP BY t.id
        HAVING (t.units, t.bonus, t.credit, t.carried, t.cut) <> (
            coalesce(sum(e.units) FILTER (WHERE e.kind IN ('bought', 'split_in', 'correction', 'ended')), 0),
            coalesce(sum(e.units) FILTER (WHERE e.kind = 'bonus'), 0),
            coalesce(sum(e.units) FILTER (WHERE e.kind = 'credit'), 0),
            coalesce(-sum(e.units) FILTER (WHERE e.kind IN ('recoup', 'back_start', 'taken_over')), 0),
            coalesce(-sum(e.units) FILTER (WHERE e.kind IN ('cut', 'split_out')), 0))
        """,
    ),
    Probe(
        2,
        "A back issue is owed as its entry says",
        "{found} back issues are owed without an entry that says so, or the other way round.",
        """
        SELECT 'owed copy ' || o.id
        FROM terms_owedcopy o JOIN terms_entry e ON e.id = o.entry_id
        WHERE (e.kind, e.term_id, e.copy_issue_id, e.units) <> ('back_start', o.term_id, o.issue_id, -o.units)
           OR (o.state = 'withdrawn') <> EXISTS (SELECT FROM terms_entry r WHERE r.reverses_id = e.id)
        UNION ALL
        SELECT 'entry ' || e.id
        FROM terms_entry e
        WHERE e.kind = 'back_start' AND e.reverses_id IS NULL
          AND NOT EXISTS (SELECT FROM terms_owedcopy o WHERE o.entry_id = e.id)
        """,
    ),
    Probe(
        1,
        "J5: a month of digital access is its journal",
        "{found} months of digital access say that they earned something else than their journal.",
        """
        SELECT 'access in ' || p.first_day
        FROM revenue_accessposting p LEFT JOIN ledger_line l ON l.journal_id = p.journal_id
        GROUP BY p.id HAVING coalesce(sum(l.cents) FILTER (WHERE l.account_id = '4140'), 0) <> -p.cents
        """,
    ),
    Probe(
        1,
        "Digital access that ended let go of the days that were left",
        "{found} accesses that ended released more or less than the share of the days that were left.",
        """
        SELECT 'access ' || a.id FROM terms_accessterm a
        WHERE a.ended_on IS NOT NULL AND a.released_cents <> a.price_cents
              - a.price_cents * greatest(0, least(a.ended_on, a.until_on) - a.from_on) / (a.until_on - a.from_on)
        """,
    ),
    Probe(
        10,
        "Every credit, recouped copy and mailed back issue has been posted",
        "{found} entries of the expire ledger were due before today and are not in the books.",
        f"""
        SELECT 'entry ' || e.id
        FROM terms_entry e
        LEFT JOIN terms_owedcopy o ON o.entry_id = e.id
        LEFT JOIN fulfillment_labelrun r ON r.uuid = o.run_uuid AND r.state = 'mailed'
        WHERE {MOVING} AND NOT EXISTS (SELECT FROM revenue_entryposting p WHERE p.entry_id = e.id)
          AND CASE WHEN e.kind <> 'back_start' THEN e.at < %(now)s::timestamptz - interval '1 day'
                   WHEN e.reverses_id IS NULL THEN o.state = 'sent' AND r.mailed_on < %(today)s::date
                   ELSE EXISTS (SELECT FROM revenue_entryposting p WHERE p.entry_id = e.reverses_id) END
        """,  # noqa: S608 (our own text)
    ),
)
