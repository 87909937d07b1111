"""What `My account` says: how the account stands, where its owner is signed in, and who tried to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.words import day_and_time
from pomfa_tui.widgets.fact_sheet import Fact

if TYPE_CHECKING:
    from pomfa_tui.services.own_account import AccountView, SignInLine
    from pomfa_tui.services.sessions import SessionSummary

SESSIONS_SHOWN = 4
TERMINAL_COLUMNS = 20
ENTRY_COLUMNS = 38
"""Columns of an entry's name that fit beside what can be done with the account."""

EVERYWHERE = "all"
"""In place of a site, for roles over all sites."""

SIGN_IN_WORDS = {
    Event.SIGN_IN: "Signed in",
    Event.SIGN_IN_AFTER_FAILURES: "Signed in after errors",
    Event.SIGN_IN_FAILED: "Failed try",
    Event.SIGN_IN_LOCKED: "Failed try while locked",
    Event.TOKEN_REUSE: "Used code typed again",
}
"""What the list of own sign-ins tells apart."""


def account_facts(account: AccountView) -> Iterator[Fact]:
    """Yield how the account stands, as its owner may know it."""
    yield Fact("Name", account.name)
    yield Fact("E-mail", account.email)
    yield Fact("Password", _since("chosen", account.password_set_at))
    yield Fact("Phone", _since("paired", account.paired_at))
    yield from entry_facts("Entry", account.entry or "")
    left = account.recovery_left
    yield Fact("Recovery", counted(left, "unused code"))


def entry_facts(name: str, entry: str, columns: int = ENTRY_COLUMNS) -> Iterator[Fact]:
    """Yield the name to look for in the app, broken where it can be read best."""
    if len(entry) <= columns:
        yield Fact(name, entry)
        return
    issuer, colon, account = entry.partition(":")
    yield Fact(name, f"{issuer}{colon}")
    yield Fact("", account)


def session_lines(account: AccountView) -> Iterator[str]:
    """Yield a heading and the running sessions: this one, then the others, oldest first."""
    yield f"  {'Site':<7}{'Since':<20}{'Last seen':<20}Terminal"
    this_first = sorted(account.sessions, key=lambda each: each.id != account.this_session)
    for session in this_first[:SESSIONS_SHOWN]:
        yield f"  {session_line(session, this=session.id == account.this_session)}"
    more = len(account.sessions) - SESSIONS_SHOWN
    if more > 0:
        yield f"  and {more} more"


def session_line(session: SessionSummary, *, this: bool = False) -> str:
    """Return one session in columns."""
    since, seen = day_and_time(session.started), day_and_time(session.last_seen)
    mark = ", this one" if this else ""
    return f"{_site(session.site)}{since:<20}{seen:<20}{_terminal(session.terminal)}{mark}"


def sign_in_lines(lines: tuple[SignInLine, ...]) -> Iterator[str]:
    """Yield sign-ins and failed tries, as they are given: newest first."""
    for line in lines:
        words = SIGN_IN_WORDS[line.event]
        where = "-" if line.site is None else line.site
        yield f"  {day_and_time(line.at):<20}{words:<25}{where:<7}{_terminal(line.terminal)}"


def _since(what: str, moment: int | None) -> str:
    return f"{what} {day_and_time(moment)}" if moment is not None else "none now"


def _site(site: str | None) -> str:
    return f"{site or EVERYWHERE:<7}"


def _terminal(terminal: str) -> str:
    """Return the name of a terminal, cut where it is an address that is too long for its line."""
    name = printable(terminal)
    if cell_len(name) <= TERMINAL_COLUMNS:
        return name
    return f"{set_cell_size(name, TERMINAL_COLUMNS - 2)}.."
