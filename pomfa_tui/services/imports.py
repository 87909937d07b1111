"""People in bulk from a table: every bad row named with its reason, all rows or none (ENR-17, A43)."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import BadInput, EmailExists, Refusal
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.activation_codes import PreparedCode
from pomfa_tui.services.newcomers import NewPerson, Objection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes
    from pomfa_tui.services.newcomers import Newcomers, ReadPerson
    from pomfa_tui.services.views import Issued

MOST_ROWS = 5_000
"""Rows of one table."""

COLUMNS = (
    "email",
    "name",
    "site",
    "role",
    "job",
    "gphc",
    "from",
    "to",
    "period",
    "override_reason",
)
"""Names of the columns; the first five are needed."""

REQUIRED = COLUMNS[:5]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used.

    Attributes:
        line: Number in the file, from 1, the heading counted.
        reason: One sentence.
    """

    line: int
    reason: str


class ImportRefused(BadInput):
    """The table has rows that cannot be used; nothing was written."""

    def __init__(self, rows: tuple[BadRow, ...]) -> None:
        """Keep every bad row with its reason."""
        shown = "; ".join(f"line {row.line}: {row.reason}" for row in rows[:3])
        more = f" And {len(rows) - 3} more." if len(rows) > 3 else ""  # noqa: PLR2004 - as many as were shown
        super().__init__(
            "file", f"Nothing was imported. Mend these rows and try again: {shown}{more}"
        )
        self.rows = rows


class ImportService:
    """Reads, checks and writes a whole table at once."""

    def __init__(
        self, *, access: Access, newcomers: Newcomers, activation: ActivationCodes
    ) -> None:
        """Take the rights check, the reading and writing of newcomers and the issuing of codes."""
        self._access = access
        self._newcomers = newcomers
        self._activation = activation

    def check(self, caller: Caller, text: str) -> int:
        """Check a table without writing anything; return how many people it would create.

        Raises:
            ImportRefused: Names every bad row.
            BadInput: The table has no heading, unknown columns or too many rows.
            StepUpNeeded: Somebody is to be more than staff, and a fresh code is due.
            Refusal: The caller may not.
        """
        rows = self._read(text)
        self._rehearse(caller, rows)
        return len(rows)

    def run(
        self,
        caller: Caller,
        text: str,
        progress: Callable[[int, int], None],
        *,
        before_commit: Callable[[tuple[Issued, ...]], None] | None = None,
    ) -> tuple[Issued, ...]:
        """Create everybody of a table in one commit and return their activation codes, in the order of the rows.

        Args:
            caller: Who acts.
            text: The file's content.
            progress: Told how many of how many codes are made; the slow part.
            before_commit: Told what is about to stand, so that the codes can be kept first; when it raises, nothing is written.

        Raises:
            ImportRefused: Names every bad row; nothing was written.
            BadInput: The table has no heading, unknown columns or too many rows.
            StepUpNeeded: Somebody is to be more than staff, and a fresh code is due.
            Refusal: The caller may not.
        """
        rows = self._read(text)
        self._rehearse(caller, rows)
        codes: list[PreparedCode] = []
        for number in range(1, len(rows) + 1):
            codes.append(self._activation.prepare())
            progress(number, len(rows))
        with self._access.change(caller) as (tx, actor):
            issued = self._write(tx, actor, rows, codes)
            if before_commit is not None:
                before_commit(issued)
        return issued

    def _read(self, text: str) -> list[_Row]:
        """Read every row by itself and against the rows before it."""
        rows: list[_Row] = []
        seen: dict[str, int] = {}
        for line, cells in _rows(text):
            try:
                person = self._newcomers.read(_new_person(cells))
            except BadInput as refusal:
                rows.append(_Row(line, None, refusal))
                continue
            first = seen.setdefault(person.person.email_key, line)
            again = BadInput("email", f"The same e-mail stands in line {first}.")
            rows.append(_Row(line, person, again if first != line else None))
        return rows

    def _rehearse(self, caller: Caller, rows: list[_Row]) -> None:
        """Write everything into a transaction that is not committed, since later rows depend on earlier ones (rule 3)."""
        nobodys = PreparedCode("", "")
        with suppress(_Rehearsed), self._access.change(caller) as (tx, actor):
            self._write(tx, actor, rows, [nobodys] * len(rows))
            raise _Rehearsed

    def _write(
        self, tx: Transaction, actor: Actor, rows: list[_Row], codes: list[PreparedCode]
    ) -> tuple[Issued, ...]:
        """Write row by row; any bad one undoes all. What the actor had no right to is recorded once for the whole table."""
        bad: list[BadRow] = []
        issued: list[Issued] = []
        denied: str | None = None
        met = 0
        for row, code in zip(rows, codes, strict=True):
            objection = row.objection(self._newcomers, tx, actor, met=met)
            if objection is not None:
                bad.append(BadRow(row.line, objection.refusal.message))
                met += isinstance(objection.refusal, EmailExists)
                denied = denied or (objection.refusal.code if objection.recorded else None)
            elif row.person is not None:
                issued.append(self._newcomers.write(tx, actor, row.person, code))
        refused = ImportRefused(tuple(bad))
        if denied is not None:
            self._access.deny(actor, Action.ADD_PERSON, refused, reason=denied, met=met)
        if bad:
            raise refused
        return tuple(issued)


class _Rehearsed(Exception):  # noqa: N818 - ends a transaction without committing it
    pass


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: who it names, or why it cannot be used.

    Attributes:
        line: Where it begins in the file.
        person: Who it names, when its values are in order.
        refusal: Why it cannot be used, as far as that shows without the store.
    """

    line: int
    person: ReadPerson | None
    refusal: Refusal | None

    def objection(
        self, newcomers: Newcomers, tx: Transaction, actor: Actor, *, met: int
    ) -> Objection | None:
        """Return what speaks against the row; see `Newcomers.objection`.

        Raises:
            StepUpNeeded: A fresh code is due, for the whole table.
        """
        if self.refusal is not None:
            return Objection(self.refusal, recorded=False)
        return None if self.person is None else newcomers.objection(tx, actor, self.person, met=met)


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the heading, each with the line it begins in; empty lines are passed over."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    heading: list[str] | None = None
    rows: list[tuple[int, dict[str, str]]] = []
    begins = 1
    try:
        for cells in lines:
            if heading is None:
                heading = [name.strip().casefold() for name in cells]
                _check_heading(heading)
            elif cells:
                rows.append((begins, _named(heading, cells)))
            if len(rows) > MOST_ROWS:
                raise BadInput(
                    "file", f"The table has more than {MOST_ROWS} rows. Import it in parts."
                )
            begins = lines.line_num + 1
    except csv.Error:
        raise BadInput(
            "file",
            f"Line {begins} cannot be read as comma-separated values. Mend it, or save the table as CSV and try again.",
        ) from None
    if not rows:
        raise BadInput("file", "The table has no rows below its heading.")
    return rows


def _named(heading: list[str], cells: list[str]) -> dict[str, str]:
    """Return the cells by name; none for a row that has too many or too few."""
    if len(cells) != len(heading):
        return {}
    return {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}


def _check_heading(heading: list[str]) -> None:
    unknown = [name for name in heading if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in heading]
    if unknown or missing or len(set(heading)) != len(heading):
        known = ", ".join(COLUMNS)
        raise BadInput(
            "file", f"The first row has to name the columns. Needed and allowed are: {known}."
        )


def _new_person(row: dict[str, str]) -> NewPerson:
    if not row:
        raise BadInput("file", "The row has more or fewer cells than the heading.")
    period = row.get("period") or "30"
    if period not in {"30", "60"}:
        raise BadInput(
            "period", "A code lives 30 or 60 seconds. Use 30 or 60, or leave the cell empty."
        )
    return NewPerson(
        email=row["email"],
        name=row["name"],
        role=row["role"],
        site=row["site"] or None,
        job=row["job"] or None,
        gphc=row.get("gphc") or None,
        starts=row.get("from") or None,
        ends=row.get("to") or None,
        period=int(period),
        override_reason=row.get("override_reason") or None,
    )
