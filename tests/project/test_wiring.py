"""The timetable and the table of who wakes for what name tasks that exist, and events that somebody sends."""

import re
from pathlib import Path

from config.celery import TIMETABLE, WAKE_LISTENERS, app

ROOT = Path(__file__).resolve().parents[2]
SENT = re.compile(r"\bwake\(\"([a-z_]+)\"\)")


def registered() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_task_of_the_timetable_exists():
    assert {task for task, _, _ in TIMETABLE.values()} - registered() == set()


def test_every_listener_exists():
    assert {task for tasks in WAKE_LISTENERS.values() for task in tasks} - registered() == set()


def test_every_task_comes_round_by_itself():
    timed = {task for task, _, _ in TIMETABLE.values()}

    assert registered() - timed == set()


def test_every_event_that_is_sent_has_listeners_and_every_listener_an_event():
    sent = {
        event
        for folder in ("foundation", "subscriptions", "orders")
        for path in (ROOT / folder).rglob("*.py")
        for event in SENT.findall(path.read_text())
    }

    assert sent == set(WAKE_LISTENERS)
