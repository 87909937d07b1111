"""The otpauth URI, the entry's name and the setup key, read back by other people's parsers."""

from __future__ import annotations

import base64
import string
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.otpauth import (
    PairingOffer,
    account_label,
    entry_name,
    setup_key,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ISSUER = "PharmOutcomes"

UNRESERVED = string.ascii_letters + string.digits + "-._~"


def names() -> st.SearchStrategy[str]:
    """Names that may stand in a label: printable, no colon, no space at an end."""
    return (
        st.text(min_size=1, max_size=40)
        .map(str.strip)
        .filter(lambda text: text != "" and text.isprintable() and ":" not in text)
    )


def provisioning_uri(
    issuer: str, account: str, secret: bytes | str, period: int = 30, **how: bool
) -> str:
    """Return the URI of an offer."""
    text = secret if isinstance(secret, str) else setup_key(secret).replace(" ", "")
    return PairingOffer(issuer, account, text, period).uri(**how)


def parsed(uri: str) -> tuple[str, str, dict[str, list[str]]]:
    """Read a URI as an authenticator app does: issuer and account of the label, and the parameters."""
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("otpauth", "totp", "")
    issuer, colon, account = parts.path.removeprefix("/").partition(":")
    assert colon == ":"
    return unquote(issuer), unquote(account), parse_qs(parts.query, strict_parsing=True)


# -- The URI ----------------------------------------------------------------------------------------------------------


def test_the_uri_holds_the_label_the_secret_and_the_issuer_and_no_default() -> None:
    """ENR-03: SHA-1, six digits and 30 seconds are what every app assumes."""
    assert (
        provisioning_uri(ISSUER, "jo@nhs.net~1", SECRET)
        == f"otpauth://totp/PharmOutcomes:jo@nhs.net~1?secret={SECRET}&issuer=PharmOutcomes"
    )


def test_a_period_of_60_seconds_is_stated() -> None:
    """ENR-03: an app that is not told would assume 30."""
    uri = provisioning_uri(ISSUER, "jo@nhs.net~1", SECRET, 60)
    assert parsed(uri)[2]["period"] == ["60"]


def test_without_the_issuer_parameter_the_label_still_names_the_issuer() -> None:
    """ENR-03: Microsoft Authenticator looks at nothing but the label."""
    uri = provisioning_uri(ISSUER, "jo@nhs.net~1", SECRET, with_issuer_parameter=False)
    assert uri == f"otpauth://totp/PharmOutcomes:jo@nhs.net~1?secret={SECRET}"


@pytest.mark.parametrize("account", ["jo+x@nhs.net", "o'neil@example.org", "ü@example.org"])
@pytest.mark.parametrize("issuer", [ISSUER, "Boots & Co", "50% / #1?"])
def test_names_with_special_characters_come_back_as_they_were(issuer: str, account: str) -> None:
    """ENR-03: percent-encoded UTF-8 in the label and in the parameter alike."""
    label_issuer, label_account, parameters = parsed(provisioning_uri(issuer, account, SECRET))
    assert (label_issuer, label_account) == (issuer, account)
    assert parameters == {"secret": [SECRET], "issuer": [issuer]}


def test_a_space_is_written_in_the_way_every_app_reads() -> None:
    """ENR-03: a plus sign would come back as a plus sign from half of the apps."""
    uri = provisioning_uri("Boots & Co", "jo+x@nhs.net", SECRET)
    assert uri.startswith("otpauth://totp/Boots%20%26%20Co:jo%2Bx@nhs.net?")
    assert "+" not in uri


@given(issuer=names(), account=names(), secret=st.binary(min_size=16, max_size=64))
@example(issuer="a/b", account="?#&=%", secret=bytes(20))
def test_whatever_is_accepted_reads_back_the_same(issuer: str, account: str, secret: bytes) -> None:
    """ENR-03: whoever parses by the book gets what was put in."""
    uri = provisioning_uri(issuer, account, secret)
    label_issuer, label_account, parameters = parsed(uri)
    assert (label_issuer, label_account) == (issuer, account)
    assert parameters["issuer"] == [issuer]
    text = parameters["secret"][0]
    assert "=" not in text
    assert base64.b32decode(text + "=" * (-len(text) % 8)) == secret


def test_another_library_reads_the_same_entry_from_the_uri() -> None:
    """ENR-03: pyotp's own parser is an outside judge."""
    totp = pyotp.parse_uri(provisioning_uri("Boots & Co", "jo+x@nhs.net~2", SECRET, 60))
    assert isinstance(totp, pyotp.TOTP)
    assert (totp.issuer, totp.name, totp.secret) == ("Boots & Co", "jo+x@nhs.net~2", SECRET)
    assert (totp.interval, totp.digits) == (60, 6)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "a:b",
        ":",
        "a\x1b]0;b",
        "a\x00",
        "a\u202eb",
        "a\u200b",
        "\ud800",
        " a",
        "a ",
        "a" * 513,
    ],
)
def test_names_that_would_mislead_are_refused(name: str) -> None:
    """ENR-03: a colon would move the border between issuer and account; control characters and bidi marks deceive."""
    with pytest.raises(BadInput) as refused:
        provisioning_uri(name, "jo@nhs.net~1", SECRET)
    assert refused.value.field == "issuer"
    with pytest.raises(BadInput) as refused:
        provisioning_uri(ISSUER, name, SECRET)
    assert refused.value.field == "account"


@pytest.mark.parametrize("period", [0, -30, 29, 31, 90])
def test_a_period_other_than_30_or_60_seconds_is_refused(period: int) -> None:
    with pytest.raises(BadInput) as refused:
        provisioning_uri(ISSUER, "jo@nhs.net~1", SECRET, period)
    assert refused.value.field == "period"


@pytest.mark.parametrize(
    "secret",
    [
        b"",
        b"fifteen bytes..",
        bytes(65),
        "",
        "JBSWY3DPEHPK3PXP",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PX1",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPA",
        "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
        "\u017fBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    ],
)
def test_a_secret_that_is_no_base32_of_the_right_size_is_refused_without_showing_it(
    secret: bytes | str,
) -> None:
    """ENR-03, STO-12: the refusal does not repeat what it refuses."""
    with pytest.raises(BadInput) as refused:
        setup_key(secret)
    assert refused.value.field == "secret"
    assert refused.value.__context__ is None
    assert refused.value.message == "The secret is not Base32 of 128 to 512 bits. Make a new one."


def test_the_secret_may_come_as_bytes_or_as_base32_in_any_spelling() -> None:
    raw = base64.b32decode(SECRET)
    uris = {
        provisioning_uri(ISSUER, "jo@nhs.net~1", spelling)
        for spelling in (raw, SECRET, SECRET.lower())
    }
    assert len(uris) == 1
    padded = base64.b32encode(bytes(16)).decode()
    assert padded.endswith("======")
    assert f"secret={padded.rstrip('=')}&" in provisioning_uri(ISSUER, "jo", padded)


# -- The entry's name -------------------------------------------------------------------------------------------------


def test_each_pairing_of_a_person_has_a_name_of_its_own() -> None:
    """ENR-04: rule 18, no app may take the new entry for the old one; the first is marked too."""
    labels = [account_label("jo@nhs.net", generation) for generation in range(1, 101)]
    assert labels[:2] == ["jo@nhs.net~1", "jo@nhs.net~2"]
    assert len(set(labels)) == 100
    assert "jo@nhs.net" not in labels


def test_the_generation_mark_costs_the_qr_code_no_percent_encoding() -> None:
    """ENR-04: every character of it is unreserved in RFC 3986."""
    mark = account_label("jo@nhs.net", 27).removeprefix("jo@nhs.net")
    assert set(mark) <= set(UNRESERVED)
    assert f"jo@nhs.net{mark}?" in provisioning_uri(ISSUER, account_label("jo@nhs.net", 27), SECRET)


@given(
    first=st.tuples(names(), st.integers(1, 10**6)),
    second=st.tuples(names(), st.integers(1, 10**6)),
)
@example(first=("a@b.uk", 12), second=("a@b.uk~1", 2))
@example(first=("a@b.uk", 11), second=("a@b.uk1", 1))
def test_two_pairings_share_a_name_only_if_they_are_the_same(
    first: tuple[str, int], second: tuple[str, int]
) -> None:
    """ENR-04: not even an address that looks as if it were marked already meets another one's name."""
    assert (account_label(*first) == account_label(*second)) == (first == second)


@pytest.mark.parametrize("generation", [0, -1])
def test_generations_count_from_one(generation: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        account_label("jo@nhs.net", generation)


def test_the_name_to_look_for_is_the_one_in_the_uri() -> None:
    """ENR-04: what the code prompt says is what the phone shows."""
    offer = PairingOffer(ISSUER, account_label("jo@nhs.net", 2), SECRET)
    assert offer.entry_name == "PharmOutcomes:jo@nhs.net~2"
    assert offer.entry_name == entry_name(offer.issuer, offer.account)
    assert f"/{offer.entry_name}?" in offer.uri()


# -- The setup key and the offer --------------------------------------------------------------------------------------


def test_the_setup_key_is_written_in_groups_of_four() -> None:
    """ENR-05: eight groups for 160 bits."""
    assert setup_key(SECRET) == "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
    assert setup_key(base64.b32decode(SECRET)) == setup_key(SECRET)


@given(st.binary(min_size=16, max_size=64))
def test_the_setup_key_without_its_spaces_is_the_secret_of_the_uri(secret: bytes) -> None:
    """ENR-05: both ways of pairing end in the same secret."""
    key = setup_key(secret)
    assert all(len(group) == 4 for group in key.split(" ")[:-1])
    in_uri = parsed(provisioning_uri(ISSUER, "jo@nhs.net~1", secret))[2]["secret"]
    assert [key.replace(" ", "")] == in_uri


def test_an_offer_gives_the_same_key_whatever_the_case_and_its_uri_in_parts() -> None:
    offer = PairingOffer(ISSUER, "jo@nhs.net~1", SECRET.lower(), 60)
    assert offer.setup_key == setup_key(SECRET)
    assert "".join(offer.uri_parts()) == offer.uri()


def test_an_offer_does_not_show_its_secret() -> None:
    """STO-12: neither in its repr nor in a formatted string."""
    offer = PairingOffer(ISSUER, "jo@nhs.net~1", SECRET)
    for text in (repr(offer), str(offer), f"{offer}"):
        assert SECRET not in text
        assert "jo@nhs.net~1" in text
