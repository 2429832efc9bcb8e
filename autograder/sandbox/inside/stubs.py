"""Far side: stand-ins for the libraries that a notebook imports and the grader does not have.

Importing one succeeds. While cells run, a stand-in swallows whatever is done to it, so that the statements below count.
While a check runs, a stand-in may still be called, shown and entered, as for a plot or a progress bar; using it as a
value raises an error that names the library: a stand-in never becomes an answer. The visible checks and hints do
nothing, because learners may call them in cells of their own.
"""

import dis
import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from types import FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

# Libraries that notebooks import most: their names may always be told. Other names must stand in the learner's code.
EXPLAINED = frozenset(
    {
        "IPython",
        "ipywidgets",
        "jax",
        "keras",
        "matplotlib",
        "pandas",
        "plotly",
        "scipy",
        "seaborn",
        "sklearn",
        "tensorflow",
        "torch",
        "torchvision",
        "tqdm",
    }
)
# Parts of gradwise that the sandbox does not hold: calling one does nothing.
QUIET = frozenset({"gradwise.check"})

# Modules that hold NumPy's functions under their own names, except those of Python's own functions.
_PYLAB = frozenset({"pylab", "matplotlib.pylab"})
_OF_NUMPY = [*({*np.__all__} - {"abs", "bool", "bytes", "max", "min", "pow", "round"}), "np", "__all__"]

# Functions of functions that change what they are given. Others that are given a function alone are decorators.
_TRANSFORMS = re.compile(r"grad|vmap|pmap|hessian|jac|vectorize|linearize|vjp|jvp")

# Functions that compile what they are given, whatever the options.
_COMPILES = re.compile(r"n?jit|compile|function|script")
# Functions that show how far a loop has come, and give what they are given.
_PROGRESS = re.compile(r"(tqdm|track|progress_?bar|master_bar)(_\w+)?")
_RANGES = ("trange", "tnrange")
# Questions that have one answer where the library is not there.
_NO = ("is_tensor", "is_available", "is_built", "is_initialized", "issparse")

_MOST_LOOKED_AT = 100  # items of a list that may hold a stand-in
_OPERATORS = (
    "add",
    "sub",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "lshift",
    "rshift",
    "and",
    "xor",
    "or",
)


class _Mode:
    """Whether cells run, so that stand-ins swallow what is done to them."""

    swallows = False


def swallow(yes: bool) -> None:
    """Lets stand-ins swallow what is done to them, or raise an error."""
    _Mode.swallows = yes


class NotInTheGrader(ImportError):
    """Student code used a library that is absent when exercises are graded."""

    def __init__(self, module: str) -> None:
        super().__init__(f"`{module}` is not there when exercises are graded: use NumPy alone")
        self.module = module


class Missing:
    """A value from an absent library: it may be mentioned, passed on and subclassed.

    Args:
        module: the library.
        name: the last name by which it was reached.
    """

    _module: str
    _name: str
    __hash__ = object.__hash__
    __array_priority__ = 1e9

    def __init__(self, module: str, name: str = "") -> None:
        self.__dict__.update(_module=module, _name=name)

    def _used(self, *_args: Any, **_options: Any) -> "Missing":
        if not _Mode.swallows:
            raise NotInTheGrader(self._module)
        return Missing(self._module)

    def _passed(self, *_args: Any, **_options: Any) -> "Missing":
        return Missing(self._module)

    def __getattr__(self, name: str) -> "Missing":
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return Missing(self._module, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Forgets the value."""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """Leaves it out of the base classes of a class."""
        return ()

    def __instancecheck__(self, value: Any) -> bool:
        return False

    __subclasscheck__ = __instancecheck__

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Returns a stand-in; a function or class that it decorates; or what a progress bar is to go through.

        Raises:
            NotInTheGrader: a check runs, and the caller returns what it gets.
        """
        if self._name in _NO:
            return False
        if self._name in _RANGES:
            return Bar(self._module, range(*args))
        if _PROGRESS.fullmatch(self._name):
            return Bar(self._module, args[0] if args else options.get("iterable", ()))
        decorates = len(args) == 1 and isinstance(args[0], FunctionType | type)
        if decorates and (not options or _COMPILES.fullmatch(self._name)) and not _TRANSFORMS.search(self._name):
            return args[0]
        return self._used() if _is_returned(sys._getframe(1)) else self._passed()

    def __iter__(self) -> Iterator["Missing"]:
        """Yields as many stand-ins as the caller unpacks: one to a call such as `next`, and none to a loop.

        Raises:
            NotInTheGrader: a check runs, and the caller does not unpack.
        """
        frame = sys._getframe(1)
        if not dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith("UNPACK"):
            self._used()
        return iter([Missing(self._module)] * _wanted(frame))

    def __len__(self) -> int:
        self._used()
        return 0

    def __bool__(self) -> bool:
        self._used()
        return False

    def __contains__(self, item: Any) -> bool:
        self._used()
        return False

    def __exit__(self, *_error: Any) -> None:
        return None

    def __format__(self, spec: str) -> str:
        return f"<{self._module}>"

    __str__ = __repr__ = lambda self: self.__format__("")

    def __array__(self, *_args: Any, **_options: Any) -> Any:
        """Raises NotInTheGrader: it has no numbers."""
        raise NotInTheGrader(self._module)

    __float__ = __int__ = __index__ = __complex__ = __array__

    def __await__(self) -> Iterator[Any]:
        self._used()
        return iter(())

    async def __aenter__(self) -> "Missing":
        return self._used()

    async def __aexit__(self, *_error: Any) -> None:
        return None

    def __eq__(self, other: object) -> Any:
        return Missing(self._module) if _Mode.swallows else self is other

    def __ne__(self, other: object) -> Any:
        return Missing(self._module) if _Mode.swallows else self is not other

    __enter__ = __getitem__ = __setitem__ = __delitem__ = _passed
    __next__ = __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __pos__ = __abs__ = __invert__ = __round__ = _used
    __array_ufunc__ = __array_function__ = __divmod__ = __rdivmod__ = _used


for _operator in _OPERATORS:
    for _side in ("", "r", "i"):
        setattr(Missing, f"__{_side}{_operator}__", Missing._used)


class Bar(Missing):
    """A progress bar, without the bar: it goes through what it was given.

    Args:
        module: the library.
        items: what it was given.
    """

    def __init__(self, module: str, items: Any) -> None:
        super().__init__(module)
        self.__dict__["_items"] = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __enter__(self) -> "Bar":
        return self


def _is_returned(frame: FrameType) -> bool:
    """Tells whether a frame returns the value of the call that it is at."""
    following = frame.f_code.co_code[frame.f_lasti + 2 :: 2]
    return next((dis.opname[code] for code in following if dis.opname[code] != "CACHE"), "") == "RETURN_VALUE"


def _wanted(frame: FrameType) -> int:
    """Returns how many values the instruction that a frame is at takes out of an iterable."""
    code, at = frame.f_code.co_code, frame.f_lasti
    name, number = dis.opname[code[at]], code[at + 1]
    if name == "UNPACK_SEQUENCE":
        return number
    if name == "UNPACK_EX":
        return number + (code[at - 1] if dis.opname[code[at - 2]] == "EXTENDED_ARG" else 0)
    return 1 if "CALL" in name else 0


def reject(value: Any, depth: int = 3) -> None:
    """Refuses a value that is a stand-in, or holds one.

    Raises:
        NotInTheGrader: it names the library.
    """
    if isinstance(value, Missing | StandIn):
        raise NotInTheGrader(value._module if isinstance(value, Missing) else value.__name__.split(".")[0])
    if depth and type(value) in (list, tuple, dict):
        for item in islice(value.values() if isinstance(value, dict) else value, _MOST_LOOKED_AT):
            reject(item, depth - 1)


def _quiet(*args: Any, **kwargs: Any) -> None:
    return None


class StandIn(ModuleType):
    """Stand-in for an absent module."""

    def __getattr__(self, name: str) -> Any:
        if self.__name__ in _PYLAB and name in _OF_NUMPY:
            return _OF_NUMPY[:-1] if name == "__all__" else np if name == "np" else getattr(np, name)
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return _quiet if self.__name__ in QUIET else Missing(self.__name__.split(".")[0], name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stand-ins for absent modules. Comes last on the import path, so real modules win."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns a stand-in for a module that a cell imports while it runs; other code imports what there is."""
        top = fullname.split(".")[0]
        if isinstance(sys.modules.get(top), StandIn) or top in EXPLAINED or top == "gradwise":
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if top in sys.modules or not _Mode.swallows or not _is_in_a_cell(sys._getframe(1)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Makes the stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing: a stand-in has no code."""


def _is_in_a_cell(frame: FrameType | None) -> bool:
    """Tells whether the import that a frame works on is written in a learner's cell."""
    while frame is not None and re.search(r"^<frozen importlib|importlib/__init__\.py$", frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(("<cell", "<string>"))


def install() -> None:
    """Adds the stand-ins after all other finders of modules."""
    sys.meta_path.append(Finder())
