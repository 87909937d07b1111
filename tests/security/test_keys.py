"""The master key file: made once, read carefully, never shown."""

from __future__ import annotations

import copy
import errno
import hashlib
import hmac
import os
import pickle
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import (
    IntegrityFailure,
    Refusal,
    Unavailable,
    UnsafeEnvironment,
    WrongKey,
)
from pomfa_tui.security.keys import MOST_KEYS, KeyMissing, KeyRing
from pomfa_tui.security.masterkey import MasterKey, Purpose, SubKeys


def test_a_new_key_is_one_line_in_a_private_file_in_a_private_folder(
    tmp_path: Path, data: Path
) -> None:
    """STO-02, STO-04: 256 bits, mode 0600 in 0700 whatever the umask."""
    path = tmp_path / "a" / "keys" / "master.key"
    before = os.umask(0)
    try:
        ring = KeyRing.create(path, data)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    line = re.fullmatch(r"pomfa-tui-key-1 ([0-9a-f]{8}) ([0-9a-f]{64})\n", path.read_text())
    assert line is not None
    assert line[1] == ring.key_id


def test_what_was_created_is_what_is_loaded(key_file: Path, data: Path) -> None:
    first, second = (KeyRing.load(key_file, data) for _ in range(2))
    assert first.key_ids == second.key_ids
    for purpose in Purpose:
        assert first.sub_keys(purpose).current() == second.sub_keys(purpose).current()


def test_two_keys_are_never_alike() -> None:
    """STO-08."""
    lines = {MasterKey.fresh().line() for _ in range(200)}
    assert len(lines) == 200


def test_every_purpose_has_a_key_of_its_own_that_rfc_5869_confirms() -> None:
    """STO-14, STO-16: recomputed here by the steps of RFC 5869 2.2 and 2.3."""
    material = bytes(range(32))
    derived = {purpose: MasterKey(material).derive(purpose) for purpose in Purpose}
    assert len(set(derived.values())) == len(Purpose) == 6
    extracted = hmac.digest(bytes(32), material, hashlib.sha256)
    for purpose, key in derived.items():
        info = f"pomfa-tui/v1/{purpose.value}".encode()
        assert key == hmac.digest(extracted, info + b"\x01", hashlib.sha256)
        assert len(key) == 32


def test_the_id_tells_nothing_of_the_key(key_file: Path) -> None:
    """STO-06: eight digits of a keyed digest, not of the key's own bytes or digest."""
    _, key_id, digits = key_file.read_text().split()
    material = bytes.fromhex(digits)
    assert key_id not in digits
    assert key_id != hashlib.sha256(material).hexdigest()[:8]
    assert key_id == hmac.digest(material, b"pomfa-tui/v1/key-id", "sha256").hex()[:8]


def test_an_existing_key_is_never_overwritten(key_file: Path, data: Path) -> None:
    """PWD-17: init twice refuses; losing the key is losing all pairings."""
    before = key_file.read_bytes()
    with pytest.raises(Refusal, match="Keep it, and name another place with --key-file"):
        KeyRing.create(key_file, data)
    assert key_file.read_bytes() == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_takes_no_key_gives_a_sentence_and_leaves_no_half_key(
    tmp_path: Path, data: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(Unavailable, match=os.strerror(number)):
        KeyRing.create(tmp_path / "keys" / "master.key", data)
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_missing_key_says_what_to_do(tmp_path: Path, data: Path) -> None:
    """STO-07."""
    for path in (tmp_path / "master.key", tmp_path / "none" / "master.key"):
        with pytest.raises(KeyMissing, match="put its key file back from its safe place") as caught:
            KeyRing.load(path, data)
        assert "pomfa-tui init" in caught.value.message
        assert caught.value.exit_code == 6


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "\n\n", id="blank"),
        pytest.param(lambda text: text[:-3], id="short"),
        pytest.param(lambda text: text.rstrip() + "00\n", id="long"),
        pytest.param(lambda text: text[:-2] + ("0" if text[-2] != "0" else "1"), id="digit"),
        pytest.param(lambda text: text.upper(), id="upper case"),
        pytest.param(lambda text: text.replace("key-1", "key-2"), id="newer version"),
        pytest.param(lambda text: text.split()[2], id="bare key"),
        pytest.param(lambda text: text + "something else\n", id="second line"),
        pytest.param(lambda _: "-----BEGIN PRIVATE KEY-----\n", id="foreign"),
        pytest.param(lambda text: text + "\xff", id="not ASCII"),
        pytest.param(lambda _: "\0" * 92, id="zeros after a power cut"),
    ],
)
def test_a_damaged_key_file_is_refused_and_its_content_not_repeated(
    key_file: Path, data: Path, damage: Callable[[str], str]
) -> None:
    """STO-07, STO-12: missing, wrong, short: no sign-in, and no key in the sentence or behind it."""
    text = key_file.read_text()
    key_file.write_text(damage(text), encoding="latin-1")
    with pytest.raises(IntegrityFailure, match="is damaged") as caught:
        KeyRing.load(key_file, data)
    assert not re.search(r"[0-9a-f]{16}", caught.value.message.replace(str(key_file), ""))
    assert caught.value.__context__ is None
    assert caught.value.exit_code == 6


def test_a_key_file_restored_by_hand_may_have_other_line_ends(key_file: Path, data: Path) -> None:
    ring = KeyRing.load(key_file, data)
    key_file.write_text(f"\r\n{key_file.read_text().strip()} \r\n\r\n")
    assert KeyRing.load(key_file, data).key_id == ring.key_id


def test_a_huge_file_in_the_place_of_the_key_is_not_read_to_its_end(
    key_file: Path, data: Path
) -> None:
    with key_file.open("ab") as file:
        file.truncate(1 << 30)
    with pytest.raises(UnsafeEnvironment, match="larger than"):
        KeyRing.load(key_file, data)


def test_the_store_of_another_key_is_refused(ring: KeyRing) -> None:
    """STO-07: a wrong key is an integrity failure, not an empty store."""
    ring.require(ring.key_id)
    with pytest.raises(WrongKey):
        ring.require(MasterKey.fresh().key_id)


def test_a_rotation_puts_a_fresh_key_first_and_keeps_the_old_ones(
    key_file: Path, data: Path
) -> None:
    """STO-06: old keys stay for what is not sealed again yet and for backups."""
    vault = Purpose.VAULT
    running = KeyRing.load(key_file, data).sub_keys(vault)
    first, second, third = (
        running.newest(),
        *(KeyRing.rotate(key_file, data).sub_keys(vault).newest() for _ in range(2)),
    )
    ring = KeyRing.load(key_file, data)
    assert ring.key_ids == (third[0], second[0], first[0])
    assert len({first, second, third}) == 3
    assert ring.sub_keys(vault).find(first[0]) == first[1]
    # Whoever was running then goes on with the newest.
    assert running.newest() == third
    ring.require(first[0])
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [entry.name for entry in key_file.parent.iterdir()] == [key_file.name]


def test_a_key_file_that_cannot_be_used_leaves_a_running_program_its_keys(
    key_file: Path, data: Path
) -> None:
    """STO-06, STO-07: half a second without the file locks nobody out, and nothing else is believed."""
    ring = KeyRing.load(key_file, data)
    before = ring.key_ids
    for text in ("", "not a key\n"):
        key_file.write_text(text)
        assert (ring.key_id, ring.key_ids) == (before[0], before)
    key_file.unlink()
    assert ring.key_id == before[0]
    assert ring.find("00000000") is None


def test_a_rotation_on_a_full_disk_changes_nothing(
    key_file: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_file.read_bytes()

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(Unavailable):
        KeyRing.rotate(key_file, data)
    assert key_file.read_bytes() == before


def test_a_full_key_file_is_not_made_unreadable_by_one_more(key_file: Path, data: Path) -> None:
    key_file.write_text("".join(MasterKey.fresh().line() for _ in range(MOST_KEYS - 1)))
    ring = KeyRing.rotate(key_file, data)
    assert len(KeyRing.load(key_file, data).key_ids) == len(ring.key_ids) == MOST_KEYS
    with pytest.raises(Refusal, match="no backup needs"):
        KeyRing.rotate(key_file, data)


def test_nothing_shows_copies_or_pickles_a_key() -> None:
    """STO-12, PWD-19: reprs name the id; a copy would be one more place to leak from."""
    key = MasterKey.fresh()
    ring = KeyRing([key])
    sub_keys = ring.sub_keys(Purpose.VAULT)
    hidden = (key.line().split()[2], sub_keys.current().hex(), repr(sub_keys.current()))
    holders: tuple[MasterKey | KeyRing | SubKeys, ...] = (key, ring, sub_keys)
    for holder in holders:
        for text in (repr(holder), str(holder), f"{holder}", repr([holder])):
            assert key.key_id in text
            assert not any(secret in text for secret in hidden)
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="not copied"):
                leak(holder)
        with pytest.raises(TypeError):
            vars(holder)


def test_a_key_of_the_wrong_size_is_refused() -> None:
    """STO-07."""
    for size in (0, 16, 31, 33):
        with pytest.raises(IntegrityFailure):
            MasterKey(bytes(size))
