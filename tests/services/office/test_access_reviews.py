"""The access review: everybody is looked at by those who may, it can be gone on with, and the rules hold meanwhile (rule 33)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadInput,
    LastAdmin,
    MultiSite,
    NotFound,
    NotPermitted,
    Refusal,
)
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.reviews import DUE_DAYS, Decision
from pomfa_tui.domain.sessions import SessionToken
from tests.house import ABBEY, BRIDGE
from tests.members import Member
from tests.office import runs
from tests.world import World

REASON = "access review"


@pytest.fixture
def boss(world: World) -> Member:
    """Abbey's administrator."""
    return world.person("boss@abbey.example", role="admin", name="Bo Ss")


@pytest.fixture
def token(world: World, boss: Member) -> SessionToken:
    """Their session."""
    return world.sign_in(boss)


class TestTheWalk:
    """Walk the list, confirm or end each person."""

    def test_everybody_of_the_site_is_on_the_list_those_not_seen_for_longest_first(
        self, world: World, token: SessionToken, boss: Member
    ) -> None:
        """Rule 33: the disabled too; nobody of another site; dormant people lead."""
        old = world.person("old@abbey.example", name="Zoe Old")
        world.set_person(old, last_sign_in=world.clock.now() - 95 * 86400)
        world.person("off@abbey.example", name="Abe Off", state=PersonState.DISABLED)
        world.person("gone@abbey.example", state=PersonState.LEFT)
        world.person("far@bridge.example", BRIDGE)
        view = world.desk.office.reviews.show(token)
        assert [each.person.name for each in view.people] == ["Zoe Old", "Abe Off", "Bo Ss"]
        assert view.people[0].idle_days == 95
        assert [each.own for each in view.people] == [False, False, True]
        assert (view.started_at, view.last) == (None, None)
        assert boss.id == view.people[2].person.id

    def test_it_is_gone_on_with_where_it_was_left(self, world: World, token: SessionToken) -> None:
        """Rule 33: after a restart, and by the other administrator."""
        ann = world.person("ann@abbey.example")
        world.desk.office.reviews.confirm(token, ann.id)
        world.restart()
        other = world.sign_in(world.person("two@abbey.example", role="admin"))
        view = world.desk.office.reviews.show(other)
        assert {each.person.id: each.decision for each in view.people}[ann.id] is Decision.CONFIRMED
        assert len(view.left) == 2
        assert view.started_at is not None

    def test_it_finishes_when_everybody_was_looked_at(
        self, world: World, token: SessionToken, boss: Member
    ) -> None:
        """Rule 33: its record says how many of each; the next one begins empty."""
        ann, bob = world.person("ann@abbey.example"), world.person("bob@abbey.example")
        cleo = world.person("cleo@abbey.example")
        reviews = world.desk.office.reviews
        with pytest.raises(BadInput) as refused:
            reviews.finish(token)
        assert refused.value.message == "4 people are still to be looked at."
        reviews.confirm(token, boss.id)
        reviews.confirm(token, cleo.id)
        reviews.disable(token, bob.id, REASON)
        reviews.end(token, ann.id, REASON)
        with world.recorded() as events:
            view = reviews.finish(token)
        assert view.last is not None
        assert (view.last.confirmed, view.last.ended, view.last.disabled) == (2, 1, 1)
        assert (view.last_by, view.decided, len(view.left)) == ("Bo Ss", 0, 3)
        (event,) = events
        assert (event.event, event.reason, event.site) == (
            Event.AUTHZ_ADMIN,
            "access_review_finished",
            ABBEY,
        )
        assert event.detail == {"confirmed": "2", "ended": "1", "disabled": "1"}

    def test_each_decision_is_recorded(self, world: World, token: SessionToken) -> None:
        """AUD-01: the beginning, and who was confirmed by whom."""
        ann = world.person("ann@abbey.example")
        with world.recorded() as events:
            world.desk.office.reviews.confirm(token, ann.id)
        assert [(each.reason, each.subject) for each in events] == [
            ("access_review_started", None),
            ("access_confirmed", ann.id),
        ]

    def test_without_the_record_nothing_is_decided(self, world: World, token: SessionToken) -> None:
        """AUD-08."""
        ann = world.person("ann@abbey.example")
        world.store.disk_full = True
        with pytest.raises(Refusal):
            world.desk.office.reviews.end(token, ann.id, REASON)
        world.store.disk_full = False
        assert world.account(ann).state is PersonState.ACTIVE
        assert world.desk.office.reviews.show(token).decided == 0

    def test_the_newest_decision_counts(self, world: World, token: SessionToken) -> None:
        """Somebody confirmed in error is ended after all."""
        ann = world.person("ann@abbey.example")
        reviews = world.desk.office.reviews
        reviews.confirm(token, ann.id)
        assert reviews.end(token, ann.id, REASON).decided == 1


class TestTheRulesHold:
    """Rules 8, 10, 11, 14."""

    def test_ending_is_leaving(self, world: World, token: SessionToken) -> None:
        """Rules 14, 26: sessions end, history stays."""
        ann = world.person("ann@abbey.example")
        running = world.sign_in(ann)
        world.desk.office.reviews.end(token, ann.id, REASON)
        assert world.account(ann).state is PersonState.LEFT
        assert not runs(world, running)
        (event,) = [each for each in world.events() if each.event is Event.USER_ARCHIVED]
        assert event.detail == {"why": REASON, "review": "yes"}

    def test_the_last_administrator_stays(
        self, world: World, token: SessionToken, boss: Member
    ) -> None:
        """Rule 8: an administrator whose own pass is over tomorrow cannot end the only other one."""
        today = london_day(world.clock.now())
        (tie,) = world.account(boss).memberships
        other = world.person("two@abbey.example", role="admin")
        world.set_person(boss, memberships=(msgspec.structs.replace(tie, ends=today),))
        for act in (world.desk.office.reviews.end, world.desk.office.reviews.disable):
            with pytest.raises(LastAdmin):
                act(token, other.id, REASON)
        assert world.desk.office.reviews.show(token).decided == 0

    def test_nobody_ends_or_disables_themselves(
        self, world: World, token: SessionToken, boss: Member
    ) -> None:
        """Rule 10: yet they may be confirmed, or a site with one administrator could never finish."""
        world.person("two@abbey.example", role="admin")
        reviews = world.desk.office.reviews
        for act in (reviews.end, reviews.disable):
            with pytest.raises(NotPermitted):
                act(token, boss.id, REASON)
        view = reviews.confirm(token, boss.id)
        assert [each.decision for each in view.people if each.own] == [Decision.CONFIRMED]

    def test_people_of_several_sites_lose_this_site_alone(
        self, world: World, token: SessionToken
    ) -> None:
        """Rules 11, 14: the account is not the administrator's to disable."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        with pytest.raises(MultiSite):
            world.desk.office.reviews.disable(token, lee.id, REASON)
        world.desk.office.reviews.end(token, lee.id, REASON)
        assert world.account(lee).linked_sites() == (BRIDGE,)

    def test_a_reason_is_needed(self, world: World, token: SessionToken) -> None:
        """Rule 21."""
        ann = world.person("ann@abbey.example")
        with pytest.raises(BadInput):
            world.desk.office.reviews.end(token, ann.id, " ")

    @pytest.mark.parametrize("role", ["staff", "commissioner"])
    def test_nobody_else_reviews(self, world: World, role: str) -> None:
        """Section 2: administrators and support; refused and recorded."""
        jo = world.sign_in(world.person("jo@abbey.example", role=role))
        ann = world.person("ann@abbey.example")
        reviews = world.desk.office.reviews
        acts: tuple[Callable[[], object], ...] = (
            lambda: reviews.show(jo, ABBEY),
            lambda: reviews.confirm(jo, ann.id, ABBEY),
            lambda: reviews.end(jo, ann.id, REASON, ABBEY),
            lambda: reviews.disable(jo, ann.id, REASON, ABBEY),
            lambda: reviews.finish(jo, ABBEY),
        )
        for act in acts:
            with pytest.raises(NotPermitted):
                act()
        assert world.account(ann).state is PersonState.ACTIVE

    def test_another_site_and_its_people_are_not_found(
        self, world: World, token: SessionToken
    ) -> None:
        """ROL-02: neither by the site nor by the person."""
        far = world.person("far@bridge.example", BRIDGE)
        reviews = world.desk.office.reviews
        with pytest.raises(NotFound):
            reviews.show(token, BRIDGE)
        with pytest.raises(NotFound):
            reviews.end(token, far.id, REASON)
        assert world.account(far).state is PersonState.ACTIVE

    def test_support_names_the_site(self, world: World) -> None:
        """Rule 9: and ends the tie to that site alone."""
        helper = world.sign_in(world.person("help@desk.example", role="support"))
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        reviews = world.desk.office.reviews
        with pytest.raises(BadInput) as refused:
            reviews.show(helper)
        assert refused.value.field == "site"
        with pytest.raises(NotFound):
            reviews.show(helper, "FX999")
        reviews.end(helper, lee.id, REASON, "fa111 ")
        assert world.account(lee).linked_sites() == (BRIDGE,)
        with pytest.raises(NotFound):
            reviews.confirm(helper, lee.id, ABBEY)


class TestWhenItIsDue:
    """Rule 33: every quarter."""

    def test_home_says_so_to_administrators_when_it_is_overdue(self, world: World) -> None:
        """From the day the site was added, then from the last review; never to staff."""
        boss = world.person("boss@abbey.example", role="admin")
        jo = world.person("jo@abbey.example")
        assert not _told(world, boss)
        world.clock.advance(seconds=DUE_DAYS * 86400 + 1)
        assert _told(world, boss)
        assert not _told(world, jo)
        token = world.sign_in(boss)
        for member in (boss, jo):
            world.desk.office.reviews.confirm(token, member.id)
        assert world.desk.office.reviews.show(token).overdue
        view = world.desk.office.reviews.finish(token)
        assert not view.overdue
        assert view.due_at == world.clock.now() + DUE_DAYS * 86400
        assert not _told(world, boss)


def _told(world: World, member: Member) -> bool:
    token = world.sign_in(member)
    notices = world.desk.home.show(token).notices
    return any("access review" in each.text for each in notices)
