"""A refusal of the store's files for being older than they should be (A34)."""

from __future__ import annotations

from pomfa_tui.domain.documents import Document


class Setback(Document, frozen=True, kw_only=True):
    """One refusal.

    Attributes:
        at: When, UTC seconds.
        ends_at: Number of the newest change in the files.
        reached: Number of the newest change that was made.
    """

    at: int
    ends_at: int
    reached: int
