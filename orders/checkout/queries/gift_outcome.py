"""What becomes of a gift for somebody who has a subscription already, told before anything is saved (domain 4.20)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from orders.checkout.models import Gift
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription


@dataclass(frozen=True, slots=True)
class Stretch:
    """Issues that one payer has paid for: money that goes back for them goes to that payer, and to nobody else.

    `paid_by`: `recipient`, `donor` (of this gift) or `another donor`.
    """

    first_issue: Issue | None
    last_issue: Issue | None
    issues: int | None
    paid_by: str


@dataclass(frozen=True, slots=True)
class GiftOutcome:
    """What to tell before saving; `sentences` say all of it in words.

    `renewed_by`: `the recipient's card` (once `charge_after` is pulled), `the recipient`, `the donor, then the
    recipient`, or `nobody`.
    """

    meets: str
    first_issue: Issue | None
    last_issue: Issue | None
    stretches: Sequence[Stretch]
    renewed_by: str
    charge_after: Issue | None
    sentences: Sequence[str]


def gift_outcome(
    *,
    magazine_id: int,
    issues: int,
    now: dt.datetime,
    subscription_id: int | None = None,
    meets: str = Gift.Meets.QUEUE,
    start_issue_id: int | None = None,
    access_days: int | None = None,
    told_on: dt.date | None = None,
) -> GiftOutcome:
    """Which issues the gift brings, and who owns refunds and renewals of which stretch. Writes nothing.

    :param subscription_id: what the recipient has; for nobody else's eyes than the recipient's and the staff's
    :param told_on: for the recipient's eyes: nothing is said of what another gift, announced later, brings,
        and no issue is named behind it
    :raises TermNeverEnds: when it would wait behind a perpetual term
    """
    there = _what_is_there(subscription_id, now=now, told_on=told_on) if subscription_id else []
    if not issues:
        return _of_access(access_days or 0, there, meets=meets)
    joins = subscription_id if meets != Gift.Meets.PARALLEL else None
    preview = terms.preview_start(
        magazine_id=magazine_id,
        issues=issues,
        now=now,
        subscription_id=joins,
        payer_id=0,
        start_issue_id=start_issue_id,
        told_on=told_on,
    )
    own = Stretch(preview.first_issue, preview.expire_issue, issues, "donor")
    subscription = Subscription.objects.select_related("magazine").get(pk=joins) if joins else None
    charge_after = None
    if subscription is not None and subscription.renewal == Subscription.Renewal.AUTO_CHARGE:
        charge_after = terms.issue_that_would_leave(
            subscription_id=subscription.pk,
            units=subscription.magazine.renew_at_issues_left,
            more=issues,
            now=now,
            start_issue_id=start_issue_id,
        )
    renewed_by = _renewed_by(subscription, meets=meets)
    return GiftOutcome(
        meets=meets,
        first_issue=preview.first_issue,
        last_issue=preview.expire_issue,
        stretches=[*there, own],
        renewed_by=renewed_by,
        charge_after=charge_after,
        sentences=_sentences(own, there, meets=meets, renewed_by=renewed_by, charge_after=charge_after),
    )


def _of_access(days: int, there: Sequence[Stretch], *, meets: str) -> GiftOutcome:
    """Digital access alone has no issues, comes behind nothing, and is renewed by nobody."""
    said = [f"The gift brings {days} days of digital access.", "Money for it only ever goes back to the donor."]
    if there:
        said.append("What the recipient has in print stays as it is.")
    return GiftOutcome(meets, None, None, there, "nobody", None, said)


def _what_is_there(subscription_id: int, *, now: dt.datetime, told_on: dt.date | None) -> list[Stretch]:
    seen = terms.overview(subscription_id, now, told_on=told_on)
    return [
        Stretch(
            one.first_issue,
            one.last_issue,
            one.units_left,
            "recipient" if one.term.payer_id == seen.reader.pk else "another donor",
        )
        for one in seen.terms
        if one.state != "over"
    ]


def _renewed_by(subscription: Subscription | None, *, meets: str) -> str:
    if subscription is not None and subscription.renewal == Subscription.Renewal.AUTO_CHARGE:
        return "the recipient's card"
    if subscription is not None and subscription.renewal == Subscription.Renewal.DO_NOT_RENEW:
        return "nobody"
    return "the recipient" if meets == Gift.Meets.EXTENSION else "the donor, then the recipient"


def _sentences(
    own: Stretch, there: Sequence[Stretch], *, meets: str, renewed_by: str, charge_after: Issue | None
) -> list[str]:
    said = [f"The gift brings {own.issues} issues{_from_to(own)}{_how(meets, there)}."]
    said.append("Money for these issues only ever goes back to the donor.")
    if any(stretch.paid_by == "recipient" for stretch in there):
        said.append("What the recipient has paid for stays the recipient's, in issues and in money.")
    said.append(_renewal_sentence(renewed_by, charge_after))
    return said


def _from_to(stretch: Stretch) -> str:
    if stretch.first_issue is None:
        return ""
    if stretch.last_issue is None:
        return f", from {stretch.first_issue} on"
    return f", {stretch.first_issue} to {stretch.last_issue}"


def _how(meets: str, there: Sequence[Stretch]) -> str:
    if not there:
        return ""
    if meets == Gift.Meets.PARALLEL:
        return ", as copies of its own beside those that the recipient gets already"
    if meets == Gift.Meets.EXTENSION:
        return ", which lengthen the recipient's own subscription"
    return ", behind what the recipient has already"


def _renewal_sentence(renewed_by: str, charge_after: Issue | None) -> str:
    if renewed_by == "the recipient's card":
        when = f" after {charge_after} is pulled" if charge_after else ", behind everything"
        return f"The recipient's automatic renewal stays as it is and moves: the next charge comes{when}."
    if renewed_by == "nobody":
        return "The recipient does not want to renew, and the gift does not change that: it ends by itself."
    if renewed_by == "the recipient":
        return "When it runs out, the recipient is asked to renew. The donor's card is never charged for it."
    return "When it runs out, first the donor and then the recipient is asked. Nobody's card is charged by itself."
