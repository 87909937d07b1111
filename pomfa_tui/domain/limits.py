"""Every number of the rules in one table: what ships, and the hard bounds nobody can configure past."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """One settable number.

    Attributes:
        default: What ships.
        low: Smallest value the program starts with.
        high: Largest value the program starts with.
        unit: What is counted.
        why: Where the number comes from.
    """

    default: int
    low: int
    high: int
    unit: str
    why: str


LIMITS: dict[str, Limit] = {
    "password_min": Limit(
        12, 8, 64, "characters", "rule 16; NIST SP 800-63B-4 3.1.1.2 asks 8 within MFA"
    ),
    "password_max": Limit(128, 64, 256, "characters", "rule 16; NIST asks at least 64"),
    "password_score": Limit(
        3, 2, 4, "zxcvbn score", "rule 16; 3 is safe from offline guessing at moderate cost"
    ),
    "hash_memory": Limit(19456, 12288, 1048576, "KiB", "OWASP password storage; argon2id"),
    "hash_time": Limit(2, 1, 16, "passes", "OWASP password storage; argon2id"),
    "hash_parallelism": Limit(
        1, 1, 1, "lanes", "OWASP password storage; machines without spare threads"
    ),
    "activation_hours": Limit(24, 1, 24, "hours", "rule 17; ASVS 6.4.1"),
    "pairing_minutes": Limit(10, 1, 10, "minutes", "rule 18"),
    "recovery_codes": Limit(10, 5, 20, "codes", "rule 19"),
    "recovery_low": Limit(3, 1, 5, "codes", "rule 19, notice when so few are left"),
    "soft_lock_failures": Limit(
        10, 5, 10, "failures", "rule 24; NCSC 5 to 10, Cyber Essentials at most 10"
    ),
    "soft_lock_step": Limit(5, 1, 5, "failures", "rule 24"),
    "soft_lock_minutes_1": Limit(15, 5, 60, "minutes", "rule 24; NIST 30 s to 1 h"),
    "soft_lock_minutes_2": Limit(30, 5, 60, "minutes", "rule 24"),
    "soft_lock_minutes_3": Limit(60, 5, 60, "minutes", "rule 24"),
    "hard_disable_failures": Limit(100, 20, 100, "failures", "rule 24; NIST SP 800-63B-4 3.2.2"),
    "strangers_kept": Limit(
        1000, 100, 10000, "counters", "THR-09: unknown e-mails cannot grow the store"
    ),
    "brake_failures": Limit(
        30,
        10,
        1000,
        "failures",
        "THR-08; over all accounts, where one account's counter sees nothing",
    ),
    "brake_minutes": Limit(5, 1, 60, "minutes", "THR-08"),
    "brake_seconds": Limit(5, 1, 30, "seconds", "THR-08; slower for everybody, closed to nobody"),
    "attempt_minutes": Limit(
        3, 1, 5, "minutes", "SES-17: a sign-in left between password and code"
    ),
    "idle_minutes": Limit(5, 1, 30, "minutes", "rule 26; OWASP 2 to 5 for high value"),
    "idle_warning_seconds": Limit(60, 20, 120, "seconds", "rule 26; WCAG 2.2.1 at least 20"),
    "overall_hours": Limit(8, 1, 24, "hours", "rule 26; NIST at most 24"),
    "sessions_per_person": Limit(3, 1, 10, "sessions", "rule 26"),
    "step_up_minutes": Limit(5, 1, 15, "minutes", "rule 22"),
    "nhsmail_per_site": Limit(10, 1, 100, "accounts", "rule 3"),
    "requests_per_hour": Limit(
        10, 1, 60, "requests", "rule 29; from one terminal, asking again counts"
    ),
    "requests_per_terminal": Limit(
        30, 5, 200, "requests", "rule 29; open at a time, so that none fills the queue alone"
    ),
    "requests_open": Limit(1000, 50, 10000, "requests", "rule 29; open at a time, altogether"),
    "requests_closed": Limit(
        1000, 100, 10000, "requests", "closed ones kept; the oldest make room"
    ),
    "requests_days": Limit(
        90,
        7,
        366,
        "days",
        "closed ones kept, open ones wait; data minimisation (UK GDPR article 5)",
    ),
    "audit_months": Limit(
        12, 6, 24, "months", "AUD-10; Ministry of Justice: security logs 6 to 24 months"
    ),
    "store_lock_seconds": Limit(5, 1, 30, "seconds", "busy after that"),
    "clock_tolerance_seconds": Limit(
        5, 0, 60, "seconds", "rule 27; a time service may step back a little"
    ),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers in force, one attribute per row of `LIMITS`."""

    password_min: int = LIMITS["password_min"].default
    password_max: int = LIMITS["password_max"].default
    password_score: int = LIMITS["password_score"].default
    hash_memory: int = LIMITS["hash_memory"].default
    hash_time: int = LIMITS["hash_time"].default
    hash_parallelism: int = LIMITS["hash_parallelism"].default
    activation_hours: int = LIMITS["activation_hours"].default
    pairing_minutes: int = LIMITS["pairing_minutes"].default
    recovery_codes: int = LIMITS["recovery_codes"].default
    recovery_low: int = LIMITS["recovery_low"].default
    soft_lock_failures: int = LIMITS["soft_lock_failures"].default
    soft_lock_step: int = LIMITS["soft_lock_step"].default
    soft_lock_minutes_1: int = LIMITS["soft_lock_minutes_1"].default
    soft_lock_minutes_2: int = LIMITS["soft_lock_minutes_2"].default
    soft_lock_minutes_3: int = LIMITS["soft_lock_minutes_3"].default
    hard_disable_failures: int = LIMITS["hard_disable_failures"].default
    strangers_kept: int = LIMITS["strangers_kept"].default
    brake_failures: int = LIMITS["brake_failures"].default
    brake_minutes: int = LIMITS["brake_minutes"].default
    brake_seconds: int = LIMITS["brake_seconds"].default
    attempt_minutes: int = LIMITS["attempt_minutes"].default
    idle_minutes: int = LIMITS["idle_minutes"].default
    idle_warning_seconds: int = LIMITS["idle_warning_seconds"].default
    overall_hours: int = LIMITS["overall_hours"].default
    sessions_per_person: int = LIMITS["sessions_per_person"].default
    step_up_minutes: int = LIMITS["step_up_minutes"].default
    nhsmail_per_site: int = LIMITS["nhsmail_per_site"].default
    requests_per_hour: int = LIMITS["requests_per_hour"].default
    requests_per_terminal: int = LIMITS["requests_per_terminal"].default
    requests_open: int = LIMITS["requests_open"].default
    requests_closed: int = LIMITS["requests_closed"].default
    requests_days: int = LIMITS["requests_days"].default
    audit_months: int = LIMITS["audit_months"].default
    store_lock_seconds: int = LIMITS["store_lock_seconds"].default
    clock_tolerance_seconds: int = LIMITS["clock_tolerance_seconds"].default

    def outside_bounds(self) -> list[str]:
        """Return one sentence for each number outside its hard bounds; empty when all are inside."""
        found: list[str] = []
        for name, limit in LIMITS.items():
            value = getattr(self, name)
            if not limit.low <= value <= limit.high:
                found.append(
                    f"{name} = {value} is outside {limit.low} to {limit.high} {limit.unit}."
                )
        return found
