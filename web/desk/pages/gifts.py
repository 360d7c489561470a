"""Gifts at the desk: cards to post, codes to send again, gifts that go to somebody else or join a subscription."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid, NotFound
from orders.checkout import actions, queries
from orders.checkout.exports.cards import cards_pdf
from orders.checkout.models import CardBatch, Gift, GiftCode, OrderLine, ZoneMove
from orders.checkout.rules import shown_code
from subscriptions.catalog.models import Magazine
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.readers.rules.address import check
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Subscription
from web.desk.forms.gifts import JoinGiftForm, MoveGiftForm, ProlongCodeForm
from web.desk.pages.base import DeskPage, Verb, put_into
from web.desk.pages.calendar import find_magazine
from web.desk.templatetags.desk import money

A_PAGE = 100


class Cards(DeskPage):
    """Announcement cards that have to be posted by now, by magazine, and the batches that were printed."""

    capability = "change_readers"
    template = "desk/cards.html"
    title = "Gift cards"

    def get(self, request: HttpRequest) -> HttpResponse:
        due = [(magazine, _due(magazine)) for magazine in Magazine.objects.order_by("name")]
        waiting = [(magazine, gifts.count(), gifts.order_by("pk")[:A_PAGE]) for magazine, gifts in due]
        batches = CardBatch.objects.select_related("magazine").order_by("-printed_at")[:30]
        return self.show(due=[one for one in waiting if one[1]], batches=batches, most=A_PAGE)


class PrintCards(Verb):
    capability = "change_readers"
    title = "Print the cards"
    button = "Print them"

    def find(self) -> Magazine:
        return find_magazine(self.kwargs["code"])

    def asks(self, subject: Magazine) -> list[str]:
        return [
            f"{_due(subject).count()} cards of {subject} have to be posted by now. They go into one file, a page each "
            "to fold, and are counted as posted. The file can be taken again."
        ]

    def act(self, subject: Magazine, answers: dict[str, Any]) -> str:
        now = clock.now()
        today = now.astimezone(subject.zone).date()
        batch = actions.print_cards(magazine_id=subject.pk, by=self.actor, now=now, today=today)
        return f"{batch.cards} cards are in the file below."

    def back(self, subject: Magazine) -> str:
        return reverse("admin:gift_cards")


class CardFile(DeskPage):
    capability = "change_readers"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        batch = CardBatch.objects.filter(uuid=uuid).first()
        if batch is None:
            raise NotFound("There is no such batch of cards.")
        audit.record(self.actor, "gift_cards.downloaded", batch)
        return pdf(cards_pdf(queries.cards_of_batch(batch)), name=f"cards-{batch.printed_at:%Y%m%d}.pdf")


class GiftCodes(DeskPage):
    """What was sold as a code and redeemed by nobody, by age: what account 2105 is made of."""

    capability = "see_orders"
    template = "desk/gift_codes.html"
    title = "Gift codes"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        page = Paginator(queries.open_codes().order_by("pk"), A_PAGE).get_page(request.GET.get("page"))
        begin = max(0, page.start_index() - 1)
        return self.show(
            waiting=queries.unredeemed_codes(today=today, begin=begin, at_most=A_PAGE),
            page=page,
            ages=queries.ages_of_codes(today=today),
            unreadable=queries.unreadable_codes(),
        )


class OneGift(DeskPage):
    """One gift: what was said, where it goes on, and what can be done about it."""

    capability = "see_orders"
    template = "desk/gift.html"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        line = find_gift(uuid)
        code: GiftCode | None = getattr(line, "gift_code", None)
        served_by = queries.service_of(line)
        return self.show(
            title=f"Gift to {line.gift.to_name}",
            line=line,
            gift=line.gift,
            code=code,
            is_readable=queries.can_be_read_out(line),
            served_by=served_by,
            term=queries.term_of(line),
            moves=line.gift.moves.select_related("to_subscription__reader").order_by("pk"),
        )


class GiftCard(DeskPage):
    capability = "see_orders"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        line = find_gift(uuid)
        # With an open code on it, the card is worth its price to whoever holds it.
        audit.record(self.actor, "gift_card.downloaded", line.gift)
        return pdf(cards_pdf([queries.card_of(line.gift, posted=True)]), name=f"card-{line.order.number}.pdf")


class GiftVerb(Verb):
    capability = "change_readers"

    def find(self) -> OrderLine:
        return find_gift(self.kwargs["uuid"])

    def named(self, subject: OrderLine) -> str:
        return f"{self.title}: {subject.gift.to_name}"

    def back(self, subject: OrderLine) -> str:
        return reverse("admin:gift", args=[subject.uuid])


class MoveGift(GiftVerb):
    """Asks twice: first to whom and where, and then with what that costs and who owes it."""

    title = "Give the rest to somebody else"
    button = "Show what that means"
    form_class = MoveGiftForm
    is_grave = True
    acts_once = True

    def initial(self, subject: OrderLine) -> dict[str, Any]:
        return {"country": subject.address.country if subject.address else "US"}

    def asks(self, subject: OrderLine) -> list[str]:
        return [
            f"What is left of the gift to {subject.gift.to_name} goes to somebody else, from the first issue that a "
            "change still reaches. It stays the donor's gift, and its refunds stay the donor's.",
            "To give the money back instead, end the term of this recipient.",
        ]

    def tell_first(self, subject: OrderLine, form: MoveGiftForm) -> HttpResponse | None:
        if form.cleaned_data["sure"] == form.mark():
            return None
        try:
            zone = postage_zone(form.cleaned_data["country"])
            quote = queries.quote_gift_move(line=subject, to_zone=zone, now=clock.now())
        except DomainError as refusal:
            return self._ask(subject, form, status=409, refusal=refusal.sentence)
        if quote is None:
            sentence = "Nothing of this gift can be moved: it is not paid for, waits to be redeemed, or is over."
            return self._ask(subject, form, status=409, refusal=sentence)
        if problems := address_problems(form):
            put_into(form, problems)
            return self._ask(subject, form, status=400)
        form.ask_whether_sure()
        to = form.cleaned_data["name"] or form.cleaned_data["company"]
        return self._ask(subject, form, sentences=[f"To {to}:", *quote.sentences], button="Move it")

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        moved = actions.move_gift(
            line_id=subject.pk,
            recipient=MoveGiftForm.person(answers),
            address=MoveGiftForm.typed(answers),
            by=self.actor,
            now=clock.now(),
        )
        said = f"{moved.issues} issues go on to {answers['name'] or answers['company']}, from {moved.first_issue}."
        if moved.zone_move is not None and moved.zone_move.outcome == ZoneMove.Outcome.DUE:
            owed = money(moved.zone_move.surcharge_cents, moved.zone_move.currency)
            said += f" The donor is asked for {owed} of postage: see the surcharges due."
        return said


class JoinGift(GiftVerb):
    """Asks twice: first whom and how, and then with what it means said in words."""

    title = "The recipient subscribes already"
    button = "Show what that means"
    form_class = JoinGiftForm

    def asks(self, subject: OrderLine) -> list[str]:
        return [
            f"{subject.gift.to_name} has a subscription already. Nothing is changed before you have seen which issues "
            "the gift brings, and who owns the refunds and the renewal of which of them."
        ]

    def tell_first(self, subject: OrderLine, form: JoinGiftForm) -> HttpResponse | None:
        if form.is_sure:
            return None
        now = clock.now()
        try:
            target = service_line(form.cleaned_data["account"], subject)
            outcome = queries.gift_outcome(
                magazine_id=subject.order.magazine_id,
                issues=queries.issues_left(subject),
                subscription_id=target.pk,
                meets=form.cleaned_data["meets"],
                start_issue_id=subject.gift.start_issue_id,
                now=now,
            )
            moved = None
            if form.cleaned_data["meets"] != Gift.Meets.PARALLEL:
                moved = queries.quote_gift_move(line=subject, to_zone=terms.home_zone(target.pk), now=now)
        except DomainError as refusal:
            return self._ask(subject, form, status=409, refusal=refusal.sentence)
        form.ask_whether_sure()
        dearer = [moved.about_postage] if moved and moved.outcome else []
        along = moved.about_access if moved else []
        sentences = [f"For {target.reader.shown_name}:", *outcome.sentences, *along, *dearer]
        return self._ask(subject, form, sentences=sentences, button="Do it")

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        target = service_line(answers["account"], subject)
        gift = actions.join_gift(
            line_id=subject.pk, subscription_id=target.pk, meets=answers["meets"], by=self.actor, now=clock.now()
        )
        return f"The gift {gift.get_meets_display()}."


class SendCode(GiftVerb):
    title = "Send the code again"
    button = "Mail it to the donor"
    acts_once = True

    def asks(self, subject: OrderLine) -> list[str]:
        return [
            f"The same code goes to {queries.payers_email(subject.order) or 'nobody: the donor has no mail address'}."
        ]

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        actions.send_code(code_id=code_of_gift(subject).pk, by=self.actor, now=clock.now())
        return "The code is on its way to the donor."


class ReplaceCode(GiftVerb):
    title = "Replace the code"
    button = "Make a new code"
    is_grave = True
    acts_once = True

    def asks(self, subject: OrderLine) -> list[str]:
        code = code_of_gift(subject)
        return [f"The code that ends with {code.last4} is dead from now on, wherever it is written down."]

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        new = actions.replace_code(code_id=code_of_gift(subject).pk, by=self.actor, now=clock.now())
        return f"The new code is {shown_code(queries.code_of(new))}. It can be mailed to the donor."


class TakeBackCode(GiftVerb):
    title = "Take the gift back"
    button = "Take it back, and refund it"
    is_grave = True

    def asks(self, subject: OrderLine) -> list[str]:
        code_of_gift(subject)
        price = money(subject.total_cents, subject.order.currency)
        return [
            f"Nobody has redeemed it. The code is dead from now on, and {price} go back to the donor, "
            f"{subject.order.payer.shown_name}: finance sends them."
        ]

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        refund = actions.take_back_code(code_id=code_of_gift(subject).pk, by=self.actor, now=clock.now())
        back = money(refund.cents, refund.currency) if refund else "nothing"
        return f"The gift is taken back; {back} promised to the donor."


class ProlongCode(GiftVerb):
    title = "Let the code be good longer"
    button = "Prolong it"
    form_class = ProlongCodeForm

    def asks(self, subject: OrderLine) -> list[str]:
        code = code_of_gift(subject)
        return [f"It is good until {code.expires_on:%B} {code.expires_on.day}, {code.expires_on.year}."]

    def act(self, subject: OrderLine, answers: dict[str, Any]) -> str:
        code = actions.prolong_code(code_id=code_of_gift(subject).pk, until=answers["until"], by=self.actor)
        return f"The code is good until {code.expires_on:%B} {code.expires_on.day}, {code.expires_on.year}."


def find_gift(uuid: str) -> OrderLine:
    """:raises NotFound: when there is no gift of that line"""
    line = queries.given_lines().filter(uuid=uuid).first()
    if line is None:
        raise NotFound("There is no such gift.")
    return line


def address_problems(form: MoveGiftForm) -> Invalid | None:
    """What makes an address that cannot be delivered to, before it is written."""
    errors = check(MoveGiftForm.typed(form.cleaned_data)).errors
    found = {field: [(problem.code, problem.sentence) for problem in problems] for field, problems in errors.items()}
    return Invalid(found) if found else None


def code_of_gift(line: OrderLine) -> GiftCode:
    code: GiftCode | None = getattr(line, "gift_code", None)
    if code is None:
        raise NotFound("This gift has no code.")
    return code


def service_line(account: int, line: OrderLine) -> Subscription:
    """What the reader with this account number, or an older one of theirs, has besides of the gift's magazine."""
    reader = Reader.objects.select_related("merged_into").filter(pk=account, erased_at__isnull=True).first()
    found = None
    if reader is not None:
        reader, magazine_id = people.reader_in_force(reader), line.order.magazine_id
        found = queries.held_by(reader, magazine_id=magazine_id, besides=line.subscription_id)
    if found is None:
        raise NotFound(f"Account {account:07d} has no subscription to {line.order.magazine}.")
    return found


def pdf(content: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _due(magazine: Magazine) -> QuerySet[Gift]:
    today = clock.now().astimezone(magazine.zone).date()
    return queries.cards_due(magazine_id=magazine.pk, today=today)
