"""Tells the ledger what is about to change, and how far the store has got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.domain.standing import Standing, changed_standing
from pomfa_tui.store.kinds import CREDENTIALS, META, META_KEY, PEOPLE, SITES
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.reached import Reached
from pomfa_tui.store.tinydb.picture import Picture

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

    def check(self, place: str, refresh: Callable[[], None], *, begin: bool) -> None:
        """Refuse files that are older than what was recorded.

        Args:
            place: The store's folder, for the sentence.
            refresh: Reads what others have committed meanwhile.
            begin: Whether a ledger may be begun where there is none, and a refusal noted.

        Raises:
            RolledBack: They are.
            IntegrityFailure: The mark is damaged.
        """
        ledger, meta = self._ledger, self._meta()
        if ledger is None or meta is None:
            return
        ledger.serve(meta.id)
        reached = ledger.reached()
        if reached is not None and self._picture.seq < reached.seq:
            refresh()
        ledger.check(self._picture.seq, reached, place, note=begin)
        if begin:
            ledger.keep(meta.id, Reached(self._picture.seq, meta.latest))

    def note(self, changes: Mapping[str, list[tuple[int, Any]]], seq: int) -> None:
        """Tell the ledger what a commit is about to change in who may get in and what proves them.

        Args:
            changes: Documents by table, each with its number; none where it is removed.
            seq: Number of the commit before.

        Raises:
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
            ledger.note(list(self._changed(changes)), reached)

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
