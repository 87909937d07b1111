"""`pomfa-tui verify`: status 0 lets in, 3 does not, and nothing secret is said or kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.at_the_counter import Person, counter
from tests.cli.conftest import Answer, CommandLine
from tests.cli.helpdesk import JO, add
from tests.fakes import FakeClock
from tests.members import GOOD_PASSWORD

PAM = {"PAM_TYPE": "auth", "PAM_SERVICE": "sshd", "PAM_USER": "jo", "PAM_TTY": "/dev/pts/3"}
OFTEN_WRONG = 2


@pytest.fixture
def jo(shop: CommandLine, clock: FakeClock) -> Iterator[Person]:
    """Return a dispenser whose phone shows a code that was not used."""
    slip = add(shop, JO)
    with counter(shop) as desk:
        person = Person(desk, clock, JO)
        desk.sessions.sign_out(person.activate(slip))
        clock.advance(60)
        yield person


def at_pam(shop: CommandLine, tmp_path: Path, **environ: str) -> CommandLine:
    """Return the command line as PAM calls it, with a configuration that knows Jo."""
    config = tmp_path / "config.toml"
    config.write_text(f'[pam]\nemails = {{ jo = "{JO}" }}\n', encoding="utf-8")
    config.chmod(0o600)
    return replace(shop, environ={"POMFA_CONFIG": str(config), **PAM, **environ})


def verify(shop: CommandLine, typed: str | bytes, *options: str) -> Answer:
    """Ask for Jo."""
    return shop.run("verify", "--email", JO, *options, typed=typed)


def newest_sign_in(shop: CommandLine) -> dict[str, str]:
    """Return the newest record of somebody who got in."""
    records = shop.json("audit", "show", "--event", "authn_login_success")["records"]
    newest: dict[str, str] = records[-1]
    return newest


class TestWhatIsTyped:
    """One line or two."""

    @pytest.mark.parametrize(
        "form", ["{0}{1}", "{0}{1}\n", "{0}\n{1}\n", "{0}\r\n{1}\r\n", "{0}{1}\0"]
    )
    def test_password_and_code_let_in_and_nothing_is_said(
        self, shop: CommandLine, jo: Person, form: str
    ) -> None:
        """Programs end what they hand on in their own ways."""
        typed = form.format(jo.password, jo.phone.code())
        assert verify(shop, typed) == Answer(0, "", "")

    @pytest.mark.parametrize("typed", ["", "\n", "\0"])
    def test_nothing_typed_is_wrong_usage_and_not_counted(
        self, shop: CommandLine, jo: Person, typed: str
    ) -> None:
        """THR-06: a program that tries an empty password first locks nobody out."""
        for _ in range(11):
            assert verify(shop, typed).status == 2
        assert verify(shop, jo.password + jo.phone.code()).status == 0

    def test_a_password_without_a_code_is_told_how(self, shop: CommandLine, jo: Person) -> None:
        """Rule 25: after the password is proven the sentence is exact."""
        answer = verify(shop, jo.password)
        assert (answer.status, answer.out) == (3, "")
        assert answer.err.startswith("The code is missing.")

    def test_a_flood_is_cut_off(self, shop: CommandLine, jo: Person) -> None:
        """GEN-05: a megabyte is no password."""
        assert jo.email == JO
        assert verify(shop, b"x" * 1_000_000).status == 2

    def test_bytes_that_are_no_text_match_nothing(self, shop: CommandLine, jo: Person) -> None:
        """GEN-05."""
        answer = verify(shop, b"\xff\xfe" + jo.phone.code().encode())
        assert answer.status == 3
        assert "did not match" in answer.err


class TestWhoIsMeant:
    """An option, or PAM's user."""

    def test_pams_user_stands_for_the_email_that_the_configuration_names(
        self, shop: CommandLine, jo: Person, tmp_path: Path
    ) -> None:
        """The login name of the host is not an e-mail."""
        pam = at_pam(shop, tmp_path, PAM_RHOST="192.0.2.7")
        assert pam.run("verify", typed=jo.password + jo.phone.code()) == Answer(0, "", "")
        record = newest_sign_in(shop)
        assert record["terminal"] == "pam:sshd pts/3 192.0.2.7"

    def test_a_login_name_that_stands_for_nobody_gets_the_one_answer(
        self, shop: CommandLine, jo: Person, tmp_path: Path
    ) -> None:
        """ENU-01: the same sentence as a wrong password."""
        pam = at_pam(shop, tmp_path, PAM_USER="root")
        unknown = pam.run("verify", typed=jo.password + jo.phone.code())
        assert unknown == verify(shop, "not the password" + jo.phone.code())
        assert (unknown.status, unknown.out) == (3, "")

    def test_without_either_it_is_wrong_usage(self, shop: CommandLine) -> None:
        """An empty name is no name."""
        assert shop.run("verify", typed="x").status == 2
        assert replace(shop, environ={"PAM_USER": ""}).run("verify", typed="x").status == 2

    def test_pam_may_ask_for_nothing_but_a_check_of_the_password(
        self, shop: CommandLine, jo: Person, tmp_path: Path
    ) -> None:
        """`account` and `session` lines hand on no password."""
        pam = at_pam(shop, tmp_path, PAM_TYPE="open_session")
        assert pam.run("verify", typed=jo.password + jo.phone.code()).status == 2

    @pytest.mark.parametrize("origin", ["$(reboot)", "a b", "x" * 65, "\x1b[2J"])
    def test_an_origin_that_is_none_is_left_out(
        self, shop: CommandLine, jo: Person, tmp_path: Path, origin: str
    ) -> None:
        """A37: advisory only, and never obeyed by a terminal."""
        pam = at_pam(shop, tmp_path, PAM_RHOST=origin)
        assert pam.run("verify", typed=jo.password + jo.phone.code()).status == 0
        record = newest_sign_in(shop)
        assert record["terminal"] == "pam:sshd pts/3"


class TestAnswers:
    """Status, sentence, JSON."""

    def test_a_used_code_is_refused_and_a_wrong_one_too(
        self, shop: CommandLine, jo: Person
    ) -> None:
        """TOTP-06."""
        typed = jo.password + jo.phone.code()
        assert verify(shop, typed).status == 0
        again = verify(shop, typed)
        assert (again.status, again.out) == (3, "")
        assert "has been used already" in again.err
        wrong = verify(shop, jo.password + jo.phone.wrong_code())
        assert "Look for the entry" in wrong.err

    def test_failures_are_told_to_whoever_gets_in(self, shop: CommandLine, jo: Person) -> None:
        """THR-12."""
        for _ in range(OFTEN_WRONG):
            verify(shop, jo.password + jo.phone.wrong_code())
        answer = verify(shop, jo.password + jo.phone.code())
        assert answer.status == 0
        assert answer.out.startswith("There have been 2 failed tries since your last sign-in.")

    def test_programs_may_ask_for_json(self, shop: CommandLine, jo: Person) -> None:
        """One object, and nothing else."""
        right = verify(shop, jo.password + jo.phone.code(), "--json")
        assert right.document == {"let_in": True, "failures": 0}
        assert verify(shop, "wrong123456", "--json").status == 3

    def test_no_session_is_left(self, shop: CommandLine, jo: Person) -> None:
        """SES-08."""
        verify(shop, jo.password + jo.phone.code())
        assert shop.json("session", "list") == {"sessions": []}

    def test_the_real_program_takes_both_through_its_standard_input_alone(
        self, shop: CommandLine, tmp_path: Path
    ) -> None:
        """No argument and no variable holds them, so nothing that lists processes shows them."""
        typed = tmp_path / "typed"
        typed.write_text(f"{GOOD_PASSWORD}123456", encoding="utf-8")
        with typed.open("rb") as source:
            answer = shop.program("verify", "--email", "nobody@example.org", stdin=source)
        assert (answer.status, answer.out) == (3, "")
        assert answer.err.startswith("That did not match.")
        assert GOOD_PASSWORD not in answer.err

    def test_a_store_that_is_not_there_lets_nobody_in(self, line: CommandLine) -> None:
        """GEN-02: fail closed."""
        assert line.run("verify", "--email", JO, typed="x123456").status == 5
