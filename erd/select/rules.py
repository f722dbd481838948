"""Selection by name, the plain rules that dbterd and dbt share.

A rule is one or several names joined by commas, all of which must fit; several rules widen the selection. A name fits
a table whose `unique_id` starts with it (dbterd's reading) or whose own name it is (dbt's), whatever the case.
"""

from collections.abc import Iterable, Mapping, Sequence

from erd.artifacts.manifest import Node
from erd.errors import UsageError

METHODS = ("name",)


def select_tables(
    nodes: Mapping[str, Node], resource_types: Iterable[str], select: Sequence[str], exclude: Sequence[str]
) -> frozenset[str]:
    """The `unique_id`s of the tables to draw, out of `nodes`. Raises `UsageError` for a rule that is not understood."""
    prefixes = tuple(f"{kind}." for kind in resource_types)
    wanted = [_parsed(rule) for rule in select]
    unwanted = [_parsed(rule) for rule in exclude]
    return frozenset(
        [
            unique_id
            for unique_id, node in nodes.items()
            if unique_id.startswith(prefixes)
            and (not wanted or _any_fits(wanted, unique_id, node))
            and not (unwanted and _any_fits(unwanted, unique_id, node))
        ]
    )


def _parsed(rule: str) -> tuple[str, ...]:
    parts = tuple(_name(part.strip(), rule) for part in rule.split(",") if part.strip())
    if not parts:
        raise UsageError(f"The selection rule {rule!r} names nothing.", "Write a name, or leave the rule out.")
    return parts


def _name(part: str, rule: str) -> str:
    method, colon, value = part.partition(":")
    if not colon:
        return part.lower()
    if method.lower() not in METHODS or not value:
        why = "it has no value" if method.lower() in METHODS else f"{method!r} is no known method"
        raise UsageError(
            f"The selection rule {rule!r} is not understood: {why}.",
            f"Write a name, or one of these methods with a value: {', '.join(f'{name}:' for name in METHODS)}",
        )
    return value.lower()


def _any_fits(rules: Iterable[tuple[str, ...]], unique_id: str, node: Node) -> bool:
    identity, name = unique_id.lower(), (node.name or "").lower()
    return any(all(identity.startswith(part) or part == name for part in rule) for rule in rules)
