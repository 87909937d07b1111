"""One e-mail is one person: compared in one form, and never a mailbox that a team reads."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.emails import (
    EMAIL_LONGEST,
    Email,
    EmailRules,
    canonical_email,
    is_nhsmail,
    parse_email,
)
from pomfa_tui.domain.errors import BadInput, SharedMailbox

ROLES = frozenset(
    {"info", "dispensary", "pharmacy", "manager", "shop", "counter", "drivers", "flu", "frontdesk"}
)
RULES = EmailRules(role_names=ROLES)

PEOPLE = [
    "jo.smith@nhs.net",
    "john.smith12@nhs.net",
    "jo@gmail.com",
    "o'neil+x@example.org",
    "jo_smith-brown@sub.example.co.uk",
    "a.n1234@nhs.net",
    "m\u00fcller@example.org",
    "\u043f\u043e\u0447\u0442\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
    "jo@b\u00fccher.example",
    "1234567@example.org",
]


# -- One canonical form -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jo.Smith@NHS.net", "jo.smith@nhs.net"),
        ("  jo@example.org ", "jo@example.org"),
        ("JO@EXAMPLE.ORG\n", "jo@example.org"),
        ("m\u00fcller@example.org", "mu\u0308ller@example.org"),
        ("M\u00dcLLER@example.org", "mu\u0308ller@example.org"),
        ("stra\u00dfe@example.org", "STRASSE@example.org"),
        ("\u03a3\u03c3\u03c2@example.org", "\u03c3\u03c3\u03c3@example.org"),
        ("\u212bngstr\u00f6m@example.org", "\u00e5ngstr\u00f6m@example.org"),
    ],
)
def test_addresses_that_differ_in_case_form_or_spaces_are_one(one: str, other: str) -> None:
    """Rule 1, A30, ENR-17: NFC, trimmed, casefolded."""
    assert canonical_email(one) == canonical_email(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jo.smith@nhs.net", "josmith@nhs.net"),
        ("jo+a@example.org", "jo+b@example.org"),
        ("jo@example.org", "jo@example.com"),
        ("\uff4ao@example.org", "jo@example.org"),
        ("j\u043e@example.org", "jo@example.org"),
    ],
)
def test_addresses_that_a_provider_may_tell_apart_stay_apart(one: str, other: str) -> None:
    """A30: folding further would let one person's address stand for another's."""
    assert canonical_email(one) != canonical_email(other)


@given(st.text(max_size=80))
def test_the_canonical_form_is_its_own_canonical_form(text: str) -> None:
    """A30: whoever looks an address up twice finds the same account."""
    key = canonical_email(text)

    assert canonical_email(key) == key
    assert unicodedata.is_normalized("NFC", key)
    assert canonical_email(f"\t{text} ") == key
    assert canonical_email(unicodedata.normalize("NFD", text)) == key


@pytest.mark.parametrize("odd", ["", " ", "\x00", "\ud800", "x" * 100_000, "[@click=app.quit]x[/]"])
def test_the_canonical_form_of_anything_can_be_asked_for(odd: str) -> None:
    """ENU-01: signing in with nonsense is answered like any other wrong sign-in."""
    assert isinstance(canonical_email(odd), str)


def test_a_pasted_megabyte_is_nobodys_address_and_answered_at_once() -> None:
    """PWD-18: composing that many marks would take minutes."""
    assert canonical_email("a" + "\u0315\u0300" * 500_000) == ""
    assert canonical_email("jo@nhs.net" + " " * 1_000_000) == "jo@nhs.net"
    assert canonical_email("jo@nhs.net" + " " * 2000 + "x") == ""


def test_the_longest_address_typed_in_pieces_is_still_found() -> None:
    """Rule 1: 254 letters, each as a letter and its marks."""
    longest = "\u1f82" * 254
    assert len(unicodedata.normalize("NFD", longest)) == 4 * 254

    assert canonical_email(unicodedata.normalize("NFD", longest)) == canonical_email(longest) != ""


def test_an_address_is_kept_as_typed_beside_its_key() -> None:
    """Rule 1: stored as typed, compared in one form."""
    assert parse_email("  Jo.Smith@NHS.net ") == Email("Jo.Smith@NHS.net", "jo.smith@nhs.net")


# -- The format ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", PEOPLE)
def test_a_persons_address_is_taken(text: str) -> None:
    email = RULES.parse_personal(text)

    assert email.text == text
    assert email.key == canonical_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "jo",
        "jo@",
        "@nhs.net",
        "jo@nhs",
        "jo@localhost",
        "jo@nhs.net.",
        "jo@nhs..net",
        "jo..smith@nhs.net",
        ".jo@nhs.net",
        "jo.@nhs.net",
        "jo smith@nhs.net",
        "jo@nhs.net, al@nhs.net",
        "jo@al@nhs.net",
        "Jo Smith <jo@nhs.net>",
        '"jo"@nhs.net',
        "jo(x)@nhs.net",
        "jo@[127.0.0.1]",
        "jo:x@nhs.net",
        "mailto:jo@nhs.net",
        "jo@nhs.net\nal@nhs.net",
        'a\n{"event":"authn_login_success"}@nhs.net',
        "jo\x1b[31m@nhs.net",
        "jo\u202e@nhs.net",
        "jo\u200b@nhs.net",
        "jo\u00ad@nhs.net",
        "jo\u00a0@nhs.net",
        "jo\ud800@nhs.net",
        "jo\x00@nhs.net",
        "jo\uff20nhs.net",
        f"{'x' * 65}@nhs.net",
        f"jo@{'x' * 64}.net",
        f"jo@{'x.' * 130}net",
        "x" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(text: str) -> None:
    """Rule 1, GEN-07, AUD-05: refused with the field's name, never with what was typed."""
    with pytest.raises(BadInput) as caught:
        RULES.parse_personal(text)

    assert caught.value.field == "email"
    assert type(caught.value) is BadInput
    assert caught.value.message.isprintable()
    assert len(text) <= 8 or text not in caught.value.message


def test_the_longest_address_has_254_characters() -> None:
    """GEN-07: RFC 5321."""
    domain = ".".join(["d" * 61, "d" * 61, "d" * 61, "net"])
    longest = f"{'x' * (EMAIL_LONGEST - len(domain) - 1)}@{domain}"
    assert len(longest) == 254

    assert parse_email(longest).key == longest
    with pytest.raises(BadInput):
        parse_email("x" + longest)


@pytest.mark.parametrize(
    "text",
    [
        "jo@\uff4e\uff48\uff53.net",
        "jo@nhs\u3002net",
        "jo@xn--bcher-kva.example",
        "pharmacy.fz101@\uff4e\uff48\uff53.net",
    ],
)
def test_another_spelling_of_a_domain_is_no_second_account(text: str) -> None:
    """A30, ENR-17: full-width letters and xn-- name the same mailbox, past rules 1 to 3."""
    with pytest.raises(BadInput, match="Write the part after the @ in its usual letters, as "):
        RULES.parse_personal(text)


def test_a_domain_with_a_sharp_s_can_be_written() -> None:
    """Comparing must not ask for a spelling that is then refused again."""
    assert parse_email("jo@stra\u00dfe.example").key == "jo@strasse.example"


@given(st.text(max_size=60) | st.emails())
def test_whatever_is_typed_is_an_address_or_a_refusal(text: str) -> None:
    """GEN-07: no third way, and every address is one printable line with one @."""
    try:
        email = RULES.parse_personal(text)
    except BadInput:
        return
    assert email.text.isprintable()
    assert email.key == canonical_email(text)
    assert len(email.text) <= EMAIL_LONGEST
    assert email.key.count("@") == 1
    assert ":" not in email.text


def test_judging_an_address_asks_no_network() -> None:
    """Rule 1, PRI-06: neither a resolver nor a socket is even loaded."""
    code = (
        "import sys; from pomfa_tui.domain.emails import parse_email;"
        "parse_email('jo@example.org'); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert "email_validator" in done.stdout.split()
    assert "dns.resolver" not in done.stdout.split()


# -- Shared mailboxes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "pharmacy.fz101@nhs.net",
        "Pharmacy.FZ101@NHS.NET",
        "  PHARMACY.fz101@nhs.net ",
        "pharmacy.fz101+jo@nhs.net",
        "pharmacy-fz101@nhs.net",
        "pharmacy.highstreet@nhs.net",
        "\uff50harmacy.fz101@nhs.net",
        "nhspharmacy.shrewsbury.smithspharmacyfz101@nhs.net",
        "NHSPharmacy.Shrewsbury.SmithsPharmacyFZ101@nhs.net",
        "gp.n8000@nhs.net",
        "GP.A81001@nhs.net",
        "dental.v01234@nhs.net",
        "info@nhs.net",
        "Info+jo@nhs.net",
        "info2@nhs.net",
        "dispensary@nhs.net",
        "dispensary.fz101@nhs.net",
        "front-desk@nhs.net",
        "front.desk@nhs.net",
        "front_desk01@nhs.net",
    ],
)
def test_a_shared_nhsmail_mailbox_is_refused_whatever_the_reason(text: str) -> None:
    """Rule 2, ENR-17: every form of it, and no administrator can override."""
    for reason in (None, "", "really hers"):
        with pytest.raises(SharedMailbox, match="Use the person's own NHSmail address") as caught:
            RULES.parse_personal(text, override_reason=reason)
        assert not caught.value.can_override
        assert caught.value.code == "shared_mailbox"
        assert caught.value.field == "email"


@pytest.mark.parametrize(
    "text",
    [
        "info@example.org",
        "INFO@Example.org",
        "info@trust.nhs.uk",
        "dispensary@gmail.com",
        "front-desk@example.org",
        "info+fz101@example.org",
        "info7@example.org",
        "\uff49nfo@example.org",
        "pharmacy@sub.nhs.net",
    ],
)
def test_a_role_name_elsewhere_needs_a_reason(text: str) -> None:
    """Rule 2: an administrator may state one; blanks are none."""
    for blank in (None, "", "  \t"):
        with pytest.raises(SharedMailbox, match="give the reason") as caught:
            RULES.parse_personal(text, override_reason=blank)
        assert caught.value.can_override

    assert RULES.parse_personal(text, override_reason="sole trader").text == text


@pytest.mark.parametrize(
    "text",
    [
        "d.rivers@nhs.net",
        "f.lu@nhs.net",
        "D_Rivers@example.org",
        "tom.shop@nhs.net",
        "paul.manager@nhs.net",
        "infomary@example.org",
        "mary.info@example.org",
        "pharmacy.fz101@example.org",
        "pharmacyjo@nhs.net",
    ],
)
def test_a_person_whose_name_only_resembles_a_role_is_taken(text: str) -> None:
    """NHSmail also gives out initial and surname: D. Rivers is no team of drivers."""
    assert RULES.parse_personal(text).text == text


def test_a_reason_does_not_make_an_address_of_what_is_none() -> None:
    with pytest.raises(BadInput, match="not an e-mail address"):
        RULES.parse_personal("info", override_reason="really hers")


# -- NHSmail and what is not --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jo@nhs.net", True),
        ("Jo@NHS.Net", True),
        ("jo@trust.nhs.uk", False),
        ("jo@nhs.uk", False),
        ("jo@sub.nhs.net", False),
        ("jo@xnhs.net", False),
        ("jo@nhs.net.example.org", False),
        ("nhs.net@example.org", False),
    ],
)
def test_only_nhs_net_itself_counts_as_nhsmail(text: str, expected: bool) -> None:
    """Rule 4: what takes one of the ten places."""
    email = parse_email(text)

    assert email.is_nhsmail is expected
    assert is_nhsmail(email.key) is expected
