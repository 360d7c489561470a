"""The believable publishing house of the demo: The Lantern, ten issues a year, and the people who work there."""

import datetime as dt
import secrets
from dataclasses import asdict, dataclass

from foundation import clock
from foundation.accounts.actions import enrol_totp
from foundation.accounts.models import ApiToken, User
from foundation.accounts.rules import Role
from foundation.actors import system
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, Magazine, Offer, OfferPrice, SourceKey
from subscriptions.newsletters.models import Newsletter

BY = system("demo")
COVERS = [[1], [2], [3], [4], [5], [6], [7, 8], [9], [10], [11, 12]]

# code, name, kind, issues, US cents, Canada postage, other postage, renews with
OFFERS = [
    ("ten-renewal", "Renew: 10 issues for $19.95", "renewal", 10, 1995, 1200, 2400, "ten-renewal"),
    ("ten-issues", "10 issues for $19.95", "new", 10, 1995, 1200, 2400, "ten-renewal"),
    ("twenty-issues", "20 issues for $34.95", "new", 20, 3495, 2400, 4800, "ten-renewal"),
    ("try-four", "Try 4 issues for $5.95", "new", 4, 595, 480, 960, "ten-renewal"),
    ("gift-ten", "Give 10 issues for $19.95", "gift", 10, 1995, 1200, 2400, ""),
]
SOURCES = [
    ("WEB", "Website", "web"),
    ("INSERT-A", "Card bound into the magazine", "insert"),
    ("MAIL-SPRING", "Spring letter", "direct_mail"),
    ("WHITE", "White mail, no code", "white_mail"),
]
STAFF = {
    Role.ADMIN: ("admin@lantern.example", "Ada Keel"),
    Role.CLERK: ("clerk@lantern.example", "Cora Bell"),
    Role.FULFILLMENT: ("fulfillment@lantern.example", "Finn Marlow"),
    Role.FINANCE: ("finance@lantern.example", "Fay Ledgerwood"),
    Role.WEBSITE: ("website@lantern.example", "lantern.example"),
}


@dataclass(frozen=True)
class Login:
    email: str
    password: str
    totp_secret: str
    token: str


@dataclass(frozen=True)
class DemoHouse:
    magazine: Magazine
    logins: dict[str, Login]

    def users(self) -> dict[str, dict[str, str]]:
        return {role: asdict(login) for role, login in self.logins.items()}


def furnish() -> DemoHouse:
    """Magazine, calendar, offers, sources, newsletter and staff, in an empty database."""
    magazine = _magazine()
    _calendar(magazine)
    _offers(magazine)
    for code, name, channel in SOURCES:
        SourceKey.objects.create(code=code, name=name, channel=channel)
    Newsletter.objects.create(
        slug="weekend",
        name="The Lantern Weekend",
        description="Three good reads, every Saturday morning.",
        consent_text="Yes, send me The Lantern Weekend by e-mail every Saturday. I can leave with one click any time.",
    )
    return DemoHouse(magazine=magazine, logins={role.value: _staff(role) for role in STAFF})


def _magazine() -> Magazine:
    return Magazine.objects.create(
        code="lantern",
        label_code="LAN",
        name="The Lantern",
        publisher="Lantern House, a nonprofit publisher",
        contact_email="care@lantern.example",
        contact_phone="1-555-0100",
        contact_address="12 Wick Street, Springfield, IL 62701",
        issn="2049-3630",
        usps_number="0123456",
        covers=COVERS,
        mailer_id="901234567",
        service_type="045",
        grace_issues=0,
        invite_at_issues_left=[3, 1, 0],
    )


def _calendar(magazine: Magazine) -> None:
    """From last year on; what has been pulled by now went out before Masthead took over."""
    now = clock.now()
    catalog.lay_out(
        magazine_id=magazine.pk, first_number=501, first_year=clock.today(magazine.zone).year, years=3, by=BY
    )
    for issue in Issue.objects.filter(magazine=magazine, pull_at__lte=now).order_by("ordinal"):
        catalog.mark_pulled(issue_id=issue.pk, now=issue.pull_at)
        catalog.mark_mailed(issue_id=issue.pk, mailed_on=min(issue.mail_on, clock.today(magazine.zone)))


def _offers(magazine: Magazine) -> None:
    for code, name, kind, issues, us, ca, other, renews_with in OFFERS:
        offer = Offer.objects.create(
            magazine=magazine,
            code=code,
            name=name,
            kind=kind,
            issues=issues,
            valid_from=clock.today(magazine.zone) - dt.timedelta(days=365),
            is_public=kind == "new",
        )
        if renews_with:
            offer.renews_with = Offer.objects.get(code=renews_with)
            offer.save(update_fields=["renews_with"])
        for zone, postage in (("us", 0), ("ca", ca), ("other", other)):
            OfferPrice.objects.create(offer=offer, zone=zone, magazine_cents=us, postage_cents=postage)


def _staff(role: Role) -> Login:
    """An account with a password and a second factor made for this demo only."""
    email, name = STAFF[role]
    password = f"{secrets.choice(['lamp', 'wick', 'flame', 'glow'])}-{secrets.token_urlsafe(9)}"
    user = User.objects.create_user(email, password, role=role.value, name=name)
    secret = enrol_totp(user)
    return Login(email=email, password=password, totp_secret=secret, token=ApiToken.issue(user=user, label="demo"))
