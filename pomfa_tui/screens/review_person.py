"""One person of an access review: what there is to know, and what can be decided (rule 33)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.people import PersonState
from pomfa_tui.screens.access_review import DISABLED, REASON
from pomfa_tui.screens.confirm import ConfirmScreen
from pomfa_tui.screens.signed_in import SignedInScreen
from pomfa_tui.screens.words import MFA_WORDS, ROLE_WORDS, name_and_email, on_day, state_of
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.choice_list import Choice, ChoiceList
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet
from pomfa_tui.widgets.form import Form
from pomfa_tui.widgets.notice import Notice

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.services.review_views import ReviewedPerson, ReviewView

DORMANT_DAYS = 90
"""Days without a sign-in from which on it is said that the account may not be needed."""

QUESTIONS = {
    "end": (
        "End the membership of",
        (
            "Their membership, sign-ins and outstanding codes end now. History stays.",
            "This cannot be undone: whoever comes back is linked or added anew.",
        ),
        "Yes, end it",
    ),
    "disable": (
        "Disable the account of",
        DISABLED,
        "Yes, disable",
    ),
}


class Reviewed(NamedTuple):
    """Somebody was looked at.

    Attributes:
        review: How the review stands now; none when nothing was decided.
    """

    review: ReviewView | None


class ReviewPersonScreen(SignedInScreen[Reviewed]):
    """Asks about one person; its result is none for going back.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        each: The person.
        site: ODS code of the site that is reviewed.
        left: How many are still to be looked at, this one included.
    """

    TITLE = "Access review"
    AUTO_FOCUS: ClassVar[str | None] = "ChoiceList"
    DEFAULT_CSS: ClassVar[str] = """
    ReviewPersonScreen FactSheet { margin: 1 0; }
    ReviewPersonScreen ChoiceList { height: auto; }
    """

    def __init__(
        self,
        givens: Givens,
        token: SessionToken,
        each: ReviewedPerson,
        *,
        site: str | None,
        left: int,
    ) -> None:
        super().__init__(givens, token)
        self._each = each
        self._site = site
        self._left = left

    def compose_body(self) -> ComposeResult:
        """Lay out who it is and what can be decided."""
        yield Notice()
        yield Form(
            Static(name_and_email(self._each.person), markup=False, classes="lead"),
            FactSheet(column=14),
            Static("Do they still need access to this site, with this role?"),
            ChoiceList(self._choices(), column=20),
            animate=self.desk.animation,
        )

    def on_mount(self) -> None:
        """Show the facts."""
        self.query_one(FactSheet).show(self._facts())

    @on(ChoiceList.OptionSelected)
    def choose(self, event: ChoiceList.OptionSelected) -> None:
        """Decide."""
        if event.option_id == "later":
            self.dismiss(Reviewed(None))
        else:
            start(self, partial(self._decide, event.option_id or ""), group="act", exclusive=True)

    def _choices(self) -> Iterator[Choice]:
        yield Choice("confirm", "Confirm access", "They need it, as it is")
        if not self._each.own:
            yield Choice("end", "End membership", "They have left, or need it no more")
            if self._each.person.state in {PersonState.ACTIVE, PersonState.INVITED}:
                yield Choice("disable", "Disable", "For a long leave, or in doubt")
        yield Choice("later", "Decide later", "Go on with the next")

    def _facts(self) -> Iterator[Fact]:
        person, days = self._each.person, self._each.idle_days
        for place in person.memberships:
            if place.site == self._site:
                yield Fact("Role", f"{ROLE_WORDS[place.role]}, {place.job}")
                if place.ends is not None:
                    yield Fact("Pass", f"to {on_day(place.ends)}")
        yield Fact("State", f"{state_of(person)}, authenticator {MFA_WORDS[person.mfa].lower()}")
        seen = "never signed in, added" if person.last_sign_in is None else "last sign-in"
        hint = ": is the account still needed?" if days >= DORMANT_DAYS else ""
        when = f"{counted(days, 'day')} ago" if days else "today"
        yield Fact("Seen", f"{seen} {when}{hint}")
        if person.elsewhere or len(person.memberships) > 1:
            yield Fact("Elsewhere", "also linked elsewhere; that stays as it is")
        if self._each.own:
            yield Fact("Note", "this is your own account; let a colleague confirm it if you can")
        yield Fact("Still to do", f"{self._left}")

    async def _decide(self, what: str) -> None:
        self.notice.clear()
        if not await self._is_sure(what):
            return
        token, who, site = self.token, self._each.person.id, self._site

        def decide(desk: Desk) -> ReviewView:
            reviews = desk.office.reviews
            if what == "confirm":
                return reviews.confirm(token, who, site)
            act = reviews.end if what == "end" else reviews.disable
            return act(token, who, REASON, site)

        review = await self.submit("Writing it down.", decide)
        if review is not None:
            self.dismiss(Reviewed(review))

    async def _is_sure(self, what: str) -> bool:
        if what not in QUESTIONS:
            return True
        question, consequences, yes = QUESTIONS[what]
        screen = ConfirmScreen(f"{question} {self._each.person.name}?", consequences, yes=yes)
        return await self.app.push_screen_wait(screen) is True
