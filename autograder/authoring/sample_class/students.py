"""The learners of the sample class, and the notebooks that they hand in."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.core.course import Topic
from autograder.gradebook.intake import SECRET, TIMESTAMP
from autograder.notebooks.release import is_answer, read_release

from . import damage
from .answers import Functions, answered, read_style, wrong_answers
from .damage import Damage

_WORDS = "(1) 1/5.5, about 0.18. (2) CIFAR-10 with a = 100. (3) Clear slopes helped there; one run each proves little."


@dataclass(frozen=True)
class Student:
    """One learner of the sample class.

    Attributes:
        name: the folder's name.
        style: the file in `autograder/answers` from which the right answers are taken.
        wrong: ids of misconceptions that replace right answers.
        other: (name, source) of functions that replace right answers.
        finished: so many exercises are written, in order; all if None.
        damage: the function that damages the notebook.
    """

    name: str
    style: str = "where"
    wrong: tuple[str, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    finished: int | None = None
    damage: Damage = damage.intact


CLASS = (
    # right, in different styles
    Student("ada", "where"),
    Student("ben", "loops"),
    Student("chiara", "masks"),
    Student("dmitri", "helpers"),
    Student("elif", "select"),
    Student("femi", "verbose"),
    # misconceptions
    Student("greta", "where", ("leaky-max",)),
    Student("hiro", "verbose", ("leaky-max", "elu-grad-one-at-zero", "softmax-gradient-summed")),
    Student("ines", "masks", ("sigmoid-overflow", "relu-in-place")),
    Student("jonas", "loops", ("prelu-mean", "dead-any")),
    Student("katya", "helpers", ("sigmoid-overflow", "softmax-log-eps")),
    Student("liam", "select", ("sigmoid-overflow", "elu-alpha-in-exponent", "elu-grad-alpha-in-exponent")),
    Student("mei", "where", ("relu-backward-without-dout", "prelu-mean", "dead-zero-entries")),
    Student("noor", "verbose", ("sigmoid-grad-of-x", "tanh-grad-of-x")),
    Student("olu", "masks", ("leaky-integer-copy", "elu-unused-branch", "softmax-log-eps")),
    Student("petra", "where", ("softmax-axis-zero", "prelu-summed-over-channels")),
    # not finished
    Student("quentin", "loops", finished=3),
    Student("rosa", "where", finished=0),
    Student("sven", "verbose", other=(("dead_fraction", "def dead_fraction(H):\n    share = (H <= 0).all(0).mean()"),)),
    Student("tariq", "masks", other=(("elu_grad", "def elu_grad(x, alpha=1.0)\n    return 1.0"),)),
    # right, in damaged notebooks
    Student("uma", "where", damage=damage.copied_cells),
    Student("victor", "verbose", damage=damage.split_cell),
    Student("wanda", "helpers", damage=damage.deleted_checks),
    Student("xavier", "masks", damage=damage.lost_metadata),
    Student("yara", "select", damage=damage.moved_cells),
    Student("zoltan", "loops", damage=damage.old_format),
    Student("anouk", "where", damage=damage.cut_off),
    Student("bilal", "verbose", damage=damage.retyped_cells),
    Student("carmen", "masks", damage=damage.old_schema),
    # slow and hostile
    Student("dario", "where", other=(("elu", "def elu(x, alpha=1.0):\n    while True:\n        x = x + 0"),)),
    Student("esra", "where", other=(("relu", "def relu(x):\n    return np.ones((10**6, 10**6))"),)),
    Student(
        "felix",
        "where",
        other=(
            (
                "dead_fraction",
                "class Same(float):\n    def __eq__(self, other):\n        return True\n\n\n"
                "def dead_fraction(H):\n    return Same(1.0)",
            ),
            ("prelu_backward", "def prelu_backward(dout, x, weight):\n    import os\n    os._exit(0)"),
            (
                "softmax_cross_entropy",
                "def softmax_cross_entropy(Z, y):\n    import os\n    while os.fork() >= 0:\n        pass",
            ),
        ),
    ),
)


def write_class(topic: Topic, folder: Path) -> list[str]:
    """Writes every student's submission as nbgrader would collect it: the notebook, the time, and the secret.

    The place is STUDENT/TOPIC. By the secret a learner finds the feedback.

    Returns:
        The names.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    for student in CLASS:
        path = folder / student.name / topic.slug / f"{topic.slug}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(submission(topic, student))
        (path.parent / TIMESTAMP).write_text(now)
        (path.parent / SECRET).write_text(secrets.token_hex(64))
    return [student.name for student in CLASS]


def submission(topic: Topic, student: Student) -> bytes:
    """Returns the notebook that a student hands in, as bytes."""
    release = read_release(topic.release)
    helpers, functions = read_style(topic.answers / f"{student.style}.py")
    functions |= wrong_answers(topic, student.wrong) | dict(student.other)
    if student.finished is not None:
        functions = _first(functions, release.cells, student.finished)
    words = _WORDS if student.finished is None else ""
    return student.damage(answered(release, helpers, functions, words))


def _first(functions: Functions, cells: list[dict[str, object]], count: int) -> Functions:
    sources = [str(cell["source"]) for cell in cells if is_answer(cell)][:count]
    begun = set(re.findall(r"^(?:def|class) (\w+)", "\n".join(sources), re.MULTILINE))
    return {name: source for name, source in functions.items() if name in begun}
