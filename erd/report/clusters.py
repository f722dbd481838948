"""Which tables stand in one picture: those that belong together, and no more than a reader takes in.

A relationship is drawn where its child stands, so each is drawn once. Everything takes time in proportion to the
number of tables and relationships, and depends on their order alone.
"""

from collections.abc import Collection, Mapping, Sequence

MOST_TABLES = 12
MOST_LINES = 20
MOST_BOXES = 16
"""The most tables of its own, lines, and tables with those of other pictures, that a readable picture has."""

_NEAR = 4

Parents = Mapping[str, Sequence[str]]
"""By child, the parent of each of its relationships."""


def clusters(tables: Sequence[str], parents: Parents) -> list[list[str]]:
    """The tables in as few clusters as are readable, each sorted as they are.

    Tables that relate to each other come together as far as there is room; small clusters share a picture.
    """
    place = {table: number for number, table in enumerate(tables)}
    neighbours = _neighbours(tables, parents)
    whole: list[list[str]] = []
    parts: list[list[str]] = []
    for component in _components(tables, neighbours):
        if _fits(component, parents):
            whole.append(component)
        else:
            parts.extend(_communities(component, neighbours, parents))
    # What is left of one large component goes together, by what it refers to outside of itself.
    parts.sort(key=lambda part: (_outside(part, parents)[:1], place[part[0]]))
    packed = _packed(parts + whole, parents)
    return sorted((sorted(cluster, key=place.__getitem__) for cluster in packed), key=lambda one: place[one[0]])


def _neighbours(tables: Sequence[str], parents: Parents) -> dict[str, dict[str, int]]:
    """By table, how many relationships join it with each of the other tables."""
    found: dict[str, dict[str, int]] = {table: {} for table in tables}
    for child in tables:
        for parent in parents.get(child, ()):
            if parent in found and parent != child:
                found[child][parent] = found[child].get(parent, 0) + 1
                found[parent][child] = found[parent].get(child, 0) + 1
    return found


def _components(tables: Sequence[str], neighbours: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    found: list[list[str]] = []
    seen: set[str] = set()
    for table in tables:
        if table in seen:
            continue
        component = [table]
        seen.add(table)
        for one in component:
            for other in neighbours[one]:
                if other not in seen:
                    seen.add(other)
                    component.append(other)
        found.append(component)
    return found


def _communities(
    component: Sequence[str], neighbours: Mapping[str, Mapping[str, int]], parents: Parents
) -> list[list[str]]:
    """A component in parts: each begins at the table with the most neighbours, and takes in what is nearest."""
    free = set(component)
    found = []
    for seed in sorted(component, key=lambda table: (-len(neighbours[table]), table)):
        if seed in free:
            free.discard(seed)
            found.append(_community(seed, free, neighbours, parents))
    return found


def _community(seed: str, free: set[str], neighbours: Mapping[str, Mapping[str, int]], parents: Parents) -> list[str]:
    """The seed and those of the `free` that join it most closely; takes them out of `free`."""
    community = [seed]
    near: dict[str, int] = {}
    newest = seed
    while len(community) < MOST_TABLES:
        for other, lines in neighbours[newest].items():
            if other in free:
                near[other] = near.get(other, 0) + lines
        # Most lines into the community; among equals, the one that has the fewest neighbours elsewhere.
        for other in sorted(near, key=lambda one: (-near[one], len(neighbours[one]), one)):
            del near[other]
            if _fits([*community, other], parents):
                newest = other
                free.discard(other)
                community.append(other)
                break
        else:
            break
    return community


def _packed(small: Sequence[list[str]], parents: Parents) -> list[list[str]]:
    """Clusters that stand near each other, put together as long as they stay readable."""
    found: list[list[str]] = []
    for cluster in small:
        for near in found[: -_NEAR - 1 : -1]:
            if _fits([*near, *cluster], parents):
                near.extend(cluster)
                break
        else:
            found.append([*cluster])
    return found


def _fits(cluster: Collection[str], parents: Parents) -> bool:
    if len(cluster) > MOST_TABLES:
        return False
    drawn = [parent for child in cluster for parent in parents.get(child, ())]
    return len(drawn) <= MOST_LINES and len({*cluster, *drawn}) <= MOST_BOXES


def _outside(cluster: Sequence[str], parents: Parents) -> list[str]:
    inside = {*cluster}
    return sorted({parent for child in cluster for parent in parents.get(child, ())} - inside)
