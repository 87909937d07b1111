"""The audit log page by page: newest first, each reader their part, searched in the words of the screen (rule 32)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome
from pomfa_tui.domain.errors import NotFound, NotPermitted, Refusal, SignInRefused
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.audit_pages import RECORDED_EVERY, AuditPage
from pomfa_tui.services.audit_scope import AuditFilter
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.members import Member
from tests.office import REASON
from tests.world import World


def boss(world: World) -> SessionToken:
    """Return the session of Abbey's administrator."""
    return world.session_of(world.person("boss@abbey.example", role="admin", name="Bo Ss").id)


def support(world: World) -> SessionToken:
    """Return the session of somebody at the helpdesk."""
    return world.session_of(world.person("help@desk.example", role="support", name="Helen").id)


def fail(world: World, member: Member) -> None:
    """Type a wrong password."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(member.email, "wrong")


def seqs(page: AuditPage) -> list[int]:
    """Return the numbers of the records on a page."""
    return [line.record.seq for line in page.lines]


def seen(page: AuditPage) -> list[Event]:
    """Return what happened, without the readings."""
    found = [line.record.event.event for line in page.lines]
    return [each for each in found if each is not Event.AUDIT_READ]


class TestPages:
    """T34: however long the log is."""

    def test_support_turns_the_pages_of_everything_newest_first(self, world: World) -> None:
        """Rule 32: all sites, strangers too; a page beyond the end is the last one."""
        token, ann = support(world), world.person("ann@abbey.example")
        for _ in range(9):
            fail(world, ann)
        desk = world.desk.audit
        first = desk.page(token, AuditFilter(), size=4)
        assert (first.total, seqs(first)) == (10, [10, 9, 8, 7])
        assert seqs(desk.page(token, AuditFilter(), offset=8, size=4)) == [2, 1]
        assert seqs(desk.page(token, AuditFilter(), offset=99, size=4)) == [2, 1]

    def test_what_is_far_apart_stands_on_one_page(self, world: World) -> None:
        """Records that do not fit are passed over, however many there are."""
        token, ann = support(world), world.person("ann@abbey.example")
        fail(world, ann)
        with world.store.transaction() as tx:
            for _ in range(1500):
                tx.audit.append(_filler(world))
        fail(world, ann)
        page = world.desk.audit.page(token, AuditFilter(whom="ann@"), size=10)
        assert seqs(page) == [1502, 1]

    def test_what_comes_later_is_found_by_the_same_question(self, world: World) -> None:
        """Only what is new is looked at."""
        token, ann = support(world), world.person("ann@abbey.example")
        wanted = AuditFilter(kinds=frozenset({Event.SIGN_IN_FAILED}))
        fail(world, ann)
        assert world.desk.audit.page(token, wanted).total == 1
        fail(world, ann)
        assert world.desk.audit.page(token, wanted).total == 2


class TestWhoSeesWhat:
    """AUD-07."""

    def test_administrators_see_their_site_and_names_of_their_people_alone(
        self, world: World
    ) -> None:
        """Rules 11, 32: nothing of another site, and no name of whoever acted from elsewhere."""
        token = boss(world)
        ann, bob = world.person("ann@abbey.example"), world.person("bob@bridge.example", BRIDGE)
        helper = support(world)
        world.sign_in(ann)
        world.sign_in(bob)
        world.desk.office.states.disable(helper, ann.id, REASON)
        page = world.desk.audit.page(token, AuditFilter())
        assert page.site == ABBEY
        disabled = next(line for line in page.lines if line.record.event.reason == "disabled")
        assert (disabled.actor, disabled.subject) == ("the helpdesk", "Ann")
        assert all(bob.id != line.record.event.subject for line in page.lines)

    @pytest.mark.parametrize("role", ["staff", "commissioner"])
    def test_nobody_else_turns_its_pages(self, world: World, role: str) -> None:
        """AUD-07: refused and recorded."""
        token = world.session_of(world.person("jo@abbey.example", role=role).id)
        with world.recorded() as events, pytest.raises(NotPermitted):
            world.desk.audit.page(token, AuditFilter())
        assert kinds(events) == [Event.AUTHZ_FAILED]

    def test_another_site_is_not_found(self, world: World) -> None:
        """ROL-02."""
        with pytest.raises(NotFound):
            world.desk.audit.page(boss(world), AuditFilter(site=BRIDGE))

    def test_everybody_sees_what_concerns_themselves(self, world: World) -> None:
        """PRI-04, rule 32: as actor or subject, others without their names."""
        jo = world.person("jo@abbey.example")
        boss_token = boss(world)
        token = world.sign_in(jo)
        other = world.person("other@abbey.example")
        fail(world, other)
        fail(world, jo)
        world.desk.office.resets.not_verified(boss_token, jo.id, Action.UNLOCK, reason="hung up")
        page = world.desk.audit.own(token, AuditFilter())
        assert {line.record.event.subject for line in page.lines} == {jo.id}
        assert page.lines[0].actor == "an administrator"
        assert page.lines[-1].actor == "you"

    def test_a_leaver_keeps_the_name_in_the_log_of_the_site(self, world: World) -> None:
        """Rule 14: history stays readable."""
        token, ann = boss(world), world.person("ann@abbey.example", name="Ann Gone")
        world.desk.office.states.leave(HOST, ann.id, REASON)
        page = world.desk.audit.page(token, AuditFilter(search="ann gone"))
        assert page.lines[0].subject == "Ann Gone"


class TestFilters:
    """Every part that is given has to fit."""

    def test_by_outcome_kind_and_time(self, world: World) -> None:
        """Section 2: outcome, event and dates."""
        token, ann = support(world), world.person("ann@abbey.example")
        fail(world, ann)
        world.clock.advance(60)
        world.sign_in(ann)
        start = world.clock.now()
        page = world.desk.audit.page
        failed = page(token, AuditFilter(outcome=Outcome.FAILURE))
        assert seen(failed) == [Event.SIGN_IN_FAILED]
        kind = frozenset({Event.SESSION_CREATED})
        assert set(seen(page(token, AuditFilter(kinds=kind)))) == {Event.SESSION_CREATED}
        assert seen(page(token, AuditFilter(until=start - 30))) == [Event.SIGN_IN_FAILED]

    @pytest.mark.parametrize("text", ["ANN", "Wrong pass", "authn_login_FAIL", "pts/7"])
    def test_the_search_finds_names_words_and_what_the_record_says(
        self, world: World, text: str
    ) -> None:
        """What is on the screen can be searched for."""
        token = support(world)
        fail(world, world.person("ann@abbey.example"))

        def words(event: AuditEvent) -> str:
            return "Wrong password" if event.event is Event.SIGN_IN_FAILED else ""

        page = world.desk.audit.page(token, AuditFilter(search=text, words=words))
        assert Event.SIGN_IN_FAILED in seen(page)
        assert seen(world.desk.audit.page(token, AuditFilter(search="zzz"))) == []

    def test_somebody_of_another_site_is_not_searched_by_name(self, world: World) -> None:
        """ROL-02: the search is no way to find out who exists."""
        token = boss(world)
        lee = world.person("lee@locum.example", BRIDGE, name="Lee")
        with world.store.transaction() as tx:
            tx.audit.append(_filler(world, subject=lee.id, site=ABBEY))
        page = world.desk.audit.page(token, AuditFilter(whom="lee"))
        assert page.total == 0
        (line,) = (
            each
            for each in world.desk.audit.page(token, AuditFilter()).lines
            if each.record.event.subject == lee.id
        )
        assert line.subject == "somebody of another site"


class TestReadingIsRecorded:
    """AUD-07: once for each scope in a while, not for every page."""

    def test_pages_of_one_visit_are_one_reading(self, world: World) -> None:
        """AUD-07, AUD-12: turning pages does not flood the log that is read."""
        token = boss(world)
        with world.recorded() as events:
            for offset in range(5):
                world.desk.audit.page(token, AuditFilter(), offset=offset)
            world.clock.advance(RECORDED_EVERY)
            world.desk.audit.page(token, AuditFilter())
        assert [(each.event, each.reason, each.site) for each in events] == [
            (Event.AUDIT_READ, "read", ABBEY)
        ] * 2

    def test_another_site_is_another_reading(self, world: World) -> None:
        """AUD-07."""
        token = support(world)
        with world.recorded() as events:
            for site in (None, ABBEY, BRIDGE):
                world.desk.audit.page(token, AuditFilter(site=site))
        assert [each.site for each in events] == [None, ABBEY, BRIDGE]

    def test_without_the_record_there_is_no_reading(self, world: World) -> None:
        """AUD-08: no record, no page."""
        token = boss(world)
        world.store.disk_full = True
        with pytest.raises(Refusal):
            world.desk.audit.page(token, AuditFilter())


class TestExport:
    """Rule 22: what leaves the store."""

    def test_it_is_recorded_first_and_is_part_of_itself(self, world: World) -> None:
        """AUD-07: the last record of an export is the export."""
        token = world.sign_in(world.person("boss@abbey.example", role="admin"))
        found: list[Event] = []
        count = world.desk.audit.export(
            token, AuditFilter(), lambda record: found.append(record.event.event)
        )
        assert count == len(found)
        assert found[-1] is Event.AUDIT_READ
        assert world.events()[-1].reason == "exported"

    def test_it_takes_a_fresh_code(self, world: World) -> None:
        """Rule 22: and nothing is handed out before."""
        token = boss(world)
        world.clock.advance(minutes=4)
        world.desk.sessions.touch(token)
        world.clock.advance(minutes=2)
        found: list[object] = []
        with pytest.raises(Refusal) as refused:
            world.desk.audit.export(token, AuditFilter(), found.append)
        assert (refused.value.code, found) == ("step_up_needed", [])

    def test_an_administrator_gives_out_their_own_site_alone(self, world: World) -> None:
        """AUD-07, ROL-02."""
        token = world.sign_in(world.person("boss@abbey.example", role="admin"))
        world.sign_in(world.person("bob@bridge.example", BRIDGE))
        sites: set[str | None] = set()
        world.desk.audit.export(token, AuditFilter(), lambda record: sites.add(record.event.site))
        assert sites == {ABBEY}
        with pytest.raises(NotFound):
            world.desk.audit.export(token, AuditFilter(site=BRIDGE), lambda _: None)

    @pytest.mark.parametrize("role", ["staff", "commissioner"])
    def test_nobody_else_gives_it_out(self, world: World, role: str) -> None:
        """AUD-07."""
        token = world.sign_in(world.person("jo@abbey.example", role=role))
        with pytest.raises(NotPermitted):
            world.desk.audit.export(token, AuditFilter(), lambda _: None)


def _filler(world: World, *, subject: str | None = None, site: str | None = None) -> AuditEvent:
    return AuditEvent(
        at=world.clock.now(),
        event=Event.USER_UPDATED,
        actor="host:root",
        subject=subject,
        site=site,
        terminal="pts/7",
        pid=1,
        version="0",
    )
