"""Whole sets of recovery codes: shown once, confirmed, and replaced when nobody confirmed them (rule 19)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AttemptEnded,
    OutOfSequence,
    Unavailable,
)
from pomfa_tui.domain.typed_codes import read_typed_code
from pomfa_tui.services.steps import (
    NeedCode,
    ShowRecoveryCodes,
    SignedIn,
)
from tests.services.from_paper import refuse, use
from tests.world import World


class TestSets:
    """Whole sets, after pairing and again when one was never seen."""

    def test_ten_codes_are_shown_after_pairing(self, world: World) -> None:
        """REC-01, REC-07: numbered, of eighty bits, all different, and not yet a session."""
        ann = world.newcomer("ann@abbey.example")

        shown = world.pair(ann)

        assert [number for number, _ in shown.codes] == list(range(1, 11))
        assert len({text for _, text in shown.codes}) == 10
        assert all(read_typed_code(text) == text for _, text in shown.codes)
        assert shown.replaced is None
        assert world.sessions(ann) == []

    def test_the_repr_of_the_answer_hides_them(self, world: World) -> None:
        """AUD-04, A40: not even a traceback shows them."""
        shown = world.pair(world.newcomer("ann@abbey.example"))

        assert not any(text in repr(shown) for _, text in shown.codes)

    def test_confirming_them_opens_the_session(self, world: World) -> None:
        """REC-07: and they are as good as they looked."""
        ann = world.newcomer("ann@abbey.example")
        shown = world.pair(ann)

        assert isinstance(world.desk.recovery.confirm(shown.attempt), SignedIn)
        assert world.credentials(ann).recovery_seen
        assert use(world, ann, ann.recovery[10]).replaced == 10

    def test_a_set_that_nobody_confirmed_is_replaced_at_the_next_sign_in(
        self, world: World
    ) -> None:
        """REC-07: a fresh one is shown, and the first is dead."""
        ann = world.newcomer("ann@abbey.example")
        first = world.pair(ann)
        world.desk.sign_in.leave(first.attempt)
        world.clock.advance(30)

        second = world.desk.sign_in.offer_code(world.reach_code(ann).attempt, ann.phone.code())

        assert isinstance(second, ShowRecoveryCodes)
        assert len(second.codes) == 10
        assert not set(second.codes) & set(first.codes)
        refuse(world, ann, first.codes[0][1])

    def test_a_set_shown_at_one_terminal_ends_the_one_shown_at_another(self, world: World) -> None:
        """REC-04, REC-07: nobody can confirm codes that are dead already, and keep ten useless ones."""
        ann = world.newcomer("ann@abbey.example")
        first = world.pair(ann)
        world.clock.advance(30)
        elsewhere = world.another_terminal()
        step = elsewhere.sign_in.offer_password(ann.email, ann.password)
        assert isinstance(step, NeedCode)
        second = elsewhere.sign_in.offer_code(step.attempt, ann.phone.code())
        assert isinstance(second, ShowRecoveryCodes)

        with pytest.raises(AttemptEnded):
            world.desk.recovery.confirm(first.attempt)
        assert not world.credentials(ann).recovery_seen
        assert isinstance(elsewhere.recovery.confirm(second.attempt), SignedIn)

    def test_a_disk_that_fills_before_the_set_is_written_costs_the_set_only(
        self, world: World
    ) -> None:
        """STO-09: the pairing stands, and the next sign-in shows a set."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        world.store.fails_at = world.store.transactions + 2
        with pytest.raises(Unavailable):
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())
        world.clock.advance(30)

        step = world.desk.sign_in.offer_code(world.reach_code(ann).attempt, ann.phone.code())

        assert isinstance(step, ShowRecoveryCodes)
        assert len(step.codes) == 10

    def test_nothing_can_be_confirmed_that_was_not_shown(self, world: World) -> None:
        """ENR-19: not before the code either."""
        jo = world.person("jo@abbey.example")
        step = world.reach_code(jo)

        with pytest.raises(OutOfSequence):
            world.desk.recovery.confirm(step.attempt)

    def test_a_set_is_recorded_once_with_its_size(self, world: World) -> None:
        """AUD-01: never a code."""
        ann = world.newcomer("ann@abbey.example")
        offer = world.reach_pairing(ann)
        with world.recorded() as events:
            world.desk.pairing.confirm(offer.attempt, ann.phone.code())

        assert [event.reason for event in events if event.event is Event.TOKEN_CREATED] == [
            "paired",
            "recovery_codes",
        ]
        assert events[-1].detail == {"number": "10"}
