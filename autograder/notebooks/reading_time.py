"""How long a notebook takes a learner: from its words, its exercises and its experiments. The title line says it."""

import re
from collections.abc import Iterable
from typing import Any

PLACE = "{{how long}}"  # in the title of a text
WORDS = 150  # that are read in a minute, formulas among them
LOOKING = 3  # minutes for an experiment: to guess, to run it, and to look
_MINUTES = re.compile(r"^#{2,3} .*· (\d+) minutes\b", re.M)
_NOT_READ = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION|\$\$.*?\$\$|\$[^$]*\$|<[^>]+>|\{\{.*?\}\}", re.S)


def minutes(cells: Iterable[Any]) -> int:
    """Returns the minutes that a learner needs for the cells of a text: reading, writing and looking."""
    total = 0.0
    for cell in cells:
        if cell.cell_type == "markdown":
            total += len(re.findall(r"\w+", _NOT_READ.sub(" formula ", cell.source))) / WORDS
            total += sum(map(int, _MINUTES.findall(cell.source)))
        elif cell.metadata.get("locked") not in (None, "setup", "parts", "progress"):
            total += LOOKING
    return round(total)


def how_long(minutes: int) -> str:
    """Says a number of minutes as people do: "about 45 minutes", "about an hour", "about 3½ hours"."""
    if minutes < 53:
        return f"about {max(5, 5 * round(minutes / 5))} minutes"
    halves = round(minutes / 30)
    if halves == 2:
        return "about an hour"
    return f"about {halves // 2}{'½' if halves % 2 else ''} hours"
