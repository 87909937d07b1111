"""E-mail addresses: one per person, in one canonical form, never a shared one (rules 1 to 4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pomfa_tui.domain.errors import BadInput, SharedMailbox
from pomfa_tui.domain.text import clean_line

EMAIL_LONGEST = 254
"""Characters of an address (RFC 5321)."""

NHSMAIL = "nhs.net"
"""The domain of NHSmail; `*.nhs.uk` is something else (rule 4)."""

_PREMISES = re.compile(r"(pharmacy|nhspharmacy)\..+")
_CODED_TEAM = re.compile(r"[a-z]{2,12}\.[a-z]?[0-9]{3,6}[a-z0-9]*")
_LONGEST_TYPED = 4 * EMAIL_LONGEST  # a letter and its marks may be typed as up to four code points
_BETWEEN_WORDS = re.compile(r"[._-]+")
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Email:
    """An address.

    Attributes:
        text: As typed, trimmed.
        key: Canonical form for comparing: NFC, trimmed, casefolded.
    """

    text: str
    key: str

    @property
    def is_nhsmail(self) -> bool:
        """Tell whether it is a personal NHSmail address, which counts for rule 3."""
        return is_nhsmail(self.key)


@dataclass(frozen=True, slots=True)
class EmailRules:
    """Knows the names of shared mailboxes.

    Attributes:
        role_names: Local parts that name a role, in lower case (`info`, `dispensary` …).
    """

    role_names: frozenset[str]

    def parse_personal(self, text: str, *, override_reason: str | None = None) -> Email:
        """Read an address that only one person reads.

        Args:
            text: What was typed.
            override_reason: An administrator's reason to allow a role name outside nhs.net; none or blank for no override.

        Raises:
            BadInput: Not an address.
            SharedMailbox: A shared mailbox; says what to use instead (rule 2).
        """
        email = parse_email(text)
        local, _, domain = email.key.rpartition("@")
        local = unicodedata.normalize("NFKC", local)
        if domain == NHSMAIL and _is_team_nhsmail(local, self.role_names):
            raise SharedMailbox(
                "That is a shared NHSmail mailbox. Use the person's own NHSmail address, or a personal address that only they read.",
                can_override=False,
            )
        if (
            domain != NHSMAIL
            and _role_of(local) in self.role_names
            and not (override_reason or "").strip()
        ):
            raise SharedMailbox(
                "That looks like a shared mailbox. Use an address that only this person reads. If it really is theirs alone, "
                "give the reason.",
                can_override=True,
            )
        return email


def canonical_email(text: str) -> str:
    """Return the form in which addresses are compared: NFC, trimmed, casefolded (rule 1, A30).

    Never refuses; what is too long to be anybody's address becomes the empty text, which is nobody's.
    """
    # Composing takes the square of the length in the worst case: minutes for a pasted megabyte (PWD-18).
    if len(text.strip()) > _LONGEST_TYPED:
        return ""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def is_nhsmail(key: str) -> bool:
    """Tell whether a canonical address is at nhs.net itself; `*.nhs.uk` and sub-domains are not (rule 4)."""
    return key.endswith("@" + NHSMAIL)


def parse_email(text: str) -> Email:
    """Read an address; the format is judged by a library, without any look-up in the network.

    Raises:
        BadInput: Not an address that can be used.
    """
    line = clean_line("email", text, longest=EMAIL_LONGEST, label="The e-mail address")
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - start-up budget

    try:
        valid = validate_email(
            line,
            check_deliverability=False,
            allow_smtputf8=True,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError:
        raise BadInput(
            "email", "That is not an e-mail address. Write it like name@nhs.net."
        ) from None
    if ":" in line:
        raise BadInput(
            "email", "An e-mail address with a colon cannot be used here. Use another one."
        )
    key = canonical_email(line)
    # One domain has many spellings (full-width letters, xn--); only one of them may make an account, or one mailbox makes two.
    if key.rpartition("@")[2] != canonical_email(valid.domain):
        raise BadInput(
            "email", f"Write the part after the @ in its usual letters, as {valid.domain}."
        )
    return Email(text=line, key=key)


def _is_team_nhsmail(local: str, role_names: frozenset[str]) -> bool:
    first = _words_of(local)[0].rstrip(_DIGITS)
    return (
        bool(_PREMISES.fullmatch(local) or _CODED_TEAM.fullmatch(local))
        or first in role_names
        or _role_of(local) in role_names
    )


def _role_of(local: str) -> str:
    """Return what the local part would be called in the list: without punctuation, tag and number."""
    words = _words_of(local)
    if len(words) > 1 and len(words[0]) == 1:
        # An initial and a surname: D. Rivers is no team of drivers.
        return local
    return "".join(words).rstrip(_DIGITS)


def _words_of(local: str) -> list[str]:
    return _BETWEEN_WORDS.split(local.partition("+")[0])
