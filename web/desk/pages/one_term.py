"""One term alone: ended, such as a gift that waits behind what its recipient has, or its number put right."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.checkout.rules import money
from orders.renewals import actions as renewals
from subscriptions.terms import actions as corrections
from subscriptions.terms import queries as terms
from subscriptions.terms.models import ServiceReason, Term
from web.desk.forms.cancelling import EndAccessForm
from web.desk.forms.extensions import CorrectionForm
from web.desk.pages.base import Verb
from web.desk.pages.cancelling import left_of, promised, term_in_words
from web.desk.pages.extensions import last_issue_of


class TermVerb(Verb):
    capability = "change_readers"

    def find(self) -> Term:
        known = Term.objects.select_related("subscription__magazine", "subscription__reader", "payer")
        found = known.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise NotFound("There is no such term.")
        return found

    def back(self, subject: Term) -> str:
        return reverse("admin:reader", args=[subject.subscription.reader_id])


class CancelTerm(TermVerb):
    title = "End one term"
    button = "End it"
    form_class = EndAccessForm
    is_grave = True

    def form_arguments(self, subject: Term) -> dict[str, Any]:
        reasons = ServiceReason.objects.filter(use=ServiceReason.Use.CANCEL, is_active=True)
        return {"reasons": list(reasons.order_by("position"))}

    def asks(self, subject: Term) -> list[str]:
        there = left_of(subject.subscription)
        ends = [term_in_words(one) for one in there if one.term.pk == subject.pk]
        stays = [term_in_words(one) for one in there if one.term.pk != subject.pk]
        if not ends:
            return ["Nothing of it is left, so there is nothing to end."]
        said = [f"It ends: {ends[0]}. {_back(subject)}"]
        if not stays:
            return [*said, "Nothing else is left: this cancels the subscription, and its automatic renewal."]
        return [
            *said,
            f"It stays, and moves up where there is room: {'; '.join(stays)}.",
            "The payer is told by mail. The automatic renewal goes on, unless it is this payer's and nothing else that "
            "they have paid for is left.",
        ]

    def act(self, subject: Term, answers: dict[str, Any]) -> str:
        done = renewals.cancel_term(
            term_id=subject.pk,
            reason_code=answers["reason"],
            money=answers["money"],
            by=self.actor,
            now=clock.now(),
        )
        last = terms.expire(subject.subscription_id).issue
        sentence = f"The last issue is {last}." if last else "No issue is sent."
        back = " ".join(promised(refund) for refund in done.cancelled.refunds)
        under_way = " A charge had already left for the bank." if done.charge_under_way else ""
        return f"It has ended. {sentence} {back}{under_way}".strip()


class CorrectTerm(TermVerb):
    title = "Put the number of issues right"
    button = "Put it right"
    form_class = CorrectionForm
    acts_once = True

    def asks(self, subject: Term) -> list[str]:
        this = next((one for one in left_of(subject.subscription) if one.term.pk == subject.pk), None)
        if this is None:
            return ["Nothing of it is left: it is over, or goes on in another term."]
        return [
            f"It is about {term_in_words(this)}.",
            "Only for a number that was keyed wrong: what was paid stays, and pays for the issues that are left. An "
            "issue as a remedy is given on top, for its reason; a price that was wrong is lowered.",
        ]

    def act(self, subject: Term, answers: dict[str, Any]) -> str:
        entry = corrections.correct_term(
            term_id=subject.pk, issues=answers["issues"], because=answers["because"], by=self.actor, now=clock.now()
        )
        return f"{entry.units:+d}: put right. {last_issue_of(subject.subscription)}"


def _back(subject: Term) -> str:
    cents = terms.what_is_left(subject.pk, clock.now()).cents
    if not cents:
        return "No money is left to give back."
    return f"{money(cents, subject.currency)} goes back to {subject.payer.shown_name}."
