"""The queue for the lock: in turn, with an end, and nothing left behind by whoever gives up."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pomfa_tui.store.tinydb.patience import Patience
from pomfa_tui.store.tinydb.turns import Turns

Opener = Callable[[], int]


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    """Return how to open one file again and again; each opening is another process as far as the lock is concerned."""
    return lambda: os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT, 0o600)


def is_free(opener: Opener) -> bool:
    """Tell whether somebody else could have the lock at once."""
    fd = opener()
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        fcntl.flock(fd, fcntl.LOCK_UN)
        return True
    finally:
        os.close(fd)


def free_in_the_end(opener: Opener) -> None:
    """Wait until somebody else can have the lock; the test's own time-out is the end."""
    fd = opener()
    fcntl.flock(fd, fcntl.LOCK_EX)
    fcntl.flock(fd, fcntl.LOCK_UN)
    os.close(fd)


def test_the_lock_is_had_and_given_back_again_and_again(opener: Opener) -> None:
    queue = Turns(opener())
    for _ in range(3):
        assert queue.wait(10)
        assert not is_free(opener)
        queue.give()
        assert is_free(opener)
    queue.close()


def test_whoever_gives_up_does_not_get_the_lock_later(opener: Opener) -> None:
    """STO-10: a time-out must not leave a lock that nobody will ever give back."""
    holder = opener()
    fcntl.flock(holder, fcntl.LOCK_EX)
    queue = Turns(opener())
    assert not queue.wait(0.01)
    assert not queue.wait(0)
    fcntl.flock(holder, fcntl.LOCK_UN)
    free_in_the_end(opener)
    assert queue.wait(10)
    queue.give()
    assert is_free(opener)
    queue.close()
    os.close(holder)


def test_asking_again_while_still_in_the_queue_gets_the_lock(opener: Opener) -> None:
    holder = opener()
    fcntl.flock(holder, fcntl.LOCK_EX)
    queue = Turns(opener())
    assert not queue.wait(0.01)
    release = threading.Timer(0.05, fcntl.flock, (holder, fcntl.LOCK_UN))
    release.start()
    assert queue.wait(10)
    assert not is_free(opener)
    queue.give()
    queue.close()
    release.join()
    os.close(holder)


def test_leaving_the_queue_leaves_nothing_behind(opener: Opener) -> None:
    holder = opener()
    fcntl.flock(holder, fcntl.LOCK_EX)
    fd = opener()
    queue = Turns(fd)
    assert not queue.wait(0.01)
    queue.close()
    queue.close()
    fcntl.flock(holder, fcntl.LOCK_UN)
    free_in_the_end(opener)
    queue._thread.join()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)
    os.close(holder)


def test_closing_gives_the_lock_back(opener: Opener) -> None:
    queue = Turns(opener())
    assert queue.wait(10)
    assert not is_free(opener)
    queue.close()
    assert is_free(opener)


def test_what_the_system_refuses_is_told_to_whoever_waits(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(fd: int, how: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pomfa_tui.store.tinydb.turns.fcntl.flock", refuse)
    queue = Turns(opener())
    with pytest.raises(OSError, match="Input/output"):
        queue.wait(10)
    queue.close()


def test_pauses_follow_the_usual_wait_and_end_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, slept = 100.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        slept.append(seconds)

    monkeypatch.setattr("pomfa_tui.store.tinydb.patience.time.monotonic", lambda: now)
    monkeypatch.setattr("pomfa_tui.store.tinydb.patience.time.sleep", sleep)
    usual = Patience()
    for _ in range(40):
        wait, begun = usual.begin(now + 10), now
        while now < begun + 0.004:
            assert wait.again()
        wait.end()
    assert 0.002 < usual.usual < 0.02
    slept.clear()
    wait = usual.begin(now + 0.02)
    while wait.again():
        pass
    assert sum(slept) == pytest.approx(0.02)
    assert all(0 < pause <= 0.0076 for pause in slept)
