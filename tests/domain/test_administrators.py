"""A site keeps an administrator today and on every day to come that can be known already (rule 8)."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.administrators import takes_last_administrator
from pomfa_tui.domain.memberships import SiteRole
from pomfa_tui.domain.people import Person, PersonState, count_administrators
from tests.members import person_document

TODAY = date(2026, 1, 5)
SITE = "FA111"


def admin(
    name: str = "a",
    *,
    starts: int | None = None,
    ends: int | None = None,
    away: int | None = None,
    state: PersonState = PersonState.ACTIVE,
    role: str = "admin",
) -> Person:
    """Return an administrator whose days are counted from today."""
    person = person_document(f"{name}@abbey.example", (SITE,), created_at=0, role=role, state=state)
    (membership,) = person.memberships
    return msgspec.structs.replace(
        person,
        memberships=(
            msgspec.structs.replace(
                membership, starts=_day(starts), ends=_day(ends), away_until=_day(away)
            ),
        ),
    )


def _day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(days=offset)


def takes(after: Person, *others: Person, before: Person | None = None) -> bool:
    """Tell whether the change takes the last administrator away."""
    return takes_last_administrator(others, before or admin(), after, SITE, TODAY)


GONE = {
    "demoted": admin(role="staff"),
    "disabled": admin(state=PersonState.DISABLED),
    "left": admin(state=PersonState.LEFT),
    "away": admin(away=3),
    "away today": admin(away=0),
    "not yet": admin(starts=1),
    "over": admin(ends=-1),
    "over tomorrow": admin(ends=0),
    "over in a year": admin(ends=365),
}


@pytest.mark.parametrize("how", GONE)
def test_the_only_administrator_cannot_go_in_any_way_now_or_later(how: str) -> None:
    """ROL-08."""
    assert takes(GONE[how])
    assert takes(GONE[how], admin("b", state=PersonState.INVITED))
    assert takes(GONE[how], admin("b", role="staff"))
    assert takes(GONE[how], admin("b", away=400))
    assert not takes(GONE[how], admin("b"))


def test_an_administrator_who_comes_later_covers_the_days_after_only() -> None:
    assert takes(admin(ends=3), admin("b", starts=5))
    assert not takes(admin(ends=3), admin("b", starts=4))


def test_two_last_days_in_a_row_leave_nobody_and_are_refused_at_the_second() -> None:
    """ROL-08: today both count, and the day after neither would."""
    assert not takes(admin(ends=7), admin("b"))
    assert takes(admin(ends=7), admin("b", ends=7))
    assert takes(admin(ends=7), admin("b", ends=3), before=admin())


def test_a_site_that_nobody_covers_anyway_loses_nothing() -> None:
    assert not takes(admin(role="staff"), before=admin(state=PersonState.INVITED))
    assert not takes(admin(state=PersonState.DISABLED), before=admin(ends=-1))
    assert not takes(admin(ends=7), before=admin(ends=7))


def test_coming_back_or_staying_longer_takes_nobody_away() -> None:
    assert not takes(admin(), before=admin(away=9))
    assert not takes(admin(ends=9), before=admin(ends=7))


def test_a_pass_to_the_end_of_all_days_is_read() -> None:
    assert not takes(admin(away=None), before=admin(ends=(date.max - TODAY).days))


_OFFSETS = st.none() | st.integers(-3, 6)
_PEOPLE = st.builds(
    admin,
    st.sampled_from("bcd"),
    starts=_OFFSETS,
    ends=_OFFSETS,
    away=_OFFSETS,
    state=st.sampled_from([PersonState.ACTIVE, PersonState.ACTIVE, PersonState.DISABLED]),
    role=st.sampled_from(["admin", "admin", "staff"]),
)


@given(others=st.lists(_PEOPLE, max_size=3), before=_PEOPLE, after=_PEOPLE)
def test_the_days_looked_at_are_as_good_as_every_day(
    others: list[Person], before: Person, after: Person
) -> None:
    """ROL-08: the shortcut agrees with counting day by day."""
    days = [TODAY + timedelta(days=offset) for offset in range(12)]
    slow = any(
        count_administrators([*others, before], SITE, day) > 0
        and count_administrators([*others, after], SITE, day) == 0
        for day in days
    )

    assert takes_last_administrator(others, before, after, SITE, TODAY) is slow


def test_another_sites_administrators_do_not_count() -> None:
    elsewhere = person_document("b@bridge.example", ("FB222",), created_at=0, role="admin")
    assert elsewhere.memberships[0].role is SiteRole.ADMIN

    assert takes(admin(role="staff"), elsewhere)
