"""The key of a site goes to the helpdesk by one file, from host to host, and nowhere else."""

from __future__ import annotations

from typing import cast

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import BadInput, NotFound, NotPermitted, Unavailable
from pomfa_tui.domain.site_keys import SiteKey, key_file, key_id_of, new_key, read_key_file
from pomfa_tui.services.access import HostCaller
from tests.house import ABBEY, HOST
from tests.office import refused
from tests.telephone import hand_key_over
from tests.world import World, make_world


def kept(world: World, site: str = ABBEY) -> SiteKey | None:
    """Return the key as stored."""
    with world.store.view() as view:
        return view.site_keys.get(site)


def export(world: World, site: str = ABBEY) -> str:
    """Return the text of a key file."""
    written: list[str] = []
    world.desk.office.site_keys.export(HOST, site, before_commit=written.append)
    return written[0]


def test_a_key_is_made_once_and_is_the_same_on_both_sides() -> None:
    pharmacy, helpdesk = make_world(), make_world()
    assert kept(pharmacy) is None

    text = hand_key_over(pharmacy, helpdesk)

    here, there = kept(pharmacy), kept(helpdesk)
    assert here is not None
    assert there is not None
    assert here.key_id == there.key_id
    assert (here.imported, here.exported_at) == (False, pharmacy.clock.now())
    assert (there.imported, there.exported_at) == (True, None)
    assert export(pharmacy) == text


def test_every_step_is_recorded_without_the_key(world: World) -> None:
    """AUD-04: by its id on both sides."""
    with world.recorded() as events:
        text = export(world)
    assert [(each.event, each.reason, each.site) for each in events] == [
        (Event.SITE_KEY, "made", ABBEY),
        (Event.SITE_KEY, "exported", ABBEY),
    ]
    assert [each.severity for each in events] == [Severity.INFO, Severity.CRITICAL]
    _, key = read_key_file(text)
    assert {each.detail["site_key"] for each in events} == {key_id_of(key)}
    assert all(key.hex() not in str(each) for each in events)


def test_two_sites_and_two_stores_never_have_the_same_key(world: World) -> None:
    assert len({export(world), export(world, "FB222"), export(make_world())}) == 3


def test_a_file_that_cannot_be_written_leaves_no_record(world: World) -> None:
    """STO-09."""

    def refuse(text: str) -> None:
        del text
        raise Unavailable("The disk is full.")

    with world.recorded() as events:
        answer = refused(
            lambda: world.desk.office.site_keys.export(HOST, ABBEY, before_commit=refuse)
        )
    assert isinstance(answer, Unavailable)
    assert events == []
    assert kept(world) is None


def test_importing_the_same_file_again_changes_nothing() -> None:
    pharmacy, helpdesk = make_world(), make_world()
    text = hand_key_over(pharmacy, helpdesk)
    with helpdesk.recorded() as events:
        again = helpdesk.desk.office.site_keys.take_in(HOST, text)
    assert again.known
    assert events == []


def test_another_key_of_the_same_site_needs_a_clear_word() -> None:
    """A pharmacy that was set up anew; recorded as critical."""
    first, anew, helpdesk = make_world(), make_world(), make_world()
    hand_key_over(first, helpdesk)
    text = export(anew)
    keys = helpdesk.desk.office.site_keys

    answer = refused(lambda: keys.take_in(HOST, text))
    assert isinstance(answer, BadInput)
    assert "--replace" in answer.message
    with helpdesk.recorded() as events:
        keys.take_in(HOST, text, replace=True)

    (event,) = events
    assert (event.reason, event.severity) == ("replaced", Severity.CRITICAL)
    found = kept(helpdesk)
    assert found is not None
    assert found.key_id == key_id_of(read_key_file(text)[1])


def test_only_the_command_line_hands_keys_over(world: World) -> None:
    """Host only: support has no key in hand at any screen."""
    sam = world.session_of(world.person("sam@x.example", role="support").id)
    caller = cast("HostCaller", sam)
    keys = world.desk.office.site_keys
    written: list[str] = []

    answer = refused(lambda: keys.export(caller, ABBEY, before_commit=written.append))
    assert isinstance(answer, NotPermitted)
    assert written == []
    assert isinstance(refused(lambda: keys.take_in(caller, export(world))), NotPermitted)


def test_a_site_that_is_not_here_has_no_key_to_export(world: World) -> None:
    assert isinstance(refused(lambda: export(world, "FZ101")), NotFound)
    assert isinstance(refused(lambda: export(world, "nonsense")), BadInput)


GOOD = key_file("FZ101", bytes(range(32)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD[:-1],
        GOOD + "\n",
        GOOD.replace("FZ101", "FZ102"),
        GOOD.replace("0001", "0002"),
        GOOD.replace("key 1", "key 2"),
        GOOD.replace("FZ101", "FFFFF"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("FZ101", "FZ10\u0661"),
        "\x00" * 400,
    ],
    ids=range(10),
)
def test_a_file_that_is_not_as_it_was_written_is_refused(text: str) -> None:
    """One digit, one line or one byte more or less."""
    with pytest.raises(BadInput, match="not a site key"):
        read_key_file(text)


def test_a_key_file_reads_back() -> None:
    assert read_key_file(GOOD) == ("FZ101", bytes(range(32)))


def test_keys_are_drawn_afresh_with_256_bits() -> None:
    assert len({new_key() for _ in range(50)}) == 50
    assert len(new_key()) == 32
