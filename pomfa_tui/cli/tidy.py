"""`pomfa-tui tidy`: forget in time what is kept for a while only, also where nobody opens the terminal interface (AUD-10, PRI-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.domain.amounts import counted

if TYPE_CHECKING:
    from pomfa_tui.services.retention import Forgotten


@click.command()
@json_option
@pass_call
def tidy(call: Call) -> None:
    """Forget what is kept no longer: old records of the audit log, and outdated entries of the store.

    The terminal interface does this at each start. Where it is seldom opened, as on a host that only asks `verify`, a timer runs this once a
    day. People go on signing in meanwhile.
    """
    with call.desk() as desk:
        gone = desk.office.retention.forget(whole=True)
    call.answer(
        {"records": gone.records, "entries": gone.entries, "secrets": gone.secrets},
        lambda: _text(gone),
    )


def _text(gone: Forgotten) -> str:
    named = (
        (
            gone.records,
            counted(gone.records, "record of the audit log", "records of the audit log"),
        ),
        (gone.entries, counted(gone.entries, "entry of the store", "entries of the store")),
        (gone.secrets, counted(gone.secrets, "person's old secrets", "people's old secrets")),
    )
    said = [words for number, words in named if number]
    return f"Forgotten: {', '.join(said)}." if said else "There was nothing to forget."
