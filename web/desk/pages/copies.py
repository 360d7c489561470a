"""Another number of copies in mid-term. The page asks for the number first and then says what it means."""

from typing import Any

from foundation import clock
from orders.checkout import actions as checkout
from orders.checkout import queries
from orders.checkout.models import Bill
from orders.checkout.rules import money
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription
from web.desk.forms.copies import CopiesForm
from web.desk.pages.subscriptions import SubscriptionVerb


class ChangeCopies(SubscriptionVerb):
    title = "Change the number of copies"
    button = "Change it"
    form_class = CopiesForm

    @property
    def wanted(self) -> int | None:
        """`?copies=5`, or the number that was just sent."""
        typed = self.request.POST.get("copies") or self.request.GET.get("copies", "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 and int(typed) else None

    def initial(self, subject: Subscription) -> dict[str, Any]:
        return {"copies": self.wanted or 1, "how": "convert"}

    def asks(self, subject: Subscription) -> list[str]:
        sentences = [
            f"The change reaches {self.first_open(subject) or 'no issue yet'}. What was paid is never priced again: "
            "the term ends there and goes on with the new number.",
        ]
        if self.wanted is not None:
            quotes = queries.quote_copies(subscription_id=subject.pk, copies=self.wanted, now=clock.now())
            sentences += [_quoted(quote, self.wanted) for quote in quotes]
        return sentences

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        if answers["how"] == "bill":
            bill = checkout.order_copies(
                subscription_id=subject.pk, copies=answers["copies"], by=self.actor, now=clock.now()
            )
            return _billed(bill)
        done = checkout.change_copies(
            subscription_id=subject.pk, copies=answers["copies"], how=answers["how"], by=self.actor, now=clock.now()
        )
        held = sum(credit.cents for credit in done.credits)
        over = f" {money(held, done.credits[0].currency)} is held for the payer." if held else ""
        return f"{answers['copies']} copies of each issue; the last is {terms.expire(subject.pk).issue}.{over}"


def _billed(bill: Bill) -> str:
    order = bill.order
    asked = (
        f"We have written to {order.payer_email}."
        if order.payer_email
        else "The payer has no mail address on file: open the order, and make the link to pay, to pass on."
    )
    total = money(order.total_cents, order.currency)
    return f"Order {order.number} of {total} waits for payment. {asked} The copies change when it is paid."


def _quoted(quote: queries.CopiesQuote, copies: int) -> str:
    currency = quote.term.currency
    over = quote.converted.over_cents
    left_over = f", and {money(over, currency)} is over" if over else ""
    means = f"{quote.issues} issues left: converted, {quote.converted.issues} issues of {copies} copies{left_over}."
    if quote.more_cents:
        return f"{means} Billed at the price paid, {money(quote.more_cents, currency)}."
    return f"{means} Credited, {money(quote.credited_cents, currency)}."
