"""Label runs at the API: what the desk may accept, a program may, too."""

from typing import Any

import pytest

from foundation.audit.models import AuditEntry
from subscriptions.fulfillment.models import LabelRun
from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db


def test_a_failed_check_is_accepted_with_its_reason(desk_house: DeskHouse, api_for: Any) -> None:
    failed = {"code": "usual_size", "ok": False, "hard": True, "may_be_accepted": True, "sentence": "90 % fewer."}
    LabelRun.objects.filter(pk=desk_house.run.pk).update(rehearsal={**desk_house.run.rehearsal, "checks": [failed]})
    at, finn = f"/api/v1/label-runs/{desk_house.run.uuid}/approval/", api_for("fulfillment")
    accepted = {"despite": ["usual_size"], "because": "the summer issue"}

    refused = finn.post(at, {}, content_type="application/json")
    answer = finn.post(at, {**accepted, "despite": ["usual_size", "nonsense"]}, content_type="application/json")

    assert (refused.status_code, refused.json()["code"]) == (409, "rehearsal_failed")
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert AuditEntry.objects.get(action="run.approved", object_id=str(desk_house.run.pk)).detail == accepted
