"""`Link a person` to a further site, and `End a link`: the helpdesk's alone (rules 11, 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.jobs import JOBS
from pomfa_tui.screens.justified import OnePersonScreen
from pomfa_tui.screens.words import SITE_ROLES
from pomfa_tui.services.linking import Link
from pomfa_tui.services.views import PersonSummary
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.services.desk import Desk


class LinkScreen(OnePersonScreen[PersonSummary]):
    """Ties a person to one more site, with the login they have."""

    TITLE = "Link a person"
    AUTO_FOCUS: ClassVar[str | None] = "#site TextInput"
    ACTION: ClassVar[Action] = Action.LINK
    DO: ClassVar[str] = "Link"
    BUSY: ClassVar[str] = "Linking the person."
    FIRST: ClassVar[tuple[str, ...]] = ("site", "role", "job", "from", "to")
    DEFAULT_CSS: ClassVar[str] = """
    LinkScreen Body { padding: 0 2; }
    LinkScreen #consequences { margin: 0; }
    """

    site = ""
    """ODS code to begin the field `Site code` with."""

    def on_mount(self) -> None:
        """Begin with the site that was asked for."""
        self.field("site").value = self.site

    def consequences(self) -> tuple[str, ...]:
        """Return what a link does."""
        return ("One login for all their sites: password, phone and codes stay as they are.",)

    def first_fields(self) -> Iterable[Widget]:
        """Return the fields of the membership."""
        return (
            Field("Site code", TextInput(longest=10), id="site"),
            ChoiceField("Role", tuple(SITE_ROLES), hint="", id="role"),
            ChoiceField("Job title", JOBS, hint="", id="job"),
            Field("First day", TextInput(longest=10), id="from"),
            Field(
                "Last day",
                TextInput(longest=10),
                hint="Such as 2026-03-31; empty for no limit.",
                id="to",
            ),
        )

    def act(self, why: Justification) -> Callable[[Desk], PersonSummary]:
        """Return the link."""
        token, who = self.token, self.who
        link = Link(
            site=self.field("site").value,
            role=SITE_ROLES[self.field("role").value],
            job=self.field("job").value,
            starts=self.field("from").value or None,
            ends=self.field("to").value or None,
        )
        return lambda desk: desk.office.links.link(token, who, link, why)

    def finish(self, answer: PersonSummary) -> None:
        """Go back and say so."""
        sites = ", ".join(each.site for each in answer.memberships)
        self.dismiss(Done(f"{printable(answer.name)} is linked to {sites} now."))


class UnlinkScreen(OnePersonScreen[PersonSummary]):
    """Ends a person's tie to one of several sites."""

    TITLE = "End a link"
    ACTION: ClassVar[Action] = Action.LINK
    DO: ClassVar[str] = "End the link"
    YES: ClassVar[str] = "Yes, end it"
    BUSY: ClassVar[str] = "Ending the link."
    FIRST: ClassVar[tuple[str, ...]] = ("site",)

    def consequences(self) -> tuple[str, ...]:
        """Return what the end of a link does."""
        return ("Their sign-ins at that site end at once; their other sites stay.",)

    def question(self) -> str:
        """Ask before it is ended."""
        return f"End the link of {self.details.person.name} to {self.field('site').value}?"

    def first_fields(self) -> Iterable[Widget]:
        """Return the choice of the site."""
        sites = tuple(each.site for each in self.details.person.memberships)
        return (ChoiceField("Site code", sites, hint="", id="site"),)

    def act(self, why: Justification) -> Callable[[Desk], PersonSummary]:
        """Return the end of the link."""
        token, who, site = self.token, self.who, self.field("site").value
        return lambda desk: desk.office.links.unlink(token, who, site, why)

    def finish(self, answer: PersonSummary) -> None:
        """Go back and say so."""
        sites = ", ".join(each.site for each in answer.memberships)
        self.dismiss(Done(f"{printable(answer.name)} is linked to {sites} alone now."))
