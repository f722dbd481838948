"""What readers call a table: a name made of parts, unique among all tables of the project."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from erd.artifacts.manifest import Node
from erd.detect.columns import UPPER_FOLDING

# A unique_id is resource.package.model; a source has its table, a versioned model its version as a further part.
PARTS_BEFORE_MODEL = 2
WHOLE_ID = ("resource", "package", "model")


def table_names(nodes: Mapping[str, Node], parts: Sequence[str], adapter: str) -> dict[str, str]:
    """The name of each table by `unique_id`.

    `model` stands for all that follows the package in the `unique_id`: a source's table and a model's version belong
    to its name. Where a format without such a part gives several tables one name, all of those get their `unique_id`
    after it, whichever of them are drawn.
    """
    if tuple(parts) == WHOLE_ID:
        return {unique_id: unique_id for unique_id in nodes}
    named = {unique_id: joined_name(unique_id, node, parts, adapter) or unique_id for unique_id, node in nodes.items()}
    often = Counter(named.values())
    taken = {name for name, times in often.items() if times == 1}
    for unique_id in sorted(named):
        if often[named[unique_id]] > 1:
            name = f"{named[unique_id]} ({unique_id})"
            # Somebody may have given another table just this name.
            while name in taken:
                name = f"{name} ({unique_id})"
            taken.add(name)
            named[unique_id] = name
    return named


def relation_part(text: str | None, adapter: str) -> str:
    """A database, schema or table as people write it: an upper-folding warehouse's upper case means nothing."""
    if not text:
        return ""
    return text.lower() if adapter in UPPER_FOLDING and text.isupper() else text


def joined_name(unique_id: str, node: Node, parts: Sequence[str], adapter: str) -> str:
    """A name out of these parts, those that a table does not have left out; empty without any."""
    words = (_PART[part](unique_id, node, adapter) for part in parts)
    return ".".join(word for word in words if word)


_PART: Mapping[str, Callable[[str, Node, str], str]] = {
    "resource": lambda unique_id, _node, _adapter: unique_id.split(".", 1)[0],
    "resource_type": lambda unique_id, _node, _adapter: unique_id.split(".", 1)[0],
    "package": lambda unique_id, _node, _adapter: unique_id.split(".", PARTS_BEFORE_MODEL)[1],
    "model": lambda unique_id, _node, _adapter: unique_id.split(".", PARTS_BEFORE_MODEL)[-1],
    "name": lambda _unique_id, node, _adapter: node.name or "",
    "node_name": lambda unique_id, _node, _adapter: unique_id,
    "label": lambda _unique_id, node, _adapter: str(node.all_meta.get("label") or ""),
    "database": lambda _unique_id, node, adapter: relation_part(node.database, adapter),
    "schema": lambda _unique_id, node, adapter: relation_part(node.schema, adapter),
    "table": lambda _unique_id, node, adapter: relation_part(node.identifier or node.alias or node.name, adapter),
}
