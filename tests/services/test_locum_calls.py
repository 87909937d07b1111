"""A locum without an account, at a terminal that the helpdesk cannot reach, is set up by telephone; nobody else gets anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import AuditEvent, Event, Outcome, Severity
from pomfa_tui.domain.errors import (
    BadInput,
    ClockMovedBack,
    LocumCallOver,
    LocumNotByPhone,
    NhsmailFull,
    PhoneChallengeOver,
    PhoneLimit,
    PhoneNotReady,
    PhoneResponseWrong,
    Refusal,
    SealBroken,
    SharedMailbox,
)
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import Person, PersonState
from pomfa_tui.domain.phone_help import CHALLENGES, LIFETIME, TRIES, PhoneAct
from pomfa_tui.domain.requests import Request, RequestOutcome, spoken
from pomfa_tui.services.locum_calls import LocumChallenge
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.steps import NeedNewPassword, SignedIn
from pomfa_tui.services.views import Issued
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member, Phone
from tests.office import refused, why
from tests.telephone import Telephone, hand_key_over
from tests.world import World, make_world

LEE = NewRequest("locum", "Lee Locum", "Lee@locum.example", "01632 960123", ABBEY)
KEY = "lee@locum.example"


@pytest.fixture
def line() -> Telephone:
    """Return a pharmacy and the helpdesk, the key of Abbey handed over."""
    return Telephone()


def ask(line: Telephone, new: NewRequest = LEE) -> str:
    """File a request at the counter."""
    return line.pharmacy.desk.filing.file(None, new)


def call(line: Telephone, reference: str) -> LocumChallenge:
    """Show a challenge at the counter."""
    return line.pharmacy.desk.locum_calls.call(reference)


def respond(line: Telephone, reference: str, text: str) -> Issued:
    """Type a response at the counter, as somebody who is shown an activation code then."""
    answer = line.pharmacy.desk.locum_calls.respond(reference, text)
    assert isinstance(answer, Issued)
    return answer


def reach(line: Telephone, new: NewRequest = LEE) -> tuple[str, LocumChallenge]:
    """File a request and show its challenge."""
    reference = ask(line, new)
    return reference, call(line, reference)


def answered(line: Telephone, shown: LocumChallenge, email: str = LEE.email) -> str:
    """Answer at the helpdesk."""
    return line.answer(shown.text, email).response


def guess(line: Telephone, reference: str, number: int = 7) -> Refusal | None:
    """Type a response that nobody gave."""
    return refused(lambda: respond(line, reference, phone_help.RESPONSE.write(number)))


def person(world: World, email_key: str = KEY) -> Person | None:
    """Return whoever has this e-mail."""
    with world.store.view() as view:
        return view.people.by_email(email_key)


def request(world: World) -> Request:
    """Return the one request."""
    with world.store.view() as view:
        (found,) = view.requests.all()
    return found


def of(events: list[AuditEvent], event: Event) -> list[AuditEvent]:
    """Return the events of one kind."""
    return [each for each in events if each.event is event]


# -- It works ---------------------------------------------------------------------------------------------------------


def test_a_locum_without_an_account_gets_in_within_one_call(line: Telephone) -> None:
    """Rules 13, 17, 28 to 31: staff until midnight, by an activation code, a password and a phone of their own."""
    world = line.pharmacy
    reference, shown = reach(line)
    issued = respond(line, reference, answered(line, shown))

    found = person(world)
    assert found is not None
    assert (found.name, found.email, found.state, found.role) == (
        "Lee Locum",
        "Lee@locum.example",
        PersonState.INVITED,
        None,
    )
    today = date(2026, 1, 5)
    assert found.memberships == (
        Membership(site=ABBEY, role=SiteRole.STAFF, job=JobTitle.LOCUM, starts=today, ends=today),
    )
    lee = Member(found.id, LEE.email, "", Phone(world.clock))
    lee.slip = issued.activation_code
    assert isinstance(world.desk.sign_in.offer_password(lee.email, lee.slip), NeedNewPassword)
    shown_codes = world.pair(lee)
    assert isinstance(world.desk.recovery.confirm(shown_codes.attempt), SignedIn)


def test_the_pass_ends_at_midnight_in_london(line: Telephone) -> None:
    """Rule 13: in summer an hour before midnight UTC."""
    line.pharmacy.clock.advance(days=180)
    line.helpdesk.clock.advance(days=180)
    line.pharmacy.clock.advance(hours=15, minutes=30)
    reference, shown = reach(line)
    issued = respond(line, reference, answered(line, shown))
    (tie,) = issued.person.memberships
    assert (tie.starts, tie.ends) == (date(2026, 7, 5), date(2026, 7, 5))


def test_both_sides_record_it_under_the_same_challenge(line: Telephone) -> None:
    """Rules 21, 32: who answered stands in the helpdesk's log, what was done in the pharmacy's; no code, no name, no e-mail in either."""
    with line.pharmacy.recorded() as here, line.helpdesk.recorded() as there:
        reference, shown = reach(line)
        answer = answered(line, shown)
        issued = respond(line, reference, answer)

    (asked,), (created,) = of(here, Event.PHONE_HELP), of(here, Event.USER_CREATED)
    (closed,), (given,) = of(here, Event.REQUEST_CLOSED), of(there, Event.PHONE_HELP)
    assert asked.actor.startswith("unknown:")
    assert (asked.reason, asked.site) == ("challenge", ABBEY)
    assert asked.detail["request"] == spoken(reference)
    assert (created.actor, created.actor_role) == ("helpdesk:telephone", "support")
    assert (created.subject, created.site) == (issued.person.id, ABBEY)
    assert created.severity is Severity.WARNING
    assert created.detail == {"role": "staff", **asked.detail}
    assert (closed.subject, closed.reason) == (issued.person.id, "done")
    assert given.detail["challenge"] == created.detail["challenge"]
    assert (given.detail["act"], given.detail["identity"]) == ("new-locum", "called-back")
    assert given.detail["ticket"] == "HD-4711"
    told = [value for event in here + there for value in (*event.detail.values(), event.actor)]
    secrets = (answer, shown.text, issued.activation_code, LEE.email, KEY, LEE.name)
    assert not [each for each in told if any(secret in each for secret in secrets)]


def test_the_request_is_closed_and_the_administrators_are_told(line: Telephone) -> None:
    """Rule 31; ENR-16: nobody becomes a colleague unnoticed."""
    world = line.pharmacy
    ann = world.person("ann@abbey.example", role="admin")
    ben = world.person("ben@bridge.example", BRIDGE, role="admin")
    reference, shown = reach(line)
    respond(line, reference, answered(line, shown))

    closing = request(world).closing
    assert closing is not None
    assert (closing.outcome, closing.name) == (RequestOutcome.DONE, "the helpdesk")
    (notice,) = world.account(ann).notices
    assert (notice.kind, notice.by, notice.site) == (
        NoticeKind.LOCUM_SET_UP,
        "the helpdesk",
        ABBEY,
    )
    assert world.account(ben).notices == ()
    assert world.account(line.jo).notices == ()


def test_the_helpdesk_sees_site_and_act_before_it_checks_anybody(line: Telephone) -> None:
    _, shown = reach(line)
    token = line.helpdesk.session_of(line.sam.id)
    question = line.helpdesk.desk.office.phone_answers.read(token, shown.text.lower())
    assert (question.act, question.site) == (PhoneAct.NEW_LOCUM, ABBEY)


def test_a_challenge_survives_a_restart_and_is_shown_again_until_it_is_over(
    line: Telephone,
) -> None:
    reference, shown = reach(line)
    guess(line, reference)
    line.pharmacy.clock.advance(minutes=4)
    line.pharmacy.restart()

    again = call(line, reference)
    assert (again.text, again.seconds) == (shown.text, LIFETIME - 240)
    refusal = guess(line, reference)
    assert isinstance(refusal, PhoneResponseWrong)
    assert refusal.left == TRIES - 2
    assert respond(line, reference, answered(line, again)).activation_code


def test_where_support_works_in_the_same_store_no_file_is_needed() -> None:
    world = make_world()
    sam = world.person("sam@helpdesk.example", role="support")
    reference = world.desk.filing.file(None, LEE)
    shown = world.desk.locum_calls.call(reference)
    token = world.session_of(sam.id)
    why_ = why(IdentityCheck.CALLED_BACK)
    answer = world.desk.office.phone_answers.answer(token, shown.text, LEE.email, why_)
    assert isinstance(world.desk.locum_calls.respond(reference, answer.response), Issued)


# -- Which site -------------------------------------------------------------------------------------------------------


def test_a_terminal_for_one_site_sets_up_at_that_one(line: Telephone) -> None:
    """Rule 12: whatever was typed."""
    hand_key_over(line.pharmacy, line.helpdesk, BRIDGE)
    desk = line.pharmacy.another_terminal(bound_site=BRIDGE)
    reference = desk.filing.file(None, LEE)
    shown = desk.locum_calls.call(reference)
    assert shown.site == BRIDGE
    issued = desk.locum_calls.respond(reference, answered(line, shown))
    assert [tie.site for tie in issued.person.memberships] == [BRIDGE]


def test_the_only_pharmacy_need_not_be_named(line: Telephone) -> None:
    for other in (BRIDGE, CASTLE):
        line.pharmacy.close_site(other)
    _, shown = reach(line, replace(LEE, site=""))
    assert shown.site == ABBEY


@pytest.mark.parametrize("site", ["", "FZ999", CASTLE])
def test_a_pharmacy_that_is_not_named_not_known_or_closed_is_asked_for(
    line: Telephone, site: str
) -> None:
    line.pharmacy.close_site(CASTLE)
    reference = ask(line, replace(LEE, site=site))
    refusal = refused(lambda: call(line, reference))
    assert isinstance(refusal, PhoneNotReady)
    assert "which pharmacy" in refusal.message


def test_a_pharmacy_whose_key_the_helpdesk_does_not_have_is_told_so_before_anybody_rings(
    line: Telephone,
) -> None:
    """Without the key there is no help by telephone: nothing is made, nothing is written."""
    reference = ask(line, replace(LEE, site=BRIDGE))
    with line.pharmacy.recorded() as events:
        refusal = refused(lambda: call(line, reference))
    assert isinstance(refusal, PhoneNotReady)
    assert "site key export" in refusal.message
    assert events == []


def test_a_site_that_closes_while_somebody_telephones_takes_nobody_in(line: Telephone) -> None:
    """Rule 7: the response is used up."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    line.pharmacy.close_site(ABBEY)
    with line.pharmacy.recorded() as events:
        refusal = refused(lambda: respond(line, reference, answer))
    assert isinstance(refusal, PhoneNotReady)
    assert "closed" in refusal.message
    assert [(each.event, each.outcome) for each in events] == [(Event.PHONE_HELP, Outcome.FAILURE)]
    assert person(line.pharmacy) is None
    assert isinstance(refused(lambda: respond(line, reference, answer)), PhoneChallengeOver)


# -- Whose e-mail -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["pharmacy.FA111@nhs.net", "nhspharmacy.town.abbey@nhs.net", "info@abbey.example"]
)
def test_a_shared_mailbox_is_refused_as_at_add_a_person(line: Telephone, email: str) -> None:
    """Rule 2: beside the field, before anything is filed."""
    refusal = refused(lambda: ask(line, replace(LEE, email=email)))
    assert isinstance(refusal, SharedMailbox)
    assert refusal.field == "email"


def test_a_reason_lets_a_request_through_to_an_administrator_but_not_to_the_telephone(
    line: Telephone,
) -> None:
    """Rule 2: the reason is for somebody to judge; a premises mailbox has none."""
    new = replace(LEE, email="info@lee.example", note="it is mine alone")
    reference = ask(line, new)
    refusal = refused(lambda: call(line, reference))
    assert isinstance(refusal, PhoneNotReady)
    assert "one person's" in refusal.message
    premises = replace(new, email="pharmacy.FA111@nhs.net")
    assert isinstance(refused(lambda: ask(line, premises)), SharedMailbox)


@pytest.mark.parametrize("state", [PersonState.DISABLED, PersonState.LEFT, PersonState.INVITED])
def test_an_account_that_is_not_in_use_is_left_as_it_is(
    line: Telephone, state: PersonState
) -> None:
    """Rule 5, A28: no takeover; even the right response gives nothing, says where to turn, and is used up."""
    world = line.pharmacy
    lee = world.person(LEE.email, BRIDGE, state=state, name="Lee Somebody")
    reference, shown = reach(line)
    answer = answered(line, shown)
    before = (world.account(lee), world.credentials(lee))
    with world.recorded() as events:
        refusal = refused(lambda: respond(line, reference, answer))

    assert isinstance(refusal, LocumNotByPhone)
    assert "administrator" in refusal.message
    for hidden in ("Lee Somebody", BRIDGE):
        assert hidden not in refusal.message
    assert (world.account(lee), world.credentials(lee)) == before
    (event,) = events
    assert (event.event, event.outcome, event.reason) == (
        Event.PHONE_HELP,
        Outcome.FAILURE,
        "email_exists",
    )
    assert event.subject == lee.id
    assert request(world).is_open
    assert isinstance(refused(lambda: respond(line, reference, answer)), PhoneChallengeOver)


def test_before_the_proof_an_account_changes_nothing_that_can_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ENU-03: the same answers, the same hashes, the same commits, the same records."""
    monkeypatch.setattr("pomfa_tui.domain.phone_help.new_nonce", lambda: 1_234_567_890)
    monkeypatch.setattr("pomfa_tui.services.site_keys.new_key", lambda: bytes(range(32)))
    monkeypatch.setattr("pomfa_tui.services.request_filing.new_reference", lambda: "482771938")

    def seen(*, known: bool) -> tuple[object, ...]:
        line = Telephone()
        if known:
            line.pharmacy.person(LEE.email, BRIDGE)
        world = line.pharmacy
        before = world.store.changes(), world.store.transactions, world.hasher.calls
        with world.recorded() as events:
            reference, shown = reach(line)
            wrong = [str(guess(line, reference, number)) for number in range(TRIES)]
        records = [(each.event, each.reason, each.detail, each.subject) for each in events]
        after = world.store.changes(), world.store.transactions, world.hasher.calls
        work = [now - then for now, then in zip(after, before, strict=True)]
        return shown, wrong, records, work

    assert seen(known=True) == seen(known=False)


def test_nhsmail_places_count(line: Telephone) -> None:
    """Rule 3: also by telephone; the response is used up, nobody is created."""
    world = line.pharmacy
    for number in range(10):
        world.person(f"jo.{'abcdefghij'[number]}hill@nhs.net")
    new = replace(LEE, email="lee.locum@nhs.net")
    reference, shown = reach(line, new)
    answer = answered(line, shown, new.email)
    assert isinstance(refused(lambda: respond(line, reference, answer)), NhsmailFull)
    assert person(world, new.email) is None
    assert isinstance(refused(lambda: respond(line, reference, answer)), PhoneChallengeOver)


def test_the_helpdesk_does_not_answer_for_another_e_mail(line: Telephone) -> None:
    """The keyed tag: whoever proves to be somebody else gets nothing; recorded."""
    _, shown = reach(line)
    with line.helpdesk.recorded() as events:
        refusal = refused(lambda: line.answer(shown.text, "kim@locum.example"))
    assert isinstance(refusal, BadInput)
    assert refusal.field == "email"
    assert [each.reason for each in events] == ["phone_email_mismatch"]


# -- It works once, for one thing -------------------------------------------------------------------------------------


def test_a_response_works_once(line: Telephone) -> None:
    """A03, A22: the request is closed by it; filed anew, the response belongs to nothing."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    respond(line, reference, answer)
    assert isinstance(refused(lambda: respond(line, reference, answer)), LocumCallOver)
    again, _ = reach(line)
    assert isinstance(refused(lambda: respond(line, again, answer)), PhoneResponseWrong)
    with line.pharmacy.store.view() as view:
        assert view.people.count() == 2


def test_a_response_for_another_e_mail_is_refused_and_counted(line: Telephone) -> None:
    """A23."""
    reference, _ = reach(line)
    other = replace(LEE, email="kim@locum.example")
    _, shown = reach(line, other)
    answer = answered(line, shown, other.email)
    refusal = refused(lambda: respond(line, reference, answer))
    assert isinstance(refusal, PhoneResponseWrong)
    assert refusal.left == TRIES - 1
    assert person(line.pharmacy) is None


def test_a_response_for_another_site_is_refused_and_counted(line: Telephone) -> None:
    """The same e-mail at another pharmacy with a key of its own, in the same store."""
    hand_key_over(line.pharmacy, line.helpdesk, BRIDGE)
    first, _ = reach(line)
    _, bridge = reach(line, replace(LEE, site=BRIDGE))
    answer = answered(line, bridge)
    assert isinstance(refused(lambda: respond(line, first, answer)), LocumCallOver)
    again, shown = reach(line)
    assert shown.site == ABBEY
    assert isinstance(refused(lambda: respond(line, again, answer)), PhoneResponseWrong)


def test_a_response_to_the_same_nonce_with_another_key_is_a_guess(line: Telephone) -> None:
    reference, shown = reach(line)
    matter = phone_help.read_challenge(shown.text).matter(KEY)
    assert isinstance(
        refused(lambda: respond(line, reference, matter.response(bytes(32)))), PhoneResponseWrong
    )


@pytest.mark.parametrize("act", [PhoneAct.MFA_RESET, PhoneAct.UNLOCK])
def test_a_response_for_another_act_sets_nobody_up(line: Telephone, act: PhoneAct) -> None:
    """A24: the act is part of what is answered, even for the same nonce and e-mail."""
    reference, shown = reach(line)
    spoken_now = phone_help.read_challenge(shown.text)
    with line.helpdesk.store.view() as view:
        key = line.helpdesk.desk.office.phone_answers._keys.open(view, ABBEY)
    assert key is not None
    other = phone_help.Matter(act, ABBEY, spoken_now.nonce, KEY)
    answer = line.answer(other.challenge(key.key).text, LEE.email)
    assert answer.act is act
    assert isinstance(
        refused(lambda: respond(line, reference, answer.response)), PhoneResponseWrong
    )


def test_a_response_for_a_new_locum_resets_nobody(line: Telephone) -> None:
    """A24, the other way round: somebody who has an account cannot be reset by it."""
    attempt = line.attempt()
    shown = line.call(attempt)
    spoken_now = phone_help.read_challenge(shown.text)
    with line.helpdesk.store.view() as view:
        key = line.helpdesk.desk.office.phone_answers._keys.open(view, ABBEY)
    assert key is not None
    other = phone_help.Matter(PhoneAct.NEW_LOCUM, ABBEY, spoken_now.nonce, line.jo.email)
    answer = line.answer(other.challenge(key.key).text).response
    refusal = refused(lambda: line.pharmacy.desk.phone_calls.respond(attempt, answer))
    assert isinstance(refusal, PhoneResponseWrong)


def test_a_response_in_the_last_second_is_accepted_and_a_late_one_is_not(line: Telephone) -> None:
    """Ten minutes, by the clock on the wall; the first late one is recorded, the next ones write nothing."""
    early, shown = reach(line, replace(LEE, email="kim@locum.example"))
    answer = answered(line, shown, "kim@locum.example")
    reference, shown = reach(line)
    late = answered(line, shown)
    line.pharmacy.clock.advance(seconds=LIFETIME - 1)
    assert respond(line, early, answer).activation_code
    line.pharmacy.clock.advance(seconds=1)
    with line.pharmacy.recorded() as events:
        refusals = [refused(lambda: respond(line, reference, late)) for _ in range(3)]

    assert [type(each) for each in refusals] == [PhoneChallengeOver] * 3
    assert "New challenge" in str(refusals[0])
    assert [(each.event, each.reason) for each in events] == [
        (Event.SIGN_IN_FAILED, "phone_challenge_over")
    ]
    assert person(line.pharmacy) is None


def test_a_clock_set_back_does_not_make_a_challenge_stand_longer(line: Telephone) -> None:
    """Rule 27, A42: refused without a record, since a stranger could fill the log."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    line.pharmacy.clock.set_back(300)
    with line.pharmacy.recorded() as events:
        assert isinstance(refused(lambda: respond(line, reference, answer)), ClockMovedBack)
        assert isinstance(refused(lambda: call(line, reference)), ClockMovedBack)
    assert events == []


def test_filing_again_ends_the_challenge_and_only_the_newest_filing_can_go_on(
    line: Telephone,
) -> None:
    """Nobody rides on somebody else's call: who files the same e-mail under another name starts over, and gets no response."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    other = ask(line, replace(LEE, name="Somebody Else"))
    assert isinstance(refused(lambda: respond(line, reference, answer)), LocumCallOver)
    assert isinstance(refused(lambda: respond(line, other, answer)), PhoneChallengeOver)
    assert call(line, other).text != shown.text
    assert isinstance(refused(lambda: respond(line, other, answer)), PhoneResponseWrong)


@pytest.mark.parametrize("need", ["link", "reset", "other"])
def test_a_request_for_something_else_sets_nobody_up(line: Telephone, need: str) -> None:
    reference = ask(line, replace(LEE, need=need, note="please"))
    assert isinstance(refused(lambda: call(line, reference)), LocumCallOver)
    assert isinstance(guess(line, reference), LocumCallOver)


def test_a_request_that_the_helpdesk_has_closed_sets_nobody_up(line: Telephone) -> None:
    reference, shown = reach(line)
    answer = answered(line, shown)
    line.pharmacy.desk.requests.close(HOST, reference, "declined")
    assert isinstance(refused(lambda: respond(line, reference, answer)), LocumCallOver)
    assert isinstance(refused(lambda: call(line, reference)), LocumCallOver)


@pytest.mark.parametrize("text", ["", "482-771-938", "123456789"])
def test_a_number_of_no_request_is_refused(line: Telephone, text: str) -> None:
    assert refused(lambda: call(line, text)) is not None


# -- Guessing ---------------------------------------------------------------------------------------------------------


def test_five_wrong_responses_end_a_challenge(line: Telephone) -> None:
    """THR-05, THR-10: each is recorded; then the right one comes too late, and going on writes nothing."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    with line.pharmacy.recorded() as events:
        answers = [guess(line, reference, number) for number in range(TRIES)]
        late = [refused(lambda: respond(line, reference, answer)) for _ in range(20)]

    assert [getattr(each, "left", None) for each in answers] == [4, 3, 2, 1, None]
    assert {type(each) for each in (answers[-1], *late)} == {PhoneChallengeOver}
    assert [each.event for each in events] == [Event.SIGN_IN_FAILED] * TRIES + [
        Event.SIGN_IN_FAILED_MAX
    ]
    assert events[-1].severity is Severity.CRITICAL
    assert {each.reason for each in events} == {"phone_response"}
    assert person(line.pharmacy) is None


def test_a_misheard_group_is_named_and_costs_no_try(line: Telephone) -> None:
    reference, _ = reach(line)
    for _ in range(2 * TRIES):
        refusal = refused(lambda: respond(line, reference, "7KQ2 7KQ2 7KQ2"))
        assert isinstance(refusal, BadInput)
    wrong = guess(line, reference)
    assert isinstance(wrong, PhoneResponseWrong)
    assert wrong.left == TRIES - 1


def test_an_e_mail_has_five_challenges_a_day_and_asking_for_more_is_recorded_once(
    line: Telephone,
) -> None:
    """THR-09: also over restarts and further filings; and the next day there is another."""
    world = line.pharmacy
    reference, _ = reach(line)
    for number in range(1, CHALLENGES):
        world.restart()
        reference, _ = reach(line, replace(LEE, name=f"Lee {'ABCDE'[number]}"))
    world.clock.advance(seconds=LIFETIME)
    with world.recorded() as events:
        for _ in range(20):
            assert isinstance(refused(lambda: call(line, reference)), PhoneLimit)
    assert [(each.event, each.reason) for each in events] == [
        (Event.RATE_LIMIT, "phone_challenges")
    ]
    world.clock.advance(days=1)
    call(line, reference)


def test_a_damaged_key_is_refused_at_both_steps(line: Telephone) -> None:
    """A33: recorded with the try that it cost."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    world = line.pharmacy
    with world.store.transaction() as tx:
        key = tx.site_keys.get(ABBEY)
        assert key is not None
        tx.site_keys.put(msgspec.structs.replace(key, sealed=key.sealed.replace(ABBEY, BRIDGE)))
    with world.recorded() as events:
        assert isinstance(refused(lambda: respond(line, reference, answer)), SealBroken)
        assert isinstance(refused(lambda: call(line, reference)), SealBroken)
    assert [each.event for each in events] == [Event.DECRYPT_FAILED]


def test_what_cannot_be_recorded_does_not_happen(line: Telephone) -> None:
    """STO-09: neither the locum nor the end of the challenge."""
    reference, shown = reach(line)
    answer = answered(line, shown)
    line.pharmacy.store.disk_full = True
    assert refused(lambda: respond(line, reference, answer)) is not None
    line.pharmacy.store.disk_full = False
    assert person(line.pharmacy) is None
    assert respond(line, reference, answer).activation_code


def test_what_is_secret_does_not_show_in_print(line: Telephone) -> None:
    """A40."""
    reference, shown = reach(line)
    issued = respond(line, reference, answered(line, shown))
    assert issued.activation_code not in repr(issued)


@pytest.mark.parametrize("role", ["admin", "support"])
def test_nobody_more_than_staff_comes_of_it(line: Telephone, role: str) -> None:
    """ROL-01: whatever is typed into the request."""
    new = replace(LEE, name=role, note=f"role {role}, please")
    reference, shown = reach(line, new)
    issued = respond(line, reference, answered(line, shown))
    assert (issued.person.role, [tie.role for tie in issued.person.memberships]) == (
        None,
        [SiteRole.STAFF],
    )
