"""Invariants 6 and 7: no charge without its proofs; money stays with the payer."""

from orders.revenue.queries.invariants.probe import Probe

CHARGES = (
    Probe(
        6,
        "Every automatic charge had its permit, inside its window and cap",
        "{found} automatic charges left without a permit, outside its window or above the notified amount.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a LEFT JOIN payments_chargepermit p ON p.id = a.permit_id
        WHERE a.purpose = 'renewal' AND a.submitted_at IS NOT NULL
          AND (p.id IS NULL OR a.amount_cents > p.cap_cents OR a.currency <> p.currency
               OR a.charge_on < p.charge_on OR a.charge_on >= p.until)
        """,
    ),
    Probe(
        6,
        "Both notices were delivered before the charge",
        "{found} automatic charges left without both notices delivered.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a JOIN payments_chargepermit p ON p.id = a.permit_id
        WHERE a.purpose = 'renewal' AND a.submitted_at IS NOT NULL
          AND 2 <> (
            -- Handed over before the charge left, not bounced by then, and for at least the amount that was charged.
            SELECT count(*) FROM renewals_notice n JOIN mail_outgoingmail m ON m.id = n.mail_id
            WHERE n.uuid IN (p.first_notice_uuid, p.second_notice_uuid) AND n.amount_cents >= a.amount_cents
              AND m.handed_over_at < a.submitted_at AND (m.bounced_at IS NULL OR m.bounced_at > a.submitted_at))
        """,
    ),
    Probe(
        6,
        "The second notice came at least 15 days before the charge",
        "{found} permits were granted less than 15 days after the second notice.",
        "SELECT 'permit ' || uuid FROM payments_chargepermit WHERE charge_on < second_notice_on + 15",
    ),
    Probe(
        6,
        "The consent stood when the charge left",
        "{found} automatic charges left without a consent that stood.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a
        LEFT JOIN checkout_order o ON o.uuid = a.subject_uuid
        LEFT JOIN renewals_cycle y ON y.order_id = o.id
        LEFT JOIN checkout_autorenewconsent k ON k.id = y.consent_id
        WHERE a.purpose = 'renewal' AND a.submitted_at IS NOT NULL
          AND (k.id IS NULL OR k.given_at > a.submitted_at OR k.withdrawn_at < a.submitted_at)
        """,
    ),
    Probe(
        7,
        "Whoever is charged is the payer of the order",
        "{found} payments were asked of somebody who is not the payer of the order.",
        """
        SELECT 'attempt ' || a.uuid
        FROM payments_paymentattempt a JOIN checkout_order o ON o.uuid = a.subject_uuid
        WHERE a.payer_id <> o.payer_id
        """,
    ),
    Probe(
        7,
        "A permit, its card and its consent are one payer's",
        "{found} permits or consents name another person than the one who pays.",
        """
        SELECT 'permit ' || p.uuid
        FROM payments_chargepermit p JOIN payments_savedmethod m ON m.id = p.method_id WHERE m.payer_id <> p.payer_id
        UNION ALL
        SELECT 'consent ' || k.id
        FROM checkout_autorenewconsent k JOIN checkout_orderline l ON l.id = k.line_id
        JOIN checkout_order o ON o.id = l.order_id WHERE k.payer_id <> o.payer_id
        UNION ALL
        SELECT 'cycle ' || y.uuid
        FROM renewals_cycle y JOIN checkout_autorenewconsent k ON k.id = y.consent_id
        JOIN checkout_order o ON o.id = y.order_id WHERE k.payer_id <> o.payer_id
        """,
    ),
    Probe(
        7,
        "What goes back goes to whoever paid for the term",
        "{found} refunds name another person than the payer of their term.",
        """
        SELECT 'refund ' || f.uuid
        FROM checkout_linerefund f JOIN terms_term t ON t.id = f.term_id WHERE f.payer_id <> t.payer_id
        """,
    ),
    Probe(
        7,
        "A gift is not renewed automatically",
        "{found} gifts carry a consent to automatic renewal.",
        """
        SELECT 'order ' || o.number
        FROM checkout_autorenewconsent k JOIN checkout_orderline l ON l.id = k.line_id
        JOIN checkout_order o ON o.id = l.order_id
        WHERE k.withdrawn_at IS NULL AND l.recipient_id <> o.payer_id
        """,
    ),
    Probe(
        7,
        "Automatic renewal rests on a consent",
        "{found} subscriptions are set to renew automatically without a consent that stands.",
        """
        SELECT 'subscription ' || s.id
        FROM terms_subscription s
        WHERE s.renewal = 'auto_charge' AND NOT EXISTS (
            SELECT FROM checkout_orderline l JOIN checkout_autorenewconsent k ON k.line_id = l.id
            WHERE l.subscription_id = s.id AND k.withdrawn_at IS NULL)
        """,
    ),
)
