"""How long a notebook takes: computed from its words, exercises and experiments, and said in its title line."""

import json
from typing import Any

import jupytext
import pytest

from autograder.core.course import Topic, find_course
from autograder.notebooks.reading_time import LOOKING, PLACE, WORDS, how_long, minutes
from autograder.notebooks.source import source_notebook


def cells(text: str) -> list[Any]:
    return list(jupytext.reads(text, fmt="py:percent").cells)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# %% [markdown]\n# " + "word " * 3 * WORDS, 3),
        ("# %% [markdown]\n# ### ✎ Exercise `f` · ★☆☆ · 20 minutes · 3 points", 20),
        ("# %% [markdown]\n# ## 8.6 The museum · 40 minutes", 40),
        ("# %% [markdown]\n# It takes · 40 minutes", 0),
        ('# %% locked="race"\nrun()\n', LOOKING),
        ('# %% locked="setup"\nimport numpy\n', 0),
        ("# %% [markdown]\n# ### BEGIN SOLUTION\n# " + "word " * 9 * WORDS + "\n# ### END SOLUTION", 0),
    ],
)
def test_words_exercises_and_experiments_count(text: str, wanted: int) -> None:
    assert minutes(cells(text)) == wanted


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (3, "about 5 minutes"),
        (44, "about 45 minutes"),
        (58, "about an hour"),
        (100, "about 1½ hours"),
        (230, "about 4 hours"),
    ],
)
def test_it_is_said_as_people_say_it(number: int, said: str) -> None:
    assert how_long(number) == said


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_the_title_line_of_every_notebook_says_what_was_computed_and_nobody_typed_it(topic: Topic) -> None:
    text = topic.text.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("# # "))
    assert title.endswith(f" · {PLACE}")
    built = json.loads(source_notebook(topic))["cells"][0]["source"]
    first = "".join(built).splitlines()[0]
    assert first == title.removeprefix("# ").replace(PLACE, how_long(minutes(cells(text))))
    assert "hours" in first
