"""Selection of tables: dbterd's rules and dbt's, judged on the manifest alone.

A rule is one part or several joined by commas, all of which must fit; several rules widen the selection, and what
`exclude` says is taken from it. Where the two languages meet, they are read so:

- A bare name is dbt's: a path if it has a slash, a file if it ends like one, else the own name or the folders of a
  model, with their case. If it begins with `model.`, `source.`, `seed.` or `snapshot.`, it is dbterd's as well: the
  start of a `unique_id`, whatever the case.
- What never is a table (an exposure, metric, semantic model, saved query, unit test or test, by any method that names
  these) stands for the tables that it uses: the nearest ones upstream. With a graph operator it is dbt's.
- Inside a YAML selector all is dbt's.

Two words of this project's own stand alone in a rule and are about the whole selection: `neighbors:N` and `connected`.
"""

import logging
from collections.abc import Collection, Iterable, Sequence

import msgspec

from erd.artifacts.manifest import Manifest
from erd.select.expressions import LEAN_METHODS, AllOf, AnyOf, Criterion, Expression, Rule, Without, criteria
from erd.select.grammar import read_rule, refused
from erd.select.project import Files, Project
from erd.select.selection import Selection

log = logging.getLogger(__name__)

CONNECTED, NEIGHBORS = "connected", "neighbors"
MOST_STEPS = 1_000_000


class Rules(msgspec.Struct, frozen=True):
    """All rules, read: without wanted ones, every table is wanted."""

    wanted: tuple[Rule, ...] = ()
    unwanted: tuple[Rule, ...] = ()
    neighbors: int = 0
    connected: bool = False

    @property
    def need_graph(self) -> bool:
        """Whether they ask for more than every manifest is read for: for a `SelectableManifest`."""
        return any(
            criterion.method not in LEAN_METHODS or criterion.has_operator
            for rule in (*self.wanted, *self.unwanted)
            for criterion in criteria(rule.expression)
        )


def read_rules(select: Sequence[str], exclude: Sequence[str]) -> Rules:
    """The rules as they are written. Raises `UsageError` for one that is not understood."""
    neighbors, connected = 0, False
    wanted: list[Rule] = []
    for text in select:
        word, _, value = text.partition(":")
        if text == CONNECTED:
            connected = True
        elif word == NEIGHBORS and "," not in text:
            neighbors = max(neighbors, _number(value, text))
        else:
            wanted.append(_rule(text))
    return Rules(tuple(wanted), tuple(_rule(text) for text in exclude), neighbors, connected)


def select_tables(rules: Rules, manifest: Manifest, resource_types: Iterable[str], files: Files) -> Selection:
    """The tables of the `resource_types` that the rules select.

    `manifest` is a `SelectableManifest` where the rules need the graph. A rule that fits no table is a warning. Raises
    `UsageError` for what the manifest shows to be wrong, such as a selector that is not there.
    """
    project = Project(manifest, files)
    prefixes = tuple(f"{kind}." for kind in resource_types)
    of_types = frozenset(unique_id for unique_id in project.tables if unique_id.startswith(prefixes))
    allowed = of_types - _found(project, rules.unwanted, project.tables.keys())
    if not rules.wanted:
        return Selection(allowed, allowed, connected=rules.connected)
    wanted = _found(project, rules.wanted, of_types)
    return Selection(wanted & allowed, allowed, rules.neighbors, rules.connected)


def _rule(text: str) -> Rule:
    words = {part.strip() for part in text.split(",")}
    if CONNECTED in words or any(word.partition(":")[0] == NEIGHBORS for word in words):
        raise refused(
            text,
            f"{CONNECTED} and {NEIGHBORS}: are about the whole selection",
            f"Write them as a rule of their own, and not in exclude. A model of that name is fqn:{CONNECTED}.",
        )
    return read_rule(text)


def _number(value: str, rule: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise refused(rule, "it has no number of steps", f"Write how far to go, as in {NEIGHBORS}:1.")
    return MOST_STEPS if len(value) > len(str(MOST_STEPS)) else int(value)


def _found(project: Project, rules: Iterable[Rule], usable: Collection[str]) -> frozenset[str]:
    """All that any of the rules finds; one that finds nothing `usable` is a warning."""
    found: set[str] = set()
    for rule in rules:
        of_rule = _evaluated(project, rule.expression)
        if project.tables and of_rule.isdisjoint(usable):
            _warn(project, rule, of_rule & project.tables.keys())
        found |= of_rule
    return frozenset(found)


def _evaluated(project: Project, expression: Expression) -> set[str]:
    match expression:
        case Criterion():
            return _reached(project, expression)
        case AnyOf(parts):
            return set().union(*(_evaluated(project, part) for part in parts))
        case AllOf(parts):
            found = [_evaluated(project, part) for part in parts]
            return set.intersection(*found) if found else set()
        case Without(wanted, unwanted):
            return _evaluated(project, wanted) - _evaluated(project, unwanted)


def _reached(project: Project, criterion: Criterion) -> set[str]:
    """What a criterion finds, and what its graph operators find from there."""
    from erd.select.methods import find  # noqa: PLC0415 - most runs have no rule, and need no method
    from erd.select.yaml_selectors import read_selector  # noqa: PLC0415 - nor this

    if criterion.method == "selector":
        found = _evaluated(project, read_selector(criterion.value, project.selectors))
    else:
        found = find(project, criterion)
    if criterion.tables_used:
        return project.tables_used(found)
    if not criterion.has_operator:
        return found
    start = found & project.members.keys()
    if criterion.childrens_parents:
        found = project.upstream(project.downstream(start, MOST_STEPS), MOST_STEPS) | found
    return found | project.upstream(start, criterion.parents) | project.downstream(start, criterion.children)


def _warn(project: Project, rule: Rule, others: Collection[str]) -> None:
    from erd.select.methods import find  # noqa: PLC0415 - only a rule that fits nothing asks again
    from erd.select.near import near  # noqa: PLC0415 - nor is it looked for otherwise

    if others:
        kinds = ", ".join(sorted({unique_id.partition(".")[0] for unique_id in others}))
        log.warning(
            "The selection rule %r fits only tables that resource-type leaves out; they are of the type %s.",
            rule.text,
            kinds,
        )
        return
    missed = [one for one in criteria(rule.expression) if one.method != "selector" and not find(project, one)]
    meant = list(dict.fromkeys(shown for criterion in missed for shown in near(project, criterion)))
    hint = f" Near are: {', '.join(meant)}." if meant else ""
    log.warning("The selection rule %r fits no table.%s", rule.text, hint)
