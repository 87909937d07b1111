"""Sessions of processes that are gone, and of other people (rule 26)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import NotFound, NotPermitted, SessionEnded
from pomfa_tui.domain.ports import Place
from pomfa_tui.domain.sessions import SessionToken
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.world import World


def why_ended(world: World, token: SessionToken) -> str:
    """Return the reason that the session's own terminal is told."""
    with pytest.raises(SessionEnded) as refused:
        world.desk.sessions.check(token)
    return refused.value.reason


class TestLost:
    """Records of processes that are gone."""

    def test_a_killed_process_is_found_out_and_closed(self, world: World) -> None:
        """SES-14: by process number."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)
        world.processes.running.clear()
        with world.recorded() as events:
            assert world.desk.sessions.close_lost() == 1

        assert why_ended(world, token) == "lost"
        assert [(event.event, event.reason) for event in events] == [
            (Event.SESSION_EXPIRED, "lost")
        ]

    def test_a_restarted_host_has_no_sessions(self, world: World) -> None:
        """SES-14, SES-15: by boot, even when the number runs again."""
        jo = world.person("jo@abbey.example")
        world.sign_in(jo)
        world.place = Place(terminal="pts/1", boot="boot-2", pid=4711, version="0.0.test")

        assert world.restart().sessions.close_lost() == 1

    def test_timed_out_ones_are_closed_with_their_reason(self, world: World) -> None:
        """SES-01: `session_expired reason=idle`, though nobody was there to say so."""
        world.sign_in(world.person("jo@abbey.example"))
        world.clock.advance(minutes=6)
        with world.recorded() as events:
            world.desk.sessions.close_lost()

        assert [event.reason for event in events] == ["idle"]

    def test_running_ones_are_left_alone_and_nothing_is_written(self, world: World) -> None:
        """SES-14: cheap enough for every start."""
        token = world.sign_in(world.person("jo@abbey.example"))
        before = world.store.transactions

        assert world.desk.sessions.close_lost() == 0
        assert world.store.transactions == before
        world.desk.sessions.check(token)

    def test_closing_twice_records_once(self, world: World) -> None:
        """AUD-01: exactly one event."""
        world.sign_in(world.person("jo@abbey.example"))
        world.processes.running.clear()
        world.desk.sessions.close_lost()

        with world.recorded() as events:
            assert world.desk.sessions.close_lost() == 0
        assert events == []


class TestOthers:
    """Seeing and ending other people's sessions."""

    def seen(self, world: World, caller: SessionToken, who: str | None = None) -> set[str]:
        """Return whose sessions the caller sees."""
        return {summary.email for summary in world.desk.sessions.list(caller, who)}

    def test_an_administrator_sees_the_sessions_at_their_own_site_only(self, world: World) -> None:
        """SES-10, ROL-02, ROL-09: also of somebody who works elsewhere too."""
        admin = world.sign_in(world.person("boss@abbey.example", role="admin"))
        world.sign_in(world.person("ann@abbey.example"))
        world.sign_in(world.person("bob@bridge.example", BRIDGE))
        here = world.person("lee@locum.example", ABBEY, BRIDGE)
        there = world.person("kim@locum.example", ABBEY, BRIDGE)
        world.sign_in(here, site=ABBEY)
        world.sign_in(there, site=BRIDGE)

        assert self.seen(world, admin) == {"ann@abbey.example", "lee@locum.example"}
        assert self.seen(world, admin, "lee@locum.example") == {"lee@locum.example"}
        assert self.seen(world, admin, "kim@locum.example") == set()

    def test_support_and_the_command_line_see_all(self, world: World) -> None:
        """SES-10: but support not its own in this list."""
        support = world.sign_in(world.person("help@desk.example", role="support"))
        world.sign_in(world.person("ann@abbey.example"))
        world.sign_in(world.person("bob@bridge.example", BRIDGE))
        everybody = {summary.email for summary in world.desk.sessions.list(HOST)}

        assert self.seen(world, support) == {"ann@abbey.example", "bob@bridge.example"}
        assert everybody == {"ann@abbey.example", "bob@bridge.example", "help@desk.example"}

    def test_staff_see_nobodys(self, world: World) -> None:
        """ROL-02: and cannot ask for one person's."""
        token = world.sign_in(world.person("ann@abbey.example"))
        world.sign_in(world.person("bob@abbey.example"))

        assert self.seen(world, token) == set()
        with pytest.raises(NotPermitted):
            world.desk.sessions.list(token, "bob@abbey.example")

    def test_ended_and_timed_out_sessions_are_not_listed(self, world: World) -> None:
        """SES-10: the list is of those that run."""
        world.desk.sessions.sign_out(world.sign_in(world.person("ann@abbey.example")))
        world.sign_in(world.person("bob@abbey.example"))
        world.clock.advance(minutes=6)

        assert world.desk.sessions.list(HOST) == ()

    def test_an_administrator_ends_one_at_their_site(self, world: World) -> None:
        """SES-10, SES-08: the next call of its owner is refused."""
        admin = world.sign_in(world.person("boss@abbey.example", role="admin"))
        token = world.sign_in(world.person("ann@abbey.example"))
        with world.recorded() as events:
            world.desk.sessions.end(admin, token.session_id)

        assert why_ended(world, token) == "ended_by_other"
        assert [(event.event, event.reason) for event in events] == [
            (Event.SESSION_EXPIRED, "ended_by_other")
        ]
        assert events[0].actor != events[0].subject

    def test_all_of_somebodys_are_ended_at_once_at_the_administrators_site(
        self, world: World
    ) -> None:
        """SES-10, rule 11: those at another site go on; nobody's whom the caller may not know of is touched."""
        admin = world.sign_in(world.person("boss@abbey.example", role="admin"))
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        here = [world.sign_in(lee, site=ABBEY) for _ in range(2)]
        there = world.sign_in(lee, site=BRIDGE)

        assert world.desk.sessions.end_all(admin, lee.email) == 2

        assert [why_ended(world, token) for token in here] == ["ended_by_other"] * 2
        world.desk.sessions.check(there)
        far = world.sign_in(world.person("bob@bridge.example", BRIDGE))
        with world.recorded() as events, pytest.raises(NotFound):
            world.desk.sessions.end_all(admin, "bob@bridge.example")
        assert kinds(events) == [Event.AUTHZ_FAILED]
        world.desk.sessions.check(far)
        assert world.desk.sessions.end_all(HOST, lee.email) == 1

    def test_a_session_elsewhere_is_not_found_and_the_try_is_recorded(self, world: World) -> None:
        """ROL-02, SES-10: the same sentence as for a session that does not exist."""
        admin = world.sign_in(world.person("boss@abbey.example", role="admin"))
        bob = world.sign_in(world.person("bob@bridge.example", BRIDGE))
        lee = world.sign_in(world.person("lee@locum.example", ABBEY, BRIDGE), site=BRIDGE)
        for token in (bob, lee):
            with world.recorded() as events, pytest.raises(NotFound) as hidden:
                world.desk.sessions.end(admin, token.session_id)
            with pytest.raises(NotFound) as absent:
                world.desk.sessions.end(admin, "0" * 32)

            assert kinds(events) == [Event.AUTHZ_FAILED]
            assert hidden.value.message == absent.value.message.replace("0" * 32, token.session_id)
            world.desk.sessions.check(token)

    def test_nobody_ends_their_own_or_supports_in_this_way(self, world: World) -> None:
        """ROL-01, rule 10: there are other doors for the first, none for the second."""
        boss = world.person("boss@abbey.example", role="admin")
        admin = world.sign_in(boss)
        support = world.sign_in(world.person("help@desk.example", role="support"))

        with pytest.raises(NotPermitted):
            world.desk.sessions.end(admin, admin.session_id)
        with pytest.raises(NotFound):
            world.desk.sessions.end(admin, support.session_id)

    def test_an_ended_session_cannot_be_ended_again(self, world: World) -> None:
        """SES-10: it is no running session any more."""
        ann = world.person("ann@abbey.example")
        token = world.sign_in(ann)
        world.desk.sessions.end(HOST, token.session_id)

        with pytest.raises(NotFound):
            world.desk.sessions.end(HOST, token.session_id)

    def test_an_odd_session_id_is_refused_in_a_harmless_sentence(self, world: World) -> None:
        """GEN-05: what was typed reaches a terminal again."""
        with pytest.raises(NotFound) as refused:
            world.desk.sessions.end(HOST, "\x1b[2J" + "x" * 5000)

        assert "\x1b" not in refused.value.message
        assert len(refused.value.message) < 300
