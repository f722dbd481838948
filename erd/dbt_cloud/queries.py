"""What the Discovery API is asked: one query a list, or the one in a file of the reader's.

The variables are those of dbterd's query files (its release 1.32), so that such a file works as it is:
`environment_id`, and for each list how many rows a page has and after which cursor it begins (`model_first`,
`model_after`, …). Fields are those of dbt's documentation of the API and of clients generated from its schema.
"""

from pathlib import Path
from typing import NamedTuple

from erd.errors import UsageError

# The lists by their name in an answer, and what their variables and the log call one of their rows.
KINDS = {
    "models": "model",
    "sources": "source",
    "seeds": "seed",
    "snapshots": "snapshot",
    "exposures": "exposure",
    "tests": "test",
    "semantic_models": "semantic_model",
}


class Query(NamedTuple):
    """A query, and what it asks for, in the words of errors; `file` is where it came from, None for one of ours."""

    text: str
    subject: str
    file: Path | None = None


def _query(name: str, fields: str, *, filtered: str = "", state: str = "applied") -> Query:
    kind = KINDS[name]
    words = kind.split("_")
    listed = words[0] + "".join(word.capitalize() for word in words[1:]) + "s"
    text = f"""\
query Erd(
  $environment_id: BigInt!
  ${kind}_first: Int!
  ${kind}_after: String
) {{
  environment(id: $environment_id) {{
    adapterType
    dbtProjectName
    {state} {{
      {listed}(first: ${kind}_first, after: ${kind}_after{filtered}) {{
        pageInfo {{ endCursor hasNextPage }}
        edges {{ node {{ {fields} }} }}
      }}
    }}
  }}
}}
"""
    return Query(text, f"the {kind.replace('_', ' ')}s")


_NODE = "uniqueId name description tags meta"
_TABLE = f"{_NODE} fqn filePath database schema catalog {{ columns {{ name index type description comment }} }}"
_PARENTS = "parents { uniqueId resourceType }"

_MODEL = (
    f"{_TABLE} packageName alias materializedType access group version latestVersion"
    f" constraints {{ type name columns expression }} {_PARENTS}"
)
_SNAPSHOT = f"{_TABLE} packageName alias {_PARENTS}"
_SQL = "compiledCode rawCode"
_OTHERS = (
    _query("sources", f"{_TABLE} sourceName identifier loader"),
    _query("seeds", f"{_TABLE} packageName alias"),
    _query("exposures", f"{_NODE} exposureType label url ownerName ownerEmail {_PARENTS}"),
    _query(
        "tests",
        "uniqueId name columnName tags meta config testMetadata { name namespace columnName kwargs }"
        f" executionInfo {{ lastRunStatus lastRunFailures }} {_PARENTS}",
        filtered=", filter: { testTypes: [GENERIC_DATA_TEST] }",
    ),
    _query(
        "semantic_models",
        f"uniqueId name description meta entities {{ name type description }} {_PARENTS}",
        state="definition",
    ),
)

QUERIES = (_query("models", _MODEL), _query("snapshots", _SNAPSHOT), *_OTHERS)
"""All that an ERD is made of."""
QUERIES_WITH_SQL = (_query("models", f"{_MODEL} {_SQL}"), _query("snapshots", f"{_SNAPSHOT} {_SQL}"), *_OTHERS)
"""The same with the statements that make tables, which are most of an answer."""


def read_query(path: Path) -> Query:
    """The query in a file of the reader's. Raises `UsageError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(
            f"The query file {path} could not be read: {reason}.",
            "Check dbt-cloud-query-file-path, or leave it out.",
        ) from error
    if not text.strip():
        raise UsageError(f"The query file {path} is empty.", "Put a GraphQL query in it, or leave it out.")
    return Query(text, "the answer to the query", path)
