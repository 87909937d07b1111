"""`backup` and `restore`: a store comes back, and what was dead stays dead."""

from __future__ import annotations

import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import CodeUsed, Refusal, SignInRefused
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.access import HostCaller
from pomfa_tui.services.steps import NeedCode, NeedNewPassword, NeedPairing, ShowRecoveryCodes
from tests.cli.after_the_disk import Shop
from tests.cli.conftest import CommandLine
from tests.fakes import FakeClock
from tests.store.stage import names

HOST = HostCaller("root")
WHY = Justification(IdentityCheck.IN_PERSON, "at the counter", ticket="T-1")
NEW_PASSWORD = "seven copper kettles whistle"


@pytest.fixture
def counter(line: CommandLine, clock: FakeClock) -> Shop:
    """Return a store with the people of the demo."""
    return Shop.filled(line, clock)


def test_after_a_lost_disk_dead_things_stay_dead_and_everybody_else_signs_in(
    counter: Shop,
) -> None:
    """BAK-01, BAK-03, BAK-04: backup under load; then a code used, somebody disabled, a password changed, a reset; disk lost; restore."""
    with counter.opened() as opened, _load(counter):
        assert counter.back_up().status == 0
        desk = opened.desk
        used = counter.code("amara")
        amara = counter.sign_in(desk, "amara", used)
        desk.office.states.disable(HOST, "tomos@example.org", "away for long")
        priya = counter.sign_in(desk, "priya")
        desk.office.credentials.change_password(priya, counter.players["priya"].typed, NEW_PASSWORD)
        desk.office.resets.reset_mfa(HOST, "jonas@example.org", WHY)
    counter.lose_the_disk()
    made = counter.line.json("restore", str(counter.backup))["restored"]
    assert made["rights_set_back"] == ["tomos@example.org"]
    assert made["passwords_ended"] == ["priya@example.org"]
    assert made["authenticators_ended"] == ["jonas@example.org"]
    assert made["activation_codes_ended"] == ["mei@example.org"]
    with counter.opened() as opened:
        desk = opened.desk
        with pytest.raises(CodeUsed):
            counter.offer(desk, "amara", used)
        with pytest.raises(Refusal):
            desk.sessions.check(amara)
        counter.clock.advance(90)
        for dead in ("tomos", "priya", "mei"):
            with pytest.raises(SignInRefused):
                counter.offer(desk, dead)
        # The reset took the authenticator; without a fresh activation code nobody pairs in its place.
        assert not isinstance(counter.offer(desk, "jonas"), NeedCode)
        counter.sign_in(desk, "sam")
        counter.sign_in(desk, "amara")
        issued = desk.office.resets.reset_password(HOST, "priya@example.org", WHY)
        step = desk.sign_in.offer_password("priya@example.org", issued.activation_code)
        assert isinstance(step, NeedCode)
        assert isinstance(
            desk.sign_in.offer_code(step.attempt, counter.code("priya")), NeedNewPassword
        )
    assert counter.line.json("audit", "verify")["ok"]


def test_a_lock_is_not_lifted_and_a_leaver_does_not_come_back(counter: Shop) -> None:
    """BAK-03: ten wrong passwords and a leaving after the backup hold after the restore."""
    counter.back_up()
    with counter.opened() as opened:
        for _ in range(10):
            with pytest.raises(SignInRefused):
                counter.offer(opened.desk, "amara", password="not the password at all")
        opened.desk.office.states.leave(HOST, "jonas@example.org", "moved away")
    counter.lose_the_disk()
    counter.restore()
    assert not counter.gets_in("amara")
    counter.clock.advance(minutes=15)
    assert counter.gets_in("amara")
    with counter.opened() as opened:
        assert opened.desk.people.show(HOST, "jonas@example.org").state is PersonState.LEFT
    assert not counter.gets_in("jonas")


def test_somebody_erased_after_the_backup_stays_erased(counter: Shop) -> None:
    """BAK-06: name and address do not come back with an older copy."""
    counter.back_up()
    with counter.opened() as opened:
        who = opened.desk.people.show(HOST, "jonas@example.org").id
        opened.desk.office.states.leave(HOST, who, "moved away")
        opened.desk.office.privacy.erase(HOST, who, "asked for it")
    counter.lose_the_disk()
    counter.restore()
    with counter.opened() as opened:
        found = opened.desk.people.show(HOST, who)
    assert found.state is PersonState.LEFT
    assert "jonas" not in f"{found.name} {found.email}".lower()
    assert b"jonas@" not in b"".join(path.read_bytes() for path in counter.line.data.iterdir())


def test_recovery_codes_of_the_backup_are_dead_and_new_ones_come_at_the_next_sign_in(
    counter: Shop,
) -> None:
    """BAK-03: nobody knows which were spent meanwhile, so all are."""
    with counter.opened() as opened:
        amara = counter.sign_in(opened.desk, "amara")
        shown = opened.desk.office.credentials.new_recovery_codes(amara)
        opened.desk.office.credentials.confirm_recovery_codes(amara)
    counter.back_up()
    counter.lose_the_disk()
    counter.restore()
    with counter.opened() as opened:
        step = opened.desk.sign_in.offer_password(
            "amara@example.org", counter.players["amara"].typed
        )
        assert isinstance(step, NeedCode)
        with pytest.raises(Refusal):
            opened.desk.sign_in.offer_recovery_code(step.attempt, shown.codes[0][1])
        assert isinstance(counter.offer(opened.desk, "sam"), ShowRecoveryCodes)


def test_terminals_that_were_open_go_on_with_the_restored_store(counter: Shop) -> None:
    """BAK-03, SES-08: a restore under open terminals ends their sessions, and the next sign-in there works."""
    with counter.opened() as opened:
        counter.back_up()
        token = counter.sign_in(opened.desk, "sam")
        made = counter.restore("--replace")
        with pytest.raises(Refusal):
            opened.desk.sessions.check(token)
        opened.desk.sessions.check(counter.sign_in(opened.desk, "sam"))
    aside = Path(made["kept_aside"])
    assert names(aside) == {"audit.jsonl", "store.journal", "store.json"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in aside.iterdir())
    assert names(counter.line.data) == {*names(aside), "store.lock", aside.name}


def test_a_backup_is_private_and_holds_no_key(counter: Shop) -> None:
    """BAK-02, BAK-05, STO-04: mode 0600, and neither the key nor any authenticator's secret is in it."""
    assert counter.back_up().status == 0
    assert stat.S_IMODE(counter.backup.stat().st_mode) == 0o600
    data = counter.backup.read_bytes()
    key = counter.line.key.read_text().split()[2]
    assert key.encode() not in data
    assert bytes.fromhex(key) not in data
    for player in counter.players.values():
        assert (player.secret or "no secret").encode() not in data


def test_nothing_is_overwritten_and_no_backup_is_put_beside_what_it_is_for(counter: Shop) -> None:
    counter.back_up()
    again = counter.back_up()
    assert (again.status, again.error["code"]) == (2, "bad_input")
    inside = counter.line.run("backup", str(counter.line.data / "backup"), "--json")
    assert (inside.status, inside.error["code"]) == (7, "unsafe_environment")
    there = counter.line.run("restore", str(counter.backup), "--json")
    assert there.status == 1
    assert "--replace" in there.error["message"]
    assert counter.gets_in("sam")


def test_a_backup_that_was_changed_anywhere_is_refused_with_one_sentence(counter: Shop) -> None:
    """BAK-02: every byte counts: flipped, cut, longer, or sealed with another key."""
    counter.back_up()
    counter.lose_the_disk()
    whole = counter.backup.read_bytes()
    ways = [
        whole[:-1],
        whole + b"\n",
        whole[: len(whole) // 2],
        b"",
        b"\n",
        whole.replace(b"a", b"b", 1),
    ]
    ways += [
        whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for place in range(0, len(whole), max(len(whole) // 40, 1))
    ]
    for data in ways:
        counter.backup.write_bytes(data)
        refused = counter.line.run("restore", str(counter.backup), "--json")
        assert (refused.status, refused.error["code"]) == (6, "integrity"), data[:80]
        assert not counter.line.data.exists() or names(counter.line.data) <= {"store.lock"}
    counter.backup.write_bytes(whole)
    counter.restore()
    assert counter.gets_in("sam")


def test_a_backup_of_a_later_program_is_refused(counter: Shop) -> None:
    """STO-15: a downgrade is refused with one sentence."""
    counter.back_up()
    counter.lose_the_disk()
    data = counter.backup.read_bytes().replace(
        b'{"pomfa_tui_backup":1', b'{"pomfa_tui_backup":2', 1
    )
    counter.backup.write_bytes(data)
    refused = counter.line.run("restore", str(counter.backup), "--json")
    assert refused.status == 6
    assert "version 2" in refused.error["message"]


def test_without_the_ledger_a_restore_asks_what_to_do(counter: Shop) -> None:
    """BAK-03: refused at first; either everybody is reset, or it is said that nothing was ended since."""
    counter.back_up()
    counter.lose_the_disk()
    counter.lose_the_ledger()
    refused = counter.line.run("restore", str(counter.backup), "--json")
    assert refused.status == 1
    assert "--reset-everybody" in refused.error["message"]
    made = counter.restore("--reset-everybody")
    assert len(made["passwords_ended"]) == len(made["authenticators_ended"]) == 5
    assert not counter.gets_in("sam")
    counter.lose_the_disk()
    counter.lose_the_ledger()
    counter.restore("--without-ledger")
    assert counter.gets_in("sam")
    (record,) = counter.line.json("audit", "show", "--event", "store_restored")["records"]
    assert (record["reason"], record["severity"]) == ("without_ledger", "critical")


def test_without_the_key_everybody_chooses_a_password_and_pairs_anew(counter: Shop) -> None:
    """BAK-02, STO-07: a copied backup lets nobody in; with --without-key the people are there, and none of what proves them."""
    counter.back_up()
    counter.lose_the_disk()
    counter.line.key.unlink()
    refused = counter.line.run("restore", str(counter.backup), "--json")
    assert (refused.status, refused.error["code"]) == (6, "integrity")
    counter.restore("--without-key")
    assert not counter.gets_in("amara")
    issued = counter.line.json(
        *("person", "reset-password", "amara@example.org", "--identity", "in-person"),
        *("--reason", "key lost"),
    )
    with counter.opened() as opened:
        step = opened.desk.sign_in.offer_password("amara@example.org", issued["activation_code"])
        assert isinstance(step, NeedNewPassword)
        assert isinstance(opened.desk.new_passwords.choose(step.attempt, NEW_PASSWORD), NeedPairing)
    assert counter.line.json("audit", "verify")["ok"]


def test_with_the_clock_behind_nothing_is_restored(counter: Shop) -> None:
    """BAK-03, A42: else codes of the time before would work again."""
    counter.back_up()
    counter.lose_the_disk()
    counter.clock.set_back(3600)
    refused = counter.line.run("restore", str(counter.backup), "--json")
    assert refused.status == 1
    assert "clock" in refused.error["message"]


def test_older_files_are_refused_and_can_be_settled_by_the_owner(counter: Shop) -> None:
    """A34: an old data folder put back is refused with exit 6 by every command; `--as-found` settles it as a restore does, and records it."""
    old = counter.line.data.with_name("old")
    counter.line.data.rename(old)
    counter.line.data.mkdir(0o700)
    for path in old.iterdir():
        (counter.line.data / path.name).write_bytes(path.read_bytes())
        (counter.line.data / path.name).chmod(0o600)
    with counter.opened() as opened:
        used = counter.code("amara")
        counter.sign_in(opened.desk, "amara", used)
        opened.desk.office.states.disable(HOST, "tomos@example.org", "away")
    counter.lose_the_disk()
    old.rename(counter.line.data)
    refused = counter.line.run("person", "list", "--json")
    assert (refused.status, refused.error["code"]) == (6, "integrity")
    assert "--as-found" in refused.error["message"]
    assert counter.line.run("doctor", "--json").status == 6
    made = counter.line.json("restore", "--as-found")["restored"]
    assert made["rights_set_back"] == ["tomos@example.org"]
    with counter.opened() as opened, pytest.raises(CodeUsed):
        counter.offer(opened.desk, "amara", used)
    counter.clock.advance(90)
    assert counter.gets_in("amara")
    assert not counter.gets_in("tomos")
    (record,) = counter.line.json("audit", "show", "--event", Event.STORE_RESTORED.value)["records"]
    assert record["detail"]["of"] == "files"
    assert int(record["detail"]["reached"]) > int(record["detail"]["change"])
    told = counter.line.json("audit", "show", "--event", Event.STORE_ROLLED_BACK.value)["records"]
    assert [(each["severity"], each["outcome"]) for each in told] == [("critical", "failure")]
    found = told[0]["detail"]
    assert (found["change"], found["noted"]) == (record["detail"]["change"], "1")
    assert int(found["reached"]) > int(found["change"])
    assert not counter.notes.exists()


def test_when_the_newest_files_are_back_the_refusal_of_the_old_ones_is_on_record(
    counter: Shop,
) -> None:
    """A34: noted beside the key while the store cannot be used, and recorded once by the first who opens it again."""
    old, newest = counter.line.data.with_name("old"), counter.line.data.with_name("newest")
    shutil.copytree(counter.line.data, old)
    with counter.opened() as opened:
        opened.desk.office.states.disable(HOST, "tomos@example.org", "away")
    counter.line.data.rename(newest)
    old.rename(counter.line.data)
    for command in (("person", "list"), ("audit", "show"), ("person", "list")):
        assert counter.line.run(*command, "--json").status == 6
    assert counter.notes.exists()
    assert stat.S_IMODE(counter.notes.stat().st_mode) == 0o600
    shutil.rmtree(counter.line.data)
    newest.rename(counter.line.data)
    for _ in range(2):
        told = counter.line.json("audit", "show", "--event", Event.STORE_ROLLED_BACK.value)
        assert [each["detail"]["noted"] for each in told["records"]] == ["1"]
    assert not counter.notes.exists()
    assert counter.line.json("audit", "verify")["ok"]


def test_notes_that_somebody_changed_are_told_as_such(counter: Shop) -> None:
    """A34: whoever blots them out leaves a record of that."""
    counter.notes.write_bytes(b"nothing to see here\n")
    counter.notes.chmod(0o600)
    told = counter.line.json("audit", "show", "--event", Event.STORE_ROLLED_BACK.value)["records"]
    assert [each["detail"] for each in told] == [{"notes_unreadable": "1"}]


@contextmanager
def _load(counter: Shop) -> Iterator[None]:
    """Have another terminal at work meanwhile: a name is edited again and again."""
    over = threading.Event()

    def work() -> None:
        with counter.opened() as opened:
            number = 0
            while not over.wait(0.01):
                number += 1
                opened.desk.office.site_changes.edit(HOST, "FZ102", name=f"Harbour {number}")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_restore_that_dies_half_way_is_done_again(
    counter: Shop, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """STO-09: killed before, between and after its files are put in place: nobody gets in by halves, and once more brings it back."""
    counter.back_up()
    with counter.opened() as opened:
        opened.desk.office.states.disable(HOST, "tomos@example.org", "away")
    replace, done = Path.replace, 0

    def dying(path: Path, target: Path) -> Path:
        nonlocal done
        if done == steps:
            raise KeyboardInterrupt
        done += 1
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dying)
        assert counter.line.run("restore", str(counter.backup), "--replace").status == 130
    assert not counter.gets_in("tomos")
    counter.restore("--replace")
    assert counter.gets_in("amara")
    assert not counter.gets_in("tomos")
    assert counter.line.json("audit", "verify")["ok"]
