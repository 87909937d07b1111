"""From e-mail and password to the one answer, for everybody who is refused, in turns in one run (rule 25, ENU-02).

The floor is the unknown e-mail; it is measured twice, so that the second column of it shows what is noise here. The brake against
spraying, which would make everybody wait alike, is left out. Budget: each median within 10 % of the unknown e-mail's, or within twice
the noise where that is more.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from pomfa_tui.bootstrap import Opened, open_desk
from pomfa_tui.domain.credentials import Credentials, Password
from pomfa_tui.domain.errors import SignInRefused
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.domain.people import PersonState
from pomfa_tui.host import SystemClock, this_place
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings
from tests.members import person_document

ROUNDS = 200
PER_ACCOUNT = 9
BUDGET = 1.10
SITE = "FA111"
WRONG = "not the password of anybody"
FLOOR, AGAIN = "unknown e-mail", "unknown e-mail, again"
STATES = (FLOOR, AGAIN, "wrong password", "locked", "locked, unknown", "disabled", "not activated")


class Impatient(SystemClock):
    """The machine's clock; nobody waits."""

    def wait(self, seconds: float) -> None:
        """Go on at once."""


def email(state: str, number: int) -> str:
    """Return whose turn it is: a fresh account before the last one is locked, except where it is to be."""
    account = 0 if state.startswith("locked") else number // PER_ACCOUNT
    return f"{state.replace(' ', '-').replace(',', '')}.{account}@example.org"


def fill(opened: Opened) -> None:
    """Write the accounts; each is checked against a hash of its own parameters, as in use."""
    opened.desk.setup.initialise(
        HostCaller("bench"), site_code=SITE, site_name="Abbey", name="Ann", email="ann@example.org"
    )
    now = int(time.time())
    with opened.store.view() as view:
        (first,) = view.credentials.all()
    assert first.activation is not None
    stored = first.activation.hash
    states = {
        "wrong password": (PersonState.ACTIVE, Password(hash=stored, set_at=now), None),
        "locked": (PersonState.ACTIVE, Password(hash=stored, set_at=now), None),
        "disabled": (PersonState.DISABLED, Password(hash=stored, set_at=now), None),
        "not activated": (PersonState.INVITED, None, first.activation),
    }
    with opened.store.transaction() as tx:
        for state, proofs in states.items():
            addresses = {email(state, number) for number in range(ROUNDS)}
            for address in sorted(addresses):
                person = person_document(address, (SITE,), created_at=now, state=proofs[0])
                tx.people.put(person)
                tx.credentials.put(
                    Credentials(id=person.id, password=proofs[1], activation=proofs[2])
                )


def answer(opened: Opened, address: str) -> float:
    """Return the milliseconds until the refusal."""
    started = time.perf_counter()
    try:
        opened.desk.sign_in.offer_password(address, WRONG)
    except SignInRefused:
        return 1000 * (time.perf_counter() - started)
    raise AssertionError(address)


def measure(opened: Opened) -> dict[str, list[float]]:
    """Try all in turns, each time another one first."""
    for state in ("locked", "locked, unknown"):
        for _ in range(10):
            answer(opened, email(state, 0))
    found: dict[str, list[float]] = {state: [] for state in STATES}
    for number in range(ROUNDS):
        first = number % len(STATES)
        for state in STATES[first:] + STATES[:first]:
            found[state].append(answer(opened, email(state, number)))
    return found


def main() -> None:
    """Print medians and their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(folder / "data", folder / "keys" / "master.key", limits=Numbers())
        opened = open_desk(settings, this_place({}), create_key=True, clock=Impatient())
        fill(opened)
        found = measure(opened)
        opened.store.close()
    floor = statistics.median(found[FLOOR])
    noise = abs(statistics.median(found[AGAIN]) / floor - 1)
    budget = max(BUDGET, 1 + 2 * noise)
    for state, times in found.items():
        median = statistics.median(times)
        low, _, high = statistics.quantiles(times, n=4)
        ratio = median / floor
        verdict = "within" if 1 / budget <= ratio <= budget else "OUTSIDE"
        print(
            f"{state:<22} {median:6.1f} ms  half of {ROUNDS} between {low:6.1f} and {high:6.1f} ms  {ratio:5.3f} x  {verdict}"
        )


if __name__ == "__main__":
    main()
