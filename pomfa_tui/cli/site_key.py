"""`pomfa-tui site key`: hand the key of a site to the helpdesk, once, by a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from pomfa_tui.cli.call import Call, early_json_option, json_option, pass_call
from pomfa_tui.cli.kinds import PLACE
from pomfa_tui.cli.tables import paragraph
from pomfa_tui.domain.errors import Unavailable, WrongUsage
from pomfa_tui.domain.site_keys import FILE_LONGEST
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import create_private, read_private


@click.group("key")
@early_json_option
def key() -> None:
    """Hand the key of a site to the helpdesk, so that it can help a terminal by telephone."""


@key.command("export")
@click.option("--site", required=True, metavar="CODE", help="ODS code, such as FZ101.")
@click.option("--out", required=True, type=PLACE, metavar="FILE", help="Where; never over a file.")
@json_option
@pass_call
def export(call: Call, site: str, out: Path) -> None:
    """Write the key of a site to a file of mode 0600.

    Whoever has the file can let people in at that site's terminals. Bring it to the helpdesk by a way that nobody else can read, and delete it.
    """
    place = out.absolute()
    written = False

    def write(text: str) -> None:
        nonlocal written
        try:
            create_private(place, text.encode("ascii"))
        except FileExistsError:
            raise WrongUsage(
                f"{shown(out)} is there already and is never overwritten. Name a file that is not there."
            ) from None
        except OSError as error:
            raise Unavailable(
                f"{shown(out)} cannot be written: {error.strerror}. Nothing has been changed."
            ) from None
        written = True

    with call.desk() as desk:
        try:
            handed = desk.office.site_keys.export(call.caller, site, before_commit=write)
        except BaseException:
            if written:
                with suppress(FileNotFoundError):
                    place.unlink()
            raise
    call.answer(
        {"site": handed.site, "site_key": handed.key_id, "file": str(place)},
        lambda: paragraph(
            f"The key of {handed.site} ({handed.key_id}) is in the file. Bring it to the helpdesk by a way that nobody else can read, have it "
            "imported there, and delete it on both sides."
        ),
    )


@key.command("import")
@click.argument("file", type=PLACE, metavar="FILE")
@click.option("--replace", is_flag=True, help="Take the place of another key of that site.")
@json_option
@pass_call
def take_in(call: Call, file: Path, replace: bool) -> None:
    """Read the key of a site from a file that `site key export` wrote.

    The site need not be in this store. From then on `phone-reset` answers the challenges of its terminals.
    """
    text = _text_of(file)
    with call.desk() as desk:
        handed = desk.office.site_keys.take_in(call.caller, text, replace=replace)
    call.answer(
        {"site": handed.site, "site_key": handed.key_id, "known": handed.known},
        lambda: paragraph(
            f"The key of {handed.site} ({handed.key_id}) was here already."
            if handed.known
            else f"The key of {handed.site} ({handed.key_id}) is here now. Delete the file."
        ),
    )


def _text_of(file: Path) -> str:
    try:
        data = read_private(file.absolute(), limit=FILE_LONGEST)
    except FileNotFoundError:
        raise WrongUsage(
            f"There is no file {shown(file)}. Name the one that was exported."
        ) from None
    except OSError as error:
        raise Unavailable(f"{shown(file)} cannot be read: {error.strerror}.") from None
    # Not by catching UnicodeDecodeError, which would carry the file's bytes along.
    return data.decode("ascii") if data.isascii() else "?"
