"""`pomfa-tui person reset-password`, `reset-mfa` and `unlock`: for people who are stuck (rules 20, 21, 24)."""

from __future__ import annotations

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.justifying import Given, justified, record_not_verified
from pomfa_tui.cli.person_texts import done_text, reset_text
from pomfa_tui.cli.shapes import issued_document, person_document
from pomfa_tui.domain.permissions import Action


@click.command("reset-password")
@click.argument("who", metavar="WHO")
@justified
@json_option
@pass_call
def reset_password(call: Call, who: str, given: Given) -> None:
    """Make a password dead and print an activation code.

    The authenticator still applies. For somebody invited this is how they get a new activation code.
    """
    _reset(call, who, given, Action.RESET_PASSWORD)


@click.command("reset-mfa")
@click.argument("who", metavar="WHO")
@justified
@json_option
@pass_call
def reset_mfa(call: Call, who: str, given: Given) -> None:
    """Make a pairing dead and print an activation code.

    Recovery codes are dead too. The password still applies, and a new authenticator is paired at the next sign-in.
    """
    _reset(call, who, given, Action.RESET_MFA)


@click.command()
@click.argument("who", metavar="WHO")
@justified
@json_option
@pass_call
def unlock(call: Call, who: str, given: Given) -> None:
    """Let somebody try again at once after too many wrong tries."""
    given.check()
    if given.could_not_verify:
        record_not_verified(call, who, Action.UNLOCK, given)
        return
    why = given.justification()
    with call.desk() as desk:
        person = desk.office.resets.unlock(call.caller, who, why)
    call.answer(
        {"person": person_document(person)},
        lambda: done_text(person, "can try again at once."),
    )


def _reset(call: Call, who: str, given: Given, action: Action) -> None:
    given.check()
    if given.could_not_verify:
        record_not_verified(call, who, action, given, code=True)
        return
    # Whoever cannot read the code must not make one; before a recovery code is asked for.
    call.require_output()
    # Before anything is reset: a configuration that broke meanwhile must not cost the code.
    hours = call.settings().limits.activation_hours
    why = given.justification()
    with call.desk() as desk:
        resets = desk.office.resets
        reset = resets.reset_mfa if action is Action.RESET_MFA else resets.reset_password
        issued = reset(call.caller, who, why)
    call.answer(issued_document(issued), lambda: reset_text(issued, action, hours))
