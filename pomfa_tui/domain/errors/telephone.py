"""Why a response read out over the telephone was not taken, or cannot be asked for."""

from __future__ import annotations

from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.errors.base import AuthenticationFailed, Refusal
from pomfa_tui.domain.errors.codes import CodeRefused


class PhoneResponseWrong(CodeRefused):
    """The helpdesk's response does not belong to the challenge on the screen."""

    def __init__(self, left: int) -> None:
        """Say how many tries remain for this challenge."""
        tries = counted(left, "try", "tries")
        super().__init__(
            "That response does not belong to this challenge. Ask the helpdesk to read it again, for the challenge on this screen. "
            f"You have {tries} left."
        )
        self.left = left


class PhoneChallengeOver(CodeRefused):
    """The challenge on the screen stands no longer: ten minutes, five wrong responses, a right one, or a change of the account."""

    def __init__(
        self,
        message: str = "This challenge is over. Press Esc, call the helpdesk again, and read out the new one.",
    ) -> None:
        """Say how to go on."""
        super().__init__(message)


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


class LocumIsIn(AuthenticationFailed):
    """The response for a locum was right, but the e-mail has an account that may sign in today; said only then, and nothing is done."""

    def __init__(self) -> None:
        """Say what the helpdesk does instead."""
        super().__init__(
            "This e-mail has an account here that is good for today, so nothing was changed. Sign in with it. Tell the helpdesk if you cannot: "
            "a lost phone needs a phone reset."
        )


class LocumNotByPhone(AuthenticationFailed):
    """The response for a locum was right, but the e-mail has an account that no call may change; said only then, without the reason."""

    def __init__(self) -> None:
        """Say who decides."""
        super().__init__(
            "This e-mail has an account here that cannot be let in by telephone, so nothing was changed. Tell the helpdesk, and ask an "
            "administrator of this pharmacy."
        )


class LocumCallOver(Refusal):
    """The request that a call was about is closed, or was filed again from elsewhere."""

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__(
            "This request is closed, or it was sent again from elsewhere. Press Esc and send it anew by F2."
        )
