"""What a clerk changes about a subscription. Each page says which issue is the first that it reaches."""

import datetime as dt
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions as checkout
from orders.checkout.actions import Moved
from orders.checkout.rules import money
from orders.renewals import actions as renewals
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue
from subscriptions.readers import queries as readers
from subscriptions.readers.rules import address as rules
from subscriptions.terms import actions as terms
from subscriptions.terms import queries
from subscriptions.terms.models import Pause, Subscription
from subscriptions.terms.queries.merged import in_force
from web.desk.forms.subscriptions import HoldForm, MoveForm
from web.desk.pages.base import Verb

# Nobody knows these by heart; the mail house looks them up.
_NO_REASON_TO_ASK = {"no_zip_plus_4"}


class SubscriptionVerb(Verb):
    """About what is to come: of two subscriptions that were made one, about the one that copies come from."""

    capability = "change_readers"
    follows_merges = True

    def find(self) -> Subscription:
        known = Subscription.objects.select_related("magazine", "reader")
        found = known.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise NotFound("There is no such subscription.")
        return known.get(pk=in_force(found.pk)) if self.follows_merges else found

    def back(self, subject: Subscription) -> str:
        return reverse("admin:reader", args=[subject.reader_id])

    def first_open(self, subject: Subscription) -> Issue | None:
        return catalog.first_open_issue(magazine_id=subject.magazine_id, now=clock.now())


class ChangeAddress(SubscriptionVerb):
    template = "desk/change_address.html"
    title = "Change the address"
    button = "Send the magazine there"
    form_class = MoveForm

    def initial(self, subject: Subscription) -> dict[str, Any]:
        return {"name": subject.reader.name, "company": subject.reader.company, "country": "US"}

    def asks(self, subject: Subscription) -> list[str]:
        issue = self.first_open(subject)
        if issue is None:
            return ["The issue calendar ends here. Lay it out before changing anything."]
        return [
            "Without a day it counts at once. "
            f"A change entered now reaches {issue} and everything after it. This holds until "
            f"{moment(issue.pull_at)}; from then on the first issue is the next one."
        ]

    def extras(self, subject: Subscription) -> dict[str, Any]:
        return {"old": readers.newest_address(subject.reader_id)}

    def tell_first(self, subject: Subscription, form: MoveForm) -> HttpResponse | None:
        """What only looks odd is shown once; it may be kept as typed."""
        doubts = {} if form.cleaned_data["keep"] else _doubts(form)
        if not doubts:
            return None
        form.offer_to_keep()
        for name, sentences in doubts.items():
            form.add_error(name if name in form.fields else None, sentences)
        return self._ask(subject, form, status=400)

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        asked: dict[str, Any] = {
            "subscription_id": subject.pk,
            "typed": MoveForm.typed(answers),
            "source": "clerk",
            "from_on": answers["from_on"],
            "by": self.actor,
            "now": clock.now(),
        }
        if not answers["claim_newest"]:
            return _said_of(checkout.move_to_typed(**asked))
        done = checkout.move_and_claim_newest(**asked)
        return f"{_said_of(done.moved)} {done.claim.sentence}"


class Hold(SubscriptionVerb):
    title = "Hold issues back"
    button = "Hold them back"
    form_class = HoldForm

    def form_arguments(self, subject: Subscription) -> dict[str, Any]:
        return {"issues": list(open_issues(subject))}

    def asks(self, subject: Subscription) -> list[str]:
        return [
            f"{subject.reader.shown_name} gets none of the issues held back, and none of them is used up: "
            "what is owed comes afterwards, so the last issue moves out."
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        pause = terms.hold(
            subscription_id=subject.pk,
            from_issue_id=answers["from_issue"],
            until_issue_id=answers["until_issue"],
            reason=answers["reason"],
            note=answers["note"],
            over_limit_because=answers["over_limit_because"],
            by=self.actor,
            now=clock.now(),
        )
        until = f"until {pause.until_issue}, which is sent again" if pause.until_issue else "until further notice"
        return f"Held from {pause.from_issue} {until}."


class EndHold(Verb):
    capability = "change_readers"
    title = "End the hold"
    button = "Send the magazine again"

    def find(self) -> Pause:
        found = Pause.objects.select_related("subscription__reader", "subscription__magazine", "from_issue")
        pause = found.filter(pk=self.kwargs["pause_id"]).exclude(reason=Pause.Reason.SKIP).first()
        if pause is None:
            raise NotFound("There is no such hold.")
        return pause

    def asks(self, subject: Pause) -> list[str]:
        magazine_id = subject.subscription.magazine_id
        issue = catalog.first_open_issue(magazine_id=magazine_id, now=clock.now())
        return [
            f"It ends before {issue}, which is sent again unless something else holds it. What was held back stays "
            "held back, and is still owed."
        ]

    def act(self, subject: Pause, answers: dict[str, Any]) -> str:
        pause = terms.end_hold(pause_id=subject.pk, by=self.actor, now=clock.now())
        again = queries.answer_of(pause, clock.now()).comes_again
        if again is None:
            return "The hold has ended, but no issue is planned to be sent yet."
        return f"{again} is the first issue to be sent again."

    def back(self, subject: Pause) -> str:
        return reverse("admin:reader", args=[subject.subscription.reader_id])


class CancelAutoRenew(SubscriptionVerb):
    title = "Cancel the automatic renewal"
    button = "Cancel it"
    is_grave = True

    def asks(self, subject: Subscription) -> list[str]:
        return [
            f"{subject.reader.shown_name} will not be charged again for {subject.magazine.name}. "
            "What is paid for is still sent. A mail confirms it.",
            "The consent ends with this: to renew automatically again, the reader has to agree anew.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        done = renewals.cancel_auto_renew(
            subscription_id=subject.pk, by=self.actor, now=clock.now(), because="cancelled by customer service"
        )
        if done.charge_under_way:
            return "Cancelled. A charge had already left for the bank; it comes back as paid or declined."
        return "Cancelled. There will be no further charge." if done.was_on else "It was not renewed automatically."


def _said_of(moved: Moved) -> str:
    change = moved.change
    sentence = f"{change.first_coming} is the first issue to go to the new address."
    if change.first_coming is None:
        sentence = f"No issue is due to go to the new address. Whatever is sent from {change.first_issue} on does."
    if change.replaced:
        sentence += " The change that was entered before, and that no issue has followed yet, is given up."
    if change.still_old:
        named = " and ".join(str(issue) for issue in change.still_old)
        sentence += f" Still on its way to the old one: {named}."
    if change.meanwhile:
        sentence += f" Until then it goes to the old one: {', '.join(map(str, change.meanwhile))}."
    return sentence + _money_of(moved)


def _money_of(moved: Moved) -> str:
    """What a dearer zone means; nothing for any other move."""
    said = ""
    for move in moved.zone_moves:
        sum_in_words = money(move.surcharge_cents, move.currency)
        said += {
            "due": f" Postage there is dearer: {sum_in_words} for {move.issues_left} issues. Its payer is asked.",
            "absorbed": f" Postage there is dearer by {sum_in_words}, which the house bears.",
            "converted": " Postage there is dearer: fewer issues come for the money, and "
            f"{money(move.left_over_cents, move.currency)} are held for the payer.",
        }.get(move.outcome, "")
    return said


def open_issues(subject: Subscription) -> list[Issue]:
    now = clock.now()
    return [issue for issue in catalog.planned_issues(subject.magazine_id)[:40] if issue.takes_changes(now=now)]


def moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%A, %B} {local.day}, {local:%H:%M %Z}"


def _doubts(form: Form) -> dict[str, list[str]]:
    found = rules.check(MoveForm.typed(form.cleaned_data))
    doubts = {
        name: [problem.sentence for problem in problems if problem.code not in _NO_REASON_TO_ASK]
        for name, problems in found.warnings.items()
    }
    return {name: sentences for name, sentences in doubts.items() if sentences}
