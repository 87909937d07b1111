"""How much work a hash is: the same for everybody, two at a time, and refused when memory is short."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from subprocess import CompletedProcess
from types import TracebackType
from typing import Any, Self

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

from pomfa_tui.domain.errors import BadInput, Unavailable, UnsafeEnvironment
from pomfa_tui.security import hashing
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing, MasterKey, Purpose

PASSWORD = "quiet lantern over Ely"
SOON = 20.0
"""Seconds after which a thread that does not arrive is a failure, not a wait."""

Script = Callable[[str], "CompletedProcess[str]"]


class Recorder(PasswordHasher):
    """The library, with a note of every computation it was asked for."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.work: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Note a new hash."""
        self.work.append("hash")
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override] # noqa: A002
        """Note what was compared against, unless it is refused before any work."""
        try:
            return super().verify(hash, password)
        except VerificationError as error:
            if not isinstance(error, VerifyMismatchError):
                self.work.append("refused unread")
            raise
        finally:
            self.work.append(str(hash).rsplit("$", 2)[0])


@pytest.fixture
def recorder(hasher: Argon2Hasher) -> Recorder:
    library = Recorder()
    hasher._library = library
    return library


def changed(hasher: Argon2Hasher, stored: str, old: str, new: str) -> str:
    """Return a hash with something else inside its seal."""
    found = hasher._open(stored)
    assert found is not None
    return hasher._seal(found.phc.replace(old, new))


ONE = ["$argon2id$v=19$m=8,t=1,p=1"]
"""One computation at the current cost."""


def test_the_unknown_the_wrong_and_the_right_cost_the_same_work(
    hasher: Argon2Hasher, recorder: Recorder
) -> None:
    """A17, ENU-03: counted instead of timed, so that a busy machine cannot hide a difference."""
    stored = hasher.hash(PASSWORD)
    foreign = Argon2Hasher(
        KeyRing([MasterKey.fresh()]).sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests()
    ).hash(PASSWORD)
    for action in (
        lambda: hasher.verify(stored, PASSWORD),
        lambda: hasher.verify(stored, "wrong"),
        lambda: hasher.verify_dummy(PASSWORD),
        lambda: hasher.verify_dummy(""),
        lambda: hasher.verify_dummy("x" * 2000),
        lambda: hasher.verify("", PASSWORD),
        lambda: hasher.verify("damaged", PASSWORD),
        lambda: hasher.verify(foreign, PASSWORD),
        lambda: hasher.verify(stored, "x" * 2000),
        lambda: hasher.verify(changed(hasher, stored, "m=8", "m=9999999"), PASSWORD),
        lambda: hasher.verify(changed(hasher, stored, "t=1", "t=17"), PASSWORD),
    ):
        recorder.work.clear()
        action()
        assert recorder.work == ONE


def test_a_pasted_book_is_refused_before_it_is_even_normalised(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PWD-18: normalising a megabyte is work too."""
    seen: list[int] = []

    def normalised(text: str) -> str:
        seen.append(len(text))
        return text

    monkeypatch.setattr(hashing, "normalised", normalised)
    hasher.verify("damaged", "x" * 1_000_000)
    with pytest.raises(BadInput):
        hasher.hash("x" * 1_000_000)
    hasher.verify_dummy("short")
    assert seen == [5]


def test_a_hash_damaged_inside_costs_one_computation_as_well(
    hasher: Argon2Hasher, recorder: Recorder
) -> None:
    """A17: the library refuses it unread, then the dummy does the work."""
    stored = hasher.hash(PASSWORD)
    found = hasher._open(stored)
    assert found is not None
    inside = hasher._seal(f"{found.phc[:-1]}B")  # spare bits that Base64 does not use
    recorder.work.clear()
    assert hasher.verify(inside, PASSWORD) is False
    assert recorder.work == ["refused unread", *ONE, *ONE]


def test_the_first_unknown_e_mail_costs_no_extra_hash(
    hasher: Argon2Hasher, recorder: Recorder
) -> None:
    """A17: a dummy computed when first needed would take twice as long once."""
    hasher.verify_dummy(PASSWORD)
    assert recorder.work == ONE


def test_nothing_fits_the_dummy_and_it_has_the_current_cost() -> None:
    cost = HashCost(memory_kib=12288, time=3)
    ring = KeyRing([MasterKey.fresh()])
    one, other = (Argon2Hasher(ring.sub_keys(Purpose.PEPPER), cost) for _ in range(2))
    assert one._dummy.startswith("$argon2id$v=19$m=12288,t=3,p=1$")
    assert one._dummy != other._dummy
    assert one.verify(one._seal(one._dummy), PASSWORD) is False


# -- Two at a time --------------------------------------------------------------------------------


class Gate:
    """The module's gate, telling when a thread stands before it."""

    def __init__(self, gate: threading.BoundedSemaphore) -> None:
        self._gate = gate
        self.arrivals = threading.Semaphore(0)

    def __enter__(self) -> Self:
        self.arrivals.release()
        self._gate.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._gate.release()


class Slow(PasswordHasher):
    """A library whose computations last until the test lets them go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override] # noqa: A002
        """Say that a computation has begun and wait."""
        self.entered.release()
        assert self.go.acquire(timeout=SOON)
        raise VerifyMismatchError

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Say that a computation has begun and wait."""
        self.entered.release()
        assert self.go.acquire(timeout=SOON)
        return ""


def test_a_process_computes_two_hashes_at_a_time_and_the_third_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PWD-18: whichever hashers, and whether they hash or verify."""
    real = threading.BoundedSemaphore(hashing.AT_ONCE)
    gate, slow = Gate(real), Slow()
    monkeypatch.setattr(hashing, "_gate", gate)
    keys = KeyRing([MasterKey.fresh()]).sub_keys(Purpose.PEPPER)
    one, two = (Argon2Hasher(keys, HashCost.unsafe_for_tests()) for _ in range(2))
    one._library = two._library = slow
    with ThreadPoolExecutor(4) as pool:
        work: list[Future[Any]] = [
            pool.submit(one.verify_dummy, "a"),
            pool.submit(two.hash, "b"),
        ]
        assert slow.entered.acquire(timeout=SOON)
        assert slow.entered.acquire(timeout=SOON)
        work += [pool.submit(one.hash, "c"), pool.submit(two.verify_dummy, "d")]
        for _ in range(4):
            assert gate.arrivals.acquire(timeout=SOON)
        assert not real.acquire(blocking=False)
        assert not slow.entered.acquire(blocking=False)
        slow.go.release()
        assert slow.entered.acquire(timeout=SOON)
        assert not slow.entered.acquire(blocking=False)
        slow.go.release(3)
        for each in work:
            each.result(timeout=SOON)
    assert hashing.AT_ONCE == 2


def test_a_failed_computation_frees_its_place(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise HashingError

    monkeypatch.setattr(PasswordHasher, "hash", fail)
    for _ in range(hashing.AT_ONCE + 1):
        with pytest.raises(Unavailable):
            hasher.hash(PASSWORD)
    hasher.verify_dummy(PASSWORD)


# -- Short of memory, short of libraries ----------------------------------------------------------


@pytest.mark.parametrize("error", [HashingError("Memory allocation error"), MemoryError()])
def test_a_hash_without_memory_is_a_refusal(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """K56: 19 MiB may be too much for a small machine."""

    def fail(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(PasswordHasher, "hash", fail)
    with pytest.raises(Unavailable, match="short of memory") as caught:
        hasher.hash(PASSWORD)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("error", [VerificationError("Memory allocation error"), MemoryError()])
def test_a_check_without_memory_is_a_refusal_and_not_a_wrong_password(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """K56, GEN-02: it lets nobody in, and it does not count against the person."""
    stored = hasher.hash(PASSWORD)

    def fail(*_: object, **__: object) -> bool:
        raise error

    monkeypatch.setattr(PasswordHasher, "verify", fail)
    for action in (
        lambda: hasher.verify(stored, PASSWORD),
        lambda: hasher.verify("damaged", PASSWORD),
        lambda: hasher.verify_dummy(PASSWORD),
    ):
        with pytest.raises(Unavailable, match="short of memory"):
            action()


def test_a_real_lack_of_memory_gives_a_sentence_and_no_traceback(script: Script) -> None:
    """K56: with RLIMIT_AS just above what the process has, argon2 cannot get its memory."""
    done = script(
        """
import resource
from pomfa_tui.domain.errors import Unavailable
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing, MasterKey, Purpose

keys = KeyRing([MasterKey.fresh()]).sub_keys(Purpose.PEPPER)
stored = Argon2Hasher(keys, HashCost()).hash("secret")
large = Argon2Hasher(keys, HashCost(memory_kib=1 << 18))
large.needs_rehash(stored)
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (64 << 20),) * 2)
for work in (large.hash, large.verify_dummy):
    try:
        work("secret")
    except Unavailable as refusal:
        print(refusal.message)
print(Argon2Hasher(keys, HashCost()).verify(stored, "secret"))
"""
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, second, third = done.stdout.splitlines()
    assert first == second
    assert first.startswith("This computer is short of memory")
    assert third == "True"


def test_a_library_that_does_not_load_gives_a_sentence(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K56: compiled parts do not load from a file system mounted noexec."""
    monkeypatch.setitem(sys.modules, "argon2", None)
    for action in (lambda: hasher.hash(PASSWORD), lambda: hasher.verify_dummy(PASSWORD)):
        with pytest.raises(UnsafeEnvironment, match="argon2-cffi cannot be loaded"):
            action()
