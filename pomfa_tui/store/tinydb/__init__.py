"""The embedded engine: TinyDB, made safe for many processes."""

from __future__ import annotations

from pomfa_tui.store.tinydb.store import TinyStore

__all__ = ["TinyStore"]
