"""Far side: tells which statements of a learner's cells the exercises need, before any of them runs.

A cell that defines what an exercise asks for is run whole. Of any other cell those statements are run that bind a name
which is needed, or change its value: directly, or through what they need themselves. So experiments cost no time, and
helpers and settings count wherever they stand.

A value may change under another name, too: in a list that holds it, through an object that knows it. What could change
one like that is found out as well, and run only if the exercise is lost without it: see `suspects.py`.
"""

import ast
import re
from dataclasses import dataclass, field

from .cells import WRITE
from .scopes import DEFINITIONS, PLACES, Names, bound, free, global_in, root_of, run_now, within
from .suspects import Place, Suspects, is_settled, stored_in

# Whoever uses one of these may bind any name.
_ANY_NAME = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "builtins", "__builtins__", "importlib"}
_ANY_NAME |= {"__import__", "compile", "__main__", "ctypes", "get_objects", "get_referrers", "currentframe"}
_ANY_NAME |= {"setrecursionlimit"}
_ANY_ATTRIBUTE = {"modules", "__dict__", "__globals__", "f_globals", "user_ns", "_getframe", "settrace", "setprofile"}
_ANY_ATTRIBUTE |= {"meta_path", "path_hooks", "__subclasses__", "get_objects", "get_referrers", "currentframe"}
_ANY_ATTRIBUTE |= {"setrecursionlimit"}
# Functions of modules that change how others work: np.seterr, np.random.seed, warnings.simplefilter.
_SETTING = re.compile(r"set|seed|reset|filter|simplefilter|register|enable|disable")
_STORING = re.compile(r"(append|extend|update|add|insert|pop|remove|clear|sort|reverse|fill)$")


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
        stored: the names of which it sets an attribute or an item, or binds in a function that it defines.
        settled: whether it only binds names to what does not change by itself: numbers, functions, classes, modules.
        anything: whether it may do anything to any name.
    """

    binds: Names = field(default_factory=set)
    reads: Names = field(default_factory=set)
    changes: Names = field(default_factory=set)
    calls: Names = field(default_factory=set)
    effects: dict[str, Names] = field(default_factory=dict)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    modules: Names = field(default_factory=set)
    stored: Names = field(default_factory=set)
    settled: bool = False
    anything: bool = False


Numbers = list[list[int]]  # of statements, for each cell


def needed(
    cells: list[list[Facts]], wanted: dict[str, list[str]], late: dict[str, list[int]]
) -> dict[str, tuple[Numbers, Numbers, Numbers, Numbers]]:
    """Returns for each exercise and each cell the numbers of statements, in order: four times.

    1. What is needed, with every cell as a whole that defines one of the names that the exercise asks for.
    2. What of this the exercise depends on.
    3. What is needed, together with what could change a value under another name.
    4. What is needed of the cells above the exercise's check, as if the notebook ended there; nothing if that is the
       same as 1, or if a name that the exercise asks for is not defined there.

    Args:
        cells: the facts of each cell's statements.
        wanted: the names that each exercise asks for.
        late: the numbers of the cells below its check.
    """
    facts = {(cell, number): fact for cell, body in enumerate(cells) for number, fact in enumerate(body)}
    doing = {place: fact for place, fact in facts.items() if fact.binds or fact.reads or fact.anything}
    suspects = Suspects(doing)
    plans = {}
    for exercise, names in wanted.items():
        own = {place for place, fact in doing.items() if not fact.binds.isdisjoint(names)}
        whole = {cell for cell, _ in own}
        mine = doing | {place: fact for place, fact in facts.items() if place[0] in whole}
        run, _ = _closure(mine, set(names), {place for place in mine if place[0] in whole})
        depends, read = _closure(doing, set(names), own)
        more = suspects.of(read) - run
        wide = _closure(mine, set(names), run | more)[0] if more else run
        below = set(late.get(exercise, ()))
        early = {place: fact for place, fact in mine.items() if place[0] not in below}
        if len(early) == len(mine) or not any(place[0] in below for place in run) or not _binds(early, names):
            early = {}
        first = {place for place in early if place[0] in whole}
        before, _ = _closure(early, set(names), first) if early else (set(), set())
        plans[exercise] = (
            _numbers(cells, run),
            _numbers(cells, depends),
            _numbers(cells, wide),
            _numbers(cells, before),
        )
    return plans


def _binds(facts: dict[Place, Facts], names: list[str]) -> bool:
    return set(names) <= {name for fact in facts.values() for name in fact.binds}


def _numbers(cells: list[list[Facts]], chosen: set[Place]) -> Numbers:
    return [[number for number in range(len(body)) if (cell, number) in chosen] for cell, body in enumerate(cells)]


def _closure(facts: dict[Place, Facts], wanted: Names, first: set[Place]) -> tuple[set[Place], Names]:
    """Returns some statements with all that they need, and the names that these read.

    Args:
        facts: the facts of each statement, by place.
        wanted: the names that an exercise asks for.
        first: the places of statements that are needed in any case.
    """
    names = set(wanted)
    plain = names | {"np"} | {name for fact in facts.values() for name in (*fact.effects, *fact.modules)}
    places = dict(facts)
    new = [place for place, fact in places.items() if place in first or fact.anything]
    stored = {name for fact in places.values() for name in fact.changes if name.endswith(".")}
    aliases = [pair for fact in places.values() for pair in fact.aliases if f"{pair[0]}." in stored]
    chosen: set[Place] = set()
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
    return chosen, names


def _matters(fact: Facts, names: Names, plain: Names, effects: dict[str, Names]) -> bool:
    """Tells whether a statement binds one of the names, or changes its value.

    Args:
        fact: the statement.
        names: the names that are needed.
        plain: the names of functions, classes and modules: nobody changes those by passing them on.
        effects: what calls of functions that are not needed themselves may do.
    """
    changes = fact.changes.union(*(effects.get(called, ()) for called in fact.calls))
    stored = {name[:-1] for name in changes if name.endswith(".")}
    return not names.isdisjoint(fact.binds | stored | (changes - plain))


def facts_of_text(source: str) -> Facts:
    """Returns what a cell that cannot be parsed would bind."""
    return Facts(binds=set(re.findall(r"^[ \t]*(?:def|class)[ \t]+(\w+)", source, re.MULTILINE)), settled=True)


# --- one statement ----------------------------------------------------------------------------------


def facts_of(statement: ast.stmt) -> Facts:
    """Returns what a statement at top level does with names."""
    facts = Facts(bound([statement]), free(statement), settled=is_settled(statement))
    facts.stored = (stored_in(statement) & (facts.binds | facts.reads)) | global_in(statement)
    for node in run_now(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            facts.modules |= bound([node])
            facts.reads |= _modules_in(ast.unparse(node))
            facts.anything |= any(alias.name == "*" for alias in node.names)
        elif isinstance(node, DEFINITIONS):
            _define(node, facts)
        elif isinstance(node, ast.Assign) and (root := root_of(node.value)):
            facts.aliases += [(target.id, root) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.For | ast.AsyncFor):  # in `for row in TABLE: row.append(0)` TABLE is changed
            inside = {root for item in within(node.iter) if (root := root_of(item))}
            facts.aliases += [(target, root) for target in bound([node.target]) for root in inside]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            facts.calls.add(node.func.id)
            if node.func.id == WRITE:
                facts.binds |= {f"module {node.args[0].value}"}  # type: ignore[attr-defined]
                facts.reads |= _modules_in(node.args[1].value)  # type: ignore[attr-defined]
        facts.changes |= _changed(node) | _set_by(node, _STORING)
    facts.changes |= _set_by(statement, _SETTING)
    if any(_is_anything(node) for node in within(statement)):
        facts.anything = True
    if facts.anything:
        facts.reads |= _words(statement)
    return facts


def _modules_in(source: str) -> Names:
    """Returns names for the modules that code imports, of which a cell may have written some."""
    return {f"module {name}" for name in re.findall(r"^[ \t]*(?:from|import)[ \t]+(\w+)", source, re.MULTILINE)}


def _define(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, facts: Facts) -> None:
    """Adds what the definition of a function or a class does, and what a call of it may do."""
    facts.effects[node.name] = facts.effects.get(node.name, set()) | _effects_of(node)
    for decorator in node.decorator_list:  # a call, which may keep what it decorates
        facts.calls.add(root_of(decorator.func if isinstance(decorator, ast.Call) else decorator))
        facts.changes |= _changed(ast.Call(decorator, [], []))
    if isinstance(node, ast.ClassDef):  # its bases are told of it
        facts.calls |= {root_of(base) for base in node.bases}


def _set_by(node: ast.AST, method: re.Pattern[str]) -> Names:
    """Returns what a statement changes that calls a method of such a name, and drops what it returns."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and method.match(function.attr):
            return {f"{root_of(function)}."}
    return set()


def _is_anything(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _ANY_NAME
    if isinstance(node, PLACES) and not isinstance(node.ctx, ast.Load) and not root_of(node):
        return True  # type(model).units = 3 sets something that has no name here
    return isinstance(node, ast.Attribute) and node.attr in _ANY_ATTRIBUTE


def _words(statement: ast.stmt) -> Names:
    """Returns the names in the texts of a statement that may run them."""
    texts = (node.value for node in within(statement) if isinstance(node, ast.Constant))
    return {word for text in texts if isinstance(text, str) for word in re.findall(r"[^\W\d]\w*", text[:10_000])}


def _changed(node: ast.AST) -> Names:
    """Returns the names whose values a node may change. A name with a dot is changed whatever it is."""
    if isinstance(node, PLACES) and not isinstance(node.ctx, ast.Load):
        root = root_of(node)
        return {root, f"{root}."} if root else set()
    if isinstance(node, ast.Call):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        roots = [root_of(item.value if isinstance(item, ast.Starred) else item) for item in given]
        return {root for root in (*roots, root_of(node.func) if isinstance(node.func, ast.Attribute) else "") if root}
    return set()


def _effects_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Names:
    """Returns the global names that a call may bind, or whose values it may change. Dots are as in `_changed`."""
    assigned = global_in(node)
    outside = free(node) | assigned
    touched = {name for inner in within(node) for name in _changed(inner) | _set_by(inner, _SETTING)}
    return {f"{name}." for name in assigned} | {name for name in touched if name.rstrip(".") in outside}
