"""Far side: the names that code binds and reads, scope by scope."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

Names = set[str]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(nodes: Iterable[ast.AST]) -> Names:
    """Returns the names that statements bind in their own scope."""
    names: Names = set()
    for node in nodes:
        for inner in _own_scope(node):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                names.add(inner.id)
            elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(inner.name)
            elif isinstance(inner, ast.alias):
                names.add((inner.asname or inner.name).split(".")[0])
            elif isinstance(inner, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and inner.name:
                names.add(inner.name)
            elif isinstance(inner, ast.MatchMapping) and inner.rest:
                names.add(inner.rest)
    return names


def _own_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and those below it that are of the same scope; of a function or class only itself."""
    yield node
    if isinstance(node, (*FUNCTIONS, ast.ClassDef, *_LOOPS)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _own_scope(child)


def free(node: ast.AST) -> Names:
    """Returns the names that a node reads and does not bind in a scope of its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id} | free(node.value)
    if isinstance(node, FUNCTIONS):
        body = _body(node)
        inside = {id(node.args), *map(id, body)}
        outer = [child for child in ast.iter_child_nodes(node) if id(child) not in inside]
        defaults = [value for value in (*node.args.defaults, *node.args.kw_defaults) if value is not None]
        given = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        return _all_free([*outer, *defaults]) | (_all_free(body) - ((bound(body) | given) - global_in(node)))
    if isinstance(node, _LOOPS):
        targets = {name for generator in node.generators for name in bound([generator.target])}
        return _all_free(ast.iter_child_nodes(node)) - targets
    return _all_free(ast.iter_child_nodes(node))


def _all_free(nodes: Iterable[ast.AST]) -> Names:
    names: Names = set()
    for node in nodes:
        names |= free(node)
    return names


def run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and those below it that run with it, without the bodies of functions."""
    yield node
    later = set(map(id, _body(node))) if isinstance(node, FUNCTIONS) else ()
    for child in ast.iter_child_nodes(node):
        if id(child) not in later:
            yield from run_now(child)


def _body(function: Any) -> list[ast.AST]:
    return function.body if isinstance(function.body, list) else [function.body]


def global_in(node: ast.AST) -> Names:
    """Returns the names that a node declares as global."""
    return {name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}


def root_of(node: ast.AST) -> str:
    """Returns the name at the beginning of `a`, `a.b`, `a[0].b`; empty if it is something else."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
