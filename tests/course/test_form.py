"""Rules for the form of the instructors' texts, each with violations that are planted and found."""

import re
from typing import Any

import jupytext
import pytest

from autograder.core.course import Topic, find_course

from . import form

TOPICS = find_course().topics
LIBRARY = find_course().root / "course" / "gradwise"


@pytest.fixture(params=TOPICS, ids=lambda topic: topic.slug)
def every(request: pytest.FixtureRequest) -> Topic:
    topic: Topic = request.param
    return topic


def cells(text: str) -> list[Any]:
    return list(jupytext.reads(text, fmt="py:percent").cells)


def cells_of(topic: Topic) -> list[Any]:
    return cells(topic.text.read_text("utf-8"))


# --- demos ------------------------------------------------------------------------------------------

DEMO = '# %% locked="explorer"\n{}\n{}\n'.format


def test_every_demo_is_shown(every: Topic) -> None:
    assert list(form.hidden_demos(cells_of(every))) == []


def test_a_planted_demo_that_is_not_shown_is_found() -> None:
    show, guess = "demos.activation_explorer()", 'guessed("explorer")'
    assert list(form.hidden_demos(cells(DEMO(show, guess)))) == [f"{show} is not the last line of its cell"]
    assert list(form.hidden_demos(cells(DEMO(guess, show)))) == []


# --- guesses ----------------------------------------------------------------------------------------

ASKED = "# %% [markdown]\n# A race. **Predict first:** who wins?\n\n"
PLACE = '# %% guess="race"\npredict("race", "")\n\n'
RACE = '# %% locked="race"\nrun()\nguessed("race")\n\n'


def test_every_predict_first_has_a_place_for_the_guess_and_shows_it_afterwards(every: Topic) -> None:
    assert list(form.without_guesses(cells_of(every))) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (ASKED + RACE, "no place for the guess follows"),
        (ASKED + RACE + PLACE, "no place for the guess follows"),
        (ASKED + PLACE + RACE.replace('guessed("race")\n', ""), "the guess is not shown again"),
        (RACE + ASKED + PLACE, "the guess is not shown again"),
        (PLACE + RACE, "no text asks for this guess"),
        (ASKED.replace("who wins?", "who wins? **Predict\n# first:** by how much?") + PLACE + RACE, "two guesses"),
    ],
)
def test_a_planted_guess_without_its_place_is_found(text: str, sentence: str) -> None:
    assert any(sentence in found for found in form.without_guesses(cells(text)))


def test_a_guess_with_its_place_is_well() -> None:
    setup = '# %% locked="setup"\nimport numpy as np\n\n'
    assert list(form.without_guesses(cells(ASKED + setup + PLACE + RACE))) == []


# --- exercises --------------------------------------------------------------------------------------

TITLE = "# ### ✎ Exercise `elu` · ★★☆ · 10 minutes · 4 points\n# Write `elu(x)`.\n"
WRITE = '\n# %% write="elu"\ndef elu(x):\n    return x\n'


def test_the_text_of_every_exercise_stands_right_before_its_cell(every: Topic) -> None:
    assert list(form.stacked(cells_of(every))) == []


@pytest.mark.parametrize(
    "text",
    [
        "# %% [markdown]\n" + TITLE + TITLE.replace("elu", "relu") + WRITE,
        "# %% [markdown]\n" + TITLE + '\n# %% write="relu"\ndef relu(x):\n    return x\n' + WRITE,
        "# %% [markdown]\n" + TITLE + "\n# %% [markdown]\n# Something else.\n" + WRITE,
        "# %% [markdown]\n" + TITLE + "# ## 2.4 Another section\n# Text.\n" + WRITE,
        "# %% [markdown]\n" + TITLE + "#\n# **Predict first:** what then?\n" + WRITE,
        '# %% locked="race"\nrun()\n' + WRITE,
        '# %% check="relu" points=3\ncheck("relu")\n' + WRITE,
    ],
)
def test_a_planted_exercise_away_from_its_cell_is_found(text: str) -> None:
    assert len(list(form.stacked(cells(text)))) >= 1


def test_an_exercise_before_its_cell_is_well() -> None:
    assert list(form.stacked(cells("# %% [markdown]\n# ## 2.3\n#\n" + TITLE + WRITE))) == []


# --- experiments ------------------------------------------------------------------------------------


def test_the_code_of_experiments_can_be_read(every: Topic) -> None:
    cells = form.experiments(cells_of(every))
    found = {name: list(form.unreadable(name, code)) for name, code in cells}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("\n".join(f"a{number} = {number}" for number in range(13)), "race: 13 lines"),
        ("rule = lambda lr: lambda w: w - lr", "race, line 1: a lambda within a lambda"),
        ("a = 1\nf = lambda x: sorted(x, key=lambda y: -y)", "race, line 2: a lambda within a lambda"),
    ],
)
def test_planted_code_that_is_hard_to_read_is_found(code: str, sentence: str) -> None:
    assert list(form.unreadable("race", code)) == [sentence]


def test_short_code_is_well() -> None:
    code = "# why\n\n" + "\n".join(f"f{number} = lambda x: x + {number}" for number in range(12))
    assert list(form.unreadable("race", code)) == []


# --- figures ----------------------------------------------------------------------------------------

DRAWING = form.drawing(path.read_text("utf-8") for path in sorted(LIBRARY.glob("experiments/*.py")))
FIGURE = '# %% locked="race"\n{}\n'.format
LINES = "\n# %% [markdown]\n# {}\n".format


def test_behind_every_figure_two_lines_say_what_was_to_be_seen(every: Topic) -> None:
    assert list(form.unsaid(cells_of(every), DRAWING)) == []


@pytest.mark.parametrize(
    "text",
    [
        FIGURE("plots.show()") + LINES("Adam wins."),
        FIGURE("lab.draw_ladder(report, nets)") + LINES("Adam wins.\n#\n# **What you saw:** Adam wins."),
        FIGURE("plots.show()") + FIGURE("go()") + LINES("**What you saw:** Adam wins."),
        FIGURE("plots.show()") + LINES("**What you saw:** " + "Adam wins. " * 30),
    ],
)
def test_a_planted_figure_without_its_two_lines_is_found(text: str) -> None:
    assert len(list(form.unsaid(cells(text + LINES("End.")), DRAWING))) == 1


@pytest.mark.parametrize(
    "text",
    [
        FIGURE("plots.show()") + LINES("<!-- no claim -->**What you saw:** Adam wins.\n#\n# ## Next"),
        FIGURE("lab.draw_ladder(report, nets)") + LINES("**What you saw:** {{ladder: relu_10}} ({{ladder}})."),
        FIGURE("print(lab.table(runs))") + LINES("Adam wins."),
    ],
)
def test_a_figure_with_its_two_lines_and_a_table_are_well(text: str) -> None:
    assert list(form.unsaid(cells(text), DRAWING)) == []


# --- references -------------------------------------------------------------------------------------


def references(text: str) -> int:
    """Counts the references at the end of a text: authors, a year and a title each."""
    return len(re.findall(r"^# \* .+ \(\d{4}(?:, \d{4})?\): \*.+\*", text.split("# ## References\n")[-1], re.M))


def test_every_notebook_ends_with_five_references(every: Topic) -> None:
    text = every.text.read_text("utf-8")
    assert references(text) == 5
    assert re.findall(r"^# ## (.+)$", text, re.M)[-1] == "References"


def test_a_reference_without_a_year_or_a_title_would_be_found() -> None:
    whole = "# ## References\n#\n# * Smith (2017): *Cyclical learning rates*.\n"
    assert references(whole) == 1
    assert references(whole.replace(" (2017)", "")) == 0
    assert references(whole.replace("*Cyclical learning rates*", "rates")) == 0
    assert references("# * Smith (2017): *Cyclical learning rates*.\n#\n# ## References\n") == 0
