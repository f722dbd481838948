"""What of a diff is risky. The rules are in docs/review.md; each is a function of its own."""

from erd.diff.changes import Side
from erd.diff.compare import Compared
from erd.diff.joins import risks_of_keys, risks_of_rows, risks_of_types
from erd.diff.losses import risks_of_losses
from erd.diff.proofs import risks_of_proofs, risks_of_tests
from erd.diff.risk import Risk, RiskKind, Severity, plain_text
from erd.diff.users import ReadCode, Users, suspects

_SEVERITIES, _KINDS = tuple(Severity), tuple(RiskKind)


def assess(compared: Compared, base: Side, head: Side, read_code: ReadCode | None) -> tuple[Risk, ...]:
    """The risks of what differs between base and head, the worst first.

    `read_code` is called at most once, for what is made from a table with a removed or retyped column; without it, no
    code is looked at.
    """
    diff, base_erd, head_erd = compared.diff, compared.base_erd, compared.head_erd
    users = Users(head, suspects(diff), read_code)
    found = (
        *risks_of_losses(diff, base, head, head_erd, users),
        *risks_of_keys(diff, head_erd, users),
        *risks_of_tests(base_erd, head_erd, users),
        *risks_of_types(diff, base_erd, head_erd, users),
        *risks_of_rows(diff, head_erd, users),
        *risks_of_proofs(diff, base_erd, head_erd, users),
    )
    return tuple(sorted(found, key=_place))


def _place(risk: Risk) -> tuple[int, int, str, tuple[str, ...], str]:
    return _SEVERITIES.index(risk.severity), _KINDS.index(risk.kind), risk.table, risk.columns, plain_text(risk.said)
