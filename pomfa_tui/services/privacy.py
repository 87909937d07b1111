"""What is kept about somebody, given to them; and a leaver made unknown, while the trail stays (UK GDPR Art. 15 and 17; PRI-04)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.emails import canonical_email
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.audit_lines import iso, record_document
from pomfa_tui.services.finding import find_person

if TYPE_CHECKING:
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Exports, Store, Transaction, View
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.person_views import PersonViews
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.views import PersonSummary

ERASED_NAME = "Erased person"
ERASED_DOMAIN = "erased.invalid"
"""A domain that never exists (RFC 2606, section 2)."""

COLLEAGUE = "a former colleague"


class PrivacyService:
    """Gives people what is kept about them, and erases leavers."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        access: Access,
        recorder: Recorder,
        views: PersonViews,
        exports: Exports,
    ) -> None:
        """Take the store, the clock, the rights check, the audit log's pen, the views of people and where files are put."""
        self._store = store
        self._clock = clock
        self._access = access
        self._recorder = recorder
        self._views = views
        self._exports = exports

    def own_data(self, token: SessionToken) -> dict[str, Any]:
        """Return everything that is kept about the caller, secrets left out; that it was given out is recorded.

        Raises:
            StepUpNeeded: The last proof by code is too old.
            SessionEnded: The session is over.
        """
        with self._access.change(token) as (tx, actor):
            self._access.require_fresh(actor)
            found = self._given(tx, actor, actor.account())
        return self._with_records(found)

    def save_own_data(self, token: SessionToken) -> str:
        """Put the caller's own data into a file of mode 0600, and return where it is.

        Raises:
            Unavailable: The file cannot be written.
            Refusal: As for `own_data`.
        """
        with self._exports.new_file("my-data", ".json") as file:
            file.write(as_text(self.own_data(token)))
            return file.place

    def data_of(self, caller: Caller, who: str) -> dict[str, Any]:
        """Return everything that is kept about somebody who asked the helpdesk for it; recorded.

        Raises:
            StepUpNeeded: The last proof by code is too old.
            NotFound: No such person, or not visible.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            self._access.require(actor, Action.EXPORT)
            person = find_person(tx, who)
            self._access.require_person(actor, Action.SEE_PERSON, person, sought=who)
            self._access.require_fresh(actor)
            found = self._given(tx, actor, person)
        return self._with_records(found)

    def erase(self, caller: Caller, who: str, reason: str) -> PersonSummary:
        """Take name, address and registration number of a leaver out of the store; identifiers and the audit log stay.

        Raises:
            StepUpNeeded: The last proof by code is too old.
            BadInput: No reason, the person has not left, or was erased already.
            Refusal: The caller may not.
        """
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            before = find_person(tx, who)
            self._access.require_person(actor, Action.ERASE, before, sought=who)
            self._access.require_fresh(actor)
            if before.state is not PersonState.LEFT:
                raise BadInput(
                    "who", "Only somebody who has left can be erased. End their access first."
                )
            if is_erased(before.email):
                raise BadInput("who", "This person was erased already.")
            after = take_out(tx, before)
            self._recorder.act(
                tx,
                Event.USER_ARCHIVED,
                actor,
                reason="erased",
                subject=before.id,
                severity=Severity.WARNING,
                detail={"why": why},
            )
            summary = self._views.show(tx, actor, after)
        self._store.compact()
        return summary

    def _given(self, tx: Transaction, actor: Actor, person: Person) -> dict[str, Any]:
        self._recorder.act(
            tx,
            Event.AUDIT_READ,
            actor,
            reason="personal_data",
            subject=person.id,
        )
        return {
            "made_at": iso(self._clock.now()),
            "person": _facts(person),
            "memberships": [
                {name: value for name, value in msgspec.to_builtins(each).items() if value}
                for each in person.memberships
            ],
            "notices": [msgspec.to_builtins(each) for each in person.notices],
            "factors": _factors(tx, person),
            "sessions": [
                {
                    "id": each.id,
                    "site": each.site,
                    "terminal": each.terminal,
                    "started": iso(each.started),
                    "last_seen": iso(each.last_seen),
                }
                for each in tx.sessions.of_person(person.id)
            ],
        }

    def _with_records(self, found: dict[str, Any]) -> dict[str, Any]:
        """Add what the audit log says of them, read when nobody waits for the store any more."""
        own = found["person"]["id"]
        events = (
            record
            for record in self._store.audit_records()
            if own in {record.event.actor, record.event.subject}
        )
        records = [record_document(record) for record in events]
        gone = self._store.audit_checkpoint()
        dropped = {} if gone is None else {"records_dropped_until": iso(gone.at)}
        return {**found, **dropped, "records": records}


def is_erased(email: str) -> bool:
    """Tell whether an address stands for somebody who was erased."""
    return email.endswith(f"@{ERASED_DOMAIN}")


def as_text(data: dict[str, Any]) -> str:
    """Return somebody's data as JSON that people can read as well."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _facts(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "state": person.state.value,
        "role": person.role.value if person.role is not None else None,
        "gphc": person.gphc,
        "period": person.period,
        "created_at": iso(person.created_at),
        "last_sign_in": iso(person.last_sign_in) if person.last_sign_in is not None else None,
    }


def _factors(view: View, person: Person) -> dict[str, Any]:
    """Return when factors were chosen and paired; never what they are."""
    credentials = view.credentials.get(person.id) or Credentials(id=person.id)
    password, paired = credentials.password, credentials.authenticator
    return {
        "password_set_at": iso(password.set_at) if password is not None else None,
        "authenticator": paired.label if paired is not None else None,
        "paired_at": iso(paired.bound_at) if paired is not None else None,
        "recovery_codes_left": len(credentials.recovery),
        "earlier_authenticators": [
            {"label": each.label, "from": iso(each.bound_at), "to": iso(each.ended_at)}
            for each in credentials.pairings
        ],
    }


def take_out(tx: Transaction, person: Person) -> Person:
    """Take a leaver's name, address and proofs out of the store, and return what stays."""
    after = _unknown(person)
    tx.people.put(after)
    tx.credentials.remove(person.id)
    _forget_elsewhere(tx, person)
    return after


def _unknown(person: Person) -> Person:
    email = f"{person.id}@{ERASED_DOMAIN}"
    return msgspec.structs.replace(
        person,
        name=ERASED_NAME,
        email=email,
        email_key=canonical_email(email),
        gphc=None,
        notices=(),
        version=person.version + 1,
    )


def _forget_elsewhere(tx: Transaction, person: Person) -> None:
    """Take a leaver out of notices to others, out of requests about them, and out of those they closed."""
    for other in list(tx.people.all()):
        if any(notice.by == person.name for notice in other.notices):
            notices = tuple(
                msgspec.structs.replace(notice, by=COLLEAGUE)
                if notice.by == person.name
                else notice
                for notice in other.notices
            )
            tx.people.put(msgspec.structs.replace(other, notices=notices))
    for request in list(tx.requests.all()):
        closing = request.closing
        if request.email_key == person.email_key:
            tx.requests.remove(request.id)
        elif closing is not None and closing.by == person.id:
            closing = msgspec.structs.replace(closing, name=COLLEAGUE)
            tx.requests.put(msgspec.structs.replace(request, closing=closing))
