"""Work beside the screen: awaited by nobody, cancelled with the node that started it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def start(
    node: DOMNode,
    work: Work,
    *,
    group: str = "default",
    exclusive: bool = False,
) -> None:
    """Start work that ends with its node.

    Args:
        node: Whose work it is: a widget, a screen or the app.
        work: What to call, not a call already made: that coroutine would never be awaited if the node closed
            before it began.
        group: What is cancelled together.
        exclusive: Cancel what else runs in the group.
    """
    _: Worker[None] = node.run_worker(_Once(work).do, group=group, exclusive=exclusive)


class _Once:
    # Textual keeps finished workers for a while; what one was given, a setup key perhaps, is let go (SES-16).
    def __init__(self, work: Work) -> None:
        self._given = [work]

    async def do(self) -> None:
        await self._given.pop()()
