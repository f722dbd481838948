"""What differs between the columns of one table on two sides."""

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from erd.diff.changes import Aspect, ColumnChange, ColumnRename
from erd.diff.known import Terms
from erd.diff.renames import renamed_columns
from erd.model import Column, Origin


class How(Enum):
    """In which way the columns of a table are compared."""

    SEEN = "both warehouses were asked: what is there counts, and not that it is written of"
    LISTED = "what is listed counts"
    DRAWN = "what diagrams show counts"
    SHARED = "only what is said of the columns that both name"


class Columns(msgspec.Struct, frozen=True):
    """What differs. `doubtful` tells that a declared type and an observed one may be different."""

    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    changed: tuple[ColumnChange, ...] = ()
    renamed: tuple[ColumnRename, ...] = ()
    doubtful: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to differ."""
        return not (self.added or self.removed or self.changed)


SAME = Columns()
Pairs = list[tuple[int, int]]
"""The places of the columns that both have: in base, and in head."""


def compare_columns(base: Sequence[Column], head: Sequence[Column], how: How, terms: Terms) -> Columns:
    """What differs. Order is no difference, nor is the case of a name where it is clear which column is meant."""
    if base == head:
        return SAME
    matched = match_columns(base, head)
    lost, gained = _left(base, {one for one, _ in matched}), _left(head, {other for _, other in matched})
    kept: Pairs = []
    changed: list[tuple[int, int, ColumnChange]] = []
    doubtful = False
    for one, other in matched:
        before, after = base[one], head[other]
        if before.origin is not after.origin and (
            standing := _standing(before, after, how) - _standing(after, before, how)
        ):
            lost += [one] if standing > 0 else []
            gained += [other] if standing < 0 else []
            continue
        kept.append((one, other))
        aspects, unsure = _aspects(before, after, how, terms) if before != after else ((), False)
        doubtful = doubtful or unsure
        if aspects:
            changed.append((one, other, ColumnChange(before, after, aspects)))
    changes = tuple(change for *_, change in sorted(changed, key=_place))
    if how is How.SHARED:
        return Columns(changed=changes, doubtful=doubtful or bool(lost or gained))
    renames = renamed_columns(base, head, kept, sorted(lost), sorted(gained), terms.spelling) if lost and gained else ()
    return Columns(
        added=tuple([head[place] for place in sorted(gained)]),
        removed=tuple([base[place] for place in sorted(lost)]),
        changed=changes,
        renamed=renames,
        doubtful=doubtful,
    )


def _left(columns: Sequence[Column], matched: set[int]) -> list[int]:
    """The places of the columns that are there, and that the other side does not have."""
    if len(matched) == len(columns):
        return []
    return [place for place, one in enumerate(columns) if place not in matched and one.origin is not Origin.NAMED]


def match_columns(base: Sequence[Column], head: Sequence[Column]) -> Pairs:
    """The columns that both have: by their name, else by the only one on either side that differs but for case."""
    names, others = [column.name for column in base], [column.name for column in head]
    if names == others or _are_recased(names, others):
        return list(zip(range(len(names)), range(len(names)), strict=True))
    places = {column.name: place for place, column in enumerate(head)}
    pairs = [(place, places[name]) for place, name in enumerate(names) if name in places]
    taken = {place for _, place in pairs}
    ours = _unambiguous((place, name) for place, name in enumerate(names) if name not in places)
    theirs = _unambiguous((place, name) for name, place in places.items() if place not in taken) if ours else {}
    return pairs + [(place, theirs[lower]) for lower, place in ours.items() if lower in theirs]


def _are_recased(names: list[str], others: list[str]) -> bool:
    """Whether the names are the same in order but for case, no two of them alike: as from another warehouse."""
    lowers = [name.lower() for name in names]
    return lowers == [name.lower() for name in others] and len(set(lowers)) == len(lowers)


def _unambiguous(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Places by the names there in lower case, without those of which there are several."""
    found: dict[str, int] = {}
    twice = set()
    for place, name in names:
        lower = name.lower()
        if lower in found:
            twice.add(lower)
        found[lower] = place
    return {lower: place for lower, place in found.items() if lower not in twice}


def _standing(column: Column, other: Column, how: How) -> int:
    """How firmly a column is there. A column that is but named is not; one that is written of may not be.

    What the warehouse has, and no longer has, is lost, though YAML still declares it or a test still names it. Diagrams
    show columns that are but named as well, though without a type.
    """
    match how:
        case How.SHARED:
            return 1
        case How.DRAWN:
            return 0 if column.origin is Origin.NAMED and other.type and not column.type else 1
    if column.origin is Origin.NAMED:
        return 0
    return 2 if how is How.SEEN and column.origin is Origin.OBSERVED else 1


def _aspects(base: Column, head: Column, how: How, terms: Terms) -> tuple[tuple[Aspect, ...], bool]:
    """What differs between two columns that are the same, and whether their types may differ without our knowing."""
    found: list[Aspect] = []
    unsure = False
    if base.type != head.type and terms.spelling is not None:
        if base.origin is head.origin and how is not How.DRAWN:
            different = not terms.spelling.same(base.type, head.type)
            unsure = different and how is How.SHARED
        else:
            different = not terms.spelling.alike(base.type, head.type)
            unsure = different and how is not How.DRAWN
        found += [Aspect.TYPE] if different and not unsure else []
    if base.not_null is not head.not_null and Aspect.NOT_NULL in terms.of_columns:
        found.append(Aspect.NOT_NULL)
    if Aspect.DESCRIPTION in terms.of_columns and not same_text(base.description, head.description):
        found.append(Aspect.DESCRIPTION)
    return tuple(found), unsure


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for white space."""
    return one == other or one.split() == other.split()


def _place(item: tuple[int, int, ColumnChange]) -> tuple[int, int, list[str]]:
    """Where a column stands, the same seen from both sides."""
    one, other, change = item
    return one + other, min(one, other), sorted([change.base.name, change.head.name])
