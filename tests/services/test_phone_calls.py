"""Somebody whose phone is gone, at a terminal that the helpdesk cannot reach, gets in by telephone; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
import pytest

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import AuditEvent, Event, Severity
from pomfa_tui.domain.credentials import MfaState, PasswordReset
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadInput,
    ClockMovedBack,
    CodeLocked,
    OutOfSequence,
    PhoneChallengeOver,
    PhoneLimit,
    PhoneNotReady,
    PhoneResponseWrong,
    Refusal,
    SealBroken,
)
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.phone_help import CHALLENGES, LIFETIME, TRIES, PhoneAct
from pomfa_tui.domain.spoken_codes import spelled
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import (
    AttemptId,
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    ShowRecoveryCodes,
    SignedIn,
    Step,
)
from tests.house import BRIDGE, HOST
from tests.office import pair_after_mfa_reset, refused, runs, why
from tests.telephone import Telephone, hand_key_over
from tests.world import make_world


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


def respond(line: Telephone, attempt: AttemptId, text: str) -> Step:
    """Type a response."""
    return line.pharmacy.desk.phone_calls.respond(attempt, text)


def guess(number: int) -> str:
    """Return a response that nobody gave."""
    return phone_help.RESPONSE.write(number)


def wrong(line: Telephone, attempt: AttemptId, number: int = 7) -> Refusal | None:
    """Type a guess."""
    return refused(lambda: respond(line, attempt, guess(number)))


def of(events: list[AuditEvent], event: Event) -> list[AuditEvent]:
    """Return the events of one kind."""
    return [each for each in events if each.event is event]


# -- It works ---------------------------------------------------------------------------------------------------------


def test_an_existing_person_whose_phone_is_gone_gets_in(line: Telephone) -> None:
    """Rule 20: the old secret and recovery codes are dead at once, the person pairs anew in the same attempt and is told later."""
    world, jo = line.pharmacy, line.jo
    session = world.sign_in(jo)
    old_recovery = jo.recovery
    shown = line.call()

    step = respond(line, shown.attempt, line.answer(shown.text).response)

    assert step == NeedPairing(shown.attempt)
    assert world.credentials(jo).mfa is MfaState.RESET
    assert world.credentials(jo).recovery == ()
    assert not runs(world, session)
    jo.phone.scan(world.desk.pairing.offer(shown.attempt).entry)
    paired = world.desk.pairing.confirm(shown.attempt, jo.phone.code())
    assert isinstance(paired, ShowRecoveryCodes)
    assert set(dict(paired.codes).values()).isdisjoint(old_recovery.values())
    done = world.desk.recovery.confirm(paired.attempt)
    assert isinstance(done, SignedIn)
    (notice,) = world.account(jo).notices
    assert (notice.kind, notice.by, notice.terminal) == (
        NoticeKind.MFA_RESET,
        "the helpdesk",
        "pts/7",
    )


def test_both_sides_record_it_under_the_same_challenge(line: Telephone) -> None:
    """Rule 32: who it was stands in the helpdesk's log, what it did in the pharmacy's; no code, no e-mail in either."""
    with line.pharmacy.recorded() as here, line.helpdesk.recorded() as there:
        shown = line.call()
        answer = line.answer(shown.text)
        respond(line, shown.attempt, answer.response)

    (asked,), (reset,) = of(here, Event.PHONE_HELP), of(here, Event.TOKEN_REVOKED)
    (answered,) = of(there, Event.PHONE_HELP)
    assert (asked.actor, asked.reason, asked.site) == (line.jo.id, "challenge", "FA111")
    assert (reset.actor, reset.actor_role) == ("helpdesk:telephone", "support")
    assert (reset.subject, reset.reason, reset.severity) == (
        line.jo.id,
        "mfa_reset",
        Severity.WARNING,
    )
    assert (answered.actor, answered.reason, answered.site) == (line.sam.id, "answered", "FA111")
    assert answered.detail["identity"] == "called-back"
    assert answered.detail["ticket"] == "HD-4711"
    assert asked.detail == reset.detail
    assert asked.detail.items() <= answered.detail.items()
    for event in here + there:
        assert not {answer.response, shown.text, line.jo.email} & set(event.detail.values())


def test_an_unlock_lets_the_next_code_in_and_leaves_everything_else(line: Telephone) -> None:
    """Rule 24."""
    world, jo = line.pharmacy, line.jo
    line.lock()
    world.clock.advance(30)
    shown = line.call(act=PhoneAct.UNLOCK)
    with world.recorded() as events:
        step = respond(line, shown.attempt, line.answer(shown.text).response)

    assert isinstance(step, NeedCode)
    assert [(each.event, each.reason) for each in events] == [(Event.USER_UPDATED, "unlocked")]
    assert isinstance(world.desk.sign_in.offer_code(step.attempt, jo.phone.code()), SignedIn)
    assert len(world.credentials(jo).recovery) == 10
    assert [notice.kind for notice in world.account(jo).notices] == [NoticeKind.UNLOCKED]


def test_an_mfa_reset_also_helps_where_a_hundred_wrong_codes_have_switched_codes_off(
    line: Telephone,
) -> None:
    """THR-01: usable again only after pairing anew; an unlock is not even offered."""
    line.pharmacy.set_credentials(line.jo, code_counter=Counter(failures=100))
    attempt = line.attempt()

    assert line.pharmacy.desk.phone_calls.choices(attempt) == (PhoneAct.MFA_RESET,)
    shown = line.call(attempt)
    assert isinstance(respond(line, attempt, line.answer(shown.text).response), NeedPairing)
    assert line.pharmacy.credentials(line.jo).code_counter == Counter()


def test_an_unlock_is_offered_only_to_who_is_locked(line: Telephone) -> None:
    attempt = line.attempt()
    assert line.pharmacy.desk.phone_calls.choices(attempt) == (PhoneAct.MFA_RESET,)
    answer = refused(lambda: line.call(attempt, PhoneAct.UNLOCK))
    assert isinstance(answer, BadInput)

    line.lock()

    assert line.pharmacy.desk.phone_calls.choices(line.attempt()) == (
        PhoneAct.MFA_RESET,
        PhoneAct.UNLOCK,
    )


def test_a_challenge_survives_a_restart_and_is_shown_again_until_it_is_over(
    line: Telephone,
) -> None:
    """The line may be held while the terminal starts afresh; what counts is in the store."""
    world = line.pharmacy
    shown = line.call()
    wrong(line, shown.attempt)
    world.clock.advance(minutes=4)
    world.restart()

    again = line.call()

    assert again.text == shown.text
    assert again.seconds == LIFETIME - 240
    assert isinstance(wrong(line, again.attempt), PhoneResponseWrong)
    assert isinstance(respond(line, again.attempt, line.answer(shown.text).response), NeedPairing)


def test_a_terminal_that_died_after_the_reset_can_be_helped_again(line: Telephone) -> None:
    """The right to pair dies with the attempt; the password leads to `Activation code`, and from there the helpdesk can be called."""
    shown = line.call()
    respond(line, shown.attempt, line.answer(shown.text).response)
    line.pharmacy.restart()

    step = line.pharmacy.offer_password(line.jo)
    assert isinstance(step, NeedActivation)
    again = line.call(step.attempt)
    assert again.text != shown.text
    assert isinstance(respond(line, step.attempt, line.answer(again.text).response), NeedPairing)


def test_an_administrator_can_still_hand_out_an_activation_code_instead(line: Telephone) -> None:
    """Rule 17: the newest way to pair wins."""
    world, jo = line.pharmacy, line.jo
    shown = line.call()
    respond(line, shown.attempt, line.answer(shown.text).response)
    slip = world.desk.office.resets.reset_mfa(HOST, jo.id, why()).activation_code

    assert isinstance(refused(lambda: world.desk.pairing.offer(shown.attempt)), AttemptEnded)
    pair_after_mfa_reset(world, jo, slip)


def test_a_slip_that_was_handed_out_before_is_dead_after_a_phone_reset(line: Telephone) -> None:
    """Rule 17: there is one way to pair at a time."""
    world, jo = line.pharmacy, line.jo
    slip = world.desk.office.resets.reset_mfa(HOST, jo.id, why()).activation_code
    shown = line.call()
    respond(line, shown.attempt, line.answer(shown.text).response)
    world.restart()

    step = world.offer_password(jo)
    assert isinstance(step, NeedActivation)
    assert refused(lambda: world.desk.sign_in.offer_activation_code(step.attempt, slip)) is not None


# -- It works once, for one thing -------------------------------------------------------------------------------------


def test_a_response_works_once(line: Telephone) -> None:
    """A03, A22: replayed in the same attempt, in another, and after a restart."""
    shown = line.call()
    response = line.answer(shown.text).response
    respond(line, shown.attempt, response)

    assert isinstance(refused(lambda: respond(line, shown.attempt, response)), OutOfSequence)
    attempt = line.attempt()
    with line.pharmacy.recorded() as events:
        assert isinstance(refused(lambda: respond(line, attempt, response)), PhoneChallengeOver)
    assert [(each.event, each.reason) for each in events] == [
        (Event.SIGN_IN_FAILED, "phone_challenge_over")
    ]
    line.call(attempt)
    assert isinstance(refused(lambda: respond(line, attempt, response)), PhoneResponseWrong)


def test_a_response_for_somebody_else_is_refused_and_counted(line: Telephone) -> None:
    """A23."""
    kim = line.pharmacy.person("kim@abbey.example")
    shown = line.call()
    other = line.call(line.attempt(kim))
    response = line.answer(other.text, kim.email).response

    assert isinstance(refused(lambda: respond(line, shown.attempt, response)), PhoneResponseWrong)
    assert line.pharmacy.credentials(line.jo).mfa is MfaState.ACTIVE


def test_a_response_for_another_site_is_refused_and_counted() -> None:
    """Two pharmacies with keys of their own: what is good for one is a guess at the other, even for the same nonce and e-mail."""
    line, other = Telephone(), Telephone()
    shown = line.call()
    spoken = phone_help.read_challenge(shown.text)
    with other.helpdesk.store.view() as view:
        key = other.helpdesk.desk.office.phone_answers._keys.open(view, "FA111")
    assert key is not None
    response = spoken.matter(line.jo.email).response(key.key)

    answer = refused(lambda: respond(line, shown.attempt, response))
    assert isinstance(answer, PhoneResponseWrong)
    assert answer.left == TRIES - 1


def test_a_response_to_an_unlock_resets_nothing(line: Telephone) -> None:
    """A24: the act is part of what is answered; the newest challenge wins."""
    line.lock()
    unlock = line.call(act=PhoneAct.UNLOCK)
    response = line.answer(unlock.text).response
    reset = line.call(unlock.attempt)

    assert isinstance(refused(lambda: respond(line, reset.attempt, response)), PhoneResponseWrong)
    assert line.pharmacy.credentials(line.jo).mfa is MfaState.ACTIVE


def test_a_response_to_an_earlier_challenge_is_refused(line: Telephone) -> None:
    shown = line.call()
    response = line.answer(shown.text).response
    line.pharmacy.clock.advance(seconds=LIFETIME)
    again = line.call()

    assert again.text != shown.text
    assert isinstance(refused(lambda: respond(line, again.attempt, response)), PhoneResponseWrong)


def test_a_late_response_is_refused(line: Telephone) -> None:
    """Ten minutes, by the clock on the wall."""
    shown = line.call()
    response = line.answer(shown.text).response
    line.pharmacy.clock.advance(seconds=LIFETIME)

    answer = refused(lambda: respond(line, shown.attempt, response))
    assert isinstance(answer, PhoneChallengeOver)
    assert "Press Esc" in answer.message


def test_a_response_in_the_last_second_is_accepted(line: Telephone) -> None:
    shown = line.call()
    line.pharmacy.clock.advance(seconds=LIFETIME - 1)
    assert isinstance(respond(line, shown.attempt, line.answer(shown.text).response), NeedPairing)


def test_a_clock_set_back_does_not_make_a_challenge_stand_longer(line: Telephone) -> None:
    """Rule 27, A42."""
    shown = line.call()
    response = line.answer(shown.text).response
    line.pharmacy.clock.advance(seconds=LIFETIME)
    wrong(line, shown.attempt)
    line.pharmacy.clock.set_back(300)

    assert isinstance(refused(lambda: respond(line, shown.attempt, response)), ClockMovedBack)
    assert isinstance(refused(line.call), ClockMovedBack)


def test_a_reset_meanwhile_ends_the_challenge(line: Telephone) -> None:
    """A28, SES-17: in this attempt and in the next."""
    world, jo = line.pharmacy, line.jo
    shown = line.call()
    response = line.answer(shown.text).response
    world.desk.office.resets.reset_mfa(HOST, jo.id, why())

    assert isinstance(refused(lambda: respond(line, shown.attempt, response)), AttemptEnded)
    attempt = line.attempt()
    assert isinstance(refused(lambda: respond(line, attempt, response)), PhoneChallengeOver)


# -- Guessing ---------------------------------------------------------------------------------------------------------


def test_five_wrong_responses_end_a_challenge(line: Telephone) -> None:
    """THR-05, THR-10: each is recorded; then the right one comes too late."""
    shown = line.call()
    response = line.answer(shown.text).response
    with line.pharmacy.recorded() as events:
        answers = [wrong(line, shown.attempt, number) for number in range(TRIES)]

    assert [getattr(answer, "left", None) for answer in answers] == [4, 3, 2, 1, None]
    assert isinstance(answers[-1], PhoneChallengeOver)
    assert len(of(events, Event.SIGN_IN_FAILED)) == TRIES
    (locked,) = of(events, Event.SIGN_IN_FAILED_MAX)
    assert (locked.reason, locked.severity) == ("phone_response", Severity.CRITICAL)
    assert isinstance(refused(lambda: respond(line, shown.attempt, response)), PhoneChallengeOver)


def test_tries_count_over_attempts_and_restarts(line: Telephone) -> None:
    """THR-05."""
    for _ in range(TRIES - 1):
        shown = line.call()
        assert isinstance(wrong(line, shown.attempt), PhoneResponseWrong)
        line.pharmacy.restart()
    shown = line.call()
    assert isinstance(wrong(line, shown.attempt), PhoneChallengeOver)


def test_a_person_has_five_challenges_a_day(line: Telephone) -> None:
    """Recorded; and the next day there is another."""
    world = line.pharmacy
    for _ in range(CHALLENGES):
        line.call()
        world.clock.advance(seconds=LIFETIME)
    with world.recorded() as events:
        answer = refused(line.call)

    assert isinstance(answer, PhoneLimit)
    assert (answer.code, answer.message.split()[0]) == ("rate_limit", "5")
    assert [each.event for each in events][-1] is Event.RATE_LIMIT
    world.clock.advance(days=1)
    line.call()


def test_changing_ones_mind_to_and_fro_costs_challenges(line: Telephone) -> None:
    """Otherwise each change would be a fresh set of tries."""
    line.lock()
    attempt = line.attempt()
    acts = [PhoneAct.UNLOCK, PhoneAct.MFA_RESET] * 3
    answers = [refused(partial(line.call, attempt, act)) for act in acts]
    assert [type(answer) for answer in answers] == [type(None)] * CHALLENGES + [PhoneLimit]


def test_a_slip_of_the_tongue_is_named_and_costs_no_try(line: Telephone) -> None:
    """A group that cannot be right was made for nothing, so it is no guess."""
    shown = line.call()
    response = line.answer(shown.text).response
    misheard = response[:5] + ("B" if response[5] != "B" else "D") + response[6:]

    answer = refused(lambda: respond(line, shown.attempt, misheard))

    assert isinstance(answer, BadInput)
    assert answer.field == "response"
    assert answer.message.startswith(f"Group 2 ({misheard[5:9]})")
    assert isinstance(wrong(line, shown.attempt), PhoneResponseWrong)
    spoken = " ".join(spelled(group) for group in response.split("-"))
    assert len(spoken.split()) == 12
    assert isinstance(respond(line, shown.attempt, response.lower()), NeedPairing)


def test_the_challenge_typed_back_is_no_response(line: Telephone) -> None:
    shown = line.call()
    assert isinstance(refused(lambda: respond(line, shown.attempt, shown.text)), BadInput)
    assert isinstance(refused(lambda: respond(line, shown.attempt, shown.text[:14])), BadInput)


# -- Who may not -------------------------------------------------------------------------------------------------------


def _with_code(line: Telephone) -> AttemptId:
    step = line.pharmacy.reach_code(line.jo)
    line.pharmacy.must_change_password(line.jo)
    line.pharmacy.desk.sign_in.offer_code(step.attempt, line.jo.phone.code())
    return step.attempt


def _with_slip(line: Telephone) -> AttemptId:
    line.pharmacy.reset_password(line.jo)
    step = line.pharmacy.desk.sign_in.offer_password(line.jo.email, line.jo.slip)
    assert isinstance(step, NeedCode)
    return step.attempt


def _newcomer(line: Telephone) -> AttemptId:
    kim = line.pharmacy.newcomer("kim@abbey.example")
    step = line.pharmacy.desk.sign_in.offer_password(kim.email, kim.slip)
    assert isinstance(step, NeedNewPassword)
    return step.attempt


def _activated(line: Telephone) -> AttemptId:
    slip = line.pharmacy.reset_mfa(line.jo)
    attempt = line.attempt()
    line.pharmacy.desk.sign_in.offer_activation_code(attempt, slip)
    return attempt


@pytest.mark.parametrize("reach", [_with_code, _with_slip, _newcomer, _activated])
def test_only_a_password_of_ones_own_and_no_more_leads_to_the_telephone(
    line: Telephone, reach: Callable[[Telephone], AttemptId]
) -> None:
    """Rule 20, ENR-19, REC-05: nobody who came by an activation code loses the other factor by telephone as well."""
    attempt = reach(line)
    calls = line.pharmacy.desk.phone_calls
    for act in (
        lambda: calls.choices(attempt),
        lambda: calls.challenge(attempt, PhoneAct.MFA_RESET),
        lambda: calls.respond(attempt, guess(1)),
    ):
        assert isinstance(refused(act), OutOfSequence)


def test_without_a_password_there_is_no_challenge(line: Telephone) -> None:
    """ENU-03: nothing to learn before it either."""
    nobody = AttemptId("0" * 32)
    calls = line.pharmacy.desk.phone_calls
    assert isinstance(refused(lambda: calls.choices(nobody)), AttemptEnded)
    assert isinstance(refused(lambda: calls.challenge(nobody, PhoneAct.MFA_RESET)), AttemptEnded)
    assert isinstance(refused(lambda: calls.respond(nobody, guess(1))), AttemptEnded)


def test_a_terminal_whose_key_nobody_has_says_so_before_anybody_calls() -> None:
    world = make_world()
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)

    answer = refused(lambda: world.desk.phone_calls.choices(step.attempt))

    assert isinstance(answer, PhoneNotReady)
    assert "site key export" in answer.message
    assert world.credentials(jo).phone is None


def test_where_support_works_in_the_same_store_the_key_is_there_already() -> None:
    """No file is needed: it is made when the first challenge is."""
    world = make_world()
    jo = world.person("jo@abbey.example")
    sam = world.person("sam@helpdesk.example", role="support")
    step = world.reach_code(jo)
    with world.recorded() as events:
        shown = world.desk.phone_calls.challenge(step.attempt, PhoneAct.MFA_RESET)
    assert {(each.event, each.reason) for each in events} >= {(Event.SITE_KEY, "made")}

    answer = world.desk.office.phone_answers.answer(
        world.session_of(sam.id), shown.text, jo.email, why()
    )

    assert isinstance(world.desk.phone_calls.respond(step.attempt, answer.response), NeedPairing)


def test_somebody_of_several_sites_is_helped_by_the_site_whose_key_the_helpdesk_has(
    line: Telephone,
) -> None:
    kim = line.pharmacy.person("kim@abbey.example", "FC333", "FA111")
    shown = line.call(line.attempt(kim))
    assert shown.site == "FA111"


def test_a_terminal_of_one_site_asks_in_the_name_of_that_site() -> None:
    pharmacy, helpdesk = make_world(bound_site=BRIDGE), make_world()
    hand_key_over(pharmacy, helpdesk, "FA111")
    kim = pharmacy.person("kim@abbey.example", "FA111", BRIDGE)
    step = pharmacy.reach_code(kim)

    assert isinstance(
        refused(lambda: pharmacy.desk.phone_calls.choices(step.attempt)), PhoneNotReady
    )
    hand_key_over(pharmacy, helpdesk, BRIDGE)
    shown = pharmacy.desk.phone_calls.challenge(step.attempt, PhoneAct.MFA_RESET)
    assert shown.site == BRIDGE


@pytest.mark.parametrize("role", ["support", "commissioner"])
def test_accounts_over_all_sites_are_not_reset_by_telephone(line: Telephone, role: str) -> None:
    kim = line.pharmacy.person("kim@over.example", role=role)
    attempt = line.attempt(kim)
    answer = refused(lambda: line.call(attempt))
    assert isinstance(answer, PhoneNotReady)
    assert "over all sites" in answer.message


def test_a_password_that_was_reset_within_the_day_makes_the_reset_critical(
    line: Telephone,
) -> None:
    """Rule 20, ENR-12: the other administrators are told."""
    world, jo = line.pharmacy, line.jo
    ann = world.person("ann@abbey.example", role="admin")
    world.set_credentials(
        jo, password_reset=PasswordReset(at=world.clock.now() - 3600, by="host:root")
    )
    shown = line.call()
    with world.recorded() as events:
        respond(line, shown.attempt, line.answer(shown.text).response)

    (reset,) = of(events, Event.TOKEN_REVOKED)
    assert reset.severity is Severity.CRITICAL
    assert reset.detail["both_factors"] == "yes"
    assert [each.kind for each in world.account(ann).notices] == [NoticeKind.COLLEAGUE_RECOVERED]


def test_a_sign_in_after_it_says_how_it_was_proven(line: Telephone) -> None:
    """AUD-01."""
    world, jo = line.pharmacy, line.jo
    shown = line.call()
    respond(line, shown.attempt, line.answer(shown.text).response)
    jo.phone.scan(world.desk.pairing.offer(shown.attempt).entry)
    paired = world.desk.pairing.confirm(shown.attempt, jo.phone.code())
    assert isinstance(paired, ShowRecoveryCodes)
    with world.recorded() as events:
        world.desk.recovery.confirm(paired.attempt)
    (signed_in,) = of(events, Event.SIGN_IN)
    assert signed_in.detail["factors"] == "password + phone response + code"


def test_while_codes_are_locked_the_right_response_still_counts_for_itself(
    line: Telephone,
) -> None:
    """Rule 24: the lock stays for codes until the response is right."""
    line.lock()
    shown = line.call()
    wrong(line, shown.attempt)
    answer = refused(
        lambda: line.pharmacy.desk.sign_in.offer_code(shown.attempt, line.jo.phone.code())
    )
    assert isinstance(answer, CodeLocked)


# -- When something is broken -----------------------------------------------------------------------------------------


def test_a_full_disk_changes_nothing(line: Telephone) -> None:
    """STO-09: no record, no change."""
    shown = line.call()
    response = line.answer(shown.text).response
    before = line.pharmacy.credentials(line.jo)
    line.pharmacy.store.disk_full = True

    assert refused(lambda: respond(line, shown.attempt, response)) is not None
    line.pharmacy.store.disk_full = False
    assert line.pharmacy.credentials(line.jo) == before
    assert isinstance(respond(line, shown.attempt, response), NeedPairing)


def test_a_damaged_key_is_recorded_and_lets_nobody_in(line: Telephone) -> None:
    """A33: a key that was moved there from another site."""
    world = line.pharmacy
    shown = line.call()
    response = line.answer(shown.text).response
    hand_key_over(world, line.helpdesk, BRIDGE)
    with world.store.transaction() as tx:
        key, other = tx.site_keys.get("FA111"), tx.site_keys.get(BRIDGE)
        assert key is not None
        assert other is not None
        tx.site_keys.put(msgspec.structs.replace(key, sealed=other.sealed))

    with world.recorded() as events:
        assert isinstance(refused(lambda: respond(line, shown.attempt, response)), SealBroken)
    assert [each.event for each in events] == [Event.DECRYPT_FAILED]
    assert world.credentials(line.jo).mfa is MfaState.ACTIVE
    kept = world.credentials(line.jo).phone
    assert kept is not None
    assert kept.challenge is not None
    assert kept.challenge.tries == 1


def test_somebody_with_no_site_today_is_told_so(line: Telephone) -> None:
    line.pharmacy.close_site("FA111")
    attempt = line.attempt()
    assert isinstance(refused(lambda: line.call(attempt)), PhoneNotReady)
