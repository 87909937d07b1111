"""The activation code beside the password counts with the second factor (rules 17, 24)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.errors import (
    ActivationCodeWrong,
    CodeLocked,
)
from pomfa_tui.services.steps import NeedActivation, NeedPairing
from tests.services.wrong_tries import repeat, wrong_activation_code
from tests.world import World


class TestActivationCodeBesideThePassword:
    """After an MFA reset; it counts with the second factor."""

    def test_wrong_ones_count_and_lock(self, world: World) -> None:
        """THR-10, A12: also the door that pairs."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        refusals = [wrong_activation_code(world, jo) for _ in range(10)]

        assert isinstance(refusals[0], ActivationCodeWrong)
        assert refusals[0].left == 9
        assert isinstance(refusals[9], CodeLocked)
        assert world.credentials(jo).code_counter.failures == 10

    def test_the_right_one_is_refused_while_it_waits(self, world: World) -> None:
        """THR-11: and taken afterwards."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        repeat(wrong_activation_code, world, jo, 10)

        def offer() -> object:
            step = world.offer_password(jo)
            assert isinstance(step, NeedActivation)
            return world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)

        with pytest.raises(CodeLocked):
            offer()
        world.clock.advance(minutes=15)
        assert isinstance(offer(), NeedPairing)

    def test_the_right_one_takes_back_its_own_count_and_no_more(self, world: World) -> None:
        """A10: counts are cleared when the new pairing is proven, not before."""
        jo = world.person("jo@abbey.example")
        world.reset_mfa(jo)
        repeat(wrong_activation_code, world, jo, 3)
        step = world.offer_password(jo)
        assert isinstance(step, NeedActivation)

        world.desk.sign_in.offer_activation_code(step.attempt, jo.slip)

        assert world.credentials(jo).code_counter.failures == 3
