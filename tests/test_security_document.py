"""docs/security.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pomfa_tui import printing
from pomfa_tui.domain import (
    amounts,
    credentials,
    emails,
    passwords,
    people,
    phone_help,
    requests,
    sessions,
    site_keys,
    sites,
    totp,
    typed_codes,
)
from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.services import (
    admission,
    log_retention,
    outdated,
    pairing,
    request_filing,
    second_factor,
)

DOCUMENT = Path(__file__).parent.parent / "docs" / "security.md"

CONSTANTS = {
    "secret of an authenticator": f"{totp.SECRET_BYTES * 8} random bits (RFC 4226 R6)",
    "code": f"{totp.DIGITS} digits, HMAC-SHA-1 (RFC 6238)",
    "steps accepted at 30 s": ", ".join(f"{offset:+d}" for offset in totp.window(30)),
    "steps accepted at 60 s": ", ".join(f"{offset:+d}" for offset in totp.window(60)),
    "steps looked at for the hint about a wrong clock": f"±{totp.SKEW_REACH}, never accepted",
    "steps within which two codes in a row show the drift": f"±{totp.RESYNC_REACH}",
    "activation and recovery codes": f"{typed_codes.LENGTH * 5} random bits, {typed_codes.LENGTH} characters",
    "key of a site": f"{site_keys.KEY_BYTES * 8} random bits",
    "challenge of a phone reset": f"{phone_help.CHALLENGE.bits} bits in {phone_help.CHALLENGE.groups} groups of four: act 2, site 21, "
    f"tag {phone_help.TAG_BITS}, nonce {phone_help.NONCE_BITS}",
    "response to it": f"{phone_help.RESPONSE.bits} bits of HMAC-SHA-256, {phone_help.RESPONSE.groups} groups of four",
    "life of a challenge": f"{phone_help.LIFETIME // 60} minutes, {phone_help.TRIES} wrong responses, one right one",
    "challenges of one person": f"{phone_help.CHALLENGES} within {amounts.DAY // amounts.HOUR} hours",
    "secret of a session": f"{sessions.TOKEN_BYTES * 8} random bits",
    "last seen is written": f"every {sessions.SEEN_EVERY} s at most",
    "wrong codes at one pairing": f"{pairing.TRIES}",
    "retired secrets are kept sealed": f"{second_factor.HINT_DAYS} days, for the hint only",
    "records dropped from the audit log at once": f"at most {log_retention.PORTION}",
    "sessions are kept after they ended": f"{outdated.SESSION_DAYS} days, at most {admission.ENDED_KEPT} ended ones a person",
    "failures of an e-mail without account are kept": f"{outdated.STRANGER_DAYS} days after the last",
    "a terminal's count of requests is kept": f"{outdated.METER_DAYS} day after the last",
    "a notice waits for somebody who never signs in": f"{outdated.NOTICE_DAYS} days",
    "password, bytes in UTF-8": f"at most {passwords.MAX_BYTES}",
    "e-mail": f"at most {emails.EMAIL_LONGEST} characters",
    "name": f"at most {people.NAME_LONGEST} characters",
    "reference number of a request": f"{requests.REFERENCE_DIGITS - 1} random digits and a check digit (ISO/IEC 7064 MOD 11,10)",
    "free text of a request": f"at most {requests.NOTE_LONGEST} characters",
    "filings kept of one request": f"the first and the newest {requests.FILINGS_KEPT - 1}",
    "terminals whose requests are counted": f"at most {request_filing.METERS_KEPT}",
    "a printer's program": f"ended after {printing.SECONDS:.0f} seconds",
    "site name": f"at most {sites.SITE_NAME_LONGEST} characters",
}


def limits_table() -> str:
    rows = ["| number | ships | bounds | unit | why |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| `{name}` | {limit.default} | {limit.low} to {limit.high} | {limit.unit} | {limit.why} |"
        for name, limit in LIMITS.items()
    ]
    return "\n".join(rows)


def constants_table() -> str:
    rows = ["| constant | value |", "| --- | --- |"]
    rows += [f"| {name} | {value} |" for name, value in CONSTANTS.items()]
    return "\n".join(rows)


def events_list() -> str:
    return ", ".join(f"`{event.value}`" for event in Event) + "."


@pytest.mark.parametrize(
    ("part", "expected"),
    [("limits", limits_table()), ("constants", constants_table()), ("events", events_list())],
    ids=["limits", "constants", "events"],
)
def test_the_document_shows_the_tables_that_the_code_has(part: str, expected: str) -> None:
    """SES-03, STO-13, AUD-11, GEN-08: numbers, constants and events in the document equal those in the code."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {part}: begin -->\n(.*?)\n?<!-- {part}: end -->", text, re.DOTALL)
    assert found is not None
    assert found.group(1).strip() == expected


def test_a_mfa_state_and_a_person_state_have_the_words_of_the_contract() -> None:
    """The words are used by scripts."""
    assert [state.value for state in credentials.MfaState] == ["none", "active", "reset"]
    assert [state.value for state in people.PersonState] == [
        "invited",
        "active",
        "disabled",
        "left",
    ]
