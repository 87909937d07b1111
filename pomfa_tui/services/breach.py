"""Who was affected since a moment: one report for the 72 hours that a pharmacy has to tell of a breach (UK GDPR Art. 33; PRI-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import BadInput
from pomfa_tui.domain.permissions import Action, allowed, relation_to
from pomfa_tui.services import breach_text
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.services.audit_names import PROGRAM, AuditNames
from pomfa_tui.services.breach_counting import COPIES, Holding, Tally, is_copy
from pomfa_tui.services.breach_figures import Affected, Breach, Copied, Outsider
from pomfa_tui.services.reporting import ReportForm, ReportKind, SavedReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pomfa_tui.domain.audit import AuditEvent
    from pomfa_tui.domain.people import Person
    from pomfa_tui.domain.ports import Clock, Exports, Store, View
    from pomfa_tui.services.access import Actor, Caller
    from pomfa_tui.services.audit_scope import Scope
    from pomfa_tui.services.reporting import Reporting


class BreachService:
    """Makes the report from the audit log and the people."""

    def __init__(
        self, *, store: Store, clock: Clock, reporting: Reporting, exports: Exports
    ) -> None:
        """Take the store, the clock, what opens it for a report, and where files are put."""
        self._store = store
        self._clock = clock
        self._reporting = reporting
        self._exports = exports

    def report(
        self, caller: Caller, *, since: int, site: str | None = None, for_file: bool = False
    ) -> Breach:
        """Return what happened to whom from a moment on until now; that it was asked for is recorded.

        Args:
            caller: Who asks; administrators get their own site.
            since: UTC seconds; what lies before 1970 is taken for its beginning.
            site: ODS code, or none for the caller's own site or all.
            for_file: Whether it goes into a file, so that a fresh code is needed (rule 22).

        Raises:
            BadInput: The moment is still to come.
            NotFound: No such site, or not visible to the caller.
            StepUpNeeded: The last proof by code is too old.
            Refusal: The caller may not.
        """
        if since > self._clock.now():
            raise BadInput("since", "That moment is still to come. Write when the breach began.")
        since = max(0, since)
        scope = self._reporting.begin(
            caller, ReportKind.BREACH, site=site, for_file=for_file, detail={"since": iso(since)}
        )
        return self._report(caller, scope, since)

    def save(
        self, caller: Caller, form: ReportForm, *, since: int, site: str | None = None
    ) -> SavedReport[Breach]:
        """Put the report into a file in the folder for exports.

        Raises:
            Unavailable: The file cannot be written.
            Refusal: As for `report`.
        """
        with self._exports.new_file("affected", f".{form}") as file:
            report = self.report(caller, since=since, site=site, for_file=True)
            file.write(breach_text.written(report, form))
        return SavedReport(file.place, report)

    def _report(self, caller: Caller, scope: Scope, since: int) -> Breach:
        tally, log_from = self._counted(scope, since)
        with self._reporting.look(caller, scope) as (view, actor):
            people = _people(view, scope.site)
            known = {each.id for each in people}
            copies = [
                each for each in tally.copies if each.subject is None or each.subject in known
            ]
            holding = Holding(people, copies)
            names = AuditNames(view, actor)
            listed = (_affected(actor, each, tally, holding, names) for each in people)
            return Breach(
                made_at=self._clock.now(),
                since=since,
                site=scope.site,
                log_from=log_from,
                accounts=len(people),
                people=tuple(each for each in listed if each.was_touched or each.copies),
                copies=tuple(_copied(each, names, holding) for each in copies),
                outsiders=tuple(_outsiders(tally, names, known)),
            )

    def _counted(self, scope: Scope, since: int) -> tuple[Tally, int | None]:
        """Return what was counted, and from when on where the log does not go back far enough."""
        tally, log_from = Tally(), None
        for place, record in enumerate(self._store.audit_records()):
            event = record.event
            if place == 0 and record.seq > 1 and event.at > since:
                log_from = event.at
            if event.at < since:
                continue
            if scope.holds(event):
                tally.add(event)
            # What holds everybody holds the people of each site.
            if is_copy(event) and (scope.site is None or event.site in {None, scope.site}):
                tally.copies.append(event)
        return tally, log_from


def _affected(
    actor: Actor, person: Person, tally: Tally, holding: Holding, names: AuditNames
) -> Affected:
    relation = relation_to(actor.id, actor.site, person)
    return Affected(
        id=person.id,
        name=names.of(person.id),
        email=person.email if allowed(actor.role, Action.SEE_PERSON, relation) else "",
        counts=dict(tally.counts.get(person.id, {})),
        used=tuple(tally.used.get(person.id, {}).values()),
        copies=holding.copies_of(person),
    )


def _people(view: View, site: str | None) -> Sequence[Person]:
    """Return everybody who has, or had, to do with a site; all accounts where none is named."""
    people = view.people.at_site(site) if site is not None else view.people.all()
    return sorted(people, key=lambda each: (each.name.casefold(), each.id))


def _copied(event: AuditEvent, names: AuditNames, holding: Holding) -> Copied:
    return Copied(
        at=event.at,
        what=COPIES[event.event, event.reason or ""],
        by=names.of(event.actor, event.actor_role),
        terminal=event.terminal,
        site=event.site,
        whose=names.of(event.subject) if event.subject else "",
        people=holding.people_in(event),
    )


def _outsiders(tally: Tally, names: AuditNames, known: set[str]) -> Iterator[Outsider]:
    """Yield those who acted without an account in the report, whoever of them has the same name together."""
    found: dict[str, Outsider] = {}
    for (identifier, role), each in tally.acted.items():
        name = names.of(identifier, role)
        if identifier in known or name == PROGRAM:
            continue
        before = found.get(name)
        earlier = () if before is None else before.terminals
        found[name] = Outsider(
            name,
            each.acts + (0 if before is None else before.acts),
            tuple(dict.fromkeys((*earlier, *each.terminals))),
            max(each.last, 0 if before is None else before.last),
        )
    yield from sorted(found.values(), key=lambda each: each.name)
