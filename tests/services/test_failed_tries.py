"""Whoever signs in is told what failed since they were last here: how often, when, where, and what of it matters (THR-12)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import (
    ClockMovedBack,
    CodeWrong,
    PasswordWrong,
    RecoveryCodeWrong,
    SignInRefused,
)
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.throttle import TRIES_KEPT
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import ShowRecoveryCodes, SignedIn
from tests.members import Member
from tests.world import World


def wrong_password(desk: Desk, member: Member) -> None:
    """Type somebody's e-mail and not their password."""
    with pytest.raises(SignInRefused):
        desk.sign_in.offer_password(member.email, "not the password")


def wrong_code(world: World, desk: Desk, member: Member) -> None:
    """Type somebody's password and not their code."""
    step = desk.sign_in.offer_password(member.email, member.password)
    with pytest.raises(CodeWrong):
        desk.sign_in.offer_code(step.attempt, member.phone.wrong_code())  # type: ignore[union-attr]


def told(world: World, member: Member) -> str:
    """Sign in and return what Home says about failed tries."""
    view = world.desk.home.show(world.sign_in(member))
    found = [notice.text for notice in view.notices if "since your last sign-in" in notice.text]
    assert len(found) <= 1
    return found[0] if found else ""


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody who can sign in."""
    return world.person("jo@abbey.example")


def test_without_failures_nothing_is_said(world: World, jo: Member) -> None:
    """A notice is worth reading because there are few."""
    assert told(world, jo) == ""


def test_wrong_passwords_are_told_with_the_last_moment_and_terminal(
    world: World, jo: Member
) -> None:
    """THR-12: London time, and where."""
    other = world.another_terminal(terminal="pts/9")
    wrong_password(world.desk, jo)
    world.clock.advance(minutes=10)
    wrong_password(other, jo)

    said = told(world, jo)

    assert (
        "2 wrong passwords since your last sign-in: the last on 5 Jan 2026, 08:10 at pts/9" in said
    )


def test_wrong_codes_after_the_right_password_are_told_apart(world: World, jo: Member) -> None:
    """THR-12: who gets that far has the password."""
    wrong_password(world.desk, jo)
    wrong_code(world, world.desk, jo)
    wrong_code(world, world.desk, jo)

    said = told(world, jo)

    assert (
        "2 wrong codes after your right password and 1 wrong password since your last sign-in: the last on"
        in said
    )
    assert "Change your password" in said


def test_the_next_sign_in_begins_anew(world: World, jo: Member) -> None:
    """What was told once is not told again."""
    wrong_password(world.desk, jo)
    assert told(world, jo)
    assert told(world, jo) == ""


def test_a_right_try_is_not_among_the_failed_ones(world: World, jo: Member) -> None:
    """Counted first, taken back after: number, moment and place go together."""
    wrong_password(world.desk, jo)
    world.clock.advance(minutes=30)
    world.reach_code(jo)
    attempt = world.reach_code(jo).attempt
    step = world.desk.sign_in.offer_recovery_code(attempt, jo.recovery[1])
    assert isinstance(step, ShowRecoveryCodes)
    signed_in = world.desk.recovery.confirm(attempt)
    assert isinstance(signed_in, SignedIn)

    (notice,) = world.desk.home.show(signed_in.token).notices

    assert "1 wrong password since your last sign-in: on 5 Jan 2026, 08:00 at pts/" in notice.text


def test_every_door_says_when_and_where(world: World, jo: Member) -> None:
    """THR-10: recovery codes and the password asked for again too."""
    token = world.sign_in(jo)
    with pytest.raises(PasswordWrong):
        world.desk.office.credentials.change_password(token, "not it", "whatever it may be")
    attempt = world.reach_code(jo).attempt
    with pytest.raises(RecoveryCodeWrong):
        world.desk.sign_in.offer_recovery_code(attempt, "ABCD-EFGH-JKMN-PQRS")

    credentials = world.credentials(jo)

    for counter in (credentials.password_counter, credentials.code_counter):
        assert [(each.at, each.terminal) for each in counter.tries] == [
            (world.clock.now(), world.place.terminal)
        ]


def test_only_the_newest_are_kept(world: World, jo: Member) -> None:
    """PRI-03: the account does not grow by being guessed at; the log has them all."""
    for _ in range(9):
        wrong_password(world.desk, jo)

    counter = world.credentials(jo).password_counter

    assert (counter.failures, len(counter.tries)) == (9, TRIES_KEPT)


class TestStrangeCodes:
    """A wrong code after the right password, elsewhere or some time ago, waits until it is acknowledged."""

    def test_one_at_another_terminal_is_a_notice(self, world: World, jo: Member) -> None:
        """THR-12, ENR-16: with where; shown before anything else, until the person says so."""
        wrong_code(world, world.another_terminal(terminal="pts/9"), jo)
        token = world.sign_in(jo)

        (notice,) = world.desk.office.account.notices(token)

        assert (notice.kind, notice.terminal) == (NoticeKind.WRONG_CODE, "pts/9")
        assert notice.sentence() == "Your password was typed, then a wrong code."
        assert world.desk.home.show(token).unread == 1
        again = world.sign_in(jo)
        assert world.desk.office.account.notices(again) == (notice,)
        world.desk.office.account.acknowledge(again, (notice.id,))
        assert world.desk.office.account.notices(again) == ()

    def test_one_of_yesterday_at_the_same_terminal_is_a_notice(
        self, world: World, jo: Member
    ) -> None:
        """A shared counter: the colleague of the night shift may have typed it."""
        wrong_code(world, world.desk, jo)
        world.clock.advance(hours=14)

        assert len(world.desk.office.account.notices(world.sign_in(jo))) == 1

    def test_a_slip_in_the_same_go_is_none(self, world: World, jo: Member) -> None:
        """Nobody learns to press Enter on a warning of their own making; Home says it all the same."""
        wrong_code(world, world.desk, jo)
        token = world.sign_in(jo)

        assert world.desk.office.account.notices(token) == ()
        assert "1 wrong code" in world.desk.home.show(token).notices[0].text

    def test_wrong_passwords_alone_are_none(self, world: World, jo: Member) -> None:
        """Anybody can type an e-mail; only who has the password matters that much."""
        wrong_password(world.another_terminal(), jo)

        assert world.desk.office.account.notices(world.sign_in(jo)) == ()


class TestClock:
    """A host whose clock moved back is told to those who can have it mended (rule 27)."""

    @pytest.mark.parametrize(
        ("role", "said"), [("admin", True), ("support", True), ("staff", False)]
    )
    def test_administrators_are_told_also_when_it_is_right_again(
        self, world: World, role: str, said: bool
    ) -> None:
        """TOTP-10: while it is wrong nobody could sign in to see it."""
        member = world.person("ann@abbey.example", role=role)
        world.person("other@abbey.example", role="admin")
        world.sign_in(member)
        world.clock.advance(minutes=30)
        world.sign_in(member)
        attempt = world.reach_code(member).attempt
        world.clock.set_back(1200)
        with pytest.raises(ClockMovedBack):
            world.desk.sign_in.offer_code(attempt, member.phone.code())
        world.clock.set_forward(1300)

        notices = [each.text for each in world.desk.home.show(world.sign_in(member)).notices]

        assert any("moved back by about 20 minutes" in text for text in notices) is said
        world.clock.advance(days=8)
        later = world.desk.home.show(world.sign_in(member)).notices
        assert not any("moved back" in each.text for each in later)
