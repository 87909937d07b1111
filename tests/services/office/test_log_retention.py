"""Records of the audit log that are too old leave it, from its beginning and behind a checkpoint (AUD-10)."""

from __future__ import annotations

from datetime import date

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event, Head, follows
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.services import evidence_text, log_retention
from pomfa_tui.services.audit_pages import AuditPage
from pomfa_tui.services.audit_scope import AuditFilter
from tests.house import HOST
from tests.world import World, make_world


def record(world: World, reason: str, *, times: int = 1, subject: str | None = None) -> None:
    """Have something recorded at this moment."""
    made = AuditEvent(
        at=world.clock.now(),
        event=Event.USER_UPDATED,
        reason=reason,
        actor=HOST.actor_id,
        subject=subject,
        terminal="pts/7",
        pid=1,
        version="0",
    )
    with world.store.transaction() as tx:
        for _ in range(times):
            tx.audit.append(made)


def reasons(world: World) -> list[str | None]:
    """Return the reasons of everything that is left."""
    return [event.reason for event in world.events()]


def forget(world: World) -> None:
    """Start the program again, which forgets what is kept no longer."""
    world.restart().office.retention.forget()


def test_after_thirteen_months_the_old_records_are_gone_and_the_chain_verifies(
    world: World,
) -> None:
    """AUD-10, AUD-01: one event says how many up to when; the checkpoint says where the chain stood; what is younger stays."""
    record(world, "old", times=3)
    then = world.clock.now()
    last = list(world.store.audit_records())[-1]
    world.clock.advance(days=60)
    record(world, "younger")
    forget(world)
    assert reasons(world).count("old") == 3
    world.clock.advance(days=336)

    forget(world)

    assert reasons(world) == ["younger", "audit_log"]
    purged = world.events()[-1]
    assert (purged.event, purged.actor) == (Event.PURGED, "program")
    assert purged.detail == {
        "records": str(last.seq),
        "upto": str(last.seq),
        "recorded": "2026-01-05T08:00:00Z",
    }
    gone = world.store.audit_checkpoint()
    assert gone is not None
    assert (gone.seq, gone.hash, gone.at, gone.made_at) == (
        last.seq,
        last.hash,
        then,
        world.clock.now(),
    )
    verdict = world.desk.audit.verify(HOST)
    assert (verdict.ok, verdict.dropped) == (True, last.seq)
    assert follows(next(world.store.audit_records()), Head(seq=last.seq, hash=last.hash))


def test_once_a_day_and_nothing_where_nothing_is_old(world: World) -> None:
    """AUD-10: the next start of the same day changes nothing, not even by a record."""
    record(world, "first")
    world.clock.advance(hours=20)
    record(world, "next day")
    world.clock.advance(days=365)
    forget(world)
    assert reasons(world) == ["next day", "audit_log"]
    before = world.store.changes()
    forget(world)
    world.clock.advance(hours=2)
    forget(world)
    assert world.store.changes() == before
    world.clock.advance(days=1)
    forget(world)
    assert reasons(world) == ["audit_log", "audit_log"]


def test_a_long_log_goes_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """AUD-10: bounded work at each start, until nothing old is left."""
    monkeypatch.setattr(log_retention, "PORTION", 10)
    record(world, "old", times=25)
    world.clock.advance(days=400)
    left = []
    for _ in range(4):
        forget(world)
        left.append(reasons(world).count("old"))
    assert left == [15, 5, 0, 0]
    assert world.store.verify_audit().ok


def test_the_records_of_the_toolkits_year_stay_however_short_the_time_is() -> None:
    """AUD-10, rule 33: the evidence of the current year is complete until it ends."""
    world = make_world(audit_months=6)
    record(world, "in January")
    world.clock.advance(days=200)
    record(world, "in July")
    forget(world)
    assert reasons(world) == ["in July", "audit_log"]
    world.clock.advance(days=300)
    forget(world)
    assert reasons(world) == ["in July", "audit_log"]
    world.clock.advance(days=60)
    forget(world)
    assert reasons(world) == ["audit_log"]


def test_what_was_not_forwarded_stays_but_never_longer_than_two_years(world: World) -> None:
    """AUD-09, AUD-10: where forwarding is not in use, nothing waits for it."""
    record(world, "old", times=5)
    world.clock.advance(days=400)
    world.forwarded.number = 2
    forget(world)
    assert reasons(world) == ["old", "old", "old", "audit_log"]
    sent: list[int] = []
    world.desk.audit.forward(HOST, lambda each: sent.append(each.seq))
    assert sent == [3, 4, 5, 6]
    record(world, "unsent")
    forget(world)
    assert reasons(world) == ["audit_log", "unsent", "audit_log"]
    world.clock.advance(days=500)
    forget(world)
    assert reasons(world) == ["unsent", "audit_log", "audit_log"]
    world.clock.advance(days=235)
    forget(world)
    assert reasons(world) == ["audit_log", "audit_log"]
    world.desk.audit.forward(HOST, lambda each: sent.append(each.seq))
    assert sent[4:] == [each.seq for each in world.store.audit_records()]


def test_a_mark_of_another_store_counts_as_nothing_forwarded(world: World) -> None:
    """AUD-09: the next run begins anew, so everything has still to be sent."""
    record(world, "old")
    world.clock.advance(days=400)
    world.forwarded.number = 1000
    forget(world)
    assert reasons(world) == ["old"]


def test_a_record_that_does_not_fit_the_chain_is_not_dropped(world: World) -> None:
    """AUD-06, AUD-10: nor any after it; dropping them would hide that it was changed."""
    record(world, "old", times=5)
    line = world.store._log[2]
    world.store._log[2] = line.replace(b'"old"', b'"odd"')
    world.clock.advance(days=400)
    forget(world)
    assert reasons(world) == ["odd", "old", "old", "audit_log"]
    forget(world)
    assert len(reasons(world)) == 4
    assert world.store.verify_audit().first_bad == 3


def test_a_record_from_a_clock_that_ran_ahead_keeps_what_comes_after_it(world: World) -> None:
    """Rule 27, AUD-10: only the beginning of the log is ever dropped."""
    record(world, "old")
    world.clock.set_forward(1000 * 86400)
    record(world, "ahead")
    world.clock.set_back(1000 * 86400)
    record(world, "old too")
    world.clock.advance(days=400)
    forget(world)
    assert reasons(world) == ["ahead", "old too", "audit_log"]


def test_a_purge_that_cannot_be_recorded_drops_nothing(world: World) -> None:
    """AUD-08: no record, no change."""
    record(world, "old")
    world.clock.advance(days=400)
    desk = world.restart()
    world.store.disk_full = True
    with pytest.raises(Unavailable):
        desk.office.retention.forget()
    world.store.disk_full = False
    assert reasons(world) == ["old"]
    assert world.store.audit_checkpoint() is None


def test_two_terminals_that_start_at_once_drop_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-13: the second finds the checkpoint of the first."""
    record(world, "old", times=3)
    world.clock.advance(days=400)
    slow = world.another_terminal().office.retention
    begin = world.store.transaction

    def after_another() -> object:
        monkeypatch.setattr(world.store, "transaction", begin)
        forget(world)
        return begin()

    monkeypatch.setattr(world.store, "transaction", after_another)
    slow.forget()
    assert reasons(world) == ["audit_log"]


def numbers(page: AuditPage) -> list[int]:
    """Return the numbers of the records on a page."""
    return [line.record.seq for line in page.lines]


def test_pages_that_are_open_go_on_without_the_dropped_records(world: World) -> None:
    """Rule 32, AUD-10: numbers and totals fit, for everything and for a filter that was looked through before."""
    sue = world.person("sue@example.org", role="support")
    record(world, "old", times=30)
    world.clock.advance(days=200)
    record(world, "younger", times=30)
    token = world.sign_in(sue)
    some = AuditFilter(kinds=frozenset({Event.USER_UPDATED}))
    pages = world.desk.audit.page
    assert pages(token, some, size=20).total == 60
    assert numbers(pages(token, some, size=20, offset=40))[-1] == 1
    retention = world.desk.office.retention
    world.clock.advance(days=200)
    retention.forget()

    token = world.sign_in(sue)
    page = pages(token, some, size=20)
    assert page.total == 30
    last = pages(token, some, size=20, offset=999)
    assert (last.offset, numbers(last)) == (20, list(range(40, 30, -1)))
    whole = pages(token, AuditFilter(), size=20, offset=9999)
    assert numbers(whole)[-1] == 31
    assert whole.total == world.store.audit_count() - 30


def test_evidence_of_a_period_whose_records_are_gone_in_part_says_so(world: World) -> None:
    """Rule 33, AUD-10: plainly, in its second line; a period behind them says nothing."""
    record(world, "old", times=2)
    world.clock.advance(days=400)
    forget(world)
    report = world.desk.evidence.report(HOST, first=date(2026, 1, 1))
    assert list(evidence_text.facts(report))[1] == (
        "Not counted",
        "what was done up to 5 Jan 2026: records so old are dropped",
    )
    assert evidence_text.document(report)["gone_until"] == "2026-01-05T08:00:00Z"
    assert "gone_until,2026-01-05T08:00:00Z" in evidence_text.table(report)
    assert "records so old are dropped" in evidence_text.text(report)
    report = world.desk.evidence.report(HOST, first=date(2026, 1, 6))
    assert "Not counted" not in dict(evidence_text.facts(report))
    assert evidence_text.document(report)["gone_until"] is None
    assert "gone_until" not in evidence_text.table(report)


def test_a_copy_of_personal_data_and_ones_own_sign_ins_hold_what_is_left(world: World) -> None:
    """PRI-04, AUD-10: nothing fails because older records are gone."""
    jo = world.person("jo@abbey.example")
    record(world, "old", subject=jo.id)
    world.clock.advance(days=400)
    forget(world)
    token = world.sign_in(jo)
    assert len(world.desk.office.account.sign_ins(token)) == 1
    data = world.desk.office.privacy.own_data(token)
    assert "old" not in {each["reason"] for each in data["records"]}
    assert len(data["records"]) == 3
    assert data["records_dropped_until"] == "2026-01-05T08:00:00Z"
