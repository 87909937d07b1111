"""People in bulk from a table: every bad row named with its reason, all rows or none (ENR-17, A43)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import BadInput, Refusal
from pomfa_tui.services.newcomers import NewPerson

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.activation_codes import ActivationCodes, PreparedCode
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
            Refusal: The caller may not.
        """
        read = self._read(text)
        with self._access.change(caller) as (tx, actor):
            self._check_all(tx, actor, read)
        return len(read)

    def run(
        self, caller: Caller, text: str, progress: Callable[[int, int], None]
    ) -> tuple[Issued, ...]:
        """Create everybody of a table in one commit and return their activation codes.

        Args:
            caller: Who acts.
            text: The file's content.
            progress: Told how many of how many codes are made; the slow part.

        Raises:
            ImportRefused: Names every bad row; nothing was written.
            BadInput: The table has no heading, unknown columns or too many rows.
            Refusal: The caller may not.
        """
        self.check(caller, text)
        read = self._read(text)
        codes: list[PreparedCode] = []
        for number in range(len(read)):
            codes.append(self._activation.prepare())
            progress(number + 1, len(read))
        with self._access.change(caller) as (tx, actor):
            return self._check_all(tx, actor, read, codes)

    def _read(self, text: str) -> list[tuple[int, ReadPerson]]:
        read: list[tuple[int, ReadPerson]] = []
        bad: list[BadRow] = []
        seen: dict[str, int] = {}
        for line, row in _rows(text):
            try:
                person = self._newcomers.read(_new_person(row))
            except Refusal as refusal:
                bad.append(BadRow(line, refusal.message))
                continue
            key = person.person.email_key
            if key in seen:
                bad.append(BadRow(line, f"The same e-mail stands in line {seen[key]}."))
            seen.setdefault(key, line)
            read.append((line, person))
        if bad:
            raise ImportRefused(tuple(bad))
        return read

    def _check_all(
        self,
        tx: Transaction,
        actor: Actor,
        read: list[tuple[int, ReadPerson]],
        codes: list[PreparedCode] | None = None,
    ) -> tuple[Issued, ...]:
        """Check every row against the store and the rows before it; write as it goes, since a bad row undoes all."""
        bad: list[BadRow] = []
        issued: list[Issued] = []
        for number, (line, person) in enumerate(read):
            try:
                self._newcomers.check(tx, actor, person)
            except Refusal as refusal:
                bad.append(BadRow(line, refusal.message))
                continue
            if codes is not None:
                issued.append(self._newcomers.write(tx, actor, person, codes[number]))
        if bad:
            raise ImportRefused(tuple(bad))
        return tuple(issued)


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        heading = [name.strip().casefold() for name in reader.fieldnames or ()]
        _check_heading(heading)
        reader.fieldnames = heading
        rows = [(reader.line_num, _cells(row)) for row in reader]
    except csv.Error:
        raise BadInput(
            "file", "This is not a table of comma-separated values. Save it as CSV and try again."
        ) from None
    if not rows:
        raise BadInput("file", "The table has no rows below its heading.")
    if len(rows) > MOST_ROWS:
        raise BadInput("file", f"The table has more than {MOST_ROWS} rows. Import it in parts.")
    return rows


def _check_heading(heading: list[str]) -> None:
    unknown = [name for name in heading if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in heading]
    if unknown or missing or len(set(heading)) != len(heading):
        known = ", ".join(COLUMNS)
        raise BadInput(
            "file", f"The first row has to name the columns. Needed and allowed are: {known}."
        )


def _cells(row: dict[str, str | list[str] | None]) -> dict[str, str]:
    """Return the cells as texts; a row with too many or too few is refused as a whole."""
    if None in row or any(not isinstance(value, str) for value in row.values()):
        return {}
    return {name: str(value).strip() for name, value in row.items()}


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
