"""How a check that stumbles is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import Refusal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable


def careful(name: str, look: Callable[[], Check]) -> Check:
    """Run one check; whatever happens in it becomes its result, since the doctor is there for what is broken."""
    try:
        return look()
    except Refusal as refusal:
        return Check.refused(name, refusal)
    except OSError as error:
        return Check.failed(
            name,
            f"The system refuses to tell: {error.strerror}.",
            "Put that right and run the doctor again.",
            Unavailable.exit_code,
        )
    except Exception as error:  # noqa: BLE001 - the other checks must still be shown
        from pomfa_tui.terminal.faults import place_of

        return Check.failed(
            name,
            f"This could not be looked at because of a fault of the program's own ({place_of(error)}).",
            "Tell the helpdesk.",
        )
