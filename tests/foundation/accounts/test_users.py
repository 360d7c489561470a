import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from foundation.accounts import actions
from foundation.accounts.models import User
from foundation.accounts.rules import CAPABILITIES, Role, may
from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.errors import Invalid
from tests.own_database import at_once
from tests.signin import PASSWORD

ADMIN = Actor("staff", "1")


def add(email: str = "Clerk@Desk.example", role: str = "clerk", password: str | None = PASSWORD) -> User:
    return actions.add_user(email=email, role=role, by=ADMIN, name="Cleo Counter", password=password)


@pytest.mark.django_db
def test_adds_a_member_of_staff() -> None:
    user = add()

    assert (user.email, user.role, user.is_staff, user.is_superuser) == ("clerk@desk.example", "clerk", True, False)
    assert user.check_password(PASSWORD)
    assert user.actor.reference == f"staff:{user.pk}"
    assert AuditEntry.objects.get().detail == {"role": "clerk"}


@pytest.mark.django_db
def test_refuses_an_address_that_is_taken_however_it_is_spelled() -> None:
    add()

    with pytest.raises(actions.EmailIsTaken):
        add("CLERK@desk.example")


@pytest.mark.django_db
def test_refuses_a_weak_password() -> None:
    with pytest.raises(Invalid) as refusal:
        add(password="lantern")

    assert refusal.value.fields["password"][0][0] == "weak_password"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_machine_has_no_password_and_is_no_staff() -> None:
    website = add("website@desk.example", role="website", password=None)

    assert not website.has_usable_password()
    assert not website.is_staff
    assert website.actor.kind == "machine"


@pytest.mark.django_db
def test_a_closed_account_opens_nothing() -> None:
    user = add()

    actions.close_account(user_id=user.pk, by=ADMIN)

    user.refresh_from_db()
    assert not user.may("see_readers")
    assert authenticate(email=user.email, password=PASSWORD) is None

    actions.reopen_account(user_id=user.pk, by=ADMIN)
    assert User.objects.get().may("see_readers")


@pytest.mark.django_db
def test_the_last_administrator_stays() -> None:
    first = add("first@desk.example", role="admin")

    with pytest.raises(actions.LastAdministrator):
        actions.close_account(user_id=first.pk, by=ADMIN)
    with pytest.raises(actions.LastAdministrator):
        actions.change_role(user_id=first.pk, role="clerk", by=ADMIN)

    add("second@desk.example", role="admin")
    actions.change_role(user_id=first.pk, role="clerk", by=ADMIN)
    assert User.objects.get(pk=first.pk).role == "clerk"


def test_two_administrators_cannot_send_each_other_away_at_once(own_database: str) -> None:
    one, two = add("one@desk.example", role="admin"), add("two@desk.example", role="admin")

    outcomes = at_once(
        lambda: actions.close_account(user_id=one.pk, by=two.actor),
        lambda: actions.close_account(user_id=two.pk, by=one.actor),
    )

    assert sum(isinstance(outcome, actions.LastAdministrator) for outcome in outcomes) == 1
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.django_db
def test_a_new_password_takes_the_place_of_the_old_one() -> None:
    user = add()

    actions.set_password(user_id=user.pk, password="a boat below the bridge", by=ADMIN)

    assert User.objects.get().check_password("a boat below the bridge")
    with pytest.raises(Invalid):
        actions.set_password(user_id=user.pk, password="1234", by=ADMIN)


@pytest.mark.django_db
def test_the_first_admin_of_an_empty_house_comes_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", interactive=False, email="Chief@Desk.example", stdout=io.StringIO())

    chief = User.objects.get()
    assert (chief.email, chief.role, chief.is_superuser) == ("chief@desk.example", "admin", True)


def test_an_unknown_capability_is_an_error_and_never_a_yes() -> None:
    with pytest.raises(KeyError):
        may("admin", "see_evrything")


def test_administrators_may_everything_and_the_website_only_order_and_ask_who_may_read() -> None:
    assert all(may(Role.ADMIN, capability) for capability in CAPABILITIES)
    assert [c for c in CAPABILITIES if may(Role.WEBSITE, c)] == ["see_entitlements", "place_orders"]
