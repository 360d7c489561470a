import pytest

from subscriptions.catalog.rules.zones import postage_zone


@pytest.mark.parametrize("country", ["US", "us", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW", "UM"])
def test_the_states_the_territories_and_the_military_pay_the_us_price(country):
    assert postage_zone(country) == "us"


def test_canada_has_its_own_price_and_everyone_else_another():
    assert postage_zone("CA") == "ca"
    assert [postage_zone(country) for country in ("GB", "DE", "JP", "MX")] == ["other"] * 4


@pytest.mark.parametrize("country", ["", "USA", "U1", "ÜS", "Canada"])
def test_a_code_of_another_shape_is_refused(country):
    with pytest.raises(ValueError, match="two letters"):
        postage_zone(country)
