"""What checks observed is kept once where it is equal."""

from typing import Any

import numpy as np

from autograder.grading.behaviour import Observed, same_but_for_mask, sharing
from autograder.sandbox.replies import Observation, Reply


def test_values_that_are_equal_to_the_byte_are_kept_once() -> None:
    def seen(*values: Any) -> Observed:
        return {"test_f": [Observation("f", Reply(value), None) for value in values]}

    right = seen((np.ones(3), [np.zeros(2)]), np.ones(3), np.ones(3))
    mine = seen((np.ones(3), [np.zeros(2)]), np.ones(3) + 1e-16, np.ones(3, np.float32), np.ones(3))
    (first, same, other, more) = (one.reply.value for one in sharing(mine, right)["test_f"])
    of_right = [one.reply.value for one in right["test_f"]]
    assert first[0] is of_right[0][0]
    assert first[1][0] is of_right[0][1][0]
    assert same is of_right[1]  # 1 + 1e-16 is 1
    assert other is not of_right[2]
    assert more is mine["test_f"][3].reply.value


def test_a_mask_from_another_generator_is_the_same_mistake_and_another_scale_is_not() -> None:
    right = np.random.default_rng(0).normal(0, 2, (4, 7))

    def dropped(seed: int, share: float, scale: float) -> Any:
        return right * (np.random.default_rng(seed).random(right.shape) >= share) * scale

    theirs = dropped(1, 0.3, 1 / 0.7)
    assert all(same_but_for_mask(dropped(seed, 0.3, 1 / 0.7), theirs, right) for seed in range(2, 50))
    assert not same_but_for_mask(dropped(2, 0.3, 1.0), theirs, right)  # not scaled
    assert not same_but_for_mask(dropped(2, 0.95, 1 / 0.7), theirs, right)  # far more zeros
    assert not same_but_for_mask(right / 0.7, theirs, right)  # nothing is dropped
    assert not same_but_for_mask(np.where(right > 0, right, 0), theirs, right)
    assert not same_but_for_mask(theirs + (theirs != 0), theirs, right)
    with_zeros = np.where(right > 3, 0, right)
    assert not same_but_for_mask(with_zeros, theirs, with_zeros)  # the solution drops as well
    assert not same_but_for_mask(dropped(2, 0.3, 1.0)[0], dropped(3, 0.3, 1.0)[0], right[0])  # 7 numbers are too few
