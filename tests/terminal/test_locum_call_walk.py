"""A locum without an account gets in within one telephone call: at a terminal with a store of its own, and where the helpdesk has the same store.

Real programs in ptys and real stores; between the two ends goes only what one can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.members import Member
from tests.terminal import pharmacy
from tests.terminal.counter import CODE, Counter, run
from tests.terminal.pharmacy import SITE, Pharmacy
from tests.terminal.pty_driver import Program

LEE = "lee@locum.example"
SAM = "sam@helpdesk.example"
PASSWORD = "copper lantern wednesday"
FIELDS = 9
"""Of the form for somebody new; Enter in the last one sends it off."""

SPELLED = re.compile(r"\b[1-5]  ([0-9A-HJKMNP-TV-Z]{4})   \w")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Pharmacy]:
    """Return the pharmacy, whose only administrator is not there."""
    (tmp_path / "shop").mkdir(mode=0o700)
    with closing(Pharmacy(tmp_path / "shop")) as place:
        yield place


@pytest.fixture
def helpdesk(tmp_path: Path, shop: Pharmacy) -> Iterator[Pharmacy]:
    """Return the helpdesk, with the pharmacy's key handed over by a file."""
    (tmp_path / "helpdesk").mkdir(mode=0o700)
    with closing(Pharmacy(tmp_path / "helpdesk")) as place:
        file = str(tmp_path / "key.txt")
        shop.run("site", "key", "export", "--site", SITE, "--out", file)
        place.run("site", "key", "import", file)
        yield place


def read_out(program: Program, groups: int) -> str:
    """Return the groups on a screen, as somebody says them."""
    found = SPELLED.findall(program.settle(0.3).screen_text)
    assert len(found) == groups, program.screen_text
    return " ".join(found).lower()


def ask(lee: Counter) -> None:
    """Send the request to be set up as a locum, from `Sign in` on."""
    lee.wait_for("Your own e-mail and password").settle(0.4).press("f2")
    lee.wait_for("< Set me up as a locum >").settle(0.4).press("enter")
    for text in ("Lee Locum", LEE, "01632 960123", SITE, ""):
        lee.settle(0.2).send(text).press("enter")
    lee.wait_for("Your request was sent").settle(0.4)


def challenge_of(lee: Counter) -> str:
    """Go on from the request to the telephone."""
    lee.press("enter").wait_for(f"Locum pass by telephone, for {SITE}")
    return read_out(lee, 5)


def choose(sam: Program, entry: str) -> Program:
    """Choose an entry of `Home`."""
    for _ in range(20):
        if f"> {entry}" in sam.settle(0.2).screen_text:
            break
        sam.press("down")
    return sam.press("enter")


def response_of(sam: Program, challenge: str, email: str) -> str:
    """Fill in `Phone reset` and return what is to be read back."""
    choose(sam, "Phone reset").wait_for("Ask the caller to read out").settle(0.4)
    sam.send(challenge).press("enter").wait_for(
        f"A locum pass until midnight is asked for at {SITE}"
    )
    sam.settle(0.3).send(email).press("enter").settle(0.3).send("v").wait_for("Vouched")
    sam.press("enter").settle(0.3).send("covers today").press("enter").settle(0.3)
    sam.send("HD-4712").press("enter").wait_for("Locum pass at").settle(0.4)
    sam.press("tab").settle(0.4).press("enter").wait_for("read this response back")
    return read_out(sam, 3)


def own_slip(lee: Counter) -> str:
    """Write the activation code down, and go on to `Sign in`."""
    lee.wait_for("It is on paper").settle(0.4)
    (code,) = CODE.findall(lee.screen_text)
    assert "midnight" in lee.screen_text
    lee.press("space").wait_for("[x] It is on paper").settle(0.2).press("tab", "enter")
    lee.wait_for("Your own e-mail and password").wait_for(LEE).settle(0.4)
    return str(code)


def come_back(lee: Counter, shop: Pharmacy, helpdesk: Pharmacy) -> None:
    """Be let in again once the pass has ended, and sign in with the password and the phone of the first time."""
    over = ("--from", "2026-01-05", "--to", "2026-01-05")
    shop.run("person", "edit", LEE, *over)
    ask(lee)
    response = helpdesk.run(
        *("phone-reset", "--challenge", challenge_of(lee), "--email", LEE, "--identity", "vouched"),
        *("--reason", "covers again", "--ticket", "HD-4713"),
    )["response"]
    lee.send(response).press("enter").wait_for("You have a pass for FZ101 until midnight")
    lee.settle(0.4).press("enter").wait_for("Your own e-mail and password").wait_for(LEE)
    lee.settle(0.4).send(PASSWORD).press("enter")
    lee.type_code(lee.code())
    lee.wait_for("You were given a pass until midnight").settle(0.4).press("enter")
    lee.wait_for("Staff at Abbey Pharmacy")


def test_a_locum_at_a_terminal_with_a_store_of_its_own_gets_in_while_the_helpdesk_is_on_the_line(
    shop: Pharmacy, helpdesk: Pharmacy
) -> None:
    """Rules 13, 17, 28 to 31: request, challenge, response, password, phone, Home; another day the same way, with what they have; recorded."""
    helper = helpdesk.member(SAM, role="support")
    with Counter(shop.folder, email=LEE) as lee, pharmacy.Counter(helpdesk) as sam:
        ask(lee)
        challenge = challenge_of(lee)
        sam.sign_in(helper)
        response = response_of(sam, challenge, LEE)

        lee.send("7kq2 7kq2 7kq2").press("enter").wait_for("cannot be right")
        lee.press("ctrl+u").send(response).press("enter")
        code = own_slip(lee)
        lee.send(code).press("enter")
        lee.choose_password(PASSWORD)
        lee.pair()
        lee.wait_for("Staff at Abbey Pharmacy").settle(0.4).press("f12")
        lee.wait_for("You have signed out")
        come_back(lee, shop, helpdesk)
        sam.press("enter").wait_for("Support for all sites")

    (created,) = (
        each
        for each in run(shop.folder, "audit", "show", "--event", "user_created")["records"]
        if each["actor"] == "helpdesk:telephone"
    )
    records = run(helpdesk.folder, "audit", "show", "--event", "phone_help")["records"]
    challenge = created["detail"]["challenge"]
    (answered,) = (each for each in records if each["detail"]["challenge"] == challenge)
    assert (answered["detail"]["ticket"], answered["detail"]["identity"]) == ("HD-4712", "vouched")
    person = run(shop.folder, "person", "show", LEE)["person"]
    (tie,) = person["memberships"]
    assert (tie["site"], tie["role"], tie["job"]) == (SITE, "staff", "locum pharmacist")
    assert tie["from"] == tie["to"]
    assert run(shop.folder, "request", "list", "--state", "open")["requests"] == []
    assert run(shop.folder, "audit", "verify")["ok"] is True
    assert run(helpdesk.folder, "audit", "verify")["ok"] is True


def add_from_request(sam: Program) -> str:
    """Create the locum from the oldest request, with what it says, and read the activation code out."""
    choose(sam, "Requests").wait_for("Lee Locum").settle(0.4).press("enter")
    sam.wait_for("Set up a locum: Lee Locum").wait_for("> Add a person").settle(0.4)
    sam.press("enter").wait_for("< locum pharmacist >").wait_for(LEE).settle(0.4)
    sam.press(*["enter"] * FIELDS)
    (code,) = CODE.findall(sam.wait_for("It is on paper").settle(0.3).screen_text)
    sam.press("space").wait_for("[x] It is on paper").settle(0.2).press("tab", "enter")
    sam.wait_for("Close a request").settle(0.4)
    return str(code)


def test_where_the_helpdesk_has_the_same_store_the_request_is_enough(shop: Pharmacy) -> None:
    """Rule 31: filed at one terminal, worked through at another with one key, the code read out, in."""
    helper: Member = shop.member(SAM, role="support")
    with Counter(shop.folder, email=LEE) as lee, pharmacy.Counter(shop) as sam:
        ask(lee)
        lee.press("escape")
        sam.sign_in(helper)
        code = add_from_request(sam)
        lee.enrol(code.lower(), PASSWORD)
        lee.wait_for("Staff at Abbey Pharmacy")
