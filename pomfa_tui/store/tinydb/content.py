"""The documents of a store in memory, and how commits enter them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pomfa_tui.domain.audit import Head
from pomfa_tui.store.checkpoint import Cut
from pomfa_tui.store.kinds import Taken
from pomfa_tui.store.tinydb import journal, snapshot
from pomfa_tui.store.tinydb.journal import Changes, Line
from pomfa_tui.store.tinydb.refusals import foreign
from pomfa_tui.store.tinydb.rows import Rows, Text
from pomfa_tui.store.tinydb.snapshot import SealedHead


class Content:
    """Every table, and where the audit log stands.

    Args:
        journal_place: The journal's path, for sentences.

    Attributes:
        tables: By name.
        audit: The sealed head of the audit chain; none before the first commit.
        audit_size: Bytes that the audit log must have, with those that were dropped.
        cut: What was dropped from the audit log; none while it is whole.
    """

    def __init__(self, journal_place: str) -> None:
        self.journal_place = journal_place
        self.tables = snapshot.empty_tables()
        self.audit: SealedHead | None = None
        self.audit_size = 0
        self.cut: Cut | None = None

    @property
    def head(self) -> Head:
        """Where the audit chain stands."""
        return Head() if self.audit is None else self.audit.head

    def apply(self, changes: Changes) -> None:
        """Take in a commit of this process.

        Raises:
            Taken: Two documents would share an id or a unique entry.
        """
        for table, written in changes.items():
            self._own(table).write(written)

    def take_in(self, lines: Sequence[Line], first: int) -> None:
        """Take in commits of other processes.

        Args:
            lines: Of the journal, in order.
            first: Number of the first of them.

        Raises:
            IntegrityFailure: Something in them does not belong there.
        """
        for number, line in enumerate(lines, start=first):
            if not self._arrive(line, number):
                self._apply_now(line, number)
        self.cut = next((line.cut for line in reversed(lines) if line.cut is not None), self.cut)
        for line in reversed(lines):
            if line.head is not None:
                self.audit, self.audit_size = line.head, line.log
                return

    def _arrive(self, line: Line, number: int) -> bool:
        """Take a commit of another process without decoding it; tell whether that was possible."""
        tables = self.tables
        for name, doc_id, _ in line.changes:
            rows = tables.get(name)
            if rows is None or not rows.holds(doc_id):
                return False
        texts = [(name, doc_id, bytes(raw)) for name, doc_id, raw in line.changes]
        for _, _, text in texts:
            if text == journal.REMOVED:
                return False
        for name, doc_id, text in texts:
            self._own(name).arrive(doc_id, text, number, self._decode)
        return True

    def _decode(self, table: str, text: Text, line: int) -> Any:
        return journal.decode(table, text, self.journal_place, line)

    def _apply_now(self, line: Line, number: int) -> None:
        """Take a commit that adds or removes documents."""
        place, changes = self.journal_place, Changes()
        for name, doc_id, raw in line.changes:
            removed = bytes(raw) == journal.REMOVED
            document = None if removed else journal.decode(name, raw, place, number)
            changes.setdefault(name, []).append((doc_id, document))
        try:
            for name, written in changes.items():
                self._own(name).write(written)
        except (KeyError, Taken) as error:
            raise foreign(place, error, line=number) from None

    def _own(self, name: str) -> Rows[Any]:
        """Return a table's rows, free to change."""
        rows = self.tables[name]
        if rows.pins:
            rows = self.tables[name] = rows.copy()
        return rows
