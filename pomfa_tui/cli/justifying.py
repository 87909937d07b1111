"""Why an act on somebody's account is right, as options: how the identity was checked, a reason, a ticket (rule 21)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pomfa_tui.cli.shapes import person_document
from pomfa_tui.cli.standard_input import secret_line
from pomfa_tui.cli.tables import paragraph
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.cli.call import Call
    from pomfa_tui.domain.permissions import Action
    from pomfa_tui.services.views import PersonSummary

F = TypeVar("F", bound="Callable[..., Any]")

_OPTIONS = (
    click.option(
        "--identity",
        type=click.Choice(tuple(check.value for check in IdentityCheck)),
        help="How the person's identity was checked. A recovery code is read from standard input.",
    ),
    click.option("--reason", metavar="TEXT", help="Why, in a few words; no patient data."),
    click.option("--ticket", metavar="T", help="Number of the helpdesk's ticket."),
    click.option(
        "--could-not-verify",
        is_flag=True,
        help="The identity could not be checked: change nothing, and record that.",
    ),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say.

    Attributes:
        identity: How the identity was checked, or none.
        reason: Why, or none.
        ticket: Number of the helpdesk's ticket, or none.
        could_not_verify: Whether the identity could not be checked, so that nothing is to change.
    """

    identity: str | None
    reason: str | None
    ticket: str | None
    could_not_verify: bool

    def check(self, *, ticket_needed: bool = False) -> None:
        """Refuse options that are missing or exclude each other, before anything is read or opened.

        Raises:
            click.UsageError: Names them.
        """
        context = click.get_current_context()
        if self.could_not_verify:
            if self.identity is not None:
                raise click.UsageError(
                    "Options '--identity' and '--could-not-verify' exclude each other.", context
                )
            return
        for option, value, needed in (
            ("--identity", self.identity, True),
            ("--reason", self.reason, True),
            ("--ticket", self.ticket, ticket_needed),
        ):
            if needed and value is None:
                raise click.UsageError(f"Missing option '{option}'.", context)

    def justification(self) -> Justification:
        """Return what the options say as the services take it; reads the recovery code, when that was the check.

        Raises:
            BadInput: Reason or ticket cannot be used.
            WrongUsage: There is no recovery code on standard input.
        """
        why = Justification(IdentityCheck(self.identity or ""), self.reason or "", self.ticket)
        if why.identity is IdentityCheck.RECOVERY_CODE:
            return replace(why, recovery_code=secret_line("Recovery code"))
        return why


def justified(command: F) -> F:
    """Give a command the options of a justification; it is called with them as `given`."""

    @wraps(command)
    def collected(
        *args: Any,
        identity: str | None,
        reason: str | None,
        ticket: str | None,
        could_not_verify: bool,
        **rest: Any,
    ) -> Any:
        given = Given(identity, reason, ticket, could_not_verify)
        return command(*args, given=given, **rest)

    for option in reversed(_OPTIONS):
        collected = option(collected)
    return collected  # type: ignore[return-value]


def record_not_verified(
    call: Call, who: str, action: Action, given: Given, *, code: bool = False
) -> None:
    """Record that the identity could not be verified, and answer that nothing was changed.

    Args:
        call: The call.
        who: E-mail or id.
        action: What was asked for.
        given: The options.
        code: Whether the command's answer has a place for an activation code.
    """
    with call.desk() as desk:
        desk.office.resets.not_verified(call.caller, who, action, given.reason or "", given.ticket)
        person = desk.people.show(call.caller, who)
    document: dict[str, object] = {"person": person_document(person)}
    if code:
        document["activation_code"] = None
    call.answer(document, lambda: _nothing_changed(person))


def _nothing_changed(person: PersonSummary) -> str:
    return paragraph(
        printable(
            f"Nothing was changed. It is recorded that the identity of {person.name} <{person.email}> could not be verified."
        )
    )
