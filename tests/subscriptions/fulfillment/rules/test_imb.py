"""The four vectors of USPS-B-3200, some of USPS's own encoder cases, and periodicals from another encoder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.fulfillment.rules.imb import encode

PUBLISHED = "01234567094987654321"
VECTORS = [
    (PUBLISHED, "", "ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT"),
    (PUBLISHED, "01234", "DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT"),
    (PUBLISHED, "012345678", "ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA"),
    (PUBLISHED, "01234567891", "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA"),
    ("40120111574675115924", "621766091", "ADFFTATTAFTTFTAADTFFATDTDFDDDTTAAFDTDDDFAAFATAFDFDTDTATDDATTADADA"),
    ("40120111574675115924", "62176", "AFDDADATAFDTDTTFAATDDTDFTDDDAFTFFTDTTATFAADFTFTFFADAAFAADFFDAADDT"),
    ("40120111574675115924", "", "FAAADFDDADFFDAFDFFTFDFFFFTADFADTTTATTTADDDAFTATADDTADDDATATFFTFDD"),
    ("62789641258963214569", "42563", "DTTFAATAADFDFDTADDTFAFADAADTATDDTFATTTATDATDFDATDDDTATATAFADTDFAD"),
    ("70236987456321035987", "", "AADTDFTDDDFTFFADDFTAFFTTAATFTTFDFTDTTTAAFDATTDTDADTDFDFTAADFDTTAD"),
    ("00045901234567000001", "60647", "DAFADFTATTAFDTDDDDTFTATFTAFATFDDATADAFADDDTTADAFDTAFFTAAAADTFTTDT"),
    ("00045901234567000001", "606474002", "AAAAADDATFADFFFDFTATATDFATDFDFATADTTTATTDTAFDTADFTDDTTTTAFFTTTTTT"),
    ("00045901234567000001", "60647400240", "FDFADDDDADDTAAFTTFDFDFAFADDAFTFFTFFFATDAFATFAFTTDFATDDFAADFTDFAFT"),
    ("20045901234567000001", "60647400240", "TADTTTAFDFAAFAFTATFFTTFADAADDAADTDTFFFFDAATAAFFTADDFAFAADFFTTDFTA"),
    ("50038901234567999999", "00501", "ATTFDADTTAFTFTFTTDDAAATTTAATTTATADFAAAFADTDTFFFTFTADFTTTTFTDTDATT"),
    ("00784901234567000123", "99950", "DDTDAAAADTTFAAATDTTFFDFADDFFTDTATDFTFFTATTTADADTDFFDTATDDTFTDFFDT"),
    ("00704012345123456789", "", "DTTATTTAADFDAFDTTDDFFAAAFADDTTTDTFDFDFAAFATADFDTATTDADADAFAADDAAF"),
    ("53379777234994544928", "51135759461", "DAFDTDAFFDFTDADTDDFTTFDTATATFFFDFTTFFFTFDDTDAAFATDFTFDFDTTTDTTFDA"),
    ("82205455868913559972", "54765515722", "TTTADTFFADAFDTTFDTAADATFFFADFFTDDFFFATDADAATAAADDATFTAADFADTADADD"),
]


def fields(tracking: str, routing: str) -> dict[str, str]:
    mailer = 11 if tracking[5] != "9" else 14
    return {
        "barcode_id": tracking[:2],
        "service_type": tracking[2:5],
        "mailer_id": tracking[5:mailer],
        "serial": tracking[mailer:],
        "routing": routing,
    }


@pytest.mark.parametrize(("tracking", "routing", "bars"), VECTORS)
def test_every_published_vector_has_its_bars(tracking, routing, bars):
    assert encode(**fields(tracking, routing)) == bars


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"serial": "000"}, "serial number has 6 digits"),
        ({"serial": "000000001"}, "serial number has 6 digits"),
        ({"mailer_id": "012345"}, "serial number has 9 digits"),
        ({"mailer_id": "X01234567"}, "mailer ID has 6 or 9 digits"),
        ({"mailer_id": "801234567"}, "begins with 9"),
        ({"mailer_id": "912345", "serial": "123456789"}, "begins with 9"),
        ({"barcode_id": "08"}, "0 to 4"),
        ({"barcode_id": "0"}, "barcode identifier has 2 digits"),
        ({"service_type": "45"}, "service type has 3 digits"),
        ({"routing": "53055494689272602879"}, "routing code has 0 or 5 or 9 or 11 digits"),
        ({"routing": "137655B3689"}, "routing code has"),
        ({"routing": "60647-4002"}, "routing code has"),
        ({"routing": "٦٠٦٤٧"}, "routing code has"),
        ({"routing": "60647\n"}, "routing code has"),
    ],
)
def test_what_the_barcode_cannot_carry_is_refused(change, sentence):
    piece = fields("00045901234567000001", "60647") | change

    with pytest.raises(ValueError, match=sentence):
        encode(**piece)


digits = st.characters(min_codepoint=ord("0"), max_codepoint=ord("9"))
pieces = st.fixed_dictionaries(
    {
        "barcode_id": st.from_regex(r"[0-9][0-4]", fullmatch=True),
        "service_type": st.from_regex(r"[0-9]{3}", fullmatch=True),
        "mailer_id": st.from_regex(r"9[0-9]{8}", fullmatch=True),
        "serial": st.from_regex(r"[0-9]{6}", fullmatch=True),
        "routing": st.from_regex(r"([0-9]{5}|[0-9]{9}|[0-9]{11})?", fullmatch=True),
    }
)


@given(pieces, st.data())
def test_any_piece_has_65_bars_and_another_digit_changes_them(piece, data):
    bars = encode(**piece)
    field = data.draw(st.sampled_from(["service_type", "serial", "routing"]).filter(lambda name: piece[name]))
    place = data.draw(st.integers(0, len(piece[field]) - 1))
    other = data.draw(digits.filter(lambda digit: digit != piece[field][place]))

    changed = piece | {field: piece[field][:place] + other + piece[field][place + 1 :]}

    assert len(bars) == 65
    assert set(bars) <= set("FADT")
    assert encode(**changed) != bars
