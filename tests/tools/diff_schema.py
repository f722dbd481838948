"""Writes `docs/schemas/erd-diff.json`, the schema of what `erd.diff.document` writes, from its types.

python -m tests.tools.diff_schema
"""

import json
from typing import Any

import msgspec

from erd.diff.document import SCHEMA
from erd.diff.document_types import Document
from erd.documents import schema_address
from tests.tools.documents import SCHEMAS

PUBLISHED = SCHEMAS / SCHEMA


def diff_schema() -> dict[str, Any]:
    """The schema as it follows from the types."""
    (root,), definitions = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    content = definitions.pop(root["$ref"].removeprefix("#/$defs/"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_address(SCHEMA),
        **content,
        "title": "ERD diff",
        "$defs": dict(sorted(definitions.items())),
    }


def written() -> str:
    """The schema as it is published."""
    return json.dumps(diff_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(written(), encoding="utf-8")
