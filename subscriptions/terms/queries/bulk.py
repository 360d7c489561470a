"""Whom a bulk change reaches: everyone who is owed an issue from there on, or was owed one, by where it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import connection
from psycopg import sql

from subscriptions.catalog.models import Issue


@dataclass(frozen=True, slots=True)
class Where:
    """Countries (CA), states of the US (FL) and first three digits of US ZIP codes (606): any of them; all if none.

    :raises ValueError: for anything that is no such code
    """

    countries: Sequence[str] = ()
    states: Sequence[str] = ()
    zip3: Sequence[str] = ()

    def __post_init__(self) -> None:
        letters = [*self.countries, *self.states]
        if any(len(code) != 2 or not code.isascii() or not code.isupper() for code in letters):
            raise ValueError("A country or state is a code of two capitals: CA, FL.")
        if any(len(code) != 3 or not code.isascii() or not code.isdecimal() for code in self.zip3):
            raise ValueError("A ZIP area is the first three digits of a ZIP code: 606.")

    @property
    def is_everywhere(self) -> bool:
        return not (self.countries or self.states or self.zip3)

    def as_criteria(self) -> dict[str, list[str]]:
        """In one order, so that the same places are the same criteria."""
        return {name: sorted(set(codes)) for name, codes in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """How many subscriptions a bulk hold reaches, and where: `places` maps `US IL` or `CA` to their number."""

    subscriptions: int
    places: Mapping[str, int]


def preview_bulk_hold(*, from_issue: Issue, where: Where) -> BulkPreview:
    """What `bulk_hold` would do now."""
    return _counted(reached_by(from_issue=from_issue, where=where))


def preview_bulk_extension(*, issue: Issue, where: Where) -> BulkPreview:
    """Whom `bulk_extend` would reach now; who has no end, or has that copy given back already, is among them."""
    return _counted(entitled_to(issue=issue, where=where))


def _counted(reached: sql.Composed) -> BulkPreview:
    counted = sql.SQL(
        "SELECT concat_ws(' ', country, nullif(state, '')), count(*) FROM ({}) reached GROUP BY 1 ORDER BY 2 DESC, 1"
    ).format(reached)
    with connection.cursor() as cursor:
        cursor.execute(counted)
        places = dict(cursor.fetchall())
    return BulkPreview(sum(places.values()), places)


def reached_by(*, from_issue: Issue, where: Where) -> sql.Composed:
    """The subscriptions with the place that the issue would go to; every value is in the text."""
    return _there(_OWED, issue=from_issue, where=where)


def entitled_to(*, issue: Issue, where: Where) -> sql.Composed:
    """The subscriptions that a term entitled to the issue, grace and what is free for ever left out, with the place
    that it went to."""
    return _there(_ENTITLED, issue=issue, where=where)


def _there(whom: str, *, issue: Issue, where: Where) -> sql.Composed:
    return sql.SQL(whom + _PLACES).format(
        magazine=sql.Literal(issue.magazine_id),
        issue=sql.Literal(issue.pk),
        ordinal=sql.Literal(issue.ordinal),
        unit=sql.Literal(issue.unit),
        weight=sql.Literal(issue.weight),
        pulled_at=sql.Literal(issue.pulled_at) + sql.SQL("::timestamptz"),
        everywhere=sql.Literal(where.is_everywhere),
        countries=_codes(where.countries),
        states=_codes(where.states),
        zip3=_codes(where.zip3),
    )


def _codes(codes: Sequence[str]) -> sql.Composed:
    return sql.Literal(list(codes)) + sql.SQL("::text[]")


# Owed: a term that has not ended by then on the subscription's own clock, its grace included.
_OWED = """
  with whom as materialized (
    select distinct t.subscription_id
      from terms_term t
      join terms_subscription s on s.id = t.subscription_id
      left join skip_at({magazine}, {ordinal}) k on k.subscription_id = t.subscription_id
     where s.magazine_id = {magazine} and t.ended_on is null
       and (t.c_to is null or t.c_to + t.grace > {unit} - coalesce(k.units, 0)))
"""
# Entitled: a term that covers the issue, which no pause held back. A special stands on the clock where the next issue
# does: who ordered after it was pulled was not sent it, unless the term goes on with one that was there then.
_ENTITLED = """
  with whom as materialized (
    select distinct t.subscription_id
      from terms_term t
      join terms_subscription s on s.id = t.subscription_id
      left join skip_at({magazine}, {ordinal}) k on k.subscription_id = t.subscription_id
     where s.magazine_id = {magazine} and not coalesce(k.paused, false)
       and t.c_from <= {unit} - coalesce(k.units, 0) and t.c_to > {unit} - coalesce(k.units, 0)
       and not exists (select from catalog_issue pin where pin.id = t.pin_issue_id and pin.ordinal > {ordinal})
       and ({weight} > 0
            or not exists (select from catalog_issue first
                            where first.id = t.reachable_issue_id and first.ordinal > {ordinal})
            or exists (select from terms_term old
                        where old.id = t.split_from_id and old.ended_at > {pulled_at}
                          and not exists (select from catalog_issue first
                                           where first.id = old.reachable_issue_id and first.ordinal > {ordinal}))))
"""
_PLACES = """
  select whom.subscription_id, coalesce(a.country, '') as country,
         case when a.country = 'US' then a.label_state else '' end as state
    from whom
    left join terms_awayissue away on away.issue_id = {issue} and away.subscription_id = whom.subscription_id
    left join terms_shipto st on st.subscription_id = whom.subscription_id
                             and st.from_ordinal <= {ordinal} and st.until_ordinal > {ordinal}
    left join readers_address a on a.id = coalesce(away.address_id, st.address_id)
   where {everywhere} or a.country = any({countries})
      or (a.country = 'US' and (a.label_state = any({states}) or left(a.label_zip5, 3) = any({zip3})))
"""
