"""Reads rules as they are written, in dbterd's language and in dbt's.

A part is `method:value` or a bare name, perhaps with graph operators: `2+name+1`, `@name`. Commas join parts that must
all fit. The grammar is that of dbt's documentation ("Syntax overview" of node selection) and dbt-core 1.11.
"""

import re

import msgspec

from erd.errors import UsageError
from erd.select.expressions import DBTERD_METHODS, START, UNLIMITED, AllOf, AnyOf, Criterion, Expression, Rule

DBT_METHODS = (
    "access",
    "config",
    "exposure",
    "file",
    "fqn",
    "group",
    "metric",
    "package",
    "path",
    "resource_type",
    "result",
    "saved_query",
    "selector",
    "semantic_model",
    "source",
    "state",
    "tag",
    "test_name",
    "test_type",
    "unit_test",
    "version",
)
METHODS = (*DBTERD_METHODS, *DBT_METHODS)

TABLE_TYPES = ("model", "seed", "snapshot", "source")
RESOURCE_TYPES = (
    *TABLE_TYPES, "analysis", "exposure", "function", "metric", "operation", "saved_query", "semantic_model",
    "sql_operation", "test", "unit_test",
)  # fmt: skip
MODIFIED = (
    "modified.body", "modified.configs", "modified.contract", "modified.macros", "modified.persisted_descriptions",
    "modified.relation",
)  # fmt: skip
VALUES = {
    "resource_type": RESOURCE_TYPES,
    "state": ("new", "old", "modified", "unmodified", *MODIFIED),
    "test_type": ("generic", "singular", "unit", "data", "schema"),
    "version": ("latest", "prerelease", "old", "none"),
}
"""Methods that take only these values."""
PACKAGED = frozenset({"exposure", "metric", "saved_query", "semantic_model", "unit_test"})
"""Methods whose value is a name, or a package, a dot and a name."""
TABLELESS = PACKAGED | {"test_name", "test_type"}
"""Methods that never find a table."""
MOST_DOTS = {"source": 2, **dict.fromkeys(PACKAGED, 1)}

_PART = re.compile(
    r"(?P<at>@)?(?:(?P<parents>\d*)\+)?(?:(?P<method>[^:]*):)?(?P<value>.*?)(?:\+(?P<children>\d*))?", re.DOTALL
)
_FILE_ENDINGS = (".sql", ".py", ".csv")
_UNIQUE_ID_STARTS = tuple(f"{kind}." for kind in TABLE_TYPES)
_LONGEST_NUMBER = 6


def read_rule(text: str) -> Rule:
    """The rule as it is written, with its commas. Raises `UsageError`."""
    parts = tuple(read_part(part.strip(), text) for part in text.split(",") if part.strip())
    if not parts:
        raise UsageError(f"The selection rule {text!r} names nothing.", "Write a name, or leave the rule out.")
    return Rule(text, AllOf(parts) if parts[1:] else parts[0])


def read_part(part: str, rule: str) -> Expression:
    """One part of a rule, in either language. Raises `UsageError`."""
    criterion = read_dbt_part(part, rule, METHODS)
    if criterion.text.partition(":")[1] or not str(criterion.value).lower().startswith(_UNIQUE_ID_STARTS):
        used = not criterion.has_operator and _finds_no_table(criterion)
        return msgspec.structs.replace(criterion, tables_used=used)
    return AnyOf((criterion, msgspec.structs.replace(criterion, method=START)))


def read_dbt_part(part: str, rule: str, methods: tuple[str, ...] = DBT_METHODS) -> Criterion:
    """One part of a rule in dbt's language, which knows these methods. Raises `UsageError`."""
    found = _PART.fullmatch(part)
    assert found  # noqa: S101 - the pattern fits every text; this says so to the type checker
    at, parents, method, value, children = found.group("at", "parents", "method", "value", "children")
    name, *arguments = (method if method is not None else default_method(value)).split(".")
    return checked(
        Criterion(
            text=part,
            method=name.lower(),
            value=value,
            arguments=tuple(arguments),
            parents=steps(parents),
            children=steps(children),
            childrens_parents=bool(at),
        ),
        rule,
        methods,
    )


def default_method(name: str) -> str:
    """How dbt reads a bare name."""
    if "/" in name:
        return "path"
    return "file" if name.lower().endswith(_FILE_ENDINGS) else "fqn"


def steps(number: str | None) -> int:
    """How many steps a graph operator asks for; without a number, all of them."""
    if number is None:
        return 0
    return int(number) if 0 < len(number) <= _LONGEST_NUMBER else UNLIMITED


def checked(criterion: Criterion, rule: str, methods: tuple[str, ...]) -> Criterion:
    """The criterion, if it says something. Raises `UsageError`."""
    method, value = criterion.method, criterion.value
    if method not in methods:
        raise refused(
            rule,
            f"{method!r} is no known method",
            f"Write a name, or one of these methods with a value: {', '.join(f'{name}:' for name in methods)}",
        )
    if value is None or value == "":
        raise refused(rule, "it has no value", f"Write what is to be found behind {method}:, or a name.")
    if method == "config" and not criterion.arguments:
        raise refused(rule, "config has no key", "Write the key behind a dot, as in config.materialized:table.")
    if criterion.childrens_parents and criterion.children:
        raise refused(rule, "an @ before and a + behind exclude each other", "Leave one of them out.")
    if method in VALUES and value not in VALUES[method]:
        raise refused(rule, f"{value!r} is no value of {method}", f"Write one of: {', '.join(VALUES[method])}")
    if str(value).count(".") > MOST_DOTS.get(method, UNLIMITED):
        shape = "name, source.table or package.source.table" if method == "source" else "name or package.name"
        raise refused(rule, f"{value!r} has too many parts", f"Write {method}: with a {shape}.")
    return criterion


def refused(rule: str, why: str, todo: str) -> UsageError:
    """What to raise for a rule that is not understood."""
    return UsageError(f"The selection rule {rule!r} is not understood: {why}.", todo)


def _finds_no_table(criterion: Criterion) -> bool:
    if criterion.method == "resource_type":
        return criterion.value not in TABLE_TYPES
    return criterion.method in TABLELESS
