"""Challenges of one terminal, made and kept within the transactions of `phone_calls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import PhoneLimit, PhoneNotReady, Refusal, SealBroken
from pomfa_tui.domain.people import PersonState, SystemRole
from pomfa_tui.domain.phone_help import PhoneChallenge, PhoneHelp

if TYPE_CHECKING:
    from pomfa_tui.domain.credentials import Credentials
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.phone_help import PhoneAct
    from pomfa_tui.domain.ports import Clock, Transaction, View
    from pomfa_tui.services.open_sites import OpenSites
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.site_keys import OpenKey, SiteKeys


class PhoneChallenges:
    """Makes challenges, limits them and counts the tries."""

    def __init__(
        self, clock: Clock, keys: SiteKeys, open_sites: OpenSites, recorder: Recorder
    ) -> None:
        """Take the clock, the sites' keys, the sites somebody may enter, and the audit log's pen."""
        self._clock = clock
        self._keys = keys
        self._open_sites = open_sites
        self._recorder = recorder

    def site(self, view: View, person: Person) -> str:
        """Return the site that a call of this person is about: one whose key the helpdesk has.

        Raises:
            PhoneNotReady: There is none, or the account is one over all sites.
        """
        if person.role is not None:
            raise PhoneNotReady(
                "Accounts over all sites are not reset by telephone. Ask somebody else of the helpdesk to reset yours."
            )
        choices = self._open_sites.here(view, person)
        for choice in choices:
            if _is_shared(view, choice.code):
                return choice.code
        if choices and _helpdesk_is_here(view):
            return choices[0].code
        raise PhoneNotReady

    def standing(self, credentials: Credentials) -> PhoneChallenge | None:
        """Return the challenge of these credentials that still stands, or none."""
        kept = credentials.phone or PhoneHelp()
        return kept.standing(now=self._clock.now(), epoch=credentials.epoch)

    def make(
        self, tx: Transaction, person: Person, credentials: Credentials, act: PhoneAct
    ) -> PhoneChallenge | Refusal:
        """Make a new challenge in the place of any other, unless there were enough within a day; recorded either way."""
        now = self._clock.now()
        asked = (credentials.phone or PhoneHelp()).asked_since(now)
        if len(asked) >= phone_help.CHALLENGES:
            self.fail(tx, person, Event.RATE_LIMIT, "phone_challenges")
            return PhoneLimit(phone_help.CHALLENGES)
        made = PhoneChallenge(
            act=act,
            site=self.site(tx, person),
            nonce=phone_help.new_nonce(),
            epoch=credentials.epoch,
            expires_at=now + phone_help.LIFETIME,
        )
        after = PhoneHelp(challenge=made, asked=(*asked, now))
        tx.credentials.put(msgspec.structs.replace(credentials, phone=after))
        self._recorder.record(
            tx,
            Event.PHONE_HELP,
            actor=person.id,
            subject=person.id,
            site=made.site,
            reason="challenge",
            detail=challenge_detail(made),
        )
        return made

    def count(
        self, tx: Transaction, credentials: Credentials, standing: PhoneChallenge
    ) -> Credentials:
        """Count a try before it is judged; the last one ends the challenge."""
        tried = msgspec.structs.replace(standing, tries=standing.tries + 1)
        kept = (credentials.phone or PhoneHelp()).without_challenge()
        if tried.tries < phone_help.TRIES:
            kept = msgspec.structs.replace(kept, challenge=tried)
        counted = msgspec.structs.replace(credentials, phone=kept)
        tx.credentials.put(counted)
        return counted

    @staticmethod
    def spent(credentials: Credentials) -> Credentials:
        """Return the credentials with no challenge that stands; the caller writes them."""
        kept = (credentials.phone or PhoneHelp()).without_challenge()
        return msgspec.structs.replace(credentials, phone=kept)

    def key(self, tx: Transaction, person: Person, site: str) -> OpenKey | Refusal:
        """Return the site's key, made now if there is none; a damaged one is recorded and refused."""
        try:
            opened = self._keys.open(tx, site)
        except SealBroken as broken:
            self.fail(tx, person, Event.DECRYPT_FAILED, "site_key", severity=Severity.CRITICAL)
            return broken
        return opened or self._keys.make(tx, site, by=person.id)

    def fail(
        self,
        tx: Transaction,
        person: Person,
        event: Event,
        reason: str,
        *,
        severity: Severity = Severity.WARNING,
        challenge: PhoneChallenge | None = None,
    ) -> None:
        """Record what ended badly."""
        self._recorder.failure(
            tx,
            event,
            actor=person.id,
            subject=person.id,
            reason=reason,
            severity=severity,
            detail=None if challenge is None else challenge_detail(challenge),
        )


def challenge_detail(challenge: PhoneChallenge) -> dict[str, str]:
    """Return what the audit log keeps of a challenge; the helpdesk's log has the same reference."""
    return {"act": challenge.act.value, "challenge": phone_help.reference(challenge.nonce)}


def require_answerable(view: View, site: str) -> None:
    """Make sure that the helpdesk can answer a challenge of a site.

    Raises:
        PhoneNotReady: It cannot: it has not been given the key, and does not work in this very store.
    """
    if not _is_shared(view, site) and not _helpdesk_is_here(view):
        raise PhoneNotReady


def _is_shared(view: View, site: str) -> bool:
    kept = view.site_keys.get(site)
    return kept is not None and kept.shared


def _helpdesk_is_here(view: View) -> bool:
    """Tell whether support works in this very store, which has the key then without any file."""
    return any(
        each.role is SystemRole.SUPPORT and each.state is PersonState.ACTIVE
        for each in view.people.all()
    )
