"""Recovery codes, typed from the paper they were written on."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import RecoveryCodeWrong
from pomfa_tui.services.steps import ShowRecoveryCodes
from tests.members import Member
from tests.world import World


def use(world: World, member: Member, text: str) -> ShowRecoveryCodes:
    """Type the password and a recovery code, and return the replacement that is shown."""
    step = world.desk.sign_in.offer_recovery_code(world.reach_code(member).attempt, text)
    assert isinstance(step, ShowRecoveryCodes)
    return step


def refuse(world: World, member: Member, text: str) -> None:
    """Type the password and a recovery code, which is not taken."""
    with pytest.raises(RecoveryCodeWrong):
        world.desk.sign_in.offer_recovery_code(world.reach_code(member).attempt, text)
