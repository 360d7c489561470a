"""The mails of renewal. Each key names the event, so that the same news is never mailed twice."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from foundation.mail.actions import make_link, queue_mail
from foundation.mail.models import OutgoingMail
from orders.checkout.actions import Cancelled
from orders.checkout.models import LineRefund
from orders.checkout.queries import gift_of, name_given, reader_as_payer_knows
from orders.checkout.rules import money
from orders.payments.models import PaymentAttempt
from orders.renewals import queries
from orders.renewals.models import Cycle, Notice
from orders.renewals.queries import Addressee
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import in_force

# The link in a notice must still work when the charge has been made.
CANCEL_LINK_LIVES = dt.timedelta(days=90)
CANCEL_PURPOSE = "cancel_auto_renew"
_INVITATIONS = {"payer": "renewal_invitation", "donor": "gift_ending_donor", "recipient": "gift_ending_recipient"}


def _payers_email(cycle: Cycle) -> str:
    payer = cycle.consent.payer
    return people.mail_address_now(payer, payer.email)


def renewal_notice(*, cycle: Cycle, number: Notice.Number, now: dt.datetime) -> OutgoingMail:
    """Needs the cycle's lock: a notice that is void is given anew, though day and amount be the same."""
    cancel_url = _cancel_url(cycle.subscription)
    context = _about(cycle) | {"number": int(number), "cancel_url": cancel_url}
    given_before = cycle.notices.filter(number=number).count()
    return queue_mail(
        key=f"cycle:{cycle.uuid}:notice:{int(number)}:{cycle.charge_on}:{cycle.amount_cents}:{given_before}",
        kind=f"renewal_notice_{int(number)}",
        to_email=_payers_email(cycle),
        template="renewal_notice",
        context=context,
        now=now,
        one_click_url=cancel_url,
    )


def receipt(*, cycle: Cycle, now: dt.datetime) -> None:
    context = _about(cycle) | {
        "order": cycle.order,
        "cancel_url": _cancel_url(cycle.subscription),
        "expire": terms.expire(in_force(cycle.subscription_id), told_on=_today(cycle.subscription, now)),
    }
    queue_mail(
        key=f"cycle:{cycle.uuid}:receipt",
        kind="charge_receipt",
        to_email=_payers_email(cycle),
        template="charge_receipt",
        context=context,
        now=now,
    )


def payment_failed(*, cycle: Cycle, attempt: PaymentAttempt, next_try_on: dt.date | None, now: dt.datetime) -> None:
    """Tells what to do, never why the bank said no: broad words only."""
    context = _about(cycle) | {
        "next_try_on": next_try_on,
        "must_confirm": attempt.state == PaymentAttempt.State.NEEDS_CUSTOMER,
        "cancel_url": _cancel_url(cycle.subscription),
        "expire": terms.expire(in_force(cycle.subscription_id), told_on=_today(cycle.subscription, now)),
    }
    queue_mail(
        key=f"attempt:{attempt.uuid}:failed",
        kind="payment_failed",
        to_email=_payers_email(cycle),
        template="payment_failed",
        context=context,
        now=now,
    )


def renewal_cancelled(*, subscription: Subscription, charge_under_way: bool, now: dt.datetime) -> None:
    payer = queries.agreed_last(subscription.pk) or subscription.reader
    if not payer.email:
        return  # A payer by post is told by the clerk who cancelled.
    queue_mail(
        key=f"subscription:{subscription.uuid}:cancelled:{now:%Y%m%dT%H%M%S}",
        kind="renewal_cancelled",
        to_email=payer.email,
        template="renewal_cancelled",
        context={
            "magazine": subscription.magazine,
            "payer_name": payer.shown_name,
            "charge_under_way": charge_under_way,
            "expire": terms.expire(subscription.pk, told_on=_today(subscription, now)),
            "manage_url": _manage_url(subscription),
        },
        now=now,
    )


def subscription_cancelled(
    *, subscription: Subscription, when: str, cancelled: Cancelled, charge_under_way: bool, now: dt.datetime
) -> None:
    """One mail to each payer, with their own money and their own last issue in it, and nobody else's."""
    payers = {refund.payer_id: refund.payer for refund in cancelled.refunds}
    for payer in (payers or _whoever_pays(subscription, cancelled)).values():
        if not payer.email:
            continue  # A payer by post is told by the clerk who cancelled.
        mine = [refund for refund in cancelled.refunds if refund.payer_id == payer.pk]
        to_other = subscription.reader_id != payer.pk
        whose = [payer.pk] if to_other else None
        expire = terms.expire(subscription.pk, told_on=_today(subscription, now), payers=whose)
        is_gift = any(term.payer_id == payer.pk and term.copy_class == Term.Class.GIFT for term in cancelled.terms)
        queue_mail(
            key=f"subscription:{subscription.uuid}:ended:{payer.pk}:{now:%Y%m%dT%H%M%S}",
            kind="subscription_cancelled",
            to_email=payer.email,
            template="subscription_cancelled",
            context={
                "magazine": subscription.magazine,
                "payer_name": payer.shown_name,
                "is_gift": is_gift,
                "recipient_name": reader_as_payer_knows(subscription, payers=[payer.pk]) if to_other else "",
                # In the hope of a renewal there is nothing left for it to go on to.
                "at_end": when == "end" and expire.units_left != 0,
                "goes_on": when == "now" and expire.units_left != 0,
                "last_issue": expire.issue,
                "back": _sum_of(mine, LineRefund.Way.REFUND),
                "held": _sum_of(mine, LineRefund.Way.CREDIT),
                "charge_under_way": charge_under_way,
                "manage_url": _gift_book_url(subscription) if is_gift else _manage_url(subscription),
            },
            now=now,
        )


def _today(subscription: Subscription, now: dt.datetime) -> dt.date:
    """A gift that is announced later is no reader's news yet."""
    return now.astimezone(subscription.magazine.zone).date()


def _whoever_pays(subscription: Subscription, cancelled: Cancelled) -> dict[int, Reader]:
    """Where no money goes back: whoever has ended what they paid for, or whoever pays for it, gifts aside. A donor need
    not hear what the recipient does with it."""
    if cancelled.only_of is not None:
        return {term.payer_id: term.payer for term in cancelled.terms}
    paid = Term.objects.filter(subscription=subscription).exclude(copy_class=Term.Class.GIFT)
    last = paid.select_related("payer").order_by("-pk").first()
    payer = last.payer if last else subscription.reader
    return {payer.pk: payer}


def _sum_of(refunds: Sequence[LineRefund], way: str) -> str:
    """As people write it; empty for none."""
    found = [refund for refund in refunds if refund.way == way]
    return money(sum(refund.cents for refund in found), found[0].currency) if found else ""


def invitation(*, term: Term, to: Addressee, effort: int, issues_left: int, now: dt.datetime) -> OutgoingMail:
    """Each in their own words: whoever pays for themselves, a donor, and whoever was given it. Never a price."""
    subscription, gift = term.subscription, gift_of(term)
    return queue_mail(
        key=f"term:{term.uuid}:effort:{effort}",
        kind=_INVITATIONS[to.role],
        to_email=to.reader.email,
        template=_INVITATIONS[to.role],
        context={
            "magazine": subscription.magazine,
            "payer_name": to.reader.shown_name,
            "to_name": name_given(gift) if gift else subscription.reader.shown_name,
            "from_name": gift.from_name if gift else "",
            "issues_left": issues_left if gift is None else _of_the_gift(term, issues_left),
            "effort": effort,
            "expire": terms.expire(subscription.pk, told_on=None if to.role == "donor" else _today(subscription, now)),
            "manage_url": _gift_book_url(subscription) if to.role == "donor" else _manage_url(subscription),
        },
        now=now,
    )


def _of_the_gift(term: Term, issues_left: int) -> int:
    """The last term comes last: what is left before it is not the gift's."""
    return issues_left if term.c_to is None else min(issues_left, term.c_to - term.c_from)


def _about(cycle: Cycle) -> dict[str, object]:
    return {
        "magazine": cycle.subscription.magazine,
        "payer_name": cycle.consent.payer.shown_name,
        "amount": money(cycle.amount_cents, cycle.currency),
        "issues": cycle.offer.issues,
        "charge_on": cycle.charge_on,
        "last_day_to_cancel": cycle.charge_on - dt.timedelta(days=1),
        "manage_url": _manage_url(cycle.subscription),
    }


def _manage_url(subscription: Subscription) -> str:
    return f"{settings.PUBLIC_URL}/{subscription.magazine.code}/my-subscription/"


def _gift_book_url(subscription: Subscription) -> str:
    return f"{settings.PUBLIC_URL}/{subscription.magazine.code}/gifts/"


def _cancel_url(subscription: Subscription) -> str:
    """One step, no sign-in: GET shows one button, POST cancels. Mail scanners that fetch it change nothing."""
    token = make_link(
        purpose=CANCEL_PURPOSE, subject=f"subscription:{subscription.uuid}", lives=CANCEL_LINK_LIVES, single_use=False
    )
    return f"{settings.PUBLIC_URL}/cancel-renewal/{token}/"
