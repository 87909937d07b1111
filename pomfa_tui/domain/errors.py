"""Refusals: one class per reason, each with its code, exit status and one sentence that says what to do.

A refusal is an answer, not a fault. Its message is written for the person at the terminal and never holds a secret.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the domain, "Error" would mislead
    """Base of everything the program declines to do."""

    code: ClassVar[str] = "refused"
    """Machine-readable code, part of the command line's contract."""

    exit_code: ClassVar[int] = 1
    """Exit status of the command line: see the table of exit codes."""

    def __init__(self, message: str) -> None:
        """Keep the sentence shown to the person."""
        super().__init__(message)
        self.message = message


class BadInput(Refusal):
    """A field holds something that cannot be used."""

    code = "bad_input"

    def __init__(self, field: str, message: str) -> None:
        """Name the field, so that a form can show the sentence beside it."""
        super().__init__(message)
        self.field = field


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


# -- Signing in -----------------------------------------------------------------------------------------------------


class AuthenticationFailed(Refusal):
    """Somebody could not prove who they are."""

    code = "authentication_failed"
    exit_code = 3


class SignInRefused(AuthenticationFailed):
    """The one answer before the password is proven, whatever the cause (rule 25, ENU-01)."""

    def __init__(self, failures: int, minutes: int, wait: int = 0) -> None:
        """Name the general rule of the lock, which holds for every e-mail alike, or the wait.

        Args:
            failures: After which there is a wait.
            minutes: How long the first one is.
            wait: Seconds that what was typed at this terminal has earned, whether or not the e-mail has an account; 0 for none.
        """
        left = max(1, -(-wait // 60))
        unit = "minute" if left == 1 else "minutes"
        super().__init__(
            f"Too many failed tries with this e-mail. Wait {left} {unit}; tries before then are not looked at. An administrator can help sooner."
            if wait
            else "That did not match. Check your e-mail and password and try again. "
            f"After {failures} failed tries in a row, wait {minutes} minutes."
        )
        self.wait = wait


class PasswordWrong(AuthenticationFailed):
    """The current password, asked for again within a session, is wrong or was tried too often."""

    def __init__(self) -> None:
        """Say that tries count."""
        super().__init__(
            "That is not your current password, or it was tried too often. Wrong tries count, so take your time."
        )


class CodeRefused(AuthenticationFailed):
    """A wrong code, after the password was right."""


class BadCodeForm(CodeRefused):
    """What was typed cannot be a code."""

    def __init__(self) -> None:
        """Say what a code looks like."""
        super().__init__("A code has six digits. Type the six digits your authenticator shows now.")


class CodeWrong(CodeRefused):
    """The code belongs to no entry this account knows."""

    def __init__(self, entry: str, left: int) -> None:
        """Name the entry to look for and how many tries remain before the wait."""
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            f"That code is not right. Look for the entry {entry}. You have {tries} left before a wait."
        )
        self.entry = entry
        self.left = left


class CodeUsed(CodeRefused):
    """The code was used already; a code works once, ever (rule 15)."""

    def __init__(self, seconds: int) -> None:
        """Count the seconds to the next code."""
        super().__init__(
            f"That code has been used already. Wait for the next code, {seconds} seconds, and type that."
        )
        self.seconds = seconds


class CodeSkewed(CodeRefused):
    """The code is right for another moment: the phone's clock is off (rule 25). Never accepted."""

    def __init__(self, seconds: int, *, near: bool = False) -> None:
        """Say by how much and which way, and how to set it right.

        Args:
            seconds: By which the phone is ahead; below zero when it is behind.
            near: Whether two codes in a row can show it (TOTP-12).
        """
        minutes = max(1, round(abs(seconds) / 60))
        unit = "minute" if minutes == 1 else "minutes"
        way = "fast" if seconds > 0 else "slow"
        super().__init__(
            f"The clock of your phone is about {minutes} {unit} {way}. Set it to automatic date and time in the phone's settings, "
            "then type the next code."
        )
        self.seconds = seconds
        self.near = near


class CodesNotInARow(CodeRefused):
    """Two codes that were to show how far the phone's clock is off do not (TOTP-12)."""

    def __init__(self, left: int) -> None:
        """Say which two are wanted, and how many tries remain before the wait."""
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            "Those are not two new codes in a row of that entry. Type one code, wait for the next, and type that. "
            f"You have {tries} left before a wait."
        )
        self.left = left


class CodeOfOldEntry(CodeRefused):
    """The code belongs to the entry that was replaced (rule 25). Never accepted."""

    def __init__(self, entry: str, day: str) -> None:
        """Name the day of the replacement and the entry to use instead."""
        super().__init__(
            f"That code belongs to the entry that was replaced on {day}. Delete the old entry and use the entry {entry}."
        )
        self.entry = entry


class CodeLocked(CodeRefused):
    """Too many wrong codes: wait."""

    def __init__(self, until: int, seconds: int) -> None:
        """Count the wait in whole minutes, rounded up."""
        minutes = max(1, -(-seconds // 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"Too many wrong codes. Wait {minutes} {unit} and sign in again, or ask an administrator to unlock your account."
        )
        self.until = until
        self.seconds = seconds


class FactorDisabled(CodeRefused):
    """A hundred failures in a row disabled the second factor until it is reset (rule 24)."""

    def __init__(self) -> None:
        """Say who can help."""
        super().__init__(
            "Codes for this account are switched off after too many wrong ones. Ask an administrator for an MFA reset."
        )


class RecoveryCodeWrong(CodeRefused):
    """No unused recovery code matches."""

    def __init__(self, left: int) -> None:
        """Count the tries that remain before the wait."""
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            f"That recovery code is not right or has been used. You have {tries} left before a wait."
        )
        self.left = left


class ActivationCodeWrong(CodeRefused):
    """The activation code is wrong, used, replaced or too old."""

    def __init__(self, left: int, hours: int) -> None:
        """Say where a new one comes from.

        Args:
            left: Tries that remain before the wait.
            hours: How long an activation code is good.
        """
        life = "1 hour" if hours == 1 else f"{hours} hours"
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            f"That activation code is not right, or it is older than {life}. Ask an administrator for a new one. "
            f"You have {tries} left before a wait."
        )
        self.left = left


class PhoneResponseWrong(CodeRefused):
    """The helpdesk's response does not belong to the challenge on the screen."""

    def __init__(self, left: int) -> None:
        """Say how many tries remain for this challenge."""
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            "That response does not belong to this challenge. Ask the helpdesk to read it again, for the challenge on this screen. "
            f"You have {tries} left."
        )
        self.left = left


class PhoneChallengeOver(CodeRefused):
    """The challenge on the screen stands no longer: ten minutes, five wrong responses, a right one, or a change of the account."""

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__(
            "This challenge is over. Press Esc, call the helpdesk again, and read out the new one."
        )


class PhoneLimit(CodeRefused):
    """Too many challenges within a day."""

    code = "rate_limit"

    def __init__(self, most: int) -> None:
        """Say how many there are, and who can help meanwhile."""
        super().__init__(
            f"{most} challenges a day is the most for one account. Ask an administrator of your pharmacy, or try again tomorrow."
        )


class PhoneNotReady(AuthenticationFailed):
    """The helpdesk cannot answer a challenge of this terminal."""

    def __init__(
        self,
        message: str = "The helpdesk has no key of this pharmacy (`pomfa-tui site key export`), so it cannot help this terminal by "
        "telephone. Ask an administrator to come in.",
    ) -> None:
        """Say why, and who can change it."""
        super().__init__(message)


class ClockMovedBack(AuthenticationFailed):
    """The host's clock runs behind the last recorded moment (rule 27)."""

    code = "clock_moved_back"

    def __init__(self, seconds: int) -> None:
        """Say by how much; codes cannot be checked until the clock is right."""
        minutes = max(1, round(seconds / 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"This computer's clock has moved back by about {minutes} {unit}, so codes cannot be checked. "
            "Ask whoever looks after this computer to set its clock."
        )
        self.seconds = seconds


class AttemptEnded(AuthenticationFailed):
    """The half-done sign-in is over: too slow, locked, or overtaken by a reset."""

    def __init__(
        self, message: str = "This took too long or your account changed meanwhile. Sign in again."
    ) -> None:
        """Send the person back to the start."""
        super().__init__(message)


class OutOfSequence(AuthenticationFailed):
    """A step was called before the steps it needs (ENR-19)."""

    def __init__(self) -> None:
        """Send the person back to the start."""
        super().__init__("That step is not due yet. Sign in from the start.")


class PairingExpired(AuthenticationFailed):
    """The QR code on the screen is older than ten minutes (rule 18)."""

    def __init__(self) -> None:
        """Ask for a fresh one."""
        super().__init__(
            "This QR code has expired. Delete the new entry from your phone and scan the fresh code."
        )


class PairingCodeWrong(AuthenticationFailed):
    """The code does not fit the entry that is being paired."""

    def __init__(self, left: int) -> None:
        """Say what to look at and how many tries remain."""
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(
            "That code does not fit the new entry. Check that you use the entry you just added, and type its next code. "
            f"You have {tries} left."
        )
        self.left = left


class PairingPeriodIgnored(AuthenticationFailed):
    """The authenticator shows codes for 30 seconds although 60 were asked for (TOTP-13)."""

    def __init__(self) -> None:
        """Say who can change it."""
        super().__init__(
            "Your authenticator makes 30-second codes, but this account asks for 60-second ones. Use another authenticator, or ask "
            "an administrator to set the account to 30 seconds."
        )


class NoSiteToday(AuthenticationFailed):
    """The person has no membership that is valid today, or none at this terminal's site."""

    def __init__(self, message: str) -> None:
        """Say why: no link, ended pass, closed site, other terminal."""
        super().__init__(message)


class NotThatSite(AuthenticationFailed):
    """The site is not one of those the person may enter now; the others on the list are."""

    def __init__(self) -> None:
        """Send the person back to the list."""
        super().__init__("You cannot sign in to that site today. Choose one from the list.")


class CodeMissing(CodeRefused):
    """At a door that asks once, only a password was typed."""

    def __init__(self) -> None:
        """Say how both are typed."""
        super().__init__(
            "The code is missing. Type your password and, directly after it, the six digits your authenticator shows now."
        )


class UnfinishedAccount(AuthenticationFailed):
    """Something can only be done at the sign-in desk: choosing a password, pairing, or taking recovery codes."""

    def __init__(self) -> None:
        """Send the person to a terminal with the desk."""
        super().__init__(
            "You have to finish something first: a new password, a new authenticator or new recovery codes. "
            "Sign in once at a pharmacy terminal, then try here again."
        )


class SessionEnded(AuthenticationFailed):
    """The session is over; the reason is shown on the sign-in screen."""

    code = "session_ended"

    def __init__(self, reason: str, message: str) -> None:
        """Keep the short reason for the log and the sentence for the person."""
        super().__init__(message)
        self.reason = reason


class StepUpNeeded(AuthenticationFailed):
    """The act needs a fresh code (rule 22)."""

    code = "step_up_needed"

    def __init__(self) -> None:
        """Ask for the code."""
        super().__init__("To confirm this is you, type a fresh code from your authenticator.")


# -- The place it runs in -------------------------------------------------------------------------------------------


class Busy(Refusal):
    """The store is locked by somebody else for longer than the time-out."""

    code = "busy"
    exit_code = 5

    def __init__(
        self, message: str = "The store is busy. Try again in a moment; nothing has been changed."
    ) -> None:
        """Say that nothing was changed."""
        super().__init__(message)


class Unavailable(Busy):
    """The store cannot be written or read: disk full, read-only, vanished. Nothing was changed."""


class IntegrityFailure(Refusal):
    """Something stored is damaged, foreign, or sealed with another key."""

    code = "integrity"
    exit_code = 6


class SealBroken(IntegrityFailure):
    """A sealed item does not open: damaged, moved to another record, or made with another key."""

    def __init__(self, what: str = "A sealed item") -> None:
        """Name the kind of item, never its content."""
        super().__init__(
            f"{what} in the store cannot be opened: it is damaged or belongs elsewhere. Ask the helpdesk."
        )


class WrongKey(IntegrityFailure):
    """The key file is not the one this store was made with."""

    def __init__(self) -> None:
        """Say what to look for."""
        super().__init__(
            "The key file does not belong to this store. Put the store's own key file in place and start again."
        )


class PrintFailed(Refusal):
    """The printer's program did not print; what was to be printed is still on the screen."""

    code = "print_failed"

    def __init__(self, why: str) -> None:
        """Say what to do instead."""
        super().__init__(f"{why} Write it down instead.")


class UnsafeEnvironment(Refusal):
    """Modes, owner or links of a file or folder would let others in."""

    code = "unsafe_environment"
    exit_code = 7


class WrongUsage(Refusal):
    """The command line or the configuration is wrong."""

    code = "bad_input"
    exit_code = 2
