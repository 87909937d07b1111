"""A password may be anything that is long enough and hard to guess."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from pomfa_tui.domain.errors import WeakPassword
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.passwords import (
    ADVICE,
    GENERAL_WORDS,
    MAX_BYTES,
    PasswordRules,
    hashable,
    normalised,
)

SOAK = os.environ.get("POMFA_SOAK") == "1"
RULES = PasswordRules.of(Numbers())
CONTEXT = ("Jo Smith", "jo.smith@nhs.net", "High Street Pharmacy", "FZ101")

GOOD = "violet harbour umbrella"
MIXED = "qZ7#vK2!mW9$xT4%rB6&nL1*"
"""Twenty-four characters that fit in no list."""


def refused(password: str, context: tuple[str, ...] = ()) -> str:
    """Return the sentence with which a password is refused."""
    with pytest.raises(WeakPassword) as caught:
        RULES.check(password, context)
    message = caught.value.message
    assert message.isprintable()
    assert len(password) < 6 or password not in message
    return message


# -- Length -------------------------------------------------------------------------------------


def test_the_rules_that_ship_are_those_of_the_rule() -> None:
    """Rule 16, PWD-01."""
    assert PasswordRules(shortest=12, longest=128, score=3) == RULES


def test_eleven_characters_are_too_few_and_twelve_enough() -> None:
    """PWD-01, PWD-09: the reason is given."""
    assert "too short. Use at least 12 characters" in refused(MIXED[:11])
    assert RULES.check(MIXED[:12]) == MIXED[:12]


def test_characters_are_counted_as_code_points_after_nfc() -> None:
    """PWD-02: neither bytes nor the marks of a composed letter."""
    letters = "\u00e9\u00e0\u00fc\u00f6\u00e4\u00f1\u00e7\u00ee\u00f4\u00fb\u00eb\u00ef"
    apart = unicodedata.normalize("NFD", letters)
    assert (len(letters), len(apart)) == (12, 24)

    assert RULES.judge(letters).problem is None
    assert RULES.check(apart) == letters
    assert "too short" in refused(unicodedata.normalize("NFD", letters[:11]))
    assert "too short" in refused("\U0001f600" * 11)


def test_a_long_password_is_taken_whole_and_a_longer_one_refused() -> None:
    """PWD-03: never cut."""
    longest = (MIXED + GOOD) * 3
    longest = longest[:128]

    assert RULES.check(longest) == longest
    assert "too long. Use at most 128 characters" in refused(longest + "x")
    assert "too long" in refused("x" * 1_000_000)


def test_two_long_passwords_that_differ_at_the_end_stay_two() -> None:
    """PWD-03: at the 73rd character, where bcrypt stops, and at the last."""
    base = (MIXED * 6)[:128]

    for place in (72, 127):
        other = base[:place] + "~" + base[place + 1 :]
        assert RULES.check(base) != RULES.check(other)


def test_the_longest_password_in_the_widest_letters_fits_the_hash() -> None:
    """PWD-03, PWD-18: the most that can be configured is the most that is hashed."""
    widest = "\U0001f489" * 256

    assert hashable(widest)
    assert len(widest.encode()) == MAX_BYTES
    assert not hashable(widest + "x")
    assert not hashable("x" * (MAX_BYTES + 1))
    assert hashable("\ud800" * 10)


# -- Every character, and nothing changed -------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "bcdefqwlkjzxpov",
        "482915037461829",
        "\u043f\u0430\u0440\u043e\u043b\u044c \u0434\u043b\u0438\u043d\u043d\u044b\u0439 \u0442\u0430\u043a\u043e\u0439",
        "\u5f88\u96be\u731c\u5230\u7684\u4e00\u4e2a\u5bc6\u7801\u554a\u554a\u5440",
        "\U0001f40e\U0001f50b\U0001f4ce\U0001f3f0\U0001f30b\U0001f95d\U0001f6f6\U0001f9ed\U0001f3ba\U0001f9f6\U0001f426\U0001fa81",
        "[@click=app.quit]x[/]",
        "tab\there and \x1b there",
        " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    ],
)
def test_any_character_is_allowed_and_none_is_demanded(password: str) -> None:
    """PWD-04: no composition rules."""
    assert RULES.check(password) == password


def test_composed_and_decomposed_letters_are_one_password_and_ligatures_another() -> None:
    """PWD-05: NFC, and not NFKC."""
    assert normalised("sch\u00f6ne aussicht 42") == normalised("scho\u0308ne aussicht 42")
    assert normalised("of\ufb01ce umbrella") != normalised("office umbrella")


def test_spaces_and_case_are_part_of_the_password() -> None:
    """PWD-06: neither trimmed nor folded."""
    spaced = f"  {GOOD} "

    assert RULES.check(spaced) == spaced
    assert RULES.check(GOOD.title()) == GOOD.title()


@given(st.text(min_size=0, max_size=140))
def test_whatever_is_typed_is_taken_as_its_nfc_or_refused_with_a_sentence(password: str) -> None:
    """PWD-02 to PWD-06: no third way and no other change."""
    try:
        taken = RULES.check(password, CONTEXT)
    except WeakPassword as refusal:
        message = refusal.message
    else:
        assert taken == unicodedata.normalize("NFC", password)
        assert 12 <= len(taken) <= 128
        return
    assert message.startswith("That password ")
    assert message.isprintable()


def test_a_damaged_character_is_refused_and_not_hashed() -> None:
    """PWD-19: half a surrogate pair would be another password at another terminal."""
    for half in ("\ud800", "\udbff", "\udc00", "\udfff"):
        assert "sent damaged" in refused(GOOD + half)
    for whole in ("\ud7ff", "\ue000", "\U0001f40e"):
        assert RULES.check(GOOD + whole) == GOOD + whole


# -- Common ones and those made of known words --------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "password12345678",
        "123456789012",
        "123456789012345",
        "qwertyuiopasdfg",
        "qwertyuiop[]",
        "iloveyouiloveyou",
        "letmeinletmein1",
        "administrator",
        "abcdefghijklmnop",
        "aaaaaaaaaaaaaaaa",
        "            ",
        "P@ssw0rdP@ssw0rd",
        "zaq12wsxcde3",
    ],
)
def test_a_common_or_plain_password_is_refused_with_the_reason(password: str) -> None:
    """PWD-07, PWD-09."""
    message = refused(password)

    assert message.startswith("That password is easy to guess")
    assert message.endswith(ADVICE)
    assert "too short" not in message


def test_every_long_password_and_word_in_the_librarys_lists_is_refused() -> None:
    """PWD-07: those that satisfy the length rule, of which a standard asks for 3,000."""
    words = {
        word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= RULES.shortest
    }
    common = {word for word in FREQUENCY_LISTS["passwords"] if word in words}
    judged = sorted(words) if SOAK else [*sorted(words)[::20], *sorted(common)]

    assert len(words) >= 3000
    assert [word for word in judged if RULES.judge(word).problem is None] == []


@pytest.mark.parametrize(
    "password",
    [
        "jo.smith@nhs.net",
        "JO.SMITH@NHS.NET",
        "jo.smith@nhs.net1!",
        "jo smith 2026",
        "josmithjosmith",
        "High Street Pharmacy",
        "HighStreetPharmacy2026!!",
        "high-street-pharmacy",
        "highstreetpharmacyhighstreetpharmacy",
        "smithsmithsmith99",
        "fz101fz101fz101",
        "FZ101 FZ101 FZ101",
        "pharmacypharmacy",
        "PharmOutcomes2026!",
        "dispensary 12345",
        "nhsmailnhsmail",
    ],
)
def test_a_password_made_of_known_words_is_refused(password: str) -> None:
    """PWD-08: one's own name and e-mail, the site's name and code, the trade; repeated or with digits behind."""
    message = refused(password, CONTEXT)

    assert message.endswith(ADVICE)
    assert "made of your own or your site's words" in message or "easy to guess" in message


@pytest.mark.parametrize(
    "password",
    [
        "my pharmacy has purple doors",
        "smith owes nobody umbrellas",
        "FZ101 violet harbour umbrella",
    ],
)
def test_a_passphrase_that_merely_contains_a_known_word_is_taken(password: str) -> None:
    """PWD-08: the whole password is compared, no part of it (C6)."""
    assert RULES.check(password, CONTEXT) == password


@pytest.mark.parametrize("word", GENERAL_WORDS)
def test_every_word_of_the_trade_repeated_to_length_is_refused(word: str) -> None:
    """PWD-08."""
    refused(word * (12 // len(word) + 1))


def test_the_same_password_may_suit_one_person_and_not_another() -> None:
    """PWD-08: what is known of somebody is known to who guesses."""
    password = "wolverhampton7"

    refused(password, ("Jo Smith", "Wolverhampton"))
    assert RULES.judge("wolverhampton octopus 7", ("Wolverhampton",)).problem is None


def test_context_without_letters_refuses_nothing() -> None:
    assert RULES.check(GOOD, ("", " ", "--", "[]")) == GOOD
    assert RULES.judge("-" * 3 + MIXED[:12], ("",)).problem is None


@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_context_can_be_given(context: list[str]) -> None:
    """GEN-07: names are whatever people are called."""
    assert RULES.judge(MIXED, context).problem is None


# -- What people are told -----------------------------------------------------------------------


def test_each_refusal_says_something_else() -> None:
    """PWD-09."""
    sentences = {
        refused("short"),
        refused("x" * 129),
        refused("passwordpassword"),
        refused("jo.smith@nhs.net", CONTEXT),
        refused(GOOD + "\ud800"),
    }

    assert len(sentences) == 5


def test_the_strength_grows_with_the_password() -> None:
    """For the meter beside the field."""
    weakest, weak, strong = (
        RULES.judge(text).score for text in ("passwordpassword", "harbour12345", GOOD)
    )

    assert weakest < weak < 3 <= strong
    for hopeless in ("short", "x" * 129, "jo.smith@nhs.net"):
        assert RULES.judge(hopeless, CONTEXT).score == 0


def test_the_reason_reads_as_one_sentence() -> None:
    """PWD-09: what the library says, continued from our own words."""
    assert refused("zaq12wsxcde3") == (
        "That password is easy to guess: this is similar to a commonly used password. "
        "Three or four random words make a good password."
    )


def test_the_refusal_never_holds_the_password() -> None:
    """AUD-04: neither its text nor its representation."""
    with pytest.raises(WeakPassword) as caught:
        RULES.check("hunter2hunter2hunter2")

    assert "hunter2" not in str(caught.value) + repr(caught.value) + repr(caught.value.args)


@pytest.mark.parametrize("score", [2, 3, 4])
def test_the_least_score_follows_the_settings(score: int) -> None:
    rules = PasswordRules(shortest=8, longest=64, score=score)
    judged = {text: rules.judge(text) for text in ("hampton77", "wolverine88", "bcdefqwl", MIXED)}

    for text, strength in judged.items():
        assert (strength.problem is None) == (strength.score >= score), text
