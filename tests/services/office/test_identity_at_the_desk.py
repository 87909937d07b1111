"""A recovery code read out at the desk is counted, throttled and spent like one that is typed (rule 21)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.errors import BadInput, CodeLocked, RecoveryCodeWrong
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.domain.typed_codes import new_typed_code
from pomfa_tui.services.linking import Link
from pomfa_tui.services.steps import NeedCode
from tests.house import BRIDGE, HOST
from tests.members import Member
from tests.office import Picture, main_events, refused, why
from tests.world import World

ACTS = ["reset_password", "reset_mfa", "unlock", "link", "unlink"]


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody who calls the desk with a sheet of recovery codes."""
    return world.person("jo@abbey.example", "FA111", BRIDGE)


def act_by_code(world: World, member: Member, act: str, code: str) -> object:
    """Do an act whose identity check is this recovery code, read out."""
    proof = why(IdentityCheck.RECOVERY_CODE, code=code)
    if act == "link":
        return world.desk.office.links.link(
            HOST, member.email, Link("FC333", "staff", "pharmacist"), proof
        )
    if act == "unlink":
        return world.desk.office.links.unlink(HOST, member.email, BRIDGE, proof)
    return getattr(world.desk.office.resets, act)(HOST, member.email, proof)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("numbered", [True, False])
def test_a_right_code_is_taken_with_its_number_or_without(
    world: World, jo: Member, act: str, numbered: bool
) -> None:
    """ENR-11, REC-09, REC-10: and the log says which one it was, never what it was."""
    code = jo.recovery[4]
    typed = f"4 {code.lower()}" if numbered else code.replace("-", " ")

    with world.recorded() as events:
        act_by_code(world, jo, act, typed)

    main = next(event for event in main_events(events) if event.detail.get("identity"))
    assert main.detail["identity"] == "recovery-code"
    assert main.detail["recovery_code"] == "4"
    assert code not in str(events)
    assert code.replace("-", "") not in str(events)


@pytest.mark.parametrize("act", ["reset_password", "unlock", "link", "unlink"])
def test_a_code_that_was_read_out_is_spent(world: World, jo: Member, act: str) -> None:
    """REC-03, REC-05: the desk has heard it, so it opens nothing more, and the nine others stay."""
    act_by_code(world, jo, act, jo.recovery[4])

    kept = world.credentials(jo)
    assert [code.number for code in kept.recovery] == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert kept.code_counter == Counter()
    again = refused(lambda: act_by_code(world, jo, "unlock", jo.recovery[4]))
    assert isinstance(again, BadInput)
    assert again.field == "recovery_code"


def test_a_code_that_was_read_out_opens_no_sign_in_afterwards(world: World, jo: Member) -> None:
    """REC-05: neither the same one nor, beside the slip, another one."""
    proof = why(IdentityCheck.RECOVERY_CODE, code=jo.recovery[4])
    issued = world.desk.office.resets.reset_password(HOST, jo.email, proof)
    step = world.desk.sign_in.offer_password(jo.email, issued.activation_code)
    assert isinstance(step, NeedCode)
    assert step.recovery_left == 0

    for number in (4, 5):
        answer = refused(
            lambda code=jo.recovery[number]: world.desk.sign_in.offer_recovery_code(  # type: ignore[misc]
                step.attempt, code
            )
        )
        assert answer is not None


@pytest.mark.parametrize("act", ACTS)
def test_a_wrong_code_changes_nothing_but_the_counter_and_is_recorded(
    world: World, jo: Member, act: str
) -> None:
    """ENR-11, THR-10, REC-06: it counts where a wrong code at sign-in counts."""
    before = world.credentials(jo)

    with world.recorded() as events:
        answer = refused(lambda: act_by_code(world, jo, act, new_typed_code()))

    assert isinstance(answer, BadInput)
    assert answer.field == "recovery_code"
    kept = world.credentials(jo)
    assert (kept.code_counter.failures, kept.code_counter.locked_until) == (1, 0)
    assert (kept.password, kept.recovery, kept.epoch) == (
        before.password,
        before.recovery,
        before.epoch,
    )
    (event,) = events
    assert (event.event, event.outcome, event.reason) == (
        Event.AUTHZ_ADMIN,
        Outcome.FAILURE,
        "identity_not_verified",
    )
    assert (event.actor, event.subject) == (HOST.actor_id, jo.id)
    assert event.detail["identity"] == "recovery-code"


@pytest.mark.parametrize(
    "typed", ["", "4", "4 ", "x" * 200, "\x00", "🙂", "11 AAAA-AAAA-AAAA-AAAA"]
)
def test_what_cannot_be_a_code_is_a_wrong_one(world: World, jo: Member, typed: str) -> None:
    """TOTP-09 by analogy: no exception, one count."""
    answer = refused(lambda: act_by_code(world, jo, "unlock", typed))

    assert isinstance(answer, BadInput)
    assert world.credentials(jo).code_counter.failures == 1


def test_no_code_at_all_is_a_wrong_one(world: World, jo: Member) -> None:
    proof = Justification(IdentityCheck.RECOVERY_CODE, "lost phone", "HD-1")

    answer = refused(lambda: world.desk.office.resets.unlock(HOST, jo.email, proof))

    assert isinstance(answer, BadInput)


def test_the_right_code_with_another_number_is_wrong(world: World, jo: Member) -> None:
    """REC-09."""
    answer = refused(lambda: act_by_code(world, jo, "unlock", f"5 {jo.recovery[4]}"))

    assert isinstance(answer, BadInput)
    assert len(world.credentials(jo).recovery) == 10


def test_ten_wrong_codes_at_the_desk_lock_the_desk_and_the_sign_in_alike(
    world: World, jo: Member
) -> None:
    """THR-02, THR-10, REC-06, A12: then not even the right one is looked at, and nothing more is counted."""
    for _ in range(9):
        refused(lambda: act_by_code(world, jo, "unlock", new_typed_code()))
    with world.recorded() as events:
        refused(lambda: act_by_code(world, jo, "unlock", new_typed_code()))
    assert [(event.event, event.severity) for event in events] == [
        (Event.AUTHZ_ADMIN, Severity.WARNING),
        (Event.SIGN_IN_FAILED_MAX, Severity.CRITICAL),
    ]
    work = world.hasher.calls

    with world.recorded() as events:
        answer = refused(lambda: act_by_code(world, jo, "reset_password", jo.recovery[4]))

    assert isinstance(answer, BadInput)
    assert "locked" in answer.message
    assert [(event.event, event.reason) for event in events] == [
        (Event.AUTHZ_ADMIN, "identity_not_verified")
    ]
    assert world.hasher.calls == work
    assert world.credentials(jo).code_counter.failures == 10
    assert world.credentials(jo).password is not None
    attempt = world.reach_code(jo).attempt
    assert isinstance(
        refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code())), CodeLocked
    )
    world.clock.advance(minutes=15)
    assert refused(lambda: act_by_code(world, jo, "reset_password", jo.recovery[4])) is None


def test_wrong_codes_at_the_desk_and_at_sign_in_add_up(world: World, jo: Member) -> None:
    """THR-10: one counter for every door."""
    for _ in range(5):
        refused(lambda: act_by_code(world, jo, "unlock", new_typed_code()))
    attempt = world.reach_code(jo).attempt
    for _ in range(4):
        answer = refused(lambda: world.desk.sign_in.offer_recovery_code(attempt, new_typed_code()))
        assert isinstance(answer, RecoveryCodeWrong)

    last = refused(lambda: world.desk.sign_in.offer_recovery_code(attempt, new_typed_code()))

    assert isinstance(last, CodeLocked)


def test_the_other_checks_cost_no_hash_and_touch_no_counter(world: World, jo: Member) -> None:
    before = world.credentials(jo)

    world.desk.office.resets.unlock(HOST, jo.email, why(IdentityCheck.CALLED_BACK, code="x"))

    assert world.credentials(jo) == before


def test_who_may_not_reset_cannot_try_codes_either(world: World, jo: Member) -> None:
    """THR-10, ROL-03: the right is asked for before anything is counted or hashed."""
    staff = world.sign_in(world.person("sam@abbey.example"))
    work, before = world.hasher.calls, Picture.of(world)

    answer = refused(
        lambda: world.desk.office.resets.reset_password(
            staff, jo.email, why(IdentityCheck.RECOVERY_CODE, code=jo.recovery[1])
        )
    )

    assert answer is not None
    assert answer.code == "not_permitted"
    assert (world.hasher.calls, Picture.of(world)) == (work, before)


def test_a_code_that_is_spent_while_it_is_being_checked_is_refused(
    world: World, jo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REC-03, A02: two desks with one code, both past the hash; the second changes nothing."""
    prepare = world.desk.office.resets._activation.prepare
    code = jo.recovery[4]
    done: list[object] = []

    def another_desk_is_quicker() -> object:
        if not done:
            done.append(None)
            act_by_code(world, jo, "unlock", code)
        return prepare()

    monkeypatch.setattr(world.desk.office.resets._activation, "prepare", another_desk_is_quicker)

    answer = refused(lambda: act_by_code(world, jo, "reset_password", code))

    assert isinstance(answer, BadInput)
    assert world.credentials(jo).password is not None
