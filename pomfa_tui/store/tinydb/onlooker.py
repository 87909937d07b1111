"""A look at a store that may be broken: reads what is there, and creates, settles and repairs nothing."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from time import monotonic, sleep

from pomfa_tui.domain.ports import HeadSeal
from pomfa_tui.safefiles import open_folder, open_private
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.tinydb.lock import NAME as LOCK
from pomfa_tui.store.tinydb.store import TinyStore

_PAUSE = 0.02


class Onlooker(TinyStore):
    """A store in a folder that exists, for reading alone; every transaction is refused.

    Args:
        folder: The data folder.
        head_seal: Checks the seal of the audit chain's head.
        ledger: Compared with the store, or none.

    Raises:
        FileNotFoundError: There is no such folder.
        Refusal: As for `TinyStore`.
    """

    def __init__(self, folder: Path, *, head_seal: HeadSeal, ledger: Ledger | None = None) -> None:
        os.close(open_folder(folder))
        super().__init__(folder, head_seal=head_seal, read_only=True, ledger=ledger)


def lock_is_free(folder: Path, seconds: float) -> bool:
    """Tell whether the store's lock can be taken; it is given back at once.

    Args:
        folder: The data folder.
        seconds: How long to wait for it.

    Raises:
        FileNotFoundError: There is no lock file yet.
        UnsafeEnvironment: It is not ours alone.
    """
    fd = open_private(folder / LOCK)
    deadline = monotonic() + seconds
    try:
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() >= deadline:
                    return False
                sleep(_PAUSE)
            else:
                return True
    finally:
        os.close(fd)
