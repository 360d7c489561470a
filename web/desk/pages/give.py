"""Gifts by telephone: taken down, told what they cost and mean, and only then placed. The donor pays by a link."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from foundation import clock
from foundation.errors import DomainError, Invalid
from orders.checkout import actions, queries
from orders.checkout.queries import GiftPreview
from orders.checkout.rules import OrderRequest
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from web.desk.forms.give import DonorForm, GiftRowForm, typed_rows
from web.desk.pages.base import DeskPage, put_into
from web.desk.pages.orders import said_of_link
from web.desk.pages.readers import find_reader
from web.desk.queries.gift_entry import keys_of_the_telephone, named, offers_to_give, startable_with
from web.gift_rows import MOST_ROWS, place_of

# Where the field of a refusal stands in the row, when it is named otherwise there.
PLACES = {"recipient.name": "name", "recipient.email": "email", "start_issue": "start", "ship_to.name": "name"}


@dataclass
class Sheet:
    """The forms of the page: the donor's, and one for each gift."""

    donor: DonorForm
    gifts: list[GiftRowForm]

    def is_good(self) -> bool:
        """Looks at every form, so that everything that is wrong is told at once."""
        return all([self.donor.is_valid(), *[gift.is_valid() for gift in self.gifts]])

    def order_request(self) -> OrderRequest:
        data = self.donor.cleaned_data
        return OrderRequest(
            offer=data["offer"],
            payer=self.donor.payer(),
            source_key=data["source_key"],
            gifts=tuple(gift.wish(from_name=data["from_name"]) for gift in self.gifts),
        )

    def tell(self, refusal: Invalid) -> None:
        """Write each problem at the field of the gift that it is about, or above the form."""
        for path, problems in refusal.fields.items():
            if (at := place_of(path, gifts=len(self.gifts))) is not None:
                place, field = at
                put_into(self.gifts[place], Invalid({PLACES.get(field, field.rpartition(".")[2]): problems}))
            else:
                put_into(self.donor, Invalid({path: problems}))


class EnterGifts(DeskPage):
    """GET shows one empty gift; POST adds one, takes one away, shows what it costs and means, or orders."""

    capability = "change_readers"
    template = "desk/give.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._draw(self._sheet(QueryDict(), bound=False))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        typed = self._named_on_file(request.POST)
        if {"more", "less"} & set(typed):
            return self._draw(self._sheet(typed, bound=False))
        sheet = self._sheet(typed, bound=True)
        if not sheet.is_good():
            return self._draw(sheet, status=400)
        asked = sheet.order_request()
        try:
            previews = queries.preview_gifts(asked, now=clock.now(), donors=self._donors())
            mark = _mark(asked, previews)
            if "order" not in typed or typed.get("seen") != mark:
                return self._draw(sheet, previews=previews, mark=mark, is_new="order" in typed)
            return self._place(asked, key=sheet.donor.cleaned_data["key"])
        except Invalid as refusal:
            sheet.tell(refusal)
            return self._draw(sheet, status=400)
        except DomainError as refusal:
            return self._draw(sheet, refusal=refusal.sentence, status=409)

    def _place(self, asked: OrderRequest, *, key: str) -> HttpResponse:
        body = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
        entered = actions.enter_gift_order(
            request=asked, key=f"{key or uuid.uuid4().hex}:{body}", donor=self.donor, by=self.actor, now=clock.now()
        )
        link = f" {said_of_link(entered.link)}" if entered.link else ""
        messages.success(self.request, f"The order is placed and waits for its payment.{link}")
        return HttpResponseRedirect(reverse("admin:order", args=[entered.order.number]))

    @property
    def donor(self) -> Reader | None:
        """The reader on file who gives; None for somebody new."""
        if "reader_id" not in self.kwargs:
            return None
        return people.reader_in_force(find_reader(self.kwargs["reader_id"]))

    def _donors(self) -> list[int]:
        donor = self.donor
        return [donor.pk] if donor else []

    def _named_on_file(self, typed: QueryDict) -> QueryDict:
        """“It is Ana Field, 0000012”: her number comes into the row, and what was typed of an address goes."""
        place, _colon, number = typed.get("same", "").partition(":")
        if not place.isdecimal() or not number.isdecimal():
            return typed
        changed = typed.copy()
        changed[f"g{place}-account"] = number
        for name in ("company", "attention", "line1", "line2", "city", "region", "postcode"):
            changed[f"g{place}-{name}"] = ""
        return changed

    def _sheet(self, typed: QueryDict, *, bound: bool) -> Sheet:
        rows = typed_rows(typed)
        now, offers = clock.now(), offers_to_give(now=clock.now())
        issues = startable_with(offers, typed.get("offer", ""), now=now)
        about: dict[str, Any] = {"offers": named(offers), "keys": keys_of_the_telephone(), "donor": self.donor}
        if bound:
            gifts = [GiftRowForm(typed, prefix=f"g{place}", issues=issues) for place in range(len(rows))]
            return Sheet(DonorForm(typed, **about), gifts)
        gifts = [GiftRowForm(initial=row, prefix=f"g{place}", issues=issues) for place, row in enumerate(rows)]
        if {"more", "less"} & set(typed):
            # Whoever asked for another one goes on there, not at the top of the page.
            gifts[-1].fields["name"].widget.attrs["autofocus"] = True
        return Sheet(DonorForm(initial={**typed.dict(), "key": typed.get("key") or uuid.uuid4().hex}, **about), gifts)

    def _draw(
        self, sheet: Sheet, *, previews: list[GiftPreview] | None = None, mark: str = "", is_new: bool = False,
        refusal: str = "", status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        donor = self.donor
        told: list[GiftPreview | None] = [*previews] if previews else [None] * len(sheet.gifts)
        return self.show(
            status=status,
            title=f"Gifts from {donor.shown_name}" if donor else "Gifts by telephone",
            donor=donor,
            known_donors=_known(sheet.donor) if previews and donor is None else [],
            form=sheet.donor,
            gifts=list(zip(sheet.gifts, told, strict=True)),
            previews=previews,
            total=sum(one.gift.quote.total_cents for one in previews) if previews else 0,
            currency=previews[0].gift.quote.currency if previews else "usd",
            mark=mark,
            is_new=is_new,
            refusal=refusal,
            may_add=len(sheet.gifts) < MOST_ROWS,
            back_url=reverse("admin:reader", args=[donor.pk]) if donor else reverse("admin:readers"),
        )


def _known(form: DonorForm) -> list[Reader]:
    """Who has the mail address that was typed for the donor: for the staff's eyes only."""
    email = form.payer().email
    return list(people.readers_with_email(email)[:5]) if email else []


def _mark(asked: OrderRequest, previews: list[GiftPreview]) -> str:
    """Stands for everything that was told: nobody places what nobody has heard."""
    told = [
        (
            one.gift.quote.total_cents,
            str(one.gift.quote.first_issue),
            one.outcome.sentences if one.outcome else [],
            [reader.pk for reader in one.look_alikes],
            [near.reader.pk for near in one.neighbours],
        )
        for one in previews
    ]
    return hashlib.sha256(repr((asked, told)).encode()).hexdigest()[:32]
