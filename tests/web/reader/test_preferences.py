"""How a reader wishes to be written to; and that a merged file leads to the one that was kept."""

from typing import Any

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from subscriptions.readers import actions, queries
from tests.web.reader.conftest import link_in, text_of

CLERK = Actor("staff", "1")
PAGE = "/lantern/preferences/"


def test_a_reader_ticks_what_they_wish_to_get(shop: Any, signed_in: Any) -> None:
    ana = shop.reader("Ana Field")
    browser = signed_in(ana)
    page = browser.get(PAGE)
    form = browser.form(page)
    assert {name for name in form if "_" in name} == {
        "email_renewal", "email_offers", "post_renewal", "post_offers",
    }  # fmt: skip

    answer = browser.send(PAGE, page, email_offers=None, post_renewal=None, post_offers=None)

    assert answer.headers["Location"] == PAGE
    assert "We write to you as you wish" in text_of(browser.get(PAGE))
    yes = [kind for kind, allowed in queries.preferences_of(ana.pk).items() if allowed]
    assert yes == [("email", "renewal")]


def test_a_couple_with_one_mail_address_has_a_form_each(shop: Any, signed_in: Any) -> None:
    ana, ben = shop.reader("Ana Field", "both@readers.example"), shop.reader("Ben Field", "both@readers.example")
    browser = signed_in(ana)
    page = browser.get(PAGE)
    assert [browser.form(page, n)["reader"] for n in (0, 1)] == [str(ana.uuid), str(ben.uuid)]

    browser.send(PAGE, page, reader=str(ben.uuid), email_renewal=None)

    assert queries.may_contact(ana.pk, channel="email", purpose="renewal")
    assert not queries.may_contact(ben.pk, channel="email", purpose="renewal")


def test_nobody_speaks_for_somebody_else(shop: Any, signed_in: Any, browser: Any) -> None:
    cleo = shop.reader("Cleo Reed")
    assert browser.get(PAGE).headers["Location"] == "/lantern/sign-in/"

    answer = signed_in(shop.reader("Ana Field")).send(PAGE, reader=str(cleo.uuid), email_renewal=None)

    assert answer.status_code == 404
    assert queries.may_contact(cleo.pk, channel="email", purpose="renewal")


def test_the_old_mail_address_lets_in_to_the_kept_file(shop: Any, browser: Any) -> None:
    kept, merged = shop.reader("Ana Field"), shop.reader("A. Field", "old@readers.example")
    line = shop.subscription(kept)
    shop.term(line, first=504)
    actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=shop.at("2026-02-20"))

    browser.send("/lantern/sign-in/", email="old@readers.example")
    mail = OutgoingMail.objects.get(kind="sign_in")
    browser.send(link_in(mail, "sign-in"))

    assert mail.to_email == "old@readers.example"
    assert "10 more issues are paid for" in text_of(browser.get("/lantern/my-subscription/"))


def test_whatever_a_merged_file_pays_for_is_still_theirs_to_see(shop: Any, signed_in: Any) -> None:
    from tests.web.reader.test_my_subscription import paid_order

    kept, merged = shop.reader("Ana Field"), shop.reader("A. Field", "old@readers.example")
    line = shop.subscription(shop.reader("Cleo Reed"))
    shop.term(line, first=504)
    paid_order(shop, line, payer=merged)

    actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=shop.at("2026-02-20"))

    said = text_of(signed_in(kept).get("/lantern/my-subscription/"))
    assert "M-TEST-0001" in said
    assert "Cleo Reed" in said
