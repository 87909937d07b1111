"""The filters of `Audit log`: whom, what, how it ended, where and when."""

from __future__ import annotations

from datetime import timedelta

from textual import on
from textual.app import ComposeResult

from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.memberships import parse_day
from pomfa_tui.screens.event_words import event_words
from pomfa_tui.screens.filters import ANY, Filters
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.widgets.choice_field import ChoiceField
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.text_input import TextInput

KINDS = {
    "sign-ins": frozenset(
        {Event.SIGN_IN, Event.SIGN_IN_AFTER_FAILURES, Event.SESSION_CREATED, Event.SESSION_LOGOUT}
    ),
    "failed sign-ins": frozenset(
        {
            Event.SIGN_IN_FAILED,
            Event.SIGN_IN_FAILED_MAX,
            Event.SIGN_IN_LOCKED,
            Event.TOKEN_REUSE,
        }
    ),
    "sessions": frozenset(
        {
            Event.SESSION_CREATED,
            Event.SESSION_RENEWED,
            Event.SESSION_EXPIRED,
            Event.SESSION_LOGOUT,
        }
    ),
    "passwords, codes": frozenset(
        {
            Event.PASSWORD_CHANGED,
            Event.PASSWORD_CHANGE_FAILED,
            Event.TOKEN_CREATED,
            Event.TOKEN_REVOKED,
        }
    ),
    "people, rights": frozenset(
        {
            Event.USER_CREATED,
            Event.USER_UPDATED,
            Event.USER_ARCHIVED,
            Event.PERMISSIONS_CHANGED,
            Event.AUTHZ_CHANGED,
            Event.AUTHZ_ADMIN,
        }
    ),
    "refusals": frozenset({Event.AUTHZ_FAILED, Event.RATE_LIMIT, Event.SEQUENCE_FAILED}),
    "log read": frozenset({Event.AUDIT_READ}),
    "sites, program": frozenset(
        {
            Event.SITE_CREATED,
            Event.SITE_UPDATED,
            Event.STORE_CREATED,
            Event.STARTED,
            Event.STOPPED,
            Event.CRASHED,
            Event.DECRYPT_FAILED,
            Event.CLOCK_MOVED_BACK,
        }
    ),
}
"""What happened, in groups."""

OUTCOMES = {"success": Outcome.SUCCESS, "failure": Outcome.FAILURE}


class AuditFilters(Filters):
    """Two rows of fields and wheels.

    Args:
        everywhere: Whether there are records of all sites, so that a site can be asked for.
        people: Whether there are records of others, so that a person can be asked for.
    """

    def __init__(self, *, everywhere: bool, people: bool = True) -> None:
        super().__init__()
        self._everywhere = everywhere
        self._people = people

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        if self._people:
            yield Field("Person", TextInput(longest=100), id="person")
        yield ChoiceField("Event", (ANY, *KINDS), hint="", id="event")
        yield ChoiceField("Outcome", (ANY, *OUTCOMES), hint="", id="outcome")
        yield Field("From", TextInput(longest=10), id="since")
        yield Field("To", TextInput(longest=10), id="until")
        if self._everywhere:
            yield Field("Site", TextInput(longest=10), id="site")

    def wanted(self, search: str) -> AuditFilter:
        """Return what is asked for.

        Args:
            search: What is typed.

        Raises:
            BadInput: What is no date, by the field's name.
        """
        return AuditFilter(
            site=self._text("site") or None,
            whom=self._text("person") or None,
            kinds=KINDS.get(self.field("event").value, frozenset()),
            outcome=OUTCOMES.get(self.field("outcome").value),
            since=self._moment("since", 0),
            until=self._moment("until", 1),
            search=search or None,
            words=event_words,
        )

    def _text(self, name: str) -> str:
        return self.field(name).value.strip() if self.query(f"#{name}") else ""

    def _moment(self, name: str, days: int) -> int | None:
        """Return the beginning of the day that is typed, or of one so many days later; none while nothing is."""
        text = self._text(name)
        if not text:
            return None
        try:
            return london_moment(parse_day(name, text) + timedelta(days=days))
        except OverflowError:
            raise BadInput(name, "That is too far away.") from None

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self._turned()
