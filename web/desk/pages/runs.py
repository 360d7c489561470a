"""Label runs: the list, one run with its live progress, and its files."""

from collections.abc import Callable
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from foundation import clock
from foundation.audit import actions as audit
from foundation.audit.models import AuditEntry
from foundation.errors import NotFound
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment import queries
from subscriptions.fulfillment.models import LabelRun
from web.desk.pages.base import DeskPage
from web.desk.queries.people import names_of
from web.desk.queries.run_report import buttons, groups

BUSY = (LabelRun.State.REHEARSING, LabelRun.State.RELEASING)
CONTENT_TYPES = {"json": "application/json", "csv": "text/csv", "pdf": "application/pdf"}


class Runs(DeskPage):
    capability = "see_runs"
    template = "desk/runs.html"
    title = "Label runs"

    def get(self, request: HttpRequest) -> HttpResponse:
        pointers = [catalog.next_to_pull(magazine.pk) for magazine in Magazine.objects.order_by("name")]
        live = LabelRun.objects.filter(purpose=LabelRun.Purpose.MAIN).exclude(state=LabelRun.State.VOIDED)
        to_plan = [issue for issue in pointers if issue and not live.filter(issue=issue).exists()]
        return self.show(runs=queries.runs()[:100], to_plan=to_plan, waiting=queries.waiting_runs(), now=clock.now())


class OneRun(DeskPage):
    """One run. While a worker is at it the page follows: by a script, or, without scripts, by loading itself again."""

    capability = "see_runs"
    template = "desk/run.html"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        run = find_run(uuid)
        trail = list(trail_of(run))
        names = names_of([run.created_by, run.approved_by, run.released_by, *(entry.actor for entry in trail)])
        return self.show(
            title=f"Label run of {run.issue}" + ("" if run.is_main else f", {run.get_purpose_display()}"),
            run=run,
            is_busy=run.state in BUSY,
            is_stored=bool(run.file_name),
            report=run.rehearsal,
            groups=groups(run),
            buttons=buttons(run, now=clock.now()) if self.staff.may("work_runs") else [],
            statement=queries.statement(run.pk) if run.pulled_at else [],
            trail=trail,
            names=names,
        )


class RunProgress(DeskPage):
    """How far a run is, for the script of its page."""

    capability = "see_runs"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        run = find_run(uuid)
        seen = queries.progress(run.pk)
        return JsonResponse(
            {
                "state": seen.state,
                "busy": seen.state in BUSY,
                "sentence": seen.sentence,
                "done": seen.steps_done,
                "total": seen.steps_total,
                "error": seen.last_error,
            }
        )


class RunFile(DeskPage):
    """A stored file, byte for byte."""

    def send(self, run: LabelRun, opened: Callable[[], IO[bytes]], *, ending: str, name: str) -> FileResponse:
        return FileResponse(
            opened(), as_attachment=True, filename=name.rpartition("/")[2], content_type=CONTENT_TYPES[ending]
        )


class LabelFile(RunFile):
    capability = "download_labels"

    def get(self, request: HttpRequest, uuid: str) -> FileResponse:
        """Thousands of names and addresses leave the house with it, so who took it is kept."""
        run = find_run(uuid)
        answer = self.send(run, lambda: queries.open_label_file(run.pk), ending="csv", name=run.file_name)
        audit.record(self.actor, "run.file_downloaded", run)
        return answer


class ManifestFile(RunFile):
    capability = "see_runs"

    def get(self, request: HttpRequest, uuid: str, ending: str) -> FileResponse:
        run = find_run(uuid)
        if ending not in CONTENT_TYPES:
            raise NotFound("A manifest comes as json, csv or pdf.")
        name = run.manifest_name.removesuffix("json") + ending
        return self.send(run, lambda: queries.open_manifest_file(run.pk, ending), ending=ending, name=name)


def find_run(uuid: str) -> LabelRun:
    """:raises NotFound:"""
    run = LabelRun.objects.select_related("issue__magazine").filter(uuid=uuid).first()
    if run is None:
        raise NotFound("There is no such label run.")
    return run


def trail_of(run: LabelRun) -> list[AuditEntry]:
    """Who did what when, oldest first."""
    entries = AuditEntry.objects.filter(object_kind=LabelRun._meta.label_lower, object_id=str(run.pk))
    return list(entries.order_by("at", "pk"))
