"""Keys of sites: made when first needed, handed to the helpdesk once, by a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pomfa_tui.domain.audit import Event, Severity
from pomfa_tui.domain.errors import BadInput, NotFound, NotPermitted
from pomfa_tui.domain.ports import SealContext
from pomfa_tui.domain.site_keys import SiteKey, key_file, key_id_of, new_key, read_key_file
from pomfa_tui.domain.sites import parse_site_code
from pomfa_tui.services.access import HostCaller

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomfa_tui.domain.ports import Clock, Transaction, Vault, View
    from pomfa_tui.services.access import Access, Actor
    from pomfa_tui.services.recorder import Recorder


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that was opened.

    Attributes:
        id: Tells it apart.
        key: The key.
    """

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyHandedOver:
    """What was exported or imported.

    Attributes:
        site: ODS code.
        key_id: Tells the key apart; equal on both sides.
        known: Whether this store had the same key already.
    """

    site: str
    key_id: str
    known: bool


class SiteKeys:
    """Opens and makes keys within the transactions of others."""

    def __init__(self, clock: Clock, vault: Vault, recorder: Recorder) -> None:
        """Take the clock, the vault that seals keys and the audit log's pen."""
        self._clock = clock
        self._vault = vault
        self._recorder = recorder

    def open(self, view: View, site: str) -> OpenKey | None:
        """Return the key of a site, or none.

        Raises:
            SealBroken: It is damaged or belongs elsewhere.
        """
        kept = view.site_keys.get(site)
        if kept is None:
            return None
        return OpenKey(kept.key_id, self._vault.open(kept.sealed, key_context(site, kept.key_id)))

    def make(self, tx: Transaction, site: str, *, by: str, role: str | None = None) -> OpenKey:
        """Make the key of a site that has none.

        Args:
            tx: Open transaction.
            site: ODS code.
            by: Id of whoever needs it.
            role: Theirs, or none.
        """
        opened = self.put(tx, site, new_key())
        self._recorder.record(
            tx,
            Event.SITE_KEY,
            actor=by,
            actor_role=role,
            site=site,
            reason="made",
            detail={"site_key": opened.id},
        )
        return opened

    def put(self, tx: Transaction, site: str, key: bytes, *, imported: bool = False) -> OpenKey:
        """Write the key of a site over whatever is there."""
        identifier = key_id_of(key)
        tx.site_keys.put(
            SiteKey(
                id=site,
                key_id=identifier,
                sealed=self._vault.seal(key, key_context(site, identifier)),
                made_at=self._clock.now(),
                imported=imported,
            )
        )
        return OpenKey(identifier, key)

    def record(self, tx: Transaction, what: str, site: str, key_id: str, actor: Actor) -> None:
        """Record what was done with a key."""
        self._recorder.act(
            tx,
            Event.SITE_KEY,
            actor,
            site=site,
            reason=what,
            severity=Severity.CRITICAL,
            detail={"site_key": key_id},
        )


class SiteKeyService:
    """Hands keys over: for the account that owns the store, at the command line, and for nobody else."""

    def __init__(self, clock: Clock, access: Access, keys: SiteKeys) -> None:
        """Take the clock, the rights check and the keys."""
        self._clock = clock
        self._access = access
        self._keys = keys

    def export(
        self, caller: HostCaller, code: str, *, before_commit: Callable[[str], None]
    ) -> KeyHandedOver:
        """Write the key of a site out for the helpdesk; made now if there is none.

        Args:
            caller: The command line.
            code: ODS code of a site of this store.
            before_commit: Is given the file's text; when it raises, nothing is recorded or changed.

        Raises:
            BadInput: Not a site code.
            NotFound: No such site here.
            NotPermitted: Not the command line.
        """
        _require_host(caller)
        site = parse_site_code(code)
        with self._access.change(caller) as (tx, actor):
            if tx.sites.get(site) is None:
                raise NotFound(f"site {site}")
            opened = self._keys.open(tx, site)
            known = opened is not None
            if opened is None:
                opened = self._keys.make(tx, site, by=actor.id, role=actor.role.value)
            kept = tx.site_keys.get(site)
            if kept is not None:
                tx.site_keys.put(msgspec.structs.replace(kept, exported_at=self._clock.now()))
            self._keys.record(tx, "exported", site, opened.id, actor)
            before_commit(key_file(site, opened.key))
            return KeyHandedOver(site, opened.id, known)

    def take_in(self, caller: HostCaller, text: str, *, replace: bool = False) -> KeyHandedOver:
        """Take in the key of a site that another store wrote out; the site need not be in this one.

        Args:
            caller: The command line.
            text: Of the file.
            replace: Whether it may take the place of another key of that site.

        Raises:
            BadInput: Not a key file, or there is another key of that site.
            NotPermitted: Not the command line.
        """
        _require_host(caller)
        site, key = read_key_file(text)
        identifier = key_id_of(key)
        with self._access.change(caller) as (tx, actor):
            before = tx.site_keys.get(site)
            if before is not None and before.key_id == identifier:
                return KeyHandedOver(site, identifier, known=True)
            if before is not None and not replace:
                raise BadInput(
                    "file",
                    f"There is another key of {site} here already ({before.key_id}). If that pharmacy was set up anew, import this one "
                    "with --replace; the old one answers its challenges no more.",
                )
            self._keys.put(tx, site, key, imported=True)
            what = "imported" if before is None else "replaced"
            self._keys.record(tx, what, site, identifier, actor)
            return KeyHandedOver(site, identifier, known=False)


def key_context(site: str, key_id: str) -> SealContext:
    """Return what a site's key is sealed to (A33)."""
    return SealContext(table="site_keys", owner=site, item=key_id, field="key")


def _require_host(caller: object) -> None:
    if not isinstance(caller, HostCaller):
        raise NotPermitted
