"""Tells when the same wrong values say nothing, because other mistakes have them as well.

A wrong array is like a fingerprint. True, None, 3, nan and a ValueError are not: many mistakes end in the same few.
"""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem

from .behaviour import Behaviour, Site


def is_word(value: Any) -> bool:
    """Tells whether a value is one of few: a whole number, True or False, None, or a word."""
    return value is None or isinstance(value, int | str)


def disagree_in_words(sites: Iterable[Site], mine: Behaviour, solution: Behaviour) -> bool:
    """Tells whether a submission and a wrong answer differ in a value that is one of few.

    Rounding does not change such a value, and neither does another constant in the code. So it is another mistake.

    Args:
        sites: where they differ.
        mine: the submission's behaviour.
        solution: the solution's.
    """
    return any(is_word(mine.values[site]) and is_word(solution.values[site]) for site in sites)


def only_breakdowns(agreed: Collection[Site], mine: Behaviour, theirs: Behaviour, deviating: Collection[Site]) -> bool:
    """Tells whether all that is the same are exceptions or nan, while the wrong answer also returns wrong numbers.

    Many mistakes end in a ValueError, and every negative number has the same root.

    Args:
        agreed: where both have the same wrong values.
        mine: the submission's behaviour.
        theirs: the wrong answer's.
        deviating: where the wrong answer differs from the solution.
    """
    components = {site.component for site in agreed}
    wrong = [theirs.values[site] for site in deviating if site.component in components]
    return _are_breakdowns(mine.values[site] for site in agreed) and not _are_breakdowns(wrong)


def leaves_a_state_unexplained(
    agreed: Collection[Site], left: Collection[Site], mine: Behaviour, solution: Behaviour
) -> bool:
    """Tells whether a name of a class rests on words alone, while other values of the class stay unexplained.

    The methods of an object share its state, so a further wrong value most likely has the same cause, and the name does
    not. What ought to be refused and is not is a fact by itself.

    Args:
        agreed: where the submission has the same wrong values as a wrong answer.
        left: where the submission is wrong, and no name says why.
        mine: the submission's behaviour.
        solution: the solution's.
    """
    if not any("." in site.shown for site in left):
        return False
    return all(is_word(mine.values[site]) and not isinstance(solution.values[site], StudentProblem) for site in agreed)


def _are_breakdowns(values: Iterable[Any]) -> bool:
    return all(isinstance(value, StudentProblem) or _is_without_numbers(value) for value in values)


def _is_without_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray | float) and not np.isfinite(np.asarray(value, float)).any()
