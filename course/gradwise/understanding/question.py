"""A question about a learner's own code, as plain data."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """A question with one right answer among several.

    Attributes:
        kind: trace, what if, purpose, shape, cost or training.
        prompt: the question.
        code: the learner's lines that it is about, with their numbers; `>` marks the line in question.
        scene: what is run; empty if each choice is a scene of its own.
        change: the changed line in the place of the marked one; empty if nothing is changed.
        choices: the answers to choose from.
        right: the place of the right one.
        because: what happens when the code is run, line by line.
        listen: what a teacher listens for in an oral answer.
        follow_up: a further question for an oral.
        about: what makes it different from others: the statement and the change.
        effort: the numbers that one computes on the way.
        proof: what is run, in another way than before, to compute the right answer once more.
    """

    kind: str
    prompt: str
    code: str
    scene: str
    change: str
    choices: tuple[str, ...]
    right: int
    because: tuple[str, ...]
    listen: str = ""
    follow_up: str = ""
    about: tuple[Any, ...] = ()
    effort: int = 0
    proof: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def answer(self) -> str:
        """The right answer."""
        return self.choices[self.right]

    @property
    def body(self) -> str:
        """What stands between the prompt and the choices: the code, the changed line, and what is run."""
        parts = [self.code, self.change, f"This is run:\n{self.scene}" if self.scene else ""]
        return "\n\n".join(part for part in parts if part)

    @property
    def text(self) -> str:
        """All that a learner reads before answering, but for the choices."""
        parts = [self.prompt, self.code, self.change, self.scene]
        return "\n".join(part for part in parts if part)
