"""`pomfa-tui init`: key, store, first site and first administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pomfa_tui.cli.call import Call, json_option, pass_call
from pomfa_tui.cli.shapes import issued_document
from pomfa_tui.cli.tables import paragraph
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.sites import Site
    from pomfa_tui.services.views import Issued
    from pomfa_tui.settings import Settings


@click.command()
@click.option("--site-code", required=True, metavar="CODE", help="ODS code of the first site.")
@click.option("--site-name", required=True, metavar="NAME", help="Its name, as shown on screens.")
@click.option("--admin-name", required=True, metavar="NAME", help="Its first administrator.")
@click.option("--admin-email", required=True, metavar="E-MAIL", help="Their own address.")
@json_option
@pass_call
def init(call: Call, site_code: str, site_name: str, admin_name: str, admin_email: str) -> None:
    """Create key and store; print an activation code.

    The code is the first administrator's, typed at the first sign-in in place of the password.

    Losing the key file is losing every pairing: keep a copy of it apart from the backups.
    """
    call.require_output()
    from pomfa_tui.bootstrap import check_places, open_desk
    from pomfa_tui.host import this_place

    settings = call.settings()
    _check(site_code, site_name, admin_name, admin_email)
    check_places(settings)
    opened = open_desk(settings, this_place(call.environ), create_key=True)
    try:
        site, issued = opened.desk.setup.initialise(
            call.caller,
            site_code=site_code,
            site_name=site_name,
            name=admin_name,
            email=admin_email,
        )
    finally:
        opened.close()
    call.answer(
        {"site": {"code": site.code, "name": site.name}, **issued_document(issued)},
        lambda: _text(settings, site, issued),
    )


def _check(site_code: str, site_name: str, name: str, email: str) -> None:
    """Refuse what cannot be used before anything is created."""
    from pomfa_tui.content.role_names import role_names
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.errors import SharedMailbox
    from pomfa_tui.domain.people import parse_name
    from pomfa_tui.domain.sites import parse_site_code, parse_site_name

    parse_site_code(site_code)
    parse_site_name(site_name)
    parse_name(name)
    try:
        EmailRules(role_names()).parse_personal(email)
    except SharedMailbox as refusal:
        # Here is nobody to whom a reason for an exception could be given.
        first = refusal.message.partition(" If ")[0]
        raise SharedMailbox(first, can_override=False) from None


def _text(settings: Settings, site: Site, issued: Issued) -> str:
    from pomfa_tui.domain.amounts import counted
    from pomfa_tui.filewords import shown

    person = issued.person
    return "\n".join(
        [
            paragraph(printable(f"{site.name} ({site.code}) is set up.")),
            paragraph(printable(f"Its first administrator is {person.name} <{person.email}>.")),
            "",
            f"Activation code: {issued.activation_code}",
            "",
            paragraph(
                f"It works once and for {counted(settings.limits.activation_hours, 'hour')}: at the first sign-in it is typed in place of the password. It is not shown again. "
                "Then add a second administrator, so that nobody is locked out."
            ),
            "",
            paragraph(f"Data: {shown(settings.data_dir)}"),
            paragraph(f"Key:  {shown(settings.key_file)}"),
            "",
            paragraph(
                "Losing the key file is losing every pairing: nobody could sign in any more, from no backup. Keep a copy of it in "
                "a safe place, apart from the backups of the data, which never hold it."
            ),
        ]
    )
