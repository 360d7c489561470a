import datetime as dt
import re

import pytest

from foundation.errors import Invalid
from foundation.mail.actions import LinkIsOver
from foundation.mail.models import OutgoingMail
from subscriptions.newsletters import actions, queries
from subscriptions.newsletters.models import Enrolment, Newsletter
from tests.house import at

NOW = at("2026-02-20")
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def weekend(db: None) -> Newsletter:
    return Newsletter.objects.create(slug="weekend", name="Weekend", consent_text="Send me the weekend newsletter.")


def ask(email: str = "ana@readers.example", *, now: dt.datetime = NOW) -> None:
    actions.ask_to_join(newsletter_slug="weekend", email=email, ip="203.0.113.7", now=now)


def token_in(mail: OutgoingMail | None) -> str:
    assert mail is not None
    found = re.search(r"/newsletters/(?:confirm|leave)/([^/]+)/", mail.text)
    assert found is not None
    return found[1]


def newest(kind: str) -> OutgoingMail | None:
    return OutgoingMail.objects.filter(kind=kind).order_by("pk").last()


def join(*, now: dt.datetime = NOW) -> str:
    """Ask and confirm; the token to leave with."""
    ask(now=now)
    actions.confirm(token=token_in(newest("newsletter_confirm")), ip="203.0.113.7", now=now)
    return token_in(newest("newsletter_welcome"))


def test_asking_mails_a_link_and_enrols_nobody(weekend: Newsletter) -> None:
    ask()

    mail = newest("newsletter_confirm")
    assert mail is not None
    assert mail.to_email == "ana@readers.example"
    assert "Weekend" in mail.subject
    assert token_in(mail) in mail.html
    assert list(queries.enrolments_of("ana@readers.example")) == []


def test_confirming_enrols_with_the_proof(weekend: Newsletter) -> None:
    ask()

    actions.confirm(token=token_in(newest("newsletter_confirm")), ip="203.0.113.9", now=LATER)

    enrolment = queries.enrolments_of("ANA@readers.example").get()
    assert enrolment.consent_text == "Send me the weekend newsletter."
    assert (enrolment.asked_at, enrolment.asked_from) == (NOW, "203.0.113.7")
    assert (enrolment.confirmed_at, enrolment.confirmed_from) == (LATER, "203.0.113.9")


def test_confirming_twice_changes_nothing(weekend: Newsletter) -> None:
    ask()
    token = token_in(newest("newsletter_confirm"))
    actions.confirm(token=token, ip=None, now=NOW)

    actions.confirm(token=token, ip=None, now=LATER)

    assert Enrolment.objects.get().confirmed_at == NOW
    assert OutgoingMail.objects.filter(kind="newsletter_welcome").count() == 1


def test_looking_at_a_link_changes_nothing(weekend: Newsletter) -> None:
    ask()

    actions.look_at(token=token_in(newest("newsletter_confirm")), purpose=actions.CONFIRM)

    assert Enrolment.objects.get().state == "asked"


def test_leaving_takes_one_step_and_keeps_the_proof(weekend: Newsletter) -> None:
    leave_with = join()

    actions.leave(token=leave_with, now=LATER)
    actions.leave(token=leave_with, now=LATER + dt.timedelta(days=1))

    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.left_at) == ("left", LATER)
    assert enrolment.confirmed_at == NOW


def test_the_welcome_can_be_unsubscribed_by_the_mail_program(weekend: Newsletter) -> None:
    leave_with = join()

    mail = newest("newsletter_welcome")
    assert mail is not None
    assert mail.one_click_url.endswith(f"/newsletters/leave/{leave_with}/")


def test_an_old_confirmation_does_not_bring_back_who_left(weekend: Newsletter) -> None:
    leave_with = join()
    confirm_with = token_in(newest("newsletter_confirm"))
    actions.leave(token=leave_with, now=LATER)

    with pytest.raises(LinkIsOver):
        actions.confirm(token=confirm_with, ip=None, now=LATER)


def test_who_left_may_ask_and_confirm_again(weekend: Newsletter) -> None:
    actions.leave(token=join(), now=NOW)

    join(now=LATER)

    assert Enrolment.objects.get().state == "confirmed"
    assert Enrolment.objects.get().left_at is None


def test_asking_again_at_once_sends_no_second_mail(weekend: Newsletter) -> None:
    ask()
    ask("Ana@readers.example")

    assert OutgoingMail.objects.count() == 1

    ask(now=NOW + actions.NEXT_MAIL_AFTER)

    assert OutgoingMail.objects.count() == 2


def test_who_is_on_the_list_gets_the_same_answer_and_no_mail(weekend: Newsletter) -> None:
    join()
    before = OutgoingMail.objects.count()

    ask(now=LATER)

    assert OutgoingMail.objects.count() == before
    assert Enrolment.objects.get().state == "confirmed"


@pytest.mark.parametrize("email", ["", "ana", "ana@", "a b@readers.example", "x" * 250 + "@readers.example"])
def test_refuses_what_is_no_mail_address(weekend: Newsletter, email: str) -> None:
    with pytest.raises(Invalid):
        ask(email)

    assert not Enrolment.objects.exists()


def test_refuses_a_newsletter_that_is_closed(weekend: Newsletter) -> None:
    weekend.is_open = False
    weekend.save(update_fields=["is_open"])

    with pytest.raises(actions.UnknownNewsletter):
        ask()
    assert list(queries.open_newsletters()) == []


def test_a_link_for_one_thing_does_not_open_another(weekend: Newsletter) -> None:
    ask()

    with pytest.raises(LinkIsOver):
        actions.leave(token=token_in(newest("newsletter_confirm")), now=NOW)
