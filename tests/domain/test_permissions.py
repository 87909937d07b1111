"""Who may do what to whom: every cell of the table, held against the table that people read in docs/security.md."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from pomfa_tui.domain.permissions import (
    MATRIX,
    Action,
    Relation,
    Role,
    allowed,
)

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "security.md"
NOBODY = "nobody"

CELLS = tuple(product(Role, Action, Relation))


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
