"""`pomfa-tui phone-reset`: answer the challenge of a terminal that cannot be reached (rule 21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.justifying import Given, justified
from pomfa_tui.cli.tables import facts, paragraph
from pomfa_tui.domain.phone_help import ACT_WORDS
from pomfa_tui.domain.spoken_codes import spelled_out

if TYPE_CHECKING:
    from pomfa_tui.domain.phone_help import PhoneAct


@click.command("phone-reset")
@click.option(
    "--challenge",
    required=True,
    metavar="GROUPS",
    help="What the caller reads out: five groups of four, such as WF6S-CAE3-JVDF-YNFV-5EGF. It is nothing secret.",
)
@click.option(
    "--email",
    metavar="E",
    help="The e-mail that the caller signs in with, or a locum will, as they say it.",
)
@justified
@json_option
@pass_call
def phone_reset(call: Call, challenge: str, email: str | None, given: Given) -> None:
    """Answer the challenge that somebody reads out from a terminal you cannot reach.

    Check who is calling first. The response allows one MFA reset or one unlock of the account with that e-mail, or lets a locum with that
    e-mail in as staff until midnight; at that terminal, once. A ticket number is always needed.
    """
    given.check(ticket_needed=True)
    call.require_output()
    if given.could_not_verify:
        _record_not_verified(call, challenge, given)
        return
    if email is None:
        raise click.UsageError("Missing option '--email'.", click.get_current_context())
    why = given.justification()
    with call.desk() as desk:
        answer = desk.office.phone_answers.answer(call.caller, challenge, email, why)
    call.answer(
        {"site": answer.site, "act": answer.act.value, "response": answer.response},
        lambda: _text(answer.site, answer.act, answer.response),
    )


def _record_not_verified(call: Call, challenge: str, given: Given) -> None:
    with call.desk() as desk:
        question = desk.office.phone_answers.not_verified(
            call.caller, challenge, given.reason or "", given.ticket
        )
    call.answer(
        {"site": question.site, "act": question.act.value, "response": None},
        lambda: paragraph(
            f"No response was made. It is recorded that the identity of the caller at {question.site} could not be verified."
        ),
    )


def _text(site: str, act: PhoneAct, response: str) -> str:
    return "\n".join(
        [
            facts([("Site", site), ("Asked for", ACT_WORDS[act])]),
            "",
            "Read this response back, group by group:",
            "",
            spelled_out(response),
            "",
            paragraph(
                "It works once, on that terminal, while the caller's challenge stands: ten minutes from when it was made."
            ),
        ]
    )
