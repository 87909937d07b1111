"""Gives the verdict on the audit log, whatever others do meanwhile."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import Busy, Unavailable
from pomfa_tui.store import audit_log

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from pomfa_tui.domain.ports import AuditVerdict
    from pomfa_tui.store.tinydb.auditfile import AuditFile
    from pomfa_tui.store.tinydb.journal import Position
    from pomfa_tui.store.tinydb.logbook import Logbook
    from pomfa_tui.store.tinydb.picture import Picture
    from pomfa_tui.store.tinydb.upkeep import Upkeep
    from pomfa_tui.store.tinydb.writer import Writer

_TRIES = 5


class Verifying:
    """Checks the whole log.

    Args:
        picture: What this process knows.
        writer: Knows whose seal it is.
        audit: The log's file.
        logbook: Reads it.
        upkeep: Completes it after a crash.
    """

    def __init__(
        self,
        picture: Picture,
        writer: Writer,
        audit: AuditFile,
        logbook: Logbook,
        upkeep: Upkeep,
    ) -> None:
        self._picture = picture
        self._writer = writer
        self._audit = audit
        self._logbook = logbook
        self._upkeep = upkeep

    def verdict(
        self,
        *,
        refresh: Callable[[], None],
        make_safe: Callable[[Position], None],
        looking: threading.RLock,
    ) -> AuditVerdict:
        """Check the log against itself, its checkpoint and its sealed head.

        Args:
            refresh: Reads what others have committed.
            make_safe: Makes safe what was read.
            looking: Held while the picture is looked at.

        Raises:
            Busy: Others cut the log's head again and again.
        """
        for left in reversed(range(_TRIES)):
            refresh()
            position = self._picture.position
            if position is not None:
                make_safe(position)
            verdict = self._once(looking, again=left > 0)
            if verdict is not None:
                return verdict
        raise Busy

    def _once(self, looking: threading.RLock, *, again: bool) -> AuditVerdict | None:
        picture = self._picture
        with looking:
            wanted, sealed, position = picture.audit_size, picture.audit, picture.position
        longer = False
        if self._audit.size() != wanted:
            # Others have written since, a crash left something to be added, or the log was cut or added to.
            with suppress(Unavailable):
                longer = self._upkeep.level_audit()
        upto = None if longer or position is None else wanted
        verdict = self._logbook.verdict(upto, sealed, again=again)
        if verdict is None or not verdict.ok:
            return verdict
        if self._audit.size() < wanted:
            return audit_log.cut(verdict)
        if sealed is not None and not self._writer.is_sealed(sealed):
            return audit_log.unsealed(verdict)
        return verdict
