"""Help by telephone for a terminal that the helpdesk cannot reach: a challenge is read out, a response is read back.

Both are made with the key of the site, which terminal and helpdesk share, by HMAC-SHA-256 (RFC 2104) cut to what can be said over
the telephone. The response is good for one act on one account, for one challenge; a locum need not have an account yet, only an e-mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.sites import NATIONAL_LOCUM_CODE
from pomfa_tui.domain.spoken_codes import Form, Misheard

LIFETIME = 600
"""Seconds that a challenge stands."""

TRIES = 5
"""Wrong responses that end a challenge."""

CHALLENGES = 5
"""Challenges that one person, or one e-mail without account, may ask for within a day."""


NONCE_BITS = 32
"""A response given for one challenge fits a later one of the same account with a chance of 1 in 2 to the power of this."""

TAG_BITS = 20
"""How surely a challenge tells whose account it is for: somebody else's e-mail fits with a chance of 1 in 2 to the power of this."""

CHALLENGE = Form(groups=5, mark=1)
RESPONSE = Form(groups=3, mark=2)

_SITE_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SITE_BITS = 21
_FIRST = "F"


class PhoneAct(StrEnum):
    """What one response allows once; the words are part of the command line's answers."""

    MFA_RESET = "mfa-reset"
    UNLOCK = "unlock"
    NEW_LOCUM = "new-locum"


ACT_WORDS = {
    PhoneAct.MFA_RESET: "MFA reset",
    PhoneAct.UNLOCK: "Unlock",
    PhoneAct.NEW_LOCUM: "Locum pass",
}
"""The same in words for a screen."""

ASKED = {
    PhoneAct.MFA_RESET: "MFA reset is asked for at {}, for one account.",
    PhoneAct.UNLOCK: "Unlock is asked for at {}, for one account.",
    PhoneAct.NEW_LOCUM: "A locum pass until midnight is asked for at {}, as staff.",
}
"""What a challenge asks for, for the helpdesk; `{}` stands for the site."""

_ACTS = tuple(PhoneAct)
ACT_BITS = 2
"""Room for the acts in a challenge."""


class PhoneChallenge(Document, frozen=True, kw_only=True):
    """What a terminal keeps of a challenge that it showed.

    Attributes:
        act: What is asked for.
        site: ODS code of the site whose key it was made with.
        nonce: Random; nothing secret.
        epoch: Of the credentials when it was made, or how often the request of a locum had been filed; a change ends it.
        expires_at: UTC seconds.
        tries: Wrong responses so far.
    """

    act: PhoneAct
    site: str
    nonce: int
    epoch: int
    expires_at: int
    tries: int = 0

    def matter(self, email_key: str) -> Matter:
        """Return what it is about, for the account with this canonical e-mail."""
        return Matter(self.act, self.site, self.nonce, email_key)


class PhoneHelp(Document, frozen=True, kw_only=True):
    """One person's help by telephone, or that of a locum at the counter.

    Attributes:
        challenge: The one that stands, or none; the newest wins.
        asked: Moments, UTC seconds, at which challenges were made within the last day.
    """

    challenge: PhoneChallenge | None = None
    asked: tuple[int, ...] = ()

    def standing(self, *, now: int, epoch: int) -> PhoneChallenge | None:
        """Return the challenge that still stands.

        Args:
            now: UTC seconds.
            epoch: Of the credentials, or the request, now.
        """
        found = self.challenge
        if found is None or found.epoch != epoch or now >= found.expires_at:
            return None
        return found

    def without_challenge(self) -> PhoneHelp:
        """Return it with no challenge that stands."""
        return PhoneHelp(asked=self.asked)

    def asked_since(self, now: int) -> tuple[int, ...]:
        """Return the moments that are less than a day ago, or still to come by a clock that was wrong."""
        return tuple(moment for moment in self.asked if moment > now - DAY)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A challenge as it is read out.

    Attributes:
        act: What is asked for.
        site: ODS code.
        nonce: Random.
        tag: Tells, to whoever has the site's key, whether an e-mail is the account's.
    """

    act: PhoneAct
    site: str
    nonce: int
    tag: int

    @property
    def text(self) -> str:
        """Five groups of four."""
        value = _ACTS.index(self.act)
        value = value << _SITE_BITS | _site_number(self.site)
        value = value << TAG_BITS | self.tag
        return CHALLENGE.write(value << NONCE_BITS | self.nonce)

    @property
    def reference(self) -> str:
        """Name of the challenge in the audit logs of both sides."""
        return reference(self.nonce)

    def matter(self, email_key: str) -> Matter:
        """Return what this is about, if it was made for this canonical e-mail."""
        return Matter(self.act, self.site, self.nonce, email_key)


def reference(nonce: int) -> str:
    """Return the name of a challenge in the audit logs of both sides."""
    return f"{nonce:08x}"


def new_nonce() -> int:
    """Return random bits for a challenge."""
    import secrets  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

    return secrets.randbits(NONCE_BITS)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a challenge and its response are about, as both sides know it.

    Attributes:
        act: What is asked for.
        site: ODS code.
        nonce: From `new_nonce`.
        email_key: Canonical e-mail of the account.
    """

    act: PhoneAct
    site: str
    nonce: int
    email_key: str

    def challenge(self, key: bytes) -> Spoken:
        """Return the challenge that is read out.

        Args:
            key: The site's.
        """
        tag = self._mac(key, b"challenge", TAG_BITS)
        return Spoken(self.act, self.site, self.nonce, tag)

    def response(self, key: bytes) -> str:
        """Return the response that is read back, three groups of four.

        Args:
            key: The site's.
        """
        return RESPONSE.write(self._mac(key, b"response", RESPONSE.bits))

    def _mac(self, key: bytes, label: bytes, bits: int) -> int:
        """Return the first bits of HMAC-SHA-256 over every part after its length, so that no two matters read alike."""
        import hmac  # noqa: PLC0415 - loads OpenSSL, which the first frame does without

        parts = (
            b"pomfa-tui help by telephone, version 1",
            label,
            self.act.value.encode(),
            self.site.encode(),
            self.nonce.to_bytes(8, "big"),
            self.email_key.encode("utf-8", "surrogatepass"),
        )
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        digest = hmac.digest(key, message, "sha256")
        return int.from_bytes(digest, "big") >> (8 * len(digest) - bits)


def read_challenge(text: str) -> Spoken:
    """Read a challenge as it was typed.

    Raises:
        BadInput: A group does not fit, which is named; or there are not five; or this program does not know what is asked for.
    """
    value = _read(CHALLENGE, "challenge", text)
    nonce, value = value & ((1 << NONCE_BITS) - 1), value >> NONCE_BITS
    tag, value = value & ((1 << TAG_BITS) - 1), value >> TAG_BITS
    site = _site_code(value & ((1 << _SITE_BITS) - 1))
    if site is None:
        raise BadInput("challenge", "This names no pharmacy. Ask for the whole challenge again.")
    act = value >> _SITE_BITS
    if act >= len(_ACTS):
        raise BadInput(
            "challenge", "This asks for nothing known. Ask for the whole challenge again."
        )
    return Spoken(_ACTS[act], site, nonce, tag)


def read_response(text: str) -> str:
    """Read a response as it was typed, and return it in the form in which it is compared.

    Raises:
        BadInput: A group does not fit, or there are not three; names the group.
    """
    return RESPONSE.write(_read(RESPONSE, "response", text))


def _read(form: Form, field: str, text: str) -> int:
    try:
        return form.read(text)
    except Misheard as misheard:
        if misheard.group is None:
            sentence = f"The {field} has {form.groups} groups of four letters and digits. Type all of them."
        else:
            sentence = f"Group {misheard.group} ({misheard.typed}) cannot be right. Ask for that group again."
    raise BadInput(field, sentence)


def _site_number(site: str) -> int:
    return int(site.removeprefix(_FIRST), len(_SITE_LETTERS))


def _site_code(number: int) -> str | None:
    letters = ""
    for _ in range(len(NATIONAL_LOCUM_CODE) - 1):
        number, digit = divmod(number, len(_SITE_LETTERS))
        letters = _SITE_LETTERS[digit] + letters
    return _FIRST + letters if not number and _FIRST + letters != NATIONAL_LOCUM_CODE else None
