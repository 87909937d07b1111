"""Before the password is proven there is one answer, whoever it is and whatever is wrong (rule 25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Password
from pomfa_tui.domain.errors import NotInitialised, SignInRefused
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.steps import NeedCode
from tests.house import kinds
from tests.members import GOOD_PASSWORD, Member
from tests.world import World, make_world

WRONG = "not the password of anybody"


@dataclass(frozen=True)
class Try:
    """What somebody types on the sign-in screen."""

    email: str
    password: str


def unknown(world: World) -> Try:
    return Try("nobody@nowhere.example", WRONG)


def wrong_password(world: World) -> Try:
    return Try(world.person("jo@abbey.example").email, WRONG)


def locked(world: World) -> Try:
    jo = world.person("jo@abbey.example")
    fail(world, jo.email, 10)
    return Try(jo.email, jo.password)


def locked_stranger(world: World) -> Try:
    fail(world, "nobody@nowhere.example", 10)
    return Try("nobody@nowhere.example", WRONG)


def switched_off_by_failures(world: World) -> Try:
    jo = world.person("jo@abbey.example")
    fail_until_switched_off(world, jo.email)
    return Try(jo.email, jo.password)


def disabled(world: World) -> Try:
    return Try(world.person("jo@abbey.example", state=PersonState.DISABLED).email, GOOD_PASSWORD)


def left(world: World) -> Try:
    return Try(world.person("jo@abbey.example", state=PersonState.LEFT).email, GOOD_PASSWORD)


def invited(world: World) -> Try:
    return Try(world.newcomer("ann@abbey.example").email, WRONG)


def invited_without_a_code(world: World) -> Try:
    ann = world.newcomer("ann@abbey.example")
    world.set_credentials(ann, activation=None)
    return Try(ann.email, ann.slip)


def activation_code_a_day_old(world: World) -> Try:
    ann = world.newcomer("ann@abbey.example")
    world.clock.advance(hours=24)
    return Try(ann.email, ann.slip)


def another_activation_code(world: World) -> Try:
    return Try(world.newcomer("ann@abbey.example").email, "0123-4567-89AB-CDEF")


def nothing_typed(world: World) -> Try:
    return Try(world.person("jo@abbey.example").email, "")


def a_megabyte_pasted(world: World) -> Try:
    return Try(world.person("jo@abbey.example").email, "x" * 1_000_000)


def an_email_of_a_megabyte(world: World) -> Try:
    return Try("x" * 1_000_000 + "@abbey.example", WRONG)


REFUSED: tuple[Callable[[World], Try], ...] = (
    unknown,
    wrong_password,
    locked,
    locked_stranger,
    switched_off_by_failures,
    disabled,
    left,
    invited,
    invited_without_a_code,
    activation_code_a_day_old,
    another_activation_code,
    nothing_typed,
    a_megabyte_pasted,
    an_email_of_a_megabyte,
)


def fail(world: World, email: str, times: int) -> None:
    elsewhere = world.another_terminal()
    for _ in range(times):
        with pytest.raises(SignInRefused):
            elsewhere.sign_in.offer_password(email, WRONG)


def fail_until_switched_off(world: World, email: str) -> None:
    fail(world, email, 10)
    for _ in range(18):
        world.clock.advance(hours=1)
        fail(world, email, 5)


@pytest.mark.parametrize("state", REFUSED)
def test_every_refused_first_factor_gets_the_same_answer_for_the_same_work(
    world: World, state: Callable[[World], Try]
) -> None:
    """ENU-01, ENU-02, ENU-03, THR-11, A16, A17, A18, K37: one sentence, one hash, two transactions."""
    with pytest.raises(SignInRefused) as reference:
        world.desk.sign_in.offer_password("somebody@else.example", WRONG)
    typed = state(world)
    hashes, transactions = world.hasher.calls, world.store.transactions

    with pytest.raises(SignInRefused) as refused:
        world.desk.sign_in.offer_password(typed.email, typed.password)

    assert refused.value.message == reference.value.message
    assert (refused.value.code, refused.value.exit_code) == ("authentication_failed", 3)
    assert world.hasher.calls - hashes == 1
    assert world.store.transactions - transactions == 2


@pytest.mark.parametrize("state", REFUSED)
def test_every_refused_first_factor_costs_as_many_commits_as_an_unknown_email(
    state: Callable[[World], Try],
) -> None:
    """ENU-02, A17: a commit waits for the disk, so one more or less of them would tell who is known, or locked."""

    def commits(state: Callable[[World], Try]) -> int:
        world = make_world()
        typed = state(world)
        before = world.store.changes()
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(typed.email, typed.password)
        return world.store.changes() - before

    assert commits(state) == commits(unknown) == 2


def test_the_answer_names_the_general_rule_and_nothing_about_the_account(world: World) -> None:
    """THR-07: what it says about waiting holds for every e-mail alike."""
    with pytest.raises(SignInRefused) as refused:
        world.desk.sign_in.offer_password("jo@abbey.example", WRONG)

    assert "After 10 failed tries in a row, wait 15 minutes." in refused.value.message
    assert "jo@abbey.example" not in refused.value.message


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (unknown, "unknown"),
        (wrong_password, "wrong"),
        (disabled, "not_active"),
        (left, "not_active"),
        (invited_without_a_code, "no_valid_code"),
        (activation_code_a_day_old, "no_valid_code"),
        (another_activation_code, "wrong"),
        (locked, "locked"),
        (locked_stranger, "locked"),
        (switched_off_by_failures, "disabled"),
    ],
)
def test_the_audit_log_knows_what_the_screen_does_not_say(
    world: World, state: Callable[[World], Try], reason: str
) -> None:
    """AUD-01: exactly one event with the true reason."""
    typed = state(world)

    with world.recorded() as events, pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(typed.email, typed.password)

    assert [event.reason for event in events] == [reason]
    expected = Event.SIGN_IN_LOCKED if reason in {"locked", "disabled"} else Event.SIGN_IN_FAILED
    assert kinds(events) == [expected]


def test_an_empty_store_has_no_accounts_and_says_how_to_make_the_first() -> None:
    """PWD-17: nothing works before set-up, least of all a default account."""
    world = make_world(initialised=False)

    with pytest.raises(NotInitialised) as refused:
        world.desk.sign_in.offer_password("admin", "admin")

    assert "pomfa-tui init" in refused.value.message


@pytest.mark.parametrize(
    "typed",
    [
        "jo.o'neil@abbey.example",
        "JO.O'NEIL@ABBEY.EXAMPLE",
        "  Jo.O'Neil@Abbey.Example \t",
    ],
)
def test_an_email_is_the_same_whatever_its_case_and_the_spaces_around_it(
    world: World, typed: str
) -> None:
    """A30, ENR-17: one canonical form for sign-in and counters."""
    world.person("Jo.O'Neil@Abbey.example")

    assert isinstance(world.desk.sign_in.offer_password(typed, GOOD_PASSWORD), NeedCode)


def test_every_spelling_of_an_email_counts_on_the_same_account(world: World) -> None:
    """A30: a lock cannot be dodged by writing the address differently."""
    jo = world.person("jo@abbey.example")
    for spelling in ("jo@abbey.example", "JO@abbey.example", " jo@ABBEY.example ") * 3:
        fail(world, spelling, 1)
    fail(world, "Jo@Abbey.Example", 1)

    with pytest.raises(SignInRefused):
        world.offer_password(jo)


def test_a_password_is_neither_trimmed_nor_folded(world: World) -> None:
    """PWD-06: spaces and case are part of it."""
    jo = world.person("jo@abbey.example")
    for almost in (f" {GOOD_PASSWORD}", f"{GOOD_PASSWORD} ", GOOD_PASSWORD.upper()):
        with pytest.raises(SignInRefused):
            world.desk.sign_in.offer_password(jo.email, almost)


@pytest.mark.parametrize("typed", ["pässword of the hedgehog", "pa\u0308ssword of the hedgehog"])
def test_the_same_letters_typed_on_two_keyboards_are_the_same_password(
    world: World, typed: str
) -> None:
    """PWD-05: NFC before hashing."""
    jo = world.person("jo@abbey.example")
    composed = world.hasher.hash("p\u00e4ssword of the hedgehog")
    world.set_credentials(jo, password=Password(hash=composed, set_at=1))

    assert isinstance(world.desk.sign_in.offer_password(jo.email, typed), NeedCode)


def test_what_was_typed_as_an_email_is_recorded_as_a_short_digest_only(world: World) -> None:
    """PRI-02: people type passwords into the e-mail field."""
    with world.recorded() as events, pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password("hunter2-my-secret", WRONG)

    actor = events[0].actor
    assert actor.startswith("unknown:")
    assert len(actor) == len("unknown:") + 8
    assert "hunter2" not in repr(events)


def test_a_right_password_by_itself_opens_no_session(world: World) -> None:
    """SES-06, TOTP-16: nothing but a prompt for the code."""
    jo = world.person("jo@abbey.example")

    step = world.offer_password(jo)

    assert isinstance(step, NeedCode)
    assert world.sessions(jo) == []


def stored_hash(world: World, member: Member) -> str:
    """Return the hash of somebody's password."""
    password = world.credentials(member).password
    assert password is not None
    return password.hash
