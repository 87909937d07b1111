"""The whole table of rights, cell by cell, through the services themselves: allowed, or the right refusal and a record of the try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.memberships import JobTitle
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import MATRIX, Action, Relation, Role, allowed, refusal
from pomfa_tui.domain.phone_help import PhoneAct, Spoken
from pomfa_tui.services.access import Caller
from pomfa_tui.services.linking import Link
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.office import Picture, refused, why
from tests.telephone import hand_key_over
from tests.world import World, make_world

OVER_ALL_SITES = frozenset({Role.SUPPORT, Role.COMMISSIONER, Role.HOST})


@dataclass(frozen=True)
class Scene:
    """One actor and one target.

    Attributes:
        world: Where.
        caller: The actor, signed in.
        actor_id: As the log names them.
        target: The person it is about.
        site: A site where the target is linked: the actor's own when they share one.
    """

    world: World
    caller: Caller
    actor_id: str
    target: Member
    site: str


Act = Callable[[Scene], object]


def _end_session(scene: Scene) -> None:
    desk = scene.world.desk
    running = [each for each in scene.world.sessions(scene.target) if each.ended is None]
    desk.sessions.end(scene.caller, running[-1].id)


def _enable(scene: Scene) -> object:
    scene.world.set_person(scene.target, state=PersonState.DISABLED)
    return scene.world.desk.office.states.enable(scene.caller, scene.target.id, "back from leave")


def _edit(scene: Scene, edit: PersonEdit) -> object:
    return scene.world.desk.office.changes.edit(scene.caller, scene.target.id, edit)


ON_PEOPLE: dict[str, tuple[Action, Act]] = {
    "show": (Action.SEE_PERSON, lambda s: s.world.desk.people.show(s.caller, s.target.id)),
    "edit details": (Action.EDIT_PERSON, lambda s: _edit(s, PersonEdit(name="Somebody Else"))),
    "edit membership": (
        Action.EDIT_MEMBERSHIP,
        lambda s: _edit(s, PersonEdit(job="dispenser", site=s.site)),
    ),
    "change role": (
        Action.EDIT_MEMBERSHIP,
        lambda s: _edit(s, PersonEdit(role="admin", site=s.site)),
    ),
    "reset password": (
        Action.RESET_PASSWORD,
        lambda s: s.world.desk.office.resets.reset_password(s.caller, s.target.id, why()),
    ),
    "reset MFA": (
        Action.RESET_MFA,
        lambda s: s.world.desk.office.resets.reset_mfa(s.caller, s.target.id, why()),
    ),
    "unlock": (
        Action.UNLOCK,
        lambda s: s.world.desk.office.resets.unlock(s.caller, s.target.id, why()),
    ),
    "identity not verified": (
        Action.RESET_PASSWORD,
        lambda s: s.world.desk.office.resets.not_verified(
            s.caller, s.target.id, Action.RESET_PASSWORD, "could not say the site"
        ),
    ),
    "disable": (
        Action.DISABLE,
        lambda s: s.world.desk.office.states.disable(s.caller, s.target.id, "long leave"),
    ),
    "link": (
        Action.LINK,
        lambda s: s.world.desk.office.links.link(
            s.caller, s.target.id, Link(CASTLE, "staff", "pharmacist"), why()
        ),
    ),
    "unlink": (
        Action.LINK,
        lambda s: s.world.desk.office.links.unlink(s.caller, s.target.id, s.site, why()),
    ),
    "list sessions": (
        Action.SEE_SESSIONS,
        lambda s: s.world.desk.sessions.list(s.caller, s.target.id),
    ),
    "end session": (Action.END_SESSION, _end_session),
}
"""Every act on a person, with the right that it asks for first."""

WITHOUT_MEMBERSHIP = frozenset({Relation.SUPPORT, Relation.COMMISSIONER})


def _relations(role: Role) -> Iterator[Relation]:
    """Yield how people can stand to an actor of this role."""
    for relation in Relation:
        never = {Relation.NONE}
        if role in OVER_ALL_SITES:
            never |= {Relation.OWN_SITE}
        if role is Role.HOST:
            never |= {Relation.SELF}
        if relation not in never:
            yield relation


PEOPLE_CELLS = [
    pytest.param(role, name, relation, id=f"{role}-{name}-{relation}")
    for role in Role
    for name in ON_PEOPLE
    for relation in _relations(role)
]


def _scene(role: Role, relation: Relation) -> Scene:
    world = make_world()
    actor = world.person("actor@home.example", role=role.value) if role is not Role.HOST else None
    caller: Caller = world.sign_in(actor) if actor is not None else HOST
    target, site = _target(world, role, relation, actor)
    if target is not actor:
        world.sign_in(target, site=site)
    return Scene(world, caller, actor.id if actor is not None else HOST.actor_id, target, site)


def _target(
    world: World, role: Role, relation: Relation, actor: Member | None
) -> tuple[Member, str]:
    email = "target@home.example"
    match relation:
        case Relation.SELF:
            assert actor is not None
            return actor, ABBEY
        case Relation.OWN_SITE:
            return world.person(email, ABBEY), ABBEY
        case Relation.SEVERAL_SITES:
            return world.person(email, ABBEY, BRIDGE), ABBEY
        case Relation.SUPPORT:
            return world.person(email, role="support"), ABBEY
        case Relation.COMMISSIONER:
            return world.person(email, role="commissioner"), ABBEY
        case _:
            assert relation is Relation.OTHER_SITE
            return world.person(email, BRIDGE), BRIDGE


@pytest.mark.parametrize(("role", "name", "relation"), PEOPLE_CELLS)
def test_an_act_on_a_person_is_allowed_exactly_where_the_table_says(
    role: Role, name: str, relation: Relation
) -> None:
    """ROL-01, ROL-02, ROL-03, ROL-06, ROL-11, ENR-13, A25, A26: rules 9 to 12."""
    action, act = ON_PEOPLE[name]
    scene = _scene(role, relation)
    before = Picture.of(scene.world)

    with scene.world.recorded() as events:
        answer = refused(lambda: act(scene))

    if allowed(role, action, relation):
        assert answer is None
        assert Event.AUTHZ_FAILED not in {event.event for event in events}
        return
    sought = scene.target.id
    if name == "end session":
        sought = f"session {scene.world.sessions(scene.target)[-1].id}"
    expected = refusal(role, action, relation, sought=sought)
    assert answer is not None
    assert (type(answer), answer.message) == (type(expected), expected.message)
    assert Picture.of(scene.world) == before
    (event,) = events
    assert event.event is Event.AUTHZ_FAILED
    assert event.outcome is Outcome.FAILURE
    assert (event.actor, event.actor_role) == (scene.actor_id, role.value)
    assert (event.subject, event.reason) == (scene.target.id, expected.code)
    assert event.detail["action"] == action.value


@pytest.mark.parametrize(
    ("role", "relation"),
    [
        pytest.param(role, relation, id=f"{role}-{relation}")
        for role in Role
        for relation in _relations(role)
    ],
)
def test_only_who_may_disable_somebody_may_switch_them_on_again(
    role: Role, relation: Relation
) -> None:
    """ROL-01: for oneself there is nothing to test, since a disabled person has no session."""
    if relation is Relation.SELF:
        assert not allowed(role, Action.DISABLE, relation)
        return
    scene = _scene(role, relation)

    answer = refused(lambda: _enable(scene))

    assert (answer is None) is allowed(role, Action.DISABLE, relation)


@pytest.mark.parametrize(
    ("role", "relation"),
    [
        pytest.param(role, relation, id=f"{role}-{relation}")
        for role in Role
        for relation in _relations(role)
    ],
)
def test_a_leaver_is_ended_by_who_may_end_a_membership_or_switch_off_a_role_over_all_sites(
    role: Role, relation: Relation
) -> None:
    """ROL-01, ROL-12: support and commissioners have no membership to end, so the right to disable them counts."""
    action = Action.DISABLE if relation in WITHOUT_MEMBERSHIP else Action.END_MEMBERSHIP
    if relation is Relation.SELF and role in OVER_ALL_SITES:
        action = Action.DISABLE
    scene = _scene(role, relation)

    answer = refused(
        lambda: scene.world.desk.office.states.leave(scene.caller, scene.target.id, "left")
    )

    if allowed(role, action, relation):
        assert answer is None
    else:
        expected = refusal(role, action, relation, sought=scene.target.id)
        assert answer is not None
        assert (type(answer), answer.message) == (type(expected), expected.message)


def _new(site: str | None, role: str) -> NewPerson:
    job = JobTitle.PHARMACIST.value if site is not None else None
    return NewPerson(email="new@home.example", name="New", role=role, site=site, job=job)


ON_SITES: dict[str, tuple[Action, Callable[[World, Caller, str], object]]] = {
    "add person": (
        Action.ADD_PERSON,
        lambda w, c, site: w.desk.people.add(c, _new(site, "staff")),
    ),
    "show site": (Action.SEE_SITE, lambda w, c, site: w.desk.sites.show(c, site)),
    "rename site": (
        Action.EDIT_SITE,
        lambda w, c, site: w.desk.office.site_changes.edit(c, site, name="New Name"),
    ),
    "raise limit": (
        Action.EDIT_SITE,
        lambda w, c, site: w.desk.office.site_changes.edit(
            c, site, nhsmail_limit=12, reason="two branches merged"
        ),
    ),
    "close site": (
        Action.EDIT_SITE,
        lambda w, c, site: w.desk.office.site_changes.close(c, site, "sold"),
    ),
}

SITE_CELLS = [
    pytest.param(role, name, site, id=f"{role}-{name}-{site}")
    for role in Role
    for name in ON_SITES
    for site in (ABBEY, BRIDGE)
]


@pytest.mark.parametrize(("role", "name", "site"), SITE_CELLS)
def test_an_act_on_a_site_is_allowed_exactly_where_the_table_says(
    role: Role, name: str, site: str
) -> None:
    """ROL-01, ROL-02, ROL-03: the actor's own site is Abbey, where they have one."""
    action, act = ON_SITES[name]
    own = site == ABBEY and role not in OVER_ALL_SITES
    relation = Relation.OWN_SITE if own else Relation.OTHER_SITE
    world = make_world()
    caller: Caller = HOST
    if role is not Role.HOST:
        caller = world.sign_in(world.person("actor@home.example", role=role.value))
    before = Picture.of(world)

    with world.recorded() as events:
        answer = refused(lambda: act(world, caller, site))

    if allowed(role, action, relation):
        assert answer is None
        return
    expected = refusal(role, action, relation, sought=f"site {site}")
    assert answer is not None
    assert (type(answer), answer.message) == (type(expected), expected.message)
    assert Picture.of(world) == before
    assert [(event.event, event.detail["action"]) for event in events] == [
        (Event.AUTHZ_FAILED, action.value)
    ]


def _challenge(world: World) -> str:
    """Hand a key over and return a challenge of that site."""
    hand_key_over(make_world(), world)
    return Spoken(PhoneAct.UNLOCK, ABBEY, 1, 1).text


WITHOUT_TARGET: dict[str, tuple[Action, Callable[[World, Caller], object]]] = {
    "add support": (
        Action.ADD_SYSTEM_ROLE,
        lambda w, c: w.desk.people.add(c, _new(None, "support")),
    ),
    "add commissioner": (
        Action.ADD_SYSTEM_ROLE,
        lambda w, c: w.desk.people.add(c, _new(None, "commissioner")),
    ),
    "add site": (Action.ADD_SITE, lambda w, c: w.desk.sites.add(c, code="FZ101", name="Zoo")),
    "verify audit": (Action.VERIFY_AUDIT, lambda w, c: w.desk.audit.verify(c)),
    "answer a phone reset": (
        Action.ANSWER_PHONE,
        lambda w, c: w.desk.office.phone_answers.not_verified(c, _challenge(w)),
    ),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", WITHOUT_TARGET)
def test_an_act_without_target_is_allowed_exactly_where_the_table_says(
    role: Role, name: str
) -> None:
    """ROL-01, ROL-07: an administrator cannot grant support."""
    action, act = WITHOUT_TARGET[name]
    world = make_world()
    caller: Caller = HOST
    if role is not Role.HOST:
        caller = world.sign_in(world.person("actor@home.example", role=role.value))

    with world.recorded() as events:
        answer = refused(lambda: act(world, caller))

    may = allowed(role, action, Relation.NONE)
    assert (answer is None) is may
    assert (Event.AUTHZ_FAILED in {event.event for event in events}) is not may


def test_the_rights_that_are_asked_for_in_pairs_are_given_in_pairs() -> None:
    """ROL-01: so that the first question of the pair decides: an edit of a role, a raised limit."""
    for rights in MATRIX.values():
        assert rights.get(Action.CHANGE_ROLE) == rights.get(Action.EDIT_MEMBERSHIP)
        assert rights.get(Action.RAISE_NHSMAIL_LIMIT) == rights.get(Action.EDIT_SITE)


@pytest.mark.parametrize("name", [name for name in ON_PEOPLE if name != "end session"])
@pytest.mark.parametrize("relation", [Relation.OTHER_SITE, Relation.SUPPORT, Relation.COMMISSIONER])
def test_to_an_administrator_somebody_out_of_reach_looks_like_nobody(
    name: str, relation: Relation
) -> None:
    """ROL-02, ENU-06: the same class and the same sentence, whatever is tried and however the person is named."""
    _, act = ON_PEOPLE[name]
    scene = _scene(Role.ADMIN, relation)
    nobody = Member("0" * 32, "nobody@home.example", "", scene.target.phone)

    there = refused(lambda: act(scene))
    not_there = refused(
        lambda: act(Scene(scene.world, scene.caller, scene.actor_id, nobody, scene.site))
    )

    assert there is not None
    assert not_there is not None
    assert type(there) is type(not_there)
    assert there.message.replace(scene.target.id, "?") == not_there.message.replace(nobody.id, "?")


@pytest.mark.parametrize("name", ["\x1b[2J@evil.example", "x" * 500 + "@evil.example"])
def test_what_was_typed_comes_back_harmless_and_short_whether_it_exists_or_not(name: str) -> None:
    """ROL-02, GEN-05."""
    world = make_world()
    caller = world.sign_in(world.person("actor@home.example", role="admin"))
    before = refused(lambda: world.desk.people.show(caller, name))
    world.person(name, BRIDGE)

    after = refused(lambda: world.desk.people.show(caller, name))

    assert before is not None
    assert after is not None
    assert before.message == after.message
    assert before.message.isprintable()
    assert len(before.message) < 200
