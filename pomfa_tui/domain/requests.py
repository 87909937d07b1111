"""What people ask the helpdesk for, and the number they are given for it (rules 29, 31)."""

from __future__ import annotations

import re
from enum import StrEnum

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.phone_help import PhoneHelp
from pomfa_tui.domain.text import clean_line

REFERENCE_DIGITS = 9
"""Digits of a reference number, the check digit among them; digits alone, since letters are misheard on the telephone."""

PHONE_LONGEST = 30
"""Characters of a telephone number."""

NOTE_LONGEST = 200
"""Characters of the free text (PRI-06)."""

FILINGS_KEPT = 5
"""How often the same request is kept in full: the first time and the newest ones; beyond that it is counted."""

_FEWEST_DIGITS = 6
_FIRST, _COUNT = 10_000_000, 90_000_000
_NHS_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")


class Need(StrEnum):
    """What is asked for; the words are part of the command line's contract."""

    LOCUM = "locum"
    LINK = "link"
    RESET = "reset"
    OTHER = "other"


class RequestOutcome(StrEnum):
    """How a request was closed; the words are part of the command line's contract."""

    DONE = "done"
    NOT_VERIFIED = "not-verified"
    DECLINED = "declined"
    NOT_NEEDED = "not-needed"


class Filing(Document, frozen=True, kw_only=True):
    """One time that somebody asked; texts as typed, cleaned. None of it has been checked.

    Attributes:
        reference: Number handed out for it, nine digits.
        at: UTC seconds.
        terminal: From where.
        by: Id of the person who was signed in, or none.
        name: Whom it is about.
        phone: Where they say they can be reached; never a number on record.
        site: ODS code, or none.
        note: In their own words; may be empty.
    """

    reference: str
    at: int
    terminal: str
    by: str | None = None
    name: str
    phone: str
    site: str | None = None
    note: str = ""


class Closing(Document, frozen=True, kw_only=True):
    """How a request ended.

    Attributes:
        at: UTC seconds.
        by: Id of the person, or `host:<login>`.
        name: Their name then.
        outcome: How.
        note: For the helpdesk alone; may be empty.
    """

    at: int
    by: str
    name: str
    outcome: RequestOutcome
    note: str = ""


class Request(Document, frozen=True, kw_only=True):
    """What somebody needs; asking again for the same while it is open adds to it.

    Attributes:
        id: Reference number of the first filing.
        need: What is needed.
        email: Address of whom it is about, as typed.
        email_key: The same in the form in which addresses are compared.
        filings: The first one and the newest ones, oldest first.
        times: How often it was asked for altogether.
        closing: How it ended; none while it is open.
        phone: Help by telephone for a locum, or none so far; another filing ends its challenge.
    """

    id: str
    need: Need
    email: str
    email_key: str
    filings: tuple[Filing, ...]
    times: int = 1
    closing: Closing | None = None
    phone: PhoneHelp | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits."""
        return self.closing is None

    @property
    def first(self) -> Filing:
        """The filing it began with."""
        return self.filings[0]

    @property
    def newest(self) -> Filing:
        """The newest filing."""
        return self.filings[-1]


class RequestMeter(Document, frozen=True, kw_only=True):
    """When one terminal filed requests lately, so that it cannot flood the queue.

    Attributes:
        id: Name of the terminal.
        moments: UTC seconds of its filings within the last hour, oldest first.
        refused_at: UTC seconds of the last refusal that was recorded; 0 for none.
    """

    id: str
    moments: tuple[int, ...] = ()
    refused_at: int = 0


def with_filing(filings: tuple[Filing, ...], filing: Filing) -> tuple[Filing, ...]:
    """Return the filings with one more; the second oldest make room, the first stays."""
    return (filings[0], *(*filings[1:], filing)[1 - FILINGS_KEPT :]) if filings else (filing,)


# -- The reference number -------------------------------------------------------------------------------------------


def new_reference() -> str:
    """Return a random reference number: nine digits, the last one a check digit, the first one never 0."""
    import secrets  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

    digits = str(_FIRST + secrets.randbelow(_COUNT))
    return digits + _check_digit(digits)


def spoken(reference: str) -> str:
    """Return a reference number in groups of three, as it is read out."""
    return "-".join(reference[at : at + 3] for at in range(0, len(reference), 3))


def parse_reference(text: str) -> str:
    """Read a reference number; spaces, hyphens and dots between its digits are fine.

    Raises:
        BadInput: Not nine digits, or misheard: the check digit does not fit.
    """
    digits = re.sub(r"[\s.-]", "", text[: 4 * REFERENCE_DIGITS])
    if len(digits) != REFERENCE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise BadInput(
            "reference", "A reference number has nine digits, such as 482-771-938. Type all nine."
        )
    if _check_digit(digits[:-1]) != digits[-1]:
        raise BadInput(
            "reference", "A digit of that reference number is wrong. Ask for it once more."
        )
    return digits


def _check_digit(digits: str) -> str:
    """Return the check digit of ISO/IEC 7064 MOD 11,10: notices every single wrong digit and nearly every pair exchanged."""
    product = 10
    for digit in digits:
        product = (((product + int(digit)) % 10 or 10) * 2) % 11
    return str((11 - product) % 10)


# -- What is typed --------------------------------------------------------------------------------------------------


def parse_need(text: str) -> Need:
    """Read what is needed.

    Raises:
        BadInput: Not one of them.
    """
    wanted = text.strip().casefold()
    for need in Need:
        if need.value == wanted:
            return need
    raise BadInput("need", f"Say what is needed. Use one of: {', '.join(Need)}.")


def parse_outcome(text: str) -> RequestOutcome:
    """Read how a request ended.

    Raises:
        BadInput: Not one of them.
    """
    wanted = text.strip().casefold()
    for outcome in RequestOutcome:
        if outcome.value == wanted:
            return outcome
    raise BadInput("outcome", f"Say how it ended. Use one of: {', '.join(RequestOutcome)}.")


def parse_phone(text: str) -> str:
    """Read a telephone number, without judging how it is written.

    Raises:
        BadInput: Missing, too long, not printable, or with fewer than six digits.
    """
    label = "The telephone number"
    line = clean_line("phone", text, longest=PHONE_LONGEST, label=label)
    if sum(char in "0123456789" for char in line) < _FEWEST_DIGITS:
        raise BadInput("phone", "That is not a telephone number. Write all of its digits.")
    return line


def parse_note(text: str, *, required: bool) -> str:
    """Read the free text.

    Raises:
        BadInput: Missing where required, longer than 200 characters, not printable, or with an NHS number in it.
    """
    shortest = 1 if required else 0
    line = clean_line(
        "note", text, longest=NOTE_LONGEST, label="What it is about", shortest=shortest
    )
    if any(_is_nhs_number(found) for found in _NHS_NUMBER.findall(line)):
        raise BadInput(
            "note", "That looks like a patient's NHS number. Leave everything about patients out."
        )
    return line


def _is_nhs_number(text: str) -> bool:
    """Tell whether ten digits carry the check digit of an NHS number: weights 10 to 2, modulus 11 (NHS Data Dictionary)."""
    digits = [int(char) for char in text if char.isdigit()]
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits[:-1], strict=True))
    return (11 - total % 11) % 11 == digits[-1]
