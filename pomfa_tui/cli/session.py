"""`pomfa-tui session`: list and end sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.shapes import iso, session_document
from pomfa_tui.cli.tables import table

if TYPE_CHECKING:
    from pomfa_tui.services.sessions import SessionSummary


@click.group()
@early_json_option
def session() -> None:
    """List and end sessions."""


@session.command("list")
@click.argument("who", metavar="[WHO]", required=False)
@json_option
@pass_call
def list_sessions(call: Call, who: str | None) -> None:
    """List running sessions, oldest first; WHO is an e-mail or an id."""
    with call.desk() as desk:
        sessions = desk.sessions.list(call.caller, who)
    call.answer(
        {"sessions": [session_document(found) for found in sessions]},
        lambda: sessions_text(sessions),
    )


@session.command("end")
@click.argument("session_id", metavar="ID")
@json_option
@pass_call
def end(call: Call, session_id: str) -> None:
    """End a session; its terminal is back at `Sign in` within five seconds."""
    with call.desk() as desk:
        desk.sessions.end(call.caller, session_id)
    call.answer({"session": {"id": session_id}}, lambda: "The session is ended.")


def sessions_text(sessions: tuple[SessionSummary, ...]) -> str:
    """Return the sessions, two lines each, since ids are long."""
    if not sessions:
        return "Nobody is signed in."
    rows = [
        (found.email, found.site or "all", found.terminal, iso(found.started), found.id)
        for found in sessions
    ]
    headings = ("E-MAIL", "AT", "TERMINAL", "SINCE")
    first, *lines = table(headings, [row[:-1] for row in rows], shrinks=(2,)).split("\n")
    return "\n".join(
        [first, *(f"{line}\n  id {row[-1]}" for line, row in zip(lines, rows, strict=True))]
    )
