"""Which characters the font of a Linux console can show; nothing else tells a program what is loaded."""

from __future__ import annotations

import array
import fcntl
import os
import re
import struct

_GIO_UNIMAP = 0x4B66
_MOST = 65_535
_CONSOLE = re.compile(r"/dev/(tty[0-9]+|console)")


def console_characters(descriptor: int) -> frozenset[str] | None:
    """Return the characters that the font behind a terminal has, or none where it is no Linux console or does not tell.

    Args:
        descriptor: An open terminal.
    """
    pairs = array.array("H", bytes(4 * _MOST))
    address, _ = pairs.buffer_info()
    request = bytearray(struct.pack("HP", _MOST, address))
    try:
        if not _CONSOLE.fullmatch(os.ttyname(descriptor)):
            return None
        fcntl.ioctl(descriptor, _GIO_UNIMAP, request, True)
    except OSError:
        return None
    (count, _) = struct.unpack("HP", request)
    return frozenset(chr(code) for code in pairs[: 2 * count : 2])
