"""Every way to a session is in the document and nowhere else (REC-12, ROL-15)."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

from pomfa_tui import services
from tests.world import World

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "security.md"

STEPS = {
    "setup.begin",
    "sign_in.offer_password",
    "sign_in.offer_code",
    "sign_in.offer_code_at_door",
    "sign_in.resynchronise",
    "sign_in.offer_recovery_code",
    "sign_in.offer_activation_code",
    "sign_in.choose_site",
    "sign_in.leave",
    "new_passwords.strength",
    "new_passwords.choose",
    "pairing.offer",
    "pairing.confirm",
    "recovery.confirm",
    "phone_calls.choices",
    "phone_calls.challenge",
    "phone_calls.respond",
    "locum_calls.call",
    "locum_calls.respond",
}
"""The steps of all ways in; `Every way in` of docs/security.md is made of these."""


def test_the_steps_of_a_sign_in_are_these_and_no_others(world: World) -> None:
    """REC-12, ROL-15: whatever takes or gives a half-done sign-in is known."""
    found = set()
    for service in fields(world.desk):
        for name, method in inspect.getmembers(getattr(world.desk, service.name), inspect.ismethod):
            signature = inspect.signature(method)
            answers = re.findall(r"\w+", str(signature.return_annotation))
            of_a_sign_in = (
                "attempt_id" in signature.parameters
                or {"Step", "NeedPairing"} & set(answers)
                or service.name == "locum_calls"
            )
            if not name.startswith("_") and of_a_sign_in:
                found.add(f"{service.name}.{name}")

    # The recovery codes' service also finishes the steps of the others, for services alone.
    assert found - {"recovery.complete"} == STEPS


def test_one_place_opens_sessions() -> None:
    """SES-06, TOTP-16: the last gate of a sign-in."""
    folder = Path(services.__path__[0])
    opening = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"\bSession\(\n", path.read_text("utf-8"))
    }

    assert opening == {"admission.py"}


def test_the_document_lists_every_way_and_says_that_there_are_no_others() -> None:
    """REC-12, ASVS 6.1.3: all pathways are written down."""
    text = DOCUMENT.read_text("utf-8")
    section = text[text.index("## Every way in") : text.index("## Before the password")]
    ways = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]

    assert ways[2:] == [
        "ordinary sign-in",
        "phone whose clock is off",
        "phone left at home",
        "phone that is gone",
        "first sign-in",
        "after a password reset",
        "after an MFA reset",
        "phone reset",
        "locum by telephone",
        "empty store",
        "another program's login",
        "command line",
    ]
    assert "There is no way to switch the second factor off" in section
