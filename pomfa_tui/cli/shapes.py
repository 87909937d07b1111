"""The JSON of the contract: what programs are given, field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from pomfa_tui.domain.audit import AuditRecord
    from pomfa_tui.domain.ports import AuditVerdict
    from pomfa_tui.services.sessions import SessionSummary
    from pomfa_tui.services.sites import SiteSummary
    from pomfa_tui.services.views import Issued, PersonSummary


def iso(moment: int) -> str:
    """Return UTC seconds as `2026-11-23T07:00:00Z`."""
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person_document(person: PersonSummary) -> dict[str, Any]:
    """Return PERSON of the contract."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "state": person.state.value,
        "mfa": person.mfa.value,
        "locked": person.locked,
        "memberships": [
            {
                "site": membership.site,
                "role": membership.role.value,
                "job": membership.job.value,
                "from": _day(membership.starts),
                "to": _day(membership.ends),
            }
            for membership in person.memberships
        ],
        "role": None if person.role is None else person.role.value,
        "gphc": person.gphc,
        "period": person.period,
        "last_sign_in": None if person.last_sign_in is None else iso(person.last_sign_in),
    }


def issued_document(issued: Issued) -> dict[str, Any]:
    """Return a person with the activation code to hand over."""
    return {"person": person_document(issued.person), "activation_code": issued.activation_code}


def site_document(site: SiteSummary) -> dict[str, Any]:
    """Return one site and how it stands."""
    return {
        "code": site.code,
        "name": site.name,
        "state": site.state.value,
        "people": site.people,
        "administrators": site.administrators,
        "nhsmail": site.nhsmail,
        "nhsmail_limit": site.nhsmail_limit,
    }


def session_document(session: SessionSummary) -> dict[str, Any]:
    """Return one running session."""
    return {
        "id": session.id,
        "person": session.person,
        "site": session.site,
        "terminal": session.terminal,
        "started": iso(session.started),
        "last_seen": iso(session.last_seen),
    }


def record_document(record: AuditRecord) -> dict[str, Any]:
    """Return one line of the audit log, its event beside its place in the chain."""
    event = record.event
    return {
        "seq": record.seq,
        "at": iso(event.at),
        "event": event.event.value,
        "outcome": event.outcome.value,
        "severity": event.severity.value,
        "reason": event.reason,
        "actor": event.actor,
        "actor_role": event.actor_role,
        "subject": event.subject,
        "site": event.site,
        "session": event.session,
        "terminal": event.terminal,
        "pid": event.pid,
        "version": event.version,
        "detail": event.detail,
        "hash": record.hash,
        "previous": record.previous,
    }


def verdict_document(verdict: AuditVerdict) -> dict[str, Any]:
    """Return what checking the audit log found."""
    return {
        "ok": verdict.ok,
        "records": verdict.records,
        "head": verdict.head,
        "first_bad": verdict.first_bad,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
