"""The findings of experiments, and the places of a text that take a number from them.

    {{he_beats_xavier}}                          a link to the row of the ledger
    {{he_beats_xavier: he}}                      the mean of an arm over seeds
    {{he_beats_xavier: he - xavier}}             a mean difference and its standard error
    {{he_beats_xavier: he / xavier}}             the ratio of two means
    {{he_beats_xavier: he > xavier}}             on how many seeds it is higher: 11 of 12
    {{he_beats_xavier@10 epochs: he | .2f}}      in another setting than the first, in another format

Formats are Python's; besides, ``%`` is a percentage without decimals, ``t`` a difference over its standard error, and
``10^`` says 10 to the power of a mean, for an arm that is a logarithm.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault

LEDGER = "EVIDENCE.md"
PLACE = re.compile(r"\{\{\s*(\w+)(?:@([^:|}]+?))?\s*(?::\s*(\w+)\s*(?:([-/>])\s*(\w+)\s*)?)?(?:\|\s*([^}\s]+)\s*)?\}\}")
NO_CLAIM = "<!-- no claim -->"  # begins a text behind an experiment that says nothing about its result; left out
_ANY = re.compile(r"\{\{.*?\}\}", re.S)


@dataclass(frozen=True)
class Finding:
    """What came out of an experiment.

    Attributes:
        key: the content key of the code that was run.
        date: when it was run, as in 2026-11-30.
        versions: of Python, NumPy and PyTorch.
        arms: setting -> arm -> a number for each seed.
    """

    key: str
    date: str
    versions: str
    arms: dict[str, dict[str, list[float]]]

    def values(self, setting: str, a: str, b: str = "") -> list[float]:
        """The numbers of an arm, or the differences of two, seed by seed.

        Raises:
            KeyError: there is no such setting or arm.
        """
        arms = self.arms[setting]
        return [x - y for x, y in zip(arms[a], arms[b], strict=True)] if b else list(arms[a])


def read_findings(topic: Topic) -> dict[str, Finding]:
    """Reads the findings of a topic; none if no experiment has been run."""
    if not topic.findings.is_file():
        return {}
    tree: dict[str, Any] = json.loads(topic.findings.read_text("utf-8"))
    return {name: Finding(**entry) for name, entry in tree.items()}


def anchor(topic: str, name: str) -> str:
    """The name of a row in the ledger, for links."""
    return f"{topic[:2]}-{name}".replace("_", "-") if topic[0].isdigit() else f"{topic}-{name}".replace("_", "-")


def filled(text: str, topic: Topic, findings: dict[str, Finding]) -> str:
    """Returns a cell's text with numbers from the findings in it.

    Raises:
        GraderFault: a place names a finding that does not exist, or is written wrongly; the message says which.
    """

    def number(match: re.Match[str]) -> str:
        place = PLACE.fullmatch(match[0])
        if place is None:
            raise GraderFault(f"{topic.text}: {match[0]} is not a place for a finding.")
        name, setting, a, sign, b, form = place.groups()
        finding = findings.get(name)
        if finding is None:
            raise GraderFault(f"{topic.text}: there is no finding for {match[0]}. Run `autograder evidence`.")
        if a is None:
            link = f"[evidence]({_ledger(topic)}#{anchor(topic.slug, name)})"
            return f"*{link}*"  # slanted, for eyes that do not see a link's color
        try:
            return say(finding, setting or next(iter(finding.arms)), a, sign or "", b or "", form or "")
        except (KeyError, ValueError) as error:
            raise GraderFault(f"{topic.text}: {match[0]} cannot be filled in: {error}.") from None

    return _ANY.sub(number, text.replace(NO_CLAIM, ""))


def without_links(text: str) -> str:
    """Returns a text without its links to the ledger, for a page that stands alone."""
    link = rf"\*\[evidence\]\([^)]*{LEDGER}[^)]*\)\*"
    return re.sub(link, "evidence", re.sub(rf"\s*\({link}\)|;\s*{link}(?=\))", "", text))


def _ledger(topic: Topic) -> str:
    return f"../../{LEDGER}" if topic.slug[0].isdigit() else LEDGER


def say(finding: Finding, setting: str, a: str, sign: str, b: str, form: str) -> str:
    """Says a number of a finding, in a format.

    Raises:
        KeyError: there is no such setting or arm.
        ValueError: there is no such format.
    """
    if sign == ">":
        wins = sum(value > 0 for value in finding.values(setting, a, b))
        return f"{wins} of {len(finding.values(setting, a))}"
    if sign == "/":
        return f"{_mean(finding.values(setting, a)) / _mean(finding.values(setting, b)):{form or '.2g'}}"
    values = finding.values(setting, a, b)
    mean, error = _mean(values), _error(values)
    if form == "t":
        return f"{mean / error:.1f}" if error > 0 else "∞"
    if form == "%":
        return f"{100 * mean:.0f} %"
    if form == "10^":
        return f"$10^{{{mean:.0f}}}$"
    if form:
        return f"{mean:{form}}"
    return f"{mean:+.3f} ± {error:.3f}" if b else f"{mean:.3g}"


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _error(values: list[float]) -> float:
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
