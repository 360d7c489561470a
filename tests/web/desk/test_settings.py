from typing import Any

import pytest
from django.contrib.auth import get_user_model

from foundation.accounts.models import ApiToken, User
from foundation.accounts.queries import has_second_factor, user_by_token
from foundation.mail.models import MailServer, OutgoingMail
from foundation.vault.queries import open_secret
from tests.signin import member, signed_in
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db
KEY, SECRET = "sk_test_0123456789abcdefWXYZ", "whsec_0123456789abcdefWXYZ"


@pytest.fixture
def ada(db: None) -> Any:
    return signed_in("admin")


def test_the_stripe_key_is_kept_sealed_and_never_shown(ada: Any, house_time: None) -> None:
    at = url("stripe_key")

    assert "never shown again" in asks(ada, at)
    assert open_secret("stripe_api_key") is None
    page = does(ada, at, value=f" {KEY} ")
    assert open_secret("stripe_api_key") == KEY
    assert "…WXYZ" in page
    assert KEY not in ada.get(url("stripe")).content.decode()
    assert KEY not in ada.get(at).content.decode()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "required"),
        ("pk_test_123", "publishable key"),
        ("something", "begins with sk_test_"),
        ("sk_live_0123456789abcdef", "A live Stripe key must not be sent to"),
    ],
)
def test_what_is_no_key_is_refused_and_not_sent_back(
    value: str, said: str, ada: Any, house_time: None, settings: Any
) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    page = is_refused(ada, url("stripe_key"), 400, value=value)

    assert said in page
    assert open_secret("stripe_api_key") is None


def test_the_webhook_secret_may_be_two_while_it_is_changed(ada: Any, house_time: None) -> None:
    from orders.payments import safety

    at = url("stripe_webhook_secret")

    asks(ada, at)
    is_refused(ada, at, 400, value="not a secret")
    does(ada, at, value=f"{SECRET}, whsec_old")
    assert safety.webhook_secrets() == [SECRET, "whsec_old"]
    assert "/api/v1/stripe/webhook/" in text_of(ada.get(url("stripe")))


def test_the_connection_is_tried_on_post_only(ada: Any, house_time: None, standin: Any) -> None:
    at = url("try_stripe")

    asks(ada, at)
    assert "Stripe answers" in does(ada, at)


def test_a_connection_that_fails_is_said_in_words(ada: Any, house_time: None, settings: Any) -> None:
    assert "enter the Stripe key" in is_refused(ada, url("try_stripe"))
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = KEY, "http://127.0.0.1:9"
    assert "cannot be reached" in is_refused(ada, url("try_stripe"))


def test_the_mail_server_asks_first_and_acts_on_post(ada: Any, house_time: None) -> None:
    at = url("mail_server")
    typed = {
        "sender": "The Lantern <care@lantern.example>", "host": "smtp.lantern.example", "port": "587",
        "security": "starttls", "username": "lantern", "password": "a wick in the wind",
    }  # fmt: skip

    asks(ada, at)
    assert not MailServer.objects.exists()
    does(ada, at, **typed)
    assert (MailServer.objects.get().host, MailServer.objects.get().port) == ("smtp.lantern.example", 587)
    assert open_secret("mail_password") == "a wick in the wind"
    does(ada, at, **{**typed, "password": "", "port": "465"})
    assert open_secret("mail_password") == "a wick in the wind"
    assert "a wick in the wind" not in ada.get(at).content.decode()


@pytest.mark.parametrize(
    "change",
    [{"sender": "nobody"}, {"host": "-"}, {"port": "0"}, {"port": "99999"}, {"security": "hope"}, {"host": ""}],
)
def test_a_mail_server_that_cannot_be_is_refused(change: dict[str, str], ada: Any, house_time: None) -> None:
    typed = {"sender": "care@lantern.example", "host": "localhost", "port": "25", "security": "none"}

    is_refused(ada, url("mail_server"), 400, **{**typed, **change})
    assert not MailServer.objects.exists()


def test_the_test_mail_goes_to_whoever_asked(ada: Any, house_time: None) -> None:
    at = url("send_test_mail")

    assert "admin@desk.example" in asks(ada, at)
    assert not OutgoingMail.objects.exists()
    does(ada, at)
    assert OutgoingMail.objects.get().to_email == "admin@desk.example"


def test_somebody_is_added_with_a_role(ada: Any, house_time: None) -> None:
    at = url("add_user")
    typed = {"email": "New@desk.example", "name": "Nell Wick", "role": "clerk", "password": "a lamp in the attic"}

    asks(ada, at)
    assert "required" in is_refused(ada, at, 400)
    assert "too short" in is_refused(ada, at, 400, **{**typed, "password": "short"})
    is_refused(ada, at, 400, **{**typed, "role": "king"})
    assert "needs a first password" in is_refused(ada, at, 400, **{**typed, "password": ""})
    does(ada, at, **typed)
    added = User.objects.get(email="new@desk.example")
    assert (added.role, added.check_password("a lamp in the attic")) == ("clerk", True)
    assert "There is an account" in is_refused(ada, at, **typed)


def test_a_token_is_shown_once(ada: Any, house_time: None) -> None:
    site = member("website")
    at = url("issue_token", site.pk)

    asks(ada, at)
    assert not ApiToken.objects.exists()
    answer = ada.post(at, {"label": "website"})
    token = next(word for word in text_of(answer).split() if word.startswith("mh_"))
    assert user_by_token(token) == site
    assert "no-store" in answer.headers["Cache-Control"]
    assert token not in ada.get(url("user", site.pk)).content.decode()


def test_revoking_a_token_asks_first_and_acts_on_post(ada: Any, house_time: None) -> None:
    token = ApiToken.issue(user=member("website"), label="website")
    at = url("revoke_token", ApiToken.objects.get().pk)

    asks(ada, at)
    assert user_by_token(token) is not None
    does(ada, at)
    assert user_by_token(token) is None


def test_closing_and_reopening_ask_first_and_act_on_post(ada: Any, house_time: None) -> None:
    clerk = member("clerk")
    close, reopen = url("close_account", clerk.pk), url("reopen_account", clerk.pk)

    asks(ada, close)
    assert User.objects.get(pk=clerk.pk).is_active
    does(ada, close)
    assert not User.objects.get(pk=clerk.pk).is_active
    asks(ada, reopen)
    does(ada, reopen)
    assert User.objects.get(pk=clerk.pk).is_active


def test_the_last_administrator_stays(ada: Any, house_time: None) -> None:
    me = member("admin")

    assert "last administrator" in is_refused(ada, url("close_account", me.pk))
    assert "last administrator" in is_refused(ada, url("change_role", me.pk), role="clerk")


def test_role_password_and_second_factor_ask_first_and_act_on_post(ada: Any, house_time: None) -> None:
    clerk = member("clerk")
    role, password, factor = (url(v, clerk.pk) for v in ("change_role", "set_password", "forget_second_factor"))

    for at in (role, password, factor):
        asks(ada, at)
    does(ada, role, role="finance")
    is_refused(ada, password, 400, password="short")
    does(ada, password, password="another lamp entirely")
    assert has_second_factor(clerk)
    does(ada, factor)
    fresh = get_user_model().objects.get(pk=clerk.pk)
    assert (fresh.role, fresh.check_password("another lamp entirely"), has_second_factor(fresh)) == (
        "finance",
        True,
        False,
    )
