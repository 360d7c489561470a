"""Who is behind the references that rows keep (`staff:12`)."""

from collections.abc import Iterable

from foundation.accounts.models import User

_OTHERS = {"system": "Masthead itself", "reader": "the reader", "anonymous": "the website visitor"}


def names_of(references: Iterable[str]) -> dict[str, str]:
    """A name for each reference, in one query."""
    wanted = {reference for reference in references if reference}
    accounts = {r: int(r.partition(":")[2]) for r in wanted if _is_account(r)}
    users = User.objects.in_bulk(set(accounts.values()))
    named = {r: users[pk].get_full_name() for r, pk in accounts.items() if pk in users}
    return {r: named.get(r) or _OTHERS.get(r.partition(":")[0], r) for r in wanted}


def _is_account(reference: str) -> bool:
    kind, _, number = reference.partition(":")
    return kind in ("staff", "machine") and number.isdecimal()
