"""What a lost check says is true of each mistake that loses it: it points to the check where the mistake is at home."""

import pytest

from autograder.core.course import find_course
from autograder.core.outcomes import Outcome
from autograder.grading.misconceptions import load_misconceptions
from autograder.grading.session import open_grader
from autograder.notebooks.source import write_source

from ..conftest import SEED

# For a topic: a misconception, a check, and what the check says of it; "" where it is passed.
SAID = {
    "02_activations": [
        ("leaky-grad-between-at-zero", "test_leaky_relu_grad_integers", ""),
        ("softmax-global-max", "test_softmax_cross_entropy_overflow", "each row's own maximum"),
    ],
    "04_initialization": [
        ("he-truncated", "test_he_normal_rows_and_columns", "Some weights are exactly equal"),
        ("he-fan-out", "test_he_normal_rows_and_columns", "The weights as a whole"),
        ("he-one-column", "test_he_normal_rows_and_columns", "Some weights are exactly equal"),
    ],
    "07_stop_criteria": [
        ("standardize-epsilon-1e-8", "test_standardize_constant_column", "not by a small number"),
        ("standardize-ddof", "test_standardize_train", "This is the first array."),
        ("loss-change-new-loss", "test_loss_change_values", "It stops an epoch too late."),
    ],
    "08_capstone": [
        ("forward-dropout-before-activation", "test_forward_dropout_generator", "No hidden unit is 0 in training"),
        ("forward-dropout-before-activation", "test_forward_dropout_everywhere", "No hidden unit is 0 in training"),
        ("loss-penalty-without-2", "test_gradients_dropout", "one without dropout: begin there"),
        ("loss-mask-drawn-again", "test_gradients_dropout", "the very mask of the forward pass"),
        ("fit-last-state", "test_fit_network_of_the_last_epoch", ""),
        ("fit-first-state", "test_fit_network_of_the_last_epoch", "All that was learned must be in what comes back."),
    ],
}


@pytest.mark.parametrize("slug", SAID)
def test_a_lost_check_says_what_is_true_of_the_mistake(slug: str) -> None:
    topic = find_course().topic(slug)
    write_source(topic)
    entries = {entry.id: entry for entry in load_misconceptions(topic)}
    with open_grader(topic, SEED) as grader:
        for name, check, said in SAID[slug]:
            results, _ = grader.catalogue.look(entries[name].exercise, entries[name])
            (result,) = (result for result in results if result.name == check)
            assert (result.outcome is Outcome.PASSED) == (said == ""), (name, result)
            assert said in result.message, (name, result.message)
