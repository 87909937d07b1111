"""Tells the ledger what is about to change, and how far the store has got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from pomfa_tui.domain.errors import Busy, Refusal
from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.domain.standing import Standing, changed_standing
from pomfa_tui.store.kinds import CREDENTIALS, META, META_KEY, PEOPLE, SITES
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.reached import Reached
from pomfa_tui.store.tinydb.picture import Picture

_Begin = Callable[[], AbstractContextManager[object]]

_STANDING = (PEOPLE.name, CREDENTIALS.name, SITES.name)


class Bookkeeper:
    """Stands between a store and its ledger.

    Args:
        ledger: None for a store that has none.
        picture: What this process knows.
    """

    def __init__(self, ledger: Ledger | None, picture: Picture) -> None:
        self._ledger = ledger
        self._picture = picture
        self._place = ""
        self._generation = 0

    def check(
        self,
        place: str,
        refresh: Callable[[], None],
        write: _Begin | None,
    ) -> None:
        """Refuse files that are older than what was recorded.

        Args:
            place: The store's folder, for the sentence.
            refresh: Reads what others have committed meanwhile.
            write: Begins a transaction; none where this process only looks, and so neither begins a ledger nor notes a refusal.

        Raises:
            RolledBack: They are.
            IntegrityFailure: The mark is damaged.
        """
        self._place = place
        ledger, meta = self._ledger, self._meta()
        if ledger is None or meta is None:
            return
        ledger.serve(meta.id)
        reached = ledger.reached()
        if reached is not None and self._picture.seq < reached.seq:
            refresh()
        if reached is not None and self._picture.seq < reached.seq and write is not None:
            _catch_up(write)
        ledger.check(self._picture.seq, reached, place, note=write is not None)
        if write is not None:
            ledger.keep(meta.id, Reached(self._picture.seq, meta.latest))

    def note(self, changes: Mapping[str, list[tuple[int, Any]]], seq: int) -> None:
        """Tell the ledger what a commit is about to change in who may get in and what proves them.

        Args:
            changes: Documents by table, each with its number; none where it is removed.
            seq: Number of the commit before; everything up to it has been read, under the lock.

        Raises:
            RolledBack: More had been made, so that older files were put under this process.
            IntegrityFailure: The mark is damaged.
            Unavailable: The ledger cannot be written, so the commit must not be.
        """
        ledger = self._ledger
        if ledger is None:
            return
        coming = [document for _, document in changes.get(META.name, ())]
        meta = coming[-1] if coming else self._meta()
        if meta is None:
            return
        reached = Reached(seq, meta.latest)
        ledger.keep(meta.id, reached)
        if ledger.kept:
            self._require_newest(ledger, seq)
            ledger.note(list(self._changed(changes)), reached)

    def _require_newest(self, ledger: Ledger, seq: int) -> None:
        position = self._picture.position
        if position is not None and position.generation != self._generation:
            # A restore makes a new mark as well.
            self._generation = position.generation
            ledger.close()
        reached = ledger.reached()
        if reached is not None and seq < reached.seq:
            # So does whoever settles the files as found.
            ledger.close()
            reached = ledger.reached()
        ledger.check(seq, reached, self._place, note=True)

    def reach(self, seq: int) -> None:
        """Move the mark forward to a commit that is safe."""
        meta = self._meta()
        if self._ledger is not None and meta is not None:
            self._ledger.reach(Reached(seq, meta.latest))

    def close(self) -> None:
        """Let go of the ledger's files."""
        if self._ledger is not None:
            self._ledger.close()

    def _meta(self) -> StoreMeta | None:
        found: StoreMeta | None = self._picture.tables[META.name].get(META_KEY)
        return found

    def _changed(self, changes: Mapping[str, list[tuple[int, Any]]]) -> Iterator[Standing]:
        for name in _STANDING:
            rows = self._picture.tables[name]
            for number, document in changes.get(name, ()):
                before = rows.document(number) if rows.holds(number) else None
                standing = changed_standing(before, document)
                if standing is not None:
                    yield standing


def _catch_up(write: _Begin) -> None:
    """Read what is on the disk and not marked as safe yet: whoever is to mark it may be held up for a while.

    Raises:
        Busy: Somebody holds the store for too long, so that nobody can tell.
    """
    try:
        with write():
            pass
    except Busy:
        raise
    except Refusal:
        # Files that cannot be used as they are; that they are old is what has to be said.
        return
