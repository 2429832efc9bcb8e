"""The kinds of mistakes: each operator yields wrong versions of a node of the syntax tree, or none."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Change = Callable[[ast.AST], Iterator[ast.AST]]


@dataclass(frozen=True)
class Operator:
    """A kind of mistake.

    Attributes:
        name: its name in reports.
        test: a sentence that says what to test so that it is found, for authors of checks.
        change: yields the wrong versions of a node; none if the operator does not apply.
    """

    name: str
    test: str
    change: Change


OPERATORS: list[Operator] = []


def operator(name: str, test: str) -> Callable[[Change], Change]:
    """Adds the decorated function to `OPERATORS`."""

    def keep(change: Change) -> Change:
        OPERATORS.append(Operator(name, test, change))
        return change

    return keep


def _with(node: ast.AST, **fields: Any) -> Any:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _replaced(items: list[Any], index: int, item: Any) -> list[Any]:
    return [*items[:index], item, *items[index + 1 :]]


def _plus(node: ast.expr, number: int) -> ast.BinOp:
    return ast.BinOp(node, ast.Add() if number > 0 else ast.Sub(), ast.Constant(abs(number)))


def called(node: ast.AST) -> str:
    """Returns the last part of a called name, ``"sum"`` for ``x.sum()`` and ``np.sum(x)``; "" for any other node."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


# --- conditions -------------------------------------------------------------------------------------

_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def _compared(node: ast.AST, table: dict[type[ast.cmpop], type[ast.cmpop]]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for index, sign in enumerate(node.ops):
            if type(sign) in table:
                yield _with(node, ops=_replaced(node.ops, index, table[type(sign)]()))


@operator("boundary", "Test an input for which the two sides are equal.")
def _boundary(node: ast.AST) -> Iterator[ast.AST]:
    return _compared(node, _BOUNDARY)


@operator("comparison", "Test an input on each side of the comparison.")
def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    return _compared(node, _OPPOSITE)


@operator("condition", "Test an input that needs this branch, and one that must not take it.")
def _condition(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If | ast.IfExp):
        yield _with(node, test=ast.Constant(True))
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _with(node, test=ast.Constant(False))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        for index, loop in enumerate(node.generators):
            if loop.ifs:
                yield _with(node, generators=_replaced(node.generators, index, _with(loop, ifs=[])))


@operator("logic", "Test an input for which only one of the conditions holds.")
def _logic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        if len(node.values) == 2:
            yield from node.values
        else:
            for index in range(len(node.values)):
                yield _with(node, values=node.values[:index] + node.values[index + 1 :])


# --- arithmetic -------------------------------------------------------------------------------------

_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}  # fmt: skip


@operator("arithmetic", "Test values for which the two operations differ: neither 0 nor 1, and no two equal.")
def _arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _OTHER:
        yield _with(node, op=_OTHER[type(node.op)]())


@operator("sign", "Test values of both signs, and none that is symmetric.")
def _sign(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp):
        yield node.operand


@operator("dropped term", "Test values for which this term makes a difference larger than the tolerance.")
def _term(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.BinOp):
        return
    if not isinstance(node.op, ast.MatMult):
        yield node.left
    if isinstance(node.op, ast.Add | ast.Mult | ast.BitAnd | ast.BitOr):
        yield node.right
    if isinstance(node.op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), node.right)


@operator("swapped operands", "Test operands that differ from each other, in shapes that are not square.")
def _operands(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
        yield _with(node, left=node.right, right=node.left)


@operator("transpose", "Test a matrix that is not square and not symmetric.")
def _transpose(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


@operator("digits", "Test values so near 0 that 1 + x loses their digits, and demand these digits.")
def _digits(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        (arg,) = node.args
        if node.func.attr == "expm1":
            yield _plus(_with(node, func=_with(node.func, attr="exp")), -1)
        if node.func.attr == "log1p":
            yield _with(node, func=_with(node.func, attr="log"), args=[_plus(arg, 1)])


# --- names ------------------------------------------------------------------------------------------


def know_names(tree: ast.AST) -> None:
    """Sets `mistaken` on each use of a parameter, and of an attribute of `self`: the name that is used by mistake."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [arg.arg for arg in node.args.args if arg.arg != "self"]
            for used in ast.walk(node):
                if isinstance(used, ast.Name) and isinstance(used.ctx, ast.Load) and used.id in names:
                    used.mistaken = _next(names, used.id)  # type: ignore[attr-defined]
        if isinstance(node, ast.ClassDef):
            own = [used for used in ast.walk(node) if isinstance(used, ast.Attribute) and _is_self(used.value)]
            names = list(dict.fromkeys(used.attr for used in own if isinstance(used.ctx, ast.Store)))
            for attribute in own:
                if isinstance(attribute.ctx, ast.Load) and attribute.attr in names:
                    attribute.mistaken = _next(names, attribute.attr)  # type: ignore[attr-defined]


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _next(names: list[str], name: str) -> str | None:
    return names[(names.index(name) + 1) % len(names)] if len(names) > 1 else None


@operator("wrong name", "Test arguments that all differ from each other, in value and in shape.")
def _name(node: ast.AST) -> Iterator[ast.AST]:
    if mistaken := getattr(node, "mistaken", None):
        yield _with(node, id=mistaken) if isinstance(node, ast.Name) else _with(node, attr=mistaken)


# --- constants --------------------------------------------------------------------------------------

_TINY = 1e-3  # a constant below this guards against a division by zero, or the like


@operator("constant", "Test an input that shows the exact constant: compare values, not only shapes and signs.")
def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1) if value else ast.UnaryOp(ast.USub(), ast.Constant(1))
    elif isinstance(value, float):
        yield ast.Constant(value + 1 if value.is_integer() else float(f"{1.1 * value:.6g}"))
        if 0 < value < _TINY:
            yield ast.Constant(0.0)
    elif isinstance(value, str):
        yield ast.Constant(value + "x")


# --- arguments of calls -----------------------------------------------------------------------------


def _keywords(node: ast.AST, *names: str) -> Iterator[tuple[ast.Call, int, ast.expr]]:
    if isinstance(node, ast.Call):
        for index, word in enumerate(node.keywords):
            if word.arg in names:
                yield node, index, word.value


def _with_keyword(node: ast.Call, index: int, value: ast.expr | None) -> ast.Call:
    words = node.keywords
    kept = words[:index] + words[index + 1 :] if value is None else words
    changed = kept if value is None else _replaced(words, index, ast.keyword(words[index].arg, value))
    call: ast.Call = _with(node, keywords=changed)
    return call


@operator("axis", "Test an array with a different length along every axis, and compare values.")
def _axis(node: ast.AST) -> Iterator[ast.AST]:
    for call, index, value in _keywords(node, "axis"):
        yield _with_keyword(call, index, None)
        first = isinstance(value, ast.Constant) and value.value == 0
        if isinstance(value, ast.Constant | ast.UnaryOp):
            yield _with_keyword(call, index, ast.Constant(1 if first else 0))


@operator("keepdims", "Test an array that is not square, for which broadcasting goes wrong without the kept axis.")
def _keepdims(node: ast.AST) -> Iterator[ast.AST]:
    for call, index, value in _keywords(node, "keepdims"):
        if isinstance(value, ast.Constant):
            yield _with_keyword(call, index, ast.Constant(not value.value))


@operator("ddof", "Test few values: with many, N and N - 1 look alike.")
def _ddof(node: ast.AST) -> Iterator[ast.AST]:
    for call, index, value in _keywords(node, "ddof", "correction"):
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            yield _with_keyword(call, index, ast.Constant(1 - value.value))
    if called(node) in ("var", "std") and not any(word.arg == "ddof" for word in node.keywords):  # type: ignore[attr-defined]
        yield _with(node, keywords=[*node.keywords, ast.keyword("ddof", ast.Constant(1))])  # type: ignore[attr-defined]


_SPECIAL = {"axis", "keepdims", "ddof", "correction"}


@operator("dropped argument", "Test a call in which this argument is not its default.")
def _argument(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        for index, word in enumerate(node.keywords):
            if word.arg not in _SPECIAL:
                yield _with_keyword(node, index, None)


_SYMMETRIC = {"maximum", "minimum", "allclose", "isclose", "add", "multiply", "hypot", "array_equal", "isinstance"}
_TRANSPOSED = {"transpose", "reshape", "getattr", "setattr", "hasattr"}


@operator("swapped arguments", "Test arguments that differ from each other.")
def _arguments(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call) or called(node) in _SYMMETRIC | _TRANSPOSED:
        return
    if not any(isinstance(arg, ast.Starred) for arg in node.args):
        for index in range(len(node.args) - 1):
            first, second = node.args[index : index + 2]
            yield _with(node, args=[*node.args[:index], second, first, *node.args[index + 2 :]])


# --- calls ------------------------------------------------------------------------------------------

_COPIES = {"copy", "array", "deepcopy"}
_CASTS = {"asarray", "float", "int", "astype", "float64", "bool", "round", "item"}
# Without these calls the function fails at once, so that any check finds the mutant.
_NEEDED = {
    "range",
    "enumerate",
    "zip",
    "len",
    "super",
    "print",
    "list",
    "tuple",
    "dict",
    "set",
    "iter",
    "next",
    "items",
}


_METHODS = _COPIES | _CASTS | {
    "sum", "mean", "max", "min", "var", "std", "any", "all", "ravel", "flatten", "cumsum", "prod", "transpose",
}  # fmt: skip
_MODULES = {"np", "math", "copy", "np.linalg"}


def _without(node: ast.AST) -> ast.AST | None:
    """Returns what a call is replaced by when it is dropped: its first argument, or the object of its method.

    None if the call cannot be dropped, or for other nodes.
    """
    if not isinstance(node, ast.Call) or called(node) in ("", *_NEEDED):
        return None
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in _MODULES:
        return node.func.value if called(node) in _METHODS else None
    return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None


@operator("removed copy", "Test that the caller's arrays stay as they are, and a later change of theirs.")
def _copy(node: ast.AST) -> Iterator[ast.AST]:
    inner = _without(node)
    if inner is not None and called(node) in _COPIES:
        array = ast.Attribute(ast.Name("np"), "asarray")
        yield _with(node, func=array) if called(node) == "array" else inner


@operator("dtype", "Test integers, and a single number.")
def _dtype(node: ast.AST) -> Iterator[ast.AST]:
    inner = _without(node)
    if inner is not None and called(node) in _CASTS:
        yield inner
    if isinstance(node, ast.Call):  # np.asarray(x, float)
        for index, arg in enumerate(node.args):
            if isinstance(arg, ast.Name) and arg.id == "float" and called(node) != "isinstance":
                yield _with(node, args=_replaced(node.args, index, ast.Name("int")))
    for call, index, value in _keywords(node, "dtype"):
        if ast.unparse(value) in ("float", "np.float64"):
            yield _with_keyword(call, index, ast.Name("int"))


@operator("dropped call", "Test an input that this call changes.")
def _call(node: ast.AST) -> Iterator[ast.AST]:
    inner = _without(node)
    if inner is not None and called(node) not in _COPIES | _CASTS:
        yield inner


_PAIRS = (
    ("maximum", "minimum"), ("max", "min"), ("argmax", "argmin"), ("sum", "mean"), ("std", "var"), ("any", "all"),
    ("exp", "expm1"), ("log", "log1p"), ("floor", "ceil"), ("zeros", "ones"), ("zeros_like", "ones_like"),
    ("sin", "cos"), ("normal", "uniform"), ("prod", "sum"), ("cumsum", "cumprod"), ("vstack", "hstack"),
)  # fmt: skip
_TWIN = dict(_PAIRS) | {second: first for first, second in reversed(_PAIRS)}


@operator("other function", "Test an input for which the two functions differ.")
def _function(node: ast.AST) -> Iterator[ast.AST]:
    twin = _TWIN.get(called(node))
    if twin and isinstance(node, ast.Call):
        name = _with(node.func, attr=twin) if isinstance(node.func, ast.Attribute) else ast.Name(twin)
        if isinstance(node.func, ast.Attribute) or twin in ("max", "min", "sum", "any", "all"):
            yield _with(node, func=name)


# --- places in a sequence ---------------------------------------------------------------------------


def _movable(node: ast.AST | None) -> bool:
    return node is not None and not isinstance(node, ast.Constant | ast.Slice | ast.Tuple | ast.UnaryOp | ast.List)


@operator("off by one", "Test the first and the last element, and a length that does not divide evenly.")
def _off_by_one(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper"):
            if (value := getattr(node, bound)) is not None:
                yield _with(node, **{bound: None})
                if _movable(value):
                    yield _with(node, **{bound: _plus(value, 1)})
                    yield _with(node, **{bound: _plus(value, -1)})
    if isinstance(node, ast.Call) and called(node) == "range" and isinstance(node.func, ast.Name):
        for index, arg in enumerate(node.args[:2]):
            if _movable(arg):
                yield _with(node, args=_replaced(node.args, index, _plus(arg, 1)))
                yield _with(node, args=_replaced(node.args, index, _plus(arg, -1)))


# --- statements -------------------------------------------------------------------------------------


@operator("dropped statement", "Test what this line is there for.")
def _statement(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign | ast.Raise | ast.Continue | ast.Break):
        yield ast.Pass()
    if isinstance(node, ast.Assign) and all(_is_kept(target) for target in node.targets):
        yield ast.Pass()
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id  # it existed before, for its new value is computed from it
        if any(isinstance(used, ast.Name) and used.id == name for used in ast.walk(node.value)):
            yield ast.Pass()


def _is_kept(target: ast.expr) -> bool:
    """Tells whether the target existed before the assignment: an attribute or an entry, not a new name."""
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(part, ast.Attribute | ast.Subscript) for part in parts)


@operator("loop", "Test a length for which the loop runs more than once, and see what it leaves.")
def _loop(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.For):
        yield _with(node, iter=ast.List([], ast.Load()))
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, ast.Continue):
        yield ast.Break()


@operator("in place", "Test that arguments stay as they are, or that an array that is shared sees the change.")
def _in_place(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name | ast.Attribute) and ast.unparse(target) == ast.unparse(value.left):
            yield ast.AugAssign(target, value.op, value.right)
    if isinstance(node, ast.AugAssign):
        if isinstance(node.target, ast.Name | ast.Attribute) and not isinstance(node.value, ast.Constant):
            yield ast.Assign([node.target], ast.BinOp(node.target, node.op, node.value), lineno=0)
        yield ast.Assign([node.target], node.value, lineno=0)


@operator("swapped results", "Test the results one by one.")
def _results(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        items = node.value.elts
        for index in range(len(items) - 1):
            swapped = [*items[:index], items[index + 1], items[index], *items[index + 2 :]]
            yield _with(node, value=_with(node.value, elts=swapped))
