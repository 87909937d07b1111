"""Mappings that keep their changes apart, so that a transaction can be dropped without a trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

_GONE: Final[Any] = object()


class Layer(MutableMapping[K, V]):
    """A mapping over another one, which it never changes.

    Args:
        base: What is below.
    """

    __slots__ = ("_base", "_grown", "_top")

    def __init__(self, base: Mapping[K, V]) -> None:
        self._base = base
        self._top: dict[K, V] = {}
        self._grown = 0

    def changed(self) -> list[tuple[K, V | None]]:
        """Return every changed entry with its new value, or none where it was removed."""
        return [(key, None if value is _GONE else value) for key, value in self._top.items()]

    def get(self, key: K, default: Any = None) -> Any:
        """Return the entry, or the default."""
        if key in self._top:
            value = self._top[key]
            return default if value is _GONE else value
        return self._base.get(key, default)

    def __getitem__(self, key: K) -> V:
        if key not in self._top:
            return self._base[key]
        value = self._top[key]
        if value is _GONE:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        if key in self._top:
            return self._top[key] is not _GONE
        return key in self._base

    def __setitem__(self, key: K, value: V) -> None:
        if key not in self:
            self._grown += 1
            # Newest last: a removed entry must not come back in its old place.
            self._top.pop(key, None)
        self._top[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._grown -= 1
        self._top[key] = _GONE

    def __iter__(self) -> Iterator[K]:
        top = self._top
        for key in self._base:
            if top.get(key) is not _GONE:
                yield key
        for key, value in top.items():
            if value is not _GONE and key not in self._base:
                yield key

    def __len__(self) -> int:
        return len(self._base) + self._grown
