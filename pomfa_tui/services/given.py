"""What services are given: adapters to the outside, and what the configuration decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.domain.limits import Numbers
    from pomfa_tui.domain.ports import (
        Clock,
        Exports,
        Forwarded,
        PasswordHasher,
        Place,
        Printer,
        Processes,
        Store,
        StrangerDigest,
        Vault,
    )


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything from outside that services need."""

    store: Store
    clock: Clock
    place: Place
    processes: Processes
    hasher: PasswordHasher
    vault: Vault
    strangers: StrangerDigest
    key_id: str
    exports: Exports
    forwarded: Forwarded
    printer: Printer | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration decides.

    Attributes:
        numbers: The numbers of the rules.
        emails: Which addresses are shared mailboxes.
        issuer: First part of an entry's name.
        bound_site: The one site this terminal is for, or none.
    """

    numbers: Numbers
    emails: EmailRules
    issuer: str = "PharmOutcomes"
    bound_site: str | None = None
