"""The helpdesk's half of help by telephone: it reads a challenge, checks who is calling, and gives the response (rule 21)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pomfa_tui.domain import phone_help
from pomfa_tui.domain.audit import Event, Outcome, Severity
from pomfa_tui.domain.emails import canonical_email
from pomfa_tui.domain.errors import BadInput, SelfReset
from pomfa_tui.domain.identity import IdentityCheck, parse_reason, parse_ticket
from pomfa_tui.domain.permissions import Action

if TYPE_CHECKING:
    from pomfa_tui.domain.identity import Justification
    from pomfa_tui.domain.phone_help import PhoneAct, Spoken
    from pomfa_tui.domain.ports import Transaction, View
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.site_keys import OpenKey, SiteKeys


_OTHER_EMAIL = "The challenge was made for another e-mail. Check the spelling; if it is right, it is not the caller's: go no further."


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    """What a challenge asks for.

    Attributes:
        act: What.
        site: ODS code.
        site_name: As this store knows it, or none.
    """

    act: PhoneAct
    site: str
    site_name: str | None


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    """What is read back.

    Attributes:
        act: What it allows.
        site: ODS code.
        response: Three groups of four.
    """

    act: PhoneAct
    site: str
    response: str = field(repr=False)


class PhoneAnswerService:
    """For support, with a fresh code and a ticket, and for the command line."""

    def __init__(self, access: Access, keys: SiteKeys, recorder: Recorder) -> None:
        """Take the rights check, the sites' keys and the audit log's pen."""
        self._access = access
        self._keys = keys
        self._recorder = recorder

    def read(self, caller: Caller, text: str) -> PhoneQuestion:
        """Say what a challenge asks for, before anybody's identity is checked.

        Args:
            caller: Who acts.
            text: The challenge as typed; case, spaces and hyphens do not matter.

        Raises:
            BadInput: A group cannot be right, which is named; or there is no key of that site here.
            Refusal: The caller may not.
        """
        with self._access.look(caller) as (view, actor):
            self._access.require(actor, Action.ANSWER_PHONE)
            spoken = phone_help.read_challenge(text)
            self._key(view, spoken)
            site = view.sites.get(spoken.site)
            name = None if site is None else site.name
            return PhoneQuestion(spoken.act, spoken.site, name)

    def answer(self, caller: Caller, text: str, email: str, why: Justification) -> PhoneAnswer:
        """Return the response to read back; recorded before it is given.

        Args:
            caller: Who acts.
            text: The challenge as typed.
            email: The e-mail that the caller on the telephone signs in with, or a new locum will, as they say it.
            why: How their identity was checked; always with a ticket.

        Raises:
            BadInput: As for `read`; or the challenge was made for another e-mail, which is recorded; or a recovery code as check, which
                this store does not have; or no ticket.
            SelfReset: One's own e-mail.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        with self._access.change(caller) as (tx, actor):
            self._require(actor, why)
            spoken = phone_help.read_challenge(text)
            key = self._key(tx, spoken)
            meant = spoken.matter(canonical_email(email))
            if actor.person is not None and actor.person.email_key == meant.email_key:
                self._access.deny(actor, Action.ANSWER_PHONE, SelfReset(), subject=actor.id)
            detail = {**why.detail(), **_detail(spoken), "site_key": key.id}
            if meant.challenge(key.key) == spoken:
                self._record(tx, actor, spoken, detail)
                return PhoneAnswer(spoken.act, spoken.site, meant.response(key.key))
            self._fail(tx, actor, spoken, "phone_email_mismatch", detail)
        raise BadInput("email", _OTHER_EMAIL)

    def not_verified(
        self, caller: Caller, text: str, reason: str = "", ticket: str | None = None
    ) -> PhoneQuestion:
        """Record that the identity of whoever called could not be verified; there is no response then (rule 21).

        Args:
            caller: Who acts.
            text: The challenge as typed.
            reason: In a few words, or empty.
            ticket: Number of the helpdesk's ticket, or none.

        Raises:
            BadInput: As for `read`, or reason or ticket cannot be used.
            Refusal: The caller may not answer either.
        """
        detail = {"action": Action.ANSWER_PHONE.value}
        if reason.strip():
            detail["why"] = parse_reason(reason)
        number = parse_ticket(ticket, required=False)
        if number is not None:
            detail["ticket"] = number
        question = self.read(caller, text)
        with self._access.change(caller) as (tx, actor):
            self._access.require(actor, Action.ANSWER_PHONE)
            spoken = phone_help.read_challenge(text)
            detail |= _detail(spoken)
            self._fail(tx, actor, spoken, "identity_not_verified", detail)
        return question

    def _require(self, actor: Actor, why: Justification) -> None:
        self._access.require(actor, Action.ANSWER_PHONE)
        self._access.require_fresh(actor)
        parse_ticket(why.ticket, required=True)
        if why.identity is IdentityCheck.RECOVERY_CODE:
            raise BadInput(
                "identity",
                "Recovery codes of that pharmacy cannot be checked here. Check the identity in another way.",
            )

    def _key(self, view: View, spoken: Spoken) -> OpenKey:
        key = self._keys.open(view, spoken.site)
        if key is None:
            raise BadInput(
                "challenge",
                f"There is no key of {spoken.site} here. Have that pharmacy's key exported, and import it: pomfa-tui site key import FILE.",
            )
        return key

    def _record(
        self, tx: Transaction, actor: Actor, spoken: Spoken, detail: dict[str, str]
    ) -> None:
        self._recorder.act(
            tx,
            Event.PHONE_HELP,
            actor,
            site=spoken.site,
            reason="answered",
            severity=Severity.WARNING,
            detail=detail,
        )

    def _fail(
        self, tx: Transaction, actor: Actor, spoken: Spoken, reason: str, detail: dict[str, str]
    ) -> None:
        self._recorder.act(
            tx,
            Event.AUTHZ_ADMIN,
            actor,
            site=spoken.site,
            reason=reason,
            outcome=Outcome.FAILURE,
            severity=Severity.WARNING,
            detail=detail,
        )


def _detail(spoken: Spoken) -> dict[str, str]:
    return {"act": spoken.act.value, "challenge": spoken.reference}
