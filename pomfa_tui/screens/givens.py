"""What every screen of the way in is given: the services once they are there, the settings, the clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pomfa_tui.terminal.clocks import Clocks

if TYPE_CHECKING:
    from pomfa_tui.domain.checks import Check
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.settings import Settings


class Opening:
    """Opens key, store and services beside the first screen, which needs none of them to be drawn.

    Args:
        open_desk: Does it; blocks, imports everything heavy, and may refuse.
    """

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._open_desk = open_desk
        self._task: asyncio.Task[Desk] | None = None

    async def desk(self) -> Desk:
        """Return the services, once they are there.

        Raises:
            Refusal: They cannot be had now; the next call tries again.
        """
        if self._task is None:
            self._task = asyncio.create_task(asyncio.to_thread(self._open_desk))
        task = self._task
        try:
            # Whoever stops waiting, such as a screen that is closed, must not stop the opening.
            return await asyncio.shield(task)
        except Exception:
            if self._task is task:
                self._task = None
            raise


@dataclass(frozen=True, slots=True)
class Givens:
    """Handed to each screen by whoever makes it.

    Attributes:
        opening: Has the services.
        settings: What the operator decided.
        clocks: Tell how much time has passed, and what time it is.
        examine: Looks at everything the program stands on.
    """

    opening: Opening
    settings: Settings
    clocks: Clocks = field(default_factory=Clocks)
    examine: Callable[[], Iterable[Check]] = tuple
