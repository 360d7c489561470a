"""The main job, once, in front of the user's eyes: order, payment, label run, revenue, renewal, over HTTP."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo.client import Client, Json, fresh_key, wait_for
from demo.house import DemoHouse
from foundation import clock
from foundation.clock.actions import move_to
from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import planned_issues

VISA = "pm_card_visa"
RUTH = {"name": "Ruth Calder", "email": "ruth@readers.example"}
RUTHS_HOME = {
    "line1": "2040 N Milwaukee Ave",
    "city": "Chicago",
    "region": "IL",
    "postcode": "60647-4002",
    "country": "US",
}
OSCAR = {"name": "Oscar Lindqvist", "email": "oscar@readers.example"}
OSCARS_HOME = {"line1": "118 Candle St", "city": "Portland", "region": "OR", "postcode": "97214", "country": "US"}
NOTICE_DAYS = (35, 20)


@dataclass
class Told:
    """What the story leaves behind, for `var/demo.json`."""

    order_number: str = ""
    label_run: str = ""
    label_file: str = ""
    manifest_file: str = ""
    renewal_order_number: str = ""


class Story:
    def __init__(
        self, *, house: DemoHouse, base_url: str, stripe_url: str, files: Path, say: Callable[[str], None]
    ) -> None:
        self.house, self.files, self._say = house, files, say
        self.anyone = Client(base_url)
        self.fulfillment = Client(base_url, token=house.logins["fulfillment"].token)
        self.finance = Client(base_url, token=house.logins["finance"].token)
        self.stripe = Client(stripe_url)
        self.told = Told()
        self._step = 0

    def tell(self) -> Told:
        ruth = self._buys(RUTH, RUTHS_HOME, offer="ten-issues", renews=False)
        self.told.order_number = ruth["number"]
        oscar = self._buys(OSCAR, OSCARS_HOME, offer="try-four", renews=True)
        cycle = self._is_planned(oscar["lines"][0]["subscription"])
        issue = planned_issues(self.house.magazine.pk)[0]
        self._live_through(cycle, issue)
        return self.told

    def _live_through(self, cycle: Json, issue: Issue) -> None:
        """Notices, label run and charge in the order in which the calendar has them."""
        subscription = cycle["subscription"]
        charge_on = dt.date.fromisoformat(cycle["charge_on"])
        first, second = (self._noon(charge_on - dt.timedelta(days=days)) for days in NOTICE_DAYS)
        happenings: list[tuple[dt.datetime, Callable[[], None]]] = [
            (first, lambda: self._gets_notice(subscription, 1)),
            (second, lambda: self._gets_notice(subscription, 2)),
            (issue.pull_at + dt.timedelta(hours=1), lambda: self._goes_out(issue)),
            (self._noon(charge_on), lambda: self._is_renewed(subscription)),
        ]
        for moment, happens in sorted(happenings, key=lambda pair: pair[0]):
            self._moves_clock(moment)
            happens()

    def _buys(self, payer: Json, home: Json, *, offer: str, renews: bool) -> Json:
        quote = self.anyone.post("/api/v1/quotes/", {"offer": offer, "country": home["country"]})
        body: Json = {"offer": offer, "payer": payer, "ship_to": home}
        if renews:
            body["auto_renew"] = {"text_sha256": quote["auto_renew"]["text_sha256"]}
        order = self.anyone.post("/api/v1/orders/", body, Idempotency_Key=fresh_key())
        self._line(
            f"{payer['name']} orders {quote['issues']} issues for {_dollars(order['total_cents'])}: {order['number']}, "
            f"{order['lines'][0]['first_issue']['cover_label']} to {order['lines'][0]['expire_issue']['cover_label']}"
            f"{', to be renewed automatically' if renews else ''}"
        )
        session = order["checkout_url"].rstrip("/").rpartition("/")[2].partition("?")[0].partition("#")[0]
        self.stripe.post(f"/_control/checkout/sessions/{session}/pay", {"card": VISA})
        token = order["token"]

        def paid() -> Json | None:
            seen: Json = self.anyone.get(f"/api/v1/orders/{order['number']}/", Order_Token=token)
            return seen if seen["state"] == "paid" else None

        settled = wait_for(paid, what=f"order {order['number']} to be paid")
        self._line(f"{payer['name']} pays with a test card; Stripe's webhook settles the order, and the term begins")
        return settled

    def _is_planned(self, subscription: str) -> Json:
        def planned() -> Json | None:
            cycles = self.finance.get(f"/api/v1/subscriptions/{subscription}/renewals/")
            return cycles[0] if cycles else None

        cycle = wait_for(planned, what="the automatic renewal to be planned")
        self._line(
            f"{OSCAR['name']}'s renewal is planned from the issue calendar: "
            f"{_dollars(cycle['amount_cents'])} on {cycle['charge_on']}"
        )
        return cycle

    def _gets_notice(self, subscription: str, number: int) -> None:
        def taken() -> Json | None:
            notices = self.finance.get(f"/api/v1/subscriptions/{subscription}/renewals/")[0]["notices"]
            return next((n for n in notices if n["number"] == number and n["handed_over_at"]), None)

        notice = wait_for(taken, what=f"notice {number}")
        self._line(
            f"Notice {number} of the charge on {notice['charge_on']} is mailed to {OSCAR['name']}, "
            f"with a link that cancels in one step"
        )

    def _goes_out(self, issue: Issue) -> None:
        # Tasks look at the clock when they begin, but the web may go by what it saw half a second ago.
        time.sleep(0.6)
        runs = "/api/v1/label-runs/"
        run = self.fulfillment.post(runs, {"magazine": self.house.magazine.code, "issue": issue.number})
        here = f"{runs}{run['uuid']}/"
        self.told.label_run = run["uuid"]
        self.fulfillment.post(f"{here}rehearsals/")
        rehearsed = self._reaches(here, "rehearsed")
        self._line(f"The label run of {issue.cover_label} is rehearsed by a worker: {_counts(rehearsed['rehearsal'])}")
        self.fulfillment.post(f"{here}approval/")
        self.fulfillment.post(f"{here}releases/")
        released = self._reaches(here, "released")
        self.told.label_file = str(self.files / released["file_name"])
        self.told.manifest_file = str(self.files / released["manifest_name"])
        self._line(
            f"Approved and released: {released['copies']} copies, label file of {released['file_bytes']:,} bytes"
        )
        self._line(f"   {self.told.label_file}")
        self.fulfillment.post(f"{here}hand-overs/", {"to": "Wick & Sons, mail house"})
        self.fulfillment.post(f"{here}mailings/", {"mailed_on": str(clock.today(self.house.magazine.zone))})
        self._is_earned(issue)

    def _reaches(self, here: str, state: str) -> Json:
        def look() -> Json | None:
            run: Json = self.fulfillment.get(here)
            return run if run["state"] == state else None

        return wait_for(look, what=f"the label run to be {state}", within=300)

    def _is_earned(self, issue: Issue) -> None:
        today = clock.today(self.house.magazine.zone)
        span = f"from={today}&until={today + dt.timedelta(days=1)}"

        def earned() -> Json | None:
            rows = self.finance.get(f"/api/v1/revenue/earned-by-issue/?{span}")["rows"]
            return next((row for row in rows if row["issue"] == issue.number), None)

        row = wait_for(earned, what="the revenue of the run to be posted")
        cents = row["magazine_cents"] + row["postage_cents"]
        self._line(
            f"Handed over and confirmed mailed: {_dollars(cents)} of revenue is recognised for {issue.cover_label}"
        )

    def _is_renewed(self, subscription: str) -> None:
        def renewed() -> Json | None:
            cycle: Json = self.finance.get(f"/api/v1/subscriptions/{subscription}/renewals/")[0]
            return cycle if cycle["state"] == "renewed" else None

        cycle = wait_for(renewed, what="the renewal to be charged")
        self.told.renewal_order_number = cycle["order"]
        self._line(
            f"{OSCAR['name']} is charged {_dollars(cycle['amount_cents'])} once, and the next ten issues are queued: "
            f"order {cycle['order']}"
        )

    def _moves_clock(self, moment: dt.datetime) -> None:
        if moment > clock.now():
            # First Stripe's, which takes no checkout page that would end more than a day from its own now.
            self.stripe.post("/_control/clock", {"now": int(moment.timestamp())})
            move_to(moment=moment)
            self._line(
                f"… the clock is moved to {moment.astimezone(self.house.magazine.zone):%A, %B %-d, %Y}", counts=False
            )

    def _noon(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(12), self.house.magazine.zone)

    def _line(self, text: str, *, counts: bool = True) -> None:
        if counts and not text.startswith(" "):
            self._step += 1
            text = f"{self._step:2}. {text}"
        else:
            text = f"    {text}"
        self._say(text)


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _counts(rehearsal: Json) -> str:
    classes = ", ".join(f"{count} {name}" for name, count in sorted(rehearsal["copies_by_class"].items()))
    held = sum(rehearsal["held"].values())
    skipped = sum(rehearsal["skipped"].values())
    return f"{classes}; {held} on hold, {skipped} that cannot be sent"
