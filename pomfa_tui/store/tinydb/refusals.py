"""The sentences for files that are not what this program wrote; none of them holds a value from a file."""

from __future__ import annotations

from pomfa_tui.domain.errors import IntegrityFailure

_REMEDY = "Restore the newest backup, or ask the helpdesk."


class OldFormat(IntegrityFailure):
    """A file is of an older format, from which there is a way to today's."""

    def __init__(self, place: str) -> None:
        """Name the file; opening the store brings it up to date."""
        super().__init__(
            f"{place} is of an older format. Start pomfa-tui again to bring it up to date."
        )


def damaged(place: str, line: int | None = None) -> IntegrityFailure:
    """Name the file, and the line where there is one, that is not what was written."""
    where = "" if line is None else f" at line {line}"
    return IntegrityFailure(
        f"{place} is damaged{where}, or was changed by another program. {_REMEDY}"
    )


def foreign(place: str, error: Exception, *, line: int | None = None) -> IntegrityFailure:
    """Name the file, and the line where there is one, that holds what this program never writes."""
    where = "" if line is None else f" in line {line}"
    return IntegrityFailure(
        f"{place} holds something{where} that does not belong there ({_told(error)}). {_REMEDY}"
    )


def contradicting(table: str, line: int) -> IntegrityFailure:
    """Say that documents share what only one of them may have, or that one has changed its id."""
    return IntegrityFailure(
        f"store.journal holds documents of {table} up to line {line} that contradict each other. {_REMEDY}"
    )


def missing(place: str) -> IntegrityFailure:
    """Name the file that must be there."""
    return IntegrityFailure(
        f"{place} is missing, and what was in it. Put it back or restore the newest backup, or ask the helpdesk."
    )


def older(folder: str, name: str) -> IntegrityFailure:
    """Name the file that was put back from an earlier time."""
    return IntegrityFailure(
        f"{folder} holds an older copy of {name} than was there before. Put the newest files back together, or restore the "
        "newest backup."
    )


def cut_short(place: str) -> IntegrityFailure:
    """Say that records are missing from the audit log which had been written."""
    return IntegrityFailure(
        f"{place} is missing or its end was cut off. Nothing can be changed until it is put back: "
        "run `pomfa-tui audit verify`, and ask the helpdesk."
    )


def wrong_checkpoint(place: str, problem: str) -> IntegrityFailure:
    """Say that the audit log begins with another checkpoint than belongs there."""
    return IntegrityFailure(
        f"{place} is damaged at line 1: {problem} Put its newest copy back, or run `pomfa-tui audit verify` and ask the helpdesk."
    )


def too_large(place: str) -> IntegrityFailure:
    """Name the file that is larger than anything this program writes."""
    return IntegrityFailure(f"{place} is larger than any store. {_REMEDY}")


def _told(error: Exception) -> str:
    """Return where a decoder stumbled."""
    text = str(error)
    _, found, path = text.rpartition(" - at ")
    return f"at {path}" if found else type(error).__name__
