"""What holds for every test: a clean environment, the same generated cases each time, no network."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.dealing import LONG, dealt

SOAK = os.environ.get("POMFA_SOAK") == "1"

# Textual reads its variables at import, so they go before any test module is imported; the
# others would make a developer's own terminal or store part of a test.
for name in list(os.environ):
    # The second is how the snapshot plug-in tells its workers where to report.
    if name.startswith(("TEXTUAL", "POMFA_")) and name not in {
        "POMFA_SOAK",
        "TEXTUAL_SNAPSHOT_TEMPDIR",
    }:
        del os.environ[name]
for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)

settings.register_profile("quick", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile("soak" if SOAK else "quick")

_LOCAL_FAMILIES = {socket.AF_UNIX, socket.AF_NETLINK}
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers `-n auto` starts: three a core, as whoever drives a screen mostly waits for it."""
    return 3 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal the tests out to the workers of xdist, each of which puts them into the same order."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        long = [item for item in items if item.nodeid.startswith(LONG)]
        others = [item for item in items if not item.nodeid.startswith(LONG)]
        items[:] = dealt(long, others, workers)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not in what stays: a fifth of what the screens' tests took."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Fail a test that reaches for another machine; this one (PostgreSQL, a pty) is allowed."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if self.family not in _LOCAL_FAMILIES and address[0] not in _LOCAL_HOSTS:
            self.close()
            pytest.fail(f"a test tried to reach {address!r} over the network")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield
