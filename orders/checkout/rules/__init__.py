"""What an order and a gift say and cost: pure words and sums."""

from .copies import GoesOn, converted_copies, credited_copies, more_copies_cents
from .gift_codes import CODE_LIVES_YEARS, code_letters, expires_on, normal_code, shown_code
from .gifts import (
    CARD_DAYS,
    MOST_GIFTS,
    MOST_MESSAGE,
    Card,
    effort_goes_to_recipient,
    group_price,
    nearest_in_home,
    problems_of,
    share_out,
)
from .orders import (
    CONSENT_VERSION,
    Circumstances,
    ConsentText,
    GiftWish,
    OrderRequest,
    Person,
    access_share,
    consent_text,
    money,
    order_number,
)
from .postage import Converted, convert, surcharge_cents

__all__ = [
    "CARD_DAYS",
    "CODE_LIVES_YEARS",
    "CONSENT_VERSION",
    "MOST_GIFTS",
    "MOST_MESSAGE",
    "Card",
    "Circumstances",
    "ConsentText",
    "Converted",
    "GiftWish",
    "GoesOn",
    "OrderRequest",
    "Person",
    "access_share",
    "code_letters",
    "consent_text",
    "convert",
    "converted_copies",
    "credited_copies",
    "effort_goes_to_recipient",
    "expires_on",
    "group_price",
    "money",
    "more_copies_cents",
    "nearest_in_home",
    "normal_code",
    "order_number",
    "problems_of",
    "share_out",
    "shown_code",
    "surcharge_cents",
]
