"""The keys of a table as they are compared: as sets, their columns in one case.

A run knows a key only if it knows all columns of it. So a key that stands on columns which one side does not know may
well be there: what the other side says of it is taken to hold for both.
"""

from collections.abc import Set as AbstractSet
from typing import TypeAlias

import msgspec

from erd.model import Column, Table

Key: TypeAlias = frozenset[str]
NO_KEY: Key = frozenset()


class Keys(msgspec.Struct, frozen=True):
    """A primary key, which may be none, and the further unique keys."""

    primary: Key
    unique: frozenset[Key]

    @property
    def all(self) -> frozenset[Key]:
        """All of them, whichever is the primary one."""
        return self.unique | {self.primary} if self.primary else self.unique


def keys_of(table: Table) -> Keys:
    """The keys that a table shows."""
    primary = _key(table.primary_key)
    return Keys(primary, frozenset([_key(key) for key in table.unique_keys]) - {primary})


def with_unknown(own: Keys, other: Keys, names: AbstractSet[str]) -> Keys:
    """A side's keys, and those of the other side that stand on columns which it does not know, by their `names`."""
    unknown = {key for key in other.all if not key <= names}
    if not unknown:
        return own
    unique = own.unique | (unknown & other.unique)
    if other.primary not in unknown:
        return Keys(own.primary, unique)
    return Keys(other.primary, (unique | ({own.primary} - {NO_KEY})) - {other.primary})


def both_with_unknown(
    base: Keys, head: Keys, base_names: AbstractSet[str], head_names: AbstractSet[str]
) -> tuple[Keys, Keys]:
    """The keys of two sides of which neither knows all columns.

    If each has a primary key that the other one cannot know, nobody can tell which of the two it is on either side.
    """
    before, after = with_unknown(base, head, base_names), with_unknown(head, base, head_names)
    if base.primary <= head_names or head.primary <= base_names:
        return before, after
    primary = min(base.primary, head.primary, key=sorted)
    return _led_by(primary, before), _led_by(primary, after)


def in_one_order(base: Table, head: Table, base_keys: Keys, head_keys: Keys) -> tuple[Keys, Keys]:
    """The keys of both, of which none is primary only because the columns are in another order.

    Of several columns that are proven to be unique and not null, the first one is taken for the primary key. So where
    both sides have taken their first, a side that might have taken the other's is read as if it had.
    """
    if base_keys.primary == head_keys.primary or len(base_keys.primary) != 1 or len(head_keys.primary) != 1:
        return base_keys, head_keys
    (first,), (second,) = base_keys.primary, head_keys.primary
    in_base, in_head = _places(base.columns), _places(head.columns)
    if not all({first, second} <= places.keys() for places in (in_base, in_head)):
        return base_keys, head_keys
    if in_base[first] < in_base[second] and in_head[second] < in_head[first]:
        if head_keys.primary in base_keys.unique and base.columns[in_base[second]].not_null:
            return _led_by(head_keys.primary, base_keys), head_keys
        if base_keys.primary in head_keys.unique and head.columns[in_head[first]].not_null:
            return base_keys, _led_by(base_keys.primary, head_keys)
    return base_keys, head_keys


def _led_by(primary: Key, keys: Keys) -> Keys:
    """The same keys, another of them the primary one."""
    return Keys(primary, keys.all - {primary})


def _places(columns: tuple[Column, ...]) -> dict[str, int]:
    return {column.name.lower(): place for place, column in enumerate(columns)}


def _key(names: tuple[str, ...]) -> Key:
    return frozenset([name.lower() for name in names])
