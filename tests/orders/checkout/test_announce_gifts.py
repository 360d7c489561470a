"""The recipient hears of a gift: by mail on the day, or by a card that is printed in time. Never of a price."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.actions.letters import tell_recipient
from orders.checkout.exports.cards import cannot_be_printed, cards_pdf, lines_that_fit, texts
from orders.checkout.models import CardBatch, Gift
from orders.checkout.rules import Card, Person
from subscriptions.readers.actions import correct_reader
from tests.gifts import address, code_for, given, wish
from tests.house import at
from tests.shop import Shop

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")
BIRTHDAY = dt.date(2026, 5, 28)


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="gift_announcement"))


def by_mail(**changes):
    return wish("Ana Field", email="ana@readers.example", announce="mail", **changes)


def test_the_mail_leaves_on_its_day_and_once(shop: Shop):
    shop.sells(given(by_mail(announce_on=BIRTHDAY, message="Happy birthday!")))

    assert actions.announce_gifts(now=at("2026-05-27", hour=23)) == 0
    assert actions.announce_gifts(now=at("2026-05-28", hour=0)) == 1
    assert actions.announce_gifts(now=at("2026-05-29")) == 0
    assert (mails()[0].to_email, mails()[0].subject) == ("ana@readers.example", "Ben Moss gives you The Lantern")
    assert "Happy birthday!" in mails()[0].text


def test_without_a_day_it_leaves_at_once(shop: Shop):
    shop.sells(given(by_mail()))

    assert actions.announce_gifts(now=shop.now) == 1


def test_nobody_hears_of_a_gift_that_is_not_paid(shop: Shop):
    shop.order(given(by_mail()))

    assert actions.announce_gifts(now=shop.now) == 0


def test_the_mail_says_what_comes_when_and_never_the_price(shop: Shop):
    shop.sells(given(by_mail()))

    actions.announce_gifts(now=shop.now)

    text = " ".join(mails()[0].text.split())
    assert "10 issues of The Lantern" in text
    assert "Your first issue is Apr 2026. Expect it between March 27 and April 4, 2026." in text
    for part in (mails()[0].text, mails()[0].html, mails()[0].subject):
        assert "$" not in part
        assert "19.95" not in part


def test_a_gift_by_code_brings_the_code(shop: Shop):
    code = shop.sells(given(code_for(email="ana@readers.example", announce="mail"))).lines.get().gift_code

    actions.announce_gifts(now=shop.now)

    from orders.checkout.rules import shown_code

    assert shown_code(queries.code_of(code)) in mails()[0].text


def test_a_card_is_due_a_week_before_its_day(shop: Shop):
    shop.sells(given(wish("Ana Field", announce="card", announce_on=BIRTHDAY), wish("Cleo Reed", announce="card")))

    def due(day: str) -> list[str]:
        found = queries.cards_due(magazine_id=shop.house.magazine.pk, today=dt.date.fromisoformat(day))
        return [gift.to_name for gift in found]

    assert due("2026-05-20") == ["Cleo Reed"]
    assert due("2026-05-21") == ["Ana Field", "Cleo Reed"]


def test_a_gift_that_cannot_be_announced_stops_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    first, second = shop.sells(given(by_mail(), by_mail())).lines.order_by("pk")

    def breaks(*, gift: Gift, **how: Any) -> OutgoingMail:
        if gift == first.gift:
            raise RuntimeError("no words for it")
        return tell_recipient(gift=gift, **how)

    monkeypatch.setattr("orders.checkout.actions.announcing.tell_recipient", breaks)

    assert actions.announce_gifts(now=shop.now) == 1

    assert list(Gift.objects.filter(announced_by__isnull=True)) == [first.gift]
    assert Gift.objects.get(announced_by__isnull=False).line == second


def test_whose_mail_address_was_taken_off_is_not_announced_to_nobody(shop: Shop):
    line = shop.sells(given(by_mail())).lines.get()
    correct_reader(reader_id=line.recipient_id, email="ana@readers.example", by=CLERK, now=shop.now)
    correct_reader(reader_id=line.recipient_id, email="", by=CLERK, now=shop.now)

    assert actions.announce_gifts(now=shop.now) == 0

    assert (mails(), Gift.objects.get().announced_by) == ([], None)


def test_a_code_that_can_no_longer_be_read_out_is_not_told_before_it_is_replaced(shop: Shop, settings: Any):
    code = shop.sells(given(code_for(email="ana@readers.example", announce="mail"))).lines.get().gift_code
    settings.SECRET_KEY = "another key, since the old one was stolen"

    assert (actions.announce_gifts(now=shop.now), mails()) == (0, [])
    with pytest.raises(queries.CodeIsUnreadable):
        queries.card_of(Gift.objects.get(), posted=False)
    actions.replace_code(code_id=code.pk, by=CLERK, now=shop.now)

    assert actions.announce_gifts(now=shop.now) == 1


def print_cards(shop: Shop, day: dt.date) -> CardBatch:
    return actions.print_cards(magazine_id=shop.house.magazine.pk, by=CLERK, now=shop.now, today=day)


def test_a_card_is_printed_once_and_its_batch_can_be_drawn_again(shop: Shop):
    shop.sells(given(wish("Ana Field", announce="card"), wish("Cleo Reed", announce="card"), wish("Dan Hope")))

    batch = print_cards(shop, BIRTHDAY)

    assert batch.cards == 2
    assert set(Gift.objects.filter(card_batch=batch).values_list("to_name", flat=True)) == {"Ana Field", "Cleo Reed"}
    cards = queries.cards_of_batch(batch)
    assert cards_pdf(cards) == cards_pdf(queries.cards_of_batch(batch))
    assert cards_pdf(cards).count(b"/Type /Page\n") == 2
    with pytest.raises(actions.NoCardsDue):
        print_cards(shop, BIRTHDAY)


def test_a_posted_card_has_the_address_outside_and_no_price_inside(shop: Shop):
    order = shop.sells(given(wish("Ana Field", announce="card", message="Happy birthday!", from_name="Uncle Ben")))

    card = queries.card_of(order.lines.get().gift, posted=True)

    assert card.address == ("Ana Field", "2040 N Milwaukee Ave", "Chicago, IL 60647-4002")
    said = [text for text, _font, _size in texts(card) if text]
    assert said == [
        "The Lantern",
        "A gift for Ana Field",
        "from Uncle Ben",
        "Happy birthday!",
        "10 issues of The Lantern, sent to your door.",
        "The first issue is Apr 2026.",
        "Expect it between March 27, 2026 and April 4, 2026.",
    ]


def test_a_donors_own_card_has_no_address(shop: Shop):
    order = shop.sells(given(wish("Ana Field")))

    assert queries.card_of(order.lines.get().gift, posted=False).address == ()


def test_the_card_of_a_code_says_where_to_enter_it(shop: Shop):
    order = shop.sells(given(code_for("Ana Field")))

    said = " ".join(text for text, _font, _size in texts(queries.card_of(order.lines.get().gift, posted=False)))

    assert "/redeem/ and enter this code:" in said
    assert "It is good until February 20, 2031." in said


def test_no_card_is_no_file():
    with pytest.raises(ValueError, match="no card"):
        cards_pdf([])


def test_letters_that_lack_a_sign_are_printed_without_it_and_others_are_told():
    assert cannot_be_printed("Łódź, Kraków, Iaşi, naïve – 24 €") == []
    assert cannot_be_printed("🎄 世界 🎄") == ["🎄", "世", "界"]


def test_nobody_hears_of_a_gift_that_was_cancelled_or_went_on_to_somebody_else_before(shop: Shop):
    clerk_says = {"by": CLERK, "now": shop.now}
    cancelled = shop.sells(given(by_mail(announce_on=BIRTHDAY))).lines.get()
    actions.cancel_term(term_id=cancelled.term_id, reason_code="other", **clerk_says)
    moved = shop.sells(given(wish("Cleo Reed", announce="card", announce_on=BIRTHDAY))).lines.get()
    actions.move_gift(line_id=moved.pk, recipient=Person("Gus Long"), address=address("Gus Long"), **clerk_says)

    assert actions.announce_gifts(now=at("2026-05-28")) == 0
    assert not queries.cards_due(magazine_id=shop.house.magazine.pk, today=BIRTHDAY).exists()


def test_nobody_hears_of_a_gift_whose_rest_was_changed_and_then_cancelled(shop: Shop):
    clerk_says = {"by": CLERK, "now": shop.now}
    told_by = (by_mail(), wish("Cleo Reed", announce="card"), wish("Dan Hope", announce="card"))
    *cancelled, kept = shop.sells(given(*told_by)).lines.order_by("pk")
    for line in (*cancelled, kept):
        actions.change_copies(subscription_id=line.term.subscription_id, copies=2, how="absorb", **clerk_says)
    for line in cancelled:
        actions.cancel_subscription(subscription_id=line.subscription_id, when="now", reason_code="other", **clerk_says)

    assert actions.announce_gifts(now=shop.now) == 0
    due = queries.cards_due(magazine_id=shop.house.magazine.pk, today=shop.now.date())
    assert [gift.line for gift in due] == [kept]


def card(**changes: Any) -> Card:
    about = {"magazine": "The Lantern", "publisher": "", "contact": "", "to_name": "Ana Field", "from_name": "Ben"}
    return Card(**{**about, "message": "", "issues": 10, **changes})


def test_a_word_that_is_wider_than_the_card_is_broken():
    lines = [line for line, font, size in lines_that_fit(card(message="W" * 200)) if "W" in line]

    assert "".join(lines) == "W" * 200
    assert len(lines) > 4


@pytest.mark.parametrize("message", ["", "Happy birthday!", "m\n" * 99 + "m", "W" * 200])
def test_nothing_runs_off_the_card_however_many_lines_are_written(message: str):
    lines = lines_that_fit(card(message=message, to_name="Maximilian " * 7, code="6XJB-WB95-618W-TZ0G"))

    assert sum(size * 1.4 for _line, _font, size in lines) <= 4 * 72


def test_the_code_is_the_largest_of_what_comes():
    sizes = {text: size for text, _font, size in texts(card(code="6XJB-WB95-618W-TZ0G"))}

    assert sizes["6XJB-WB95-618W-TZ0G"] > sizes["10 issues of The Lantern, sent to your door."]
