"""What the network and the server do to a request: modes 12 to 21 of the list of failures."""

from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any

import pytest
import stripe

from demo.stripe_standin.testing import Standin, pays_now_then
from tests.demo.stripe_standin.shop import Shop

INTENTS = "/v1/payment_intents"
DAY = 24 * 60 * 60


@pytest.fixture
def patient(standin: Standin, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop with a client that retries twice, and does not wait long in between."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.02)
    shop.client = standin.client(retries=2)
    return shop


def charges_of_renewals(standin: Standin) -> int:
    """Without the first one, which was paid at the checkout."""
    return int(standin.stats()["charges"]) - 1


def test_too_many_requests_ends_the_call(standin: Standin, patient: Shop) -> None:
    customer, method = patient.bought()
    standin.fault("rate_limit", path=INTENTS)

    with pytest.raises(stripe.RateLimitError) as refused:
        patient.renew(customer, method)

    assert code(refused) == "rate_limit"
    assert charges_of_renewals(standin) == 0


def test_too_many_requests_is_retried_when_stripe_says_so(standin: Standin, patient: Shop) -> None:
    customer, method = patient.bought()
    standin.fault("rate_limit", path=INTENTS, should_retry=True)

    assert patient.renew(customer, method).status == "succeeded"
    assert charges_of_renewals(standin) == 1


def test_a_set_rate_is_held_and_not_remembered_under_the_key(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.control("rate_limit", {"per_second": 1})
    shop.client.v1.customers.retrieve(customer)

    with pytest.raises(stripe.RateLimitError):
        shop.renew(customer, method, key="k1")
    standin.control("rate_limit", {"per_second": None})

    assert shop.renew(customer, method, key="k1").status == "succeeded"
    assert standin.stats()["rate_limited"] == 1


def test_a_500_is_remembered_under_its_key(standin: Standin, patient: Shop) -> None:
    customer, method = patient.bought()
    standin.fault("server_error", path=INTENTS)

    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            patient.renew(customer, method, key="k1")
        assert broken.value.http_status == 500

    assert (broken.value.headers or {})["Idempotent-Replayed"] == "true"
    assert charges_of_renewals(standin) == 0


def test_a_500_can_hide_a_success(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.fault("server_error", path=INTENTS, executed=True)

    with pytest.raises(stripe.APIError):
        shop.renew(customer, method, key="k1")

    assert charges_of_renewals(standin) == 1


@pytest.mark.parametrize("fault", ["unavailable", "cut_before", "cut_after"])
def test_the_client_heals_a_503_and_a_cut_by_itself(standin: Standin, patient: Shop, fault: str) -> None:
    customer, method = patient.bought()
    standin.fault(fault, path=INTENTS)

    assert patient.renew(customer, method).status == "succeeded"
    assert charges_of_renewals(standin) == 1
    assert standin.stats()["idempotent_replays"] == (1 if fault == "cut_after" else 0)


@pytest.mark.parametrize(("fault", "charged"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_leaves_the_outcome_unknown_to_a_client_that_does_not_retry(
    standin: Standin, shop: Shop, fault: str, charged: int
) -> None:
    customer, method = shop.bought()
    standin.fault(fault, path=INTENTS)

    with pytest.raises(stripe.APIConnectionError):
        shop.renew(customer, method, key="k1")

    assert charges_of_renewals(standin) == charged
    assert shop.renew(customer, method, key="k1").status == "succeeded"
    assert charges_of_renewals(standin) == 1


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after"])
def test_the_answer_comes_too_late_and_the_charge_stands(standin: Standin, shop: Shop, fault: str) -> None:
    customer, method = shop.bought()
    standin.fault(fault, path=INTENTS, seconds=0.6)
    patient, shop.client = shop.client, standin.client(timeout=0.2)

    with pytest.raises(stripe.APIConnectionError):
        shop.renew(customer, method, key="k1")
    shop.client = patient
    eventually(lambda: charges_of_renewals(standin) == 1)

    assert shop.renew(customer, method, key="k1").last_response.headers["Idempotent-Replayed"] == "true"
    assert charges_of_renewals(standin) == 1


@pytest.mark.parametrize(("executed", "charged"), [(True, 1), (False, 0)])
def test_a_200_with_html_tells_nothing(standin: Standin, shop: Shop, executed: bool, charged: int) -> None:
    customer, method = shop.bought()
    standin.fault("html", path=INTENTS, executed=executed)

    with pytest.raises(stripe.APIError) as garbage:
        shop.renew(customer, method, key="k1")

    assert garbage.value.http_status == 200
    assert charges_of_renewals(standin) == charged


def test_the_same_key_at_the_same_time_is_in_use(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    standin.fault("timeout_before", path=INTENTS, seconds=0.6)
    first = Thread(target=shop.renew, args=(customer, method), kwargs={"key": "k1"})
    first.start()
    eventually(lambda: len(standin.requests(idempotency_key="k1")) == 1)

    with pytest.raises(stripe.APIError) as refused:
        shop.renew(customer, method, key="k1")
    first.join()

    assert (refused.value.http_status, code(refused)) == (409, "idempotency_key_in_use")
    assert charges_of_renewals(standin) == 1


def test_the_same_key_and_parameters_give_the_same_answer(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()

    first, second = (shop.renew(customer, method, key="k1") for _ in range(2))

    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id
    assert charges_of_renewals(standin) == 1


def test_the_same_key_with_other_parameters_is_refused(shop: Shop) -> None:
    customer, method = shop.bought()
    shop.renew(customer, method, key="k1")

    with pytest.raises(stripe.IdempotencyError) as refused:
        shop.renew(customer, method, key="k1", amount=2995)

    assert refused.value.http_status == 400


def test_a_decline_is_remembered_under_its_key(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought(pays_now_then("insufficient_funds"))

    first, second = (shop.declined(customer, method, key="k1") for _ in range(2))

    assert first.charge == second.charge
    assert standin.stats()["failed_charges"] == 1


def test_a_wrong_parameter_is_not_remembered_under_its_key(shop: Shop) -> None:
    customer, method = shop.bought()
    with pytest.raises(stripe.InvalidRequestError):
        shop.renew(customer, method, key="k1", amount=1)

    assert shop.renew(customer, method, key="k1").status == "succeeded"


def test_a_key_is_forgotten_after_a_day(standin: Standin, shop: Shop) -> None:
    customer, method = shop.bought()
    first = shop.renew(customer, method, key="k1")
    standin.advance(DAY - 60)
    assert shop.renew(customer, method, key="k1").id == first.id
    standin.advance(120)

    assert shop.renew(customer, method, key="k1").id != first.id
    assert charges_of_renewals(standin) == 2


def test_a_fault_strikes_only_what_it_names_and_only_so_often(standin: Standin, shop: Shop) -> None:
    standin.fault("unavailable", method="GET", path="/v1/customers*", skip=1, times=2)
    answers: list[Any] = []

    shop.customer()
    for _ in range(4):
        answers.append(outcome(shop.client.v1.customers.list))

    assert answers == [200, 503, 503, 200]


def code(refused: Any) -> str:
    """The SDK sets ``code`` on the exception itself for some classes only."""
    return str(refused.value.error.code)


def outcome(call: Callable[[], Any]) -> int:
    try:
        call()
    except stripe.APIError as broken:
        return int(broken.http_status or 0)
    return 200


def eventually(happens: Callable[[], bool], tries: int = 3_000) -> None:
    for _ in range(tries):
        if happens():
            return
        sleep(0.02)
    raise AssertionError("It did not happen.")
