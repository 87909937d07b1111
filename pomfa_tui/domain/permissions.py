"""Who may do what to whom: one table, everything not in it is denied (rules 9 to 12).

The table is the rule. Services ask it at every call with the actor's role, the action and how the target stands to the actor;
`docs/security.md` shows the same table and a test walks every cell.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import MultiSite, NotFound, NotPermitted, Refusal, SelfReset
from pomfa_tui.domain.people import Person, SystemRole

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """What an actor is while acting."""

    STAFF = "staff"
    ADMIN = "admin"
    SUPPORT = "support"
    COMMISSIONER = "commissioner"
    HOST = "host"
    """The command line, run by the account that owns the store; has support's rights and is audited by login name."""


class Relation(StrEnum):
    """How a target stands to the actor."""

    SELF = "self"
    OWN_SITE = "own site"
    SEVERAL_SITES = "several sites"
    OTHER_SITE = "other site"
    SUPPORT = "support"
    COMMISSIONER = "commissioner"
    NONE = "no target"


class Action(StrEnum):
    """Everything the table knows."""

    USE_OWN_ACCOUNT = "use own account"
    SEE_PERSON = "see person"
    ADD_PERSON = "add person"
    ADD_SYSTEM_ROLE = "add support or commissioner"
    EDIT_PERSON = "edit person"
    EDIT_MEMBERSHIP = "edit membership"
    CHANGE_ROLE = "change role at site"
    RESET_PASSWORD = "reset password"  # noqa: S105 - an action's name
    RESET_MFA = "reset MFA"
    UNLOCK = "unlock"
    DISABLE = "disable or enable"
    END_MEMBERSHIP = "end membership"
    ERASE = "erase a leaver"
    LINK = "link or unlink"
    SEE_SESSIONS = "see sessions"
    END_SESSION = "end session"
    SEE_SITE = "see site"
    ADD_SITE = "add site"
    EDIT_SITE = "edit or close site"
    RAISE_NHSMAIL_LIMIT = "raise NHSmail limit"
    WORK_REQUESTS = "work through requests"
    ANSWER_PHONE = "answer a phone reset"
    SEE_AUDIT = "see audit log"
    VERIFY_AUDIT = "verify audit log"
    EXPORT = "export audit log or evidence"
    REVIEW_ACCESS = "review access"
    CLOSE_KIOSK = "close the kiosk"


_ME = frozenset({Relation.SELF})
_MINE = frozenset({Relation.OWN_SITE})
_MINE_ALSO_ELSEWHERE = frozenset({Relation.OWN_SITE, Relation.SEVERAL_SITES})
_SEEN = _MINE_ALSO_ELSEWHERE | _ME
_MEMBERS = frozenset({Relation.OWN_SITE, Relation.SEVERAL_SITES, Relation.OTHER_SITE})
_OTHERS = _MEMBERS | {Relation.SUPPORT, Relation.COMMISSIONER}
_EVERYBODY = _OTHERS | _ME
_SITES = frozenset({Relation.OWN_SITE, Relation.OTHER_SITE})
_NOTHING = frozenset({Relation.NONE})
_ONE_SITE_ANYWHERE = frozenset({Relation.OTHER_SITE})
_ONE_SITE = _MINE | _ONE_SITE_ANYWHERE

_OWN: Mapping[Action, frozenset[Relation]] = {Action.USE_OWN_ACCOUNT: _ME}

_ADMIN: Mapping[Action, frozenset[Relation]] = {
    Action.SEE_PERSON: _SEEN,
    Action.ADD_PERSON: _MINE,
    Action.EDIT_PERSON: _MINE,
    Action.EDIT_MEMBERSHIP: _MINE_ALSO_ELSEWHERE,
    Action.CHANGE_ROLE: _MINE_ALSO_ELSEWHERE,
    Action.RESET_PASSWORD: _MINE,
    Action.RESET_MFA: _MINE,
    Action.UNLOCK: _MINE,
    Action.DISABLE: _MINE,
    Action.END_MEMBERSHIP: _MINE_ALSO_ELSEWHERE,
    Action.SEE_SESSIONS: _MINE_ALSO_ELSEWHERE,
    Action.END_SESSION: _MINE_ALSO_ELSEWHERE,
    Action.SEE_SITE: _MINE,
    Action.SEE_AUDIT: _MINE,
    Action.EXPORT: _MINE,
    Action.REVIEW_ACCESS: _MINE,
    Action.CLOSE_KIOSK: _NOTHING,
}

_SUPPORT: Mapping[Action, frozenset[Relation]] = {
    Action.SEE_PERSON: _EVERYBODY,
    Action.ADD_PERSON: _SITES,
    Action.ADD_SYSTEM_ROLE: _NOTHING,
    Action.EDIT_PERSON: _OTHERS,
    Action.EDIT_MEMBERSHIP: _MEMBERS,
    Action.CHANGE_ROLE: _MEMBERS,
    Action.RESET_PASSWORD: _OTHERS,
    Action.RESET_MFA: _OTHERS,
    Action.UNLOCK: _OTHERS,
    Action.DISABLE: _OTHERS,
    Action.END_MEMBERSHIP: _MEMBERS,
    Action.ERASE: _OTHERS,
    Action.LINK: _MEMBERS,
    Action.SEE_SESSIONS: _OTHERS,
    Action.END_SESSION: _OTHERS,
    Action.SEE_SITE: _SITES,
    Action.ADD_SITE: _NOTHING,
    Action.EDIT_SITE: _SITES,
    Action.RAISE_NHSMAIL_LIMIT: _SITES,
    Action.WORK_REQUESTS: _NOTHING,
    Action.ANSWER_PHONE: _NOTHING,
    Action.SEE_AUDIT: _SITES | _NOTHING,
    Action.VERIFY_AUDIT: _NOTHING,
    Action.EXPORT: _SITES | _NOTHING,
    Action.REVIEW_ACCESS: _SITES,
    Action.CLOSE_KIOSK: _NOTHING,
}

MATRIX: Mapping[Role, Mapping[Action, frozenset[Relation]]] = {
    Role.STAFF: {**_OWN, Action.SEE_PERSON: _ME},
    Role.ADMIN: {**_OWN, **_ADMIN},
    Role.SUPPORT: {**_OWN, **_SUPPORT},
    Role.COMMISSIONER: {**_OWN, Action.SEE_PERSON: _ME, Action.RESET_MFA: _ONE_SITE_ANYWHERE},
    Role.HOST: _SUPPORT,
}
"""Role, then action, then the targets it may be done to."""

_HIDDEN = frozenset({Relation.OTHER_SITE, Relation.SUPPORT, Relation.COMMISSIONER})
"""What people of a site do not get to know of."""

_RESETS = frozenset({Action.RESET_PASSWORD, Action.RESET_MFA, Action.UNLOCK})


def allowed(role: Role, action: Action, relation: Relation) -> bool:
    """Tell whether the table has this cell."""
    return relation in MATRIX[role].get(action, frozenset())


def relation_to(actor_id: str, actor_site: str | None, target: Person) -> Relation:
    """Say how a person stands to the actor.

    Args:
        actor_id: The actor's person id; the command line has none of its own and never matches.
        actor_site: The site of the actor's session; none for roles over all sites.
        target: The person it is about.
    """
    if target.id == actor_id:
        return Relation.SELF
    if target.role is SystemRole.SUPPORT:
        return Relation.SUPPORT
    if target.role is SystemRole.COMMISSIONER:
        return Relation.COMMISSIONER
    sites = set(target.linked_sites())
    if actor_site is not None and actor_site not in sites:
        return Relation.OTHER_SITE
    if len(sites) > 1:
        return Relation.SEVERAL_SITES
    return Relation.OWN_SITE if actor_site is not None else Relation.OTHER_SITE


def relation_to_site(actor_site: str | None, site: str) -> Relation:
    """Say how a site stands to the actor's session."""
    return Relation.OWN_SITE if site == actor_site else Relation.OTHER_SITE


def refusal(role: Role, action: Action, relation: Relation, *, sought: str) -> Refusal:
    """Return the refusal for a cell that the table does not have.

    What lies at another site, and every support and commissioner account, is answered like something that does not exist (ROL-02).

    Args:
        role: The actor's.
        action: What was asked for.
        relation: How the target stands to the actor.
        sought: The target as the actor named it.
    """
    if relation is Relation.SELF and action in _RESETS:
        return SelfReset()
    if relation is Relation.SEVERAL_SITES and MATRIX[role].get(action, _NOTHING) & _ONE_SITE:
        return MultiSite()
    if relation in _HIDDEN and role in {Role.STAFF, Role.ADMIN}:
        return NotFound(sought)
    return NotPermitted()
