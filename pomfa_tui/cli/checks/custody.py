"""Checks of what keeps an older store from passing for the newest: file system, ledger, mark and backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pomfa_tui.domain.amounts import DAY
from pomfa_tui.domain.checks import Check
from pomfa_tui.domain.errors import Refusal

if TYPE_CHECKING:
    from pomfa_tui.bootstrap import KeyRing
    from pomfa_tui.domain.ports import Clock, Store, StoreMeta
    from pomfa_tui.settings import Settings

LATE_DAYS = 2
"""Days after which the newest backup is called old."""

_ASIDE = ("before-restore-*", "store.v*.json")
"""What a restore and an upgrade keep."""

_MOUNTS = Path("/proc/self/mounts")
_SHARED = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "fuse.sshfs")


def ledger(settings: Settings, keys: KeyRing | None, meta: StoreMeta | None) -> Check:
    """Look whether the ledger is kept, which tells a restore what must stay dead."""
    from pomfa_tui.bootstrap import ledger_beside
    from pomfa_tui.filewords import shown

    if keys is None or meta is None:
        return Check.doubtful(
            "ledger",
            "Not known without store and key.",
            "Put them right first, then run the doctor again.",
        )
    book = ledger_beside(settings, keys)
    try:
        book.serve(meta.id)
        if not book.kept:
            return Check.doubtful(
                "ledger",
                f"There is none in {shown(settings.key_file.parent)}: older files would not be noticed, and a restore would have to reset "
                "everybody.",
                "Give the service account the right to write in the key's folder, or move the key to a folder of its own.",
            )
        found, reached = book.read(), book.reached()
        if found is None or reached is None:
            return Check.doubtful(
                "ledger", "It has just been begun.", "Run the doctor again after the next sign-in."
            )
        return Check.fine(
            "ledger",
            f"{len(found[1])} standings since change {found[0].seq}; the mark is at change {reached.seq}.",
        )
    finally:
        book.close()


def backup(store: Store | None, clock: Clock) -> Check:
    """Say how old the newest backup is."""
    from pomfa_tui.cli.shapes import iso
    from pomfa_tui.domain.audit import Event

    if store is None:
        return Check.doubtful(
            "backup",
            "Not known without the store.",
            "Put the store right first, then run the doctor again.",
        )
    try:
        made = [
            record.event.at
            for record in store.audit_records()
            if record.event.event is Event.STORE_BACKED_UP
        ]
    except Refusal:
        return Check.doubtful(
            "backup", "Not known without the audit log.", "Put the audit log right first."
        )
    fix = "Make one: pomfa-tui backup FILE, on another disk, and every night by a timer."
    if not made:
        gone = store.audit_checkpoint()
        since = "was ever made" if gone is None else f"was made since {iso(gone.at)}"
        return Check.doubtful("backup", f"No backup {since}.", fix)
    days = (clock.now() - made[-1]) // DAY
    if days >= LATE_DAYS:
        return Check.doubtful(
            "backup", f"The newest backup is {days} days old ({iso(made[-1])}).", fix
        )
    return Check.fine("backup", f"The newest backup is of {iso(made[-1])}.")


def leftovers(settings: Settings) -> Check:
    """Look for files that a restore or an upgrade kept aside: as private as the store, and easily forgotten."""
    from pomfa_tui.filewords import shown

    folder = settings.data_dir
    found = sorted(path.name for way in _ASIDE for path in folder.glob(way))
    if not found:
        return Check.fine("leftovers", "No files of before a restore or an upgrade are kept aside.")
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Check.doubtful(
        "leftovers",
        f"{found[0]}{more} in {shown(folder)}: kept from before a restore or an upgrade, as private as the store.",
        "When all has been well for some days, remove them; until then they are the way back.",
    )


def shared_file_system(folder: Path) -> str | None:
    """Return the kind of file system a folder is on when other machines share it, else none."""
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    way = {str(each) for each in (folder.resolve(), *folder.resolve().parents)}
    mounts = [line.split(" ")[1:3] for line in lines if line.count(" ") > 1]
    found = [(len(place), kind) for place, kind in mounts if place in way]
    kind = max(found, default=(0, ""))[1]
    return kind if kind.startswith(_SHARED) else None
