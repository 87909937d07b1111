"""What the terminal can show, as far as its environment tells, and how the program degrades (K57)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCKS = frozenset("█▀▄")
"""What a QR code is drawn with."""

TRUE_COLOUR = 16_777_216
"""Colours of a terminal that takes red, green and blue."""

_SYSTEMS = {TRUE_COLOUR: "truecolor", 256: "256", 16: "standard", 0: "standard"}
_COLOURLESS = ("dumb", "unknown", "vt1", "vt2", "vt3", "vt5")


class Traits(NamedTuple):
    """What a terminal can show.

    Attributes:
        name: What the terminal calls itself.
        colours: How many it has: 0, 16, 256 or `TRUE_COLOUR`.
        unicode: Whether it shows lines, blocks and bullets; plain characters stand in for them otherwise.
        keeps_pages: Whether a page stays readable after the program has ended, unless it is wiped (K29).
        lacks_blocks: Whether the console's font is known to have no blocks, whatever the locale.
    """

    name: str = "xterm-256color"
    colours: int = TRUE_COLOUR
    unicode: bool = True
    keeps_pages: bool = False
    lacks_blocks: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str], characters: frozenset[str] | None = None) -> Traits:
        """Read the traits from `TERM`, `COLORTERM`, `NO_COLOR` and the locale.

        Args:
            environment: Of the process.
            characters: What the console's font has; none where nobody knows.
        """
        name = environment.get("TERM", "")
        locale = next(
            (environment[key] for key in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(key)),
            "",
        )
        return cls(
            name=name,
            colours=_colours(name, environment),
            unicode="utf8" in locale.lower().replace("-", ""),
            keeps_pages=name == "linux" or name.startswith(_COLOURLESS),
            lacks_blocks=characters is not None and not characters >= BLOCKS,
        )

    @property
    def blocks(self) -> bool:
        """Whether full and half blocks are shown, which QR codes are drawn with."""
        return self.unicode and not self.lacks_blocks

    @property
    def variables(self) -> dict[str, str]:
        """What Textual reads from the environment about colours; a terminal without any still gets bold and reverse."""
        variables = {"TEXTUAL_COLOR_SYSTEM": _SYSTEMS[self.colours]}
        return variables if self.colours else variables | {"NO_COLOR": "1"}

    @property
    def shortcomings(self) -> tuple[str, ...]:
        """One sentence for each thing that is shown more plainly here."""
        found = []
        if not self.colours:
            found.append("This terminal is used without colours.")
        if not self.unicode:
            found.append(
                "Lines and blocks are drawn with plain characters: the locale is not UTF-8."
            )
        elif self.lacks_blocks:
            found.append("QR codes cannot be drawn: the console's font has no blocks.")
        return tuple(found)


def _colours(name: str, environment: Mapping[str, str]) -> int:
    if "NO_COLOR" in environment or not name or name.startswith(_COLOURLESS):
        return 0
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return TRUE_COLOUR
    return 256 if name.endswith("-256color") else 16
