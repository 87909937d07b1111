"""The fields that adding and editing a person have in common, each with its error beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, SharedMailbox
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.jobs import JOBS
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import ROLE_WORDS
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput, TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens

FIELDS = (
    "name",
    "email",
    "override_reason",
    "site",
    "role",
    "job",
    "gphc",
    "from",
    "to",
    "period",
    "reason",
)
"""Fields by the names that refusals use, in their order on the screen."""

PERIODS = {"30 seconds": 30, "60 seconds": 60}
"""How long a code lives (rule 15)."""

ROLES = {words: role for role, words in ROLE_WORDS.items()}

ON_DEMAND = ("override_reason", "reason")
"""Fields that are asked for when a refusal says so."""


LINES = {
    "name": ("Name", 100, ""),
    "email": ("E-mail", 254, "Their own, not the pharmacy's."),
    "override_reason": ("Reason for address", 200, "Why this address is theirs alone."),
    "site": ("Site code", 10, ""),
    "gphc": ("GPhC number", 20, ""),
    "from": ("First day", 10, ""),
    "to": ("Last day", 10, "Such as 2026-03-31; empty for no limit."),
    "reason": ("Reason", 200, "Why the site can do without an administrator."),
}
"""Label, most characters and hint of what is typed."""

CHOICES = {
    "job": ("Job title", JOBS, ""),
    "period": ("A code lives", tuple(PERIODS), ""),
}
"""Label, words and hint of what is chosen."""


class PersonFormScreen(SignedInScreen[Done]):
    """Lays out those of the fields that are wanted, and says which is wrong.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        fields: Names of the fields that this actor may fill in.
        roles: Roles to choose from.
        sites: Sites to choose from; one is typed when there is none.
    """

    SAVE: ClassVar[str]
    DEFAULT_CSS: ClassVar[str] = """
    PersonFormScreen Body { padding: 1 2 0 2; }
    """

    def __init__(
        self,
        givens: Givens,
        token: SessionToken,
        *,
        fields: Iterable[str],
        roles: tuple[str, ...],
        sites: tuple[str, ...] = (),
    ) -> None:
        super().__init__(givens, token)
        wanted = {*fields, *ON_DEMAND}
        self._names = tuple(name for name in FIELDS if name in wanted)
        self._roles = tuple(ROLE_WORDS[role] for role in roles)
        self._sites = sites

    def lead(self) -> str:
        """Return the line above the fields."""
        return ""

    def more_buttons(self) -> Iterable[PushButton]:
        """Return further ways on, between saving and going back."""
        return ()

    def save(self) -> None:
        """Hand the form over."""

    def compose_body(self) -> ComposeResult:
        """Lay out the fields and the two ways on."""
        yield Notice()
        yield Form(
            Static(self.lead(), markup=False, classes="lead"),
            *(self._make(name) for name in self._names),
            ButtonRow(
                PushButton(self.SAVE, id="save"),
                *self.more_buttons(),
                PushButton("Back", id="back"),
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for no reasons yet."""
        for name in ON_DEMAND:
            self.field(name).display = False

    def has(self, name: str) -> bool:
        """Tell whether a field is on the screen now."""
        return name in self._names and bool(self.field(name).display)

    def text(self, name: str) -> str:
        """Return what a field holds; nothing for one that is not on the screen."""
        return self.field(name).value if self.has(name) else ""

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field, and ask for the reason that is missing."""
        if isinstance(refusal, SharedMailbox) and refusal.can_override:
            self.field("override_reason").display = True
        if not self.refuse_field(refusal, self._names):
            super().show_refusal(refusal)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        shown = [name for name in self._names if self.has(name)]
        if not self.go_after(event.field, shown):
            self.save()

    @on(PushButton.Pressed, "#save")
    def save_pressed(self) -> None:
        """Hand the form over."""
        self.save()

    def _make(self, name: str) -> Field:
        if name == "role":
            return ChoiceField("Role", self._roles, hint="", id=name)
        if name == "site" and self._sites:
            return ChoiceField("At site", self._sites, hint="", id=name)
        if name in CHOICES:
            label, words, hint = CHOICES[name]
            return ChoiceField(label, words, hint=hint, id=name)
        label, longest, hint = LINES[name]
        entry = EmailInput() if name == "email" else TextInput(longest=longest)
        return Field(label, entry, hint=hint, id=name)
