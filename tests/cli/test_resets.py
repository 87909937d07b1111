"""`person reset-password`, `reset-mfa` and `unlock`: the whole walk of somebody who is stuck, with the command line as the helpdesk."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pomfa_tui.domain.errors import CodeOfOldEntry, PairingCodeWrong, SessionEnded, SignInRefused
from pomfa_tui.domain.sessions import SessionToken
from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import CommandLine
from tests.cli.helpdesk import JO, add, refusal
from tests.fakes import FakeClock
from tests.members import OTHER_PASSWORD, Phone
from tests.terminal.pty_driver import Program

KNOWN = ("--identity", "known", "--reason", "lost her phone")
SEEN = ("--identity", "in-person", "--reason", "new phone too")


@pytest.fixture
def jo(shop: CommandLine, clock: FakeClock) -> Iterator[Person]:
    """Return somebody who works with the account."""
    slip = add(shop, JO)
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        desk.sessions.sign_out(jo.activate(slip))
        yield jo


def stands(jo: Person, token: SessionToken) -> bool:
    """Tell whether a session still stands."""
    try:
        jo.desk.sessions.check(token)
    except SessionEnded:
        return False
    return True


def test_the_whole_walk_from_a_new_account_over_a_lost_phone_to_a_forgotten_password(
    shop: CommandLine, clock: FakeClock
) -> None:
    """Rules 17 to 20, 25; ENR-07, ENR-11, REC-11."""
    slip = add(shop, JO)
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        session = jo.activate(slip)
        shown = shop.json("person", "show", JO)["person"]
        assert (shown["state"], shown["mfa"]) == ("active", "active")

        reset = shop.json("person", "reset-mfa", JO, *KNOWN, "--ticket", "HD-1")
        assert reset["person"]["mfa"] == "reset"
        assert not stands(jo, session)

        lost, jo.phone = jo.phone, Phone(clock)
        attempt = jo.offer_slip(reset["activation_code"])
        desk.pairing.offer(attempt)
        clock.advance(60)
        with pytest.raises(PairingCodeWrong):
            desk.pairing.confirm(attempt, lost.code())
        jo.pair(attempt)
        clock.advance(60)
        with pytest.raises(CodeOfOldEntry, match=r"replaced on .* Delete the old entry"):
            desk.sign_in.offer_code(jo.offer_password(), lost.code())
        session = jo.sign_in()

        reset = shop.json("person", "reset-password", JO, "--identity", "in-person", *KNOWN[2:])
        assert reset["person"]["mfa"] == "active"
        assert not stands(jo, session)
        with pytest.raises(SignInRefused):
            desk.sign_in.offer_password(JO, jo.password)
        session = jo.choose_after_reset(reset["activation_code"], OTHER_PASSWORD)
        assert stands(jo, session)

    log = (shop.data / "audit.jsonl").read_text(encoding="utf-8")
    assert slip not in log
    assert reset["activation_code"] not in log
    assert shop.json("audit", "verify")["ok"] is True


def test_how_the_identity_was_checked_is_on_record(shop: CommandLine, jo: Person) -> None:
    """Rule 21, ENR-11: by whom, how, why and for which ticket."""
    shop.json("person", "reset-mfa", JO, *KNOWN, "--ticket", "HD-4711")
    (record,) = shop.json("audit", "show", "--event", "authn_token_revoked")["records"]
    assert record["detail"] == {
        "identity": "known",
        "why": "lost her phone",
        "ticket": "HD-4711",
    }
    assert record["actor"].startswith("host:")
    assert (record["reason"], record["site"]) == ("mfa_reset", "FZ101")


def test_an_invited_person_gets_a_new_code_and_the_old_one_is_dead(
    shop: CommandLine, clock: FakeClock
) -> None:
    """Rule 17: newest wins."""
    first = add(shop, JO)
    second = shop.json("person", "reset-password", JO, *KNOWN)
    assert second["person"]["state"] == "invited"
    assert second["activation_code"] != first
    with counter(shop) as desk:
        jo = Person(desk, clock, JO)
        with pytest.raises(SignInRefused):
            desk.sign_in.offer_password(JO, first)
        jo.activate(second["activation_code"])
    told = shop.run("person", "reset-mfa", "ada@example.org", *KNOWN, "--json")
    assert refusal(told) == (1, "bad_input")
    assert "Reset the password" in told.error["message"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("reset-password", "in place of the password, then comes the authenticator's code"),
        ("reset-mfa", "then a new authenticator is paired"),
    ],
)
def test_whoever_hands_a_code_over_is_told_what_it_is_for(
    shop: CommandLine, jo: Person, command: str, says: str
) -> None:
    answer = shop.run("person", command, jo.email, *KNOWN)
    assert (answer.status, answer.err) == (0, "")
    told = " ".join(answer.out.split())
    assert f"Jo Bloggs <{jo.email}>" in told
    assert "Activation code: " in told
    assert says in told
    assert "not shown again" in told
    assert max(map(len, answer.out.splitlines())) <= 80


def test_both_factors_are_reset_only_for_somebody_seen_in_person(
    shop: CommandLine, jo: Person
) -> None:
    """Rule 20, ENR-12."""
    shop.json("person", "reset-password", JO, *KNOWN)
    told = shop.run("person", "reset-mfa", JO, *KNOWN, "--json")
    assert refusal(told) == (1, "bad_input")
    assert "in person" in told.error["message"]
    shop.json("person", "reset-mfa", JO, *SEEN)
    records = shop.json("audit", "show", "--event", "authn_token_revoked")["records"]
    assert [record["severity"] for record in records] == ["critical"]


# -- A recovery code that is read out -----------------------------------------------------------------------------------

READ_OUT = ("--identity", "recovery-code", "--reason", "forgot her password")


@pytest.mark.parametrize("form", ["{number} {code}\n", "{code}", "{number}. {code}\r\n"])
def test_a_recovery_code_is_taken_from_standard_input_and_spent(
    shop: CommandLine, jo: Person, form: str
) -> None:
    """Rule 21, ENR-11, REC-05."""
    typed = form.format(number=4, code=jo.recovery[4])
    shop.json("person", "reset-password", JO, *READ_OUT, typed=typed)
    record = shop.json("audit", "show", "--event", "authn_password_change")["records"][-1]
    assert record["detail"]["recovery_code"] == "4"
    assert jo.recovery[4] not in str(record)
    again = shop.run("person", "reset-password", JO, *READ_OUT, "--json", typed=typed)
    assert refusal(again) == (1, "bad_input")


@pytest.mark.parametrize(
    "typed",
    ["0000-0000-0000-0000\n", "x" * 100_000, b"\xff\xfe\n", "4\n", "\x1b[2J\n"],
    ids=["other code", "long", "no utf-8", "number alone", "escape"],
)
def test_a_wrong_recovery_code_changes_nothing_and_is_recorded(
    shop: CommandLine, jo: Person, typed: str | bytes
) -> None:
    """REC-06, THR-10."""
    session = jo.sign_in()
    told = shop.run("person", "reset-password", JO, *READ_OUT, "--json", typed=typed)
    assert refusal(told) == (1, "bad_input")
    assert stands(jo, session)
    last = shop.json("audit", "show", "--person", JO)["records"][-2]
    assert (last["outcome"], last["reason"]) == ("failure", "identity_not_verified")


@pytest.mark.parametrize("typed", ["", "\n", "  \n0000-0000-0000-0000\n"])
def test_no_recovery_code_at_all_is_wrong_usage_and_no_try(
    shop: CommandLine, jo: Person, typed: str
) -> None:
    log = (shop.data / "audit.jsonl").read_bytes()
    told = shop.run("person", "reset-mfa", JO, *READ_OUT, "--json", typed=typed)
    assert refusal(told) == (2, "bad_input")
    assert "standard input" in told.error["message"]
    assert (shop.data / "audit.jsonl").read_bytes() == log


def test_ten_wrong_recovery_codes_lock_and_the_command_line_unlocks(
    shop: CommandLine, jo: Person
) -> None:
    """Rule 24, THR-10."""
    for _ in range(10):
        shop.run("person", "unlock", JO, *READ_OUT, typed="0000-0000-0000-0000\n")
    assert shop.json("person", "show", JO)["person"]["locked"] is True
    right = shop.run("person", "unlock", JO, *READ_OUT, "--json", typed=jo.recovery[1])
    assert refusal(right) == (1, "bad_input")
    assert "in another way" in right.error["message"]
    unlocked = shop.json("person", "unlock", JO, "--identity", "called-back", "--reason", "typos")
    assert set(unlocked) == {"person"}
    assert unlocked["person"]["locked"] is False
    jo.sign_in()


def test_somebody_at_a_terminal_is_asked_and_the_code_is_not_shown(shop: CommandLine) -> None:
    """STO-12, K32: neither an argument nor an echo."""
    command = shop.command("person", "reset-password", "ada@example.org", *READ_OUT)
    arguments = [os.fsdecode(part) for part in command]
    with Program(arguments, environment={"PATH": os.environ["PATH"]}) as program:
        program.wait_for("Recovery code:").send("1 ABCD-EFGH-JKMN-PQRS").press("enter")
        assert program.wait_exit() == 1
        assert "ABCD" not in program.screen_text
        assert "not one of this person's unused recovery codes" in " ".join(
            program.screen_text.split()
        )
    with Program(arguments, environment={"PATH": os.environ["PATH"]}) as program:
        program.wait_for("Recovery code:").send(b"\x03")
        assert program.wait_exit() == 130
        assert "Traceback" not in program.screen_text


# -- Could not verify ---------------------------------------------------------------------------------------------------

LINK = ("--site", "FZ101", "--role", "staff", "--job", "dispenser")


@pytest.mark.parametrize(
    ("command", "action", "more"),
    [
        ("reset-password", "reset password", ()),
        ("reset-mfa", "reset MFA", ()),
        ("unlock", "unlock", ()),
        ("link", "link or unlink", LINK),
        ("unlink", "link or unlink", LINK[:2]),
    ],
)
def test_an_identity_that_could_not_be_verified_is_recorded_and_changes_nothing(
    shop: CommandLine, jo: Person, command: str, action: str, more: tuple[str, ...]
) -> None:
    """Rule 21."""
    session, before = jo.sign_in(), shop.json("person", "show", JO)
    why = ("--could-not-verify", "--reason", "no answer", "--ticket", "HD-9")
    answer = shop.json("person", command, JO, *more, *why)
    assert answer["person"] == before["person"]
    assert answer.get("activation_code") is None
    assert ("activation_code" in answer) is command.startswith("reset")
    assert stands(jo, session)
    record = shop.json("audit", "show", "--person", JO)["records"][-2]
    assert (record["reason"], record["outcome"]) == ("identity_not_verified", "failure")
    assert record["detail"] == {"action": action, "why": "no answer", "ticket": "HD-9"}
    told = shop.run("person", command, JO, *more, "--could-not-verify")
    assert (told.status, told.err) == (0, "")
    assert "Nothing was changed" in told.out


# -- What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["reset-password", "reset-mfa", "unlock"])
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--identity", "known"),
        ("--reason", "because"),
        ("--identity", "guessed", "--reason", "because"),
        ("--identity", "known", "--reason", "because", "--could-not-verify"),
    ],
    ids=" ".join,
)
def test_a_reset_without_a_check_and_a_reason_is_wrong_usage(
    shop: CommandLine, command: str, options: tuple[str, ...]
) -> None:
    """ENR-11."""
    log = (shop.data / "audit.jsonl").read_bytes()
    told = shop.run("person", command, "ada@example.org", *options, "--json")
    assert refusal(told) == (2, "bad_input")
    assert (shop.data / "audit.jsonl").read_bytes() == log


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\nb", "\u202e"])
def test_a_reason_has_to_say_something(shop: CommandLine, reason: str) -> None:
    told = shop.run(
        *("person", "reset-password", "ada@example.org", "--identity", "known"),
        *("--reason", reason, "--json"),
    )
    assert refusal(told) == (1, "bad_input")


@pytest.mark.parametrize("command", ["reset-password", "reset-mfa", "unlock"])
def test_nobody_by_that_name_is_status_four(shop: CommandLine, command: str) -> None:
    told = shop.run("person", command, "nobody@example.org", *KNOWN, "--json")
    assert refusal(told) == (4, "not_found")


def test_a_disabled_account_is_not_reset(shop: CommandLine, jo: Person) -> None:
    shop.json("person", "disable", JO, "--reason", "long leave")
    told = shop.run("person", "reset-password", JO, *KNOWN, "--json")
    assert refusal(told) == (1, "bad_input")
    assert "Enable it first" in told.error["message"]
