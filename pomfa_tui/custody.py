"""Backup and the exchange of keys, which only the owner of the host may do: joins services with store and keys for them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pomfa_tui import __version__
from pomfa_tui.bootstrap import ledger_beside
from pomfa_tui.domain.errors import (
    UnsafeEnvironment,
    WrongUsage,
)
from pomfa_tui.filewords import shown
from pomfa_tui.host import SystemClock
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import AesGcmVault, HmacHeadSeal
from pomfa_tui.services.recorder import Recorder
from pomfa_tui.services.rotation import Rotated, RotationService
from pomfa_tui.store.reached import Reached
from pomfa_tui.store.tinydb import TinyStore, backup

if TYPE_CHECKING:
    from pathlib import Path

    from pomfa_tui.bootstrap import Opened
    from pomfa_tui.domain.ports import Place, Store
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.rotation import Patiently
    from pomfa_tui.settings import Settings
    from pomfa_tui.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What a backup holds.

    Attributes:
        at: UTC seconds.
        store: Identifier of the store.
        key_id: Names the key that is needed to use it.
        change: Number of the newest change in it.
        size: Bytes.
    """

    at: int
    store: str
    key_id: str
    change: int
    size: int


def make_backup(settings: Settings, opened: Opened, caller: HostCaller, path: Path) -> BackupMade:
    """Write a backup of an open store, whatever others do meanwhile, and record it.

    Args:
        settings: Where things are.
        opened: The store and its services.
        caller: Who asked for it.
        path: Of the new file.

    Raises:
        WrongUsage: Something is at `path`, or it is in the data folder.
        Unavailable: The disk refuses.
        IntegrityFailure: The store or its audit log is damaged.
    """
    _refuse_inside(path, settings.data_dir)
    store = opened.store
    if not isinstance(store, TinyStore):
        raise WrongUsage("This store is kept by a database server. Use that server's own backup.")
    first, data = backup.contents(
        store.exported(),
        at=SystemClock().now(),
        program=__version__,
        seal=HmacHeadSeal(opened.keys.sub_keys(Purpose.BACKUP)),
    )
    backup.write(path, data)
    try:
        opened.desk.upkeep.record_backup(caller, seq=first.seq, key_id=first.key_id)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return BackupMade(first.at, first.store, first.key_id, first.seq, len(data))


def rotate_key(
    settings: Settings, opened: Opened, place: Place, caller: HostCaller, patiently: Patiently
) -> Rotated:
    """Exchange the key, and let nothing on the disk bear the old one's name.

    Args:
        settings: Where things are.
        opened: The store and its services.
        place: This process, for the audit log.
        caller: Who asked for it.
        patiently: Waits where others use the store.

    Raises:
        Refusal: The key file or the store cannot be written.
    """
    numbers, keys, store = settings.limits, opened.keys, opened.store
    cost = HashCost(numbers.hash_memory, numbers.hash_time, numbers.hash_parallelism)
    clock = SystemClock()

    def renew() -> None:
        KeyRing.rotate(settings.key_file, settings.data_dir)

    service = RotationService(
        store=store,
        vault=AesGcmVault(keys.sub_keys(Purpose.VAULT)),
        hasher=Argon2Hasher(keys.sub_keys(Purpose.PEPPER), cost),
        recorder=Recorder(clock, place, tolerance=numbers.clock_tolerance_seconds),
        current=lambda: keys.key_id,
        renew=renew,
        patiently=patiently,
    )
    rotated = service.rotate(caller)
    if isinstance(store, TinyStore):
        # What was sealed before stands in the old snapshot and journal still.
        patiently(store.fold)
        patiently(partial(_renew_ledger, ledger_beside(settings, keys), store))
    return rotated


def _renew_ledger(ledger: Ledger, store: Store) -> None:
    with closing(ledger), store.transaction() as tx:
        if tx.meta is None:
            return
        ledger.keep(tx.meta.id, Reached(store.changes(), tx.meta.latest))
        known = ledger.read()
        if known is not None:
            ledger.renew(known[0], known[1].values())


def _refuse_inside(path: Path, data_dir: Path) -> None:
    folder = path.absolute().parent
    if (
        folder.exists()
        and data_dir.exists()
        and any(each.samefile(data_dir) for each in (folder, *folder.parents))
    ):
        raise UnsafeEnvironment(
            f"{shown(path)} lies in the data folder, so that one broken disk would take both: name a place elsewhere."
        )
