"""Refunds: made, pending, failed."""

from demo.stripe_standin.engine import methods
from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.objects.charge import refund_object, transaction_object
from demo.stripe_standin.world import World


def refund(world: World, charge: Json, asked: Json) -> Json:
    """Give back ``amount`` cents of a charge, or the rest of it.

    :raises ApiFailure: more than the rest, or a charge that never succeeded
    """
    rest = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} has not succeeded.", param="charge")
    if rest == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = asked.get("amount", rest)
    if not 1 <= amount <= rest:
        raise invalid(
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge (${rest / 100:.2f})",
            param="amount",
        )
    made = refund_object(world.ids.new("re"), world.clock.now(), charge, amount, asked)
    behaviour = methods.card_behind(world, world.find("payment_method", charge["payment_method"])).refund
    made["status"] = "pending" if behaviour == "pending" else "succeeded"
    world.state.of["refund"].add(made)
    _take_from(world, charge, made)
    world.announce("refund.created", made)
    world.announce("charge.refunded", charge)
    return made


def _take_from(world: World, charge: Json, made: Json) -> None:
    charge["amount_refunded"] += made["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    booked = transaction_object(
        world.ids.new("txn"), world.clock.now(), made, amount=-made["amount"], fee=0
    )  # fmt: skip
    made["balance_transaction"] = booked["id"]
    world.state.of["balance_transaction"].add(booked)


def arrive(world: World, made: Json) -> None:
    """:raises ApiFailure: when it is not pending"""
    if made["status"] != "pending":
        raise invalid(f"Refund {made['id']} is {made['status']}.")
    made["status"] = "succeeded"
    _changed(world, made, "pending")


def fail(world: World, made: Json, reason: str) -> None:
    """The bank sends the money back, also after a success: it returns to the balance.

    :raises ApiFailure: when it has failed already
    """
    if made["status"] not in ("pending", "succeeded"):
        raise invalid(f"Refund {made['id']} is {made['status']}.")
    former, made["status"] = made["status"], "failed"
    returned = transaction_object(
        world.ids.new("txn"), world.clock.now(), made, amount=made["amount"], fee=0
    ) | {"type": "refund_failure", "reporting_category": "refund_failure"}  # fmt: skip
    world.state.of["balance_transaction"].add(returned)
    made.update(failure_reason=reason, failure_balance_transaction=returned["id"])
    charge = world.find("charge", made["charge"])
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    world.announce("refund.failed", made)
    _changed(world, made, former)


def _changed(world: World, made: Json, former: str) -> None:
    world.announce("refund.updated", made, {"status": former})
    world.announce("charge.refund.updated", made, {"status": former})
