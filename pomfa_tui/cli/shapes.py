"""The JSON of the contract: what programs are given, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pomfa_tui.domain.requests import spoken
from pomfa_tui.services.audit_lines import iso, record_document

__all__ = [
    "iso",
    "issued_document",
    "person_document",
    "record_document",
    "request_document",
    "session_document",
    "site_document",
    "verdict_document",
]

if TYPE_CHECKING:
    from datetime import date

    from pomfa_tui.domain.ports import AuditVerdict
    from pomfa_tui.services.request_views import RequestView
    from pomfa_tui.services.sessions import SessionSummary
    from pomfa_tui.services.sites import SiteSummary
    from pomfa_tui.services.views import Issued, PersonSummary


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


def request_document(request: RequestView) -> dict[str, Any]:
    """Return one request with every filing that is kept; nothing that anybody typed has been checked."""
    closing = request.closing
    return {
        "reference": request.reference,
        "state": "open" if closing is None else "closed",
        "need": request.need.value,
        "email": request.email,
        "times": request.times,
        "filings": [
            {
                "reference": spoken(filing.reference),
                "at": iso(filing.at),
                "terminal": filing.terminal,
                "by": filing.by,
                "name": filing.name,
                "phone": filing.phone,
                "site": filing.site,
                "note": filing.note,
            }
            for filing in request.filings
        ],
        "closed": None
        if closing is None
        else {
            "at": iso(closing.at),
            "by": closing.by,
            "outcome": closing.outcome.value,
            "note": closing.note,
        },
    }


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


def verdict_document(verdict: AuditVerdict) -> dict[str, Any]:
    """Return what checking the audit log found; `dropped` stands there only where a checkpoint stands for older records."""
    found: dict[str, Any] = {
        "ok": verdict.ok,
        "records": verdict.records,
        "head": verdict.head,
        "first_bad": verdict.first_bad,
    }
    if verdict.dropped:
        found["dropped"] = verdict.dropped
    return found


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
