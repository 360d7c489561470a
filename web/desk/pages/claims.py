"""Claims: the work list, where an issue is missed, what a clerk does with a copy, and the policy."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import Claim
from subscriptions.terms.models import Subscription
from web.desk.forms.claims import AnswerForm, ClaimForm, ClaimPolicyForm, ReturnedForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.calendar import find_magazine
from web.desk.pages.subscriptions import SubscriptionVerb
from web.desk.queries.people import names_of

MOST = 100


class Claims(DeskPage):
    """What waits for a person, and the issues of which something was claimed."""

    capability = "see_claims"
    template = "desk/claims.html"
    title = "Claims"

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = queries.open_claims()
        return self.show(
            claims=waiting[:MOST],
            count=waiting.count(),
            issues=queries.issues_claimed(),
            magazines=Magazine.objects.order_by("name"),
        )


class Clusters(DeskPage):
    """Where one issue is missed, the worst place first: a lost sack shows."""

    capability = "see_claims"
    template = "desk/clusters.html"

    def get(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = Issue.objects.select_related("magazine").filter(pk=issue_id).first()
        if issue is None:
            raise NotFound("There is no such issue.")
        return self.show(title=f"Where {issue} is missed", issue=issue, clusters=queries.clusters_of(issue.pk))


class CopyVerb(SubscriptionVerb):
    """A verb about one copy: the subscription, the issue and the copy number stand in the address."""

    follows_merges = False  # It is the subscription that the copy went to.

    @property
    def issue(self) -> Issue:
        issue = Issue.objects.select_related("magazine").filter(pk=self.kwargs["issue_id"]).first()
        if issue is None:
            raise NotFound("There is no such issue.")
        return issue

    def named(self, subject: Subscription) -> str:
        return f"{self.title}: {self.issue}"


class ClaimCopy(CopyVerb):
    title = "Claim a copy"
    button = "Take the claim"
    form_class = ClaimForm

    def form_arguments(self, subject: Subscription) -> dict[str, Any]:
        return {"reasons": queries.reasons_of_readers()}

    def asks(self, subject: Subscription) -> list[str]:
        return [
            f"{subject.reader.shown_name} says that {self.issue} did not come, or how it came.",
            "The policy answers at once: too early yet, another copy from stock, an issue at the end, or a person.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        answer = actions.claim_copy(
            subscription_id=subject.pk,
            issue_id=self.issue.pk,
            copy_no=self.kwargs["copy_no"],
            reason_code=answers["reason"],
            note=answers["note"],
            insists=answers["insists"],
            by=self.actor,
            now=clock.now(),
        )
        return answer.sentence


class CopyCameBack(CopyVerb):
    title = "A copy came back"
    button = "It came back"
    form_class = ReturnedForm

    def asks(self, subject: Subscription) -> list[str]:
        first = self.first_open(subject)
        return [
            f"The post could not deliver {self.issue} and brought it back: it is given back to the reader at the end.",
            f"Nothing more is sent to that address from {first or 'the next issue'} on, and nothing is used up. With a "
            "new address the copies go on.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        claim = actions.record_returned_copy(
            subscription_id=subject.pk,
            issue_id=self.issue.pk,
            copy_no=self.kwargs["copy_no"],
            note=answers["note"],
            by=self.actor,
            now=clock.now(),
        )
        return claim.answer or "It is noted, and waits for a person: this copy had used up nothing."


class ClaimVerb(Verb):
    capability = "change_readers"

    def find(self) -> Claim:
        claims = Claim.objects.select_related("issue__magazine", "reason", "subscription__reader")
        claim = claims.filter(uuid=self.kwargs["uuid"]).first()
        if claim is None:
            raise NotFound("There is no such claim.")
        return claim

    def named(self, subject: Claim) -> str:
        return f"{self.title}: {subject.issue} for {subject.subscription.reader.shown_name}"

    def back(self, subject: Claim) -> str:
        return reverse("admin:reader", args=[subject.subscription.reader_id])


class AnswerClaim(ClaimVerb):
    title = "Answer a claim"
    button = "Answer it"
    form_class = AnswerForm

    def asks(self, subject: Claim) -> list[str]:
        said = f" “{subject.note}”" if subject.note else ""
        names = names_of([subject.reported_by])
        return [
            f"{subject.reason}.{said} Reported by {names.get(subject.reported_by, subject.reported_by)}.",
            "Whatever the policy says, you decide. The answer stands in the reader's file.",
        ]

    def act(self, subject: Claim, answers: dict[str, Any]) -> str:
        answered = actions.answer_claim(
            claim_id=subject.pk, answer=answers["answer"], words=answers["words"], by=self.actor, now=clock.now()
        )
        return answered.answer


class WithdrawClaim(ClaimVerb):
    title = "The copy came after all"
    button = "It came after all"

    def asks(self, subject: Claim) -> list[str]:
        undone = {
            Claim.State.REPLACING: "The copy promised for it goes back to stock.",
            Claim.State.EXTENDED: "The issue added for it is taken back; the last issue moves in by as much.",
        }
        return [f"Now: {subject.get_state_display()}.", undone.get(Claim.State(subject.state), "Nothing else changes.")]

    def act(self, subject: Claim, answers: dict[str, Any]) -> str:
        actions.withdraw_claim(claim_id=subject.pk, by=self.actor, now=clock.now())
        return "The claim was withdrawn."


class SetClaimPolicy(Verb):
    capability = "change_catalog"
    title = "What is done about claims"
    button = "Save the policy"
    form_class = ClaimPolicyForm

    def find(self) -> Magazine:
        return find_magazine(self.kwargs["code"])

    def named(self, subject: Magazine) -> str:
        return f"{self.title}: {subject.name}"

    def initial(self, subject: Magazine) -> dict[str, Any]:
        return asdict(queries.policy_of(subject.pk))

    def asks(self, subject: Magazine) -> list[str]:
        return [
            "A claim is answered in this order: too early yet; another copy while stock lasts; the issue added at the "
            "end; a person. Claims that were answered stay as they are."
        ]

    def act(self, subject: Magazine, answers: dict[str, Any]) -> str:
        actions.set_claim_policy(magazine_id=subject.pk, by=self.actor, **answers)
        return "The policy is saved."

    def back(self, subject: Magazine) -> str:
        return reverse("admin:claims")
