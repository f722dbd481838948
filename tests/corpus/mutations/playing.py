"""Plays cases: some edits of a pair, both sides drawn by the product, and their diff against what was foretold."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec

from erd.artifacts.catalog import read_catalog
from erd.artifacts.reviewed import read_reviewed_manifest
from erd.artifacts.run_results import RunResults, read_run_results
from erd.checks import RESOURCE_TYPES, Algorithm
from erd.detect.erd import Naming, detect
from erd.detect.evidence import gather_evidence
from erd.detect.states import test_states
from erd.detect.uses import project_of
from erd.diff.changes import Diff, Side
from erd.diff.compare import compare
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables
from erd.select.selection import along_relationships
from tests.corpus.mutations import columns, keys, quiet, relationships, semantic, tables
from tests.corpus.mutations.artifacts import Artifacts, results_of
from tests.corpus.mutations.case import Case, Edit
from tests.corpus.mutations.facts import UNKNOWN, Fact, facts_of
from tests.corpus.mutations.reading import Reading

VARIABLE = "ERD_MUTATIONS_SEED"
SEED = os.environ.get(VARIABLE, "1")
MOST_EDITS = 6
EDITS: tuple[Edit, ...] = (
    columns.add_column, columns.drop_column, columns.rename_column, columns.retype_column, columns.respell_types,
    columns.reorder_columns, columns.recase_columns, columns.document_column, columns.describe_column,
    columns.rework_table, columns.replace_column,
    tables.add_model, tables.drop_table, tables.rename_model, tables.describe_table,
    tables.leave_unbuilt, tables.leave_unbuilt_and_recode, tables.drop_column_of_contract,
    relationships.add_relationship, relationships.say_it_twice, relationships.drop_relationship,
    relationships.flip_relationship, relationships.declare_cardinality, relationships.label_relationship,
    relationships.fail_relationship, relationships.constrain_relationship,
    keys.prove_key, keys.lose_key, keys.constrain_key, semantic.drop_entity,
    quiet.run_tests, quiet.run_again, quiet.shuffle_maps, quiet.move_schemas, quiet.lose_catalog,
)  # fmt: skip


class Step(msgspec.Struct, frozen=True):
    """One edit of a case: which, on which side, and the seed of all that it decides."""

    edit: Edit
    of_base: bool
    seed: str

    @property
    def name(self) -> str:
        """What the edit is called."""
        return getattr(self.edit, "__name__", "")


class Pair:
    """A pair of artifacts that was read and drawn once."""

    def __init__(self, artifacts: Artifacts) -> None:
        self.reading = Reading(artifacts)
        self.side = side_of(artifacts)


def steps_of(reading: Reading, number: int, seed: str = SEED) -> list[Step]:
    """The edits of a case: up to six for which the pair has room."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - repeatable, which is the point
    wanted = random.randrange(1, MOST_EDITS + 1)
    found: list[Step] = []
    case = Case(reading)
    for attempt in range(4 * MOST_EDITS):
        step = Step(random.choice(EDITS), random.random() < 0.25, f"{seed}/{number}/{attempt}")
        if len(found) < wanted and play(case, step):
            found.append(step)
    return found


def play(case: Case, step: Step) -> bool:
    """Make one edit; whether there was room for it."""
    case.here = case.base if step.of_base else case.head
    case.random = Random(step.seed)  # noqa: S311 - repeatable, which is the point
    done = step.edit(case)
    if done:
        case.base_is_edited = case.base_is_edited or step.of_base
        case.story.append(f"{'base' if step.of_base else 'head'}: {done}")
    return bool(done)


def played(reading: Reading, steps: Sequence[Step]) -> Case:
    """A case after these edits, but for those that have no room without the others."""
    case = Case(reading)
    for step in steps:
        play(case, step)
    return case


def complaints(pair: Pair, steps: Sequence[Step]) -> list[str]:
    """What is wrong with the diff of a case, seen from both sides."""
    case = played(pair.reading, steps)
    base = side_of(case.base) if case.base_is_edited else pair.side
    head = side_of(case.head)
    found = []
    for called, diff, expected in (
        ("", compare(base, head).diff, case.facts),
        (" mirrored", compare(head, base).diff, {fact.mirrored for fact in case.facts}),
    ):
        found += [f"not said{called}: {fact}" for fact in sorted(expected - facts_of(diff))]
        found += [f"said{called} without reason: {fact}" for fact in sorted(facts_of(diff) - expected)]
        found += _wrong_summaries(diff, expected)
    return [*case.story, *found] if found else []


def smallest(pair: Pair, steps: Sequence[Step]) -> list[str]:
    """The complaints about a case with as few of its edits as still give some; none if there are none with all."""
    kept = list(steps)
    wrong = complaints(pair, kept)
    for step in steps if wrong else ():
        fewer = [one for one in kept if one is not step]
        still = complaints(pair, fewer)
        if still:
            kept, wrong = fewer, still
    return wrong


def side_of(artifacts: Artifacts) -> Side:
    """What the product makes of artifacts, as files, with tables of all types and evidence of all kinds."""
    with tempfile.TemporaryDirectory() as name:
        files = Path(name)
        (files / "manifest.json").write_bytes(msgspec.json.encode(artifacts.manifest))
        manifest = read_reviewed_manifest(files / "manifest.json")
        catalog, results = None, RunResults()
        if artifacts.catalog is not None:
            (files / "catalog.json").write_bytes(msgspec.json.encode(artifacts.catalog))
            catalog = read_catalog(files / "catalog.json")
        if artifacts.failures is not None:
            (files / "run_results.json").write_bytes(msgspec.json.encode(results_of(artifacts)))
            results = read_run_results(files / "run_results.json")
    selection = select_tables(read_rules((), ()), manifest, RESOURCE_TYPES, Files())
    evidence = gather_evidence(manifest, Algorithm())
    wanted = along_relationships(selection, evidence.joined_tables())
    erd = detect(manifest, catalog, evidence, wanted, Naming(("resource", "package", "model")), test_states(results))
    return Side(erd, project_of(manifest))


def _wrong_summaries(diff: Diff, expected: set[Fact]) -> list[str]:
    loud = [fact for fact in expected if fact.how != UNKNOWN]
    found = []
    if diff.is_empty is bool(loud):
        found.append(f"is_empty is {diff.is_empty}")
    if diff.is_quiet is any(not fact.is_quiet for fact in loud):
        found.append(f"is_quiet is {diff.is_quiet}")
    return found
