"""One request: what was asked, and one key to the right action, with everything filled in (rule 31)."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.people import SystemRole
from pomfa_tui.domain.requests import Need, spoken
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.request_words import NEED_WORDS, OUTCOME_WORDS, age
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.slip import SlipScreen
from pomfa_tui.screens.words import day_and_time, state_of
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.deeds import Done
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.request_views import RequestView

UNCHECKED = "Nothing here has been checked. To ring back, use a number on record."

LATER_SHOWN = 3
"""Later filings for which there is room."""


class Act(Enum):
    """What can be done about a request."""

    ADD = "Add a person"
    LINK = "Link a person"
    PERSON = "Open the person"
    CLOSE = "Close the request"


_NOTES = {
    Act.ADD: "A new account, filled in from here",
    Act.LINK: "One login for a further site, filled in",
    Act.PERSON: "To reset or unlock; this number is the ticket",
    Act.CLOSE: "With its outcome",
}


class RequestScreen(SignedInScreen[str]):
    """Shows a request; its result is a sentence for the queue, once it is closed.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        request: The request.
    """

    TITLE = "Request"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    RequestScreen Body { padding: 1 2 0 2; }
    RequestScreen FactSheet { margin-bottom: 1; }
    RequestScreen ChoiceList { height: auto; margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, request: RequestView) -> None:
        super().__init__(givens, token)
        self._request = request
        self._doing = False

    def compose_body(self) -> ComposeResult:
        """Lay out what was asked, and what can be done."""
        yield Notice()
        yield Form(
            Static(markup=False, id="what", classes="lead"),
            FactSheet(column=12),
            Static(UNCHECKED, classes="quiet"),
            ChoiceList(column=20),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show what is known already."""
        self.call_after_refresh(self._tell)

    def on_screen_resume(self) -> None:
        """Look again after another screen."""
        if not self._doing:
            self._look()

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """Do what was chosen."""
        start(self, partial(self._do, Act[event.option_id or ""]))

    # -- Showing

    def _tell(self) -> None:
        request = self._request
        self.query_one("#what", Static).update(
            f"{request.reference}  {NEED_WORDS[request.need]}: {printable(request.first.name)}"
        )
        self.query_one(FactSheet).show(self._facts())
        choices = self.query_one(ChoiceList)
        choices.show(Choice(act.name, act.value, _NOTES[act]) for act in self._acts())
        choices.display = request.closing is None

    def _facts(self) -> Iterator[Fact]:
        request, now = self._request, int(self.givens.clocks.wall())
        yield Fact("E-mail", request.email)
        yield Fact("Account", _account(request))
        yield Fact("Telephone", request.first.phone)
        yield Fact("Site", request.first.site or "not given")
        yield Fact("Says", request.first.note or "nothing")
        waited = age(now - request.first.at)
        yield Fact("Sent", f"{day_and_time(request.first.at)}, {waited} ago, {_where(request)}")
        if request.times > 1:
            yield Fact("Asked", f"{request.times} times")
        for filing in request.filings[1:][-LATER_SHOWN:]:
            said = " / ".join(each for each in (filing.name, filing.phone, filing.note) if each)
            yield Fact("", f"{age(now - filing.at)} ago as {spoken(filing.reference)}: {said}")
        if request.closing is not None:
            closing = request.closing
            yield Fact(
                "Closed",
                f"{day_and_time(closing.at)} by {closing.name}: {OUTCOME_WORDS[closing.outcome]}",
            )
            yield Fact("Note", closing.note or "none")

    def _acts(self) -> Iterator[Act]:
        """Return what can be done, the right action first, so that Enter takes it."""
        person, need = self._request.person, self._request.need
        if person is None:
            yield Act.ADD
        elif person.role is None and need in {Need.LOCUM, Need.LINK}:
            yield Act.LINK
            yield Act.PERSON
        else:
            yield Act.PERSON
            if person.role is None:
                yield Act.LINK
        yield Act.CLOSE

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        token, reference = self.token, self._request.reference
        try:
            self._request = await self.consult(lambda desk: desk.requests.show(token, reference))
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._tell()

    # -- Doing

    async def _do(self, act: Act) -> None:
        self.notice.clear()
        self._doing = True
        try:
            done = await self._act(act)
        except Refusal as refusal:
            self.refused(refusal)
            done = None
        if done is not None:
            self.notice.show(done, Severity.DONE)
        if done is not None or act is Act.CLOSE:
            said = await self._close()
            if said is not None:
                self.dismiss(said)
                return
        self._doing = False
        self._look()

    async def _act(self, act: Act) -> str | None:
        """Do something about it; return what was done, or none."""
        match act:
            case Act.ADD:
                return await self._add()
            case Act.LINK:
                return await self._link()
            case Act.PERSON:
                return await self._open_person()
            case Act.CLOSE:
                return None

    async def _add(self) -> str | None:
        from pomfa_tui.screens.add_person import AddPersonScreen  # noqa: PLC0415 - loaded when it is needed

        request = self._request
        screen = AddPersonScreen(self.givens, self.token, roles=("staff", "admin"), site=None)
        screen.begin_with(
            name=request.first.name,
            email=request.email,
            site=request.newest.site or "",
            is_locum=request.need is Need.LOCUM,
        )
        done: Done | None = await self.app.push_screen_wait(screen)
        if done is None:
            return None
        if done.issued is not None:
            await self.app.push_screen_wait(SlipScreen(self.givens, done.issued, done.kind))
        return done.sentence

    async def _link(self) -> str | None:
        from pomfa_tui.screens.links import LinkScreen  # noqa: PLC0415 - loaded when it is needed

        token, request = self.token, self._request
        details = await self.consult(lambda desk: desk.people.details(token, request.email))
        screen = LinkScreen(self.givens, token, details)
        screen.ticket = request.reference
        screen.site = request.newest.site or ""
        done: Done | None = await self.app.push_screen_wait(screen)
        return done.sentence if done is not None else None

    async def _open_person(self) -> str | None:
        from pomfa_tui.screens.person import PersonScreen  # noqa: PLC0415 - loaded when it is needed

        token, request = self.token, self._request
        details = await self.consult(lambda desk: desk.people.details(token, request.email))
        screen = PersonScreen(self.givens, token, details)
        screen.ticket = request.reference
        said: str | None = await self.app.push_screen_wait(screen)
        return said or screen.done

    async def _close(self) -> str | None:
        from pomfa_tui.screens.close_request import CloseRequestScreen  # noqa: PLC0415 - loaded when it is needed

        screen = CloseRequestScreen(self.givens, self.token, self._request)
        said: str | None = await self.app.push_screen_wait(screen)
        return said


def _account(request: RequestView) -> str:
    person = request.person
    if person is None:
        return "none with this e-mail"
    sites = ", ".join(each.site for each in person.memberships)
    where = "no site" if person.role is None else SystemRole(person.role).value
    return f"{person.name}, {state_of(person)}, {sites or where}"


def _where(request: RequestView) -> str:
    signed_in = ", signed in" if request.first.by is not None else ""
    return f"from {request.first.terminal}{signed_in}"
