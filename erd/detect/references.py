"""Which table a piece of dbt's text means: `ref('orders')`, `source('raw', 'orders')`, or a relation of the warehouse.

Where such texts stand: arguments of tests, `to` and `expression` of constraints, `model` of semantic models. How they
look in each version of dbt: artifacts of versions 1 to 12, and dbt's documentation of constraints.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from erd.artifacts.manifest import TABLE_PREFIXES, Manifest, Node
from erd.detect.columns import unquoted

_CALL = re.compile(r"\b(ref|source)\s*\(([^()]*)\)")
_WORD = re.compile(r"""(?:\b(v|version)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?))""")
_PART = r"""(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$-]+)"""
# What a foreign key's expression refers to: perhaps the word itself, a call or a relation, perhaps columns.
_EXPRESSION = re.compile(
    rf"\s*(?:references\s+)?(?:\{{\{{\s*)?(?P<target>(?:ref|source)\s*\([^()]*\)|{_PART}(?:\s*\.\s*{_PART})*)"
    r"(?:\s*\}\})?\s*(?:\((?P<columns>[^()]*)\))?",
    re.IGNORECASE,
)
_PARTS = re.compile(_PART)


class References:
    """Finds tables of one manifest by what texts call them."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def used_by(self, node: Node) -> list[str]:
        """The tables that a node depends on, each once, in dbt's order."""
        return self.tables_among(node.depends_on_nodes)

    def tables_among(self, unique_ids: Iterable[str]) -> list[str]:
        """The tables among some nodes, each once, in that order."""
        return [name for name in dict.fromkeys(unique_ids) if self._manifest.table_node(name)]

    def called(self, jinja: Any, package: str | None, candidates: Iterable[str] | None = None) -> str | None:
        """The table that the first `ref` or `source` in a text means, if it is clear; one of `candidates`, if given.

        Where packages share a name, a bare one is that of the text's own `package`, as in dbt.
        """
        call = _CALL.search(jinja) if isinstance(jinja, str) else None
        if not call:
            return None
        words, version = [], ""
        for keyword, double, single, number in _WORD.findall(call[2]):
            if keyword:
                version = double or single or number
            else:
                words.append(double or single or number)
        if not words:
            return None
        among = self._by_last_word.get(words[-1], ()) if candidates is None else candidates
        fits = [name for name in among if self._fits(name, call[1], words, version)]
        if len(fits) > 1 and not version:
            fits = self._latest(fits) or fits
        own = [name for name in fits if name.split(".")[1] == package]
        return fits[0] if len(fits) == 1 else own[0] if len(own) == 1 else None

    def meant(self, text: str, package: str | None) -> str | None:
        """The table that a call or a relation means: `ref('x')`, `"db"."schema"."x"`, `schema.x` or `x`.

        A relation is found by all of its parts, else by fewer: a deferred one is in another database or schema than
        the table of this run. Case and quotes mean nothing. Models, seeds and snapshots come before sources.
        """
        if _CALL.search(text):
            return self.called(text, package)
        parts = [unquoted(part).lower() for part in _PARTS.findall(text)]
        if len(parts) == 1 and "." in parts[0]:
            parts = parts[0].split(".")
        for length in range(min(len(parts), 3), 0, -1):
            found = self._by_relation.get(tuple(parts[-length:]), ())
            own = [name for name in found if not name.startswith("source.")] or found
            if len(own) == 1:
                return own[0]
        return None

    @staticmethod
    def last_word(text: str) -> str:
        """The last word of a call or a relation in lower case, a version behind it; empty if it is neither."""
        call = _CALL.search(text)
        if not call:
            parts = [unquoted(part).lower() for part in _PARTS.findall(text)]
            return parts[-1].rpartition(".")[2] if parts else ""
        named = [(keyword, double or single or number) for keyword, double, single, number in _WORD.findall(call[2])]
        words = [word for keyword, word in named if not keyword]
        return ".v".join((*words[-1:], *(word for keyword, word in named if keyword))).lower()

    def _fits(self, unique_id: str, function: str, words: list[str], version: str) -> bool:
        if function == "source":
            return unique_id.startswith("source.") and unique_id.endswith("." + ".".join(words))
        node = self._manifest.table_node(unique_id)
        if node is None or not unique_id.startswith(TABLE_PREFIXES) or node.name != words[-1]:
            return False
        return (len(words) == 1 or node.package_name == words[0]) and (
            not version or unique_id.endswith(f".v{version}")
        )

    def _latest(self, unique_ids: list[str]) -> list[str]:
        """Of a model's versions the one that a bare `ref` means."""
        nodes = {name: self._manifest.table_node(name) for name in unique_ids}
        return [name for name, node in nodes.items() if node and name.endswith(f".v{node.latest_version}")]

    @cached_property
    def _by_last_word(self) -> Mapping[str, list[str]]:
        """The tables by the last word of the calls that mean them."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for unique_id, node in self._tables():
            found[node.name or ""].append(unique_id)
        return found

    @cached_property
    def _by_relation(self) -> Mapping[tuple[str, ...], list[str]]:
        """The tables by database, schema and name, by the last two, and by name alone, in lower case."""
        found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for unique_id, node in self._tables():
            parts = (node.database or "", node.schema or "", node.identifier or node.alias or node.name or "")
            whole = tuple(part.lower() for part in parts)
            for first in range(len(whole)):
                found[whole[first:]].append(unique_id)
        return found

    def _tables(self) -> Iterable[tuple[str, Node]]:
        yield from (item for item in (self._manifest.nodes or {}).items() if item[0].startswith(TABLE_PREFIXES))
        yield from (self._manifest.sources or {}).items()


def split_expression(expression: str) -> tuple[str, tuple[str, ...]]:
    """What a foreign key's `expression` refers to, and its columns there: `references db.s.t (a, b) on delete …`.

    An empty target when there is none to be read.
    """
    found = _EXPRESSION.match(expression)
    if not found:
        return "", ()
    columns = (unquoted(column) for column in (found["columns"] or "").split(","))
    return found["target"], tuple(column for column in columns if column)
