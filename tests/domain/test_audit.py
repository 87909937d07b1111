"""Every record of the audit log is tied to the one before it."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomfa_tui.domain.audit import (
    GENESIS,
    AuditEvent,
    AuditRecord,
    Event,
    Head,
    Outcome,
    Severity,
    chain,
    follows,
    record_hash,
)

OWASP = {
    "authn_login_success",
    "authn_login_successafterfail",
    "authn_login_fail",
    "authn_login_fail_max",
    "authn_login_lock",
    "authn_password_change",
    "authn_password_change_fail",
    "authn_token_created",
    "authn_token_revoked",
    "authn_token_reuse",
    "authz_fail",
    "authz_change",
    "authz_admin",
    "session_created",
    "session_renewed",
    "session_expired",
    "session_logout",
    "sequence_fail",
    "excess_rate_limit_exceeded",
    "user_created",
    "user_updated",
    "user_archived",
    "privilege_permissions_changed",
    "sys_startup",
    "sys_shutdown",
    "sys_crash",
    "crypt_decrypt_fail",
}
"""The events of OWASP's logging vocabulary that this program has."""

texts = st.text(st.characters(codec="utf-8"), max_size=30)
maybe = st.none() | texts
events = st.builds(
    AuditEvent,
    at=st.integers(0, 2**40),
    event=st.sampled_from(Event),
    outcome=st.sampled_from(Outcome),
    severity=st.sampled_from(Severity),
    reason=maybe,
    actor=texts,
    actor_role=maybe,
    subject=maybe,
    site=maybe,
    session=maybe,
    terminal=texts,
    pid=st.integers(1, 2**22),
    version=texts,
    detail=st.dictionaries(texts, texts, max_size=4),
)


def event(number: int = 0) -> AuditEvent:
    """Return a plain event."""
    return AuditEvent(
        at=1_700_000_000 + number,
        event=Event.SIGN_IN,
        actor="a" * 32,
        terminal="tty1",
        pid=7,
        version="0.1.0",
        detail={"b": "2", "a": "\u00fc\u202e\n"},
    )


def records(count: int) -> list[AuditRecord]:
    """Return an unbroken log."""
    log: list[AuditRecord] = []
    head = Head()
    for number in range(count):
        record = chain(head, event(number))
        log.append(record)
        head = Head(seq=record.seq, hash=record.hash)
    return log


def first_bad(log: list[AuditRecord]) -> int | None:
    """Return the place of the first record that does not follow the one before it, from 0."""
    head = Head()
    for place, record in enumerate(log):
        if not follows(record, head):
            return place
        head = Head(seq=record.seq, hash=record.hash)
    return None


# -- Words --------------------------------------------------------------------------------------


def test_events_are_called_as_owasp_calls_them() -> None:
    """AUD-11: and what it has no word for is named in the same way."""
    names = [entry.value for entry in Event]

    assert set(names) >= OWASP
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.replace("_", "").islower() for name in names)


def test_the_first_record_has_number_one_and_nothing_before_it() -> None:
    """AUD-06."""
    record = chain(Head(), event())

    assert (record.seq, record.previous) == (1, GENESIS)
    assert record.hash == record_hash(1, GENESIS, event())
    assert follows(record, Head())


def test_a_hash_is_that_of_the_record_written_out() -> None:
    """AUD-06: recomputed by other means, and the same in every version, or older logs would not verify."""
    text = json.dumps(
        [1, GENESIS, msgspec.to_builtins(event())],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )

    assert record_hash(1, GENESIS, event()) == hashlib.sha256(text.encode()).hexdigest()
    assert (
        record_hash(1, GENESIS, event())
        == "b5b19e496e9221bf303840716399eb22cbe854de14493afa20a7f5d4f2dbc761"
    )


def test_the_order_of_details_does_not_matter() -> None:
    """AUD-06: a record read back verifies whatever order its keys come in."""
    turned = msgspec.structs.replace(event(), detail={"a": "\u00fc\u202e\n", "b": "2"})

    assert record_hash(1, GENESIS, turned) == record_hash(1, GENESIS, event())


# -- The chain ----------------------------------------------------------------------------------


def test_an_unbroken_log_verifies() -> None:
    assert first_bad(records(20)) is None


def test_a_missing_record_shows_at_its_successor() -> None:
    """AUD-06, A39: in the middle and at the beginning."""
    log = records(10)

    assert first_bad(log[:4] + log[5:]) == 4
    assert first_bad(log[1:]) == 0


def test_swapped_doubled_and_inserted_records_show() -> None:
    """AUD-06, A39."""
    log = records(10)
    foreign = chain(Head(), event(99))

    assert first_bad([*log[:3], log[4], log[3], *log[5:]]) == 3
    assert first_bad([*log[:3], log[2], *log[3:]]) == 3
    assert first_bad([*log[:3], foreign, *log[3:]]) == 3


def test_a_cut_tail_does_not_show_in_the_chain_itself() -> None:
    """AUD-06: which is why the head is kept elsewhere, sealed."""
    log = records(10)

    assert first_bad(log[:7]) is None
    assert Head(seq=7, hash=log[6].hash) != Head(seq=10, hash=log[9].hash)


@pytest.mark.parametrize(
    "change",
    [
        {"at": 1_700_000_004},
        {"event": Event.SIGN_IN_FAILED},
        {"outcome": Outcome.FAILURE},
        {"severity": Severity.CRITICAL},
        {"reason": "unknown"},
        {"actor": "b" * 32},
        {"actor_role": "admin"},
        {"subject": "c" * 32},
        {"site": "FZ101"},
        {"session": "d" * 32},
        {"terminal": "tty2"},
        {"pid": 8},
        {"version": "0.1.1"},
        {"detail": {}},
        {"detail": {"b": "2", "a": "\u00fc\u202e\n", "c": ""}},
    ],
)
def test_a_change_of_any_field_shows_at_that_record(change: dict[str, object]) -> None:
    """AUD-06, A39: time included."""
    log = records(6)
    changed = msgspec.structs.replace(log[3].event, **change)
    log[3] = msgspec.structs.replace(log[3], event=changed)

    assert first_bad(log) == 3


def test_a_change_with_its_hash_mended_shows_at_the_next_record() -> None:
    """AUD-06: everything after it would have to be written anew, and the sealed head with it."""
    log = records(6)
    changed = msgspec.structs.replace(log[3].event, pid=8)
    mended = record_hash(log[3].seq, log[3].previous, changed)
    log[3] = msgspec.structs.replace(log[3], event=changed, hash=mended)

    assert first_bad(log) == 4


@given(st.lists(events, min_size=1, max_size=8))
def test_any_events_make_a_chain_that_survives_being_written_and_read(
    happened: list[AuditEvent],
) -> None:
    """AUD-05, AUD-06: one line each, whatever characters the details hold."""
    head = Head()
    for entry in happened:
        record = chain(head, entry)
        line = msgspec.json.encode(record)
        read = msgspec.json.decode(line, type=AuditRecord)
        assert b"\n" not in line
        assert read == record
        assert follows(read, head)
        head = Head(seq=read.seq, hash=read.hash)

    assert head.seq == len(happened)


@given(events, events)
def test_two_events_have_two_hashes(one: AuditEvent, other: AuditEvent) -> None:
    """AUD-06: no field can be moved into another."""
    same = record_hash(1, GENESIS, one) == record_hash(1, GENESIS, other)

    assert same == (one == other)
