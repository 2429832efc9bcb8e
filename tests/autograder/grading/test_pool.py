"""Grading processes side by side: on which cores they run, and how they end."""

import os

import pytest

from autograder.core.outcomes import GraderFault
from autograder.grading.pool import cores, spread


@pytest.mark.skipif(len(cores()) < 2, reason="one core has nothing to choose from")
def test_processes_that_take_all_cores_have_one_each_and_fewer_are_placed_by_the_kernel() -> None:
    everywhere = set(cores())
    taken = list(spread(len(everywhere), os.sched_getaffinity, [0] * 20))
    assert {len(core) for core in taken} == {1}
    assert set().union(*taken) <= everywhere
    assert list(spread(len(everywhere) - 1, os.sched_getaffinity, [0] * 3)) == [everywhere] * 3
    assert set(cores()) == everywhere, "this process stays where it was"


def test_a_process_that_dies_is_a_fault_that_says_what_to_do() -> None:
    with pytest.raises(GraderFault, match="A grading process died"):
        list(spread(2, os._exit, [1]))
