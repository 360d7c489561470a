"""What the machinery writes, for reading: orders, payments, Stripe's events, mail, journals, the audit trail."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation.audit.models import AuditEntry
from foundation.mail.models import OutgoingMail
from foundation.mail.rules import without_secrets
from orders.checkout.models import Order
from orders.ledger.models import Journal, Line
from orders.payments.models import PaymentAttempt, WebhookEvent
from web.desk.admin.base import DeskInline, ReadOnlyAdmin, may, moment
from web.desk.queries.people import names_of
from web.desk.site import site
from web.desk.templatetags.desk import badge, money, when


def state_column(row: Any) -> SafeString:
    return badge(row.state, row.get_state_display())


state_column.short_description = "State"  # type: ignore[attr-defined]  # how the admin names a column


@admin.register(Order, site=site)
class OrderAdmin(ReadOnlyAdmin):
    heading = "Orders"
    sees = "see_orders"
    list_display = (
        "number",
        "payer_name",
        "magazine",
        "kind",
        state_column,
        "total",
        moment("placed_at", "Placed"),
        "source_key",
    )
    list_filter = ("state", "kind", "channel", "magazine")
    list_select_related = ("payer", "magazine", "source_key")
    date_hierarchy = "placed_at"
    ordering = ("-pk",)
    search_fields = ("number__exact",)
    search_help_text = "Order number"

    @admin.display(description="Payer")
    def payer_name(self, order: Order) -> str:
        return order.payer.shown_name

    @admin.display(description="Total")
    def total(self, order: Order) -> str:
        return money(order.total_cents, order.currency)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        found: tuple[QuerySet[Order], bool] = super().get_search_results(request, queryset, search_term.strip().upper())
        return found

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *rest: Any, **more: Any
    ) -> HttpResponse:
        """One order has a page of its own."""
        order = self.get_object(request, object_id or "")
        if order is None or not self.has_view_permission(request):
            answer: HttpResponse = super().changeform_view(request, object_id, *rest, **more)
            return answer
        return HttpResponseRedirect(reverse("admin:order", args=[order.number]))


class Settled(admin.SimpleListFilter):
    title = "taken by its order"
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "paid, and not taken yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PaymentAttempt]) -> QuerySet[PaymentAttempt]:
        return queryset.filter(state="paid", settled_at=None) if self.value() == "no" else queryset


@admin.register(PaymentAttempt, site=site)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    heading = "Payments"
    sees = "see_orders"
    list_display = (
        "order_number", "purpose", state_column, "amount", moment("created_at", "Made"), moment("paid_at", "Paid"),
        "decline_code",
    )  # fmt: skip
    list_filter = ("state", "purpose", Settled)
    ordering = ("-pk",)
    search_fields = ("payment_intent_id__exact", "charge_id__exact", "checkout_session_id__exact")
    search_help_text = "Stripe's number of the payment (pi_…), charge (ch_…) or checkout (cs_…)"
    fields = (
        "order_number", "payer", "purpose", "number", "state", "amount", "fee", "created_at", "submitted_at", "paid_at",
        "settled_at", "charge_on", "payment_intent_id", "charge_id", "checkout_session_id", "saved_method",
        "decline_class", "decline_code", "advice_code", "network_codes", "tries", "last_error",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="Order")
    def order_number(self, attempt: PaymentAttempt) -> SafeString | str:
        number = Order.objects.filter(uuid=attempt.subject_uuid).values_list("number", flat=True).first()
        if number is None:
            return f"no order: {attempt.subject_uuid}"
        return format_html('<a href="{}">{}</a>', reverse("admin:order", args=[number]), number)

    @admin.display(description="Amount")
    def amount(self, attempt: PaymentAttempt) -> str:
        return money(attempt.amount_cents, attempt.currency)

    @admin.display(description="Fee")
    def fee(self, attempt: PaymentAttempt) -> str:
        return money(attempt.fee_cents, attempt.currency)


@admin.register(WebhookEvent, site=site)
class WebhookEventAdmin(ReadOnlyAdmin):
    heading = "Stripe's events"
    sees = "see_money"
    list_display = ("kind", "event_id", state_column, moment("received_at", "Received"), "tries", "last_error", "again")
    list_filter = ("state", "source", "kind")
    ordering = ("-received_at",)
    search_fields = ("event_id__exact", "object_id__exact")
    search_help_text = "Stripe's number of the event (evt_…) or object"
    fields = (
        "event_id", "kind", "object_id", "created_at_stripe", "received_at", "handled_at", "source", "state", "tries",
        "next_try_at", "last_error", "again",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="Parked")
    def again(self, event: WebhookEvent) -> SafeString | str:
        if event.state not in (WebhookEvent.State.DEAD, WebhookEvent.State.UNMATCHED):
            return ""
        return format_html('<a href="{}">Try again</a>', reverse("admin:follow_again", args=[event.pk]))


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """The mail log. Whom a mail went to, and what it said, only to those who may see readers; what its links and codes
    open, to nobody."""

    heading = "Mail sent"
    sees = "open_desk"
    list_filter = ("state", "kind")
    ordering = ("-pk",)
    list_display_links = ("kind_in_words",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        mails: QuerySet[OutgoingMail] = super().get_queryset(request)
        return mails.defer("text", "html")

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        personal = ("to_email", "subject") if may(request, "see_readers") else ()
        return ("kind_in_words", *personal, state_column, moment("created_at", "Written"), "outcome")

    def named(self, obj: OutgoingMail) -> str:
        return obj.kind.replace("_", " ")

    @admin.display(description="Kind", ordering="kind")
    def kind_in_words(self, mail: OutgoingMail) -> str:
        return mail.kind.replace("_", " ")

    @admin.display(description="What became of it")
    def outcome(self, mail: OutgoingMail) -> SafeString | str:
        if mail.bounced_at:
            return format_html("bounced {}: {}", when(mail.bounced_at), mail.bounce_reason)
        return format_html("taken {}", when(mail.handed_over_at)) if mail.handed_over_at else mail.last_error

    @admin.display(description="Text")
    def body(self, mail: OutgoingMail) -> SafeString:
        return format_html('<div class="desk-letter">{}</div>', without_secrets(mail.text))

    def get_search_fields(self, request: HttpRequest) -> Sequence[str]:
        return ("to_email__exact",) if may(request, "see_readers") else ()

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        personal = ("to_email", "subject", "body") if may(request, "see_readers") else ()
        return (
            "kind", "state", *personal, "created_at", "handed_over_at", "bounced_at", "bounce_reason", "tries",
            "last_error", "provider_id", "body_sha256", "uuid",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        return self.get_fields(request, obj)


class LineInline(DeskInline):
    sees = "see_money"
    model = Line
    hide_title = True
    fields = ("account", "amount", "magazine", "issue", "offer", "source")
    readonly_fields = fields

    @admin.display(description="Debit, or credit with a minus")
    def amount(self, line: Line) -> str:
        return money(line.cents, line.journal.currency)


@admin.register(Journal, site=site)
class JournalAdmin(ReadOnlyAdmin):
    heading = "Journals"
    sees = "see_money"
    list_display = ("posting_key", "kind", "book_date", "currency", "memo", moment("recorded_at", "Written"))
    list_filter = ("kind", "currency")
    date_hierarchy = "book_date"
    ordering = ("-pk",)
    search_fields = ("posting_key__exact",)
    search_help_text = "Posting key, whole"
    inlines = (LineInline,)
    fields = ("posting_key", "kind", "book_date", "period", "currency", "memo", "reverses", "recorded_at",
              "content_sha256")  # fmt: skip
    readonly_fields = fields


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(ReadOnlyAdmin):
    heading = "Who did what"
    sees = "set_up"
    list_display = (moment("at", "When"), "who", "action", "object_kind", "object_id", "detail")
    list_filter = ("action",)
    ordering = ("-pk",)
    search_fields = ("actor__exact", "object_id__exact")
    search_help_text = "Actor (staff:12) or the row's number"
    fields = ("at", "actor", "action", "object_kind", "object_id", "detail")
    readonly_fields = fields

    @admin.display(description="Who")
    def who(self, entry: AuditEntry) -> str:
        return names_of([entry.actor])[entry.actor]
