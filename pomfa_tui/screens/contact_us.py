"""The helpdesk's ways in, from the settings, and a form that sends it a request (rule 29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal, SessionEnded
from pomfa_tui.screens.left_alone import LeftAlone
from pomfa_tui.screens.served import ServedScreen
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import EmailInput, TextInput

if TYPE_CHECKING:
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk

NEEDS = {
    "Set me up as a locum": "locum",
    "Link my accounts": "link",
    "Reset my password or QR code": "reset",
    "Something else": "other",
}
"""What can be asked for, in the words of whoever asks."""

FIELDS = ("need", "name", "email", "phone", "site", "note")
"""Fields by the names that refusals use, in their order on the screen."""

GIVE_NOTHING_AWAY = "The helpdesk asks who you are first. Nobody ever needs your password, six-digit codes or recovery codes: give them to no one."


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the form begins with, when it is opened for somebody.

    Attributes:
        lead: Says what it is for.
        need: What is needed.
        name: Whom it is about.
        email: Theirs.
        site: ODS code.
        note: In the words of whoever asks.
    """

    lead: str
    need: str
    name: str
    email: str
    site: str
    note: str

    @classmethod
    def to_link(cls, *, name: str, email: str, site: str, job: str) -> Beginning:
        """Return the request to link somebody who has an account already (rule 5)."""
        return cls(
            lead="Ask the helpdesk to link this person; your telephone number is missing:",
            need="link",
            name=name,
            email=email,
            site=site,
            note=f"To be linked to {site} as {job}",
        )


class ContactUsScreen(ServedScreen[None]):
    """Says how to reach the helpdesk, and takes a request from anybody, signed in or not.

    Args:
        givens: Services, settings, clocks.
        beginning: What the form begins with; none for what is known of whoever is signed in.
    """

    TITLE = "Contact us"
    AUTO_FOCUS: ClassVar[str | None] = "Wheel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "no_administrator", "No admin", tooltip="No administrator here")
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ContactUsScreen Body { padding: 0 2; }
    ContactUsScreen #ways { margin-bottom: 1; }
    ContactUsScreen ButtonRow { margin-top: 0; }
    """

    def __init__(self, givens: Givens, beginning: Beginning | None = None) -> None:
        super().__init__(givens)
        self._helpdesk = givens.settings.helpdesk
        self._beginning = beginning

    def compose_body(self) -> ComposeResult:
        """Lay out the ways in, and the form."""
        ways = (
            ("Telephone", self._helpdesk.phone),
            ("E-mail", self._helpdesk.email),
            ("Online", self._helpdesk.contact_page),
        )
        lead = "Or send a request, and the helpdesk rings or writes to you:"
        yield Notice()
        yield Static(
            "Your own administrator can help fastest. Nobody here? The helpdesk:",
            classes="lead",
        )
        yield Static(
            "\n".join(f"  {name:<12}{value}" for name, value in ways), markup=False, id="ways"
        )
        yield Form(
            Static(self._beginning.lead if self._beginning else lead, classes="lead"),
            ChoiceField("What is needed", tuple(NEEDS), hint="", id="need"),
            Field("Name", TextInput(longest=100), id="name"),
            Field("E-mail", EmailInput(), id="email"),
            Field("Telephone", TextInput(longest=30), id="phone"),
            Field(
                "Site code",
                TextInput(longest=10),
                hint="Such as FZ101, if you know it.",
                id="site",
            ),
            Field(
                "What it is about",
                TextInput(longest=200),
                hint="Nothing about patients, no passwords, no codes.",
                id="note",
            ),
            ButtonRow(PushButton("Send request", id="send"), PushButton("Back", id="back")),
            animate=self.desk.animation,
        )
        yield Static(GIVE_NOTHING_AWAY, classes="quiet")
        yield LeftAlone(self.givens)

    def on_mount(self) -> None:
        """Fill in what is known."""
        begun = self._beginning
        if begun is not None:
            words = next(words for words, need in NEEDS.items() if need == begun.need)
            self.field("need").value = words
            for name in ("name", "email", "site", "note"):
                self.field(name).value = getattr(begun, name)
            self.call_after_refresh(self.field("phone").focus_entry)
            return
        self.field("site").value = self.givens.settings.terminal.site or ""
        if self.desk.held_session is not None:
            start(self, self._begin)

    def refused(self, refusal: Refusal) -> None:
        """Show what cannot be used beside its field; sign out when the session is over."""
        if isinstance(refusal, SessionEnded):
            self.desk.sign_out(refusal)
        elif not self.refuse_field(refusal, FIELDS):
            super().refused(refusal)

    @on(Field.Submitted)
    def go_on(self, event: Field.Submitted) -> None:
        """Go to the next field, or send the form off from the last."""
        if not self.go_after(event.field, FIELDS):
            self.send()

    @on(PushButton.Pressed, "#send")
    def send(self) -> None:
        """Send the request."""
        start(self, self._send)

    async def _begin(self) -> None:
        """Fill in who is signed in, where nothing is typed yet."""
        token = self.desk.held_session
        if token is None:
            return
        try:
            draft = await self.consult(lambda desk: desk.filing.draft(token))
        except Refusal as refusal:
            self.refused(refusal)
            return
        for name, known in (("name", draft.name), ("email", draft.email), ("site", draft.site)):
            if self.is_attached and not self.field(name).value:
                self.field(name).value = known

    async def _send(self) -> None:
        token = self.desk.held_session
        need, *texts = (self.field(name).value for name in FIELDS)

        def file(desk: Desk) -> str:
            from pomfa_tui.services.request_filing import NewRequest  # noqa: PLC0415 - heavy, and there by now

            return desk.filing.file(token, NewRequest(NEEDS[need], *texts))

        self.notice.clear()
        reference = await self.submit("Sending the request.", file)
        if reference is None:
            return
        from pomfa_tui.screens.request_sent import RequestSentScreen  # noqa: PLC0415 - after the first request

        name, email = texts[0], texts[1]
        stranger = token is None and NEEDS[need] == "locum"
        sent = RequestSentScreen(self.givens, reference, name=name, email=email, may_call=stranger)
        self.give_place_to(sent)
