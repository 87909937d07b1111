"""The breach report: who may have it, and whom it names (PRI-05)."""

from __future__ import annotations

import csv
import io

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound, NotPermitted, Refusal, SignInRefused
from pomfa_tui.services import breach_text
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.breach_figures import Affected, Breach, Doing
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.office import why
from tests.world import World


def named(report: Breach) -> dict[str, Affected]:
    """Return the people of a report by their names."""
    return {each.name: each for each in report.people}


@pytest.fixture
def since(world: World) -> int:
    """Let things happen that are too old, and return the moment after them."""
    old = world.person("old@abbey.example", name="Old Times")
    world.sign_in(old)
    world.desk.office.resets.reset_mfa(HOST, old.id, why())
    world.clock.advance(minutes=10)
    return world.clock.now()


def test_it_names_who_was_affected_how_and_where(world: World, since: int) -> None:
    """PRI-05: a fixture in which each thing happens to somebody else; what was before the moment is left out."""
    ann, bob = (world.person(f"{name}@abbey.example", name=name.title()) for name in ("ann", "bob"))
    boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
    world.person("calm@abbey.example", name="Calm")
    world.sign_in(ann)
    world.sign_in(ann)
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(bob.email, "wrong")
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password("nobody@abbey.example", "wrong")
    world.desk.office.resets.reset_mfa(world.sign_in(boss), bob.id, why())
    world.desk.upkeep.record_backup(HOST, seq=9, key_id="0badc0de")
    report = world.desk.breach.report(HOST, since=since)
    people = named(report)
    assert [each.name for each in report.touched()] == ["Ann", "Bo Ss", "Bob"]
    assert people["Ann"].counts == {Doing.SIGNED_IN: 2}
    assert [(use.terminal, use.signed_in) for use in people["Ann"].used] == [("pts/7", 2)]
    assert people["Ann"].email == ann.email
    assert people["Bob"].counts == {Doing.REFUSED: 1, Doing.BY_OTHERS: 1}
    assert people["Bob"].used == ()
    assert people["Bo Ss"].counts == {Doing.SIGNED_IN: 1, Doing.ON_OTHERS: 1}
    assert people["Old Times"].counts == {}
    assert (report.accounts, len(report.people)) == (5, 5)
    assert [(each.what, each.by, each.people) for each in report.copies] == [
        ("backup", "host:root", 5)
    ]
    others = {each.name: each.acts for each in report.outsiders}
    assert others["an unknown e-mail"] == 1


def test_a_copy_holds_those_who_were_there_when_it_was_made(world: World, since: int) -> None:
    """PRI-05: of the whole store, of a site, of one person."""
    ann = world.person("ann@abbey.example", name="Ann")
    world.person("far@bridge.example", BRIDGE, name="Far")
    world.desk.audit.export(HOST, AuditFilter(site=ABBEY), lambda _: None)
    world.desk.office.privacy.data_of(HOST, ann.email)
    world.clock.advance(minutes=1)
    world.person("late@abbey.example", name="Late")
    report = world.desk.breach.report(HOST, since=since)
    copies = {name: each.copies for name, each in named(report).items()}
    assert copies == {"Ann": 2, "Old Times": 1}
    assert [(each.what, each.whose, each.people) for each in report.copies] == [
        ("audit log exported", "", 2),
        ("one person's data given out", "Ann", 1),
    ]


def test_administrators_get_their_own_site_alone(world: World, since: int) -> None:
    """PRI-05, ROL-02: what happened elsewhere is not told, but a backup holds everybody."""
    boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
    far = world.person("far@bridge.example", BRIDGE, name="Far")
    aid = world.person("aid@desk.example", role="support", name="Aid")
    world.sign_in(far)
    world.desk.upkeep.record_backup(HOST, seq=9, key_id="0badc0de")
    world.desk.office.resets.reset_mfa(world.sign_in(aid), boss.id, why())
    boss = world.person("boss2@abbey.example", role="admin", name="Bo Two")
    report = world.desk.breach.report(world.sign_in(boss), since=since)
    assert report.site == ABBEY
    assert [each.name for each in report.people] == ["Bo Ss", "Bo Two", "Old Times"]
    assert [each.what for each in report.copies] == ["backup"]
    assert "Aid" not in breach_text.text(report)
    assert "the helpdesk" in breach_text.text(report)
    with pytest.raises(NotFound):
        world.desk.breach.report(world.sign_in(boss), since=since, site=BRIDGE)


@pytest.mark.parametrize("role", ["staff", "commissioner"])
def test_nobody_else_gets_it(world: World, role: str) -> None:
    """AUD-07, PRI-05: refused and recorded."""
    token = world.sign_in(world.person("jo@abbey.example", role=role))
    with world.recorded() as events, pytest.raises(NotPermitted):
        world.desk.breach.report(token, since=0)
    assert kinds(events) == [Event.AUTHZ_FAILED]


def test_making_it_is_recorded_and_a_file_takes_a_fresh_code(world: World, since: int) -> None:
    """AUD-07, PRI-05, rule 22: who ran it, from which moment on."""
    boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
    token = world.sign_in(boss)
    with world.recorded() as events:
        world.desk.breach.report(token, since=since)
    (record,) = events
    assert (record.event, record.reason, record.actor) == (
        Event.AUDIT_READ,
        "breach_report",
        boss.id,
    )
    assert record.detail == {"since": "2026-01-05T08:10:00Z"}
    world.clock.advance(minutes=4)
    world.desk.sessions.touch(token)
    world.clock.advance(minutes=2)
    with pytest.raises(Refusal) as refused:
        world.desk.breach.report(token, since=since, for_file=True)
    assert refused.value.code == "step_up_needed"


def test_a_moment_to_come_is_refused(world: World) -> None:
    """GEN-05: in words."""
    with pytest.raises(BadInput) as refused:
        world.desk.breach.report(HOST, since=world.clock.now() + 1)
    assert refused.value.field == "since"


def test_a_log_that_does_not_go_back_far_enough_is_told(world: World, since: int) -> None:
    """PRI-05: nothing is passed off as the whole story."""
    ann = world.person("ann@abbey.example", name="Ann")
    world.sign_in(ann)
    records = list(world.store.audit_records())
    cut = records[3:]

    def shortened(start: int = 1) -> object:
        return iter(each for each in cut if each.seq >= start)

    world.store.audit_records = shortened  # type: ignore[method-assign, assignment]
    early = world.desk.breach.report(HOST, since=since - 86400)
    assert early.log_from == cut[0].event.at
    assert "what was before it is not in here" in breach_text.text(early)
    assert world.desk.breach.report(HOST, since=world.clock.now()).log_from is None


def test_the_table_runs_no_formula_and_the_text_fits_a_terminal(world: World, since: int) -> None:
    """AUD-14, PRI-05."""
    evil = world.person("evil@abbey.example", name="=cmd()")
    world.sign_in(evil)
    report = world.desk.breach.report(HOST, since=since)
    rows = list(csv.reader(io.StringIO(breach_text.table(report), newline="")))
    assert any("'=cmd()" in row for row in rows)
    text = breach_text.text(report)
    assert "Something happened to 1 of 2 accounts: 1 signed in" in text
    assert max(len(line) for line in text.splitlines()) <= 100
