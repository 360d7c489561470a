from typing import Any

import pytest

from subscriptions.fulfillment.models import ClaimReason
from subscriptions.terms.models import ServiceReason
from tests.signin import ClientFor, signed_in
from tests.web.desk.asking import text_of

pytestmark = pytest.mark.django_db


def reasons(api_for: ClientFor, query: str = "") -> Any:
    return api_for("clerk").get(f"/api/v1/reasons/{query}")


def test_a_client_reads_the_codes_it_may_send_by_what_they_are_for(api_for: ClientFor):
    ServiceReason.objects.create(code="old", use="cancel", name="Old", is_active=False)

    every, cancel = reasons(api_for).json(), reasons(api_for, "?use=cancel").json()

    assert {reason["use"] for reason in every} == {"extension", "claim", "cancel", "hold"}
    assert "too_dear" in {reason["code"] for reason in cancel}
    assert {reason["use"] for reason in cancel} == {"cancel"}
    assert "old" not in {reason["code"] for reason in every}


@pytest.mark.parametrize("query", ["?use=", "?use=fun", "?purpose=claim"])
def test_an_odd_question_for_reasons_is_refused(api_for: ClientFor, query: str):
    assert reasons(api_for, query).status_code == 400


def test_what_a_claim_says_of_the_copy_is_set_on_the_desk_and_told_by_the_api(api_for: ClientFor):
    torn = ServiceReason.objects.create(code="torn", use="claim", name="Torn", effect="bonus")
    page = f"/desk/terms/servicereason/{torn.pk}/change/"
    admin = signed_in("admin")
    assert "Copy arrived" in text_of(admin.get(page))
    form = {"name": "Torn", "words": "", "is_active": "on", "position": 0}
    inline = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-id": "", "0-reason": torn.pk, "0-copy_arrived": "on"}

    answer = admin.post(page, {**form, **{f"claim_reason-{name}": value for name, value in inline.items()}})

    rule = ClaimReason.objects.get(reason=torn)
    told = {reason["code"]: reason for reason in reasons(api_for, "?use=claim").json()}["torn"]
    assert answer.status_code == 302
    assert (rule.copy_arrived, rule.may_be_replaced) == (True, False)
    assert (told["copy_arrived"], told["may_be_replaced"]) == (True, False)


def test_a_reason_for_anything_else_says_nothing_of_a_copy():
    hold = ServiceReason.objects.filter(use="hold").first()
    assert hold is not None

    page = text_of(signed_in("admin").get(f"/desk/terms/servicereason/{hold.pk}/change/"))

    assert "Copy arrived" not in page
