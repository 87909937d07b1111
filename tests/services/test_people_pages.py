"""Pages of people: searched, filtered, counted, and never more than the asker may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pomfa_tui.domain.credentials import MfaState
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.people import PeopleFilter
from pomfa_tui.services.people_pages import Passes, PeoplePage
from tests.house import ABBEY, BRIDGE
from tests.world import World

EVERYBODY = PeopleFilter()


def admin(world: World) -> SessionToken:
    return world.sign_in(world.person("zoe@abbey.example", role="admin", name="Zoe"))


def support(world: World) -> SessionToken:
    return world.sign_in(world.person("help@desk.example", role="support", name="Zed"))


def names(page: PeoplePage) -> list[str]:
    return [person.name for person in page.people]


def today(world: World) -> date:
    return london_day(world.clock.now())


def test_a_page_holds_so_many_by_name_and_says_how_many_there_are(world: World) -> None:
    token = admin(world)
    for name in ("cleo", "Ann", "bob", "Dan"):
        world.person(f"{name}@abbey.example", name=name)
    page = world.desk.people.page(token, EVERYBODY, offset=0, size=2)
    assert (names(page), page.offset, page.total) == (["Ann", "bob"], 0, 5)
    page = world.desk.people.page(token, EVERYBODY, offset=4, size=2)
    assert (names(page), page.offset, page.total) == (["Zoe"], 4, 5)


def test_the_last_page_is_given_where_there_are_fewer(world: World) -> None:
    token = admin(world)
    world.person("ann@abbey.example", name="Ann")
    page = world.desk.people.page(token, EVERYBODY, offset=90, size=2)
    assert (names(page), page.offset) == (["Ann", "Zoe"], 0)
    nobody = world.desk.people.page(token, PeopleFilter(search="nobody"), offset=90, size=2)
    assert (names(nobody), nobody.offset, nobody.total) == ([], 0, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("ANN", "Ann"), ("nn@abb", "Ann"), (" ann ", "Ann"), ("\u00c4N", "A\u0308nna")],
)
def test_search_looks_into_name_and_e_mail_whatever_the_case(
    world: World, text: str, wanted: str
) -> None:
    token = admin(world)
    world.person("ann@abbey.example", name="Ann")
    world.person("umlaut@abbey.example", name="A\u0308nna")
    assert names(world.desk.people.page(token, PeopleFilter(search=text))) == [wanted]


def test_search_does_not_join_name_and_e_mail(world: World) -> None:
    token = admin(world)
    world.person("ann@abbey.example", name="Bo")
    assert world.desk.people.page(token, PeopleFilter(search="boann")).total == 0


def test_what_was_committed_meanwhile_is_on_the_next_page(world: World) -> None:
    token = admin(world)
    assert names(world.desk.people.page(token, EVERYBODY)) == ["Zoe"]
    member = world.person("ann@abbey.example", name="Ann")
    assert names(world.desk.people.page(token, EVERYBODY)) == ["Ann", "Zoe"]
    world.set_person(member, name="Zora")
    assert names(world.desk.people.page(token, EVERYBODY)) == ["Zoe", "Zora"]


@pytest.mark.parametrize("few", [0, 1, 100])
def test_after_any_change_a_page_is_as_if_nobody_had_looked_before(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Who changed is moved, however many did, also where two have one name, and where somebody older joins or leaves."""
    monkeypatch.setattr("pomfa_tui.services.directory._FEW", few)
    far = world.person("far@bridge.example", BRIDGE, name="Far")
    here, everywhere = admin(world), support(world)
    ann = world.person("ann@abbey.example", name="Ann")
    twins = [world.person(f"{email}@abbey.example", name="Bo") for email in ("bo", "b\u00f3")]
    watching = [(here, world.another_terminal(pid=1)), (everywhere, world.another_terminal(pid=2))]
    changes: tuple[Callable[[], None], ...] = (
        lambda: None,
        lambda: world.set_person(twins[1], name="Cy"),
        lambda: world.set_person(twins[1], name="Bo"),
        lambda: world.set_person(twins[0], name="Di"),
        lambda: world.set_person(twins[1], state=PersonState.DISABLED),
        lambda: world.set_person(far, memberships=world.account(ann).memberships),
        lambda: world.set_person(far, memberships=()),
    )
    for number, change in enumerate(changes):
        change()
        world.person(f"new{number}@abbey.example", name=f"{number % 3} Al")
        for token, desk in watching:
            seen = desk.people.page(token, EVERYBODY)
            fresh = world.another_terminal(pid=3).people.page(token, EVERYBODY)
            assert set(seen.people) == set(fresh.people)
            assert names(seen) == names(fresh)


def test_administrators_see_their_own_site_alone(world: World) -> None:
    """ROL-02: neither people of other sites nor support."""
    token = admin(world)
    world.person("far@bridge.example", BRIDGE, name="Far")
    world.person("help@desk.example", role="support", name="Help")
    world.person("both@abbey.example", ABBEY, BRIDGE, name="Both")
    page = world.desk.people.page(token, EVERYBODY)
    assert (names(page), page.site, page.roles) == (["Both", "Zoe"], ABBEY, ("staff", "admin"))
    both = page.people[0]
    assert [each.site for each in both.memberships] == [ABBEY]
    assert both.elsewhere


def test_an_administrator_who_names_another_site_sees_nobody(world: World) -> None:
    """ROL-02, rule 11: not even those of the own site who are linked there too."""
    token = admin(world)
    world.person("both@abbey.example", ABBEY, BRIDGE, name="Both")
    page = world.desk.people.page(token, PeopleFilter(site=BRIDGE))
    assert (names(page), page.total, page.places) == ([], 0, None)
    assert world.desk.people.list(token, PeopleFilter(site=BRIDGE)) == ()


def test_one_actor_is_never_given_what_was_gathered_for_another(world: World) -> None:
    """ROL-03: what is kept between calls depends on who looks."""
    at_abbey, everywhere = admin(world), support(world)
    world.person("far@bridge.example", BRIDGE, name="Far")
    assert "Far" in names(world.desk.people.page(everywhere, EVERYBODY))
    assert "Far" not in names(world.desk.people.page(at_abbey, EVERYBODY))
    assert "Far" in names(world.desk.people.page(everywhere, EVERYBODY))


def test_staff_and_commissioners_see_themselves_and_may_add_nobody(world: World) -> None:
    world.person("ann@abbey.example", name="Ann")
    for role in ("staff", "commissioner"):
        token = world.sign_in(world.person(f"{role}@abbey.example", role=role, name=role))
        page = world.desk.people.page(token, EVERYBODY)
        assert (names(page), page.roles, page.places) == ([role], (), None)


def test_support_sees_all_sites_or_one_of_them(world: World) -> None:
    token = support(world)
    world.person("ann@abbey.example", name="Ann")
    world.person("far@bridge.example", BRIDGE, name="Far")
    gone = world.person("gone@bridge.example", BRIDGE, name="Gone")
    world.desk.office.states.leave(token, gone.email, "moved away")
    everybody = world.desk.people.page(token, EVERYBODY)
    assert (names(everybody), everybody.site) == (["Ann", "Far", "Gone", "Zed"], None)
    assert everybody.roles == ("staff", "admin", "support", "commissioner")
    bridge = world.desk.people.page(token, PeopleFilter(site=" fb222 "))
    assert (names(bridge), bridge.site) == (["Far", "Gone"], BRIDGE)


def test_the_nhsmail_counter_is_that_of_the_site(world: World) -> None:
    """Rule 3: 2 of 10; disabled people do not count, and *.nhs.uk is something else."""
    token = admin(world)
    for number in (1, 2):
        world.person(f"p{number}@nhs.net")
    world.person("off@nhs.net", state=PersonState.DISABLED)
    world.person("uk@trust.nhs.uk")
    places = world.desk.people.page(token, EVERYBODY).places
    assert places is not None
    assert (places.taken, places.limit) == (2, 10)
    world.site(ABBEY, "Abbey Pharmacy", nhsmail_limit=12)
    places = world.desk.people.page(token, PeopleFilter(search="nobody")).places
    assert places is not None
    assert (places.taken, places.limit) == (2, 12)


def test_people_of_all_sites_have_no_counter(world: World) -> None:
    token = support(world)
    assert world.desk.people.page(token, EVERYBODY).places is None
    assert world.desk.people.page(token, PeopleFilter(site=BRIDGE)).places is not None
    assert world.desk.people.page(token, PeopleFilter(site="FZ999")).places is None


def test_filters_fit_together(world: World) -> None:
    token = admin(world)
    world.newcomer("new@abbey.example")
    world.newcomer("boss@abbey.example", role="admin")
    world.person("old@abbey.example", name="Old")

    def found(**parts: object) -> list[str]:
        page = world.desk.people.page(token, PeopleFilter(**parts))  # type: ignore[arg-type]
        listed = world.desk.people.list(token, PeopleFilter(**parts))  # type: ignore[arg-type]
        assert tuple(person.name for person in listed) == tuple(names(page))
        return names(page)

    assert found(role="admin") == ["Boss", "Zoe"]
    assert found(role="admin", state=PersonState.INVITED) == ["Boss"]
    assert found(mfa=MfaState.NONE) == ["Boss", "New"]
    assert found(mfa=MfaState.NONE, role="staff") == ["New"]
    assert found(mfa=MfaState.ACTIVE, search="old") == ["Old"]


def test_dormant_people_have_not_signed_in_for_so_many_days(world: World) -> None:
    """Rule 33: somebody who never signed in counts from the day they were added."""
    world.person("never@abbey.example", name="Never")
    seen = world.person("seen@abbey.example", name="Seen")
    world.clock.advance(days=31)
    world.set_person(seen, last_sign_in=world.clock.now() - 29 * 86400)
    token = admin(world)

    def dormant(days: int) -> list[str]:
        return names(world.desk.people.page(token, PeopleFilter(dormant_days=days)))

    assert dormant(30) == ["Never"]
    assert dormant(29) == ["Never", "Seen"]
    assert dormant(60) == []


@pytest.mark.parametrize(
    ("days", "fits"),
    [
        (-1, {Passes.OVER}),
        (0, {Passes.WEEK, Passes.MONTH}),
        (7, {Passes.WEEK, Passes.MONTH}),
        (8, {Passes.MONTH}),
        (30, {Passes.MONTH}),
        (31, set()),
    ],
)
def test_passes_are_found_by_the_days_that_are_left(
    world: World, days: int, fits: set[Passes]
) -> None:
    """Rule 13: a pass lasts to the end of its last day."""
    token = admin(world)
    world.person("al@abbey.example", name="Al", ends=today(world) + timedelta(days=days))
    found = {
        passes
        for passes in Passes
        if names(world.desk.people.page(token, PeopleFilter(passes=passes))) == ["Al"]
    }
    assert found == fits


def test_a_pass_at_another_site_is_not_an_administrators_business(world: World) -> None:
    """Rule 11."""
    token = admin(world)
    member = world.person("al@abbey.example", name="Al")
    elsewhere = world.person("x@bridge.example", BRIDGE, ends=today(world))
    links = (*world.account(member).memberships, *world.account(elsewhere).memberships)
    world.set_person(member, memberships=links)
    assert world.desk.people.page(token, PeopleFilter(passes=Passes.WEEK)).total == 0


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (10_000, 500)])
def test_no_page_is_without_people_or_without_bound(world: World, asked: int, given: int) -> None:
    token = admin(world)
    for number in range(3):
        world.person(f"p{number}@abbey.example")
    assert len(world.desk.people.page(token, EVERYBODY, size=asked).people) == min(given, 4)
