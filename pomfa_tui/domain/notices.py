"""What others did to somebody's account, shown at the next sign-in until they acknowledge it (ENR-16)."""

from __future__ import annotations

from enum import StrEnum

from pomfa_tui.domain.documents import Document, new_id

NO_TERMINAL = "none"
"""Where an act came from that no terminal belongs to, such as a timed job."""

NOTICES_KEPT = 20
"""Notices one person may have waiting; the oldest make room."""


class NoticeKind(StrEnum):
    """What was done."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an act
    MFA_RESET = "mfa_reset"
    UNLOCKED = "unlocked"
    ENABLED = "enabled"
    EDITED = "edited"
    EMAIL_CHANGED = "email_changed"
    ROLE_CHANGED = "role_changed"
    LINKED = "linked"
    UNLINKED = "unlinked"
    COLLEAGUE_RECOVERED = "colleague_recovered"
    LOCUM_SET_UP = "locum_set_up"
    LET_IN = "let_in"
    WRONG_CODE = "wrong_code"
    REQUEST_DONE = "request_done"
    REQUEST_NOT_DONE = "request_not_done"


_SENTENCES: dict[NoticeKind, str] = {
    NoticeKind.PASSWORD_RESET: "Your password was reset.",
    NoticeKind.MFA_RESET: "Your authenticator was reset.",
    NoticeKind.UNLOCKED: "Your account was unlocked.",
    NoticeKind.ENABLED: "Your account was enabled again.",
    NoticeKind.EDITED: "Your details were changed.",
    NoticeKind.EMAIL_CHANGED: "Your e-mail address was changed.",
    NoticeKind.ROLE_CHANGED: "Your role was changed.",
    NoticeKind.LINKED: "You were linked to a site.",
    NoticeKind.UNLINKED: "Your link to a site was ended.",
    NoticeKind.WRONG_CODE: "Your password was typed, then a wrong code.",
    NoticeKind.COLLEAGUE_RECOVERED: "Your site has somebody whose password and authenticator were both reset within a day.",
    NoticeKind.LOCUM_SET_UP: "Your site has a locum until midnight, by telephone.",
    NoticeKind.LET_IN: "You were given a pass until midnight, by telephone.",
    NoticeKind.REQUEST_DONE: "Your request was dealt with.",
    NoticeKind.REQUEST_NOT_DONE: "Your request was closed without a change.",
}


class Notice(Document, frozen=True, kw_only=True):
    """One act on one person.

    Attributes:
        id: Random identifier, to acknowledge it by.
        at: UTC seconds.
        kind: What was done.
        by: Name of whoever did it, as it was then.
        terminal: From where.
        site: ODS code it was about, or none.
        reference: Number of the request it was about, as it is read out, or none.
    """

    id: str
    at: int
    kind: NoticeKind
    by: str
    terminal: str
    site: str | None = None
    reference: str | None = None

    @classmethod
    def new(
        cls,
        at: int,
        kind: NoticeKind,
        *,
        by: str,
        terminal: str,
        site: str | None = None,
        reference: str | None = None,
    ) -> Notice:
        """Return a notice with a fresh identifier."""
        return cls(
            id=new_id(),
            at=at,
            kind=kind,
            by=by,
            terminal=terminal,
            site=site,
            reference=reference,
        )

    def sentence(self) -> str:
        """Say what was done, without who and when."""
        said = _SENTENCES[self.kind]
        about = ", ".join(each for each in (self.reference, self.site) if each is not None)
        return f"{said.removesuffix('.')} ({about})." if about else said


def with_notice(waiting: tuple[Notice, ...], notice: Notice) -> tuple[Notice, ...]:
    """Return the waiting notices with one more; the oldest make room."""
    return (*waiting, notice)[-NOTICES_KEPT:]
