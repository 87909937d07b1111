"""Finding people by what somebody typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.emails import canonical_email
from pomfa_tui.domain.errors import NotFound
from pomfa_tui.domain.text import printable

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import View

SHOWN = 80
"""Characters of what was typed that a refusal repeats."""


def find_person(view: View, who: str) -> Person:
    """Return a person by e-mail or id.

    Raises:
        NotFound: There is none.
    """
    person = (
        view.people.by_email(canonical_email(who)) if "@" in who else view.people.get(who.strip())
    )
    if person is None:
        raise NotFound(shown(who))
    return person


def shown(sought: str) -> str:
    """Return what somebody looked for as a refusal repeats it: the same whether it exists or not (ROL-02)."""
    return printable(sought[:SHOWN]) or "an empty name"
