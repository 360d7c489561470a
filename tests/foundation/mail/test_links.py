import datetime as dt

import pytest
import time_machine

from foundation.mail import actions
from foundation.mail.models import MailLink
from tests.own_database import at_once

TEN_MINUTES = dt.timedelta(minutes=10)


def link(*, single_use: bool = True, purpose: str = "sign_in") -> str:
    return actions.make_link(purpose=purpose, subject="reader:7", lives=TEN_MINUTES, single_use=single_use)


@pytest.mark.django_db
def test_opens_what_it_was_made_for() -> None:
    token = link()

    assert actions.open_link(token=token, purpose="sign_in").subject == "reader:7"
    assert len(token) == 43


@pytest.mark.django_db
def test_keeps_only_the_hash() -> None:
    token = link()

    assert token not in str(list(MailLink.objects.values()))


@pytest.mark.django_db
def test_looking_does_not_use_it_up() -> None:
    token = link()
    for _ in range(3):  # a mail scanner follows every link
        actions.open_link(token=token, purpose="sign_in")

    assert actions.use_link(token=token, purpose="sign_in").used_at is not None


@pytest.mark.django_db
def test_a_single_use_link_is_over_after_its_use() -> None:
    token = link()
    actions.use_link(token=token, purpose="sign_in")

    with pytest.raises(actions.LinkIsOver):
        actions.use_link(token=token, purpose="sign_in")
    with pytest.raises(actions.LinkIsOver):
        actions.open_link(token=token, purpose="sign_in")


@pytest.mark.django_db
def test_a_link_for_cancelling_may_be_used_again_and_remembers_its_first_use() -> None:
    token = link(single_use=False)
    first = actions.use_link(token=token, purpose="sign_in").used_at

    assert actions.use_link(token=token, purpose="sign_in").used_at == first


@pytest.mark.django_db
@pytest.mark.parametrize("single_use", [True, False])
def test_is_over_when_its_real_time_is_up(single_use: bool) -> None:
    token = link(single_use=single_use)

    with time_machine.travel(dt.datetime.now(dt.UTC) + TEN_MINUTES):
        with pytest.raises(actions.LinkIsOver):
            actions.open_link(token=token, purpose="sign_in")
        with pytest.raises(actions.LinkIsOver):
            actions.use_link(token=token, purpose="sign_in")


@pytest.mark.django_db
def test_a_link_to_cancel_signs_nobody_in() -> None:
    token = link(purpose="cancel_auto_renew")

    with pytest.raises(actions.LinkIsOver):
        actions.open_link(token=token, purpose="sign_in")
    with pytest.raises(actions.LinkIsOver):
        actions.use_link(token=token, purpose="sign_in")
    with pytest.raises(actions.LinkIsOver):
        actions.open_link(token="made-up", purpose="sign_in")


@pytest.mark.django_db
def test_forgets_links_a_month_after_their_end() -> None:
    link()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        link()

        assert actions.forget_old_links() == 1
    assert MailLink.objects.count() == 1


def test_of_ten_clicks_at_once_one_wins(own_database: str) -> None:
    token = link()

    outcomes = at_once(*[lambda: actions.use_link(token=token, purpose="sign_in")] * 10)

    assert sum(isinstance(outcome, MailLink) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, actions.LinkIsOver) for outcome in outcomes) == 9
