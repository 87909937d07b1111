"""The real program, installed once more with something put into it that neither a key nor a file can bring about.

with Installation(folder, "crash") as installed: Pharmacy(folder, python=installed.python)
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pomfa_tui
from tests.terminal.alterations import ALTERATIONS

_OURS = Path(pomfa_tui.__file__).parent.parent
_LOADED = (
    "import sys; from tests.terminal import alterations; alterations.put_in({names!r}, {folder!r})"
)


class Installation:
    """A virtual environment with the packages and the program of this one, and alterations.

    They are loaded with the interpreter's own packages, as a broken or foreign package would be: the program starts as it always
    does, isolated, supervised and afresh after a sign-out.

    Args:
        folder: Where it is made; also where alterations look for what they wait for.
        alterations: What is put in, by the names in `ALTERATIONS`.
        program: The folder that the program is taken from.
    """

    def __init__(self, folder: Path, *alterations: str, program: Path = _OURS) -> None:
        assert set(alterations) <= set(ALTERATIONS)
        self.folder = folder
        base = Path(os.path.realpath(sys.executable))
        packages = folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
        packages.mkdir(parents=True)
        (folder / "bin").mkdir()
        self.python = str(folder / "bin" / "python")
        Path(self.python).symlink_to(base)
        (folder / "pyvenv.cfg").write_text(
            f"home = {base.parent}\ninclude-system-site-packages = false\n", encoding="utf-8"
        )
        # An installation may be made by a program that runs from one.
        lines = [str(program), *(each for each in sys.path if each.endswith("-packages"))]
        if alterations:
            lines.append(_LOADED.format(names=alterations, folder=str(folder)))
        (packages / "installed.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def tell(self, name: str, text: str = "") -> None:
        """Let an alteration find what it waits for: a file of this name, whole at once."""
        (self.folder / "next").write_text(text, encoding="utf-8")
        (self.folder / "next").rename(self.folder / name)

    def has(self, name: str) -> bool:
        """Tell whether an alteration has left a file of this name."""
        return (self.folder / name).exists()
