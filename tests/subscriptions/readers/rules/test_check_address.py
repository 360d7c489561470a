from dataclasses import replace

import pytest

from subscriptions.readers.rules.address import TypedAddress, check

GOOD = TypedAddress(
    name="Jane Q. Subscriber",
    line1="2040 N Milwaukee Ave",
    city="Chicago",
    region="IL",
    postcode="60647-4002",
    country="US",
)
OTTAWA = replace(GOOD, line1="111 Wellington St", city="Ottawa", region="ON", postcode="K1A 0B1", country="CA")
LONDON = replace(GOOD, line1="10 Downing Street", city="London", region="", postcode="SW1A 2AA", country="GB")


def codes(problems):
    return {field: [problem.code for problem in found] for field, found in problems.items()}


@pytest.mark.parametrize("address", [GOOD, OTTAWA, LONDON, replace(GOOD, name="", company="Elm Press")])
def test_a_good_address_has_neither_errors_nor_warnings(address):
    assert (check(address).errors, check(address).warnings) == ({}, {})


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        (replace(GOOD, name="", company=" "), {"name": ["required"]}),
        (replace(GOOD, line1=""), {"line1": ["required"]}),
        (replace(GOOD, city="", postcode=""), {"city": ["required"], "postcode": ["required"]}),
        (replace(GOOD, region=""), {"region": ["required"]}),
        (replace(GOOD, region="Ontario"), {"region": ["unknown_region"]}),
        (replace(GOOD, postcode="6064"), {"postcode": ["bad_postcode"]}),
        (replace(GOOD, postcode="60647-40"), {"postcode": ["bad_postcode"]}),
        (replace(OTTAWA, postcode="60647"), {"postcode": ["bad_postcode"]}),
        (replace(LONDON, postcode="GIR 0AA 99"), {"postcode": ["bad_postcode"]}),
        (replace(GOOD, country="XX"), {"country": ["unknown_country"]}),
        (replace(GOOD, country="ZZ"), {"country": ["unknown_country"]}),
        (replace(GOOD, country=""), {"country": ["unknown_country"]}),
        (replace(GOOD, country="../"), {"country": ["too_long"]}),
        (replace(GOOD, name="Jane\nDoe"), {"name": ["control_characters"]}),
        (replace(GOOD, line2="Apt\u202e4"), {"line2": ["control_characters"]}),
        (replace(GOOD, city="Chi\x00cago"), {"city": ["control_characters"]}),
        (replace(GOOD, name="=SUM(A1)"), {"name": ["starts_like_a_formula"]}),
        (replace(GOOD, line1=" +12 Elm St"), {"line1": ["starts_like_a_formula"]}),
        (replace(GOOD, company="@home"), {"company": ["starts_like_a_formula"]}),
        (replace(GOOD, name="\uff1dSUM(A1)"), {"name": ["starts_like_a_formula"]}),
        (replace(GOOD, name='"=SUM(A1)'), {"name": ["starts_like_a_formula"]}),
        (replace(GOOD, name="..."), {"name": ["required"]}),
        (replace(GOOD, line1=".;"), {"line1": ["required"]}),
        (replace(GOOD, name="Иван Петров"), {"name": ["no_latin_form"]}),
        (replace(GOOD, name="J" * 41), {"name": ["too_long"]}),
        (replace(GOOD, line1="1" * 81), {"line1": ["too_long"]}),
        (replace(GOOD, line2="Care of the Society for Very Long Lines of Text"), {"line2": ["too_long"]}),
        (replace(GOOD, city="C" * 29), {"city": ["too_long"]}),
    ],
)
def test_what_cannot_be_printed_or_delivered_is_an_error(address, errors):
    assert codes(check(address).errors) == errors
    assert check(address).warnings == {}


def test_every_error_is_a_sentence_without_the_card_number():
    problem = check(replace(GOOD, line2="4242 4242 4242 4242")).errors["line2"][0]

    assert problem.code == "looks_like_a_card_number"
    assert problem.sentence == "The second line looks like a card number. Do not give one here."


@pytest.mark.parametrize(
    ("address", "warnings"),
    [
        (replace(GOOD, postcode="60647"), {"postcode": ["no_zip_plus_4"]}),
        (replace(GOOD, region="NY"), {"postcode": ["zip_does_not_fit_state"]}),
        (replace(GOOD, postcode="00400-0001"), {"postcode": ["zip_not_in_use"]}),
        (replace(GOOD, city="Rancho Santa Margarita"), {"city": ["long_city"]}),
        (replace(GOOD, line2="PO Box 12"), {"line1": ["two_delivery_points"]}),
        (replace(GOOD, line1="2040 N Milwaukee Ave, PO Box 12"), {"line1": ["two_delivery_points"]}),
        (replace(GOOD, line1="Milwaukee Avenue"), {"line1": ["no_house_number"]}),
        (replace(GOOD, line1="PSC 802 Box 74", city="Ramstein", region="AE", postcode="09499-0001"),
         {"city": ["military_city"]}),
        (replace(GOOD, city="APO"), {"city": ["military_city"]}),
        (replace(OTTAWA, region="BC"), {"postcode": ["postcode_does_not_fit_region"]}),
        (replace(LONDON, region="Middlesex"), {"region": ["region_not_printed"]}),
    ],
)  # fmt: skip
def test_what_only_looks_odd_is_a_warning(address, warnings):
    assert check(address).errors == {}
    assert codes(check(address).warnings) == warnings


@pytest.mark.parametrize(("zip_code", "state"), [("06390", "NY"), ("06390", "CT"), ("02532", "MA"), ("20588", "MD")])
def test_a_prefix_that_reaches_into_two_states_fits_both(zip_code, state):
    address = replace(GOOD, postcode=f"{zip_code}-0001", region=state)

    assert check(address).warnings == {}


def test_the_check_takes_the_country_in_either_case_and_the_state_by_name():
    assert check(replace(GOOD, country="us", region="illinois")).errors == {}
    assert check(replace(OTTAWA, region="Québec", city="Gatineau", postcode="J8X 4B1")).errors == {}
