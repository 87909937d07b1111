"""The filters of `People`, each a wheel of a few words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.people import PersonState
from pomfa_tui.screens.filters import ANY, Filters
from pomfa_tui.screens.words import MFA_WORDS, ROLE_WORDS, STATE_WORDS
from pomfa_tui.services.people import PeopleFilter
from pomfa_tui.services.people_pages import Passes
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

ROLES = {words: role for role, words in ROLE_WORDS.items()}
ROLES_AT_A_SITE = {words: role for words, role in ROLES.items() if role in {"staff", "admin"}}
STATES = {words: state for state, words in STATE_WORDS.items()}
STATES_AT_A_SITE = {
    words: state for words, state in STATES.items() if state is not PersonState.LEFT
}
MFA: dict[str, MfaState] = {words: state for state, words in MFA_WORDS.items()}
NOT_SEEN = {f"{days} days": days for days in (30, 60, 90)}
PASS_ENDS = {"7 days": Passes.WEEK, "30 days": Passes.MONTH, "ended": Passes.OVER}


class PeopleFilters(Filters):
    """Two rows of wheels.

    Args:
        everywhere: Whether there are people of all sites, so that a site can be asked for.
    """

    DEFAULT_CSS: ClassVar[str] = """
    PeopleFilters Field { grid-columns: 11 1fr; }
    """

    def __init__(self, *, everywhere: bool) -> None:
        super().__init__()
        self._roles = ROLES if everywhere else ROLES_AT_A_SITE
        self._states = STATES if everywhere else STATES_AT_A_SITE
        self._everywhere = everywhere

    def compose(self) -> ComposeResult:
        """Lay out the wheels."""
        yield ChoiceField("Role", (ANY, *self._roles), hint="", id="role")
        yield ChoiceField("State", (ANY, *self._states), hint="", id="state")
        yield ChoiceField("MFA", (ANY, *MFA), hint="", id="mfa")
        yield ChoiceField("Not seen", (ANY, *NOT_SEEN), hint="", id="dormant")
        yield ChoiceField("Pass ends", (ANY, *PASS_ENDS), hint="", id="passes")
        if self._everywhere:
            yield Field("Site", TextInput(longest=10), id="site")

    def wanted(self, search: str) -> PeopleFilter:
        """Return what is asked for.

        Args:
            search: What is typed.
        """
        return PeopleFilter(
            site=self._word("site") if self._everywhere else None,
            role=self._roles.get(self._word("role")),
            state=self._states.get(self._word("state")),
            mfa=MFA.get(self._word("mfa")),
            dormant_days=NOT_SEEN.get(self._word("dormant")),
            search=search,
            passes=PASS_ENDS.get(self._word("passes")),
        )

    def _word(self, name: str) -> str:
        return self.field(name).value
