"""Turn what a TOML file holds into a value, or say what the value must be instead.

Values themselves are never repeated in a refusal: somebody will write a password where it does not belong.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_PATH = 4095
_MOST_WORDS = 64
_LONGEST_WORD = 4096
_LONGEST_LOGIN = 64
_LONGEST_EMAIL = 254
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a decimal point",
    str: "a text",
    list: "a list",
    dict: "a table",
}


class Unfit(Exception):  # noqa: N818 - it says what does not fit, it is not a fault
    """A value that cannot be used; the text completes the sentence that begins with the key's name."""


def whole_number(value: object) -> int:
    """Read an integer; true and false are none, whatever Python thinks."""
    if type(value) is not int:
        raise Unfit(f"must be a whole number, not {kind(value)}")
    # TOML ends at 64 bits, but Python's reader does not, and later even printing such a number fails.
    if not _SMALLEST <= value <= _LARGEST:
        raise Unfit("must be a whole number, and this one is far too large")
    return value


def number(low: int, high: int) -> Callable[[object], int]:
    """Return a reader of a whole number from `low` to `high`."""

    def read(value: object) -> int:
        found = whole_number(value)
        if not low <= found <= high:
            raise Unfit(f"must be {low} to {high}")
        return found

    return read


def switch(value: object) -> bool:
    """Read true or false."""
    if type(value) is not bool:
        raise Unfit(f"must be true or false without quotes, not {kind(value)}")
    return value


def line(longest: int, *, without: str = "") -> Callable[[object], str]:
    """Return a reader of one printable line of 1 to `longest` characters that holds none of those in `without`."""

    def read(value: object) -> str:
        text = _text(value)
        if not text or len(text) > longest or text != text.strip() or not text.isprintable():
            raise Unfit(
                f"must be one line of 1 to {longest} printable characters without spaces at its ends"
            )
        for character in without:
            if character in text:
                raise Unfit(f"must not hold the character {character}")
        return text

    return read


def choice(*words: str) -> Callable[[object], str]:
    """Return a reader that takes one of `words`."""
    wanted = " or ".join(f'"{word}"' for word in words)

    def read(value: object) -> str:
        if _text(value) not in words:
            raise Unfit(f"must be {wanted}")
        return _text(value)

    return read


def path(value: object) -> Path:
    """Read an absolute path; a relative one would depend on where the program is started."""
    text = _text(value)
    if not text.startswith("/") or len(text) > _LONGEST_PATH or not text.isprintable():
        raise Unfit("must be an absolute path, starting with /")
    return Path(text)


def store_name(value: object) -> str:
    """Read which engine keeps the store. The text may hold a password, so it is never repeated."""
    text = _text(value)
    if text.startswith(("postgresql://", "postgres://")):
        raise Unfit('names PostgreSQL, which this version cannot use yet; write "tinydb"')
    if text != "tinydb":
        raise Unfit('must be "tinydb"')
    return text


def site_code(value: object) -> str:
    """Read the ODS code of a pharmacy."""
    from pomfa_tui.domain.errors import BadInput  # noqa: PLC0415 - with the next, costs start-up time
    from pomfa_tui.domain.sites import parse_site_code  # noqa: PLC0415 - few terminals are bound

    try:
        return parse_site_code(_text(value))
    except BadInput as refusal:
        raise Unfit(f"cannot be used: {refusal.message}") from None


def program(value: object) -> tuple[str, ...]:
    """Read a program and its arguments; an empty list stands for none."""
    if not isinstance(value, list):
        raise Unfit(f"must be a list of texts, not {kind(value)}")
    words = tuple(word for word in value if isinstance(word, str))
    if len(words) != len(value):
        raise Unfit("must be a list of texts and nothing else")
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
        raise Unfit(f"must be at most {_MOST_WORDS} texts of at most {_LONGEST_WORD} characters")
    if any("\0" in word for word in words):
        raise Unfit("must not hold the character NUL")
    if words and not _is_program(words[0]):
        raise Unfit("must begin with a program's full path, or with its bare name")
    return words


def email_by_login(value: object) -> tuple[tuple[str, str], ...]:
    """Read which e-mail belongs to which login name."""
    if not isinstance(value, dict):
        raise Unfit(f"must be a table of login names and e-mails, not {kind(value)}")
    for login, email in value.items():
        if not login or len(login) > _LONGEST_LOGIN or not login.isprintable():
            raise Unfit(f"must hold login names of 1 to {_LONGEST_LOGIN} printable characters")
        if not isinstance(email, str) or not _is_email(email):
            raise Unfit("must give every login name one e-mail, in quotes")
    return tuple(value.items())


def kind(value: object) -> str:
    """Say what TOML type a value is, in plain words."""
    return _KINDS.get(type(value), "a date or time")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit(f"must be a text in quotes, not {kind(value)}")
    return value


def _is_email(text: str) -> bool:
    """Tell whether a text could be somebody's e-mail; whose it is, the store knows."""
    return (
        "@" in text[1:-1] and " " not in text and len(text) <= _LONGEST_EMAIL and text.isprintable()
    )


def _is_program(word: str) -> bool:
    return bool(word) and word.isprintable() and (word.startswith("/") or "/" not in word)
