"""Generated histories: the engine on disk and the plain one in memory must tell the same story."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pomfa_tui.domain.errors import EmailExists
from pomfa_tui.domain.people import Person
from pomfa_tui.domain.ports import Store, Transaction
from pomfa_tui.store.memory import MemoryStore
from tests.conftest import SOAK
from tests.store.stage import SEAL, credentials, event, member, open_store, person, session

numbers = st.integers(1, 6)
sites = st.lists(st.sampled_from(["FZ101", "FZ202", "FZ303"]), unique=True, max_size=3)


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Draw a person; e-mails collide now and then."""
    mail = f"mail{draw(numbers)}@example.org"
    return person(
        draw(numbers),
        email=mail,
        email_key=mail,
        name=draw(st.sampled_from(["Ann", "Bob", "Zoë"])),
        memberships=tuple(member(code) for code in draw(sites)),
    )


acts = st.one_of(
    people(),
    st.tuples(st.just("remove"), numbers),
    st.tuples(st.just("session"), numbers, numbers),
    st.tuples(st.just("end"), numbers),
    st.tuples(st.just("credentials"), numbers),
    st.tuples(st.just("record"), numbers),
)


class Histories(RuleBasedStateMachine):
    """Two processes on one folder, and the double."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="engines-"))
        self.double = MemoryStore(head_seal=SEAL)
        self.first = open_store(self.folder / "data")
        self.second = open_store(self.folder / "data")

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.first.close()
        self.second.close()
        shutil.rmtree(self.folder)

    @rule(doing=st.lists(acts, max_size=5), other=st.booleans())
    def transaction(self, doing: list[object], other: bool) -> None:
        """Do the same in both engines."""
        store = self.second if other else self.first
        assert _run(store, doing) == _run(self.double, doing)

    @rule()
    def fold(self) -> None:
        """Bring the snapshot up to date."""
        self.first.fold()

    @rule()
    def reopen(self) -> None:
        """End one process and start it again."""
        self.second.close()
        self.second = open_store(self.folder / "data")

    @invariant()
    def all_tell_the_same(self) -> None:
        """Compare what can be asked."""
        wanted = _told(self.double)
        assert _told(self.first) == wanted
        assert _told(self.second) == wanted


def _run(store: Store, doing: list[object]) -> str:
    try:
        with store.transaction() as tx:
            for act in doing:
                _act(tx, act)
    except EmailExists:
        return "email exists"
    return "done"


def _act(tx: Transaction, act: object) -> None:
    match act:
        case Person():
            tx.people.put(act)
        case ("remove", int(number)):
            tx.people.remove(person(number).id)
        case ("session", int(number), int(owner)):
            tx.sessions.put(session(number, owner))
        case ("end", int(number)):
            tx.sessions.remove(session(number).id)
        case ("credentials", int(number)):
            tx.credentials.put(credentials(number))
        case ("record", int(number)):
            tx.audit.append(event(number))


def _told(store: Store) -> list[object]:
    with store.view() as view:
        told: list[object] = [list(view.people.all()), list(view.sessions.all())]
        for number in range(1, 7):
            told += [
                view.people.by_email(f"mail{number}@example.org"),
                view.people.get(person(number).id),
                list(view.sessions.of_person(person(number).id)),
                view.credentials.get(person(number).id),
            ]
        told += [list(view.people.at_site(code)) for code in ("FZ101", "FZ202", "FZ303")]
        told += [list(view.people.search(text)) for text in ("ann", "MAIL3", "")]
        told += [view.people.count(), view.sessions.count(), view.credentials.count()]
    told += [[record.hash for record in store.audit_records()], store.verify_audit().ok]
    return told


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=300 if SOAK else 25, stateful_step_count=30 if SOAK else 15, deadline=None
)
