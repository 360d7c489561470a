"""Dora Quill has lived a whole life with the house. She asks for a copy of it, and then to be forgotten."""

import datetime as dt
import json
import re
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from foundation.actors import Actor
from foundation.mail.actions import send_waiting
from foundation.mail.models import OutgoingMail
from orders.checkout import actions as checkout
from orders.checkout.models import LineRefund, ZoneMove
from orders.checkout.rules import Person
from orders.ledger.models import Journal
from orders.ledger.queries import balance
from orders.payments.models import PaymentAttempt
from orders.revenue import actions as revenue
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment.models import Claim, Copy, LabelRun
from subscriptions.newsletters.models import Enrolment, Newsletter
from subscriptions.readers import actions as readers
from subscriptions.readers import queries as people
from subscriptions.readers.models import Address, PrivacyRequest, Reader, ReaderMerge
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Comp, MovedLine, ServiceReason
from tests import gifts
from tests.house import at
from tests.project.personal_fields import DELETED, OVERWRITTEN
from tests.shop import Shop
from tests.subscriptions.fulfillment.runs import released
from tests.subscriptions.readers.everyone import follow_privacy

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")
# Whatever of her must be gone: her names, mail addresses, telephone, streets, and what was written about her.
TRACES = ["quill", "dora.q@readers", "dora.old@readers", "dora.new@readers", "555-0100", "plume", "inkwell", "her dog"]
AFTER = at("2026-04-05")
# What an erasure clears and nothing of her stands in, or nothing that could not be of anybody else.
UNTRACED = {
    "mail.OutgoingMail": "one_click_url last_error bounce_reason",
    "readers.Reader": "company",
    "readers.Address": "company attention line2 city postcode warnings label_company label_attn label_addr2 label_urb"
    " label_city label_zip5 label_plus4 label_dpc label_postcode",
    "readers.FormerDetails": "company",
    "readers.PossibleDuplicate": "reason",
    "readers.PrivacyTick": "told",
    "newsletters.Enrolment": "asked_from confirmed_from",
    "fulfillment.Copy": "company attn addr2 urb city zip5 plus4 dpc postcode",
    "payments.SavedMethod": "brand last4",
    "payments.PaymentAttempt": "checkout_url card_last4 asked_from",
    "checkout.StagedOrder": "reference cells problems warnings made",
    "checkout.Gift": "to_town from_name",
}


class Dora:
    """She buys ten issues, 504 of which goes out, moves, has two files, a note, a hold, a newsletter; and cancels."""

    def __init__(self, shop: Shop) -> None:
        self.shop, house = shop, shop.house
        home = TypedAddress(
            name="Dora Quill", line1="77 Plume St", city="Chicago", region="IL", postcode="60647-4002", country="US"
        )
        payer = Person("Dora Quill", "Dora.Q@readers.example", phone="555-0100")
        order = shop.sells(shop.agreed(payer=payer, ship_to=home))
        self.line = order.lines.get().subscription
        self.reader, self.order = order.payer, order
        send_waiting(now=shop.now)
        self._is_on_two_files()
        self._is_sent(504)
        self._is_given_more()
        self._reads_a_newsletter()
        moved = TypedAddress(
            name="D. Quill", line1="9 Inkwell Ln", city="Salem", region="OR", postcode="97301", country="US"
        )
        address = readers.add_address(
            reader_id=self.reader.pk, typed=moved, by=CLERK, source="reader", now=at("2026-03-21")
        )
        terms.change_address(subscription_id=self.line.pk, address_id=address.pk, by=CLERK, now=at("2026-03-21"))
        terms.hold(
            subscription_id=self.line.pk, from_issue_id=house.issue(506).pk, until_issue_id=house.issue(507).pk,
            reason="vacation", by=CLERK, now=at("2026-03-22"), note="for her dog", over_limit_because="her dog is ill",
        )  # fmt: skip
        kind = {"reason_code": "goodwill", "about": "Mrs Quill has been kind"}
        terms.extend(subscription_id=self.line.pk, issues=1, by=CLERK, now=at("2026-03-22"), **kind)
        Claim.objects.create(
            subscription=self.line, issue=house.issue(504), reason=ServiceReason.objects.get(code="damaged"),
            note="her dog ate it", reported_at=at("2026-03-30"), reported_by="staff:1", state="withdrawn",
            answer="Ms Quill has it after all.", answered_at=at("2026-03-31"), answered_by="staff:1",
        )  # fmt: skip
        ZoneMove.objects.create(
            term=self.line.terms.first(), payer=self.reader, first_issue=house.issue(505), from_zone="us", to_zone="ca",
            issues_left=9, surcharge_cents=900, currency="usd", outcome="waived", entered_by="staff:1",
            entered_at=at("2026-03-21"), closed_at=at("2026-03-22"), closed_by="staff:1", note="Quill is a friend",
        )  # fmt: skip
        LineRefund.objects.create(
            term=self.line.terms.first(), payer=self.reader, way="refund", state="sent", magazine_cents=500,
            because="Quill has been ill", currency="usd", journal=Journal.objects.earliest("pk"),
            promised_by="staff:2", sent_at=at("2026-03-22"),
        )  # fmt: skip
        Comp.objects.create(
            term=self.line.terms.first(), owner="The editor", why="Quill writes for us", confirm_by=dt.date(2030, 1, 1)
        )
        MovedLine.objects.create(
            merge=ReaderMerge.objects.get(), subscription=self.line, from_reader=self.reader,
            stayed_because="Dora Quill's subscription is on hold. End the hold, and then merge.",
        )  # fmt: skip
        readers.correct_reader(reader_id=self.reader.pk, email="Dora.New@readers.example", by=CLERK, now=shop.now)
        readers.add_note(reader_id=self.reader.pk, text="Mrs Quill: her dog bites", by=CLERK, now=at("2026-03-22"))

    def _is_on_two_files(self) -> None:
        other = readers.file_reader(name="Dora M Quill", email="dora.old@readers.example", by=CLERK, now=self.shop.now)
        readers.merge_readers(kept_id=self.reader.pk, merged_id=other.pk, by=CLERK, now=self.shop.now)
        terms.follow_merges(now=self.shop.now)

    def _is_sent(self, number: int) -> None:
        self.run = released(self.shop.house, number)
        moment = self.shop.house.issue(number).pull_at
        fulfillment.hand_over(run_id=self.run.pk, to="Wick & Sons", by=CLERK, now=moment)
        self.is_mailed = False

    def is_in_the_post(self) -> None:
        day = self.shop.house.issue(504).mail_on
        fulfillment.confirm_mailed(run_id=self.run.pk, mailed_on=day, by=CLERK, now=at(day.isoformat()))
        revenue.post_mailed_runs(now=at(day.isoformat()))

    def _is_given_more(self) -> None:
        """A friend without a mail address gives her ten issues behind her own, by telephone; she is told by mail."""
        to_her = gifts.wish(
            "Dora Quill", email="Dora.Q@readers.example", ship_to=None, account=self.reader.pk, announce="mail",
            message="Dear Mrs Quill, and her dog", from_name="Piet",
        )  # fmt: skip
        asked = gifts.given(to_her, payer=Person("Piet Quoin"))
        self.gift = gifts.pay(gifts.place(asked, now=self.shop.now, by=CLERK), now=self.shop.now).lines.get().gift
        checkout.announce_gifts(now=self.shop.now)
        send_waiting(now=self.shop.now)

    def _reads_a_newsletter(self) -> None:
        letter = Newsletter.objects.create(slug="dispatch", name="Dispatch", consent_text="Yes, write to me.")
        Enrolment.objects.create(
            newsletter=letter, email="dora.q@readers.example", state="confirmed", consent_text=letter.consent_text,
            asked_at=self.shop.now, asked_from="203.0.113.7", confirmed_at=self.shop.now,
        )  # fmt: skip

    def cancels(self) -> None:
        from orders.renewals import actions as renewals

        renewals.cancel_auto_renew(subscription_id=self.line.pk, by=CLERK, now=AFTER)
        terms.cancel_now(subscription_id=self.line.pk, reason_code="other", by=CLERK, now=AFTER)
        send_waiting(now=AFTER)

    def asks(self, kind: str, *, by: Actor = CLERK) -> PrivacyRequest:
        return readers.ask_privacy(reader_id=self.reader.pk, kind=kind, verified="telephone", by=by, now=AFTER)


@pytest.fixture
def dora(shop: Shop, tmp_path: Any, settings: Any) -> Dora:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    return Dora(shop)


def every_trace() -> dict[str, set[str]]:
    """Table and column -> the traces of her in it, over every column of the database that holds text."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name from information_schema.columns c join information_schema.tables t"
            " using (table_schema, table_name) where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'"
            " and c.data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            for trace in TRACES:
                cursor.execute(
                    f'select exists (select from "{table}" where "{column}"::text ilike %s)',  # noqa: S608  # names of the catalog
                    [f"%{trace}%"],
                )
                if cursor.fetchone()[0]:
                    found.setdefault(f"{table}.{column}", set()).add(trace)
    return found


def columns_of(*tables: dict[str, str]) -> set[str]:
    return {f"{model}.{field}" for table in tables for model, fields in table.items() for field in fields.split()}


def in_words(column: str) -> str:
    """Model and field of a column of the database; a partition is its table's."""
    table, _, name = re.sub(r"_\d+\.", ".", column).partition(".")
    model = next((model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table), None)
    field = next((field for field in model._meta.concrete_fields if field.column == name), None) if model else None
    return f"{model._meta.label}.{field.name}" if model and field else column


def test_after_erasure_no_text_in_the_database_tells_who_she_was(dora: Dora) -> None:
    dora.is_in_the_post()
    dora.cancels()
    assert columns_of(OVERWRITTEN, DELETED) - set(map(in_words, every_trace())) == columns_of(UNTRACED)

    request = dora.asks("erasure")
    follow_privacy(AFTER)

    request.refresh_from_db()
    assert (request.refused_because, request.state) == ("", "done")
    assert every_trace() == {}
    assert not PaymentAttempt.objects.exclude(card_last4="").exists()


def test_a_gift_to_her_is_kept_with_its_price_and_without_a_word(dora: Dora) -> None:
    dora.is_in_the_post()
    dora.cancels()
    news = OutgoingMail.objects.get(kind="gift_announcement")
    assert "her dog" in news.text

    dora.asks("erasure")
    follow_privacy(AFTER)

    news.refresh_from_db()
    dora.gift.refresh_from_db()
    gift = dora.gift
    assert (gift.to_name, gift.to_email, gift.message, gift.from_name, gift.line.total_cents) == (
        "", "", "", "Piet", 1995,
    )  # fmt: skip
    assert (news.text, news.html, gift.announced_by) == ("", "", news)


def test_what_the_law_makes_the_house_keep_is_kept(dora: Dora) -> None:
    dora.is_in_the_post()
    dora.cancels()
    books = {number: balance(number) for number in ("1100", "2100", "4000")}
    mail_hashes = mails()

    dora.asks("erasure")
    follow_privacy(AFTER)

    reader = Reader.objects.get(pk=dora.reader.pk)
    assert (reader.name, reader.number, reader.erased_at) == ("Erased reader", dora.reader.number, AFTER)
    assert {number: balance(number) for number in books} == books
    dora.order.refresh_from_db()
    assert (dora.order.number, dora.order.total_cents, dora.order.payer_email) == (dora.order.number, 1995, "")
    consent = dora.order.lines.get().consent
    assert "renew" in consent.text.lower()
    assert consent.withdrawn_at is not None
    where = {(a.country, a.region, a.postcode, a.label_zip5, a.label_state) for a in Address.objects.all()}
    assert where == {("US", "IL", "606", "", "IL"), ("US", "OR", "973", "", "OR")}
    copy = Copy.objects.get()
    assert (copy.copy_class, copy.units, copy.state, copy.zip5, copy.name) == ("paid", 1, "IL", "606", "ERASED READER")
    run = LabelRun.objects.get(pk=dora.run.pk)
    assert run.redacted_at == AFTER
    with pytest.raises(fulfillment.RunIsRedacted):
        fulfillment.export_again(run.pk)
    assert mails() == mail_hashes
    assert Enrolment.objects.get().consent_text == "Yes, write to me."


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", "body_sha256"))


def test_a_copy_holds_what_each_app_knows(dora: Dora, settings: Any) -> None:
    dora.is_in_the_post()
    request = dora.asks("export")
    follow_privacy(AFTER)

    request.refresh_from_db()
    assert (request.state, request.file_until) == ("done", dt.date(2026, 5, 5))
    with readers.open_file(request_id=request.pk, by=CLERK) as stored, zipfile.ZipFile(stored) as archive:
        told = json.loads(archive.read("reader.json"))
        page = archive.read("index.html").decode()
    assert next(iter(told)) == "readers"
    assert set(told) == set(settings.FOLLOWERS["privacy"])
    whole = json.dumps(told).lower()
    assert [trace for trace in TRACES if trace not in whole] == []
    assert told["fulfillment"]["copies"][0]["printed_as"].startswith("DORA QUILL, 77 PLUME ST")
    assert told["checkout"]["orders"][0]["total_cents"] == 1995
    assert "<td>9 Inkwell Ln</td>" in page
    assert not request.ticks.exclude(told=None).exists()


def test_a_copy_can_be_fetched_for_thirty_days_and_is_then_gone(dora: Dora) -> None:
    request = dora.asks("export")
    with pytest.raises(readers.FileIsGone):
        readers.open_file(request_id=request.pk, by=CLERK)
    follow_privacy(AFTER)

    assert readers.forget_old_files(now=at("2026-05-05")) == 0
    readers.open_file(request_id=request.pk, by=CLERK).close()
    assert readers.forget_old_files(now=at("2026-05-06")) == 1

    with pytest.raises(readers.FileIsGone):
        readers.open_file(request_id=request.pk, by=CLERK)
    assert readers.forget_old_files(now=at("2026-05-06")) == 0


def test_nothing_is_erased_while_a_paid_term_runs(dora: Dora) -> None:
    dora.is_in_the_post()
    request = dora.asks("erasure")

    follow_privacy(AFTER)

    request.refresh_from_db()
    assert request.state == "refused"
    assert "The Lantern still comes until" in request.refused_because
    assert "Cancel it first" in request.refused_because
    assert Reader.objects.get(pk=dora.reader.pk).name == "Dora Quill"


def test_a_label_on_its_way_is_erased_when_it_has_been_mailed(dora: Dora) -> None:
    dora.cancels()
    request = dora.asks("erasure")
    follow_privacy(AFTER)
    request.refresh_from_db()
    assert request.state == "waiting"
    assert people.apps_to_come(request, "act") == {"fulfillment", "readers"}
    assert Copy.objects.get().name == "DORA QUILL"

    dora.is_in_the_post()
    follow_privacy(AFTER)

    request.refresh_from_db()
    assert request.state == "done"
    assert Copy.objects.get().name == "ERASED READER"


def test_an_erasure_that_she_asks_for_herself_waits_for_staff(dora: Dora) -> None:
    dora.is_in_the_post()
    dora.cancels()
    request = dora.asks("erasure", by=Actor("reader", str(dora.reader.pk)))
    follow_privacy(AFTER)
    request.refresh_from_db()
    assert request.state == "asked"

    readers.start_erasure(request_id=request.pk, by=CLERK, now=AFTER)
    follow_privacy(AFTER)

    request.refresh_from_db()
    assert request.state == "done"
    with pytest.raises(readers.RequestIsClosed):
        readers.start_erasure(request_id=request.pk, by=CLERK, now=AFTER)
    with pytest.raises(readers.RequestIsClosed):
        readers.close_request(request_id=request.pk, by=CLERK, now=AFTER)
    with pytest.raises(readers.ReaderIsErased):
        dora.asks("erasure")
    with pytest.raises(readers.ReaderIsErased):
        readers.merge_readers(
            kept_id=dora.shop.house.reader("Dora Quill").pk, merged_id=dora.reader.pk, by=CLERK, now=AFTER
        )


def test_one_request_of_a_kind_at_a_time_and_it_can_be_refused_or_withdrawn(dora: Dora) -> None:
    request = dora.asks("erasure", by=Actor("reader", str(dora.reader.pk)))
    assert request.due_on == dt.date(2026, 5, 20)
    with pytest.raises(readers.RequestIsOpen):
        dora.asks("erasure")

    readers.close_request(request_id=request.pk, by=CLERK, now=AFTER, refused_because="That was not her.")
    request.refresh_from_db()
    assert (request.state, request.refused_because) == ("refused", "That was not her.")

    again = dora.asks("export")
    readers.close_request(request_id=again.pk, by=CLERK, now=AFTER)
    again.refresh_from_db()
    assert again.state == "withdrawn"


def test_a_couple_with_one_mail_address_is_not_erased_for_one_of_them(dora: Dora) -> None:
    dora.shop.house.reader("Ned Quill-Ford", "dora.q@readers.example")
    dora.is_in_the_post()
    dora.cancels()

    dora.asks("erasure")
    follow_privacy(AFTER)

    assert PrivacyRequest.objects.get().state == "done"
    assert Enrolment.objects.get().state == "confirmed"
    assert Reader.objects.get(name="Ned Quill-Ford").email == "dora.q@readers.example"


def test_copies_stay_frozen_but_for_that(dora: Dora) -> None:
    dora.is_in_the_post()

    for change in (
        "name = 'ERASED READER'",
        "units = 0, name = 'ERASED READER', addr1 = 'ERASED'",
        "addr1 = 'ELSEWHERE'",
    ):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update fulfillment_copy set {change}")  # noqa: S608  # the three above
