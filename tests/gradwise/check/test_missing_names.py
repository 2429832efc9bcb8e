"""A cell whose function or setting is not there says which cell to run; a typing error stays Python's."""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.core.course import Course
from autograder.notebooks.release import is_answer, is_check

from ... import execution

SLUG = "03_batch_norm"
MINE = {
    "typing error": "def f(x):\n    return np.zeroes_like(y)\nf(1)",
    "own name": "1 + theirs",
    "unset": "def g():\n    print(h)\n    h = 1\ng()",
}


@pytest.fixture(scope="module")
def executed(course: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The release of a topic without its answers' cells, executed, with cells of a learner's own: by a cell's id."""
    nb = nbformat.read(course.topic(SLUG).release, as_version=4)
    nb.cells = [cell for cell in nb.cells if cell.cell_type == "code" and not is_answer(cell)]
    nb.cells = [cell for cell in nb.cells if not is_check(cell) and cell.id not in ("batch-sizes", "explorer")]
    nb.cells += [nbformat.v4.new_code_cell(source, id=name.replace(" ", "-")) for name, source in MINE.items()]
    execution.executed(nb, tmp_path_factory.mktemp("nothing"))
    return {cell.id: cell for cell in nb.cells}


def error_of(cell: Any) -> Any:
    return next((output for output in cell.outputs if output.output_type == "error"), None)


@pytest.mark.parametrize(
    ("cell", "name", "first"),
    [
        ("ten-layers-normalized", "bn_forward_train", "def bn_forward_train(X, gamma, beta, eps=1e-5):"),
        ("two-momenta", "update_running", "def update_running(running_mean, running_var, X, momentum=0.1):"),
        ("forgotten", "BatchNorm", "class BatchNorm:"),
        ("scale-and-rate", "BatchNorm", "class BatchNorm:"),
        ("folded", "fold_bn", "def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):"),
    ],
)
def test_an_experiment_without_its_function_says_which_cell_to_run(
    cell: str, name: str, first: str, executed: dict[str, Any]
) -> None:
    """Takes over 10 seconds: a kernel starts, and the experiments run as far as they can."""
    error = error_of(executed[cell])
    says = f"○ There is no `{name}` yet. Run the cell that begins with `{first}`, then this one again."
    assert (error.ename, error.evalue) == ("NotWrittenYet", says)
    assert "\n".join(error.traceback) == says
    pages = [output.data for output in executed[cell].outputs if output.output_type == "display_data"]
    assert [data["text/plain"] for data in pages] == [says]
    assert "`" not in pages[0]["text/html"]


def test_no_experiment_ends_with_a_name_error_or_an_empty_figure(executed: dict[str, Any]) -> None:
    given = [cell for cell in executed.values() if cell.metadata.get("nbgrader")]
    assert len(given) > 6
    for cell in given:
        assert "NameError" not in str(cell.outputs), cell.id
        if error_of(cell):
            assert "image/png" not in str(cell.outputs), cell.id


def test_a_setting_of_a_given_cell_is_named_only_in_given_cells(executed: dict[str, Any]) -> None:
    assert error_of(executed["digits"]).evalue == (
        "○ There is no `theirs` yet. Run the cell that begins with `import functools`, then this one again."
    )
    for name in MINE:
        error = error_of(executed[name.replace(" ", "-")])
        assert error.ename in ("NameError", "AttributeError", "UnboundLocalError"), name
        assert "Traceback" in "\n".join(error.traceback)


def test_a_given_cell_that_was_not_run_is_named(course: Course, tmp_path: Path) -> None:
    nb = nbformat.read(course.topic(SLUG).release, as_version=4)
    nb.cells = [cell for cell in nb.cells if cell.id in ("setup", "batch-sizes")]
    error = error_of(execution.executed(nb, tmp_path).cells[-1])
    assert error.evalue == (
        "○ There is no `nn` yet. Run the cell that begins with `from torch import nn`, then this one again."
    )
