"""What can be done to one planned issue. Nobody loses an issue by it: terms count issues, and their last one slides."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog import actions
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.terms import actions as terms
from web.desk.forms.calendar import ExtraIssueForm, MovePullForm, WeightForm, extra_issue
from web.desk.pages.base import Verb
from web.desk.pages.subscriptions import moment
from web.desk.queries.calendar_change import whom_it_touches


class IssueVerb(Verb):
    capability = "change_catalog"

    def find(self) -> Issue:
        issue = Issue.objects.select_related("magazine").filter(pk=self.kwargs["issue_id"]).first()
        if issue is None:
            raise NotFound("There is no such issue.")
        return issue

    def named(self, subject: Issue) -> str:
        return f"{self.title}: {subject.cover_label}"

    def back(self, subject: Issue) -> str:
        return reverse("admin:calendar_of", args=[subject.magazine.code])


class Drop(IssueVerb):
    title = "Drop the issue"
    button = "Drop it"
    is_grave = True

    def asks(self, subject: Issue) -> list[str]:
        return [
            f"{subject} will not appear. No reader loses an issue: each last issue moves out by one.",
            *whom_it_touches(subject),
            "It can be brought back until the issue after it has been pulled.",
        ]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        terms.drop_issue(issue_id=subject.pk, by=self.actor)
        return f"{subject} was dropped."


class Restore(IssueVerb):
    title = "Bring the issue back"
    button = "It appears after all"

    def asks(self, subject: Issue) -> list[str]:
        return [f"{subject} appears after all. Each last issue moves in by one again.", *whom_it_touches(subject)]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        terms.restore_issue(issue_id=subject.pk, by=self.actor)
        return f"{subject} is planned again."


class Weigh(IssueVerb):
    title = "Change what it counts"
    button = "Change it"
    form_class = WeightForm

    def initial(self, subject: Issue) -> dict[str, Any]:
        return {"weight": subject.weight}

    def asks(self, subject: Issue) -> list[str]:
        return [
            f"{subject} now counts as {subject.weight}. Terms that wait behind it are laid again.",
            "A double brings each end nearer by one issue; whoever has one left still gets it, and owes nothing.",
            *whom_it_touches(subject),
        ]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        issue = terms.reweigh_issue(issue_id=subject.pk, weight=answers["weight"], by=self.actor)
        return f"{issue} counts as {issue.weight}."


class MovePull(IssueVerb):
    title = "Move the cut-off"
    button = "Move it"
    form_class = MovePullForm

    def initial(self, subject: Issue) -> dict[str, Any]:
        return {"pull_at": subject.pull_at}

    def asks(self, subject: Issue) -> list[str]:
        return [
            f"The labels of {subject} are pulled on {moment(subject.pull_at)}. Renewal dates follow the calendar.",
            *whom_it_touches(subject),
        ]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        issue = actions.move_pull(issue_id=subject.pk, pull_at=answers["pull_at"], by=self.actor)
        return f"The labels of {issue} are pulled on {moment(issue.pull_at)}."


class AddBefore(IssueVerb):
    title = "Add an issue before"
    button = "Add it"
    form_class = ExtraIssueForm

    def initial(self, subject: Issue) -> dict[str, Any]:
        return {"weight": 0, "cover_year": subject.cover_year, "cover_month": subject.cover_month}

    def asks(self, subject: Issue) -> list[str]:
        return [
            f"A special or an extra issue, pulled before {subject}. A special (counts 0) comes on top; an issue that "
            "counts brings each end nearer by as much.",
            *whom_it_touches(subject),
        ]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        issue = terms.add_issue(before_issue_id=subject.pk, issue=extra_issue(answers), by=self.actor)
        return f"{issue} is in the calendar, before {subject}."


class PlanRun(IssueVerb):
    capability = "work_runs"
    title = "Plan the label run"
    button = "Plan it"

    def asks(self, subject: Issue) -> list[str]:
        return [
            f"The main run of {subject}, No. {subject.number}. It can be rehearsed at once and released from "
            f"{moment(subject.pull_at)} on. Nothing is served by planning it."
        ]

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        run = fulfillment.plan_run(issue_id=subject.pk, by=self.actor, now=clock.now())
        self.kwargs["run"] = run.uuid
        return f"The run of {subject} is planned. Rehearse it next."

    def back(self, subject: Issue) -> str:
        if "run" in self.kwargs:
            return reverse("admin:run", args=[self.kwargs["run"]])
        return reverse("admin:runs")
