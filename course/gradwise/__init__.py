"""Gradwise: what the notebooks of the course share.

Import the parts you need: ``from gradwise import bridge, data, training``. Each loads PyTorch and matplotlib
when it is first used, so ``import gradwise`` itself is light.
"""

import importlib
from typing import Any

__all__ = [
    "bridge",
    "check",
    "data",
    "demos",
    "exercises",
    "experiments",
    "handing_in",
    "museum",
    "parts",
    "plots",
    "progress_bar",
    "reference",
    "training",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return importlib.import_module(f"gradwise.{name}")
    raise AttributeError(f"gradwise has no part {name!r}; its parts are {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
