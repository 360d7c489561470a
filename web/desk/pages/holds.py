"""Holds from the desk: by issue or by day, longer and shorter, taken back."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause
from web.desk.forms.holds import HoldDaysForm, HoldEndForm
from web.desk.pages.base import Verb
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
        return "The hold is taken back, as if it had never been."


def in_words(pause: Pause) -> str:
    """What a hold does: what is held, what is sent again, what comes anyway, and until when that can change."""
    answer = queries.answer_of(pause, clock.now())
    held = ", ".join(str(issue) for issue in answer.held)
    said = f"Held back: {held or 'no issue'}."
    if not answer.has_end:
        said = f"Held back from {answer.first_held} until further notice."
    if answer.comes_again is not None:
        said += f" {answer.comes_again} is the first to be sent again"
        said += f"; that can be changed until {moment(answer.end_until)}." if answer.end_until else "."
    if answer.comes_anyway:
        said += f" Comes anyway: {', '.join(str(issue) for issue in answer.comes_anyway)}."
    if answer.last_issue.issue is not None:
        said += f" The last issue is then {answer.last_issue.issue}."
    return said
