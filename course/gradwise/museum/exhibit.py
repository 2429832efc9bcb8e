"""One broken trainer: its source, the bug in it, and the curves it draws with and without the bug.

A trainer is a plain function whose source says all that there is to know about it. Comments above a line say
what that line is for:

    #: a sentence on the next line, which is innocent
    #! a sentence on the next line, which is the bug
    #:= the code that should stand there instead

What visitors see is the source without these comments; the healthy trainer is the source with the mended line.
"""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .. import progress_bar
from . import lab

__all__ = ["Exhibit", "Trainer"]

Trainer = Callable[[lab.Samples], list[float]]

# What stands in many trainers, and is as it should be in all of them, by how the line begins.
COMMON = {
    "def ": "that is only its name.",
    "for batch in lab.batches": "each example is used once in an epoch, in a new order.",
    "for epoch in ": "it only counts.",
    "for _ in range": "it only counts.",
    "steps.zero_grad()": "old gradients have to go, and here they do.",
    "backward(loss)": "autograd computes the gradients, and autograd is right.",
    "steps.step()": "the optimizer is PyTorch's own.",
    "loss = cross_entropy(net(data.X[batch]), data.y[batch])": "logits and classes of the same examples.",
    "grads = torch.autograd.grad(": "autograd computes the gradients, and autograd is right.",
    "for p, g, ": "each parameter has a gradient and a memory of its own.",
    "return ": "it returns what it has measured.",
}


@dataclass
class Exhibit:
    """A broken trainer of the museum.

    Attributes:
        trainer: runs the broken code on samples, gives a curve.
        samples: makes what it learns from.
        complaint: what its author said.
        measured: what the curve shows, for the y axis.
        every: what the x axis counts.
    """

    trainer: Trainer
    samples: Callable[[], lab.Samples]
    complaint: str
    measured: str
    every: str = "epoch"
    lines: list[str] = field(init=False, default_factory=list)
    remarks: list[str] = field(init=False, default_factory=list)
    bug: int = field(init=False, default=0)
    fix: str = field(init=False, default="")

    def __post_init__(self) -> None:
        sentences: list[str] = []
        for line in textwrap.dedent(inspect.getsource(self.trainer)).splitlines():
            code = line.strip()
            if code.startswith("#:="):
                self.fix = code.removeprefix("#:=").strip()
            elif code.startswith(("#:", "#!")):
                sentences.append(code[2:].strip())
                self.bug = len(self.lines) + 1 if code.startswith("#!") else self.bug
            else:
                self.lines.append(line)
                self.remarks.append(" ".join(sentences) or _common(code))
                sentences = []

    @property
    def name(self) -> str:
        """The trainer's name in the museum."""
        return self.trainer.__name__

    @property
    def listing(self) -> str:
        """The source with numbered lines."""
        return "\n".join(f"{number:2}  {line}" for number, line in enumerate(self.lines, start=1))

    def run(self) -> None:
        """Draws all its curves under a progress bar; what was drawn before is not drawn again."""
        with progress_bar.task(f"{self.name}, as it is and mended", 2) as step:
            for kind in ("broken", "healthy"):
                getattr(self, kind)
                step()

    @cached_property
    def broken(self) -> list[list[float]]:
        """Its curves, one for each seed."""
        return self._curves(self.trainer)

    @cached_property
    def healthy(self) -> list[list[float]]:
        """The curves after the fix, one for each seed."""
        return self._curves(self.mended())

    def mended(self) -> Trainer:
        """The trainer with its bug's line replaced, and nothing else."""
        old = self.lines[self.bug - 1]
        indent = old[: len(old) - len(old.lstrip())]
        lines = [*self.lines[: self.bug - 1], indent + self.fix, *self.lines[self.bug :]]
        names = dict(self.trainer.__globals__)
        exec(compile("\n".join(lines), f"<{self.name}, mended>", "exec"), names)
        trainer: Trainer = names[self.name]
        return trainer

    def _curves(self, trainer: Trainer) -> list[list[float]]:
        curves: list[list[float]] = []
        for seed in progress_bar.each(lab.seeds(), "seeds"):
            with lab.repeatable(seed):
                curves.append(trainer(self.samples()))
        return curves

    def verdict(self, line: int) -> str:
        """Says whether a line is the bug, and why.

        Raises:
            ValueError: there is no such line.
        """
        if not isinstance(line, int) or not 1 <= line <= len(self.lines):
            raise ValueError(f"{self.name} has lines 1 to {len(self.lines)}; there is no line {line!r}.")
        remark = self.remarks[line - 1]
        if line != self.bug:
            return f"Line {line} is innocent: {remark}"
        return f"Yes, line {line} is the bug. {remark}\nThe minimal fix:\n    {self.fix}"


def _common(code: str) -> str:
    return next((remark for start, remark in COMMON.items() if code.startswith(start)), "")


def mean_of_end(curves: Sequence[Sequence[float]]) -> float:
    """The mean over the last fifth of several curves: a single last value may be a matter of chance."""
    ends = [value for curve in curves for value in curve[-max(1, len(curve) // 5) :]]
    return sum(ends) / len(ends)
