"""What `bench.search` measures at one size, in a process of its own: each search as the API answers it. Prints JSON.

Finds its database in DATABASE_URL.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import django

EACH = 12
# What is common and what is rare among the invented readers of search.sql, and what nobody is called.
COMMON = ["smith", "johnson", "mary", "garcia", "sm", "j", "library", "salem", "o'brien", "ruth", "s", "lee"]
RARE_WITH_COMMON = ["mary {}", "{} mary", "john {}", "{} ruth", "a {}", "{}, iris", "zoe {}", "bjorn {}", "{} q",
                    "{} otto", "ida {}", "v {}"]  # fmt: skip
BOTH_COMMON = ["john smith", "smith mary", "smith, j", "m garcia", "mary j smith", "john sm", "ma sm", "public library",
               "jo le", "ana lee", "smith jr", "harbor clinic"]  # fmt: skip
STREETS = ["main st", "milwaukee", "{} main street", "smith main", "{} oak", "n lake ave chicago", "springfield smith",
           "{} n washington blvd", "church boston", "apt 12 elm", "mary 2nd salem", "{} park pl"]  # fmt: skip
NOBODY = ["xyzzy", "qq", "smith xyzzy", "00000 nobody", "mary zzz", "999 nowhere rd", "zz@nowhere",
          "john x smithereens", "9999999", "m-zzzz-zzzz", "card 0", "(000) 000-0000"]  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test import Client

    furnish()
    client = Client(headers={"Authorization": f"Bearer {_token()}", "Host": "localhost"})
    mix = list(searches(random.Random(7)))  # The same mix every time.
    for _, typed in mix[::7]:
        _ask(client, typed)
    timed = [(kind, typed, *_ask(client, typed)) for kind, typed in mix]
    print(json.dumps(timed))


# One subscription each, and an order for one reader in ten, whose number tells whose it is.
SUBSCRIBE = """
insert into terms_subscription (uuid, renewal, created_at, magazine_id, reader_id)
select gen_random_uuid(), 'renew', now(), %(magazine)s, id from readers_reader
"""
ORDER = """
insert into checkout_order
  (uuid, number, kind, payer_email, state, currency, total_cents, channel, placed_at, placed_by, closed_at, magazine_id,
   payer_id, source_key_id)
select gen_random_uuid(), 'M-' || lpad((id / 10000)::text, 4, '0') || '-' || lpad((id %% 10000)::text, 4, '0'), 'new',
       '', 'expired', 'usd', 1995, 'web', now(), 'system:bench', now(), %(magazine)s, id, %(source_key)s
  from readers_reader where id %% 10 = 0
"""


def furnish() -> None:
    """The magazine that everybody gets, and who has ordered; once per database."""
    from django.db import connection, transaction

    from subscriptions.catalog.models import Magazine, SourceKey

    if Magazine.objects.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        magazine = Magazine.objects.create(code="bench", label_code="BEN", name="The Bench", covers=[])
        source_key = SourceKey.objects.create(code="WEB", name="Website", channel="web")
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(SUBSCRIBE, {"magazine": magazine.pk})
        cursor.execute(ORDER, {"magazine": magazine.pk, "source_key": source_key.pk})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) terms_subscription, checkout_order")


def _token() -> str:
    from foundation.accounts.actions import enrol_totp
    from foundation.accounts.models import ApiToken, User

    clerk = User.objects.filter(role="clerk").first()
    if clerk is None:
        clerk = User.objects.create_user("clerk@bench.example", role="clerk")
        enrol_totp(clerk)
    return ApiToken.issue(user=clerk, label="bench")


def _ask(client: Any, typed: str) -> tuple[float, int]:
    """Milliseconds, and how many the first page shows."""
    begun = time.perf_counter()
    answer = client.get("/api/v1/readers/", {"q": typed})
    taken = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"“{typed}” was not answered: {answer.status_code} {answer.content[:300]!r}")
    return taken, len(answer.json()["results"])


def searches(chance: random.Random) -> Iterator[tuple[str, str]]:
    """At least two hundred searches of every kind, drawn from the file itself, in one order for ever."""
    from subscriptions.fulfillment.rules.keyline import keyline

    people = _drawn(chance)
    mix: list[tuple[str, str]] = []
    for name, email, number, phone, zip5, street in people:
        surname = name.split()[-1]
        mix += [
            ("name, whole", name),
            ("name, surname", surname),
            ("name, begun", f"{surname[:4]} {name[:2]}"),
            ("mail address", email),
            ("mail address, begun", email.partition("@")[0] + "@"),
            ("account number", str(number)),
            ("keyline", keyline(number)),
            ("telephone", phone),
            ("ZIP code", zip5),
            ("ZIP code and name", f"{zip5} {surname[:5]}"),
            ("street", street),
        ]
    surnames = [person[0].split()[-1] for person in people]
    for n in range(EACH):
        mix += [
            ("name, common", COMMON[n]),
            ("name, common and rare", RARE_WITH_COMMON[n].format(surnames[n])),
            ("name, both common", BOTH_COMMON[n]),
            ("address, common", STREETS[n].format(people[n][5].split()[0])),
            ("card", f"{chance.randrange(10_000):04d}"),
            ("order number", _order(chance)),
            ("nobody", NOBODY[n]),
        ]
    chance.shuffle(mix)
    yield from mix


def _drawn(chance: random.Random) -> list[tuple[str, str, int, str, str, str]]:
    from django.db import connection

    found: list[tuple[str, str, int, str, str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from readers_reader")
        (last,) = cursor.fetchone()
        while len(found) < EACH:
            cursor.execute(
                "select r.name, r.email, r.id, r.phone, a.label_zip5, a.label_addr1 from readers_reader r"
                " join readers_address a on a.reader_id = r.id"
                " where r.id = %s and r.name <> '' and r.email <> '' and r.phone <> ''",
                [chance.randint(1, last)],
            )
            found += cursor.fetchall()
    return found


def _order(chance: random.Random) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select max(id) from checkout_order")
        cursor.execute("select number from checkout_order where id = %s", [chance.randint(1, cursor.fetchone()[0])])
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
