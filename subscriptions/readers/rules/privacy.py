"""Terms and words of copies and erasures."""

import datetime as dt

# US state laws give 45 days; the shortest that a house of this kind meets.
DUE_WITHIN = dt.timedelta(days=45)
# So long a copy can be fetched.
FILE_KEPT_FOR = dt.timedelta(days=30)

# What stands where a person stood.
NAME = "Erased reader"
STREET = "erased"
EMAIL_DOMAIN = "erased.invalid"


def kept_postcode(zip5: str, postcode: str) -> str:
    """Three digits: what sales tax and postal statistics are kept by, and nobody is found by."""
    return (zip5 or postcode.replace(" ", ""))[:3]
