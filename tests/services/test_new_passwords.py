"""Choosing a password: judged by the same rules at every door, with the person's and the site's words (rule 16)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import (
    AttemptEnded,
    NoSiteToday,
    OutOfSequence,
    SignInRefused,
    Unavailable,
    WeakPassword,
)
from pomfa_tui.domain.memberships import Membership
from pomfa_tui.services.steps import (
    AttemptId,
    NeedCode,
    NeedNewPassword,
    NeedPairing,
    PasswordCause,
    SignedIn,
)
from tests.house import ABBEY, BRIDGE, kinds
from tests.members import GOOD_PASSWORD, OTHER_PASSWORD, Member
from tests.world import World


def asked_after_a_reset(world: World, member: Member) -> AttemptId:
    """Go through a password reset as far as the new password."""
    world.reset_password(member)
    step = world.desk.sign_in.offer_password(member.email, member.slip)
    assert isinstance(step, NeedCode)
    asked = world.desk.sign_in.offer_code(step.attempt, member.phone.code())
    assert isinstance(asked, NeedNewPassword)
    return asked.attempt


def asked_at_first(world: World, member: Member) -> AttemptId:
    """Go through a first sign-in as far as the new password."""
    step = world.desk.sign_in.offer_password(member.email, member.slip)
    assert isinstance(step, NeedNewPassword)
    return step.attempt


class TestRules:
    """What is refused, and that it says why."""

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("elevenchars", "too short. Use at least 12"),
            ("x" * 129, "too long. Use at most 128"),
            ("passwordpassword", "easy to guess"),
            ("123456789012", "easy to guess"),
            ("abbey pharmacy", "your own or your site's words"),
            ("AbbeyPharmacy2026!!", "your own or your site's words"),
            ("ann.lee@abbey.example", "your own or your site's words"),
            ("Ann Margaret Lee 1999", "your own or your site's words"),
            (f"{ABBEY}{ABBEY}{ABBEY}", "easy to guess"),
        ],
    )
    def test_a_weak_password_is_refused_with_the_reason(
        self, world: World, password: str, said: str
    ) -> None:
        """PWD-01, PWD-07 to PWD-09: and the password is not repeated."""
        ann = world.newcomer("ann.lee@abbey.example")
        world.set_person(ann, name="Ann Margaret Lee")
        attempt = asked_at_first(world, ann)

        with pytest.raises(WeakPassword, match=said) as refused:
            world.desk.new_passwords.choose(attempt, password)

        assert password not in refused.value.message
        assert world.credentials(ann).password is None

    def test_the_words_of_every_site_of_a_locum_are_known(self, world: World) -> None:
        """PWD-08: also of the second site."""
        lee = world.newcomer("lee@locum.example", ABBEY, BRIDGE)

        with pytest.raises(WeakPassword, match="your site's words"):
            world.desk.new_passwords.choose(asked_at_first(world, lee), "bridgechemist99")

    def test_a_refused_password_can_be_tried_again(self, world: World) -> None:
        """PWD-09: the attempt goes on."""
        ann = world.newcomer("ann@abbey.example")
        attempt = asked_at_first(world, ann)
        with pytest.raises(WeakPassword):
            world.desk.new_passwords.choose(attempt, "short")

        assert isinstance(world.desk.new_passwords.choose(attempt, GOOD_PASSWORD), NeedPairing)

    @pytest.mark.parametrize(
        "password",
        ["correct horse battery staple", "лисица бежит через реку", "  spaces kept round me  "],
    )
    def test_every_character_is_allowed_and_kept(self, world: World, password: str) -> None:
        """PWD-04, PWD-06: composition is nobody's business."""
        jo = world.person("jo@abbey.example")
        world.desk.new_passwords.choose(asked_after_a_reset(world, jo), password)

        assert isinstance(world.desk.sign_in.offer_password(jo.email, password), NeedCode)
        if password != password.strip():
            with pytest.raises(SignInRefused):
                world.desk.sign_in.offer_password(jo.email, password.strip())

    def test_the_meter_judges_as_the_choice_does(self, world: World) -> None:
        """PWD-09: what the live meter accepts is accepted."""
        ann = world.newcomer("ann@abbey.example")
        attempt = asked_at_first(world, ann)

        weak = world.desk.new_passwords.strength(attempt, "abbey pharmacy")
        strong = world.desk.new_passwords.strength(attempt, GOOD_PASSWORD)

        assert weak.problem is not None
        assert (strong.score, strong.problem) == (4, None)

    def test_the_meter_writes_nothing(self, world: World) -> None:
        """AUD-04: a password in the making leaves no trace."""
        attempt = asked_at_first(world, world.newcomer("ann@abbey.example"))
        before = (world.store.transactions, world.hasher.calls)

        world.desk.new_passwords.strength(attempt, GOOD_PASSWORD)

        assert (world.store.transactions, world.hasher.calls) == before

    def test_the_meter_stops_with_the_attempt(self, world: World) -> None:
        """SES-17: and after a change of the account."""
        ann = world.newcomer("ann@abbey.example")
        attempt = asked_at_first(world, ann)
        world.give_slip(ann)

        with pytest.raises(AttemptEnded):
            world.desk.new_passwords.strength(attempt, GOOD_PASSWORD)


class TestChoice:
    """When and how it is written."""

    def test_a_first_password_is_written_with_the_pairing_only(self, world: World) -> None:
        """ENR-07, STO-09: all of it at once."""
        ann = world.newcomer("ann@abbey.example")
        before = world.credentials(ann)
        attempt = asked_at_first(world, ann)

        world.desk.new_passwords.choose(attempt, GOOD_PASSWORD)

        assert world.credentials(ann) == before

    def test_the_last_choice_before_the_pairing_counts(self, world: World) -> None:
        """ENR-07: who goes back and chooses again means the second one."""
        ann = world.newcomer("ann@abbey.example")
        attempt = asked_at_first(world, ann)
        world.desk.new_passwords.choose(attempt, GOOD_PASSWORD)
        world.desk.new_passwords.choose(attempt, OTHER_PASSWORD)
        ann.phone.scan(world.desk.pairing.offer(attempt).entry)
        world.desk.pairing.confirm(attempt, ann.phone.code())

        ann.password = OTHER_PASSWORD
        assert isinstance(world.offer_password(ann), NeedCode)

    def test_after_a_reset_it_is_written_at_once_and_recorded(self, world: World) -> None:
        """Rule 20, AUD-01: and the person is in."""
        jo = world.person("jo@abbey.example")
        attempt = asked_after_a_reset(world, jo)

        with world.recorded() as events:
            step = world.desk.new_passwords.choose(attempt, OTHER_PASSWORD)

        assert isinstance(step, SignedIn)
        assert kinds(events) == [Event.PASSWORD_CHANGED, Event.SIGN_IN, Event.SESSION_CREATED]

    def test_it_is_stored_hashed_only(self, world: World) -> None:
        """PWD-14, A32: no clear text in the store, and none in the half-done sign-in."""
        ann = world.newcomer("ann@abbey.example")
        attempt = asked_at_first(world, ann)
        world.desk.new_passwords.choose(attempt, OTHER_PASSWORD)

        kept = world.desk.sign_in._attempts.get(attempt)
        fields = [getattr(kept, name) for name in kept.__slots__]
        assert OTHER_PASSWORD not in repr(fields)
        assert OTHER_PASSWORD not in repr(kept)

    def test_a_password_that_must_change_lets_nobody_past(self, world: World) -> None:
        """PWD-10: the next sign-in reaches the change and nothing else."""
        jo = world.person("jo@abbey.example")
        world.must_change_password(jo)
        asked = world.desk.sign_in.offer_code(world.reach_code(jo).attempt, jo.phone.code())
        assert isinstance(asked, NeedNewPassword)
        assert asked.cause is PasswordCause.MUST_CHANGE
        assert world.sessions(jo) == []
        with pytest.raises(OutOfSequence):
            world.desk.sign_in.choose_site(asked.attempt, ABBEY)

        assert isinstance(world.desk.new_passwords.choose(asked.attempt, OTHER_PASSWORD), SignedIn)
        password = world.credentials(jo).password
        assert password is not None
        assert not password.must_change

    def test_a_password_does_not_grow_old(self, world: World) -> None:
        """PWD-10: five years on it still works."""
        jo = world.person("jo@abbey.example")
        world.clock.advance(days=5 * 365)

        world.desk.sessions.check(world.sign_in(jo))

    def test_nobody_chooses_one_without_being_asked(self, world: World) -> None:
        """ENR-19: a right code alone is no reason to change the password."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        step = world.reach_code(lee)
        with pytest.raises(OutOfSequence):
            world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)
        world.desk.sign_in.offer_code(step.attempt, lee.phone.code())

        with pytest.raises(OutOfSequence):
            world.desk.new_passwords.choose(step.attempt, OTHER_PASSWORD)

    def test_it_is_kept_even_when_there_is_no_site_today(self, world: World) -> None:
        """Rule 13: the refusal comes after what was proven."""
        jo = world.person("jo@abbey.example")
        attempt = asked_after_a_reset(world, jo)
        memberships = world.account(jo).memberships
        ended = Membership(site=ABBEY, role=memberships[0].role, job=memberships[0].job, ended_at=1)
        world.set_person(jo, memberships=(ended,))

        with pytest.raises(NoSiteToday):
            world.desk.new_passwords.choose(attempt, OTHER_PASSWORD)

        jo.password = OTHER_PASSWORD
        assert isinstance(world.offer_password(jo), NeedCode)

    def test_a_full_disk_leaves_the_old_state(self, world: World) -> None:
        """AUD-08: no record, no change; it can be tried again."""
        jo = world.person("jo@abbey.example")
        attempt = asked_after_a_reset(world, jo)
        before = world.credentials(jo)
        world.store.disk_full = True
        with pytest.raises(Unavailable):
            world.desk.new_passwords.choose(attempt, OTHER_PASSWORD)
        world.store.disk_full = False
        assert world.credentials(jo) == before

        assert isinstance(world.desk.new_passwords.choose(attempt, OTHER_PASSWORD), SignedIn)
