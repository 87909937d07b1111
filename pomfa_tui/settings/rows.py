"""Every key of the configuration file: what it may hold, what holds without it, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.settings.meanings import LIMIT_MEANINGS
from pomfa_tui.settings.readers import (
    choice,
    email_by_login,
    line,
    number,
    path,
    program,
    site_code,
    store_name,
    switch,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Row(Generic[T]):
    """One key.

    Attributes:
        table: Name of its table.
        key: Its name.
        read: Turns what the file holds into the value, or raises `Unfit`.
        default: What holds without it.
        shown_default: The default, for people.
        allowed: What it may hold, for people.
        meaning: What it is for, one sentence.
    """

    table: str
    key: str
    read: Callable[[object], T]
    default: T
    shown_default: str
    allowed: str
    meaning: str


DATA_DIR: Row[Path | None] = Row(
    table="store",
    key="data_dir",
    read=path,
    default=None,
    shown_default="`pomfa-tui/data` in the account's data folder (`~/.local/share`)",
    allowed="an absolute path",
    meaning="The one folder that is written to; `--data` and `POMFA_DATA_DIR` override it.",
)
KEY_FILE: Row[Path | None] = Row(
    table="store",
    key="key_file",
    read=path,
    default=None,
    shown_default="`pomfa-tui/keys/master.key` in the account's configuration folder (`~/.config`)",
    allowed="an absolute path outside the data folder",
    meaning="The file with the master key; `--key-file` and `POMFA_KEY_FILE` override it.",
)
STORE: Row[str] = Row(
    table="store",
    key="store",
    read=store_name,
    default="tinydb",
    shown_default='`"tinydb"`',
    allowed='`"tinydb"`',
    meaning="What keeps people, sites and sessions.",
)
ISSUER: Row[str] = Row(
    table="totp",
    key="issuer",
    read=line(32, without=":"),
    default="PharmOutcomes",
    shown_default='`"PharmOutcomes"`',
    allowed="1 to 32 printable characters, no colon",
    meaning="The first part of the entry's name in people's authenticators.",
)
CONTACT_PAGE: Row[str] = Row(
    table="help",
    key="contact_page",
    read=line(100),
    default="Contact Us page on PharmOutcomes",
    shown_default='`"Contact Us page on PharmOutcomes"`',
    allowed="1 to 100 printable characters",
    meaning="Where the helpdesk has a form, named so that people find it.",
)
HELP_EMAIL: Row[str] = Row(
    table="help",
    key="email",
    read=line(100),
    default="helpdesk@phpartnership.com",
    shown_default='`"helpdesk@phpartnership.com"`',
    allowed="1 to 100 printable characters",
    meaning="The helpdesk's e-mail address.",
)
HELP_PHONE: Row[str] = Row(
    table="help",
    key="phone",
    read=line(40),
    default="0345 450 6279",
    shown_default='`"0345 450 6279"`',
    allowed="1 to 40 printable characters",
    meaning="The helpdesk's telephone number.",
)
TERMINAL_SITE: Row[str | None] = Row(
    table="terminal",
    key="site",
    read=site_code,
    default=None,
    shown_default="none: everybody chooses among their sites",
    allowed="the ODS code of a pharmacy",
    meaning="Binds this terminal to one site; `run --site` overrides it.",
)
THEME: Row[str] = Row(
    table="terminal",
    key="theme",
    read=choice("default", "high-contrast"),
    default="default",
    shown_default='`"default"`',
    allowed='`"default"` or `"high-contrast"`',
    meaning="The colours; both are readable with 16, 8 and no colours.",
)
ANIMATION: Row[bool] = Row(
    table="terminal",
    key="animation",
    read=switch,
    default=False,
    shown_default="`false`",
    allowed="`true` or `false`",
    meaning="Whether anything on the screen moves by itself; leave it off over slow lines.",
)
PAM_DOMAIN: Row[str | None] = Row(
    table="pam",
    key="domain",
    read=line(250, without="@ "),
    default=None,
    shown_default="none: login names alone are nobody's e-mail",
    allowed="the part of an e-mail behind its @",
    meaning="Makes a login name without @ an e-mail, where `emails` does not name it.",
)
PAM_EMAILS: Row[tuple[tuple[str, str], ...]] = Row(
    table="pam",
    key="emails",
    read=email_by_login,
    default=(),
    shown_default="`{}`",
    allowed='a table such as `{ jo = "jo.bloggs@example.org" }`',
    meaning="The e-mail that belongs to a login name.",
)
COMMAND: Row[tuple[str, ...]] = Row(
    table="handover",
    key="command",
    read=program,
    default=(),
    shown_default="`[]`: people stay on `Home`",
    allowed="up to 64 texts: the program (a full path, or a name on `PATH`) and its arguments",
    meaning="The program the terminal is for, started after sign-in without a shell.",
)
NAME: Row[str] = Row(
    table="handover",
    key="name",
    read=line(25),
    default="Pharmacy program",
    shown_default='`"Pharmacy program"`',
    allowed="1 to 25 printable characters",
    meaning="What people call that program; shown on `Home`.",
)
START: Row[str] = Row(
    table="handover",
    key="start",
    read=choice("home", "at-once"),
    default="home",
    shown_default='`"home"`',
    allowed='`"home"` or `"at-once"`',
    meaning="Whether the program is offered on `Home`, or opened for staff three seconds after they have signed in.",
)
GRACE: Row[int] = Row(
    table="handover",
    key="grace_seconds",
    read=number(1, 10),
    default=2,
    shown_default="`2`",
    allowed="1 to 10 seconds",
    meaning="How long the program may take to end once it has been asked to; it is killed after that.",
)
PRINT_COMMAND: Row[tuple[str, ...]] = Row(
    table="printing",
    key="command",
    read=program,
    default=(),
    shown_default="`[]`: slips are written down",
    allowed="up to 64 texts: the program (a full path, or a name in the usual folders) and its arguments",
    meaning="The program that prints a slip from its standard input, started without a shell.",
)
LIMIT_ROWS: dict[str, Row[int]] = {
    name: Row(
        table="limits",
        key=name,
        read=whole_number,
        default=limit.default,
        shown_default=f"`{limit.default}`",
        allowed=f"{limit.low} to {limit.high} {limit.unit}"
        if limit.low < limit.high
        else f"always {limit.low}",
        meaning=LIMIT_MEANINGS[name],
    )
    for name, limit in LIMITS.items()
}

ROWS: tuple[
    Row[Path | None]
    | Row[str]
    | Row[str | None]
    | Row[bool]
    | Row[tuple[str, ...]]
    | Row[tuple[tuple[str, str], ...]]
    | Row[int],
    ...,
] = (
    DATA_DIR,
    KEY_FILE,
    STORE,
    *LIMIT_ROWS.values(),
    ISSUER,
    CONTACT_PAGE,
    HELP_EMAIL,
    HELP_PHONE,
    TERMINAL_SITE,
    THEME,
    ANIMATION,
    PAM_DOMAIN,
    PAM_EMAILS,
    COMMAND,
    NAME,
    START,
    GRACE,
    PRINT_COMMAND,
)
"""Every key there is, in the order of the documentation."""
