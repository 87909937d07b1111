"""An existing person whose phone is gone gets in over the telephone: two real programs, two stores, and what is read out between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.terminal import counter, pharmacy
from tests.terminal.counter import run
from tests.terminal.pharmacy import SITE, Pharmacy
from tests.terminal.pty_driver import Program

JO = "jo@example.org"
SAM = "sam@helpdesk.example"
SPELLED = re.compile(r"\b[1-5]  ([0-9A-HJKMNP-TV-Z]{4})   \w")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Pharmacy, Pharmacy]]:
    """Return the pharmacy and the helpdesk, with the pharmacy's key handed over by the command line."""
    for name in ("pharmacy", "helpdesk"):
        (tmp_path / name).mkdir(mode=0o700)
    with (
        closing(Pharmacy(tmp_path / "pharmacy")) as shop,
        closing(Pharmacy(tmp_path / "helpdesk")) as desk,
    ):
        file = str(tmp_path / "key.txt")
        shop.run("site", "key", "export", "--site", SITE, "--out", file)
        desk.run("site", "key", "import", file)
        yield shop, desk


def read_out(program: Program, groups: int) -> str:
    """Return the groups on a screen, as somebody says them."""
    found = SPELLED.findall(program.settle(0.3).screen_text)
    assert len(found) == groups
    return " ".join(found).lower()


def challenge_of(jo: counter.Counter, password: str) -> str:
    """Go from `Sign in` to the challenge."""
    jo.sign_in(password)
    jo.wait_for("Authentication code").settle(0.4).press("f4")
    jo.wait_for("Your password is right").settle(0.4).press("enter")
    jo.wait_for("What do you need from the helpdesk?").settle(0.4).press("enter")
    jo.wait_for("Read this challenge out")
    return read_out(jo, 5)


def response_of(sam: pharmacy.Counter, challenge: str, email: str) -> str:
    """Fill in `Phone reset` and return what is to be read back."""
    for _ in range(20):
        if "> Phone reset" in sam.settle(0.2).screen_text:
            break
        sam.press("down")
    sam.press("enter").wait_for("Ask the caller to read out").settle(0.4)
    sam.send(challenge).press("enter").wait_for(f"MFA reset is asked for at {SITE}").settle(0.3)
    sam.send(email).press("enter").settle(0.3).send("c").wait_for("Called back").press("enter")
    sam.settle(0.3).send("lost her phone").press("enter").settle(0.3).send("HD-4711").press("enter")
    sam.wait_for("Are you sure?").settle(0.4).press("tab").settle(0.4).press("enter")
    sam.wait_for("read this response back")
    return read_out(sam, 3)


def test_somebody_whose_phone_is_gone_gets_in_while_the_helpdesk_is_on_the_line(
    places: tuple[Pharmacy, Pharmacy],
) -> None:
    """Rules 17, 20, 21, 30; ENR-10, REC-11: dead at once, paired anew in the same attempt, told, and recorded on both sides."""
    shop, desk = places
    member, helper = shop.member(JO), desk.member(SAM, role="support")
    with counter.Counter(shop.folder, email=JO) as jo, pharmacy.Counter(desk) as sam:
        challenge = challenge_of(jo, member.password)
        sam.sign_in(helper)
        response = response_of(sam, challenge, JO)

        jo.send("7kq2 7kq2 7kq2").press("enter").wait_for("cannot be right")
        jo.press("ctrl+u").send(response).press("enter")
        jo.pair()
        assert jo.entry == f"PharmOutcomes:{JO}~2"
        jo.wait_for("Your authenticator was reset").wait_for("By the helpdesk")
        jo.settle(0.4).press("enter").wait_for("Staff at Abbey Pharmacy")
        jo.press("f12").wait_for("You have signed out")
        jo.sign_in(member.password)
        jo.type_code(shop.fresh_code(member))
        jo.wait_for("belongs to the entry that was replaced")
        sam.press("enter").wait_for("Support for all sites")
    here = run(shop.folder, "audit", "show", "--event", "authn_token_revoked")["records"]
    there = run(desk.folder, "audit", "show", "--event", "phone_help")["records"]
    assert [each["detail"]["challenge"] for each in here] == [
        each["detail"]["challenge"] for each in there
    ]
    assert there[0]["detail"]["ticket"] == "HD-4711"
    assert run(shop.folder, "audit", "verify")["ok"] is True
    assert run(desk.folder, "audit", "verify")["ok"] is True
