"""People in bulk: all or nothing, every bad row by its line and reason, and cells are only text (A43)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, Refusal, SessionEnded, Unavailable
from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.domain.people import PersonState, SystemRole, parse_name
from pomfa_tui.services.imports import COLUMNS, MOST_ROWS, ImportRefused
from pomfa_tui.services.people import PeopleFilter
from pomfa_tui.services.steps import NeedNewPassword
from pomfa_tui.services.views import Issued
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.office import Picture, refused
from tests.world import World, make_world

HEADING = "email,name,site,role,job\n"


def row(email: str, *, name: str = "N", site: str = ABBEY, role: str = "staff") -> str:
    """Return one good row."""
    return f"{email},{name},{site},{role},dispenser\n"


def run(world: World, text: str) -> tuple[str, ...]:
    """Import from the command line; return the codes."""
    issued = world.desk.office.imports.run(HOST, text, lambda _done, _all: None)
    return tuple(each.activation_code for each in issued)


def bad_rows(answer: Refusal | None) -> dict[int, str]:
    """Return the bad rows that a refusal names."""
    assert isinstance(answer, ImportRefused), answer
    return {bad.line: bad.reason for bad in answer.rows}


def test_everybody_is_created_in_the_order_of_the_rows_and_can_activate(world: World) -> None:
    """ENR-07: with every column that there is."""
    text = (
        ",".join(COLUMNS)
        + "\n"
        + f"jo@home.example,Jo Smith,{ABBEY},admin,responsible pharmacist,2071234,,,60,\n"
        + f"Lou@Home.example,Lou,{BRIDGE.lower()},staff,locum-pharmacist,,2026-01-05,2026-01-31,,\n"
        + f"info@corner.example,Al,{CASTLE},staff,Manager,,,,30,his own shop\n"
        + "sue@helpdesk.example,Sue,,support,,,,,,\n"
    )
    seen: list[tuple[int, int]] = []

    issued = world.desk.office.imports.run(HOST, text, lambda done, most: seen.append((done, most)))

    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [each.person.email for each in issued] == [
        "jo@home.example",
        "Lou@Home.example",
        "info@corner.example",
        "sue@helpdesk.example",
    ]
    jo, lou, _, sue = (each.person for each in issued)
    assert (jo.gphc, jo.period, jo.state) == ("2071234", 60, PersonState.INVITED)
    assert (jo.memberships[0].role, jo.memberships[0].job) == (SiteRole.ADMIN, JobTitle.RESPONSIBLE)
    (pass_,) = lou.memberships
    assert (str(pass_.starts), str(pass_.ends)) == ("2026-01-05", "2026-01-31")
    assert sue.role is SystemRole.SUPPORT
    assert len({each.activation_code for each in issued}) == 4
    for each in issued:
        step = world.desk.sign_in.offer_password(each.person.email, each.activation_code)
        assert isinstance(step, NeedNewPassword)


def test_each_person_is_one_record(world: World) -> None:
    """AUD-01, AUD-04: as when they are added one by one."""
    with world.recorded() as events:
        codes = run(world, HEADING + row("a@home.example") + row("b@home.example", site=BRIDGE))

    assert [(event.event, event.site) for event in events] == [
        (Event.USER_CREATED, ABBEY),
        (Event.USER_CREATED, BRIDGE),
    ]
    assert not any(code in str(events) for code in codes)


def test_a_check_counts_and_writes_nothing(world: World) -> None:
    before, log = Picture.of(world), world.events()

    count = world.desk.office.imports.check(HOST, HEADING + row("a@home.example"))

    assert count == 1
    assert (Picture.of(world), world.events()) == (before, log)
    assert world.hasher.calls == 0


def test_one_bad_row_stops_all_and_every_bad_row_is_named(world: World) -> None:
    """ENR-17, STO-09: what is wrong in itself and what the store has against it, in one answer."""
    world.person("old@abbey.example")
    world.person("far@bridge.example", BRIDGE)
    world.close_site(CASTLE)
    before, work = Picture.of(world), world.hasher.calls
    text = (
        HEADING
        + row("good@home.example")
        + row("OLD@abbey.example")
        + row("good2@home.example", name="")
        + row("far@bridge.example")
        + row("Good@Home.example")
        + row("x@home.example", site=CASTLE)
        + row("y@home.example", site="FZ999")
        + row("z@home.example", role="boss")
        + row("pharmacy.fa111@nhs.net")
        + "too,few\n"
        + row("w@home.example").strip()
        + ",too,many\n"
    )

    answer = refused(lambda: run(world, text))

    rows = bad_rows(answer)
    assert sorted(rows) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert rows[3] == rows[5] == "This person already has an account. Ask the helpdesk to link it."
    assert rows[4] == "The name is missing. Fill it in."
    assert rows[6] == "The same e-mail stands in line 2."
    assert CASTLE in rows[7]
    assert "FZ999" in rows[8]
    assert "role" in rows[9]
    assert "shared" in rows[10]
    assert "more or fewer cells" in rows[11]
    assert rows[11] == rows[12]
    assert Picture.of(world) == before
    assert world.hasher.calls == work, "no activation code is made for a table that is refused"


def test_the_answer_itself_shows_the_first_three_and_how_many_more(world: World) -> None:
    with world.recorded() as events:
        answer = refused(lambda: run(world, HEADING + row("a") * 5))

    assert events == [], "a slip of the pen is no try at something forbidden"
    assert answer is not None
    assert answer.message.count("line ") == 3
    assert "And 2 more" in answer.message
    assert (answer.code, answer.exit_code) == ("bad_input", 1)
    three = refused(lambda: run(world, HEADING + row("a") * 3))
    assert three is not None
    assert "more" not in three.message.rpartition("line 4")[2]


def test_the_lines_are_those_of_the_file_with_empty_and_folded_ones(world: World) -> None:
    text = (
        HEADING
        + "\n"
        + row("a@home.example")
        + '"b@home.example","Two\nlines",FA111,staff,dispenser\n'
        + "\n\n"
        + row("c")
    )

    rows = bad_rows(refused(lambda: run(world, text)))

    assert sorted(rows) == [4, 8]


@pytest.fixture
def admin(world: World) -> Member:
    """Return Abbey's administrator."""
    return world.person("ada@abbey.example", role="admin")


def test_an_administrators_rows_for_other_sites_are_named_and_the_try_is_recorded_once(
    world: World, admin: Member
) -> None:
    """ROL-02, ROL-03, ENU-06: refused by right, beside the rows that are wrong for other reasons."""
    world.person("far@bridge.example", BRIDGE)
    token = world.sign_in(admin)
    text = (
        HEADING
        + row("a@home.example")
        + row("b@home.example", site=BRIDGE)
        + row("far@bridge.example")
        + row("c@home.example", role="")
        + row("d@home.example", site="FZ999")
        + "e@home.example,E,,support,\n"
    )

    with world.recorded() as events:
        answer = refused(lambda: world.desk.office.imports.check(token, text))

    rows = bad_rows(answer)
    assert sorted(rows) == [3, 4, 5, 6, 7]
    assert rows[3].replace(BRIDGE, "?") == rows[6].replace("FZ999", "?")
    assert "already has an account" in rows[4]
    assert "role" in rows[7]
    (event,) = events
    assert (event.event, event.actor, event.reason) == (
        Event.AUTHZ_FAILED,
        admin.id,
        "not_found",
    )


def test_an_administrator_imports_for_the_own_site(world: World, admin: Member) -> None:
    token = world.sign_in(admin)

    issued = world.desk.office.imports.run(token, HEADING + row("a@home.example"), print)

    assert len(issued) == 1


def test_staff_import_nobody(world: World) -> None:
    """ROL-01."""
    token = world.sign_in(world.person("sam@abbey.example"))

    answer = refused(
        lambda: world.desk.office.imports.check(token, HEADING + row("a@home.example"))
    )

    assert list(bad_rows(answer)) == [2]


def test_an_ended_session_imports_nothing(world: World, admin: Member) -> None:
    token = world.sign_in(admin)
    world.desk.sessions.sign_out(token)

    answer = refused(
        lambda: world.desk.office.imports.check(token, HEADING + row("a@home.example"))
    )

    assert isinstance(answer, SessionEnded)


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "<script>", "[@click=app.quit]x[/]"]
)
def test_a_cell_is_only_text(world: World, cell: str) -> None:
    """A43, GEN-05: stored as it stands, evaluated by nobody."""
    text = HEADING + row("a@home.example", name=f'"{cell}"')

    run(world, text)

    (shown,) = world.desk.people.list(HOST, PeopleFilter(search="a@home.example"))
    assert shown.name == cell


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_and_line_endings_do_not_matter(
    world: World, ending: str, mark: str
) -> None:
    text = mark + (HEADING + row("a@home.example") + row("b")).replace("\n", ending)

    assert list(bad_rows(refused(lambda: run(world, text)))) == [3]


def test_quotes_commas_spaces_and_capitals_are_read(world: World) -> None:
    text = (
        ' Email ,NAME,Site,role,"Job"\n'
        f'a@home.example , "Smith, ""Jo""" ,{ABBEY}, STAFF ,Dispenser\n'
    )
    quoted = text.replace(' "Smith, ""Jo""" ', '"Smith, ""Jo"""')

    run(world, quoted)

    (shown,) = world.desk.people.list(HOST, PeopleFilter(search="a@home.example"))
    assert shown.name == 'Smith, "Jo"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "\ufeff",
        HEADING,
        HEADING + "\n\n",
        "email,name,site,role\n" + "a@home.example,A,FA111,staff\n",
        "email,name,site,role,job,colour\n",
        "email,email,name,site,role,job\n",
        "email;name;site;role;job\na@home.example;A;FA111;staff;dispenser\n",
        row("a@home.example"),
        HEADING + '"a@home.example,A,FA111,staff,dispenser\n',
        HEADING + 'a@home.example,"A"x,FA111,staff,dispenser\n',
        HEADING + row("a@home.example", name="x" * 200_000),
        "\x00" * 100,
    ],
)
def test_what_is_no_such_table_is_refused_in_one_sentence(world: World, text: str) -> None:
    """STO-11 by analogy: never a traceback."""
    before = Picture.of(world)

    answer = refused(lambda: run(world, text))

    assert isinstance(answer, BadInput)
    assert answer.field == "file"
    assert not isinstance(answer, ImportRefused)
    assert len(answer.message) < 300
    assert Picture.of(world) == before


def test_a_row_that_cannot_be_read_as_csv_is_named_by_its_line(world: World) -> None:
    text = HEADING + row("a@home.example") + 'b@home.example,"B"x,FA111,staff,dispenser\n'

    answer = refused(lambda: run(world, text))

    assert answer is not None
    assert "Line 3" in answer.message


@pytest.mark.parametrize("name", ["a\x00b", "a\x1b[2J", "\u202etxet", "x" * 5_000])
def test_cells_with_what_no_name_has_are_bad_rows(world: World, name: str) -> None:
    """GEN-05."""
    answer = refused(lambda: run(world, HEADING + row("a@home.example", name=name)))

    assert list(bad_rows(answer)) == [2]
    assert answer is not None
    assert answer.message.isprintable()


@pytest.mark.parametrize("period", ["31", "60s", "-30", "3 0"])
def test_a_period_is_thirty_or_sixty(world: World, period: str) -> None:
    text = f"email,name,site,role,job,period\na@home.example,A,{ABBEY},staff,dispenser,{period}\n"

    assert list(bad_rows(refused(lambda: run(world, text)))) == [2]


def test_a_table_has_at_most_five_thousand_rows(world: World) -> None:
    """PWD-18 by analogy: refused while it is read, before anything costs time."""
    text = HEADING + "".join(row(f"p{number}@home.example") for number in range(MOST_ROWS + 1))

    answer = refused(lambda: world.desk.office.imports.check(HOST, text))

    assert isinstance(answer, BadInput)
    assert "5000" in answer.message


def test_a_disk_that_is_full_at_the_end_leaves_nobody(world: World) -> None:
    """AUD-08, STO-09."""
    before = Picture.of(world)
    world.store.disk_full = True

    answer = refused(lambda: run(world, HEADING + row("a@home.example") + row("b@home.example")))

    assert isinstance(answer, Unavailable)
    world.store.disk_full = False
    assert Picture.of(world) == before


def test_the_codes_can_be_kept_before_anybody_stands_in_the_store(world: World) -> None:
    """AUD-08 by analogy: a code that nobody has is of no use to somebody who stands."""
    text = HEADING + row("a@home.example") + row("b@home.example")
    kept: list[Issued] = []

    issued = world.desk.office.imports.run(
        HOST, text, lambda _done, _all: None, before_commit=kept.extend
    )

    assert tuple(kept) == issued
    assert len(world.desk.people.list(HOST, PeopleFilter())) == 2


def test_nobody_stands_when_the_codes_could_not_be_kept(world: World) -> None:
    before, log = Picture.of(world), world.events()

    def full(_issued: tuple[Issued, ...]) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        world.desk.office.imports.run(
            HOST,
            HEADING + row("a@home.example"),
            lambda _done, _all: None,
            before_commit=full,
        )

    assert (Picture.of(world), world.events()) == (before, log)


def test_codes_can_be_kept_before_anybody_stands_and_nobody_does_when_they_cannot(
    world: World,
) -> None:
    """STO-09, ENR-07: nobody is left with a code that was shown to no one."""
    before = Picture.of(world)
    told: list[str] = []

    def cannot_keep(issued: tuple[Issued, ...]) -> None:
        told.extend(each.person.email for each in issued)
        assert Picture.of(world) == before
        raise Unavailable("The file cannot be written.")

    answer = refused(
        lambda: world.desk.office.imports.run(
            HOST,
            HEADING + row("a@home.example"),
            lambda _done, _all: None,
            before_commit=cannot_keep,
        )
    )

    assert isinstance(answer, Unavailable)
    assert told == ["a@home.example"]
    assert Picture.of(world) == before


def test_an_address_that_is_taken_while_the_codes_are_made_stops_all(world: World) -> None:
    """ENR-17, ROL-16: checked again in the commit."""
    before = len(world.events())

    def somebody_is_quicker(done: int, _all: int) -> None:
        if done == 1:
            world.person("b@home.example")

    answer = refused(
        lambda: world.desk.office.imports.run(
            HOST, HEADING + row("a@home.example") + row("b@home.example"), somebody_is_quicker
        )
    )

    assert list(bad_rows(answer)) == [3]
    assert len(world.desk.people.list(HOST, PeopleFilter())) == 1
    assert [event.event for event in world.events()[before:]] == [Event.AUTHZ_FAILED]


@given(text=st.text(alphabet=st.sampled_from('a@.,"\n\r;\x00 \ufeffF1'), max_size=80))
def test_no_text_whatever_raises_anything_but_a_refusal(text: str) -> None:
    world = make_world()

    for table in (text, HEADING + text):
        refused(lambda each=table: world.desk.office.imports.check(HOST, each))  # type: ignore[misc]


@given(name=st.text(max_size=20).filter(str.isprintable))
def test_what_a_spreadsheet_writes_is_read_back(name: str) -> None:
    """RFC 4180: whatever is in the name, it is the name that the form would have made of it."""
    world = make_world()
    file = io.StringIO()
    cells = ["a@home.example", name, ABBEY, "staff", "other"]
    csv.writer(file).writerows([HEADING.strip().split(","), cells])
    problem = refused(lambda: parse_name(name.strip()))
    if problem is not None:
        answer = refused(lambda: run(world, file.getvalue()))
        assert bad_rows(answer) == {2: problem.message}
        return

    run(world, file.getvalue())

    (shown,) = world.desk.people.list(HOST, PeopleFilter())
    assert shown.name == parse_name(name.strip())
