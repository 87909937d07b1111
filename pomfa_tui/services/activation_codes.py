"""Issuing activation codes: hashed before the lock, granted within it, shown once (rule 17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pomfa_tui.domain.credentials import Activation
from pomfa_tui.domain.typed_codes import new_typed_code

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, PasswordHasher


@dataclass(frozen=True, slots=True)
class PreparedCode:
    """A code and its hash, not yet anybody's."""

    text: str = field(repr=False)
    hash: str = field(repr=False)


class ActivationCodes:
    """Makes codes that are good for one use within the hours that are configured."""

    def __init__(self, clock: Clock, hasher: PasswordHasher, *, hours: int) -> None:
        """Take the clock, the hasher and how many hours a code stands."""
        self._clock = clock
        self._hasher = hasher
        self._seconds = 3600 * hours

    def prepare(self) -> PreparedCode:
        """Make and hash a code; slow, so outside any transaction."""
        text = new_typed_code()
        return PreparedCode(text, self._hasher.hash(text))

    def grant(self, code: PreparedCode, *, issued_by: str) -> Activation:
        """Return what is stored; it replaces any earlier code (newest wins)."""
        now = self._clock.now()
        return Activation(
            hash=code.hash, issued_at=now, expires_at=now + self._seconds, issued_by=issued_by
        )
