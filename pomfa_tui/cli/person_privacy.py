"""`pomfa-tui person data` and `erase`: what is kept about somebody, and how a leaver is forgotten (UK GDPR Art. 15 and 17)."""

from __future__ import annotations

from pathlib import Path

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.new_file import new_file, require_free
from pomfa_tui.cli.person_texts import done_text
from pomfa_tui.cli.shapes import person_document
from pomfa_tui.filewords import shown


@click.command()
@click.argument("who", metavar="WHO")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A new file, mode 0600.",
)
@json_option
@pass_call
def data(call: Call, who: str, out: Path) -> None:
    """Write everything that is kept about somebody to a file.

    For whoever asks what is held about them; without passwords, codes and keys. That it was given out is recorded.
    """
    from pomfa_tui.services.privacy import as_text

    require_free(out)
    with call.desk() as desk, new_file(out) as write:
        found = desk.office.privacy.data_of(call.caller, who)
        write(as_text(found))
    call.answer(
        {"file": str(out), "records": len(found["records"])},
        lambda: f"Written to {shown(out)}, which only this account can read.",
    )


@click.command()
@click.argument("who", metavar="WHO")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a few words.")
@json_option
@pass_call
def erase(call: Call, who: str, reason: str) -> None:
    """Take a leaver's name, address and number out.

    Identifiers, memberships and the audit log stay, so that the trail does. Backups keep what they have until they are removed.
    """
    with call.desk() as desk:
        person = desk.office.privacy.erase(call.caller, who, reason)
    call.answer(
        {"person": person_document(person)},
        lambda: done_text(person, "is all that is left of the name. The trail stays."),
    )
