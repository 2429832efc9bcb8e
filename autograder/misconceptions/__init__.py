"""Named wrong answers: each is what a learner might write, with the sentence that this learner will read.

A file here is real Python, so that it can be read and checked like any other, but the grader reads it as data.
There are two forms. A wrong answer that is code of its own is written out::

    @wrong("relu", "relu-abs")
    def relu(x):
        \"\"\"Your `relu` returns |x|: negative entries come back with their sign turned. They should become 0.\"\"\"
        return np.abs(x)

A wrong answer that is a right one with a small change says what changes, and the right one stands above it, once::

    @base
    def clip_grad_norm(grads, max_norm):
        \"\"\"The solution.\"\"\"
        norm = np.sqrt(sum(np.sum(g**2) for g in grads))
        scale = min(1.0, max_norm / (norm + 1e-6))
        return [scale * g for g in grads], norm


    @wrong("clip_grad_norm", "clip-no-root")
    @edit("norm = np.sqrt(sum(np.sum(g**2) for g in grads))", "norm = sum(np.sum(g**2) for g in grads)")
    def clip_grad_norm():
        \"\"\"Your `clip_grad_norm` compares the squared norm with max_norm. Take the root of the sum.\"\"\"
"""

from collections.abc import Callable
from typing import TypeVar, overload

_T = TypeVar("_T")


def wrong(
    exercise: str, name: str, *, twin_of: str | None = None, told_as: str | None = None, base: str | None = None
) -> Callable[[_T], _T]:
    """Marks a wrong answer, a function or a class. Its docstring is the sentence for the learner.

    Some answers are common although they make two mistakes at once, or differ from the textbook's form of one mistake.
    Such an answer has an entry of its own that is told as others: the learner reads their sentences, and its docstring
    says where it comes from.

    Args:
        exercise: the exercise that it answers.
        name: its id, unique in the topic.
        twin_of: the id of another wrong answer that gives the same outputs everywhere.
        told_as: ids of other wrong answers of the exercise, "one" or "one + another".
        base: which base its edits change, by name; the default is the base that is called like the function.
    """
    return _kept


def edit(was: str, becomes: str) -> Callable[[_T], _T]:
    """Says what a wrong answer changes in its base. The function below it has a sentence, no parameters and no code.

    A mistake that needs several places has several edits, one below the other; their order does not matter.

    A text of several lines begins on the line below its quotes. It may be indented to fit there: what counts is how its
    lines are indented against each other. In the base they may stand at any depth, and what they become stands at the
    same one. If `becomes` is empty, and `was` is a whole line or several, these lines go.

    Args:
        was: code of the base, a line, several lines or a part of one. It must occur exactly once there.
        becomes: what a learner writes in its place.
    """
    return _kept


@overload
def base(name: str, /) -> Callable[[_T], _T]: ...
@overload
def base(name: _T, /) -> _T: ...
def base(name: object, /) -> object:
    """Marks code that wrong answers edit. Its docstring is for the readers of the file, and is not part of the code.

    ``@base`` alone takes the function's name. A second base for a function has a name of its own:
    ``@base("softmax in two steps")``.

    Args:
        name: what `wrong` calls it by.
    """
    return _kept if isinstance(name, str) else name


def _kept(marked: _T) -> _T:
    return marked
