"""Somebody who looks after people, at the real program in a terminal of their own."""

from __future__ import annotations

from tests.terminal.counter import CODE, Counter


class Administrator(Counter):
    """Somebody who looks after people."""

    def slip(self) -> str:
        """Read the activation code off the screen, say that it is on paper, and go back."""
        self.wait_for("It is on paper").settle(0.3)
        (code,) = CODE.findall(self.screen_text)
        to_done = ["tab", "tab"] if "  Print  " in self.screen_text else ["tab"]
        self.press("space").wait_for("[x] It is on paper").press(*to_done, "enter")
        self.wait_gone("It is on paper").settle(0.4)
        return str(code)

    def fill_in(self, name: str, email: str, key: str, job: str) -> None:
        """Send off the form for somebody new, from `Home` on; `key` chooses the job title."""
        self.go_to("People", "NHSmail 0 of 10")
        self.press("f3").wait_for("Somebody new").settle(0.4)
        self.send(name).press("enter").send(email).press("enter", "enter", key)
        self.wait_for(f"< {job} >").press(*["enter"] * 6)

    def add(self, name: str, email: str, key: str, job: str) -> str:
        """Add somebody, from `Home` on, and return their activation code."""
        self.fill_in(name, email, key, job)
        return self.slip()

    def open(self, name: str, email: str) -> None:
        """Find somebody in the list and open their page."""
        self.send(email).wait_for("1 to 1 of 1").settle(0.4)
        self.press("enter").settle(0.2).press("enter").wait_for(f"{name}, {email}").settle(0.4)

    def reset(self, deed: str, reason: str) -> str:
        """Reset something of the person on the page, who stands at the counter, and return the code."""
        self.go_to(deed, "Identity check")
        self.press("i", "enter").send(reason).press("enter")
        self.wait_for("Are you sure?").settle(0.4).press("tab").wait_for("Yes, reset")
        self.settle(0.4).press("enter")
        return self.slip()
