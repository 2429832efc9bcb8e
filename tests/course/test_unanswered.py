"""Restart and run all in a notebook without answers: cells say what is not written yet, and none breaks."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.core.course import Course, Topic, find_course

from ..conftest import SLUG
from ..execution import executed

FRIENDLY = re.compile(
    r'^○ (\w+: .* is not written yet\. `hint\("\w+"\)` helps you|This experiment needs your `\w+`: write it first'
    r"|There is no `ledger` yet\. Run the cell that begins with )"  # that cell waits for an answer
)


def unfriendly(nb: Any) -> list[str]:
    """Returns errors, tracebacks and warnings of an executed notebook that a learner should not have to read."""
    outputs = [output for cell in nb.cells if cell.cell_type == "code" for output in cell.outputs]
    errors = [output for output in outputs if output.output_type == "error"]
    messages = [f"{error.ename}: {error.evalue}" for error in errors if not FRIENDLY.match(error.evalue)]
    shown = ["\n".join(error.traceback) for error in errors]
    warned = [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    return [
        *messages,
        *(text for text in shown if "Traceback" in text or text.count("\n") > 3),
        *(text for text in warned if "Warning" in text or "Error" in text),
    ]


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_restart_and_run_all_on_an_unanswered_notebook_says_what_is_not_written(topic: Topic, tmp_path: Path) -> None:
    """Takes about 10 seconds: a kernel starts, PyTorch is imported, and what needs no answer is trained."""
    nb = executed(nbformat.read(topic.release, as_version=4), tmp_path)
    assert unfriendly(nb) == []
    unwritten = sum(bool(cell.get("outputs")) and "not written yet" in str(cell.outputs) for cell in nb.cells)
    assert unwritten >= 6


def test_an_experiment_that_just_breaks_would_be_found(course: Course, tmp_path: Path) -> None:
    nb = nbformat.read(course.topic(SLUG).release, as_version=4)
    keep = ("setup", "write-dead-fraction", "dead-fraction")
    nb.cells = [cell for cell in nb.cells if cell.id in keep]
    nb.cells += [nbformat.v4.new_code_cell("dead_fraction(np.ones((2, 2)))")]
    nb.cells += [nbformat.v4.new_code_cell("import warnings; warnings.warn('overflow')")]
    sentences = unfriendly(executed(nb, tmp_path))
    assert sentences[0] == "NotImplementedError: "
    assert "UserWarning: overflow" in sentences[-1]
