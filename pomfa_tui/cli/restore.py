"""`pomfa-tui restore`: put a store back, and leave dead what was dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.kinds import PLACE
from pomfa_tui.cli.shapes import iso
from pomfa_tui.cli.tables import facts, paragraph
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.domain.text import printable
from pomfa_tui.filewords import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pomfa_tui.restoration import RestoreMade
    from pomfa_tui.services.restoring import Knowledge


@click.command()
@click.argument("file", type=PLACE, metavar="[FILE]", required=False)
@click.option(
    "--as-found",
    is_flag=True,
    help="Instead of a backup, settle the files that are in the data folder, where they are older than they should be.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Put the backup in the place of a store that is there; its files are kept aside.",
)
@click.option(
    "--reset-everybody",
    is_flag=True,
    help="End every password and authenticator, where the ledger is lost or the key was seen by others.",
)
@click.option(
    "--without-ledger",
    is_flag=True,
    help="Do without the ledger although passwords, authenticators and accounts that were ended since live again; recorded.",
)
@click.option(
    "--without-key",
    is_flag=True,
    help="Make a new key, since the one of the backup is lost; everybody chooses a new password and pairs anew.",
)
@json_option
@pass_call
def restore(
    call: Call,
    file: Path | None,
    *,
    as_found: bool,
    replace: bool,
    reset_everybody: bool,
    without_ledger: bool,
    without_key: bool,
) -> None:
    """Put the store of a backup FILE into the data folder.

    What was dead stays dead: spent codes, old passwords and pairings, leavers, accounts that were disabled, locks. What happened after
    the backup is read from the ledger beside the key. Every session, activation code and recovery code ends; whoever needs a new
    activation code is named at the end.
    """
    call.require_output()
    if as_found == (file is not None):
        raise WrongUsage("Name the backup to restore, or say --as-found: one of the two.")
    if without_key and as_found:
        raise WrongUsage("Without the key only a backup can be restored: name its file.")
    from pomfa_tui.host import this_place
    from pomfa_tui.restoration import RestoreOrder
    from pomfa_tui.restoration import restore as put_back

    knowledge = _knowledge(
        reset_everybody=reset_everybody, without_ledger=without_ledger, without_key=without_key
    )
    order = RestoreOrder(source=file, replace=replace, knowledge=knowledge)
    made = put_back(call.settings(), this_place(call.environ), call.caller, order)
    call.answer({"restored": _document(made)}, lambda: _text(made))


def _knowledge(*, reset_everybody: bool, without_ledger: bool, without_key: bool) -> Knowledge:
    from pomfa_tui.services.restoring import Knowledge

    if reset_everybody + without_ledger + without_key > 1:
        raise WrongUsage(
            "Say one of --reset-everybody, --without-ledger and --without-key, or none of them."
        )
    if reset_everybody:
        return Knowledge.RESET_EVERYBODY
    if without_ledger:
        return Knowledge.WITHOUT_LEDGER
    return Knowledge.WITHOUT_KEY if without_key else Knowledge.LEDGER


def _document(made: RestoreMade) -> dict[str, object]:
    settled = made.settled
    return {
        "made": None if made.at is None else iso(made.at),
        "people": settled.people,
        "passwords_ended": list(settled.passwords),
        "authenticators_ended": list(settled.authenticators),
        "rights_set_back": list(settled.rights),
        "activation_codes_ended": list(settled.codes),
        "lost": settled.lost,
        "kept_aside": None if made.aside is None else str(made.aside),
    }


def _text(made: RestoreMade) -> str:
    settled = made.settled
    source = "the files that were there" if made.at is None else f"the backup of {iso(made.at)}"
    rows = [("Restored", f"{counted(settled.people, 'person', 'people')}, from {source}")]
    if made.aside is not None:
        rows.append(("Kept aside", shown(made.aside)))
    rows += [
        (name, ", ".join(emails))
        for name, emails in (
            ("New password", settled.passwords),
            ("New pairing", settled.authenticators),
            ("As at last", settled.rights),
            ("New slip", settled.codes),
        )
        if emails
    ]
    if settled.lost:
        rows.append(
            ("Lost", f"{counted(settled.lost, 'account')} made after the backup: add them again")
        )
    return "\n\n".join([facts(rows), *(paragraph(printable(text)) for text in _sentences(made))])


def _sentences(made: RestoreMade) -> Iterator[str]:
    settled = made.settled
    if settled.passwords:
        yield (
            "Whoever needs a new password gets an activation code: pomfa-tui person reset-password E-MAIL. Check who they are first."
        )
    if settled.authenticators:
        yield (
            "Whoever needs a new pairing and still has a password gets an activation code as well; with neither, reset-password is enough."
        )
    yield (
        "Every session, activation code and recovery code has ended. Codes from authenticators work again from the next but one on; at "
        "the next sign-in everybody gets new recovery codes."
    )
