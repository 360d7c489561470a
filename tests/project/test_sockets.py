"""No socket leaves the loopback while a test runs."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_a_test_reaches_nobody_outside_of_this_machine() -> None:
    with socket.socket() as outside:
        outside.settimeout(1)
        with pytest.warns(UserWarning, match=r"192\.0\.2\.1"), pytest.raises(SocketConnectBlockedError):
            outside.connect(("192.0.2.1", 80))
