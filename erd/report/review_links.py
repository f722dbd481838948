"""What a review leads to, and how it draws."""

import msgspec

from erd.formats.mermaid_text import Style
from erd.report.markdown import code, linked

_LONGEST_ADDRESS = 1_000


class Links(msgspec.Struct, frozen=True):
    """Where readers find more; what is empty is not spoken of.

    `erd_url` is the page of the full ERD. `run_url` is the page of the workflow run, which has the whole review as its
    summary, `whole` the file that has it for people, and `data` the one that has it for programs, however large it is.
    `version` is this tool's.
    """

    erd_url: str = ""
    run_url: str = ""
    whole: str = ""
    data: str = ""
    version: str = ""
    mermaid: Style = Style.FULL


def where(links: Links) -> str:
    """Where the whole review is, as the end of a sentence; empty if it is nowhere."""
    places = [address("job summary", links.run_url)] if links.run_url else []
    places += [code(links.whole)] if links.whole else []
    return f"in the {' and in '.join(places)}" if links.run_url else "".join(f"in {place}" for place in places)


def where_all_data_is(links: Links) -> str:
    """Where even that is for which there is no room in the whole review."""
    return f"in {code(links.data)}" if links.data else ""


def address(shown: str, url: str) -> str:
    """Markdown of ours as a link; by itself if the address is none, or longer than any."""
    return linked(shown, url) if len(url) <= _LONGEST_ADDRESS else shown
