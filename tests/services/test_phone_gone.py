"""The phone is gone for good: password and a recovery code lead straight to a new pairing and a whole new set of codes."""

from __future__ import annotations

import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.domain.errors import (
    CodeOfOldEntry,
    OutOfSequence,
    RecoveryCodeWrong,
    SessionEnded,
    SignInRefused,
)
from pomfa_tui.services.steps import (
    AttemptId,
    NeedPairing,
    OfferedPairing,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.house import kinds
from tests.members import Member
from tests.world import World


def begin(world: World, member: Member, number: int = 4) -> AttemptId:
    """Type password and a recovery code, and say that the phone is gone."""
    attempt = world.reach_code(member).attempt
    step = world.desk.sign_in.offer_recovery_code(attempt, member.recovery[number], phone_gone=True)
    assert step == NeedPairing(attempt)
    return attempt


def scan(world: World, member: Member, attempt: AttemptId) -> OfferedPairing:
    """Scan the QR code with the new phone."""
    offer = world.desk.pairing.offer(attempt)
    member.phone.scan(offer.entry)
    return offer


@pytest.fixture
def jo(world: World) -> Member:
    """Somebody whose phone fell into the sea."""
    return world.person("jo@abbey.example")


def test_it_leads_to_a_new_pairing_a_whole_new_set_and_in(world: World, jo: Member) -> None:
    """REC-04, ENR-04: in one go, without anybody's help; the new entry has a mark of its own."""
    attempt = begin(world, jo)
    offer = scan(world, jo, attempt)
    assert offer.again
    assert offer.entry.entry_name == "PharmOutcomes:jo@abbey.example~2"

    shown = world.desk.pairing.confirm(attempt, jo.phone.code())

    assert isinstance(shown, ShowRecoveryCodes)
    assert shown.replaced is None
    assert [number for number, _ in shown.codes] == list(range(1, 11))
    assert not set(jo.recovery.values()) & {code for _, code in shown.codes}
    with world.recorded() as events:
        assert isinstance(world.desk.recovery.confirm(attempt), SignedIn)
    assert events[0].detail == {"factors": "password + recovery code"}


def test_the_old_entry_and_the_old_codes_are_dead(world: World, jo: Member) -> None:
    """ENR-10, REC-04: whoever finds the phone or the paper has nothing."""
    old = jo.phone.secret
    attempt = begin(world, jo)
    scan(world, jo, attempt)
    world.desk.pairing.confirm(attempt, jo.phone.code())
    world.desk.recovery.confirm(attempt)
    world.clock.advance(30)

    again = world.reach_code(jo).attempt
    with pytest.raises(CodeOfOldEntry, match="Delete the old entry"):
        world.desk.sign_in.offer_code(again, totp.code_at(old, totp.step_at(world.clock.now(), 30)))
    for number in (4, 5):
        with pytest.raises(RecoveryCodeWrong):
            world.desk.sign_in.offer_recovery_code(again, jo.recovery[number])
    assert isinstance(world.desk.sign_in.offer_code(again, jo.phone.code()), SignedIn)


def test_every_other_session_ends(world: World, jo: Member) -> None:
    """SES-08, SES-09: what was opened with the old entry does not outlive it."""
    token = world.sign_in(jo)
    world.clock.advance(60)
    attempt = begin(world, jo)
    world.desk.sessions.check(token)
    scan(world, jo, attempt)
    world.desk.pairing.confirm(attempt, jo.phone.code())

    with pytest.raises(SessionEnded) as ended:
        world.desk.sessions.check(token)
    assert ended.value.reason == "account_changed"


def test_who_stops_half_way_has_used_up_one_code_and_nothing_else(world: World, jo: Member) -> None:
    """ENR-06: the phone turns up under the sofa, and works."""
    attempt = begin(world, jo)
    scan(world, Member(jo.id, jo.email, jo.password, type(jo.phone)(world.clock)), attempt)
    world.desk.sign_in.leave(attempt)

    world.sign_in(jo)

    left = world.credentials(jo).recovery
    assert [code.number for code in left] == [1, 2, 3, 5, 6, 7, 8, 9, 10]


def test_a_wrong_recovery_code_opens_nothing_and_counts(world: World, jo: Member) -> None:
    """REC-05, REC-06, ENR-10: password alone never pairs."""
    attempt = world.reach_code(jo).attempt
    with pytest.raises(RecoveryCodeWrong):
        world.desk.sign_in.offer_recovery_code(attempt, "ABCD-EFGH-JKMN-PQRS", phone_gone=True)

    assert world.credentials(jo).code_counter.failures == 1
    with pytest.raises(OutOfSequence):
        world.desk.pairing.offer(attempt)


def test_a_recovery_code_that_was_replaced_pairs_nothing(world: World, jo: Member) -> None:
    """ENR-19: who signs in with a recovery code cannot turn that into a new pairing afterwards."""
    attempt = world.reach_code(jo).attempt
    world.desk.sign_in.offer_recovery_code(attempt, jo.recovery[4])

    with pytest.raises(OutOfSequence):
        world.desk.pairing.offer(attempt)


def test_it_needs_the_password(world: World, jo: Member) -> None:
    """REC-05: a code never by itself."""
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(jo.email, jo.recovery[4])


def test_it_is_recorded_from_the_code_to_the_end_of_the_old_entry(world: World, jo: Member) -> None:
    """REC-08, AUD-01, ENR-15: with the number and how many are left; the history says how the pairing ended."""
    with world.recorded() as events:
        attempt = begin(world, jo)
        scan(world, jo, attempt)
        world.desk.pairing.confirm(attempt, jo.phone.code())

    assert events[0].detail == {"number": "4", "left": "9"}
    assert [(event.event, event.reason) for event in events[1:]] == [
        (Event.TOKEN_REVOKED, "phone_gone"),
        (Event.TOKEN_CREATED, "paired"),
        (Event.TOKEN_CREATED, "recovery_codes"),
    ]
    assert kinds(events)[0] is Event.TOKEN_CREATED
    (ended,) = world.credentials(jo).pairings
    assert (ended.ended, ended.ended_by) == (PairingEnd.REPLACED, jo.id)
