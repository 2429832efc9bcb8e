"""The attacked course: one exercise for each type of value that can cross, with right answers to all.

Its hidden checks hold canaries: a number among the inputs, and a word. Neither may ever come out.
"""

import re
from pathlib import Path

from autograder.notebooks import reader
from autograder.notebooks.source import write_source

from ..autograder.conftest import SmallCourse

INPUT_CANARY = 86271.82801
CHECK_CANARY = "marmalade in a check"

TEXT = '''# %% locked="setup"
import numpy as np

# %% write="double"
def double(x):
    """Twice x, in a new array."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double" points=4
check("double")

# %% write="total"
def total(x):
    """The sum."""
    ### BEGIN SOLUTION
    return float(x.sum())
    ### END SOLUTION

# %% check="total" points=2
check("total")

# %% write="label"
def label(x):
    """"up" or "down", as the sum is positive or not."""
    ### BEGIN SOLUTION
    return "up" if x.sum() > 0 else "down"
    ### END SOLUTION

# %% check="label" points=2
check("label")

# %% write="twice"
def twice(g, x):
    """g of g of x."""
    ### BEGIN SOLUTION
    return g(g(x))
    ### END SOLUTION

# %% check="twice" points=2
check("twice")

# %% write="meter"
class Meter:
    """A running mean."""
    ### BEGIN SOLUTION
    def __init__(self):
        self.sum, self.count = 0.0, 0

    def add(self, value):
        self.sum, self.count = self.sum + value, self.count + 1

    def mean(self):
        return self.sum / self.count
    ### END SOLUTION

# %% check="meter" points=2
check("meter")

# %% write="pieces"
def pieces(x, rng):
    """The rows of x, and one draw from rng."""
    ### BEGIN SOLUTION
    return list(x), rng.normal()
    ### END SOLUTION

# %% check="pieces" points=2
check("pieces")

# %% [markdown] question="why" points=2
# Why does the mean of the meter need a count as well as a sum?
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION
'''

CHECKS = f'''
import numpy as np
import pytest
from autograder.testing import ARRAY, INTEGER, NOTHING, NUMBER, TEXT, Callback, ListOf, Seed, expect

WORD = {CHECK_CANARY!r}

def inputs(rng, *shape):
    x = rng.normal(0, 1, shape)
    x.flat[0] = {INPUT_CANARY}
    return x

@pytest.mark.exercise("double", weight=2)
def test_double(submission, rng):
    """double doubles"""
    x = inputs(rng, 2, 3)
    expect.close(submission.double(x), 2 * x, "It is 2 x.")

@pytest.mark.exercise("double")
@pytest.mark.parametrize("size", [1, 7])
def test_sizes(submission, rng, size):
    """double takes {{size}} values"""
    x = rng.normal(0, 1, size)
    expect.close(submission.double(x), 2 * x, "Any number of values.")

@pytest.mark.exercise("double")
def test_manners(submission, rng):
    """double leaves its argument alone"""
    x = inputs(rng, 3)
    reply = submission.call("double", x)
    expect.close(reply.value, 2 * x, "It is 2 x.")
    expect.unchanged(reply)
    expect.is_array(reply)
    expect.quiet(reply, "Doubling is harmless.")

@pytest.mark.exercise("total")
@pytest.mark.parametrize("size", [5, 50])
def test_total(submission, rng, size):
    """total sums {{size}} values"""
    x = inputs(rng, size)
    expect.close(submission.total(x, returns=NUMBER), x.sum(), "It is the sum.")

@pytest.mark.exercise("label")
@pytest.mark.parametrize("sign", [1, -1])
def test_label(submission, rng, sign):
    """label looks at the sum"""
    x = sign * inputs(rng, 4)
    wanted = "up" if x.sum() > 0 else "down"
    expect.true(submission.label(x, returns=TEXT) == wanted, "It is the sign of the sum.")

@pytest.mark.exercise("twice")
def test_twice(submission, rng):
    """twice calls the function twice"""
    x, calls = inputs(rng, 3), []
    def function(v):
        calls.append(v)
        return np.tanh(v) + 1
    wanted = np.tanh(np.tanh(x) + 1) + 1
    expect.close(submission.twice(function, x), wanted, "It is g(g(x)).")
    expect.true(len(calls) == 2, "It calls the function once for each g.")

@pytest.mark.exercise("meter")
def test_meter(submission, rng):
    """Meter gives the mean"""
    meter, values = submission.new("Meter"), inputs(rng, 3)
    for value in values:
        meter.call("add", float(value), returns=NOTHING)
    expect.close(meter.call("mean", returns=NUMBER).value, values.mean(), "It is the mean.")
    expect.true(meter.get("count", returns=INTEGER) == 3, "It counts.")

@pytest.mark.exercise("pieces")
def test_pieces(submission, rng):
    """pieces gives rows and a draw"""
    x = inputs(rng, 4, 2)
    rows, draw = submission.pieces(x, Seed(5), returns=(ListOf(ARRAY), NUMBER))
    expect.true(len(rows) == 4, "A row is one example.")
    for row, wanted in zip(rows, x, strict=True):
        expect.close(row, wanted, "These are the rows.")
    expect.close(draw, np.random.default_rng(5).normal(), "Draw from rng.")
'''

MISCONCEPTIONS = '''
from autograder.misconceptions import wrong

@wrong("double", "double-square")
def double(x):
    """Your `double` squares."""
    return x * x

@wrong("total", "total-mean")
def total(x):
    """Your `total` is a mean."""
    return float(x.mean())
'''

SETUP = "import numpy as np"

HONEST = {
    "double": "def double(x):\n    return 2 * x",
    "total": "def total(x):\n    return float(x.sum())",
    "label": "def label(x):\n    return 'up' if x.sum() > 0 else 'down'",
    "twice": "def twice(g, x):\n    return g(g(x))",
    "meter": (
        "class Meter:\n"
        "    def __init__(self):\n        self.sum, self.count = 0.0, 0\n"
        "    def add(self, value):\n        self.sum, self.count = self.sum + value, self.count + 1\n"
        "    def mean(self):\n        return self.sum / self.count"
    ),
    "pieces": "def pieces(x, rng):\n    return list(x), rng.normal()",
}
STUB = "raise NotImplementedError"
POINTS = {"double": 4.0, "total": 2.0, "label": 2.0, "twice": 2.0, "meter": 2.0, "pieces": 2.0}


class TargetCourse(SmallCourse):
    """The attacked course, in a folder of its own.

    Args:
        root: the folder.
        checks: the text of the hidden checks.
    """

    def __init__(self, root: Path, checks: str = CHECKS) -> None:
        super().__init__(root)
        self.write(self.topic.text, TEXT)
        self.write(self.topic.checks, checks)
        self.write(self.topic.misconceptions, MISCONCEPTIONS)
        self.write(root / "nbgrader_config.py", "")
        self.topic.source.unlink()
        write_source(self.topic)
        released = reader.read(self.topic.source.read_bytes())
        for cell in released.cells:
            cell["source"] = re.sub(r"### BEGIN SOL.*?### END SOLUTION", STUB, cell["source"], flags=re.DOTALL)
        self.write(self.topic.release, released.to_json())
