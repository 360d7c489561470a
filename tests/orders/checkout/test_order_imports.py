"""Files of orders taken elsewhere, on 20 February 2026: ten issues run from 504 to 513 and cost $19.95."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.errors import Invalid, NotFound
from orders.checkout import actions
from orders.checkout.actions import import_checking
from orders.checkout.actions.import_desk import CheckingDesk, standing_now
from orders.checkout.models import IntakeKey, Order, OrderImport, OrderLine, StagedOrder
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import OfferPrice
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from tests.house import House, at

pytestmark = pytest.mark.django_db

NOW = at("2026-02-20")
FINANCE = Actor("staff", "7")
HEADER = "reference,offer,copies,payer_name,payer_email,ship_line1,ship_city,ship_region,ship_postcode,ship_country"
ANA = "card-1,ten,,Ana Field,ana@readers.example,2040 N Milwaukee Ave,Chicago,IL,60647-4002,US"
BEN = "card-2,ten,3,Ben Cole,,18 Oak St,Evanston,IL,60201,US"
CY = "card-3,ten,1,Cy Dale,cy@readers.example,200 Bloor St W,Toronto,ON,M5S 1T8,CA"

CARD = "4242 4242 4242 4242"


def stage(*lines: str, header: str = HEADER, batch: str = "fair", **changes: Any) -> OrderImport:
    content = "\n".join([header, *lines]).encode()
    asked = {"magazine_code": "lantern", "batch": batch, "file_name": "fair.csv", "content": content} | changes
    return actions.stage_import(**asked, by=FINANCE, now=NOW)


def checked(*lines: str, **changes: Any) -> OrderImport:
    staged = stage(*lines, **changes)
    actions.check_waiting_imports(now=NOW)
    staged.refresh_from_db()
    return staged


def taken(*lines: str, **changes: Any) -> OrderImport:
    found = checked(*lines, **changes)
    actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
    actions.take_asked_imports(now=NOW)
    found.refresh_from_db()
    return found


def problems(found: OrderImport) -> set[tuple[int, str, str]]:
    return {
        (line.line_number, problem["field"], problem["code"])
        for line in StagedOrder.objects.filter(order_import=found)
        for problem in line.problems
    }


def breaks_for(broken: OrderImport, works: Callable[..., Any]) -> Callable[..., Any]:
    def tried(found: OrderImport, **more: Any) -> Any:
        if found == broken:
            raise RuntimeError("something broke")
        return works(found, **more)

    return tried


def nothing_was_ordered() -> bool:
    return not any(model.objects.exists() for model in (Order, OrderLine, IntakeKey, Reader, Address))


@dataclass(frozen=True)
class BadFile:
    content: bytes
    code: str


BAD_FILES = {
    "nothing": BadFile(b"", "empty"),
    "a header alone": BadFile(HEADER.encode(), "no_lines"),
    "empty lines alone": BadFile(f"{HEADER}\n\n,,,,,,,,,\n".encode(), "no_lines"),
    "not UTF-8": BadFile(f"{HEADER}\n{ANA}".encode() + "\nÄ".encode("latin-1"), "not_utf8"),
    "a spreadsheet": BadFile(b"PK\x03\x04\x00\x00", "not_a_text"),
    "semicolons": BadFile(f"{HEADER}\n{ANA}".replace(",", ";").encode(), "not_commas"),
    "an unknown column": BadFile(f"{HEADER},colour\n{ANA},red".encode(), "unknown_column"),
    "its own price": BadFile(f"{HEADER},total_cents\n{ANA},1".encode(), "unknown_column"),
    "a column twice": BadFile(f"{HEADER},offer\n{ANA},ten".encode(), "column_twice"),
    "a column missing": BadFile(b"reference,offer\ncard-1,ten", "missing_column"),
    "a cell too many": BadFile(f"{HEADER}\n{ANA},more".encode(), "odd_line"),
    "a cell too few": BadFile(f"{HEADER}\ncard-1,ten".encode(), "odd_line"),
    "a quote without an end": BadFile(f'{HEADER}\n"card-1,ten'.encode(), "malformed"),
    "a card number": BadFile(f"{HEADER}\n{ANA.replace('Chicago', CARD)}".encode(), "looks_like_a_card_number"),
    "more than five megabytes": BadFile(b"a" * 5_000_001, "too_large"),
    "more lines than it may": BadFile("\n".join([HEADER, *[ANA] * 20_001]).encode(), "too_many_lines"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_none_is_refused_at_once(house: House, name: str):
    with pytest.raises(Invalid) as refusal:
        stage(content=BAD_FILES[name].content)

    assert [code for code, _ in refusal.value.fields["file"]] == [BAD_FILES[name].code]
    assert not OrderImport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"), [({"magazine_code": "none"}, "magazine"), ({"batch": "a fair"}, "batch")]
)
def test_a_magazine_and_a_batch_are_named(house: House, changes: dict[str, str], field: str):
    with pytest.raises(Invalid) as refusal:
        stage(ANA, **changes)

    assert set(refusal.value.fields) == {field}


# Line 2 of a file whose line 3 is well: the columns that are complained about, each with the code.
BAD_LINES: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "no reference": (ANA.replace("card-1", ""), {("reference", "malformed")}),
    "a reference with a blank": (ANA.replace("card-1", "card 1"), {("reference", "malformed")}),
    "a reference too long": (ANA.replace("card-1", "c" * 41), {("reference", "malformed")}),
    "no offer": (ANA.replace("ten", ""), {("offer", "required")}),
    "an offer that is not there": (ANA.replace("ten", "nothing"), {("offer", "offer_not_on_sale")}),
    "copies in words": (ANA.replace("ten,", "ten,many"), {("copies", "malformed")}),
    "no copies": (ANA.replace("ten,", "ten,0"), {("copies", "malformed")}),
    "copies in Arabic digits": (ANA.replace("ten,", "ten,٣"), {("copies", "malformed")}),
    "no name": (ANA.replace("Ana Field", ""), {("payer_name", "required")}),
    "a mail address that is none": (ANA.replace("ana@", "ana at "), {("payer_email", "invalid_email")}),
    "a name too long": (ANA.replace("Ana Field", "A" * 81), {("payer_name", "too_long")}),
    "no street": (ANA.replace("2040 N Milwaukee Ave", ""), {("ship_line1", "required")}),
    "a formula": (ANA.replace("2040 N", "=2040 N"), {("ship_line1", "starts_like_a_formula")}),
    "no country": (ANA.replace(",US", ","), {("ship_country", "malformed")}),
    "a country that is none": (ANA.replace(",US", ",QQ"), {("ship_country", "unknown_country")}),
    "a country in words": (ANA.replace(",US", ",USA"), {("ship_country", "malformed")}),
    "a ZIP code that is none": (ANA.replace("60647-4002", "606"), {("ship_postcode", "bad_postcode")}),
    "three things at once": (
        ANA.replace("ten,", "ten,many").replace("ana@", "ana at ").replace("60647-4002", "606"),
        {("copies", "malformed"), ("payer_email", "invalid_email"), ("ship_postcode", "bad_postcode")},
    ),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_with_errors_lets_nothing_in(house: House, name: str):
    line, expected = BAD_LINES[name]

    found = checked(line, BEN)

    assert problems(found) == {(2, column, code) for column, code in expected}
    assert (found.state, found.faulty_rows, found.rows) == ("faulty", 1, 2)
    with pytest.raises(actions.ImportHasErrors):
        actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
    assert nothing_was_ordered()


def test_a_reference_twice_in_a_file_is_an_error_of_the_second(house: House):
    assert problems(checked(ANA, BEN, ANA)) == {(4, "reference", "reference_twice")}


def test_a_reference_of_the_batch_is_taken_once(house: House):
    taken(ANA)
    number = Order.objects.get().number

    again = checked(ANA, BEN)

    line = StagedOrder.objects.get(order_import=again, line_number=2)
    assert [(each["code"], number in each["detail"]) for each in line.problems] == [("taken_before", True)]
    assert checked(ANA, batch="another-fair").state == "ready"


def test_a_source_key_that_is_not_there_is_an_error(house: House):
    found = checked(f"{ANA},NONE", header=f"{HEADER},source_key")

    assert problems(found) == {(2, "source_key", "unknown")}


def test_an_offer_of_another_magazine_is_an_error(house: House):
    other = house.magazine.__class__.objects.create(code="other", label_code="OTH", name="Other")

    found = checked(ANA, magazine_code=other.code)

    assert problems(found) == {(2, "offer", "other_magazine")}


def test_what_looks_odd_is_a_warning_and_may_be_taken(house: House):
    found = checked(ANA.replace("2040 N Milwaukee Ave", "Milwaukee Ave"))

    line = StagedOrder.objects.get()
    assert (found.state, found.warned_rows) == ("ready", 1)
    assert [(each["field"], each["code"]) for each in line.warnings] == [("ship_line1", "no_house_number")]


def test_the_preview_says_what_all_of_it_costs(house: House):
    found = checked(ANA, BEN, CY)

    assert found.state == "ready"
    # 19.95, three times 19.95, and 19.95 with 12.00 postage to Canada
    assert found.total_cents == 19_95 + 59_85 + 31_95
    assert nothing_was_ordered()


def test_the_same_rows_as_the_api_writes(house: House):
    taken(ANA, CY)

    order = Order.objects.get(payer__name="Cy Dale")
    line = order.lines.get()
    assert (order.state, order.total_cents, order.channel) == ("awaiting_payment", 31_95, "import")
    assert (order.placed_by, order.placed_at, order.payer_email) == ("staff:7", NOW, "cy@readers.example")
    assert (line.magazine_cents, line.postage_cents, line.copies) == (19_95, 12_00, 1)
    assert (line.promised_first_issue.number, line.promised_expire_issue.number) == (504, 513)
    assert (line.recipient, line.address.reader) == (order.payer, order.payer)
    assert (line.address.label_city, line.address.label_state, line.address.zone) == ("TORONTO", "ON", "ca")
    assert line.address.door_key
    trail = AuditEntry.objects.filter(object_id=str(order.pk), object_kind="checkout.order")
    assert [(entry.action, entry.detail) for entry in trail] == [
        ("order.placed", {"offer": "ten", "total_cents": 31_95})
    ]
    assert AuditEntry.objects.filter(action="address.added", detail__reader=order.payer_id).count() == 1
    assert not PaymentAttempt.objects.exists()


def test_each_order_is_one_of_its_own(house: House):
    found = taken(ANA, BEN, CY)

    assert (found.state, found.taken_by, found.taken_at) == ("taken", "staff:7", NOW)
    assert Order.objects.count() == OrderLine.objects.count() == Reader.objects.count() == 3
    assert len(set(Order.objects.values_list("number", flat=True))) == 3
    assert set(IntakeKey.objects.values_list("key", flat=True)) == {"fair:card-1", "fair:card-2", "fair:card-3"}
    assert sum(Order.objects.values_list("total_cents", flat=True)) == found.total_cents


def test_the_names_of_the_file_are_kept_no_longer_than_needed(house: House):
    taken(ANA)
    withdrawn = checked(BEN)
    actions.withdraw_import(import_id=withdrawn.pk, by=FINANCE, now=NOW)
    forgotten = checked(CY)
    OrderImport.objects.filter(pk=forgotten.pk).update(created_at=at("2026-01-20"))

    assert actions.forget_old_imports(now=NOW) == 1
    assert not StagedOrder.objects.exists()


def test_a_file_that_is_never_checked_is_forgotten_after_thirty_days(house: House):
    stuck = stage(ANA)

    assert actions.forget_old_imports(now=at("2026-03-22")) == 0  # thirty days, and not more
    assert actions.forget_old_imports(now=at("2026-03-23")) == 1

    stuck.refresh_from_db()
    assert (stuck.state, StagedOrder.objects.count()) == ("withdrawn", 0)


def test_who_may_be_on_file_is_a_question_for_a_clerk(house: House):
    ana = house.reader("Ana Field", email="ana@readers.example")

    taken(ANA)

    assert PossibleDuplicate.objects.get().known_reader == ana


def test_a_second_click_changes_nothing(house: House):
    found = taken(ANA)

    actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
    actions.take_asked_imports(now=NOW)

    assert Order.objects.count() == 1


def test_a_file_that_is_being_checked_is_not_taken(house: House):
    with pytest.raises(actions.ImportIsBusy):
        actions.ask_take(import_id=stage(ANA).pk, by=FINANCE, now=NOW)


def test_a_file_that_was_taken_is_not_withdrawn_and_one_that_was_withdrawn_not_taken(house: House):
    done, gone = taken(ANA), checked(BEN)
    actions.withdraw_import(import_id=gone.pk, by=FINANCE, now=NOW)

    with pytest.raises(actions.ImportIsClosed):
        actions.withdraw_import(import_id=done.pk, by=FINANCE, now=NOW)
    with pytest.raises(actions.ImportIsClosed):
        actions.ask_take(import_id=gone.pk, by=FINANCE, now=NOW)
    with pytest.raises(NotFound):
        actions.ask_take(import_id=0, by=FINANCE, now=NOW)


def test_a_file_that_is_being_taken_is_not_withdrawn(house: House):
    found = checked(ANA)
    actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)

    with pytest.raises(actions.ImportIsBusy):
        actions.withdraw_import(import_id=found.pk, by=FINANCE, now=NOW)


def test_a_price_that_changed_since_it_was_checked_is_looked_at_again(house: House):
    found = checked(ANA)
    OfferPrice.objects.filter(zone="us").update(magazine_cents=24_95)
    actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)

    assert actions.take_asked_imports(now=NOW) == 0

    actions.check_waiting_imports(now=NOW)
    found.refresh_from_db()
    assert (found.state, found.total_cents, Order.objects.count()) == ("ready", 24_95, 0)
    assert "has changed" in found.note


def test_a_price_that_changes_while_it_is_checked_is_the_price_of_every_line(house: House, monkeypatch):
    monkeypatch.setattr(import_checking, "AT_ONCE", 1)
    found = stage(ANA, BEN)
    assert import_checking.check_some(found.pk, now=NOW)
    OfferPrice.objects.filter(zone="us").update(magazine_cents=24_95)

    actions.check_waiting_imports(now=NOW)

    found.refresh_from_db()
    assert (found.state, found.rows_checked, found.total_cents) == ("ready", 2, 4 * 24_95)
    assert "has changed while it was checked" in found.note


def test_a_file_that_breaks_down_stops_no_other(house: House, monkeypatch):
    first, second = checked(ANA), checked(BEN)
    for found in (first, second):
        actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr("orders.checkout.actions.import_taking.standing_now", breaks_for(first, standing_now))
        assert actions.take_asked_imports(now=NOW) == 1
    first.refresh_from_db()
    assert (first.state, first.note[:21]) == ("taking", "Taking it broke down.")

    assert actions.take_asked_imports(now=NOW) == 1

    first.refresh_from_db()
    assert (first.state, first.note, Order.objects.count()) == ("taken", "", 2)


def test_what_broke_down_while_it_was_checked_is_not_said_any_more_once_it_goes_well(house: House, monkeypatch):
    found = stage(ANA)
    with monkeypatch.context() as broken:
        broken.setattr("orders.checkout.actions.import_checking.CheckingDesk", breaks_for(found, CheckingDesk))
        actions.check_waiting_imports(now=NOW)
    found.refresh_from_db()
    assert found.note.startswith("Checking it broke down")

    actions.check_waiting_imports(now=NOW)

    found.refresh_from_db()
    assert (found.state, found.note) == ("ready", "")


def test_a_cut_off_that_passed_since_it_was_checked_is_looked_at_again(house: House):
    found = checked(ANA)
    actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)

    # 504 is pulled on 10 March: the order would begin with 505 then.
    assert actions.take_asked_imports(now=at("2026-03-15")) == 0
    assert nothing_was_ordered()


def test_a_reference_that_was_taken_in_the_meantime_lets_nothing_in(house: House):
    first, second = checked(ANA), checked(ANA, BEN)
    for found in (first, second):
        actions.ask_take(import_id=found.pk, by=FINANCE, now=NOW)

    assert actions.take_asked_imports(now=NOW) == 1

    actions.check_waiting_imports(now=NOW)
    second.refresh_from_db()
    assert (second.state, Order.objects.count(), Reader.objects.count()) == ("faulty", 1, 1)
