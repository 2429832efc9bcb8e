"""What checks observed is kept once where it is equal."""

from typing import Any

import numpy as np

from autograder.grading.behaviour import Observed, sharing
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
