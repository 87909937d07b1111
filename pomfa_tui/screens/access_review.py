"""The access review: everybody with access to the site, one after the other (rule 33)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.reviews import Decision
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import ROLE_WORDS, STATE_WORDS, day
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice, Severity
from pomfa_tui.widgets.paged_table import Column, PagedTable, Row
from pomfa_tui.widgets.push_button import ButtonRow, PushButton
from pomfa_tui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.screens.review_person import Reviewed
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.review_views import ReviewedPerson, ReviewView

COLUMNS = (
    Column("Name", 14, share=2),
    Column("Role", 13),
    Column("State", 8),
    Column("Not seen", 9),
    Column("Decision", 9),
)

DECISIONS = {
    Decision.CONFIRMED: "confirmed",
    Decision.ENDED: "ended",
    Decision.DISABLED: "disabled",
}

REASON = "access review"
"""What the audit log gives as the reason of what a review ends."""

DISABLED = (
    "They cannot sign in until the account is enabled again; sign-ins end now.",
    "Recovery codes and slips stop working.",
)

NO_SITE_YET = "Type the code of a site and press Enter."

ALL_DONE = "Everybody was looked at. Finish the review."


class AccessReviewScreen(SignedInScreen[None]):
    """Lists people, and walks through those who are left.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        everywhere: Whether the site has to be named first.
    """

    TITLE = "Access review"
    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "disable", "Disable", tooltip="Disable the marked account")
    ]
    DEFAULT_CSS: ClassVar[str] = """
    AccessReviewScreen Body { padding: 0 1; }
    AccessReviewScreen Form { height: 1fr; }
    AccessReviewScreen #site { margin-top: 1; grid-columns: 9 14; }
    AccessReviewScreen #standing { height: 2; padding: 0 1; margin-top: 1; }
    """

    def __init__(self, givens: Givens, token: SessionToken, *, everywhere: bool) -> None:
        super().__init__(givens, token)
        self._everywhere = everywhere
        self._site: str | None = None
        self._review: ReviewView | None = None

    @property
    def table(self) -> PagedTable:
        """The rows."""
        return self.query_one(PagedTable)

    def compose_body(self) -> ComposeResult:
        """Lay out how it stands, the table and the two ways on."""
        fields = [Field("Site", TextInput(longest=10), id="site")] if self._everywhere else []
        yield Notice()
        yield Form(
            *fields,
            Static(markup=False, id="standing"),
            PagedTable(COLUMNS, nothing="Nobody has access to this site."),
            ButtonRow(
                PushButton("Walk through", id="walk"), PushButton("Finish the review", id="finish")
            ),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Begin with the site, where it has to be named."""
        if self._everywhere:
            self.query_one("#standing", Static).update(NO_SITE_YET)
            self.query_one("#site", Field).focus_entry()
        else:
            self.query_one("#walk").focus()
            start(self, self._look, group="look", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer disabling once there is a list."""
        if action == "disable":
            return self._review is not None
        return super().check_action(action, parameters)

    def action_disable(self) -> None:
        """Disable the marked account, after asking once."""
        marked = self.table.marked
        if marked is not None:
            start(self, partial(self._disable, marked.key), group="act", exclusive=True)

    @on(Field.Submitted, "#site")
    def choose_site(self) -> None:
        """Show the review of the site that is typed."""
        self.notice.clear()
        self._site = self.query_one("#site", Field).value.strip()
        start(self, self._look, group="look", exclusive=True)

    @on(PagedTable.Wanted)
    def turn(self, event: PagedTable.Wanted) -> None:
        """Show the page that is needed."""
        self._fill(event.offset)

    @on(PagedTable.Chosen)
    def open(self, event: PagedTable.Chosen) -> None:
        """Decide about the marked person alone."""
        start(self, partial(self._decide_one, event.key), group="act", exclusive=True)

    @on(PushButton.Pressed, "#walk")
    def walk(self) -> None:
        """Walk through everybody who is left."""
        start(self, self._walk, group="act", exclusive=True)

    @on(PushButton.Pressed, "#finish")
    def finish(self) -> None:
        """Close the review."""
        start(self, self._finish, group="act", exclusive=True)

    async def _look(self) -> None:
        token, site = self.token, self._site
        try:
            review = await self.consult(lambda desk: desk.office.reviews.show(token, site))
        except Refusal as refusal:
            self.refused(refusal)
        else:
            self._take(review)
            self.query_one("#walk").focus()

    def _take(self, review: ReviewView) -> None:
        self._review = review
        self.query_one("#standing", Static).update(_standing(review))
        self._fill(self.table.page_offset)
        self.refresh_bindings()

    def _fill(self, offset: int) -> None:
        if self._review is None:
            return
        people = self._review.people
        shown = self.table.page_of(len(people), offset)
        rows = [_row(each) for each in people[shown]]
        self.table.show(rows, offset=shown.start, total=len(people))

    async def _walk(self) -> None:
        """Ask about one person after the other until all are decided, or somebody goes back."""
        self.notice.clear()
        if self._review is None:
            return
        passed: set[str] = set()
        while left := [each for each in self._left() if each.person.id not in passed]:
            passed.add(left[0].person.id)
            if not await self._ask_about(left[0], len(left)):
                return
        if not self._left():
            self.notice.show(ALL_DONE)
            self.query_one("#finish").focus()

    def _left(self) -> tuple[ReviewedPerson, ...]:
        return self._review.left if self._review is not None else ()

    async def _decide_one(self, who: str) -> None:
        self.notice.clear()
        for each in self._review.people if self._review is not None else ():
            if each.person.id == who:
                await self._ask_about(each, 1)

    async def _ask_about(self, each: ReviewedPerson, left: int) -> bool:
        """Show one person with what can be decided; tell whether to go on with the next."""
        from pomfa_tui.screens.review_person import ReviewPersonScreen  # noqa: PLC0415 - loaded when it is needed

        site = self._review.site if self._review is not None else None
        screen = ReviewPersonScreen(self.givens, self.token, each, site=site, left=left)
        answer: Reviewed | None = await self.app.push_screen_wait(screen)
        if answer is not None and answer.review is not None:
            self._take(answer.review)
        return answer is not None

    async def _disable(self, who: str) -> None:
        self.notice.clear()
        people = self._review.people if self._review is not None else ()
        name = next((each.person.name for each in people if each.person.id == who), "")
        question = ConfirmScreen(f"Disable the account of {name}?", DISABLED, yes="Yes, disable")
        if await self.app.push_screen_wait(question) is not True:
            return
        token, site = self.token, self._site
        done = await self._change(
            lambda desk: desk.office.reviews.disable(token, who, REASON, site)
        )
        if done:
            self.notice.show(f"{printable(name)} is disabled.", Severity.DONE)

    async def _finish(self) -> None:
        self.notice.clear()
        token, site = self.token, self._site
        done = await self._change(lambda desk: desk.office.reviews.finish(token, site))
        if done:
            self.notice.show("The review is finished and on record.", Severity.DONE)

    async def _change(self, call: Callable[[Desk], ReviewView]) -> bool:
        review = await self.submit("Writing it down.", call)
        if review is not None:
            self._take(review)
        return review is not None


def _standing(review: ReviewView) -> str:
    last = review.last
    before = (
        f"Last: {day(last.at)} by {review.last_by}: {last.confirmed} confirmed, {last.ended} ended, {last.disabled} disabled."
        if last is not None
        else "There was no review yet."
    )
    due = f"{'Overdue since' if review.overdue else 'Due by'} {day(review.due_at)}."
    total = len(review.people)
    now = f"{total - len(review.left)} of {total} looked at." if review.started_at else ""
    return "\n".join(
        printable(line) for line in (f"{review.site} {review.site_name}. {due} {now}", before)
    )


def _row(each: ReviewedPerson) -> Row:
    person = each.person
    role = next((ROLE_WORDS[place.role] for place in person.memberships), "")
    seen = counted(each.idle_days, "day")
    decision = DECISIONS[each.decision] if each.decision is not None else ""
    return Row(person.id, (person.name, role, STATE_WORDS[person.state], seen, decision))
