"""Charges and the money they move."""

from demo.stripe_standin.cards import Decline
from demo.stripe_standin.failures import Json
from demo.stripe_standin.objects.charge import charge_object, fee_of, transaction_object
from demo.stripe_standin.world import World


def make_charge(world: World, intent: Json, method: Json, decline: Decline | None = None) -> Json:
    """A charge, succeeded or failed by the decline, and the intent's latest."""
    charge = charge_object(world.ids.new("ch"), world.clock.now(), intent, method, decline)
    if method["customer"] is None and intent["customer"]:
        charge["customer"] = intent["customer"]
    intent["latest_charge"] = charge["id"]
    return world.state.of["charge"].add(charge)


def settle(world: World, charge: Json) -> Json:
    """Book the charge on the balance: 2.9 % + 30 cents are taken off. Announces charge.updated."""
    transaction = transaction_object(
        world.ids.new("txn"), world.clock.now(), charge, amount=charge["amount"], fee=fee_of(charge["amount"])
    )
    charge["balance_transaction"] = transaction["id"]
    world.state.of["balance_transaction"].add(transaction)
    return transaction


def announce_settled(world: World, charge: Json) -> None:
    world.announce("charge.updated", charge, {"balance_transaction": None})
