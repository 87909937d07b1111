"""`pomfa-tui person disable`, `enable` and `leave`: whether an account may be used at all (rule 14)."""

from __future__ import annotations

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.person_texts import done_text
from pomfa_tui.cli.shapes import person_document

_reason = click.option("--reason", required=True, metavar="TEXT", help="Why, in a few words.")


@click.command()
@click.argument("who", metavar="WHO")
@_reason
@json_option
@pass_call
def disable(call: Call, who: str, reason: str) -> None:
    """Switch an account off; sessions and codes end.

    For a long leave, or at once in doubt. Links to sites stay.
    """
    with call.desk() as desk:
        person = desk.office.states.disable(call.caller, who, reason)
    call.answer(
        {"person": person_document(person)},
        lambda: done_text(person, "is disabled. Sessions and outstanding codes have ended."),
    )


@click.command()
@click.argument("who", metavar="WHO")
@_reason
@json_option
@pass_call
def enable(call: Call, who: str, reason: str) -> None:
    """Switch an account on again."""
    with call.desk() as desk:
        person = desk.office.states.enable(call.caller, who, reason)
    call.answer({"person": person_document(person)}, lambda: done_text(person, "is enabled again."))


@click.command()
@click.argument("who", metavar="WHO")
@_reason
@json_option
@pass_call
def leave(call: Call, who: str, reason: str) -> None:
    """End everything of a leaver: links, sessions, codes.

    History stays. To end one link of several, use `unlink`.
    """
    with call.desk() as desk:
        person = desk.office.states.leave(call.caller, who, reason)
    call.answer(
        {"person": person_document(person)},
        lambda: done_text(person, "has left. Links, sessions and outstanding codes have ended."),
    )
