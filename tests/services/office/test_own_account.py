"""One's own account: what it shows, one's own sessions and sign-ins, and what others did to it (rule 23)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound, PasswordWrong, SessionEnded
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.notices import NOTICES_KEPT
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.own_account import SIGN_INS_SHOWN
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member
from tests.office import Picture, refused, runs, why
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody of Abbey."""
    return world.person("Jo@abbey.example", name="Jo")


def test_the_account_shows_its_owner_what_stands_and_nothing_secret(
    world: World, jo: Member
) -> None:
    """ROL-09, TOTP-18: the entry by its name, the codes by their number."""
    began = world.clock.now()
    first = world.sign_in(jo)
    second = world.sign_in(jo)

    shown = world.desk.office.account.show(second)

    assert (shown.name, shown.email) == ("Jo", "Jo@abbey.example")
    assert shown.entry == world.reach_code(jo).entry
    assert (shown.paired_at, shown.password_set_at, shown.recovery_left) == (began, began, 10)
    assert [session.id for session in shown.sessions] == [first.session_id, second.session_id]
    assert shown.this_session == second.session_id
    assert {session.site for session in shown.sessions} == {ABBEY}


def test_sessions_that_are_over_are_not_shown(world: World, jo: Member) -> None:
    world.sign_in(jo)
    world.clock.advance(minutes=7)
    token = world.sign_in(jo)

    assert len(world.desk.office.account.show(token).sessions) == 1


def test_another_session_of_ones_own_is_ended_by_the_password(world: World, jo: Member) -> None:
    """SES-11, AUD-01: recorded under the session that ended."""
    lost, here = world.sign_in(jo), world.sign_in(jo)

    with world.recorded() as events:
        world.desk.office.account.end_session(here, lost.session_id, jo.password)

    assert not runs(world, lost)
    assert runs(world, here)
    with pytest.raises(SessionEnded) as caught:
        world.desk.sessions.check(lost)
    assert caught.value.reason == "ended_by_other"
    assert [(event.event, event.session, event.actor) for event in events] == [
        (Event.SESSION_EXPIRED, lost.session_id, jo.id)
    ]


def test_a_wrong_password_ends_nothing_and_counts(world: World, jo: Member) -> None:
    """SES-11, THR-10."""
    other, here = world.sign_in(jo), world.sign_in(jo)

    answer = refused(lambda: world.desk.office.account.end_session(here, other.session_id, "guess"))

    assert isinstance(answer, PasswordWrong)
    assert runs(world, other)
    assert world.credentials(jo).password_counter.failures == 1


def test_only_ones_own_running_other_sessions_can_be_ended(world: World, jo: Member) -> None:
    """ROL-02: a session of somebody else looks like none, and no password is asked for it."""
    here = world.sign_in(jo)
    theirs = world.sign_in(world.person("sam@abbey.example"))
    over = world.sign_in(jo)
    world.desk.sessions.sign_out(over)
    end = world.desk.office.account.end_session
    work = world.hasher.calls

    for session_id in (theirs.session_id, over.session_id, "0" * 32, "\x1b[2J" * 100):
        answer = refused(lambda each=session_id: end(here, each, jo.password))  # type: ignore[misc]
        assert isinstance(answer, NotFound)
        assert answer.message.isprintable()
    own = refused(lambda: end(here, here.session_id, jo.password))

    assert isinstance(own, BadInput)
    assert own.field == "session"
    assert world.hasher.calls == work
    assert runs(world, theirs)


def test_own_sign_ins_and_failures_are_listed_newest_first(world: World, jo: Member) -> None:
    """PRI-04, THR-12: one's own only, from whatever terminal."""
    world.sign_in(world.person("sam@abbey.example"))
    world.sign_in(jo)
    refused(lambda: world.desk.sign_in.offer_password(jo.email, "guess"))
    world.clock.advance(30)
    attempt = world.reach_code(jo).attempt
    refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.wrong_code()))
    token = world.sign_in(jo)

    lines = world.desk.office.account.sign_ins(token)

    assert [line.event for line in lines] == [
        Event.SIGN_IN_AFTER_FAILURES,
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN,
    ]
    assert [line.site for line in lines] == [ABBEY, None, None, ABBEY]
    assert {line.terminal for line in lines} == {"pts/7"}
    assert lines[0].at == world.clock.now()


def test_the_list_of_sign_ins_is_short(world: World, jo: Member) -> None:
    for _ in range(SIGN_INS_SHOWN + 2):
        world.sign_in(jo)
    token = world.sign_in(jo)

    assert len(world.desk.office.account.sign_ins(token)) == SIGN_INS_SHOWN


def test_notices_wait_for_their_owner_and_go_one_by_one(world: World, jo: Member) -> None:
    """ENR-16: what is not acknowledged stays, over any number of sign-ins."""
    for _ in range(2):
        world.desk.office.resets.unlock(HOST, jo.email, why(IdentityCheck.KNOWN))
    token = world.sign_in(jo)
    account = world.desk.office.account
    first, second = account.notices(token)

    with world.recorded() as events:
        account.acknowledge(token, (first.id, "unknown"))

    assert account.notices(token) == (second,)
    assert account.notices(world.sign_in(jo)) == (second,)
    assert [(event.event, event.reason) for event in events] == [
        (Event.USER_UPDATED, "notices_acknowledged")
    ]
    before, log = Picture.of(world), world.events()
    account.acknowledge(token, ("unknown",))
    assert (Picture.of(world), world.events()) == (before, log)


def test_a_flood_of_notices_leaves_the_newest(world: World, jo: Member) -> None:
    for _ in range(NOTICES_KEPT + 2):
        world.desk.office.resets.unlock(HOST, jo.email, why())
        world.clock.advance(1)

    waiting = world.desk.office.account.notices(world.sign_in(jo))

    assert len(waiting) == NOTICES_KEPT
    assert waiting[-1].at > waiting[0].at


def test_the_command_lines_acts_are_the_helpdesks_in_a_notice(world: World, jo: Member) -> None:
    """ENR-16: a login name of the host says nothing to the person."""
    world.desk.office.resets.unlock(HOST, jo.email, why())

    (notice,) = world.desk.office.account.notices(world.sign_in(jo))

    assert notice.by == "the helpdesk"


def test_one_persons_token_reaches_no_other_account(world: World, jo: Member) -> None:
    """ROL-02, ROL-07: there is no parameter to name one by."""
    sam = world.person("sam@abbey.example", name="Sam")
    token = world.sign_in(sam)

    assert world.desk.office.account.show(token).name == "Sam"
    world.desk.office.credentials.change_password(token, sam.password, "seven copper kettles sing")
    assert world.credentials(jo).epoch == 1


@pytest.mark.parametrize("call", ["show", "sign_ins", "notices"])
def test_an_ended_session_reads_nothing(world: World, jo: Member, call: str) -> None:
    """SES-08."""
    token: SessionToken = world.sign_in(jo)
    world.desk.sessions.sign_out(token)

    assert isinstance(
        refused(lambda: getattr(world.desk.office.account, call)(token)), SessionEnded
    )


def test_a_locum_sees_sessions_of_every_site(world: World) -> None:
    lou = world.person("lou@home.example", ABBEY, BRIDGE)
    world.sign_in(lou, site=BRIDGE)
    token = world.sign_in(lou, site=ABBEY)

    assert [session.site for session in world.desk.office.account.show(token).sessions] == [
        BRIDGE,
        ABBEY,
    ]
