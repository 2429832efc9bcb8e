"""Text for each medium: a terminal, a log, JSON, a spreadsheet, a page. Every output goes through its function.

Names of learners, of files and in rosters are as hostile as any other text: they may hold escape sequences, line breaks
and formulas.
"""

import json
import logging
import re
import unicodedata
from typing import Any

from .text import is_control, without_controls


def for_sentence(text: object) -> str:
    """Returns a name, or a path, for a sentence or a table: one line, and nothing in it that a terminal obeys."""
    return without_controls(re.sub(r"[\n\t]", "\ufffd", str(text)))


def for_terminal(text: str) -> str:
    """Returns text of several lines for a terminal: what a terminal would obey is replaced by U+FFFD."""
    return without_controls(text)


def for_json(tree: Any) -> str:
    """Returns plain data as JSON that a terminal may show. It loses nothing: control characters are escaped."""
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    return "".join(json.dumps(char)[1:-1] if char != "\n" and is_control(char) else char for char in text) + "\n"


# Signs that begin a formula, in full width too, and what may stand between two cells if a spreadsheet cuts the line
# elsewhere: with a semicolon, as in much of Europe, at tabs, or at bars.
_FORMULA = re.compile(r"""(^|[,;|'"])([\s,;|'"]*)(?=[-=+@%|＝＋－＠％｜﹦﹢﹣﹫−])""")


def for_spreadsheet(text: str) -> str:
    """Returns a cell of a CSV file that no spreadsheet takes for a formula, however it cuts the line into cells.

    The cell becomes one line, and a quote stands before each sign that would begin a formula.
    """
    line = "".join(" " if is_control(char) or unicodedata.category(char) in ("Zl", "Zp") else char for char in text)
    return _FORMULA.sub(r"\1\2'", line)


def for_page(value: object) -> object:
    """Returns a value of a page's template without what a browser would obey; escaping is the template's."""
    if not isinstance(value, str) or (clean := without_controls(value)) == value:
        return value
    return type(value)(clean)


class LogFilter(logging.Filter):
    """Cleans what a log says, of other people's programs too: names become one line that no terminal obeys."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cleans a record's message and its arguments, and lets it pass."""
        args = record.args
        if isinstance(args, tuple):
            record.args = tuple(arg if isinstance(arg, int | float) else for_sentence(arg) for arg in args)
        record.msg = without_controls(str(record.msg))
        return True


def clean_log(log: logging.Logger) -> None:
    """Makes a log clean from now on."""
    if not any(isinstance(known, LogFilter) for known in log.filters):
        log.addFilter(LogFilter())
