"""A whole life of an account on the real store, then a search of every file for anything secret."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from pomfa_tui.domain.emails import EmailRules
from pomfa_tui.domain.errors import CodeRefused, SignInRefused
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.ports import Place
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import AesGcmVault, HmacHeadSeal, HmacStrangers
from pomfa_tui.services.access import HostCaller
from pomfa_tui.services.desk import Desk, assemble
from pomfa_tui.services.given import Policy, Ports
from pomfa_tui.services.steps import (
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    ShowRecoveryCodes,
    SignedIn,
)
from pomfa_tui.store.exports import ExportFolder
from pomfa_tui.store.forwarded import ForwardMark
from pomfa_tui.store.tinydb import TinyStore
from tests.fakes import FakeClock, FakeProcesses
from tests.members import GOOD_PASSWORD, Phone

PACKAGE = Path(__file__).parent.parent / "pomfa_tui"
MISTYPED = "this went into the wrong field"


def open_desk(folder: Path, clock: FakeClock) -> Desk:
    """Return the services on real files, real keys and hashes made cheap."""
    data, key = folder / "data", folder / "keys" / "master.key"
    keys = KeyRing.create(key, data)
    ports = Ports(
        store=TinyStore(data, head_seal=HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD))),
        clock=clock,
        place=Place(terminal="tty1", boot="boot", pid=1, version="test"),
        processes=FakeProcesses(1),
        hasher=Argon2Hasher(keys.sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests()),
        vault=AesGcmVault(keys.sub_keys(Purpose.VAULT)),
        strangers=HmacStrangers(keys.sub_keys(Purpose.STRANGER)),
        key_id=keys.key_id,
        exports=ExportFolder(data, clock),
        forwarded=ForwardMark(data),
    )
    return assemble(ports, Policy(numbers=Numbers(), emails=EmailRules(frozenset())))


def live_a_life(desk: Desk, clock: FakeClock) -> list[str]:
    """Invite, activate, pair, mistype, sign in by code and by recovery code; return every secret that was used."""
    _, issued = desk.setup.initialise(
        HostCaller("test"),
        site_code="FZ101",
        site_name="Abbey",
        name="Ann",
        email="ann@abbey.example",
    )
    step = desk.sign_in.offer_password("ann@abbey.example", issued.activation_code)
    assert isinstance(step, NeedNewPassword)
    step = desk.new_passwords.choose(step.attempt, GOOD_PASSWORD)
    assert isinstance(step, NeedPairing)
    offer = desk.pairing.offer(step.attempt)
    phone = Phone(clock)
    phone.scan(offer.entry)
    codes = [phone.code()]
    shown = desk.pairing.confirm(step.attempt, codes[0])
    assert isinstance(shown, ShowRecoveryCodes)
    first = desk.recovery.confirm(shown.attempt)
    assert isinstance(first, SignedIn)
    for email, password in (("ann@abbey.example", MISTYPED), (MISTYPED, MISTYPED)):
        with pytest.raises(SignInRefused):
            desk.sign_in.offer_password(email, password)
    clock.advance(3600)
    need = desk.sign_in.offer_password("ann@abbey.example", GOOD_PASSWORD)
    assert isinstance(need, NeedCode)
    with pytest.raises(CodeRefused):
        desk.sign_in.offer_code(need.attempt, phone.wrong_code())
    codes.append(phone.code())
    second = desk.sign_in.offer_code(need.attempt, codes[1])
    assert isinstance(second, SignedIn)
    clock.advance(3600)
    need = desk.sign_in.offer_password("ann@abbey.example", GOOD_PASSWORD)
    assert isinstance(need, NeedCode)
    replaced = desk.sign_in.offer_recovery_code(need.attempt, shown.codes[3][1])
    assert isinstance(replaced, ShowRecoveryCodes)
    secret = offer.entry.secret
    typed = [text for _, text in (*shown.codes, *replaced.codes)]
    raw = base64.b32decode(secret)
    return [
        issued.activation_code,
        GOOD_PASSWORD,
        MISTYPED,
        secret,
        raw.hex(),
        first.token.secret,
        second.token.secret,
        *codes,
        *typed,
        *(text.replace("-", "") for text in typed),
        raw.decode("latin-1"),
    ]


def test_no_file_holds_a_password_code_or_secret_after_a_whole_life_of_an_account(
    tmp_path: Path,
) -> None:
    """TOTP-15, AUD-04, STO-03, PRI-02: every file is searched for every secret, in clear, base 32, hex and raw."""
    clock = FakeClock()
    secrets = live_a_life(open_desk(tmp_path, clock), clock)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {
        "store.json",
        "store.journal",
        "audit.jsonl",
        "master.key",
    }
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            found = re.search(
                rb"(?<![0-9])" + re.escape(secret.encode("latin-1")) + rb"(?![0-9])", content
            )
            assert found is None, f"{path.name} holds a secret"


def test_few_modules_open_what_is_sealed() -> None:
    """TOTP-17: the check of codes, the keys of sites, and the exchange of keys, which seals it again at once."""
    opening = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if "_vault.open(" in path.read_text(encoding="utf-8")
    }
    assert opening == {"second_factor.py", "site_keys.py", "rotation.py"}


def test_no_command_and_no_screen_gives_an_existing_secret_out() -> None:
    """TOTP-18: secrets are neither exported nor imported; the one that is shown is new and not yet stored."""
    offering = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if "totp.base32(" in path.read_text(encoding="utf-8")
    }
    assert offering <= {"pairing.py", "moving.py"}


def test_the_old_hash_is_used_by_the_time_codes_alone() -> None:
    """TOTP-19, STO-16: SHA-1 is named nowhere but beside the codes, and MD5 nowhere at all."""
    named = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\b(sha1|md5|SHA1|MD5)\b", path.read_text(encoding="utf-8"))
    }
    assert named <= {"domain/totp.py"}
