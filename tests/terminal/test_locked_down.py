"""A machine that gives hardly any rights: no network, nothing writable but the data folder, no home, `LANG=C`, `TERM=linux`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.terminal.counter import EMAIL, Counter, run, setup_key

PASSWORD = "copper lantern wednesday"
LOCK_DOWN = """
data=$1 keys=$2; shift 2
mount --make-rprivate /
mount --bind "$data" "$data"
while read -r _ place _; do
    [ "$place" = "$data" ] || mount -o remount,bind,ro "$place" 2>/dev/null
done </proc/self/mounts
for place in / /tmp /var/tmp /dev/shm /etc "$keys" "$data/.."; do
    if (: >"$place/lock-down-test") 2>/dev/null; then echo "WRITABLE: $place"; exit 99; fi
done
[ "$(wc -l </proc/net/dev)" = 3 ] || { echo "A NETWORK"; exit 99; }
exec "$@"
"""
"""Makes every mounted file system read-only but the data folder, and shows that it is so; the network is away by `unshare`."""

BARE = {"TERM": "linux", "LANG": "C"}


def locked_down(folder: Path) -> list[str]:
    """Return what starts a program that may write to its data folder and nowhere else."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    unshare = ["/usr/bin/unshare", *user, "--net", "--mount"]
    tried = subprocess.run([*unshare, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.fail(
            "This test needs namespaces of its own: run it as root, or allow user namespaces "
            f"({tried.stderr.strip()})."
        )
    script = ["/bin/sh", "-c", LOCK_DOWN, "sh", str(folder / "data"), str(folder / "keys")]
    return [*unshare, *script]


class Bare(Counter):
    """Somebody at the console of such a machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "run", "--kiosk", inside=locked_down(folder), environment=BARE)

    def scan(self) -> None:
        """Type the setup key into the phone, since a console without blocks shows no QR code."""
        self.wait_for("Type the six digits").settle()
        self.secret = setup_key(self)


def test_somebody_gets_in_where_hardly_anything_is_allowed(tmp_path: Path) -> None:
    """ACC-10, ACC-12, STO-12: from the slip to Home, out, and in again, all in characters that any console has."""
    command = ["--site-code", "FZ101", "--site-name", "Abbey", "--admin-name", "Ann"]
    issued = str(run(tmp_path, "init", *command, "--admin-email", EMAIL)["activation_code"])

    with Bare(tmp_path) as counter:
        counter.enrol(issued, PASSWORD)
        counter.wait_for("This is your first sign-in")
        counter.press("f12").wait_for("You have signed out")
        counter.sign_in(PASSWORD)
        counter.type_code(counter.code())
        counter.wait_for("You signed in last on")
        assert counter.raw.isascii()

    assert run(tmp_path, "audit", "verify")["ok"] is True
