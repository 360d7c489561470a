"""Celery is the clock and the hands: the one timetable of all tasks, and the one table of who wakes for what."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, task_postrun, task_prerun

from config import folder_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

folder_broker.take_the_place_of_filesystem()
app = Celery("masthead")

# Event named by a lower app -> tasks of upper apps that sweep for the rows it left.
WAKE_LISTENERS: dict[str, list[str]] = {
    "mail_waiting": ["foundation.mail.tasks.send_waiting_mail"],
    "webhook_received": ["orders.payments.tasks.work_off_inbox"],
    "attempt_waiting": ["orders.payments.tasks.send_waiting_attempts"],
    "payment_settled": ["orders.checkout.tasks.settle_paid_orders", "orders.renewals.tasks.follow_up_charges"],
    # A renewal that was charged is over only once its order is settled.
    "order_settled": [
        "orders.renewals.tasks.plan_cycles",
        "orders.renewals.tasks.follow_up_charges",
        "orders.revenue.tasks.post_entries",
    ],
    "orders_staged": ["orders.checkout.tasks.work_off_order_imports"],
    "readers_merged": ["subscriptions.terms.tasks.follow_merged_readers"],
    "privacy_asked": [
        "subscriptions.newsletters.tasks.follow_privacy_requests",
        "subscriptions.terms.tasks.follow_privacy_requests",
        "subscriptions.fulfillment.tasks.follow_privacy_requests",
        "orders.payments.tasks.follow_privacy_requests",
        "orders.checkout.tasks.follow_privacy_requests",
        "orders.renewals.tasks.follow_privacy_requests",
        "subscriptions.readers.tasks.follow_privacy_requests",
    ],
    "run_waiting": ["subscriptions.fulfillment.tasks.work_off_runs"],
    "run_mailed": ["orders.revenue.tasks.post_mailed_runs", "orders.revenue.tasks.post_entries"],
    "issue_pulled": [
        "orders.renewals.tasks.plan_cycles",
        "orders.renewals.tasks.keep_cycles_true",
        "orders.checkout.tasks.follow_bills",
    ],
    "calendar_changed": [
        "subscriptions.terms.tasks.lay_addresses_again",
        "orders.renewals.tasks.plan_cycles",
        "orders.renewals.tasks.keep_cycles_true",
    ],
    # Held, extended, cancelled, split or merged: whoever is charged by issues left is charged on another day.
    "service_shifted": [
        "orders.renewals.tasks.follow_shifted_service",
        "orders.revenue.tasks.post_entries",
    ],
    # The demo's clock was moved: whatever is due by the calendar looks at it at once.
    "clock_moved": [
        "orders.renewals.tasks.plan_cycles",
        "orders.renewals.tasks.keep_cycles_true",
        "orders.renewals.tasks.send_due_notices",
        "orders.renewals.tasks.charge_due_cycles",
        "orders.renewals.tasks.send_due_invitations",
        "orders.checkout.tasks.announce_gifts",
        "orders.checkout.tasks.follow_bills",
    ],
}

# name -> (task, every how many seconds or crontab, queue)
TIMETABLE: dict[str, tuple[str, Any, str]] = {
    "send waiting mail": ("foundation.mail.tasks.send_waiting_mail", 30.0, "mail"),
    "work off the webhook inbox": ("orders.payments.tasks.work_off_inbox", 20.0, "money"),
    "send waiting charges": ("orders.payments.tasks.send_waiting_attempts", 20.0, "money"),
    "look after stuck attempts": ("orders.payments.tasks.look_after_stuck_attempts", 60.0, "money"),
    "sweep Stripe's events": ("orders.payments.tasks.sweep_events", 1800.0, "money"),
    "fetch missing fees": ("orders.payments.tasks.fetch_missing_fees", 300.0, "money"),
    "forget where payments were asked from": (
        "orders.payments.tasks.forget_where_from",
        crontab(hour=9, minute=20),
        "mail",
    ),
    "settle paid orders": ("orders.checkout.tasks.settle_paid_orders", 30.0, "money"),
    "announce gifts": ("orders.checkout.tasks.announce_gifts", 300.0, "mail"),
    "close abandoned orders": ("orders.checkout.tasks.close_abandoned_orders", 300.0, "money"),
    "follow bills": ("orders.checkout.tasks.follow_bills", 300.0, "money"),
    "work off order imports": ("orders.checkout.tasks.work_off_order_imports", 20.0, "runs"),
    "forget old order imports": ("orders.checkout.tasks.forget_old_imports", crontab(hour=9, minute=15), "mail"),
    "lay addresses again": ("subscriptions.terms.tasks.lay_addresses_again", crontab(hour=7, minute=40), "runs"),
    "work off label runs": ("subscriptions.fulfillment.tasks.work_off_runs", 20.0, "runs"),
    "propose supplements and claims runs": (
        "subscriptions.fulfillment.tasks.propose_later_runs",
        crontab(hour=7, minute=40),
        "runs",
    ),
    "post mailed runs": ("orders.revenue.tasks.post_mailed_runs", 60.0, "money"),
    "post credits and recouped copies": ("orders.revenue.tasks.post_entries", 60.0, "money"),
    "post digital access": ("orders.revenue.tasks.post_access", 3600.0, "money"),
    "plan renewal cycles": ("orders.renewals.tasks.plan_cycles", 300.0, "money"),
    "keep renewal cycles true": ("orders.renewals.tasks.keep_cycles_true", 900.0, "money"),
    "follow shifted service": ("orders.renewals.tasks.follow_shifted_service", 60.0, "money"),
    "send renewal notices": ("orders.renewals.tasks.send_due_notices", 300.0, "money"),
    "send renewal invitations": ("orders.renewals.tasks.send_due_invitations", 300.0, "money"),
    "charge what is due": ("orders.renewals.tasks.charge_due_cycles", 300.0, "money"),
    "follow up charges": ("orders.renewals.tasks.follow_up_charges", 60.0, "money"),
    "follow merged readers": ("subscriptions.terms.tasks.follow_merged_readers", 60.0, "runs"),
    "write off lapsed grace": ("subscriptions.terms.tasks.write_off_lapsed_grace", crontab(hour=8, minute=0), "runs"),
    "privacy: newsletters": ("subscriptions.newsletters.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: terms": ("subscriptions.terms.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: fulfillment": ("subscriptions.fulfillment.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: payments": ("orders.payments.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: checkout": ("orders.checkout.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: renewals": ("orders.renewals.tasks.follow_privacy_requests", 60.0, "mail"),
    "privacy: readers": ("subscriptions.readers.tasks.follow_privacy_requests", 60.0, "mail"),
    "forget old copies of files": ("subscriptions.readers.tasks.forget_old_files", crontab(hour=9, minute=10), "mail"),
    "forget old label files": (
        "subscriptions.fulfillment.tasks.forget_old_label_files",
        crontab(hour=9, minute=15),
        "runs",
    ),
    "nightly check": ("orders.revenue.tasks.nightly_check", crontab(hour=8, minute=10), "money"),
    "forget what is past keeping": ("foundation.limits.tasks.forget_old_counts", crontab(hour=9, minute=0), "mail"),
    "forget old links": ("foundation.mail.tasks.forget_old_links", crontab(hour=9, minute=5), "mail"),
}

app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    wake_listeners=WAKE_LISTENERS,
    beat_schedule={
        name: {"task": task, "schedule": when, "options": {"queue": queue}}
        for name, (task, when, queue) in TIMETABLE.items()
    },
    task_routes={task: {"queue": queue} for task, _, queue in TIMETABLE.values()},
    task_default_queue="money",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
)


def broker_options() -> dict[str, Any]:
    """What the transport needs: folders for the embedded broker, restore options for Redis."""
    from django.conf import settings  # The settings import this package; they are not there yet when it is loaded.

    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        folder = settings.BROKER_FOLDER
        for name in ("queue", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            # A worker sees the end of a task, and the next message, only when it looks.
            "polling_interval": 0.05,
        }
    return {"visibility_timeout": 900, "unacked_restore_interval": 2, "unacked_restore_throttle": 1}


app.conf.broker_transport_options = broker_options()
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logs(**_: object) -> None:
    """Celery must not replace the logging that the settings have set up."""


@task_prerun.connect
def _begin_task(**_: object) -> None:
    from foundation import clock, wake

    # A task that was woken because the clock was moved must not go by what this process saw before.
    clock.forget()
    wake.gather()


@task_postrun.connect
def _end_task(**_: object) -> None:
    from foundation import wake

    wake.let_go()
