"""The values of a configuration file, each read by its row; anything without a row is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.domain.text import printable
from pomfa_tui.filewords import shown
from pomfa_tui.settings.readers import Unfit, kind
from pomfa_tui.settings.rows import ROWS, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

T = TypeVar("T")

_LONGEST_NAME = 40


class Values:
    """What a file says, key by key.

    Args:
        path: The file, for refusals.
        found: The value of each row that the file holds.
    """

    def __init__(self, path: Path, found: Mapping[Row[Any], Any]) -> None:
        self._path = path
        self._found = found

    @classmethod
    def read(cls, path: Path, tables: Mapping[str, object]) -> Self:
        """Read every key of every table.

        Raises:
            WrongUsage: A table or key that does not exist, or a value that does not fit.
        """
        known: dict[str, dict[str, Row[Any]]] = {}
        for row in ROWS:
            known.setdefault(row.table, {})[row.key] = row
        found: dict[Row[Any], Any] = {}
        for name, table in tables.items():
            if not isinstance(table, dict) or name not in known:
                raise WrongUsage(f"{shown(path)} {_no_table(name, table, known)}.")
            for key, value in table.items():
                if key not in known[name]:
                    raise WrongUsage(f"{shown(path)} {_unknown_key(name, key, known)}.")
                found[known[name][key]] = _read(path, known[name][key], value)
        return cls(path, found)

    def of(self, row: Row[T]) -> T:
        """Return what the file says for this row, or its default."""
        value: T = self._found.get(row, row.default)
        return value

    def refused(self, table: str, clause: str) -> WrongUsage:
        """Return the refusal of values that are fit alone, but out of bounds or at odds with others."""
        return WrongUsage(f"{shown(self._path)}: in [{table}], {clause}.")


def _read(path: Path, row: Row[Any], value: object) -> object:
    try:
        return row.read(value)
    except Unfit as unfit:
        clause = str(unfit).removesuffix(".")
        raise WrongUsage(f"{shown(path)}: {row.key} in [{row.table}] {clause}.") from None


def _no_table(name: str, value: object, known: Mapping[str, Mapping[str, object]]) -> str:
    homes = [table for table, keys in known.items() if name in keys]
    if homes and not isinstance(value, dict):
        return f"has {name} outside any table: it belongs in [{homes[0]}]"
    if name in known:
        return f"has {name} as {kind(value)}, but it must be a table, written [{name}]"
    return f"has an unknown table [{_cut(name)}]{_hint(name, known)}"


def _unknown_key(table: str, key: str, known: Mapping[str, Mapping[str, object]]) -> str:
    homes = [other for other, keys in known.items() if key in keys]
    if homes:
        return f"has {key} in [{table}]: it belongs in [{homes[0]}]"
    return f"has an unknown key {_cut(key)} in [{table}]{_hint(key, known[table])}"


def _hint(name: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only a refusal needs it

    close = difflib.get_close_matches(name[:_LONGEST_NAME].casefold(), list(known), n=1)
    return f": perhaps {close[0]} is meant" if close else ""


def _cut(name: str) -> str:
    text = printable(name)
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
