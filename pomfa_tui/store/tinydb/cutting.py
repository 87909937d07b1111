"""Finishes what a checkpoint has begun: the records that it stands for leave the file, and the store notes that they have."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.store.checkpoint import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.store.tinydb.bookkeeper import Bookkeeper
    from pomfa_tui.store.tinydb.picture import Picture
    from pomfa_tui.store.tinydb.safety import Safety
    from pomfa_tui.store.tinydb.upkeep import Upkeep
    from pomfa_tui.store.tinydb.writer import Writer, Written


class Cutting:
    """Cuts the head of the audit log's file.

    Args:
        picture: What this process knows.
        writer: Writes to the journal.
        safety: Makes commits safe.
        upkeep: Exchanges the file.
        bookkeeper: Is told how far the store has got.
        begin: Takes the lock and reads everything to its end.
        end: Gives the lock back.
    """

    def __init__(
        self,
        *,
        picture: Picture,
        writer: Writer,
        safety: Safety,
        upkeep: Upkeep,
        bookkeeper: Bookkeeper,
        begin: Callable[[], None],
        end: Callable[[], None],
    ) -> None:
        self._picture = picture
        self._writer = writer
        self._safety = safety
        self._upkeep = upkeep
        self._bookkeeper = bookkeeper
        self._begin = begin
        self._end = end

    def finish(self) -> None:
        """Do what is still to be done.

        The commit with the checkpoint stands: what the disk refuses now is done at the next start.
        """
        cut = self._picture.cut
        if cut is None or cut.done:
            return
        with suppress(Refusal):
            if not self._upkeep.cut_log():
                return
            written = self._noted(cut)
            if written is not None:
                self._safety.make_safe(written.mark, written.records)
                self._bookkeeper.reach(written.mark.seq)

    def _noted(self, cut: Cut) -> Written | None:
        self._begin()
        try:
            if self._picture.cut != cut:
                return None
            return self._writer.commit({}, (), Cut(sealed=cut.sealed, done=True))
        finally:
            self._end()
