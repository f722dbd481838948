"""Writes docs/dbt-cloud-errors.md, the outcome table in words for users, out of the table that the tests hold.

python -m tests.tools.fault_document
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.dbt_cloud.fault_account import BASE_RUN, HEAD_RUN, HEAD_SHA
from tests.dbt_cloud.fault_catalogue import ALWAYS, FAULTS, ONCE, Fault
from tests.dbt_cloud.fault_outcomes import outcome
from tests.dbt_cloud.fault_places import PLACES
from tests.dbt_cloud.fault_sentences import RECOVERED, Drawn, Failed, Outcome

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "dbt-cloud-errors.md"

HEAD = """# What goes wrong with dbt Cloud, and what you see then

This is what `dbt-cloud-erd` makes of {faults} things that can go wrong between it and dbt Cloud, each tried at {places}
requests of a pull request's run over real sockets ({cases} cases, of which {drawn} end with the diagram). A command
writes it from the table that the tests hold, so it is what happens:

    python -m tests.tools.fault_document

Whatever happens:

- An error is one sentence on what happened and one on what to do. The exit code is 1, or 2 where an option is missing
  or wrong.
- After an error the diagram is as it was before. Files are replaced when they are whole, never before.
- All requests together take no longer than `dbt-cloud-timeout-minutes`, and the wait for a run.
- The token goes to no other host, and shows in no message, log or file.

Words in capitals stand for what differs: `HOST` is the one in `dbt-cloud-host-url`, `PATH` the address that was asked
for, `WHAT` a thing of dbt Cloud ("run 5", "manifest.json of run 5").
"""
PASSES = """
## What passes by itself

It is asked again, up to four times with growing pauses, and a body that is not whole twice more. After a 429 the pause
is as long as dbt Cloud says, else five minutes. If one of these happens once, you see a line in the log at most:

"""
FAILS = """
## What ends with an error

"At once" is what is an error the first time; "lasting" is what was tried again before.

| what you see | what to do | exit code | what was wrong |
|---|---|---|---|
"""
DRAWN = """
## What is drawn all the same

| what you get | what was wrong, and with what |
|---|---|
"""

# Figures and names of the tests, and what is written in their place.
DIFFERS = {
    "{host}": "HOST",
    "{other}": "ANOTHER HOST",
    "{path}": "PATH",
    "{subject}": "WHAT",
    str(HEAD_RUN): "RUN",
    str(BASE_RUN): "ANOTHER RUN",
    HEAD_SHA[:7]: "COMMIT",
    "pull request 17": "pull request NUMBER",
    "account 1": "account ACCOUNT",
    "deploy/1/projects/2": "deploy/ACCOUNT/projects/PROJECT",
    "http://": "https://",
    "0.1 s": "SECONDS s",
    "5 MB": "SIZE MB",
    "may take 1.5 seconds": "may take TIME",
    "may take 15 minutes": "may take TIME",
    "after 1 minute": "after TIME",
    "within 1 minute": "within TIME",
    "Database Error in model orders": "MESSAGE",
    "Cancelled by a newer commit": "MESSAGE",
}


def document() -> str:
    """The whole document."""
    outcomes = [outcome for _, _, _, outcome in cases()]
    head = HEAD.format(
        faults=len(FAULTS),
        places=len(PLACES),
        cases=len(outcomes),
        drawn=sum(isinstance(outcome, Drawn) for outcome in outcomes),
    )
    return "".join([head, PASSES, *passing(), FAILS, *failing(), DRAWN, *drawn_all_the_same()])


def cases() -> Iterator[tuple[Fault, int | None, str, Outcome]]:
    """The table, case by case: a fault, how often, at which place, and how it ends."""
    for fault in FAULTS:
        for turns in fault.turns:
            for place in fault.places_of(PLACES):
                yield fault, turns, place, outcome(fault.name, turns, place)


def passing() -> Iterator[str]:
    """The faults that do nothing if they happen once."""
    once: dict[str, set[Outcome]] = {}
    for fault, turns, _, end in cases():
        if turns is not ALWAYS:
            once.setdefault(fault.name, set()).add(end)
    for name, ends in once.items():
        if ends == {RECOVERED}:
            yield f"- {name}\n"


def failing() -> Iterator[str]:
    """A row for each error, in the order of the faults that lead to it."""
    rows: dict[tuple[str, str, int], dict[str, set[int | None]]] = {}
    for fault, turns, _, end in cases():
        if isinstance(end, Failed):
            row = shown(end.happened), shown(end.todo), end.exit_code
            rows.setdefault(row, {}).setdefault(fault.name, set()).add(turns)
    for (happened, todo, exit_code), faults in rows.items():
        causes = [f"{name} ({'at once' if ONCE in turns else 'lasting'})" for name, turns in faults.items()]
        yield f"| {cell(happened)} | {cell(todo)} | {exit_code} | {'; '.join(map(cell, causes))} |\n"


def drawn_all_the_same() -> Iterator[str]:
    """A row for each end that is good, and not the same as without a fault."""
    rows: dict[Drawn, dict[str, list[str]]] = {}
    for fault, _, place, end in cases():
        if isinstance(end, Drawn) and end != RECOVERED:
            places = rows.setdefault(end, {}).setdefault(PLACES[place].words, [])
            if fault.name not in places:
                places.append(fault.name)
    for end, faults in rows.items():
        yield f"| {cell(end.words)} | {'<br>'.join(with_places(faults))} |\n"


def with_places(faults: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The faults at each place."""
    for words, names in faults.items():
        yield f"**{words}**: {'; '.join(map(cell, names))}"


def shown(sentence: str) -> str:
    """The sentence with words in place of the figures and names of the tests."""
    for figure, word in DIFFERS.items():
        sentence = sentence.replace(figure, word)
    sentence = re.sub(r"(→ \d{3}): [^)]+\)", r"\1: MESSAGE)", sentence)
    if sentence.startswith(("dbt Cloud failed to answer", "dbt Cloud refused")):
        sentence = re.sub(r"→ \d{3}(: MESSAGE)?\)", "→ STATUS: MESSAGE)", sentence)
    sentence = re.sub(r"(not as documented \(GET PATH): .*\)\.", r"\1: HOW).", sentence)
    sentence = re.sub(r"(is not JSON|not as dbt writes a \w+): .*\.", r"\1: HOW.", sentence)
    return re.sub(r"(not JSON) \(.*\)\.", r"\1 (TYPE).", sentence)


def cell(text: str) -> str:
    """Text in a cell of a table."""
    return text.replace("|", "\\|")


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
