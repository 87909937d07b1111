"""What is asked for of the audit log: by whom, within which scope, with names and texts looked up for them (rule 32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.text import folded
from pomfa_tui.services.audit_names import AuditNames
from pomfa_tui.services.audit_scope import AuditFilter, Scope, fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.audit import AuditEvent
    from pomfa_tui.domain.ports import View
    from pomfa_tui.services.access import Actor


class AuditQuestion(NamedTuple):
    """What was asked for, as far as it decides which records fit.

    Attributes:
        reader: Id of whoever asks.
        scope: What they may see.
        wanted: What they want.
        whom: Who may be in it as actor or subject; none for anybody.
        named: Whose name or e-mail holds what is searched for.
    """

    reader: str
    scope: Scope
    wanted: AuditFilter
    whom: frozenset[str] | None
    named: frozenset[str]

    @property
    def text(self) -> str:
        """What is searched for, folded."""
        return folded(self.wanted.search or "").strip()

    @property
    def takes_all(self) -> bool:
        """Whether every record fits."""
        return self.scope.is_everything and self.wanted == AuditFilter(words=self.wanted.words)

    def takes(self, event: AuditEvent, text: str) -> bool:
        """Tell whether a record fits.

        Args:
            event: What happened.
            text: Looked for, folded.
        """
        if not (self.scope.holds(event) and fits(event, self.wanted)):
            return False
        if self.whom is not None and not {event.actor, event.subject} & self.whom:
            return False
        if not text or event.actor in self.named or event.subject in self.named:
            return True
        return text in _said(event, self.wanted)


def asked(
    view: View, actor: Actor, scope: Scope, wanted: AuditFilter, *, own: bool = False
) -> AuditQuestion:
    """Return the question, with the people that it names.

    Args:
        view: The people, as they are now.
        actor: Who asks.
        scope: What they may see.
        wanted: What they want.
        own: Whether they ask for their own records, in which others have no names.
    """
    names = AuditNames(view, actor, own=own)
    whom, text = (wanted.whom or "").strip(), (wanted.search or "").strip()
    return AuditQuestion(
        actor.id,
        scope,
        wanted,
        names.found(whom) if whom else None,
        names.found(text) if text else frozenset(),
    )


def _said(event: AuditEvent, wanted: AuditFilter) -> str:
    """Return everything that a record says, folded."""
    words: Callable[[AuditEvent], str] = wanted.words or (lambda _: "")
    parts = (words(event), event.event, event.reason, event.site, event.terminal, event.actor)
    return folded(" ".join((*(part or "" for part in parts), *event.detail.values())))
