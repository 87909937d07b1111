"""Somebody new: the account and the activation code to hand over (rules 1 to 6, 13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on

from pomfa_tui.domain.errors import EmailExists, Refusal
from pomfa_tui.domain.memberships import JobTitle
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.person_form import PERIODS, ROLES, PersonFormScreen
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens

AT_A_SITE = ("site", "job", "from", "to")
"""Fields of people who belong to a site; support and commissioners belong to none."""

SITE_ROLES = {"staff", "admin"}


class AddPersonScreen(PersonFormScreen):
    """Asks for what a new account needs.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        roles: What somebody new may be made.
        site: ODS code of the one site people can be added to; none when it has to be named.
        standing: What to know of the places for NHSmail, or nothing.
    """

    TITLE = "Add a person"
    AUTO_FOCUS: ClassVar[str | None] = "#name TextInput"
    SAVE: ClassVar[str] = "Add person"

    def __init__(
        self,
        givens: Givens,
        token: SessionToken,
        *,
        roles: tuple[str, ...],
        site: str | None,
        standing: str = "",
    ) -> None:
        fields = {"name", "email", "role", "job", "gphc", "from", "to", "period"}
        super().__init__(givens, token, fields=fields if site else {*fields, "site"}, roles=roles)
        self._site = site
        self._standing = standing
        self._begun: dict[str, str] = {}
        self._is_locum = False

    def begin_with(self, *, name: str, email: str, site: str, is_locum: bool) -> None:
        """Fill in what a request says, before the screen is shown."""
        self._begun = {"name": name, "email": email, "site": site}
        self._is_locum = is_locum

    def more_buttons(self) -> Iterable[PushButton]:
        """Return the way to the helpdesk, for somebody who has an account already."""
        return (PushButton("Ask helpdesk to link", id="ask"),)

    def lead(self) -> str:
        """Return where the person is added, and how many NHSmail accounts there are."""
        where = f"Somebody new at {self._site}." if self._site else "Somebody new."
        return f"{where} {self._standing}".strip()

    def on_mount(self) -> None:
        """Ask for a site only where there is one."""
        self.watch(self.field("role").line, "position", self._role_chosen)
        for name, words in self._begun.items():
            self.field(name).value = words
        if self._is_locum:
            self.field("job").value = JobTitle.LOCUM
        self.query_one("#ask", PushButton).display = False

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used; offer to ask the helpdesk for whoever has an account already (rule 5)."""
        super().show_refusal(refusal)
        is_known = isinstance(refusal, EmailExists) and self._site is not None
        self.query_one("#ask", PushButton).display = is_known

    @on(PushButton.Pressed, "#ask")
    def ask_helpdesk(self) -> None:
        """Open the request to link this person, filled in."""
        from pomfa_tui.screens.contact_us import Beginning, ContactUsScreen  # noqa: PLC0415 - seldom needed

        beginning = Beginning.to_link(
            name=self.text("name"),
            email=self.text("email"),
            site=self._site or "",
            job=self.text("job"),
        )
        self.app.push_screen(ContactUsScreen(self.givens, beginning))

    def save(self) -> None:
        """Hand the form over."""
        start(self, self._add)

    async def _add(self) -> None:
        token, new = self.token, self._new()
        self.notice.clear()
        self.query_one("#ask", PushButton).display = False
        issued = await self.submit("Adding the account.", lambda desk: desk.people.add(token, new))
        if issued is not None:
            self.dismiss(Done(f"{printable(issued.person.name)} was added.", issued=issued))

    def _new(self) -> NewPerson:
        role = ROLES[self.text("role")]
        site = (self._site or self.text("site")) if role in SITE_ROLES else None
        return NewPerson(
            name=self.text("name"),
            email=self.text("email"),
            override_reason=self.text("override_reason") or None,
            role=role,
            site=site,
            job=self.text("job") or None,
            gphc=self.text("gphc") or None,
            starts=self.text("from") or None,
            ends=self.text("to") or None,
            period=PERIODS[self.text("period")],
        )

    def _role_chosen(self) -> None:
        belongs = ROLES[self.field("role").value] in SITE_ROLES
        for name in AT_A_SITE:
            if name != "site" or self._site is None:
                self.field(name).display = belongs
