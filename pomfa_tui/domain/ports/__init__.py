"""What the services need from the outside, as protocols; the adapters live in `store`, `security` and `bootstrap`.

Neither side imports the other: both import this module.
"""

from pomfa_tui.domain.ports.host import (
    Clock,
    Exports,
    Forwarded,
    NewFile,
    Place,
    Printer,
    Processes,
)
from pomfa_tui.domain.ports.secrets import (
    HeadSeal,
    PasswordHasher,
    SealContext,
    StrangerDigest,
    Vault,
)
from pomfa_tui.domain.ports.store import (
    AuditAppender,
    AuditVerdict,
    Store,
    Transaction,
    View,
)
from pomfa_tui.domain.ports.tables import (
    MovedBack,
    People,
    PeopleView,
    Requests,
    RequestsView,
    Sessions,
    SessionsView,
    StoreMeta,
    Table,
    TableView,
)

__all__ = [
    "AuditAppender",
    "AuditVerdict",
    "Clock",
    "Exports",
    "Forwarded",
    "HeadSeal",
    "MovedBack",
    "NewFile",
    "PasswordHasher",
    "People",
    "PeopleView",
    "Place",
    "Printer",
    "Processes",
    "Requests",
    "RequestsView",
    "SealContext",
    "Sessions",
    "SessionsView",
    "Store",
    "StoreMeta",
    "StrangerDigest",
    "Table",
    "TableView",
    "Transaction",
    "Vault",
    "View",
]
