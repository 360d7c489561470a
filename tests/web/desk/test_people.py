"""Files made one, households, notes and wishes, at the desk."""

from typing import Any

import pytest

from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader, ReaderMerge, ReaderNote
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Pause
from tests.house import at
from tests.signin import signed_in
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


@pytest.fixture
def two(desk_house: DeskHouse) -> DeskHouse:
    """Ben Field is Ana Field in another file, with ten issues of his own from 504 on."""
    house = desk_house.house
    Pause.objects.all().delete()
    line = house.subscription(desk_house.ben, house.address(desk_house.ben))
    house.term(line, first=504, units=10)
    return desk_house


def test_a_merge_shows_both_files_and_what_comes_of_them_before_it_is_done(cora: Any, two: DeskHouse) -> None:
    at_page = url("merge_readers", two.ana.pk, two.ben.pk)

    page = asks(cora, at_page)
    assert f"Kept Ana Field · {two.ana.number}" in page
    assert f"Becomes another number of it Ben Field · {two.ben.number}" in page
    # 10 left of each: 504 to 513, and together 504 to 523.
    afterwards = page.partition("What comes afterwards")[2]
    joined, apart = afterwards.split("If they stay two")
    assert "The Lantern of both 20 Mar 2028 2040 N Milwaukee Ave, Chicago" in joined
    assert "The Lantern 10 Mar 2027" in apart
    assert "The Lantern from the other file 10 Mar 2027" in apart
    assert not ReaderMerge.objects.exists()

    page = does(cora, at_page, joins_lines="on")
    assert f"{two.ben.number} is now another number of {two.ana.number}." in page
    assert "The subscriptions follow within a minute." in page
    terms.follow_merges(now=NOW)
    page = text_of(cora.get(url("reader", two.ana.pk)))
    assert "20 issues to come." in page
    assert "So the last issue is Mar 2028." in page
    assert f"Ben Field, {two.ben.number} , was merged into this file" in page


def test_a_merge_is_undone_from_either_file(cora: Any, two: DeskHouse) -> None:
    does(cora, url("merge_readers", two.ana.pk, two.ben.pk), joins_lines="on")
    merge = ReaderMerge.objects.get()
    assert "This file was merged into Ana Field" in text_of(cora.get(url("reader", two.ben.pk)))

    page = asks(cora, url("undo_merge", merge.pk))
    assert f"Ben Field, {two.ben.number}, becomes a file of its own again" in page
    page = does(cora, url("undo_merge", merge.pk))
    assert "They are two readers again." in page
    assert "undone before" in is_refused(cora, url("undo_merge", merge.pk))


def test_a_merged_file_is_neither_previewed_nor_merged_again(cora: Any, two: DeskHouse) -> None:
    does(cora, url("merge_readers", two.ana.pk, two.ben.pk))
    other = two.house.reader("Cleo Field")

    page = asks(cora, url("merge_readers", other.pk, two.ben.pk))
    assert "What comes afterwards" not in page
    assert f"merged into {two.ana.number} already" in is_refused(cora, url("merge_readers", other.pk, two.ben.pk))


def test_choosing_a_file_leads_to_the_look_at_both(cora: Any, two: DeskHouse) -> None:
    at_page = url("choose_merge", two.ana.pk)
    asks(cora, at_page)

    assert "up to seven digits" in is_refused(cora, at_page, 400, number="Ben")
    assert "no reader with that number" in is_refused(cora, at_page, number="9999999")
    assert "That is this file." in is_refused(cora, at_page, number=two.ana.number)
    answer = cora.post(at_page, {"number": two.ben.number})
    assert answer.headers["Location"] == url("merge_readers", two.ana.pk, two.ben.pk)
    assert cora.get(url("merge_readers", two.ana.pk, two.ana.pk)).status_code == 404


def test_the_list_of_pairs_leads_to_the_merge_and_forgets_the_pair_afterwards(cora: Any, two: DeskHouse) -> None:
    page = cora.get(url("duplicates"))
    assert url("merge_readers", two.ana.pk, two.ben.pk) in page.content.decode()

    does(cora, url("merge_readers", two.ana.pk, two.ben.pk))

    assert "No question waits." in text_of(cora.get(url("duplicates")))


def test_a_kept_file_shows_what_the_merged_one_paid_for(cora: Any, two: DeskHouse) -> None:
    cleo = Reader.objects.get(name="Cleo Reed")
    assert two.order.number in text_of(cora.get(url("reader", cleo.pk)))

    actions.merge_readers(kept_id=two.ana.pk, merged_id=cleo.pk, by=two.clerk.actor, now=NOW)

    page = text_of(cora.get(url("reader", two.ana.pk)))
    assert two.order.number in page
    assert "11 Wick St" in page


def test_the_screen_says_who_else_gets_it_there_and_holds_one_back_for_a_household(cora: Any, two: DeskHouse) -> None:
    page = text_of(cora.get(url("reader", two.ana.pk)))
    assert f"At this address Ben Field, {two.ben.number} gets The Lantern as well, until Mar 2027." in page
    assert "One copy is enough" not in page

    does(cora, url("join_household", two.ana.pk), number=two.ben.number)
    page = text_of(cora.get(url("reader", two.ana.pk)))
    assert "They live together. One copy is enough" in page
    line = two.ben.subscriptions.get()
    page = asks(cora, url("one_copy", line.uuid))
    assert "None of them is used up" in page
    page = does(cora, url("one_copy", line.uuid))
    assert "Held back from Apr 2026 on." in page
    is_refused(cora, url("one_copy", line.uuid))


def test_a_household_is_joined_and_left(cora: Any, desk_house: DeskHouse) -> None:
    d = desk_house
    asks(cora, url("join_household", d.ana.pk))
    assert "There is no reader 9999999" in is_refused_not_found(cora, url("join_household", d.ana.pk), "9999999")
    assert "takes two people" in is_refused(cora, url("join_household", d.ana.pk), number=d.ana.number)
    does(cora, url("join_household", d.ana.pk), number=d.ben.number)

    assert "does not live with Ben Field" in asks(cora, url("leave_household", d.ana.pk))
    does(cora, url("leave_household", d.ana.pk))

    assert not Reader.objects.exclude(household=None).exists()
    is_refused(cora, url("leave_household", d.ana.pk))


def is_refused_not_found(client: Any, page: str, number: str) -> str:
    answer = client.post(page, {"number": number})
    assert answer.status_code == 409, text_of(answer)[:500]
    return text_of(answer)


def test_notes_are_written_pinned_and_deleted(cora: Any, desk_house: DeskHouse) -> None:
    ana = desk_house.ana
    asks(cora, url("add_note", ana.pk))
    assert "card number" in is_refused(cora, url("add_note", ana.pk), 400, text="4242 4242 4242 4242")
    does(cora, url("add_note", ana.pk), text="Hard of hearing <b>", pinned="on")
    note = ReaderNote.objects.get()
    page = cora.get(url("reader", ana.pk)).content.decode()
    assert page.count("Hard of hearing &lt;b&gt;") == 2

    assert "goes back among the others" in asks(cora, url("pin_note", note.pk))
    does(cora, url("pin_note", note.pk))
    assert "Hard of hearing" in asks(cora, url("delete_note", note.pk))
    does(cora, url("delete_note", note.pk))

    assert "Notes None." in text_of(cora.get(url("reader", ana.pk)))
    assert cora.get(url("delete_note", note.pk)).status_code == 404


def test_wishes_are_kept_as_they_are_ticked(cora: Any, desk_house: DeskHouse) -> None:
    at_page = url("set_preferences", desk_house.ana.pk)
    assert "notices that a law demands" in asks(cora, at_page)

    does(cora, at_page, post_renewal="on", telephone_renewal="on")

    yes = {kind for kind, allowed in queries.preferences_of(desk_house.ana.pk).items() if allowed}
    assert yes == {("post", "renewal"), ("telephone", "renewal")}
    page = text_of(cora.get(url("reader", desk_house.ana.pk)))
    assert "Reminders to renew no yes yes Offers of ours no no no" in page


def test_one_person_and_two_magazines_stand_side_by_side(cora: Any, desk_house: DeskHouse) -> None:
    other = second_magazine(desk_house)

    page = text_of(cora.get(url("reader", desk_house.ana.pk)))

    assert page.index("The Compass") < page.index("The Lantern")
    assert "So the last issue is No. 3" in page
    assert other.reader == desk_house.ana


def second_magazine(d: DeskHouse) -> Any:
    """The Compass, three issues of which come to Ana."""
    import datetime as dt

    from subscriptions.catalog.models import Issue, Magazine
    from subscriptions.terms.models import ShipTo, Subscription

    compass = Magazine.objects.create(
        code="compass", label_code="CMP", name="The Compass", publisher="Lantern House", covers=[[1], [7]],
        contact_email="care@compass.example", mailer_id="901234567", service_type="045",
    )  # fmt: skip
    for n in range(1, 6):
        pull = at("2026-03-01") + dt.timedelta(days=90 * n)
        Issue.objects.create(
            magazine=compass, number=n, ordinal=n, unit=n - 1, cover_label=f"No. {n}", cover_year=2026, cover_month=n,
            pull_at=pull, mail_on=pull.date(), in_home_from=pull.date(), in_home_until=pull.date(),
        )  # fmt: skip
    line = Subscription.objects.create(magazine=compass, reader=d.ana)
    ShipTo.objects.create(subscription=line, address=d.ana.addresses.first(), entered_by="system:test")
    first = Issue.objects.get(magazine=compass, number=1)
    line.terms.create(
        payer=d.ana, units=3, magazine_cents=900, c_from=0, start_issue=first, sold_on=dt.date(2026, 2, 1)
    )
    return line


def test_a_mail_address_is_put_right_and_who_shares_it_is_told(cora: Any, desk_house: DeskHouse) -> None:
    d = desk_house
    page = url("correct_reader", d.ana.pk)
    Reader.objects.filter(pk=d.ben.pk).update(email="field@readers.example")
    stands = {"name": "Ana Field", "company": "", "email": "field@readers.example", "phone": ""}

    assert "Put name, mail or telephone right" in text_of(cora.get(url("reader", d.ana.pk)))
    assert "the old one is told" in asks(cora, page)
    assert f"Ben Field, {d.ben.number} has this mail address, too" in does(cora, page, **stands)
    assert Reader.objects.get(pk=d.ana.pk).email == "field@readers.example"
    assert "nothing was changed" in does(cora, page, **stands)


def test_a_file_without_a_name_is_refused_at_its_field(cora: Any, desk_house: DeskHouse) -> None:
    page = url("correct_reader", desk_house.ana.pk)

    assert "Please give a name or a company." in is_refused(cora, page, status=400, email="ana@readers.example")
