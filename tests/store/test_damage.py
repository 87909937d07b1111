"""Damage anywhere in snapshot, journal or audit log: mended without loss, or refused with the place and what to do.

A small store is damaged at every byte in the long run and at many in the short one; larger ones at places that hypothesis chooses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomfa_tui.domain.errors import IntegrityFailure
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.tinydb import TinyStore
from tests.conftest import SOAK
from tests.store.stage import SEAL, credentials, drop, event, meta, person

NAMES = ("store.json", "store.journal", "audit.jsonl")
STRIDE = 1 if SOAK else 67
"""Bytes from one damaged place to the next."""

MENDED, REFUSED, TOLD = "mended", "refused", "told"


@dataclass
class Scene:
    """A folder with a store that can be put back whole.

    Attributes:
        base: Holds data folder and key folder.
        files: What whole files hold.
        content: What the store says when it is whole.
    """

    base: Path
    files: dict[Path, bytes]
    content: list[Any]

    @classmethod
    def of(cls, base: Path, people: int, *, dropped: int = 0) -> Scene:
        """Make a store: half of it in the snapshot, half in the journal; the oldest audit records may be dropped."""
        for name in ("data", "keys"):
            (base / name).mkdir(0o700)
        store = _open(base)
        for number in range(1, people + 1):
            with store.transaction() as tx:
                tx.put_meta(meta())
                tx.people.put(person(number))
                tx.credentials.put(credentials(number))
                tx.audit.append(event(number))
            if number == people // 2:
                store.fold()
        if dropped:
            drop(store, dropped)
        content = _content(store)
        store.close()
        files = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
        return cls(base, files, content)

    def file(self, name: str) -> bytes:
        """Return what a whole file holds."""
        return self.files[self.base / "data" / name]

    def mend(self) -> None:
        """Put every file back whole."""
        for path, whole in self.files.items():
            path.write_bytes(whole)
            path.chmod(0o600)

    def after(self, name: str, data: bytes, *, restarted: bool) -> str:
        """Damage one file and say what comes of it.

        Args:
            name: Of the file.
            data: What it holds now.
            restarted: Whether the host restarted meanwhile, so that nothing is known from the lock file.
        """
        self.mend()
        (self.base / "data" / name).write_bytes(data)
        if restarted:
            (self.base / "data" / "store.lock").unlink()
        try:
            return self._looked_at()
        except IntegrityFailure as refusal:
            message = refusal.message
        assert _names_place_and_remedy(message), message
        return REFUSED

    def _looked_at(self) -> str:
        store = _open(self.base)
        try:
            verdict = store.verify_audit()
            assert _content(store) == self.content
        finally:
            store.close()
        if verdict.ok:
            return MENDED
        assert verdict.first_bad is not None
        assert verdict.problem
        return TOLD


def _open(base: Path) -> TinyStore:
    ledger = Ledger(base / "keys", "master.key", seal=SEAL)
    return TinyStore(base / "data", head_seal=SEAL, ledger=ledger)


def _content(store: TinyStore) -> list[Any]:
    with store.view() as view:
        return [*view.people.all(), *view.credentials.all(), view.meta]


def _names_place_and_remedy(message: str) -> bool:
    place = any(name in message for name in (*NAMES, "/data"))
    return place and any(way in message for way in ("estore", "audit verify", "newer", "Put "))


@pytest.fixture
def small(tmp_path: Path) -> Scene:
    """Return a store of four people."""
    return Scene.of(tmp_path, 4)


def _damages(whole: bytes, places: Iterator[int]) -> Iterator[bytes]:
    """Flip, remove and add a byte at each place, and cut the file there."""
    for at in places:
        yield whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        yield whole[:at] + whole[at + 1 :]
        yield whole[:at] + b"7" + whole[at:]
        yield whole[:at]


@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_byte_is_mended_without_loss_or_refused_with_its_place(
    small: Scene, name: str, restarted: bool
) -> None:
    """AUD-06, STO-07, STO-11, A39: every byte of a small store, and after each the content is whole or nobody gets it."""
    whole = small.file(name)
    used = len(whole.rstrip(b"\n")) + 1
    for data in _damages(whole, iter([*range(0, used, STRIDE), used - 2, used - 1])):
        came = small.after(name, data, restarted=restarted)
        assert came != MENDED or _is_no_loss(name, whole, data, restarted=restarted), data[:80]


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
@pytest.mark.parametrize("name", ["store.journal", "audit.jsonl"])
def test_lines_removed_doubled_swapped_and_cut_are_refused(
    small: Scene, name: str, restarted: bool
) -> None:
    """AUD-06, A39: the first, the last and those between; head and tail cut off; each pair of lines exchanged."""
    lines = small.file(name).rstrip(b"\n").split(b"\n")
    ways = []
    for one in range(len(lines)):
        ways += [lines[:one] + lines[one + 1 :], [*lines[: one + 1], *lines[one:]]]
        ways += [lines[:one], lines[one + 1 :]]
        for other in range(one + 1, len(lines)):
            swapped = list(lines)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            ways.append(swapped)
    for way in ways:
        data = b"".join(line + b"\n" for line in way)
        came = small.after(name, data, restarted=restarted)
        assert came != MENDED or _is_no_loss(name, small.file(name), data, restarted=restarted)


@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
def test_a_damaged_byte_of_a_log_with_a_checkpoint_is_refused_with_its_place(
    tmp_path: Path, restarted: bool
) -> None:
    """AUD-06, AUD-10, A39: within the checkpoint closer by than within records; its line removed, doubled, and moved."""
    scene = Scene.of(tmp_path, 4, dropped=2)
    whole = scene.file("audit.jsonl")
    header = whole.index(b"\n") + 1
    near = 1 if SOAK else 19
    ways = list(
        _damages(whole, iter([*range(0, header, near), *range(header, len(whole), STRIDE)]))
    )
    line, rest = whole[:header], whole[header:]
    ways += [rest, line + whole, rest + line, rest.splitlines(keepends=True)[0] + line + rest, line]
    for data in ways:
        came = scene.after("audit.jsonl", data, restarted=restarted)
        assert came != MENDED or data.startswith(line), data[:80]
        assert came != MENDED or restarted, data[:80]


def test_a_torn_last_line_is_cut_off_and_nothing_is_lost(small: Scene) -> None:
    """STO-09: what was begun and never acknowledged disappears, at every length, whether or not the host restarted."""
    whole = small.file("store.journal").rstrip(b"\n") + b"\n"
    begun = b'[{"seq":5,"changes":[["people",5,{"id":"00000000000000000000000000000005","email":'
    for length in range(1, len(begun), 1 if SOAK else 9):
        for restarted in (False, True):
            data = (whole + begun[:length]).ljust(1 << 16, b"\n")
            assert small.after("store.journal", data, restarted=restarted) == MENDED


def test_records_that_a_crash_left_out_of_the_audit_log_are_added_again(small: Scene) -> None:
    """STO-09: after a restart of the host the log may end early, and the journal has the rest; a cut before that is no crash."""
    lines = small.file("audit.jsonl").splitlines(keepends=True)
    for kept in (2, 3):
        data = b"".join(lines[:kept])
        assert small.after("audit.jsonl", data, restarted=True) == MENDED
    assert small.after("audit.jsonl", b"".join(lines[:1]), restarted=True) in {REFUSED, TOLD}


def test_a_missing_file_is_named(small: Scene) -> None:
    """STO-07."""
    for name in ("store.json", "store.journal"):
        small.mend()
        (small.base / "data" / name).unlink()
        with pytest.raises(IntegrityFailure, match=name):
            _open(small.base)
    small.mend()
    (small.base / "data" / "audit.jsonl").unlink()
    verdict = _open(small.base).verify_audit()
    assert (verdict.ok, verdict.first_bad) == (False, 1)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return a store of sixty people."""
    return Scene.of(tmp_path_factory.mktemp("large"), 60)


@pytest.fixture(scope="module")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return a store of thirty people whose audit log has lost its first twenty records."""
    return Scene.of(tmp_path_factory.mktemp("shortened"), 30, dropped=20)


@pytest.mark.timeout(3600 if SOAK else 120)
@settings(
    max_examples=1000 if SOAK else 25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_damage_anywhere_in_a_store_with_a_checkpoint_is_found(
    shortened: Scene, data: st.DataObject
) -> None:
    """AUD-06, AUD-10, A39: as in a store whose log is whole."""
    _damage_somewhere(shortened, data)


@pytest.mark.timeout(3600 if SOAK else 120)
@settings(
    max_examples=2000 if SOAK else 40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_damage_anywhere_in_a_larger_store_is_found(large: Scene, data: st.DataObject) -> None:
    """AUD-06, STO-11, A39: one or more stretches overwritten, removed, repeated or exchanged, in any of the files."""
    _damage_somewhere(large, data)


def _damage_somewhere(large: Scene, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    whole = large.file(name)
    used = len(whole.rstrip(b"\n"))
    changed = whole[:used]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(changed) - 1))
        end = data.draw(st.integers(start + 1, min(start + 400, len(changed))))
        other = data.draw(
            st.sampled_from([b"", changed[start:end] * 2, changed[start:end][::-1]])
            | st.binary(min_size=1, max_size=20)
        )
        changed = (changed[:start] + other + changed[end:]) or b"x"
    if changed == whole[:used]:
        return
    restarted = data.draw(st.booleans())
    came = large.after(name, changed + whole[used:], restarted=restarted)
    assert came != MENDED or _is_no_loss(name, whole, changed + whole[used:], restarted=restarted)


def _is_no_loss(name: str, whole: bytes, data: bytes, *, restarted: bool) -> bool:
    """Tell whether nothing is damaged but what a crash explains: after the journal's last line, or records that the journal has too."""
    if name == "store.journal":
        return data.startswith(whole.rstrip(b"\n") + b"\n")
    return name == "audit.jsonl" and restarted
