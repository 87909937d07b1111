"""Somebody who presses whatever keys there are, at times sensibly, while time passes and others work at the same store."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from textual import events
from textual.app import ScreenStackError
from textual.keys import _character_to_key
from textual.widgets import Input

from pomfa_tui.domain.errors import Busy, Unavailable
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.sessions import SessionEnd
from pomfa_tui.screens.sign_in import SignInScreen
from pomfa_tui.widgets.field import Field
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member, proven_credentials
from tests.screens.counter import age_proof
from tests.screens.hand import Hand

KEYS = (
    *("enter", "tab", "down", "up", "space") * 4,
    *("shift+tab", "left", "right", "escape") * 2,
    *("home", "end", "pageup", "pagedown", "backspace", "delete"),
    *("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11"),
    *("ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+left", "ctrl+right"),
    *("ctrl+c", "ctrl+q", "ctrl+p", "ctrl+z", "ctrl+home", "ctrl+end", "f12"),
    *"aeyn079-@/'",
)
"""What a keyboard has, as often as people press it."""

ODD_TEXTS = (
    "Jo Hill",
    "jo@new.example",
    "FA111",
    "2026-01-31",
    "31/01/2026",
    "x" * 300,
    "line\nline\r\n\tline",
    "[bold]not markup[/bold] [@click=app.quit]x[/]",
    "\u202eright to left\u202c",
    "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8" * 8,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "\x00\x07\x1b[2J\x9b",
    "\ud800",
    " ",
    "0",
)
SIZES = ((80, 24), (79, 23), (120, 40), (80, 23), (200, 60), (1, 1))
SECRETS = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b|\b(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{4}\b")
"""Activation and recovery codes and setup keys, as they are shown."""

Move = Callable[[], Awaitable[None]]


class Wanderer:
    """Wanders through one app.

    Args:
        hand: To do it with.
        seed: The same seed does the same.
        people: Whom they may be, by role.

    Attributes:
        role: Of whom they are now.
        seen: Codes and keys that were on the screen.
        keys: How many were pressed.
    """

    def __init__(self, hand: Hand, seed: int, people: Mapping[str, list[Member]]) -> None:
        self.hand = hand
        self.keys = 0
        self.role = "staff"
        self.seen: set[str] = set()
        self._roles = {member.email: role for role, members in people.items() for member in members}
        self._people = [member for members in people.values() for member in members]
        self._member = self._people[0]
        self._diary: list[str] = []
        self._drawn = random.Random(seed)  # noqa: S311 - the same each time
        self._moves: list[tuple[int, Move]] = [
            (40, self._press),
            (14, self._press_at_once),
            (18, self._fill_in),
            (14, self._choose),
            (6, self._paste),
            (3, self._let_time_pass),
            (2, self._resize),
            (2, self._change_the_store),
            (1, self._look_at_the_store),
        ]

    async def move(self) -> None:
        """Do one thing, and wait until it is done."""
        try:
            await self._move()
        except ScreenStackError:
            if not self.has_closed:
                raise

    @property
    def has_closed(self) -> bool:
        """Whether they have closed the terminal, as administrators and support may."""
        return self.hand.app._exit and self.hand.app._exception is None

    async def _move(self) -> None:
        self.hand.world.store.trouble = None
        self.hand.world.store.disk_full = False
        if self.hand.title == "Sign in" and self._drawn.random() < 0.5:
            await self._sign_in()
        else:
            if self._drawn.random() < 0.04:
                self._trouble()
            weights = [weight for weight, _ in self._moves]
            _, act = self._drawn.choices(self._moves, weights)[0]
            await act()
        await self.hand.settle()
        await self.hand.settle()
        self.seen.update(SECRETS.findall(self.hand.text))

    async def press_once(self, key: str) -> None:
        """Press one key and wait until it is worked off."""
        self.tell("press", key)
        await self.keys_at_once(key)
        await self.hand.settle()

    def tell(self, *words: object) -> None:
        """Keep what is done."""
        self._diary.append(f"{self.hand.title}: {' '.join(map(str, words))}")

    # -- the keyboard

    async def keys_at_once(self, *keys: str) -> None:
        """Press keys before anything can follow."""
        for key in keys:
            self.keys += 1
            name = _character_to_key(key) if len(key) == 1 else key
            character = {"enter": "\r", "space": " ", "tab": "\t"}.get(key)
            self.hand.app.post_message(events.Key(name, key if len(key) == 1 else character))

    async def _press(self) -> None:
        for key in self._drawn.choices(KEYS, k=self._drawn.randint(1, 4)):
            self.tell("press", key)
            await self.keys_at_once(key)
            await self.hand.pilot.pause()

    async def _press_at_once(self) -> None:
        keys = self._drawn.choices(KEYS, k=self._drawn.randint(2, 8))
        if self._drawn.random() < 0.3:
            keys = [keys[0]] * len(keys)
        self.tell("at once", *keys)
        await self.keys_at_once(*keys)

    async def _choose(self) -> None:
        steps = self._drawn.randrange(12)
        self.tell("choose", steps)
        await self.keys_at_once(*["down"] * steps)
        await self.hand.pilot.pause()
        await self.keys_at_once("enter")

    async def _paste(self) -> None:
        text = self._drawn.choice(ODD_TEXTS)
        self.tell("paste", ascii(text))
        self.keys += 1
        self.hand.app.post_message(events.Paste(text))

    async def _fill_in(self) -> None:
        """Go through the fields as somebody would who knows what belongs there."""
        screen = self.hand.screen
        for field in screen.query(Field):
            line = field.query(Input).first(Input) if field.query(Input) else None
            if line is None or not field.display or line.disabled or self.hand.screen is not screen:
                continue
            text = self._fitting(field.label)
            self.tell("fill in", field.label, ascii(text))
            line.value = ""
            field.focus_entry()
            await self.hand.pilot.pause()
            self.keys += 1
            self.hand.app.post_message(events.Paste(text))
            await self.hand.pilot.pause()
        await self.keys_at_once("enter")
        await self.hand.settle()
        if self.hand.screen is screen and self._drawn.random() < 0.7:
            for _ in range(self._drawn.randint(0, 6)):
                await self.keys_at_once(self._drawn.choice(("tab", "space", "right")))
            await self.keys_at_once("enter")

    def _fitting(self, label: str) -> str:
        if self._drawn.random() < 0.1:
            return self._drawn.choice(ODD_TEXTS)
        if label in {"Code", "First code"}:
            secret = self._setup_key()
            if secret:
                self._member.phone.secret = secret
            if self._drawn.random() < 0.8:
                self.hand.world.clock.advance(30)
            return self._member.phone.code()
        if "assword" in label:
            return self._drawn.choice(
                (self._member.password, self._member.password, OTHER_PASSWORD)
            )
        return {
            "E-mail": self._drawn.choice(self._people).email,
            "Caller's e-mail": self._drawn.choice(self._people).email,
            "Person": self._drawn.choice(self._people).email,
            "Site": self._drawn.choice(("FA111", "FB222", "FC333", "FD444")),
            "Site code": self._drawn.choice(("FA111", "FE555")),
            "First day": "05/01/2026",
            "Search": self._drawn.choice(("a", "abbey", "zz", "")),
            "Since": "01/01/2026",
            "From": "01/01/2026",
            "To": "31/01/2026",
            "Ticket": "HD-1",
        }.get(label, self._drawn.choice(("lost the phone", "Jo Hill", "01632 960123")))

    def _setup_key(self) -> bytes:
        found = re.search(r"(?:[A-Z2-7]{4}[ \n]+){7}[A-Z2-7]{4}\b", self.hand.text)
        return base64.b32decode(re.sub(r"\s", "", found[0])) if found else b""

    # -- who they are

    async def _sign_in(self) -> None:
        self._member = self._drawn.choice(self._people)
        self.role = self._roles[self._member.email]
        self.tell("sign in as", self._member.email)
        self._revive(self._member)
        first = self.hand.screen
        assert isinstance(first, SignInScreen)
        await self._resize((80, 24))
        first.start_over("")
        self.hand.world.clock.advance(31)
        await self.hand.submit(self._member.email, self._member.slip or self._member.password)
        self.keys += 4
        if self.hand.title == "Authentication code" and self._member.phone.secret:
            await self.hand.submit(self._member.phone.code())
            self.keys += 2

    def _revive(self, member: Member) -> None:
        """Make sure that somebody can sign in, whatever has been done to them."""
        world = self.hand.world
        world.set_person(member, state=PersonState.ACTIVE)
        if member.email.startswith("new"):
            world.set_credentials(member, password=None, authenticator=None, recovery=())
            world.give_slip(member)
            member.password = GOOD_PASSWORD
            return
        member.password = GOOD_PASSWORD
        fresh = proven_credentials(member, world.hasher, world.vault)
        with world.store.transaction() as tx:
            tx.credentials.put(fresh)
        if member.email.startswith("reset"):
            world.reset_mfa(member)
            member.slip, slip = "", member.slip
            self.seen.add(slip)

    # -- what happens besides

    async def _let_time_pass(self) -> None:
        seconds = self._drawn.choice((1, 30, 61, 241, 241, 301, 3600, 8 * 3600))
        self.tell("time", seconds)
        self.hand.world.clock.advance(seconds)
        self.hand.app.tick()

    async def _resize(self, size: tuple[int, int] | None = None) -> None:
        size = size or self._drawn.choice(SIZES)
        self.tell("resize", size)
        await self.hand.pilot.resize_terminal(*size)

    async def _look_at_the_store(self) -> None:
        self.tell("the store is looked at")
        self.hand.app._next_look = 0.0
        self.hand.app.tick()

    async def _change_the_store(self) -> None:
        world = self.hand.world
        world.store.trouble, world.store.disk_full = None, False
        token = self.hand.app.held_session
        change = self._drawn.choice(("aged", "ended", "disabled", "reset", "set back"))
        self.tell("meanwhile", change)
        if change == "aged":
            age_proof(world, self._member)
        elif change == "ended" and token is not None:
            with world.store.transaction() as tx:
                for session in list(tx.sessions.of_person(self._member.id)):
                    over = msgspec.structs.replace(
                        session, ended_at=world.clock.now(), ended=SessionEnd.ENDED_BY_OTHER
                    )
                    tx.sessions.put(over)
        elif change == "disabled":
            world.set_person(self._member, state=PersonState.DISABLED)
        elif change == "reset":
            world.reset_password(self._member)
            self._member.slip = ""
        elif change == "set back":
            world.clock.set_back(self._drawn.choice((60, 7200)))
        if self._drawn.random() < 0.5:
            await self._look_at_the_store()

    def _trouble(self) -> None:
        trouble = self._drawn.choice((Busy(), Unavailable("The store is read-only."), None))
        self.tell("trouble", trouble or "disk full")
        self.hand.world.store.trouble = trouble
        self.hand.world.store.disk_full = trouble is None

    @property
    def story(self) -> str:
        """The last moves."""
        return "\n".join(self._diary[-60:])
