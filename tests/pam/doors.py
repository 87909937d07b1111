"""Doors of other programs: PAM services that only the processes of a test see, tried with pamtester.

Every try runs in a mount namespace of its own with a folder of the test's in the place of `/etc/pam.d`, so that nothing on the machine
is touched, whatever becomes of the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE = 60
"""Seconds that all tries of one race may take together."""

_INSIDE = 'mount --bind "$1" /etc/pam.d && shift && exec "$@"'
_MODULES = {
    "pam_google_authenticator": "libpam-google-authenticator",
    "pam_oath": "libpam-oath",
    "pam_exec": "libpam-modules",
}


@dataclass(frozen=True)
class Try:
    """What came of one try.

    Attributes:
        let_in: Whether PAM said yes.
        said: What the person was shown.
    """

    let_in: bool
    said: str


class Doors:
    """PAM services in a folder."""

    def __init__(self, folder: Path) -> None:
        self._services = folder / "pam.d"
        self._services.mkdir()
        _require_outside_help()

    def build(self, service: str, *lines: str) -> None:
        """Write the file of a service; its `auth` lines."""
        text = "".join(f"auth {line}\n" for line in (*lines,))
        (self._services / service).write_text(f"{text}account required pam_permit.so\n", "ascii")

    def knock(self, service: str, user: str, typed: str, *, origin: str = "192.0.2.7") -> Try:
        """Try once."""
        return self.race(service, user, [typed], origin=origin)[0]

    def race(
        self, service: str, user: str, typed: Sequence[str], *, origin: str = "192.0.2.7"
    ) -> list[Try]:
        """Start as many logins as there are texts, and type into all of them in the same instant."""
        logins = [self._start(service, user, origin) for _ in typed]
        for login, text in zip(logins, typed, strict=True):
            assert login.stdin is not None
            login.stdin.write(f"{text}\n")
            login.stdin.flush()
        tries = []
        for login in logins:
            said, _ = login.communicate(timeout=PATIENCE)
            tries.append(Try(login.returncode == 0, said))
        return tries

    def _start(self, service: str, user: str, origin: str) -> subprocess.Popen[str]:
        pamtester = ["pamtester", "-I", f"rhost={origin}", "-I", "tty=pts/9", service, user]
        inside = ["sh", "-c", _INSIDE, "sh", str(self._services), *pamtester, "authenticate"]
        return subprocess.Popen(
            [*_namespace(), *inside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _namespace() -> list[str]:
    return (
        ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    )


def _require_outside_help() -> None:
    """Say in one sentence what this machine lacks."""
    if shutil.which("pamtester") is None:
        pytest.fail("These tests need pamtester: apt-get install pamtester (.ci/run does so).")
    for module, package in _MODULES.items():
        if not any(Path("/").glob(f"lib*/**/security/{module}.so")):
            pytest.fail(f"These tests need {module}.so: apt-get install {package}.")
    tried = subprocess.run([*_namespace(), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.fail(
            "These tests need a mount namespace, to keep off this machine's /etc/pam.d: run them as root, or allow user namespaces "
            f"({tried.stderr.strip()})."
        )
