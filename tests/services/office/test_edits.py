"""Editing people: every field by its rule, nothing by accident, nothing over somebody else's head (rules 1 to 6, 10, 11, 13)."""

from __future__ import annotations

from datetime import date

import pytest

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import (
    AttemptEnded,
    BadInput,
    EmailExists,
    MultiSite,
    NotFound,
    SessionEnded,
    SharedMailbox,
    StepUpNeeded,
)
from pomfa_tui.domain.memberships import JobTitle, SiteRole
from pomfa_tui.domain.notices import NoticeKind
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.services.steps import NeedCode, NeedNewPassword
from tests.house import ABBEY, BRIDGE, CASTLE, HOST
from tests.members import Member
from tests.office import Picture, edit, main_events, refused, runs
from tests.world import World


def test_every_field_can_be_changed_and_taken_away_where_it_is_optional(
    world: World, jo: Member, admin: Member
) -> None:
    actor = world.sign_in(admin)
    changes = world.desk.office.changes
    changes.edit(
        actor,
        jo.email,
        PersonEdit(
            name="  Jo  Smith ",
            email="Jo.Smith@nhs.net",
            gphc="207 1234",
            period=60,
            role="admin",
            job="Responsible-Pharmacist",
            starts="2026-01-05",
            ends="2026-06-30",
            away_until="2026-02-01",
        ),
    )

    person = world.account(jo)
    assert (person.name, person.email, person.email_key) == (
        "Jo Smith",
        "Jo.Smith@nhs.net",
        "jo.smith@nhs.net",
    )
    assert (person.gphc, person.period) == ("2071234", 60)
    (membership,) = person.memberships
    assert (membership.role, membership.job) == (SiteRole.ADMIN, JobTitle.RESPONSIBLE)
    assert (membership.starts, membership.ends) == (date(2026, 1, 5), date(2026, 6, 30))
    assert membership.away_until == date(2026, 2, 1)

    shown = changes.edit(actor, jo.id, PersonEdit(gphc="", starts="", ends=" ", away_until=""))

    assert shown.gphc is None
    (membership,) = world.account(jo).memberships
    assert (membership.starts, membership.ends, membership.away_until) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "who"),
        ({"reason": "none"}, "who"),
        ({"site": ABBEY}, "who"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Jo\x1b[2J"}, "name"),
        ({"email": "jo"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "info@abbey.example"}, "email"),
        ({"email": "pharmacy.fa111@nhs.net"}, "email"),
        ({"gphc": "12345"}, "gphc"),
        ({"gphc": "5071234"}, "gphc"),
        ({"period": 31}, "period"),
        ({"role": "support"}, "role"),
        ({"role": ""}, "role"),
        ({"job": "boss"}, "job"),
        ({"starts": "tomorrow"}, "from"),
        ({"ends": "2026-13-01"}, "to"),
        ({"starts": "2026-02-01", "ends": "2026-01-31"}, "to"),
        ({"away_until": "01/02/2026"}, "away_until"),
        ({"site": "FFFFF", "job": "dispenser"}, "site"),
        ({"name": "Jo", "reason": "x" * 201}, "reason"),
        ({"email": "info@abbey.example", "override_reason": "x" * 201}, "override_reason"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_field_and_nothing_changes(
    world: World, jo: Member, changes: dict[str, object], field: str
) -> None:
    """GEN-07, ROL-07: a role over all sites cannot be had by an edit."""
    before = Picture.of(world)

    answer = refused(lambda: edit(world, jo, **changes))

    assert isinstance(answer, BadInput)
    assert answer.field == field
    assert Picture.of(world) == before


def test_a_shared_mailbox_says_whether_a_reason_helps(world: World, jo: Member) -> None:
    """ENR-17, rule 2: never for nhs.net."""
    first = refused(lambda: edit(world, jo, email="info@abbey.example"))
    second = refused(lambda: edit(world, jo, email="pharmacy.fa111@nhs.net", override_reason="x"))
    assert isinstance(first, SharedMailbox)
    assert first.can_override
    assert isinstance(second, SharedMailbox)
    assert not second.can_override

    with world.recorded() as events:
        edit(world, jo, email="info@abbey.example", override_reason="her own shop, she is alone")

    (main,) = main_events(events)
    assert main.detail["override_reason"] == "her own shop, she is alone"


def test_a_gphc_number_has_to_fit_the_job_that_comes_with_it(world: World, jo: Member) -> None:
    """Rule 6: also when the job changes and the number stays, and over every site when the number changes."""
    edit(world, jo, gphc="5071234", job="pharmacy technician")
    answer = refused(lambda: edit(world, jo, job="pharmacist"))
    assert isinstance(answer, BadInput)
    assert answer.field == "gphc"
    edit(world, jo, job="pharmacist", gphc="2071234")

    answer = refused(lambda: edit(world, jo, gphc="5071234", ends="2026-12-31"))
    assert isinstance(answer, BadInput)
    assert answer.field == "gphc"

    lou = world.person("lou@abbey.example", ABBEY, BRIDGE)
    answer = refused(
        lambda: edit(world, lou, gphc="5071234", site=ABBEY, job="pharmacy technician")
    )
    assert isinstance(answer, BadInput)
    assert answer.field == "gphc"


def test_an_edit_that_changes_nothing_writes_nothing(world: World, jo: Member) -> None:
    before, log = Picture.of(world), world.events()

    edit(world, jo, name="Jo", role="staff", job="pharmacist")

    assert (Picture.of(world), world.events()) == (before, log)


def test_the_log_names_the_fields_and_not_what_stands_in_them(
    world: World, jo: Member, admin: Member
) -> None:
    """PRI-01, AUD-01: one record, in the site's own log."""
    with world.recorded() as events:
        world.desk.office.changes.edit(
            world.sign_in(admin),
            jo.email,
            PersonEdit(name="Josephine Smith", gphc="2071234", job="manager"),
        )

    (main,) = [event for event in events if event.event is Event.USER_UPDATED]
    assert (main.reason, main.detail) == ("edited", {"changed": "name,gphc,job"})
    assert (main.subject, main.site, main.severity) == (jo.id, ABBEY, Severity.INFO)
    assert "Josephine" not in str(events)


def test_a_role_change_is_a_record_of_its_own_kind_and_a_notice(
    world: World, jo: Member, admin: Member
) -> None:
    """AUD-01, ENR-16, rule 22."""
    actor = world.sign_in(admin)

    with world.recorded() as events:
        world.desk.office.changes.edit(
            actor, jo.email, PersonEdit(role="admin", reason="second administrator")
        )

    (main,) = events
    assert (main.event, main.severity) == (Event.PERMISSIONS_CHANGED, Severity.WARNING)
    assert main.detail == {"changed": "role", "role": "admin", "why": "second administrator"}
    (notice,) = world.account(jo).notices
    assert (notice.kind, notice.site, notice.by) == (NoticeKind.ROLE_CHANGED, ABBEY, "Ada")


def test_a_role_change_needs_a_fresh_code_and_other_edits_do_not(
    world: World, jo: Member, admin: Member
) -> None:
    """SES-13, rule 22: asked for only when the role really changes."""
    actor = world.sign_in(admin)
    world.clock.advance(minutes=5, seconds=1)
    changes = world.desk.office.changes

    changes.edit(actor, jo.email, PersonEdit(name="Jo Smith", job="manager", role="staff"))
    answer = refused(lambda: changes.edit(actor, jo.email, PersonEdit(role="admin")))

    assert isinstance(answer, StepUpNeeded)
    assert world.account(jo).memberships[0].role is SiteRole.STAFF


def test_a_new_role_counts_at_the_next_call(world: World, jo: Member, admin: Member) -> None:
    """ROL-04: the session goes on with the rights of now."""
    token = world.sign_in(jo)
    assert (
        isinstance(refused(lambda: world.desk.people.show(token, admin.email)), BadInput) is False
    )
    assert refused(lambda: world.desk.people.show(token, admin.email)) is not None

    world.desk.office.changes.edit(world.sign_in(admin), jo.email, PersonEdit(role="admin"))

    assert world.desk.people.show(token, admin.email).name == "Ada"


def test_a_new_email_ends_the_sessions_and_is_what_is_typed_from_now_on(
    world: World, jo: Member, admin: Member
) -> None:
    """SES-09, ENR-16: half-done sign-ins end too, and the person is told in words of its own."""
    session = world.sign_in(jo)
    world.clock.advance(30)
    attempt = world.reach_code(jo).attempt

    world.desk.office.changes.edit(
        world.sign_in(admin), jo.email, PersonEdit(email="jo.smith@home.example")
    )

    assert not runs(world, session)
    half_done = refused(lambda: world.desk.sign_in.offer_code(attempt, jo.phone.code()))
    assert isinstance(half_done, AttemptEnded)
    assert refused(lambda: world.offer_password(jo)) is not None
    jo.email = "jo.smith@home.example"
    token = world.sign_in(jo)
    (notice,) = world.desk.office.account.notices(token)
    assert notice.kind is NoticeKind.EMAIL_CHANGED


def test_the_same_email_in_other_letters_ends_nothing(world: World, jo: Member) -> None:
    """A30, rule 1: stored as typed."""
    session = world.sign_in(jo)

    edit(world, jo, email="Jo@Abbey.example")

    assert runs(world, session)
    assert world.account(jo).email == "Jo@Abbey.example"


def test_mending_the_email_of_somebody_invited_keeps_their_slip_good(
    world: World, admin: Member
) -> None:
    """Rule 17: the slip was handed over, not sent to the address."""
    new = world.newcomer("nwe@abbey.example")
    world.desk.office.changes.edit(
        world.sign_in(admin), new.email, PersonEdit(email="new@abbey.example")
    )

    step = world.desk.sign_in.offer_password("new@abbey.example", new.slip)

    assert isinstance(step, NeedNewPassword)
    assert world.account(new).notices == ()


@pytest.mark.parametrize(
    "taken", ["bo@bridge.example", "Sam@Abbey.example", "SUE@helpdesk.example"]
)
def test_an_email_that_has_an_account_is_refused_in_the_same_words_wherever_it_is(
    world: World, jo: Member, admin: Member, taken: str
) -> None:
    """ENU-06, ENR-17, rule 5: neither name nor site, and the try is recorded."""
    world.person("bo@bridge.example", BRIDGE, name="Boris Bridge")
    world.person("sam@abbey.example", name="Sam")
    world.person("sue@helpdesk.example", role="support")
    actor = world.sign_in(admin)

    with world.recorded() as events:
        answer = refused(
            lambda: world.desk.office.changes.edit(actor, jo.email, PersonEdit(email=taken))
        )

    assert isinstance(answer, EmailExists)
    assert answer.message == "This person already has an account. Ask the helpdesk to link it."
    (event,) = events
    assert (event.event, event.reason, event.subject) == (
        Event.AUTHZ_FAILED,
        "email_exists",
        jo.id,
    )


def test_ones_own_present_email_is_no_second_account(world: World, jo: Member) -> None:
    edit(world, jo, email="JO@abbey.example", name="Josephine")

    assert world.account(jo).name == "Josephine"


def test_support_names_the_site_where_there_are_several(world: World) -> None:
    """Rule 12: no membership is changed by guess."""
    lou = world.person("lou@abbey.example", ABBEY, BRIDGE)
    answer = refused(lambda: edit(world, lou, job="manager"))
    assert isinstance(answer, BadInput)
    assert answer.field == "site"

    edit(world, lou, job="manager", site=BRIDGE.lower())

    assert [member.job for member in world.account(lou).memberships] == [
        JobTitle.PHARMACIST,
        JobTitle.MANAGER,
    ]
    assert isinstance(refused(lambda: edit(world, lou, job="manager", site=CASTLE)), NotFound)


def test_who_belongs_nowhere_has_no_membership_to_edit(world: World, jo: Member) -> None:
    world.desk.office.states.leave(HOST, jo.email, "left")

    assert isinstance(refused(lambda: edit(world, jo, job="manager")), NotFound)


def test_an_administrator_edits_the_own_sites_tie_of_somebody_linked_elsewhere_and_nothing_else(
    world: World, admin: Member
) -> None:
    """ROL-05, rule 11: not the other site's tie either, whatever the form says."""
    lou = world.person("lou@abbey.example", ABBEY, BRIDGE)
    actor = world.sign_in(admin)
    changes = world.desk.office.changes

    changes.edit(actor, lou.email, PersonEdit(job="manager", ends="2026-03-31", role="admin"))
    details = refused(lambda: changes.edit(actor, lou.email, PersonEdit(name="Lou")))
    with world.recorded() as events:
        other = refused(
            lambda: changes.edit(actor, lou.email, PersonEdit(site=BRIDGE, job="other"))
        )

    here, there = world.account(lou).memberships
    assert (here.job, here.role) == (JobTitle.MANAGER, SiteRole.ADMIN)
    assert (there.job, there.role) == (JobTitle.PHARMACIST, SiteRole.STAFF)
    assert isinstance(details, MultiSite)
    assert isinstance(other, NotFound)
    assert [event.reason for event in events] == ["not_found"]


@pytest.mark.parametrize(
    ("last_day", "midnight"),
    [("2026-03-29", 1_774_825_200), ("2026-10-25", 1_792_972_800), ("2026-01-31", 1_769_904_000)],
)
def test_a_pass_lasts_to_midnight_in_london_also_on_the_days_when_the_clocks_change(
    world: World, jo: Member, last_day: str, midnight: int
) -> None:
    """ROL-14, rule 13: 23:00 UTC in summer time, 0:00 UTC in winter; the session ends with the pass."""
    edit(world, jo, ends=last_day)
    world.clock.advance(midnight - 60 - world.clock.now())
    token = world.sign_in(jo)
    world.clock.advance(midnight - 1 - world.clock.now())
    world.desk.sessions.check(token)

    world.clock.advance(1)

    assert isinstance(refused(lambda: world.desk.sessions.check(token)), SessionEnded)


def test_details_of_somebody_disabled_can_be_put_right(world: World, jo: Member) -> None:
    world.desk.office.states.disable(HOST, jo.id, "long leave")

    edit(world, jo, name="Jo Smith")

    assert (world.account(jo).name, world.account(jo).state) == ("Jo Smith", PersonState.DISABLED)


def test_a_longer_period_counts_from_the_next_pairing_on(world: World, jo: Member) -> None:
    """TOTP-04, rule 15: the present entry goes on as it was made."""
    edit(world, jo, period=60)

    step = world.offer_password(jo)

    assert isinstance(step, NeedCode)
    assert step.period == 30
