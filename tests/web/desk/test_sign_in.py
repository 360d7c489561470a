import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from foundation.accounts import actions, queries
from foundation.accounts.models import User
from foundation.actors import system
from tests.signin import PASSWORD, ClientFor, code_for, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]

LOGIN, LOGOUT = "/desk/sign-in/login/", "/desk/sign-in/logout/"
SET_UP = "/desk/sign-in/2fa/totp/activate/"


def give_password(client: Client, email: str = "clerk@desk.example", password: str = PASSWORD) -> str:
    """Where the sign-in page sends one on to, or "" when it stays."""
    answer = client.post(LOGIN, {"login": email, "password": password})
    return str(answer.headers.get("Location", ""))


def is_in(client: Client) -> bool:
    """Whether the desk's own pages open: anything but being sent to the sign-in."""
    return not client.get("/desk/").headers.get("Location", "").startswith("/desk/sign-in/") and (
        "_auth_user_id" in client.session
    )


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def test_password_and_code_sign_in(client: Client) -> None:
    clerk = member("clerk")
    secret = actions.enrol_totp(clerk)

    assert give_password(client) == reverse("mfa_authenticate")
    assert not is_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})

    assert answer.headers["Location"] == "/desk/"
    assert is_in(client)


def test_the_address_may_be_typed_in_capitals(client: Client) -> None:
    member("clerk")

    assert give_password(client, "Clerk@Desk.Example") == reverse("mfa_authenticate")


@pytest.mark.parametrize("code", ["000000", "", "abc"])
def test_a_wrong_code_stays_outside(client: Client, code: str) -> None:
    secret = actions.enrol_totp(member("clerk"))
    code = code if code_for(secret) != code else "111111"
    give_password(client)

    answer = client.post(reverse("mfa_authenticate"), {"code": code})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not is_in(client)


def test_a_code_is_good_once(client: Client) -> None:
    secret = actions.enrol_totp(member("clerk"))
    code = code_for(secret)
    give_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    other = Client()
    give_password(other)

    other.post(reverse("mfa_authenticate"), {"code": code})

    assert not is_in(other)


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    from allauth.mfa.models import Authenticator

    clerk = member("clerk")
    code = Authenticator.objects.get(user=clerk, type="recovery_codes").wrap().get_unused_codes()[0]
    give_password(client)

    client.post(reverse("mfa_authenticate"), {"code": code})

    assert is_in(client)
    other = Client()
    give_password(other)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(other)


def test_a_first_sign_in_sets_up_the_second_factor_and_shows_the_recovery_codes(client: Client) -> None:
    clerk = actions.add_user(email="clerk@desk.example", role="clerk", by=system("test"), password=PASSWORD)
    give_password(client)
    assert not is_in(client)
    assert client.get("/desk/").headers["Location"] == f"{SET_UP}?next=%2Fdesk%2F"

    html = page(client, SET_UP)
    secret = re.search(r"<code>([A-Z2-7]+)</code>", html)
    assert secret is not None
    answer = client.post(SET_UP, {"code": code_for(secret.group(1))})

    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert queries.has_second_factor(clerk)
    codes = re.findall(r"<li>(\d{8})</li>", page(client, reverse("mfa_view_recovery_codes")))
    assert len(codes) == 10
    assert is_in(client)


@pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "account_change_password"])
def test_a_password_alone_opens_nothing_but_the_setting_up(client: Client, name: str) -> None:
    actions.add_user(email="clerk@desk.example", role="clerk", by=system("test"), password=PASSWORD)
    give_password(client)

    assert client.get(reverse(name)).headers["Location"].startswith(SET_UP)
    assert client.get(LOGOUT).status_code == 200


@pytest.mark.parametrize("name", ["mfa_index", "mfa_deactivate_totp", "account_change_password", "mfa_activate_totp"])
def test_a_session_that_began_without_a_code_has_to_show_one_before_anything_else(client: Client, name: str) -> None:
    client.force_login(member("clerk"))  # as a second door with a password form would

    assert client.get(reverse(name)).headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.get("/desk/").headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.get(LOGOUT).status_code == 200


def test_showing_the_code_opens_such_a_session(client: Client) -> None:
    secret = actions.enrol_totp(member("clerk"))
    client.force_login(member("clerk"))

    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})

    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    member("clerk")
    wrong = client.post(LOGIN, {"login": "clerk@desk.example", "password": "not the password"})
    unknown = client.post(LOGIN, {"login": "nobody@desk.example", "password": "not the password"})

    def sentences(html: str) -> list[str]:
        return re.findall(r"<li>(.*?)</li>", html)

    assert wrong.status_code == unknown.status_code == 200
    assert sentences(wrong.content.decode()) == sentences(unknown.content.decode()) != []


def test_guessing_is_slowed_down_over_all_processes(client: Client) -> None:
    member("clerk")
    for _ in range(5):
        give_password(client, password="a wild guess indeed")
    cache.close()

    assert give_password(Client()) == ""  # even the right one, for a while


@pytest.mark.parametrize("change", ["closed", "machine"])
def test_closed_accounts_and_machines_do_not_sign_in(client: Client, change: str) -> None:
    user = member("clerk")
    User.objects.filter(pk=user.pk).update(**({"is_active": False} if change == "closed" else {"role": "website"}))

    give_password(client)

    assert not is_in(client)


def test_closing_an_account_ends_its_session(client_for: ClientFor) -> None:
    client = client_for("clerk")
    assert is_in(client)

    actions.close_account(user_id=member("clerk").pk, by=system("test"))

    assert client.get(reverse("mfa_index")).headers["Location"].startswith(LOGIN)


def test_signing_out_asks_first_and_acts_on_post(client_for: ClientFor) -> None:
    client = client_for("clerk")

    client.get(LOGOUT)
    assert "_auth_user_id" in client.session
    client.post(LOGOUT)
    assert "_auth_user_id" not in client.session


def test_a_password_is_changed_with_the_old_one(client_for: ClientFor) -> None:
    client = client_for("clerk")
    page(client, reverse("account_change_password"))

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "a boat below the bridge", "password2": "a boat below the bridge"},
    )

    assert User.objects.get(email="clerk@desk.example").check_password("a boat below the bridge")


def test_another_app_can_take_the_place_of_the_first(client_for: ClientFor) -> None:
    client = client_for("clerk")
    page(client, reverse("mfa_deactivate_totp"))

    client.post(reverse("mfa_deactivate_totp"))

    assert not queries.has_second_factor(member_now())
    assert client.get("/desk/").headers["Location"].startswith(SET_UP)


def member_now() -> User:
    return User.objects.get(email="clerk@desk.example")


@pytest.mark.parametrize("gone", ["signup", "email", "password/reset", "password/set", "confirm-email"])
def test_the_pages_that_staff_do_not_need_are_not_there(client: Client, gone: str) -> None:
    assert client.get(f"/desk/sign-in/{gone}/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_inactive",
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ],
)
def test_every_page_is_ours_and_needs_no_script_and_nothing_from_elsewhere(client_for: ClientFor, name: str) -> None:
    client = Client() if name in ("account_login", "account_inactive") else client_for("clerk")

    answer = client.get(reverse(name))
    html = answer.content.decode()

    assert answer.status_code == 200
    assert "Masthead <span>desk</span>" in html
    assert "<script" not in html
    assert "style=" not in html
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', html)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    # With "no-referrer" browsers send "Origin: null", and no form of ours would pass its CSRF check.
    assert answer.headers["Referrer-Policy"] == "same-origin"
    # Every field that a person sees has its label.
    for field in re.findall(r'<input[^>]*type="(?:text|email|password)"[^>]*>', html):
        identity = re.search(r'id="([^"]+)"', field)
        assert identity is not None
        assert f'for="{identity.group(1)}"' in html


def test_the_recovery_codes_can_be_downloaded(client_for: ClientFor) -> None:
    answer = client_for("clerk").get(reverse("mfa_download_recovery_codes"))

    assert len(answer.content.split()) == 10
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_sign_in_goes_on_only_within_the_house(client: Client, settings: Settings) -> None:
    secret = actions.enrol_totp(member("clerk"))
    client.post(f"{LOGIN}?next=https://elsewhere.example/", {"login": "clerk@desk.example", "password": PASSWORD})

    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})

    assert answer.headers["Location"] == settings.LOGIN_REDIRECT_URL
