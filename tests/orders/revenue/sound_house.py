"""One order through all of its life, row by row, with everything in its place: what the nightly check finds nothing in.

Paid on 20 February 2026 (1995 cents, fee 88), issue 504 mailed and posted, two notices, renewed on 10 April.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import connection

from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent, Order, OrderLine, OrderPayment
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.payments.models import ChargePermit, PaymentAttempt, SavedMethod
from orders.renewals.models import Cycle, Notice
from orders.revenue import actions
from subscriptions.terms.models import Term
from tests.house import House, at
from tests.orders.revenue.printing import mail_issue

SOLD, CHARGED = at("2026-02-20"), at("2026-04-10")
NIGHT = at("2026-04-20")


class SoundHouse:
    def __init__(self, house: House) -> None:
        self.house = house
        house.pull_before(504)
        self.reader = house.reader()
        self.subscription = house.subscription(self.reader)
        self.subscription.renewal = "auto_charge"
        self.subscription.save()
        self.order, self.line = self.order_of(kind="new", number="M-1", when=SOLD)
        self.term = self.settle(self.order, self.line, self.attempt(self.order, when=SOLD), first=504, when=SOLD)
        self.consent = AutoRenewConsent.objects.create(
            line=self.line,
            payer=self.reader,
            text_version="1",
            text="Yes",
            text_sha256="0" * 64,
            shown_price_cents=1995,
            shown_issues=10,
            channel="web",
            given_at=SOLD,
        )
        self.run = mail_issue(504, [self.term], on="2026-03-20")
        actions.post_mailed_runs(now=at("2026-03-20"))
        self.renew()

    def renew(self) -> None:
        self.renewal_order, line = self.order_of(kind="renewal", number="M-2", when=CHARGED)
        self.cycle = Cycle.objects.create(
            subscription=self.subscription,
            after_term=self.term,
            consent=self.consent,
            offer=self.house.offer,
            magazine_cents=1995,
            postage_cents=0,
            currency="usd",
            charge_on=CHARGED.date(),
            state="renewed",
            order=self.renewal_order,
        )
        self.first, self.second = self.notice(1, "2026-03-06"), self.notice(2, "2026-03-21")
        method = SavedMethod.objects.create(payer=self.reader, method_id="pm_1")
        self.permit = ChargePermit.objects.create(
            payer=self.reader,
            method=method,
            subject_uuid=self.renewal_order.uuid,
            cap_cents=1995,
            currency="usd",
            charge_on=CHARGED.date(),
            until=CHARGED.date() + dt.timedelta(days=21),
            consent_given_at=SOLD,
            first_notice_uuid=self.first.uuid,
            first_notice_on=dt.date(2026, 3, 6),
            second_notice_uuid=self.second.uuid,
            second_notice_on=dt.date(2026, 3, 21),
        )
        self.charge = self.attempt(
            self.renewal_order, when=CHARGED, purpose="renewal", permit=self.permit, charge_on=CHARGED.date()
        )
        self.settle(self.renewal_order, line, self.charge, first=514, when=CHARGED)

    def order_of(self, *, kind: str, number: str, when: dt.datetime) -> tuple[Order, OrderLine]:
        order = Order.objects.create(
            number=number,
            kind=kind,
            magazine=self.house.magazine,
            payer=self.reader,
            state="paid",
            currency="usd",
            total_cents=1995,
            source_key=self.house.source,
            placed_at=when,
            placed_by="system:test",
            paid_at=when,
        )
        line = OrderLine.objects.create(
            order=order,
            offer=self.house.offer,
            recipient=self.reader,
            address=self.reader.addresses.get(),
            subscription=self.subscription,
            issues=10,
            magazine_cents=1995,
        )
        return order, line

    def attempt(self, order: Order, *, when: dt.datetime, **fields: Any) -> PaymentAttempt:
        name = fields.pop("payment_intent", order.number)
        return PaymentAttempt.objects.create(
            payer=self.reader,
            purpose=fields.pop("purpose", "first"),
            subject_uuid=order.uuid,
            amount_cents=1995,
            currency="usd",
            state="paid",
            idempotency_key=f"key {uuid.uuid4()}",
            request={},
            payment_intent_id=f"pi_{name}",
            charge_id=f"ch_{name}",
            fee_cents=88,
            balance_transaction_id=f"txn_{name}",
            submitted_at=when,
            paid_at=when,
            settled_at=when,
            **fields,
        )

    def settle(self, order: Order, line: OrderLine, attempt: PaymentAttempt, *, first: int, when: dt.datetime) -> Term:
        term: Term = self.house.term(self.subscription, first=first, line_uuid=line.uuid, sold_on=when.date())
        line.term = term
        line.save()
        sale = self.post(f"stripe:charge:{attempt.charge_id}", "sale", when, ("1010", 1995), ("2100", -1995))
        fee = self.post(f"stripe:bt:{attempt.balance_transaction_id}", "fee", when, ("5100", 88), ("1010", -88))
        OrderPayment.objects.create(
            order=order,
            attempt=attempt,
            use="settles",
            amount_cents=1995,
            journal=sale,
            fee_journal=fee,
            settled_at=when,
        )
        return term

    def post(self, key: str, kind: str, when: dt.datetime, *lines: tuple[str, int]) -> Any:
        return ledger.post(
            posting_key=key,
            kind=kind,
            book_date=when.date(),
            currency="usd",
            lines=[Posting(account, cents, magazine="lantern") for account, cents in lines],
        )

    def notice(self, number: int, day: str) -> Notice:
        mail = OutgoingMail.objects.create(
            key=f"notice {number}",
            kind="notice",
            to_email="ana@readers.example",
            subject="Soon",
            text="Soon",
            html="Soon",
            body_sha256="0" * 64,
            state="handed_over",
            created_at=at(day),
            handed_over_at=at(day),
        )
        return Notice.objects.create(
            cycle=self.cycle,
            number=number,
            amount_cents=1995,
            charge_on=CHARGED.date(),
            mail=mail,
            written_on=at(day).date(),
        )


def go_round(table: str, statement: str, values: list[Any] | None = None) -> None:
    """Change rows as only the owner of the tables can: with their triggers off."""
    with connection.cursor() as owner:
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(statement, values)
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
