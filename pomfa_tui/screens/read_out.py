"""What a challenge looks like that is read out on the telephone, with the field for the response that is read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.widget import Widget
from textual.widgets import Static

from pomfa_tui.domain.phone_help import ACT_WORDS, PhoneAct
from pomfa_tui.domain.spoken_codes import spelled_out
from pomfa_tui.widgets.countdown import Countdown
from pomfa_tui.widgets.field import Field
from pomfa_tui.widgets.spoken_code_input import SpokenCodeInput

RESPONSE_MISSING = "Type the three groups that the helpdesk reads to you."


def what_to_say(phone: str, act: PhoneAct, site: str) -> str:
    """Return whom to call, and what for.

    Args:
        phone: The helpdesk's number.
        act: What is asked for.
        site: ODS code.
    """
    return f"Call {phone}. Say: {ACT_WORDS[act]} by telephone, for {site}."


def read_out(say: str, text: str, seconds_left: Callable[[], float]) -> Iterator[Widget]:
    """Return what to say, the groups with the words to say them by, the time that is left, and the field.

    Args:
        say: Whom to call, and what for; empty before the challenge is there.
        text: The challenge; empty before it is there.
        seconds_left: Of its life.
    """
    yield Static(say, markup=False, id="say", classes="lead")
    yield Static("Read this challenge out, group by group. It is nothing secret.")
    yield Static(spelled_out(text) if text else "", markup=False, id="challenge")
    yield Countdown(seconds_left, "It stands for {}. Keep this screen open.")
    yield Static("The helpdesk checks who you are and reads a response of three groups back.")
    yield Field("Response", SpokenCodeInput("7KQ2-WF6S-CAE3"))
