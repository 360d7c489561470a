"""What the tests of the desk's verbs share: a verb asks first and acts on POST."""

import html
import re
from typing import Any

from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def asks(client: Any, at: str) -> str:
    """The page that asks, as text."""
    answer = client.get(at)
    assert answer.status_code == 200, (at, answer.status_code)
    text = text_of(answer)
    assert "Back, change nothing" in text, at
    return text


def does(client: Any, at: str, /, **typed: Any) -> str:
    """Answer yes; the page that follows, as text."""
    answer = client.post(at, typed, follow=True)
    assert answer.redirect_chain, (at, text_of(answer)[:800])
    assert answer.status_code == 200
    return text_of(answer)


def is_refused(client: Any, at: str, /, status: int = 409, **typed: Any) -> str:
    """The same page again, with what stands in the way."""
    answer = client.post(at, typed)
    assert answer.status_code == status, (at, answer.status_code, text_of(answer)[:800])
    return text_of(answer)


def text_of(answer: Any) -> str:
    main = answer.content.decode().partition('id="content"')[2] or answer.content.decode()
    messages = re.findall(r'id="message|<ul class="flex flex-col gap-4 mb-6">.*?</ul>', answer.content.decode(), re.S)
    plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", " ".join([*messages, main]), flags=re.S)
    return " ".join(html.unescape(plain).split())


def sure_of(client: Any, at: str, typed: dict[str, Any]) -> str:
    """The yes to what was told about these answers, for a verb that asks twice."""
    return _hidden("sure", client.post(at, typed))


def key_of(page: Any) -> str:
    """What makes the form of this page one that acts once."""
    return _hidden("once", page)


def _hidden(name: str, page: Any) -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', page.content.decode())
    assert found is not None, text_of(page)[:800]
    return found[1]
