"""A reset takes one factor away and hands out an activation code; the person stays subject to both (rules 17, 20, 21)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.credentials import MfaState, PairingEnd
from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    AttemptEnded,
    BadInput,
    CodeLocked,
    CodeOfOldEntry,
    NotPermitted,
    SessionEnded,
    SignInRefused,
    StepUpNeeded,
)
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import (
    NeedActivation,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    PasswordCause,
    SignedIn,
)
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import OTHER_PASSWORD, Member
from tests.office import (
    Picture,
    main_events,
    pair_after_mfa_reset,
    refused,
    runs,
    sign_in_after_password_reset,
    why,
)
from tests.world import World


def test_a_password_reset_kills_the_password_and_every_session_at_once(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-09, SES-09, rule 20."""
    session, actor = world.sign_in(jo), world.sign_in(admin)

    world.desk.office.resets.reset_password(actor, jo.email, why())

    assert not runs(world, session)
    assert runs(world, actor)
    assert isinstance(refused(lambda: world.offer_password(jo)), SignInRefused)


def test_after_a_password_reset_the_code_of_the_slip_and_of_the_authenticator_are_both_asked_for(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-09, A24, rule 20: no session before the new password is chosen."""
    issued = world.desk.office.resets.reset_password(world.sign_in(admin), jo.email, why())
    step = world.desk.sign_in.offer_password(jo.email, issued.activation_code)
    assert isinstance(step, NeedCode)
    step = world.desk.sign_in.offer_code(step.attempt, jo.phone.code())
    assert isinstance(step, NeedNewPassword)
    assert step.cause is PasswordCause.RESET
    assert not world.sessions(jo)

    assert isinstance(world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD), SignedIn)
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_password(jo.email, issued.activation_code)),
        SignInRefused,
    )


def test_an_mfa_reset_kills_the_entry_the_recovery_codes_and_every_session_at_once(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-10, ENR-20, REC-11, SES-09, rule 20: the password still works, and alone it stops at the activation code."""
    session, actor = world.sign_in(jo), world.sign_in(admin)

    world.desk.office.resets.reset_mfa(actor, jo.email, why())

    kept = world.credentials(jo)
    assert (kept.authenticator, kept.recovery, kept.mfa) == (None, (), MfaState.RESET)
    assert not runs(world, session)
    step = world.offer_password(jo)
    assert isinstance(step, NeedActivation)
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_activation_code(step.attempt, jo.recovery[1])),
        ActivationCodeWrong,
    )


def test_after_an_mfa_reset_the_old_entry_is_named_as_such_and_a_new_one_is_paired(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-10, ENR-15, rule 20, rule 25: two pairings in the history's order, the old code refused by its name."""
    old_phone = jo.phone.secret
    issued = world.desk.office.resets.reset_mfa(world.sign_in(admin), jo.email, why())
    pair_after_mfa_reset(world, jo, issued.activation_code)

    kept = world.credentials(jo)
    assert kept.authenticator is not None
    assert [(past.ended, past.ended_by) for past in kept.pairings] == [(PairingEnd.RESET, admin.id)]
    assert kept.authenticator.generation == 2
    new_phone, jo.phone.secret = jo.phone.secret, old_phone
    assert new_phone != old_phone
    attempt = world.reach_code(jo).attempt
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code())), CodeOfOldEntry
    )


@pytest.mark.parametrize("reset", ["reset_password", "reset_mfa"])
def test_the_newest_activation_code_wins(
    world: World, jo: Member, admin: Member, reset: str
) -> None:
    """ENR-07, rule 17: also when the same factor is reset twice."""
    actor = world.sign_in(admin)
    act = getattr(world.desk.office.resets, reset)
    first = act(actor, jo.email, why()).activation_code
    second = act(actor, jo.email, why()).activation_code
    assert first != second

    if reset == "reset_password":
        refusal = refused(lambda: world.desk.sign_in.offer_password(jo.email, first))
        assert isinstance(refusal, SignInRefused)
        assert isinstance(world.desk.sign_in.offer_password(jo.email, second), NeedCode)
        return
    step = world.offer_password(jo)
    assert isinstance(step, NeedActivation)
    refusal = refused(lambda: world.desk.sign_in.offer_activation_code(step.attempt, first))
    assert isinstance(refusal, ActivationCodeWrong)
    assert isinstance(world.desk.sign_in.offer_activation_code(step.attempt, second), NeedPairing)


@pytest.mark.parametrize("reset", ["reset_password", "reset_mfa"])
def test_a_half_done_sign_in_dies_with_the_reset(
    world: World, jo: Member, admin: Member, reset: str
) -> None:
    """A28, rule 20: what was proven before the reset proves nothing after it."""
    actor = world.sign_in(admin)
    attempt = world.reach_code(jo).attempt
    getattr(world.desk.office.resets, reset)(actor, jo.email, why())

    answer = refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code()))

    assert isinstance(answer, AttemptEnded)
    assert not world.sessions(jo)


def test_a_slip_of_one_person_opens_nobody_elses_account(
    world: World, jo: Member, admin: Member
) -> None:
    """A23."""
    actor = world.sign_in(admin)
    sam = world.person("sam@abbey.example")
    world.desk.office.resets.reset_password(actor, sam.email, why())

    issued = world.desk.office.resets.reset_password(actor, jo.email, why())

    refusal = refused(lambda: world.desk.sign_in.offer_password(sam.email, issued.activation_code))
    assert isinstance(refusal, SignInRefused)


@pytest.mark.parametrize("reset", ["reset_password", "reset_mfa"])
def test_whoever_resets_learns_the_slip_and_nothing_else(
    world: World, jo: Member, admin: Member, reset: str
) -> None:
    """ENR-02, ENR-08, A27, ROL-09: no secret, hash or counter anywhere in the answer; the slip not in its representation."""
    issued = getattr(world.desk.office.resets, reset)(world.sign_in(admin), jo.email, why())

    assert issued.activation_code not in repr(issued)
    names = set(_names(issued))
    assert not names & {"password", "hash", "secret", "sealed", "recovery", "authenticator"}
    assert not {name for name in names if "counter" in name}


def _names(value: object) -> list[str]:
    if not is_dataclass(value):
        return []
    found: list[str] = []
    for each in fields(value):
        found += [each.name, *_names(getattr(value, each.name))]
    return found


def test_somebody_invited_gets_a_new_code_by_a_password_reset(world: World, admin: Member) -> None:
    """ENR-07, rule 17: with any check of identity, for there is no factor to lose; the old slip is dead."""
    new = world.newcomer("new@abbey.example")
    old_slip = new.slip

    issued = world.desk.office.resets.reset_password(
        world.sign_in(admin), new.email, why(IdentityCheck.CALLED_BACK)
    )

    refusal = refused(lambda: world.desk.sign_in.offer_password(new.email, old_slip))
    assert isinstance(refusal, SignInRefused)
    new.slip = issued.activation_code
    world.pair(new)
    assert world.account(new).state is PersonState.ACTIVE
    assert issued.person.state is PersonState.INVITED


def test_there_is_no_mfa_reset_for_somebody_who_never_paired(world: World, admin: Member) -> None:
    """Rule 20: the sentence says what to do instead."""
    new = world.newcomer("new@abbey.example")
    actor = world.sign_in(admin)

    with pytest.raises(BadInput, match="Reset the password to hand out") as caught:
        world.desk.office.resets.reset_mfa(actor, new.email, why())

    assert caught.value.field == "who"


@pytest.mark.parametrize("act", ["reset_password", "reset_mfa", "unlock"])
@pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT])
def test_an_account_that_is_off_is_switched_on_before_it_is_reset(
    world: World, jo: Member, act: str, state: PersonState
) -> None:
    world.set_person(jo, state=state)

    with pytest.raises(BadInput) as caught:
        getattr(world.desk.office.resets, act)(HOST, jo.email, why())

    assert caught.value.field == "who"


def test_a_reset_brings_a_factor_back_that_a_hundred_failures_switched_off(
    world: World, jo: Member
) -> None:
    """THR-01, rule 24: an unlock does not, and says which reset does."""
    resets = world.desk.office.resets
    world.set_credentials(jo, password_counter=Counter(failures=100))
    with pytest.raises(BadInput, match="Reset the password"):
        resets.unlock(HOST, jo.email, why())
    issued = resets.reset_password(HOST, jo.email, why())
    assert world.credentials(jo).password_counter == Counter()
    assert not issued.person.locked

    sign_in_after_password_reset(world, jo, issued.activation_code)
    world.set_credentials(jo, code_counter=Counter(failures=100))
    with pytest.raises(BadInput, match="Reset the authenticator"):
        resets.unlock(HOST, jo.email, why())
    resets.reset_mfa(HOST, jo.email, why())
    assert world.credentials(jo).code_counter == Counter()


def test_an_unlock_lets_somebody_try_at_once_and_forgets_no_failure(
    world: World, jo: Member, admin: Member
) -> None:
    """THR-06, rule 24: five more failures lock again, for longer."""
    attempt = world.reach_code(jo).attempt
    for _ in range(9):
        refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.wrong_code()))
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.wrong_code())), CodeLocked
    )
    assert world.desk.people.show(HOST, jo.email).locked

    shown = world.desk.office.resets.unlock(world.sign_in(admin), jo.email, why())

    assert not shown.locked
    counter = world.credentials(jo).code_counter
    assert (counter.failures, counter.locked_until) == (10, 0)
    assert isinstance(world.offer_password(jo), NeedCode)


def test_the_summary_says_truly_that_the_other_factor_is_still_locked(
    world: World, jo: Member, admin: Member
) -> None:
    """Rule 24: a password reset leaves the counter of codes alone."""
    until = world.clock.now() + 900
    world.set_credentials(jo, code_counter=Counter(failures=10, locked_until=until))

    issued = world.desk.office.resets.reset_password(world.sign_in(admin), jo.email, why())

    assert issued.person.locked
    assert world.credentials(jo).code_counter == Counter(failures=10, locked_until=until)


@pytest.mark.parametrize(
    ("act", "event", "reason"),
    [
        ("reset_password", Event.PASSWORD_CHANGED, "password_reset"),
        ("reset_mfa", Event.TOKEN_REVOKED, "mfa_reset"),
        ("unlock", Event.USER_UPDATED, "unlocked"),
    ],
)
@pytest.mark.parametrize("identity", list(IdentityCheck)[:-1])
def test_how_and_why_are_in_the_log_and_the_code_is_not(
    world: World,
    jo: Member,
    admin: Member,
    *,
    act: str,
    event: Event,
    reason: str,
    identity: IdentityCheck,
) -> None:
    """ENR-11, AUD-01, AUD-04, rule 21: exactly one main event for each act."""
    actor = world.sign_in(admin)
    world.sign_in(jo)

    with world.recorded() as events:
        answer = getattr(world.desk.office.resets, act)(actor, jo.email, why(identity))

    (main,) = main_events(events)
    assert (main.event, main.outcome, main.reason) == (event, Outcome.SUCCESS, reason)
    assert (main.actor, main.actor_role, main.subject, main.site) == (
        admin.id,
        "admin",
        jo.id,
        ABBEY,
    )
    assert main.detail == {"identity": identity.value, "why": "lost her phone", "ticket": "HD-4711"}
    assert main.severity is (Severity.INFO if act == "unlock" else Severity.WARNING)
    if act != "unlock":
        assert answer.activation_code not in str(events)


@pytest.mark.parametrize("act", ["reset_password", "reset_mfa", "unlock"])
def test_support_names_a_ticket_and_the_others_need_none(
    world: World, jo: Member, admin: Member, act: str
) -> None:
    """ROL-06, rule 21."""
    reset = getattr(world.desk.office.resets, act)
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))
    before = Picture.of(world)
    with pytest.raises(BadInput) as caught:
        reset(support, jo.email, why(ticket=" "))
    assert caught.value.field == "ticket"
    assert Picture.of(world) == before

    reset(world.sign_in(admin), jo.email, why(ticket=None))
    reset(HOST, jo.email, why(ticket=None))
    reset(support, jo.email, why())


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "lost\nphone"])
def test_without_a_reason_there_is_no_justification_to_act_by(reason: str) -> None:
    """ENR-11, rule 21: it cannot even be made, so no service can be handed one."""
    with pytest.raises(BadInput) as caught:
        why(reason=reason)

    assert caught.value.field == "reason"


@pytest.mark.parametrize("ticket", ["x" * 41, "HD\n1"])
def test_a_ticket_number_that_cannot_be_one_makes_no_justification_either(ticket: str) -> None:
    """GEN-07: and what can is kept as one line."""
    with pytest.raises(BadInput) as caught:
        why(ticket=ticket)

    assert caught.value.field == "ticket"
    assert why(ticket="  HD-1 ").ticket == "HD-1"
    assert why(ticket="  ").ticket is None
    assert why(reason="  lost   phone ").reason == "lost phone"


@pytest.mark.parametrize(
    "action", [Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK, Action.LINK]
)
def test_an_identity_that_could_not_be_verified_changes_nothing_and_is_recorded(
    world: World, jo: Member, action: Action
) -> None:
    """ENR-11, rule 21."""
    support = world.sign_in(world.person("sue@helpdesk.example", role="support"))
    session = world.sign_in(jo)
    before = Picture.of(world)

    with world.recorded() as events:
        world.desk.office.resets.not_verified(
            support, jo.email, action, "did not know the site", "HD-9"
        )

    assert Picture.of(world) == before
    assert runs(world, session)
    (event,) = events
    assert (event.event, event.outcome) == (Event.AUTHZ_ADMIN, Outcome.FAILURE)
    assert (event.reason, event.subject, event.site) == ("identity_not_verified", jo.id, ABBEY)
    assert event.detail == {
        "action": action.value,
        "why": "did not know the site",
        "ticket": "HD-9",
    }


def test_that_somebody_was_not_verified_is_recorded_without_a_reason_too(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-11: writing it down is never made harder than not doing it."""
    actor = world.sign_in(admin)

    with world.recorded() as events:
        world.desk.office.resets.not_verified(actor, jo.email, Action.RESET_MFA)

    assert [event.detail for event in events] == [{"action": "reset MFA"}]


@pytest.mark.parametrize(
    ("reason", "ticket", "field"), [("x" * 201, None, "reason"), ("x", "x" * 41, "ticket")]
)
def test_what_is_written_down_about_it_is_short(
    world: World, jo: Member, reason: str, ticket: str | None, field: str
) -> None:
    """GEN-07, PRI-06."""
    before = world.events()

    answer = refused(
        lambda: world.desk.office.resets.not_verified(HOST, jo.email, Action.UNLOCK, reason, ticket)
    )

    assert isinstance(answer, BadInput)
    assert answer.field == field
    assert world.events() == before


def test_only_acts_that_need_an_identity_can_fail_for_want_of_one(
    world: World, jo: Member, admin: Member
) -> None:
    actor = world.sign_in(admin)
    before = world.events()

    answer = refused(
        lambda: world.desk.office.resets.not_verified(actor, jo.email, Action.SEE_PERSON)
    )

    assert isinstance(answer, NotPermitted)
    assert world.events() == before


@pytest.mark.parametrize("act", ["reset_password", "reset_mfa", "unlock"])
def test_a_reset_needs_a_fresh_code_and_the_command_line_has_none_to_give(
    world: World, jo: Member, admin: Member, act: str
) -> None:
    """SES-13, rule 22: refused before any hash is made, so nothing is worth trying."""
    actor = world.sign_in(admin)
    world.clock.advance(minutes=5, seconds=1)
    world.desk.sessions.check(actor)
    before, hashed = Picture.of(world), world.hasher.calls

    answer = refused(lambda: getattr(world.desk.office.resets, act)(actor, jo.email, why()))

    assert isinstance(answer, StepUpNeeded)
    assert (Picture.of(world), world.hasher.calls) == (before, hashed)
    assert refused(lambda: getattr(world.desk.office.resets, act)(HOST, jo.email, why())) is None


def test_the_person_reads_of_a_reset_until_they_acknowledge_it(
    world: World, jo: Member, admin: Member
) -> None:
    """ENR-16, C17: who, when and from where."""
    actor = world.sign_in(admin)
    at = world.clock.now()
    issued = world.desk.office.resets.reset_password(actor, jo.email, why())
    world.clock.advance(hours=1)
    token = sign_in_after_password_reset(world, jo, issued.activation_code)

    (notice,) = world.desk.office.account.notices(token)

    assert (notice.kind, notice.at) == (NoticeKind.PASSWORD_RESET, at)
    assert (notice.by, notice.terminal) == ("Ada", "pts/7")
    world.desk.sessions.sign_out(token)
    token = world.sign_in(jo)
    assert world.desk.office.account.notices(token) == (notice,)
    world.desk.office.account.acknowledge(token, (notice.id,))
    assert world.desk.office.account.notices(token) == ()


def test_a_link_added_between_opening_and_sending_the_form_is_noticed(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-04, ROL-05, A26: rights are asked for at the act, not at the form."""
    actor = world.sign_in(admin)
    assert world.desk.people.show(actor, jo.email).elsewhere is False
    both = world.person("twin@abbey.example", ABBEY, BRIDGE)
    world.set_person(jo, memberships=world.account(both).memberships)

    answer = refused(lambda: world.desk.office.resets.reset_mfa(actor, jo.email, why()))

    assert answer is not None
    assert answer.code == "multi_site"
    assert world.desk.people.show(actor, jo.email).elsewhere is True


def test_an_administrator_who_was_demoted_while_the_form_was_open_is_refused(
    world: World, jo: Member, admin: Member
) -> None:
    """ROL-04."""
    actor = world.sign_in(admin)
    membership = world.account(admin).memberships[0]
    staff = world.account(jo).memberships[0]
    assert membership.role is not staff.role
    world.set_person(admin, memberships=(staff,))

    answer = refused(lambda: world.desk.office.resets.reset_mfa(actor, jo.email, why()))

    assert isinstance(answer, NotPermitted)


def test_a_reset_reaches_the_other_process_at_its_next_look(
    world: World, jo: Member, admin: Member
) -> None:
    """SES-08, ENR-20: the other terminal sees that something changed, asks, and is told."""
    session = world.sign_in(jo)
    other = world.another_terminal()
    seen = other.sessions.changes()

    world.desk.office.resets.reset_mfa(world.sign_in(admin), jo.email, why())

    assert other.sessions.changes() != seen
    with pytest.raises(SessionEnded) as caught:
        other.sessions.check(session)
    assert caught.value.reason == "account_changed"
