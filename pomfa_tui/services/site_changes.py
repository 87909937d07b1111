"""Renaming and closing sites, and raising a site's NHSmail limit: support's work (rules 3, 7, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.identity import parse_reason
from pomfa_tui.domain.limits import LIMITS
from pomfa_tui.domain.permissions import Action
from pomfa_tui.domain.sites import Site, SiteState, parse_site_code, parse_site_name

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Transaction
    from pomfa_tui.services.access import Access, Actor, Caller
    from pomfa_tui.services.acts import Acts
    from pomfa_tui.services.recorder import Recorder
    from pomfa_tui.services.sites import SiteService, SiteSummary


class SiteChangeService:
    """Changes to sites."""

    def __init__(
        self, *, access: Access, acts: Acts, sites: SiteService, recorder: Recorder
    ) -> None:
        """Take the rights check, the common part of acts, the reading of sites and the audit log's pen."""
        self._access = access
        self._acts = acts
        self._sites = sites
        self._recorder = recorder

    def edit(
        self,
        caller: Caller,
        code: str,
        *,
        name: str | None = None,
        nhsmail_limit: int | None = None,
        reason: str | None = None,
    ) -> SiteSummary:
        """Rename a site or set how many NHSmail accounts it may sponsor.

        Args:
            caller: Who acts.
            code: ODS code.
            name: New name, or none to keep it.
            nhsmail_limit: New limit, or none to keep it; needs a reason.
            reason: Why the limit changes.

        Raises:
            BadInput: A value cannot be used, or nothing is to change.
            NotFound: No such site.
            StepUpNeeded: The limit changes and a fresh code is due.
            Refusal: The caller may not.
        """
        wanted = parse_site_code(code)
        if name is None and nhsmail_limit is None:
            raise BadInput("site", "Nothing is to be changed. Say what should be different.")
        changes: dict[str, str | int] = {}
        detail: dict[str, str] = {}
        if name is not None:
            changes["name"] = parse_site_name(name)
        if nhsmail_limit is not None:
            changes["nhsmail_limit"] = _checked_limit(nhsmail_limit)
            detail = {"nhsmail_limit": str(nhsmail_limit), "why": parse_reason(reason)}
        with self._access.change(caller) as (tx, actor):
            site = self._target(tx, actor, wanted)
            if nhsmail_limit is not None:
                self._access.require_site(actor, Action.RAISE_NHSMAIL_LIMIT, wanted)
                self._access.require_fresh(actor)
            edited: Site = msgspec.structs.replace(site, **changes)
            if edited == site:
                return self._sites.summary(tx, site)
            detail["changed"] = ",".join(changes)
            return self._write(tx, actor, edited, detail, Severity.INFO)

    def close(self, caller: Caller, code: str, reason: str) -> SiteSummary:
        """Close a site: nobody signs in there any more, sessions there end, memberships stay for the record.

        Raises:
            BadInput: No reason, or it is closed already.
            NotFound: No such site.
            StepUpNeeded: A fresh code is due.
            Refusal: The caller may not.
        """
        wanted = parse_site_code(code)
        why = parse_reason(reason)
        with self._access.change(caller) as (tx, actor):
            site = self._target(tx, actor, wanted)
            self._access.require_fresh(actor)
            if site.state is SiteState.CLOSED:
                raise BadInput("site", f"Site {wanted} is closed already.")
            there = [session for session in tx.sessions.all() if session.site == wanted]
            self._acts.end_sessions(tx, there, actor=actor)
            closed = msgspec.structs.replace(site, state=SiteState.CLOSED)
            return self._write(
                tx, actor, closed, {"changed": "closed", "why": why}, Severity.WARNING
            )

    def _target(self, tx: Transaction, actor: Actor, code: str) -> Site:
        self._access.require_site(actor, Action.EDIT_SITE, code)
        site = tx.sites.get(code)
        if site is None:
            raise NotFound(f"site {code}")
        return site

    def _write(
        self, tx: Transaction, actor: Actor, site: Site, detail: dict[str, str], severity: Severity
    ) -> SiteSummary:
        site = msgspec.structs.replace(site, version=site.version + 1)
        tx.sites.put(site)
        self._recorder.act(
            tx,
            Event.SITE_UPDATED,
            actor,
            site=site.code,
            severity=severity,
            detail=detail,
        )
        return self._sites.summary(tx, site)


def _checked_limit(limit: int) -> int:
    bounds = LIMITS["nhsmail_per_site"]
    if not bounds.low <= limit <= bounds.high:
        raise BadInput(
            "nhsmail_limit", f"A site may sponsor {bounds.low} to {bounds.high} NHSmail accounts."
        )
    return limit
