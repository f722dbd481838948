"""YAML selectors, as the manifest holds them: dbt's language alone, whatever else a rule may say.

Their grammar is that of dbt's documentation ("YAML selectors"). dbt has put most of it in one form before it writes
the manifest, but not all: `exclude` beside a method stays as people wrote it. `indirect_selection` is about tests, and
so changes no table.
"""

from collections.abc import Mapping
from typing import Any

from erd.errors import UsageError
from erd.select.expressions import UNLIMITED, AllOf, AnyOf, Criterion, Expression, Without
from erd.select.grammar import DBT_METHODS, checked, default_method, read_dbt_part, steps

Definitions = Mapping[str, Any]


def read_selector(name: str, selectors: Definitions, within: tuple[str, ...] = ()) -> Expression:
    """What the selector of that name says. Raises `UsageError`."""
    if name in within:
        raise _refused(within[0], "it refers to itself")
    selector = selectors.get(name)
    if not isinstance(selector, Mapping) or selector.get("definition") is None:
        raise UsageError(
            f"There is no selector {name!r} in the manifest.",
            f"It has these: {', '.join(sorted(selectors))}"
            if selectors
            else "Write it into the project's selectors.yml.",
        )
    return _Reader(selectors, (*within, name)).definition(selector["definition"])


class _Reader:
    """Reads the definition of the last selector of `within`, which those before it refer to."""

    def __init__(self, selectors: Definitions, within: tuple[str, ...]) -> None:
        self.selectors = selectors
        self.within = within

    def definition(self, given: Any) -> Expression:
        if isinstance(given, str):
            return read_dbt_part(given, self._rule)
        if not isinstance(given, Mapping) or not given:
            raise _refused(self.within[-1], f"{given!r} is neither text nor a mapping")
        for key, joined in (("union", AnyOf), ("intersection", AllOf)):
            if key in given:
                return self._joined(given[key], joined)
        return self._criterion(given)

    def _joined(self, given: Any, joined: type[AnyOf] | type[AllOf]) -> Expression:
        parts = self._list(given)
        # In a list `exclude` makes its item an exclusion from the list, even where a method stands beside it.
        unwanted = [part for part in parts if isinstance(part, Mapping) and "exclude" in part]
        wanted = joined(tuple(self.definition(part) for part in parts if part not in unwanted))
        return self._without(wanted, [item for part in unwanted for item in self._list(part["exclude"])])

    def _criterion(self, given: Mapping[str, Any]) -> Expression:
        if len(given) == 1:
            ((method, value),) = given.items()
            given = {"method": method, "value": value}
        method, value = str(given.get("method") or default_method(str(given.get("value")))), given.get("value")
        if method == "selector":
            return read_selector(str(value), self.selectors, self.within)
        name, *arguments = method.split(".")
        criterion = Criterion(
            text=f"{method}:{value}",
            method=name,
            value=value if name == "config" or value is None else str(value),
            arguments=tuple(arguments),
            parents=_steps(given, "parents"),
            children=_steps(given, "children"),
            childrens_parents=bool(given.get("childrens_parents")),
        )
        return self._without(checked(criterion, self._rule, DBT_METHODS), self._list(given.get("exclude") or []))

    def _without(self, wanted: Expression, unwanted: list[Any]) -> Expression:
        if not unwanted:
            return wanted
        return Without(wanted, AnyOf(tuple(self.definition(item) for item in unwanted)))

    def _list(self, given: Any) -> list[Any]:
        if not isinstance(given, list):
            raise _refused(self.within[-1], f"{given!r} is not a list")
        return given

    @property
    def _rule(self) -> str:
        return f"selector:{self.within[-1]}"


def _steps(given: Mapping[str, Any], key: str) -> int:
    if not given.get(key):
        return 0
    depth = given.get(f"{key}_depth")
    return UNLIMITED if depth is None else steps(str(depth))


def _refused(name: str, why: str) -> UsageError:
    return UsageError(f"The selector {name!r} is not understood: {why}.", "Look at it in the project's selectors.yml.")
