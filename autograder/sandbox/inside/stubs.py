"""Far side: stand-ins for the libraries that a notebook imports and a grader does not need.

An import succeeds, so that a cell which also defines an answer goes on; a use explains itself. The visible
checks and hints are quiet instead: a learner may well call them in a cell of their own.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

# Imported in notebooks, absent here.
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
# Parts of gradwise that the sandbox does not hold.
QUIET = frozenset({"gradwise.check"})


class NotInTheGrader(ImportError):
    """A library was used that is not there when exercises are graded."""

    def __init__(self, module: str) -> None:
        super().__init__(f"`{module}` is not there when exercises are graded: use NumPy alone")
        self.module = module


class Missing:
    """Anything taken from a library that is not there: it may be named and subclassed, but not used."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> "Missing":
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(self._module)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """As a base class it is left out."""
        return ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Any use says what is not there."""
        raise NotInTheGrader(self._module)

    __enter__ = __iter__ = __len__ = __getitem__ = __call__


def _quiet(*args: Any, **kwargs: Any) -> None:
    return None


class StandIn(ModuleType):
    """A module that is not there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _quiet if self.__name__ in QUIET else Missing(self.__name__.split(".")[0])


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last on the import path and finds what nobody else has found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A stand-in for the libraries above and for what is left out of gradwise."""
        top = fullname.split(".")[0]
        if top not in EXPLAINED and top != "gradwise":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Makes the stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """A stand-in has nothing to run."""


def install() -> None:
    """Puts the stand-ins behind every real library."""
    sys.meta_path.append(Finder())
