"""A lower price for a running term, after the fact."""

from typing import Any

from foundation import clock
from orders.checkout import actions
from orders.checkout.rules import money
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription
from web.desk.forms.concessions import ConcessionForm
from web.desk.pages.subscriptions import SubscriptionVerb


class GiveConcession(SubscriptionVerb):
    capability = "give_concessions"
    title = "Lower the price of the running term"
    button = "Give it back"
    form_class = ConcessionForm
    is_grave = True
    acts_once = True

    def asks(self, subject: Subscription) -> list[str]:
        sentences = [
            "Every issue comes as before. The term counts as if it had cost less from the start: the share of the "
            "issues that are out comes out of revenue now, the rest was not earned yet.",
        ]
        left = [rest for rest in terms.rests(subject.pk, clock.now()) if rest.units and rest.term.magazine_cents]
        if left:
            term = left[0].term
            cost = money(term.magazine_cents, term.currency)
            sentences.append(f"The running term costs {cost} for {term.units} issues, paid by {term.payer.shown_name}.")
        return sentences

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        refund = actions.give_concession(
            subscription_id=subject.pk,
            cents=answers["cents"],
            because=answers["because"],
            money=answers["money"],
            by=self.actor,
            now=clock.now(),
        )
        amount, earned = money(refund.cents, refund.currency), money(refund.earned_cents, refund.currency)
        return f"{amount} given back, {earned} of it out of revenue: {refund.get_way_display()}."
