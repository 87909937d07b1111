"""The evidence report: who may have it, and what it counts (rule 33)."""

from __future__ import annotations

from datetime import date
from typing import Never

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    BadInput,
    NotFound,
    NotPermitted,
    Refusal,
    SignInRefused,
    Unavailable,
)
from pomfa_tui.domain.london import london_moment
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services import breach_text, evidence_text
from pomfa_tui.services.reporting import ReportForm
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.office import REASON, why
from tests.world import World


def test_administrators_get_their_own_site_alone(world: World) -> None:
    """Rule 33, ROL-02: another site is not found."""
    boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
    world.person("far@bridge.example", BRIDGE)
    token = world.sign_in(boss)
    report = world.desk.evidence.report(token)
    assert (report.site, report.people, [each.code for each in report.sites]) == (ABBEY, 1, [ABBEY])
    with pytest.raises(NotFound):
        world.desk.evidence.report(token, site=BRIDGE)


@pytest.mark.parametrize("role", ["staff", "commissioner"])
def test_nobody_else_gets_it(world: World, role: str) -> None:
    """AUD-07: refused and recorded."""
    token = world.sign_in(world.person("jo@abbey.example", role=role))
    with world.recorded() as events, pytest.raises(NotPermitted):
        world.desk.evidence.report(token)
    assert kinds(events) == [Event.AUTHZ_FAILED]


def test_a_file_takes_a_fresh_code_and_the_screen_does_not(world: World) -> None:
    """Rule 22: exports."""
    token = world.sign_in(world.person("boss@abbey.example", role="admin"))
    world.clock.advance(minutes=4)
    world.desk.sessions.touch(token)
    world.clock.advance(minutes=2)
    assert world.desk.evidence.report(token).people == 1
    with pytest.raises(Refusal) as refused:
        world.desk.evidence.report(token, for_file=True)
    assert refused.value.code == "step_up_needed"


def test_dormant_accounts_are_counted_by_their_days(world: World) -> None:
    """Rule 33: 30, 60, 90; who never signed in counts from the day they were added; who is switched off does not."""
    for days in (10, 30, 61, 95):
        member = world.person(f"d{days}@abbey.example")
        world.set_person(member, last_sign_in=world.clock.now() - days * 86400)
    never = world.newcomer("never@abbey.example")
    world.set_person(never, created_at=world.clock.now() - 200 * 86400)
    off = world.person("off@abbey.example", state=PersonState.DISABLED)
    world.set_person(off, last_sign_in=world.clock.now() - 300 * 86400)
    report = world.desk.evidence.report(HOST, site=ABBEY)
    assert report.dormant == {30: 4, 60: 3, 90: 2}
    assert (report.people, report.enrolled, report.disabled) == (5, 4, 1)


def test_people_of_several_sites_count_once(world: World) -> None:
    world.person("lee@locum.example", ABBEY, BRIDGE)
    world.person("help@desk.example", role="support")
    report = world.desk.evidence.report(HOST)
    assert report.people == 1
    assert [each.people for each in report.sites] == [1, 1, 0]


def test_a_refused_check_and_a_lock_are_part_of_it(world: World) -> None:
    """Rules 21, 24."""
    from pomfa_tui.domain.permissions import Action

    ann = world.person("ann@abbey.example", name="Ann")
    world.desk.office.resets.not_verified(HOST, ann.id, Action.RESET_MFA, REASON)
    for _ in range(10):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(ann.email, "wrong")
    report = world.desk.evidence.report(HOST, site=ABBEY)
    assert report.kinds()["refused, identity not verified"] == 1
    assert (report.locked, report.checks()) == (1, {})
    assert dict(evidence_text.facts(report))["Locked out"] == "1 time by too many tries"


def test_the_year_of_the_toolkit_begins_in_july(world: World) -> None:
    """The default period; the world's today is in January."""
    report = world.desk.evidence.report(HOST)
    assert (report.first, report.last) == (date(2025, 7, 1), date(2026, 1, 5))
    summer = world.desk.evidence.report(HOST, last=date(2026, 7, 1))
    assert summer.first == date(2026, 7, 1)
    with pytest.raises(BadInput) as refused:
        world.desk.evidence.report(HOST, first=date(2026, 2, 1), last=date(2026, 1, 1))
    assert refused.value.field == "until"


def test_a_period_may_reach_to_both_ends_of_the_calendar(world: World) -> None:
    """GEN-05: for ever, as people type it; for the breach report its beginning."""
    world.desk.office.resets.reset_mfa(HOST, world.person("ann@abbey.example").id, why())
    report = world.desk.evidence.report(HOST, first=date.min, last=date.max)
    assert sum(report.kinds().values()) == 1
    assert "31 Dec 9999" in evidence_text.text(report)
    assert world.desk.evidence.report(HOST, last=date.min).first == date.min
    breach = world.desk.breach.report(HOST, since=london_moment(date.min))
    assert "From 1 Jan 1970" in breach_text.text(breach)


def test_the_words_say_what_is_missing(world: World) -> None:
    """Rules 8, 33: one administrator, no review yet."""
    boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
    ann = world.person("ann@abbey.example", name="Ann")
    world.desk.office.resets.reset_mfa(HOST, ann.id, why())
    facts = dict(evidence_text.facts(world.desk.evidence.report(world.sign_in(boss))))
    assert facts["Administrators"] == "Bo Ss; two or more are wanted"
    assert facts["MFA in use"] == "yes: 1 of 2 people enrolled"
    assert facts[""] == "1 cannot sign in before they pair, 1 of them after a reset"
    assert facts["Access review"] == "none yet, due by 7 Apr 2026"
    assert facts["Identity checks"] == "1 In person"


def test_no_file_is_on_record_where_none_could_be_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-07, rule 32: for either report, the file comes first; what is recorded as saved was saved."""

    def full(stem: str, suffix: str) -> Never:
        raise Unavailable(f"No room for {stem}{suffix}.")

    desk, now = world.desk, world.clock.now()
    assert desk.evidence.save(HOST, ReportForm.TEXT).place == "exports/evidence.txt"
    assert desk.breach.save(HOST, ReportForm.TABLE, since=now).place == "exports/affected.csv"
    monkeypatch.setattr(world.exports, "new_file", full)
    with world.recorded() as events:
        with pytest.raises(Unavailable):
            desk.evidence.save(HOST, ReportForm.TEXT)
        with pytest.raises(Unavailable):
            desk.breach.save(HOST, ReportForm.TABLE, since=now)
    assert kinds(events) == []
