"""`pomfa-tui doctor`: one page about everything the program stands on, also where it is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.tables import paragraph
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pomfa_tui.domain.checks import Check

_FIRST = 22
_WORST_FIRST = (7, 6, 5, 2, 1)


@click.command()
@click.option(
    "--accept-clock",
    is_flag=True,
    help="Take the host's clock for right although it once ran ahead; recorded as critical.",
)
@json_option
@pass_call
def doctor(call: Call, accept_clock: bool) -> int:
    """Tell on one page what works and what does not.

    Looks at settings, modes, store, key, lock, clock, administrators, audit log and its age, ledger, backups, disk, hand-over, QR code, terminal, host and versions, and changes nothing.
    """
    call.require_output()
    accepted = _accept_clock(call) if accept_clock else ""
    checks = examine(call)
    ok = not any(check.exit_code for check in checks)
    call.answer(
        {"ok": ok, "checks": [_document(check) for check in checks]},
        lambda: _page(checks, accepted),
    )
    found = {check.exit_code for check in checks}
    return next((code for code in _WORST_FIRST if code in found), 0)


def examine(call: Call) -> list[Check]:
    """Return every check, in the order in which things are needed."""
    from pomfa_tui.cli.checks.everything import everything, without_settings
    from pomfa_tui.domain.errors import Refusal

    try:
        settings = call.settings()
    except Refusal as refusal:
        return without_settings(call.environ, refusal)
    return everything(settings, call.environ)


def _accept_clock(call: Call) -> str:
    with call.desk() as desk:
        accepted = desk.upkeep.accept_clock(call.caller)
    if not accepted.seconds:
        return "The clock is not behind the newest record, so there was nothing to accept."
    sentence = f"The clock was {counted(accepted.seconds, 'second')} behind the newest record and is taken for right now."
    if accepted.waiting:
        sentence += (
            f" Authenticators that were used while it ran ahead: {accepted.waiting}. Their codes work again when that moment comes, "
            "or after an MFA reset."
        )
    return sentence


def _document(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "status": check.status.value,
        "detail": printable(check.detail),
        "fix": None if check.fix is None else printable(check.fix),
    }


def _page(checks: Sequence[Check], accepted: str) -> str:
    lines = [paragraph(accepted), ""] if accepted else []
    for check in checks:
        first = f"{check.status.value:<5} {check.name}".ljust(_FIRST)
        lines.append(paragraph(printable(check.detail), first=first, indent=_FIRST))
        if check.fix is not None:
            arrow = " " * (_FIRST - 3) + "-> "
            lines.append(paragraph(printable(check.fix), first=arrow, indent=_FIRST))
    return "\n".join(lines)
