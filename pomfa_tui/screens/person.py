"""Everything about one person, and what may be done to them: as the services say, never decided here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import NotFound, Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.screens.deeds import screen_for
from pomfa_tui.screens.event_words import event_words
from pomfa_tui.screens.justified import RECORDED, JustifiedScreen
from pomfa_tui.screens.person_facts import facts_of
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.screens.words import lately, name_and_email
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.person_details import Deed
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.fact_sheet import FactSheet
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.deeds import Done
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.person_details import PersonDetails

DEED_WORDS = {
    Deed.EDIT: "Edit person",
    Deed.RESET_PASSWORD: "Reset password",
    Deed.RESET_MFA: "Reset MFA QR code",
    Deed.UNLOCK: "Unlock",
    Deed.ENABLE: "Enable",
    Deed.AWAY: "Mark away",
    Deed.END_SESSIONS: "End sessions",
    Deed.LINK: "Link a person",
    Deed.UNLINK: "End a link",
    Deed.DISABLE: "Disable",
    Deed.LEAVE: "Has left",
    Deed.ERASE: "Erase",
}
"""What can be done, in the words of its screen's title."""

NEW_CODE = "New activation code"
"""What resetting the password of somebody is called who has none yet."""

EVENTS_SHOWN = 5

NO_EVENTS = ("Nothing is recorded.",)

NOISE = frozenset({Event.AUDIT_READ, Event.SESSION_CREATED, Event.SESSION_RENEWED})
"""Events that tell an administrator nothing about how somebody stands; the audit log has them."""


class PersonScreen(SignedInScreen[str]):
    """Shows one person; its result is a sentence for the list, when the person is not to be shown any more.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    TITLE = "Person"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    PersonScreen Body { padding: 1 1 0 2; }
    PersonScreen Form { height: 1fr; }
    PersonScreen #halves { height: 1fr; margin-top: 1; }
    PersonScreen FactSheet { width: 1fr; }
    PersonScreen #right { width: 30; margin-left: 1; }
    PersonScreen ChoiceList { height: auto; max-height: 13; }
    PersonScreen #events { margin-top: 1; height: auto; }
    PersonScreen.-wide #right { width: 44; }
    """

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        super().__init__(givens, token)
        self._details = details
        self._doing = False
        self.ticket = ""
        """Number of the request that this is about, for forms that ask for a ticket."""
        self.done: str | None = None
        """What was done here last, or none."""

    def compose_body(self) -> ComposeResult:
        """Lay out who it is, the facts, and what can be done."""
        yield Notice()
        yield Form(
            Static(markup=False, id="who", classes="lead"),
            Horizontal(
                FactSheet(),
                Vertical(
                    ChoiceList(),
                    Static(markup=False, id="advice"),
                    Static(markup=False, id="events", classes="quiet"),
                    id="right",
                ),
                id="halves",
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show what is known already, then what takes longer."""
        self.call_after_refresh(self._fill)
        self._read_events()

    def on_screen_resume(self) -> None:
        """Look again after another screen; after a deed, once it is known whether there is still somebody to look at."""
        if not self._doing:
            self._look()

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """Open the screen of what was chosen."""
        start(self, partial(self._do, Deed(event.option_id)))

    async def _do(self, deed: Deed) -> None:
        screen = screen_for(deed, self.givens, self.token, self._details)
        if isinstance(screen, JustifiedScreen):
            screen.ticket = self.ticket
        self._doing = True
        done: Done | None = await self.app.push_screen_wait(screen)
        if done is not None and done.issued is not None:
            await self.app.push_screen_wait(SlipScreen(self.givens, done.issued, done.kind))
        self._doing = False
        if done is not None and done.sentence != RECORDED:
            self.done = done.sentence
        if done is not None and done.gone:
            self.dismiss(done.sentence)
            return
        self._look()
        if done is not None:
            self.notice.show(done.sentence, Severity.DONE)
            self._read_events()

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        token, who = self.token, self._details.person.id
        try:
            self._details = await self.consult(lambda desk: desk.people.details(token, who))
        except NotFound as refusal:
            self.dismiss(refusal.message)
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._fill()

    @work(group="events", exclusive=True)
    async def _read_events(self) -> None:
        """Show what happened lately; that it was read is recorded, so it is not read at every glance (AUD-07)."""
        token = self.token
        wanted = AuditFilter(person=self._details.person.id, limit=EVENTS_SHOWN, left_out=NOISE)
        try:
            records = await self.consult(lambda desk: desk.audit.show(token, wanted))
        except Refusal as refusal:
            self.refused(refusal)
            return
        now = self.givens.clocks.wall()
        lines = [
            f"{lately(record.event.at, now):<8} {event_words(record.event)}"
            for record in reversed(records)
        ]
        self.query_one("#events", Static).update(
            "\n".join(("Recent events", *(lines or NO_EVENTS)))
        )

    def _fill(self) -> None:
        details = self._details
        self.query_one("#who", Static).update(name_and_email(details.person))
        self.query_one(FactSheet).show(facts_of(details))
        choices = self.query_one(ChoiceList)
        marked = choices.marked
        choices.show(self._choices())
        choices.display = bool(details.deeds)
        if marked in {deed.value for deed in details.deeds}:
            choices.mark(marked or "")
        advice = self.query_one("#advice", Static)
        advice.update(_advice(details))
        advice.display = bool(_advice(details))
        if choices.display and self.focused is None:
            choices.focus()

    def _choices(self) -> Iterator[Choice]:
        invited = self._details.person.state is PersonState.INVITED
        for deed in self._details.deeds:
            words = NEW_CODE if invited and deed is Deed.RESET_PASSWORD else DEED_WORDS[deed]
            yield Choice(deed.value, words)


def _advice(details: PersonDetails) -> str:
    """Say why there is less to do than somebody might expect."""
    if details.is_self:
        return "This is you. Go to My account on Home; another administrator does the rest."
    if details.helpdesk_only:
        return "Also linked elsewhere: only the helpdesk can do more."
    return ""
