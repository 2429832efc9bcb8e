"""The progress bar: one for a cell, which knows how much is left, and leaves nothing in the saved notebook."""

from collections.abc import Sequence
from typing import Any

import nbformat
import pytest
from gradwise import progress_bar

from .. import execution
from ..outputs import kinds

SETUP = "from IPython.display import HTML, clear_output, display\nfrom gradwise import progress_bar as bar"
NESTED = "for _ in bar.each(range(3), 'outer'):\n    for _ in bar.each(range(2), 'inner'):\n        pass\n"
# A cell, and what is left of it: the kinds of its outputs, and the text in them.
CELLS: dict[str, tuple[str, Sequence[str], str]] = {
    "nothing else": (NESTED, [], ""),
    "one after the other": (NESTED + NESTED, [], ""),
    "a value": (NESTED + "5", ["text"], "5"),
    "printed before": ("print('a')\n" + NESTED, ["text"], "a"),
    "printed behind": (NESTED + "print('a')", ["text"], "a"),
    "printed in between": ("for i in bar.each(range(3), 'outer'):\n    print(i)\n" + NESTED, ["text"], "0\n1\n2"),
    "shown before": ("display(HTML('<table>'))\n" + NESTED + "print('a')", ["table", "text"], "<table>a"),
    "changed": ("h = display(HTML('1'), display_id=True)\n" + NESTED + "h.update(HTML('2'))", ["text"], "2"),
    "cleared": ("for i in '012':\n    clear_output(True)\n    print(i)\n    list(bar.each([1], 'one'))", ["text"], "2"),
    "an error": ("print('a')\nfor _ in bar.each(range(3), 'outer'):\n    1 / 0", ["text", "error"], "a"),
    "an error alone": ("with bar.task('outer', 3) as step:\n    step()\n    1 / 0", ["error"], ""),
    "left early": ("for _ in bar.each(range(3), 'outer'):\n    break\nprint('a')", ["text"], "a"),
    "after the error": (NESTED, [], ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The cells of a notebook, executed, by their name."""
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SETUP)])
    nb.cells += [nbformat.v4.new_code_cell(source) for source, *_ in CELLS.values()]
    execution.executed(nb, tmp_path_factory.mktemp("bar"))
    return dict(zip(CELLS, nb.cells[1:], strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_nothing_is_left_of_the_bar_and_everything_of_the_rest(name: str, executed: dict[str, Any]) -> None:
    _, left, text = CELLS[name]
    assert kinds(executed[name]) == left
    shown = [output.get("text") or output.get("data", {}) for output in executed[name].outputs]
    texts = [each if isinstance(each, str) else each.get("text/html", each.get("text/plain", "")) for each in shown]
    assert "".join(texts).strip() == text


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ("import numpy as np\n", []),
        ("import numpy as np\ndef f():\n    print('a')\n", []),
        ("print('a')\n", ["text", "empty"]),  # it may be lost if all were cleared, so the slot stays, without anything
        ("import numpy as np; print('a'); ", ["text", "empty"]),
    ],
)
def test_in_the_cell_that_imports_it_nothing_is_lost(before: str, left: list[str], tmp_path: Any) -> None:
    source = f"{before}from gradwise import progress_bar as bar\n{NESTED}"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    assert kinds(execution.executed(nb, tmp_path).cells[0]) == left


def test_a_bar_that_stays_would_be_found(tmp_path: Any) -> None:
    source = "from tqdm.notebook import tqdm\nfor _ in tqdm(range(3), leave=False):\n    pass"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    assert kinds(execution.executed(nb, tmp_path).cells[0]) != []


def test_a_task_within_a_task_is_a_part_of_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(progress_bar._bar, "draw", lambda: seen.append(round(progress_bar.share(), 3)))
    for _ in progress_bar.each(["a", "b"], "outer"):
        with progress_bar.task("inner", 2) as step:
            step()
            step()
    assert seen == [0.0, 0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 1.0]
    assert seen == sorted(seen)


def test_the_bar_says_what_is_done_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bar._bar, "draw", lambda: None)
    with progress_bar.task("20 trainings", 20) as outer, progress_bar.task("digits", 10) as inner:
        for _ in range(4):
            outer()
        inner("loss 0.5")
        assert progress_bar.share() == pytest.approx(0.205)
        said = progress_bar.words(progress_bar.share(), 20.5)
    assert said == "20 trainings: 4 of 20 · digits · loss 0.5 · 20 % · about 80 s left"


def test_a_loop_without_a_length_is_counted_first_and_each_thing_comes_once() -> None:
    assert list(progress_bar.each(zip("ab", [1, 2], strict=True), "pairs")) == [("a", 1), ("b", 2)]
    assert list(progress_bar.each(iter([]), "nothing")) == []


def test_the_bar_is_drawn_at_once_and_then_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    times, drawn = iter([0.01 * i for i in range(1, 500)]), []
    monkeypatch.setattr(progress_bar.time, "monotonic", lambda: 100 + next(times))
    monkeypatch.setattr(progress_bar, "words", lambda done, seconds: drawn.append(done) or "")
    for _ in progress_bar.each(range(200), "many"):
        pass
    assert drawn[0] == 0.0
    assert 8 <= len(drawn) <= 12  # two seconds, five looks a second


def test_a_program_whose_output_goes_into_a_file_shows_none(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in progress_bar.each(range(3), "three"):
        pass
    assert capsys.readouterr() == ("", "")
