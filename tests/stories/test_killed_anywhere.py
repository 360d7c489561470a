"""A worker that is killed at any marked point of the main job, and started again, ends with the same rows."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.stripe_standin.testing import Standin
from tests.standin import Letterbox
from tests.stories.conftest import Stage, as_in
from tests.stories.crew import Tasks, WarmWorkers, WorkerDied
from tests.stories.main_job import ROAD, MainJob
from tests.stories.rows import Rows, differences

_number = itertools.count()


@dataclass(frozen=True)
class End:
    """What an act leaves behind: rows, label files by name, mails on the wire, charges at Stripe."""

    rows: Rows
    files: dict[str, bytes]
    mails: int
    charges: int


class Theatre:
    """Plays acts, with a worker that nothing happens to, or with one that is killed."""

    def __init__(self, *, stage: Stage, folder: Path, job: MainJob, workers: WarmWorkers) -> None:
        self.stage, self.folder, self.job, self.workers = stage, folder, job, workers
        self.tasks = Tasks(folder / "broker")
        self.ends: dict[str, End] = {}
        self._charges_before = 0

    def rehearse(self) -> None:
        """The whole road once, undisturbed; each act's beginning is kept, and its end."""
        self.job.furnish()
        for act in ROAD:
            act.people(self.job)
            self.job.standin.wait_for_webhooks()
            self.job.letterbox.hand_in(self.job.shop.now)
            self.stage.keep(act.name)
            self.begin(act.name)
            self.ends[act.name] = self.goes_on()

    def begin(self, act: str) -> None:
        self.tasks.forget()
        for name in ("files", "mail"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.stage.set_back_to(act)
        self.job.wakes_up()
        self._charges_before = self._charges()

    def goes_on(self) -> End:
        """To the end of the act, with a worker that nothing happens to."""
        worker = self.workers.start()
        try:
            rows = self.job.lives_on(self.tasks, [worker])
        finally:
            worker.kill()
        return End(
            rows=rows,
            files={path.name: path.read_bytes() for path in (self.folder / "files").rglob("*_v[0-9].csv")},
            mails=len(list((self.folder / "mail").glob("*.eml"))),
            charges=self._charges() - self._charges_before,
        )

    def is_killed_at(self, point: str) -> bool:
        """A worker lives on until it comes to the point. True when it got there and was gone."""
        fired = self.folder / f"fired-{next(_number)}"
        worker = self.workers.start(MASTHEAD_FAILPOINT=point, MASTHEAD_FAILPOINT_FILE=str(fired))
        try:
            self.job.lives_on(self.tasks, [worker])
        except WorkerDied:
            return fired.exists()
        finally:
            worker.kill()
        return False

    def _charges(self) -> int:
        return int(self.job.standin.stats()["charges"])


@pytest.fixture(scope="module")
def theatre(
    stage: Stage, folder: Path, surroundings: dict[str, str], own_standin: Standin, story_letterbox: Letterbox
) -> Iterator[Theatre]:
    job = MainJob(standin=own_standin, letterbox=story_letterbox)
    with as_in(surroundings), WarmWorkers(environment=surroundings, logs=folder) as workers:
        made = Theatre(stage=stage, folder=folder, job=job, workers=workers)
        made.rehearse()
        yield made


def test_the_undisturbed_run_does_the_whole_job(theatre: Theatre):
    from orders.revenue.actions import nightly_check

    check = nightly_check(now=theatre.job.shop.now)
    assert [finding for finding in check.findings if not finding["ok"]] == []


@pytest.mark.parametrize(
    ("act", "point"),
    [(act.name, point) for act in ROAD for point in act.points]
    + [pytest.param(act.name, point, marks=pytest.mark.soak) for act in ROAD for point in act.soak_points],
)
def test_a_worker_killed_there_and_started_again_ends_with_the_same_rows(theatre: Theatre, act: str, point: str):
    theatre.begin(act)

    assert theatre.is_killed_at(point)
    end = theatre.goes_on()

    undisturbed = theatre.ends[act]
    assert differences(undisturbed.rows, end.rows) == []
    assert end.files == undisturbed.files
    assert (end.mails, end.charges) == (undisturbed.mails, undisturbed.charges)
