"""Exchanging the key while real processes sign in, and killing the exchange again and again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from pomfa_tui import custody
from pomfa_tui.bootstrap import Opened, open_desk
from pomfa_tui.cli.waiting import Waiting
from pomfa_tui.domain.ports import Place, StoreMeta
from pomfa_tui.domain.sites import Site
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.keys import KeyRing
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import AesGcmVault
from pomfa_tui.services.access import HostCaller
from pomfa_tui.services.second_factor import secret_context
from pomfa_tui.settings import Settings
from tests.conftest import SOAK
from tests.fakes import MONDAY, FakeClock
from tests.members import GOOD_PASSWORD, Member, Phone, person_document, proven_credentials
from tests.races.terminals import ROOT

TERMINALS = 8
KILLS = 40 if SOAK else 3
MORE = 300 if SOAK else 60
"""People beside those who sign in, so that an exchange takes a while."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return where a store and its key are to be made."""
    return Settings(data_dir=tmp_path / "data", key_file=tmp_path / "keys" / "master.key")


@pytest.fixture
def members(settings: Settings) -> list[Member]:
    """Fill the store, under a real key."""
    opened = open_desk(settings, _place(), create_key=True, clock=FakeClock())
    vault = AesGcmVault(opened.keys.sub_keys(Purpose.VAULT))
    hasher = Argon2Hasher(opened.keys.sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests())
    made = []
    with opened.store.transaction() as tx:
        tx.put_meta(
            StoreMeta(id="ab" * 16, key_id=opened.keys.key_id, initialised_at=MONDAY, latest=MONDAY)
        )
        tx.sites.put(Site(code="FZ101", name="Abbey Pharmacy", created_at=MONDAY))
        for number in range(TERMINALS + MORE):
            email = f"p{number}@abbey.example"
            person = person_document(email, ("FZ101",), created_at=MONDAY)
            member = Member(person.id, email, GOOD_PASSWORD, Phone(FakeClock()))
            tx.people.put(person)
            tx.credentials.put(proven_credentials(member, hasher, vault))
            made.append(member)
    opened.close()
    return made


def test_nobody_is_refused_while_the_key_is_exchanged_and_the_exchange_is_killed(
    settings: Settings, members: list[Member]
) -> None:
    """STO-06: eight terminals sign in all the while; however often it is killed, in the end nothing bears the old key's name."""
    before = KeyRing.load(settings.key_file, settings.data_dir).key_id
    chance = random.Random(20260105)  # noqa: S311 - picks moments, no secrets
    with _terminals(settings, members[:TERMINALS]) as terminals:
        for _ in range(KILLS):
            with _exchange(settings) as exchange:
                # From right at the start to somewhere in the midst of it, or past its end.
                with suppress(subprocess.TimeoutExpired):
                    assert "refused" not in exchange.communicate(timeout=chance.random() / 2)[0]
                exchange.kill()
        with _exchange(settings) as exchange:
            out, _ = exchange.communicate(timeout=120)
        said = [json.loads(terminal.communicate()[0]) for terminal in terminals]
    assert [each["refused"] for each in said] == [[]] * TERMINALS
    assert min(each["done"] for each in said) > 0
    rotated = json.loads(out)
    assert (rotated["old"], rotated["broken"]) == (0, 0)
    _assert_gone(settings, before)


def test_an_exchange_that_stops_at_any_step_is_finished_by_the_next(
    settings: Settings, members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-06: after the key file, after any part of the people, before the end: everybody can sign in, and running it again finishes it."""
    before = KeyRing.load(settings.key_file, settings.data_dir).key_id
    reached, stop_at, stopped = 0, 1, True
    while stopped:
        stopped = False
        for opened in _opened(settings):
            begin = opened.store.transaction
            reached = 0

            def transaction(limit: int = stop_at, begin: object = begin) -> object:
                nonlocal reached
                reached += 1
                if reached > limit:
                    raise KeyboardInterrupt
                return begin()  # type: ignore[operator]

            monkeypatch.setattr(opened.store, "transaction", transaction)
            try:
                custody.rotate_key(settings, opened, _place(), _host(), Waiting(None))
            except KeyboardInterrupt:
                stopped = True
        stop_at += 1
        _assert_everybody_opens(settings, members)
    assert stop_at > 5
    _assert_gone(settings, before)


def _opened(settings: Settings) -> Iterator[Opened]:
    opened = open_desk(settings, _place(), clock=FakeClock(MONDAY + 10**6))
    try:
        yield opened
    finally:
        opened.close()


def _assert_everybody_opens(settings: Settings, members: list[Member]) -> None:
    for opened in _opened(settings):
        vault = AesGcmVault(opened.keys.sub_keys(Purpose.VAULT))
        hasher = Argon2Hasher(opened.keys.sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests())
        with opened.store.view() as view:
            for member in members:
                found = view.credentials.get(member.id)
                assert found is not None
                assert found.authenticator is not None
                context = secret_context(member.id, found.authenticator.id)
                assert vault.open(found.authenticator.sealed, context) == member.phone.secret
                assert found.password is not None
                assert hasher.verify(found.password.hash, member.password)
        assert opened.store.verify_audit().ok


def _assert_gone(settings: Settings, key_id: str) -> None:
    """Look for a key's name in every file but the key file and the audit log, which tells of the exchange."""
    files = [*settings.data_dir.iterdir(), *settings.key_file.parent.glob("*.ledger")]
    bearing = [
        path.name
        for path in files
        if path.name != "audit.jsonl" and f".{key_id}." in path.read_text("latin-1")
    ]
    assert bearing == []
    assert KeyRing.load(settings.key_file, settings.data_dir).key_id != key_id


@contextmanager
def _terminals(settings: Settings, members: list[Member]) -> Iterator[list[subprocess.Popen[str]]]:
    """Have everybody sign in again and again, each at a terminal of their own."""
    clock = {"began": time.time(), "mark": time.monotonic()}
    with ExitStack() as stack:
        begun = []
        for member in members:
            process = stack.enter_context(_terminal(settings))
            stack.callback(process.kill)
            assert process.stdin is not None
            order = {"email": member.email, "secret": member.phone.secret.hex(), **clock}
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            begun.append(process)
        for process in begun:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield begun


def _terminal(settings: Settings) -> subprocess.Popen[str]:
    places = (str(settings.data_dir), str(settings.key_file))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.races.rotation_worker", *places],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def _exchange(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Begin an exchange; it is under way when the block begins."""
    places = (str(settings.data_dir), str(settings.key_file))
    command = [sys.executable, "-m", "tests.races.exchange_worker", *places]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def _place() -> Place:
    return Place(terminal="pts/1", boot="boot", pid=1, version="test")


def _host() -> HostCaller:
    return HostCaller("root")
