"""A terminal at which one person signs in again and again, over the real store with the real key.

Started as `python -m tests.races.rotation_worker DATA KEY`; gets e-mail, secret and the clock on its standard input, signs in until that is
closed, and says what came of it.
"""

from __future__ import annotations

import json
import select
import sys
import time
from pathlib import Path

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.domain import totp
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.ports import Place
from pomfa_tui.security import hashing
from pomfa_tui.services.desk import Desk
from pomfa_tui.services.steps import NeedCode, SignedIn
from pomfa_tui.settings import Settings
from tests.members import GOOD_PASSWORD

SPEED = 60
"""How much faster than the machine's own clock time passes for all of them, so that a new code comes every half second."""


class FastClock:
    """A clock that all processes share and that begins at the present.

    Args:
        began: UTC seconds at the beginning.
        mark: What the monotonic clock said then.
    """

    def __init__(self, began: float, mark: float) -> None:
        self._began, self._mark = began, mark

    def now(self) -> int:
        """Return UTC seconds."""
        return int(self._began + self.elapsed())

    def elapsed(self) -> float:
        """Return seconds that only grow."""
        return (time.monotonic() - self._mark) * SPEED

    def wait(self, seconds: float) -> None:
        """Go on at once: whoever signs in here is not to be slowed down."""


def main() -> None:
    """Sign in until standard input ends."""
    data, key = map(Path, sys.argv[1:])
    cheap = hashing.HashCost.unsafe_for_tests()
    hashing.HashCost = lambda *_: cheap  # type: ignore[assignment,misc]
    order = json.loads(sys.stdin.readline())
    clock = FastClock(order["began"], order["mark"])
    place = Place(terminal="pts/1", boot="boot", pid=1, version="test")
    settings = Settings(data_dir=data, key_file=key, limits=Numbers(clock_tolerance_seconds=60))
    opened = open_desk(settings, place, clock=clock)
    refused: list[str] = []
    done = 0
    _say("ready")
    # Each code works once: wait for the next one, or for the end.
    while not select.select([sys.stdin], [], [], 30 / SPEED)[0]:
        try:
            _sign_in(opened.desk, order["email"], bytes.fromhex(order["secret"]), clock)
            done += 1
        except Refusal as refusal:
            refused.append(type(refusal).__name__)
    _say(json.dumps({"done": done, "refused": refused}))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _sign_in(desk: Desk, email: str, secret: bytes, clock: FastClock) -> None:
    step = desk.sign_in.offer_password(email, GOOD_PASSWORD)
    assert isinstance(step, NeedCode)
    code = totp.code_at(secret, totp.step_at(clock.now(), 30))
    ended = desk.sign_in.offer_code(step.attempt, code)
    assert isinstance(ended, SignedIn)
    desk.sessions.sign_out(ended.token)


if __name__ == "__main__":
    main()
