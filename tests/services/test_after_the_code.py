"""What a right code leads to, and what stands against it: the clock, the disk, the calendar (rules 13, 27)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

import msgspec
import pytest

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import (
    AttemptEnded,
    ClockMovedBack,
    CodeUsed,
    NoSiteToday,
    SealBroken,
    Unavailable,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.steps import (
    NeedCode,
    NeedNewPassword,
    SignedIn,
    Step,
)
from pomfa_tui.store.base import TablesTransaction
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import Member
from tests.world import World


def offer(world: World, member: Member, code: str) -> Step:
    """Type password and code."""
    return world.desk.sign_in.offer_code(world.reach_code(member).attempt, code)


class TestClock:
    """The host's clock is part of the lock."""

    def test_a_clock_that_ran_backwards_is_named_and_recorded(self, world: World) -> None:
        """TOTP-10, A42, AUD-15: refused, critical in the log, not counted, shown to whoever is signed in."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(world.person("ann@abbey.example"))
        step = world.reach_code(jo)
        world.clock.set_back(3600)
        code = jo.phone.code()

        with world.recorded() as events, pytest.raises(ClockMovedBack, match="about 60 minutes"):
            world.desk.sign_in.offer_code(step.attempt, code)

        assert kinds(events) == [Event.CLOCK_MOVED_BACK]
        assert events[0].severity is Severity.CRITICAL
        assert world.credentials(jo).code_counter.failures == 0
        notices = world.desk.home.show(token).notices
        assert any("clock has moved back" in notice.text for notice in notices)

    def test_setting_the_clock_right_restores_service(self, world: World) -> None:
        """TOTP-10: even within the same attempt."""
        jo = world.person("jo@abbey.example")
        world.sign_in(world.person("ann@abbey.example"))
        step = world.reach_code(jo)
        world.clock.set_back(3600)
        with pytest.raises(ClockMovedBack):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        world.clock.set_forward(3600)

        assert isinstance(world.desk.sign_in.offer_code(step.attempt, jo.phone.code()), SignedIn)

    def test_a_time_service_may_step_back_a_little(self, world: World) -> None:
        """Rule 27: five seconds are no attack."""
        jo = world.person("jo@abbey.example")
        world.sign_in(world.person("ann@abbey.example"))
        world.clock.set_back(5)
        assert isinstance(offer(world, jo, jo.phone.code(+1)), SignedIn)
        world.clock.set_back(6)

        with pytest.raises(ClockMovedBack):
            offer(world, jo, jo.phone.code(+2))

    def test_a_code_used_before_the_clock_was_set_back_stays_used(self, world: World) -> None:
        """A42: nothing comes back to life within the tolerance either."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code()
        offer(world, jo, code)
        world.clock.set_back(5)

        with pytest.raises(CodeUsed):
            offer(world, jo, code)


class TestAfterTheCode:
    """What a right code leads to, and what it survives."""

    def test_the_code_is_used_up_even_when_there_is_no_site_today(self, world: World) -> None:
        """TOTP-06: the refusal after it does not bring the code back."""
        jo = world.person("jo@abbey.example", ends=date(2025, 12, 31))
        with world.recorded() as events, pytest.raises(NoSiteToday, match="your pass has ended"):
            offer(world, jo, jo.phone.code())
        assert kinds(events) == [Event.SIGN_IN_FAILED]
        assert events[0].reason == "no_site"
        assert world.sessions(jo) == []

        with pytest.raises(CodeUsed):
            offer(world, jo, jo.phone.code())

    def test_no_site_today_ends_the_attempt(self, world: World) -> None:
        """ENR-19: there is nothing to go on with."""
        jo = world.person("jo@abbey.example", ends=date(2025, 12, 31))
        step = world.reach_code(jo)
        with pytest.raises(NoSiteToday):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        with pytest.raises(AttemptEnded):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code(+1))

    def test_a_full_disk_leaves_code_and_attempt_as_they_were(self, world: World) -> None:
        """AUD-08, A36: no record, no sign-in; the same code works when there is room again."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        world.store.disk_full = True
        with pytest.raises(Unavailable):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        world.store.disk_full = False
        assert world.sessions(jo) == []

        assert isinstance(world.desk.sign_in.offer_code(step.attempt, jo.phone.code()), SignedIn)

    def test_a_code_whose_commit_failed_is_not_believed(self, world: World) -> None:
        """A19: the next step does not go through on the strength of it."""
        locum = world.person("lee@locum.example", ABBEY, BRIDGE)
        step = world.reach_code(locum)
        world.store.disk_full = True
        with pytest.raises(Unavailable):
            world.desk.sign_in.offer_code(step.attempt, locum.phone.code())
        world.store.disk_full = False

        with pytest.raises(Exception, match="not due yet"):
            world.desk.sign_in.choose_site(step.attempt, ABBEY)

    def test_a_damaged_seal_is_a_critical_event_and_lets_nobody_in(self, world: World) -> None:
        """A33, AUD-11: a secret moved over from another account does not open."""
        jo, ann = world.person("jo@abbey.example"), world.person("ann@abbey.example")
        mine, theirs = world.credentials(jo).authenticator, world.credentials(ann).authenticator
        assert mine is not None
        assert theirs is not None
        moved = msgspec.structs.replace(theirs, sealed=mine.sealed)
        world.set_credentials(ann, authenticator=moved)
        step = world.reach_code(ann)

        with world.recorded() as events, pytest.raises(SealBroken):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        assert kinds(events) == [Event.DECRYPT_FAILED]
        assert (events[0].outcome, events[0].severity) == (Outcome.FAILURE, Severity.CRITICAL)
        assert (events[0].subject, events[0].detail) == (ann.id, {"authenticator": theirs.id})
        assert world.sessions(ann) == []

    def test_somebody_disabled_between_password_and_code_is_stopped(self, world: World) -> None:
        """A28: state is read at every step, and the stop is recorded."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)
        world.set_person(jo, state=PersonState.DISABLED)

        with world.recorded() as events, pytest.raises(AttemptEnded):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

        assert [(event.event, event.reason) for event in events] == [
            (Event.SIGN_IN_FAILED, "attempt_ended")
        ]

    def test_after_the_code_there_is_time_to_choose_a_password(self, world: World) -> None:
        """SES-17, rule 20: three minutes are for the code; choosing takes longer."""
        jo = world.person("jo@abbey.example")
        world.reset_password(jo)
        step = world.desk.sign_in.offer_password(jo.email, jo.slip)
        assert isinstance(step, NeedCode)
        asked = world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        assert isinstance(asked, NeedNewPassword)
        world.clock.advance(minutes=9)

        assert isinstance(
            world.desk.new_passwords.choose(asked.attempt, "nine copper kettles whistle"), SignedIn
        )


def test_the_vault_is_warm_before_anybody_waits_at_the_lock_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Architecture 2: critical sections are short, and a library takes tens of milliseconds to load."""
    jo, ann = world.person("jo@abbey.example"), world.newcomer("ann@abbey.example")
    used = world.vault.used
    step = world.reach_code(jo)
    assert world.vault.used > used
    world.desk.sign_in.leave(step.attempt)
    offer = world.reach_pairing(ann)
    used, transaction = world.vault.used, world.store.transaction

    def find_it_warm() -> AbstractContextManager[TablesTransaction]:
        assert world.vault.used > used
        return transaction()

    monkeypatch.setattr(world.store, "transaction", find_it_warm)
    world.desk.pairing.confirm(offer.attempt, ann.phone.code())
