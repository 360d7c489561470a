"""Two people, or two windows, with one code: on real connections one of them wins."""

from foundation.actors import ANONYMOUS
from orders.checkout import actions, queries
from orders.checkout.rules import Person
from orders.ledger.queries import balance
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Term
from tests.gifts import address, code_for, given
from tests.own_database import at_once
from tests.shop import Shop


def test_of_four_who_redeem_one_code_at_once_one_wins(committed_shop: Shop):
    shop = committed_shop
    code = shop.sells(given(code_for("Ana Field"))).lines.get().gift_code
    letters = queries.code_of(code)

    def redeem(name: str):
        return actions.redeem_code(
            code=letters, recipient=Person(name), address=address(name), by=ANONYMOUS, now=shop.now
        )

    names = ["Ana Field", "Cleo Reed", "Dan Hope", "Eve Lark"]
    outcomes = at_once(*[lambda name=name: redeem(name) for name in names])

    won = [outcome for outcome in outcomes if isinstance(outcome, actions.Redeemed)]
    assert len(won) == 1
    assert [type(other) for other in outcomes if other not in won] == [actions.GiftCodeIsUsed] * 3
    assert Term.objects.count() == 1
    assert (balance("2105"), balance("2100")) == (0, -19_95)
    assert set(Reader.objects.values_list("name", flat=True)) == {"Ben Moss", won[0].line.recipient.name}


def test_a_code_that_is_replaced_while_it_is_redeemed_is_dead_or_used(committed_shop: Shop):
    shop = committed_shop
    code = shop.sells(given(code_for("Ana Field"))).lines.get().gift_code
    letters = queries.code_of(code)

    outcomes = at_once(
        lambda: actions.redeem_code(
            code=letters, recipient=Person("Ana Field"), address=address("Ana Field"), by=ANONYMOUS, now=shop.now
        ),
        lambda: actions.replace_code(code_id=code.pk, by=ANONYMOUS, now=shop.now),
    )

    redeemed, replaced = outcomes
    if isinstance(redeemed, actions.Redeemed):
        assert isinstance(replaced, actions.GiftCodeIsUsed)
    else:
        assert isinstance(redeemed, queries.GiftCodeUnknown)
    assert Term.objects.count() == int(isinstance(redeemed, actions.Redeemed))
