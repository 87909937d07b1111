"""A second administrator, so that somebody can help when one is away (rule 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.content.slips import SlipKind
from pomfa_tui.domain.errors import EmailExists, Refusal, SharedMailbox
from pomfa_tui.domain.memberships import JobTitle
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput, TextInput

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.views import Issued

LIKELY = (JobTitle.PHARMACIST, JobTitle.TECHNICIAN, JobTitle.DISPENSER, JobTitle.MANAGER)
JOBS = (*LIKELY, *(job for job in JobTitle if job not in LIKELY))
"""The job titles of rule 6, the likely ones first."""

FIELDS = ("name", "email", "job", "override_reason")
"""Fields by the names that refusals use, in their order on the screen."""


class AddAdministratorScreen(SignedInScreen[None]):
    """Creates the account and shows its activation code; can be put off.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        site: ODS code of the site.
    """

    TITLE = "Add a second administrator"
    AUTO_FOCUS: ClassVar[str | None] = "#name TextInput"

    def __init__(self, givens: Givens, token: SessionToken, site: str) -> None:
        super().__init__(givens, token)
        self._site = site

    def compose_body(self) -> ComposeResult:
        """Lay out the fields; a reason is asked for only when an address needs one."""
        yield Notice()
        yield Form(
            Static(
                "Every pharmacy needs two: when one is away, nobody is locked out.", classes="lead"
            ),
            Static(
                "You get an activation code to hand over; they choose their own password.",
                classes="quiet",
            ),
            Field("Name", TextInput(longest=100), classes="gap", id="name"),
            Field("E-mail", EmailInput(), hint="Their own, not the pharmacy's.", id="email"),
            ChoiceField("Job title", JOBS, id="job"),
            Field(
                "Reason",
                TextInput(longest=200),
                hint="Why this address is theirs alone.",
                id="override_reason",
            ),
            ButtonRow(
                PushButton("Add administrator", id="add"),
                PushButton("Ask helpdesk to link", id="ask"),
                PushButton("Later", id="later"),
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Ask for no reason yet."""
        self.field("override_reason").display = False
        self.offer_to_ask(False)

    def offer_to_ask(self, offered: bool) -> None:
        """Show or hide the way to the helpdesk, for somebody who has an account already (rule 5)."""
        self.query_one("#ask", PushButton).display = offered

    @on(PushButton.Pressed, "#ask")
    def ask_helpdesk(self) -> None:
        """Open the request to link this person, filled in."""
        from pomfa_tui.screens.contact_us import Beginning, ContactUsScreen  # noqa: PLC0415 - seldom needed

        name, email = self.field("name").value, self.field("email").value
        beginning = Beginning.to_link(name=name, email=email, site=self._site, job="administrator")
        self.app.push_screen(ContactUsScreen(self.givens, beginning))

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field."""
        self.offer_to_ask(isinstance(refusal, EmailExists))
        if isinstance(refusal, SharedMailbox) and refusal.can_override:
            self.field("override_reason").display = True
        if not self.refuse_field(refusal, FIELDS):
            self.notice.show(refusal.message, Severity.ERROR)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        shown = [each for each in FIELDS if self.field(each).display]
        if not self.go_after(event.field, shown):
            self.add()

    @on(PushButton.Pressed, "#add")
    def add(self) -> None:
        """Hand the form over."""
        start(self, self._add)

    @on(PushButton.Pressed, "#later")
    def later(self) -> None:
        """Put it off; `Home` will say that it is still to be done."""
        self.dismiss()

    async def _add(self) -> None:
        token, site = self.token, self._site
        name, email, job, reason = (self.field(each).value for each in FIELDS)

        def add(desk: Desk) -> Issued:
            from pomfa_tui.services.newcomers import NewPerson  # noqa: PLC0415 - heavy, and there by now

            new = NewPerson(
                email=email, name=name, role="admin", site=site, job=job, override_reason=reason
            )
            return desk.people.add(token, new)

        self.notice.clear()
        self.offer_to_ask(False)
        issued = await self.submit("Adding the account.", add)
        if issued is not None:
            shown = SlipScreen(self.givens, issued, SlipKind.NEW)
            self.give_place_to(shown)
