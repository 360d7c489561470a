"""Readers by the thousand, taken over from an invented bureau in a handful of statements. Every name is made up."""

from typing import Any

from django.db import connection, transaction

from foundation import clock
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine

GIVEN = [
    "Ada",
    "Ben",
    "Cleo",
    "Dov",
    "Edie",
    "Finn",
    "Gwen",
    "Hugo",
    "Iris",
    "Jude",
    "Kaya",
    "Leo",
    "Mona",
    "Ned",
    "Olga",
    "Pete",
    "Quinn",
    "Rosa",
    "Saul",
    "Thea",
]
FAMILY = [
    "Ash",
    "Birch",
    "Cole",
    "Dale",
    "Elm",
    "Ford",
    "Glen",
    "Heath",
    "Ives",
    "Jay",
    "Kirk",
    "Lane",
    "Moss",
    "North",
    "Oaks",
    "Penn",
    "Reed",
    "Shaw",
    "Vale",
    "Wood",
]
STREETS = ["Wick", "Lamp", "Candle", "Beacon", "Ember", "Torch", "Hearth", "Tallow", "Spark", "Flint"]
# city, state, ZIP: real places, so that the checks of ZIP against state hold
PLACES = [
    ("CHICAGO", "IL", "60647"), ("PORTLAND", "OR", "97214"), ("AUSTIN", "TX", "78704"), ("DENVER", "CO", "80203"),
    ("BOSTON", "MA", "02116"), ("ATLANTA", "GA", "30307"), ("SEATTLE", "WA", "98103"), ("MADISON", "WI", "53703"),
    ("BROOKLYN", "NY", "11215"), ("OAKLAND", "CA", "94609"), ("TUCSON", "AZ", "85705"), ("ALBUQUERQUE", "NM", "87106"),
]  # fmt: skip

# One reader, address, subscription, ship-to and term per number, with 0 to 9 issues served. Every ninth is a gift,
# every 40th a free copy, every 25th on holiday for the next issue, every 60th at an address that mail came back from.
LOAD = """
create temporary table newcomer on commit drop as
select n,
       (%(given)s::text[])[1 + n %% 20] || ' ' || (%(family)s::text[])[1 + (n / 20) %% 20] || ' ' || n as name,
       (10 + n %% 989) || ' ' || (%(streets)s::text[])[1 + n %% 10] || ' St' as street,
       (%(cities)s::text[])[1 + n %% 12] as city, (%(states)s::text[])[1 + n %% 12] as state,
       (%(zips)s::text[])[1 + n %% 12] as zip, n %% 10 as served,
       case when n %% 40 = 0 then 'comp' when n %% 9 = 0 then 'gift' else 'paid' end as class
from generate_series(1, %(readers)s) n;

insert into readers_reader (id, uuid, name, company, email, phone, created_at)
select n, gen_random_uuid(), name, '', case when n %% 3 = 0 then '' else 'reader' || n || '@readers.example' end, '',
    %(now)s
from newcomer;

insert into readers_address (id, reader_id, entered_at, entered_by, source, name, company, attention, line1, line2,
    city, region, postcode, country, zone, warnings, label_name, label_company, label_attn, label_addr1, label_addr2,
    label_urb, label_city, label_state, label_zip5, label_plus4, label_dpc, label_postcode, label_country,
    undeliverable_since)
select n, n, %(now)s, 'system:demo', 'import', name, '', '', street, '', initcap(city), state, zip, 'US', 'us', '[]',
    upper(name), '', '', upper(street), '', '', city, state, zip, '', '', '', '',
    case when n %% 60 = 0 then %(today)s::date end
from newcomer;

insert into terms_subscription (id, uuid, magazine_id, reader_id, renewal, created_at)
select n, gen_random_uuid(), %(magazine)s, n, case when class = 'paid' then 'renew' else 'do_not_renew' end, %(now)s
from newcomer;

insert into terms_shipto (subscription_id, address_id, from_ordinal, until_ordinal, entered_at, entered_by)
select n, n, 0, 2147483647, %(now)s, 'system:demo' from newcomer;

insert into terms_pause (subscription_id, from_issue_id, until_issue_id, reason, note, entered_at, entered_by)
select n, %(next)s, %(after_next)s, 'vacation', '', %(now)s, 'system:demo' from newcomer where n %% 25 = 0;

insert into terms_term (id, uuid, subscription_id, payer_id, copy_class, copies, magazine_cents, postage_cents,
    currency, units, carried, bonus, credit, cut, stepped, grace, c_from, start_issue_id, settled_at, sold_on)
select n, gen_random_uuid(), n, n, class, 1, case class when 'comp' then 0 else 1995 end, 0, 'usd',
    10, served, 0, 0, 0, n %% 25 = 0, 0, %(unit)s, %(next)s, %(now)s, %(today)s
from newcomer;

insert into terms_entry (term_id, kind, units, about, at, by)
select n, 'bought', 10, 'taken over from the bureau', %(now)s, 'system:demo' from newcomer
union all
select n, 'taken_over', -served, 'served by the bureau', %(now)s, 'system:demo' from newcomer where served > 0;

select setval(pg_get_serial_sequence('readers_reader', 'id'), (select max(id) from readers_reader)),
       setval(pg_get_serial_sequence('readers_address', 'id'), (select max(id) from readers_address)),
       setval(pg_get_serial_sequence('terms_subscription', 'id'), (select max(id) from terms_subscription)),
       setval(pg_get_serial_sequence('terms_term', 'id'), (select max(id) from terms_term));
"""

LIABILITY = """
select coalesce(sum(magazine_cents - magazine_cents * carried / units), 0) from terms_term
"""


@transaction.atomic
def move_in(*, magazine: Magazine, readers: int) -> None:
    """Take `readers` people over with what they are still owed, and book that liability as one opening journal."""
    next_issue, after_next = catalog.planned_issues(magazine.pk)[:2]
    now = clock.now()
    today = clock.today(magazine.zone)
    values: dict[str, Any] = {
        "readers": readers, "given": GIVEN, "family": FAMILY, "streets": STREETS, "now": now, "today": today,
        "cities": [p[0] for p in PLACES], "states": [p[1] for p in PLACES], "zips": [p[2] for p in PLACES],
        "magazine": magazine.pk, "next": next_issue.pk, "after_next": after_next.pk, "unit": next_issue.unit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        # The driver prepares one statement at a time.
        for statement in filter(str.strip, LOAD.split(";\n")):
            cursor.execute(statement, {k: v for k, v in values.items() if f"%({k})s" in statement})
        cursor.execute(LIABILITY)
        owed = int(cursor.fetchone()[0])
    ledger.post(
        posting_key="migration:demo",
        kind="migration",
        book_date=ledger.first_open_day(today),
        currency="usd",
        lines=[
            Posting(account="3900", cents=owed, magazine=magazine.code),
            Posting(account="2100", cents=-owed, magazine=magazine.code),
        ],
        memo="Liability taken over from the bureau",
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
