import re
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subscriptions.readers.rules.address import TypedAddress, check, label_form

BLANK = {
    "company": "", "attn": "", "addr2": "", "urb": "", "state": "", "zip5": "", "plus4": "", "dpc": "",
    "postcode": "", "country": "",
}  # fmt: skip


def typed(line1, line2="", last_line=("Chicago", "IL", "60647"), country="US", **more):
    city, region, postcode = last_line
    return TypedAddress(
        **{
            "name": "Jane Q. Subscriber",
            "line1": line1,
            "line2": line2,
            "city": city,
            "region": region,
            "postcode": postcode,
            "country": country,
            **more,
        }
    )


FIXTURES = [
    pytest.param(
        typed("2040 North Milwaukee Avenue", "Floor 2", ("Chicago", "Illinois", "60647-4002")),
        {"addr1": "2040 N MILWAUKEE AVE FL 2", "city": "CHICAGO", "state": "IL", "zip5": "60647", "plus4": "4002"},
        id="street with unit",
    ),
    pytest.param(
        typed("P.O. Box 1492", "", ("Ames", "IA", "50010")),
        {"addr1": "PO BOX 1492", "city": "AMES", "state": "IA", "zip5": "50010"},
        id="PO box",
    ),
    pytest.param(
        typed("Rural Route 2, Box 152", "", ("Ames", "IA", "50010")),
        {"addr1": "RR 2 BOX 152", "city": "AMES", "state": "IA", "zip5": "50010"},
        id="rural route",
    ),
    pytest.param(
        typed("H.C. 68 Box 23A", "", ("Yanush", "OK", "74574")),
        {"addr1": "HC 68 BOX 23A", "city": "YANUSH", "state": "OK", "zip5": "74574"},
        id="highway contract",
    ),
    pytest.param(
        typed("PSC 802, Box 74", "", ("APO", "AE", "09499-0074")),
        {"addr1": "PSC 802 BOX 74", "city": "APO", "state": "AE", "zip5": "09499", "plus4": "0074"},
        id="APO",
    ),
    pytest.param(
        typed("Unit 45013 Box 2666", "USS Nimitz", ("FPO", "AP", "96350")),
        {"addr1": "UNIT 45013 BOX 2666", "addr2": "USS NIMITZ", "city": "FPO", "state": "AP", "zip5": "96350"},
        id="FPO ship",
    ),
    pytest.param(
        typed("Unit 8400 Box 0000", "", ("DPO", "Armed Forces (AE)", "09498")),
        {"addr1": "UNIT 8400 BOX 0000", "city": "DPO", "state": "AE", "zip5": "09498"},
        id="DPO",
    ),
    pytest.param(
        typed("Urb. Las Gladiolas", "150 Calle A", ("San Juan", "PR", "00926-3232")),
        {
            "addr1": "150 CALLE A",
            "urb": "URB LAS GLADIOLAS",
            "city": "SAN JUAN",
            "state": "PR",
            "zip5": "00926",
            "plus4": "3232",
        },
        id="Puerto Rico with its urbanization",
    ),
    pytest.param(
        typed("150 Calle A", "Urbanización Las Gladiolas", ("San Juan", "", "00926"), "PR"),
        {"addr1": "150 CALLE A", "urb": "URB LAS GLADIOLAS", "city": "SAN JUAN", "state": "PR", "zip5": "00926"},
        id="Puerto Rico as a country",
    ),
    pytest.param(
        typed("123 Main Street #4B"),
        {"addr1": "123 MAIN ST # 4B", "city": "CHICAGO", "state": "IL", "zip5": "60647"},
        id="number sign",
    ),
    pytest.param(
        typed("22112 El Paseo", "", ("Rancho Santa Margarita", "CA", "92688")),
        {"addr1": "22112 EL PASEO", "city": "RANCHO SANTA MARGARITA", "state": "CA", "zip5": "92688"},
        id="long city",
    ),
    pytest.param(
        typed("500 Cañon Way", "", ("Española", "NM", "87532"), name="Zoë Łukasz-Müßig"),
        {
            "name": "ZOE LUKASZ-MUSSIG",
            "addr1": "500 CANON WAY",
            "city": "ESPANOLA",
            "state": "NM",
            "zip5": "87532",
        },
        id="accents",
    ),
    pytest.param(
        typed("111 Wellington St.", "Apt 4", ("Ottawa", "Ontario", "k1a0b1"), "CA", name="Marc-André Roy"),
        {
            "name": "MARC-ANDRE ROY",
            "addr1": "111 WELLINGTON ST.",
            "addr2": "APT 4",
            "city": "OTTAWA",
            "state": "ON",
            "postcode": "K1A 0B1",
            "country": "CANADA",
        },
        id="Canada",
    ),
    pytest.param(
        typed("Flat 3", "10 Downing Street", ("London", "", "sw1a2aa"), "GB", name="Nell Ward"),
        {
            "name": "NELL WARD",
            "addr1": "10 DOWNING STREET",
            "addr2": "FLAT 3",
            "city": "LONDON",
            "postcode": "SW1A 2AA",
            "country": "UNITED KINGDOM",
        },
        id="Great Britain keeps the order of the lines",
    ),
    pytest.param(
        typed("1-2-3 Jingumae", "", ("Shibuya-ku", "東京都", "150-0001"), "JP", name="Hana Mori"),
        {
            "name": "HANA MORI",
            "addr1": "1-2-3 JINGUMAE",
            "city": "SHIBUYA-KU TOKYO",
            "postcode": "150-0001",
            "country": "JAPAN",
        },
        id="Japan in Latin letters",
    ),
    pytest.param(
        typed("5 George St", "", ("Sydney", "New South Wales", "2000"), "AU", name="Kit Lee"),
        {"name": "KIT LEE", "addr1": "5 GEORGE ST", "city": "SYDNEY NSW", "postcode": "2000", "country": "AUSTRALIA"},
        id="Australia prints its state behind the city",
    ),
    pytest.param(
        typed("1 Raffles Place", "", ("", "", "048616"), "SG", name="Kit Lee"),
        {
            "name": "KIT LEE",
            "addr1": "1 RAFFLES PLACE",
            "city": "SINGAPORE",
            "postcode": "048616",
            "country": "SINGAPORE",
        },
        id="a country without a city",
    ),
]


@pytest.mark.parametrize(("address", "label"), FIXTURES)
def test_an_address_is_printed_in_the_publishers_form(address, label):
    assert asdict(label_form(address)) == BLANK | {"name": "JANE Q SUBSCRIBER"} | label
    assert check(address).errors == {}


def test_a_region_too_long_for_the_label_is_left_to_the_postcode():
    port_blair = typed("7 Aberdeen Bazar", "", ("Port Blair", "Andaman and Nicobar Islands", "744101"), "IN")

    assert label_form(port_blair).city == "PORT BLAIR"
    assert [doubt.code for doubt in check(port_blair).warnings["region"]] == ["region_not_printed"]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("123 North Avenue", "123 NORTH AVE"),
        ("350 Bay Drive West", "350 BAY DR W"),
        ("100 5th Avenue South", "100 5TH AVE S"),
        ("301 West End Avenue", "301 WEST END AVE"),
        ("1 Avenue of the Americas", "1 AVENUE OF THE AMERICAS"),
        ("12 The Point", "12 THE POINT"),
        ("7 Avenue E", "7 AVENUE E"),
        ("9 Court Street", "9 COURT ST"),
        ("4 St. Paul St., Apartment 2-B", "4 ST PAUL ST APT 2-B"),
        ("4 Elm Court Suite #200", "4 ELM CT STE 200"),
        ("4 Elm Court Unit C", "4 ELM CT UNIT C"),
        ("39.2 Road", "39.2 ROAD"),
        ("123½ Main  St", "123 1/2 MAIN ST"),
        ("8 Stop Rd", "8 STOP RD"),
        ("One World Trade Center", "ONE WORLD TRADE CENTER"),
        ("POB 12", "PO BOX 12"),
        ("Post Office Box 12", "PO BOX 12"),
        ("R.R.#3 Box 12", "RR 3 BOX 12"),
        ("Highway Contract Route 4 Box 7", "HC 4 BOX 7"),
        ("CMR 1250 Box #37", "CMR 1250 BOX 37"),
        ("General Delivery", "GENERAL DELIVERY"),
        ("1200 Highway 64", "1200 HIGHWAY 64"),
    ],
)
def test_a_us_line_is_shortened_only_where_that_is_safe(line, printed):
    assert label_form(typed(line)).addr1 == printed


def test_a_unit_that_does_not_fit_behind_the_street_stands_above_it():
    label = label_form(typed("12345 Upper Saint Bartholomew Crossing", "Apartment 12B"))

    assert (label.addr1, label.addr2) == ("12345 UPPER SAINT BARTHOLOMEW XING", "APT 12B")


def test_the_delivery_line_is_the_lower_one_however_it_was_typed():
    unit_first = label_form(typed("Apt 4B", "12 Oxford Street"))
    building_first = label_form(typed("Lamont Library", "12 Oxford Street"))

    assert unit_first.addr1 == "12 OXFORD ST APT 4B"
    assert (building_first.addr1, building_first.addr2) == ("12 OXFORD ST", "LAMONT LIBRARY")


def test_a_delivery_point_is_printed_only_behind_a_zip_plus_4():
    assert label_form(typed("12 Elm St", "", ("Chicago", "IL", "606474002")), dpc="40").dpc == "40"
    assert label_form(typed("12 Elm St"), dpc="40").dpc == ""


def test_what_has_no_latin_letters_is_not_printed():
    with pytest.raises(ValueError, match="Latin"):
        label_form(typed("12 Elm St", name="Ιωάννης"))


texts = st.text(
    st.one_of(st.sampled_from("ABCdef 019#.,'-/=+@\"()éßøł½"), st.characters(max_codepoint=0x24F)), max_size=45
)


@settings(max_examples=400)
@given(texts, texts, texts, texts, st.sampled_from(["US", "PR", "CA", "GB", "JP", "DE", "SG"]))
def test_an_address_without_errors_always_has_a_label_that_fits(name, line1, line2, city, country):
    region = {"US": "IL", "CA": "ON", "JP": "Tokyo"}.get(country, "")
    postcode = {"US": "60647", "PR": "00926", "CA": "K1A 0B1", "GB": "SW1A 2AA", "JP": "150-0001", "DE": "10115"}
    address = typed(line1, line2, (city, region, postcode.get(country, "048616")), country, name=name)

    if check(address).is_good:
        label = label_form(address)
        columns = asdict(label)
        assert label.addr1
        assert label.name or label.company
        assert all(re.fullmatch(r"[ -~]*", text) and text == text.upper() for text in columns.values())
        assert all("  " not in text and text == text.strip() for text in columns.values())
        assert not any(text.startswith(("=", "+", "-", "@")) for text in columns.values())
        assert max(len(text) for text in columns.values()) <= 40
        assert len(label.city) <= 28
        assert len(label.state) <= 2
