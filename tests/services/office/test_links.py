"""One person, one login, several sites; only support ties and unties (rules 11 to 14)."""

from __future__ import annotations

from datetime import date

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    BadInput,
    EmailExists,
    NotFound,
    NotPermitted,
    SignInRefused,
    StepUpNeeded,
)
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.access import Caller
from pomfa_tui.services.linking import Link
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.steps import NeedSite, SignedIn
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.office import Picture, main_events, refused, runs, why
from tests.world import World

TO_BRIDGE = Link(BRIDGE, "staff", "locum pharmacist")


@pytest.fixture
def sue(world: World) -> Member:
    """Return somebody of the helpdesk."""
    return world.person("sue@helpdesk.example", role="support", name="Sue")


@pytest.fixture
def support(world: World, sue: Member) -> Caller:
    """Return somebody of the helpdesk, signed in."""
    return world.sign_in(sue)


def test_a_linked_person_signs_in_once_and_chooses_the_site(
    world: World, jo: Member, support: Caller
) -> None:
    """ROL-13, TOTP-03, rule 12: one password, one authenticator, one code."""
    shown = world.desk.office.links.link(support, jo.email, TO_BRIDGE, why())
    assert [member.site for member in shown.memberships] == [ABBEY, BRIDGE]

    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, NeedSite)
    assert [site.code for site in step.sites] == [ABBEY, BRIDGE]
    token = world.desk.sign_in.choose_site(step.attempt, BRIDGE)
    assert token is not None


def test_a_running_session_is_not_disturbed_by_a_further_site(
    world: World, jo: Member, support: Caller
) -> None:
    session = world.sign_in(jo)

    world.desk.office.links.link(support, jo.email, TO_BRIDGE, why())

    assert runs(world, session)
    world.desk.sessions.switch_site(session, BRIDGE)


def test_a_link_is_recorded_at_the_new_site_with_ticket_and_check(
    world: World, jo: Member, sue: Member, support: Caller
) -> None:
    """ROL-06, AUD-01, rule 21: and the person is told (ENR-16)."""
    with world.recorded() as events:
        world.desk.office.links.link(
            support, jo.email, Link(BRIDGE, "admin", "manager"), why(IdentityCheck.CALLED_BACK)
        )

    (main,) = events
    assert (main.event, main.reason, main.severity) == (
        Event.AUTHZ_CHANGED,
        "linked",
        Severity.WARNING,
    )
    assert (main.actor, main.subject, main.site) == (sue.id, jo.id, BRIDGE)
    assert main.detail == {
        "identity": "called-back",
        "why": "lost her phone",
        "ticket": "HD-4711",
        "role": "admin",
    }
    (notice,) = world.account(jo).notices
    assert (notice.kind, notice.site, notice.by) == (NoticeKind.LINKED, BRIDGE, "Sue")


@pytest.mark.parametrize("ticket", [None, "", "  "])
@pytest.mark.parametrize("act", ["link", "unlink"])
def test_without_a_ticket_nobody_is_tied_or_untied_not_even_by_the_command_line(
    world: World, jo: Member, support: Caller, ticket: str | None, act: str
) -> None:
    """ROL-06, rule 21."""
    links = world.desk.office.links
    before = Picture.of(world)

    for caller in (support, HOST):
        answer = refused(
            lambda caller=caller: (
                links.link(caller, jo.email, TO_BRIDGE, why(ticket=ticket))  # type: ignore[misc]
                if act == "link"
                else links.unlink(caller, jo.email, ABBEY, why(ticket=ticket))
            )
        )
        assert isinstance(answer, BadInput)
        assert answer.field == "ticket"
    assert Picture.of(world) == before


@pytest.mark.parametrize(
    ("link", "field"),
    [
        (Link(ABBEY, "staff", "pharmacist"), "site"),
        (Link("FFFFF", "staff", "pharmacist"), "site"),
        (Link("P1234", "staff", "pharmacist"), "site"),
        (Link("", "staff", "pharmacist"), "site"),
        (Link(BRIDGE, "support", "pharmacist"), "role"),
        (Link(BRIDGE, "", "pharmacist"), "role"),
        (Link(BRIDGE, "staff", "boss"), "job"),
        (Link(BRIDGE, "staff", "pharmacist", starts="soon"), "from"),
        (Link(BRIDGE, "staff", "pharmacist", ends="later"), "to"),
        (Link(BRIDGE, "staff", "pharmacist", starts="2026-02-01", ends="2026-01-01"), "to"),
    ],
)
def test_what_cannot_be_linked_is_named_by_its_field(
    world: World, jo: Member, link: Link, field: str
) -> None:
    before = Picture.of(world)

    answer = refused(lambda: world.desk.office.links.link(HOST, jo.email, link, why()))

    assert isinstance(answer, BadInput)
    assert answer.field == field
    assert Picture.of(world) == before


def test_a_job_has_to_fit_the_number_that_is_on_record(world: World, jo: Member) -> None:
    """Rule 6."""
    world.set_person(jo, gphc="2071234")

    answer = refused(
        lambda: world.desk.office.links.link(
            HOST, jo.email, Link(BRIDGE, "staff", "pharmacy technician"), why()
        )
    )

    assert isinstance(answer, BadInput)
    assert answer.field == "gphc"


def test_only_open_sites_are_linked_and_only_links_are_ended(world: World, jo: Member) -> None:
    links = world.desk.office.links
    world.close_site(CASTLE)

    for answer in (
        refused(lambda: links.link(HOST, jo.email, Link(CASTLE, "staff", "pharmacist"), why())),
        refused(lambda: links.link(HOST, jo.email, Link("FZ999", "staff", "pharmacist"), why())),
        refused(lambda: links.unlink(HOST, jo.email, BRIDGE, why())),
        refused(lambda: links.link(HOST, "nobody@home.example", TO_BRIDGE, why())),
    ):
        assert isinstance(answer, NotFound)


@pytest.mark.parametrize("act", ["link", "unlink"])
def test_linking_needs_a_fresh_code(world: World, jo: Member, support: Caller, act: str) -> None:
    """SES-13, rule 22."""
    world.clock.advance(minutes=5, seconds=1)
    links = world.desk.office.links

    answer = refused(
        lambda: (
            links.link(support, jo.email, TO_BRIDGE, why())
            if act == "link"
            else links.unlink(support, jo.email, ABBEY, why())
        )
    )

    assert isinstance(answer, StepUpNeeded)


def test_support_is_never_tied_to_a_site(world: World, sue: Member, support: Caller) -> None:
    """ROL-11, rule 9: neither itself nor a colleague, by no road."""
    other = world.person("sid@helpdesk.example", role="support")
    for who in (sue, other):
        answer = refused(
            lambda who=who: world.desk.office.links.link(support, who.email, TO_BRIDGE, why())  # type: ignore[misc]
        )
        assert isinstance(answer, NotPermitted)
    answer = refused(
        lambda: world.desk.people.add(
            HOST, NewPerson("s@home.example", "S", "support", site=ABBEY, job="other")
        )
    )
    assert isinstance(answer, BadInput)


def test_unlinking_one_site_leaves_the_others_and_what_runs_there(
    world: World, support: Caller
) -> None:
    """ROL-05, rule 14."""
    lou = world.person("lou@home.example", ABBEY, BRIDGE)
    here, there = world.sign_in(lou, site=ABBEY), world.sign_in(lou, site=BRIDGE)

    with world.recorded() as events:
        shown = world.desk.office.links.unlink(support, lou.email, BRIDGE.lower(), why())

    assert [member.site for member in shown.memberships] == [ABBEY]
    assert runs(world, here)
    assert not runs(world, there)
    (main,) = main_events(events)
    assert (main.event, main.reason, main.site) == (Event.AUTHZ_CHANGED, "unlinked", BRIDGE)
    assert main.detail["ticket"] == "HD-4711"
    assert world.account(lou).state is PersonState.ACTIVE
    assert world.credentials(lou).recovery


def test_a_link_that_became_another_meanwhile_is_not_ended(world: World, support: Caller) -> None:
    """ROL-16: role and job title that were named hold in the transaction that ends the link, not in a look before it."""
    lou = world.person("lou@home.example", ABBEY, BRIDGE)
    unlink = world.desk.office.links.unlink
    for named in ({"role": "admin"}, {"job": "manager"}):
        with pytest.raises(BadInput) as refused_one:
            unlink(support, lou.email, BRIDGE, why(), **named)
        assert refused_one.value.field == "role"
    job = world.account(lou).memberships[1].job
    assert unlink(support, lou.email, BRIDGE, why(), role="staff", job=job).memberships


def test_unlinking_the_last_site_is_leaving(world: World, jo: Member, support: Caller) -> None:
    """ROL-12, rule 14."""
    with world.recorded() as events:
        shown = world.desk.office.links.unlink(support, jo.email, ABBEY, why())

    assert shown.state is PersonState.LEFT
    assert world.credentials(jo).password is None
    (main,) = main_events(events)
    assert (main.event, main.reason) == (Event.USER_ARCHIVED, "unlinked")


def test_a_leaver_comes_back_by_a_link_and_a_new_slip_and_never_with_what_they_had(
    world: World, jo: Member, support: Caller
) -> None:
    """ROL-12, ENR-01, rules 5, 14, 17: invited again; password, phone and recovery codes of old are dead for good."""
    old_phone = jo.phone.secret
    world.desk.office.states.leave(HOST, jo.email, "left")
    again = NewPerson(jo.email, "Jo", "staff", site=BRIDGE, job="pharmacist")
    assert isinstance(refused(lambda: world.desk.people.add(HOST, again)), EmailExists)

    shown = world.desk.office.links.link(support, jo.email, TO_BRIDGE, why())
    assert shown.state is PersonState.INVITED
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)
    issued = world.desk.office.resets.reset_password(
        support, jo.email, why(IdentityCheck.CALLED_BACK)
    )
    jo.slip = issued.activation_code
    codes = world.pair(jo)

    assert world.account(jo).state is PersonState.ACTIVE
    assert len(codes.codes) == 10
    kept = world.credentials(jo)
    assert kept.authenticator is not None
    assert kept.authenticator.generation == 2
    assert jo.phone.secret != old_phone
    assert [member.site for member in world.account(jo).memberships] == [ABBEY, BRIDGE]
    assert world.account(jo).linked_sites() == (BRIDGE,)
    done = world.desk.recovery.confirm(codes.attempt)
    assert isinstance(done, SignedIn)
    assert runs(world, done.token)


def test_a_leaver_who_comes_back_cannot_be_reset_by_the_authenticator_they_no_longer_have(
    world: World, jo: Member
) -> None:
    world.desk.office.states.leave(HOST, jo.email, "left")
    world.desk.office.links.link(HOST, jo.email, TO_BRIDGE, why())

    answer = refused(lambda: world.desk.office.resets.reset_mfa(HOST, jo.email, why()))

    assert isinstance(answer, BadInput)
    assert "has not paired" in answer.message


def test_a_leaver_who_comes_back_and_is_switched_off_and_on_is_still_invited(
    world: World, jo: Member
) -> None:
    world.desk.office.states.leave(HOST, jo.email, "left")
    world.desk.office.links.link(HOST, jo.email, TO_BRIDGE, why())
    world.desk.office.states.disable(HOST, jo.email, "x")

    assert world.desk.office.states.enable(HOST, jo.email, "x").state is PersonState.INVITED


def test_the_same_site_can_be_linked_again_after_it_was_ended(world: World, jo: Member) -> None:
    """Rule 14: history stays beside it."""
    world.desk.office.links.link(HOST, jo.email, TO_BRIDGE, why())
    world.desk.office.links.unlink(HOST, jo.email, BRIDGE, why())

    shown = world.desk.office.links.link(
        HOST, jo.email, Link(BRIDGE, "admin", "manager", "2026-01-06", "2026-01-31"), why()
    )

    assert len(world.account(jo).memberships) == 3
    back = shown.memberships[-1]
    assert (back.role, back.job) == (SiteRole.ADMIN, JobTitle.MANAGER)
    assert (back.starts, back.ends) == (date(2026, 1, 6), date(2026, 1, 31))


def test_a_pass_prepared_in_advance_opens_on_its_first_day_in_london(
    world: World, jo: Member
) -> None:
    """Rule 13."""
    world.desk.office.links.link(
        HOST, jo.email, Link(BRIDGE, "staff", "pharmacist", starts="2026-01-06"), why()
    )
    world.sign_in(jo)
    assert [session.site for session in world.sessions(jo)] == [ABBEY]

    world.clock.advance(days=1)
    step = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())

    assert isinstance(step, NeedSite)


def test_linking_somebody_switched_off_does_not_switch_them_on(world: World, jo: Member) -> None:
    """A28."""
    world.desk.office.states.disable(HOST, jo.email, "long leave")

    shown = world.desk.office.links.link(HOST, jo.email, TO_BRIDGE, why())

    assert shown.state is PersonState.DISABLED
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)
