"""Announcement cards: which have to be posted by now, printed into one file, and each alone."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.audit import actions as audit
from foundation.errors import NotFound
from orders.checkout import actions, queries
from orders.checkout.exports.cards import cards_pdf
from orders.checkout.models import CardBatch
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.given_gifts import CardBatchOut, DueCardOut
from web.api.views.calendar import find_magazine
from web.api.views.given_gifts import find_gift

PDF: dict[Any, Any] = {(200, "application/pdf"): OpenApiTypes.BINARY, 404: Refusal}


class DueCards(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[AFTER], responses={200: DueCardOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """The cards of a magazine that have to be posted by now and were not printed."""
        magazine = find_magazine(code)
        today = clock.now().astimezone(magazine.zone).date()
        return page(request, queries.cards_due(magazine_id=magazine.pk, today=today), DueCardOut, by="pk")


class CardBatches(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[AFTER], responses={200: CardBatchOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """The cards that were printed together, the newest first."""
        return page(request, CardBatch.objects.filter(magazine=find_magazine(code)), CardBatchOut, by="-pk")

    @extend_schema(request=None, responses={201: CardBatchOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, code: str) -> Response:
        """Print every card that is due: they count as posted. The file of the batch can be taken again."""
        magazine, now = find_magazine(code), clock.now()
        today = now.astimezone(magazine.zone).date()
        batch = actions.print_cards(magazine_id=magazine.pk, by=actor(request), now=now, today=today)
        return Response(CardBatchOut(batch).data, status=201)


class CardBatchFile(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(responses=PDF)
    def get(self, request: Request, uuid: UUID) -> HttpResponse:
        """The cards of one batch, a page each to fold. Who fetched it is kept."""
        batch = CardBatch.objects.filter(uuid=uuid).first()
        if batch is None:
            raise NotFound("There is no such batch of cards.")
        audit.record(actor(request), "gift_cards.downloaded", batch)
        return pdf(cards_pdf(queries.cards_of_batch(batch)), name=f"cards-{batch.printed_at:%Y%m%d}.pdf")


@method_decorator(never_cache, name="dispatch")
class GiftCard(APIView):
    permission_classes = [May("see_orders")]

    @extend_schema(responses=PDF)
    def get(self, request: Request, uuid: UUID) -> HttpResponse:
        """The card of one gift. Nothing counts as posted by it; who fetched it is kept, as a code may stand on it."""
        line = find_gift(uuid)
        audit.record(actor(request), "gift_card.downloaded", line.gift)
        return pdf(cards_pdf([queries.card_of(line.gift, posted=True)]), name=f"card-{line.order.number}.pdf")


def pdf(content: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
