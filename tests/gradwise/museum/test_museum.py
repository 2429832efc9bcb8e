"""The museum: each bug shows in its curve, the mended line takes it away, and an accusation is answered."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pytest
import torch
from gradwise import museum, progress_bar
from gradwise.museum import lab
from gradwise.museum.exhibit import Exhibit
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ...yardstick import small_network, times_as_long

Curves = npt.NDArray[np.float64]  # (seeds, places)

# The claim about each exhibit's curves, broken and healthy.
CLAIMS: dict[str, Callable[[Curves, Curves], bool]] = {
    "too_bright": lambda ill, well: abs(ill.mean() - 2 * 0.6915) < 0.03 and abs(well.mean() - 1) < 0.03,
    "learns_by_heart": lambda ill, well: bool((ill[:, -1] > 2 * well[:, -1]).all()),
    "tires_early": lambda ill, well: ill[:, 0].tolist() == well[:, 0].tolist() and ill[:, 9].mean() > 1.5,
    "falls_asleep": lambda ill, well: ill[:, -1].min() > 2.1 and well[:, -1].max() < 0.4,
    "deaf_to_its_rate": lambda ill, well: bool(
        np.allclose(ill[:, 0], 100, rtol=0.02) and (ill > 3 * well).mean() > 0.9
    ),
    "nervous_at_the_exam": lambda ill, well: np.diff(ill[:, 5:]).std() > 2 * np.diff(well[:, 5:]).std(),
    "forgets_at_the_exam": lambda ill, well: ill[:, -1].min() > 0.6 and well[:, -1].max() < 0.35,
    "crawls": lambda ill, well: bool(np.allclose(ill[:, 19], well[:, 0], rtol=0.4) and well[:, -1].max() < 0.1),
    "still_rehearsing": lambda ill, well: bool((well[:, -1] - ill[:, -1] > 0.1).all()),
    "fades_away": lambda ill, well: ill[:, -1].max() < 0.6 and well[:, -1].min() > 1,
    "too_good_to_be_true": lambda ill, well: bool((np.diff(ill) >= 0).all() and ill[:, -1].mean() > well[:, -1].mean()),
    "only_the_first_time": lambda ill, well: ill[:, :12].tolist() == well[:, :12].tolist() and ill[:, 12:].max() < 0.3,
    "remembers_the_last": lambda ill, well: bool((np.diff(well) <= 0).all() and (ill[:, -1] > 2 * well[:, -1]).all()),
    "learns_nothing": lambda ill, well: abs(ill[:, -1].mean() - np.log(10)) < 0.05 and well[:, -1].max() < 0.2,
    "cannot_be_sure": lambda ill, well: ill.min() > np.log(1 + 9 / np.e) > 1.46 > well[:, -1].max(),
}


def unexplained(exhibit: Exhibit) -> list[str]:
    """Returns the lines of an exhibit without a remark."""
    return [line for line, remark in zip(exhibit.lines, exhibit.remarks, strict=True) if not remark.endswith(".")]


@pytest.fixture(params=museum.exhibits(), ids=museum.names())
def exhibit(request: pytest.FixtureRequest) -> Exhibit:
    chosen: Exhibit = request.param
    return chosen


def test_there_are_many_and_none_is_named_after_its_bug() -> None:
    assert len(set(museum.names())) == len(museum.names()) >= 8
    assert set(CLAIMS) == set(museum.names())


def test_the_bug_shows_in_the_curve_and_the_mended_line_takes_it_away(exhibit: Exhibit) -> None:
    ill, well = np.array(exhibit.broken), np.array(exhibit.healthy)
    assert CLAIMS[exhibit.name](ill, well)
    assert not CLAIMS[exhibit.name](well, well)


def test_every_line_has_its_word_and_one_is_the_bug(exhibit: Exhibit) -> None:
    assert unexplained(exhibit) == []
    answers = [museum.accuse(exhibit.name, line) for line in range(1, len(exhibit.lines) + 1)]
    assert [line for line, words in enumerate(answers, start=1) if "is the bug" in words] == [exhibit.bug]
    assert answers[exhibit.bug - 1].startswith(f"Yes, line {exhibit.bug} is the bug. ")
    assert answers[exhibit.bug - 1].endswith(f"The minimal fix:\n    {exhibit.fix}")
    assert exhibit.fix not in map(str.strip, exhibit.lines)


def _unexplained(data: lab.Samples) -> list[float]:
    secret = float(len(data.X))
    #! It is one too many.
    #:= return [secret]
    return [secret + 1]


def test_a_line_without_a_word_would_be_found() -> None:
    planted = Exhibit(_unexplained, lab.coins, "?", "?")
    assert unexplained(planted) == ["    secret = float(len(data.X))"]
    assert (planted.broken[0], planted.healthy[0]) == ([101.0], [100.0])


def test_show_draws_both_curves_and_prints_the_source_without_the_answers(
    exhibit: Exhibit, capsys: pytest.CaptureFixture[str]
) -> None:
    museum.show(exhibit.name)
    (ax,) = plt.gcf().axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["healthy", "as it is"]
    caption = plt.gcf().get_supxlabel()
    assert f"Its author says: “{exhibit.complaint}”" in caption
    assert "when healthy (mean of 3 seeds" in caption
    plt.close("all")
    printed = capsys.readouterr().out
    assert f"\n{exhibit.bug:2}  {exhibit.lines[exhibit.bug - 1]}\n" in "\n" + printed
    assert "#" not in printed
    assert f"  {exhibit.fix}\n" not in printed


def test_in_a_notebook_the_curve_comes_first_and_the_source_at_a_click(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        museum.show("crawls")
    (output,) = captured.outputs
    page = output.data["text/html"]
    assert page.index("<img") < page.index("<details><summary>") < page.index("W = W - 0.3")
    assert "#!" not in page
    assert not plt.get_fignums()


@pytest.mark.parametrize("name", ["too_bright", "tires_early", "nervous_at_the_exam"])
def test_nobody_waits_long_for_a_curve(name: str) -> None:
    """The three that cost most: each takes a second and a half of a processor, and may take five."""
    (kept,) = (exhibit for exhibit in museum.exhibits() if exhibit.name == name)
    kept.samples()
    work = Exhibit(kept.trainer, kept.samples, "", "").run
    assert times_as_long(work, small_network, most=5000, attempts=2) <= 5000


def test_a_bar_is_there_at_once_and_moves_with_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(progress_bar._bar, "draw", lambda: seen.append(progress_bar.share()))
    (crawls,) = (exhibit for exhibit in museum.exhibits() if exhibit.name == "crawls")
    Exhibit(crawls.trainer, crawls.samples, "", "").run()
    assert seen[0] == 0.0
    assert sorted(set(seen)) == pytest.approx([0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1])


def test_what_an_accusation_says() -> None:
    assert museum.accuse("crawls", 7) == (
        "Yes, line 7 is the bug. dz has been divided by the number of examples already; the mean of a mean is 32 times "
        "too small. The weights crawl, and the direction is right, so that nothing looks wrong but the speed.\n"
        "The minimal fix:\n    W = W - 0.3 * data.X[batch].T @ dz"
    )
    assert museum.accuse("crawls", 8) == "Line 8 is innocent: the bias gets the sum of the slopes, downhill."


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ValueError, match=r"The museum has no 'gradwise'\. It has too_bright, learns_by_heart, "):
        museum.show("gradwise")
    with pytest.raises(ValueError, match=r"crawls has lines 1 to 10; there is no line 11\."):
        museum.accuse("crawls", 11)
    with pytest.raises(ValueError, match=r"crawls has lines 1 to 10; there is no line 'W'\."):
        museum.accuse("crawls", "W")  # type: ignore[arg-type]


def test_runs_repeat_and_leave_the_random_numbers_of_others_alone() -> None:
    (crawls,) = (exhibit for exhibit in museum.exhibits() if exhibit.name == "crawls")
    state = torch.random.get_rng_state()
    again = Exhibit(crawls.trainer, crawls.samples, "", "")
    assert again.broken == crawls.broken
    assert torch.equal(state, torch.random.get_rng_state())
