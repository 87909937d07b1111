"""Setting up an empty store: its first site and first administrator, once and for ever (A29)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.documents import new_id
from pomfa_tui.domain.errors import AlreadyInitialised
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.passwords import PasswordRules, Strength
from pomfa_tui.domain.people import Person, PersonState, parse_name
from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.domain.sites import Site, parse_site_code, parse_site_name
from pomfa_tui.services.attempts import Draft, FirstFactor
from pomfa_tui.services.steps import NeedPairing
from pomfa_tui.services.views import Issued, person_summary

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.ports import Clock, PasswordHasher, Store, Transaction
    from pomfa_tui.services.access import HostCaller
    from pomfa_tui.services.activation_codes import ActivationCodes
    from pomfa_tui.services.attempts import Attempts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.views import PersonSummary

SETUP_ACTOR = "setup"
"""Actor of the set-up form: nobody has an account yet."""


class FirstSite:
    """Writes the first site and its first administrator into an empty store."""

    def __init__(self, clock: Clock, recorder: Recorder, *, key_id: str) -> None:
        """Take the clock, the audit log's pen and the id of the key that the store is made with."""
        self._clock = clock
        self._recorder = recorder
        self._key_id = key_id

    def write(
        self, tx: Transaction, site: Site, person: Person, *, actor: str = SETUP_ACTOR
    ) -> None:
        """Write site, person and the mark that set-up is done.

        Raises:
            AlreadyInitialised: The mark is there already.
        """
        now = self._clock.now()
        meta = tx.meta or StoreMeta(id=new_id(), key_id=self._key_id)
        if meta.initialised_at is not None:
            raise AlreadyInitialised
        tx.put_meta(msgspec.structs.replace(meta, initialised_at=now, latest=max(now, meta.latest)))
        tx.sites.put(site)
        tx.people.put(person)
        tx.credentials.put(Credentials(id=person.id))
        self._recorder.record(tx, Event.STORE_CREATED, actor=actor, detail={"key": self._key_id})
        self._recorder.record(tx, Event.SITE_CREATED, actor=actor, site=site.code)
        self._recorder.record(
            tx,
            Event.USER_CREATED,
            actor=actor,
            subject=person.id,
            site=site.code,
            reason="first_administrator",
        )


class SetupService:
    """The form `Set up this terminal` and the command `init`."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        hasher: PasswordHasher,
        emails: EmailRules,
        rules: PasswordRules,
        attempts: Attempts,
        first_site: FirstSite,
        activation: ActivationCodes,
    ) -> None:
        """Take the store, clock, hasher, rules for e-mails and passwords, half-done sign-ins and the issuing of codes."""
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._emails = emails
        self._rules = rules
        self._attempts = attempts
        self._first_site = first_site
        self._activation = activation

    def needed(self) -> bool:
        """Tell whether the store is empty."""
        with self._store.view() as view:
            return view.meta is None or view.meta.initialised_at is None

    def strength(
        self, password: str, *, site_code: str, site_name: str, name: str, email: str
    ) -> Strength:
        """Judge the first administrator's password while it is typed."""
        return self._rules.judge(password, (site_code, site_name, name, email))

    def begin(
        self, *, site_code: str, site_name: str, name: str, email: str, password: str
    ) -> NeedPairing:
        """Check the form; pairing comes next and writes everything at once. Nothing is written here.

        Raises:
            BadInput: A field cannot be used; names it.
            WeakPassword: Says why.
            AlreadyInitialised: The store is set up.
        """
        site, person = self._drafts(site_code, site_name, name, email)
        checked = self._rules.check(password, (site.code, site.name, person.name, person.email))
        if not self.needed():
            raise AlreadyInitialised
        hashed = self._hasher.hash(checked)
        attempt = self._attempts.begin(
            person.id, Credentials(id=person.id).epoch, FirstFactor.SETUP, Draft(site, person)
        )
        self._attempts.keep(
            self._attempts.with_enrolment_time(replace(attempt, new_password=hashed))
        )
        return NeedPairing(attempt.id)

    def initialise(
        self, caller: HostCaller, *, site_code: str, site_name: str, name: str, email: str
    ) -> tuple[Site, Issued]:
        """Set the store up from the command line; the administrator activates with the returned code.

        Raises:
            BadInput: A value cannot be used; names it.
            AlreadyInitialised: The store is set up.
        """
        site, person = self._drafts(site_code, site_name, name, email)
        if not self.needed():
            raise AlreadyInitialised
        code = self._activation.prepare()
        with self._store.transaction() as tx:
            self._first_site.write(tx, site, person, actor=caller.actor_id)
            credentials = Credentials(
                id=person.id, activation=self._activation.grant(code, issued_by=caller.actor_id)
            )
            tx.credentials.put(credentials)
            summary: PersonSummary = person_summary(person, credentials, locked=False)
        return site, Issued(summary, code.text)

    def _drafts(self, site_code: str, site_name: str, name: str, email: str) -> tuple[Site, Person]:
        now = self._clock.now()
        site = Site(
            code=parse_site_code(site_code), name=parse_site_name(site_name), created_at=now
        )
        parsed_name = parse_name(name)
        address = self._emails.parse_personal(email)
        membership = Membership(site=site.code, role=SiteRole.ADMIN, job=JobTitle.MANAGER)
        person = Person(
            id=new_id(),
            email=address.text,
            email_key=address.key,
            name=parsed_name,
            state=PersonState.INVITED,
            memberships=(membership,),
            created_at=now,
        )
        return site, person
