"""What a fresh process is told about whoever comes next: an e-mail that can be shown, and nothing else."""

from __future__ import annotations

import pytest

from pomfa_tui import launch
from pomfa_tui.terminal.environment import cleaned
from pomfa_tui.terminal.leaving import Leaving


class FakeTty:
    """A terminal that has flags and is silent."""

    flags = "0"

    def silence(self) -> None:
        """Do nothing."""


def test_the_e_mail_goes_on_to_the_fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """K27, K32: by its environment, which nobody else can read, and not by its arguments."""
    given: list[tuple[list[str], dict[str, str]]] = []

    def restart(arguments: list[str], environment: dict[str, str], **_: object) -> None:
        given.append((arguments, environment))

    monkeypatch.setattr(launch, "restart", restart)
    leaving = Leaving(again=True, reason="sign_out", expected="jo@abbey.example")
    launch._start_afresh(leaving, FakeTty(), ("-m", "pomfa_tui"))  # type: ignore[arg-type]
    ((arguments, environment),) = given
    assert environment[launch.EXPECTED_VARIABLE] == "jo@abbey.example"
    assert environment[launch.ENDED_VARIABLE] == "sign_out"
    assert not any("jo@" in argument for argument in arguments)


@pytest.mark.parametrize("text", ["a@b.example\x1b[2J", "x" * 255, "\u202ea@b.example"])
def test_what_cannot_be_an_e_mail_is_not_let_in(text: str) -> None:
    """K04, K25."""
    assert launch.EXPECTED_VARIABLE not in cleaned({launch.EXPECTED_VARIABLE: text})
    assert launch.EXPECTED_VARIABLE in cleaned({launch.EXPECTED_VARIABLE: "a@b.example"})
