import pytest

from foundation.accounts import actions, queries
from foundation.accounts.models import ApiToken, User
from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from tests.signin import member

ADMIN = Actor("staff", "1")

pytestmark = pytest.mark.django_db


def issue(user: User) -> str:
    return actions.issue_token(user_id=user.pk, label="shop", by=ADMIN)


def test_a_token_names_its_user() -> None:
    website = member("website")

    assert queries.user_by_token(issue(website)) == website


def test_only_the_hash_is_kept_and_the_trail_knows_no_token() -> None:
    token = issue(member("website"))

    assert token not in str(list(ApiToken.objects.values()))
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_revoked_token_opens_nothing() -> None:
    token = issue(member("website"))
    row = ApiToken.objects.get()

    actions.revoke_token(token_id=row.pk, by=ADMIN)
    actions.revoke_token(token_id=row.pk, by=ADMIN)

    assert queries.user_by_token(token) is None
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_a_closed_account_takes_its_tokens_along() -> None:
    clerk = member("clerk")
    token = issue(clerk)

    actions.close_account(user_id=clerk.pk, by=ADMIN)

    assert queries.user_by_token(token) is None


def test_a_token_of_staff_wants_a_second_factor_and_a_machines_does_not() -> None:
    clerk, website = member("clerk"), member("website")
    token, machine_token = issue(clerk), issue(website)
    assert queries.user_by_token(token) == clerk

    actions.forget_second_factor(user_id=clerk.pk, by=ADMIN)
    actions.forget_second_factor(user_id=website.pk, by=ADMIN)

    assert queries.user_by_token(token) is None
    assert queries.user_by_token(machine_token) == website


def test_what_is_no_token_names_nobody() -> None:
    assert queries.user_by_token("") is None
    assert queries.user_by_token("mh_made_up") is None
