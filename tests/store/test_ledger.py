"""The ledger and the mark beside the key: what may not be forgotten, and what their loss means."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec
import pytest

from pomfa_tui.domain.credentials import Password
from pomfa_tui.domain.errors import IntegrityFailure, Unavailable, UnsafeEnvironment
from pomfa_tui.domain.people import PersonState
from pomfa_tui.domain.standing import Standing, StandingKind
from pomfa_tui.domain.throttle import Counter
from pomfa_tui.store import ledger as module
from pomfa_tui.store.ledger import Ledger
from pomfa_tui.store.tinydb import TinyStore
from pomfa_tui.store.tinydb.marks import LENGTH, SAFE
from tests.store.stage import HASH, MOMENT, SEAL, KeyedSeal, credentials, event, meta, person, site

STORE = meta().id


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return the key's folder."""
    place = tmp_path / "keys"
    place.mkdir(0o700)
    return place


def beside(keys: Path, seal: KeyedSeal = SEAL) -> Ledger:
    """Return the ledger as a process finds it."""
    found = Ledger(keys, "master.key", seal=seal)
    found.serve(STORE)
    return found


def opened(folder: Path, keys: Path) -> TinyStore:
    """Open the store with its ledger."""
    return TinyStore(folder, head_seal=SEAL, ledger=Ledger(keys, "master.key", seal=SEAL))


def filled(folder: Path, keys: Path) -> TinyStore:
    """Return a store with one person and one site."""
    store = opened(folder, keys)
    with store.transaction() as tx:
        tx.put_meta(meta())
        tx.sites.put(site())
        tx.people.put(person(1))
        tx.credentials.put(credentials(1, code_counter=Counter()))
        tx.audit.append(event(1))
    return store


def newest(keys: Path) -> dict[tuple[StandingKind, str], Standing]:
    """Return the newest standings."""
    found = beside(keys).read()
    assert found is not None
    return found[1]


def test_each_change_of_who_may_get_in_is_noted_and_nothing_else(folder: Path, keys: Path) -> None:
    """BAK-03: a password, a state, a removal; not a name, not a code that was used, not a failure that locks nothing."""
    store = filled(folder, keys)
    first = (keys / beside(keys).path.name).read_bytes()
    who = person(1).id
    with store.transaction() as tx:
        tx.people.put(person(1, name="Another Name", last_sign_in=MOMENT))
        proofs = credentials(1, code_counter=Counter(failures=3))
        assert proofs.authenticator is not None
        used = msgspec.structs.replace(proofs.authenticator, last_step=60_000_000)
        tx.credentials.put(msgspec.structs.replace(proofs, authenticator=used))
    assert beside(keys).path.read_bytes() == first
    with store.transaction() as tx:
        tx.people.put(person(1, state=PersonState.DISABLED))
        tx.credentials.put(credentials(1, password=Password(hash=HASH, set_at=MOMENT + 5)))
    found = newest(keys)
    assert found[StandingKind.RIGHTS, who].state is PersonState.DISABLED
    assert found[StandingKind.PROOFS, who].password_at == MOMENT + 5
    assert found[StandingKind.PROOFS, who].code_counter == credentials(1).code_counter
    with store.transaction() as tx:
        tx.people.remove(who)
    assert newest(keys)[StandingKind.RIGHTS, who].gone


def test_no_name_no_email_and_no_hash_is_in_it(folder: Path, keys: Path) -> None:
    """PRI-01, STO-03."""
    filled(folder, keys)
    text = beside(keys).path.read_text()
    assert not any(secret in text for secret in ("Person", "example.org", "argon2", "c2VhbGVk"))
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_a_change_that_cannot_be_noted_is_not_made(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BAK-03, A36: the key's disk is full: nothing changes, and what is not noted goes on."""
    store = filled(folder, keys)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "write_all", full)
    with pytest.raises(Unavailable, match="nothing was changed"), store.transaction() as tx:
        tx.people.put(person(1, state=PersonState.DISABLED))
    with store.transaction() as tx:
        tx.people.put(person(1, name="Another Name"))
    with store.view() as view:
        found = view.people.get(person(1).id)
    assert found is not None
    assert (found.name, found.state) == ("Another Name", PersonState.ACTIVE)
    assert newest(keys)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.95])
def test_a_damaged_ledger_is_refused_by_its_line(folder: Path, keys: Path, at: float) -> None:
    """BAK-03: and so is one that was sealed with another key."""
    filled(folder, keys)
    path = beside(keys).path
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    whole = path.read_bytes()
    path.write_bytes(data)
    with pytest.raises(IntegrityFailure, match="at line"):
        beside(keys).read()
    path.write_bytes(whole)
    with pytest.raises(IntegrityFailure, match="another key"):
        beside(keys, KeyedSeal(b"another")).read()


def test_a_line_that_a_crash_cut_short_is_passed_over_and_cut_off(folder: Path, keys: Path) -> None:
    """STO-09: the change that it announced was never made."""
    store = filled(folder, keys)
    path = beside(keys).path
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[-1][:40])
    before = newest(keys)
    with store.transaction() as tx:
        tx.people.put(person(1, state=PersonState.LEFT))
    after = newest(keys)
    assert len(after) == len(before)
    assert path.read_bytes().startswith(whole)


def test_old_lines_are_dropped_when_there_are_many(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-12: it does not grow without end, and what it knows stays."""
    monkeypatch.setattr(module, "TIDY_FROM", 4000)
    store = filled(folder, keys)
    for number in range(60):
        state = PersonState.DISABLED if number % 2 else PersonState.ACTIVE
        with store.transaction() as tx:
            tx.people.put(person(1, state=state))
        assert beside(keys).path.stat().st_size < 8000
    found = beside(keys).read()
    assert found is not None
    assert found[0].seq == 0
    assert found[1][StandingKind.RIGHTS, person(1).id].state is PersonState.DISABLED


def test_the_mark_moves_with_every_commit_and_only_forward(folder: Path, keys: Path) -> None:
    """A34."""
    store, book = filled(folder, keys), beside(keys)
    for number in (2, 3, 4):
        with store.transaction() as tx:
            tx.audit.append(event(number))
        reached = book.reached()
        assert reached is not None
        assert reached.seq == number == store.changes()
        book.reach(reached._replace(seq=1))
        assert book.reached() == reached
    book.close()


def test_a_commit_that_is_not_marked_as_safe_yet_is_no_sign_of_older_files(
    folder: Path, keys: Path
) -> None:
    """A34: whoever syncs for all may be held up for seconds, while the next one has gone on without; nobody is refused for that."""
    store = filled(folder, keys)
    marks = (folder / "store.lock").read_bytes()[SAFE : SAFE + LENGTH]
    with store.transaction() as tx:
        tx.audit.append(event(2))
    with (folder / "store.lock").open("r+b") as file:
        file.seek(SAFE)
        file.write(marks)
    other = opened(folder, keys)
    assert other.changes() == store.changes() == 2
    assert other.verify_audit().ok
    for each in (store, other):
        each.close()


def test_a_mark_that_is_just_being_written_is_looked_at_again(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A34: a read beside another terminal's write sees half of each, which is no damage."""
    store = filled(folder, keys)
    (mark,) = keys.glob("*.mark")
    before = mark.read_bytes()
    with store.transaction() as tx:
        tx.audit.append(event(2))
    halves = [before[:8] + mark.read_bytes()[8:]]
    real = os.pread

    def pread(fd: int, size: int, start: int) -> bytes:
        ours = os.fstat(fd).st_ino == mark.stat().st_ino
        return halves.pop() if ours and halves else real(fd, size, start)

    monkeypatch.setattr(os, "pread", pread)
    assert opened(folder, keys).changes() == 2
    assert halves == []


def test_a_damaged_mark_stops_the_store(folder: Path, keys: Path) -> None:
    """A34, STO-07: fail closed, with the way on; a lost one is begun anew."""
    filled(folder, keys).close()
    (mark,) = keys.glob("*.mark")
    mark.write_bytes(mark.read_bytes()[:-1] + b"x")
    with pytest.raises(IntegrityFailure, match="--as-found"):
        opened(folder, keys)
    mark.unlink()
    opened(folder, keys)
    assert mark.exists()


def test_a_ledger_that_others_could_change_is_not_used(folder: Path, keys: Path) -> None:
    """STO-02, A35."""
    store = filled(folder, keys)
    beside(keys).path.chmod(0o644)
    with pytest.raises(UnsafeEnvironment), store.transaction() as tx:
        tx.people.put(person(1, state=PersonState.DISABLED))


def test_where_the_keys_folder_takes_no_files_the_store_goes_on_without(
    folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A systemd credential lies in a folder that nobody can write to; `doctor` says what that means."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    store = filled(folder, keys)
    assert list(keys.iterdir()) == []
    assert store.changes() == 1
