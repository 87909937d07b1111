"""Wrong tries of every kind, as somebody at the keyboard makes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pomfa_tui.domain.errors import CodeRefused, SignInRefused
from pomfa_tui.services.steps import NeedActivation
from tests.members import Member
from tests.world import World

WRONG = "not the password of anybody"
NO_CODE = "0000-0000-0000-0000"


def wrong_password(world: World, member: Member) -> None:
    with pytest.raises(SignInRefused):
        world.desk.sign_in.offer_password(member.email, WRONG)


def wrong_code(world: World, member: Member) -> CodeRefused:
    step = world.reach_code(member)
    with pytest.raises(CodeRefused) as refused:
        world.desk.sign_in.offer_code(step.attempt, member.phone.wrong_code())
    return refused.value


def wrong_recovery_code(world: World, member: Member) -> CodeRefused:
    step = world.reach_code(member)
    with pytest.raises(CodeRefused) as refused:
        world.desk.sign_in.offer_recovery_code(step.attempt, NO_CODE)
    return refused.value


def wrong_activation_code(world: World, member: Member) -> CodeRefused:
    step = world.offer_password(member)
    assert isinstance(step, NeedActivation)
    with pytest.raises(CodeRefused) as refused:
        world.desk.sign_in.offer_activation_code(step.attempt, NO_CODE)
    return refused.value


def repeat(act: Callable[[World, Member], object], world: World, member: Member, n: int) -> None:
    for _ in range(n):
        act(world, member)
