"""Codes that are read out over the telephone: groups of four, each with a check character of its own.

Letters are those of Crockford's base 32, which has no I, L, O or U. Three characters of a group carry 15 bits, the fourth checks them:
a wrong character, two neighbours swapped or a group in another group's place shows in that group. The check finds slips of tongue and
finger; it keeps nothing secret and proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.typed_codes import ALPHABET, grouped, plain_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP_BITS = 15
"""Bits that a group carries."""

_GROUP = 4
_SYMBOL_BITS = 5
_SYMBOL_MASK = 31
_FIELD = 0b100101
"""x^5 + x^2 + 1, which is primitive: in GF(32) the powers x, x^2 and x^3 differ from each other and from 1."""

_CHARACTERS = re.compile(f"[{ALPHABET}]*")
_SPELLING = """
zero one two three four five six seven eight nine Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa
Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu
"""
_WORDS = dict(zip(ALPHABET, _SPELLING.split(), strict=True))
"""How each character is said so that nobody mishears it (ICAO spelling alphabet)."""


class Misheard(Exception):  # noqa: N818 - turned into a sentence by whoever knows what was read out
    """Something does not fit.

    Args:
        group: Number of the first group that does not, from 1; none when there are too many or too few characters.
        typed: That group as it was typed; empty where their number is wrong.
    """

    def __init__(self, group: int | None, typed: str = "") -> None:
        super().__init__(group)
        self.group = group
        self.typed = typed


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of code.

    Attributes:
        groups: How many groups of four it has.
        mark: Tells this kind from others in the check characters, 0 to 3.
    """

    groups: int
    mark: int

    @property
    def bits(self) -> int:
        """How many bits it carries."""
        return self.groups * GROUP_BITS

    def write(self, value: int) -> str:
        """Return a number in groups of four, joined by hyphens.

        Args:
            value: 0 to 2 to the power of `bits`, less one.
        """
        if not 0 <= value < 1 << self.bits:
            message = f"{self.bits} bits are carried, no more"
            raise ValueError(message)
        return grouped("".join(self._groups(value)))

    def read(self, text: str) -> int:
        """Return the number that was read out; case, spaces and hyphens do not matter, O reads as 0, I and L as 1.

        Args:
            text: As typed, of any length.

        Raises:
            Misheard: A group does not fit, or there are too many or too few characters.
        """
        characters = plain_characters(text)
        if characters is None or len(characters) != _GROUP * self.groups:
            raise Misheard(None)
        value = 0
        for number in range(self.groups):
            group = characters[_GROUP * number : _GROUP * (number + 1)]
            found = self._group_value(group, number)
            if found is None:
                raise Misheard(number + 1, group)
            value = value << GROUP_BITS | found
        return value

    def _groups(self, value: int) -> Iterator[str]:
        for number in range(self.groups):
            part = value >> GROUP_BITS * (self.groups - 1 - number) & (1 << GROUP_BITS) - 1
            symbols = [part >> shift & _SYMBOL_MASK for shift in (10, 5, 0)]
            yield "".join(ALPHABET[each] for each in (*symbols, self._check(symbols, number)))

    def _group_value(self, group: str, number: int) -> int | None:
        if not _CHARACTERS.fullmatch(group):
            return None
        *symbols, check = (ALPHABET.index(character) for character in group)
        if check != self._check(symbols, number):
            return None
        first, second, third = symbols
        return first << 10 | second << 5 | third

    def _check(self, symbols: list[int], number: int) -> int:
        """Return x·a + x²·b + x³·c in GF(32), moved by the kind of code and the place of the group."""
        total = 0
        for symbol in reversed(symbols):
            total = _times_x(total ^ symbol)
        return total ^ (self.mark << 3 | number)


def spelled(group: str) -> str:
    """Return how a group is said, such as `seven Kilo Quebec two`."""
    return " ".join(_WORDS[character] for character in group)


def spelled_out(code: str) -> str:
    """Return a code group by group, one a line, with its number and how it is said."""
    groups = code.split("-")
    return "\n".join(
        f"{number}  {group}   {spelled(group)}" for number, group in enumerate(groups, start=1)
    )


def _times_x(value: int) -> int:
    shifted = value << 1
    return shifted ^ _FIELD if shifted >> _SYMBOL_BITS else shifted
