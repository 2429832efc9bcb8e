"""Far side: the names that code binds and reads, scope by scope."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

Names = set[str]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PLACES = (ast.Attribute, ast.Subscript)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OWN_SCOPE = (*FUNCTIONS, ast.ClassDef, *_LOOPS)
_NAMED = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_WITHOUT_NAMES = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)  # + and -, and what stores a name


def children(node: ast.AST) -> list[ast.AST]:
    """Returns the nodes directly below a node that may hold names. They are found once and noted in the node."""
    try:
        return node.children  # type: ignore[attr-defined,no-any-return]
    except AttributeError:
        found = [
            item
            for value in vars(node).values()
            for item in (value if isinstance(value, list) else (value,))
            if isinstance(item, ast.AST) and not isinstance(item, _WITHOUT_NAMES)
        ]
        node.children = found  # type: ignore[attr-defined]
        return found


def within(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and all those below it that may hold names."""
    left = [node]
    while left:
        yield (one := left.pop())
        left += children(one)


def bound(nodes: Iterable[ast.AST]) -> Names:
    """Returns the names that statements bind in their own scope."""
    names: Names = set()
    for node in nodes:
        for inner in _own_scope(node):
            if isinstance(inner, ast.Name):
                if not isinstance(inner.ctx, ast.Load):
                    names.add(inner.id)
            elif isinstance(inner, DEFINITIONS):
                names.add(inner.name)
            elif isinstance(inner, ast.alias):
                names.add((inner.asname or inner.name).split(".")[0])
            elif isinstance(inner, _NAMED) and inner.name:
                names.add(inner.name)
            elif isinstance(inner, ast.MatchMapping) and inner.rest:
                names.add(inner.rest)
    return names


def _own_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and those below it that are of the same scope; of a function or class only itself."""
    left = [node]
    while left:
        yield (one := left.pop())
        if not isinstance(one, _OWN_SCOPE):
            left += children(one)


def free(node: ast.AST) -> Names:
    """Returns the names that a node reads and does not bind in a scope of its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id} | free(node.value)
    if isinstance(node, FUNCTIONS):
        body = _body(node)
        inside = {id(node.args), *map(id, body)}
        outer = [child for child in children(node) if id(child) not in inside]
        defaults = [value for value in (*node.args.defaults, *node.args.kw_defaults) if value is not None]
        given = {arg.arg for arg in within(node.args) if isinstance(arg, ast.arg)}
        return _all_free([*outer, *defaults]) | (_all_free(body) - ((bound(body) | given) - global_in(node)))
    if isinstance(node, _LOOPS):
        targets = {name for generator in node.generators for name in bound([generator.target])}
        return _all_free(children(node)) - targets
    return _all_free(children(node))


def _all_free(nodes: Iterable[ast.AST]) -> Names:
    names: Names = set()
    for node in nodes:
        names |= free(node)
    return names


def run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and those below it that run with it, without the bodies of functions."""
    left = [node]
    while left:
        yield (one := left.pop())
        later = set(map(id, _body(one))) if isinstance(one, FUNCTIONS) else ()
        left += [child for child in children(one) if id(child) not in later]


def _body(function: Any) -> list[ast.AST]:
    return function.body if isinstance(function.body, list) else [function.body]


def global_in(node: ast.AST) -> Names:
    """Returns the names that a node declares as global."""
    return {name for inner in within(node) if isinstance(inner, ast.Global) for name in inner.names}


def root_of(node: ast.AST) -> str:
    """Returns the name at the beginning of `a`, `a.b`, `a[0].b`; empty if it is something else."""
    while isinstance(node, PLACES):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
