"""What the helpdesk types again and again."""

from __future__ import annotations

from tests.cli.conftest import Answer, CommandLine

ADA, JO, LOU = "ada@example.org", "jo@example.org", "lou@example.org"
WHY = ("--identity", "called-back", "--reason", "covers both", "--ticket", "HD-12")
LOCUM = ("--role", "staff", "--job", "locum-pharmacist")


def add(shop: CommandLine, email: str, *, name: str = "Jo Bloggs") -> str:
    """Add a dispenser and return the activation code."""
    added = shop.json(
        *("person", "add", "--email", email, "--name", name, "--site", "FZ101"),
        *("--role", "staff", "--job", "dispenser"),
    )
    code: str = added["activation_code"]
    return code


def refusal(answer: Answer) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status, answer.error["code"]
