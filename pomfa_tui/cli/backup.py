"""`pomfa-tui backup`: everything that the store holds in one file, without the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.kinds import PLACE
from pomfa_tui.cli.shapes import iso
from pomfa_tui.cli.tables import facts, paragraph
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from pathlib import Path

    from pomfa_tui.custody import BackupMade
    from pomfa_tui.settings import Settings


@click.command()
@click.argument("file", type=PLACE, metavar="FILE")
@json_option
@pass_call
def backup(call: Call, file: Path) -> None:
    """Write everything that the store holds into a new FILE, while it is in use.

    People go on signing in meanwhile. The key is never in a backup, and a backup is of little use without it: keep both, apart.
    """
    from pomfa_tui.custody import make_backup

    settings = call.settings()
    with call.opened(settings) as opened:
        made = make_backup(settings, opened, call.caller, file)
    call.answer(
        {
            "backup": {
                "file": str(file),
                "at": iso(made.at),
                "store": made.store,
                "key": made.key_id,
                "change": made.change,
                "bytes": made.size,
            }
        },
        lambda: _text(settings, file, made),
    )


def _text(settings: Settings, file: Path, made: BackupMade) -> str:
    return "\n".join(
        [
            facts(
                [
                    ("Backup", shown(file)),
                    ("Made", f"{iso(made.at)}, up to change {made.change}"),
                    ("Size", f"{made.size} bytes"),
                    ("Key", f"{made.key_id}, in {shown(settings.key_file)}; not in the backup"),
                ]
            ),
            "",
            paragraph(
                "Losing the key is losing every pairing and password, backup or not: keep a copy of the key file apart from the "
                "backups. Keep the ledger beside it too, which tells a restore what must stay dead."
            ),
        ]
    )
