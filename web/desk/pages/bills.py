"""What payers owe for changes in mid-term: the work list, paid by other means, waived, taken back."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions, queries
from orders.checkout.models import Bill, ZoneMove
from orders.checkout.rules import money
from web.desk.forms.stays import PaidOtherwiseForm, WaiverForm
from web.desk.pages.base import DeskPage, Verb


class Surcharges(DeskPage):
    capability = "see_orders"
    template = "desk/surcharges.html"
    title = "Surcharges due"

    def get(self, request: Any) -> HttpResponse:
        return self.show(surcharges=queries.surcharges_due()[:200])


class SurchargeVerb(Verb):
    def find(self) -> ZoneMove:
        found = ZoneMove.objects.select_related("payer", "first_issue").filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise NotFound("There is no such surcharge.")
        return found

    def asks(self, subject: ZoneMove) -> list[str]:
        owed = money(subject.surcharge_cents, subject.currency)
        sentences = [
            f"{subject.payer.shown_name} owes {owed} for {subject.issues_left} issues from {subject.first_issue} on, "
            "which go to a dearer zone."
        ]
        together = subject.bill_line.bill.order.total_cents if hasattr(subject, "bill_line") else 0
        if together > subject.surcharge_cents:
            sentences.append(f"It is billed together with others, {money(together, subject.currency)}: all are closed.")
        return sentences

    def back(self, subject: ZoneMove) -> str:
        return reverse("admin:surcharges")


class CloseSurcharge(SurchargeVerb):
    capability = "change_readers"
    title = "A surcharge was paid by other means"
    button = "It has been paid"
    form_class = PaidOtherwiseForm

    def asks(self, subject: ZoneMove) -> list[str]:
        return [*super().asks(subject), "Masthead keeps the note and no money: book what was paid outside of it."]

    def act(self, subject: ZoneMove, answers: dict[str, Any]) -> str:
        actions.mark_surcharge_paid(zone_move_id=subject.pk, note=answers["note"], by=self.actor, now=clock.now())
        return "The surcharge is closed as paid by other means."


class WaiveSurcharge(SurchargeVerb):
    capability = "waive_surcharges"
    title = "Waive a surcharge"
    button = "Let them off"
    form_class = WaiverForm
    is_grave = True

    def act(self, subject: ZoneMove, answers: dict[str, Any]) -> str:
        actions.waive_surcharge(zone_move_id=subject.pk, because=answers["because"], by=self.actor, now=clock.now())
        return "The surcharge is waived. Every issue goes on."


class WithdrawCopies(Verb):
    capability = "change_readers"
    title = "Take back a wish for more copies"
    button = "Take it back"

    def find(self) -> Bill:
        bill = queries.bill_numbered(self.kwargs["number"])
        if bill is None or bill.why != Bill.Why.COPIES:
            raise NotFound("There is no such wish.")
        return bill

    def asks(self, subject: Bill) -> list[str]:
        total = money(subject.order.total_cents, subject.order.currency)
        return [
            f"{subject.payer.shown_name} was asked for {total} for {subject.copies} copies of each issue. "
            "Nobody will be able to pay it any more; the copies stay as they are."
        ]

    def act(self, subject: Bill, answers: dict[str, Any]) -> str:
        actions.withdraw_copies(bill_id=subject.pk, by=self.actor, now=clock.now())
        return f"Order {subject.order.number} is closed."

    def back(self, subject: Bill) -> str:
        return reverse("admin:reader", args=[subject.subscription.reader_id])
