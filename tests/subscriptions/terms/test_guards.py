"""What the database itself refuses, whoever asks."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from subscriptions.terms import queries
from subscriptions.terms.models import Entry, Pause, Term
from tests.house import House


@pytest.fixture
def subscription(house: House) -> Any:
    subscription = house.subscription()
    house.term(subscription, first=504)
    return subscription


def pause(house: House, subscription: Any, first: int, until: int | None, reason: str = "vacation") -> Pause:
    return Pause.objects.create(
        subscription=subscription,
        from_issue=house.issue(first),
        until_issue=house.issue(until) if until else None,
        reason=reason,
        run_uuid=uuid.uuid4() if reason == "skip" else None,
        entered_by="system:test",
    )


def refused(match: str) -> Any:
    return pytest.raises(IntegrityError, match=match)


def test_the_expire_ledger_only_grows(subscription: Any) -> None:
    with refused("append-only"), transaction.atomic():
        Entry.objects.update(units=99)
    with refused("append-only"), transaction.atomic():
        Entry.objects.all().delete()
    for change in ({"about": "something else"}, {"about": "", "units": 99}, {"about": "", "by": "staff:9"}):
        with refused("append-only"), transaction.atomic():
            Entry.objects.update(**change)


@pytest.mark.parametrize(
    "change",
    [{"units": 20}, {"magazine_cents": 1}, {"postage_cents": 1}, {"currency": "cad"}, {"line_uuid": uuid.uuid4()}],
)
def test_what_was_sold_never_changes(subscription: Any, change: dict[str, Any]) -> None:
    with refused("what was sold"), transaction.atomic():
        Term.objects.update(**change)


def test_a_begun_term_never_moves(house: House, subscription: Any) -> None:
    house.pull_before(504)
    Term.objects.update(c_from=4)
    Term.objects.update(c_from=3)
    house.pull_before(505)

    with refused("begun term"), transaction.atomic():
        Term.objects.update(c_from=5)


def test_a_waiting_term_cannot_be_moved_into_the_past(house: House) -> None:
    house.term(house.subscription(), first=510)
    house.pull_before(505)

    with refused("begun term"), transaction.atomic():
        Term.objects.update(c_from=3)


def test_a_pulled_issue_is_never_inside_a_later_pause(house: House, subscription: Any) -> None:
    house.pull_before(507)

    with refused("pulled issue"), transaction.atomic():
        pause(house, subscription, 506, 510)
    pause(house, subscription, 507, 510)


def test_a_skip_is_written_by_the_pull_itself_and_is_one_issue_wide(house: House, subscription: Any) -> None:
    house.pull_before(507)
    pause(house, subscription, 506, 507, reason="skip")

    with refused("a_skip_has_an_end"), transaction.atomic():
        pause(house, subscription, 507, None, reason="skip")


def test_a_void_takes_its_skips_away_but_no_hold(house: House, subscription: Any) -> None:
    held = pause(house, subscription, 506, 508)
    house.pull_before(507)
    skipped = pause(house, subscription, 506, 507, reason="skip")

    skipped.delete()
    with refused("held back"), transaction.atomic():
        held.delete()


def test_a_skip_of_a_mailed_issue_stays(house: House, subscription: Any) -> None:
    house.pull_before(507)
    skipped = pause(house, subscription, 506, 507, reason="skip")
    type(house.issue(506)).objects.filter(number=506).update(state="mailed", mailed_on="2026-05-20")

    with refused("held back"), transaction.atomic():
        skipped.delete()


def test_a_pause_runs_forward_over_issues_of_its_own_magazine(house: House, subscription: Any) -> None:
    from subscriptions.catalog.models import Magazine

    with refused("own magazine"), transaction.atomic():
        pause(house, subscription, 509, 507)
    subscription.magazine = Magazine.objects.create(code="owl", label_code="OWL", name="The Owl")
    subscription.save(update_fields=["magazine"])
    with refused("own magazine"), transaction.atomic():
        pause(house, subscription, 507, 509)


def test_the_end_of_a_pause_moves_between_the_pointer_and_its_old_place(house: House, subscription: Any) -> None:
    held = pause(house, subscription, 506, 510)
    house.pull_before(508)

    def end_with(number: int | None) -> None:
        Pause.objects.filter(pk=held.pk).update(until_issue=house.issue(number) if number else None)

    for number, why in ((507, "cannot come out"), (511, "only earlier"), (None, "only earlier"), (505, "only earlier")):
        with refused(why), transaction.atomic():
            end_with(number)
    end_with(509)
    end_with(508)
    with refused("only its end"), transaction.atomic():
        Pause.objects.update(from_issue=house.issue(507))


def test_a_pause_marks_the_terms_that_are_there_and_those_that_come(house: House, subscription: Any) -> None:
    assert not Term.objects.get().stepped

    pause(house, subscription, 506, 508)
    house.term(subscription, first=520)

    assert [term.stepped for term in Term.objects.all()] == [True, True]
    assert not queries.stepped_mismatches().exists()


def test_the_nightly_check_finds_a_forgotten_mark(house: House, subscription: Any) -> None:
    pause(house, subscription, 506, 508)
    Term.objects.update(stepped=False)

    assert list(queries.stepped_mismatches()) == list(Term.objects.all())


def test_the_nightly_check_finds_a_ledger_that_does_not_add_up(subscription: Any) -> None:
    assert queries.broken_ledgers() == []
    term = Term.objects.get()
    Term.objects.update(bonus=1)

    assert queries.broken_ledgers() == [queries.LedgerMismatch(term.pk, in_ledger=10, in_range=11)]

    Entry.objects.create(term=term, kind="bonus", units=1, by="system:test")
    assert queries.broken_ledgers() == []


def test_a_term_without_end_reaches_over_nobody_else(house: House) -> None:
    """Its range must not cover the next subscription's stretch of the number line."""
    from django.db import connection

    house.term(house.subscription(), units=None)
    house.term(house.subscription(), first=504)
    house.term(house.subscription(), units=None)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
