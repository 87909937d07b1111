"""The file that takes the activation codes of an import: new, for this account alone, and on the disk before anybody stands in the store."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from typing import TYPE_CHECKING

from pomfa_tui.cli.new_file import require_free, taken
from pomfa_tui.cli.shapes import iso
from pomfa_tui.domain.spreadsheets import cell
from pomfa_tui.safefiles import create_private

if TYPE_CHECKING:
    from pathlib import Path

    from pomfa_tui.services.views import Issued

COLUMNS = ("email", "name", "activation_code", "good_until")


class CodesFile:
    """A table of codes, never over something that is there already.

    Args:
        path: Where it shall be.

    Attributes:
        path: Where it shall be.
        written: Whether it was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = False

    def require_free(self) -> None:
        """Refuse a place that cannot be used before minutes are spent on codes for it.

        Raises:
            WrongUsage: Something is there, or nothing can be created there.
        """
        require_free(self.path)

    def write(self, issued: tuple[Issued, ...], *, until: int) -> None:
        """Create the file and wait until it is on the disk.

        Args:
            issued: Everybody with their code.
            until: When the codes end, UTC seconds.

        Raises:
            WrongUsage: Somebody was quicker with that name.
            OSError: The disk refuses; nothing is left behind.
        """
        table = io.StringIO(newline="")
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(
            (cell(each.person.email), cell(each.person.name), each.activation_code, iso(until))
            for each in issued
        )
        try:
            create_private(self.path.absolute(), table.getvalue().encode())
        except FileExistsError:
            raise taken(self.path) from None
        self.written = True

    def remove(self) -> None:
        """Take back what was written: its codes are good for nobody."""
        with suppress(FileNotFoundError):
            self.path.unlink()
