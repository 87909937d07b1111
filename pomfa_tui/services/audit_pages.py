"""The audit log one page at a time, newest first: quick with ten records and with a hundred thousand (rule 32, T34).

What fits is kept as numbers of records, and only those that came since are looked at when it is asked again. What of it may be seen is
decided anew at each call; that it is read is recorded, once for each session and scope in a while.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.permissions import Action
from pomfa_tui.services.audit_names import AuditNames
from pomfa_tui.services.audit_question import AuditQuestion, asked
from pomfa_tui.services.audit_scope import AuditFilter, Scope, require_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import Clock, Store
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.services.access import Access
    from pomfa_tui.services.recorder import Recorder

LONGEST_PAGE = 500
"""Records on one page at most."""

RECORDED_EVERY = 300
"""Seconds within which further pages of one scope are the same reading (AUD-07)."""

_NEAR = 512
"""Records between two of a page that are rather read than passed over."""


class AuditLine(NamedTuple):
    """One record, with names for those in it.

    Attributes:
        record: As it is in the log.
        actor: Who did it.
        subject: To whom; empty where the record names nobody, or the one who did it.
    """

    record: AuditRecord
    actor: str
    subject: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some of the records that were asked for.

    Attributes:
        lines: Newest first.
        offset: How many come before them.
        total: How many there are altogether.
        site: ODS code of the one site whose log this is; none for all.
    """

    lines: tuple[AuditLine, ...]
    offset: int
    total: int
    site: str | None


@dataclass(slots=True)
class _Finding:
    """What fits, as far as the log has been looked at.

    Attributes:
        question: What was asked for.
        upto: Number of the last record that was looked at.
        numbers: Of the records that fit, oldest first.
    """

    question: AuditQuestion
    upto: int = 0
    numbers: array[int] = field(default_factory=lambda: array("Q"))


class AuditPages:
    """Gives pages of the log to administrators, to support, and of what concerns themselves to everybody."""

    def __init__(self, *, store: Store, clock: Clock, access: Access, recorder: Recorder) -> None:
        """Take the store, the clock, the rights check and the audit log's pen."""
        self._store = store
        self._clock = clock
        self._access = access
        self._recorder = recorder
        self._finding: _Finding | None = None
        self._noted: dict[tuple[str, str | None], int] = {}

    def page(
        self, token: SessionToken, wanted: AuditFilter, *, offset: int = 0, size: int = 50
    ) -> AuditPage:
        """Return some of the records that the caller may see and the filter wants, newest first.

        Args:
            token: Whose session.
            wanted: Which records.
            offset: How many to pass over; the last page is given when there are fewer.
            size: How many at most, 1 to 500.

        Raises:
            NotFound: A site that is not visible to the caller; one that is not there has no records.
            Refusal: The caller may not.
        """
        with self._access.look(token) as (view, actor):
            scope = require_scope(self._access, view, actor, Action.SEE_AUDIT, site=wanted.site)
            question = asked(view, actor, scope, wanted)
        self._note(token, scope.site)
        return self._page(token, question, offset, size, own=False)

    def own(
        self, token: SessionToken, wanted: AuditFilter, *, offset: int = 0, size: int = 50
    ) -> AuditPage:
        """Return some of the records about the caller's own account, newest first (UK GDPR Art. 15).

        Raises:
            SessionEnded: The session is over.
        """
        with self._access.look(token) as (view, actor):
            question = asked(view, actor, Scope(None, frozenset(), actor.id), wanted, own=True)
        return self._page(token, question, offset, size, own=True)

    def _page(
        self, token: SessionToken, question: AuditQuestion, offset: int, size: int, *, own: bool
    ) -> AuditPage:
        size = max(1, min(size, LONGEST_PAGE))
        gone = self._store.audit_checkpoint()
        first = 1 if gone is None else gone.seq + 1
        numbers: Sequence[int] = range(first, self._store.audit_count() + 1)
        if not question.takes_all:
            numbers = self._find(question, first)
        total = len(numbers)
        offset = max(0, min(offset, (total - 1) // size * size))
        chosen = numbers[max(0, total - offset - size) : total - offset]
        records = tuple(self._read(chosen))
        with self._access.look(token) as (view, actor):
            names = AuditNames(view, actor, own=own)
            lines = tuple(_line(record, names) for record in reversed(records))
        return AuditPage(lines=lines, offset=offset, total=total, site=question.scope.site)

    def _find(self, question: AuditQuestion, first: int) -> array[int]:
        finding = self._finding
        if finding is None or finding.question != question:
            finding = _Finding(question)
        text = question.text
        for record in self._store.audit_records(finding.upto + 1):
            if question.takes(record.event, text):
                finding.numbers.append(record.seq)
            finding.upto = record.seq
        # Those before were dropped since they were looked at.
        finding.numbers = finding.numbers[bisect_left(finding.numbers, first) :]
        self._finding = finding
        return finding.numbers

    def _read(self, numbers: Sequence[int]) -> Iterator[AuditRecord]:
        """Return records by their numbers, which grow; what lies between two that are near is read over."""
        at = -_NEAR
        records: Iterator[AuditRecord] = iter(())
        for number in numbers:
            if not 0 <= number - at < _NEAR:
                records, at = self._store.audit_records(number), number
            for record in records:
                at = record.seq + 1
                if record.seq == number:
                    yield record
                if record.seq >= number:
                    break

    def _note(self, token: SessionToken, site: str | None) -> None:
        """Record that a session reads this log, unless that was recorded not long ago."""
        now, key = self._clock.now(), (token.session_id, site)
        if 0 <= now - self._noted.get(key, -RECORDED_EVERY) < RECORDED_EVERY:
            return
        with self._access.change(token) as (tx, actor):
            self._recorder.act(
                tx,
                Event.AUDIT_READ,
                actor,
                reason="read",
                site=site,
            )
        self._noted = {**self._recent(now), key: now}

    def _recent(self, now: int) -> dict[tuple[str, str | None], int]:
        return {key: then for key, then in self._noted.items() if 0 <= now - then < RECORDED_EVERY}


def _line(record: AuditRecord, names: AuditNames) -> AuditLine:
    event = record.event
    subject = event.subject
    shown = "" if subject is None or subject == event.actor else names.of(subject)
    return AuditLine(record, names.of(event.actor, event.actor_role), shown)
