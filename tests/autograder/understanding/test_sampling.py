"""Whom to ask: the reasons are said, nobody is accused, and a lot without weights is even."""

import json
from collections import Counter

from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.understanding.sampling import Signs, chosen, reasons_for, runs_in, style_of

CALM = '''
def f(x, y):
    """A sum."""
    total = x + y  # of both

    return total


def g(first, second):
    """A difference."""
    # the order matters
    return first - second


def h(value):
    """Twice."""
    return 2 * value
'''
TERSE = "\n".join(
    f"def f{n}(a: float, b: float) -> float:\n    for i in range(3): a = a * b\n    return a" for n in range(4)
)


def result(student: str, outcome: Outcome = Outcome.PASSED) -> SubmissionResult:
    exercise = ExerciseResult("elu", 4.0, (CheckResult("test_elu", "elu", 1.0, outcome),))
    return SubmissionResult(student, "02_activations", (exercise,))


def test_reasons_are_sentences_that_accuse_nobody() -> None:
    results = {name: result(name) for name in ("amy", "bob", "cy")}
    results["dee"] = result("dee", Outcome.FAILED)
    signs = {
        "amy": Signs(runs=12, cells=10),
        "bob": Signs(runs=90, cells=10, alike=("cy", 0.93)),
        "cy": Signs(runs=90, cells=10, alike=("bob", 0.5)),
        "dee": Signs(runs=10, cells=10),
    }
    reasons = reasons_for(results, signs)
    assert reasons["amy"] == [
        "A high score with few attempts: 12 runs in all, of 10 cells. "
        "The code may have been written elsewhere, or right at once."
    ]
    assert reasons["bob"][0].startswith("93% of an answer resembles one by cy. Short exercises have few right answers")
    assert reasons["cy"] == reasons["dee"] == []
    told = " ".join(sentence for sentences in reasons.values() for sentence in sentences)
    assert not any(word in told.lower() for word in ("cheat", "plagiar", "suspic", "dishonest", "fraud"))


def test_a_style_unlike_the_earlier_ones_is_a_reason_where_the_class_says_what_is_usual() -> None:
    calm, terse = style_of(CALM), style_of(TERSE)
    nudged = tuple(value + 0.01 for value in calm)
    signs = {f"learner {n}": Signs(style=nudged, earlier=(calm,)) for n in range(8)}
    signs["other"] = Signs(style=terse, earlier=(calm, calm))
    reasons = reasons_for({name: result(name) for name in signs}, signs)
    assert [name for name, told in reasons.items() if told] == ["other"]
    assert reasons["other"][0].startswith("The style is unlike that of the earlier submissions")
    few = {name: signs[name] for name in ("learner 0", "learner 1", "other")}
    assert not any(reasons_for({name: result(name) for name in few}, few).values())


def test_a_lot_draws_nobody_twice_and_weights_draw_those_with_reasons_more_often() -> None:
    reasons = {f"learner {n}": ["a reason"] if n == 0 else [] for n in range(10)}
    assert sorted(chosen(reasons, 99, 1, weighted=True)) == sorted(reasons)
    assert chosen(reasons, 3, 1, weighted=True) == chosen(reasons, 3, 1, weighted=True)
    first = [
        Counter(chosen(reasons, 1, seed, weighted=weighted)[0] for seed in range(400)) for weighted in (False, True)
    ]
    assert first[0]["learner 0"] < 70  # a tenth of 400, and some luck
    assert first[1]["learner 0"] > 100  # five of fourteen


def test_runs_are_counted_from_the_numbers_beside_the_cells() -> None:
    cells = [{"execution_count": 7}, {"execution_count": None}, {"execution_count": 3}, {}]
    assert runs_in(json.dumps({"cells": cells}).encode()) == (2, 7)
    for data in (b"", b"[]", b"{}", b'{"cells": [{"execution_count": "x"}]}', b'{"cells": [7]}', b'{"cells": 7}'):
        assert runs_in(data) is None
