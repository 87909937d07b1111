"""Moving to a new phone: the old entry works until the new one is proven, then they change places (rules 18, 23, ENR-14)."""

from __future__ import annotations

import msgspec
import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadCodeForm,
    ClockMovedBack,
    CodeLocked,
    CodeOfOldEntry,
    CodeSkewed,
    CodeUsed,
    CodeWrong,
    OutOfSequence,
    PairingCodeWrong,
    PairingExpired,
    PairingPeriodIgnored,
    PasswordWrong,
    SessionEnded,
    Unavailable,
)
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.pairing import TRIES
from pomfa_tui.services.steps import OfferedPairing, SignedIn
from tests.house import HOST
from tests.members import OTHER_PASSWORD, Member, Phone
from tests.office import Picture, main_events, refused, runs, why
from tests.world import World


@pytest.fixture
def token(world: World, jo: Member) -> SessionToken:
    """Return Jo's session."""
    return world.sign_in(jo)


@pytest.fixture
def new_phone(world: World) -> Phone:
    """Return a phone just out of its box."""
    return Phone(world.clock)


def begin(world: World, token: SessionToken, jo: Member, new_phone: Phone) -> OfferedPairing:
    """Prove both factors and scan the new entry."""
    world.wait_for_fresh_code(jo)
    offer = world.desk.office.moves.begin(token, jo.password, jo.phone.code())
    new_phone.scan(offer.entry)
    return offer


def test_after_the_move_only_the_new_phone_works(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-14, ENR-15, A20: swapped in one write; the old entry is named as such at the next sign-in."""
    other = world.sign_in(jo)
    before = world.credentials(jo)
    begin(world, token, jo, new_phone)

    world.desk.office.moves.confirm(token, new_phone.code())

    assert runs(world, token)
    assert not runs(world, other)
    kept = world.credentials(jo)
    assert kept.authenticator is not None
    assert before.authenticator is not None
    assert kept.authenticator.id != before.authenticator.id
    assert [(past.id, past.ended, past.ended_by) for past in kept.pairings] == [
        (before.authenticator.id, PairingEnd.REPLACED, jo.id)
    ]
    assert (kept.password, kept.recovery) == (before.password, before.recovery)
    attempt = world.reach_code(jo).attempt
    old = refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code()))
    assert isinstance(old, CodeOfOldEntry)
    world.clock.advance(30)
    assert isinstance(world.desk.sign_in.offer_code(attempt, new_phone.code()), SignedIn)


def test_the_code_that_confirmed_the_move_opens_nothing_more(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """TOTP-08, A06."""
    begin(world, token, jo, new_phone)
    world.desk.office.moves.confirm(token, new_phone.code())
    attempt = world.reach_code(jo).attempt

    for answer in (
        refused(lambda: world.desk.office.step_up.prove(token, new_phone.code())),
        refused(lambda: world.desk.sign_in.offer_code(attempt, new_phone.code())),
    ):
        assert isinstance(answer, CodeUsed)


def test_until_it_is_confirmed_the_old_phone_works_everywhere(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-14, ENR-01: also for a sign-in in parallel, and the new code opens nothing."""
    begin(world, token, jo, new_phone)
    world.clock.advance(30)
    attempt = world.reach_code(jo).attempt
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_code(attempt, new_phone.code())), CodeWrong
    )

    assert isinstance(world.desk.sign_in.offer_code(attempt, jo.phone.code()), SignedIn)

    world.desk.office.moves.confirm(token, new_phone.code())
    assert runs(world, token)


def test_a_move_given_up_leaves_nothing_but_the_used_step(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-06, ENR-14, STO-09: nothing pending is ever in the store."""
    before = world.credentials(jo)
    begin(world, token, jo, new_phone)
    pending = Picture.of(world)

    world.desk.office.moves.leave(token)

    assert Picture.of(world) == pending
    after = world.credentials(jo)
    assert before.authenticator is not None
    assert after.authenticator is not None
    assert after == msgspec.structs.replace(
        before,
        authenticator=msgspec.structs.replace(
            before.authenticator, last_step=after.authenticator.last_step
        ),
    )
    secret = totp.base32(new_phone.secret)
    assert secret not in str(pending)
    assert new_phone.secret.hex() not in str(pending)
    gone = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))
    assert isinstance(gone, OutOfSequence)
    assert runs(world, world.sign_in(jo))


def test_a_half_done_sign_in_of_before_dies_with_the_swap(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """A28, SES-09."""
    begin(world, token, jo, new_phone)
    attempt = world.reach_code(jo).attempt
    world.desk.office.moves.confirm(token, new_phone.code())

    answer = refused(lambda: world.desk.sign_in.offer_code(attempt, new_phone.code()))

    assert isinstance(answer, AttemptEnded)


def test_an_unattended_session_cannot_begin_a_move(
    world: World, jo: Member, token: SessionToken
) -> None:
    """ENR-14, A20: password and a fresh code, both counted; the password first, so that no code is spent for nothing."""
    world.clock.advance(30)
    begin_move = world.desk.office.moves.begin

    no_password = refused(lambda: begin_move(token, "guess", jo.phone.code()))
    no_code = refused(lambda: begin_move(token, jo.password, jo.phone.wrong_code()))
    no_form = refused(lambda: begin_move(token, jo.password, "12345"))

    assert isinstance(no_password, PasswordWrong)
    assert isinstance(no_code, CodeWrong)
    assert no_code.entry == world.reach_code(jo).entry
    assert isinstance(no_form, BadCodeForm)
    kept = world.credentials(jo)
    assert (kept.password_counter.failures, kept.code_counter.failures) == (1, 1)
    assert isinstance(
        refused(lambda: world.desk.office.moves.confirm(token, jo.phone.code())), OutOfSequence
    )
    begin_move(token, jo.password, jo.phone.code())
    kept = world.credentials(jo)
    assert (kept.password_counter, kept.code_counter) == (Counter(), Counter())


def test_the_sign_ins_own_code_begins_no_move(
    world: World, jo: Member, token: SessionToken
) -> None:
    """TOTP-08."""
    answer = refused(lambda: world.desk.office.moves.begin(token, jo.password, jo.phone.code()))

    assert isinstance(answer, CodeUsed)


def test_wrong_codes_at_the_door_lock_it(world: World, jo: Member, token: SessionToken) -> None:
    """THR-10, A12."""
    for _ in range(10):
        refused(lambda: world.desk.office.moves.begin(token, jo.password, jo.phone.wrong_code()))
    world.clock.advance(30)

    answer = refused(lambda: world.desk.office.moves.begin(token, jo.password, jo.phone.code()))

    assert isinstance(answer, CodeLocked)


def test_a_code_of_the_new_entry_that_does_not_fit_counts_against_nothing_but_the_offer(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-01: the secret is on the screen, so nobody guesses; recorded all the same."""
    begin(world, token, jo, new_phone)
    before = Picture.of(world)

    with world.recorded() as events:
        answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.wrong_code()))

    assert isinstance(answer, PairingCodeWrong)
    assert answer.left == TRIES - 1
    assert Picture.of(world) == before
    assert [(event.event, event.outcome, event.reason) for event in events] == [
        (Event.TOKEN_CREATED, Outcome.FAILURE, "pairing_code")
    ]
    world.desk.office.moves.confirm(token, new_phone.code())


def test_after_ten_that_do_not_fit_the_offer_is_dead_and_the_old_entry_is_not(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-06."""
    begin(world, token, jo, new_phone)
    confirm = world.desk.office.moves.confirm
    for _ in range(TRIES - 1):
        refused(lambda: confirm(token, new_phone.wrong_code()))

    assert isinstance(refused(lambda: confirm(token, new_phone.wrong_code())), PairingExpired)
    assert isinstance(refused(lambda: confirm(token, new_phone.code())), OutOfSequence)
    assert runs(world, world.sign_in(jo))


def test_an_offer_lives_ten_minutes(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-06, rule 18: and the next one is another."""
    begin(world, token, jo, new_phone)
    first = new_phone.secret
    for _ in range(10):
        world.clock.advance(59)
        world.desk.sessions.touch(token)
    world.clock.advance(10)
    world.desk.sessions.touch(token)

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, PairingExpired)
    begin(world, token, jo, new_phone)
    assert new_phone.secret != first
    world.desk.office.moves.confirm(token, new_phone.code())


def test_a_second_offer_kills_the_first(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-06, A22."""
    begin(world, token, jo, new_phone)
    older = Phone(world.clock, secret=new_phone.secret)
    begin(world, token, jo, new_phone)

    answer = refused(lambda: world.desk.office.moves.confirm(token, older.code()))

    assert isinstance(answer, PairingCodeWrong)


def test_a_refused_second_beginning_kills_the_first_too(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-14: whoever sits there now could not prove themselves."""
    begin(world, token, jo, new_phone)
    refused(lambda: world.desk.office.moves.begin(token, "guess", "123456"))

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, OutOfSequence)


def test_the_entry_has_a_new_mark_and_the_persons_period(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """Rules 15, 18: no app overwrites the old entry."""
    world.set_person(jo, period=60)

    offer = begin(world, token, jo, new_phone)

    assert offer.again
    assert offer.entry.period == 60
    assert offer.entry.entry_name != world.reach_code(jo).entry
    short = Phone(world.clock, secret=new_phone.secret, period=30)
    while short.code() == new_phone.code():
        world.clock.advance(30)
    ignored = refused(lambda: world.desk.office.moves.confirm(token, short.code()))
    assert isinstance(ignored, PairingPeriodIgnored)
    world.desk.office.moves.confirm(token, new_phone.code())
    assert world.reach_code(jo).period == 60


def test_a_phone_whose_clock_is_off_is_told_so(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """Rule 25."""
    begin(world, token, jo, new_phone)
    new_phone.fast = 240

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, CodeSkewed)
    assert answer.seconds == 240


def test_a_host_whose_clock_was_set_back_moves_nobody(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """TOTP-10, A42, rule 27."""
    begin(world, token, jo, new_phone)
    world.clock.set_back(3600)

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, ClockMovedBack)
    world.clock.set_forward(3600)
    world.desk.office.moves.confirm(token, new_phone.code())


def test_a_change_meanwhile_ends_the_move(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """A28: the password was changed in the same session after both were proven."""
    begin(world, token, jo, new_phone)
    world.desk.office.credentials.change_password(token, jo.password, OTHER_PASSWORD)

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, OutOfSequence)


def test_a_reset_meanwhile_ends_the_move_with_the_session(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-10, A20: a move begun before a reset cannot put a factor back."""
    begin(world, token, jo, new_phone)
    world.desk.office.resets.reset_mfa(HOST, jo.email, why())

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, SessionEnded)
    assert world.credentials(jo).authenticator is None


def test_of_two_moves_at_once_the_first_confirmed_wins(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-14."""
    other, other_phone = world.sign_in(jo), Phone(world.clock)
    begin(world, token, jo, new_phone)
    begin(world, other, jo, other_phone)
    world.desk.office.moves.confirm(other, other_phone.code())

    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))

    assert isinstance(answer, SessionEnded)


def test_a_swap_that_cannot_be_written_leaves_the_old_entry(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """AUD-08, STO-09: and can be tried again."""
    begin(world, token, jo, new_phone)
    before = Picture.of(world)
    world.store.disk_full = True
    answer = refused(lambda: world.desk.office.moves.confirm(token, new_phone.code()))
    world.store.disk_full = False

    assert isinstance(answer, Unavailable)
    assert Picture.of(world) == before
    world.desk.office.moves.confirm(token, new_phone.code())


def test_a_move_is_one_record_without_a_secret(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """AUD-01, AUD-04, ENR-15."""
    offer = begin(world, token, jo, new_phone)
    code = new_phone.code()

    with world.recorded() as events:
        world.desk.office.moves.confirm(token, code)

    (main,) = main_events(events)
    assert (main.event, main.reason, main.detail) == (
        Event.TOKEN_CREATED,
        "moved",
        {"generation": "2"},
    )
    log = str(world.events())
    assert code not in log
    assert offer.entry.secret not in log


def test_secrets_of_offers_that_ran_out_are_forgotten(
    world: World, jo: Member, token: SessionToken, new_phone: Phone
) -> None:
    """ENR-06: a session that ended with the screen open leaves no secret behind for good."""
    begin(world, token, jo, new_phone)
    world.clock.advance(minutes=11)
    sam = world.person("sam@abbey.example")

    begin(world, world.sign_in(sam), sam, Phone(world.clock))

    assert len(world.desk.office.moves._moves) == 1
