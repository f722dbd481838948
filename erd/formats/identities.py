"""What programs call a relationship: dbterd's names, and ids of which no two are the same."""

from collections import Counter
from collections.abc import Sequence

from erd.model import CONSTRAINT, SEMANTIC, TEST, Endpoint, Provenance, Relationship

# What names a relationship for which several kinds of evidence speak: dbterd reads tests unless told otherwise.
_NAMING = (TEST, CONSTRAINT, SEMANTIC)


def relationship_name(one: Relationship) -> str:
    """What dbterd calls it: by the `unique_id` of its test or semantic model, or by the name of its constraint."""
    evidence = min(one.provenance, key=_rank, default=None)
    if evidence is None:
        return _ends(one)
    return (evidence.name if evidence.kind == CONSTRAINT else "") or evidence.node


def relationship_ids(relationships: Sequence[Relationship]) -> list[str]:
    """The id of each: its name, and where several share one (those of a semantic model do), its endpoints as well."""
    names = [relationship_name(one) for one in relationships]
    often = Counter(names)
    return distinct(
        [name if often[name] == 1 else f"{name} ({_ends(one)})" for name, one in zip(names, relationships, strict=True)]
    )


def distinct(names: Sequence[str]) -> list[str]:
    """The same names, those that came before with a number after them."""
    taken = set(names)
    met: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 2
        while unique in met or (unique != name and unique in taken):
            unique, number = f"{name} ({number})", number + 1
        met.add(unique)
        result.append(unique)
    return result


def _rank(evidence: Provenance) -> tuple[int, Provenance]:
    return _NAMING.index(evidence.kind) if evidence.kind in _NAMING else len(_NAMING), evidence


def _ends(one: Relationship) -> str:
    return f"{_end(one.child)} -> {_end(one.parent)}"


def _end(end: Endpoint) -> str:
    return f"{end.table} [{', '.join(end.columns)}]" if end.columns else end.table
