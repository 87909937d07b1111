"""What the rules of the domain refuse: people, sites, roles, requests."""

from __future__ import annotations

from pomfa_tui.domain.errors.base import BadInput, Refusal


class SharedMailbox(BadInput):
    """The e-mail belongs to a team or a role, not to a person (rule 2)."""

    code = "shared_mailbox"

    def __init__(self, message: str, *, can_override: bool) -> None:
        """Say whether an administrator may override with a reason."""
        super().__init__("email", message)
        self.can_override = can_override


class EmailExists(BadInput):
    """The e-mail has an account already; says neither whose nor where (rule 5)."""

    code = "email_exists"

    def __init__(self) -> None:
        """Use the neutral sentence of rule 5."""
        super().__init__(
            "email", "This person already has an account. Ask the helpdesk to link it."
        )


class TooManyMet(BadInput):
    """An administrator named too many addresses that have an account already, so no more are looked up for a while (ENU-06)."""

    code = "rate_limit"

    def __init__(self) -> None:
        """Say how long, and who can do it meanwhile."""
        super().__init__(
            "email",
            "You have named many addresses that have an account already. Wait an hour, or ask the helpdesk.",
        )


class TooManyRequests(Refusal):
    """A terminal filed too many requests, or too many wait altogether (rule 29); says nothing about accounts."""

    code = "rate_limit"

    def __init__(self, *, everywhere: bool = False) -> None:
        """Say what else there is."""
        why = (
            "Too many requests are waiting already."
            if everywhere
            else "Too many requests were sent from this terminal."
        )
        super().__init__(f"{why} Nothing was sent. Ring or write to the helpdesk instead.")


class RequestClosed(Refusal):
    """Somebody else closed the request first; theirs stands."""

    code = "request_closed"

    def __init__(self, name: str, how: str) -> None:
        """Name whoever did it, and how it ended."""
        super().__init__(
            f"This request was closed already by {name} ({how}). Yours changed nothing."
        )


class NhsmailFull(BadInput):
    """The site's NHSmail places are taken (rule 3)."""

    code = "nhsmail_full"

    def __init__(self, limit: int) -> None:
        """Name the limit and the two ways on."""
        super().__init__(
            "email",
            f"This site already has {limit} NHSmail accounts, the most it may have. Use a personal address that only this "
            "person reads, or ask the helpdesk to raise the limit.",
        )
        self.limit = limit


class WeakPassword(BadInput):
    """The new password is too easy to guess, too short or too long; says why (PWD-09)."""

    code = "weak_password"

    def __init__(self, message: str) -> None:
        """Give the reason and a suggestion, never the password."""
        super().__init__("password", message)


class LastAdmin(Refusal):
    """The change would leave a site without an active administrator (rule 8)."""

    code = "last_admin"

    def __init__(self, site: str) -> None:
        """Name the site."""
        super().__init__(
            f"This is the last active administrator of {site}. Make somebody else an administrator first, or ask the helpdesk."
        )
        self.site = site


class SelfReset(Refusal):
    """Nobody resets their own password or authenticator by the administration screens (rule 10)."""

    code = "self_reset"

    def __init__(self) -> None:
        """Point to the two people who can."""
        super().__init__(
            "You cannot reset your own sign-in. Ask another administrator or the helpdesk."
        )


class MultiSite(Refusal):
    """People of two or more sites are reset by support only (rule 11)."""

    code = "multi_site"

    def __init__(self) -> None:
        """Say who can do it."""
        super().__init__(
            "This person is also linked elsewhere, so only the helpdesk can do this. Ask the helpdesk."
        )


class NotPermitted(Refusal):
    """The actor may not do this to this target."""

    code = "not_permitted"

    def __init__(
        self, message: str = "Your role does not allow this. Ask an administrator or the helpdesk."
    ) -> None:
        """Use the plain sentence unless the rule has a better one."""
        super().__init__(message)


class NotFound(Refusal):
    """Nothing by that name is visible to the actor."""

    code = "not_found"
    exit_code = 4

    def __init__(self, what: str) -> None:
        """Name what was looked for, as the actor wrote it."""
        super().__init__(f"Nothing found for {what}. Check the spelling, or list what there is.")


class AlreadyInitialised(Refusal):
    """Set-up runs once, on an empty store (A29)."""

    code = "already_initialised"

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__(
            "This store is already set up. Sign in as an administrator, or choose another data folder."
        )


class NotInitialised(Refusal):
    """The store is empty."""

    code = "not_initialised"
    exit_code = 5

    def __init__(self) -> None:
        """Name the command that sets it up."""
        super().__init__(
            "This store has not been set up yet. Run `pomfa-tui init`, or start `pomfa-tui` and fill in the form."
        )


class EditedMeanwhile(Refusal):
    """Somebody else changed the same thing since it was shown (ROL-16)."""

    code = "edited_meanwhile"

    def __init__(self, differences: tuple[str, ...] = ()) -> None:
        """Say what it says now, and ask to look again."""
        now = f" ({'; '.join(differences)})" if differences else ""
        super().__init__(
            f"Somebody else has changed this meanwhile{now}. Nothing of yours was written. Look at it, then make your change again."
        )
        self.differences = differences
