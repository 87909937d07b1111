"""Stand-ins for everything outside the services.

Time passes only when a test says so, hashing costs nothing and is counted, and the store can be told that its disk is full.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pomfa_tui.domain.errors import PrintFailed, Refusal, SealBroken, Unavailable
from pomfa_tui.domain.ports import SealContext
from pomfa_tui.store.base import TablesTransaction, TablesView
from pomfa_tui.store.memory import MemoryStore

MONDAY = 1_767_600_000
"""Monday 5 January 2026, 08:00:00 UTC, a moment at which a code of 30 and of 60 seconds begins."""


class FakeClock:
    """Both clocks, standing still until they are moved."""

    def __init__(self, now: int = MONDAY) -> None:
        self._now = now
        self._elapsed = 1000.0
        self.waited: list[float] = []

    def now(self) -> int:
        """Return UTC seconds."""
        return self._now

    def elapsed(self) -> float:
        """Return seconds that only grow."""
        return self._elapsed

    def wait(self, seconds: float) -> None:
        """Remember that somebody was made to wait; nothing moves by itself."""
        self.waited.append(seconds)

    def advance(self, seconds: int = 0, *, minutes: int = 0, hours: int = 0, days: int = 0) -> None:
        """Let time pass."""
        seconds += 60 * minutes + 3600 * hours + 86400 * days
        assert seconds >= 0, "time passes one way; see set_back"
        self._now += seconds
        self._elapsed += seconds

    def set_back(self, seconds: int) -> None:
        """Let somebody set the wall clock back; the other clock does not notice."""
        self._now -= seconds

    def set_forward(self, seconds: int) -> None:
        """Let somebody set the wall clock forward; the other clock does not notice."""
        self._now += seconds


class CheapHasher:
    """A hash that protects nothing and counts how often it is asked.

    Attributes:
        strength: Of new hashes; raise it and older ones need a rehash.
        hashed: Calls of `hash`.
        verified: Calls of `verify` and `verify_dummy`, which cost the same.
        meanwhile: What happens while a hash is computed, outside any lock; nothing unless a test says so.
    """

    def __init__(self) -> None:
        self.strength = 1
        self.hashed = 0
        self.verified = 0
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def calls(self) -> int:
        """Return how much work was done altogether."""
        return self.hashed + self.verified

    def hash(self, secret: str) -> str:
        """Return a salted digest that names its strength."""
        self.hashed += 1
        self.meanwhile()
        return self._digest(self.strength, secrets.token_hex(4), secret)

    def verify(self, stored: str, secret: str) -> bool:
        """Tell whether `secret` fits."""
        self.verified += 1
        self.meanwhile()
        strength, salt, _ = stored.split("$")
        return stored == self._digest(int(strength), salt, secret)

    def verify_dummy(self, secret: str) -> None:
        """Count the work of a verification."""
        self.verified += 1
        self.meanwhile()

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether the hash is weaker than today's."""
        return int(stored.split("$", maxsplit=1)[0]) < self.strength

    def resealed(self, stored: str) -> str:
        """Return the hash as it is: there is no key."""
        return stored

    @staticmethod
    def _digest(strength: int, salt: str, secret: str) -> str:
        digest = hashlib.sha256((salt + secret).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{strength}${salt}${digest}"


class PlainVault:
    """A vault of glass: it hides nothing, but opens only where a thing belongs.

    Attributes:
        used: How often it was asked for anything.
    """

    def __init__(self) -> None:
        self.used = 0

    def seal(self, plaintext: bytes, context: SealContext) -> str:
        """Return the content with its place beside it."""
        self.used += 1
        return f"{plaintext.hex()}@{self._place(context)}"

    def open(self, sealed: str, context: SealContext) -> bytes:
        """Return the content, in its own place only."""
        self.used += 1
        content, _, place = sealed.partition("@")
        if place != self._place(context):
            raise SealBroken
        return bytes.fromhex(content)

    def is_current(self, sealed: str) -> bool:
        """Say yes: there is no key."""
        return "@" in sealed

    @staticmethod
    def _place(context: SealContext) -> str:
        return f"{context.table}/{context.owner}/{context.item}/{context.field}"


class FixedStrangers:
    """A digest of unknown e-mails without a key."""

    def digest(self, canonical_email: str) -> str:
        """Return the same text for the same e-mail."""
        return hashlib.sha256(canonical_email.encode("utf-8", "surrogatepass")).hexdigest()


class PlainHeadSeal:
    """A seal of the audit chain's head without a key."""

    def seal(self, head: bytes) -> str:
        """Return the head itself."""
        return head.hex()

    def check(self, head: bytes, sealed: str) -> bool:
        """Tell whether it is the same head."""
        return head.hex() == sealed


class PaperPrinter:
    """A printer that keeps what it printed.

    Attributes:
        printed: Every text, oldest first.
        trouble: What it says instead of printing; nothing while it works.
    """

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.trouble = ""

    def print(self, text: str) -> None:
        """Print, or fail."""
        if self.trouble:
            raise PrintFailed(self.trouble)
        self.printed.append(text)


class FakeProcesses:
    """The processes of a host, named by hand."""

    def __init__(self, *running: int) -> None:
        self.running = set(running)

    def alive(self, pid: int) -> bool:
        """Tell whether a process was said to run."""
        return pid in self.running


class WatchedStore(MemoryStore):
    """The store in memory, counting its transactions and failing where a full disk would: at the commit.

    Attributes:
        transactions: How many were begun.
        disk_full: While set, no transaction commits.
        fails_at: Number of the one transaction that does not commit, counted from 1 by `transactions`; none for no such one.
        trouble: While set, raised to whoever begins to read or to change something.
    """

    def __init__(self) -> None:
        super().__init__(head_seal=PlainHeadSeal())
        self.trouble: Refusal | None = None
        self.transactions = 0
        self.disk_full = False
        self.fails_at: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[TablesTransaction]:
        """Begin a transaction; it does not commit while the disk is full."""
        self._let_in()
        self.transactions += 1
        fails = self.transactions == self.fails_at
        with super().transaction() as tx:
            yield tx
            if self.disk_full or fails:
                raise Unavailable("The disk is full. Nothing was changed.")

    @contextmanager
    def view(self) -> Iterator[TablesView]:
        """Open a consistent picture, unless there is trouble."""
        self._let_in()
        with super().view() as view:
            yield view

    def _let_in(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class FakeExports:
    """Keeps what was written, by the name of the file."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    @contextmanager
    def new_file(self, stem: str, suffix: str) -> Iterator[FakeFile]:
        """Make a new file; it is kept when the block does not raise."""
        file = FakeFile(f"exports/{stem}{suffix}")
        yield file
        self.files[f"{stem}{suffix}"] = file.text


class FakeFile:
    """A file in memory."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.text = ""

    def write(self, text: str) -> None:
        """Add text to it."""
        self.text += text


class FakeForwarded:
    """Remembers in memory how far the log was forwarded."""

    def __init__(self) -> None:
        self.number = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Exclude nobody."""
        yield

    def reached(self) -> int | None:
        """Return the number; none where nothing was forwarded."""
        return self.number or None

    def read(self) -> int:
        """Return the number."""
        return self.number

    def write(self, number: int) -> None:
        """Remember a number."""
        self.number = number
