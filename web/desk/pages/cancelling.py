"""Ending a subscription and taking it up again, and the money that is promised back."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from foundation import clock
from orders.checkout import actions as checkout
from orders.checkout import queries
from orders.checkout.models import LineRefund
from orders.checkout.rules import money
from orders.ledger import queries as books
from orders.ledger.models import AccountCode
from orders.renewals import actions as renewals
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import ServiceReason, Subscription
from web.desk.forms.cancelling import CancelForm, ReinstateForm
from web.desk.pages.base import DeskPage
from web.desk.pages.subscriptions import SubscriptionVerb


class CancelSubscription(SubscriptionVerb):
    title = "Cancel the subscription"
    button = "Cancel it"
    form_class = CancelForm
    is_grave = True

    def form_arguments(self, subject: Subscription) -> dict[str, Any]:
        reasons = ServiceReason.objects.filter(use=ServiceReason.Use.CANCEL, is_active=True)
        return {"reasons": list(reasons.order_by("position"))}

    def asks(self, subject: Subscription) -> list[str]:
        seen = queries.preview_cancel(subscription_id=subject.pk, now=clock.now())
        if seen.first_not_sent is None:
            return ["Nothing was ever bought here, so there is nothing to cancel."]
        if seen.in_hope:
            return [
                "Every issue that was paid for has been sent; what comes now is sent in the hope of a renewal.",
                f"Cancelled now or at the end, nothing is sent from {seen.first_not_sent} on. No money moves.",
            ]
        last = f"{seen.last_if_now} is the last issue" if seen.last_if_now else "No issue is sent"
        at_end = f"The last issue is then {seen.at_end.issue}." if seen.at_end.issue else ""
        return [
            f"At the end of what is paid for, nothing changes but that nobody asks for a renewal. {at_end}",
            f"Now: {last}; nothing is sent from {seen.first_not_sent} on. {_whose(seen)}",
            *_what_ends(subject),
            "The automatic renewal ends either way, and each payer is told by mail.",
            *_access(subject),
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        hoped = terms.comes_in_hope(subject.pk, clock.now())
        done = renewals.cancel_subscription(
            subscription_id=subject.pk,
            when=answers["when"],
            reason_code=answers["reason"],
            money=answers["money"],
            by=self.actor,
            now=clock.now(),
        )
        last = terms.expire(subject.pk).issue
        sentence = f"The last issue is {last}." if last else "No issue is sent."
        if hoped is not None:
            sentence = f"Nothing is sent from {hoped} on."
        back = " ".join(promised(refund) for refund in done.cancelled.refunds)
        under_way = " A charge had already left for the bank." if done.charge_under_way else ""
        return f"Cancelled. {sentence} {back}{under_way}".strip()


class ReinstateSubscription(SubscriptionVerb):
    title = "Take the subscription up again"
    button = "Take it up again"
    form_class = ReinstateForm

    def asks(self, subject: Subscription) -> list[str]:
        if terms.is_cancelled_at_end(subject):
            return [
                f"{subject.reader.shown_name} had it cancelled for the end of what is paid for. "
                "No issue was taken off, and no money moves.",
                "An invitation to renew comes in its time, and grace as the magazine gives it.",
                "It does not renew automatically: that needs the payer's word again.",
            ]
        return [
            f"{subject.reader.shown_name} gets what was left when it was cancelled, from "
            f"{self.first_open(subject) or 'the next issue'} on, and the refund that was promised for it is withdrawn.",
            "It does not renew automatically: that needs the payer's word again.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        going_on = checkout.reinstate_subscription(
            subscription_id=subject.pk, by=self.actor, now=clock.now(), back_issues=answers["back_issues"]
        )
        last = terms.expire(subject.pk).issue
        if not going_on:
            return f"The cancellation is taken back. The last paid issue is {last}."
        return f"It goes on with {going_on[0].start_issue}. The last issue is {last}."


class RefundsToSend(DeskPage):
    capability = "see_money"
    template = "desk/refunds.html"
    title = "Refunds to send"

    def get(self, request: HttpRequest) -> HttpResponse:
        refunds = list(queries.refunds_to_send()[:500])
        currencies = sorted({refund.currency for refund in refunds})
        totals = {
            currency: -books.balance(AccountCode.REFUNDS_PAYABLE, currency=currency)
            for currency in currencies or ["usd"]
        }
        return self.show(refunds=refunds, totals=totals)


def _what_ends(subject: Subscription) -> list[str]:
    """Which terms end; and whether all of them are meant, where there are several (rule 4.15)."""
    there = left_of(subject)
    if len(there) < 2:
        return []
    return [
        f"Now ends all of it, what is queued too: {'; '.join(term_in_words(one) for one in there)}. "
        "Ask whether all of it is meant; one of them alone is ended from the list of terms."
    ]


def left_of(subject: Subscription) -> list[terms.QueuedTerm]:
    """Its terms of which something is still to come."""
    there = terms.overview(subject.pk, clock.now()).terms
    return [one for one in there if one.units_left != 0 and one.term.ended_at is None]


def term_in_words(one: terms.QueuedTerm) -> str:
    many = "an endless term" if one.units_left is None else f"{one.units_left} issues"
    span = f", {one.first_issue} to {one.last_issue}" if one.first_issue and one.last_issue else ""
    return f"{many}{span} ({one.term.get_copy_class_display()}, {one.term.payer.shown_name} pays)"


def _access(subject: Subscription) -> list[str]:
    today = clock.now().astimezone(subject.magazine.zone).date()
    until = terms.access_goes_on_until(subject, day=today)
    if until is None:
        return []
    return [f"Digital access is counted in days and goes on; it is paid for until {until:%B %-d, %Y}."]


def _whose(seen: queries.CancelPreview) -> str:
    if not seen.cents:
        return "No money is left to give back."
    names = {reader.pk: reader.shown_name for reader in Reader.objects.filter(pk__in=seen.cents)}
    back = [f"{money(cents, seen.currency)} goes back to {names[payer]}" for payer, cents in seen.cents.items()]
    return f"{'; '.join(back)}."


def promised(refund: LineRefund) -> str:
    """To whom the money goes, in a sentence."""
    sum_of_it = money(refund.cents, refund.currency)
    if refund.way == LineRefund.Way.CREDIT:
        return f"{sum_of_it} is held as a credit for {refund.payer.shown_name}."
    return f"{sum_of_it} goes back to {refund.payer.shown_name}."
