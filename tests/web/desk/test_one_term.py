import pytest

from foundation.mail.models import OutgoingMail
from subscriptions.terms import queries
from subscriptions.terms.actions import merge_lines
from subscriptions.terms.models import Subscription
from tests.orders.revenue.printing import post_sale
from tests.signin import signed_in
from tests.subscriptions.fulfillment.runs import PAT
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


def test_a_gift_that_waits_is_ended_alone(desk_house: DeskHouse) -> None:
    cora, ana, ben = signed_in("clerk"), desk_house.ana, desk_house.ben
    own = desk_house.subscription.terms.get()
    gift = desk_house.house.term(desk_house.subscription, first=504, c_from=own.c_to, payer=ben, copy_class="gift")
    post_sale(gift)
    at, everything = url("cancel_term", gift.uuid), url("cancel_subscription", desk_house.subscription.uuid)

    assert "Now ends all of it, what is queued too" in asks(cora, everything)
    page = asks(cora, at)
    assert f"$19.95 goes back to {ben.shown_name}." in page
    assert f"{ana.shown_name} pays" in page
    is_refused(cora, at, 400, reason="goodwill", money="refund")
    assert f"$19.95 goes back to {ben.shown_name}." in does(cora, at, reason="other", money="refund")

    assert [term.ended_on is None for term in desk_house.subscription.terms.order_by("pk")] == [True, False]
    [mail] = OutgoingMail.objects.filter(kind="subscription_cancelled")
    assert (mail.to_email, mail.subject) == (ben.email, "Your gift of The Lantern has ended")
    assert Subscription.objects.get(pk=desk_house.subscription.pk).renewal != "do_not_renew"
    assert "Nothing of it is left" in asks(cora, at)
    assert "Nothing is left" in is_refused(cora, at, reason="other", money="refund")


def test_a_number_that_was_keyed_wrong_is_put_right(desk_house: DeskHouse) -> None:
    cora, term = signed_in("clerk"), desk_house.subscription.terms.get()
    post_sale(term)
    at = url("correct_term", term.uuid)

    assert "what was paid stays" in asks(cora, at)
    is_refused(cora, at, 400, issues=2, because="")
    is_refused(cora, at, issues=0, because="nothing at all")
    assert "+2: put right. The last issue is " in does(cora, at, issues=2, because="keyed as ten")

    assert (
        desk_house.subscription.terms.get(ended_on__isnull=True).entries.get(kind="correction").about == "keyed as ten"
    )
    assert "Nothing of it is left" in asks(cora, at)
    page = text_of(cora.get(url("reader", desk_house.ana.pk)))
    assert "Correction: keyed as ten" in page


def test_of_two_that_were_made_one_the_clerk_is_led_to_the_other(desk_house: DeskHouse) -> None:
    cora, merged, house = signed_in("clerk"), desk_house.subscription, desk_house.house
    kept = house.subscription(desk_house.ana)
    desk_house.pause.delete()
    merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=PAT, now=NOW)

    page = cora.get(url("reader", desk_house.ana.pk)).content.decode()
    assert f'made one with <a href="#service-{kept.pk}">another one of this reader</a>' in page
    assert url("hold", kept.uuid) in page
    assert url("hold", merged.uuid) not in page
    assert "Came on from another term: merged" in page
    does(cora, url("extend", merged.uuid), issues=2, reason="goodwill")
    assert queries.expire(kept.pk).units_left == 12
