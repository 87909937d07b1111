"""Changing somebody's details: what was not touched stays, and whoever was second is told what has changed (ROL-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pomfa_tui.domain.errors import EditedMeanwhile, Refusal
from pomfa_tui.domain.text import printable
from pomfa_tui.screens.deeds import Done
from pomfa_tui.screens.person_form import ON_DEMAND, PERIODS, ROLES, PersonFormScreen
from pomfa_tui.screens.words import ROLE_WORDS, SITE_ROLES, name_and_email
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.terminal.background import start
from pomfa_tui.widgets.field import Field

if TYPE_CHECKING:
    from datetime import date

    from pomfa_tui.domain.memberships import Membership
    from pomfa_tui.domain.sessions import SessionToken
    from pomfa_tui.screens.givens import Givens
    from pomfa_tui.services.person_details import PersonDetails
    from pomfa_tui.services.views import PersonSummary

SHOWN = {"starts": "from", "ends": "to"}
"""Fields that an edit and a refusal call differently."""

OF_A_SITE = ("role", "job", "from", "to")


class EditPersonScreen(PersonFormScreen):
    """Filled with what is stored; sends what is different.

    Args:
        givens: Services, settings, clocks.
        token: The session.
        details: The person.
    """

    TITLE = "Edit person"
    AUTO_FOCUS: ClassVar[str | None] = ""
    SAVE: ClassVar[str] = "Save"

    def __init__(self, givens: Givens, token: SessionToken, details: PersonDetails) -> None:
        sites = tuple(each.site for each in details.person.memberships)
        fields = {SHOWN.get(name, name) for name in details.editable - {"away_until"}}
        several = len(sites) > 1 and bool(fields & set(OF_A_SITE))
        super().__init__(
            givens,
            token,
            fields={*fields, "site"} if several else fields,
            roles=tuple(SITE_ROLES.values()),
            sites=sites,
        )
        self._person = details.person
        self._filled: dict[str, str] = {}

    @property
    def membership(self) -> Membership | None:
        """The membership it is about, if there is one."""
        memberships = self._person.memberships
        if "site" not in self._names:
            return memberships[0] if memberships else None
        site = self.field("site").value
        return next((each for each in memberships if each.site == site), None)

    def lead(self) -> str:
        """Return whom it is about."""
        return name_and_email(self._person)

    def on_mount(self) -> None:
        """Fill in what is stored, and start in the first field that is shown: left alone, Textual may take one that is not."""
        self._fill(_values(self._person, self.membership))
        self.field(next(name for name in self._names if name not in ON_DEMAND)).focus_entry()
        if "site" in self._names:
            self.watch(self.field("site").line, "position", self._site_chosen, init=False)

    def save(self) -> None:
        """Hand over what is different."""
        start(self, self._save)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what has changed meanwhile, and bring the fields that were not touched up to date."""
        super().show_refusal(refusal)
        if isinstance(refusal, EditedMeanwhile):
            start(self, self._see_again)

    async def _save(self) -> None:
        token, seen, edit = self.token, self._person, self._edit()
        self.notice.clear()
        answer = await self.submit(
            "Saving.", lambda desk: desk.office.changes.edit(token, seen.id, edit, seen=seen)
        )
        if answer is not None:
            self.dismiss(Done(f"{printable(answer.name)} was changed."))

    async def _see_again(self) -> None:
        token, who = self.token, self._person.id
        person = await self.submit("Looking again.", lambda desk: desk.people.show(token, who))
        if person is not None:
            self._person = person
            self._fill(_values(person, self.membership), untouched_alone=True)

    def _edit(self) -> PersonEdit:
        touched: dict[str, Any] = {
            name: self.text(name)
            for name, stored in self._filled.items()
            if self.has(name) and self.text(name) != stored
        }
        for name, shown in SHOWN.items():
            if shown in touched:
                touched[name] = touched.pop(shown)
        if "period" in touched:
            touched["period"] = PERIODS[touched["period"]]
        if "role" in touched:
            touched["role"] = ROLES[touched["role"]]
        membership = self.membership
        if membership is not None and touched.keys() & {"role", "job", "starts", "ends"}:
            touched["site"] = membership.site
        return PersonEdit(
            **touched,
            override_reason=self.text("override_reason") or None,
            reason=self.text("reason") or None,
        )

    def _fill(self, values: dict[str, str], *, untouched_alone: bool = False) -> None:
        for name, value in values.items():
            if name not in self._names:
                continue
            field: Field = self.field(name)
            if not untouched_alone or field.value == self._filled.get(name):
                field.value = value
            self._filled[name] = value

    def _site_chosen(self) -> None:
        values = _values(self._person, self.membership)
        self._fill({name: values[name] for name in OF_A_SITE if name in values})


def _values(person: PersonSummary, membership: Membership | None) -> dict[str, str]:
    """Return what the fields hold for a person and one membership."""
    values = {
        "name": person.name,
        "email": person.email,
        "gphc": person.gphc or "",
        "period": f"{person.period} seconds",
    }
    if membership is not None:
        values |= {
            "role": ROLE_WORDS[membership.role],
            "job": membership.job.value,
            "from": _iso(membership.starts),
            "to": _iso(membership.ends),
        }
    return values


def _iso(when: date | None) -> str:
    return when.isoformat() if when is not None else ""
