"""The invented people of the demo, and what a newcomer needs to sign in as one of them."""

from __future__ import annotations

from base64 import b32decode
from dataclasses import dataclass, field

from pomfa_tui.domain import totp


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody invented.

    Attributes:
        who: What they are, in a few words.
        name: As shown.
        email: Theirs; nobody reads it.
        password: Theirs; none for somebody who has still to activate the account.
        role: staff, admin or support.
        sites: ODS codes; none for support.
        job: Job title; none for support.
        gphc: Registration number, or none.
    """

    who: str
    name: str
    email: str
    password: str | None
    role: str
    sites: tuple[str, ...] = ()
    job: str | None = None
    gphc: str | None = None


SITES = (("FZ101", "High Street Pharmacy"), ("FZ102", "Harbour Pharmacy"))
"""Invented codes and names; the first one is set up first."""

FIRST = Part(
    who="Administrator",
    name="Amara Whitfield",
    email="amara@example.org",
    password="amber-kettle-forty-larks",  # noqa: S106 - of somebody invented, in a store that is thrown away
    role="admin",
    sites=("FZ101",),
    job="manager",
)
"""Sets the store up."""

OTHERS = (
    Part(
        who="Administrator",
        name="Tomos Griffiths",
        email="tomos@example.org",
        password="velvet-otter-maps-uphill",  # noqa: S106 - as above
        role="admin",
        sites=("FZ101",),
        job="superintendent pharmacist",
        gphc="2071234",
    ),
    Part(
        who="Pharmacist",
        name="Priya Nandakumar",
        email="priya@example.org",
        password="nine quiet harbour lamps",  # noqa: S106 - as above
        role="staff",
        sites=("FZ101",),
        job="responsible pharmacist",
        gphc="2075678",
    ),
    Part(
        who="Locum, two sites",
        name="Jonas Keller",
        email="jonas@example.org",
        password="copper moth under glass",  # noqa: S106 - as above
        role="staff",
        sites=("FZ101", "FZ102"),
        job="locum pharmacist",
        gphc="2079012",
    ),
    Part(
        who="Support",
        name="Sam Okafor",
        email="sam@example.org",
        password="seven-tin-whistles-hum",  # noqa: S106 - as above
        role="support",
    ),
    Part(
        who="Dispenser, new",
        name="Mei Hart",
        email="mei@example.org",
        password=None,
        role="staff",
        sites=("FZ101",),
        job="dispenser",
    ),
)


REQUESTS = (
    ("locum", "Rosa Lindqvist", "rosa@example.org", "01632 960145", "FZ102", "Covers this week"),
    ("link", "Priya Nandakumar", "priya@example.org", "01632 960123", "FZ102", "Saturdays too"),
)
"""What the helpdesk is asked for: need, name, e-mail, telephone, site and a few words."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody invented, ready to sign in.

    Attributes:
        part: Who.
        secret: Of the paired authenticator, as Base32; none before the first sign-in.
        activation_code: Typed in place of the password the first time; none afterwards.
    """

    part: Part
    secret: str | None = field(default=None, repr=False)
    activation_code: str | None = field(default=None, repr=False)

    @property
    def typed(self) -> str:
        """What goes into the password field."""
        return self.activation_code or self.part.password or ""

    def code(self, moment: int) -> str | None:
        """Return what the authenticator shows at a moment, UTC seconds; none before it is paired."""
        if self.secret is None:
            return None
        return totp.code_at(b32decode(self.secret), totp.step_at(moment, 30))


def seconds_left(moment: int) -> int:
    """Return for how long the codes of a moment are shown; everybody here has codes of 30 seconds."""
    return totp.seconds_left(moment, 30)
