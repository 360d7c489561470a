"""Rules 4.1 to 4.6 through the real actions, on three calendars (`press`)."""

import pytest

from subscriptions.terms import actions, queries
from subscriptions.terms.models import Entry, Term
from tests.worked_examples.press import BY, Press


def carried_by(term: Term) -> list[tuple[str, int]]:
    return list(term.entries.filter(units__lt=0).order_by("pk").values_list("kind", "units"))


def test_rule_4_01_ten_issues_from_the_first_that_is_not_pulled(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()

    assert (press.said(term.start_issue), press.expires(line)) == (504, 513)


def test_rule_4_01_two_days_later_the_next_issue_is_the_first(press: Press) -> None:
    line = press.line()

    term = press.order(line, now=press.between(504, 505))

    assert (press.said(term.start_issue), press.expires(line)) == (505, 514)


def test_rule_4_01_two_days_later_504_still_is_the_first_where_a_later_run_may_send_it_from_stock(press: Press) -> None:
    press.allow(back_start_new=1)
    press.stock(504)
    line = press.line()

    term = press.order(line, now=press.between(504, 505), back_issues=1)

    assert (press.said(term.start_issue), press.expires(line)) == (504, 513)
    assert [press.said(owed.issue) for owed in term.owed_copies.all()] == [504]


def test_rule_4_02_back_start_1_sends_503_from_stock_and_ends_one_issue_earlier(press: Press) -> None:
    press.allow(back_start_new=1)
    press.stock(503)
    line = press.line()

    term = press.order(line, now=press.between(503, 504), back_issues=1)

    assert (press.said(term.start_issue), press.expires(line)) == (503, 512)
    assert [press.said(owed.issue) for owed in term.owed_copies.all()] == [503]
    assert carried_by(term) == [("back_start", -1)]


def test_rule_4_02_out_of_stock_it_falls_back_to_504(press: Press) -> None:
    press.allow(back_start_new=1)
    line = press.line()

    term = press.order(line, now=press.between(503, 504), back_issues=1)

    assert (press.said(term.start_issue), press.expires(line)) == (504, 513)
    assert not term.owed_copies.exists()


def test_rule_4_02_no_more_back_issues_than_the_house_allows(press: Press) -> None:
    press.allow(back_start_new=1)
    press.stock(501, 502, 503)
    line = press.line()

    term = press.order(line, now=press.between(503, 504), back_issues=3)

    assert (press.said(term.start_issue), press.expires(line)) == (503, 512)


def test_rule_4_03_an_early_renewal_waits_and_adds_its_ten_behind(press: Press) -> None:
    line, first = press.reader_of_rule_4_1()

    second = press.order(line, now=press.between(506, 507), cents=2495)

    assert press.expires(line) == 523
    assert press.served(line) == {first.pk: list(range(504, 514)), second.pk: list(range(514, 524))}


def test_rule_4_04_two_grace_copies_are_taken_out_of_the_renewal(press: Press) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()

    renewal = press.order(line, now=press.between(515, 516), origin="renewal")

    assert (press.said(renewal.start_issue), press.expires(line)) == (516, 523)
    assert carried_by(renewal) == [("recoup", -1), ("recoup", -1)]
    assert [press.said(e.copy_issue) for e in renewal.entries.filter(kind="recoup").order_by("pk")] == [514, 515]


@pytest.mark.parametrize(("last_grace", "left", "last"), [(515, 10, 525), (514, 11, 525)])
def test_rule_4_04_of_twelve_two_grace_copies_leave_10_and_one_leaves_11(
    press: Press, last_grace: int, left: int, last: int
) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()

    press.order(line, now=press.between(last_grace, last_grace + 1), units=12, origin="renewal")

    assert (queries.expire(line.pk).units_left, press.expires(line)) == (left, last)


def test_rule_4_04_free_grace_is_a_gift(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=0)
    line, _ = press.reader_of_rule_4_1()

    press.order(line, now=press.between(515, 516), origin="renewal")

    assert press.expires(line) == 525


def test_rule_4_04_what_somebody_else_gives_pays_for_no_grace(press: Press) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()
    donor = press.house.reader("Ben Ash")

    press.order(line, now=press.between(515, 516), payer_id=donor.pk, copy_class="gift")

    assert press.expires(line) == 525


def test_rule_4_05_three_grace_copies_that_nobody_pays_for_are_written_off(press: Press) -> None:
    press.allow(grace_issues=3)
    line, term = press.reader_of_rule_4_1()
    now = press.between(519, 520)

    assert actions.write_off_lapsed_grace(now=now) == 1

    assert press.expires(line) == 513
    assert Entry.objects.get(term=term, kind="write_off").about == "3 grace copies not recovered"


def test_rule_4_06_a_late_renewal_within_the_window_pays_for_its_grace_copies(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=6)
    line, _ = press.reader_of_rule_4_1()

    renewal = press.order(line, now=press.between(519, 520), origin="renewal")

    assert (press.said(renewal.start_issue), press.expires(line)) == (520, 526)


def test_rule_4_06_outside_the_window_grace_is_forgiven(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=4)
    line, _ = press.reader_of_rule_4_1()

    press.order(line, now=press.between(519, 520), origin="renewal")

    assert press.expires(line) == 529


def test_rule_4_06_back_started_it_gets_517_to_519_from_stock(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=4, back_start_renewal=3)
    press.stock(517, 518, 519)
    line, _ = press.reader_of_rule_4_1()

    renewal = press.order(line, now=press.between(519, 520), origin="renewal", back_issues=3)

    assert (press.said(renewal.start_issue), press.expires(line)) == (517, 526)


def test_rule_4_06_back_started_and_recouped_it_ends_with_523(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=6, back_start_renewal=3)
    press.stock(517, 518, 519)
    line, _ = press.reader_of_rule_4_1()

    renewal = press.order(line, now=press.between(519, 520), origin="renewal", back_issues=3)

    assert (press.said(renewal.start_issue), press.expires(line)) == (517, 523)
    assert [kind for kind, _ in carried_by(renewal)] == ["recoup"] * 3 + ["back_start"] * 3


def test_rule_4_06_what_was_sent_as_grace_is_not_sent_again_from_stock(press: Press) -> None:
    press.allow(grace_issues=3, recoup_within_issues=6, back_start_renewal=9)
    press.stock(*range(510, 520))
    line, _ = press.reader_of_rule_4_1()

    renewal = press.order(line, now=press.between(519, 520), origin="renewal", back_issues=9)

    owed = renewal.owed_copies.order_by("issue__ordinal")
    assert [press.said(copy.issue) for copy in owed] == [517, 518, 519]


def test_rule_4_32_a_merge_serves_both_orders_one_behind_the_other(press: Press) -> None:
    """Six left at 1995 for ten, paid by the reader; four left at 2495 for ten, paid by an agency: 507 to 516."""
    ana, other = press.line("Ana Field"), press.line("A. Field")
    agency = press.house.reader("Field Agency")
    press.order(ana, now=press.between(502, 503))
    press.house.term(other, first=press.issue(501).number, cents=2495, payer=agency, copy_class="agency")

    actions.merge_lines(kept_id=ana.pk, merged_id=other.pk, by=BY, now=press.between(506, 507))

    terms = list(Term.objects.filter(subscription=ana).order_by("c_from"))
    assert press.expires(ana) == 516
    assert [(t.payer.name, press.served(ana)[t.pk]) for t in terms] == [
        ("Ana Field", list(range(503, 513))),
        ("Field Agency", list(range(513, 517))),
    ]
    # Six of ten at 24.95 were earned: 1497 of 2495.
    assert (terms[1].magazine_cents, terms[1].units) == (998, 4)


def test_rule_4_37_lifetime_has_no_end_and_an_order_starts_with_the_next_issue(press: Press) -> None:
    line = press.line()
    now = press.between(503, 504)
    actions.give_comp(
        subscription_id=line.pk, units=None, owner="The editor", why="author", by=BY, now=now,
        confirm_by=now.date().replace(year=now.year + 1),
    )  # fmt: skip

    assert press.expires(line) == "perpetual"
    paid = press.order(line, now=press.between(506, 507))

    assert (press.said(paid.start_issue), press.expires(line)) == (507, 516)


def test_rule_4_04_who_asks_beforehand_is_told_the_end_with_the_grace_copies_taken_out(press: Press) -> None:
    press.allow(grace_issues=3)
    line, _ = press.reader_of_rule_4_1()
    now = press.between(515, 516)

    told = queries.preview_start(magazine_id=press.magazine.pk, issues=10, now=now, subscription_id=line.pk)

    assert (press.said(told.first_issue), press.said(told.expire_issue)) == (516, 523)


def test_rule_4_02_who_asks_beforehand_is_told_that_it_begins_with_503(press: Press) -> None:
    press.stock(503)
    now = press.between(503, 504)

    told = queries.preview_start(magazine_id=press.magazine.pk, issues=10, now=now, back_issues=1)

    assert (press.said(told.first_issue), press.said(told.expire_issue)) == (503, 512)


def test_rule_4_02_three_copies_of_503_leave_two_of_five_in_stock(press: Press) -> None:
    from subscriptions.catalog.queries import stock_of

    press.allow(back_start_new=1)
    press.stock(503, copies=5)
    press.order(press.line(), now=press.between(503, 504), copies=3)

    other = press.order(press.line("Bea Stone"), now=press.between(503, 504), copies=3)

    assert stock_of(press.issue(503).pk) == 2
    assert press.said(other.start_issue) == 504
