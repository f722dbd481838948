"""Writes the artifacts of a generated project after a pull request that changes a twentieth of its models.

    python -m tests.bench.changed MODELS FOLDER

What it is compared with is `tests.bench.generate MODELS`. As in a run of dbt Cloud for a pull request, everything is in
schemas of its own, and the catalog has what was changed and all that comes after it. The same number of models gives
the same bytes, always.
"""

import random
import sys
from collections.abc import Collection
from pathlib import Path

import msgspec

from tests.bench.generate import MODELS_AN_EXPOSURE, write_plan
from tests.bench.plan import Plan, PlannedColumn, PlannedModel, Reference, model_name, plan, planned_model

# Of 10,000 models.
COLUMNS_ADDED, COLUMNS_REMOVED, RETYPED = 150, 100, 100
TABLES_ADDED, TABLES_REMOVED = 50, 50
RELATIONSHIPS_ADDED, RELATIONSHIPS_REMOVED = 25, 25
_SHARE = 10_000
_LAYERS = 4
_NEW = PlannedColumn("reviewed_by", "text", "Who has looked at the row.")
_REMOVED, _RETYPED, _REFERRING = "comment", "quantity", "external_reference"


class Changed(msgspec.Struct, frozen=True):
    """A project after the pull request: the numbers of the models that it has built, and how it differs."""

    plan: Plan
    built: frozenset[int]
    differs: dict[str, int]


def changed(base: Plan) -> Changed:
    """The project `base` after a pull request."""
    dice = random.Random(len(base.models))  # noqa: S311 - not for secrets: the same changes each time are the point
    removed = _removed(base, dice)
    kept = [model.number for model in base.models if model.number not in removed]
    picked = iter(dice.sample(kept, len(kept)))
    heads = list(base.models)

    def pick(of_10_000: int) -> list[PlannedModel]:
        return [base.models[next(picked)] for _ in range(_count(base, of_10_000))]

    edited = [_with_column(model) for model in pick(COLUMNS_ADDED)]
    edited += [_without_column(model) for model in pick(COLUMNS_REMOVED)]
    edited += [_retyped(model) for model in pick(RETYPED)]
    changed_tables = len(edited)
    joined = [_joined(model, kept) for model in pick(RELATIONSHIPS_ADDED)]
    parted = [_revised(model, references=model.references[1:]) for model in pick(RELATIONSHIPS_REMOVED)]
    for model in (*edited, *joined, *parted):
        heads[model.number] = model
    added = _added(base, kept, _count(base, TABLES_ADDED), dice)
    new = [model for model in added if not _is_staging(model)]
    head = Plan(
        models=tuple(msgspec.structs.replace(model, schema=f"pr_17_{model.schema}") for model in (*heads, *added)),
        gone=removed | {model.number for model in added if _is_staging(model)},
    )
    return Changed(
        plan=head,
        built=_downstream(head, [model.number for model in (*edited, *joined, *parted, *new)]),
        differs={
            "tables added": len(new),
            "tables removed": len(removed),
            "tables changed": changed_tables,
            "relationships added": len(joined) + sum(len(model.references) for model in new),
            "relationships removed": len(parted) + sum(len(base.models[number].references) for number in removed),
            "relationships changed": 0,
        },
    )


def _count(base: Plan, of_10_000: int) -> int:
    return max(1, of_10_000 * len(base.models) // _SHARE)


def _is_staging(model: PlannedModel) -> bool:
    """Whether it brings a source of its own, which would be one more table."""
    return model.number % _LAYERS == 0


def _removed(base: Plan, dice: random.Random) -> frozenset[int]:
    """Models that nothing reads, refers to or shows."""
    used = {number for model in base.models for number in model.upstream}
    used |= {reference.parent for model in base.models for reference in model.references}
    free = [
        model.number
        for model in base.models
        if model.number not in used and not _is_staging(model) and model.number % MODELS_AN_EXPOSURE
    ]
    return frozenset(dice.sample(free, _count(base, TABLES_REMOVED)))


def _added(base: Plan, kept: Collection[int], count: int, dice: random.Random) -> list[PlannedModel]:
    """Models after all others, so many of them not staging. They refer to what is kept."""
    numbers: list[int] = []
    while sum(number % _LAYERS > 0 for number in numbers) < count:
        numbers.append(len(base.models) + len(numbers))
    names = [model.name for model in base.models] + [model_name(number) for number in numbers]
    return [_among(planned_model(number, names, dice), kept) for number in numbers]


def _among(model: PlannedModel, kept: Collection[int]) -> PlannedModel:
    return msgspec.structs.replace(
        model,
        upstream=tuple(number for number in model.upstream if number in kept) or tuple(kept)[:1],
        references=tuple(reference for reference in model.references if reference.parent in kept),
    )


def _revised(model: PlannedModel, **changes: object) -> PlannedModel:
    return msgspec.structs.replace(model, revision="2", **changes)


def _with_column(model: PlannedModel) -> PlannedModel:
    return _revised(model, columns=(*model.columns, _NEW))


def _without_column(model: PlannedModel) -> PlannedModel:
    return _revised(model, columns=tuple(column for column in model.columns if column.name != _REMOVED))


def _retyped(model: PlannedModel) -> PlannedModel:
    columns = [
        msgspec.structs.replace(column, type="text") if column.name == _RETYPED else column for column in model.columns
    ]
    return _revised(model, columns=tuple(columns))


def _joined(model: PlannedModel, among: Collection[int]) -> PlannedModel:
    """The model with one more reference, to a model that it does not refer to yet."""
    known = {model.number, *(reference.parent for reference in model.references)}
    parent = next(number for number in among if number not in known)
    return _revised(model, references=(*model.references, Reference(_REFERRING, parent)))


def _downstream(project: Plan, numbers: Collection[int]) -> frozenset[int]:
    """These models and all that are made from them; a model stands after those that it reads."""
    found = set(numbers)
    for model in project.present:
        if not found.isdisjoint(model.upstream):
            found.add(model.number)
    return frozenset(found)


def main(arguments: list[str]) -> None:
    """Write the changed project as the command line asks."""
    models, folder = arguments
    head = changed(plan(int(models)))
    write_plan(Path(folder), head.plan, head.built, head.differs)


if __name__ == "__main__":
    main(sys.argv[1:])
