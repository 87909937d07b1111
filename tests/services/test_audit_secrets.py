"""Canaries through every flow: nothing that proves somebody, and nobody's name, is ever written down in clear (rule 32)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from pomfa_tui.domain import totp
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.sessions import SessionToken
from pomfa_tui.services.audit_scope import AuditFilter
from pomfa_tui.services.first_factor import FirstFactorCheck
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.second_factor import SecondFactorCheck
from pomfa_tui.services.steps import NeedNewPassword, ShowRecoveryCodes, SignedIn
from tests.house import ABBEY, BRIDGE, HOST
from tests.members import Member, Phone
from tests.services.wrong_tries import wrong_code
from tests.world import World, attempt_of

NAME = "Canary Nightingale"
EMAIL = "canary.nightingale@abbey.example"
FIRST_PASSWORD = "first canary phrase of seven"
SECOND_PASSWORD = "second canary phrase of seven"
WRONG_PASSWORD = "wrong canary phrase of seven"
TYPED_AS_EMAIL = "canary password typed as an e-mail"


class Walk:
    """One person's way through everything, collecting what must not be written down.

    Attributes:
        secrets: Texts that prove somebody.
        words: Texts that name somebody.
        said: Sentences of all refusals on the way.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.desk = world.desk
        self.secrets = {FIRST_PASSWORD, SECOND_PASSWORD, WRONG_PASSWORD, TYPED_AS_EMAIL}
        self.words = {NAME, EMAIL, "Nightingale", "nightingale"}
        self.said: list[str] = []

    def all_of_it(self) -> None:
        """Go through every flow there is before and after sign-in."""
        member = self.created()
        self.paired(member)
        self.refused(member)
        token = self.signed_in(member)
        self.desk.sessions.sign_out(self.desk.sessions.switch_site(token, BRIDGE))
        self.recovered(member)
        self.both_reset(member)
        self.desk.audit.show(HOST, AuditFilter(person=EMAIL))

    def created(self) -> Member:
        """Be created, and linked to a second site."""
        new = NewPerson(EMAIL, NAME, "staff", ABBEY, "dispenser")
        issued = self.desk.people.add(HOST, new)
        self.secrets.add(issued.activation_code)
        member = Member(issued.person.id, EMAIL, "", Phone(self.world.clock))
        member.slip = issued.activation_code
        (membership,) = self.world.account(member).memberships
        there = msgspec.structs.replace(membership, site=BRIDGE)
        self.world.set_person(member, memberships=(membership, there))
        return member

    def paired(self, member: Member) -> None:
        """Choose a password and pair."""
        offer = self.world.reach_pairing(member, FIRST_PASSWORD)
        self.keep_phone(member)
        self.refuse(lambda: self.desk.pairing.confirm(offer.attempt, member.phone.wrong_code()))
        code = member.phone.code()
        self.secrets.add(code)
        shown = self.desk.pairing.confirm(offer.attempt, code)
        assert isinstance(shown, ShowRecoveryCodes)
        member.recovery = dict(shown.codes)
        self.secrets |= set(member.recovery.values())
        self.desk.sign_in.leave(shown.attempt)

    def refused(self, member: Member) -> None:
        """Try everything that is wrong."""
        self.refuse(lambda: self.desk.sign_in.offer_password(EMAIL, WRONG_PASSWORD))
        self.refuse(lambda: self.desk.sign_in.offer_password(TYPED_AS_EMAIL, WRONG_PASSWORD))
        step = self.world.reach_code(member)
        for text in (member.phone.code(), member.phone.code(-5), member.phone.wrong_code()):
            self.secrets.add(text)
            self.refuse(partial(self.desk.sign_in.offer_code, step.attempt, text))
        self.refuse(lambda: self.desk.sign_in.offer_recovery_code(step.attempt, member.slip))
        self.refuse(lambda: self.desk.pairing.offer(step.attempt))
        self.refuse(lambda: self.desk.people.show(HOST, "nobody@abbey.example"))
        stranger = self.world.session_of(self.world.person("o@castle.example", "FC333").id)
        self.refuse(lambda: self.desk.people.show(stranger, EMAIL))

    def signed_in(self, member: Member) -> SessionToken:
        """Sign in with a code."""
        self.world.wait_for_fresh_code(member)
        self.secrets.add(member.phone.code())
        step = self.desk.sign_in.offer_code(
            self.world.reach_code(member).attempt, member.phone.code()
        )
        assert isinstance(step, ShowRecoveryCodes)
        member.recovery = dict(step.codes)
        self.secrets |= set(member.recovery.values())
        self.desk.recovery.confirm(step.attempt)
        entered = self.desk.sign_in.choose_site(step.attempt, ABBEY)
        assert isinstance(entered, SignedIn)
        self.secrets.add(entered.token.secret)
        return entered.token

    def recovered(self, member: Member) -> None:
        """Use a recovery code."""
        step = self.world.reach_code(member)
        shown = self.desk.sign_in.offer_recovery_code(step.attempt, member.recovery[3])
        assert isinstance(shown, ShowRecoveryCodes)
        self.secrets.add(shown.codes[0][1])
        self.desk.recovery.confirm(shown.attempt)

    def both_reset(self, member: Member) -> None:
        """Go through both resets."""
        self.secrets.add(self.world.reset_password(member))
        step = self.desk.sign_in.offer_password(EMAIL, member.slip)
        self.world.wait_for_fresh_code(member)
        asked = self.desk.sign_in.offer_code(attempt_of(step), member.phone.code())
        assert isinstance(asked, NeedNewPassword)
        self.refuse(lambda: self.desk.new_passwords.choose(asked.attempt, member.slip))
        self.desk.new_passwords.choose(asked.attempt, SECOND_PASSWORD)
        member.password = SECOND_PASSWORD
        self.secrets.add(self.world.reset_mfa(member))
        step = self.world.offer_password(member)
        self.refuse(lambda: self.desk.sign_in.offer_activation_code(attempt_of(step), "nonsense"))
        self.desk.sign_in.offer_activation_code(attempt_of(step), member.slip)
        member.phone.scan(self.desk.pairing.offer(attempt_of(step)).entry)
        self.keep_phone(member)
        shown = self.desk.pairing.confirm(attempt_of(step), member.phone.code())
        assert isinstance(shown, ShowRecoveryCodes)
        self.secrets |= {text for _, text in shown.codes}

    def keep_phone(self, member: Member) -> None:
        """Remember the secret of the newest entry in every form it may be written in."""
        secret = member.phone.secret
        self.secrets |= {totp.base32(secret), secret.hex(), repr(secret)[2:-1]}

    def refuse(self, act: Callable[[], object]) -> None:
        """Do what is refused, and keep the sentence."""
        with pytest.raises(Refusal) as refused:
            act()
        self.said.append(f"{refused.value.message} {refused.value!r} {refused.value.args}")


@pytest.fixture
def walk(world: World) -> Walk:
    """Return a walk that was walked to its end."""
    walk = Walk(world)
    walk.all_of_it()
    return walk


def found_in(text: str, secrets: set[str]) -> set[str]:
    """Return the secrets that a text holds in any form; digits within a longer number or digest are none."""

    def pattern(secret: str) -> str:
        written = "-?".join(re.escape(part) for part in secret.split("-"))
        return rf"(?<![0-9a-f]){written}(?![0-9a-f])"

    return {secret for secret in secrets if re.search(pattern(secret), text, re.IGNORECASE)}


def test_no_record_holds_a_password_code_secret_key_or_session_secret(walk: Walk) -> None:
    """AUD-04, TOTP-15, A40: of all that was typed, shown or issued on the way."""
    log = msgspec.json.encode(list(walk.world.store.audit_records())).decode()

    assert len(walk.secrets) > 40
    assert found_in(log, walk.secrets) == set()


def test_no_record_names_anybody(walk: Walk) -> None:
    """PRI-01: identifiers only; names and e-mails are looked up when it is read."""
    log = msgspec.json.encode(list(walk.world.store.audit_records())).decode()

    assert [word for word in walk.words if word.casefold() in log.casefold()] == []


def test_no_refusal_repeats_what_was_typed_as_a_secret(walk: Walk) -> None:
    """GEN-01, AUD-04: sentences reach screens, scrollback and logs."""
    said = "\n".join(walk.said)

    assert len(walk.said) >= 10
    assert found_in(said, walk.secrets) == set()


def test_the_store_holds_secrets_hashed_or_sealed_only(walk: Walk) -> None:
    """STO-08, PWD-14, REC-02, SES-05: what was typed is in no document; the vault's own form is the adapter's business."""
    sealed = {secret for secret in walk.secrets if len(secret) == 2 * totp.SECRET_BYTES}
    with walk.world.store.view() as view:
        tables = (view.people, view.credentials, view.sites, view.sessions, view.strangers)
        kept = repr([list(table.all()) for table in tables])

    assert sealed
    assert found_in(kept, walk.secrets) <= sealed


def test_the_search_would_find_what_it_looks_for(walk: Walk) -> None:
    """AUD-04: in any case, with hyphens or without, between any signs."""
    for secret in walk.secrets:
        assert found_in(f'{{"x":"{secret}"}} {secret.upper()}', {secret}) == {secret}
        assert found_in(f"'{secret.replace('-', '').lower()}'", {secret}) == {secret}


def test_what_is_being_checked_shows_in_no_representation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GEN-01, A32: neither the password nor the code that was just typed, should the value ever be printed."""
    printed: list[str] = []
    verify, explain = FirstFactorCheck._verify, SecondFactorCheck._explain

    def verified(self: FirstFactorCheck, attempt: Any) -> bool:
        printed.append(repr(attempt))
        return verify(self, attempt)

    def explained(self: SecondFactorCheck, *given: Any) -> Refusal:
        printed.append(repr(given[-1]))
        return explain(self, *given)

    monkeypatch.setattr(FirstFactorCheck, "_verify", verified)
    monkeypatch.setattr(SecondFactorCheck, "_explain", explained)
    jo = world.person("jo@abbey.example")
    wrong_code(world, jo)
    assert len(printed) == 2
    assert found_in("".join(printed), {jo.password, jo.phone.wrong_code()}) == set()
