"""Far side: tells which statements could change a value that an exercise depends on, under another name.

Names whose values may change are put into groups: two names are in one group if some statement mentions both, since one
may then hold the other. A statement is suspect if it mentions a name of a group that the exercise depends on. That is
coarse, and it leaves nothing out: it is for an exercise that is lost without these statements. Most exercises depend on
functions, classes, modules and numbers only. These do not change by themselves, so for them there are no suspects.
"""

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .scopes import FUNCTIONS, PLACES, Names, children, root_of, within

if TYPE_CHECKING:
    from .needs import Facts

Place = tuple[int, int]  # of a statement: the number of its cell, and its number there

_WILD = "*"  # stands for every name
_NUMBERS_OF = {"float", "int", "bool", "complex", "str", "len", "abs", "round", "min", "max", "sqrt", "exp", "log"}
_NUMBERS_OF |= {"finfo", "float32", "float64", "int32", "int64"}
_OPERATIONS = (ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Attribute)
_MAKES_NO_STATE = {"staticmethod", "property", "override", "abstractmethod", "cached_property"}
_MAKES_CLASSES = {"__init_subclass__", "__new__", "__set_name__"}


class Suspects:
    """The statements of a notebook that could change values under other names.

    Args:
        facts: the facts of each statement, by place.
    """

    def __init__(self, facts: "dict[Place, Facts]") -> None:
        mentioned = {place: fact.binds | fact.reads | fact.stored | _wild(fact) for place, fact in facts.items()}
        modules = {name for fact in facts.values() for name in fact.modules}
        changing = {name for fact in facts.values() for name in fact.stored} - modules
        changing |= {name for fact in facts.values() if not fact.settled for name in fact.binds} | {_WILD}
        settled = [mentioned[place] for place, fact in facts.items() if fact.settled]
        self._carrying = _carrying(changing, settled)
        self._groups = _Groups()
        for names in mentioned.values():
            self._groups.join(names & self._carrying)
        doing = (place for place, fact in facts.items() if not fact.settled or fact.calls & changing)
        self._of = {place: self._in(mentioned[place]) for place in doing}

    def of(self, read: Names) -> "set[Place]":
        """Returns the places of the statements that could change a value of an exercise.

        Args:
            read: the names that the exercise depends on.
        """
        own = self._in({*read, _WILD})
        return {place for place, groups in self._of.items() if not own.isdisjoint(groups)}

    def _in(self, names: Names) -> Names:
        return {self._groups.of(name) for name in names & self._carrying}


def _wild(fact: "Facts") -> Names:
    """Returns what a definition mentions whose calls may do anything to any name."""
    return {_WILD} if fact.anything and fact.effects else set()


def _carrying(changing: Names, definitions: list[Names]) -> Names:
    """Returns the names whose values may change, and all functions and classes that mention one of these."""
    found, mentions = set(changing), dict[str, list[Names]]()
    for names in definitions:
        for name in names:
            mentions.setdefault(name, []).append(names)
    new = list(changing)
    while new:
        for names in mentions.pop(new.pop(), ()):
            new += names - found
            found |= names
    return found


class _Groups:
    """Names in disjoint groups, each known by one of its names."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, name: str) -> str:
        while (above := self._above.get(name, name)) != name:
            self._above[name] = self._above.get(above, above)
            name = above
        return name

    def join(self, names: Iterable[str]) -> None:
        first, *others = [self.of(name) for name in names] or [""]
        self._above.update(dict.fromkeys(others, first))


# --- one statement ----------------------------------------------------------------------------------


def stored_in(statement: ast.stmt) -> Names:
    """Returns the names of which a statement sets an attribute or an item, in functions that it defines, too."""
    nodes = (node for node in within(statement) if isinstance(node, PLACES))
    return {root_of(node) for node in nodes if not isinstance(node.ctx, ast.Load)} - {""}


def is_settled(statement: ast.stmt) -> bool:
    """Tells whether a statement only binds names to what does not change by itself."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(ast.Constant()):
            return True
        case ast.Assign() | ast.AnnAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            return all(isinstance(target, ast.Name | ast.Tuple) for target in targets) and _is_number(statement.value)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return not statement.decorator_list and _keeps_nothing(statement)
        case ast.ClassDef():
            plain = all(map(_is_plain_member, statement.body)) and not _sets_its_class(statement)
            return plain and not statement.keywords and not statement.decorator_list
    return False


def _sets_its_class(statement: ast.ClassDef) -> bool:
    """Tells whether something in a class sets attributes of the class: cls.count, self.__class__.count."""
    stores = (node for node in within(statement) if isinstance(node, PLACES))
    below = (inner for node in stores if not isinstance(node.ctx, ast.Load) for inner in within(node.value))
    return any(
        (isinstance(node, ast.Name) and node.id in ("cls", "type"))
        or (isinstance(node, ast.Attribute) and node.attr == "__class__")
        for node in below
    )


def _is_plain_member(member: ast.stmt) -> bool:
    if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
        names = {root_of(decorator) for decorator in member.decorator_list}
        return names <= _MAKES_NO_STATE and member.name not in _MAKES_CLASSES and _keeps_nothing(member)
    return is_settled(member)


def _keeps_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tells whether the defaults of a function, and of those in it, are numbers: others could be changed by a call."""
    inner = (node for node in within(function) if isinstance(node, FUNCTIONS))
    return all(_is_number(default) for node in inner for default in (*node.args.defaults, *node.args.kw_defaults))


def _is_number(value: ast.expr | None) -> bool:
    """Tells whether an expression only makes numbers, texts and functions, or gives another name to a value."""
    match value:
        case None:
            return True
        case ast.Tuple():
            return all(map(_is_number, value.elts))
        case ast.Lambda():
            return all(_is_number(default) for default in (*value.args.defaults, *value.args.kw_defaults))
        case ast.Call(ast.Name(name) | ast.Attribute(_, name)) if name in _NUMBERS_OF:
            return all(map(_is_number, value.args))
    return isinstance(value, _OPERATIONS) and all(
        _is_number(child) for child in children(value) if isinstance(child, ast.expr)
    )
