"""Versions: a grader with another Python than the learners have says so."""

import sys

import pytest

from autograder.core import versions
from autograder.core.versions import python_differs


def test_another_version_of_python_is_said_and_the_same_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "LEARNERS_PYTHON", sys.version_info[:2])
    assert python_differs() == ""
    monkeypatch.setattr(versions, "LEARNERS_PYTHON", (3, 99))
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert python_differs().startswith(
        f"Learners get Python 3.99 (`autograder publish`), and this grader runs Python {ours}"
    )
