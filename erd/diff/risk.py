"""A risk of a change, as data: what is at stake, how bad it is, who is hit, and the sentence that says so."""

from enum import Enum

import msgspec

from erd.project import Use


class Severity(Enum):
    """How bad a risk is, the worst first. The rules are in docs/review.md."""

    BREAKING = "breaking"
    WORTH_A_LOOK = "worth a look"


class RiskKind(Enum):
    """What sort of risk it is, the strongest first."""

    REMOVED_BUT_USED = "removed-but-used"
    RETYPED_BUT_USED = "retyped-but-used"
    KEY_LOST = "key-lost"
    TEST_FAILS = "test-fails"
    TYPE_MISMATCH = "type-mismatch"
    ROWS_MULTIPLY = "rows-multiply"
    CONTRACT_BROKEN = "contract-broken"
    WEAKER_PROOF = "weaker-proof"


class Name(msgspec.Struct, frozen=True):
    """A name or text of the project inside a sentence: data, to be shown as it is and never as formatting."""

    text: str


Sentence = tuple[str | Name, ...]
"""Our own words and the project's names, to be joined without anything between them; no full stop at the end."""


class Risk(msgspec.Struct, frozen=True):
    """One risk. `table` is the `unique_id` at stake and `columns` its columns, perhaps none.

    `said` is the whole of it in one sentence, without those who are hit: these are `uses`, the strongest first, which
    may be empty. `file` is where to look, relative to the dbt project; empty when unknown.
    """

    severity: Severity
    kind: RiskKind
    table: str
    columns: tuple[str, ...]
    said: Sentence
    uses: tuple[Use, ...] = ()
    file: str = ""


def plain_text(said: Sentence) -> str:
    """The sentence for a terminal, a log or JSON."""
    return "".join(word if isinstance(word, str) else word.text for word in said)
