"""One terminal of its own process: reads orders from standard input, answers on standard output, one JSON object a line.

Started as `python -m tests.races.worker FOLDER`. The moment comes with each order, so that nobody waits for a clock.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pomfa_tui.domain.emails import EmailRules
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.identity import IdentityCheck, Justification
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.phone_help import PhoneAct
from pomfa_tui.domain.ports import Place
from pomfa_tui.services.access import Caller, HostCaller
from pomfa_tui.services.desk import Desk, assemble
from pomfa_tui.services.given import Policy, Ports
from pomfa_tui.services.newcomers import NewPerson
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.services.request_filing import NewRequest
from pomfa_tui.services.steps import AttemptId, NeedCode, SignedIn
from pomfa_tui.store.tinydb import TinyStore
from tests.fakes import (
    CheapHasher,
    FakeExports,
    FakeForwarded,
    FakeProcesses,
    FixedStrangers,
    PlainHeadSeal,
    PlainVault,
)

Order = dict[str, str]

HOST = HostCaller("race")

SESSIONS: dict[str, Caller] = {}
"""Who is signed in within this process, by the name an order gave."""


class OrderedClock:
    """A clock that stands where the last order set it."""

    def __init__(self) -> None:
        self.moment = 0

    def now(self) -> int:
        """Return UTC seconds."""
        return self.moment

    def elapsed(self) -> float:
        """Return seconds that only grow, as long as orders do."""
        return float(self.moment)

    def wait(self, seconds: float) -> None:
        """Go on at once: whoever races is not to be slowed down."""


def open_desk(folder: Path, clock: OrderedClock) -> Desk:
    """Return the services over the real store, with hashes that cost nothing."""
    return desk_over(TinyStore(folder, head_seal=PlainHeadSeal(), lock_seconds=30), clock)


def desk_over(store: TinyStore, clock: OrderedClock) -> Desk:
    """Return the services over a store that somebody else closes."""
    place = Place(terminal=f"race-{os.getpid()}", boot="boot", pid=os.getpid(), version="test")
    ports = Ports(
        store=store,
        clock=clock,
        place=place,
        processes=FakeProcesses(os.getpid()),
        hasher=CheapHasher(),
        vault=PlainVault(),
        strangers=FixedStrangers(),
        key_id="0badc0de",
        exports=FakeExports(),
        forwarded=FakeForwarded(),
    )
    return assemble(ports, Policy(numbers=Numbers(), emails=EmailRules(frozenset({"info"}))))


def _password(desk: Desk, order: Order) -> str:
    step = desk.sign_in.offer_password(order["email"], order["secret"])
    assert isinstance(step, NeedCode)
    return step.attempt


def _code(desk: Desk, order: Order) -> str:
    step = desk.sign_in.offer_code(AttemptId(order["attempt"]), order["secret"])
    assert isinstance(step, SignedIn)
    SESSIONS[order.get("as", "")] = step.token
    return "in"


def _recovery(desk: Desk, order: Order) -> str:
    return type(
        desk.sign_in.offer_recovery_code(AttemptId(order["attempt"]), order["secret"])
    ).__name__


def _add(desk: Desk, order: Order) -> str:
    new = NewPerson(order["email"], "Somebody New", "staff", order["site"], "dispenser")
    return desk.people.add(HOST, new).person.id


def _demote(desk: Desk, order: Order) -> str:
    edit = PersonEdit(role="staff", site=order["site"])
    return desk.office.changes.edit(SESSIONS[order["as"]], order["email"], edit).id


def _reset(desk: Desk, order: Order) -> str:
    why = Justification(IdentityCheck.IN_PERSON, "lost phone")
    return desk.office.resets.reset_mfa(HOST, order["email"], why).person.id


def _file(desk: Desk, order: Order) -> str:
    new = NewRequest(order["need"], "Somebody", order["email"], "01632 960123")
    return desk.filing.file(None, new)


def _close(desk: Desk, order: Order) -> str:
    closed = desk.requests.close(HOST, order["reference"], order["outcome"])
    assert closed.closing is not None
    return closed.closing.outcome


def _challenge(desk: Desk, order: Order) -> str:
    attempt = AttemptId(order["attempt"])
    return desk.phone_calls.challenge(attempt, PhoneAct.MFA_RESET).text


def _respond(desk: Desk, order: Order) -> str:
    attempt = AttemptId(order["attempt"])
    return type(desk.phone_calls.respond(attempt, order["secret"])).__name__


def _locum_call(desk: Desk, order: Order) -> str:
    return desk.locum_calls.call(order["reference"]).text


def _locum_respond(desk: Desk, order: Order) -> str:
    return desk.locum_calls.respond(order["reference"], order["secret"]).person.id


ORDERS: dict[str, Callable[[Desk, Order], str]] = {
    "password": _password,
    "code": _code,
    "recovery": _recovery,
    "add": _add,
    "demote": _demote,
    "reset": _reset,
    "file": _file,
    "close": _close,
    "challenge": _challenge,
    "respond": _respond,
    "locum-call": _locum_call,
    "locum-respond": _locum_respond,
}
"""What a terminal can be told."""


def _say(answer: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Obey until standard input ends."""
    clock = OrderedClock()
    desk = open_desk(Path(sys.argv[1]), clock)
    _say({"ready": str(os.getpid())})
    for line in sys.stdin:
        order: Order = json.loads(line)
        clock.moment = int(order["now"])
        try:
            answer = {"done": ORDERS[order["do"]](desk, order)}
        except Refusal as refusal:
            answer = {"refused": type(refusal).__name__}
        _say(answer)


if __name__ == "__main__":
    main()
