"""Setting up an empty store, by the form or by the command line, once and for ever (A29)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AlreadyInitialised,
    AttemptEnded,
    BadInput,
    ClockMovedBack,
    PairingCodeWrong,
    SharedMailbox,
    Unavailable,
    WeakPassword,
)
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.home import HomeView
from pomfa_tui.services.steps import (
    AttemptId,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.house import ABBEY, HOST, kinds
from tests.members import GOOD_PASSWORD, Member, Phone
from tests.world import World, make_world

FORM = {
    "site_code": "fa111",
    "site_name": "Abbey Pharmacy",
    "name": "Sam Lee",
    "email": "sam.lee@abbey.example",
    "password": GOOD_PASSWORD,
}


@pytest.fixture
def empty() -> World:
    """Return a world whose store is empty."""
    return make_world(initialised=False)


def begin(desk: Desk, **changes: str) -> AttemptId:
    """Fill in the form."""
    return desk.setup.begin(**{**FORM, **changes}).attempt


def administrator(world: World) -> Member:
    """Return the first administrator as a member who carries a phone."""
    return Member("", FORM["email"], GOOD_PASSWORD, Phone(world.clock))


def set_up(world: World, desk: Desk, admin: Member) -> ShowRecoveryCodes:
    """Go through the form and the pairing."""
    attempt = begin(desk)
    admin.phone.scan(desk.pairing.offer(attempt).entry)
    shown = desk.pairing.confirm(attempt, admin.phone.code())
    assert isinstance(shown, ShowRecoveryCodes)
    return shown


class TestForm:
    """`Set up this terminal`."""

    def test_it_leads_to_a_session_of_the_first_administrator(self, empty: World) -> None:
        """PWD-17, TOTP-16: with both factors from the first minute on."""
        assert empty.desk.setup.needed()
        shown = set_up(empty, empty.desk, administrator(empty))
        assert not empty.desk.setup.needed()

        step = empty.desk.recovery.confirm(shown.attempt)

        assert isinstance(step, SignedIn)
        home: HomeView = empty.desk.home.show(step.token)
        assert (home.role.value, home.site, home.site_name) == ("admin", ABBEY, "Abbey Pharmacy")
        assert home.one_administrator

    def test_the_administrator_can_sign_in_again(self, empty: World) -> None:
        """ENR-07: password and pairing were both written."""
        admin = administrator(empty)
        shown = set_up(empty, empty.desk, admin)
        empty.desk.recovery.confirm(shown.attempt)
        empty.clock.advance(30)

        step = empty.desk.sign_in.offer_password(admin.email, admin.password)
        assert isinstance(step, NeedCode)
        assert isinstance(empty.desk.sign_in.offer_code(step.attempt, admin.phone.code()), SignedIn)

    def test_nothing_is_written_before_the_pairing_is_proven(self, empty: World) -> None:
        """STO-09, A19: abandoned set-ups leave an empty store."""
        attempt = begin(empty.desk)
        admin = administrator(empty)
        admin.phone.scan(empty.desk.pairing.offer(attempt).entry)
        with pytest.raises(PairingCodeWrong):
            empty.desk.pairing.confirm(attempt, admin.phone.wrong_code())
        empty.desk.sign_in.leave(attempt)

        assert empty.store.changes() == 0
        assert empty.events() == []
        assert empty.desk.setup.needed()

    def test_everything_is_written_at_once_and_recorded(self, empty: World) -> None:
        """AUD-01: store, site, person, password, pairing, recovery codes."""
        set_up(empty, empty.desk, administrator(empty))

        assert kinds(empty.events()) == [
            Event.STORE_CREATED,
            Event.SITE_CREATED,
            Event.USER_CREATED,
            Event.PASSWORD_CHANGED,
            Event.TOKEN_CREATED,
            Event.TOKEN_CREATED,
        ]
        assert empty.store.changes() == 2

    @pytest.mark.parametrize(
        ("field", "value", "named"),
        [
            ("site_code", "FFFFF", "site"),
            ("site_code", "XX111", "site"),
            ("site_name", " ", "site_name"),
            ("name", "", "name"),
            ("email", "not an e-mail", "email"),
        ],
    )
    def test_a_value_that_cannot_be_used_is_refused_by_its_field(
        self, empty: World, field: str, value: str, named: str
    ) -> None:
        """GEN-07: so that the form can show the sentence beside it."""
        with pytest.raises(BadInput) as refused:
            begin(empty.desk, **{field: value})

        assert refused.value.field == named

    def test_a_shared_mailbox_cannot_be_the_first_administrator(self, empty: World) -> None:
        """Rule 2: from the first account on."""
        with pytest.raises(SharedMailbox):
            begin(empty.desk, email="pharmacy.fa111@nhs.net")

    @pytest.mark.parametrize("password", ["short", "abbey pharmacy", "sam.lee@abbey.example"])
    def test_a_weak_password_is_refused(self, empty: World, password: str) -> None:
        """PWD-07, PWD-08: with the words of the form as context."""
        judged = empty.desk.setup.strength(
            password,
            site_code=ABBEY,
            site_name=FORM["site_name"],
            name=FORM["name"],
            email=FORM["email"],
        )
        with pytest.raises(WeakPassword) as refused:
            begin(empty.desk, password=password)

        assert judged.problem == refused.value.message

    def test_a_full_disk_leaves_the_store_empty_and_the_attempt_standing(
        self, empty: World
    ) -> None:
        """AUD-08, STO-09: the same code works when there is room again."""
        admin = administrator(empty)
        attempt = begin(empty.desk)
        admin.phone.scan(empty.desk.pairing.offer(attempt).entry)
        empty.store.disk_full = True
        with pytest.raises(Unavailable):
            empty.desk.pairing.confirm(attempt, admin.phone.code())
        empty.store.disk_full = False
        assert empty.desk.setup.needed()

        assert isinstance(
            empty.desk.pairing.confirm(attempt, admin.phone.code()), ShowRecoveryCodes
        )

    def test_a_clock_behind_the_store_writes_nothing(self, empty: World) -> None:
        """TOTP-10, A29: a half-made store would be one that nobody can sign in to."""
        ahead = StoreMeta(id="s", key_id="k", latest=empty.clock.now() + 3600)
        with empty.store.transaction() as tx:
            tx.put_meta(ahead)
        admin = administrator(empty)
        attempt = begin(empty.desk)
        admin.phone.scan(empty.desk.pairing.offer(attempt).entry)

        with pytest.raises(ClockMovedBack):
            empty.desk.pairing.confirm(attempt, admin.phone.code())
        assert empty.desk.setup.needed()
        with empty.store.view() as view:
            assert (view.people.count(), view.sites.count()) == (0, 0)


class TestOnce:
    """It cannot be done again."""

    def test_two_terminals_that_set_up_at_once_make_one_store(self, empty: World) -> None:
        """A29: the second is told, its attempt ends, and nothing of it is written."""
        second_desk = empty.another_terminal()
        second = begin(second_desk, email="kim@abbey.example")
        phone = Phone(empty.clock)
        phone.scan(second_desk.pairing.offer(second).entry)
        set_up(empty, empty.desk, administrator(empty))

        with pytest.raises(AlreadyInitialised):
            second_desk.pairing.confirm(second, phone.code())
        with pytest.raises(AttemptEnded):
            second_desk.pairing.confirm(second, phone.code())
        with empty.store.view() as view:
            assert view.people.by_email("kim@abbey.example") is None

    def test_the_form_is_refused_afterwards(self, empty: World) -> None:
        """A29: also when the administrator is gone."""
        set_up(empty, empty.desk, administrator(empty))
        with empty.store.transaction() as tx:
            for person in list(tx.people.all()):
                tx.people.remove(person.id)

        with pytest.raises(AlreadyInitialised):
            begin(empty.desk)
        with pytest.raises(AlreadyInitialised):
            empty.desk.setup.initialise(
                HOST, site_code=ABBEY, site_name="A", name="Sam", email="sam@abbey.example"
            )
        assert not empty.desk.setup.needed()

    def test_the_attempt_of_a_set_up_opens_no_other_door(self, empty: World) -> None:
        """ENR-19: it is for pairing and for nothing else."""
        attempt = begin(empty.desk)

        with pytest.raises(AttemptEnded):
            empty.desk.sign_in.offer_code(attempt, "123456")
        with pytest.raises(AttemptEnded):
            empty.desk.pairing.offer(attempt)
        assert empty.store.changes() == 0


class TestCommandLine:
    """`pomfa-tui init`."""

    def initialise(self, world: World) -> str:
        """Run `init` and return the activation code."""
        _, issued = world.desk.setup.initialise(
            HOST,
            site_code="fa111",
            site_name="Abbey Pharmacy",
            name="Sam Lee",
            email="sam.lee@abbey.example",
        )
        assert issued.person.state is PersonState.INVITED
        assert issued.activation_code not in repr(issued)
        return issued.activation_code

    def test_it_hands_out_an_activation_code_and_no_password(self, empty: World) -> None:
        """PWD-17, ENR-08: the administrator chooses."""
        code = self.initialise(empty)

        step = empty.desk.sign_in.offer_password("sam.lee@abbey.example", code)

        assert isinstance(step, NeedNewPassword)
        assert isinstance(empty.desk.new_passwords.choose(step.attempt, GOOD_PASSWORD), NeedPairing)

    def test_it_is_recorded_as_the_host(self, empty: World) -> None:
        """ROL-15: by login name."""
        self.initialise(empty)

        assert kinds(empty.events()) == [
            Event.STORE_CREATED,
            Event.SITE_CREATED,
            Event.USER_CREATED,
        ]
        assert {event.actor for event in empty.events()} == {"host:root"}

    def test_it_is_refused_the_second_time(self, empty: World) -> None:
        """PWD-17, A29: and leaves the first alone."""
        self.initialise(empty)

        with pytest.raises(AlreadyInitialised):
            self.initialise(empty)
