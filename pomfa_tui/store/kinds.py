"""Which tables there are, and what their documents are found under; the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.documents import Document
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.ports import StoreMeta
from pomfa_tui.domain.requests import Request, RequestMeter
from pomfa_tui.domain.reviews import SiteReview
from pomfa_tui.domain.sessions import Session
from pomfa_tui.domain.site_keys import SiteKey
from pomfa_tui.domain.sites import Site
from pomfa_tui.domain.throttle import Stranger

D = TypeVar("D", bound=Document)

EMAIL, SITE, PERSON = "email", "site", "person"
STATE, REFERENCE, SAME = "state", "reference", "same"
"""Names of the indexes."""

RETIRED = "retired"
"""Name of the pick of credentials that keep the secret of an ended pairing."""


@dataclass(frozen=True, slots=True)
class Pick(Generic[D]):
    """What some documents of a lazy table have and most have not.

    Attributes:
        holds: Tells whether a document has it.
        may: Tells the same by the encoded document alone: never no where it does.
    """

    holds: Callable[[D], bool]
    may: Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Kind(Generic[D]):
    """One table.

    Attributes:
        name: As it is written.
        type: What its documents are.
        key: Returns a document's own id.
        marks: Returns the fields that `key` and `indexes` look at; where they are equal, nothing is found elsewhere than before.
        indexes: By name, what a document is found under.
        unique: Names of the indexes under which only one document may be found.
        lazy: Whether a document is decoded only when somebody asks for it: large ones, of which a process needs few. Such a table has
            no indexes, and its documents have an `id`.
        picks: Of a lazy table, by name, what is looked for in all documents without decoding the others.
    """

    name: str
    type: type[D]
    key: Callable[[D], str]
    marks: Callable[[D], object]
    indexes: Mapping[str, Callable[[D], tuple[str, ...]]] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    lazy: bool = False
    picks: Mapping[str, Pick[D]] = field(default_factory=dict)


def _sites_of(person: Person) -> tuple[str, ...]:
    memberships = person.memberships
    if len(memberships) == 1:
        return (memberships[0].site,)
    return tuple(dict.fromkeys(membership.site for membership in memberships))


def state_entry(*, is_open: bool) -> str:
    """Return what open, or closed, requests are found under."""
    return "open" if is_open else "closed"


def same_entry(need: str, email_key: str) -> str:
    """Return what an open request for this need and e-mail is found under."""
    return f"{need} {email_key}"


def _same(request: Request) -> tuple[str, ...]:
    return (same_entry(request.need, request.email_key),) if request.is_open else ()


def _keeps_retired(credentials: Credentials) -> bool:
    return any(pairing.sealed is not None for pairing in credentials.pairings)


def _may_keep_retired(encoded: bytes) -> bool:
    begin = encoded.find(b'"pairings":[')
    # A quote within a text is escaped, so neither can be part of one.
    return begin < 0 or encoded.find(b'"sealed":"', begin) >= 0


PEOPLE = Kind(
    "people",
    Person,
    lambda person: person.id,
    attrgetter("id", "email_key", "memberships"),
    {EMAIL: lambda person: (person.email_key,), SITE: _sites_of},
    frozenset({EMAIL}),
)
CREDENTIALS = Kind(
    "credentials",
    Credentials,
    lambda credentials: credentials.id,
    attrgetter("id"),
    lazy=True,
    picks={RETIRED: Pick(_keeps_retired, _may_keep_retired)},
)
SITES = Kind("sites", Site, lambda site: site.code, attrgetter("code"))
SITE_KEYS = Kind("site_keys", SiteKey, lambda key: key.id, attrgetter("id"))
SESSIONS = Kind(
    "sessions",
    Session,
    lambda session: session.id,
    attrgetter("id", "person"),
    {PERSON: lambda session: (session.person,)},
)
STRANGERS = Kind("strangers", Stranger, lambda stranger: stranger.id, attrgetter("id"))
REQUESTS = Kind(
    "requests",
    Request,
    lambda request: request.id,
    attrgetter("id", "need", "email_key", "filings", "is_open"),
    {
        STATE: lambda request: (state_entry(is_open=request.is_open),),
        REFERENCE: lambda request: tuple(filing.reference for filing in request.filings),
        SAME: _same,
    },
)
REQUEST_METERS = Kind("request_meters", RequestMeter, lambda meter: meter.id, attrgetter("id"))
REVIEWS = Kind("reviews", SiteReview, lambda review: review.site, attrgetter("site"))
META = Kind("meta", StoreMeta, lambda _: META_KEY, lambda _: META_KEY)

META_KEY = "store"
"""The one key of the table of facts about the store."""

KINDS: tuple[Kind[Any], ...] = (
    META,
    PEOPLE,
    CREDENTIALS,
    SITES,
    SITE_KEYS,
    SESSIONS,
    STRANGERS,
    REQUESTS,
    REQUEST_METERS,
    REVIEWS,
)
"""Every table, in the order in which it is written."""

SEARCHED = ("name", "email")
"""Fields of a person that free text is looked for in."""


class Taken(Exception):  # noqa: N818 - becomes a refusal or an integrity failure, whoever sees it
    """Another document is already found under this unique entry."""

    def __init__(self, index: str) -> None:
        """Name the index, never the entry, which may be somebody's e-mail."""
        super().__init__(f"the {index} belongs to another document")
        self.index = index
