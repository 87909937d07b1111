"""The composition root: joins settings, host, store, security and services. The only module that knows all of them.

Two steps, so that the first screen is there before anything heavy is loaded: `check_places` looks at modes and owners with the
standard library alone; `open_desk` loads and opens everything.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.safefiles import check_folder, create_folder, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pomfa_tui.domain.ports import Clock, Place, Printer, Store
    from pomfa_tui.security.keys import KeyRing as KeyRing  # noqa: PLC0414 - commands name its type by way of this module
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.settings import Settings
    from pomfa_tui.store.ledger import Ledger

_PAUSE = 0.02
"""Seconds between two looks whether somebody else has made the key."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk and what it stands on.

    Attributes:
        desk: The services.
        store: To be closed at the end.
        keys: The key ring in use.
    """

    desk: Desk
    store: Store
    keys: KeyRing

    def close(self) -> None:
        """Let go of the store's files."""
        self.store.close()


def check_places(settings: Settings) -> None:
    """Refuse folders that others could enter, before anything is shown.

    Raises:
        UnsafeEnvironment: Modes, owner or links of the data folder or of the key's folder.
    """
    with suppress(FileNotFoundError):
        check_folder(settings.data_dir)
    with suppress(FileNotFoundError):
        check_folder(settings.key_file.parent, private=False)


def looks_new(settings: Settings) -> bool:
    """Tell, by a look at the folder, whether there is no store yet; `SetupService.needed` has the last word."""
    names = ("store.json", "store.journal")
    return not any((settings.data_dir / name).exists() for name in names)


def open_desk(
    settings: Settings, place: Place, *, create_key: bool = False, clock: Clock | None = None
) -> Opened:
    """Open key and store and wire the services.

    Args:
        settings: Where things are and which numbers hold.
        place: This process, for the audit log.
        create_key: Make a key file when there is neither key nor store; never beside an existing store.
        clock: Tells the time; the machine's own clock by default.

    Raises:
        Refusal: Key or store cannot be used; says what to do.
    """
    from pomfa_tui.aftermath import record_waiting
    from pomfa_tui.content.role_names import role_names
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.host import HostProcesses, SystemClock
    from pomfa_tui.security.hashing import Argon2Hasher, HashCost
    from pomfa_tui.security.masterkey import Purpose
    from pomfa_tui.security.vault import AesGcmVault, HmacHeadSeal, HmacStrangers
    from pomfa_tui.services.desk import assemble
    from pomfa_tui.services.given import Policy, Ports
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.store.exports import ExportFolder
    from pomfa_tui.store.forwarded import ForwardMark
    from pomfa_tui.store.tinydb import TinyStore

    numbers = settings.limits
    cost = HashCost(numbers.hash_memory, numbers.hash_time, numbers.hash_parallelism)
    keys = _key_ring(settings, create=create_key)
    ledger = ledger_beside(settings, keys)
    store = TinyStore(
        settings.data_dir,
        head_seal=HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD)),
        lock_seconds=numbers.store_lock_seconds,
        ledger=ledger,
    )
    try:
        with store.view() as view:
            if view.meta is not None:
                keys.require(view.meta.key_id)
        pen = Recorder(clock or SystemClock(), place, tolerance=numbers.clock_tolerance_seconds)
        record_waiting(store, ledger, pen)
    except BaseException:
        store.close()
        raise
    ports = Ports(
        store=store,
        clock=clock or SystemClock(),
        place=place,
        processes=HostProcesses(),
        hasher=Argon2Hasher(keys.sub_keys(Purpose.PEPPER), cost),
        vault=AesGcmVault(keys.sub_keys(Purpose.VAULT)),
        strangers=HmacStrangers(keys.sub_keys(Purpose.STRANGER)),
        key_id=keys.key_id,
        printer=_printer(settings),
        exports=ExportFolder(settings.data_dir, clock or SystemClock()),
        forwarded=ForwardMark(settings.data_dir),
    )
    policy = Policy(
        numbers=numbers,
        emails=EmailRules(role_names()),
        issuer=settings.issuer,
        bound_site=settings.terminal.site,
    )
    return Opened(assemble(ports, policy), store, keys)


def _printer(settings: Settings) -> Printer | None:
    if not settings.printing:
        return None
    from pomfa_tui.printing import CommandPrinter

    return CommandPrinter(settings.printing)


def ledger_beside(settings: Settings, keys: KeyRing) -> Ledger:
    """Return the ledger that is kept beside the key, for whichever store is opened."""
    from pomfa_tui.security.masterkey import Purpose
    from pomfa_tui.security.vault import HmacHeadSeal
    from pomfa_tui.store.ledger import Ledger

    place = settings.key_file
    return Ledger(place.parent, place.name, seal=HmacHeadSeal(keys.sub_keys(Purpose.LEDGER)))


def protect_process() -> None:
    """Keep what this process will hold out of dumps, debuggers, wide modes and tracebacks."""
    from pomfa_tui.security.process import harden

    harden()


# -- For a look at what may be broken -------------------------------------------------------------------------------


def load_keys(settings: Settings) -> KeyRing:
    """Read the key file.

    Raises:
        Refusal: It cannot be used; says what to do.
    """
    from pomfa_tui.security.keys import KeyRing

    return KeyRing.load(settings.key_file, settings.data_dir)


def keys_if_any(settings: Settings) -> KeyRing | None:
    """Read the key file; none where `load_keys` would refuse."""
    from pomfa_tui.domain.errors import Refusal

    with suppress(Refusal, OSError):
        return load_keys(settings)
    return None


def look_at_store(settings: Settings, keys: KeyRing | None) -> Store:
    """Open the store for reading alone; nothing is created, settled or repaired.

    Args:
        settings: Where it is.
        keys: Without them everything but the seal of the audit log can be read.

    Raises:
        FileNotFoundError: There is no data folder.
        Refusal: The store cannot be read; says why.
    """
    from pomfa_tui.security.keys import KeyRing, MasterKey
    from pomfa_tui.security.masterkey import Purpose
    from pomfa_tui.security.vault import HmacHeadSeal
    from pomfa_tui.store.tinydb.onlooker import Onlooker

    ring = keys or KeyRing([MasterKey.fresh()])
    return Onlooker(
        settings.data_dir,
        head_seal=HmacHeadSeal(ring.sub_keys(Purpose.AUDIT_HEAD)),
        ledger=None if keys is None else ledger_beside(settings, keys),
    )


def store_format() -> int:
    """Return the version of the store's format that this program writes."""
    from pomfa_tui.store.migrations import FORMAT

    return FORMAT


def store_lock_is_free(settings: Settings) -> bool:
    """Tell whether the store's lock can be taken within the usual time.

    Raises:
        FileNotFoundError: Nobody has ever taken it.
        Refusal: The lock's file is not ours alone.
    """
    from pomfa_tui.store.tinydb.onlooker import lock_is_free

    return lock_is_free(settings.data_dir, settings.limits.store_lock_seconds)


# -- Key and folders of a new store ---------------------------------------------------------------------------------


def _key_ring(settings: Settings, *, create: bool) -> KeyRing:
    if create and looks_new(settings):
        with _alone(settings):
            if looks_new(settings) and not settings.key_file.exists():
                from pomfa_tui.security.keys import KeyRing

                return KeyRing.create(settings.key_file, settings.data_dir)
    return load_keys(settings)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the only one who makes a key for this data folder; folders are taken back when that fails.

    A key file itself is never removed again: somebody else may have begun to use it.
    """
    with _taken_back_on_failure(settings.data_dir, settings.key_file.parent):
        create_folder(settings.data_dir)
        fd = open_folder(settings.data_dir)
        try:
            _take(fd, settings.limits.store_lock_seconds)
            yield
        finally:
            os.close(fd)


def _take(fd: int, seconds: float) -> None:
    """Take the lock on an open folder, or refuse when somebody holds it for too long."""
    import fcntl
    import time

    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                from pomfa_tui.domain.errors import Busy

                raise Busy from None
            time.sleep(_PAUSE)
        else:
            return


@contextmanager
def _taken_back_on_failure(*folders: Path) -> Iterator[None]:
    missing = [
        each for folder in folders for each in (folder, *folder.parents) if not each.exists()
    ]
    try:
        yield
    except BaseException as error:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            from pomfa_tui.domain.errors import Unavailable
            from pomfa_tui.filewords import shown

            raise Unavailable(
                f"{shown(folders[0])} cannot be made: {error.strerror}. Nothing has been changed."
            ) from None
        raise
