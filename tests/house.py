"""A small house for tests: one magazine on the sample calendar (501 = Jan 2026 ... 540), offers, and a cast.

A pytest plugin (see pyproject): `house` is a fixture everywhere; `house.at("2026-02-20")` is noon in the book zone.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ZONE = ZoneInfo("America/Chicago")
COVERS = [(1,), (2,), (3,), (4,), (5,), (6,), (7, 8), (9,), (10,), (11, 12)]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def at(day: str, hour: int = 12) -> dt.datetime:
    """`hour` o'clock in the book zone on an ISO day."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), ZONE)


class House:
    """Rows written by hand, so that a test of one app needs no other app's actions."""

    def __init__(self) -> None:
        from subscriptions.catalog.models import Magazine, SourceKey

        self.magazine = Magazine.objects.create(
            code="lantern",
            label_code="LAN",
            name="The Lantern",
            publisher="Lantern House",
            contact_email="care@lantern.example",
            covers=[list(c) for c in COVERS],
            mailer_id="901234567",
            service_type="045",
            invite_at_issues_left=[3, 1, 0],
        )
        self.lay_out_sample_calendar()
        self.source = SourceKey.objects.create(code="WEB", name="Website", channel="web")
        self.offer = self.make_offer(code="ten", issues=10, cents=1995)

    at = staticmethod(at)

    def lay_out_sample_calendar(self, *, first: int = 501, count: int = 40) -> None:
        """Pull on the 10th of the month before the cover at 17:00, mailing ten days later."""
        from subscriptions.catalog.models import Issue

        issues = []
        for i in range(count):
            year, months = 2026 + i // 10, COVERS[i % 10]
            cover = dt.date(year, months[0], 1)
            before = (cover - dt.timedelta(days=1)).replace(day=10)
            issues.append(
                Issue(
                    magazine=self.magazine,
                    number=first + i,
                    ordinal=i + 1,
                    unit=i,
                    cover_label=f"{'/'.join(MONTHS[m - 1] for m in months)} {year}",
                    cover_year=year,
                    cover_month=months[0],
                    pull_at=dt.datetime.combine(before, dt.time(17), ZONE),
                    mail_on=before + dt.timedelta(days=10),
                    in_home_from=before + dt.timedelta(days=17),
                    in_home_until=before + dt.timedelta(days=25),
                )
            )
        Issue.objects.bulk_create(issues)

    def issue(self, number: int) -> Any:
        from subscriptions.catalog.models import Issue

        return Issue.objects.get(magazine=self.magazine, number=number)

    def pull_before(self, number: int) -> None:
        """Mark every issue before `number` as pulled on its pull time, without copies."""
        from django.db.models import F

        from subscriptions.catalog.models import Issue

        Issue.objects.filter(magazine=self.magazine, number__lt=number, state="planned").update(
            state="pulled", pulled_at=F("pull_at")
        )

    def make_offer(
        self, *, code: str, issues: int, cents: int, kind: str = "new", ca: int = 1200, other: int = 2400, **fields: Any
    ) -> Any:
        """US postage is in the price; Canada and elsewhere pay `ca` and `other` cents of postage more."""
        from subscriptions.catalog.models import Offer, OfferPrice

        offer = Offer.objects.create(
            magazine=self.magazine,
            code=code,
            name=f"{issues} issues for ${cents / 100:.2f}",
            kind=kind,
            issues=issues,
            valid_from=dt.date(2020, 1, 1),
            **fields,
        )
        OfferPrice.objects.bulk_create(
            OfferPrice(offer=offer, zone=zone, magazine_cents=cents, postage_cents=postage)
            for zone, postage in (("us", 0), ("ca", ca), ("other", other))
        )
        return offer

    def reader(self, name: str = "Ana Field", email: str | None = None) -> Any:
        from subscriptions.readers.models import Reader

        mail = email if email is not None else f"{name.split(maxsplit=1)[0].lower()}@readers.example"
        return Reader.objects.create(name=name, email=mail)

    def address(self, reader: Any, **fields: Any) -> Any:
        from subscriptions.readers.models import Address

        values: dict[str, Any] = {
            "name": reader.name,
            "line1": "2040 N Milwaukee Ave",
            "city": "Chicago",
            "region": "IL",
            "postcode": "60647-4002",
            "country": "US",
            "zone": "us",
            "label_name": reader.name.upper()[:40],
            "label_addr1": "2040 N MILWAUKEE AVE",
            "label_city": "CHICAGO",
            "label_state": "IL",
            "label_zip5": "60647",
            "label_plus4": "4002",
            "entered_by": "system:test",
        }
        return Address.objects.create(reader=reader, **{**values, **fields})

    def subscription(self, reader: Any | None = None, address: Any | None = None) -> Any:
        """A subscription without terms, shipping to `address` from the beginning."""
        from subscriptions.terms.models import ShipTo, Subscription

        reader = reader or self.reader()
        subscription = Subscription.objects.create(magazine=self.magazine, reader=reader)
        ShipTo.objects.create(
            subscription=subscription, address=address or self.address(reader), entered_by="system:test"
        )
        return subscription

    def term(
        self, subscription: Any, *, first: int = 504, units: int | None = 10, cents: int = 1995, **fields: Any
    ) -> Any:
        """A term that begins with the issue numbered `first` on an unpaused clock."""
        from subscriptions.terms.models import Entry, Term

        issue = self.issue(first)
        entries = fields.pop("entries", [("bought", units)])
        term = Term.objects.create(
            subscription=subscription,
            payer=fields.pop("payer", subscription.reader),
            units=units,
            magazine_cents=cents,
            c_from=fields.pop("c_from", issue.unit),
            start_issue=issue,
            sold_on=fields.pop("sold_on", dt.date(2026, 2, 20)),
            **fields,
        )
        if units is not None:
            for kind, counted in entries:
                Entry.objects.create(term=term, kind=kind, units=counted, at=at(str(term.sold_on)), by="system:test")
        return term


@pytest.fixture
def house(db: None) -> House:
    return House()
