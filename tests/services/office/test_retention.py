"""What is kept for a while only is forgotten in time (PRI-03)."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import PairingEnd
from pomfa_tui.services.retired import retire
from tests.house import HOST
from tests.members import Member
from tests.office import Picture, pair_after_mfa_reset, why
from tests.world import World


@pytest.fixture
def jo(world: World) -> Member:
    """Return somebody whose authenticator was reset and paired anew."""
    jo = world.person("jo@abbey.example")
    issued = world.desk.office.resets.reset_mfa(HOST, jo.email, why())
    pair_after_mfa_reset(world, jo, issued.activation_code)
    return jo


def test_a_retired_secret_is_forgotten_after_thirty_days_and_its_line_stays(
    world: World, jo: Member
) -> None:
    """PRI-03, ENR-15, rule 25: nobody has to sign in for it."""
    forget = world.desk.office.retention.forget_old_secrets
    world.clock.advance(days=30)
    before = Picture.of(world)
    assert forget() == 0
    assert Picture.of(world) == before
    assert world.credentials(jo).pairings[0].sealed is not None
    world.clock.advance(1)

    with world.recorded() as events:
        assert forget() == 1

    kept = world.credentials(jo)
    assert [(past.sealed, past.ended) for past in kept.pairings] == [(None, PairingEnd.RESET)]
    assert kept.authenticator is not None
    assert [(event.event, event.reason, event.detail) for event in events] == [
        (Event.TOKEN_REVOKED, "old_secrets_forgotten", {"people": "1"})
    ]
    with world.recorded() as events:
        assert forget() == 0
    assert events == []


def test_an_older_one_is_forgotten_with_the_next_reset_as_well(world: World, jo: Member) -> None:
    """PRI-03."""
    world.clock.advance(days=31)

    world.desk.office.resets.reset_mfa(HOST, jo.email, why())

    assert [past.sealed is None for past in world.credentials(jo).pairings] == [True, False]


def test_retiring_where_nothing_is_paired_changes_nothing(world: World) -> None:
    new = world.newcomer("new@abbey.example")
    credentials = world.credentials(new)

    after = retire(credentials, PairingEnd.RESET, by="host:root", now=world.clock.now())

    assert after == credentials
