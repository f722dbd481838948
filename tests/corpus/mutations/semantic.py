"""Edits of semantic models."""

from collections.abc import Iterator

import msgspec

from erd.diff.changes import Aspect
from tests.corpus.mutations.artifacts import Json, meta_of
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.facts import REMOVED, Fact, changed, joined
from tests.corpus.mutations.reading import Reading, Relation, constraints_of

_OWN = ("primary", "unique", "natural")


class _Foreign(msgspec.Struct, frozen=True):
    """A foreign entity, and the relationship that it says: `relation.test` is its semantic model."""

    relation: Relation
    name: str


def drop_entity(case: Case) -> str | None:
    """The foreign entity of a semantic model, which alone says a relationship, or beside a test."""
    found = {
        f"{one.relation.test} {one.name}": one
        for one in _plain(case.reading)
        if case.is_free(one.relation.child, one.relation.parent) and not case.lost_catalog
    }
    chosen = case.choice(found)
    if chosen is None:
        return None
    relation, name = found[chosen].relation, found[chosen].name
    case.take(relation.child, relation.parent)
    models = case.here.manifest["semantic_models"]
    entities = [entity for entity in models[relation.test]["entities"] if entity["name"] != name]
    models[relation.test] = {**models[relation.test], "entities": entities}
    tested = any(one.unordered == relation.unordered for one in case.reading.relations)
    ends = joined(*relation.ends)
    case.say(changed(ends, [Aspect.EVIDENCE]) if tested else Fact(ends, REMOVED))
    return f"drop the entity {name}: {relation}"


def _plain(reading: Reading) -> Iterator[_Foreign]:
    """The foreign entities of which it is plain what they say, and that no other joins the same tables."""
    models: dict[str, Json] = reading.artifacts.manifest.get("semantic_models") or {}
    found = [one for model in models for one in _foreign(reading, models, model)]
    for one in found:
        tables = {one.relation.child, one.relation.parent}
        alike = [other for other in found if {other.relation.child, other.relation.parent} == tables]
        tests = [
            test for test in reading.tests_of[one.relation.child] if tables.issubset(reading.artifacts.used_by(test))
        ]
        relations = [other for other in reading.relations if other.test in tests]
        same = [other for other in relations if other.unordered == one.relation.unordered]
        constrained = any(
            "foreign" in str(constraint.get("type")).lower()
            for table in tables
            for constraint in constraints_of(reading.artifacts.node(table))
        )
        one_way = all(other.child == one.relation.child for other in same)
        if one_way and len(alike) == 1 and len(relations) == len(tests) and not constrained:
            yield one


def _foreign(reading: Reading, models: dict[str, Json], model: str) -> Iterator[_Foreign]:
    for entity in models[model].get("entities") or ():
        owners = [
            (other, own)
            for other in models
            for own in models[other].get("entities") or ()
            if own["name"] == entity["name"] and own["type"] in _OWN
        ]
        named = [other for other in models if models[other].get("primary_entity") == entity["name"]]
        if entity["type"] != "foreign" or len(owners) != 1 or named or meta_of(models[model]):
            continue
        ((owner, own),) = owners
        child, parent = (models[one]["depends_on"]["nodes"][0] for one in (model, owner))
        relation = Relation(model, child, _column(entity), parent, _column(own))
        observed = ({name.lower() for name in reading.artifacts.observed(table)} for table in (child, parent))
        if child != parent and all(
            {column} <= names for (_, (column,)), names in zip(relation.ends, observed, strict=True)
        ):
            yield _Foreign(relation, entity["name"])


def _column(entity: Json) -> str:
    return str(entity.get("expr") or entity["name"]).lower()
