"""A site: one pharmacy premises, named by its ODS code."""

from __future__ import annotations

import re
from enum import StrEnum

from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.text import clean_line

SITE_NAME_LONGEST = 100
"""Characters of a site's name."""

NATIONAL_LOCUM_CODE = "FFFFF"
"""Stands for locums on smartcards; no premises (rule 7)."""

_PHARMACY = re.compile(r"F[A-Z0-9]{4}")
_HEAD_OFFICE = re.compile(r"P[A-Z0-9]{3}|[A-Z][0-9][A-Z][0-9][A-Z]")


class SiteState(StrEnum):
    """Whether people may sign in there."""

    OPEN = "open"
    CLOSED = "closed"


class Site(Document, frozen=True, kw_only=True):
    """One pharmacy.

    Attributes:
        code: ODS code, five characters starting with F.
        name: As shown.
        state: Open or closed.
        nhsmail_limit: Most personal NHSmail accounts it may sponsor; none means the general limit (rule 3).
        created_at: UTC seconds.
        version: Counts the edits.
    """

    code: str
    name: str
    state: SiteState = SiteState.OPEN
    nhsmail_limit: int | None = None
    created_at: int
    version: int = 1


def parse_site_code(text: str) -> str:
    """Read an ODS code of a pharmacy and return it in upper case (rule 7).

    Raises:
        BadInput: Not a pharmacy's code; says which kind it is where that can be told.
    """
    typed = clean_line("site", text, longest=40, label="The site code")
    code = typed.upper()
    if code == NATIONAL_LOCUM_CODE:
        raise BadInput(
            "site", "FFFFF is the national locum code, not a pharmacy. Use the site's own ODS code."
        )
    # What was typed, since upper case makes FI of a ligature and SS of a sharp s.
    if _PHARMACY.fullmatch(code) and typed.isascii():
        return code
    if _HEAD_OFFICE.fullmatch(code):
        raise BadInput(
            "site",
            "That is a head office code. Use the ODS code of the pharmacy itself; it starts with F.",
        )
    raise BadInput("site", "A site code has five characters and starts with F, for example FZ101.")


def parse_site_name(text: str) -> str:
    """Read a site's name.

    Raises:
        BadInput: Empty, longer than 100 characters, or not printable.
    """
    return clean_line("site_name", text, longest=SITE_NAME_LONGEST, label="The site name")
