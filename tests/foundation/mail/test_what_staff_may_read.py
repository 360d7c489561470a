"""A mail is read by staff too: nothing in it opens anything for them."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines

from foundation.mail.actions import make_link
from foundation.mail.rules import without_secrets
from orders.checkout.rules import code_letters, shown_code

WORD = re.compile(r"{{ *([\w.]+)[^}]*}}")
# Pages that ask who comes, or for a code: their addresses stand in the clear.
OPEN_TO_ALL = {"manage_url", "order_url", "redeem_url"}


def templates() -> Iterator[Path]:
    folders = [Path(folder) / "mail" for folder in engines["django"].template_dirs]
    return (path for folder in folders for path in sorted(folder.glob("*.txt")))


def secrets_of(path: Path) -> set[str]:
    words = set(WORD.findall(path.read_text()))
    return {word for word in words if word.endswith(("_url", "code")) or "token" in word} - OPEN_TO_ALL


LETTERS = [path for path in templates() if secrets_of(path)]


def test_the_letters_with_secrets_are_these():
    assert {path.stem for path in LETTERS} >= {
        "sign_in", "pay_link", "gift_code", "gift_announcement", "order_acknowledgement", "renewal_notice",
        "charge_receipt", "payment_failed", "newsletter_confirm", "newsletter_welcome",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_no_link_or_code_of_any_letter_is_live_for_staff(path: Path):
    # Every branch of the letter at once: only what it writes in a place is put there.
    token = make_link(purpose="any", subject="reader:7", lives=dt.timedelta(minutes=10))
    code = shown_code(code_letters(bytes(range(7, 17))))
    text = WORD.sub(lambda word: written(word[1], token=token, code=code), path.read_text())
    assert token in text or code in text

    shown = without_secrets(text)

    assert token not in shown
    assert code[:14] not in shown
    assert "{{" not in shown


def written(word: str, *, token: str, code: str) -> str:
    if word.endswith("_url"):
        return "https://m.example/lantern/" if word in OPEN_TO_ALL else f"https://m.example/x/{token}/"
    return code if word.endswith("code") else "Ana"


def test_what_opens_nothing_stays_readable():
    text = "Order M-4F7K-9Q2D of 2026-02-20: https://m.example/orders/M-4F7K-9Q2D/, 2040 N Milwaukee Ave, 60647-4002"

    assert without_secrets(text) == text


def test_of_a_code_the_last_four_letters_stand_as_elsewhere_on_the_desk():
    assert without_secrets("7KQ2-9F3M-X011-AB12.") == "••••-••••-••••-AB12."
