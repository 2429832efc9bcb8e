"""Guesses before experiments: kept, shown beside the finding, counted, and graded for nothing."""

from pathlib import Path

import nbformat
import pytest
from gradwise import exercises
from gradwise.check import guessed, predict, predictions, progress
from gradwise.check.overview import Progress
from gradwise.errors import UnknownName
from gradwise.exercises import generated

from ...execution import executed

TOPIC = "02_activations"


@pytest.fixture(autouse=True)
def _a_new_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "_guesses", {})
    monkeypatch.setattr(predictions, "_seen", set())
    monkeypatch.setenv("JPY_SESSION_NAME", f"{TOPIC}.ipynb")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_guess_is_shown_beside_the_finding(capsys: pytest.CaptureFixture[str]) -> None:
    predict("ring", " the two with ReLU\n")
    assert "✓ Your guess is kept." in said(capsys)
    guessed("ring")
    assert said(capsys) == "Your guess was: the two with ReLU\n"


@pytest.mark.parametrize("guess", ["", "  \n", None])
def test_an_empty_guess_says_so_kindly_and_shows_nothing_later(
    guess: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    predict("ring", guess)
    text = said(capsys)
    assert text.startswith("○ No guess about `ring` yet. Write one between the quotes")
    assert "no one grades it" in text
    guessed("ring")
    assert said(capsys) == ""
    predict("ring")
    assert said(capsys).startswith("○")


@pytest.mark.parametrize(("guess", "words"), [(3, "3"), ([0.1, 0.9], "[0.1, 0.9]"), ("<b>& {x}", "<b>& {x}")])
def test_a_guess_may_be_anything_that_prints(guess: object, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    predict("ring", guess)
    said(capsys)
    guessed("ring")
    assert said(capsys) == f"Your guess was: {words}\n"


def test_a_guess_may_be_changed_before_the_experiment_and_not_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    predict("ring", "one")
    predict("ring", "two")
    guessed("ring")
    said(capsys)
    predict("ring", "three")
    assert "Your guess from before it stays: two" in said(capsys)
    guessed("ring")
    assert said(capsys) == "Your guess was: two\n"


def test_a_guess_that_comes_after_the_finding_does_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    guessed("ring")
    predict("ring", "just as it came out")
    assert "A guess has to come first" in said(capsys)
    assert predictions.written(TOPIC)[0] == 0


def test_a_guess_that_is_taken_back_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    predict("ring", "one")
    predict("ring", "")
    assert predictions.written(TOPIC)[0] == 0


def test_a_name_that_is_no_experiment_is_told_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnknownName, match=r"There is no experiment 'rinng' to guess about\. There are: ring, explorer"):
        predict("rinng", "x")
    with pytest.raises(UnknownName, match="no experiment 'rinng'"):
        guessed("rinng")


def test_the_progress_counts_guesses_and_gives_no_points_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    places = len(generated.predictions(TOPIC))
    before = progress(TOPIC, {})
    assert f"Guesses before experiments: 0 of {places} (no points)." in repr(before)
    predict("ring", "one")
    predict("who_dies", "two")
    after = progress(TOPIC, {})
    assert f"Guesses before experiments: 2 of {places} (no points)." in repr(after)
    assert f"2 of {places}" in after._repr_html_()
    assert after.rows == before.rows


def test_a_topic_without_guesses_does_not_speak_of_them() -> None:
    assert "Guesses" not in repr(Progress("09_new", ()))


def test_every_notebook_has_guesses() -> None:
    assert all(len(generated.predictions(topic)) >= 3 for topic in exercises.topics())


def test_in_a_kernel_the_guess_stands_in_the_notebook_and_beside_the_finding(tmp_path: Path) -> None:
    """Starts a kernel."""
    place = tmp_path / TOPIC
    place.mkdir()
    nb = nbformat.v4.new_notebook()
    nb.cells = [
        nbformat.v4.new_code_cell("from gradwise.check import guessed, predict, progress"),
        nbformat.v4.new_code_cell('predict("ring", "")', id="empty"),
        nbformat.v4.new_code_cell('print("found")\nguessed("ring")', id="unguessed"),
        nbformat.v4.new_code_cell('predict("explorer", "<i>both</i>")', id="guess"),
        nbformat.v4.new_code_cell('print("found")\nguessed("explorer")', id="finding"),
        nbformat.v4.new_code_cell(f'progress("{TOPIC}")', id="progress"),
    ]
    cells = {cell.id: cell for cell in executed(nb, place).cells}
    assert all(output.output_type != "error" for cell in cells.values() for output in cell.outputs)
    assert "No guess about" in cells["empty"].outputs[0].data["text/plain"]
    assert len(cells["unguessed"].outputs) == 1
    assert cells["guess"].source == 'predict("explorer", "<i>both</i>")'
    page = cells["finding"].outputs[1].data
    assert page["text/plain"] == "Your guess was: <i>both</i>"
    assert "gradwise-guess" in page["text/html"]
    assert "&lt;i&gt;both&lt;/i&gt;" in page["text/html"]
    assert "Guesses before experiments: 1 of" in cells["progress"].outputs[0].data["text/plain"]
