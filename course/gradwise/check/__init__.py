"""The visible check: says whether an answer is right so far, what is wrong with it, and what to try.

A visible check gives no points: the hidden checks do, when a notebook is handed in. A learner's guesses before
experiments are kept here, too, and give none either.
"""

from .. import kernel
from ..errors import CheckFailed, NotWrittenYet
from .asking import ask
from .missing_names import explained
from .overview import progress
from .predictions import guessed, predict
from .visible import check, hint

__all__ = ["CheckFailed", "NotWrittenYet", "ask", "check", "guessed", "hint", "predict", "progress"]

kernel.explain_errors(explained)
