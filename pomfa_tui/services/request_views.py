"""What support sees of requests, and how the queue is looked through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.requests import (
    Closing,
    Filing,
    Need,
)

if TYPE_CHECKING:
    from pomfa_tui.services.views import PersonSummary


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests are wanted.

    Attributes:
        is_open: The open ones, oldest first; the closed ones, last closed first; or, for none, all, oldest first.
        need: What is needed, or none for anything.
        site: ODS code, or empty for any.
        search: Part of a name, e-mail, telephone or reference number; or empty.
        again: Whether only those that were asked for more than once.
        days: Least age in days; 0 for any.
    """

    is_open: bool | None = True
    need: Need | None = None
    site: str = ""
    search: str = ""
    again: bool = False
    days: int = 0


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as support sees it.

    Attributes:
        reference: Number of the first filing, as it is read out.
        need: What is needed.
        email: Address of whom it is about, as typed.
        filings: The first and the newest ones, oldest first.
        times: How often it was asked for altogether; hand it back when closing.
        closing: How it ended, or none.
        person: Whose account has this e-mail now; none when there is none, or in a list.
    """

    reference: str
    need: Need
    email: str
    filings: tuple[Filing, ...]
    times: int
    closing: Closing | None
    person: PersonSummary | None = None

    @property
    def first(self) -> Filing:
        """The filing it began with."""
        return self.filings[0]

    @property
    def newest(self) -> Filing:
        """The newest filing."""
        return self.filings[-1]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Some of the requests that were wanted.

    Attributes:
        requests: Those of the page.
        offset: How many come before them.
        total: How many there are altogether.
        waiting: How many are open, wanted or not.
    """

    requests: tuple[RequestView, ...]
    offset: int
    total: int
    waiting: int
