"""All that this tool says when something is wrong, out of its own code, with … for what differs from case to case.

`python -m tests.tools.messages` lists those that `docs/troubleshooting.md` does not have yet, and where they are said.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
GAP = "…"
# Called with a sentence, beside errors of the house, whose second argument is what to do.
_PROBLEM, _LOGGED = "add_problem", {"warning", "error"}
_FEW_WORDS = 2
# Of these the sentence is made elsewhere, or it is not said to anybody.
_ONLY_OTHERS = re.compile(r"[\s…%s.()]*")


@cache
def messages() -> dict[str, str]:
    """Each sentence, and the file that says it."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "erd").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for said in _said(node):
                for text in _texts(said):
                    sentence = _gaps(text)
                    if not _ONLY_OTHERS.fullmatch(sentence):
                        found.setdefault(sentence, str(file.relative_to(ROOT)))
    return found


def told() -> list[str]:
    """What stands in the first column of the page's tables: a sentence, or its beginning up to a gap."""
    rows = re.findall(r"^\| (.*?) \| .* \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [row.replace("\\|", "|") for row in rows if row not in {"You see", "---"}]


def covers(told_one: str, sentence: str) -> bool:
    """Whether a row of the page is about a sentence: the same words in the same order, with gaps anywhere."""
    pattern = ".*".join(re.escape(_plain(part)) for part in told_one.split(GAP))
    return re.fullmatch(pattern, _plain(sentence), re.DOTALL) is not None


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """What a piece of code says, if it does: by an error or the log, or as what happened beside what to do."""
    match node:
        case ast.Call(args=[first, *_]) if _is_said_by(node):
            yield first
        case ast.Assign(targets=[ast.Name(id="happened")], value=value):
            yield value
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="happened"), _])], value=value):
            yield from _firsts(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
            yield from _firsts(value)
        case ast.FunctionDef(returns=ast.expr() as kind) if ast.unparse(kind).startswith("tuple[str, str]"):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value:
                    yield from _firsts(inner.value)


def _is_said_by(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="log"), attr=name):
            return name in _LOGGED
        case ast.Name(id="kind") | ast.Call():
            # A class of error that is chosen by what was answered.
            return len(call.args) > 1
        case ast.Name(id=name) | ast.Attribute(attr=name):
            is_error = name.endswith("Error") and name[0].isupper() and len(call.args) > 1
            return (is_error and name not in {"ValueError", "MaxRetryError"}) or name == _PROBLEM
    return False


def _firsts(value: ast.expr) -> Iterator[ast.expr]:
    """The first of each pair, wherever it stands in an expression, if it is more than a word or two."""
    for inner in ast.walk(value):
        match inner:
            case ast.Tuple(elts=[first, _]) if any(len(text.split()) > _FEW_WORDS for text in _texts(first)):
                yield first


def _texts(node: ast.expr) -> Iterator[str]:
    """The text, or the texts between which a condition chooses; what is not written there is a gap."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else GAP for one in parts)
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)
        case _:
            yield GAP


def _gaps(text: str) -> str:
    return re.sub(r"%[sdr]|\{[\w.]+\}", GAP, text.replace("%%", "%"))


def _plain(text: str) -> str:
    """Without what Markdown needs around it, and with one blank for any."""
    return " ".join(text.replace("`", "").split())


if __name__ == "__main__":
    rows = told()
    for sentence, file in messages().items():
        if not any(covers(row, sentence) for row in rows):
            print(f"{file}: {sentence}")  # noqa: T201 - a list is what is asked for
