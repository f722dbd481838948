"""The story of one review: two states of a project side by side, what differs between them, and how risky that is."""

from collections.abc import Collection, Mapping

import msgspec

from erd.artifacts.manifest import Manifest
from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.review import Review
from erd.drawing import ArtifactFiles, Material, code_of, names_of, redraw
from erd.model import Erd
from erd.project import Source
from erd.settings import Settings


class FromArtifacts(msgspec.Struct, frozen=True):
    """A state of the project that its artifacts tell of: all of it is known. The manifest was read for a review.

    `erd` is the ERD of the selected tables, if it was drawn already: names in it are unique among the types drawn.
    """

    files: ArtifactFiles
    material: Material
    source: Source
    erd: Erd | None = None


class FromDiagram(msgspec.Struct, frozen=True):
    """A state of the project of which nothing but a diagram is there."""

    erd: Erd
    source: Source


State = FromArtifacts | FromDiagram


def review(settings: Settings, base: State, head: State, *, base_is_older: bool = False) -> Review:
    """What lies between the two states. `base_is_older` is handed on."""
    old, new = _sides(settings, base, head)
    compared = compare(old, new)

    def read_code(wanted: Collection[str]) -> Mapping[str, str]:
        return code_of(head.files, wanted) if isinstance(head, FromArtifacts) else {}

    return Review(
        diff=compared.diff,
        risks=assess(compared, old, new, read_code),
        base_erd=compared.base_erd,
        head_erd=compared.head_erd,
        base=base.source,
        head=head.source,
        base_is_older=base_is_older,
    )


def described(source: Source, manifest: Manifest) -> Source:
    """The source with what its manifest says of itself, where nobody said it before."""
    metadata = manifest.metadata
    if metadata is None:
        return source
    return msgspec.structs.replace(
        source,
        finished_at=source.finished_at or metadata.generated_at or "",
        dbt_version=source.dbt_version or metadata.dbt_version or "",
    )


def _sides(settings: Settings, base: State, head: State) -> tuple[Side, Side]:
    match base, head:
        case FromArtifacts() as old, FromArtifacts() as new:
            # What either selection has is compared in both: a table that another tag leaves out was not removed.
            wanted = old.material.reviewed | new.material.reviewed
            return _side(settings, old, wanted), _side(settings, new, wanted)
        case FromDiagram(erd), FromArtifacts() as new:
            return Side(erd), _side(settings, new, _called_as_in(erd, settings, new))
        case FromArtifacts() as old, FromDiagram(erd):
            return _side(settings, old, _called_as_in(erd, settings, old)), Side(erd)
        case _:
            return Side(base.erd or Erd()), Side(head.erd or Erd())


def _side(settings: Settings, state: FromArtifacts, wanted: Collection[str]) -> Side:
    there = names_of(settings, state.material).keys() & wanted
    drawn = state.erd if state.erd is not None and there == state.material.selected else None
    return Side(drawn or redraw(settings, state.material, there), state.material.project)


def _called_as_in(diagram: Erd, settings: Settings, state: FromArtifacts) -> frozenset[str]:
    """The tables that are selected, and those that the diagram has whether they are selected or not."""
    drawn = {table.name for table in diagram.tables}
    also = {unique_id for unique_id, name in names_of(settings, state.material).items() if name in drawn}
    return state.material.reviewed | also
