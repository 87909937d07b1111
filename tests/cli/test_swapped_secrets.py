"""Secrets and hashes moved about in the store behind the program's back let nobody in, and it is recorded."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.credentials import Credentials
from pomfa_tui.domain.errors import IntegrityFailure, Refusal
from pomfa_tui.domain.ports import Transaction
from pomfa_tui.services.steps import NeedCode
from tests.cli.after_the_disk import Shop
from tests.cli.conftest import CommandLine
from tests.fakes import FakeClock

Swap = Callable[[Credentials, Credentials], Credentials]


@pytest.fixture
def counter(line: CommandLine, clock: FakeClock) -> Shop:
    """Return a store with the people of the demo."""
    return Shop.filled(line, clock)


def _credentials(tx: Transaction, who: str) -> Credentials:
    person = tx.people.by_email(f"{who}@example.org")
    assert person is not None
    found = tx.credentials.get(person.id)
    assert found is not None
    return found


def _with_seed_of(mine: Credentials, theirs: Credentials) -> Credentials:
    assert mine.authenticator is not None
    assert theirs.authenticator is not None
    moved = msgspec.structs.replace(mine.authenticator, sealed=theirs.authenticator.sealed)
    return msgspec.structs.replace(mine, authenticator=moved)


def _with_authenticator_of(mine: Credentials, theirs: Credentials) -> Credentials:
    return msgspec.structs.replace(mine, authenticator=theirs.authenticator)


@pytest.mark.parametrize(
    "swap", [_with_seed_of, _with_authenticator_of], ids=["secret", "whole authenticator"]
)
def test_the_secret_of_somebody_else_lets_nobody_in_and_is_recorded(
    counter: Shop, swap: Swap
) -> None:
    """A33, STO-05: neither one's own code nor the other's works, and `crypt_decrypt_fail` names the person."""
    with counter.opened() as opened:
        with opened.store.transaction() as tx:
            amara, priya = _credentials(tx, "amara"), _credentials(tx, "priya")
            tx.credentials.put(swap(amara, priya))
        for code in (counter.code("amara"), counter.code("priya")):
            step = opened.desk.sign_in.offer_password(
                "amara@example.org", counter.players["amara"].typed
            )
            assert isinstance(step, NeedCode)
            with pytest.raises(IntegrityFailure):
                opened.desk.sign_in.offer_code(step.attempt, code)
    records = counter.line.json("audit", "show", "--event", Event.DECRYPT_FAILED.value)["records"]
    assert {record["subject"] for record in records} == {amara.id}
    assert {record["severity"] for record in records} == {"critical"}


def test_an_older_ciphertext_in_the_place_of_the_newest_lets_nobody_in(counter: Shop) -> None:
    """A33: the secret of the entry before a reset, put under the new authenticator, does not open."""
    with counter.opened() as opened:
        with opened.store.transaction() as tx:
            amara = _credentials(tx, "amara")
            assert amara.authenticator is not None
            newest = msgspec.structs.replace(amara.authenticator, id="0" * 32)
            tx.credentials.put(msgspec.structs.replace(amara, authenticator=newest))
        with pytest.raises(IntegrityFailure):
            counter.offer(opened.desk, "amara")
    assert counter.line.json("audit", "show", "--event", Event.DECRYPT_FAILED.value)["records"]


def test_a_key_that_was_taken_out_of_the_file_opens_nothing(counter: Shop) -> None:
    """STO-06, STO-07: after an exchange and without the old key everybody signs in; older files need it and are refused."""
    old = {path.name: path.read_bytes() for path in counter.line.data.iterdir()}
    counter.back_up()
    assert counter.line.json("key", "rotate")["key"]["old"] == 0
    first = counter.line.key.read_text().splitlines()[0]
    counter.line.key.write_text(first + "\n")
    assert counter.gets_in("amara")
    assert counter.gets_in("sam")
    refused = counter.line.run("restore", str(counter.backup), "--replace", "--json")
    assert (refused.status, refused.error["code"]) == (6, "integrity")
    for name, data in old.items():
        (counter.line.data / name).write_bytes(data)
    assert counter.line.run("person", "list").status == 6


def test_a_backup_from_before_an_exchange_of_keys_can_be_restored(counter: Shop) -> None:
    """STO-06: the old key is kept for that; what is sealed with it is sealed anew by the next exchange."""
    counter.back_up()
    before = counter.line.json("key", "rotate")["key"]["before"]
    counter.lose_the_disk()
    counter.restore()
    assert counter.gets_in("amara")
    assert counter.line.json("key", "rotate")["key"]["old"] == 0
    journal = (counter.line.data / "store.json").read_text() + (
        counter.line.data / "store.journal"
    ).read_text("latin-1")
    assert f".{before}." not in journal
    counter.clock.advance(60)
    assert counter.gets_in("amara")


def test_one_half_of_a_lost_pair_is_refused(counter: Shop) -> None:
    """STO-07: a store with another store's key lets nobody in."""
    other = CommandLine(counter.line.data.parent / "other", counter.line.key.parent / "other.key")
    other.init()
    mixed = CommandLine(counter.line.data, other.key)
    refused = mixed.run("person", "list", "--json")
    assert (refused.status, refused.error["code"]) == (6, "integrity")
    with pytest.raises(Refusal), Shop(mixed, counter.clock, counter.players).opened():
        pass
