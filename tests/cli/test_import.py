"""`import`: what is read, what is answered, and where the codes go."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui.cli import table_file
from pomfa_tui.cli.progress import Progress
from pomfa_tui.safefiles import create_private
from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine, Screen
from tests.cli.helpdesk import ADA, refusal
from tests.cli.tables import HEADING, emails, row, table, written
from tests.fakes import FakeClock
from tests.terminal.pty_driver import Program

CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")
Contents = Callable[[], object]


def test_everybody_of_a_table_gets_a_code_that_works(
    shop: CommandLine, tmp_path: Path, clock: FakeClock
) -> None:
    """ENR-07, ENR-17, A43."""
    answer = shop.json("import", written(tmp_path, table(3)))
    assert set(answer) == {"people"}
    assert [set(each) for each in answer["people"]] == 3 * [{"person", "activation_code"}]
    assert [each["person"]["email"] for each in answer["people"]] == emails(shop)
    second = answer["people"][1]
    assert second["person"] == shop.json("person", "show", "p2@example.org")["person"]
    with counter(shop) as desk:
        Person(desk, clock, "p2@example.org").activate(second["activation_code"])


def test_a_thousand_people_are_imported_at_once(shop: CommandLine, tmp_path: Path) -> None:
    answer = shop.json("import", written(tmp_path, table(1000)))
    assert len({each["activation_code"] for each in answer["people"]}) == 1000
    assert shop.json("site", "show", "FZ101")["site"]["people"] == 1001
    assert shop.json("audit", "verify")["ok"] is True


# -- Slips, and a file of codes -----------------------------------------------------------------------------------------


def test_people_are_given_slips_one_on_a_page(shop: CommandLine, tmp_path: Path) -> None:
    answer = shop.run("import", written(tmp_path, table(3)))
    assert (answer.status, answer.err) == (0, "")
    pages = answer.out.split("\f")
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"Person {number}" in page
        assert f"p{number}@example.org" in page
        assert len(CODE.findall(page)) == 1
        assert "London time" in page
        assert all(char.isprintable() or char == "\n" for char in page)
        assert max(map(len, page.splitlines())) <= 80


def test_slips_on_a_terminal_stand_below_each_other(shop: CommandLine, tmp_path: Path) -> None:
    command = shop.command("import", written(tmp_path, table(2)))
    arguments = [os.fsdecode(part) for part in command]
    with Program(arguments, environment={"PATH": os.environ["PATH"]}, rows=40) as program:
        assert program.wait_exit() == 0
        assert len(CODE.findall(program.screen_text)) == 2
        assert b"\f" not in program.raw


@pytest.mark.parametrize("umask", [0o000, 0o777], ids=oct)
def test_codes_are_kept_in_a_new_file_for_this_account_alone(
    shop: CommandLine, tmp_path: Path, umask: int
) -> None:
    """STO-02: whatever the umask is."""
    place = tmp_path / "codes.csv"
    source = written(tmp_path, table(3))
    before = os.umask(umask)
    try:
        answer = shop.run("import", source, "--codes", str(place))
    finally:
        os.umask(before)
    assert (answer.status, answer.err) == (0, "")
    assert CODE.findall(answer.out) == []
    assert str(place) in answer.out
    assert place.stat().st_mode & 0o7777 == 0o600
    rows = list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))
    assert [each["email"] for each in rows] == emails(shop)
    assert rows[0]["name"] == "Person 1"
    assert all(CODE.fullmatch(each["activation_code"]) for each in rows)
    assert all(each["good_until"].endswith("Z") for each in rows)


def test_with_a_file_for_the_codes_the_json_has_none(shop: CommandLine, tmp_path: Path) -> None:
    place = tmp_path / "codes.csv"
    answer = shop.json("import", written(tmp_path, table(2)), "--codes", str(place))
    assert [each["activation_code"] for each in answer["people"]] == [None, None]
    assert len(CODE.findall(place.read_text(encoding="ascii"))) == 2


def test_no_spreadsheet_takes_a_name_in_the_file_of_codes_for_a_formula(
    shop: CommandLine, tmp_path: Path
) -> None:
    """A43; OWASP, CSV injection."""
    source = HEADING + '+1@example.org,"=HYPERLINK(""x"")",FZ101,staff,dispenser\n'
    place = tmp_path / "codes.csv"
    shop.json("import", written(tmp_path, source), "--codes", str(place))
    _, (email, name, *_) = csv.reader(io.StringIO(place.read_text(encoding="ascii")))
    assert (email, name) == ("'+1@example.org", '\'=HYPERLINK("x")')
    assert shop.json("person", "show", "+1@example.org")["person"]["name"] == '=HYPERLINK("x")'


def occupy(place: Path, how: str) -> None:
    """Put something where the codes were to go."""
    if how == "file":
        place.write_bytes(b"mine")
    elif how == "dangling link":
        place.symlink_to(place.with_name("elsewhere"))
    elif how == "folder":
        place.mkdir()
    else:
        os.mkfifo(place)


@pytest.mark.parametrize("how", ["file", "dangling link", "folder", "fifo"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_what_is_there_is_never_overwritten(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, when: str
) -> None:
    """STO-02: found before any work, and again in the instant of writing."""
    place = tmp_path / "codes.csv"
    if when == "before":
        occupy(place, how)
    else:

        def quicker(path: Path, data: bytes) -> None:
            occupy(place, how)
            create_private(path, data)

        monkeypatch.setattr("pomfa_tui.cli.codes_file.create_private", quicker)
    told = shop.run("import", written(tmp_path, table(1)), "--codes", str(place), "--json")
    assert refusal(told) == (2, "bad_input")
    assert "never overwritten" in told.error["message"]
    assert emails(shop) == []
    assert not (tmp_path / "elsewhere").exists()
    assert how != "file" or place.read_bytes() == b"mine"


@pytest.mark.parametrize("place", ["nowhere/codes.csv", "people.csv/codes.csv", "people.csv"])
def test_a_place_for_codes_that_cannot_be_is_wrong_usage(
    shop: CommandLine, tmp_path: Path, place: str
) -> None:
    source = written(tmp_path, table(1))
    told = shop.run("import", source, "--codes", str(tmp_path / place), "--json")
    assert refusal(told) == (2, "bad_input")
    assert emails(shop) == []


# -- What is wrong with a table -----------------------------------------------------------------------------------------

BAD = HEADING + row(1) + row(1) + f"{ADA},Ada,FZ101,staff,dispenser\n" + row(2) + "x,\x1b[2J,,,\n"


def test_every_bad_row_is_a_line_on_standard_error(shop: CommandLine, tmp_path: Path) -> None:
    """ENR-17."""
    answer = shop.run("import", written(tmp_path, BAD), "--codes", str(tmp_path / "codes"))
    assert (answer.status, answer.out) == (1, "")
    lines = answer.err.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == ["Line 3", "Line 4", "Line 6"]
    assert "already has an account" in lines[1]
    assert lines[-1] == "Nothing was imported. Mend these 3 rows and try again."
    assert all(line.isprintable() for line in lines)
    assert emails(shop) == []
    assert not (tmp_path / "codes").exists()


def test_every_bad_row_is_named_to_programs(shop: CommandLine, tmp_path: Path) -> None:
    """ENR-17."""
    for options in ((), ("--dry-run",)):
        answer = shop.run("import", written(tmp_path, BAD), *options, "--json")
        assert (answer.status, answer.err) == (1, "")
        assert set(answer.document) == {"error", "rows"}
        assert answer.document["error"]["code"] == "bad_input"
        assert [set(each) for each in answer.document["rows"]] == 3 * [{"line", "reason"}]
        assert [each["line"] for each in answer.document["rows"]] == [3, 4, 6]


def test_all_of_a_thousand_bad_rows_are_named(shop: CommandLine, tmp_path: Path) -> None:
    source = written(tmp_path, HEADING + "nobody,,FZ101,staff,dispenser\n" * 1000)
    assert shop.run("import", source).err.count("\n") == 1001
    assert len(shop.run("import", source, "--json").document["rows"]) == 1000


def test_a_dry_run_changes_nothing(shop: CommandLine, tmp_path: Path, contents: Contents) -> None:
    source = written(tmp_path, table(2))
    before = contents()
    place = ("--codes", str(tmp_path / "codes.csv"))
    assert shop.json("import", source, "--dry-run", *place) == {"dry_run": True, "rows": 2}
    assert shop.run("import", source, "--dry-run").out.startswith("2 people could be imported.")
    assert contents() == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no rows below its heading"),
        (b"email;name;site;role;job\n", "name the columns"),
        (HEADING.encode(), "no rows"),
        (table(1).encode("utf-16"), "Line 1 of the table is not UTF-8"),
        (table(1).encode() + b"\xe9@x,E,FZ101,staff,other\n", "Line 3 of the table is not UTF-8"),
        (HEADING.encode() + b'"x', "comma-separated"),
        (b"\0" * 1000, "name the columns"),
        (b"x" * (table_file.LARGEST + 1), "4 MiB"),
    ],
    ids=["empty", "semicolons", "heading", "utf-16", "latin-1", "quote", "noughts", "large"],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    shop: CommandLine, tmp_path: Path, data: bytes, says: str
) -> None:
    """GEN-05, A43."""
    source = written(tmp_path, data)
    told = shop.run("import", source, "--json")
    assert refusal(told) == (1, "bad_input")
    assert says in told.error["message"]
    said = shop.run("import", source)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)


def test_a_byte_order_mark_does_not_matter(shop: CommandLine, tmp_path: Path) -> None:
    shop.json("import", written(tmp_path, table(1).encode("utf-8-sig")))
    assert emails(shop) == ["p1@example.org"]


# -- What is no file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["fifo", "folder", "link", "dangling link"])
def test_a_table_is_an_ordinary_file(shop: CommandLine, tmp_path: Path, how: str) -> None:
    """GEN-05: nothing is waited for, and no link is followed."""
    place = tmp_path / "people"
    if how == "link":
        place.symlink_to(written(tmp_path, table(1)))
    else:
        occupy(place, how)
    assert refusal(shop.run("import", str(place), "--json")) == (7, "unsafe_environment")


def test_a_table_that_is_not_there_is_status_four(shop: CommandLine, tmp_path: Path) -> None:
    told = shop.run("import", str(tmp_path / "people.csv"), "--json")
    assert refusal(told) == (4, "not_found")


def test_a_table_of_somebody_else_can_be_sent_in(
    shop: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> int:
        raise PermissionError

    source = written(tmp_path, table(1))
    monkeypatch.setattr(os, "open", closed)
    told = shop.run("import", source, "--json")
    monkeypatch.undo()
    assert refusal(told) == (2, "bad_input")
    assert f"import - < {source}" in told.error["message"]


def test_a_table_comes_in_through_a_pipe(shop: CommandLine) -> None:
    shop.json("import", "-", typed=table(2))
    assert emails(shop) == ["p1@example.org", "p2@example.org"]
    large = shop.run("import", "-", "--json", typed=b"x" * (table_file.LARGEST + 1))
    assert refusal(large) == (1, "bad_input")


def test_a_table_is_not_typed_at_a_terminal(shop: CommandLine) -> None:
    arguments = [os.fsdecode(part) for part in shop.command("import", "-")]
    with Program(arguments, environment={"PATH": os.environ["PATH"]}) as program:
        assert program.wait_exit() == 2
        assert "Standard input is a terminal" in program.screen_text


# -- The bar ------------------------------------------------------------------------------------------------------------


def test_a_bar_is_drawn_once_it_lasts_and_leaves_an_empty_line() -> None:
    clock, screen = FakeClock(), Screen()
    progress = Progress("Making codes", screen, elapsed=clock.elapsed)
    progress(1, 4)
    progress.clear()
    assert screen.getvalue() == ""
    clock.advance(2)
    progress(2, 4)
    progress(3, 4)
    assert screen.getvalue() == "\rMaking codes [###############...............] 2 of 4"
    clock.advance(1)
    progress(4, 4)
    assert screen.getvalue().endswith("[##############################] 4 of 4")
    progress.clear()
    assert screen.getvalue().endswith("\r" + " " * 52 + "\r")


@pytest.mark.parametrize("stream", [None, Screen(terminal=False)])
def test_no_bar_is_drawn_where_nobody_looks(stream: Screen | None) -> None:
    clock = FakeClock()
    progress = Progress("Making codes", stream, elapsed=clock.elapsed)
    clock.advance(60)
    progress(1, 2)
    progress.clear()
    assert stream is None or stream.getvalue() == ""


def test_a_terminal_that_is_gone_does_not_end_an_import() -> None:
    clock, screen = FakeClock(), Screen()
    progress = Progress("Making codes", screen, elapsed=clock.elapsed)
    clock.advance(60)
    screen.close()
    progress(1, 2)
    progress.clear()
