"""What a refresh says: the title of its commit, the body of its pull request, and a line in the job summary."""

from collections.abc import Iterator, Sequence

from erd.diff.changes import Aspect, Diff
from erd.diff.review import Review
from erd.errors import ErdError
from erd.model import Erd
from erd.report.markdown import code, link, plain
from erd.report.review import comment
from erd.report.review_links import Links
from erd.report.review_rows import MINUS
from erd.report.summary import count

_KEYS = {Aspect.PRIMARY_KEY, Aspect.UNIQUE_KEYS}
_SHORT_COMMIT = 7
_LONGEST = 1_000


def changes_in_words(diff: Diff) -> str:
    """What differs, by number and sign of what came, went and changed; descriptions only if nothing else does."""
    changed = diff.tables.changed
    loud = [one for one in changed if not one.is_quiet]
    columns = [sum(len(one.added) for one in loud), sum(len(one.removed) for one in loud)]
    columns.append(sum(len(one.changed) for one in loud))
    joins = diff.relationships
    said = [
        *_counted("table", [len(diff.tables.added), len(diff.tables.removed), 0]),
        *_counted("column", columns),
        *_counted("key", [0, 0, sum(1 for one in loud if _KEYS & {*one.aspects})]),
        *_counted("relationship", [len(joins.added), len(joins.removed), len(joins.changed)]),
    ]
    if said:
        return ", ".join(said)
    return f"descriptions of {count(len(changed), 'table')}" if changed else "the diagram, written anew"


def size_in_words(erd: Erd) -> str:
    """How much there is, where nothing is known of before."""
    return f"{count(len(erd.tables), 'table')}, {count(len(erd.relationships), 'relationship')}"


def proposal(review: Review | None, files: Sequence[str], links: Links, base: str) -> str:
    """What a pull request of our own says: what it does to the ERD that is committed on the branch `base`.

    Without a review, what is committed cannot be compared.
    """
    said = comment(review, links) if review else f"These files are brought to {code(base)}: {_listed(files)}.\n"
    foot = (
        f"This pull request follows {code(base)}: each refresh brings it up to date, by force, and closes it when there"
        " is nothing left to bring. Merge it as it is: a commit of somebody else's on its branch stops the refresh."
    )
    return f"{said}\n<sub>{foot}</sub>\n"


def committed(branch: str, sha: str, url: str, changed: Sequence[str]) -> str:
    """The line of the job summary about a commit, or about none."""
    if not changed:
        return f"- **Commit** none: all files are on {code(branch)} as they should be\n"
    return f"- **Commit** {link(sha[:_SHORT_COMMIT], url)} on {code(branch)}: {_listed(changed)}\n"


def proposed(number: int, url: str, outcome: str, base: str) -> str:
    """The line of the job summary about a pull request, which has no number if there is none."""
    if not number:
        return f"- **Pull request** none: all files are on {code(base)} as they should be\n"
    return f"- **Pull request** {link(f'#{number}', url)} to {code(base)}: {outcome}\n"


def refused(error: ErdError) -> str:
    """The line of the job summary about why nothing is committed."""
    return f"- **Commit** ⚠️ none: {plain(error.happened, _LONGEST)} {plain(error.todo, _LONGEST)}\n"


def _listed(files: Sequence[str]) -> str:
    return ", ".join(map(code, files))


def _counted(noun: str, numbers: Sequence[int]) -> Iterator[str]:
    """How many came, went and changed, if any did."""
    signed = [f"{sign}{number:,}" for sign, number in zip(f"+{MINUS}~", numbers, strict=True) if number]
    if signed:
        yield f"{' '.join(signed)} {noun}{'' if sum(numbers) == 1 else 's'}"
