"""All apps' sweeps of privacy requests, in rounds, as the timetable makes them."""

import datetime as dt

from orders.checkout import actions as checkout
from orders.payments import actions as payments
from orders.renewals import actions as renewals
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.newsletters import actions as newsletters
from subscriptions.readers import actions as readers
from subscriptions.terms import actions as terms

# In no order that helps.
SWEEPS = [readers, renewals, terms, checkout, newsletters, payments, fulfillment]


def follow_privacy(now: dt.datetime, *, rounds: int = 3) -> None:
    for _ in range(rounds):
        for app in SWEEPS:
            app.follow_privacy_requests(now=now)
        readers.make_waiting_files(now=now)
