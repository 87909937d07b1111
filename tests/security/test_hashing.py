"""Hashes of passwords and codes."""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import b64decode

import pytest
from argon2 import PasswordHasher as Plain
from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput, WrongUsage
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import MasterKey, Purpose

OLD, NEW = MasterKey.fresh(), MasterKey.fresh()
CHEAP = HashCost.unsafe_for_tests()
PASSWORD = "quiet lantern over Ely"


def hasher_of(*keys: MasterKey, cost: HashCost = CHEAP) -> Argon2Hasher:
    return Argon2Hasher(KeyRing(keys).sub_keys(Purpose.PEPPER), cost)


def phc(hasher: Argon2Hasher, stored: str) -> str:
    """Return the library's string inside the seal."""
    found = hasher._open(stored)
    assert found is not None
    return found.phc


def older(key: MasterKey) -> str:
    """Return a hash as it was written before hashes were sealed."""
    pepper = key.derive(Purpose.PEPPER)
    plain = Plain(time_cost=1, memory_cost=8, parallelism=1, hash_len=32, salt_len=16)
    return f"p1.{key.key_id}{plain.hash(hmac.digest(pepper, PASSWORD.encode(), 'sha256'))}"


def test_what_ships_is_argon2id_at_the_owasp_row() -> None:
    """PWD-14, STO-16, STO-17: the one test at real cost."""
    hasher = hasher_of(OLD, cost=HashCost())
    stored = hasher.hash(PASSWORD)
    parameters = extract_parameters(phc(hasher, stored))
    assert parameters.type is Type.ID
    assert parameters.version == 0x13
    assert parameters.memory_cost >= 19456
    assert parameters.time_cost >= 2
    assert parameters.parallelism == 1
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert hasher.verify(stored, PASSWORD)
    assert not hasher.verify(stored, f"{PASSWORD}!")
    assert not hasher.needs_rehash(stored)


@pytest.mark.parametrize(
    "wrong", ["", "x", PASSWORD.upper(), f"{PASSWORD} ", f"{PASSWORD}\0", PASSWORD[:-1]]
)
def test_only_the_exact_password_fits(hasher: Argon2Hasher, wrong: str) -> None:
    """PWD-05: nothing is trimmed, folded or cut."""
    stored = hasher.hash(PASSWORD)
    assert hasher.verify(stored, PASSWORD)
    assert not hasher.verify(stored, wrong)


@given(st.text(max_size=128))
def test_every_character_is_allowed(secret: str) -> None:
    hasher = hasher_of(OLD)
    assert hasher.verify(hasher.hash(secret), secret)
    assert not hasher.verify(hasher.hash(secret), f"{secret}x")


def test_the_same_letters_typed_on_another_keyboard_fit(hasher: Argon2Hasher) -> None:
    """PWD-06: NFC, so that composed and decomposed letters are one."""
    typed = "Zoë's pâtisserie Å"
    decomposed = unicodedata.normalize("NFD", typed)
    assert decomposed != typed
    assert hasher.verify(hasher.hash(typed), decomposed)
    assert hasher.verify(hasher.hash(decomposed), typed)


def test_one_password_of_two_people_gives_two_strings(hasher: Argon2Hasher) -> None:
    """PWD-14."""
    assert hasher.hash(PASSWORD) != hasher.hash(PASSWORD)


def test_two_hundred_hashes_have_two_hundred_salts(hasher: Argon2Hasher) -> None:
    """PWD-15: 128 random bits each."""
    salts = {phc(hasher, hasher.hash(PASSWORD)).split("$")[4] for _ in range(200)}
    assert len(salts) == 200
    assert {len(b64decode(f"{salt}==")) for salt in salts} == {16}


# -- Pepper ---------------------------------------------------------------------------------------


def test_a_copy_of_the_store_without_the_key_verifies_nothing() -> None:
    """PWD-16: not with another key, not under its id, and not by plain argon2."""
    stored = hasher_of(OLD).hash(PASSWORD)
    assert not hasher_of(NEW).verify(stored, PASSWORD)
    assert not hasher_of(NEW).verify(stored.replace(OLD.key_id, NEW.key_id), PASSWORD)
    assert "argon2" not in stored
    with pytest.raises(InvalidHashError):
        Plain().verify(stored, PASSWORD)
    assert hasher_of(OLD).verify(stored, PASSWORD)


def test_a_retired_pepper_verifies_until_the_hash_is_made_again() -> None:
    """STO-06, PWD-15: nobody is locked out by a rotation."""
    stored = hasher_of(OLD).hash(PASSWORD)
    rotated = hasher_of(NEW, OLD)
    assert rotated.verify(stored, PASSWORD)
    assert not rotated.verify(stored, "wrong")
    assert rotated.needs_rehash(stored)
    fresh = rotated.hash(PASSWORD)
    assert fresh.startswith(f"p2.{NEW.key_id}.")
    assert rotated.verify(fresh, PASSWORD)
    assert not rotated.needs_rehash(fresh)
    resealed = rotated.resealed(stored)
    assert hasher_of(NEW).verify(resealed, PASSWORD)
    assert not hasher_of(NEW).needs_rehash(resealed)
    assert rotated.resealed(resealed) == resealed


def test_a_hash_of_the_first_kind_verifies_until_it_is_made_again() -> None:
    """PWD-15: stores that were made before hashes were sealed go on; damage in one fits nothing."""
    stored = older(OLD)
    assert hasher_of(NEW, OLD).verify(stored, PASSWORD)
    assert not hasher_of(NEW, OLD).verify(stored, "wrong")
    assert not hasher_of(NEW).verify(stored, PASSWORD)
    assert hasher_of(OLD).needs_rehash(stored)
    assert hasher_of(NEW, OLD).resealed(stored) == stored
    for text in (stored[:-1], f"{stored}A", stored.replace("m=8", "m=9999999"), stored + "\n"):
        assert not hasher_of(OLD).verify(text, PASSWORD)


# -- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("memory", "time"), [(19456, 2), (47104, 1), (12288, 3), (12288, 4), (65536, 3)]
)
def test_a_cost_at_the_floor_or_above_is_taken(memory: int, time: int) -> None:
    """STO-17."""
    cost = HashCost(memory_kib=memory, time=time)
    assert (cost.memory_kib, cost.time, cost.parallelism) == (memory, time, 1)


@pytest.mark.parametrize(
    ("memory", "time", "parallelism"),
    [
        (19455, 2, 1),
        (47103, 1, 1),
        (12287, 3, 1),
        (12287, 16, 1),
        (19456, 1, 1),
        (1 << 20, 0, 1),
        (1 << 20, -1, 1),
        (0, 3, 1),
        (19456, 2, 0),
        (19456, 2, 2),
    ],
)
def test_a_cost_below_the_floor_is_refused_by_name(
    memory: int, time: int, parallelism: int
) -> None:
    """STO-17: no configuration gets below."""
    with pytest.raises(WrongUsage, match=f"hash_memory {memory}, hash_time {time}") as caught:
        HashCost(memory_kib=memory, time=time, parallelism=parallelism)
    assert caught.value.exit_code == 2
    assert "hash_memory 19456 with hash_time 2" in caught.value.message


def test_a_hash_made_at_another_cost_verifies_and_is_due_again(hasher: Argon2Hasher) -> None:
    """PWD-15: parameters can rise."""
    stored = hasher.hash(PASSWORD)
    raised = hasher_of(OLD, cost=HashCost())
    assert hasher.needs_rehash(hasher._seal(phc(hasher, stored).replace("t=1", "t=2")))
    weak = hasher_of(OLD).hash(PASSWORD)
    assert raised.verify(weak, PASSWORD)
    assert raised.needs_rehash(weak)


# -- Bad input ------------------------------------------------------------------------------------


def test_too_long_is_refused_before_any_work(hasher: Argon2Hasher) -> None:
    """PWD-18: 1024 bytes of UTF-8 after NFC, whatever is pasted."""
    for fits in ("x" * 1024, "é" * 512, "\N{HANGUL SYLLABLE HAN}" * 341):
        assert hasher.verify(hasher.hash(fits), fits)
    for long in ("x" * 1025, "é" * 513, "\N{HANGUL SYLLABLE HAN}" * 342, "x" * 1_000_000):
        with pytest.raises(BadInput, match="at most 1024 bytes") as caught:
            hasher.hash(long)
        assert long not in caught.value.message
        assert not hasher.verify(hasher.hash("x" * 1024), long)
    decomposed = unicodedata.normalize("NFD", "\N{HANGUL SYLLABLE HAN}" * 128)
    assert len(decomposed.encode()) > 1024
    assert hasher.verify(hasher.hash("\N{HANGUL SYLLABLE HAN}" * 128), decomposed)


def damaged(hasher: Argon2Hasher, stored: str) -> list[str]:
    inner = phc(hasher, stored)
    head, salt, digest = inner.rsplit("$", 2)
    inside = [
        "", "$", inner[:-1], f"{inner}A", f"{inner}\n", f" {inner}",
        inner.replace("argon2id", "argon2i"),
        inner.replace("v=19", "v=16"), inner.replace("m=8", "m=0"), inner.replace("m=8", "m=4"),
        inner.replace("m=8", "m=9999999"), inner.replace("m=8", "m=4294967295"),
        inner.replace("t=1", "t=0"), inner.replace("t=1", "t=99"), inner.replace("p=1$", "p=2$"),
        inner.replace("$v=19", ""), f"{head}${digest}", f"{head}$${digest}", f"{head}${salt}$",
        f"{head}${salt}${'A' * 43}", f"{head}${'A' * 22}${digest}", f"{head}${salt}${digest[:-1]}/",
    ]  # fmt: skip
    outside = [
        "", "p2.", stored[:-1], f"{stored}A", f"{stored}\n", f" {stored}", inner, stored.replace("p2.", "p1."),
        stored.replace(".", "\0"), stored[:20] + ("A" if stored[20] != "A" else "B") + stored[21:],
        "\udcff", "٣" * 40, "plain text password", f"{stored[:12]}AAAA",
    ]  # fmt: skip
    return [*map(hasher._seal, inside), *outside]


def test_a_damaged_hash_fits_nothing_and_raises_nothing(hasher: Argon2Hasher) -> None:
    """STO-07, PWD-18: costs beyond the bounds of the settings are damage, not work."""
    stored = hasher.hash(PASSWORD)
    assert hasher.verify(stored, PASSWORD)
    for text in damaged(hasher, stored):
        assert text != stored
        assert hasher.verify(text, PASSWORD) is False
        hasher.needs_rehash(text)


@given(
    st.text(max_size=120)
    | st.from_regex(
        r"p1\.[0-9a-f]{8}\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}",
        fullmatch=True,
    )
    | st.from_regex(r"p2\.[0-9a-f]{8}\.[A-Za-z0-9_-]{40,200}={0,2}", fullmatch=True)
)
def test_nonsense_fits_nothing_and_raises_nothing(text: str) -> None:
    hasher = hasher_of(OLD)
    for candidate in (text, re.sub(r"(p[12])\.[0-9a-f]{8}", rf"\1.{OLD.key_id}", text)):
        assert hasher.verify(candidate, PASSWORD) is False


@pytest.mark.parametrize("value", [None, 123, b"bytes", True])
def test_what_is_no_text_never_passes(hasher: Argon2Hasher, value: object) -> None:
    """PWD-19, ASVS 15.3.5: strict types."""
    stored = hasher.hash(str(value))
    with pytest.raises(TypeError):
        hasher.verify(stored, value)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hasher.verify(value, PASSWORD)  # type: ignore[arg-type]
