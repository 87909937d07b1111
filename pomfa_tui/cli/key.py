"""`pomfa-tui key`: exchange the key that protects everything."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.tables import facts, paragraph
from pomfa_tui.domain.amounts import counted
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from pomfa_tui.services.rotation import Rotated
    from pomfa_tui.settings import Settings


@click.group()
@early_json_option
def key() -> None:
    """Exchange the key that protects everything."""


@key.command("rotate")
@json_option
@pass_call
def rotate(call: Call) -> None:
    """Put a fresh key in force and seal everything anew.

    People go on signing in meanwhile. When it is interrupted, run it again: it goes on where it stopped. The old key stays in the key file,
    since older backups need it. While terminals are merely busy it waits for its turn, up to a minute at each step, and says so.
    """
    from pomfa_tui.cli.waiting import on_standard_error
    from pomfa_tui.custody import rotate_key
    from pomfa_tui.host import this_place

    settings, patiently = call.settings(), on_standard_error()
    with ExitStack() as stack:
        opened = patiently(lambda: stack.enter_context(call.opened(settings)))
        rotated = rotate_key(settings, opened, this_place(call.environ), call.caller, patiently)
    call.answer(
        {
            "key": {
                "id": rotated.key_id,
                "before": rotated.before,
                "resumed": rotated.resumed,
                "people": rotated.people,
                "old": rotated.old,
                "broken": rotated.broken,
            }
        },
        lambda: _text(settings, rotated),
    )


def _text(settings: Settings, rotated: Rotated) -> str:
    rows = [
        ("Key", f"{rotated.key_id} in {shown(settings.key_file)}"),
        ("Before", rotated.before),
        ("Sealed anew", counted(rotated.people, "person", "people")),
    ]
    if rotated.resumed:
        rows.append(("Note", "an exchange that was interrupted is finished now"))
    if rotated.old:
        rows.append(
            ("Still old", f"{counted(rotated.old, 'person', 'people')}, until their next sign-in")
        )
    if rotated.broken:
        rows.append(
            (
                "Broken",
                f"{counted(rotated.broken, 'item opens', 'items open')} with no key: reset those people's MFA",
            )
        )
    return "\n".join(
        [
            facts(rows),
            "",
            paragraph(
                "Copy the key file to its safe place again. The old key stays in it for older backups: take its line out when none of "
                "them is needed any more."
            ),
        ]
    )
