import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions as checkout
from orders.checkout.models import AutoRenewConsent, LineRefund, OrderPayment
from orders.payments.models import PaymentAttempt
from orders.revenue import actions
from orders.revenue.models import AccessPosting, EntryPosting, NightlyCheck, RunPosting
from orders.revenue.queries.invariants import PROBES, TITLES
from subscriptions.fulfillment.models import Copy, LabelRun
from subscriptions.terms.models import AccessTerm, Entry, OwedCopy, Pause, Subscription, Term
from tests.house import House, at
from tests.orders.revenue.bill_breaks import BILL_BREAKS
from tests.orders.revenue.entries import credit, end, entry, owe, recoup
from tests.orders.revenue.gift_breaks import GIFT_BREAKS
from tests.orders.revenue.printing import mail_issue
from tests.orders.revenue.sound_house import CHARGED, NIGHT, SoundHouse, go_round
from tests.orders.revenue.test_post_access import sell

pytestmark = pytest.mark.django_db

Break = Callable[[SoundHouse], object]


@pytest.fixture
def sound(house: House) -> SoundHouse:
    return SoundHouse(house)


def broken_after(sound: SoundHouse, how: Break) -> dict[int, list[str]]:
    """Number of each broken invariant with the names of the questions that found something."""
    how(sound)
    check = actions.nightly_check(now=NIGHT)
    return {f["number"]: [p["name"] for p in f["probes"] if p["found"]] for f in check.findings if not f["ok"]}


def test_finds_nothing_in_a_sound_house(sound: SoundHouse):
    check = actions.nightly_check(now=NIGHT)

    assert [(f["number"], f["found"], f["examples"]) for f in check.findings] == [(n, 0, []) for n in range(1, 11)]
    assert check.is_clean
    assert check.ended_at is not None
    assert check.findings[7]["sentence"] == "Nothing was found."


def test_finds_nothing_in_an_empty_house():
    assert actions.nightly_check(now=NIGHT).is_clean


def test_every_invariant_is_asked_about():
    assert {probe.invariant for probe in PROBES} | {1, 8} == set(TITLES)


def test_says_what_it_found_in_a_sentence_with_examples(sound: SoundHouse):
    terms = [sound.house.term(sound.house.subscription(), cents=0) for _ in range(7)]

    check = actions.nightly_check(now=NIGHT)

    promise = check.findings[1]
    assert not check.is_clean
    assert promise["found"] == 7
    assert promise["sentence"].startswith("7 terms were served a different number of issues")
    assert len(promise["examples"]) == 5
    assert set(promise["examples"]) < {f"term {term.pk}" for term in terms}
    assert NightlyCheck.objects.get() == check


MONEY_BREAKS = {
    "a sale that is not in the books": (
        lambda s: s.house.term(s.house.subscription(), first=510),
        {1: ["J3: deferred revenue is what terms still owe"]},
    ),
    "a line of another price": (
        lambda s: s.line.__class__.objects.filter(pk=s.line.pk).update(magazine_cents=1994),
        {1: ["A term costs what was paid for its order line", "The lines of a paid order add up to its payment"]},
    ),
    "a posting that is not its journal": (
        lambda s: RunPosting.objects.update(magazine_cents=198),
        {1: ["J5: a run's posting is its journal"]},
    ),
    "a line moved to another account": (
        lambda s: go_round("ledger_line", "UPDATE ledger_line SET account_id = '5110' WHERE account_id = '5100'"),
        {8: ["Journals are as they were posted"], 9: ["Every fee has its journal, for its amount"]},
    ),
    "a line that lost a cent": (
        lambda s: go_round("ledger_line", "UPDATE ledger_line SET cents = 87 WHERE cents = 88"),
        {
            8: ["J1, J2: every journal balances", "Journals are as they were posted"],
            9: ["Every fee has its journal, for its amount"],
        },
    ),
    "a journal in a closed month": (
        lambda s: go_round(
            "ledger_period", "UPDATE ledger_period SET state = 'closed', closed_at = '2026-01-01', closed_by = 'x'"
        ),
        {8: ["Nothing was posted into a closed month"]},
    ),
    "a mailed run that is not posted": (
        lambda s: mail_issue(505, [s.term], on="2026-04-19"),
        {1: ["J3: deferred revenue is what terms still owe"], 8: ["Every mailed run has been posted"]},
    ),
    "a payment that reached no order": (
        lambda s: PaymentAttempt.objects.filter(pk=s.charge.pk).update(settled_at=None),
        {9: ["Every payment has reached its order"]},
    ),
    "a journal of an unknown charge": (
        lambda s: s.post("stripe:charge:ch_9", "sale", CHARGED, ("1010", 5), ("2120", -5)),
        {9: ["No sale without its charge"]},
    ),
    "a charge without its journal": (
        lambda s: OrderPayment.objects.filter(order=s.order).delete(),
        {9: ["J6: every charge has its journal, for its amount", "No sale without its charge"]},
    ),
    "a clearing account that is stuck": (
        lambda s: s.post("stuck", "refund", at("2026-04-01"), ("2300", -5), ("1010", 5)),
        {
            9: [
                "Each refund promised is in the books, and 2300 is what is still to be sent",
                "Clearing accounts return to zero",
            ]
        },
    ),
    "an order paid twice and not held": (
        lambda s: s.attempt(s.order, when=CHARGED, number=2, payment_intent="again"),
        {
            10: ["One payment settles an order, any other is held"],
            9: ["J6: every charge has its journal, for its amount"],
        },
    ),
    "a line without its term": (
        lambda s: s.line.__class__.objects.filter(pk=s.line.pk).update(term=None),
        {10: ["One paid line starts one term"]},
    ),
    "an earn journal of no run": (
        lambda s: s.post("earn:x", "earn", CHARGED, ("2100", 5), ("4100", -5)),
        {
            1: ["J3: deferred revenue is what terms still owe"],
            10: ["One earn journal per run, entry or month of access"],
        },
    ),
}
LIFE_BREAKS = {
    "an entry's posting that is not its journal": (
        lambda s: (recouped(s), EntryPosting.objects.update(magazine_cents=198)),
        {1: ["J5: an entry's posting is its journal"]},
    ),
    "a credit that waits": (
        lambda s: credit(free_term(s), 504, on="2026-04-10"),
        {10: ["Every credit, recouped copy and mailed back issue has been posted"]},
    ),
    "an end that let go of a cent too much": (
        lambda s: (
            end(free_term(s, cents=1000), at_clock=9, on="2026-04-10"),
            go_round("terms_term", "UPDATE terms_term SET released_magazine_cents = 501 WHERE ended_on IS NOT NULL"),
        ),
        {
            1: [
                "J3: deferred revenue is what terms still owe",
                "An ended term let go of what it had not earned",
                "What an ended term let go of went on, or went back",
            ]
        },
    ),
    "a refund to somebody else": (
        lambda s: (cancelled(s), LineRefund.objects.update(payer=s.house.reader("Bo Other"))),
        {7: ["What goes back goes to whoever paid for the term"]},
    ),
    "a refund that was sent and is still owed": (
        lambda s: (cancelled(s), LineRefund.objects.update(state="sent", sent_at=NIGHT)),
        {9: ["Each refund promised is in the books, and 2300 is what is still to be sent"]},
    ),
    "a refund of another sum": (
        lambda s: (cancelled(s), LineRefund.objects.update(magazine_cents=1)),
        {
            1: ["What an ended term let go of went on, or went back"],
            9: ["Each refund promised is in the books, and 2300 is what is still to be sent"],
        },
    ),
    "a month of access that is not its journal": (
        lambda s: (access_sold(s), AccessPosting.objects.update(cents=1)),
        {1: ["J5: a month of digital access is its journal"]},
    ),
    "an access that let go of a cent too much": (
        lambda s: (access_sold(s), AccessTerm.objects.update(ended_on="2026-04-10", released_cents=3341)),
        {
            1: [
                "J3: deferred revenue is what terms still owe",
                "Digital access that ended let go of the days that were left",
            ]
        },
    ),
    "a back issue owed twice as much": (
        lambda s: OwedCopy.objects.filter(pk=owe(free_term(s), 503).pk).update(units=2),
        {2: ["A back issue is owed as its entry says"]},
    ),
    "a back issue that nobody is owed": (
        lambda s: entry(free_term(s), "back_start", 503, units=-1, on="2026-04-10", carried=1),
        {2: ["A back issue is owed as its entry says"]},
    ),
}


def mark_as_sent_what_was_not(sound: SoundHouse) -> None:
    OwedCopy.objects.filter(pk=owe(free_term(sound), 503).pk).update(state="sent", run_uuid=uuid.uuid4())


PROMISE_BREAKS = {
    "a length that the expire ledger does not explain": (
        lambda s: Term.objects.filter(pk=s.term.pk).update(cut=1),
        {2: ["The expire ledger adds up to each term"]},
    ),
    "a pause that the pull would not see": (
        lambda s: go_round("terms_pause", *open_pause(s, from_number=510)),
        {2: ["Subscriptions with a pause are marked so"]},
    ),
    "a copy to a subscription on hold": (
        lambda s: go_round("terms_pause", *open_pause(s, from_number=504)),
        {
            2: ["Copies served are the units consumed", "Subscriptions with a pause are marked so"],
            5: ["A held subscription is sent nothing"],
        },
    ),
    "a second copy of the same issue": (
        lambda s: go_round("fulfillment_copy", copy_again(sequence="2", units="0"), [s.run.issue_id]),
        {
            3: [
                "One main copy of an issue per subscription and copy number",
                "A run holds as many copies as it says",
            ]
        },
    ),
    "a run that says more copies": (
        lambda s: LabelRun.objects.update(copies=2),
        {3: ["A run holds as many copies as it says"]},
    ),
    "a copy from stock that was never sent": (
        mark_as_sent_what_was_not,
        {3: ["What was owed from stock and sent has its copy"]},
    ),
    "a blank label": (
        lambda s: go_round("fulfillment_copy", "UPDATE fulfillment_copy SET addr1 = ''"),
        {4: ["Every label has a person and a place"]},
    ),
    "a label to an undeliverable address": (
        lambda s: s.reader.addresses.update(undeliverable_since=dt.date(2026, 1, 1)),
        {4: ["No label to an undeliverable address"]},
    ),
    "a copy beyond the term": (
        lambda s: go_round("fulfillment_copy", "UPDATE fulfillment_copy SET x = 10"),
        {4: ["Copies beyond the end of a term are marked as grace"]},
    ),
}
CHARGE_BREAKS = {
    "a charge above the cap": (
        lambda s: go_round("payments_chargepermit", "UPDATE payments_chargepermit SET cap_cents = 1994"),
        {6: ["Every automatic charge had its permit, inside its window and cap"]},
    ),
    "a charge outside its window": (
        lambda s: go_round(
            "payments_paymentattempt",
            "UPDATE payments_paymentattempt SET charge_on = '2026-04-09' WHERE purpose = 'renewal'",
        ),
        {6: ["Every automatic charge had its permit, inside its window and cap"]},
    ),
    "a notice that had bounced": (
        lambda s: OutgoingMail.objects.filter(key="notice 2").update(bounced_at=CHARGED - dt.timedelta(days=1)),
        {6: ["Both notices were delivered before the charge"]},
    ),
    "a notice of a smaller sum": (
        lambda s: s.first.__class__.objects.filter(pk=s.first.pk).update(amount_cents=1990),
        {6: ["Both notices were delivered before the charge"]},
    ),
    "a second notice that came late": (
        lambda s: go_round("payments_chargepermit", "UPDATE payments_chargepermit SET second_notice_on = '2026-03-27'"),
        {6: ["The second notice came at least 15 days before the charge"]},
    ),
    "a consent withdrawn before the charge": (
        lambda s: AutoRenewConsent.objects.update(withdrawn_at=CHARGED - dt.timedelta(days=1)),
        {6: ["The consent stood when the charge left"], 7: ["Automatic renewal rests on a consent"]},
    ),
    "a payment asked of another reader": (
        lambda s: s.order.__class__.objects.filter(pk=s.order.pk).update(payer=s.house.reader("Bo Other")),
        {
            7: [
                "Whoever is charged is the payer of the order",
                "A permit, its card and its consent are one payer's",
                "A gift is not renewed automatically",
            ]
        },
    ),
    "a gift that renews itself": (
        lambda s: s.line.__class__.objects.filter(pk=s.line.pk).update(recipient=s.house.reader("Bo Other")),
        {7: ["A gift is not renewed automatically"]},
    ),
    "automatic renewal without a consent": (
        lambda s: Subscription.objects.filter(pk=s.house.subscription().pk).update(renewal="auto_charge"),
        {7: ["Automatic renewal rests on a consent"]},
    ),
}
ALL_BREAKS = {**MONEY_BREAKS, **LIFE_BREAKS, **PROMISE_BREAKS, **CHARGE_BREAKS, **GIFT_BREAKS, **BILL_BREAKS}


@pytest.mark.parametrize("what", ALL_BREAKS)
def test_finds(sound: SoundHouse, what: str):
    how, expected = ALL_BREAKS[what]

    assert broken_after(sound, how) == expected


def test_every_question_was_seen_to_find_something():
    seen = {name for _, expected in ALL_BREAKS.values() for names in expected.values() for name in names}

    assert {probe.name for probe in PROBES} <= seen


def test_a_hold_before_the_pull_and_a_bonus_with_its_entry_are_in_order(sound: SoundHouse):
    other = sound.house.subscription()
    term = sound.house.term(other, first=505, cents=0, copy_class="comp", bonus=2)
    Entry.objects.create(term=term, kind="bonus", units=2, by="staff:1")
    Pause.objects.create(
        subscription=other,
        from_issue=sound.house.issue(506),
        until_issue=sound.house.issue(507),
        reason="vacation",
        entered_by="staff:1",
    )
    mail_issue(505, [sound.term, term], on="2026-04-20")
    mail_issue(506, [sound.term], on="2026-04-20")
    actions.post_mailed_runs(now=NIGHT)

    assert actions.nightly_check(now=NIGHT).is_clean


def access_sold(sound: SoundHouse) -> None:
    sell(sound.house)
    actions.post_access(now=NIGHT)


def recouped(sound: SoundHouse) -> None:
    """The renewal pays for a copy that was sent in the hope of it."""
    recoup(Term.objects.get(c_from=13), 503, on="2026-04-10")
    actions.post_entries(now=NIGHT)


def cancelled(sound: SoundHouse) -> None:
    checkout.cancel_subscription(
        subscription_id=sound.subscription.pk,
        when="now",
        reason_code="too_dear",
        by=Actor("staff", "1"),
        now=at("2026-04-15"),
    )


def test_a_cancelled_subscription_with_its_refunds_is_in_order(sound: SoundHouse):
    cancelled(sound)

    assert actions.nightly_check(now=NIGHT).is_clean
    checkout.reinstate_subscription(subscription_id=sound.subscription.pk, by=Actor("staff", "1"), now=at("2026-04-16"))
    assert actions.nightly_check(now=NIGHT).is_clean


def free_term(sound: SoundHouse, *, cents: int = 0) -> Term:
    """Of another reader, from 510 on, so that it has served nothing."""
    term: Term = sound.house.term(sound.house.subscription(), first=510, cents=cents)
    return term


def test_credits_and_ended_terms_in_their_place_are_in_order(sound: SoundHouse):
    recouped(sound)
    end(free_term(sound), at_clock=9, on="2026-04-10")
    owe(free_term(sound), 503)

    assert actions.nightly_check(now=NIGHT).is_clean


def open_pause(sound: SoundHouse, *, from_number: int) -> tuple[str, list[object]]:
    statement = (
        "INSERT INTO terms_pause (subscription_id, from_issue_id, reason, note, entered_at, entered_by)"
        " VALUES (%s, %s, 'vacation', '', now(), 'x')"
    )
    return statement, [sound.subscription.pk, sound.house.issue(from_number).pk]


def copy_again(**changes: str) -> str:
    columns = [field.attname for field in Copy._meta.concrete_fields if field.attname != "pk"]
    values = ", ".join(changes.get(column, column) for column in columns)
    names = ", ".join(columns)
    return f"INSERT INTO fulfillment_copy ({names}) SELECT {values} FROM fulfillment_copy WHERE issue_id = %s"  # noqa: S608 (our names)
