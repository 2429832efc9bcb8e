"""``ask("elu")``: two or three questions about a learner's own code, after the visible check is green.

They are answered in the cell, with widgets or by typing letters: ``ask("elu", "b a c")``. Seed and answers are stored
in the cell's output, from which the grader can make the same questions again.
"""

import contextlib
import html
import inspect
import io
import linecache
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from .. import kernel
from ..dependencies import codes_of
from ..errors import CheckFailed
from ..exercises import Exercise
from ..understanding.maker import code_key, questions, questions_key
from ..understanding.question import Question
from ..understanding.record import MIME, Record
from ..understanding.source import Code, gather
from .cases import try_all
from .page import page, prose
from .visible import find_exercise

__all__ = ["ask"]

LETTERS = "abcdefgh"
STORED = "Your answers are stored in this cell's output; run `ask` again for other questions."


@dataclass
class _Asked:
    """The questions that were asked about an exercise last, and what was answered so far."""

    exercise: str
    seed: int
    code: str
    questions: list[Question]
    answers: list[str | None] = field(default_factory=list)

    @property
    def record(self) -> Record:
        key = questions_key(self.questions)
        return Record(self.exercise, self.seed, self.code, key, tuple(self.answers))

    @property
    def verdict(self) -> str:
        given = sum(answer is not None for answer in self.answers)
        right = sum(answer == one.answer for answer, one in zip(self.answers, self.questions, strict=True))
        if not given:
            return f"○ {self.exercise}: {_questions(len(self.questions))} about your own code, none answered yet"
        sign = "✓" if right == len(self.questions) else "○"
        left = len(self.questions) - given
        rest = f", {left} not answered yet" if left else ""
        return f"{sign} {self.exercise}: {right} of {_questions(len(self.questions))} right{rest}"

    @property
    def bundle(self) -> dict[str, Any]:
        """What the notebook stores: the record, and the same in words."""
        rows = [("stored", STORED)] if any(self.answers) else []
        return {
            MIME: self.record.to_json(),
            "text/html": page(self.verdict, rows=rows),
            "text/plain": self.verdict,
        }


_last: dict[str, _Asked] = {}


def ask(exercise: str, answers: str = "", names: dict[str, Any] | None = None, *, widgets: bool | None = None) -> None:
    """Asks a few questions about the code that a learner has written for an exercise.

    Args:
        exercise: its name.
        answers: a letter for each question that was asked last, as in ``"b a c"``; ``-`` leaves one out. Empty: new
            questions are asked.
        names: where the learner's functions are; by default the notebook's.
        widgets: whether the answers are clicked, and not typed; by default if the notebook can show widgets.

    Raises:
        CheckFailed: the visible check is not green yet, or the letters fit no question.
        UnknownName: there is no such exercise.
    """
    spec = find_exercise(exercise)
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    if answers.strip():
        _answer(exercise, answers)
        return
    _must_be_green(spec, names)
    code = _code_of(spec, names)
    seed = secrets.randbelow(2**31)
    asked = _Asked(exercise, seed, code_key(code), questions(spec, code, seed))
    if not asked.questions:
        text = (
            f"○ {exercise}: no question comes out of this code. Its functions must be defined in cells of this "
            "notebook, and need nothing but Python and NumPy."
        )
        kernel.show(page(text), text)
        return
    asked.answers = [None] * len(asked.questions)
    _last[exercise] = asked
    if widgets if widgets is not None else kernel.in_notebook():
        with contextlib.suppress(ImportError):
            from .asking_widgets import show_widgets

            show_widgets(asked)
            return
    _show_text(asked)


def _must_be_green(spec: Exercise, names: dict[str, Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        trial = try_all(spec, spec.functions, names)
    unfinished = trial.stopped_at is not None or (trial.missing and not spec.side) or not trial.cases
    if unfinished:
        text = f'○ {spec.id}: questions come when the visible check is green: `check("{spec.id}")`.'
        raise CheckFailed(text)


def _code_of(spec: Exercise, names: dict[str, Any]) -> Code:
    """Gathers the code from the cells that ran, or from the files in which the functions were written."""
    shell = kernel.shell()
    written = [name for name in spec.functions if name in names]
    if shell is not None and hasattr(shell, "history_manager"):
        code = gather(shell.history_manager.input_hist_raw, written)
        if code.functions:
            return code
    files = {one.co_filename: None for name in written for one in codes_of(names[name])}
    return gather(["".join(linecache.getlines(file)) for file in files], written)


# --- without widgets --------------------------------------------------------------------------------


def _show_text(asked: _Asked) -> None:
    parts = []
    for number, question in enumerate(asked.questions, start=1):
        choices = [f"{LETTERS[place]}) {_indented(text)}" for place, text in enumerate(question.choices)]
        parts.append("\n".join([f"Question {number}. {question.prompt}", "", question.body, "", *choices]))
    letters = " ".join("b" for _ in asked.questions)
    parts.append(f'Answer with a letter for each question: ask("{asked.exercise}", "{letters}")')
    text = "\n\n".join(parts)
    kernel.show(f"<pre>{html.escape(text)}</pre>", text)


def _answer(exercise: str, answers: str) -> None:
    if exercise not in _last:
        raise CheckFailed(f'Nothing was asked about {exercise} in this notebook yet: run ask("{exercise}") first.')
    asked = _last[exercise]
    letters = re.findall(r"[A-Za-z]+|-", answers)
    wanted = len(asked.questions)
    if len(letters) != wanted or any(len(letter) != 1 for letter in letters):
        raise CheckFailed(f'There are {_questions(wanted)}: give {wanted} letters, as in "b a c"; - leaves one out.')
    chosen: list[str | None] = []
    for number, (letter, question) in enumerate(zip(letters, asked.questions, strict=True), start=1):
        place = LETTERS.find(letter.lower())
        if letter != "-" and not 0 <= place < len(question.choices):
            raise CheckFailed(
                f"Question {number} has the answers a to {LETTERS[len(question.choices) - 1]}, not {letter}."
            )
        chosen.append(None if letter == "-" else question.choices[place])
    asked.answers = chosen
    rows = []
    for number, (answer, question) in enumerate(zip(chosen, asked.questions, strict=True), start=1):
        if answer is not None:
            rows.append((str(number), explanation(question, answer)))
    text = "\n".join([asked.verdict, *(f"{number}. {words}" for number, words in rows)])
    if kernel.shell() is None:
        print(text)
        return
    from IPython.display import display

    shown = page(asked.verdict, rows=rows)
    display({**asked.bundle, "text/html": shown, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


# --- words ------------------------------------------------------------------------------------------


def explanation(question: Question, answer: str) -> str:
    """Says whether an answer is right, and what the run of the code shows."""
    verdict = "Right." if answer == question.answer else f"No: `{question.answer}`."
    return "\n".join([f"{verdict} The run says:", *question.because])


def _questions(number: int) -> str:
    return f"{number} question{'s' if number != 1 else ''}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n   ")


def as_html(question: Question, number: int) -> str:
    """Returns a question as HTML, without its choices."""
    pre = 'style="line-height: 1.4; overflow-x: auto; margin: 0.3em 0"'
    body = f"<pre {pre}>{html.escape(question.body)}</pre>"
    return f'<div style="font-weight: bold">{number}. {prose(question.prompt)}</div>{body}'
