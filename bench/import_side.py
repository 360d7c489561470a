"""P4: orders of a file, once staged and checked, against pgbench writing the same rows, prepared. Prints pairs as JSON.

    python -m bench.import_side

Finds its database in DATABASE_URL. Look-alikes are looked for as in production; pgbench looks for none.
"""

import datetime as dt
import json
import os
import time
import uuid
from pathlib import Path

import django

from bench.pgbench import transactions_per_second

ORDERS, PAIRS = 5_000, 5
SCRIPT = Path(__file__).with_name("import.sql")
HEADER = "reference,offer,payer_name,payer_email,ship_line1,ship_city,ship_region,ship_postcode,ship_country"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = [(orders_per_second(), transactions_per_second(os.environ["DATABASE_URL"], SCRIPT)) for _ in range(PAIRS)]
    print(json.dumps(found))


def orders_per_second() -> float:
    from foundation.actors import system
    from orders.checkout import actions

    by, now = system("bench"), dt.datetime.now(dt.UTC)
    staged = actions.stage_import(
        magazine_code="sold", batch=uuid.uuid4().hex[:20], file_name="bench.csv", content=content(), by=by, now=now
    )
    actions.check_waiting_imports(now=now)
    actions.ask_take(import_id=staged.pk, by=by, now=now)
    begun = time.perf_counter()
    taken = actions.take_asked_imports(now=now)
    seconds = time.perf_counter() - begun
    if taken != 1:
        raise RuntimeError("The file was not taken.")
    return ORDERS / seconds


def content() -> bytes:
    """As few neighbours of the same name as a town has."""
    from bench.orders import NAMES

    lines = [HEADER]
    for number in range(ORDERS):
        who = uuid.uuid4().hex
        name = "".join(NAMES[int(letter, 16)] for letter in who[:3]).title()
        street, place = int(who[3:7], 16), int(who[7:9], 16) % 99 + 1
        home = f"{street} N Milwaukee Ave,Chicago,IL,606{place:02}-4002,US"
        lines.append(f"{number},bench-ten,Ana {name},{who}@readers.example,{home}")
    return "\n".join(lines).encode()


if __name__ == "__main__":
    main()
