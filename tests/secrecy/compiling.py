"""Compiles `erd` so that every exception that is raised in it, or passes through it, can be looked at.

Python 3.11 has no hook for them that costs nothing: a trace function is called for every call there is. So the body of
every function gets a `try` around it, and every `except` a look at its start. Both are free until something is raised.
This module loads nothing of `erd`.
"""

import ast
import builtins
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

_LOOK = "__look_at_the_exception__"


def install() -> None:
    """Compile `erd` like this from here on, in this process."""
    loaded = [name for name in sys.modules if name.partition(".")[0] == "erd"]
    if loaded:
        raise RuntimeError(f"{loaded[0]} was imported before its exceptions could be watched")
    look_by(lambda _: None)
    sys.meta_path.insert(0, _Finder())


def look_by(look: Callable[[bool], None]) -> None:
    """Call this where an exception is caught, or passes a function (true), while it is the current one."""
    setattr(builtins, _LOOK, look)


class WatchedLoader(importlib.machinery.SourceFileLoader):
    """Compiles a module so that its exceptions are seen; never from, nor to, a cache that others use."""

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        tree = _Watching().visit(ast.parse(self.get_data(path), path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "erd":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = WatchedLoader(fullname, spec.origin)
        return spec


class _Watching(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        told = ast.get_docstring(node, clean=False) is not None
        docstring, body = node.body[:told], node.body[told:]
        if body:
            again: list[ast.stmt] = [_look(body[0], passes=True), ast.Raise()]
            watched = ast.Try(body, [ast.ExceptHandler(None, None, again)], [], [])
            node.body = [*docstring, ast.copy_location(watched, body[0])]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _look(node.body[0], passes=False))
        return node


def _look(where: ast.stmt, *, passes: bool) -> ast.stmt:
    call = ast.Call(ast.Name(_LOOK, ast.Load()), [ast.Constant(passes)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), where))
