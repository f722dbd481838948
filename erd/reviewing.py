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
    # What either selection has is compared in both: a table that another tag leaves out was not removed.
    wanted = _wanted(settings, base, head) | _wanted(settings, head, base)
    return _side(settings, base, wanted), _side(settings, head, wanted)


def _wanted(settings: Settings, state: State, other: State) -> frozenset[str]:
    """The tables (`unique_id`s) that a state asks for: those selected, and those that the other one, a diagram, has.

    Of kinds that a diagram does not show it does not tell which were there: they are none that were added.
    """
    match state, other:
        case FromArtifacts(), FromDiagram(diagram):
            shown = _called_as_in(diagram, settings, state)
            kinds = {_kind(one) for one in shown | state.material.selected}
            return shown | {one for one in state.material.reviewed if _kind(one) in kinds}
        case FromArtifacts(), _:
            return state.material.reviewed
    return frozenset()


def _side(settings: Settings, state: State, wanted: Collection[str]) -> Side:
    if isinstance(state, FromDiagram):
        return Side(state.erd)
    there = names_of(settings, state.material).keys() & wanted
    drawn = state.erd if state.erd is not None and there == state.material.selected else None
    return Side(drawn or redraw(settings, state.material, there), state.material.project)


def _called_as_in(diagram: Erd, settings: Settings, state: FromArtifacts) -> frozenset[str]:
    """The tables that a diagram has, whether they are selected or not."""
    drawn = {table.name for table in diagram.tables}
    return frozenset(unique_id for unique_id, name in names_of(settings, state.material).items() if name in drawn)


def _kind(unique_id: str) -> str:
    return unique_id.partition(".")[0]
