"""Names for the identifiers of the audit log, as far as the reader may know them; the log itself has none (PRI-01, rule 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.people import SystemRole
from pomfa_tui.domain.permissions import Action, allowed, relation_to

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Actor

STRANGER = "an unknown e-mail"
PROGRAM = "the program"
YOU = "you"

_ROLES = {
    "staff": "a colleague",
    "admin": "an administrator",
    "support": "the helpdesk",
    "commissioner": "a commissioner",
    "host": "the helpdesk",
}
_SYSTEM = {SystemRole.SUPPORT: "the helpdesk", SystemRole.COMMISSIONER: "a commissioner"}


class AuditNames:
    """Says who somebody in the log is.

    Args:
        view: The people, as they are now.
        actor: Whoever reads.
        own: Whether one reads one's own records, in which others have no names.
    """

    def __init__(self, view: View, actor: Actor, *, own: bool = False) -> None:
        self._view = view
        self._actor = actor
        self._own = own

    def of(self, identifier: str, role: str | None = None) -> str:
        """Return a name, or what somebody is.

        Args:
            identifier: As the log has it.
            role: The role in force, where the log says so.
        """
        if identifier.startswith("unknown"):
            return STRANGER
        if identifier == "program":
            return PROGRAM
        if self._own:
            return YOU if identifier == self._actor.id else _ROLES.get(role or "", "somebody")
        return identifier if identifier.startswith("host:") else self._name(identifier, role)

    def found(self, text: str) -> frozenset[str]:
        """Return the identifiers of those whose name or e-mail holds a text and who may be known."""
        return frozenset(
            person.id for person in self._view.people.search(text) if self._may_know(person)
        )

    def _name(self, identifier: str, role: str | None) -> str:
        person = self._view.people.get(identifier)
        if person is None:
            return _ROLES.get(role or "", "somebody")
        if self._may_know(person):
            return person.name
        return _SYSTEM[person.role] if person.role is not None else "somebody of another site"

    def _may_know(self, person: Person) -> bool:
        actor = self._actor
        if self._own:
            return person.id == actor.id
        if allowed(actor.role, Action.SEE_PERSON, relation_to(actor.id, actor.site, person)):
            return True
        # Those who left the reader's site are part of its history.
        return person.role is None and any(each.site == actor.site for each in person.memberships)
