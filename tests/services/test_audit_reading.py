"""Reading the audit log: administrators their site, support everything, and every reading is itself recorded (rule 32)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome, Severity
from pomfa_tui.domain.errors import (
    BadInput,
    IntegrityFailure,
    MultiSite,
    NotFound,
    NotPermitted,
    SignInRefused,
)
from pomfa_tui.domain.ports import AuditVerdict
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.access import Caller
from pomfa_tui.services.audit_scope import AuditFilter
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.members import Member
from tests.office import why
from tests.world import World


def read(world: World, caller: Caller, wanted: AuditFilter | None = None) -> list[AuditEvent]:
    """Return what the caller sees, without the readings themselves."""
    records = world.desk.audit.show(caller, wanted or AuditFilter())
    return [record.event for record in records if record.event.event is not Event.AUDIT_READ]


def boss(world: World) -> SessionToken:
    """Return the session of Abbey's administrator."""
    return world.session_of(world.person("boss@abbey.example", role="admin").id)


def fail(world: World, member: Member) -> None:
    """Type a wrong password."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(member.email, "wrong")


class TestWhoSeesWhat:
    """Rule 32."""

    def test_an_administrator_sees_what_happened_at_their_site(self, world: World) -> None:
        """AUD-07: and nothing of another."""
        token = boss(world)
        ann, bob = world.person("ann@abbey.example"), world.person("bob@bridge.example", BRIDGE)
        for member in (ann, bob):
            world.sign_in(member)

        assert {event.subject for event in read(world, token)} == {ann.id}

    def test_failed_sign_ins_of_the_site_s_own_people_are_among_it(self, world: World) -> None:
        """AUD-07, THR-12: though nobody had chosen a site yet; of a locum's they are not."""
        token = boss(world)
        ann = world.person("ann@abbey.example")
        fail(world, ann)
        fail(world, world.person("bob@bridge.example", BRIDGE))
        fail(world, world.person("lee@locum.example", ABBEY, BRIDGE))
        fail(world, Member("", "nobody@nowhere.example", "", ann.phone))

        events = read(world, token)

        assert [(event.event, event.subject) for event in events] == [
            (Event.SIGN_IN_FAILED, ann.id)
        ]

    def test_what_another_site_tried_in_vain_is_the_helpdesk_s_to_read(self, world: World) -> None:
        """Rule 11: it would tell at which other site somebody works, or has worked."""
        far = world.sign_in(world.person("far@bridge.example", BRIDGE, role="admin"))
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        with pytest.raises(MultiSite):
            world.desk.office.resets.reset_mfa(far, lee.id, why())
        world.desk.office.states.leave(far, lee.id, "moved away")

        assert BRIDGE not in repr(read(world, boss(world)))
        denied = [each for each in read(world, HOST) if each.event is Event.AUTHZ_FAILED]
        assert [each.detail["from_site"] for each in denied] == [BRIDGE]

    @pytest.mark.parametrize("caller", ["support", "host"])
    def test_support_and_the_command_line_see_everything(self, world: World, caller: str) -> None:
        """AUD-07: all sites, and strangers."""
        helper = world.person("help@desk.example", role="support")
        who: Caller = world.session_of(helper.id) if caller == "support" else HOST
        fail(world, world.person("ann@abbey.example"))
        fail(world, world.person("bob@bridge.example", BRIDGE))

        assert len(read(world, who)) == 2

    @pytest.mark.parametrize("role", ["staff", "commissioner"])
    def test_nobody_else_reads_it(self, world: World, role: str) -> None:
        """AUD-07: their own part is in their own account."""
        token = world.session_of(world.person("jo@abbey.example", role=role).id)
        with world.recorded() as events, pytest.raises(NotPermitted):
            world.desk.audit.show(token, AuditFilter())

        assert kinds(events) == [Event.AUTHZ_FAILED]

    @pytest.mark.parametrize("site", [BRIDGE, "FX999"])
    def test_another_site_is_not_found(self, world: World, site: str) -> None:
        """ROL-02: asked for by name it is refused, not quietly replaced by one's own."""
        with pytest.raises(NotFound) as refused:
            world.desk.audit.show(boss(world), AuditFilter(site=site))

        assert refused.value.message == NotFound(f"site {site}").message

    def test_a_mistyped_site_is_not_answered_like_a_quiet_one(self, world: World) -> None:
        """AUD-07: support reads that there is no such site, not that nothing happened there; the same for an export."""
        wanted = AuditFilter(site="FX999")
        with world.recorded() as events:
            with pytest.raises(NotFound):
                world.desk.audit.show(HOST, wanted)
            with pytest.raises(NotFound):
                world.desk.audit.export(HOST, wanted, lambda _: None)

        assert kinds(events) == []

    def test_a_person_of_another_site_is_answered_like_nobody(self, world: World) -> None:
        """ROL-02: the filter is no way to find out who exists."""
        token = boss(world)
        world.person("bob@bridge.example", BRIDGE)
        messages = set()
        for email in ("bob@bridge.example", "rob@bridge.example"):
            with pytest.raises(NotFound) as refused:
                world.desk.audit.show(token, AuditFilter(person=email))
            messages.add(refused.value.message.replace("rob", "bob"))

        assert len(messages) == 1


class TestFilters:
    """Every part that is given has to fit."""

    def test_by_person_as_actor_or_subject(self, world: World) -> None:
        """Section 3: `--person`."""
        ann, bob = world.person("ann@abbey.example"), world.person("bob@abbey.example")
        world.sign_in(ann)
        world.sign_in(bob)

        events = read(world, HOST, AuditFilter(person=ann.email))

        assert {event.subject for event in events} == {ann.id}

    def test_by_site_event_and_time(self, world: World) -> None:
        """Section 3: `--site`, `--event`, `--since`, `--until`."""
        for email, site in (("ann@abbey.example", ABBEY), ("bob@bridge.example", BRIDGE)):
            world.sign_in(world.person(email, site))
            world.clock.advance(60)
        start = world.clock.now() - 120

        assert len(read(world, HOST, AuditFilter(site=" fa111 "))) == 2
        assert len(read(world, HOST, AuditFilter(event="authn_login_success"))) == 2
        assert len(read(world, HOST, AuditFilter(event="no such event"))) == 0
        assert len(read(world, HOST, AuditFilter(since=start + 60))) == 2
        assert len(read(world, HOST, AuditFilter(until=start + 60))) == 2
        assert len(read(world, HOST, AuditFilter(since=start, until=start))) == 0

    def test_the_newest_so_many_oldest_first(self, world: World) -> None:
        """Section 3: `--limit`."""
        for number in range(5):
            fail(world, world.person(f"p{number}@abbey.example"))

        records = world.desk.audit.show(HOST, AuditFilter(limit=3, event="authn_login_fail"))

        assert [record.seq for record in records] == [3, 4, 5]

    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_limit_below_one_is_refused_in_a_sentence(self, world: World, limit: int) -> None:
        """GEN-01: never a traceback."""
        with pytest.raises(BadInput) as refused:
            world.desk.audit.show(HOST, AuditFilter(limit=limit))

        assert refused.value.field == "limit"


class TestReadingIsRecorded:
    """AUD-07: access to the log is in the log."""

    def test_each_reading_is_one_event_with_its_scope(self, world: World) -> None:
        """AUD-07, AUD-01: who looked at whom."""
        token = boss(world)
        ann = world.person("ann@abbey.example")
        with world.recorded() as events:
            world.desk.audit.show(token, AuditFilter(person=ann.email))

        assert kinds(events) == [Event.AUDIT_READ]
        assert (events[0].site, events[0].subject, events[0].reason) == (ABBEY, ann.id, "read")
        assert (events[0].actor_role, events[0].session) == ("admin", token.session_id)

    def test_checking_the_log_is_recorded(self, world: World) -> None:
        """AUD-15: when it held."""
        with world.recorded() as events:
            verdict = world.desk.audit.verify(HOST)

        assert verdict.ok
        assert [(event.event, event.reason) for event in events] == [(Event.AUDIT_READ, "verified")]

    def test_a_broken_log_is_reported_and_recorded_as_critical(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """AUD-15, AUD-06: the verdict comes first."""
        broken = AuditVerdict(ok=False, records=3, head="", first_bad=2, problem="It is broken.")
        monkeypatch.setattr(world.store, "verify_audit", lambda: broken)
        with world.recorded() as events:
            assert world.desk.audit.verify(HOST) is broken

        assert [(event.reason, event.outcome, event.severity) for event in events] == [
            ("verify_failed", Outcome.FAILURE, Severity.CRITICAL)
        ]

    @pytest.mark.parametrize("trouble", ["full", "damaged"])
    def test_the_verdict_is_given_even_where_nothing_can_be_recorded_any_more(
        self, world: World, trouble: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """AUD-06: a damaged log must not hide that it is."""
        if trouble == "full":
            world.store.disk_full = True
        else:

            def damaged() -> None:
                raise IntegrityFailure("The store is damaged.")

            monkeypatch.setattr(world.store, "transaction", damaged)

        assert world.desk.audit.verify(HOST).ok

    @pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
    def test_only_support_and_the_command_line_check_the_whole_log(
        self, world: World, role: str
    ) -> None:
        """AUD-07: it is everybody's log."""
        token = world.session_of(world.person("jo@abbey.example", role=role).id)

        with pytest.raises(NotPermitted):
            world.desk.audit.verify(token)
