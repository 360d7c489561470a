"""The menu says where one is."""

import pytest
from django.test import RequestFactory

from tests.signin import member
from web.desk.menu import navigation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "lit"),
    [
        ("/desk/", ["Today"]),
        ("/desk/revenue/", ["Deferred revenue"]),
        ("/desk/revenue/earned-by-issue/", ["Earned by issue"]),
        ("/desk/readers/17/", ["Readers"]),
        ("/desk/readers/duplicates/", ["Possible duplicates"]),
        ("/desk/subscriptions/holds/3/end/", []),
    ],
)
def test_one_entry_is_lit_and_it_is_the_nearest(path: str, lit: list[str]):
    request = RequestFactory().get(path)
    request.user = member("admin")

    assert [item["title"] for group in navigation(request) for item in group["items"] if item["active"]] == lit
