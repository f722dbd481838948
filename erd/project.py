"""What a project says around its ERD: where it came from, who uses which table, and where that is written."""

from collections.abc import Mapping
from enum import Enum

import msgspec


class Source(msgspec.Struct, frozen=True):
    """Where an ERD came from: what to call it ("dbt Cloud run 17", a folder), and what is known of it.

    `run_id`, `url`, `commit`, `finished_at` (ISO 8601, UTC) and `dbt_version` are empty when unknown.
    """

    name: str
    run_id: str = ""
    url: str = ""
    commit: str = ""
    finished_at: str = ""
    dbt_version: str = ""


class UseKind(Enum):
    """What sort of thing uses a table."""

    CONTRACT = "contract"
    FOREIGN_KEY = "foreign key"
    TEST = "test"
    UNIT_TEST = "unit test"
    SEMANTIC_MODEL = "semantic model"
    EXPOSURE = "exposure"
    MODEL = "model"
    SNAPSHOT = "snapshot"


class Use(msgspec.Struct, frozen=True):
    """That something in the project stands on a table.

    `node` is the `unique_id` of the user and `name` what people call it; `part` is what in it does, such as the name of
    a constraint or of an entity. `columns` are those that it names, as it writes them; none when it is known to use the
    table only. `owner` is who dbt says is responsible, and `file` where it is written, relative to the dbt project;
    both are empty when unknown.
    """

    kind: UseKind
    node: str
    name: str
    columns: tuple[str, ...] = ()
    part: str = ""
    owner: str = ""
    file: str = ""


class Place(msgspec.Struct, frozen=True):
    """The files of a table, relative to the dbt project: its code and its YAML. Empty when there is none."""

    code: str = ""
    yaml: str = ""


class Project(msgspec.Struct, frozen=True):
    """What a manifest says of its tables besides the ERD, all by `unique_id` of the table.

    `tables` are all that the project has, whether drawn or not. `checksums` are of their code, and sources have none.
    `contracted` are the tables whose contract is enforced: their declared columns are all that they have. `unresolved`
    are the uses of tables that the project does not have, by the last word, in lower case, of what they call them.
    """

    tables: frozenset[str] = frozenset()
    checksums: Mapping[str, str] = {}
    contracted: frozenset[str] = frozenset()
    uses: Mapping[str, tuple[Use, ...]] = {}
    places: Mapping[str, Place] = {}
    unresolved: Mapping[str, tuple[Use, ...]] = {}


def short_name(unique_id: str) -> str:
    """What people call a table: a model's name and version, a source and its table; as it is if dbt did not name it."""
    kind, _, rest = unique_id.partition(".")
    return rest.partition(".")[2] or unique_id if kind in _TABLES else unique_id


_TABLES = frozenset({"model", "seed", "snapshot", "source"})
