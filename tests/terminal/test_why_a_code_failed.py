"""Why a code failed, in a real terminal: every cause gets its own sentence, is counted, and none of the codes lets in.

The codes are made by oathtool at shifted clocks and with a retired key; the program and its store are the real ones.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.terminal.counter import CODE, EMAIL, PERIOD, Counter, oathtool, run

PASSWORD = "glimmer otter saddle"
OTHER = "A" * 32
"""The key of some other account's entry."""

REASONS = ("code_used", "code_skewed", "code_of_old_entry", "code_wrong", "codes_not_in_a_row")


class Person(Counter):
    """Somebody at the counter whose phone may be wrong."""

    def shown_at(self, seconds: int, secret: str = "") -> str:
        """Return what a phone shows whose clock is ahead by so many seconds, by oathtool."""
        return oathtool(secret or self.secret, seconds)

    def set_up(self) -> None:
        """Set the pharmacy up, as far as the QR code."""
        self.wait_for("Set up this terminal").settle(0.4)
        self.type_into_fields(["fz101", "Abbey", "Ann", EMAIL, PASSWORD])
        self.wait_for("This password can").press("enter")

    def write_down(self) -> list[str]:
        """Pair, and write the recovery codes down; return them."""
        self.scan()
        self.settle(0.4).send(self.code()).press("enter")
        self.wait_for("I have written these down").settle(0.4)
        codes = CODE.findall(self.screen_text)
        self.press("space").wait_for("[x] I have written").press("tab", "enter")
        return codes

    def type_codes(self, first: str, second: str) -> None:
        """Type two codes, one after the other."""
        self.settle(0.3).send(first).press("enter").settle(0.3).send(second).press("enter")

    def reach_code(self) -> None:
        """Type e-mail and password."""
        self.sign_in(PASSWORD)
        self.wait_for("and type the six digits").settle(0.4)

    def sign_out(self) -> None:
        """Leave."""
        self.wait_for("Sign out").settle(0.4).press("f12").wait_for("You have signed out")

    def offer(self, code: str, said: str) -> None:
        """Type a code and wait for what is said about it; what stands there goes with the first digit."""
        self.settle(0.2).send(code).press("enter").wait_until(lambda: said in self.words).settle()

    @property
    def words(self) -> str:
        """Everything on the screen as one run of words."""
        return " ".join(self.screen_text.split())


def reasons(folder: Path) -> list[str]:
    """Return why codes were refused, by the audit log, oldest first."""
    events = run(folder, "audit", "show")["records"]
    assert isinstance(events, list)
    return [event["reason"] for event in events if event["reason"] in REASONS]


def test_every_wrong_code_is_explained_counted_and_refused(tmp_path: Path) -> None:
    """TOTP-05, TOTP-06, TOTP-12, THR-07, THR-10, REC-04: used, slow, fast, somebody else's, the old entry's; and the ways on work."""
    with Person(tmp_path) as person:
        person.set_up()
        codes = person.write_down()
        person.wait_for("Add a second administrator").settle(0.4).press("escape")
        person.sign_out()

        person.reach_code()
        person.offer(next(iter(person.used)), "has been used already")
        person.offer(person.shown_at(-240), "The clock of your phone is about 4 minutes slow.")
        assert "iPhone: Settings, General, Date & Time, Set Automatically." in person.words
        assert "Android: Settings, System, Date & time, Set automatically." in person.words
        person.offer(person.shown_at(240), "The clock of your phone is about 4 minutes fast.")
        assert "Still refused? Use a recovery code, or press F1" in person.words
        person.offer(person.shown_at(0, OTHER), "You have 6 tries left before a wait.")
        assert f"Look for the entry PharmOutcomes:{EMAIL}~1." in person.words

        old = person.secret
        person.press("tab", "tab", "enter").wait_for("one of the recovery codes").settle(0.4)
        person.send(codes[3]).press("tab", "tab", "enter")
        fresh = person.write_down()
        assert not set(codes) & set(fresh)
        assert len(fresh) == len(codes) == 10
        person.sign_out()

        person.reach_code()
        person.offer(person.shown_at(0, old), "Delete the old entry and use the entry")
        today = time.gmtime()
        assert f"replaced on {today.tm_mday} {time.strftime('%B %Y', today)}." in person.words
        person.send(person.code()).press("enter").wait_for("You signed in last on")
        assert "1 wrong code after your right password" in person.words
        person.sign_out()

        person.reach_code()
        person.offer(person.shown_at(240), "about 4 minutes fast")
        person.press("tab", "tab", "tab", "enter").wait_for("Two codes in a row").settle(0.4)
        person.type_codes(person.shown_at(0, OTHER), "000000")
        person.wait_until(lambda: "You have 8 tries left before a wait." in person.words)
        person.type_codes(person.shown_at(240), person.shown_at(240 + PERIOD))
        person.wait_for("You signed in last on")
        assert "2 wrong codes after your right password" in person.words

    assert reasons(tmp_path) == [
        "code_used",
        "code_skewed",
        "code_skewed",
        "code_wrong",
        "code_of_old_entry",
        "code_skewed",
        "codes_not_in_a_row",
    ]
    assert run(tmp_path, "audit", "verify")["ok"] is True
