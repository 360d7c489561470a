"""Holds from the desk: by issue or by day, longer and shorter, taken back; and one for everyone in a place."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import actions, queries
from subscriptions.terms.models import BulkHold, Pause
from web.desk.forms.holds import BulkHoldForm, HoldDaysForm, HoldEndForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.subscriptions import SubscriptionVerb, moment, open_issues


class HoldWhileAway(SubscriptionVerb):
    title = "Hold while the reader is away"
    button = "Hold them back"
    form_class = HoldDaysForm

    def asks(self, subject: Any) -> list[str]:
        most = subject.magazine.most_held_issues
        limit = [] if most is None else [f"A reader may hold back {most} issues of a year."]
        return [
            "A day becomes the first issue whose in-home window begins on it or later. Only what a change still "
            "reaches is held; nothing is used up.",
            *limit,
        ]

    def act(self, subject: Any, answers: dict[str, Any]) -> str:
        pause = actions.hold_while_away(
            subscription_id=subject.pk,
            away_from=answers["away_from"],
            back_on=answers["back_on"],
            note=answers["note"],
            over_limit_because=answers["over_limit_because"],
            by=self.actor,
            now=clock.now(),
        )
        return in_words(pause)


class HoldVerb(Verb):
    capability = "change_readers"

    def find(self) -> Pause:
        found = Pause.objects.select_related("subscription__reader", "subscription__magazine", "from_issue")
        pause = found.filter(pk=self.kwargs["pause_id"]).exclude(reason=Pause.Reason.SKIP).first()
        if pause is None:
            raise NotFound("There is no such hold.")
        return pause

    def back(self, subject: Pause) -> str:
        return reverse("admin:reader", args=[subject.subscription.reader_id])


class ChangeHoldEnd(HoldVerb):
    title = "Let the hold end sooner or later"
    button = "Change its end"
    form_class = HoldEndForm

    def form_arguments(self, subject: Pause) -> dict[str, Any]:
        return {"issues": open_issues(subject.subscription)}

    def asks(self, subject: Pause) -> list[str]:
        return [in_words(subject), "A longer hold is one more, joined to the end of this one."]

    def act(self, subject: Pause, answers: dict[str, Any]) -> str:
        pause = actions.change_hold_end(
            pause_id=subject.pk,
            until_issue_id=answers["until_issue"],
            back_on=answers["back_on"],
            over_limit_because=answers["over_limit_because"],
            by=self.actor,
            now=clock.now(),
        )
        return in_words(pause)


class WithdrawHold(HoldVerb):
    title = "Take the hold back"
    button = "Take it back"

    def asks(self, subject: Pause) -> list[str]:
        return [in_words(subject), "Taken back before it begins, it is as if it had never been."]

    def act(self, subject: Pause, answers: dict[str, Any]) -> str:
        actions.withdraw_hold(pause_id=subject.pk, by=self.actor, now=clock.now())
        return "The hold is taken back; every issue is sent."


class BulkHolds(DeskPage):
    capability = "change_readers"
    template = "desk/bulk_holds.html"
    title = "Holds for many"

    def get(self, request: Any) -> Any:
        holds = BulkHold.objects.select_related("magazine", "reason", "from_issue", "until_issue").order_by("-pk")[:50]
        magazines = Magazine.objects.order_by("name")
        return self.show(holds=[(hold, _is_over(hold)) for hold in holds], magazines=magazines)


class EnterBulkHold(Verb):
    """The first POST counts whom it would reach; the second, with `sure`, holds them."""

    capability = "change_readers"
    template = "desk/bulk_hold.html"
    title = "Hold issues back for everyone in a place"
    button = "Show whom it reaches"
    form_class = BulkHoldForm
    is_grave = True

    def find(self) -> Magazine:
        found = Magazine.objects.filter(code=self.kwargs["code"]).first()
        if found is None:
            raise NotFound("There is no such magazine.")
        return found

    def named(self, subject: Magazine) -> str:
        return f"{self.title}: {subject.name}"

    def form_arguments(self, subject: Magazine) -> dict[str, Any]:
        now = clock.now()
        planned = catalog.planned_issues(subject.pk)[:40]
        return {"issues": [issue for issue in planned if issue.takes_changes(now=now)]}

    def asks(self, subject: Magazine) -> list[str]:
        issue = catalog.first_open_issue(magazine_id=subject.pk, now=clock.now())
        until = f" That can be changed until {moment(issue.pull_at)}." if issue else ""
        return [
            "Everyone is held whose copy of the first issue would go there. "
            f"The first that can be held is {issue}.{until}",
            "None of the issues is used up. Readers are not written to.",
        ]

    def post(self, request: Any, **kwargs: Any) -> Any:
        subject = self.find()
        form = BulkHoldForm(request.POST, **self.form_arguments(subject))
        if not form.is_valid() or "sure" in request.POST:
            return super().post(request, **kwargs)
        try:
            preview = self.preview(form)
        except DomainError as refusal:
            return self._ask(subject, form, status=409, refusal=refusal.sentence)
        return self.show(
            title=self.named(subject), subject=subject, form=form, sentences=self.asks(subject), preview=preview,
            button=f"Hold back for {preview.subscriptions:,}", is_grave=True, back_url=self.back(subject),
        )  # fmt: skip

    def preview(self, form: BulkHoldForm) -> queries.BulkPreview:
        issue = Issue.objects.get(pk=form.cleaned_data["from_issue"])
        preview = queries.preview_bulk_hold(from_issue=issue, where=form.where)
        if not preview.subscriptions:
            raise actions.NobodyToHold(f"Nobody gets {issue} there, so nothing would be held back.")
        return preview

    def act(self, subject: Magazine, answers: dict[str, Any]) -> str:
        bulk = actions.bulk_hold(
            from_issue_id=answers["from_issue"],
            until_issue_id=answers["until_issue"],
            reason_code=answers["reason"],
            where=answers["where"],
            by=self.actor,
            now=clock.now(),
        )
        return f"{bulk.held:,} subscriptions are held from {bulk.from_issue} {_until(bulk.until_issue)}."

    def back(self, subject: Magazine) -> str:
        return reverse("admin:bulk_holds")


class EndBulkHold(Verb):
    capability = "change_readers"
    title = "End the hold for many"
    button = "End it for all of them"

    def find(self) -> BulkHold:
        found = BulkHold.objects.select_related("magazine", "reason", "from_issue", "until_issue")
        hold = found.filter(uuid=self.kwargs["uuid"]).first()
        if hold is None:
            raise NotFound("There is no such hold.")
        return hold

    def asks(self, subject: BulkHold) -> list[str]:
        issue = catalog.first_open_issue(magazine_id=subject.magazine_id, now=clock.now())
        return [
            f"{subject.reason} holds {subject.held:,} subscriptions back from {subject.from_issue} "
            f"{_until(subject.until_issue)}.",
            f"All of them are sent {issue} again. Holds that were ended one by one stay as they are.",
        ]

    def act(self, subject: BulkHold, answers: dict[str, Any]) -> str:
        bulk = actions.end_bulk_hold(bulk_id=subject.pk, by=self.actor, now=clock.now())
        return f"{bulk.until_issue} is the first issue to be sent again."

    def back(self, subject: BulkHold) -> str:
        return reverse("admin:bulk_holds")


def in_words(pause: Pause) -> str:
    """What a hold does: what is held, what is sent again, what comes anyway, and until when that can change."""
    answer = queries.answer_of(pause, clock.now())
    held = ", ".join(str(issue) for issue in answer.held)
    said = f"Held back: {held}." if held else f"Held back from {answer.first_held} until further notice."
    if answer.comes_again is not None:
        said += f" {answer.comes_again} is the first to be sent again"
        said += f"; that can be changed until {moment(answer.end_until)}." if answer.end_until else "."
    if answer.comes_anyway:
        said += f" Comes anyway: {', '.join(str(issue) for issue in answer.comes_anyway)}."
    if answer.last_issue.issue is not None:
        said += f" The last issue is then {answer.last_issue.issue}."
    return said


def _until(issue: Issue | None) -> str:
    return f"until {issue}, which is sent again" if issue else "until further notice"


def _is_over(hold: BulkHold) -> bool:
    if hold.until_issue is None:
        return False
    reach = catalog.first_open_issue(magazine_id=hold.magazine_id, now=clock.now())
    return reach is not None and hold.until_issue.ordinal <= reach.ordinal
