"""What the numbers of an experiment say: effects with standard errors, t, p corrected for all comparisons, verdicts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.notebooks.findings import Finding

from .claims import Claim, Comparison

LEVEL = 0.05  # of the corrected p


@dataclass(frozen=True)
class Result:
    """What came out of one comparison in one setting.

    Attributes:
        claim: the claim.
        setting: its setting.
        comparison: what must come out.
        effect: mean over seeds of the arm, or of the paired difference.
        error: its standard error.
        t: how many standard errors it lies from the nearer end of what must come out; negative: outside.
        p: the chance of such a t or more, if the effect were at that end.
        corrected: p, corrected by Holm's rule for all comparisons of the topic.
    """

    claim: Claim
    setting: str
    comparison: Comparison
    effect: float
    error: float
    t: float
    p: float
    corrected: float = math.nan

    @property
    def holds(self) -> bool:
        """Whether it came out as it must."""
        return self.t > 0 and self.corrected < LEVEL


def compare(claim: Claim, setting: str, comparison: Comparison, finding: Finding) -> Result:
    """Returns what came out of a comparison, not corrected yet."""
    from scipy.stats import t as student

    values = finding.values(setting, comparison.a, comparison.b)
    n = len(values)
    mean = math.fsum(values) / n
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    distance = min(mean - comparison.low, comparison.high - mean)
    if error == 0 or not math.isfinite(mean):
        certain = math.isfinite(mean) and distance > 0
        return Result(
            claim, setting, comparison, mean, error, math.inf if certain else -math.inf, 0.0 if certain else 1.0
        )
    t = distance / error
    sides = 1 if math.isfinite(comparison.low) and math.isfinite(comparison.high) else 2
    return Result(claim, setting, comparison, mean, error, t, min(1.0, sides * float(student.sf(t, n - 1))))


def results(claims: Sequence[Claim], findings: Mapping[str, Finding]) -> list[Result]:
    """Returns what came out of all comparisons of a topic that were run, corrected for their number."""
    every = [
        compare(claim, setting, comparison, findings[claim.name])
        for claim in claims
        if was_run(claim, findings)
        for setting in claim.settings
        for comparison in claim.comparisons
        if comparison.only in ("", setting)
    ]
    corrected = holm([result.p for result in every])
    return [replace(result, corrected=p) for result, p in zip(every, corrected, strict=True)]


def was_run(claim: Claim, findings: Mapping[str, Finding]) -> bool:
    """Whether there are numbers for all that a claim compares: not so after a change of its settings or arms."""
    arms = findings[claim.name].arms if claim.name in findings else {}
    return all(
        {comparison.a, comparison.b or comparison.a} <= arms.get(setting, {}).keys()
        for setting in claim.settings
        for comparison in claim.comparisons
    )


def holm(ps: Sequence[float]) -> list[float]:
    """Corrects p values for their number (Holm, 1979): the smallest times n, the next one times n - 1, and so on."""
    corrected, highest = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = highest
    return corrected


def verdicts(every: Iterable[Result]) -> dict[str, bool]:
    """Returns for each claim whether all its comparisons came out as they must."""
    said: dict[str, bool] = {}
    for result in every:
        said[result.claim.name] = said.get(result.claim.name, True) and result.holds
    return said
