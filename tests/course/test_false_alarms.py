"""Hidden checks of randomness: each rejects a right answer less often than once in a billion.

The course secret decides what is drawn; an unlucky secret would be unfair to the whole class. Each row draws a
statistic as a right answer does, and compares its scatter with the tolerance in the check. Where the probability has a
formula, the row uses it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from autograder.core.course import Course
from autograder.grading.collection import collect_checks

Rng = np.random.Generator
MOST = 1e-9
TRIES = 500


@dataclass(frozen=True)
class Margin:
    """A nearly normal statistic, and its tolerance in a check.

    Attributes:
        checks: the checks that use it.
        line: the line of their file with the tolerance; if it changes, this row must change, too.
        draw: the statistic of a right answer.
        centre: its mean.
        tolerance: the largest distance from the mean that passes.
        times: the number of its uses in all checks.
    """

    checks: str
    line: str
    draw: Callable[[Rng], float]
    centre: float
    tolerance: float
    times: int = 1


@dataclass(frozen=True)
class Exact:
    """A false alarm whose probability, or an upper bound of it, has a formula."""

    checks: str
    line: str
    probability: float


def _kurtosis(w: np.ndarray) -> float:
    w = w - w.mean()
    return float(np.mean(w**4) / np.mean(w**2) ** 2)


def _log_uniform(rng: Rng) -> np.ndarray:
    return rng.uniform(0, 1, 5000)


def _scatter(rng: Rng, axis: int) -> float:
    dropped = rng.random((90, 110)) < 0.4
    return float(dropped.mean(axis=axis).std() / (0.24 / dropped.shape[axis]) ** 0.5)


def _any_equal(draws: int, bits: int = 52) -> float:
    """Bounds the probability that two of so many random doubles are equal."""
    return draws**2 / 2 / 2**bits


def _sd_beyond(n: int, low: float, high: float) -> float:
    """Returns the probability that the standard deviation of n normal draws, over the true one, lies outside."""
    return float(stats.chi2.cdf(n * low**2, n - 1) + stats.chi2.sf(n * high**2, n - 1))


SPREAD = "xavier_uniform_spread torch_default_weights"
FORM = "xavier_uniform_form torch_default_form"
NORMAL = "he_normal_spread lecun_normal_spread"
SLOPES = 20_000
SEVEN = float(stats.norm.sf(7))  # probability beyond seven standard errors, on one side
UNIFORM_SPREAD = "def _spread(W: np.ndarray, std: float, cause: str, tolerance: float = 0.03, "
BIG, SMALL = 240 * 80, 4000
LEAST = 100 * 200  # the smallest array of weights whose form the capstone looks at
ROWS = 4 * (240 + 80 + 90 + 220)  # rows and columns that the checks look at

TABLE: list[Margin | Exact] = [
    Exact("rrelu_each_entry_draws", "distinct > 19_000", _any_equal(SLOPES) ** 1000),
    Exact("rrelu_uniform", "abs(mean) < 7 * mean_error and abs(variance - 1 / 12) < 7 * variance_error", 4 * SEVEN),
    Margin(SPREAD, UNIFORM_SPREAD, lambda rng: rng.uniform(-1, 1, BIG).std() * 3**0.5, 1, 0.03, 4),
    Exact(f"{SPREAD} {NORMAL} torch_default_biases", "off < 7 / math.sqrt(W.size)", 20 * SEVEN),
    Margin(NORMAL, "lecun_normal\", shape, shared), math.sqrt(1 / shape[0]), \"The variance is 1/n_in.\", 0.04)",
           lambda rng: rng.normal(0, 1, BIG).std(), 1, 0.04, 4),
    Margin("torch_default_biases", "n_in.\", 0.06, ", lambda rng: rng.uniform(-1, 1, SMALL).std() * 3**0.5, 1, 0.06),
    Margin(f"{FORM} torch_default_bias_form", "abs(fourth - wanted) < 0.1 * wanted",
           lambda rng: _kurtosis(rng.uniform(-1, 1, SMALL)), 1.8, 0.18, 3),
    Margin("he_normal_form lecun_normal_form", "abs(fourth - wanted) < 0.1 * wanted",
           lambda rng: _kurtosis(rng.normal(0, 1, BIG)), 3, 0.3, 2),
    Exact(f"{FORM} torch_default_bias_form", "close: float = 0.995", 4 * 0.995**BIG + 0.99**SMALL),
    Exact("xavier_uniform_rows_and_columns he_normal_rows_and_columns lecun_normal_form torch_default_form",
          "distinct > W.size - 3", _any_equal(BIG) ** 3),
    Exact("xavier_uniform_rows_and_columns he_normal_rows_and_columns lecun_normal_form torch_default_form",
          "abs(W.std() / std - 1) < 8 / math.sqrt(2 * W.size)",
          4 * _sd_beyond(BIG, 1 - 8 / (2 * BIG) ** 0.5, 1 + 8 / (2 * BIG) ** 0.5)),
    Exact("xavier_uniform_rows_and_columns he_normal_rows_and_columns lecun_normal_form torch_default_form",
          "np.abs(ratios - 1) < 8 / math.sqrt(2 * n)",
          ROWS * max(_sd_beyond(n, 1 - 8 / (2 * n) ** 0.5, 1 + 8 / (2 * n) ** 0.5) for n in (80, 90, 220, 240))),
    Exact("xavier_uniform_rows_and_columns he_normal_rows_and_columns lecun_normal_form torch_default_form",
          "means < 8 / math.sqrt(n)", 2 * ROWS * stats.norm.sf(8)),
    Exact("torch_default_bias_form", "taken < 3", (SMALL * 9 * SMALL / 2**51) ** 3),
    Exact("orthogonal_signs", "for _ in range(45)", 2.0**-44),
    Exact("dropout_training", "7 * (p * (1 - p) / out.size) ** 0.5", 4 * SEVEN),
    Margin("dropout_each_entry", "0.5 < scatter < 1.5", lambda rng: _scatter(rng, 1), 1, 0.5, 12),
    Margin("dropout_each_entry", "0.5 < scatter < 1.5", lambda rng: _scatter(rng, 0), 1, 0.5, 12),
    Exact("dropout_each_entry", "len(set(counts)) > 1", (0.4 / (9900 * 0.24) ** 0.5) ** 5),
    Margin("noise_is_normal", "abs(mean) < 0.072", lambda rng: rng.normal(0, 1, 9600).mean(), 0, 0.072, 2),
    Margin("noise_is_normal", "abs(variance - 1) < 0.102", lambda rng: rng.normal(0, 1, 9600).var(), 1, 0.102, 2),
    Margin("noise_is_normal", "abs(fourth - 3) < 0.75", lambda rng: np.mean(rng.normal(0, 1, 9600) ** 4), 3, 0.75, 2),
    Exact("noise_is_normal", "max(rows, columns) < 2", 4 * _sd_beyond(80, 0, 2)),
    Exact("mixup_lambda_is_beta", "abs(mean - 0.5) < 7 * (variance / DRAWS) ** 0.5", 4 * SEVEN),
    *(
        Margin("mixup_lambda_is_beta", "abs(spread - variance) < 0.25 * variance",
               lambda rng, a=alpha: rng.beta(a, a, 1500).var() * 4 * (2 * a + 1), 1, 0.25)
        for alpha in (0.4, 3.0)
    ),
    Margin("bootstrap_sample", "0.57 < share < 0.69",
           lambda rng: len(np.unique(rng.integers(0, 2000, 2000))) / 2000, 1 - math.exp(-1), 0.057),
    Margin("bootstrap_sample", "abs(mean - 0.5) < 0.046",
           lambda rng: rng.integers(0, 2000, 2000).mean() / 1999, 0.5, 0.046),
    Exact("bootstrap_last_row", "for seed in range(40)", 4 * 0.75**160),
    Exact("minibatches_are_shuffled", "sum(runs) < 4", float(stats.binom.sf(3, 12, 26 / math.comb(30, 5)))),
    Exact("minibatches_are_shuffled", "len(set(lowest)) > 1",
          sum((math.comb(29 - low, 4) / math.comb(30, 5)) ** 12 for low in range(26))),
    Margin("split_is_shuffled kfold_is_shuffled", "- 299.5) < 90",
           lambda rng: rng.permutation(600)[:150].mean(), 299.5, 90, 7),
    Exact("split_order", "np.any(np.diff(part) < 0)", 3 / math.factorial(150)),
    Exact("kfold_is_shuffled", "len(np.unique(gaps)) > 2", 4 * 600**3 * 2**149 / math.comb(600, 150)),
    Margin("log_uniform", "abs(float(u.mean()) - 0.5) < 0.029", lambda rng: _log_uniform(rng).mean(), 0.5, 0.029),
    Margin("log_uniform", "abs(float(u.var()) - 1 / 12) < 0.008", lambda rng: _log_uniform(rng).var(), 1 / 12, 0.008),
    Exact("rrelu_generator xavier_uniform_generator torch_default_generator he_normal_generator more_generator "
          "dropout_generator noise_generator split_generator kfold_generator",
          "np.array_equal(first, ", 2.0**-40),
    Exact("minibatches_draw_from_rng", "first != second", 2.0**-40),
    Exact("torch_default_bias_form", "len(np.unique(b)) > b.size - 3", _any_equal(SMALL) ** 3),
    Margin("init_he_hidden init_he_last", "0.93 < ratio < 1.07",
           lambda rng: rng.normal(0, 1, LEAST).var(), 1, 0.07, 3),
    Margin("init_uniform", "0.93 < ratio < 1.07", lambda rng: 3 * rng.uniform(-1, 1, LEAST).var(), 1, 0.07, 6),
    Margin("init_he_hidden", "2.7 < fourth < 3.3",
           lambda rng: np.mean((w := rng.normal(0, 1, LEAST)) ** 4) / np.mean(w**2) ** 2, 3, 0.3, 2),
    Exact("init_generator forward_dropout_generator", "np.array_equal(", 2.0**-36),
    Margin("forward_dropout", "abs(share - p) < 0.09", lambda rng: (rng.random(1200) < 0.7).mean(), 0.7, 0.09, 2),
    Exact("forward_dropout_everywhere", "0.5, True, 60, 50)", 2 * 50 * 0.5**60 + 2 * 60 * 0.5**50),
    Exact("fit_uses_every_example", "< 1e-9, axis=1)", 2.0**-40),  # a gradient that is zero by chance
    Exact("fit_shuffles", "rng.normal(0, 1, (24, 3))", math.factorial(4) ** 6 / math.factorial(24)),
    Exact("fit_shuffles_every_epoch", "set(seen[:5]) & set(seen[6:11])", 25 / math.perm(40, 8)),
]  # fmt: skip


def probability(row: Margin | Exact) -> float:
    """Returns the probability that the row's checks reject a right answer."""
    if isinstance(row, Exact):
        return row.probability
    rng = np.random.default_rng(1)
    drawn = np.array([row.draw(rng) for _ in range(TRIES)])
    error = drawn.std() * (1 + 2 / math.sqrt(2 * TRIES))  # two standard errors above the estimate
    assert abs(drawn.mean() - row.centre) < 5 * drawn.std() / math.sqrt(TRIES) + 0.1 * row.tolerance, row
    return 2 * row.times * float(stats.norm.sf(row.tolerance / error))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.checks.split()[0]}: {row.line[:30]}")
def test_a_right_answer_is_rejected_less_than_once_in_a_billion(row: Margin | Exact, course: Course) -> None:
    assert probability(row) < MOST
    texts = [topic.checks.read_text() for topic in course.topics]
    for name in row.checks.split():
        (text,) = [text for text in texts if f"def test_{name}(" in text]
        assert row.line in text, f"test_{name} has changed: look at its false alarms again."


def test_every_check_of_randomness_is_in_the_table(course: Course) -> None:
    told = {f"test_{name}" for row in TABLE for name in row.checks.split()}
    random = {
        re.sub(r"\[.*", "", check.name)
        for topic in course.topics
        for check in collect_checks(topic)
        if check.kind == "randomness"
    }
    assert random - told == set()


def test_a_margin_that_is_too_small_is_found() -> None:
    assert probability(Margin("", "", lambda rng: rng.normal(), 0, 5.0)) > MOST
    assert probability(Margin("", "", lambda rng: rng.normal(), 0, 7.0)) < MOST
