"""Far side: stand-ins for the libraries that a notebook imports and the grader does not have.

Importing one succeeds, so that a cell which also defines an answer goes on. Using one raises an error that explains
why. The visible checks and hints do nothing instead, because learners may call them in cells of their own.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

# Libraries that notebooks import and the sandbox does not hold: using one is an error that explains it.
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


class NotInTheGrader(ImportError):
    """Student code used a library that is absent when exercises are graded."""

    def __init__(self, module: str) -> None:
        super().__init__(f"`{module}` is not there when exercises are graded: use NumPy alone")
        self.module = module


class Missing:
    """A name from an absent library: it may be mentioned and subclassed, but not used."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> "Missing":
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(self._module)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """Leaves it out of the base classes of a class."""
        return ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raises NotInTheGrader: any use names the absent library."""
        raise NotInTheGrader(self._module)

    __enter__ = __iter__ = __len__ = __getitem__ = __call__


def _quiet(*args: Any, **kwargs: Any) -> None:
    return None


class StandIn(ModuleType):
    """Stand-in for an absent module."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _quiet if self.__name__ in QUIET else Missing(self.__name__.split(".")[0])


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stand-ins for absent modules. Comes last on the import path, so real modules win."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns a stand-in for the libraries above, and for the parts of gradwise that the sandbox does not hold."""
        top = fullname.split(".")[0]
        if top not in EXPLAINED and top != "gradwise":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Makes the stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing: a stand-in has no code."""


def install() -> None:
    """Adds the stand-ins after all other finders of modules."""
    sys.meta_path.append(Finder())
