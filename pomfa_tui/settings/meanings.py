"""What each number of `LIMITS` does, in the words of whoever writes the configuration file."""

from __future__ import annotations

LIMIT_MEANINGS: dict[str, str] = {
    "password_min": "Fewest characters of a new password.",
    "password_max": "Most characters of a new password.",
    "password_score": "Least strength of a new password, as zxcvbn rates it from 0 to 4.",
    "hash_memory": "Memory that hashing one password takes.",
    "hash_time": "Passes over that memory.",
    "hash_parallelism": "Lanes of that memory worked on at once.",
    "activation_hours": "How long an activation code can be used.",
    "pairing_minutes": "How long a QR code that has not been confirmed can be used.",
    "recovery_codes": "Recovery codes that a person is given.",
    "recovery_low": "Recovery codes left at which the person is told so.",
    "soft_lock_failures": "Failures in a row before the first wait.",
    "soft_lock_step": "Further failures before each next wait.",
    "soft_lock_minutes_1": "Length of the first wait.",
    "soft_lock_minutes_2": "Length of the second wait.",
    "soft_lock_minutes_3": "Length of every later wait.",
    "hard_disable_failures": "Failures in a row of one factor that switch it off until it is reset.",
    "strangers_kept": "E-mails without an account whose failures are remembered.",
    "attempt_minutes": "How long a sign-in may be left between the password and the code.",
    "idle_minutes": "How long a terminal may be left alone before it signs out.",
    "idle_warning_seconds": "How long before that the person is warned.",
    "overall_hours": "How long a sign-in lasts, whatever is typed.",
    "sessions_per_person": "Terminals at which a person may be signed in at once.",
    "step_up_minutes": "How long a code counts as fresh for acts that ask for one.",
    "nhsmail_per_site": "Personal NHSmail accounts that a site may sponsor.",
    "store_lock_seconds": "How long to wait for the store before saying that it is busy.",
    "clock_tolerance_seconds": "How far the clock may step back before codes are refused.",
}
