"""A pair of artifacts as JSON, of which a copy is edited while the original stays as it is."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = dict[str, Any]

TABLE_KINDS = ("model.", "seed.", "snapshot.", "source.")
_UNREAD = ("macros", "docs")
_CODE = ("raw_code", "raw_sql", "compiled_code", "compiled_sql", "extra_ctes")


class Artifacts:
    """A manifest, a catalog, and how many rows failed which test, if tests were run.

    What is edited is copied first, so that copies share all else.
    """

    def __init__(self, manifest: Json, catalog: Json) -> None:
        self.manifest = manifest
        self.catalog: Json | None = catalog
        self.failures: dict[str, int] | None = None
        self._own: set[tuple[str, str]] = set()

    def fork(self) -> "Artifacts":
        """A copy to edit."""
        assert self.catalog is not None
        return Artifacts(
            {key: {**value} if isinstance(value, dict) else value for key, value in self.manifest.items()},
            {key: {**value} if isinstance(value, dict) else value for key, value in self.catalog.items()},
        )

    def nodes(self, unique_id: str) -> Json:
        """The map of the manifest that holds such a node."""
        found: Json = self.manifest["sources" if unique_id.startswith("source.") else "nodes"]
        return found

    def node(self, unique_id: str) -> Json:
        """A node to read."""
        found: Json = self.nodes(unique_id)[unique_id]
        return found

    def edit(self, unique_id: str) -> Json:
        """A node to edit."""
        return self._mine("manifest", self.nodes(unique_id), unique_id)

    def edit_with(self, unique_id: str, **fields: Any) -> Json:
        """A node with other fields, which shares all else with the original: what lies deeper is to be replaced."""
        nodes = self.nodes(unique_id)
        nodes[unique_id] = {**nodes[unique_id], **fields}
        found: Json = nodes[unique_id]
        return found

    def add(self, unique_id: str, node: Json) -> None:
        """Add a node."""
        self.nodes(unique_id)[unique_id] = node
        self._own.add(("manifest", unique_id))

    def observed_tables(self, unique_id: str) -> Json:
        """The map of the catalog that holds such a table; an empty one without a catalog."""
        found: Json = (self.catalog or {}).get("sources" if unique_id.startswith("source.") else "nodes") or {}
        return found

    def observed(self, unique_id: str) -> Json:
        """The columns that the catalog has for a table, to read."""
        found: Json = self.observed_tables(unique_id).get(unique_id, {}).get("columns") or {}
        return found

    def in_order(self, unique_id: str) -> list[str]:
        """The names of those columns by their position."""
        columns = self.observed(unique_id)
        return sorted(columns, key=lambda name: columns[name]["index"])

    def edit_observed(self, unique_id: str) -> Json:
        """A table of the catalog to edit."""
        return self._mine("catalog", self.observed_tables(unique_id), unique_id)

    def tables(self) -> list[str]:
        """All models, seeds, snapshots and sources."""
        nodes = (unique_id for unique_id in self.manifest["nodes"] if unique_id.startswith(TABLE_KINDS))
        return [*nodes, *self.manifest["sources"]]

    def tests(self) -> list[str]:
        """All tests that are enabled."""
        return [
            unique_id
            for unique_id, node in self.manifest["nodes"].items()
            if unique_id.startswith("test.") and (node.get("config") or {}).get("enabled") is not False
        ]

    def used_by(self, unique_id: str) -> list[str]:
        """The tables that a node depends on, each once."""
        nodes = (self.node(unique_id).get("depends_on") or {}).get("nodes") or ()
        return [name for name in dict.fromkeys(nodes) if name.startswith(TABLE_KINDS) and name in self.nodes(name)]

    def has_code(self, unique_id: str) -> bool:
        """Whether dbt has read the code of a table: of a large seed it knows the path alone."""
        checksum = self.node(unique_id).get("checksum") or {}
        return bool(checksum.get("checksum")) and checksum.get("name") not in {"path", "none"}

    def is_contracted(self, unique_id: str) -> bool:
        """Whether the contract of a table is enforced."""
        node = self.node(unique_id)
        contracts = (node.get("contract") or {}, (node.get("config") or {}).get("contract") or {})
        return any(contract.get("enforced") for contract in contracts)

    def users_of(self, unique_id: str) -> list[str]:
        """The nodes that depend on a table."""
        return [
            name
            for name, node in self.manifest["nodes"].items()
            if unique_id in ((node.get("depends_on") or {}).get("nodes") or ())
        ]

    def _mine(self, artifact: str, among: Json, unique_id: str) -> Json:
        if (artifact, unique_id) not in self._own:
            among[unique_id] = deepcopy(among[unique_id])
            self._own.add((artifact, unique_id))
        found: Json = among[unique_id]
        return found


def read_artifacts(manifest: bytes, catalog: bytes) -> Artifacts:
    """The artifacts without macros and code, which an ERD is not made of."""
    read: Json = msgspec.json.decode(manifest)
    for key in _UNREAD:
        read.pop(key, None)
    for node in read["nodes"].values():
        for key in _CODE:
            node.pop(key, None)
    return Artifacts(read, msgspec.json.decode(catalog))


def results_of(artifacts: Artifacts) -> Json:
    """The results of `dbt test`, which ran all tests."""
    failures = artifacts.failures or {}
    return {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"},
        "args": {"which": "test"},
        "results": [
            {"unique_id": test, "status": "fail" if failures.get(test) else "pass", "failures": failures.get(test, 0)}
            for test in artifacts.tests()
        ],
    }


def arguments_of(test: Mapping[str, Any]) -> Json:
    """The arguments of a generic test to read, wherever its version of dbt keeps them."""
    kwargs: Json = (test.get("test_metadata") or {}).get("kwargs") or {}
    nested = kwargs.get("arguments")
    return {**kwargs, **nested} if isinstance(nested, dict) else kwargs


def macro_of(test: Mapping[str, Any]) -> str:
    """The name of a generic test's macro; empty for a test that is SQL of its own."""
    return str((test.get("test_metadata") or {}).get("name") or "")


def meta_of(node: Mapping[str, Any]) -> Json:
    """The meta of a node from both places where dbt keeps it."""
    return {**((node.get("config") or {}).get("meta") or {}), **(node.get("meta") or {})}


def bare(name: str) -> str:
    """A name of a column without quotes, in lower case."""
    return name.strip().strip('"`[]').lower()
