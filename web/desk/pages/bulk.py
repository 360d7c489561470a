"""What is done for everyone in a place: issues held back, and issues on top. Whom it reaches is counted first."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, Q
from django.http import HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import actions, queries
from subscriptions.terms.models import BulkExtension, BulkHold
from web.desk.forms.bulk import BulkExtensionForm, BulkHoldEndForm, BulkHoldForm, PlacesForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.calendar import find_magazine
from web.desk.pages.subscriptions import moment

SHOWN = 50
OFFERED = 12
NO_ISSUE = "The issue calendar ends here. Lay it out before changing anything."


class ForMany(Verb):
    """The first POST counts whom it would reach; the second, with the mark of that as `sure`, does it."""

    capability = "change_readers"
    template = "desk/for_many.html"
    button = "Show whom it reaches"
    is_grave = True
    acts_once = True
    # "Hold back for 12"; "would be held back"; "Nobody gets it there".
    does: ClassVar[str]
    would_be: ClassVar[str]
    nobody: ClassVar[str]

    def preview(self, answers: dict[str, Any]) -> queries.BulkPreview:
        raise NotImplementedError

    def find(self) -> Magazine:
        return find_magazine(self.kwargs["code"])

    def named(self, subject: Magazine) -> str:
        return f"{self.title}: {subject.name}"

    def tell_first(self, subject: Magazine, form: PlacesForm) -> HttpResponse | None:
        preview = self.preview(form.cleaned_data)
        if not preview.subscriptions:
            return self._ask(subject, form, status=409, refusal=self.nobody)
        sure, mark = self.request.POST.get("sure"), form.mark(preview.subscriptions)
        if sure == mark:
            return None
        return self._ask(
            subject, form, preview=preview, mark=mark, was_sure=bool(sure), would_be=self.would_be,
            button=f"{self.does} {preview.subscriptions:,}",
        )  # fmt: skip


class BulkHolds(DeskPage):
    capability = "change_readers"
    template = "desk/bulk_holds.html"
    title = "Holds for many"

    def get(self, request: Any) -> Any:
        magazines = list(Magazine.objects.order_by("name"))
        holds = BulkHold.objects.select_related("magazine", "reason", "from_issue", "until_issue").order_by("-pk")
        standing = list(holds.filter(_stands(magazines)))
        over = holds.exclude(pk__in=[hold.pk for hold in standing])
        shown = [(hold, False) for hold in standing] + [(hold, True) for hold in over[:SHOWN]]
        return self.show(holds=shown, more=max(0, over.count() - SHOWN), magazines=magazines)


class EnterBulkHold(ForMany):
    title = "Hold issues back for everyone in a place"
    form_class = BulkHoldForm
    does = "Hold back for"
    would_be = "would be held back"
    nobody = "Nobody gets the first issue there, so nothing would be held back."

    def form_arguments(self, subject: Magazine) -> dict[str, Any]:
        return {"issues": _open_issues(subject.pk)}

    def asks(self, subject: Magazine) -> list[str]:
        issue = catalog.first_open_issue(magazine_id=subject.pk, now=clock.now())
        if issue is None:
            return [NO_ISSUE]
        return [
            "Everyone is held whose copy of the first issue would go there. "
            f"The first that can be held is {issue}. That can be changed until {moment(issue.pull_at)}.",
            "None of the issues is used up. Readers are not written to.",
        ]

    def preview(self, answers: dict[str, Any]) -> queries.BulkPreview:
        issue = Issue.objects.get(pk=answers["from_issue"])
        return queries.preview_bulk_hold(from_issue=issue, where=answers["where"])

    def act(self, subject: Magazine, answers: dict[str, Any]) -> str:
        bulk = actions.bulk_hold(
            from_issue_id=answers["from_issue"],
            until_issue_id=answers["until_issue"],
            reason_code=answers["reason"],
            where=answers["where"],
            by=self.actor,
            now=clock.now(),
        )
        return f"Held back for {_subscriptions(bulk.held)} from {bulk.from_issue} {_until(bulk.until_issue)}."

    def back(self, subject: Magazine) -> str:
        return reverse("admin:bulk_holds")


class EndBulkHold(Verb):
    capability = "change_readers"
    title = "End the hold for many"
    button = "End it for all of them"
    form_class = BulkHoldEndForm

    def form_arguments(self, subject: BulkHold) -> dict[str, Any]:
        first, end = subject.from_issue.ordinal, subject.until_issue.ordinal if subject.until_issue else None
        still_held = [each for each in _open_issues(subject.magazine_id) if end is None or each.ordinal < end]
        return {"issues": [each for each in still_held if each.ordinal >= first]}

    def find(self) -> BulkHold:
        found = BulkHold.objects.select_related("magazine", "reason", "from_issue", "until_issue")
        hold = found.filter(uuid=self.kwargs["uuid"]).first()
        if hold is None:
            raise NotFound("There is no such hold.")
        return hold

    def asks(self, subject: BulkHold) -> list[str]:
        issue = catalog.first_open_issue(magazine_id=subject.magazine_id, now=clock.now())
        if issue and issue.ordinal < subject.from_issue.ordinal:
            issue = subject.from_issue
        return [
            f"{subject.reason} holds {subject.held:,} subscriptions back from {subject.from_issue} "
            f"{_until(subject.until_issue)}.",
            f"All of them are sent {issue} again, or the issue that you choose. "
            "Holds that were ended one by one stay as they are."
            if issue
            else NO_ISSUE,
        ]

    def act(self, subject: BulkHold, answers: dict[str, Any]) -> str:
        bulk = actions.end_bulk_hold(
            bulk_id=subject.pk, until_issue_id=answers["until_issue"], by=self.actor, now=clock.now()
        )
        return f"{bulk.until_issue} is the first issue to be sent again."

    def back(self, subject: BulkHold) -> str:
        return reverse("admin:bulk_holds")


class BulkExtensions(DeskPage):
    capability = "change_readers"
    template = "desk/bulk_extensions.html"
    title = "Issues on top for many"

    def get(self, request: Any) -> Any:
        given = BulkExtension.objects.select_related("magazine", "reason", "issue").order_by("-pk")
        more = max(0, given.count() - SHOWN)
        return self.show(given=given[:SHOWN], more=more, magazines=Magazine.objects.order_by("name"))


class EnterBulkExtension(ForMany):
    """`?issue=` and `?zip3=` fill in what the page of claims by place has found."""

    title = "Give issues on top to everyone in a place"
    form_class = BulkExtensionForm
    does = "Give them to"
    would_be = "would get them"
    nobody = "Nobody was to get that issue there."

    def form_arguments(self, subject: Magazine) -> dict[str, Any]:
        sent = Issue.objects.filter(magazine=subject, state=Issue.State.MAILED).order_by("-ordinal")
        asked = self.request.GET.get("issue", "")
        named = sent.filter(pk=int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else sent.none()
        return {"issues": list(dict.fromkeys([*sent[:OFFERED], *named]))}

    def initial(self, subject: Magazine) -> dict[str, Any]:
        return {"issue": self.request.GET.get("issue", ""), "zip3": self.request.GET.get("zip3", "")}

    def asks(self, subject: Magazine) -> list[str]:
        return [
            "Everyone gets them who was to get the issue that you name, where it went. Free copies without an end and "
            "subscriptions that were cancelled since are left out, and so is whoever was given that copy back already.",
            "The reason decides what becomes of the money, as for one reader. Readers are not written to.",
        ]

    def preview(self, answers: dict[str, Any]) -> queries.BulkPreview:
        issue = Issue.objects.get(pk=answers["issue"])
        return queries.preview_bulk_extension(issue=issue, where=answers["where"])

    def act(self, subject: Magazine, answers: dict[str, Any]) -> str:
        bulk = actions.bulk_extend(
            issue_id=answers["issue"],
            issues=answers["issues"],
            reason_code=answers["reason"],
            where=answers["where"],
            by=self.actor,
            now=clock.now(),
        )
        left = f" {bulk.left_out:,} were left out." if bulk.left_out else ""
        return f"Done for {_subscriptions(bulk.extended)}.{left}"

    def back(self, subject: Magazine) -> str:
        return reverse("admin:bulk_extensions")


class TakeBackBulkExtension(Verb):
    capability = "change_readers"
    title = "Take the issues on top back"
    button = "Take them back from all of them"
    is_grave = True

    def find(self) -> BulkExtension:
        given = BulkExtension.objects.select_related("magazine", "reason", "issue")
        found = given.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise NotFound("There is no such gift of issues.")
        return found

    def asks(self, subject: BulkExtension) -> list[str]:
        return [
            f"{subject.reason}: {_subscriptions(subject.extended)} got {_issues(subject.units)} on top for "
            f"{subject.issue}.",
            "They are taken back wherever they have not gone out yet; what has gone out stays given, and so does what "
            "a term carries that was changed in the middle since, as by a move to another zone.",
        ]

    def act(self, subject: BulkExtension, answers: dict[str, Any]) -> str:
        bulk = actions.take_back_bulk_extension(bulk_id=subject.pk, by=self.actor, now=clock.now())
        kept = bulk.extended - bulk.taken_back
        stays = f" {_subscriptions(kept)} had used theirs, or were changed since." if kept else ""
        return f"Taken back from {_subscriptions(bulk.taken_back)}.{stays}"

    def back(self, subject: BulkExtension) -> str:
        return reverse("admin:bulk_extensions")


def _open_issues(magazine_id: int) -> list[Issue]:
    now = clock.now()
    return [issue for issue in catalog.planned_issues(magazine_id)[:40] if issue.takes_changes(now=now)]


def _subscriptions(number: int) -> str:
    return f"{number:,} subscription{'' if number == 1 else 's'}"


def _issues(number: int) -> str:
    return "one issue" if number == 1 else f"{number} issues"


def _until(issue: Issue | None) -> str:
    return f"until {issue}, which is sent again" if issue else "until further notice"


def _stands(magazines: Sequence[Magazine]) -> Q:
    """The holds that still hold an issue which a change reaches; one that ended before it began never held any."""
    held = Q(until_issue__isnull=True)
    for magazine in magazines:
        reach = catalog.first_open_issue(magazine_id=magazine.pk, now=clock.now())
        held |= Q(magazine=magazine, until_issue__ordinal__gt=reach.ordinal if reach else 0)
    return held & ~Q(until_issue=F("from_issue"))
