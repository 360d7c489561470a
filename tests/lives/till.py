"""Orders and their money, as checkout has them: through its own settling where it can, else row by row."""

import datetime as dt
import itertools
import uuid
from typing import Any

from foundation.actors import Actor
from orders.checkout.actions import settle_paid_orders
from orders.checkout.models import Order, OrderLine, OrderPayment
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.payments.models import PaymentAttempt
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Term
from tests.lives import model as oracle

STAFF = Actor("staff", "7")


class Till:
    def __init__(self, house: Any) -> None:
        self.house = house
        self.gift_offer = house.make_offer(code="gift", issues=10, cents=1995, kind="gift")
        self.numbers = itertools.count(1)

    def sell(
        self, line: Any, payer: Any, term: oracle.Term, *, pin: oracle.Issue | None, now: dt.datetime,
        line_uuid: uuid.UUID,
    ) -> Term:  # fmt: skip
        """An order that has been paid, and the term that it started."""
        order_line = self._order(line, payer, term, now=now, line_uuid=line_uuid)
        attempt = self._paid(order_line, now=now) if order_line.total_cents else None
        if attempt and pin is None and term.copy_class in ("paid", "gift"):
            assert settle_paid_orders(now=now) == 1, PaymentAttempt.objects.get(pk=attempt.pk).last_error
            return Term.objects.get(line_uuid=line_uuid)
        started = self.start(line.pk, payer.pk, term, pin=pin, now=now, line_uuid=line_uuid)
        order_line.term = started
        order_line.save(update_fields=["term"])
        Order.objects.filter(pk=order_line.order_id).update(state="paid", paid_at=now)
        if attempt:
            journal = self._post(attempt, now=now)
            OrderPayment.objects.create(
                order_id=order_line.order_id, attempt=attempt, use="settles", amount_cents=attempt.amount_cents,
                journal=journal, settled_at=now,
            )  # fmt: skip
            PaymentAttempt.objects.filter(pk=attempt.pk).update(settled_at=now)
        return started

    def start(
        self, subscription_id: int, payer_id: int, term: oracle.Term, *, pin: oracle.Issue | None, now: dt.datetime,
        line_uuid: uuid.UUID,
    ) -> Term:  # fmt: skip
        return terms.start_term(
            subscription_id=subscription_id,
            line_uuid=line_uuid,
            payer_id=payer_id,
            units=int(term.bought),
            copies=term.copies,
            copy_class=term.copy_class,
            magazine_cents=term.magazine_cents,
            postage_cents=term.postage_cents,
            currency="usd",
            sold_on=now.date(),
            by=STAFF,
            now=now,
            start_issue_id=pin.pk if pin else None,
        )

    def _order(self, line: Any, payer: Any, term: oracle.Term, *, now: dt.datetime, line_uuid: uuid.UUID) -> OrderLine:
        total = term.magazine_cents + term.postage_cents
        order = Order.objects.create(
            number=f"M-{next(self.numbers)}", kind="renewal", magazine=self.house.magazine, payer=payer,
            currency="usd", total_cents=total, source_key=self.house.source, placed_at=now, placed_by="staff:7",
        )  # fmt: skip
        return OrderLine.objects.create(
            order=order,
            uuid=line_uuid,
            offer=self.gift_offer if term.copy_class == "gift" else self.house.offer,
            recipient_id=line.reader_id,
            address=line.home,
            subscription=line,
            issues=int(term.bought),
            copies=term.copies,
            magazine_cents=term.magazine_cents,
            postage_cents=term.postage_cents,
        )

    def _paid(self, line: OrderLine, *, now: dt.datetime) -> PaymentAttempt:
        name = line.order.number
        return PaymentAttempt.objects.create(
            payer_id=line.order.payer_id,
            purpose="first",
            subject_uuid=line.order.uuid,
            amount_cents=line.total_cents,
            currency="usd",
            state="paid",
            idempotency_key=f"key {name}",
            request={},
            payment_intent_id=f"pi_{name}",
            charge_id=f"ch_{name}",
            submitted_at=now,
            paid_at=now,
        )

    def _post(self, attempt: PaymentAttempt, *, now: dt.datetime) -> Any:
        return ledger.post(
            posting_key=f"stripe:charge:{attempt.charge_id}", kind="sale", book_date=now.date(), currency="usd",
            lines=[
                Posting("1010", attempt.amount_cents, magazine="lantern"),
                Posting("2100", -attempt.amount_cents, magazine="lantern", offer="ten", source="WEB"),
            ],
        )  # fmt: skip
