"""A locum who has an account is let in again by telephone until midnight, with what they have; nobody is let in otherwise."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome, Severity
from pomfa_tui.domain.errors import (
    LocumCallOver,
    LocumIsIn,
    LocumNotByPhone,
    NoSiteToday,
    Refusal,
    SignInRefused,
)
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.locum_passes import PassGiven
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.steps import NeedNewPassword
from pomfa_tui.services.views import Issued
from tests.house import ABBEY, BRIDGE, CASTLE
from tests.members import Member
from tests.office import refused
from tests.telephone import Telephone
from tests.world import attempt_of

LEE = NewRequest("locum", "Lee Locum", "lee@locum.example", "01632 960123", ABBEY)
TODAY, FRIDAY, LATER = date(2026, 1, 5), date(2026, 1, 2), date(2026, 1, 12)


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


def lee(
    line: Telephone, *sites: str, starts: date | None = None, ends: date | None = FRIDAY
) -> Member:
    """Somebody whose pass ended on Friday."""
    return line.pharmacy.person(LEE.email, *(sites or (ABBEY,)), starts=starts, ends=ends)


def ring(line: Telephone) -> tuple[str, str]:
    """File a request, read the challenge out and have it answered; return the request's number and the response."""
    reference = line.pharmacy.desk.filing.file(None, LEE)
    shown = line.pharmacy.desk.locum_calls.call(reference)
    return reference, line.answer(shown.text, LEE.email).response


def let_in(line: Telephone) -> Issued | PassGiven:
    """Have the whole call."""
    return line.pharmacy.desk.locum_calls.respond(*ring(line))


def turned_away(line: Telephone) -> Refusal:
    """Have the whole call, for nothing."""
    called = ring(line)
    refusal = refused(lambda: line.pharmacy.desk.locum_calls.respond(*called))
    assert refusal is not None
    return refusal


def new_locum(line: Telephone) -> Member:
    """Have the call of a new locum whose terminal dies before anybody reads the code."""
    issued = let_in(line)
    assert isinstance(issued, Issued)
    return Member(issued.person.id, LEE.email, "", line.jo.phone, slip=issued.activation_code)


def only(events: list[AuditEvent], event: Event) -> AuditEvent:
    """Return the one event of its kind."""
    (found,) = [each for each in events if each.event is event]
    return found


def pass_of_today(job: JobTitle = JobTitle.PHARMACIST) -> Membership:
    """Return what a call gives."""
    return Membership(site=ABBEY, role=SiteRole.STAFF, job=job, starts=TODAY, ends=TODAY)


# -- A pass that has ended ----------------------------------------------------------------------------------------------


def test_a_returning_locum_signs_in_with_what_they_have_until_midnight(line: Telephone) -> None:
    """Rules 12, 13, 30: one login for good; the pass is good for today, and no code is handed out."""
    world = line.pharmacy
    member = lee(line)
    with pytest.raises(NoSiteToday, match="Press F2"):
        world.sign_in(member)
    before = world.credentials(member)

    given = let_in(line)
    assert isinstance(given, PassGiven)
    assert (given.person.id, given.site) == (member.id, ABBEY)
    assert world.account(member).memberships == (pass_of_today(),)
    assert world.credentials(member) == before
    world.sign_in(member)
    world.clock.advance(days=1)
    with pytest.raises(NoSiteToday):
        world.sign_in(member)


def test_a_locum_of_another_pharmacy_of_this_store_keeps_everything_there(line: Telephone) -> None:
    """Rules 11, 12, 14: one more tie, with the job they have; the others are not touched."""
    world = line.pharmacy
    member = lee(line, BRIDGE, CASTLE)
    there = world.account(member).memberships
    assert isinstance(let_in(line), PassGiven)
    assert world.account(member).memberships == (*there, pass_of_today())


def test_both_are_told_and_it_is_recorded_with_the_challenge(line: Telephone) -> None:
    """Rules 21, 32; ENR-16: who answered, how the identity was checked and why stand in the helpdesk's log under the same challenge."""
    world = line.pharmacy
    member = lee(line)
    ann = world.person("ann@abbey.example", role="admin")
    with world.recorded() as here, line.helpdesk.recorded() as there:
        let_in(line)

    changed, given = only(here, Event.AUTHZ_CHANGED), only(there, Event.PHONE_HELP)
    assert (changed.actor, changed.actor_role) == ("helpdesk:telephone", "support")
    assert (changed.subject, changed.site, changed.reason) == (member.id, ABBEY, "pass_given")
    assert (changed.severity, changed.detail["to"]) == (Severity.WARNING, "2026-01-05")
    assert changed.detail["challenge"] == given.detail["challenge"]
    assert only(here, Event.REQUEST_CLOSED).subject == member.id
    assert given.detail["identity"] == "called-back"
    (act,) = world.desk.evidence.report(world.session_of(ann.id)).acts
    assert (act.what, act.by, act.site) == ("linked", "the helpdesk", ABBEY)
    for who, kind in ((member, NoticeKind.LET_IN), (ann, NoticeKind.LOCUM_SET_UP)):
        (notice,) = world.account(who).notices
        assert (notice.kind, notice.by, notice.site) == (kind, "the helpdesk", ABBEY)


def test_a_response_lets_in_once(line: Telephone) -> None:
    """A03, A22: typed again it gives nothing."""
    lee(line)
    called = ring(line)
    respond = line.pharmacy.desk.locum_calls.respond
    assert isinstance(respond(*called), PassGiven)
    assert isinstance(refused(lambda: respond(*called)), LocumCallOver)


# -- Who is let in by nobody's call -------------------------------------------------------------------------------------


def test_whoever_may_sign_in_today_is_told_to(line: Telephone) -> None:
    """Nothing is changed; a lost phone is for the phone reset."""
    member = lee(line, ends=TODAY)
    before = line.pharmacy.account(member)
    assert isinstance(turned_away(line), LocumIsIn)
    assert line.pharmacy.account(member) == before


@pytest.mark.parametrize(
    ("role", "site", "found"),
    [
        ("support", ABBEY, "more_than_staff"),
        ("commissioner", ABBEY, "more_than_staff"),
        ("admin", ABBEY, "more_than_staff"),
        ("admin", BRIDGE, "more_than_staff"),
    ],
)
def test_nobody_who_may_do_more_than_staff_is_touched(
    line: Telephone, role: str, site: str, found: str
) -> None:
    """Rules 10, 11, ROL-04: also where their own dates are over."""
    world = line.pharmacy
    member = world.person(LEE.email, site, role=role, ends=FRIDAY)
    before = (world.account(member), world.credentials(member))
    with world.recorded() as events:
        assert isinstance(turned_away(line), LocumNotByPhone)
    assert (world.account(member), world.credentials(member)) == before
    refusal = events[-1]
    assert (refusal.event, refusal.outcome) == (Event.PHONE_HELP, Outcome.FAILURE)
    assert (refusal.subject, refusal.detail["account"]) == (member.id, found)


@pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT])
def test_an_account_that_is_off_stays_off(line: Telephone, state: PersonState) -> None:
    """Rule 14, REC-11: whoever left or was switched off comes back by an administrator."""
    world = line.pharmacy
    member = lee(line)
    world.set_person(member, state=state)
    before = world.account(member)
    assert isinstance(turned_away(line), LocumNotByPhone)
    assert world.account(member) == before


def test_a_link_that_somebody_ended_stays_ended(line: Telephone) -> None:
    """Rule 14: only a date that is over is renewed, never a decision."""
    world = line.pharmacy
    member = lee(line, ABBEY, BRIDGE, ends=None)
    here, there = world.account(member).memberships
    ended = msgspec.structs.replace(here, ended_at=world.clock.now())
    world.set_person(member, memberships=(ended, there))
    assert isinstance(turned_away(line), LocumNotByPhone)
    assert world.account(member).memberships == (ended, there)


def test_a_pass_that_begins_later_is_not_brought_forward(line: Telephone) -> None:
    member = lee(line, starts=LATER, ends=LATER)
    assert isinstance(turned_away(line), LocumNotByPhone)
    assert line.pharmacy.account(member).memberships[0].starts == LATER


# -- A code that nobody read --------------------------------------------------------------------------------------------


def test_a_code_that_was_lost_before_its_use_is_given_anew_by_another_call(
    line: Telephone,
) -> None:
    """Rule 17: a terminal may die before the code is on paper; newest wins, and nobody is created twice."""
    world = line.pharmacy
    lost = new_locum(line)
    with world.recorded() as events:
        again = let_in(line)
    assert isinstance(again, Issued)
    assert again.person.id == lost.id
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(lost.email, lost.slip)
    step = world.desk.sign_in.offer_password(lost.email, again.activation_code)
    assert isinstance(step, NeedNewPassword)
    record = only(events, Event.PASSWORD_CHANGED)
    assert (record.subject, record.reason, record.site) == (lost.id, "code_again", ABBEY)
    assert Event.AUTHZ_CHANGED not in {each.event for each in events}


def test_on_a_later_day_it_comes_with_a_pass_for_that_day(line: Telephone) -> None:
    world = line.pharmacy
    lost = new_locum(line)
    world.clock.advance(days=1)
    line.helpdesk.clock.advance(days=1)
    again = let_in(line)
    assert isinstance(again, Issued)
    (tie,) = world.account(lost).memberships
    assert (tie.starts, tie.ends) == (date(2026, 1, 6), date(2026, 1, 6))
    attempt_of(world.desk.sign_in.offer_password(lost.email, again.activation_code))


@pytest.mark.parametrize(
    ("site", "starts", "ends"),
    [(ABBEY, None, None), (ABBEY, None, LATER), (ABBEY, LATER, LATER), (BRIDGE, None, TODAY)],
)
def test_no_code_is_given_for_an_account_that_is_good_for_more_than_the_pass(
    line: Telephone, site: str, starts: date | None, ends: date | None
) -> None:
    """Rule 17: somebody whom an administrator invited for good is handed a new code by an administrator."""
    world = line.pharmacy
    member = world.newcomer(LEE.email, site)
    (tie,) = world.account(member).memberships
    world.set_person(member, memberships=(msgspec.structs.replace(tie, starts=starts, ends=ends),))
    before = world.credentials(member)
    assert isinstance(turned_away(line), LocumNotByPhone)
    assert world.credentials(member) == before


def test_no_code_is_given_for_an_account_that_was_ever_paired(line: Telephone) -> None:
    """A28: whoever left and was linked again waits for support's code; a call is no reset of both factors."""
    world = line.pharmacy
    member = lee(line)
    world.reset_mfa(member)
    world.set_credentials(member, password=None, activation=None)
    world.set_person(member, state=PersonState.INVITED)
    before = world.credentials(member)
    assert isinstance(turned_away(line), LocumNotByPhone)
    assert world.credentials(member) == before
