"""The characters of a console's font are read from the kernel's map."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct

import pytest

from pomfa_tui.terminal.console_font import console_characters
from pomfa_tui.terminal.traits import BLOCKS


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that every descriptor is a Linux console."""
    monkeypatch.setattr(os, "ttyname", lambda _: "/dev/tty1")


def fill(text: str) -> object:
    """Return an `ioctl` that answers as the kernel does: pairs of character and place in the font."""

    def ioctl(_: int, request: int, argument: bytearray, mutate: bool) -> int:
        assert (request, mutate) == (0x4B66, True)
        most, address = struct.unpack("HP", argument)
        assert most >= len(text)
        pairs = b"".join(struct.pack("HH", ord(char), place) for place, char in enumerate(text))
        ctypes.memmove(address, pairs, len(pairs))
        struct.pack_into("H", argument, 0, len(text))
        return 0

    return ioctl


@pytest.mark.usefixtures("console")
def test_every_character_of_the_map_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "ioctl", fill("aé█▀▄"))
    assert console_characters(0) == frozenset("aé█▀▄")
    monkeypatch.setattr(fcntl, "ioctl", fill("abc"))
    found = console_characters(0)
    assert found is not None
    assert not found >= BLOCKS


@pytest.mark.usefixtures("console")
def test_a_console_that_does_not_tell_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(fcntl, "ioctl", refuse)
    assert console_characters(0) is None


@pytest.mark.parametrize("name", ["/dev/pts/3", "/dev/ttyS0", "/dev/tty"])
def test_other_terminals_are_not_asked(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(os, "ttyname", lambda _: name)
    monkeypatch.setattr(fcntl, "ioctl", fill("abc"))
    assert console_characters(0) is None


def test_what_is_no_terminal_is_unknown(tmp_path: os.PathLike[str]) -> None:
    with open(os.path.join(tmp_path, "file"), "wb") as file:  # noqa: PTH118, PTH123 - any file will do
        assert console_characters(file.fileno()) is None
