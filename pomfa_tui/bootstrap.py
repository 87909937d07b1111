"""The composition root: joins settings, host, store, security and services. The only module that knows all of them.

Two steps, so that the first screen is there before anything heavy is loaded: `check_places` looks at modes and owners with the
standard library alone; `open_desk` loads and opens everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pomfa_tui.safefiles import check_folder

if TYPE_CHECKING:
    from pomfa_tui.domain.ports import Place, Store
    from pomfa_tui.security.keys import KeyRing
    from pomfa_tui.services.desk import Desk
    from pomfa_tui.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk and what it stands on.

    Attributes:
        desk: The services.
        store: To be closed at the end.
        keys: The key ring in use.
    """

    desk: Desk
    store: Store
    keys: KeyRing

    def close(self) -> None:
        """Let go of the store's files."""
        self.store.close()


def check_places(settings: Settings) -> None:
    """Refuse folders that others could enter, before anything is shown.

    Raises:
        UnsafeEnvironment: Modes, owner or links of the data folder or of the key's folder.
    """
    if settings.data_dir.exists() or settings.data_dir.is_symlink():
        check_folder(settings.data_dir)
    if settings.key_file.parent.exists():
        check_folder(settings.key_file.parent, private=False)


def looks_new(settings: Settings) -> bool:
    """Tell, by a look at the folder, whether there is no store yet; `SetupService.needed` has the last word."""
    names = ("store.json", "store.journal")
    return not any((settings.data_dir / name).exists() for name in names)


def open_desk(settings: Settings, place: Place, *, create_key: bool = False) -> Opened:
    """Open key and store and wire the services.

    Args:
        settings: Where things are and which numbers hold.
        place: This process, for the audit log.
        create_key: Make a key file when there is neither key nor store; never beside an existing store.

    Raises:
        Refusal: Key or store cannot be used; says what to do.
    """
    from pomfa_tui.content.mailboxes import role_mailboxes
    from pomfa_tui.domain.emails import EmailRules
    from pomfa_tui.host import HostProcesses, SystemClock
    from pomfa_tui.security.hashing import Argon2Hasher, HashCost
    from pomfa_tui.security.masterkey import Purpose
    from pomfa_tui.security.vault import AesGcmVault, HmacHeadSeal, HmacStrangers
    from pomfa_tui.services.desk import Policy, Ports, assemble
    from pomfa_tui.store.tinydb import TinyStore

    numbers = settings.limits
    cost = HashCost(numbers.hash_memory, numbers.hash_time, numbers.hash_parallelism)
    keys = _key_ring(settings, create=create_key)
    store = TinyStore(
        settings.data_dir,
        head_seal=HmacHeadSeal(keys.sub_keys(Purpose.AUDIT_HEAD)),
        lock_seconds=numbers.store_lock_seconds,
    )
    try:
        with store.view() as view:
            if view.meta is not None:
                keys.require(view.meta.key_id)
    except BaseException:
        store.close()
        raise
    ports = Ports(
        store=store,
        clock=SystemClock(),
        place=place,
        processes=HostProcesses(),
        hasher=Argon2Hasher(keys.sub_keys(Purpose.PEPPER), cost),
        vault=AesGcmVault(keys.sub_keys(Purpose.VAULT)),
        strangers=HmacStrangers(keys.sub_keys(Purpose.STRANGER)),
        key_id=keys.key_id,
    )
    policy = Policy(
        numbers=numbers,
        emails=EmailRules(role_mailboxes()),
        issuer=settings.issuer,
        bound_site=settings.terminal.site,
    )
    return Opened(assemble(ports, policy), store, keys)


def _key_ring(settings: Settings, *, create: bool) -> KeyRing:
    from pomfa_tui.security.keys import KeyRing

    if create and looks_new(settings) and not settings.key_file.exists():
        return KeyRing.create(settings.key_file, settings.data_dir)
    return KeyRing.load(settings.key_file, settings.data_dir)
