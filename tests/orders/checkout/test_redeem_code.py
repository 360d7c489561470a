"""A gift by code: sold now, deferred on 2105 from day one, redeemed once by whoever has the code."""

import datetime as dt

import pytest

from foundation.actors import ANONYMOUS, Actor
from foundation.errors import Invalid
from foundation.limits.actions import TooMany
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.models import GiftCode, OrderLine
from orders.checkout.rules import Person, shown_code
from orders.ledger.models import Journal
from orders.ledger.queries import balance
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import PossibleDuplicate
from subscriptions.terms.actions import OtherMagazine, merge_lines, stay_at_typed
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.rules import Once
from tests.gifts import address, code_for, given
from tests.house import at
from tests.shop import Shop

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")


@pytest.fixture
def code(shop: Shop) -> GiftCode:
    """Ben has bought Ana ten issues and does not know where she lives."""
    sold: GiftCode = shop.sells(given(code_for("Ana Field"))).lines.get().gift_code
    return sold


def redeem(shop: Shop, code: GiftCode, *, typed: str = "", name: str = "Ana Field", email: str = "", **changes):
    asked = {"recipient": Person(name, email), "address": address(name), "by": ANONYMOUS, "now": shop.now, **changes}
    return actions.redeem_code(code=typed or queries.code_of(code), **asked)


def test_a_sold_code_is_deferred_as_a_gift_and_starts_nothing(code: GiftCode):
    assert (balance("1010"), balance("2105"), balance("2100")) == (19_95, -19_95, 0)
    assert (code.state, code.expires_on, code.line.recipient, code.line.term) == (
        "open", dt.date(2031, 2, 20), None, None,
    )  # fmt: skip
    assert not Term.objects.exists()


def test_only_the_hash_of_a_code_is_kept(code: GiftCode):
    letters = queries.code_of(code)

    assert len(letters) == 16
    assert code.last4 == letters[-4:]
    assert code.code_sha256 == queries.hash_of(letters)
    kept = {str(value) for value in GiftCode.objects.values().get().values()}
    assert not any(letters in value for value in kept)


def test_a_redeemed_code_is_a_term_that_starts_with_the_next_issue(shop: Shop, code: GiftCode):
    shop.house.pull_before(507)
    shop.move_to(at("2026-05-20"))

    redeemed = redeem(shop, code)

    assert (redeemed.term.start_issue.number, redeemed.term.copy_class, redeemed.term.units) == (507, "gift", 10)
    assert (redeemed.line.recipient.name, redeemed.term.payer.name) == ("Ana Field", "Ben Moss")
    code.refresh_from_db()
    assert (code.state, code.closed_by) == ("redeemed", "anonymous:web")


def test_the_money_moves_on_the_day_of_redeeming(shop: Shop, code: GiftCode):
    shop.house.pull_before(507)
    shop.move_to(at("2026-05-20"))

    redeemed = redeem(shop, code)

    assert (balance("2105"), balance("2100")) == (0, -19_95)
    journal = Journal.objects.get(posting_key=f"giftcode:{code.pk}")
    assert (journal.book_date, redeemed.term.sold_on) == (dt.date(2026, 5, 20), dt.date(2026, 5, 20))


def test_a_code_may_be_typed_as_people_do(shop: Shop, code: GiftCode):
    typed = f" {shown_code(queries.code_of(code)).lower()} "

    assert redeem(shop, code, typed=typed).term.units == 10


def test_a_code_is_redeemed_once(shop: Shop, code: GiftCode):
    redeem(shop, code)

    with pytest.raises(actions.GiftCodeIsUsed):
        redeem(shop, code, name="Cleo Reed")

    assert Term.objects.count() == 1


def test_a_code_nobody_knows_is_not_there(shop: Shop, code: GiftCode):
    with pytest.raises(queries.GiftCodeUnknown):
        redeem(shop, code, typed="0000-0000-0000-0000")


def test_an_expired_code_starts_nothing_and_earns_nothing(shop: Shop, code: GiftCode):
    shop.move_to(at("2031-02-20"))

    with pytest.raises(actions.GiftCodeIsOver):
        redeem(shop, code)

    assert balance("2105") == -19_95
    assert [(row.cents, row.days, row.is_over) for row in queries.unredeemed_codes(today=dt.date(2031, 2, 20))] == [
        (19_95, 1826, True)
    ]


def test_a_clerk_prolongs_an_expired_code_and_never_shortens_one(code: GiftCode):
    longer = actions.prolong_code(code_id=code.pk, until=dt.date(2032, 2, 20), by=CLERK)

    assert longer.expires_on == dt.date(2032, 2, 20)
    with pytest.raises(Invalid, match="already"):
        actions.prolong_code(code_id=code.pk, until=dt.date(2031, 1, 1), by=CLERK)


def test_a_new_code_kills_the_old_one(shop: Shop, code: GiftCode):
    old = queries.code_of(code)

    new = actions.replace_code(code_id=code.pk, by=CLERK, now=shop.now)

    with pytest.raises(queries.GiftCodeUnknown):
        redeem(shop, code, typed=old)
    assert redeem(shop, new).term.units == 10


def test_a_redeemed_code_is_not_replaced(shop: Shop, code: GiftCode):
    redeem(shop, code)

    with pytest.raises(actions.GiftCodeIsUsed):
        actions.replace_code(code_id=code.pk, by=CLERK, now=shop.now)


def test_an_unredeemed_gift_is_taken_back_by_its_donor(shop: Shop, code: GiftCode):
    refund = actions.take_back_code(code_id=code.pk, by=CLERK, now=shop.now)

    assert (refund.payer.name, refund.cents, refund.term) == ("Ben Moss", 19_95, None)
    assert (balance("2105"), balance("2300")) == (0, -19_95)
    with pytest.raises(actions.GiftCodeIsOver):
        redeem(shop, code)
    with pytest.raises(actions.GiftCodeIsOver):
        actions.take_back_code(code_id=code.pk, by=CLERK, now=shop.now)


def test_a_redeemed_gift_is_not_taken_back_as_a_code(shop: Shop, code: GiftCode):
    redeem(shop, code)

    with pytest.raises(actions.GiftCodeIsUsed):
        actions.take_back_code(code_id=code.pk, by=CLERK, now=shop.now)

    assert balance("2300") == 0


def test_the_promise_for_a_taken_back_code_is_not_withdrawn(shop: Shop, code: GiftCode):
    from orders.checkout.actions.refunds import withdraw

    refund = actions.take_back_code(code_id=code.pk, by=CLERK, now=shop.now)

    with pytest.raises(actions.RefundIsSent):
        withdraw(refund_id=refund.pk, by=CLERK, now=shop.now)


def test_when_our_secret_changes_the_code_is_still_good_though_we_cannot_say_it_any_more(
    shop: Shop, code: GiftCode, settings
):
    letters = queries.code_of(code)
    settings.SECRET_KEY = "another secret than before, and as long as the first one was"

    assert queries.code_of(code) == ""
    assert redeem(shop, code, typed=letters).term.units == 10


def test_a_code_is_good_where_its_postage_is_paid(shop: Shop, code: GiftCode):
    abroad = address("Ana Field", line1="1 Wharf Rd", city="Toronto", region="ON", postcode="M5V 3L9", country="CA")

    with pytest.raises(Invalid, match="postage"):
        redeem(shop, code, address=abroad)

    assert not Term.objects.exists()


def test_whoever_redeems_is_a_new_reader_and_a_question_for_a_clerk(shop: Shop, code: GiftCode):
    known = shop.house.reader("Ana Field")
    shop.house.address(known)

    redeemed = redeem(shop, code)

    pair = PossibleDuplicate.objects.get()
    assert (pair.new_reader_id, pair.known_reader_id) == (redeemed.line.recipient_id, known.pk)


def test_a_bad_address_leaves_the_code_as_it_was(shop: Shop, code: GiftCode):
    with pytest.raises(Invalid):
        redeem(shop, code, address=address("Ana Field", postcode=""))

    code.refresh_from_db()
    assert code.state == "open"
    assert OrderLine.objects.get().recipient is None


def test_whoever_redeems_with_a_mail_address_is_told_what_comes_and_no_price(shop: Shop, code: GiftCode):
    redeem(shop, code, email="ana@readers.example")

    mail = OutgoingMail.objects.get(kind="gift_announcement")
    assert mail.to_email == "ana@readers.example"
    assert "Your first issue is Apr 2026" in " ".join(mail.text.split())
    assert "19" not in mail.text.replace("2019", "")
    assert "$" not in mail.text + mail.html


def test_too_many_guesses_are_stopped(shop: Shop, settings):
    settings.LIMIT_GIFT_CODES_PER_IP = 2
    for _ in range(2):
        actions.guard_against_guessing(ip="203.0.113.7", by=ANONYMOUS)

    with pytest.raises(TooMany):
        actions.guard_against_guessing(ip="203.0.113.7", by=ANONYMOUS)
    actions.guard_against_guessing(ip="203.0.113.7", by=CLERK)


def test_a_gift_for_ana_joins_what_she_has_and_leaves_her_renewal_as_it_was(shop: Shop, code: GiftCode):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)
    own.renewal = Subscription.Renewal.DO_NOT_RENEW
    own.save()

    redeemed = redeem(shop, code, subscription=own)

    own.refresh_from_db()
    assert (redeemed.line.subscription_id, redeemed.term.start_issue.number) == (own.pk, 510)
    assert own.renewal == Subscription.Renewal.DO_NOT_RENEW


def test_a_code_goes_by_the_address_at_home_of_who_is_away_in_another_zone(shop: Shop, code: GiftCode):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)
    canada = address("Ana Field", city="Toronto", region="ON", postcode="M5V 2T6", country="CA")
    stay = Once(from_on=dt.date(2026, 3, 1), until_on=dt.date(2027, 3, 1))
    away = stay_at_typed(subscription_id=own.pk, typed=canada, source="phone", when=stay, by=CLERK, now=shop.now)
    assert [issue.number for issue in away.issues][:1] == [504]

    redeemed = redeem(shop, code, subscription=own)

    assert (redeemed.line.subscription_id, redeemed.line.address.country) == (own.pk, "US")


def test_a_code_of_another_magazine_joins_nothing(shop: Shop, code: GiftCode):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    other = Magazine.objects.create(code="beacon", label_code="BEA", name="The Beacon", publisher="Lantern House")
    Subscription.objects.filter(pk=own.pk).update(magazine=other)
    own.refresh_from_db()

    with pytest.raises(OtherMagazine):
        redeem(shop, code, subscription=own)

    code.refresh_from_db()
    assert (code.state, Term.objects.count()) == ("open", 0)


def test_a_gift_for_a_subscription_that_was_merged_joins_the_one_that_was_kept(shop: Shop, code: GiftCode):
    kept, merged = (shop.house.subscription(shop.house.reader("Ana Field")) for _ in range(2))
    shop.house.term(kept, first=504, units=6)
    merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=shop.now)
    merged.refresh_from_db()

    redeemed = redeem(shop, code, subscription=merged)

    assert (redeemed.line.subscription_id, redeemed.term.start_issue.number) == (kept.pk, 510)


def test_a_parallel_gift_is_a_subscription_of_its_own_of_the_same_reader(shop: Shop, code: GiftCode):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)

    redeemed = redeem(shop, code, subscription=own, meets="parallel")

    assert redeemed.line.subscription_id != own.pk
    assert redeemed.line.subscription.reader_id == own.reader_id
    assert redeemed.term.start_issue.number == 504
