"""Who may do what to whom: every cell of the table, held against the table that people read in docs/security.md."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from pomfa_tui.domain.errors import MultiSite, NotFound, NotPermitted, Refusal, SelfReset
from pomfa_tui.domain.memberships import JobTitle, Membership, SiteRole
from pomfa_tui.domain.people import Person, PersonState, SystemRole
from pomfa_tui.domain.permissions import (
    MATRIX,
    Action,
    Relation,
    Role,
    allowed,
    refusal,
    relation_to,
    relation_to_site,
)

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "security.md"
NOBODY = "nobody"

CELLS = tuple(product(Role, Action, Relation))
ABBEY, BRIDGE = "FA111", "FB222"


def table() -> str:
    """Return the table as the document has to show it."""
    rows = [
        "| action | " + " | ".join(Role) + " |",
        "| --- |" + " --- |" * len(Role),
    ]
    for action in Action:
        cells = []
        for role in Role:
            targets = [relation.value for relation in Relation if allowed(role, action, relation)]
            cells.append(", ".join(targets) or NOBODY)
        rows.append(f"| {action.value} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def documented() -> dict[tuple[Role, Action], frozenset[Relation]]:
    """Read the document's table back."""
    found = re.search(
        r"<!-- permissions: begin -->\n(.*?)\n<!-- permissions: end -->",
        DOCUMENT.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found is not None
    heading, _, *rows = found.group(1).splitlines()
    roles = [Role(name.strip()) for name in heading.strip("|").split("|")[1:]]
    cells: dict[tuple[Role, Action], frozenset[Relation]] = {}
    for row in rows:
        name, *targets = (cell.strip() for cell in row.strip("|").split("|"))
        for role, target in zip(roles, targets, strict=True):
            words = [] if target == NOBODY else target.split(", ")
            cells[role, Action(name)] = frozenset(Relation(word) for word in words)
    return cells


def test_the_document_shows_the_table_of_the_code() -> None:
    """ROL-01, GEN-08: letter by letter, so that a change of one without the other fails."""
    assert table() in DOCUMENT.read_text(encoding="utf-8")


def test_the_document_knows_every_role_and_action() -> None:
    """ROL-01: a role or an action that is added has to be written down."""
    assert set(documented()) == set(product(Role, Action))


@pytest.mark.parametrize("role", Role)
def test_every_cell_is_allowed_exactly_where_the_document_says_so(role: Role) -> None:
    """ROL-01: role by action by relation; what is not listed is denied."""
    expected = documented()
    wrong = [
        (action, relation)
        for action, relation in product(Action, Relation)
        if allowed(role, action, relation) is not (relation in expected[role, action])
    ]

    assert wrong == []


def test_an_action_that_a_role_does_not_have_is_denied_for_every_target() -> None:
    """ROL-01: unlisted means no."""
    unlisted = [cell for cell in CELLS if cell[1] not in MATRIX[cell[0]]]

    assert unlisted
    assert not any(allowed(*cell) for cell in unlisted)


RULES: dict[str, tuple[set[Role], set[Action], set[Relation]]] = {
    "rule 9: staff reach their own account only": (
        {Role.STAFF},
        set(Action),
        set(Relation) - {Relation.SELF},
    ),
    "rule 9: commissioners reset MFA and nothing else": (
        {Role.COMMISSIONER},
        set(Action) - {Action.RESET_MFA},
        set(Relation) - {Relation.SELF},
    ),
    "rule 10: nobody resets, unlocks or switches off themselves": (
        set(Role),
        {Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK, Action.DISABLE},
        {Relation.SELF},
    ),
    "rule 10: nobody changes their own role or memberships": (
        set(Role),
        {Action.CHANGE_ROLE, Action.EDIT_MEMBERSHIP, Action.END_MEMBERSHIP, Action.LINK},
        {Relation.SELF},
    ),
    "rule 10: administrators never touch support or commissioners": (
        {Role.ADMIN},
        set(Action),
        {Relation.SUPPORT, Relation.COMMISSIONER},
    ),
    "rule 9: administrators reach nobody of another site": (
        {Role.ADMIN},
        set(Action),
        {Relation.OTHER_SITE},
    ),
    "rule 11: people of several sites are reset by support": (
        {Role.STAFF, Role.ADMIN, Role.COMMISSIONER},
        {
            Action.RESET_PASSWORD,
            Action.RESET_MFA,
            Action.UNLOCK,
            Action.EDIT_PERSON,
            Action.DISABLE,
        },
        {Relation.SEVERAL_SITES},
    ),
    "rule 12: only support links": (
        {Role.STAFF, Role.ADMIN, Role.COMMISSIONER},
        {Action.LINK},
        set(Relation),
    ),
    "rule 9: only support makes support, sites and works through requests": (
        {Role.STAFF, Role.ADMIN, Role.COMMISSIONER},
        {
            Action.ADD_SYSTEM_ROLE,
            Action.ADD_SITE,
            Action.EDIT_SITE,
            Action.RAISE_NHSMAIL_LIMIT,
            Action.WORK_REQUESTS,
            Action.VERIFY_AUDIT,
        },
        set(Relation),
    ),
    "rule 9: support and commissioners have no site to be ended or changed at": (
        set(Role),
        {Action.EDIT_MEMBERSHIP, Action.CHANGE_ROLE, Action.END_MEMBERSHIP, Action.LINK},
        {Relation.SUPPORT, Relation.COMMISSIONER},
    ),
}
"""What the rules forbid, written down a second time and without the table."""


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_forbids_is_in_no_cell(rule: str) -> None:
    """ROL-05, ROL-06, ROL-07, ROL-11, ENR-13, A25, A26: the rules of product section 1."""
    assert not any(allowed(*cell) for cell in product(*RULES[rule]))


@pytest.mark.parametrize(
    ("role", "action", "relation"),
    [
        (Role.ADMIN, Action.END_MEMBERSHIP, Relation.SEVERAL_SITES),
        (Role.ADMIN, Action.RESET_MFA, Relation.OWN_SITE),
        (Role.ADMIN, Action.ADD_PERSON, Relation.OWN_SITE),
        (Role.ADMIN, Action.CLOSE_KIOSK, Relation.NONE),
        (Role.SUPPORT, Action.CLOSE_KIOSK, Relation.NONE),
        (Role.SUPPORT, Action.LINK, Relation.SEVERAL_SITES),
        (Role.SUPPORT, Action.RESET_MFA, Relation.SUPPORT),
        (Role.COMMISSIONER, Action.RESET_MFA, Relation.OTHER_SITE),
        (Role.HOST, Action.ADD_SYSTEM_ROLE, Relation.NONE),
        (Role.HOST, Action.VERIFY_AUDIT, Relation.NONE),
        (Role.STAFF, Action.USE_OWN_ACCOUNT, Relation.SELF),
    ],
)
def test_what_the_rules_ask_for_is_allowed(role: Role, action: Action, relation: Relation) -> None:
    """Rules 9 to 12, 14: denying everything would pass every other test."""
    assert allowed(role, action, relation)


def test_the_command_line_has_what_support_has_and_no_account_of_its_own() -> None:
    """ROL-15: documented as the host owner's power."""
    own = {Action.USE_OWN_ACCOUNT}

    assert set(MATRIX[Role.HOST]) == set(MATRIX[Role.SUPPORT]) - own
    assert all(
        MATRIX[Role.HOST][action] == MATRIX[Role.SUPPORT][action] for action in MATRIX[Role.HOST]
    )


class TestRelations:
    """How a target stands to the actor."""

    @pytest.mark.parametrize(
        ("actor_site", "sites", "role", "expected"),
        [
            (ABBEY, (ABBEY,), None, Relation.OWN_SITE),
            (ABBEY, (BRIDGE,), None, Relation.OTHER_SITE),
            (ABBEY, (ABBEY, BRIDGE), None, Relation.SEVERAL_SITES),
            (ABBEY, (BRIDGE, "FC333"), None, Relation.OTHER_SITE),
            (ABBEY, (), None, Relation.OTHER_SITE),
            (ABBEY, (), SystemRole.SUPPORT, Relation.SUPPORT),
            (ABBEY, (ABBEY,), SystemRole.SUPPORT, Relation.SUPPORT),
            (ABBEY, (), SystemRole.COMMISSIONER, Relation.COMMISSIONER),
            (None, (ABBEY,), None, Relation.OTHER_SITE),
            (None, (ABBEY, BRIDGE), None, Relation.SEVERAL_SITES),
            (None, (), None, Relation.OTHER_SITE),
            (None, (), SystemRole.SUPPORT, Relation.SUPPORT),
        ],
    )
    def test_it_follows_from_the_ties_that_have_not_ended(
        self,
        actor_site: str | None,
        sites: tuple[str, ...],
        role: SystemRole | None,
        expected: Relation,
    ) -> None:
        """ROL-05, A26: computed from the stored person, never from a form."""
        assert relation_to("somebody", actor_site, somebody(sites, role)) is expected

    @pytest.mark.parametrize("actor_site", [None, ABBEY])
    def test_oneself_is_oneself_whatever_else(self, actor_site: str | None) -> None:
        """Rule 10: also as support and with several sites."""
        for person in (somebody((ABBEY, BRIDGE), None), somebody((), SystemRole.SUPPORT)):
            assert relation_to(person.id, actor_site, person) is Relation.SELF

    def test_an_ended_tie_counts_no_more(self) -> None:
        """Rule 14: who left Bridge is Abbey's alone, and who left Abbey is not Abbey's."""
        person = somebody((ABBEY, BRIDGE), None, ended=BRIDGE)

        assert relation_to("a", ABBEY, person) is Relation.OWN_SITE
        assert relation_to("b", BRIDGE, person) is Relation.OTHER_SITE

    def test_a_tie_whose_dates_have_passed_counts_still(self) -> None:
        """Rule 11: a locum between two passes is still linked to both sites."""
        person = somebody((ABBEY, BRIDGE), None, last_day=date(2020, 1, 1))

        assert relation_to("a", ABBEY, person) is Relation.SEVERAL_SITES

    @pytest.mark.parametrize(
        ("actor_site", "site", "expected"),
        [
            (ABBEY, ABBEY, Relation.OWN_SITE),
            (ABBEY, BRIDGE, Relation.OTHER_SITE),
            (None, ABBEY, Relation.OTHER_SITE),
        ],
    )
    def test_a_site_is_one_s_own_or_another(
        self, actor_site: str | None, site: str, expected: Relation
    ) -> None:
        """ROL-02: nobody over all sites has one of their own."""
        assert relation_to_site(actor_site, site) is expected


class TestRefusals:
    """What somebody is told who may not."""

    @pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
    @pytest.mark.parametrize(
        "relation", [Relation.OTHER_SITE, Relation.SUPPORT, Relation.COMMISSIONER]
    )
    def test_what_lies_elsewhere_is_answered_like_nothing(
        self, role: Role, relation: Relation
    ) -> None:
        """ROL-02: support and commissioners are as invisible as other sites."""
        for action in Action:
            if not allowed(role, action, relation):
                answer = refusal(role, action, relation, sought="jo@x.example")
                assert answer.message == NotFound("jo@x.example").message

    @pytest.mark.parametrize("role", Role)
    def test_one_s_own_reset_says_whom_to_ask(self, role: Role) -> None:
        """ENR-13, rule 10: another administrator or the helpdesk."""
        for action in (Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK):
            assert type(refusal(role, action, Relation.SELF, sought="me")) is SelfReset

    @pytest.mark.parametrize(
        "action", [Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK, Action.DISABLE]
    )
    def test_an_administrator_is_told_that_somebody_is_also_linked_elsewhere(
        self, action: Action
    ) -> None:
        """ROL-05, rule 11: and not where."""
        answer = refusal(Role.ADMIN, action, Relation.SEVERAL_SITES, sought="lee@x.example")

        assert type(answer) is MultiSite
        assert "also linked elsewhere" in answer.message

    def test_a_commissioner_is_told_so_too(self) -> None:
        """Rule 11: support resets people of several sites."""
        answer = refusal(
            Role.COMMISSIONER, Action.RESET_MFA, Relation.SEVERAL_SITES, sought="lee@x.example"
        )

        assert type(answer) is MultiSite

    def test_everything_else_is_plainly_not_permitted(self) -> None:
        """ROL-01: never a crash, never nothing."""
        answers: set[type[Refusal]] = {
            type(refusal(role, action, relation, sought="x"))
            for role, action, relation in CELLS
            if not allowed(role, action, relation)
        }

        assert answers == {NotPermitted, NotFound, MultiSite, SelfReset}
        assert type(refusal(Role.STAFF, Action.ADD_SITE, Relation.NONE, sought="")) is NotPermitted


def somebody(
    sites: tuple[str, ...],
    role: SystemRole | None,
    *,
    ended: str = "",
    last_day: date | None = None,
) -> Person:
    """Return a person with ties to sites."""
    memberships = tuple(
        Membership(
            site=site,
            role=SiteRole.STAFF,
            job=JobTitle.LOCUM,
            ends=last_day,
            ended_at=1 if site == ended else None,
        )
        for site in sites
    )
    return Person(
        id="0" * 32,
        email="jo@x.example",
        email_key="jo@x.example",
        name="Jo",
        state=PersonState.ACTIVE,
        role=role,
        memberships=memberships,
        created_at=0,
    )
