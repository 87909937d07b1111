"""What the running transaction sees: every table as it was committed, with the transaction's own changes above it."""

from __future__ import annotations

from typing import Any

from pomfa_tui.store.kinds import Kind
from pomfa_tui.store.tinydb.picture import Picture
from pomfa_tui.store.tinydb.rows import Rows
from pomfa_tui.store.tinydb.tables import LiveDatabase, TinyRows


class Drafts:
    """The changes of one transaction after the other, kept apart until they are committed.

    Args:
        picture: What is committed.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._layers: dict[str, Rows[Any]] = {}
        self._database = LiveDatabase(self._layer)

    def begin(self) -> dict[str, Rows[Any]]:
        """Forget the transaction before, and return where the tables of this one will be as soon as they are touched."""
        self._layers = {}
        return self._layers

    def rows(self, kind: Kind[Any]) -> TinyRows[Any]:
        """Return a table as the running transaction sees it."""
        return TinyRows(self._layer(kind.name), self._database)

    def _layer(self, name: str) -> Rows[Any]:
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = self._picture.tables[name].layer()
        return layer
