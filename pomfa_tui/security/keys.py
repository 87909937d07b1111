"""The master key file and the ring of keys it holds.

The file holds one line of text for each key: the current one first, below it retired ones that
still open what was sealed before a rotation. Nothing but this file opens the stored pairings, so
it is never inside the data folder and never in a backup (STO-04).
"""

from __future__ import annotations

import hmac
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from pomfa_tui.domain.errors import (
    IntegrityFailure,
    Refusal,
    Unavailable,
    UnsafeEnvironment,
    WrongKey,
)
from pomfa_tui.filewords import sentences, shown
from pomfa_tui.safefiles import (
    atomic_replace,
    check_folder,
    create_folder,
    create_private,
    read_private,
)
from pomfa_tui.security.masterkey import MasterKey, Purpose, SubKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["KeyMissing", "KeyRing", "MasterKey", "Purpose", "SubKeys"]

MOST_KEYS = 64
"""Lines a key file may have."""

_FILE_LIMIT = 8192
_ROOT = 0
# A systemd credential is root's; the service's right to read it is an ACL, which shows in the group's bits.
_CREDENTIAL_FORBIDDEN = 0o337


class KeyMissing(IntegrityFailure):
    """There is no key file where it should be."""

    def __init__(self, path: Path) -> None:
        """Name the two ways on."""
        super().__init__(
            f"There is no key file at {shown(path)}. For a store that exists, put its key file back from "
            "its safe place; for a new one, run `pomfa-tui init`."
        )


class KeyRing:
    """The current master key and the retired ones, as the key file has them now.

    When another process exchanges the key, this one follows at its next use: it looks whether the file is still the one that it read.

    Args:
        keys: At least one; the current key first.
        path: Of the file they were read from; none for keys without a file.
        data_dir: The data folder, in which the file may not be.
    """

    __slots__ = ("_data_dir", "_keys", "_newest", "_path", "_seen")

    def __init__(
        self, keys: Iterable[MasterKey], path: Path | None = None, data_dir: Path | None = None
    ) -> None:
        self._path = path
        self._data_dir = data_dir
        self._seen = _looks(path)
        self._take(keys)

    @classmethod
    def create(cls, path: Path, data_dir: Path) -> Self:
        """Make a new key and its file (mode 0600, its folder 0700 where it has to be made).

        Raises:
            Refusal: There is a key file already; it is never overwritten.
            UnsafeEnvironment: The place is inside the data folder or open to others.
            Unavailable: The disk is full or read-only.
        """
        _refuse_inside(path, data_dir)
        keys = [MasterKey.fresh()]
        with _writing(path):
            create_folder(path.parent, private=False)
            create_private(path, _text(keys))
        return cls(keys, path, data_dir)

    @classmethod
    def load(cls, path: Path, data_dir: Path) -> Self:
        """Read the key file after checking that nobody else could read or change it.

        Raises:
            KeyMissing: There is none.
            UnsafeEnvironment: Inside the data folder, a link, a foreign owner, wide modes.
            IntegrityFailure: Damaged, too short, or not a key file.
            Unavailable: The disk does not give it back.
        """
        seen = _looks(path)
        ring = cls(_load(path, data_dir), path, data_dir)
        # Looked at before it was read, so that a change in between is noticed at the next use.
        ring._seen = seen
        return ring

    @classmethod
    def rotate(cls, path: Path, data_dir: Path) -> Self:
        """Put a fresh key before those of the file, all or nothing, and return the new ring.

        The caller holds the store's lock, so that there is one rotation at a time, and keeps the
        old keys for what has not been sealed again yet and for older backups.
        """
        old = _load(path, data_dir)
        if len(old) >= MOST_KEYS:
            raise Refusal(
                f"{shown(path)} holds {MOST_KEYS} keys. Remove the last lines, of keys that no backup needs any more."
            )
        keys = [MasterKey.fresh(), *old]
        with _writing(path):
            atomic_replace(path, _text(keys))
        return cls(keys, path, data_dir)

    @property
    def key_id(self) -> str:
        """Names the current key; recorded with everything it seals."""
        self._follow()
        return self._newest

    def find(self, key_id: str) -> MasterKey | None:
        """Return the key of that id, retired ones included, or none."""
        if key_id not in self._keys:
            self._follow()
        return self._keys.get(key_id)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Names of all keys, the current one first."""
        return tuple(self._keys)

    def require(self, key_id: str) -> None:
        """Refuse to go on with a store that was made with a key this ring does not have.

        Raises:
            WrongKey: The key file belongs to another store.
        """
        if self.find(key_id) is None:
            raise WrongKey

    def sub_keys(self, purpose: Purpose) -> SubKeys:
        """Return the derived keys of one purpose."""
        return SubKeys(self, purpose)

    def _take(self, keys: Iterable[MasterKey]) -> None:
        self._keys = {key.key_id: key for key in keys}
        self._newest = next(iter(self._keys))

    def _follow(self) -> None:
        """Read the file again when it is not the one that was read; one that cannot be used leaves everything as it is."""
        if self._path is None or self._data_dir is None:
            return
        seen = _looks(self._path)
        if not seen or hmac.compare_digest(seen, self._seen):
            return
        with suppress(Refusal):
            self._take(_load(self._path, self._data_dir))
            self._seen = seen

    def __repr__(self) -> str:
        return f"KeyRing({self._newest})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not copied, pickled or sent anywhere")


def _looks(path: Path | None) -> str:
    """Return what tells one key file from another, or nothing where there is none."""
    if path is None:
        return ""
    try:
        found = path.lstat()
    except OSError:
        return ""
    return f"{found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_size}"


def _refuse_inside(path: Path, data_dir: Path) -> None:
    """Keep the key apart from what it opens: whoever copies the data folder must not get both."""
    folder, data = Path(os.path.realpath(path.parent)), Path(os.path.realpath(data_dir))
    way = (folder, *folder.parents)
    with sentences(path, wanted="an ordinary file"):
        same = data.exists() and any(each.samefile(data) for each in way if each.exists())
    if same or data in way:
        raise UnsafeEnvironment(
            f"The key file {shown(path)} lies in the data folder {shown(data_dir)}, so that one copy would "
            "take both: move it outside and name its place with --key-file."
        )


def _load(path: Path, data_dir: Path) -> list[MasterKey]:
    _refuse_inside(path, data_dir)
    try:
        data = _read(path)
    except FileNotFoundError:
        raise KeyMissing(path) from None
    except OSError as error:
        raise Unavailable(f"The key file {shown(path)} cannot be read: {error.strerror}.") from None
    return _parse(path, data)


def _read(path: Path) -> bytes:
    check_folder(path.parent, private=False)
    if _is_system_credential(path):
        return read_private(path, limit=_FILE_LIMIT, owner=_ROOT, forbidden=_CREDENTIAL_FORBIDDEN)
    return read_private(path, limit=_FILE_LIMIT)


def _is_system_credential(path: Path) -> bool:
    """Tell whether systemd keeps this file for the service: root's, in the folder systemd named.

    The name of that folder comes from the environment, so it proves nothing by itself. Root's own
    group and a folder that only root or we can write to (checked before) are what makes it safe.
    """
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    if not named or path.parent.absolute() != Path(named).absolute():
        return False
    found = path.lstat()
    return found.st_uid == _ROOT and found.st_gid == _ROOT


def _parse(path: Path, data: bytes) -> list[MasterKey]:
    # Not by catching UnicodeDecodeError, which would carry the file's bytes along.
    text = data.decode("ascii") if data.isascii() else "?"
    keys: list[MasterKey] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        key = MasterKey.parse(line.strip())
        if key is None:
            raise _damaged(path, f"line {number} is not a key")
        keys.append(key)
    if not keys:
        raise _damaged(path, "it is empty")
    return keys


def _text(keys: Iterable[MasterKey]) -> bytes:
    return "".join(key.line() for key in keys).encode("ascii")


def _damaged(path: Path, reason: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"The key file {shown(path)} is damaged ({reason}). Put the copy from its safe place back; a new key "
        "would not open the pairings."
    )


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Refusal(
            f"There is a file at {shown(path)} already; if it is a key file, it may be the only way to open a store. "
            "Keep it, and name another place with --key-file."
        ) from None
    except OSError as error:
        raise Unavailable(
            f"The key file {shown(path)} cannot be written: {error.strerror}. Nothing has been changed."
        ) from None
