"""Checks of what is kept: settings, places, key, store, lock, clock, administrators and audit log. Nothing is changed."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pomfa_tui.cli.checks.check import careful
from pomfa_tui.cli.checks.retention import retention
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.checks import REFUSED, Check
from pomfa_tui.domain.errors import IntegrityFailure, NotInitialised, UnsafeEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pomfa_tui.domain.ports import Clock, Store, StoreMeta, View
    from pomfa_tui.settings import Settings

FILES = ("store.json", "store.journal", "store.lock", "audit.jsonl")

_WITHOUT_KEY = "Put the key right first, then run the doctor again."
_WITHOUT_STORE = "Put the store right first, then run the doctor again."
_OURS = ("store.", "audit.", ".store.", ".audit.")
_NAMED = 5

WANTED = 2
"""Administrators that a site should have (rule 8)."""


class Keeping:
    """Looks at one data folder and its key.

    Args:
        settings: Where they are.
        clock: Tells the time.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        from pomfa_tui.bootstrap import keys_if_any

        self._settings = settings
        self._clock = clock
        self._keys = keys_if_any(settings)
        self._store: Store | None = None
        self._meta: StoreMeta | None = None

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings, clock: Clock) -> Iterator[Keeping]:
        """Look, and let go of the store's files at the end."""
        keeping = cls(settings, clock)
        with ExitStack() as stack:
            stack.callback(keeping.close)
            yield keeping

    def close(self) -> None:
        """Let go of the store's files."""
        if self._store is not None:
            self._store.close()

    def checks(self) -> list[Check]:
        """Return all checks; the store and its key come first, since others need them."""
        from pomfa_tui.cli.checks import custody

        return [
            careful("modes", self.modes),
            careful("store", self.store),
            careful("key", self.key),
            careful("lock", self.lock),
            careful("clock", self.clock),
            careful("administrators", self.administrators),
            careful("audit", self.audit),
            careful("ledger", lambda: custody.ledger(self._settings, self._keys, self._meta)),
            careful(
                "retention",
                lambda: retention(self._store, self._clock, self._settings.limits.audit_months),
            ),
            careful("backup", lambda: custody.backup(self._store, self._clock)),
            careful("leftovers", lambda: custody.leftovers(self._settings)),
        ]

    def modes(self) -> Check:
        """Look whether anybody else could get at folders and files."""
        from pomfa_tui.bootstrap import check_places
        from pomfa_tui.safefiles import open_private

        check_places(self._settings)
        folder = self._settings.data_dir
        found = sorted(folder.iterdir()) if folder.exists() else []
        ours = [path for path in found if path.name.startswith(_OURS)]
        problems: list[UnsafeEnvironment] = []
        for path in ours:
            try:
                os.close(open_private(path))
            except UnsafeEnvironment as refusal:
                problems.append(refusal)
            except FileNotFoundError:
                # A temporary file of a store in use, gone meanwhile.
                continue
        if problems:
            return Check.refused("modes", problems[0])
        if not ours:
            return Check.fine(
                "modes", "Nobody else can get at the folders; there are no files yet."
            )
        return Check.fine(
            "modes", f"Nobody else can get at the folders and their {len(ours)} files."
        )

    def key(self) -> Check:
        """Look whether the key file can be used and is this store's, and say what losing it means."""
        from pomfa_tui.bootstrap import load_keys, looks_new
        from pomfa_tui.filewords import shown

        path = self._settings.key_file
        if looks_new(self._settings) and not path.exists():
            return Check.doubtful(
                "key",
                f"There is no key at {shown(path)} yet.",
                "It is made together with the store.",
            )
        self._keys = None
        keys = load_keys(self._settings)
        if self._meta is not None:
            keys.require(self._meta.key_id)
        self._keys = keys
        if self._meta is not None and self._meta.key_id != keys.key_id:
            return Check.doubtful(
                "key",
                f"Not everything is sealed with key {keys.key_id} yet: an exchange of keys was interrupted, or an older backup restored.",
                "Finish it: pomfa-tui key rotate. Take no older key out of the file before.",
            )
        mode = stat.S_IMODE(path.stat().st_mode)
        retired = len(keys.key_ids) - 1
        more = f" and {retired} retired" if retired else ""
        return Check.fine(
            "key",
            f"Key {keys.key_id}{more} in {shown(path)} (mode {mode:04o}). Losing this file is losing every pairing: "
            "keep a copy of it apart from the backups.",
        )

    def store(self) -> Check:
        """Look whether the store opens."""
        from pomfa_tui.bootstrap import look_at_store, looks_new, store_format
        from pomfa_tui.filewords import shown

        folder = self._settings.data_dir
        if looks_new(self._settings):
            raise NotInitialised
        store = look_at_store(self._settings, self._keys)
        self._store = store
        with store.view() as view:
            meta, people, sites = view.meta, view.people.count(), view.sites.count()
        if meta is None or meta.initialised_at is None:
            raise NotInitialised
        self._meta = meta
        sizes = ", ".join(f"{name} {_size(folder / name)}" for name in FILES)
        return Check.fine(
            "store",
            f"{shown(folder)} opens: format {store_format()}, people: {people}, sites: {sites} ({sizes}).",
        )

    def lock(self) -> Check:
        """Look whether the store could be changed now."""
        from pomfa_tui.bootstrap import store_lock_is_free
        from pomfa_tui.cli.checks import custody
        from pomfa_tui.filewords import shown

        seconds = self._settings.limits.store_lock_seconds
        try:
            free = store_lock_is_free(self._settings)
        except FileNotFoundError:
            return Check.fine("lock", "Nobody has taken the lock yet.")
        kind = custody.shared_file_system(self._settings.data_dir)
        if free and kind is not None:
            return Check.doubtful(
                "lock",
                f"The lock can be taken, but the data folder is on {kind}, where other machines may not see it.",
                "Keep the data folder on a disk of this machine, and let this machine alone use it.",
            )
        if free:
            return Check.fine("lock", "The lock can be taken, on a disk of this machine.")
        return Check.failed(
            "lock",
            f"Somebody has held the lock for more than {seconds} seconds, so nothing can be changed.",
            f"Find the process: fuser {shown(self._settings.data_dir / 'store.lock')}",
            exit_code=5,
        )

    def clock(self) -> Check:
        """Compare the host's clock with the newest moment that was recorded (rule 27)."""
        from pomfa_tui.cli.shapes import iso
        from pomfa_tui.host import clock_is_kept

        now = self._clock.now()
        latest = self._meta.latest if self._meta is not None else None
        if latest is None:
            return Check.doubtful(
                "clock",
                f"It is {iso(now)} here, and there is no record to compare it with.",
                "Compare it with a watch.",
            )
        behind = latest - now
        if behind > self._settings.limits.clock_tolerance_seconds:
            return Check.failed(
                "clock",
                f"It is {iso(now)} here, {counted(behind, 'second')} before the newest record ({iso(latest)}): codes are refused.",
                "Set the clock. If it is right now and ran ahead before: pomfa-tui doctor --accept-clock",
                exit_code=REFUSED,
            )
        kept = {
            True: "a time service keeps it",
            False: "no time service keeps it: compare it with a watch, codes need it right to half a minute",
            None: "whether a time service keeps it is not known: codes need it right to half a minute",
        }[clock_is_kept()]
        return Check.fine("clock", f"It is {iso(now)} here, after the newest record; {kept}.")

    def administrators(self) -> Check:
        """Look for sites with fewer than two people who can act as administrator today (rule 8)."""
        from pomfa_tui.domain.memberships import london_day
        from pomfa_tui.domain.people import count_administrators
        from pomfa_tui.domain.sites import SiteState

        with self._view() as view:
            if view is None:
                return Check.doubtful(
                    "administrators", "Not known without the store.", _WITHOUT_STORE
                )
            day = london_day(self._clock.now())
            counts = {
                site.code: count_administrators(view.people.at_site(site.code), site.code, day)
                for site in view.sites.all()
                if site.state is SiteState.OPEN
            }
        short = [
            f"{code} has {count or 'none'}"
            for code, count in sorted(counts.items())
            if count < WANTED
        ]
        if not short:
            return Check.fine("administrators", "Every open site has two or more.")
        named = ", ".join(short[:_NAMED]) + (
            f" and {len(short) - _NAMED} more" if len(short) > _NAMED else ""
        )
        return Check.doubtful(
            "administrators",
            f"Each site should have two who can act today: {named}.",
            "Add an administrator, so that nobody is locked out when the only one is away.",
        )

    def audit(self) -> Check:
        """Check the whole audit log."""
        if self._store is None:
            return Check.doubtful("audit", "Not known without the store.", _WITHOUT_STORE)
        if self._keys is None:
            return Check.doubtful(
                "audit", "Cannot be checked without the store's own key.", _WITHOUT_KEY
            )
        verdict = self._store.verify_audit()
        if verdict.ok:
            return Check.fine(
                "audit", f"{counted(verdict.records, 'record')}, each following the one before it."
            )
        return Check.failed(
            "audit",
            f"The audit log is broken at record {verdict.first_bad}: {verdict.problem}",
            "Run pomfa-tui audit verify; if it says the same, keep all files as they are and tell the helpdesk.",
            exit_code=IntegrityFailure.exit_code,
        )

    @contextmanager
    def _view(self) -> Iterator[View | None]:
        if self._store is None:
            yield None
            return
        with self._store.view() as view:
            yield view


def _size(path: Path) -> str:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return "missing"
    return f"{size} B" if size < 10_000 else f"{size // 1000} kB"  # noqa: PLR2004 - short either way
