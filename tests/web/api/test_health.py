import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from foundation import clock
from foundation.mail.models import OutgoingMail
from orders.payments.models import WebhookEvent
from tests.card_testing import cards_are_tested
from web.api.queue_ages import ages, given_up

HERE = {"REMOTE_ADDR": "127.0.0.1"}
THERE = {"REMOTE_ADDR": "192.0.2.7"}
PROXIED = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}  # through a proxy on this machine
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def mail(key: str, state: str = "waiting", **fields: object) -> OutgoingMail:
    return OutgoingMail.objects.create(
        key=key, kind="k", to_email="a@readers.example", subject="s", text="t", html="h", body_sha256="0" * 64,
        created_at=NOON, state=state, **fields,
    )  # fmt: skip


def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_database_and_migrations(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "broker": True,
        "oldest_waiting_seconds": {"mail": 0, "inbox": 0, "attempts": 0, "settlements": 0, "runs": 0},
    }


@pytest.mark.django_db
def test_not_ready_with_a_migration_missing(client: Client) -> None:
    [latest] = MigrationLoader(connection).graph.leaf_nodes("audit")
    MigrationRecorder(connection).record_unapplied(*latest)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["ready"], answer.json()["migrations"]) == (503, False, False)


@pytest.mark.django_db
def test_a_broker_that_is_away_is_told_and_makes_nothing_unready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: object) -> None:
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr("web.api.health.current_app.connection_for_write", gone)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["broker"]) == (200, False)


def test_not_ready_without_a_database(client: Client, own_database: str, django_db_blocker: DjangoDbBlocker) -> None:
    connection.close()
    place = connection.settings_dict
    name, place["NAME"] = place["NAME"], "there_is_no_such_database"
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
        place["NAME"] = name

    assert (answer.status_code, answer.json()["database"]) == (503, False)


@pytest.mark.django_db
def test_ages_and_the_given_up_are_counted_by_queue() -> None:
    mail("1")
    mail("2", state="refused")
    mail("3", state="bounced", bounced_at=NOON)

    assert ages(now=NOON + dt.timedelta(minutes=2))["mail"] == 120
    assert given_up() == {"mail": 1, "inbox": 0, "attempts": 0, "runs": 0}


@pytest.mark.django_db
def test_a_pointer_of_nobody_here_is_not_late() -> None:
    WebhookEvent.objects.create(event_id="evt_1", kind="charge.succeeded", created_at_stripe=NOON, received_at=NOON,
                                state="unmatched")  # fmt: skip
    WebhookEvent.objects.create(event_id="evt_2", kind="charge.succeeded", created_at_stripe=NOON, state="new",
                                received_at=NOON + dt.timedelta(minutes=1))  # fmt: skip

    assert ages(now=NOON + dt.timedelta(hours=1))["inbox"] == 59 * 60


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_tell_no_path(client: Client) -> None:
    mail("2", state="refused")
    client.get("/livez")
    client.get("/desk/sign-in/login/?next=/desk/secret-path/")

    text = client.get("/metrics").content.decode()

    assert 'masthead_requests_total{method="GET",route="livez",status="200"}' in text
    assert 'route="desk/sign-in/login/"' in text
    assert "secret-path" not in text
    assert 'masthead_given_up_rows{queue="mail"} 1.0' in text
    assert 'masthead_oldest_waiting_seconds{queue="inbox"} 0.0' in text
    assert "masthead_checkouts_paused 0.0" in text
    assert "masthead_bounced_mails 0.0" in text


@pytest.mark.django_db
def test_an_open_breaker_is_seen(client: Client) -> None:
    cards_are_tested(now=clock.now())

    assert "masthead_checkouts_paused 1.0" in client.get("/metrics").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "sent", "came", "status"),
    [
        ("", "", HERE, 200),
        ("", "", THERE, 403),
        ("", "", PROXIED, 403),
        ("let me see", "", HERE, 403),
        ("let me see", "let me in", HERE, 403),
        ("let me see", "let me see", THERE, 200),
    ],
)
def test_metrics_are_for_the_bearer_of_the_token_or_this_machine(
    settings: Settings, token: str, sent: str, came: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = token
    headers = {"Authorization": f"Bearer {sent}"} if sent else {}

    assert Client(**came).get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_only_reading_is_answered(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
