"""The audit log's words: what happened, to whom, how it was checked (rule 32).

Event names follow the OWASP logging vocabulary (AUD-11). Records hold identifiers, never names or e-mails (PRI-01), and never a
password, code, secret, key or session secret (AUD-04).
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec

from pomfa_tui.domain.documents import Document


class Event(StrEnum):
    """Everything that is recorded."""

    SIGN_IN = "authn_login_success"
    SIGN_IN_AFTER_FAILURES = "authn_login_successafterfail"
    SIGN_IN_FAILED = "authn_login_fail"
    SIGN_IN_FAILED_MAX = "authn_login_fail_max"
    SIGN_IN_LOCKED = "authn_login_lock"
    PASSWORD_CHANGED = "authn_password_change"  # noqa: S105 - an event's name
    PASSWORD_CHANGE_FAILED = "authn_password_change_fail"  # noqa: S105
    TOKEN_CREATED = "authn_token_created"  # noqa: S105
    TOKEN_REVOKED = "authn_token_revoked"  # noqa: S105
    TOKEN_RESYNCHRONISED = "authn_token_resynchronised"  # noqa: S105
    TOKEN_REUSE = "authn_token_reuse"  # noqa: S105
    AUTHZ_FAILED = "authz_fail"
    AUTHZ_CHANGED = "authz_change"
    AUTHZ_ADMIN = "authz_admin"
    SESSION_CREATED = "session_created"
    SESSION_RENEWED = "session_renewed"
    SESSION_EXPIRED = "session_expired"
    SESSION_LOGOUT = "session_logout"
    SEQUENCE_FAILED = "sequence_fail"
    RATE_LIMIT = "excess_rate_limit_exceeded"
    USER_CREATED = "user_created"
    USER_UPDATED = "user_updated"
    USER_ARCHIVED = "user_archived"
    PERMISSIONS_CHANGED = "privilege_permissions_changed"
    STARTED = "sys_startup"
    STOPPED = "sys_shutdown"
    CRASHED = "sys_crash"
    DECRYPT_FAILED = "crypt_decrypt_fail"
    CLOCK_MOVED_BACK = "clock_moved_back"
    STORE_CREATED = "store_created"
    STORE_BACKED_UP = "store_backed_up"
    STORE_RESTORED = "store_restored"
    STORE_ROLLED_BACK = "store_rolled_back"
    KEY_ROTATED = "crypt_key_rotated"
    SITE_CREATED = "site_created"
    SITE_UPDATED = "site_updated"
    AUDIT_READ = "audit_read"
    REQUEST_FILED = "request_filed"
    REQUEST_CLOSED = "request_closed"
    SITE_KEY = "site_key"
    PHONE_HELP = "phone_help"
    PURGED = "retention_purge"


class Outcome(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    FAILURE = "failure"


class Severity(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AuditEvent(Document, frozen=True, kw_only=True):
    """What a service says happened; the store adds number and chain when it commits.

    Attributes:
        at: UTC seconds.
        event: What.
        outcome: How it ended.
        severity: How much it matters.
        reason: Short code of the cause, or none.
        actor: Id of the person, `host:<login>`, or `unknown:<digest>` for an e-mail without account.
        actor_role: Role in force, or none.
        subject: Id of the person it was done to, or none.
        site: ODS code, or none.
        session: The session's id, or none.
        terminal: Where: tty or SSH origin.
        pid: Process.
        version: Of the program.
        detail: Further facts, short texts only.
    """

    at: int
    event: Event
    outcome: Outcome = Outcome.SUCCESS
    severity: Severity = Severity.INFO
    reason: str | None = None
    actor: str
    actor_role: str | None = None
    subject: str | None = None
    site: str | None = None
    session: str | None = None
    terminal: str
    pid: int
    version: str
    detail: dict[str, str] = msgspec.field(default_factory=dict)


class AuditRecord(Document, frozen=True, kw_only=True):
    """One line of the log.

    Attributes:
        seq: Number, from 1, without gaps.
        previous: Hash of the record before it; `GENESIS` for the first.
        event: What happened.
        hash: SHA-256 over number, previous hash and event.
    """

    seq: int
    previous: str
    event: AuditEvent
    hash: str


MOST_SHOWN = 10_000
"""Records that are shown at once at most; an export has no bound."""

GENESIS = "0" * 64
"""What the first record's `previous` holds."""


class Head(Document, frozen=True, kw_only=True):
    """Where the chain stands: kept in the store, sealed, so that cutting the log's tail shows (AUD-06).

    Attributes:
        seq: Number of the newest record; 0 before the first.
        hash: Its hash.
    """

    seq: int = 0
    hash: str = GENESIS


class Checkpoint(Document, frozen=True, kw_only=True):
    """What stands in the log in place of records that were old enough to be dropped (AUD-10).

    Attributes:
        seq: Number of the last dropped record, and so how many were dropped since the log began.
        hash: Its hash, which the first record that is left goes on from.
        at: When it was recorded, UTC seconds.
        made_at: When it was dropped, UTC seconds.
    """

    seq: int
    hash: str
    at: int
    made_at: int

    @property
    def head(self) -> Head:
        """Where the chain stood after that record."""
        return Head(seq=self.seq, hash=self.hash)


def chain(head: Head, event: AuditEvent) -> AuditRecord:
    """Return the record that follows `head`."""
    seq = head.seq + 1
    return AuditRecord(
        seq=seq, previous=head.hash, event=event, hash=record_hash(seq, head.hash, event)
    )


def record_hash(seq: int, previous: str, event: AuditEvent) -> str:
    """Return the hash that a record with this number, predecessor and event must carry."""
    encoded = msgspec.json.encode([seq, previous, event], order="sorted")
    return hashlib.sha256(encoded).hexdigest()


def follows(record: AuditRecord, head: Head) -> bool:
    """Tell whether `record` is the unbroken next one after `head`."""
    return (
        record.seq == head.seq + 1
        and record.previous == head.hash
        and record.hash == record_hash(record.seq, record.previous, record.event)
    )
