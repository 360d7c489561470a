import pytest
from django.test import RequestFactory
from pytest_django import Settings

from foundation.client_address import client_address


def seen(remote: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.1"),  # nobody of ours wrote that header
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the left one is the client's own invention
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "198.51.100.1", "192.0.2.1"),  # came past one of the proxies
        (1, "nonsense", "unknown"),
    ],
)
def test_believes_only_our_own_proxies(settings: Settings, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert seen("192.0.2.1", forwarded) == expected


def test_counts_a_household_of_ipv6_addresses_as_one() -> None:
    assert seen("2001:db8:1:2:aaaa::1") == seen("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert seen("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_unix_socket_has_no_address() -> None:
    assert seen("") == "unknown"
