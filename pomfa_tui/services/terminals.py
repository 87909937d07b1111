"""What a terminal may be used for beyond the desk: handing over to its program, and closing it where it is a kiosk (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access
    from pomfa_tui.services.recorder import Recorder

KIOSK_CLOSED = "kiosk_closed"
"""Why the program ended, for the audit log."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom the program of the terminal is told about.

    Attributes:
        person: Id of the person.
        name: Theirs.
        site: ODS code; empty for roles over all sites.
        role: In force, as the contract writes it.
    """

    person: str
    name: str
    site: str
    role: str

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which the program is told."""
        return {
            "POMFA_PERSON": self.person,
            "POMFA_NAME": self.name,
            "POMFA_SITE": self.site,
            "POMFA_ROLE": self.role,
        }


class TerminalService:
    """Lets a signed-in person leave the desk for the program behind it, or close it."""

    def __init__(self, access: Access, recorder: Recorder) -> None:
        """Take the rights check and the audit log's pen."""
        self._access = access
        self._recorder = recorder

    def bearer(self, token: SessionToken) -> Bearer:
        """Return who is signed in, for the program of the terminal.

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (_, actor):
            person = actor.account()
            return Bearer(
                person=person.id,
                name=printable(person.name),
                site=actor.site or "",
                role=actor.role.value,
            )

    def close_kiosk(self, token: SessionToken) -> None:
        """Allow the program to be closed where it is all that the terminal runs.

        Raises:
            SessionEnded: The session is over.
            NotPermitted: Neither an administrator nor support; recorded.
        """
        with self._access.change(token) as (tx, actor):
            self._access.require(actor, Action.CLOSE_KIOSK)
            self._recorder.act(
                tx,
                Event.STOPPED,
                actor,
                severity=Severity.WARNING,
                reason=KIOSK_CLOSED,
                site=actor.site,
            )
