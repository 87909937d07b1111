"""Sealed items, strangers' digests and the seal of the audit chain's head."""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import SealBroken
from pomfa_tui.domain.ports import HeadSeal, SealContext, StrangerDigest, Vault
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import MasterKey, Purpose
from pomfa_tui.security.vault import AesGcmVault, HmacHeadSeal, HmacStrangers

HERE = SealContext(table="credentials", owner="p1", item="a1", field="secret")
SECRET = bytes(range(20))
OLD, NEW = MasterKey.fresh(), MasterKey.fresh()


def vault_of(*keys: MasterKey) -> AesGcmVault:
    return AesGcmVault(KeyRing(keys).sub_keys(Purpose.VAULT))


@pytest.fixture
def vault() -> AesGcmVault:
    return vault_of(OLD)


def payload(sealed: str) -> bytes:
    return urlsafe_b64decode(sealed.split(".")[2])


def with_payload(sealed: str, data: bytes) -> str:
    version, key_id, _ = sealed.split(".")
    return f"{version}.{key_id}.{urlsafe_b64encode(data).decode()}"


def refused(vault: AesGcmVault, sealed: str, context: SealContext = HERE) -> None:
    with pytest.raises(SealBroken) as caught:
        vault.open(sealed, context)
    assert caught.value.exit_code == 6
    assert sealed[:40] not in caught.value.message or not sealed


def test_the_adapters_fit_their_ports(ring: KeyRing) -> None:
    ports: tuple[Vault, StrangerDigest, HeadSeal] = (
        AesGcmVault(ring.sub_keys(Purpose.VAULT)),
        HmacStrangers(ring.sub_keys(Purpose.STRANGER)),
        HmacHeadSeal(ring.sub_keys(Purpose.AUDIT_HEAD)),
    )
    assert ports[0].open(ports[0].seal(SECRET, HERE), HERE) == SECRET


@given(plaintext=st.binary(max_size=200), words=st.tuples(*[st.text(max_size=20)] * 4))
def test_what_was_sealed_opens_in_its_place(
    plaintext: bytes, words: tuple[str, str, str, str]
) -> None:
    context = SealContext(*words)
    assert vault_of(OLD).open(vault_of(OLD).seal(plaintext, context), context) == plaintext


def test_a_sealed_text_shows_its_key_id_and_nothing_of_the_secret(vault: AesGcmVault) -> None:
    """STO-03, STO-06: neither raw nor in any usual spelling."""
    sealed = vault.seal(SECRET, HERE)
    assert re.fullmatch(rf"v1\.{OLD.key_id}\.[A-Za-z0-9_=-]+", sealed)
    assert len(payload(sealed)) == 12 + len(SECRET) + 16
    for spelling in (SECRET.hex(), b32encode(SECRET).decode(), b64encode(SECRET).decode()):
        assert spelling.strip("=") not in sealed
    assert SECRET not in payload(sealed)


def test_a_thousand_seals_have_a_thousand_nonces(vault: AesGcmVault) -> None:
    """STO-05."""
    seals = [payload(vault.seal(SECRET, HERE)) for _ in range(1000)]
    assert len({data[:12] for data in seals}) == 1000
    assert len({data[12:] for data in seals}) == 1000


@pytest.mark.parametrize("part", ["table", "owner", "item", "field"])
def test_an_item_moved_to_another_place_does_not_open(vault: AesGcmVault, part: str) -> None:
    """STO-05, A33: two people's secrets swapped in the store are both refused."""
    there = replace(HERE, **{part: "other"})
    here_sealed, there_sealed = vault.seal(SECRET, HERE), vault.seal(SECRET[::-1], there)
    refused(vault, here_sealed, there)
    refused(vault, there_sealed, HERE)
    assert vault.open(there_sealed, there) == SECRET[::-1]


def test_places_that_read_alike_when_run_together_are_still_different(vault: AesGcmVault) -> None:
    """A33: the encoding of a place is unambiguous, separators and lengths inside it included."""
    twins = [
        SealContext("a", "bc", "d", "e"),
        SealContext("ab", "c", "d", "e"),
        SealContext("a", "b", "cd", "e"),
        SealContext("", "abc", "d", "e"),
        SealContext("a\x00\x00\x00\x02bc", "", "d", "e"),
        SealContext("a,bc", "d", "e", ""),
    ]
    for one in twins:
        sealed = vault.seal(SECRET, one)
        for other in twins:
            if other is not one:
                refused(vault, sealed, other)


def test_every_single_bit_counts(vault: AesGcmVault) -> None:
    """STO-07: damage is refused, wherever it is."""
    sealed = vault.seal(SECRET, HERE)
    data = payload(sealed)
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        refused(vault, with_payload(sealed, bytes(flipped)))
    assert vault.open(with_payload(sealed, data), HERE) == SECRET


def test_every_single_character_counts(vault: AesGcmVault) -> None:
    """STO-07: also where Base64 has two spellings of the same bytes."""
    sealed = vault.seal(SECRET[:19], HERE)  # 47 bytes leave spare bits in the last character
    assert sealed.endswith("=")
    for place, old in enumerate(sealed):
        for new in "A-_b1=. \n":
            if new != old:
                refused(vault, sealed[:place] + new + sealed[place + 1 :])
    spare = sealed[:-2] + chr(ord(sealed[-2]) + 1) + "="
    assert payload(spare) == payload(sealed)
    refused(vault, spare)


def test_a_sealed_text_cut_short_or_grown_is_refused(vault: AesGcmVault) -> None:
    sealed = vault.seal(SECRET, HERE)
    for length in range(len(sealed)):
        refused(vault, sealed[:length])
    for size in range(len(payload(sealed))):
        refused(vault, with_payload(sealed, payload(sealed)[:size]))
    for grown in (f"{sealed}\n", f" {sealed}", f"{sealed}=", f"{sealed}AAAA", sealed.upper()):
        refused(vault, grown)


@given(st.text(max_size=100) | st.from_regex(r"v1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]*", fullmatch=True))
def test_nonsense_is_refused_without_a_fault(text: str) -> None:
    refused(vault_of(OLD), text)


def test_another_key_does_not_open(vault: AesGcmVault) -> None:
    """STO-07: neither under its own id nor dressed up with ours."""
    sealed = vault_of(NEW).seal(SECRET, HERE)
    refused(vault, sealed)
    refused(vault, sealed.replace(NEW.key_id, OLD.key_id))


def test_after_a_rotation_old_items_open_and_new_ones_carry_the_new_id(vault: AesGcmVault) -> None:
    """STO-06: no down-time; what is left to seal again can be told."""
    old_item = vault.seal(SECRET, HERE)
    rotated = vault_of(NEW, OLD)
    assert rotated.open(old_item, HERE) == SECRET
    new_item = rotated.seal(SECRET, HERE)
    assert f".{NEW.key_id}." in new_item
    assert rotated.is_current(new_item)
    assert not rotated.is_current(old_item)
    refused(rotated, old_item.replace(OLD.key_id, NEW.key_id))
    refused(vault, new_item)


# -- Strangers and the head -----------------------------------------------------------------------


def test_a_strangers_digest_is_stable_and_tells_nothing_without_the_key() -> None:
    """THR-09, ENU-01: a list of hashed e-mails could be guessed; a keyed one cannot."""
    email = "somebody@example.org"
    here, again, elsewhere = (
        HmacStrangers(KeyRing([key]).sub_keys(Purpose.STRANGER)) for key in (OLD, OLD, NEW)
    )
    digest = here.digest(email)
    assert re.fullmatch(r"[0-9a-f]{32}", digest)
    assert digest == again.digest(email)
    assert digest != here.digest("somebody@example.com")
    assert digest != elsewhere.digest(email)
    assert not hashlib.sha256(email.encode()).hexdigest().startswith(digest)
    assert here.digest("\udcff")


def test_the_heads_seal_fits_this_head_and_this_key_only() -> None:
    """AUD-04, AUD-08: who cuts the log's tail cannot make the seal that hides it."""
    seal = HmacHeadSeal(KeyRing([OLD]).sub_keys(Purpose.AUDIT_HEAD))
    sealed = seal.seal(b"head 7")
    assert seal.check(b"head 7", sealed)
    assert not seal.check(b"head 6", sealed)
    for place, old in enumerate(sealed):
        changed = sealed[:place] + ("0" if old != "0" else "1") + sealed[place + 1 :]
        assert not seal.check(b"head 7", changed)
    for odd in ("", sealed[:-1], f"{sealed}0", f"{sealed}\n", sealed.upper(), "\udcff"):
        assert not seal.check(b"head 7", odd)


def test_the_heads_seal_of_a_retired_key_still_fits_and_that_of_another_does_not() -> None:
    """STO-06."""
    old = HmacHeadSeal(KeyRing([OLD]).sub_keys(Purpose.AUDIT_HEAD))
    rotated = HmacHeadSeal(KeyRing([NEW, OLD]).sub_keys(Purpose.AUDIT_HEAD))
    assert rotated.check(b"head", old.seal(b"head"))
    assert not old.check(b"head", rotated.seal(b"head"))
    assert not old.check(b"head", rotated.seal(b"head").replace(NEW.key_id, OLD.key_id))
