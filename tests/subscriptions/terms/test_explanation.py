"""Why it ends when it does, in words: the worked examples of the rule book, on three calendars."""

import datetime as dt
import re
from typing import Any

import pytest

from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Subscription, Term
from tests.house import House
from tests.worked_examples.press import BY, Press, press

__all__ = ["press"]


def says(press: Press, line: Any, *sentences: str) -> None:
    """The explanation is these sentences, `{504}` for the cover label of the issue that the rule book calls so."""
    expected = re.sub(r"\{(\d+)\}", lambda said: press.issue(int(said[1])).cover_label, " ".join(sentences))

    assert queries.explanation(line.pk) == expected


def holds(press: Press, line: Any, first: int, until: int | None, *, now: dt.datetime, reason: str = "vacation") -> Any:
    until_id = press.issue(until).pk if until else None
    return actions.hold(
        subscription_id=line.pk, from_issue_id=press.issue(first).pk, until_issue_id=until_id, reason=reason, by=BY,
        now=now,
    )  # fmt: skip


def extends(press: Press, line: Any, reason: str, *, now: dt.datetime, issues: int = 1, copy: int | None = None) -> Any:
    copy_id = press.issue(copy).pk if copy else None
    return actions.extend(
        subscription_id=line.pk, issues=issues, reason_code=reason, copy_issue_id=copy_id, by=BY, now=now
    )


def test_rule_4_01_ten_issues(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()

    says(press, line, "You bought 10 issues from {504}.", "So the last issue is {513}.")


def test_rule_4_02_a_back_issue_is_one_of_the_ten(press: Press) -> None:
    press.allow(back_start_new=1)
    press.stock(503)
    line = press.line()
    press.order(line, now=press.between(503, 504), back_issues=1)

    says(press, line, "You bought 10 issues from {503}.", "One of them is a back issue ({503}).",
         "So the last issue is {512}.")  # fmt: skip


def test_rule_4_03_an_early_renewal_goes_on_behind(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    press.order(line, now=press.between(506, 507))

    says(press, line, "You bought 10 issues from {504}.", "You bought 10 more issues.", "So the last issue is {523}.")


def test_rule_4_04_grace_copies_are_two_of_the_renewal(press: Press) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()
    press.order(line, now=press.between(515, 516), origin="renewal")

    says(press, line, "You bought 10 issues from {504}.", "You bought 10 more issues, from {516}.",
         "2 of them had been sent before they were paid for ({514} and {515}).",
         "So the last issue is {523}.")  # fmt: skip


def test_rule_4_05_grace_that_nobody_paid_for_is_no_part_of_it(press: Press) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()
    actions.write_off_lapsed_grace(now=press.between(519, 520))

    says(press, line, "You bought 10 issues from {504}.", "So the last issue was {513}.")


def test_rule_4_06_after_a_gap_it_begins_again(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    press.order(line, now=press.between(519, 520), origin="renewal")

    says(press, line, "You bought 10 issues from {504}.", "You bought 10 more issues, from {520}.",
         "So the last issue is {529}.")  # fmt: skip


def test_rule_4_08_a_holiday_moves_the_end(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    now = press.between(505, 506)
    holds(press, line, 507, 510, now=now)

    says(press, line, "You bought 10 issues from {504}.", "3 issues are held ({507} to {509}).",
         "So the last issue is {516}.")  # fmt: skip
    press.between(509, 510)
    says(press, line, "You bought 10 issues from {504}.", "3 issues were held ({507} to {509}).",
         "So the last issue is {516}.")  # fmt: skip


def test_rule_4_09_a_holiday_cut_short_counts_what_was_held(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    pause = holds(press, line, 507, 510, now=press.between(505, 506))
    actions.end_hold(pause_id=pause.pk, by=BY, now=press.between(508, 509))

    says(press, line, "You bought 10 issues from {504}.", "2 issues were held ({507} to {508}).",
         "So the last issue is {515}.")  # fmt: skip


def test_rule_4_08_a_hold_without_end_says_what_waits(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    holds(press, line, 507, None, now=press.between(505, 506))

    says(press, line, "You bought 10 issues from {504}.", "From {507} on it is held until further notice.",
         "8 issues wait.")  # fmt: skip


def test_rule_4_11_a_copy_that_never_came_is_given_back(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    extends(press, line, "never_came", now=press.between(507, 508), copy=505)

    says(press, line, "You bought 10 issues from {504}.", "One issue was added because {505} never came.",
         "So the last issue is {514}.")  # fmt: skip


def test_rule_4_11_what_was_taken_back_is_told_no_more(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    now = press.between(507, 508)
    given = extends(press, line, "never_came", now=now, copy=505)
    actions.take_back(entry_id=given.entry.pk, by=BY, now=now)

    says(press, line, "You bought 10 issues from {504}.", "So the last issue is {513}.")


def test_everything_at_once_adds_up(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    holds(press, line, 507, 510, now=press.between(505, 506))
    now = press.between(510, 511)
    extends(press, line, "never_came", now=now, copy=505)
    extends(press, line, "goodwill", now=now, issues=2)

    says(press, line, "You bought 10 issues from {504}.", "3 issues were held ({507} to {509}).",
         "One issue was added because {505} never came.", "2 issues were added by us.",
         "So the last issue is {519}.")  # fmt: skip


def test_the_sentence_of_the_rule_book(house: House) -> None:
    sample = Press(house, "sample")
    line, _ = sample.reader_of_rule_4_1()
    holds(sample, line, 507, 510, now=sample.between(505, 506))
    extends(sample, line, "never_came", now=sample.between(509, 510), copy=505)

    assert queries.explanation(line.pk) == (
        "You bought 10 issues from Apr 2026. 3 issues were held (Jul/Aug 2026 to Oct 2026). "
        "One issue was added because May 2026 never came. So the last issue is Jul/Aug 2027."
    )


def test_more_issues_for_the_same_money(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    extends(press, line, "spread", now=press.between(507, 508), issues=2)

    says(press, line, "You bought 10 issues from {504}.", "6 issues became 8 for the money that was left.",
         "So the last issue is {515}.")  # fmt: skip


def test_more_copies_change_no_number_of_issues(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()
    actions.split(term_id=term.pk, why="copies", copies=3, by=BY, now=press.between(507, 508))

    says(press, line, "You bought 10 issues from {504}.", "So the last issue is {513}.")


def test_cancelled_and_taken_up_again(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    now = press.between(507, 508)
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=now)
    says(press, line, "You bought 10 issues from {504}.", "6 issues were cancelled.", "So the last issue was {507}.")

    actions.reinstate(subscription_id=line.pk, by=BY, now=press.between(509, 510))

    says(press, line, "You bought 10 issues from {504}.", "6 issues were cancelled.", "6 issues were taken up again.",
         "So the last issue is {515}.")  # fmt: skip


def test_two_lines_made_one(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    other = press.house.subscription(line.reader, address=line.reader.addresses.get())
    press.order(other, now=press.between(503, 504), units=4)
    actions.merge_lines(kept_id=line.pk, merged_id=other.pk, by=BY, now=press.between(505, 506))

    says(press, line, "You bought 10 issues from {504}.", "2 issues came over from another subscription.",
         "So the last issue is {515}.")  # fmt: skip
    says(press, other, "You bought 4 issues from {504}.", "2 issues went over to another subscription.",
         "So the last issue was {505}.")  # fmt: skip


@pytest.mark.parametrize(
    ("copy_class", "sentence"),
    [
        ("gift", "You were given 10 issues from {504}."),
        ("comp", "10 issues are free of charge, from {504}."),
        ("agency", "You bought 10 issues from {504}."),
    ],
)
def test_how_it_came(press: Press, copy_class: str, sentence: str) -> None:
    line = press.line()
    press.order(line, now=press.between(503, 504), copy_class=copy_class)

    says(press, line, sentence, "So the last issue is {513}.")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("imposed", "2 issues were held by us ({507} to {508})."),
        ("non_pay", "2 issues were held, as the bill was not paid ({507} to {508})."),
        ("dispute", "2 issues were held, as the payment was disputed ({507} to {508})."),
        ("bad_address", "2 issues were held, as mail to your address came back ({507} to {508})."),
    ],
)
def test_why_it_was_held(press: Press, reason: str, sentence: str) -> None:
    line, _ = press.reader_of_rule_4_1()
    holds(press, line, 507, 509, now=press.between(505, 506), reason=reason)
    press.between(508, 509)

    says(press, line, "You bought 10 issues from {504}.", sentence, "So the last issue is {515}.")


def test_nothing_and_without_end(press: Press) -> None:
    line = press.line()
    assert queries.explanation(line.pk) == "Nothing was bought yet."

    actions.give_comp(
        subscription_id=line.pk, units=None, owner="The editor", why="founder", confirm_by=dt.date(2027, 1, 1), by=BY,
        now=press.between(503, 504),
    )  # fmt: skip

    assert queries.explanation(line.pk) == "It has no end."


def test_rule_4_13_and_4_14_a_double_counts_as_two_and_what_is_dropped_is_named(house: House) -> None:
    sample = Press(house, "sample")
    line, _ = sample.reader_of_rule_4_1()
    actions.reweigh_issue(issue_id=sample.issue(507).pk, weight=2, by=BY)
    says(sample, line, "You bought 10 issues from {504}.", "{507} is a double issue and counts as two.",
         "So the last issue is {512}.")  # fmt: skip

    actions.drop_issue(issue_id=sample.issue(508).pk, by=BY)

    says(sample, line, "You bought 10 issues from {504}.", "{507} is a double issue and counts as two.",
         "{508} does not appear.", "So the last issue is {513}.")  # fmt: skip


def test_a_term_taken_over_says_what_had_been_sent(house: House) -> None:
    from subscriptions.terms.models import Entry

    sample = Press(house, "sample")
    line: Subscription
    line, term = sample.reader_of_rule_4_1()
    Term.objects.filter(pk=term.pk).update(carried=4)
    Entry.objects.create(term=term, kind="taken_over", units=-4, about="served by the bureau", by="system:test")

    says(sample, line, "You bought 10 issues from {504}.", "4 of them had been sent before.",
         "So the last issue is {509}.")  # fmt: skip


def test_what_came_into_the_calendar_later_is_named(house: House) -> None:
    line = house.subscription()
    house.term(line, first=504, units=10)
    for number, weight, before in ((901, 1, 506), (902, 0, 507)):
        following = house.issue(before)
        actions.add_issue(
            before_issue_id=following.pk, by=BY,
            issue=Issue(
                number=number, weight=weight, cover_label=f"Extra {number}", cover_year=2026, cover_month=6,
                pull_at=following.pull_at - dt.timedelta(days=9), mail_on=following.mail_on - dt.timedelta(days=9),
                in_home_from=following.in_home_from, in_home_until=following.in_home_until,
            ),
        )  # fmt: skip

    told = queries.explanation(line.pk)

    assert "Extra 901 came into the calendar later and counts too." in told
    assert "Extra 902 is a special issue: it comes on top and uses up nothing." in told
    assert told.endswith(f"So the last issue is {house.issue(512).cover_label}.")
