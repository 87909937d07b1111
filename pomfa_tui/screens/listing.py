"""A list that services keep: searched as one types, filtered, shown one page at a time."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from textual import on
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.screens.filters import Filters
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.paged_table import PagedTable, Row
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.services.desk import Desk

PAUSE = 0.15
"""Seconds without a further key before it is searched."""


class Page(Protocol):
    """What services give: some of what fits."""

    @property
    def offset(self) -> int:
        """How many come before it."""

    @property
    def total(self) -> int:
        """How many there are altogether."""


PageT = TypeVar("PageT", bound=Page)


class ListingScreen(SignedInScreen[None], Generic[PageT]):
    """Lists what is looked up page by page; subclasses say what is asked for, how it is shown, and what Enter opens.

    Args:
        givens: Services, settings, clocks.
        token: The session.
    """

    AUTO_FOCUS: ClassVar[str | None] = "#search TextInput"
    DEFAULT_CSS: ClassVar[str] = """
    ListingScreen Body { padding: 0 1; }
    ListingScreen Form { height: 1fr; }
    ListingScreen #search { grid-columns: 11 1fr; max-width: 100%; margin-top: 1; }
    ListingScreen #standing { height: 1; }
    ListingScreen #standing Static { width: 1fr; padding: 0 2; }
    ListingScreen #span { text-align: right; padding: 0 2; height: 1; }
    """

    @property
    def table(self) -> PagedTable:
        """The rows."""
        return self.query_one(PagedTable)

    @property
    def sought(self) -> str:
        """What is typed beside `Search`."""
        return self.query_one("#search", Field).value

    @abstractmethod
    def lookup(self, offset: int, size: int) -> Callable[[Desk], PageT]:
        """Return the call that gets a page of what is asked for now.

        Args:
            offset: How many rows to pass over.
            size: How many there is room for.

        Raises:
            Refusal: What is typed cannot be asked for.
        """

    @abstractmethod
    def rows(self, page: PageT) -> Sequence[Row]:
        """Return the rows of a page."""

    @abstractmethod
    def describe(self, page: PageT) -> str:
        """Return which rows are shown, in words; show what else the page tells."""

    @on(PagedTable.Wanted)
    def turn(self, event: PagedTable.Wanted) -> None:
        """Get the page that is needed."""
        self.look(event.offset)

    @on(Field.Changed)
    @on(Filters.Changed)
    def search(self) -> None:
        """Look for what is typed, once no further key follows."""
        self.notice.clear()
        self.table.wait()
        start(self, self._look_anew, group="look", exclusive=True)

    @on(Field.Submitted)
    def go_to_table(self) -> None:
        """Go to what was found."""
        self.table.focus()

    def search_field(self) -> Field:
        """Return where one types what is sought."""
        return Field("Search", TextInput(longest=100), id="search")

    def look(self, offset: int) -> None:
        """Get a page, in the place of one that is under way.

        Args:
            offset: How many rows come before it.
        """
        start(self, partial(self._look, offset), group="look", exclusive=True)

    def look_again(self) -> None:
        """Get the page that is shown once more, if one is shown already."""
        if self.table.size.height:
            self.look(self.table.page_offset)

    async def _look_anew(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._look(0, anew=True)

    async def _look(self, offset: int, *, anew: bool = False) -> None:
        try:
            page = await self.consult(self.lookup(offset, self.table.page_size))
        except Refusal as refusal:
            self.refused(refusal)
            return
        if anew:
            self.table.position = 0
        self.table.show(self.rows(page), offset=page.offset, total=page.total)
        self.query_one("#span", Static).update(self.describe(page))
