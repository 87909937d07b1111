"""The helpdesk answers a challenge only for the account of whoever was checked, and never without a record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
import pytest

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Outcome
from pomfa_tui.domain.errors import (
    BadInput,
    NotPermitted,
    SealBroken,
    SelfReset,
    SessionEnded,
    StepUpNeeded,
)
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.phone_help import PhoneAct
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.access import Caller
from tests.house import HOST
from tests.office import refused, why
from tests.telephone import Telephone

CALLED = why(IdentityCheck.CALLED_BACK)


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


def answer(
    line: Telephone,
    text: str,
    *,
    email: str = "jo@abbey.example",
    proof: Justification = CALLED,
    caller: Caller | None = None,
) -> str:
    """Answer at the helpdesk."""
    token = caller or line.helpdesk.session_of(line.sam.id)
    return line.helpdesk.desk.office.phone_answers.answer(token, text, email, proof).response


def test_a_challenge_says_site_and_act_before_anybody_is_checked(line: Telephone) -> None:
    line.helpdesk.site("FA111", "Abbey Pharmacy, Town")
    shown = line.call()
    token = line.helpdesk.session_of(line.sam.id)
    question = line.helpdesk.desk.office.phone_answers.read(token, f" {shown.text.lower()} ")

    assert (question.act, question.site) == (PhoneAct.MFA_RESET, "FA111")
    assert question.site_name == "Abbey Pharmacy, Town"


@pytest.mark.parametrize("email", [" JO@Abbey.Example ", "jo@abbey.example"])
def test_the_e_mail_is_read_as_on_sign_in(line: Telephone, email: str) -> None:
    """A30."""
    assert answer(line, line.call().text, email=email)


def test_somebody_elses_challenge_is_not_answered(line: Telephone) -> None:
    """Who knows a colleague's password and can prove only who they are themselves gets nothing; it is recorded."""
    shown = line.call()
    with line.helpdesk.recorded() as events:
        refusal = refused(lambda: answer(line, shown.text, email="kim@abbey.example"))

    assert isinstance(refusal, BadInput)
    assert refusal.field == "email"
    (event,) = events
    assert (event.event, event.outcome) == (Event.AUTHZ_ADMIN, Outcome.FAILURE)
    assert (event.reason, event.actor, event.site) == (
        "phone_email_mismatch",
        line.sam.id,
        "FA111",
    )
    assert event.detail["challenge"] == phone_help.read_challenge(shown.text).reference


def test_an_invented_challenge_is_not_answered(line: Telephone) -> None:
    """Without the site's key nobody makes one that fits an e-mail."""
    spoken = phone_help.Spoken(PhoneAct.MFA_RESET, "FA111", 5, 0)
    refusal = refused(lambda: answer(line, spoken.text))
    assert isinstance(refusal, BadInput)
    assert refusal.field == "email"


def test_a_site_whose_key_is_not_here_is_named(line: Telephone) -> None:
    spoken = phone_help.Spoken(PhoneAct.MFA_RESET, "FB222", 5, 0)
    refusal = refused(lambda: answer(line, spoken.text))
    assert isinstance(refusal, BadInput)
    assert refusal.field == "challenge"
    assert "no key of FB222" in refusal.message


def test_a_misheard_group_is_named(line: Telephone) -> None:
    text = line.call().text
    wrong = ("Z" if text[0] != "Z" else "Y") + text[1:]
    refusal = refused(lambda: answer(line, wrong))
    assert isinstance(refusal, BadInput)
    assert refusal.message.startswith(f"Group 1 ({wrong[:4]})")


def test_a_ticket_is_always_needed(line: Telephone) -> None:
    """Rule 21: of support and of the command line alike."""
    shown = line.call()
    proof = Justification(IdentityCheck.CALLED_BACK, "lost phone")
    for caller in (None, HOST):
        refusal = refused(partial(answer, line, shown.text, proof=proof, caller=caller))
        assert isinstance(refusal, BadInput)
        assert refusal.field == "ticket"


def test_a_recovery_code_cannot_be_checked_from_afar(line: Telephone) -> None:
    proof = why(IdentityCheck.RECOVERY_CODE, code="4 ABCD-EFGH-JKMN-PQRS")
    refusal = refused(lambda: answer(line, line.call().text, proof=proof))
    assert isinstance(refusal, BadInput)
    assert refusal.field == "identity"


def test_a_fresh_code_is_needed(line: Telephone) -> None:
    """Rule 22: then the same call goes through."""
    world, sam = line.helpdesk, line.sam
    token = world.session_of(sam.id)
    world.clock.advance(minutes=4)
    world.desk.sessions.touch(token)
    world.clock.advance(minutes=2)
    text = line.call().text

    assert isinstance(refused(lambda: answer(line, text, caller=token)), StepUpNeeded)
    world.desk.office.step_up.prove(token, sam.phone.code())
    assert answer(line, text, caller=token)


def test_without_a_session_there_is_no_answer(line: Telephone) -> None:
    """ROL-03."""
    text = line.call().text
    assert isinstance(refused(lambda: answer(line, text, caller=SessionToken.new())), SessionEnded)


@pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
@pytest.mark.parametrize("act", ["read", "answer", "not_verified"])
def test_only_support_answers(line: Telephone, role: str, act: str) -> None:
    """ROL-01, ROL-03: refused and recorded, whatever was typed."""
    token = line.helpdesk.session_of(line.helpdesk.person("kim@x.example", role=role).id)
    answers = line.helpdesk.desk.office.phone_answers
    calls: dict[str, Callable[[], object]] = {
        "read": lambda: answers.read(token, "?"),
        "answer": lambda: answers.answer(token, "?", "?", CALLED),
        "not_verified": lambda: answers.not_verified(token, "?"),
    }
    with line.helpdesk.recorded() as events:
        assert isinstance(refused(calls[act]), NotPermitted)
    assert [each.event for each in events] == [Event.AUTHZ_FAILED]
    assert events[0].detail["action"] == "answer a phone reset"


def test_nobody_answers_for_themselves(line: Telephone) -> None:
    """Rule 10: support who also work at a pharmacy ask a colleague."""
    shown = line.call(line.attempt(line.pharmacy.person("sam@helpdesk.example")))
    with line.helpdesk.recorded() as events:
        refusal = refused(lambda: answer(line, shown.text, email="SAM@helpdesk.example"))
    assert isinstance(refusal, SelfReset)
    assert [(each.event, each.reason) for each in events] == [(Event.AUTHZ_FAILED, "self_reset")]


def test_who_could_not_be_verified_gets_nothing_and_it_is_recorded(line: Telephone) -> None:
    """Rule 21: changes nothing."""
    shown = line.call()
    token = line.helpdesk.session_of(line.sam.id)
    with line.helpdesk.recorded() as events:
        question = line.helpdesk.desk.office.phone_answers.not_verified(
            token, shown.text, "did not know the site", "HD-1"
        )

    assert question.site == "FA111"
    (event,) = events
    assert (event.event, event.reason) == (Event.AUTHZ_ADMIN, "identity_not_verified")
    assert event.detail["why"] == "did not know the site"
    assert event.detail["ticket"] == "HD-1"
    assert event.detail["act"] == "mfa-reset"


def test_an_answer_that_cannot_be_recorded_is_not_given(line: Telephone) -> None:
    """STO-09."""
    text = line.call().text
    token = line.helpdesk.session_of(line.sam.id)
    line.helpdesk.store.disk_full = True
    assert refused(lambda: answer(line, text, caller=token)) is not None


def test_the_same_challenge_has_the_same_answer_and_each_is_recorded(line: Telephone) -> None:
    """The line broke: it can be read out again."""
    text = line.call().text
    with line.helpdesk.recorded() as events:
        assert answer(line, text) == answer(line, text)
    assert [each.reason for each in events if each.event is Event.PHONE_HELP] == ["answered"] * 2


def test_a_damaged_key_gives_no_answer(line: Telephone) -> None:
    """A33."""
    text = line.call().text
    with line.helpdesk.store.transaction() as tx:
        key = tx.site_keys.get("FA111")
        assert key is not None
        tx.site_keys.put(msgspec.structs.replace(key, sealed=key.sealed.replace("FA111", "FB222")))
    assert isinstance(refused(lambda: answer(line, text)), SealBroken)


def test_what_is_answered_does_not_show_in_print(line: Telephone) -> None:
    """A40."""
    shown = line.call()
    given = line.answer(shown.text)
    assert given.response not in repr(given)
