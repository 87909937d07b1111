"""Every act leaves exactly the records it should, complete and in the words of the vocabulary (rule 32)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from pomfa_tui.domain.audit import AuditEvent, Event, Outcome
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.people import PeopleFilter
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.members import OTHER_PASSWORD
from tests.world import World, attempt_of, make_world

Act = Callable[[], object]

NEW = NewPerson("new@abbey.example", "New", "staff", ABBEY, "dispenser")


def wrong_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    return lambda: world.desk.sign_in.offer_password(jo.email, "wrong")


def right_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    return lambda: world.offer_password(jo)


def unknown_email(world: World) -> Act:
    return lambda: world.desk.sign_in.offer_password("nobody@nowhere.example", "wrong")


def tenth_wrong_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.set_credentials(jo, password_counter=Counter(failures=9))
    return lambda: world.desk.sign_in.offer_password(jo.email, "wrong")


def locked_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    until = world.clock.now() + 60
    world.set_credentials(jo, password_counter=Counter(failures=10, locked_until=until))
    return lambda: world.offer_password(jo)


def disabled_account(world: World) -> Act:
    jo = world.person("jo@abbey.example", state=PersonState.DISABLED)
    return lambda: world.offer_password(jo)


def right_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def right_code_after_failures(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.set_credentials(jo, code_counter=Counter(failures=2))
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def fourth_session(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    for _ in range(3):
        world.session_of(jo.id)
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def wrong_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.wrong_code())


def tenth_wrong_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.set_credentials(jo, code_counter=Counter(failures=9))
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.wrong_code())


def locked_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    until = world.clock.now() + 60
    world.set_credentials(jo, code_counter=Counter(failures=10, locked_until=until))
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def code_of_a_factor_that_is_switched_off(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.set_credentials(jo, code_counter=Counter(failures=100))
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def used_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.sign_in(jo)
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def six_letters(world: World) -> Act:
    step = world.reach_code(world.person("jo@abbey.example"))
    return lambda: world.desk.sign_in.offer_code(step.attempt, "abcdef")


def code_with_the_clock_behind(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.sign_in(world.person("ann@abbey.example"))
    step = world.reach_code(jo)
    world.clock.set_back(3600)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def code_without_a_site(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.close_site(ABBEY)
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def choosing_a_site(world: World) -> Act:
    lee = world.person("lee@locum.example", ABBEY, BRIDGE)
    step = world.desk.sign_in.offer_code(world.reach_code(lee).attempt, lee.phone.code())
    return lambda: world.desk.sign_in.choose_site(attempt_of(step), BRIDGE)


def recovery_code(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    return lambda: world.desk.sign_in.offer_recovery_code(step.attempt, jo.recovery[1])


def wrong_recovery_code(world: World) -> Act:
    step = world.reach_code(world.person("jo@abbey.example"))
    return lambda: world.desk.sign_in.offer_recovery_code(step.attempt, "0000-0000-0000-0000")


def activation_code(world: World) -> Act:
    ann = world.newcomer("ann@abbey.example")
    return lambda: world.desk.sign_in.offer_password(ann.email, ann.slip)


def wrong_activation_code_beside_the_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.reset_mfa(jo)
    step = world.offer_password(jo)
    return lambda: world.desk.sign_in.offer_activation_code(attempt_of(step), "x")


def activation_code_beside_the_password(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.reset_mfa(jo)
    step = world.offer_password(jo)
    return lambda: world.desk.sign_in.offer_activation_code(attempt_of(step), jo.slip)


def first_password(world: World) -> Act:
    ann = world.newcomer("ann@abbey.example")
    step = world.desk.sign_in.offer_password(ann.email, ann.slip)
    return lambda: world.desk.new_passwords.choose(attempt_of(step), OTHER_PASSWORD)


def password_after_a_reset(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    world.reset_password(jo)
    step = world.desk.sign_in.offer_password(jo.email, jo.slip)
    world.desk.sign_in.offer_code(attempt_of(step), jo.phone.code())
    return lambda: world.desk.new_passwords.choose(attempt_of(step), OTHER_PASSWORD)


def pairing(world: World) -> Act:
    ann = world.newcomer("ann@abbey.example")
    offer = world.reach_pairing(ann)
    return lambda: world.desk.pairing.confirm(offer.attempt, ann.phone.code())


def wrong_pairing_code(world: World) -> Act:
    ann = world.newcomer("ann@abbey.example")
    offer = world.reach_pairing(ann)
    return lambda: world.desk.pairing.confirm(offer.attempt, ann.phone.wrong_code())


def recovery_codes_seen(world: World) -> Act:
    shown = world.pair(world.newcomer("ann@abbey.example"))
    return lambda: world.desk.recovery.confirm(shown.attempt)


def step_out_of_turn(world: World) -> Act:
    step = world.reach_code(world.person("jo@abbey.example"))
    return lambda: world.desk.recovery.confirm(step.attempt)


def step_after_a_change(world: World) -> Act:
    jo = world.person("jo@abbey.example")
    step = world.reach_code(jo)
    world.give_slip(jo)
    return lambda: world.desk.sign_in.offer_code(step.attempt, jo.phone.code())


def signing_out(world: World) -> Act:
    token = world.session_of(world.person("jo@abbey.example").id)
    return lambda: world.desk.sessions.sign_out(token)


def idling_out(world: World) -> Act:
    token = world.session_of(world.person("jo@abbey.example").id)
    return lambda: world.desk.sessions.sign_out(token, SessionEnd.IDLE)


def a_key_after_a_minute(world: World) -> Act:
    token = world.session_of(world.person("jo@abbey.example").id)
    world.clock.advance(60)
    return lambda: world.desk.sessions.touch(token)


def switching_sites(world: World) -> Act:
    token = world.session_of(world.person("lee@locum.example", ABBEY, BRIDGE).id)
    return lambda: world.desk.sessions.switch_site(token, BRIDGE)


def ending_a_session(world: World) -> Act:
    token = world.session_of(world.person("jo@abbey.example").id)
    return lambda: world.desk.sessions.end(HOST, token.session_id)


def closing_a_lost_session(world: World) -> Act:
    world.session_of(world.person("jo@abbey.example").id)
    world.processes.running.clear()
    return world.desk.sessions.close_lost


def adding_a_person(world: World) -> Act:
    return lambda: world.desk.people.add(HOST, NEW)


def adding_a_person_twice(world: World) -> Act:
    world.desk.people.add(HOST, NEW)
    return lambda: world.desk.people.add(HOST, NEW)


def adding_a_person_without_the_right(world: World) -> Act:
    token = world.session_of(world.person("jo@abbey.example").id)
    return lambda: world.desk.people.add(token, NEW)


def adding_a_site(world: World) -> Act:
    return lambda: world.desk.sites.add(HOST, code="FD444", name="Dale")


def looking_elsewhere(world: World) -> Act:
    token = world.session_of(world.person("boss@abbey.example", role="admin").id)
    world.person("bob@bridge.example", BRIDGE)
    return lambda: world.desk.people.show(token, "bob@bridge.example")


def looking_at_people(world: World) -> Act:
    return lambda: world.desk.people.list(HOST, PeopleFilter())


def reading_the_log(world: World) -> Act:
    return lambda: world.desk.audit.show(HOST, AuditFilter())


def checking_the_log(world: World) -> Act:
    return lambda: world.desk.audit.verify(HOST)


CASES: dict[Callable[[World], Act], tuple[Event, ...]] = {
    wrong_password: (Event.SIGN_IN_FAILED,),
    right_password: (),
    unknown_email: (Event.SIGN_IN_FAILED,),
    tenth_wrong_password: (Event.SIGN_IN_FAILED, Event.SIGN_IN_FAILED_MAX),
    locked_password: (Event.SIGN_IN_LOCKED,),
    disabled_account: (Event.SIGN_IN_FAILED,),
    right_code: (Event.SIGN_IN, Event.SESSION_CREATED),
    right_code_after_failures: (Event.SIGN_IN_AFTER_FAILURES, Event.SESSION_CREATED),
    fourth_session: (Event.SESSION_EXPIRED, Event.SIGN_IN, Event.SESSION_CREATED),
    wrong_code: (Event.SIGN_IN_FAILED,),
    tenth_wrong_code: (Event.SIGN_IN_FAILED, Event.SIGN_IN_FAILED_MAX),
    locked_code: (Event.SIGN_IN_LOCKED,),
    code_of_a_factor_that_is_switched_off: (Event.SIGN_IN_LOCKED,),
    used_code: (Event.TOKEN_REUSE,),
    six_letters: (),
    code_with_the_clock_behind: (Event.CLOCK_MOVED_BACK,),
    code_without_a_site: (Event.SIGN_IN_FAILED,),
    choosing_a_site: (Event.SIGN_IN, Event.SESSION_CREATED),
    recovery_code: (Event.TOKEN_CREATED,),
    wrong_recovery_code: (Event.SIGN_IN_FAILED,),
    activation_code: (),
    wrong_activation_code_beside_the_password: (Event.SIGN_IN_FAILED,),
    activation_code_beside_the_password: (),
    first_password: (),
    password_after_a_reset: (Event.PASSWORD_CHANGED, Event.SIGN_IN, Event.SESSION_CREATED),
    pairing: (Event.PASSWORD_CHANGED, Event.TOKEN_CREATED, Event.TOKEN_CREATED),
    wrong_pairing_code: (Event.TOKEN_CREATED,),
    recovery_codes_seen: (Event.SIGN_IN, Event.SESSION_CREATED),
    step_out_of_turn: (Event.SEQUENCE_FAILED,),
    step_after_a_change: (Event.SIGN_IN_FAILED,),
    signing_out: (Event.SESSION_LOGOUT,),
    idling_out: (Event.SESSION_EXPIRED,),
    a_key_after_a_minute: (),
    switching_sites: (Event.SESSION_RENEWED, Event.SESSION_RENEWED),
    ending_a_session: (Event.SESSION_EXPIRED,),
    closing_a_lost_session: (Event.SESSION_EXPIRED,),
    adding_a_person: (Event.USER_CREATED,),
    adding_a_person_twice: (Event.AUTHZ_FAILED,),
    adding_a_person_without_the_right: (Event.AUTHZ_FAILED,),
    adding_a_site: (Event.SITE_CREATED,),
    looking_elsewhere: (Event.AUTHZ_FAILED,),
    looking_at_people: (),
    reading_the_log: (Event.AUDIT_READ,),
    checking_the_log: (Event.AUDIT_READ,),
}
"""What each act is recorded as; an empty row means that nothing is proven or changed yet."""

FAILURES = {
    Event.SIGN_IN_FAILED,
    Event.SIGN_IN_FAILED_MAX,
    Event.SIGN_IN_LOCKED,
    Event.TOKEN_REUSE,
    Event.CLOCK_MOVED_BACK,
    Event.SEQUENCE_FAILED,
    Event.AUTHZ_FAILED,
}


ABOUT_ONESELF = {
    Event.SIGN_IN,
    Event.SIGN_IN_AFTER_FAILURES,
    Event.SIGN_IN_FAILED,
    Event.SIGN_IN_FAILED_MAX,
    Event.SIGN_IN_LOCKED,
    Event.TOKEN_REUSE,
    Event.TOKEN_CREATED,
    Event.PASSWORD_CHANGED,
    Event.SEQUENCE_FAILED,
}

OF_A_SESSION = {
    Event.SIGN_IN,
    Event.SIGN_IN_AFTER_FAILURES,
    Event.SESSION_CREATED,
    Event.SESSION_RENEWED,
    Event.SESSION_EXPIRED,
    Event.SESSION_LOGOUT,
}


@pytest.mark.parametrize("prepare", CASES, ids=lambda prepare: prepare.__name__)
def test_an_act_is_recorded_as_exactly_these_events(
    world: World, prepare: Callable[[World], Act]
) -> None:
    """AUD-01, AUD-11: do X, find Y, once."""
    act = prepare(world)
    with world.recorded() as events, suppress(Refusal):
        act()

    assert tuple(kinds(events)) == CASES[prepare]


@pytest.mark.parametrize("prepare", CASES, ids=lambda prepare: prepare.__name__)
def test_every_record_says_when_where_who_and_how_it_ended(
    world: World, prepare: Callable[[World], Act]
) -> None:
    """AUD-02: complete, whoever writes it."""
    act = prepare(world)
    with world.recorded() as events, suppress(Refusal):
        act()

    for event in events:
        assert event.at == world.clock.now()
        assert (event.terminal, event.pid, event.version) == ("pts/7", 4711, "0.0.test")
        assert event.actor
        assert (event.outcome is Outcome.FAILURE) is (
            event.event in FAILURES or event.reason == "pairing_code"
        )
        assert event.outcome is Outcome.SUCCESS or event.reason
        assert (
            event.event not in ABOUT_ONESELF or event.subject == event.actor or is_stranger(event)
        )
        assert event.event not in OF_A_SESSION or (event.session and event.site and event.subject)


def is_stranger(event: AuditEvent) -> bool:
    """Tell whether an event is about an e-mail without account."""
    return event.actor.startswith("unknown:") and event.subject is None


@pytest.mark.parametrize("prepare", CASES, ids=lambda prepare: prepare.__name__)
def test_an_act_whose_record_cannot_be_written_does_not_happen(
    prepare: Callable[[World], Act],
) -> None:
    """AUD-08, rule 32: no record, no change, for every act of the table."""
    world = make_world()
    act = prepare(world)
    before = everything(world)
    world.store.disk_full = True
    with suppress(Refusal):
        act()
    world.store.disk_full = False

    assert everything(world) == before


def everything(world: World) -> str:
    """Return all that is stored, and all that was recorded."""
    with world.store.view() as view:
        tables = (view.people, view.credentials, view.sites, view.sessions, view.strangers)
        return repr([list(table.all()) for table in tables] + world.events())


def test_the_chain_holds_after_all_of_it(world: World) -> None:
    """AUD-06: numbers without gaps, each bound to the one before."""
    right_code(world)()
    adding_a_person(world)()
    verdict = world.store.verify_audit()

    assert verdict.ok
    assert verdict.records == len(world.events()) == 3


@pytest.mark.parametrize(
    ("prepare", "factors"),
    [
        (right_code, "password + code"),
        (password_after_a_reset, "activation code + code"),
        (recovery_codes_seen, "activation code + code"),
    ],
)
def test_a_sign_in_names_its_factors(
    world: World, prepare: Callable[[World], Act], factors: str
) -> None:
    """AUD-01, ASVS 16.3.1: which two they were."""
    prepare(world)()
    (sign_in,) = [event for event in world.events() if event.event is Event.SIGN_IN]

    assert sign_in.detail == {"factors": factors}


def test_a_sign_in_is_recorded_with_its_site_and_its_session(world: World) -> None:
    """AUD-02: both of its records, so that everything that follows can be joined to it."""
    right_code(world)()
    with world.store.view() as view:
        (session,) = view.sessions.all()

    assert [(event.site, event.session, event.subject) for event in world.events()] == [
        (ABBEY, session.id, session.person)
    ] * 2


def test_a_sign_in_after_an_mfa_reset_names_three(world: World) -> None:
    """AUD-01: the password, the slip, and the new authenticator."""
    jo = world.person("jo@abbey.example")
    world.reset_mfa(jo)
    attempt = attempt_of(world.offer_password(jo))
    world.desk.sign_in.offer_activation_code(attempt, jo.slip)
    jo.phone.scan(world.desk.pairing.offer(attempt).entry)
    world.desk.pairing.confirm(attempt, jo.phone.code())
    world.desk.recovery.confirm(attempt)

    (sign_in,) = [event for event in world.events() if event.event is Event.SIGN_IN]
    assert sign_in.detail == {"factors": "password + activation code + code"}
