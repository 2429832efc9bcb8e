"""Text for each medium: a hostile name does nothing in a terminal, a log, JSON, a spreadsheet or a page."""

import csv
import io
import json
import logging
import re

import pytest

from autograder.core.media import clean_log, for_json, for_page, for_sentence, for_spreadsheet, for_terminal
from autograder.core.text import is_control

ESCAPES = "a\x1b[31mb\x9b2Jc\u202ed\udce9e\x7ff"
FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "a;=1+1", "a,=1", "a|=1", "a\t=1", "\n=1", "a\n=1", "\r\n=1", " =1"),
    *("＝1+1", "＋1", "－1", "＠x", "a;＝1", "\u2028=1", "\u00a0=1", "'=1", '"=1', 'a";=1', "a; =1", "a;;=1", ";=1"),
)
HARMLESS = ("Lovelace, Ada", "O'Neil", "ada@x.edu", "Jean-Luc", "a=1", "Müller", "李", "02_b (4711)", "1-2", "")


def runs(cell: str) -> list[str]:
    """Returns the formulas in a cell of a CSV file, however a spreadsheet cuts its line into cells."""
    line = io.StringIO()
    csv.writer(line).writerow(["x", cell, "y"])
    pieces = re.split(r"[,;|\t\r\n]", line.getvalue())
    return [piece for piece in pieces if piece.strip(" \u00a0\u2028\"'")[:1] in tuple("=+-@＝＋－＠")
            and "'" not in piece[: re.search("[=+@＝＋－＠-]", piece).start()]]  # type: ignore[union-attr]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_spreadsheet_finds_a_formula(text: str) -> None:
    cell = for_spreadsheet(text)
    assert runs(cell) == []
    assert not any(map(is_control, cell))


def test_a_formula_is_found_where_nothing_is_done() -> None:
    assert all(runs(text) for text in ("=1+1", "a;=1+1", "a\t=1", "\n=1", "＝1+1", "@x"))


@pytest.mark.parametrize("text", HARMLESS)
def test_an_honest_cell_stays_as_it_is(text: str) -> None:
    assert for_spreadsheet(text) == text


def test_a_terminal_obeys_nothing_and_lines_stay() -> None:
    assert for_terminal(f"x\n{ESCAPES}\n\ty") == "x\na\ufffd[31mb\ufffd2Jc\ufffdd\ufffde\ufffdf\n\ty"


def test_a_name_is_one_line() -> None:
    assert for_sentence("eve\nNot graded: ada\t!") == "eve\ufffdNot graded: ada\ufffd!"


def test_json_loses_nothing_and_orders_nothing() -> None:
    text = for_json({"name": f"é{ESCAPES}😀"})
    assert not any(is_control(char) for char in text if char != "\n")
    assert "é" in text
    assert json.loads(text) == {"name": f"é{ESCAPES}😀"}


def test_a_page_holds_no_control_characters() -> None:
    assert for_page(ESCAPES) == for_terminal(ESCAPES)
    assert for_page(7) == 7


def test_a_log_is_clean_also_where_others_write_to_it(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("a log of the tests")
    clean_log(log)
    clean_log(log)
    assert len(log.filters) == 1
    log.warning("Copying %s, number %d", "a\nERROR | b\x1b[31m", 7)
    log.warning("formatted: {}".format("\x1b[31m\nline 2"))
    assert caplog.messages == ["Copying a\ufffdERROR | b\ufffd[31m, number 7", "formatted: \ufffd[31m\nline 2"]
