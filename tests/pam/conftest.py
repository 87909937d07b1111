"""Three locks side by side: ours, Google's and OATH's, each behind a PAM service of its own."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pomfa_tui.bootstrap import Opened, open_desk
from pomfa_tui.domain import totp
from pomfa_tui.host import this_place
from pomfa_tui.security.hashing import Argon2Hasher, HashCost
from pomfa_tui.security.masterkey import Purpose
from pomfa_tui.security.vault import AesGcmVault
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings
from tests.fakes import FakeClock
from tests.members import GOOD_PASSWORD, Member, Phone, person_document, proven_credentials
from tests.pam.doors import Doors, Try

SITE = "FZ101"


class WallClock(FakeClock):
    """The machine's own clock, since the modules beside ours know no other."""

    def now(self) -> int:
        """Return UTC seconds."""
        return int(time.time())


@dataclass
class Lock:
    """One way of checking codes, with somebody who may get in.

    Attributes:
        doors: Where it is built in.
        service: Its name for PAM.
        user: Who tries.
        phone: With an entry that was never used.
        before: What is typed before the code.
    """

    doors: Doors
    service: str
    user: str
    phone: Phone
    before: str = ""

    def knock(self, code: str) -> Try:
        """Try a code once."""
        return self.doors.knock(self.service, self.user, self.before + code)

    def race(self, code: str, count: int) -> int:
        """Try a code so many times at once; return how often it was accepted."""
        tries = self.doors.race(self.service, self.user, [self.before + code] * count)
        return sum(found.let_in for found in tries)


@dataclass
class Pharmacy:
    """A store of ours, kept by a real key.

    Attributes:
        folder: Where both lie.
        opened: The store and its services.
        clock: The machine's.
    """

    folder: Path
    opened: Opened
    clock: WallClock = field(default_factory=WallClock)

    def member(self, email: str) -> Member:
        """Put somebody with both factors into the store; their phone has shown nothing yet."""
        keys, member = self.opened.keys, Member("", email, GOOD_PASSWORD, Phone(self.clock))
        document = person_document(email, (SITE,), created_at=self.clock.now())
        member.id = document.id
        # Cheap to make; the first success hashes the password again at the real cost.
        hasher = Argon2Hasher(keys.sub_keys(Purpose.PEPPER), HashCost.unsafe_for_tests())
        vault = AesGcmVault(keys.sub_keys(Purpose.VAULT))
        with self.opened.store.transaction() as tx:
            tx.people.put(document)
            tx.credentials.put(proven_credentials(member, hasher, vault))
        return member

    def verify(self) -> str:
        """Return the PAM line that asks our program."""
        config = self.folder / "config.toml"
        places = f"--data {self.folder}/data --key-file {self.folder}/keys/master.key"
        return (
            "requisite pam_exec.so expose_authtok stdout quiet "
            f"{sys.executable} -m pomfa_tui --config {config} {places} verify"
        )


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Return a machine without any PAM service."""
    return Doors(tmp_path)


@pytest.fixture
def pharmacy(tmp_path: Path) -> Iterator[Pharmacy]:
    """Return a set-up store of our own, whose configuration makes login names e-mails."""
    config = tmp_path / "config.toml"
    config.write_text('[pam]\ndomain = "abbey.example"\n', encoding="utf-8")
    config.chmod(0o600)
    settings = Settings(data_dir=tmp_path / "data", key_file=tmp_path / "keys" / "master.key")
    opened = open_desk(settings, this_place({}), create_key=True)
    opened.desk.setup.initialise(
        *(HostCaller("root"),),
        site_code=SITE,
        site_name="Abbey",
        name="Ada Example",
        email="ada@abbey.example",
    )
    yield Pharmacy(tmp_path, opened)
    opened.close()


MakeLock = Callable[[], Lock]


@pytest.fixture
def ours(doors: Doors, pharmacy: Pharmacy) -> MakeLock:
    """Return a maker of people at our door."""
    doors.build("ours", pharmacy.verify(), "required pam_permit.so")
    names = iter(range(1000))

    def make() -> Lock:
        user = f"jo{next(names)}"
        member = pharmacy.member(f"{user}@abbey.example")
        return Lock(doors, "ours", user, member.phone, before=member.password)

    return make


@pytest.fixture
def googles(doors: Doors, tmp_path: Path) -> MakeLock:
    """Return a maker of people at the door of pam_google_authenticator: codes once, a window of three, no limit of tries."""
    state = tmp_path / "google"
    line = f"required pam_google_authenticator.so secret={state} user=root no_strict_owner"
    doors.build("googles", line)

    def make() -> Lock:
        phone = Phone(WallClock(), secret=totp.new_secret())
        secret = base64.b32encode(phone.secret).decode()
        state.unlink(missing_ok=True)
        state.write_text(f'{secret}\n" WINDOW_SIZE 3\n" DISALLOW_REUSE\n" TOTP_AUTH\n', "ascii")
        state.chmod(0o400)
        return Lock(doors, "googles", "root", phone)

    return make


@pytest.fixture
def oaths(doors: Doors, tmp_path: Path) -> MakeLock:
    """Return a maker of people at the door of pam_oath."""
    state = tmp_path / "oath"
    doors.build("oaths", f"required pam_oath.so usersfile={state} window=1 digits=6")

    def make() -> Lock:
        phone = Phone(WallClock(), secret=totp.new_secret())
        state.write_text(f"HOTP/T30/6 jo - {phone.secret.hex()}\n", "ascii")
        state.chmod(0o600)
        return Lock(doors, "oaths", "jo", phone)

    return make
