"""Puts a store back from a backup, or settles the files that are there: joins services, store and keys for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pomfa_tui.aftermath import record_noted
from pomfa_tui.bootstrap import check_places, ledger_beside, load_keys, look_at_store
from pomfa_tui.domain.errors import (
    IntegrityFailure,
    Refusal,
    Unavailable,
    WrongUsage,
)
from pomfa_tui.domain.standing import standing_of
from pomfa_tui.filewords import shown
from pomfa_tui.host import SystemClock
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import HmacHeadSeal
from pomfa_tui.services.recorder import Recorder
from pomfa_tui.services.restoring import Knowledge, Restored, RestoreService
from pomfa_tui.store.ledger import Begun
from pomfa_tui.store.reached import Reached
from pomfa_tui.store.tinydb import TinyStore, backup
from pomfa_tui.store.tinydb.onlooker import Onlooker
from pomfa_tui.store.tinydb.restoring import StoreThere, restore_place

if TYPE_CHECKING:
    from pathlib import Path

    from pomfa_tui.domain.ports import Place, StoreMeta
    from pomfa_tui.domain.standing import Standing
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.restoring import Standings
    from pomfa_tui.settings import Settings
    from pomfa_tui.store.ledger import Ledger
    from pomfa_tui.store.setbacks import Noted
    from pomfa_tui.store.tinydb.backup import Backup
    from pomfa_tui.store.tinydb.restoring import RestorePlace


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """What to restore, and how.

    Attributes:
        source: The backup; none for the files that are in the data folder.
        replace: Whether a store that is there may make room; its files are kept aside.
        knowledge: What to go by for the time after the backup.
    """

    source: Path | None
    replace: bool = False
    knowledge: Knowledge = Knowledge.LEDGER


@dataclass(frozen=True, slots=True)
class RestoreMade:
    """What a restore did.

    Attributes:
        at: When the backup was made, UTC seconds; none for the files that were there.
        settled: What was left dead.
        aside: Folder with the files that were there before, or none.
    """

    at: int | None
    settled: Restored
    aside: Path | None


def restore(
    settings: Settings, place: Place, caller: HostCaller, order: RestoreOrder
) -> RestoreMade:
    """Put a store back, and leave dead what was dead (BAK-03).

    Args:
        settings: Where things are.
        place: This process, for the audit log.
        caller: Who restores.
        order: What, and how.

    Raises:
        Refusal: It cannot be done, or not without saying more; nothing was changed.
    """
    check_places(settings)
    keys = _keys(settings, order.knowledge)
    source = _source(settings, keys, order)
    ledger = ledger_beside(settings, keys)
    ledger.serve(source.first.store)
    known = _known(ledger, source, order.knowledge)
    standings: Standings = {} if known is None else known[1]
    seconds = settings.limits.store_lock_seconds
    with (
        restore_place(settings.data_dir, lock_seconds=seconds) as there,
        ledger.setbacks.taken() as noted,
    ):
        if there.is_taken and not order.replace and order.source is not None:
            raise StoreThere(shown(settings.data_dir))
        reached = _reached(ledger) or Reached(source.first.seq, 0)
        seal = HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD))
        anew = order.knowledge is Knowledge.WITHOUT_KEY
        there.stage(source, seq=max(reached.seq, _present(settings)), seal=seal, anew=anew)
        settling = _Settling(settings, place, caller, order, keys)
        settled, changed, now = settling.settle(there, source, standings, reached, noted)
        aside = there.install(f"before-restore-{_stamp(SystemClock().now())}")
        _renew(ledger, known, changed, source, now)
    return RestoreMade(None if order.source is None else source.first.at, settled, aside)


class _Settling:
    """Settles staged files by the rules of the services."""

    def __init__(
        self,
        settings: Settings,
        place: Place,
        caller: HostCaller,
        order: RestoreOrder,
        keys: KeyRing,
    ) -> None:
        self._settings = settings
        self._place = place
        self._caller = caller
        self._order = order
        self._keys = keys

    def settle(
        self,
        there: RestorePlace,
        source: Backup,
        standings: Standings,
        reached: Reached,
        noted: Noted,
    ) -> tuple[Restored, list[Standing], Reached]:
        """Return what was done, the standings that it changed, and how far the store has got."""
        tolerance = self._settings.limits.clock_tolerance_seconds
        clock = SystemClock()
        seal = HmacHeadSeal(self._keys.sub_keys(Purpose.AUDIT_HEAD))
        store = TinyStore(there.staging, head_seal=seal)
        try:
            before = set(_standings(store))
            pen = Recorder(clock, self._place, tolerance=tolerance)
            service = RestoreService(store, clock, pen, tolerance=tolerance)
            settled = service.settle(
                self._caller,
                standings,
                self._order.knowledge,
                latest=max(reached.latest, source.first.at),
                key_id=self._key_id(source),
                detail=self._detail(source, reached),
            )
            record_noted(store, noted, pen)
            store.fold()
            verdict = store.verify_audit()
            if not verdict.ok:
                raise IntegrityFailure(
                    f"The restored audit log is damaged: {verdict.problem} Use another backup; nothing was changed."
                )
            changed = [each for each in _standings(store) if each not in before]
            return settled, changed, Reached(store.changes(), _meta(store).latest)
        finally:
            store.close()

    def _key_id(self, source: Backup) -> str:
        """Return which key seals what is restored: an older one shows as an exchange that is still to be finished."""
        lost = self._order.knowledge is Knowledge.WITHOUT_KEY
        return self._keys.key_id if lost else source.first.key_id

    def _detail(self, source: Backup, reached: Reached) -> dict[str, str]:
        first = source.first
        of = "files" if self._order.source is None else "backup"
        detail = {"of": of, "change": str(first.seq), "reached": str(max(reached.seq, first.seq))}
        if self._order.source is not None:
            detail["made"] = datetime.fromtimestamp(first.at, tz=UTC).isoformat()
        return detail


def _keys(settings: Settings, knowledge: Knowledge) -> KeyRing:
    if knowledge is not Knowledge.WITHOUT_KEY:
        return load_keys(settings)
    return KeyRing.create(settings.key_file, settings.data_dir)


def _source(settings: Settings, keys: KeyRing, order: RestoreOrder) -> Backup:
    if order.source is None:
        return _as_found(settings, keys)
    lost = order.knowledge is Knowledge.WITHOUT_KEY
    seal = None if lost else HmacHeadSeal(keys.sub_keys(Purpose.BACKUP))
    source = backup.read(order.source, seal)
    if not lost:
        keys.require(source.first.key_id)
    return source


def _as_found(settings: Settings, keys: KeyRing) -> Backup:
    """Take the files of the data folder for a backup."""
    seal = HmacHeadSeal(keys.sub_keys(Purpose.BACKUP))
    try:
        store = Onlooker(
            settings.data_dir, head_seal=HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD))
        )
    except FileNotFoundError:
        raise WrongUsage(
            f"There is no store in {shown(settings.data_dir)}. Name the backup to restore."
        ) from None
    try:
        verdict = store.verify_audit()
        if not verdict.ok:
            raise IntegrityFailure(
                f"The audit log in {shown(settings.data_dir)} is damaged: {verdict.problem} Restore a backup instead."
            )
        keys.require(_meta(store).key_id)
        _, data = backup.contents(store.exported(), at=0, program="", seal=seal)
        return backup.parse(data, seal, shown(settings.data_dir))
    finally:
        store.close()


def _known(ledger: Ledger, source: Backup, knowledge: Knowledge) -> tuple[Begun, Standings] | None:
    """Return what the ledger knows.

    Raises:
        Refusal: It is needed and does not go back to the backup.
    """
    if knowledge is Knowledge.WITHOUT_KEY:
        return None
    try:
        known = ledger.read()
    except IntegrityFailure:
        if knowledge is Knowledge.LEDGER:
            raise
        return None
    if knowledge is not Knowledge.LEDGER:
        return known
    if known is None or known[0].seq > source.first.seq:
        raise Refusal(
            f"There is no ledger at {shown(ledger.path)} that goes back to this backup, so passwords, authenticators and accounts that "
            "were ended since would live again. Put the ledger and its mark back, or say --reset-everybody, or, where nothing of the kind has "
            "happened, --without-ledger."
        )
    return known


def _reached(ledger: Ledger) -> Reached | None:
    with suppress(IntegrityFailure):
        return ledger.reached()
    return None


def _present(settings: Settings) -> int:
    """Return the number of the newest commit of the store that is there, where it can be read."""
    with suppress(Refusal, OSError):
        store = look_at_store(settings, None)
        try:
            return store.changes()
        finally:
            store.close()
    return 0


def _renew(
    ledger: Ledger,
    known: tuple[Begun, Standings] | None,
    changed: list[Standing],
    source: Backup,
    now: Reached,
) -> None:
    """Have the ledger go on with the restored store."""
    ledger.keep(source.first.store, now)
    begun = Begun(ledger=1, store=source.first.store, seq=now.seq) if known is None else known[0]
    newest = {} if known is None else dict(known[1])
    newest.update({each.key: each for each in changed})
    ledger.renew(begun, newest.values(), now)


def _standings(store: TinyStore) -> list[Standing]:
    with store.view() as view:
        documents = [*view.people.all(), *view.credentials.all(), *view.sites.all()]
        found = [standing_of(document) for document in documents]
    return [each for each in found if each is not None]


def _meta(store: TinyStore) -> StoreMeta:
    with store.view() as view:
        meta = view.meta
    if meta is None:
        raise Unavailable("There is no store that was set up. Set one up with `pomfa-tui init`.")
    return meta


def _stamp(now: int) -> str:
    return datetime.fromtimestamp(now, tz=UTC).strftime("%Y%m%dT%H%M%SZ")
