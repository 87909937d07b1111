"""Stored hashes grow stronger when the parameters do, without a word about who is known (rule 16)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.credentials import Password
from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.services.steps import NeedCode
from tests.members import Member
from tests.world import World


def stored_hash(world: World, member: Member) -> str:
    """Return the hash of somebody's password."""
    password = world.credentials(member).password
    assert password is not None
    return password.hash


class TestRehashing:
    """PWD-15: stored hashes grow stronger when the parameters do."""

    def test_a_right_password_is_hashed_again_when_parameters_rose(self, world: World) -> None:
        """PWD-15: upgraded at sign-in, and still right afterwards."""
        jo = world.person("jo@abbey.example")
        world.hasher.strength = 2

        world.offer_password(jo)

        assert stored_hash(world, jo).startswith("2$")
        assert isinstance(world.offer_password(jo), NeedCode)

    def test_nothing_is_hashed_again_while_parameters_stay(self, world: World) -> None:
        """PWD-15: one verification and no more."""
        jo = world.person("jo@abbey.example")
        before, work = stored_hash(world, jo), world.hasher.calls

        world.offer_password(jo)

        assert stored_hash(world, jo) == before
        assert world.hasher.calls - work == 1

    @pytest.mark.parametrize("state", ["wrong", "locked", "disabled", "left"])
    def test_no_refused_try_is_hashed_again_or_takes_longer(self, world: World, state: str) -> None:
        """PWD-15, ENU-02: a right password behind a lock must not show by a second hash."""
        jo = world.person("jo@abbey.example")
        if state == "wrong":
            jo.password = "not the password of anybody"
        elif state == "locked":
            until = world.clock.now() + 60
            world.set_credentials(jo, password_counter=Counter(failures=10, locked_until=until))
        else:
            world.set_person(jo, state=PersonState(state))
        world.hasher.strength = 2
        before = world.hasher.calls

        with pytest.raises(SignInRefused):
            world.offer_password(jo)

        assert world.hasher.calls - before == 1

    def test_a_password_that_was_changed_meanwhile_is_not_written_over(self, world: World) -> None:
        """ROL-16: the new hash replaces the one it was made from, or nothing."""
        jo = world.person("jo@abbey.example")
        newer = Password(hash=world.hasher.hash("quite another password"), set_at=1)
        world.hasher.strength = 2

        def somebody_changes_it() -> None:
            if world.hasher.hashed > hashed:
                world.set_credentials(jo, password=newer)

        hashed = world.hasher.hashed
        world.hasher.meanwhile = somebody_changes_it
        world.offer_password(jo)

        assert world.credentials(jo).password == newer
