"""Wrong passwords are counted before they are judged, by account, known or unknown (rule 24)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    SignInRefused,
)
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import NeedCode
from tests.house import kinds
from tests.services.wrong_tries import NO_CODE, WRONG, repeat, wrong_password
from tests.world import World


class TestPassword:
    """The first factor's counter."""

    def test_nine_wrong_passwords_do_not_keep_the_right_one_out(self, world: World) -> None:
        """THR-02: ten in a row, not nine."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 9)

        assert isinstance(world.offer_password(jo), NeedCode)

    def test_ten_wrong_passwords_lock_for_fifteen_minutes(self, world: World) -> None:
        """THR-02: refused at 14:59, let in at 15:00."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 10)

        world.clock.advance(minutes=14, seconds=59)
        with pytest.raises(SignInRefused):
            world.offer_password(jo)
        world.clock.advance(1)

        assert isinstance(world.offer_password(jo), NeedCode)

    def test_each_further_five_failures_wait_longer_up_to_an_hour(self, world: World) -> None:
        """THR-03, A14: 15, 30, 60 and 60 minutes; the count goes on where it was."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 10)
        for minutes in (15, 30, 60, 60):
            world.clock.advance(60 * minutes - 1)
            with pytest.raises(SignInRefused):
                world.offer_password(jo)
            world.clock.advance(1)
            repeat(wrong_password, world, jo, 5)

    def test_tries_during_a_lock_neither_count_nor_prolong_it(self, world: World) -> None:
        """THR-06, A15: who keeps pressing Enter does not keep the owner out for longer."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 10)
        locked = world.credentials(jo).password_counter
        world.clock.advance(minutes=14)
        repeat(wrong_password, world, jo, 50)

        kept = world.credentials(jo).password_counter
        assert (kept.failures, kept.locked_until) == (locked.failures, locked.locked_until)
        world.clock.advance(minutes=1)
        assert isinstance(world.offer_password(jo), NeedCode)

    def test_a_hundred_wrong_passwords_switch_the_password_off_until_it_is_reset(
        self, world: World
    ) -> None:
        """THR-01: waiting does not help, a restart does not help, a reset does."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 10)
        for _ in range(18):
            world.clock.advance(days=2)
            repeat(wrong_password, world, jo, 5)
        assert world.credentials(jo).password_counter.failures == 100

        world.clock.advance(days=400)
        world.restart()
        with pytest.raises(SignInRefused):
            world.offer_password(jo)
        world.set_credentials(jo, password_counter=Counter())

        assert isinstance(world.offer_password(jo), NeedCode)

    def test_a_lock_survives_a_restart(self, world: World) -> None:
        """THR-05, A10: the counter lives in the store."""
        jo = world.person("jo@abbey.example")
        repeat(wrong_password, world, jo, 5)
        world.restart()
        repeat(wrong_password, world, jo, 5)
        world.restart()

        with pytest.raises(SignInRefused):
            world.offer_password(jo)

    def test_a_try_is_counted_before_it_is_verified(self, world: World) -> None:
        """THR-05: a process that dies while it verifies has counted all the same."""
        jo = world.person("jo@abbey.example")

        def die() -> None:
            raise KeyboardInterrupt

        world.hasher.meanwhile = die
        with pytest.raises(KeyboardInterrupt):
            world.offer_password(jo)

        assert world.credentials(jo).password_counter.failures == 1

    def test_a_burst_of_wrong_passwords_is_evaluated_ten_times_at_most(self, world: World) -> None:
        """A11, THR-05: forty at once, none uncounted, none beyond the lock."""
        jo = world.person("jo@abbey.example")

        with ThreadPoolExecutor(8) as pool:
            for outcome in [pool.submit(wrong_password, world, jo) for _ in range(40)]:
                outcome.result()

        assert world.credentials(jo).password_counter.failures == 10

    def test_a_lock_is_recorded_once_as_critical(self, world: World) -> None:
        """AUD-01, AUD-11: by the failure that earns it."""
        jo = world.person("jo@abbey.example")
        with world.recorded() as events:
            repeat(wrong_password, world, jo, 12)

        assert kinds(events) == [
            *[Event.SIGN_IN_FAILED] * 10,
            Event.SIGN_IN_FAILED_MAX,
            *[Event.SIGN_IN_LOCKED] * 2,
        ]
        assert events[10].severity is Severity.CRITICAL
        assert {event.subject for event in events} == {jo.id}

    def test_wrong_activation_codes_count_like_wrong_passwords(self, world: World) -> None:
        """THR-10: the password field is one door, whatever is typed into it."""
        ann = world.newcomer("ann@abbey.example")
        repeat(wrong_password, world, ann, 5)
        for _ in range(5):
            with pytest.raises(SignInRefused):
                world.desk.sign_in.offer_password(ann.email, NO_CODE)

        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(ann.email, ann.slip)
        assert world.credentials(ann).password_counter.failures == 10

    def test_running_sessions_are_left_alone_by_a_lock(self, world: World) -> None:
        """THR-06, A15: a stranger who guesses does not throw the owner out."""
        jo = world.person("jo@abbey.example")
        token = world.sign_in(jo)
        repeat(wrong_password, world, jo, 10)

        world.desk.sessions.check(token)


class TestStrangers:
    """E-mails without an account."""

    def test_an_unknown_email_is_locked_and_freed_like_a_known_one(self, world: World) -> None:
        """THR-09, A18: the log shows the same shape of events."""

        def history(email: str) -> list[Event]:
            with world.recorded() as events:
                for pause in (0, 15 * 60, 30 * 60):
                    world.clock.advance(pause)
                    for _ in range(12):
                        with pytest.raises(SignInRefused):
                            world.desk.sign_in.offer_password(email, WRONG)
            return kinds(events)

        jo = world.person("jo@abbey.example")

        assert history("nobody@nowhere.example") == history(jo.email)

    def test_strangers_are_told_apart(self, world: World) -> None:
        """THR-09: one unknown address does not lock another."""
        for number in range(10):
            with pytest.raises(SignInRefused):
                world.desk.sign_in.offer_password("a@nowhere.example", WRONG)
            with world.recorded() as events, pytest.raises(SignInRefused):
                world.desk.sign_in.offer_password(f"b{number}@nowhere.example", WRONG)

            assert kinds(events) == [Event.SIGN_IN_FAILED]

    def test_a_flood_of_unknown_emails_does_not_grow_the_store_without_bound(
        self, world: World
    ) -> None:
        """THR-09: as many counters as are allowed, the oldest make room."""
        for number in range(1100):
            with pytest.raises(SignInRefused):
                world.desk.sign_in.offer_password(f"{number}@nowhere.example", WRONG)
        with world.store.view() as view:
            kept = [stranger.id for stranger in view.strangers.all()]

        assert len(kept) == 1000
        world.clock.advance(seconds=61)
        with world.recorded() as events, pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password("1099@nowhere.example", WRONG)
        assert kinds(events) == [Event.RATE_LIMIT, Event.SIGN_IN_FAILED]

    def test_the_email_of_a_stranger_is_nowhere_in_the_store(self, world: World) -> None:
        """PRI-02: a keyed digest is all that is kept."""
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password("canary@nowhere.example", WRONG)

        with world.store.view() as view:
            assert "canary" not in repr(list(view.strangers.all()))
