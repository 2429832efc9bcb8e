"""A learner's parts: what one notebook defined, kept as source, for another notebook.

A notebook's last experiment calls ``parts.save("06_optimizers")``: each function and class that its exercises ask
for goes into one file, ``parts.py``, beside the notebooks' folders, with all that it needs. The capstone calls
``mine = parts.load("elu", "adam")``: ``mine.elu`` is the learner's, if it is there, runs, and passes its visible
checks; otherwise it is PyTorch's, and a sentence says why. Nothing is replaced silently.

``parts.judge(...)`` tests a backward pass by the learner's own `numerical_gradient`, from notebook 1.
``parts.patient("03_batch_norm")`` gives one small network what a notebook teaches, and shows its scoreboard.

What was loaded is not in the notebook, so it does not travel to the grader with it: ``parts.paste("adam")`` makes a
cell with the source in it, and `dependencies.stays_behind` names what a graded function would miss.
"""

from .judging import judge
from .scoreboard import patient
from .store import Parts, load, paste, save

__all__ = ["Parts", "judge", "load", "paste", "patient", "save"]
