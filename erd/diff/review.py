"""All that a review says of two states of a project, whoever it is said to."""

import msgspec

from erd.diff.changes import Diff
from erd.diff.risk import Risk, Severity
from erd.model import Erd
from erd.project import Source


class Review(msgspec.Struct, frozen=True):
    """What differs between base and head, and how risky that is, the worst first.

    The ERDs are as they were compared: a table that one run did not build has the columns that the other one saw, if
    its code is the same. `base_is_older` tells that the base lacks commits that the head has from elsewhere.
    """

    diff: Diff
    risks: tuple[Risk, ...]
    base_erd: Erd
    head_erd: Erd
    base: Source
    head: Source
    base_is_older: bool = False

    @property
    def is_breaking(self) -> bool:
        """Whether a risk is breaking."""
        return any(risk.severity is Severity.BREAKING for risk in self.risks)
