"""What an offer costs where, what a move costs, what became of an order, and all about gifts. Reads only."""

from .beginning import Beginning, beginning
from .copies import CopiesQuote, quote_copies
from .gift_book import (
    GivenGift,
    address_on_file,
    gift_book,
    gift_of,
    issues_left,
    last_issue_of,
    line_given_by,
    service_of,
    term_of,
)
from .gift_cards import card_of, cards_due, cards_of_batch, to_announce
from .gift_codes import GiftCodeUnknown, UnredeemedCode, by_age, code_of, find_code, hash_of, unredeemed_codes
from .gift_lines import GiftsDiffer, WantedGift, gifts_wanted, group_prices
from .gift_move_quote import GiftMoveQuote, quote_gift_move, surcharge_of_gift
from .gift_outcome import GiftOutcome, Stretch, gift_outcome
from .gift_preview import GiftPreview, preview_gifts
from .moves import Surcharge, converted, outcome_by_policy, quote_move, surcharges, surcharges_due
from .orders import (
    OfferNotOnSale,
    Quote,
    access_share,
    order_for_buyer,
    orders_with_lines,
    paid_line_of,
    payments_without_fee,
    quote,
    view_token,
    view_token_of,
)
from .refunds import CancelPreview, line_of, preview_cancel, refunds_to_send

__all__ = [
    "Beginning",
    "CancelPreview",
    "CopiesQuote",
    "GiftCodeUnknown",
    "GiftMoveQuote",
    "GiftOutcome",
    "GiftPreview",
    "GiftsDiffer",
    "GivenGift",
    "OfferNotOnSale",
    "Quote",
    "Stretch",
    "Surcharge",
    "UnredeemedCode",
    "WantedGift",
    "access_share",
    "address_on_file",
    "beginning",
    "by_age",
    "card_of",
    "cards_due",
    "cards_of_batch",
    "code_of",
    "converted",
    "find_code",
    "gift_book",
    "gift_of",
    "gift_outcome",
    "gifts_wanted",
    "group_prices",
    "hash_of",
    "issues_left",
    "last_issue_of",
    "line_given_by",
    "line_of",
    "order_for_buyer",
    "orders_with_lines",
    "outcome_by_policy",
    "paid_line_of",
    "payments_without_fee",
    "preview_cancel",
    "preview_gifts",
    "quote",
    "quote_copies",
    "quote_gift_move",
    "quote_move",
    "refunds_to_send",
    "service_of",
    "surcharge_of_gift",
    "surcharges",
    "surcharges_due",
    "term_of",
    "to_announce",
    "unredeemed_codes",
    "view_token",
    "view_token_of",
]
