"""What the audit log says, in words for people; the log itself keeps short names (AUD-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pomfa_tui.domain.audit import Event

if TYPE_CHECKING:
    from pomfa_tui.domain.audit import AuditEvent

_BY_REASON: dict[tuple[Event, str], str] = {
    (Event.PASSWORD_CHANGED, "password_reset"): "Password reset",
    (Event.TOKEN_REVOKED, "mfa_reset"): "Authenticator reset",
    (Event.TOKEN_CREATED, "paired"): "Authenticator paired",
    (Event.TOKEN_CREATED, "moved"): "Moved to a new phone",
    (Event.TOKEN_CREATED, "recovery_codes"): "New recovery codes",
    (Event.TOKEN_REVOKED, "recovery_code_used"): "Recovery code used",
    (Event.TOKEN_CREATED, "recovery_code_used"): "Recovery code used",
    (Event.TOKEN_REVOKED, "phone_gone"): "Old phone given up",
    (Event.USER_UPDATED, "disabled"): "Disabled",
    (Event.USER_UPDATED, "enabled"): "Enabled",
    (Event.USER_UPDATED, "unlocked"): "Unlocked",
    (Event.USER_UPDATED, "edited"): "Edited",
    (Event.USER_UPDATED, "notices_acknowledged"): "Notices read",
    (Event.PERMISSIONS_CHANGED, "edited"): "Role changed",
    (Event.PERMISSIONS_CHANGED, "last_administrator_gone"): "Last admin gone",
    (Event.AUTHZ_CHANGED, "linked"): "Linked to a site",
    (Event.AUTHZ_CHANGED, "unlinked"): "Link to a site ended",
    (Event.AUTHZ_CHANGED, "left"): "Left",
    (Event.AUTHZ_ADMIN, "identity_not_verified"): "Identity not verified",
    (Event.PHONE_HELP, "challenge"): "Called the helpdesk",
    (Event.PHONE_HELP, "answered"): "Phone reset answered",
    (Event.PHONE_HELP, "email_exists"): "Locum had an account",
    (Event.SIGN_IN_FAILED, "phone_response"): "Wrong phone response",
    (Event.SIGN_IN_FAILED, "password"): "Wrong password",
    (Event.SIGN_IN_FAILED, "code_skewed"): "Code of a wrong clock",
    (Event.SIGN_IN_FAILED, "code_of_old_entry"): "Code of an old entry",
    (Event.SIGN_IN_FAILED, "code_wrong"): "Wrong code",
    (Event.SIGN_IN_FAILED, "codes_not_in_a_row"): "Codes not in a row",
    (Event.SESSION_EXPIRED, "idle"): "Signed out when idle",
    (Event.SESSION_EXPIRED, "overall"): "Time of sign-in over",
    (Event.SESSION_EXPIRED, "superseded"): "Oldest sign-in ended",
    (Event.SESSION_EXPIRED, "ended_by_other"): "Sign-in ended",
    (Event.SESSION_EXPIRED, "account_changed"): "Sign-in ended",
    (Event.SESSION_EXPIRED, "lost"): "Terminal lost",
    (Event.SESSION_RENEWED, "step_up"): "Fresh code typed",
    (Event.SESSION_RENEWED, "switched_site"): "Switched site",
    (Event.AUDIT_READ, "exported"): "Audit log exported",
    (Event.AUDIT_READ, "personal_data"): "Own data given out",
    (Event.USER_ARCHIVED, "erased"): "Erased",
    (Event.AUDIT_READ, "forwarding_began"): "Forwarding began",
    (Event.RATE_LIMIT, "flood"): "Flood of tries",
    (Event.AUDIT_READ, "evidence"): "Evidence shown",
    (Event.AUDIT_READ, "evidence_saved"): "Evidence saved",
    (Event.AUDIT_READ, "breach_report"): "Breach report shown",
    (Event.AUDIT_READ, "breach_report_saved"): "Breach report saved",
    (Event.AUTHZ_ADMIN, "access_review_started"): "Access review began",
    (Event.AUTHZ_ADMIN, "access_confirmed"): "Access confirmed",
    (Event.AUTHZ_ADMIN, "access_review_finished"): "Access review finished",
    (Event.AUDIT_READ, "verified"): "Audit log checked",
    (Event.AUDIT_READ, "verify_failed"): "Audit log is broken",
}

_BY_EVENT: dict[Event, str] = {
    Event.SIGN_IN: "Signed in",
    Event.SIGN_IN_AFTER_FAILURES: "Signed in after errors",
    Event.SIGN_IN_FAILED: "Sign-in failed",
    Event.SIGN_IN_FAILED_MAX: "Locked: too many tries",
    Event.SIGN_IN_LOCKED: "Tried while locked",
    Event.PASSWORD_CHANGED: "New password chosen",
    Event.PASSWORD_CHANGE_FAILED: "Password not changed",
    Event.TOKEN_CREATED: "New second factor",
    Event.TOKEN_REVOKED: "Second factor ended",
    Event.TOKEN_REUSE: "Used code typed again",
    Event.AUTHZ_FAILED: "Refused: no right",
    Event.AUTHZ_CHANGED: "Site changed",
    Event.AUTHZ_ADMIN: "Act of an admin",
    Event.SESSION_CREATED: "Session began",
    Event.SESSION_RENEWED: "Session renewed",
    Event.SESSION_EXPIRED: "Session ended",
    Event.SESSION_LOGOUT: "Signed out",
    Event.SEQUENCE_FAILED: "Step out of turn",
    Event.RATE_LIMIT: "Limit reached",
    Event.USER_CREATED: "Account added",
    Event.USER_UPDATED: "Account changed",
    Event.USER_ARCHIVED: "Left",
    Event.PERMISSIONS_CHANGED: "Rights changed",
    Event.STARTED: "Program started",
    Event.STOPPED: "Program stopped",
    Event.CRASHED: "Program failed",
    Event.DECRYPT_FAILED: "Sealed item damaged",
    Event.CLOCK_MOVED_BACK: "Clock moved back",
    Event.STORE_CREATED: "Store created",
    Event.STORE_BACKED_UP: "Backup made",
    Event.STORE_RESTORED: "Store restored",
    Event.STORE_ROLLED_BACK: "Older files refused",
    Event.KEY_ROTATED: "Key exchanged",
    Event.SITE_CREATED: "Site added",
    Event.SITE_UPDATED: "Site changed",
    Event.AUDIT_READ: "Audit log read",
    Event.TOKEN_RESYNCHRONISED: "Phone clock followed",
    Event.REQUEST_FILED: "Request sent",
    Event.REQUEST_CLOSED: "Request closed",
    Event.SITE_KEY: "Site key handed over",
    Event.PHONE_HELP: "Help by telephone",
}


def event_words(event: AuditEvent) -> str:
    """Return what happened, in at most 22 letters."""
    words = _BY_REASON.get((event.event, event.reason or ""))
    return words if words is not None else _BY_EVENT[event.event]
