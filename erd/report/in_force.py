"""The settings in force as a person reads them: one a line, with where each came from and what is wrong with it."""

from collections.abc import Iterator
from itertools import groupby

from erd.checks import without_secrets
from erd.given import Gathered, Level
from erd.options import ANSWERED, OPTIONS, Option
from erd.settings import Inspection

UNSET = "-"
# A longer value pushes what stands behind it to the right.
WIDEST_VALUE = 40


def lines_in_force(inspection: Inspection) -> Iterator[str]:
    """Every option with its value and origin, by group; below it what is wrong with it, marked with `!`."""
    gathered = inspection.gathered
    problems = gathered.problems()
    yield f"Configuration file: {inspection.file_name or 'none in this folder'}"
    yield from (f"! {problem.happened} {problem.todo}" for problem in problems if not problem.option)
    options = [option for option in OPTIONS if option.group != ANSWERED or option.name in gathered.given]
    shown = {option.name: _value(option, gathered) for option in options}
    name_width = max(map(len, shown))
    value_width = max(len(value) for value in shown.values() if len(value) <= WIDEST_VALUE)
    for group, members in groupby(options, key=lambda option: option.group):
        yield ""
        yield group.capitalize()
        for option in members:
            yield f"  {option.name:<{name_width}}  {shown[option.name]:<{value_width}}  {_origin(option, inspection)}"
            if option.name in gathered.set_aside:
                yield f"    {gathered.set_aside[option.name]} is set aside: what is given more directly counts."
            if option.group == ANSWERED:
                yield f"    {option.help}"
            yield from (f"  ! {one.happened} {one.todo}" for one in problems if one.option == option.name)


def _value(option: Option, gathered: Gathered) -> str:
    """The value as it was given, on one line; a secret as three stars, however long it is."""
    given = gathered.given.get(option.name)
    if given is None:
        from_address = gathered.values.get(option.field)
        default = option.shown_default or ("false" if option.is_flag else "")
        return str(from_address) if from_address is not None else default or UNSET
    if option.is_secret:
        return "***"
    if option.is_flag and option.field in gathered.values:
        return str(gathered.values[option.field]).lower()
    several = isinstance(given.value, (list, tuple))
    text = " ".join(map(str, given.value)) if several else str(given.value)
    return _on_one_line(without_secrets(gathered.hidden(text)))


def _on_one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if words.isprintable() else repr(words)


def _origin(option: Option, inspection: Inspection) -> str:
    given = inspection.gathered.given.get(option.name)
    if given is None:
        return "address of the run or job" if option.field in inspection.gathered.values else "default"
    match given.level:
        case Level.GIVEN:
            return "flag"
        case Level.ENVIRONMENT:
            return f"variable {given.spelling}"
        case Level.FILE:
            return f"file {inspection.file_name}"
