"""One login for all sites: which of them may be entered today and here, and switching between them (rules 12, 13)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import AttemptEnded, NoSiteToday, NotThatSite, SessionEnded
from pomfa_tui.domain.people import SystemRole
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.steps import NeedSite, SignedIn, Step
from tests.fakes import MONDAY
from tests.house import ABBEY, BRIDGE, CASTLE, kinds
from tests.members import Member
from tests.world import World, make_world


def after_the_code(world: World, member: Member) -> Step:
    """Prove both factors."""
    world.wait_for_fresh_code(member)
    return world.desk.sign_in.offer_code(world.reach_code(member).attempt, member.phone.code())


def choices(step: Step) -> list[str]:
    """Return the codes of the sites to choose from."""
    assert isinstance(step, NeedSite)
    return [site.code for site in step.sites]


class TestChoice:
    """`Choose a site`."""

    def test_one_site_needs_no_choice(self, world: World) -> None:
        """Rule 12: straight to the desk."""
        step = after_the_code(world, world.person("jo@abbey.example"))

        assert isinstance(step, SignedIn)
        assert world.desk.home.show(step.token).site == ABBEY

    def test_several_are_listed_by_name(self, world: World) -> None:
        """ROL-13: names and codes."""
        lee = world.person("lee@locum.example", CASTLE, BRIDGE, ABBEY)

        assert choices(after_the_code(world, lee)) == [ABBEY, BRIDGE, CASTLE]

    def test_the_chosen_one_is_the_session_s(self, world: World) -> None:
        """ROL-02, ROL-13: bound to one site."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        step = after_the_code(world, lee)
        assert isinstance(step, NeedSite)

        entered = world.desk.sign_in.choose_site(step.attempt, BRIDGE)

        assert isinstance(entered, SignedIn)
        home = world.desk.home.show(entered.token)
        assert (home.site, home.site_name, home.several_sites) == (BRIDGE, "Bridge Chemist", True)

    @pytest.mark.parametrize("site", [CASTLE, "FX999", "", "fa111", "FA111 "])
    def test_another_one_is_refused_recorded_and_can_be_mended(
        self, world: World, site: str
    ) -> None:
        """ROL-02: the list is still there."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        step = after_the_code(world, lee)
        assert isinstance(step, NeedSite)
        with world.recorded() as events, pytest.raises(NotThatSite, match="Choose one from"):
            world.desk.sign_in.choose_site(step.attempt, site)
        assert [(event.event, event.reason) for event in events] == [
            (Event.SIGN_IN_FAILED, "not_that_site")
        ]
        assert world.sessions(lee) == []

        assert isinstance(world.desk.sign_in.choose_site(step.attempt, ABBEY), SignedIn)

    def test_passes_that_have_ended_or_not_begun_and_closed_sites_are_not_listed(
        self, world: World
    ) -> None:
        """ROL-14, rule 13: blocked, not deleted."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE, CASTLE)
        first, second, third = world.account(lee).memberships
        world.set_person(
            lee,
            memberships=(
                msgspec.structs.replace(first, ends=date(2026, 1, 4)),
                msgspec.structs.replace(second, starts=date(2026, 1, 6)),
                third,
            ),
        )
        assert isinstance(after_the_code(world, lee), SignedIn)
        world.close_site(CASTLE)

        with pytest.raises(NoSiteToday):
            after_the_code(world, lee)

    def test_a_pass_that_ends_while_the_list_is_shown_is_refused(self, world: World) -> None:
        """ROL-16: looked at again when it is chosen; with nothing left the attempt is over."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        step = after_the_code(world, lee)
        assert isinstance(step, NeedSite)
        world.close_site(ABBEY)
        world.close_site(BRIDGE)

        with pytest.raises(NoSiteToday):
            world.desk.sign_in.choose_site(step.attempt, ABBEY)
        with pytest.raises(AttemptEnded):
            world.desk.sign_in.choose_site(step.attempt, ABBEY)

    @pytest.mark.parametrize("role", ["support", "commissioner"])
    def test_roles_over_all_sites_choose_none(self, world: World, role: str) -> None:
        """ROL-11: never a member, so never at a site."""
        step = after_the_code(world, world.person("help@desk.example", role=role))

        assert isinstance(step, SignedIn)
        home = world.desk.home.show(step.token)
        assert (home.role.value, home.site, home.several_sites) == (role, None, False)


class TestLastDay:
    """Passes end at midnight in London."""

    @pytest.mark.parametrize(
        ("last", "instant"),
        [
            (date(2026, 1, 5), MONDAY + 16 * 3600),
            (date(2026, 7, 1), 1_782_946_800),
            (date(2026, 3, 29), 1_774_825_200),
            (date(2026, 10, 25), 1_792_972_800),
        ],
        ids=["winter", "summer", "clocks go forward", "clocks go back"],
    )
    def test_a_pass_lasts_to_midnight_of_its_last_day(
        self, world: World, last: date, instant: int
    ) -> None:
        """ROL-14, A42: also on the days that have 23 and 25 hours."""
        jo = world.person("jo@abbey.example", ends=last)
        world.clock.advance(instant - 60 - MONDAY)
        token = world.sign_in(jo)
        world.desk.sessions.check(token)
        world.clock.advance(60)

        with pytest.raises(SessionEnded):
            world.desk.sessions.check(token)
        with pytest.raises(NoSiteToday):
            after_the_code(world, jo)

    @pytest.mark.parametrize(
        ("days", "said"),
        [(8, None), (7, "in 7 days"), (2, "in 2 days"), (1, "tomorrow"), (0, "today at midnight")],
    )
    def test_home_warns_seven_days_before_and_on_the_last_two(
        self, world: World, days: int, said: str | None
    ) -> None:
        """Rule 13: in words."""
        jo = world.person(
            "jo@abbey.example", ends=date.fromordinal(date(2026, 1, 5).toordinal() + days)
        )
        texts = [notice.text for notice in world.desk.home.show(world.sign_in(jo)).notices]

        assert len(texts) == (0 if said is None else 1)
        assert said is None or said in texts[0]


class TestBoundTerminal:
    """A terminal that is for one site only."""

    def test_no_choice_is_offered(self) -> None:
        """Rule 12: a locum is at the counter's own site."""
        world = make_world(bound_site=BRIDGE)
        step = after_the_code(world, world.person("lee@locum.example", ABBEY, BRIDGE))

        assert isinstance(step, SignedIn)
        home = world.desk.home.show(step.token)
        assert (home.site, home.several_sites) == (BRIDGE, False)

    def test_somebody_of_another_site_is_told_whose_it_is(self) -> None:
        """Rule 12: and where to go."""
        world = make_world(bound_site=BRIDGE)

        with pytest.raises(NoSiteToday, match=f"This terminal is for site {BRIDGE} only"):
            after_the_code(world, world.person("jo@abbey.example"))

    def test_switching_does_not_lead_away_from_it(self) -> None:
        """Rule 12, ROL-13: no way round the binding after sign-in."""
        world = make_world(bound_site=BRIDGE)
        token = world.sign_in(world.person("lee@locum.example", ABBEY, BRIDGE))

        assert [site.code for site in world.desk.sessions.sites(token)] == [BRIDGE]
        with pytest.raises(NotThatSite):
            world.desk.sessions.switch_site(token, ABBEY)

    def test_support_signs_in_at_any_terminal(self) -> None:
        """Rule 9: support is at no site."""
        world = make_world(bound_site=BRIDGE)

        assert isinstance(
            after_the_code(world, world.person("help@desk.example", role="support")), SignedIn
        )


class TestSwitching:
    """Going on at another site."""

    def test_it_needs_no_second_code_and_gives_a_new_secret(self, world: World) -> None:
        """SES-06, ROL-13: the old secret is dead."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        before = world.sign_in(lee, site=ABBEY)

        after = world.desk.sessions.switch_site(before, BRIDGE)

        assert after.secret != before.secret
        assert world.desk.home.show(after).site == BRIDGE
        with pytest.raises(SessionEnded):
            world.desk.sessions.check(before)
        assert len(world.sessions(lee)) == 1

    def test_it_keeps_the_session_s_age_and_proof(self, world: World) -> None:
        """SES-02, SES-13: nobody gets eight more hours, or a fresh proof, by switching."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        token = world.sign_in(lee, site=ABBEY)
        (before,) = world.sessions(lee)
        world.clock.advance(minutes=4)

        world.desk.sessions.switch_site(token, BRIDGE)

        (after,) = world.sessions(lee)
        assert (after.started, after.proven_at) == (before.started, before.proven_at)

    def test_it_is_recorded(self, world: World) -> None:
        """ROL-13, AUD-01: from where to where, in each site's own log."""
        token = world.sign_in(world.person("lee@locum.example", ABBEY, BRIDGE), site=ABBEY)
        with world.recorded() as events:
            world.desk.sessions.switch_site(token, BRIDGE)

        assert [(each.event, each.site, each.reason) for each in events] == [
            (Event.SESSION_RENEWED, ABBEY, "left_site"),
            (Event.SESSION_RENEWED, BRIDGE, "switched_site"),
        ]

    def test_neither_site_reads_in_its_log_which_the_other_one_is(self, world: World) -> None:
        """Rule 11, ROL-09: administrators know that somebody is linked elsewhere, not where."""
        boss = world.sign_in(world.person("boss@bridge.example", BRIDGE, role="admin"))
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        world.desk.sessions.switch_site(world.sign_in(lee, site=ABBEY), BRIDGE)

        page = world.desk.audit.page(boss, AuditFilter())

        assert "switched_site" in {line.record.event.reason for line in page.lines}
        assert ABBEY not in repr(page)
        assert world.desk.audit.page(boss, AuditFilter(search=ABBEY)).total == 0

    @pytest.mark.parametrize("site", [CASTLE, "FX999", ""])
    def test_a_site_that_is_not_one_s_own_is_refused_and_recorded(
        self, world: World, site: str
    ) -> None:
        """ROL-02: and the session goes on where it was."""
        token = world.sign_in(world.person("lee@locum.example", ABBEY, BRIDGE), site=ABBEY)
        with world.recorded() as events, pytest.raises(NotThatSite):
            world.desk.sessions.switch_site(token, site)

        assert kinds(events) == [Event.AUTHZ_FAILED]
        assert world.desk.home.show(token).site == ABBEY

    def test_rights_go_with_the_site(self, world: World) -> None:
        """ROL-13: an administrator there is staff here."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE, role="admin")
        here, there = world.account(lee).memberships
        staff = world.account(world.person("jo@abbey.example")).memberships[0]
        world.set_person(lee, memberships=(staff, there))
        assert here.site == staff.site
        token = world.sign_in(lee, site=ABBEY)
        assert world.desk.home.show(token).role.value == "staff"

        token = world.desk.sessions.switch_site(token, BRIDGE)

        assert world.desk.home.show(token).role.value == "admin"

    def test_support_has_nothing_to_switch(self, world: World) -> None:
        """ROL-11: no list, no switch."""
        token = world.sign_in(world.person("help@desk.example", role="support"))

        assert world.desk.sessions.sites(token) == ()
        with pytest.raises(NotThatSite):
            world.desk.sessions.switch_site(token, ABBEY)

    def test_becoming_support_leaves_the_site_behind(self, world: World) -> None:
        """ROL-11: a session that was at a site when its owner became support is at none."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)
        world.set_person(jo, role=SystemRole.SUPPORT, memberships=())

        home = world.desk.home.show(token)

        assert (home.role.value, home.site) == ("support", None)
