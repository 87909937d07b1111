"""The filters of `Requests`, each a wheel of a few words."""

from __future__ import annotations

from textual.app import ComposeResult

from pomfa_tui.screens.filters import ANY, Filters
from pomfa_tui.screens.request_words import NEED_WORDS
from pomfa_tui.services.request_views import RequestFilter
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

STATES: dict[str, bool | None] = {"open": True, "closed": False, "all": None}
NEEDS = {words: need for need, words in NEED_WORDS.items()}
SENT = {"1 day ago": 1, "3 days ago": 3, "7 days ago": 7}
AGAIN = "again"


class RequestFilters(Filters):
    """Two rows of wheels."""

    def compose(self) -> ComposeResult:
        """Lay out the wheels."""
        yield ChoiceField("State", tuple(STATES), hint="", id="state")
        yield ChoiceField("Needed", (ANY, *NEEDS), hint="", id="need")
        yield ChoiceField("Sent", (ANY, *SENT), hint="", id="sent")
        yield ChoiceField("Asked", (ANY, AGAIN), hint="", id="asked")
        yield Field("Site", TextInput(longest=10), id="site")

    def wanted(self, search: str) -> RequestFilter:
        """Return what is asked for.

        Args:
            search: What is typed.
        """
        return RequestFilter(
            is_open=STATES[self._word("state")],
            need=NEEDS.get(self._word("need")),
            site=self._word("site"),
            search=search,
            again=self._word("asked") == AGAIN,
            days=SENT.get(self._word("sent"), 0),
        )

    def _word(self, name: str) -> str:
        return self.field(name).value
