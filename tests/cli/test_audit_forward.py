"""`audit forward`: each record arrives once, in order, whatever happens on the way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pomfa_tui.store.forwarded import NAME, ForwardMark
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import add, refusal


class Host:
    """A log daemon that keeps what it gets."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place))
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while data := self._socket.recv(1 << 16):
            if data == b"end":
                return
            self.lines.append(data.decode())

    def close(self) -> None:
        """Wait until everything that was sent has arrived."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.connect(str(self.place))
            last.send(b"end")
        self._thread.join()
        self._socket.close()

    def records(self) -> list[dict[str, Any]]:
        """Return the records that arrived."""
        return [json.loads(line.partition(": ")[2]) for line in self.lines]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """Return a daemon that listens."""
    host = Host(tmp_path / "log")
    yield host
    if host._thread.is_alive():
        host.close()


def test_each_record_arrives_once_over_several_runs(shop: CommandLine, host: Host) -> None:
    """AUD-09: with number and hash, and with the level of its severity."""
    options = ("audit", "forward", "--socket", str(host.place))
    assert shop.json(*options) == {"forwarded": 4}
    assert shop.json(*options) == {"forwarded": 0}
    add(shop, "jo@example.org")
    shop.json("person", "disable", "jo@example.org", "--reason", "long leave")
    shop.json(*options)
    shown = shop.json("audit", "show")["records"]
    host.close()
    assert host.records() == shown[: len(host.lines)]
    assert [each["seq"] for each in host.records()] == list(range(1, len(host.lines) + 1))
    disabled = next(line for line in host.lines if '"disabled"' in line)
    assert disabled.startswith("<84>pomfa-tui[")
    assert (shop.data / NAME).stat().st_mode & 0o777 == 0o600


def test_where_nobody_listens_nothing_is_lost(
    shop: CommandLine, tmp_path: Path, host: Host
) -> None:
    """AUD-09: status 5 and a sentence; the next run sends everything."""
    told = shop.run("audit", "forward", "--socket", str(tmp_path / "nobody"), "--json")
    assert refusal(told) == (5, "busy")
    assert "Nothing is lost" in told.error["message"]
    assert shop.json("audit", "forward", "--socket", str(host.place)) == {"forwarded": 4}


def test_a_run_that_breaks_off_is_gone_on_with_at_the_same_record(
    shop: CommandLine, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-09: resumable after a crash."""
    from pomfa_tui.cli.audit_forward import Daemon

    send, sent = Daemon.send, []

    def breaks(self: Daemon, record: Any) -> None:
        sent.append(record.seq)
        if len(sent) == 3:
            raise KeyboardInterrupt
        send(self, record)

    monkeypatch.setattr(Daemon, "send", breaks)
    assert shop.run("audit", "forward", "--socket", str(host.place)).status != 0
    monkeypatch.setattr(Daemon, "send", send)
    assert shop.json("audit", "forward", "--socket", str(host.place)) == {"forwarded": 2}
    host.close()
    assert [each["seq"] for each in host.records()] == [1, 2, 3, 4]


def test_two_runs_at_once_exclude_each_other(shop: CommandLine, host: Host) -> None:
    """AUD-09: or both would send the same."""
    with ForwardMark(shop.data).held():
        told = shop.run("audit", "forward", "--socket", str(host.place), "--json")
    assert refusal(told) == (5, "busy")
    host.close()
    assert host.lines == []


def test_a_log_that_is_shorter_than_what_was_forwarded_is_forwarded_anew(
    shop: CommandLine, host: Host
) -> None:
    """AUD-09, BAK-03: after a restore; twice is better than never."""
    mark = ForwardMark(shop.data)
    with mark.held():
        mark.write(999)
    assert shop.json("audit", "forward", "--socket", str(host.place)) == {"forwarded": 4}
