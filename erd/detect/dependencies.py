"""Which drawn table is made from which others, by way of all that is not drawn."""

from collections.abc import Collection

from erd.artifacts.manifest import Manifest
from erd.model import Dependency


def dependencies(manifest: Manifest, wanted: Collection[str]) -> tuple[Dependency, ...]:
    """For each wanted table the nearest wanted ones that it is made from, sorted."""
    found = set()
    for unique_id in wanted:
        seen: set[str] = set()
        ahead = _upstream(manifest, unique_id)
        while ahead:
            upstream = ahead.pop()
            if upstream in seen:
                continue
            seen.add(upstream)
            if upstream not in wanted:
                ahead += _upstream(manifest, upstream)
            elif upstream != unique_id:
                found.add(Dependency(unique_id, upstream))
    return tuple(sorted(found))


def _upstream(manifest: Manifest, unique_id: str) -> list[str]:
    node = (manifest.nodes or {}).get(unique_id)
    return list(node.depends_on_nodes) if node else []
