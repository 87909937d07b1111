"""Two people edit one person: whoever is second is told what has changed, and loses nothing (ROL-16)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import EditedMeanwhile
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.office import edit, refused, runs, why
from tests.world import World


def test_the_second_is_told_what_it_says_now(world: World, jo: Member, admin: Member) -> None:
    """ROL-16."""
    actor = world.sign_in(admin)
    seen = world.desk.people.show(actor, jo.id)
    edit(world, jo, name="Josephine", gphc="2071234", role="admin", away_until="2026-02-01")

    answer = refused(
        lambda: world.desk.office.changes.edit(actor, jo.id, PersonEdit(period=60), seen=seen)
    )

    assert isinstance(answer, EditedMeanwhile)
    assert answer.differences == (
        "name is now Josephine",
        "GPhC number is now 2071234",
        f"role at {ABBEY} is now admin",
        f"away until at {ABBEY} is now 2026-02-01",
    )
    assert world.account(jo).period == 30


def test_looking_again_lets_the_second_edit_through(
    world: World, jo: Member, admin: Member
) -> None:
    actor = world.sign_in(admin)
    changes = world.desk.office.changes
    edit(world, jo, name="Josephine")
    seen = world.desk.people.show(actor, jo.id)

    seen = changes.edit(actor, jo.id, PersonEdit(period=60), seen=seen)
    changes.edit(actor, jo.id, PersonEdit(job="manager"), seen=seen)

    assert world.account(jo).name == "Josephine"
    assert world.account(jo).period == 60


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("gphc", "GPhC number is now none"),
        ("disabled", "the account is now disabled"),
        ("pass", f"last day at {ABBEY} is now none"),
    ],
)
def test_every_kind_of_change_has_its_words(
    world: World, jo: Member, admin: Member, happened: str, said: str
) -> None:
    edit(world, jo, gphc="2071234", ends="2026-12-31")
    actor = world.sign_in(admin)
    seen = world.desk.people.show(actor, jo.id)
    if happened == "gphc":
        edit(world, jo, gphc="")
    elif happened == "disabled":
        world.desk.office.states.disable(HOST, jo.id, "long leave")
    else:
        edit(world, jo, ends="")

    answer = refused(
        lambda: world.desk.office.changes.edit(actor, jo.id, PersonEdit(name="X"), seen=seen)
    )

    assert isinstance(answer, EditedMeanwhile)
    assert answer.differences == (said,)


def test_support_reads_which_links_came_and_went(world: World) -> None:
    lou = world.person("lou@abbey.example", ABBEY, BRIDGE)
    seen = world.desk.people.show(HOST, lou.id)
    third = world.person("x@castle.example", CASTLE)
    world.desk.office.links.unlink(HOST, lou.id, BRIDGE, why())
    world.set_person(
        lou,
        memberships=(*world.account(lou).memberships, *world.account(third).memberships),
    )

    answer = refused(
        lambda: world.desk.office.changes.edit(HOST, lou.id, PersonEdit(name="L"), seen=seen)
    )

    assert isinstance(answer, EditedMeanwhile)
    assert answer.differences == (
        f"no longer linked to {BRIDGE}",
        f"now linked to {CASTLE}",
    )


def test_what_happens_at_another_site_is_no_conflict_but_that_there_is_one_is(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-09, rule 11: an administrator learns "also linked elsewhere" and nothing more."""
    lou = world.person("lou@abbey.example", ABBEY, BRIDGE)
    actor = world.sign_in(admin)
    changes = world.desk.office.changes
    seen = world.desk.people.show(actor, lou.id)
    edit(world, lou, site=BRIDGE, job="manager")
    changes.edit(actor, lou.id, PersonEdit(job="manager"), seen=seen)

    seen = world.desk.people.show(actor, lou.id)
    world.desk.office.links.unlink(HOST, lou.id, BRIDGE, why())
    answer = refused(lambda: changes.edit(actor, lou.id, PersonEdit(job="other"), seen=seen))

    assert isinstance(answer, EditedMeanwhile)
    assert answer.differences == ("no longer linked elsewhere",)


def test_a_sign_in_or_a_notice_meanwhile_is_no_edit(
    world: World, jo: Member, admin: Member
) -> None:
    actor = world.sign_in(admin)
    seen = world.desk.people.show(actor, jo.id)
    token = world.sign_in(jo)
    world.desk.office.resets.unlock(HOST, jo.id, why())

    world.desk.office.changes.edit(actor, jo.id, PersonEdit(name="Jo S"), seen=seen)

    assert world.account(jo).name == "Jo S"
    assert runs(world, token)
