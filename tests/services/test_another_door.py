"""Another program's login asks the same lock: same counters, same window, one use of a code, and no session (rules 15, 24, 25)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.errors import (
    CodeLocked,
    CodeMissing,
    CodeOfOldEntry,
    CodeSkewed,
    CodeUsed,
    CodeWrong,
    FactorDisabled,
    NoSiteToday,
    Refusal,
    SignInRefused,
    UnfinishedAccount,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import LetIn
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import Member
from tests.world import World

WHEN_OVER = date(2026, 1, 4)


def knock(world: World, member: Member, code: str | None = None, desk: Desk | None = None) -> LetIn:
    """Try the other door with the right password."""
    typed = member.phone.code() if code is None else code
    return (desk or world.desk).another_door.let_in(member.email, member.password, typed)


class TestLettingIn:
    """Both factors are right."""

    def test_who_proves_both_factors_is_let_in_and_recorded(self, world: World) -> None:
        """The record says which door it was."""
        jo = world.person("jo@abbey.example")

        with world.recorded() as events:
            assert knock(world, jo) == LetIn(person=jo.id, failures=0)

        assert kinds(events) == [Event.SIGN_IN]
        assert events[0].subject == jo.id
        assert events[0].terminal == world.place.terminal
        assert events[0].detail == {"factors": "password + code", "door": "another program"}

    def test_no_session_is_left_behind_and_none_is_ended(self, world: World) -> None:
        """SES-08: three terminals are as many as a person may have; a door takes the place of none."""
        jo = world.person("jo@abbey.example")
        for _ in range(3):
            world.session_of(jo.id)
        before = world.sessions(jo)

        knock(world, jo)

        assert world.sessions(jo) == before

    def test_it_counts_as_the_last_sign_in(self, world: World) -> None:
        """Whoever uses another door is not dormant."""
        jo = world.person("jo@abbey.example")
        knock(world, jo)
        assert world.account(jo).last_sign_in == world.clock.now()

    def test_failures_until_then_are_told_and_then_forgotten(self, world: World) -> None:
        """THR-12: nobody else will tell the owner of them."""
        jo = world.person("jo@abbey.example")
        world.set_credentials(jo, code_counter=Counter(failures=3))

        with world.recorded() as events:
            assert knock(world, jo).failures == 3

        assert kinds(events) == [Event.SIGN_IN_AFTER_FAILURES]
        assert world.credentials(jo).code_counter == Counter()

    def test_somebody_of_several_sites_need_not_choose_one(self, world: World) -> None:
        """Rule 12: one login for all of them."""
        locum = world.person("lou@abbey.example", ABBEY, BRIDGE)
        assert knock(world, locum).person == locum.id

    def test_support_is_let_in(self, world: World) -> None:
        """Support works at no site."""
        sam = world.person("sam@help.example", role="support")
        assert knock(world, sam).person == sam.id


class TestOneLock:
    """What was used or counted at one door is used or counted at all."""

    def test_a_code_works_at_one_door_only(self, world: World) -> None:
        """A06, TOTP-08: neither after the desk, nor at the desk afterwards."""
        jo = world.person("jo@abbey.example")
        world.sign_in(jo)
        with pytest.raises(CodeUsed):
            knock(world, jo)

        world.wait_for_fresh_code(jo)
        knock(world, jo)
        step = world.reach_code(jo)
        with pytest.raises(CodeUsed):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())

    def test_twelve_doors_with_one_code_let_one_in(self, world: World) -> None:
        """A01, TOTP-06."""
        jo = world.person("jo@abbey.example")
        code = jo.phone.code()
        doors = [world.another_terminal(pid=5000 + number) for number in range(12)]

        def answer(desk: Desk) -> str:
            try:
                return type(knock(world, jo, code, desk)).__name__
            except Refusal as refusal:
                return type(refusal).__name__

        with ThreadPoolExecutor(len(doors)) as pool:
            answers = list(pool.map(answer, doors))

        assert answers.count("LetIn") == 1
        assert set(answers) <= {"LetIn", "CodeUsed", "CodeLocked"}

    @pytest.mark.parametrize(("steps", "let_in"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
    def test_the_window_is_the_same(self, world: World, steps: int, let_in: int) -> None:
        """TOTP-05, A05."""
        jo = world.person("jo@abbey.example")
        if let_in:
            assert knock(world, jo, jo.phone.code(steps)).person == jo.id
        else:
            with pytest.raises(CodeSkewed):
                knock(world, jo, jo.phone.code(steps))

    def test_wrong_codes_here_lock_the_desk_too(self, world: World) -> None:
        """THR-10, A12: ten wrong codes, and the right one is refused at every door for a quarter of an hour."""
        jo = world.person("jo@abbey.example")
        for _ in range(9):
            with pytest.raises(CodeWrong):
                knock(world, jo, jo.phone.wrong_code())
        with pytest.raises(CodeLocked):
            knock(world, jo, jo.phone.wrong_code())

        step = world.reach_code(jo)
        with pytest.raises(CodeLocked):
            world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
        world.clock.advance(minutes=15)
        assert knock(world, jo).failures == 10

    def test_wrong_passwords_here_lock_the_desk_too(self, world: World) -> None:
        """THR-10: with the one answer."""
        jo = world.person("jo@abbey.example")
        for _ in range(10):
            with pytest.raises(SignInRefused):
                world.desk.another_door.let_in(jo.email, "wrong", jo.phone.code())

        with pytest.raises(SignInRefused):
            world.offer_password(jo)

    def test_a_hundred_wrong_codes_switch_the_factor_off_here_too(self, world: World) -> None:
        """THR-01."""
        jo = world.person("jo@abbey.example")
        world.set_credentials(jo, code_counter=Counter(failures=100))
        with pytest.raises(FactorDisabled):
            knock(world, jo)

    def test_the_code_of_an_old_entry_is_told_here_too(self, world: World) -> None:
        """Rule 25."""
        jo = world.person("jo@abbey.example")
        old = jo.phone.secret
        world.reset_mfa(jo)
        step = world.offer_password(jo)
        world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)  # type: ignore[union-attr]
        offer = world.desk.pairing.offer(step.attempt)  # type: ignore[union-attr]
        jo.phone.scan(offer.entry)
        world.desk.pairing.confirm(offer.attempt, jo.phone.code())
        world.desk.recovery.confirm(offer.attempt)
        jo.phone.secret = old

        with pytest.raises(CodeOfOldEntry):
            knock(world, jo)

    def test_a_missing_code_is_asked_for_once_the_password_is_proven_only(
        self, world: World
    ) -> None:
        """Rule 25: not counted, since it is no guess; a wrong password gets the one answer."""
        jo = world.person("jo@abbey.example")
        with pytest.raises(CodeMissing, match="directly after it"):
            knock(world, jo, "")
        assert world.credentials(jo).code_counter == Counter()

        with pytest.raises(SignInRefused):
            world.desk.another_door.let_in(jo.email, "wrong", "")


class TestBeforeThePassword:
    """One message, one amount of work."""

    def test_whoever_it_is_the_answer_and_the_work_are_the_same(self, world: World) -> None:
        """ENU-01, A16, A17, A28: unknown, wrong, locked, switched off and not yet activated."""
        wrong = world.person("wrong@abbey.example")
        wrong.password = "not this one"
        locked = world.person("locked@abbey.example")
        until = world.clock.now() + 60
        world.set_credentials(locked, password_counter=Counter(failures=10, locked_until=until))
        disabled = world.person("off@abbey.example", state=PersonState.DISABLED)
        left = world.person("left@abbey.example", state=PersonState.LEFT)
        invited = world.newcomer("new@abbey.example")
        invited.password = "anything at all"
        unknown = Member("", "nobody@abbey.example", "anything at all", wrong.phone)
        answers = set()
        for member in (wrong, locked, disabled, left, invited, unknown):
            before = world.hasher.calls
            with pytest.raises(SignInRefused) as refused:
                knock(world, member, "123456")
            answers.add((refused.value.message, world.hasher.calls - before))

        assert len(answers) == 1
        assert {work for _, work in answers} == {1}


class TestWhatTheDeskHasToFinish:
    """What only the desk's screens can do is refused, and nothing of it is done here."""

    @staticmethod
    def refused(world: World, member: Member, password: str, code: str) -> None:
        """Knock in vain; the refusal is recorded and nothing else changes."""
        before = world.credentials(member)
        with world.recorded() as events, pytest.raises(UnfinishedAccount):
            world.desk.another_door.let_in(member.email, password, code)

        assert [(event.event, event.outcome, event.reason) for event in events] == [
            (Event.SIGN_IN_FAILED, Outcome.FAILURE, "not_finished")
        ]
        after = world.credentials(member)
        assert (after.password, after.activation) == (before.password, before.activation)

    def test_an_activation_code_opens_nothing(self, world: World) -> None:
        """TOTP-16, A19: neither the first one, nor that of a password reset."""
        new = world.newcomer("new@abbey.example")
        self.refused(world, new, new.slip, "123456")

        jo = world.person("jo@abbey.example")
        slip = world.reset_password(jo)
        self.refused(world, jo, slip, jo.phone.code())
        # The code was not looked at, so it is good for the desk.
        step = world.desk.sign_in.offer_password(jo.email, slip)
        world.desk.sign_in.offer_code(step.attempt, jo.phone.code())  # type: ignore[union-attr]

    def test_after_an_mfa_reset_nobody_gets_in_by_the_password(self, world: World) -> None:
        """ENR-10, A20."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        self.refused(world, jo, jo.password, jo.phone.code())

    def test_who_must_change_their_password_does_so_at_the_desk(self, world: World) -> None:
        """PWD-13: a password that others know opens nothing."""
        jo = world.person("jo@abbey.example")
        world.must_change_password(jo)
        self.refused(world, jo, jo.password, jo.phone.code())

    def test_recovery_codes_that_were_never_seen_are_shown_at_the_desk(self, world: World) -> None:
        """Rule 19."""
        jo = world.person("jo@abbey.example")
        world.set_credentials(jo, recovery_seen=False)
        self.refused(world, jo, jo.password, jo.phone.code())

    def test_a_pass_that_is_over_opens_nothing(self, world: World) -> None:
        """Rule 13, A28."""
        lou = world.person("lou@abbey.example", ends=WHEN_OVER)
        with world.recorded() as events, pytest.raises(NoSiteToday):
            knock(world, lou)
        assert [event.reason for event in events] == ["no_site"]
