"""What a reader gave: at their door, in the environment or in the configuration file; and what is wrong with it."""

from collections.abc import Iterator, Mapping
from enum import Enum, IntEnum
from itertools import islice
from typing import Any, NamedTuple

from erd.checks import LONGEST_QUOTE, without_secrets
from erd.errors import UsageError
from erd.options import OPTIONS, Option

TOKEN = "dbt-cloud-service-token"  # noqa: S105 - the name of an option, not a token
PREFIX = "DBTERD_"
# A variable whose name is as like as this to that of an option is a slip; another one is somebody's own, such as the
# version that a workflow installs.
SLIP = 0.8
MOST_STRANGERS = 10


class Door(Enum):
    """Where a reader stands, and so by which names they know the options."""

    ACTION = "action"
    CONTAINER = "container"
    COMMAND = "command"


class Level(IntEnum):
    """How strong a value is, the strongest first."""

    GIVEN = 0
    ENVIRONMENT = 1
    FILE = 2


class Given(NamedTuple):
    """A value as a reader gave it, the name by which they did, and where."""

    value: Any
    spelling: str
    level: Level

    def __str__(self) -> str:
        return self.spelling


class Problem(NamedTuple):
    """What is missing or wrong, what to do, and the name of the option it stands beside, empty if there is none."""

    happened: str
    todo: str
    option: str = ""


class Gathered:
    """All that a reader gave, by option name; of that, what could be checked, by field; and all that is wrong.

    `set_aside` is what was given, but does not count because something stronger was; `strangers` are names that no
    option has, as a reader gave them. `going` is what was given and is to go, and the option to give instead.
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self.given: dict[str, Given] = {}
        self.values: dict[str, Any] = {}
        self.set_aside: dict[str, Given] = {}
        self.strangers: list[str] = []
        self.going: list[tuple[Given, str]] = []
        self._problems: list[Problem] = []

    def add_problem(self, happened: str, todo: str, option: str = "") -> None:
        """Keep it, so that all that is wrong is reported at once."""
        self._problems.append(Problem(happened, todo, option))

    def problems(self) -> list[Problem]:
        """All problems; the token shows in none, whichever option it was given to by mistake."""
        return [problem._replace(happened=self.hidden(problem.happened)) for problem in self._problems]

    def hidden(self, text: str) -> str:
        """The text with three stars for each secret that was given, wherever it stands, quoted or cut off too."""
        given = [self.given[option.name] for option in OPTIONS if option.is_secret and option.name in self.given]
        for secret in (str(one.value).strip() for one in given):
            # As it is, as the name of an option would be written, and cut off.
            forms = (secret, secret.replace("_", "-"), secret[:LONGEST_QUOTE])
            for form in filter(None, (*forms, *(repr(form)[1:-1] for form in forms))):
                text = text.replace(form, "***")
        return text

    def raise_if_any(self) -> None:
        """Raise all problems as one error."""
        found = self.problems()
        if len(found) == 1:
            raise UsageError(found[0].happened, found[0].todo)
        if found:
            listed = "\n".join(f"- {problem.happened} {problem.todo}" for problem in found)
            raise UsageError(
                f"{len(found)} settings are missing or wrong:\n{listed}\n",
                "Each option is explained in docs/options.md and by `dbt-cloud-erd run --help`.",
            )

    def put_aside(self, name: str) -> None:
        """Let the option not count."""
        self.set_aside[name] = self.given.pop(name)
        self.values.pop(name.replace("-", "_"), None)

    def missing(self, name: str) -> str:
        """The name or names by which a reader would give an option that they did not give."""
        option = next(option for option in OPTIONS if option.name == name)
        if self.door is Door.CONTAINER:
            return option.variable
        return f"{_spelling(option, self.door)} (or {option.variable})"


def gather(
    door: Door,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    from_file: Mapping[str, Any],
    file_name: str,
    command: str | None = None,
) -> Gathered:
    """What a reader gave for each option, checked: `given` (by option name) over `environ` over the file (by field).

    Empty means unset, at every level. With a `command`, only its options are looked at.
    """
    gathered = Gathered(door)
    for option in OPTIONS:
        if command and command not in option.commands:
            continue
        found = next(_ways(option, door, given, environ, from_file, file_name), None)
        if found is None:
            continue
        gathered.given[option.name] = found
        if option.instead:
            gathered.going.append((found, option.instead))
        try:
            gathered.values[option.field] = option.check(_of_the_right_shape(option, found.value))
        except ValueError as error:
            what, instead = error.args
            gathered.add_problem(f"{found} is wrong: {what}.", f"{instead}.", option.name)
    found_strangers = islice(_strangers(environ, from_file, file_name), MOST_STRANGERS)
    gathered.strangers = [form.format(_shown(gathered.hidden(name))) for form, name in found_strangers]
    return gathered


def _ways(
    option: Option,
    door: Door,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    from_file: Mapping[str, Any],
    file_name: str,
) -> Iterator[Given]:
    """The values a reader gave for an option, strongest first."""
    if not _empty(given.get(option.name)):
        yield Given(given[option.name], _spelling(option, door), Level.GIVEN)
    for variable in (option.variable, *option.variables):
        if not _empty(environ.get(variable)):
            yield Given(environ[variable], variable, Level.ENVIRONMENT)
    if not _empty(from_file.get(option.field)):
        yield Given(from_file[option.field], f"`{option.name}` in {file_name}", Level.FILE)


def _strangers(environ: Mapping[str, str], from_file: Mapping[str, Any], file_name: str) -> Iterator[tuple[str, str]]:
    """The names that set something, and that no option has: keys of the file, and what looks like a variable of ours.

    Each with a form that says where it is from.
    """
    fields = {option.field for option in OPTIONS}
    for field in from_file:
        if field not in fields and not _empty(from_file[field]):
            yield f"`{{}}` in {file_name}", without_secrets(field).replace("_", "-")
    known = {name for option in OPTIONS for name in (option.variable, *option.variables)}
    for name in environ:
        if name.startswith(PREFIX) and name not in known and not _empty(environ[name]) and _is_slip(name, known):
            yield "{}", without_secrets(name)


def _is_slip(name: str, known: set[str]) -> bool:
    from difflib import get_close_matches  # noqa: PLC0415 - few have a name that is not known

    names = [one.removeprefix(PREFIX) for one in known]
    return bool(get_close_matches(name.removeprefix(PREFIX), names, cutoff=SLIP))


def _shown(name: str) -> str:
    shown = name if name.isprintable() else repr(name)
    return shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}…"


def _empty(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_empty(item) for item in value)
    return value is None or (isinstance(value, str) and not value.strip())


def _of_the_right_shape(option: Option, value: Any) -> Any:
    """The value, unless a configuration file has a list or a mapping where a single one belongs."""
    items = value if option.repeatable and isinstance(value, (list, tuple)) else [value]
    if any(item is None or isinstance(item, (dict, list, tuple)) for item in items):
        wanted = "one value, or a list of them" if option.repeatable else "one value"
        raise ValueError("it is a list or a mapping of others", f"Give {wanted}")
    return value


def _spelling(option: Option, door: Door) -> str:
    match door:
        case Door.ACTION:
            return f"Input `{option.name}`"
        case Door.CONTAINER:
            return option.variable
        case Door.COMMAND:
            return f"`--{option.name}`"
