"""`site key export|import` and `phone-reset`: two stores, two command lines, and somebody on the telephone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pomfa_tui.domain.phone_help import PhoneAct, Spoken
from pomfa_tui.domain.site_keys import key_file
from pomfa_tui.services.steps import NeedPairing, SignedIn
from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import JO, add, refusal
from tests.fakes import FakeClock

PROOF = ("--identity", "called-back", "--reason", "lost her phone", "--ticket", "HD-7")


@pytest.fixture
def jo(shop: CommandLine, clock: FakeClock) -> Iterator[Person]:
    """Return somebody who works with an account at the pharmacy."""
    slip = add(shop, JO)
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        desk.sessions.sign_out(jo.activate(slip))
        yield jo


@pytest.fixture
def helpdesk(shop: CommandLine, tmp_path: Path) -> CommandLine:
    """Return the command line of the helpdesk, which has the pharmacy's key."""
    line = CommandLine(
        tmp_path / "helpdesk" / "data", tmp_path / "helpdesk" / "keys" / "master.key"
    )
    line.json(
        *("init", "--site-code", "FZ999", "--site-name", "Helpdesk", "--admin-name", "Ann"),
        *("--admin-email", "ann@helpdesk.example"),
    )
    hand_over(shop, line, tmp_path / "key.txt")
    return line


def hand_over(shop: CommandLine, helpdesk: CommandLine, file: Path) -> None:
    """Carry the key from one store to the other."""
    exported = shop.json("site", "key", "export", "--site", "fz101", "--out", str(file))
    imported = helpdesk.json("site", "key", "import", str(file))
    assert exported["site_key"] == imported["site_key"]


def test_the_whole_walk_from_a_lost_phone_to_a_new_pairing(
    shop: CommandLine, helpdesk: CommandLine, jo: Person
) -> None:
    """Rules 20, 21: recorded in both stores under the same challenge."""
    attempt = jo.offer_password()
    shown = jo.desk.phone_calls.challenge(attempt, PhoneAct.MFA_RESET)

    answer = helpdesk.json("phone-reset", "--challenge", shown.text, "--email", JO, *PROOF)

    assert set(answer) == {"site", "act", "response"}
    assert (answer["site"], answer["act"]) == ("FZ101", "mfa-reset")
    step = jo.desk.phone_calls.respond(attempt, answer["response"])
    assert isinstance(step, NeedPairing)
    assert isinstance(jo.pair(attempt), SignedIn)
    here = shop.json("audit", "show", "--event", "authn_token_revoked")["records"]
    there = helpdesk.json("audit", "show", "--event", "phone_help")["records"]
    assert _challenges(here) == _challenges(there) != set()
    assert there[-1]["actor"].startswith("host:")
    for records in (here, there):
        text = json.dumps(records)
        assert answer["response"] not in text
        assert JO not in text


def _challenges(records: list[dict[str, dict[str, str]]]) -> set[str]:
    return {record["detail"]["challenge"] for record in records}


def test_for_people_the_response_is_spelled(helpdesk: CommandLine, jo: Person) -> None:
    shown = jo.desk.phone_calls.challenge(jo.offer_password(), PhoneAct.MFA_RESET)
    loose = shown.text.lower().replace("-", " ")

    answer = helpdesk.run("phone-reset", "--challenge", loose, "--email", JO, *PROOF)

    assert (answer.status, answer.err) == (0, "")
    assert "MFA reset" in answer.out
    assert len(re.findall(r"^[123]  [0-9A-Z]{4}   \S+ \S+ \S+ \S+$", answer.out, re.MULTILINE)) == 3


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (("--email", "kim@example.org"), (1, "bad_input")),
        (("--challenge", "7KQ2"), (1, "bad_input")),
        (("--challenge", ""), (1, "bad_input")),
        (("--reason", " "), (1, "bad_input")),
    ],
    ids=["another e-mail", "too short", "nothing", "no reason"],
)
def test_what_does_not_fit_gets_no_response(
    helpdesk: CommandLine, jo: Person, changed: tuple[str, str], expected: tuple[int, str]
) -> None:
    shown = jo.desk.phone_calls.challenge(jo.offer_password(), PhoneAct.MFA_RESET)
    options = {
        "--challenge": shown.text,
        "--email": JO,
        **dict(zip(PROOF[::2], PROOF[1::2], strict=True)),
    }
    options |= [changed]
    answer = helpdesk.run(
        "phone-reset", *(word for pair in options.items() for word in pair), "--json"
    )
    assert refusal(answer) == expected


@pytest.mark.parametrize(
    "missing", ["--challenge", "--email", "--identity", "--reason", "--ticket"]
)
def test_every_option_is_needed(helpdesk: CommandLine, missing: str) -> None:
    """Rule 21."""
    options = {
        "--challenge": "7KQ2",
        "--email": JO,
        **dict(zip(PROOF[::2], PROOF[1::2], strict=True)),
    }
    del options[missing]
    answer = helpdesk.run("phone-reset", *(word for pair in options.items() for word in pair))
    assert answer.status == 2
    assert missing in answer.err


def test_who_could_not_be_verified_gets_no_response_and_it_is_recorded(
    helpdesk: CommandLine, jo: Person
) -> None:
    """Rule 21."""
    shown = jo.desk.phone_calls.challenge(jo.offer_password(), PhoneAct.MFA_RESET)
    answer = helpdesk.json(
        *(
            "phone-reset",
            "--challenge",
            shown.text,
            "--could-not-verify",
            "--reason",
            "no idea of the site",
        ),
    )
    assert answer == {"site": "FZ101", "act": "mfa-reset", "response": None}
    (record,) = helpdesk.json("audit", "show", "--event", "authz_admin")["records"]
    assert record["reason"] == "identity_not_verified"


def test_a_site_whose_key_was_never_imported_is_named(shop: CommandLine) -> None:
    spoken = Spoken(PhoneAct.MFA_RESET, "FZ102", 1, 1)
    answer = shop.run("phone-reset", "--challenge", spoken.text, "--email", JO, *PROOF, "--json")
    assert refusal(answer) == (1, "bad_input")
    assert "no key of FZ102" in answer.error["message"]


# -- The file -----------------------------------------------------------------------------------------------------------


def test_the_file_is_for_this_account_alone_and_never_over_another(
    shop: CommandLine, tmp_path: Path
) -> None:
    """STO-02."""
    out = tmp_path / "key.txt"
    shop.json("site", "key", "export", "--site", "FZ101", "--out", str(out))
    before = out.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600

    answer = shop.run("site", "key", "export", "--site", "FZ101", "--out", str(out), "--json")
    assert answer.status == 2
    assert "never overwritten" in answer.error["message"]
    assert out.read_bytes() == before


def test_a_place_that_cannot_be_written_leaves_no_record(shop: CommandLine, tmp_path: Path) -> None:
    """STO-09: no record, no change."""
    missing = tmp_path / "nowhere" / "key.txt"
    answer = shop.run("site", "key", "export", "--site", "FZ101", "--out", str(missing), "--json")
    assert answer.status in {2, 5}
    assert shop.json("audit", "show", "--event", "site_key")["records"] == []


def test_a_site_that_is_not_there_has_no_file(shop: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "key.txt"
    answer = shop.run("site", "key", "export", "--site", "FZ102", "--out", str(out), "--json")
    assert refusal(answer) == (4, "not_found")
    assert not out.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_could_have_read_is_not_imported(
    shop: CommandLine, tmp_path: Path, mode: int
) -> None:
    """STO-02: exit status 7."""
    file = tmp_path / "key.txt"
    file.write_text(key_file("FZ555", bytes(32)), encoding="ascii")
    file.chmod(mode)
    answer = shop.run("site", "key", "import", str(file), "--json")
    assert refusal(answer) == (7, "unsafe_environment")


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\xfe" * 100, b"x" * 1_000_000])
def test_what_is_no_key_is_refused_in_a_sentence(
    shop: CommandLine, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(content)
    file.chmod(0o600)
    answer = shop.run("site", "key", "import", str(file), "--json")
    assert answer.status in {1, 7}
    assert answer.error["message"].endswith(".")


def test_a_file_that_is_not_there_is_named(shop: CommandLine, tmp_path: Path) -> None:
    answer = shop.run("site", "key", "import", str(tmp_path / "none.txt"), "--json")
    assert answer.status == 2
    assert "none.txt" in answer.error["message"]


def test_a_link_is_not_followed(shop: CommandLine, tmp_path: Path) -> None:
    """STO-02."""
    file = tmp_path / "key.txt"
    file.write_text(key_file("FZ555", bytes(32)), encoding="ascii")
    file.chmod(0o600)
    (tmp_path / "link.txt").symlink_to(file)
    answer = shop.run("site", "key", "import", str(tmp_path / "link.txt"), "--json")
    assert refusal(answer) == (7, "unsafe_environment")


def test_for_people_it_says_what_to_do_with_the_file(shop: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "key.txt"
    exported = shop.run("site", "key", "export", "--site", "FZ101", "--out", str(out))
    imported = shop.run("site", "key", "import", str(out))
    assert "delete it on both sides" in " ".join(exported.out.split())
    assert "was here already" in " ".join(imported.out.split())
