"""The verbs of a label run. Each asks first; drawing the labels itself is a worker's part."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from foundation import clock
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries import WaitingRun, waiting_runs
from subscriptions.fulfillment.queries.standing import failed_checks
from web.desk.forms.runs import ApproveForm, HandOverForm, MailedForm, VoidForm
from web.desk.pages.base import Verb
from web.desk.pages.runs import find_run
from web.desk.pages.subscriptions import moment


class RunVerb(Verb):
    capability = "work_runs"

    def find(self) -> LabelRun:
        return find_run(self.kwargs["uuid"])

    def named(self, subject: LabelRun) -> str:
        return f"{self.title}: {subject.issue}"

    def back(self, subject: LabelRun) -> str:
        return reverse("admin:run", args=[subject.uuid])

    def call(self, verb: Callable[..., object], subject: LabelRun, **more: Any) -> None:
        verb(run_id=subject.pk, by=self.actor, now=clock.now(), **more)


class Rehearse(RunVerb):
    title = "Rehearse the run"
    button = "Rehearse it"

    def asks(self, subject: LabelRun) -> list[str]:
        return [
            "A worker draws every label, counts and checks them, compares them with the last issue, and throws them "
            "away. Nothing changes for any reader."
        ]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.ask_rehearsal, subject)
        return "The rehearsal has been asked for."


class Approve(RunVerb):
    title = "Approve the run"
    button = "Approve it"
    form_class = ApproveForm

    def form_arguments(self, subject: LabelRun) -> dict[str, Any]:
        return {"failed": [check for check in failed_checks(subject) if check["may_be_accepted"]]}

    def asks(self, subject: LabelRun) -> list[str]:
        found = subject.rehearsal
        if not found:
            return ["This run has not been rehearsed."]
        sentences = [f"{found['rows']:,} labels with {found['copies']:,} copies may be released."]
        if found["skipped"]:
            sentences.append(f"{sum(found['skipped'].values()):,} cannot be sent; they keep the issue for later.")
        return sentences

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        despite, because = answers.get("despite") or (), answers.get("because") or ""
        self.call(actions.approve, subject, despite=despite, because=because)
        return "Approved. It can be released once the cut-off has come."


class Unapprove(RunVerb):
    title = "Take the approval back"
    button = "Take it back"

    def asks(self, subject: LabelRun) -> list[str]:
        return ["The run stands as rehearsed again and cannot be released until it is approved anew."]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.unapprove, subject)
        return "The approval was taken back."


class Release(RunVerb):
    title = "Release the run"
    button = "Release it"

    def asks(self, subject: LabelRun) -> list[str]:
        rows = subject.rehearsal.get("rows", 0)
        if not subject.is_main:
            return [
                f"About {rows:,} labels for {subject.issue} are frozen with the addresses of this moment, and their "
                "file is written. No subscription uses up an issue by it.",
                "What cannot be sent now goes on waiting. Until hand-over the run can still be voided.",
            ]
        return [
            f"{subject.issue} is pulled: about {rows:,} labels are frozen with the addresses of this moment, each "
            "copy is counted as served, and the label file is written.",
            "From then on changes reach the next issue. Until hand-over the run can still be voided.",
            f"The cut-off is {moment(subject.issue.pull_at)}.",
        ]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.ask_release, subject)
        return "The release has been asked for; a worker is at it."


class Void(RunVerb):
    title = "Void the run"
    button = "Void it"
    is_grave = True
    form_class = VoidForm

    def asks(self, subject: LabelRun) -> list[str]:
        if subject.pulled_at is None:
            return ["The run is given up. A new one can be planned for the same issue."]
        if not subject.is_main:
            return [
                f"All {subject.copies:,} copies of this run are taken back and wait for the next one. Do not use its "
                "label file: another one will differ.",
            ]
        return [
            f"All {subject.copies:,} copies are taken back, as if nothing had been served, and {subject.issue} is "
            "planned again. Do not use its label file: another one will differ.",
        ]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.void, subject, reason=answers["reason"])
        return "The run was voided."


class HandOver(RunVerb):
    title = "Hand the file over"
    button = "It has been handed over"
    form_class = HandOverForm

    def asks(self, subject: LabelRun) -> list[str]:
        return [f"The mail house has the file with {subject.rows:,} labels. From here on the run cannot be voided."]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.hand_over, subject, to=answers["to"])
        return f"Handed over to {answers['to']}."


class ConfirmMailed(RunVerb):
    title = "Confirm as mailed"
    button = "It has been mailed"
    form_class = MailedForm

    def initial(self, subject: LabelRun) -> dict[str, Any]:
        return {"mailed_on": clock.today(subject.issue.magazine.zone)}

    def asks(self, subject: LabelRun) -> list[str]:
        if not subject.is_main:
            return [f"{subject.copies:,} copies have gone out."]
        return [f"{subject.copies:,} copies have gone out. Their revenue is earned in the month of that day."]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.confirm_mailed, subject, mailed_on=answers["mailed_on"])
        if not subject.is_main:
            return "Confirmed as mailed."
        return "Confirmed as mailed. What it has earned is posted within a minute."


class WriteAgain(RunVerb):
    title = "Write the label file again"
    button = "Write it again"

    def asks(self, subject: LabelRun) -> list[str]:
        return [
            "For a label file that the storage has lost or spoiled. It is written from the frozen copies, and is kept "
            "only if it is the same byte for byte as the one of the release. A whole one stays as it is."
        ]

    def act(self, subject: LabelRun, answers: dict[str, Any]) -> str:
        self.call(actions.write_file_again, subject)
        return "The label file is there, byte for byte as it was released."


class PlanWaiting(Verb):
    """Every supplement and claims run that something waits for, in one click."""

    capability = "work_runs"
    title = "Plan the runs that copies wait for"
    button = "Plan and rehearse them"

    def find(self) -> list[WaitingRun]:
        return [each for each in waiting_runs() if each.run is None]

    def asks(self, subject: list[WaitingRun]) -> list[str]:
        if not subject:
            return ["Nothing waits that is not planned."]
        return [
            *(f"{each.purpose.label.capitalize()} of {each.issue}: {each.rows:,} waiting." for each in subject),
            "Each is planned and rehearsed. Nothing is sent before somebody approves and releases it.",
        ]

    def act(self, subject: list[WaitingRun], answers: dict[str, Any]) -> str:
        planned = actions.plan_waiting_runs(by=self.actor, now=clock.now())
        return f"Planned: {len(planned)}. Their rehearsals have been asked for."

    def back(self, subject: list[WaitingRun]) -> str:
        return reverse("admin:runs")
