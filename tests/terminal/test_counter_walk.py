"""An administrator and a dispenser, each at the real program in a terminal of their own, from the first slip to the second phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.counter import CODE, EMAIL, Counter, run

ADMIN_PASSWORD = "glimmer otter saddle"
PASSWORD = "copper lantern wednesday"
NEW_PASSWORD = "velvet harbour nineteen"
DEE = "dee@example.net"


@pytest.fixture
def slip(tmp_path: Path) -> str:
    """Set a site up and return its first administrator's activation code."""
    site = ("--site-code", "FZ101", "--site-name", "Abbey")
    return str(
        run(tmp_path, "init", *site, "--admin-name", "Ann", "--admin-email", EMAIL)[
            "activation_code"
        ]
    )


class Administrator(Counter):
    """Somebody who looks after people."""

    def go_to(self, entry: str, title: str) -> None:
        """Choose an entry of a list by the arrows."""
        self.settle(0.4)
        for _ in range(20):
            if f"> {entry}" in self.screen_text:
                self.press("enter").wait_for(title).settle(0.4)
                return
            self.press("down").settle(0.1)
        pytest.fail(f"there is no {entry}:\n{self.screen_text}")

    def slip(self) -> str:
        """Read the activation code off the screen."""
        self.wait_for("Activation code").wait_for(lambda text: bool(CODE.search(text))).settle(0.3)
        found = CODE.search(self.screen_text)
        assert found is not None
        return found[0]


def test_walk(tmp_path: Path, slip: str) -> None:
    with Administrator(tmp_path) as ann, Counter(tmp_path, email=DEE) as dee:
        ann.enrol(slip, ADMIN_PASSWORD)
        ann.wait_for("This is your first sign-in")
        ann.go_to("People", "NHSmail 0 of 10")
        ann.press("f3").wait_for("Somebody new").settle(0.4)
        ann.send("Dee Dispenser").press("enter").send(DEE).press("enter", "enter", "d")
        ann.wait_for("< dispenser >")
        for _ in range(6):
            ann.press("enter")
        code = ann.slip()
        print(ann.screen_text)
        dee.enrol(code, PASSWORD)
        dee.wait_for("Staff at Abbey").press("f12").wait_for("You have signed out")
        print(dee.screen_text)
        ann.press("space", "tab", "enter").wait_for("was added").settle(0.4)
        print(ann.screen_text)
        ann.send("dee").wait_for(lambda text: "ann.abbey" not in text).settle(0.4)
        ann.press("enter").settle(0.4)
        ann.press("enter").settle(0.4)
        print(ann.screen_text)
