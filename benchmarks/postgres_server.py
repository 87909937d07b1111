"""A throw-away PostgreSQL server to compare with, where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "postgres"
PATIENCE = 60


@contextmanager
def postgres(place: Path) -> Iterator[str | None]:
    """Start a server with its own settings (fsync on), and yield how to connect; none where that is impossible.

    Args:
        place: A folder that does not exist yet, on the disk to compare on.
    """
    programs = _programs()
    if programs is None:
        yield None
        return
    # The server refuses to run as root.
    account = _account() if os.geteuid() == 0 else None
    place.mkdir(mode=0o700)
    if account is not None:
        os.chown(place, account.pw_uid, account.pw_gid)
        _open_way(place.parent)
    data, log = place / "data", place / "log"
    as_user = None if account is None else account.pw_name
    try:
        _call([programs / "initdb", "-D", data, "-A", "trust", "-U", ACCOUNT], as_user)
        server = [programs / "pg_ctl", "-D", data, "-l", log, "-w"]
        _call([*server, "-o", f"-k {place} -h '' -c max_connections=100", "start"], as_user)
    except (OSError, subprocess.SubprocessError):
        yield None
        return
    try:
        yield f"host={place} user={ACCOUNT} dbname={ACCOUNT}"
    finally:
        _call([*server, "-m", "immediate", "stop"], as_user)


def _open_way(folder: Path) -> None:
    """Let the server's account through to its own folder."""
    folder.chmod(0o711)


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return None


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _call(command: list[object], user: str | None) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
        user=user,
        cwd="/",
    )
