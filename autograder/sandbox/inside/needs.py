"""Far side: tells which statements of a learner's cells the exercises need, before any of them runs.

A cell that defines what an exercise asks for is run whole. Of any other cell those statements are run that bind a name
which is needed, or change its value: directly, or through what they need themselves. So experiments cost no time, and
helpers and settings count wherever they stand.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Names = set[str]

# Whoever uses one of these may bind any name.
_ANY_NAME = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "builtins", "__builtins__", "importlib"}
_ANY_NAME |= {"__import__", "compile", "__main__", "gc", "ctypes", "inspect"}
_ANY_ATTRIBUTE = {"modules", "__dict__", "__globals__", "f_globals", "user_ns", "_getframe", "settrace", "setprofile"}
_ANY_ATTRIBUTE |= {"meta_path", "path_hooks", "__subclasses__"}
# Functions of modules that change how others work: np.seterr, np.random.seed, warnings.simplefilter.
_SETTING = re.compile(r"set|seed|reset|filter|simplefilter|register|enable|disable")
_STORING = re.compile(r"(append|extend|update|add|insert|pop|remove|clear|sort|reverse|fill)$")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Facts:
    """What a statement at top level does with names.

    Attributes:
        binds: the names it binds or deletes.
        reads: the names it reads, in functions that it defines, too.
        changes: the names whose values it may change.
        calls: the names that it calls while it runs.
        effects: for each function it defines, the names that a call may bind, or whose values it may change.
        aliases: pairs of a name, and the name whose value it becomes.
        modules: the names that it imports.
        anything: whether it may do anything to any name.
    """

    binds: Names = field(default_factory=set)
    reads: Names = field(default_factory=set)
    changes: Names = field(default_factory=set)
    calls: Names = field(default_factory=set)
    effects: dict[str, Names] = field(default_factory=dict)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    modules: Names = field(default_factory=set)
    anything: bool = False


def needed(cells: list[list[Facts]], wanted: Iterable[str], *, whole_cells: bool) -> list[list[int]]:
    """Returns for each cell the numbers of the statements that are needed, in order.

    Args:
        cells: the facts of each cell's statements.
        wanted: the names that an exercise asks for.
        whole_cells: whether a cell that defines one of them is needed as a whole.
    """
    names = set(wanted)
    plain = names | {name for body in cells for fact in body for name in (*fact.effects, *fact.modules)}
    places = {(cell, number): fact for cell, body in enumerate(cells) for number, fact in enumerate(body)}
    whole = {cell for (cell, _), fact in places.items() if whole_cells and fact.binds & names}
    new = [place for place, fact in places.items() if place[0] in whole or fact.anything or fact.binds & names]
    stored = {name for fact in places.values() for name in fact.changes if name.endswith(".")}
    aliases = [pair for fact in places.values() for pair in fact.aliases if f"{pair[0]}." in stored]
    chosen: set[tuple[int, int]] = set()
    while new:
        chosen.update(new)
        for place in new:
            names |= places.pop(place).reads
        names |= {name for name, root in aliases if root in names}
        effects: dict[str, Names] = {}
        for fact in places.values():
            for name, changed in fact.effects.items():
                effects[name] = effects.get(name, set()) | changed
        new = [place for place, fact in places.items() if _matters(fact, names, plain, effects)]
    return [[number for number in range(len(body)) if (cell, number) in chosen] for cell, body in enumerate(cells)]


def _matters(fact: Facts, names: Names, plain: Names, effects: dict[str, Names]) -> bool:
    """Tells whether a statement binds one of the names, or changes its value.

    Args:
        fact: the statement.
        names: the names that are needed.
        plain: the names of functions, classes and modules: nobody changes those by passing them on.
        effects: what calls of functions that are not needed themselves may do.
    """
    through = {name for called in fact.calls for name in effects.get(called, ())}
    stored = {name[:-1] for name in fact.changes if name.endswith(".")}
    return not names.isdisjoint(fact.binds | through | stored | (fact.changes - plain))


def facts_of_text(source: str) -> Facts:
    """Returns what a cell that cannot be parsed would bind."""
    return Facts(binds=set(re.findall(r"^[ \t]*(?:def|class)[ \t]+(\w+)", source, re.MULTILINE)))


# --- one statement ----------------------------------------------------------------------------------


def facts_of(statement: ast.stmt) -> Facts:
    """Returns what a statement at top level does with names."""
    facts = Facts(binds=bound([statement]), reads=free(statement))
    for node in _run_now(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            facts.modules |= bound([node])
            facts.anything |= any(alias.name == "*" for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            facts.effects[node.name] = facts.effects.get(node.name, set()) | _effects_of(node)
        elif isinstance(node, ast.Assign) and (root := _root(node.value)):
            facts.aliases += [(target.id, root) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.For | ast.AsyncFor):  # in `for row in TABLE: row.append(0)` TABLE is changed
            inside = {root for item in ast.walk(node.iter) if (root := _root(item))}
            facts.aliases += [(target, root) for target in bound([node.target]) for root in inside]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            facts.calls.add(node.func.id)
        facts.changes |= _changed(node) | _set_by(node, _STORING)
    facts.changes |= _set_by(statement, _SETTING)
    if any(_is_anything(node) for node in ast.walk(statement)):
        facts.anything = True
    if facts.anything:
        facts.reads |= _words(statement)
    return facts


def _set_by(node: ast.AST, method: re.Pattern[str]) -> Names:
    """Returns what a statement changes that calls a method of such a name, and drops what it returns."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and method.match(function.attr):
            return {f"{_root(function)}."}
    return set()


def _is_anything(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _ANY_NAME
    return isinstance(node, ast.Attribute) and node.attr in _ANY_ATTRIBUTE


def _words(statement: ast.stmt) -> Names:
    """Returns the names in the texts of a statement that may run them."""
    texts = (node.value for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return {word for text in texts if isinstance(text, str) for word in re.findall(r"[^\W\d]\w*", text[:10_000])}


def _run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and those below it that run with it, without the bodies of functions."""
    yield node
    later = set(map(id, _body(node))) if isinstance(node, _FUNCTIONS) else ()
    for child in ast.iter_child_nodes(node):
        if id(child) not in later:
            yield from _run_now(child)


def _body(function: Any) -> list[ast.AST]:
    return function.body if isinstance(function.body, list) else [function.body]


def _changed(node: ast.AST) -> Names:
    """Returns the names whose values a node may change. A name with a dot is changed whatever it is."""
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        root = _root(node)
        return {root, f"{root}."} if root else set()
    if isinstance(node, ast.Call):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        roots = [_root(item.value if isinstance(item, ast.Starred) else item) for item in given]
        return {root for root in (*roots, _root(node.func) if isinstance(node.func, ast.Attribute) else "") if root}
    return set()


def _effects_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Names:
    """Returns the global names that a call may bind, or whose values it may change."""
    assigned = _global_in(node)
    outside = free(node) | assigned
    touched = {name for inner in ast.walk(node) for name in _changed(inner)}
    return assigned | {name.rstrip(".") for name in touched if name.rstrip(".") in outside}


def _global_in(node: ast.AST) -> Names:
    return {name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}


def _root(node: ast.AST) -> str:
    """Returns the name at the beginning of `a`, `a.b`, `a[0].b`; empty if it is something else."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


# --- scopes -----------------------------------------------------------------------------------------


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
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_LOOPS)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _own_scope(child)


def free(node: ast.AST) -> Names:
    """Returns the names that a node reads and does not bind in a scope of its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id} | free(node.value)
    if isinstance(node, _FUNCTIONS):
        body = _body(node)
        inside = {id(node.args), *map(id, body)}
        outer = [child for child in ast.iter_child_nodes(node) if id(child) not in inside]
        defaults = [value for value in (*node.args.defaults, *node.args.kw_defaults) if value is not None]
        given = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        return _all_free([*outer, *defaults]) | (_all_free(body) - ((bound(body) | given) - _global_in(node)))
    if isinstance(node, _LOOPS):
        targets = {name for generator in node.generators for name in bound([generator.target])}
        return _all_free(ast.iter_child_nodes(node)) - targets
    return _all_free(ast.iter_child_nodes(node))


def _all_free(nodes: Iterable[ast.AST]) -> Names:
    names: Names = set()
    for node in nodes:
        names |= free(node)
    return names
