"""Codes that are read out are found wrong in the group that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.phone_help import CHALLENGE, RESPONSE
from pomfa_tui.domain.spoken_codes import Form, Misheard, spelled
from pomfa_tui.domain.typed_codes import ALPHABET

forms = st.sampled_from([CHALLENGE, RESPONSE])
coded = forms.flatmap(lambda form: st.tuples(st.just(form), st.integers(0, (1 << form.bits) - 1)))


def wrong_group(form: Form, text: str) -> int | None:
    """Return the number of the group that is named, or none when their number is wrong."""
    with pytest.raises(Misheard) as caught:
        form.read(text)
    return caught.value.group


@given(coded)
def test_what_is_written_is_read_back(case: tuple[Form, int]) -> None:
    form, value = case
    assert form.read(form.write(value)) == value


@given(coded, st.data())
def test_one_wrong_character_is_found_in_its_group(
    case: tuple[Form, int], data: st.DataObject
) -> None:
    form, value = case
    characters = list(form.write(value).replace("-", ""))
    place = data.draw(st.integers(0, len(characters) - 1))
    characters[place] = data.draw(st.sampled_from([c for c in ALPHABET if c != characters[place]]))

    assert wrong_group(form, "".join(characters)) == place // 4 + 1


@given(coded, st.data())
def test_two_neighbours_swapped_are_found_in_their_group(
    case: tuple[Form, int], data: st.DataObject
) -> None:
    form, value = case
    characters = list(form.write(value).replace("-", ""))
    place = data.draw(st.integers(0, form.groups - 1)) * 4 + data.draw(st.integers(0, 2))
    one, other = characters[place : place + 2]
    characters[place : place + 2] = other, one

    if one != other:
        assert wrong_group(form, "".join(characters)) == place // 4 + 1


@given(coded)
def test_groups_in_each_others_place_are_found(case: tuple[Form, int]) -> None:
    form, value = case
    first, second, *rest = form.write(value).split("-")

    assert wrong_group(form, "-".join([second, first, *rest])) == 1


@given(st.integers(0, (1 << RESPONSE.bits) - 1))
def test_a_code_of_one_kind_is_not_one_of_another(value: int) -> None:
    """Whoever types the beginning of the challenge as response is told so at the first group."""
    text = RESPONSE.write(value)
    assert wrong_group(CHALLENGE, text + text[:9]) == 1


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n", "\t{}"])
def test_case_spaces_hyphens_and_look_alikes_do_not_matter(typed: str) -> None:
    """REC-10: O reads as 0, I and L as 1."""
    value = CHALLENGE.read(CHALLENGE.write(0))
    text = CHALLENGE.write(1 << 74 | 33)
    loose = text.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert value == 0
    assert CHALLENGE.read(typed.format(loose)) == 1 << 74 | 33
    assert CHALLENGE.read(text.replace("-", "").replace("1", "I")) == 1 << 74 | 33


@pytest.mark.parametrize("text", ["", "7KQ2", "7KQ2-" * 5 + "7", "é" * 20, "X" * 1_000_000])
def test_too_few_too_many_and_foreign_characters_are_no_code(text: str) -> None:
    assert wrong_group(CHALLENGE, text) is None


def test_a_character_of_no_code_is_found_in_its_group() -> None:
    text = CHALLENGE.write(12345)
    assert wrong_group(CHALLENGE, text[:6] + "U" + text[7:]) == 2
    assert wrong_group(CHALLENGE, text[:6] + "?" + text[7:]) == 2


@pytest.mark.parametrize("value", [-1, 1 << 45])
def test_what_does_not_fit_is_never_written(value: int) -> None:
    with pytest.raises(ValueError, match="45 bits"):
        RESPONSE.write(value)


def test_every_character_has_a_word_that_begins_with_it_or_names_it() -> None:
    """No two sound alike over a bad line."""
    said = [spelled(character) for character in ALPHABET]

    assert len(set(said)) == len(ALPHABET)
    assert all(word[0] == letter for word, letter in zip(said[10:], ALPHABET[10:], strict=True))
    assert spelled("7KQ2") == "seven Kilo Quebec two"
