"""What in a project stands on each of its tables, and where tables and users are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from erd.artifacts.manifest import TABLE_PREFIXES
from erd.artifacts.reviewed import (
    Expression,
    Member,
    ReviewedManifest,
    ReviewedNode,
    ReviewedSemanticModel,
    SemanticPart,
)
from erd.detect.claims import Key
from erd.detect.columns import unquoted
from erd.detect.constraints import foreign_keys, target_of
from erd.detect.data_tests import TEST_PREFIX, Tests, arguments_of, joined_columns, key_columns, referred_to
from erd.detect.references import References
from erd.detect.semantic import plain_column, table_of
from erd.project import Place, Project, Use, UseKind, short_name

_TABLES = (*TABLE_PREFIXES, "source.")
# The commonest tests, which are of one column and of nothing else.
_OF_ONE_COLUMN = frozenset({"unique", "not_null", "accepted_values"})
_BOTH = 2
_BUILT = {"model": UseKind.MODEL, "snapshot": UseKind.SNAPSHOT}


def project_of(manifest: ReviewedManifest) -> Project:
    """What a manifest says around its ERD. The uses of a table are in no order of meaning."""
    files = _Files(manifest)
    checksums, contracted, places = {}, [], {}
    for unique_id, node in (manifest.nodes or {}).items():
        if unique_id.startswith(TABLE_PREFIXES):
            places[unique_id] = Place(files.of(node), files.yaml(node))
            if node.is_enforced:
                contracted.append(unique_id)
            if known := node.fingerprint:
                checksums[unique_id] = known
    for unique_id, node in (manifest.sources or {}).items():
        places[unique_id] = Place(yaml=files.of(node))
    reader = _Reader(manifest, files)
    reader.read()
    return Project(
        tables=frozenset(places),
        checksums=checksums,
        contracted=frozenset(contracted),
        uses={table: tuple(uses) for table, uses in reader.found.items()},
        places=places,
        unresolved={word: tuple(uses) for word, uses in reader.unresolved.items()},
    )


class _Files:
    """Where things are written: a package's files are not in the project's repository, so they are nowhere."""

    def __init__(self, manifest: ReviewedManifest) -> None:
        self._project = manifest.project_name

    def of(self, node: ReviewedNode | ReviewedSemanticModel | Member) -> str:
        """The file of a node."""
        return self._within(node.package_name, node.original_file_path)

    def yaml(self, node: ReviewedNode) -> str:
        """The YAML that describes a node, which may be of another package than the node."""
        package, separator, path = (node.patch_path or "").partition("://")
        return self._within(package, path) if separator else self._within(node.package_name, package)

    def _within(self, package: str | None, path: str | None) -> str:
        if not path or (self._project and package != self._project):
            return ""
        # dbt on Windows writes its own separators.
        return path.replace("\\", "/") if "\\" in path else path


_Ends = tuple[str | None, Key, str | None, Key]
"""The table that a test stands on, its columns, and the same of the one that it refers to."""


class _Reader:
    """Reads the uses of one manifest: `found` by table, `unresolved` by what they call one that there is not.

    Most are of tests, several for each table: see to their speed.
    """

    def __init__(self, manifest: ReviewedManifest, files: _Files) -> None:
        self.found: defaultdict[str, list[Use]] = defaultdict(list)
        self.unresolved: defaultdict[str, list[Use]] = defaultdict(list)
        self._manifest = manifest
        self._files = files
        self._references = References(manifest)
        self._tests = Tests(manifest, self._references)
        self._owners = manifest.owners()

    def read(self) -> None:
        """Read them all."""
        for unique_id, node in (self._manifest.nodes or {}).items():
            if node.config is not None and node.config.enabled is False:
                if unique_id.startswith(TEST_PREFIX):
                    self._read_lost_test(unique_id, node)
            elif unique_id.startswith(TEST_PREFIX):
                self._read_test(unique_id, node)
            elif unique_id.startswith(TABLE_PREFIXES):
                self._read_table(unique_id, node)
        for unique_id, test in _enabled(self._manifest.unit_tests):
            for table in _tables(test.depends_on_nodes):
                self.found[table].append(self._use(UseKind.UNIT_TEST, unique_id, test, "", ()))
        self._read_semantic_models()
        for unique_id, exposure in _enabled(self._manifest.exposures):
            self._read_exposure(unique_id, exposure)

    def _read_test(self, unique_id: str, node: ReviewedNode) -> None:
        """A test uses the table that it stands on, with its columns, and further ones, of which it may name some."""
        found, name, part = self.found, node.name or "", (node.test_metadata and node.test_metadata.name) or ""
        owner, file = self._owner(node.group), self._files.of(node)
        ends = _common_ends(node, part)
        tested, columns, parent, theirs = ends or self._ends(node)
        if tested:
            found[tested].append(Use(UseKind.TEST, unique_id, name, columns, part, owner, file))
        if parent:
            found[parent].append(Use(UseKind.TEST, unique_id, name, theirs, part, owner, file))
        for table in () if ends else node.depends_on_nodes:
            if table != tested and table != parent and table.startswith(_TABLES):  # noqa: PLR1714 - twice as fast
                found[table].append(Use(UseKind.TEST, unique_id, name, (), part, owner, file))

    def _read_lost_test(self, unique_id: str, node: ReviewedNode) -> None:
        """A test that refers to a table that is gone: dbt warns, disables it, and leaves it where it was."""
        arguments = arguments_of(node)
        target = referred_to(arguments)
        if isinstance(target, str) and not self._references.meant(target, node.package_name):
            part = (node.test_metadata and node.test_metadata.name) or ""
            _, columns = joined_columns(node, arguments)
            owner, file = self._owner(node.group), self._files.of(node)
            use = Use(UseKind.TEST, unique_id, node.name or "", columns, part, owner, file)
            self.unresolved[self._references.last_word(target)].append(use)

    def _ends(self, node: ReviewedNode) -> _Ends:
        if node.test_metadata is None:
            return None, (), None, ()
        arguments = arguments_of(node)
        target = referred_to(arguments)
        tested = node.attached_node or self._tests.tested_table(node, arguments, target)
        if not target:
            return tested, key_columns(node, arguments), None, ()
        columns, theirs = joined_columns(node, arguments)
        others = [table for table in _tables(node.depends_on_nodes) if table != tested]
        parent = others[0] if len(others) == 1 else self._tests.parent_table(node, target, tested)
        return tested, columns, parent, theirs

    def _read_table(self, unique_id: str, node: ReviewedNode) -> None:
        """A table uses those that it is made from and those that its foreign keys refer to, and its contract itself."""
        name, owner = short_name(unique_id), self._owner(node.group)
        kind = _BUILT.get(unique_id.split(".", 1)[0])
        if kind:
            file = self._files.of(node)
            for table in _tables(node.depends_on_nodes):
                self.found[table].append(Use(kind, unique_id, name, (), "", owner, file))
        for constraint, _, _ in foreign_keys(node):
            target, columns = target_of(constraint)
            part, file = constraint.name or "", self._files.yaml(node)
            use = Use(UseKind.FOREIGN_KEY, unique_id, name, columns, part, owner, file)
            parent = self._references.meant(target, node.package_name) if target else None
            if parent:
                self.found[parent].append(use)
            elif target:
                self.unresolved[self._references.last_word(target)].append(use)
        if node.is_enforced:
            columns = tuple(unquoted(written) for written in node.columns or {})
            use = Use(UseKind.CONTRACT, unique_id, name, columns, "", owner, self._files.yaml(node))
            self.found[unique_id].append(use)

    def _read_semantic_models(self) -> None:
        """Each part of a semantic model uses the column that it is, or the table if it is more than a column."""
        aggregating: defaultdict[str, list[SemanticPart]] = defaultdict(list)
        for _, metric in _enabled(self._manifest.metrics):
            if metric.type_params and metric.type_params.metric_aggregation_params:
                for upstream in metric.depends_on_nodes:
                    aggregating[upstream].append(SemanticPart(metric.name, metric.type_params.expr))
        for unique_id, model in (self._manifest.semantic_models or {}).items():
            table = self._table_of(model)
            if table is None or (model.config is not None and model.config.enabled is False):
                continue
            parts = [SemanticPart(one.name, one.expr) for one in model.entities or ()]
            parts += [*(model.dimensions or ()), *(model.measures or ()), *aggregating[unique_id]]
            for part in dict.fromkeys(parts):
                columns = _column(part)
                self.found[table].append(self._use(UseKind.SEMANTIC_MODEL, unique_id, model, part.name or "", columns))

    def _table_of(self, model: ReviewedSemanticModel) -> str | None:
        used = _tables((model.depends_on and model.depends_on.nodes) or ())
        return used[0] if used else table_of(model, self._references)

    def _read_exposure(self, unique_id: str, exposure: Member) -> None:
        """An exposure uses the tables that it depends on, and those that it reaches through a metric: `part` is one."""
        found = dict.fromkeys(_tables(exposure.depends_on_nodes), "")
        for upstream in exposure.depends_on_nodes:
            for table in self._behind(upstream, set()):
                metric = (self._manifest.metrics or {}).get(upstream)
                found.setdefault(table, (metric and metric.name) or "")
        for table, part in found.items():
            use = self._use(UseKind.EXPOSURE, unique_id, exposure, part, ())
            owner = exposure.owner.called if exposure.owner else ""
            self.found[table].append(msgspec.structs.replace(use, owner=owner or use.owner))

    def _behind(self, unique_id: str, seen: set[str]) -> Iterator[str]:
        """The table of a semantic model, or those of a metric and of the metrics that it is made of."""
        model = (self._manifest.semantic_models or {}).get(unique_id)
        metric = (self._manifest.metrics or {}).get(unique_id)
        if model:
            table = self._table_of(model)
            if table:
                yield table
        elif metric and unique_id not in seen:
            seen.add(unique_id)
            yield from _tables(metric.depends_on_nodes)
            for upstream in metric.depends_on_nodes:
                yield from self._behind(upstream, seen)

    def _use(self, kind: UseKind, unique_id: str, user: Member | ReviewedSemanticModel, part: str, columns: Key) -> Use:
        return Use(kind, unique_id, user.name or "", columns, part, self._owner(user.group), self._files.of(user))

    def _owner(self, group: str | None) -> str:
        return self._owners.get(group, "") if group else ""


def _common_ends(node: ReviewedNode, test: str) -> _Ends | None:
    """The ends of a test as most are: of one column, and perhaps of one of the only other table that it uses."""
    tested, column, used = node.attached_node, node.column_name, node.depends_on_nodes
    if not tested or not column:
        return None
    if test in _OF_ONE_COLUMN:
        return tested, (unquoted(column),), None, ()
    theirs = node.test_metadata and node.test_metadata.kwargs and node.test_metadata.kwargs.get("field")
    if test == "relationships" and isinstance(theirs, str) and len(used) == _BOTH and tested in used:
        return tested, (unquoted(column),), used[used[0] == tested], (unquoted(theirs),)
    return None


def _tables(unique_ids: Iterable[str]) -> list[str]:
    """The tables among some nodes, each once, whether or not the manifest has them."""
    found: list[str] = []
    for name in unique_ids:
        if name.startswith(_TABLES) and name not in found:
            found.append(name)
    return found


def _enabled(members: Mapping[str, Member] | None) -> Iterator[tuple[str, Member]]:
    for unique_id, member in (members or {}).items():
        if member.config is None or member.config.enabled is not False:
            yield unique_id, member


def _column(part: SemanticPart) -> Key:
    """The column that a part of a semantic model is, if it is one."""
    expression: Expression = part.expr
    if expression is None or expression == "":
        return plain_column(part.name or "")
    return plain_column(expression) if isinstance(expression, str) else ()
