"""The folder for files that people take away: below the data folder, since that may be the only place that can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.domain.ports import Clock
from pomfa_tui.filewords import shown
from pomfa_tui.safefiles import create_folder, new_private

NAME = "exports"

_TRIES = 100


@dataclass(frozen=True, slots=True)
class OpenFile:
    """The `NewFile` port on a real file."""

    place: str
    take: Callable[[bytes], None]

    def write(self, text: str) -> None:
        """Add text to it."""
        self.take(text.encode())


class ExportFolder:
    """The `Exports` port on a folder of mode 0700.

    Args:
        data: The data folder.
        clock: Tells the moment that a file is named after.
    """

    def __init__(self, data: Path, clock: Clock) -> None:
        self._folder = data.absolute() / NAME
        self._clock = clock

    @contextmanager
    def new_file(self, stem: str, suffix: str) -> Iterator[OpenFile]:
        """Make a new file of mode 0600, named after this moment.

        Raises:
            Unavailable: It cannot be written.
            UnsafeEnvironment: Others could get at the folder.
        """
        try:
            create_folder(self._folder)
            path = self._free(stem, suffix)
            with new_private(path) as take:
                yield OpenFile(shown(path), take)
        except OSError as error:
            raise Unavailable(
                f"No file can be written in {shown(self._folder)}: {error.strerror}. Make room or give the rights, and try again."
            ) from None

    def _free(self, stem: str, suffix: str) -> Path:
        when = datetime.fromtimestamp(self._clock.now(), tz=UTC).strftime("%Y%m%dT%H%M%SZ")
        for number in range(_TRIES):
            path = self._folder / f"{stem}-{when}{f'-{number}' if number else ''}{suffix}"
            if not path.exists():
                return path
        raise FileExistsError(17, "too many files of one second")
