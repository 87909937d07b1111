"""What every refusal has, and the two kinds that most others are of."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the domain, "Error" would mislead
    """Base of everything the program declines to do."""

    code: ClassVar[str] = "refused"
    """Machine-readable code, part of the command line's contract."""

    exit_code: ClassVar[int] = 1
    """Exit status of the command line: see the table of exit codes."""

    def __init__(self, message: str) -> None:
        """Keep the sentence shown to the person."""
        super().__init__(message)
        self.message = message


class BadInput(Refusal):
    """A field holds something that cannot be used."""

    code = "bad_input"

    def __init__(self, field: str, message: str) -> None:
        """Name the field, so that a form can show the sentence beside it."""
        super().__init__(message)
        self.field = field


class AuthenticationFailed(Refusal):
    """Somebody could not prove who they are."""

    code = "authentication_failed"
    exit_code = 3
