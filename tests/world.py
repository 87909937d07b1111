"""A small world to try the services in: `make_world().person("jo@abbey.example", role="admin")` can sign in at once."""

from __future__ import annotations

from datetime import date

import msgspec

from pomfa_tui.domain.credentials import Activation, Credentials
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.people import Period, Person, PersonState
from pomfa_tui.domain.sessions import Session, SessionToken
from pomfa_tui.domain.typed_codes import new_typed_code
from pomfa_tui.services.steps import (
    AttemptId,
    NeedCode,
    NeedNewPassword,
    NeedSite,
    OfferedPairing,
    ShowRecoveryCodes,
    SignedIn,
    Step,
)
from tests.house import ABBEY, House
from tests.members import (
    GOOD_PASSWORD,
    Member,
    Phone,
    ended_pairing,
    person_document,
    proven_credentials,
)


class World(House):
    """A house with people in it."""

    # -- people

    def person(
        self,
        email: str,
        *sites: str,
        role: str = "staff",
        name: str = "",
        state: PersonState = PersonState.ACTIVE,
        period: Period = 30,
        starts: date | None = None,
        ends: date | None = None,
    ) -> Member:
        """Put somebody with a password, an authenticator and ten recovery codes into the store.

        Args:
            email: Theirs.
            sites: Where they are linked; Abbey when none is named.
            role: staff, admin, support or commissioner; the last two are linked nowhere.
            name: As shown.
            state: Where the account stands.
            period: Seconds their codes live.
            starts: First day of their passes.
            ends: Last day of their passes.
        """
        person = person_document(
            email,
            sites or (ABBEY,),
            created_at=self.clock.now(),
            role=role,
            name=name,
            state=state,
            period=period,
            starts=starts,
            ends=ends,
        )
        member = Member(person.id, email, GOOD_PASSWORD, Phone(self.clock, period=period))
        with self.store.transaction() as tx:
            tx.people.put(person)
            tx.credentials.put(proven_credentials(member, self.hasher, self.vault))
        return member

    def newcomer(self, email: str, *sites: str, role: str = "staff", period: Period = 30) -> Member:
        """Put somebody into the store who has an activation code and nothing else."""
        member = self.person(email, *sites, role=role, state=PersonState.INVITED, period=period)
        member.password, member.phone = "", Phone(self.clock)
        member.recovery.clear()
        self.set_credentials(member, password=None, authenticator=None, recovery=())
        self.give_slip(member)
        return member

    def give_slip(self, member: Member) -> str:
        """Hand out a fresh activation code, as a reset does; the newest wins."""
        member.slip = new_typed_code()
        now = self.clock.now()
        activation = Activation(
            hash=self.hasher.hash(member.slip),
            issued_at=now,
            expires_at=now + 3600 * self.numbers.activation_hours,
            issued_by="host:root",
        )
        epoch = self.credentials(member).epoch + 1
        self.set_credentials(member, activation=activation, epoch=epoch)
        return member.slip

    def reset_password(self, member: Member) -> str:
        """Make the password dead and hand out an activation code."""
        self.set_credentials(member, password=None)
        return self.give_slip(member)

    def reset_mfa(self, member: Member) -> str:
        """Make the pairing and the recovery codes dead and hand out an activation code."""
        credentials = self.credentials(member)
        assert credentials.authenticator is not None
        ended = ended_pairing(credentials.authenticator, at=self.clock.now())
        pairings = (*credentials.pairings, ended)
        self.set_credentials(member, authenticator=None, pairings=pairings, recovery=())
        return self.give_slip(member)

    def must_change_password(self, member: Member) -> None:
        """Mark the password as known to others, so that it has to be changed at the next sign-in."""
        password = self.credentials(member).password
        assert password is not None
        self.set_credentials(member, password=msgspec.structs.replace(password, must_change=True))

    def set_person(self, member: Member, **changes: object) -> None:
        """Change fields of somebody's account behind the services' backs."""
        changed = msgspec.structs.replace(self.account(member), **changes)
        with self.store.transaction() as tx:
            tx.people.put(changed)

    def set_credentials(self, member: Member, **changes: object) -> None:
        """Change fields of somebody's credentials behind the services' backs."""
        changed = msgspec.structs.replace(self.credentials(member), **changes)
        with self.store.transaction() as tx:
            tx.credentials.put(changed)

    # -- what people do

    def offer_password(self, member: Member) -> Step:
        """Type e-mail and password."""
        return self.desk.sign_in.offer_password(member.email, member.password)

    def offer_slip(self, member: Member, slip: str = "") -> NeedNewPassword:
        """Type the activation code in the password field, as somebody without an authenticator."""
        step = self.desk.sign_in.offer_password(member.email, slip or member.slip)
        assert isinstance(step, NeedNewPassword)
        return step

    def reach_code(self, member: Member) -> NeedCode:
        """Get as far as the prompt for the code."""
        step = self.offer_password(member)
        assert isinstance(step, NeedCode)
        return step

    def sign_in(self, member: Member, *, site: str | None = None) -> SessionToken:
        """Sign in with password and a code that has not been used, waiting for the next one where needed."""
        self.wait_for_fresh_code(member)
        step = self.desk.sign_in.offer_code(self.reach_code(member).attempt, member.phone.code())
        if isinstance(step, NeedSite):
            step = self.desk.sign_in.choose_site(step.attempt, site or step.sites[0].code)
        assert isinstance(step, SignedIn)
        return step.token

    def session_of(self, person: str) -> SessionToken:
        """Open a session for somebody by their id, without their factors."""
        token = SessionToken.new()
        now = self.clock.now()
        with self.store.transaction() as tx:
            account = tx.people.get(person)
            assert account is not None
            site = next(iter(account.linked_sites()), None)
            tx.people.put(msgspec.structs.replace(account, last_sign_in=now))
            tx.sessions.put(
                Session(
                    id=token.session_id,
                    person=person,
                    site=site,
                    terminal=self.place.terminal,
                    boot=self.place.boot,
                    pid=self.place.pid,
                    started=now,
                    last_seen=now,
                    proven_at=now,
                )
            )
        return token

    def wait_for_fresh_code(self, member: Member) -> None:
        """Let time pass until the phone shows a code that has not been used."""
        authenticator = self.credentials(member).authenticator
        assert authenticator is not None
        if member.phone.step() <= authenticator.last_step:
            begins = (authenticator.last_step + 1) * authenticator.period
            self.clock.advance(begins - self.clock.now() - member.phone.fast)

    def reach_pairing(self, newcomer: Member, password: str = GOOD_PASSWORD) -> OfferedPairing:
        """Type the activation code, choose a password and scan the QR code."""
        step = self.desk.sign_in.offer_password(newcomer.email, newcomer.slip)
        assert isinstance(step, NeedNewPassword)
        self.desk.new_passwords.choose(step.attempt, password)
        newcomer.password = password
        offer = self.desk.pairing.offer(step.attempt)
        newcomer.phone.scan(offer.entry)
        return offer

    def pair(self, newcomer: Member) -> ShowRecoveryCodes:
        """Go from the activation code to the recovery codes and write those down."""
        offer = self.reach_pairing(newcomer)
        shown = self.desk.pairing.confirm(offer.attempt, newcomer.phone.code())
        assert isinstance(shown, ShowRecoveryCodes)
        newcomer.recovery = dict(shown.codes)
        return shown

    # -- what is kept

    def account(self, member: Member) -> Person:
        """Return the person as stored."""
        with self.store.view() as view:
            person = view.people.get(member.id)
        assert person is not None
        return person

    def credentials(self, member: Member) -> Credentials:
        """Return the credentials as stored."""
        with self.store.view() as view:
            credentials = view.credentials.get(member.id)
        assert credentials is not None
        return credentials

    def sessions(self, member: Member) -> list[Session]:
        """Return the person's stored sessions, ended ones too."""
        with self.store.view() as view:
            return list(view.sessions.of_person(member.id))


def make_world(*, bound_site: str | None = None, initialised: bool = True, **numbers: int) -> World:
    """Build a world.

    Args:
        bound_site: The one site of the terminal, or none.
        initialised: Whether the store is set up, with three pharmacies.
        numbers: Numbers of the rules that differ from what ships.
    """
    return World(Numbers(**numbers), bound_site=bound_site, initialised=initialised)


def attempt_of(step: Step) -> AttemptId:
    """Return the half-done sign-in that a step belongs to."""
    assert not isinstance(step, SignedIn)
    return step.attempt
