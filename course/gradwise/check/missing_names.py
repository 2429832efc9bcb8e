"""Says which cell to run where a name is not there: in an experiment, or in a function that calls another one."""

import linecache
import sys
from collections.abc import Mapping
from types import FrameType, TracebackType
from typing import Any

from .. import kernel
from ..errors import CheckFailed, NotWrittenYet, UnknownName
from ..exercises import topics
from ..exercises.generated import cell_names
from .page import announced
from .which_notebook import this_notebook


def explained(error: BaseException, trace: TracebackType | None) -> NotWrittenYet | None:
    """Returns what is shown instead of a NameError: which cell defines the name; None if it is no name of a cell.

    A learner's own names keep Python's message. It points at the line, and that helps with a typing error.

    Args:
        error: what has ended a cell.
        trace: its traceback.
    """
    if isinstance(error, CheckFailed):
        announced(error)
    if type(error) is not NameError or not error.name or trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    frame, ipython = trace.tb_frame, kernel.shell()
    if ipython is None or frame.f_globals is not ipython.user_ns:
        return None
    here = _first_line(frame)
    for slug in _likely(frame.f_globals):
        found = _defined_in(slug, "learners", error.name)
        if found is None and here in cell_names(slug)["given"]:
            found = _defined_in(slug, "given", error.name)
        if found is not None and found != here:
            _close_figures()
            says = f"○ There is no `{error.name}` yet. Run the cell that begins with `{found}`, then this one again."
            return announced(NotWrittenYet(says))
    return None


def _close_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:  # an empty figure would be shown below the sentence
        sys.modules["matplotlib.pyplot"].close("all")


def _likely(names: Mapping[str, Any]) -> list[str]:
    """The notebooks in which a cell may be: this one first."""
    try:
        this = this_notebook(names)
    except UnknownName:
        return topics()
    return [this, *(slug for slug in topics() if slug != this)]


def _defined_in(slug: str, kind: str, name: str) -> str | None:
    return next((first for first, names in cell_names(slug)[kind].items() if name in names), None)


def _first_line(frame: FrameType) -> str:
    """The first line of the cell that a frame's code stands in."""
    return "".join(linecache.getlines(frame.f_code.co_filename)).strip().partition("\n")[0]
