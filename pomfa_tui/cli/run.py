"""`pomfa-tui run`: the terminal interface, which is also what opens without a command."""

from __future__ import annotations

import click

from pomfa_tui.cli.call import Call, pass_call


@click.command()
@click.option(
    "--kiosk", is_flag=True, help="This is the terminal's only program: no way out of it."
)
@click.option("--site", metavar="CODE", help="Bind this terminal to one site.")
@pass_call
def run(call: Call, kiosk: bool, site: str | None) -> int:
    """Open the terminal interface (the default)."""
    return open_interface(call, kiosk=kiosk, site=site)


def open_interface(call: Call, *, kiosk: bool = False, site: str | None = None) -> int:
    """Check settings, places and terminal, in this order, then run the interface; return the exit status.

    Args:
        call: Where the store is.
        kiosk: Whether this is the terminal's only program.
        site: ODS code of the site the terminal is bound to, instead of the configured one.

    Raises:
        Refusal: Settings or places cannot be used.
    """
    from pomfa_tui.cli import interface

    return interface.open_interface(call.settings(), call.environ, kiosk=kiosk, site=site)
