"""A pharmacy that the helpdesk cannot reach, and the helpdesk: two stores that share nothing but the key of one site."""

from __future__ import annotations

from functools import partial

from pomfa_tui.domain.errors import CodeLocked
from pomfa_tui.domain.identity import IdentityCheck
from pomfa_tui.domain.phone_help import PhoneAct
from pomfa_tui.services.phone_answers import PhoneAnswer
from pomfa_tui.services.steps import AttemptId, ReadChallenge
from tests.house import ABBEY, HOST
from tests.members import Member
from tests.office import refused, why
from tests.world import World, attempt_of, make_world


def hand_key_over(pharmacy: World, helpdesk: World, site: str = ABBEY) -> str:
    """Carry the key of a site from one store to the other, and return the file's text."""
    written: list[str] = []
    pharmacy.desk.office.site_keys.export(HOST, site, before_commit=written.append)
    helpdesk.desk.office.site_keys.take_in(HOST, written[0])
    return written[0]


class Telephone:
    """Two worlds, and somebody on the line at each end.

    Attributes:
        pharmacy: Where somebody cannot get in.
        helpdesk: Where somebody can help.
        jo: At the pharmacy.
        sam: Support.
    """

    def __init__(self) -> None:
        self.pharmacy = make_world()
        self.helpdesk = make_world()
        self.jo = self.pharmacy.person("jo@abbey.example", name="Jo Abbey")
        self.sam = self.helpdesk.person("sam@helpdesk.example", role="support", name="Sam Support")
        hand_key_over(self.pharmacy, self.helpdesk)

    def attempt(self, member: Member | None = None) -> AttemptId:
        """Type e-mail and password."""
        return attempt_of(self.pharmacy.offer_password(member or self.jo))

    def call(
        self, attempt: AttemptId | None = None, act: PhoneAct = PhoneAct.MFA_RESET
    ) -> ReadChallenge:
        """Show a challenge at the pharmacy."""
        return self.pharmacy.desk.phone_calls.challenge(attempt or self.attempt(), act)

    def answer(self, challenge: str, email: str = "") -> PhoneAnswer:
        """Check the identity at the helpdesk, with a session whose code is fresh, and give the response."""
        token = self.helpdesk.session_of(self.sam.id)
        return self.helpdesk.desk.office.phone_answers.answer(
            token, challenge, email or self.jo.email, why(IdentityCheck.CALLED_BACK)
        )

    def lock(self, member: Member | None = None) -> None:
        """Type wrong codes until they are locked."""
        who = member or self.jo
        step = self.pharmacy.reach_code(who)
        offer = self.pharmacy.desk.sign_in.offer_code
        answers = [
            refused(partial(offer, step.attempt, who.phone.wrong_code()))
            for _ in range(self.pharmacy.numbers.soft_lock_failures)
        ]
        assert isinstance(answers[-1], CodeLocked)
