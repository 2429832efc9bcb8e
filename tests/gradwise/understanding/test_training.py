"""What training with a mistake looks like: the ways that losses can go, and questions made of them."""

import pytest
from gradwise.exercises import by_id
from gradwise.understanding import maker
from gradwise.understanding.probe import exactly
from gradwise.understanding.source import gather
from gradwise.understanding.training import FALLS, GROWS, SLOW, STAYS, outcome

MOMENTUM = """
def sgd_momentum(w, g, state, lr, momentum=0.9):
    velocity = momentum * state.get("v", 0.0) + g
    return w - lr * velocity, {"v": velocity}
"""


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([16.0, 4.0, 0.1], FALLS),
        ([16.0, 16.0, 16.0], STAYS),
        ([16.0, 40.0, 900.0], GROWS),
        ([16.0, 40.0, float("nan")], GROWS),
        ([16.0, 40.0, float("inf")], GROWS),
        ([16.0, 12.0, 8.0], SLOW),
        ([16.0, 4.0, 0.5], None),
        ("no losses", None),
    ],
)
def test_losses_are_told_in_words_where_the_curve_is_clear(losses: object, words: str | None) -> None:
    assert outcome({"exact": exactly(losses)}) == words


def test_a_planted_mistake_is_asked_about_by_what_training_will_look_like() -> None:
    spec = by_id("momentum")
    code = gather([MOMENTUM], spec.functions)
    asked = (question for seed in range(12) for question in maker.questions(spec, code, seed))
    question = next(one for one in asked if one.kind == "training")
    assert question.answer in (FALLS, STAYS, GROWS, SLOW)
    assert question.because == (f"With the mistake: {question.answer}.", f"As your code stands: {FALLS}.")
    assert "losses.append(float(w[0] ** 2))" in question.scene
