"""Sessions: none before both factors, a secret of their own, an end that holds at once and everywhere (rule 26)."""

from __future__ import annotations

import re

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import NotPermitted, SessionEnded
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd, SessionToken
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import Member
from tests.world import World


def why_ended(world: World, token: SessionToken) -> str:
    """Return the reason that the session's own terminal is told."""
    with pytest.raises(SessionEnded) as refused:
        world.desk.sessions.check(token)
    return refused.value.reason


class TestSecret:
    """What a screen holds and what the store knows."""

    def test_each_sign_in_has_a_secret_of_its_own(self, world: World) -> None:
        """SES-05, SES-06: 256 random bits each."""
        jo = world.person("jo@abbey.example")
        tokens = [world.sign_in(jo) for _ in range(3)]

        assert len({token.secret for token in tokens}) == 3
        assert all(len(token.secret) >= 43 for token in tokens)

    def test_the_store_and_the_log_never_hold_it(self, world: World) -> None:
        """SES-05, AUD-04: a digest stands for it."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)

        kept = repr(world.sessions(jo)) + repr(world.events()) + repr(token)
        assert token.secret not in kept
        assert token.session_id in kept

    @pytest.mark.parametrize("forged", ["", "x" * 43, "id", "secret-with-\N{SNOWMAN}"])
    def test_a_forged_secret_opens_nothing(self, world: World, forged: str) -> None:
        """SES-05: not the stored id either."""
        token = world.sign_in(world.person("jo@abbey.example"))
        typed = token.session_id if forged == "id" else forged

        assert why_ended(world, SessionToken(typed)) == "lost"

    def test_identifiers_are_long_and_random(self, world: World) -> None:
        """ENU-05: 128 bits in hexadecimal."""
        jo = world.person("jo@abbey.example")
        world.sign_in(jo)

        assert re.fullmatch(r"[0-9a-f]{32}", world.sessions(jo)[0].id)

    def test_it_tells_who_where_and_since_when(self, world: World) -> None:
        """SES-10, SES-11: for the lists."""
        jo = world.person("jo@abbey.example")
        world.sign_in(jo)

        session = world.sessions(jo)[0]
        assert (session.site, session.terminal, session.pid) == (ABBEY, "pts/7", 4711)
        assert session.started == session.last_seen == session.proven_at == world.clock.now()

    def test_a_session_survives_the_process_that_looks_at_it(self, world: World) -> None:
        """SES-08: what counts is in the store; another terminal knows it too."""
        token = world.sign_in(world.person("jo@abbey.example"))

        world.another_terminal().sessions.check(token)


class TestTime:
    """Idle and overall limits."""

    def test_an_idle_session_is_over_after_five_minutes_and_the_minute_of_grace(
        self, world: World
    ) -> None:
        """SES-01: the grace is what `last_seen` may be behind."""
        token = world.sign_in(world.person("jo@abbey.example"))
        world.clock.advance(minutes=5, seconds=59)
        world.desk.sessions.check(token)
        world.clock.advance(1)

        assert why_ended(world, token) == "idle"

    def test_activity_keeps_it_and_is_written_once_a_minute(self, world: World) -> None:
        """SES-01: a key every ten seconds costs one commit a minute."""
        token = world.sign_in(world.person("jo@abbey.example"))
        before = world.store.changes()
        for _ in range(60):
            world.clock.advance(10)
            world.desk.sessions.touch(token)

        world.desk.sessions.check(token)
        assert world.store.changes() - before == 10

    def test_eight_hours_are_the_end_whatever_the_activity(self, world: World) -> None:
        """SES-02: touched every minute, over all the same."""
        token = world.sign_in(world.person("jo@abbey.example"))
        for _ in range(8 * 60 - 1):
            world.clock.advance(60)
            world.desk.sessions.touch(token)
        world.clock.advance(59)
        world.desk.sessions.check(token)
        world.clock.advance(1)

        assert why_ended(world, token) == "overall"
        with pytest.raises(SessionEnded):
            world.desk.sessions.touch(token)


class TestEnd:
    """Every way to end."""

    def test_signing_out_ends_it_and_is_recorded(self, world: World) -> None:
        """SES-07, AUD-01: the secret is worth nothing afterwards."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)
        with world.recorded() as events:
            world.desk.sessions.sign_out(token)

        assert kinds(events) == [Event.SESSION_LOGOUT]
        assert why_ended(world, token) == "sign_out"
        assert events[0].session == token.session_id

    @pytest.mark.parametrize(
        "reason", [SessionEnd.IDLE, SessionEnd.OVERALL, SessionEnd.LOST, SessionEnd.ACCOUNT_CHANGED]
    )
    def test_a_terminal_can_say_why_it_ends_it(self, world: World, reason: SessionEnd) -> None:
        """SES-01, SES-14: idle, overall, hang-up."""
        token = world.sign_in(world.person("jo@abbey.example"))
        with world.recorded() as events:
            world.desk.sessions.sign_out(token, reason)

        assert [(event.event, event.reason) for event in events] == [
            (Event.SESSION_EXPIRED, reason.value)
        ]
        assert why_ended(world, token) == reason.value

    def test_signing_out_twice_is_harmless(self, world: World) -> None:
        """SES-07: nothing is recorded the second time."""
        token = world.sign_in(world.person("jo@abbey.example"))
        world.desk.sessions.sign_out(token)
        with world.recorded() as events:
            world.desk.sessions.sign_out(token)
            world.desk.sessions.sign_out(SessionToken.new())

        assert events == []

    @pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT, PersonState.INVITED])
    def test_an_account_that_is_switched_off_is_refused_at_its_next_call(
        self, world: World, state: PersonState
    ) -> None:
        """SES-08, A28, ROL-04: no session outlives the account, whoever forgot to end it."""
        jo = world.person("jo@abbey.example", role="admin")
        token = world.sign_in(jo)
        world.set_person(jo, state=state)

        assert why_ended(world, token) == "account_changed"
        with pytest.raises(SessionEnded):
            world.desk.home.show(token)

    def test_an_ended_membership_or_a_closed_site_ends_it_too(self, world: World) -> None:
        """ROL-04, ROL-14: rights are read anew at every call."""
        jo, ann = world.person("jo@abbey.example"), world.person("ann@bridge.example", BRIDGE)
        tokens = world.sign_in(jo), world.sign_in(ann)
        ended = msgspec.structs.replace(world.account(jo).memberships[0], ended_at=1)
        world.set_person(jo, memberships=(ended,))
        world.close_site(BRIDGE)

        assert [why_ended(world, token) for token in tokens] == ["account_changed"] * 2

    def test_a_demotion_bites_at_the_next_call(self, world: World) -> None:
        """ROL-04: the form was open, the right is gone."""
        jo = world.person("jo@abbey.example", role="admin")
        token = world.sign_in(jo)
        world.desk.people.show(token, world.person("ann@abbey.example").email)
        memberships = world.account(world.person("bob@abbey.example")).memberships
        world.set_person(jo, memberships=memberships)

        with pytest.raises(NotPermitted):
            world.desk.people.show(token, "ann@abbey.example")

    def test_changes_tells_when_to_look_again(self, world: World) -> None:
        """SES-08: an idle screen asks for a number, and looks when it has grown."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)
        before = world.desk.sessions.changes()
        world.desk.sessions.check(token)
        assert world.desk.sessions.changes() == before
        world.set_person(jo, state=PersonState.DISABLED)

        assert world.desk.sessions.changes() > before


class TestThree:
    """At most three at once."""

    def test_a_fourth_ends_the_oldest_which_is_told_why(self, world: World) -> None:
        """SES-12, rule 26: and the log says superseded."""
        jo = world.person("jo@abbey.example")
        tokens = [world.sign_in(jo) for _ in range(3)]
        with world.recorded() as events:
            fourth = world.sign_in(jo)

        assert why_ended(world, tokens[0]) == "superseded"
        for token in (*tokens[1:], fourth):
            world.desk.sessions.check(token)
        superseded = [event for event in events if event.event is Event.SESSION_EXPIRED]
        assert [(event.reason, event.session) for event in superseded] == [
            ("superseded", tokens[0].session_id)
        ]

    def test_the_oldest_is_the_one_that_began_first_wherever_it_has_moved(
        self, world: World
    ) -> None:
        """SES-12: switching the site makes a session no younger."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        oldest, second, third = (world.sign_in(lee) for _ in range(3))
        oldest = world.desk.sessions.switch_site(oldest, BRIDGE)
        world.sign_in(lee)

        assert why_ended(world, oldest) == "superseded"
        world.desk.sessions.check(second)
        world.desk.sessions.check(third)

    def test_ended_ones_do_not_count(self, world: World) -> None:
        """SES-12: signing out makes room."""
        jo = world.person("jo@abbey.example")
        first, second = world.sign_in(jo), world.sign_in(jo)
        world.desk.sessions.sign_out(second)
        for _ in range(2):
            world.sign_in(jo)

        world.desk.sessions.check(first)

    def test_old_records_are_forgotten(self, world: World) -> None:
        """PRI-03: the audit log has the history; the store keeps five ended ones."""
        jo = world.person("jo@abbey.example")
        for _ in range(12):
            world.desk.sessions.sign_out(world.sign_in(jo))

        assert len(world.sessions(jo)) == 6

    def test_a_few_old_records_are_kept(self, world: World) -> None:
        """PRI-03: no sooner than there are more than five."""
        jo = world.person("jo@abbey.example")
        for _ in range(3):
            world.desk.sessions.sign_out(world.sign_in(jo))
        world.sign_in(jo)

        assert len(world.sessions(jo)) == 4


def proven_at(world: World, member: Member) -> int:
    """Return when the newest session of somebody was proven by a code."""
    return max(session.proven_at for session in world.sessions(member))


def test_the_previous_sign_in_is_remembered_for_the_owner(world: World) -> None:
    """THR-12: Home shows when it was."""
    jo = world.person("jo@abbey.example")
    world.sign_in(jo)
    first = proven_at(world, jo)
    world.clock.advance(hours=2)

    home = world.desk.home.show(world.sign_in(jo))

    assert home.previous_sign_in == first
    assert world.account(jo).last_sign_in == proven_at(world, jo)
