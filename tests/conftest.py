"""Shared by all tests: no network beyond this machine, one installation over the demonstration site."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest


class NetworkForbidden(Exception):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Connections to other machines fail at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkForbidden(f"tests may not connect to {host}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()
