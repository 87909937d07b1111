"""Sites: adding, listing and showing them (rules 3, 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound
from pomfa_tui.domain.memberships import london_day
from pomfa_tui.domain.people import count_administrators
from pomfa_tui.domain.permissions import Action, allowed, relation_to_site
from pomfa_tui.domain.sites import Site, SiteState, parse_site_code, parse_site_name
from pomfa_tui.services.nhsmail import count_nhsmail, nhsmail_limit

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Clock, View
    from pomfa_tui.services.access import Access, Caller
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """One site and how it stands.

    Attributes:
        code: ODS code.
        name: As shown.
        state: Open or closed.
        people: How many are linked and have not left.
        administrators: How many can act as such today (rule 8 asks for two).
        nhsmail: Personal NHSmail accounts it sponsors.
        nhsmail_limit: How many it may.
    """

    code: str
    name: str
    state: SiteState
    people: int
    administrators: int
    nhsmail: int
    nhsmail_limit: int


class SiteService:
    """Sites as support, the command line and their own administrators see them."""

    def __init__(
        self, clock: Clock, access: Access, recorder: Recorder, *, nhsmail_per_site: int
    ) -> None:
        """Take the clock, the rights check, the audit log's pen and the general NHSmail limit."""
        self._clock = clock
        self._access = access
        self._recorder = recorder
        self._nhsmail_per_site = nhsmail_per_site

    def add(self, caller: Caller, *, code: str, name: str) -> SiteSummary:
        """Create a site.

        Raises:
            BadInput: A value cannot be used, or the code is taken.
            Refusal: The caller may not.
        """
        site = Site(
            code=parse_site_code(code), name=parse_site_name(name), created_at=self._clock.now()
        )
        with self._access.change(caller) as (tx, actor):
            self._access.require(actor, Action.ADD_SITE)
            if tx.sites.get(site.code) is not None:
                raise BadInput(
                    "site", f"Site {site.code} exists already. Show it, or use another code."
                )
            tx.sites.put(site)
            self._recorder.act(
                tx,
                Event.SITE_CREATED,
                actor,
                site=site.code,
            )
            return self.summary(tx, site)

    def show(self, caller: Caller, code: str) -> SiteSummary:
        """Return one site.

        Raises:
            BadInput: Not a site code.
            NotFound: No such site, or not visible to the caller.
        """
        wanted = parse_site_code(code)
        with self._access.look(caller) as (view, actor):
            self._access.require_site(actor, Action.SEE_SITE, wanted)
            site = view.sites.get(wanted)
            if site is None:
                raise NotFound(f"site {wanted}")
            return self.summary(view, site)

    def list(self, caller: Caller) -> tuple[SiteSummary, ...]:
        """Return the sites the caller may see, by name."""
        with self._access.look(caller) as (view, actor):
            found = [
                self.summary(view, site)
                for site in view.sites.all()
                if allowed(actor.role, Action.SEE_SITE, relation_to_site(actor.site, site.code))
            ]
        return tuple(sorted(found, key=lambda summary: (summary.name.casefold(), summary.code)))

    def summary(self, view: View, site: Site) -> SiteSummary:
        """Return how a site stands."""
        people = view.people.at_site(site.code)
        day = london_day(self._clock.now())
        return SiteSummary(
            code=site.code,
            name=site.name,
            state=site.state,
            people=sum(1 for person in people if person.membership_at(site.code) is not None),
            administrators=count_administrators(people, site.code, day),
            nhsmail=count_nhsmail(people, site.code),
            nhsmail_limit=nhsmail_limit(view, site.code, self._nhsmail_per_site),
        )
