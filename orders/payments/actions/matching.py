"""Whose payment is it: by the ids that we know, or by our metadata at Stripe."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from orders.payments.actions.ticking import Claim
from orders.payments.errors import StripeObjectIsMissing
from orders.payments.models import PaymentAttempt
from orders.payments.rules.outcomes import Outcome
from orders.payments.stripe_gateway import Gateway

PAYMENT_OBJECTS = ("cs_", "pi_", "ch_", "py_")
Groups = dict[int, list[Claim]]


@dataclass(frozen=True, slots=True)
class Owner:
    """What Stripe's metadata says of an object: the attempt's uuid (empty: not ours), and how the payment stands."""

    attempt_uuid: str
    payment_id: str = ""
    outcome: Outcome | None = None


NOBODY = Owner("")


def group_by_attempt(claims: Iterable[Claim]) -> tuple[Groups, list[Claim]]:
    """Claims whose object an attempt carries, by the attempt's id; and the rest."""
    claims = list(claims)
    ids = {claim.object_id for claim in claims}
    rows = PaymentAttempt.objects.filter(
        Q(checkout_session_id__in=ids) | Q(payment_intent_id__in=ids) | Q(charge_id__in=ids)
    ).values_list("pk", "checkout_session_id", "payment_intent_id", "charge_id")
    attempt_of = {object_id: row[0] for row in rows for object_id in row[1:] if object_id}
    groups: Groups = defaultdict(list)
    rest = []
    for claim in claims:
        if claim.object_id in attempt_of:
            groups[attempt_of[claim.object_id]].append(claim)
        else:
            rest.append(claim)
    return dict(groups), rest


def ask_owner(stripe: Gateway, object_id: str) -> Owner | Exception:
    """Look the object up at Stripe. Runs in a thread: no database here. What went wrong is handed back, so that the
    others go on."""
    try:
        if object_id.startswith("cs_"):
            page = stripe.get_checkout(object_id)
            return Owner(page.attempt_uuid, page.payment_id)
        if object_id.startswith("pi_"):
            payment = stripe.get_payment(object_id)
            return Owner(payment.attempt_uuid, payment.payment_id, payment.outcome)
        charge = stripe.get_charge(object_id)
        return Owner(charge.attempt_uuid, charge.payment_id)
    except StripeObjectIsMissing:
        return NOBODY
    except Exception as error:
        return error
