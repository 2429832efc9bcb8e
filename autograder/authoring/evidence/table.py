"""Writes the ledger, course/EVIDENCE.md: each claim of the texts, and what its experiment has found."""

import math
from collections.abc import Sequence

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.notebooks.findings import LEDGER, Finding, anchor, read_findings

from .claims import Claim, claims_of, files_of
from .statistics import LEVEL, Result, results, verdicts

_BEGIN = f"""# Evidence

What the notebooks say about experiments, and what came out when we ran each of them again: with seeds that the text was
not written from, and in a second setting, in which the claim must hold too (or the claim says that it does not).

*Effect ± se* is a mean over seeds and its standard error. A difference, *a − b*, is taken seed by seed. *t* is the
distance to the value in *must be*, in standard errors. *p* is the chance of such a distance if there were no
effect, corrected for all comparisons of the notebook (Holm, 1979). A claim holds if every corrected p is below {LEVEL}.

*Seeds* says how many seeds were run, and the first of them. Nobody had run the seeds from 11000 before the texts were
complete. A claim that did not hold then was put more carefully and judged once more, by the seeds from 21000.

`make evidence` runs all of it again.
"""
_HEAD = "| Setting | Seeds | | Must be | Effect ± se | t | p | Holds |\n|---|---:|---|---|---:|---:|---:|---|"


def write_ledger(course: Course) -> list[str]:
    """Writes the ledger. Returns the names of the claims that do not hold."""
    write_whole(course.root / "course" / LEDGER, ledger(course))
    return [f"{topic.slug}, {name}" for topic in files_of(course) for name in refuted(topic)]


def refuted(topic: Topic) -> list[str]:
    """Returns the names of the claims of a topic that do not hold, or were never run."""
    claims = claims_of(topic)
    said = verdicts(results(claims, read_findings(topic)))
    return [claim.name for claim in claims if not said.get(claim.name)]


def ledger(course: Course) -> str:
    """Returns the text of the ledger."""
    return "\n".join([_BEGIN, *(_chapter(topic) for topic in files_of(course))])


def _chapter(topic: Topic) -> str:
    claims, findings = claims_of(topic), read_findings(topic)
    every = results(claims, findings)
    said = verdicts(every)
    parts = [f"## {topic.slug}\n"]
    for claim in claims:
        if claim.name not in said:
            parts.append(f"**{claim.says}**\n\nWas never run.\n")
            continue
        mine = [result for result in every if result.claim is claim]
        parts.append(_row(claim, findings[claim.name], mine, said[claim.name]))
    return "\n".join(parts)


def _row(claim: Claim, finding: Finding, mine: Sequence[Result], holds: bool) -> str:
    where = f"Section {claim.section}" if claim.section[0].isdigit() else claim.section
    lines = [
        f'<a id="{anchor(claim.topic, claim.name)}"></a>\n',
        f"**{claim.says}**\n",
        f"{where} · {'holds' if holds else '**DOES NOT HOLD**'} · {finding.date} · {finding.versions}\n",
        _HEAD,
    ]
    return "\n".join([*lines, *(_line(claim, result) for result in mine), ""])


def _line(claim: Claim, result: Result) -> str:
    comparison = result.comparison
    what = comparison.a.replace("_", " ") + (f" − {comparison.b.replace('_', ' ')}" if comparison.b else "")
    p = "< 0.001" if result.corrected < 0.001 else f"{result.corrected:.3f}"
    t = f"{result.t:.1f}" if math.isfinite(result.t) else "–"
    cells = [
        result.setting,
        f"{claim.seeds} from {claim.seeds_of(result.setting)[0]}",
        what,
        _range(comparison.low, comparison.high),
        f"{result.effect:+.3g} ± {result.error:.2g}",
        t,
        p,
        "yes" if result.holds else "**no**",
    ]
    return f"| {' | '.join(cells)} |"


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"> {low:g}"
    return f"< {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"
