"""What the page of a label run shows of its rehearsal, and which buttons its state allows."""

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse

from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.standing import failed_checks

State = LabelRun.State


class Button(NamedTuple):
    label: str
    url: str
    style: str = "plain"


class Group(NamedTuple):
    """One table of counts; `words` names the desk's table for its codes."""

    title: str
    words: str
    counts: dict[str, int]
    total: int


def groups(run: LabelRun) -> list[Group]:
    """The counts of a rehearsal as tables, without the empty ones."""
    rehearsal: dict[str, Any] = run.rehearsal
    left = "Cannot be sent, and keep the issue for later" if run.is_main else "Cannot be sent now, and go on waiting"
    named = (
        ("Copies by class", "classes", "copies_by_class"),
        (left, "skips", "skipped"),
        ("On hold", "skips", "held"),
        ("Copies by country", "places", "copies_by_country"),
    )
    found = ((title, words, rehearsal.get(key) or {}) for title, words, key in named)
    return [Group(title, words, counts, sum(counts.values())) for title, words, counts in found if counts]


def buttons(run: LabelRun, *, now: dt.datetime) -> list[Button]:
    """The verbs that its state allows; the one that comes next stands first and is filled."""
    verbs = {
        State.PLANNED: [("Rehearse", "rehearse_run")],
        State.REHEARSED: _after_rehearsal(run),
        State.APPROVED: [("Release", "release_run"), ("Take the approval back", "unapprove_run")],
        State.RELEASED: [("Hand over", "hand_over_run")],
        State.HANDED_OVER: [("Confirm as mailed", "mailed_run")],
    }.get(State(run.state), [])
    shown = [
        Button(label, reverse(f"admin:{name}", args=[run.uuid]), "" if place == 0 else "plain")
        for place, (label, name) in enumerate(verbs)
    ]
    if run.state not in (State.HANDED_OVER, State.MAILED, State.VOIDED):
        shown.append(Button("Void", reverse("admin:void_run", args=[run.uuid])))
    return shown


def _after_rehearsal(run: LabelRun) -> list[tuple[str, str]]:
    again, approve = ("Rehearse again", "rehearse_run"), ("Approve", "approve_run")
    accepted = [check["code"] for check in run.rehearsal.get("checks", []) if check["may_be_accepted"]]
    return [again] if failed_checks(run, despite=accepted) else [approve, again]
