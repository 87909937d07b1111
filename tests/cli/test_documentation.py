"""`docs/commands.md` says about every command exactly what the command says about itself.

`python -m tests.cli.test_documentation` writes the commands' help into it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pomfa_tui.cli import endings
from pomfa_tui.cli.main import PROGRAM, cli

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "commands.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
SECTION = re.compile(
    r"^###? `(pomfa-tui[^`]*)`\n\n(?:.*?\n)??```text\n(.*?)```", re.MULTILINE | re.DOTALL
)
WIDTH = 80


def helps() -> Iterator[tuple[str, str]]:
    """Yield every command and group with the help that it prints on 80 columns."""
    yield from _below(click.Context(cli, info_name=PROGRAM, terminal_width=WIDTH))


def _below(context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, context.command.get_help(context)
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            yield from _below(
                click.Context(command, parent=context, info_name=name, terminal_width=WIDTH)
            )


HELPS = dict(helps())
WRITTEN = dict(SECTION.findall(TEXT))


def test_every_command_and_group_has_its_section_and_nothing_else_has() -> None:
    assert list(WRITTEN) == list(HELPS)


@pytest.mark.parametrize("path", list(HELPS))
def test_a_section_shows_the_help_of_its_command(path: str) -> None:
    assert WRITTEN.get(path) == HELPS[path] + "\n"


def test_help_fits_a_terminal_of_80_columns() -> None:
    for path, text in HELPS.items():
        assert max(len(line) for line in text.splitlines()) <= WIDTH, path


def test_every_status_and_every_code_is_documented() -> None:
    for status in (*range(8), endings.FAULT, endings.INTERRUPTED, endings.UNREAD):
        assert f"| {status} |" in TEXT
    for code in endings.CODES:
        assert f"`{code}`" in TEXT


def rewritten(text: str) -> str:
    """Return the document with the help of every section as it is now."""
    return SECTION.sub(
        lambda found: found[0].replace(found[2], HELPS.get(found[1], "") + "\n"), text
    )


def test_rewriting_the_document_mends_a_section() -> None:
    damaged = TEXT.replace("Show one site.", "Show two sites.")
    assert damaged != TEXT
    assert rewritten(damaged) == TEXT


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(TEXT), encoding="utf-8")
