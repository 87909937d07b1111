"""One record of the audit log in words, with the names that the log itself uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from pomfa_tui.domain.audit import Outcome, Severity
from pomfa_tui.domain.identity import LABELS, IdentityCheck
from pomfa_tui.screens.base import DeskScreen
from pomfa_tui.screens.event_words import event_words
from pomfa_tui.screens.words import ROLE_WORDS, day_and_time
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.widgets.fact_sheet import Fact, FactSheet

if TYPE_CHECKING:
    from pomfa_tui.services.audit_pages import AuditLine

OUTCOMES = {Outcome.SUCCESS: "success", Outcome.FAILURE: "failure"}
SEVERITIES = {
    Severity.INFO: "",
    Severity.WARNING: ", worth a look",
    Severity.CRITICAL: ", critical",
}
DETAILS = {
    "identity": "Identity check",
    "why": "Reason",
    "ticket": "Ticket",
    "both_factors": "Both factors",
    "action": "Wanted to",
    "from_site": "From site",
    "incident": "Incident",
}
"""Further facts by the names of the log, as people know them."""

HASH_SHOWN = 32
"""Digits of a record's hash that tell it from every other one."""


class AuditRecordScreen(DeskScreen[None]):
    """Shows one record.

    Args:
        line: The record, with names.
    """

    TITLE = "Record"
    DEFAULT_CSS: ClassVar[str] = """
    AuditRecordScreen Body { padding: 1 2; }
    AuditRecordScreen .lead { text-style: bold; margin-bottom: 1; }
    """

    def __init__(self, line: AuditLine) -> None:
        super().__init__()
        self._line = line

    def compose_body(self) -> ComposeResult:
        """Lay out what happened and the facts."""
        yield Static(event_words(self._line.record.event), markup=False, classes="lead")
        yield FactSheet(column=17)

    def on_mount(self) -> None:
        """Show the facts."""
        self.query_one(FactSheet).show(facts_of(self._line))


def facts_of(line: AuditLine) -> Iterator[Fact]:
    """Yield the facts in the order in which somebody asks for them."""
    record, event = line.record, line.record.event
    yield Fact("When", f"{day_and_time(event.at)} London time, {iso(event.at)}")
    role = ROLE_WORDS.get(event.actor_role or "", "")
    yield Fact("By", f"{line.actor}, {role.lower()}" if role else line.actor)
    if line.subject:
        yield Fact("For", line.subject)
    if event.site:
        yield Fact("Site", event.site)
    yield Fact("Outcome", f"{OUTCOMES[event.outcome]}{SEVERITIES[event.severity]}")
    for name, value in event.detail.items():
        yield Fact(DETAILS.get(name, name.replace("_", " ").capitalize()), _said(name, value))
    yield Fact("Terminal", event.terminal)
    cause = f" ({event.reason})" if event.reason else ""
    yield Fact("In the log as", f"{event.event.value}{cause}, record {record.seq}")
    yield Fact("Actor", event.actor)
    if event.subject:
        yield Fact("Subject", event.subject)
    if event.session:
        yield Fact("Session", event.session)
    yield Fact("Program", f"version {event.version}, process {event.pid}")
    yield Fact("Hash", f"{record.hash[:HASH_SHOWN]}...")


def _said(name: str, value: str) -> str:
    if name == "identity" and value in set(IdentityCheck):
        return LABELS[IdentityCheck(value)]
    return value
