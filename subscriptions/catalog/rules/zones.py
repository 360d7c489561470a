"""Where a copy goes, as far as its price is concerned."""

import re
from typing import Literal

PostageZone = Literal["us", "ca", "other"]

# Territories and freely associated states have US ZIP codes, and the post takes periodicals there as domestic mail.
US_BEYOND_THE_STATES = frozenset({"AS", "FM", "GU", "MH", "MP", "PR", "PW", "UM", "VI"})

_COUNTRY = re.compile(r"[A-Z]{2}")


def postage_zone(country: str) -> PostageZone:
    """The price zone of an ISO 3166 country code of two letters. Military addresses have the country US.

    :raises ValueError: when the code is not two letters; whether such a country exists is the address's question
    """
    code = country.strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise ValueError(f"A country is a code of two letters: {country!r}.")
    if code == "US" or code in US_BEYOND_THE_STATES:
        return "us"
    return "ca" if code == "CA" else "other"
