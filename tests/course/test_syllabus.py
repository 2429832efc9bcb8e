"""The handbook's promises: every item of the lectures is covered, every erratum is answered, by ids that exist."""

import re
from pathlib import Path

import pytest
from gradwise import exercises

from autograder.core.course import Course, Topic

# Number of items of each lecture, by its letter in the notebooks.
ITEMS = {"B": 36, "T": 21, "F": 14, "S": 15, "N": 15}
ERRATA = [
    f"E{number}{part}" for number in (*range(1, 25), *range(26, 67)) for part in (("", "b") if number == 7 else ("",))
]

# Named in the lectures and offered as a bonus.
BONUS = {
    "selu",
    "gelu",
    "silu",
    "mish",
    "rrelu",
    "crelu",
    "lecun_normal",
    "mse_loss",
    "binary_cross_entropy_with_logits",
    "clip_grad_value",
    "weight_standardization",
    "layer_norm",
    "sgdw",
    "sgd_ema",
    "add_noise",
    "average_checkpoints",
    "bootstrap_sample",
    "mixup_lambda",
    "ensemble_variance",
    "exp_decay",
    "inverse_time_decay",
    "triangular_decay",
    "RootMeanSquaredError",
}


def targets(topic: Topic) -> set[str]:
    """Returns all targets in a topic that the handbook may link to, as the handbook writes them."""
    text = topic.text.read_text("utf-8")
    sections = re.findall(r"^# ## (\d\.\d+|Why)\b", text, re.M)
    cells = re.findall(r'^# %%.*?(?:locked|question)="(\w+)"', text, re.M)
    names = [exercise.id for exercise in exercises.of_topic(topic.slug)]
    return {*sections, *(f"*{cell}*" for cell in cells), *(f"`{name}`" for name in names), *errata_in(topic)}


def errata_in(topic: Topic) -> set[str]:
    """Returns the numbers of the errata in a topic's table "Where the notes differ"."""
    notes = topic.text.read_text("utf-8").split("## Where the notes differ")[1]
    rows = re.findall(r"^# \| (E[^|]+) \|", notes, re.M)
    return {number for row in rows for number in row.split(", ")}


def table(handbook: str, pattern: str) -> dict[str, list[tuple[str, str]]]:
    """Returns the rows whose first cell matches, with the links in their last cell: (target, topic number)."""
    rows = re.findall(rf"^\| ({pattern}) \|(.*)\|$", handbook, re.M)
    return {name: re.findall(r"\[([^\]]+)\]\[(\d\d)\]", rest.rsplit("|", 1)[1]) for name, rest in rows}


def gaps(handbook: str, course: Course) -> list[str]:
    """Returns a sentence for each gap in the syllabus and in the list of errata."""
    known = {topic.slug[:2]: targets(topic) for topic in course.topics}
    answered = {topic.slug[:2]: errata_in(topic) for topic in course.topics}
    items = table(handbook, r"[BTFSN]\d+")
    wanted = [f"{lecture}{number}" for lecture, count in ITEMS.items() for number in range(1, count + 1)]
    sentences = [] if list(items) == wanted else [f"items are not {wanted[0]} to {wanted[-1]}, each once and in order"]
    for item, links in items.items():
        sentences += [] if links else [f"{item} leads nowhere"]
        sentences += [
            f"{item}: there is no {what} in {where}" for what, where in links if what not in known.get(where, ())
        ]
    errata = table(handbook, r"E\d+b?")
    sentences += (
        [] if list(errata) == ERRATA else ["errata are not E1 to E66 with E7b and without E25, each once and in order"]
    )
    for number, links in errata.items():
        listed, rows = {where for _, where in links}, {where for where in answered if number in answered[where]}
        if not listed or listed != rows:
            sentences.append(f"{number} is said to be in {sorted(listed)} and is in {sorted(rows)}")
    return sentences


@pytest.fixture
def handbook(course: Course) -> str:
    return (course.root / "course" / "README.md").read_text("utf-8")


def test_every_item_of_the_lectures_is_covered_and_every_erratum_is_answered(handbook: str, course: Course) -> None:
    assert gaps(handbook, course) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (r"\| T7 \|.*\n", "", "items are not B1 to N15, each once and in order"),
        (r"(\| F8 \|[^|]*\|).*", r"\1 |", "F8 leads nowhere"),
        (r"\[`xavier`\]\[04\]", "[`glorot`][04]", "B19: there is no `glorot` in 04"),
        (r"\[\*race\*\]\[06\]", "[*race*][05]", "B27: there is no *race* in 05"),
        (r"\[5\.3\]\[05\]", "[5.9][05]", "B25: there is no 5.9 in 05"),
        (r"\[E28\]\[06\]", "[E28][07]", "T8: there is no E28 in 07"),
        (r"\| E45 \|.*\n", "", "errata are not E1 to E66 with E7b and without E25, each once and in order"),
        (r"(\| E49 \|.*)\[1\]\[01\], ", r"\1", "E49 is said to be in ['04'] and is in ['01', '04']"),
    ],
)
def test_a_gap_would_be_found(handbook: str, course: Course, old: str, new: str, sentence: str) -> None:
    broken, count = re.subn(old, new, handbook)
    assert count
    assert sentence in gaps(broken, course)


def test_a_row_of_errata_that_a_notebook_loses_would_be_found(
    handbook: str, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "solutions").mkdir()
    for topic in course.topics:
        text = topic.text.read_text("utf-8").replace("# | E63 |", "# | – |")
        (tmp_path / "solutions" / topic.text.name).write_text(text, "utf-8")
    assert gaps(handbook, Course(tmp_path)) == [
        "N10: there is no E63 in 05",
        "E63 is said to be in ['05'] and is in []",
    ]


def test_every_link_of_the_handbook_has_its_notebook(handbook: str, course: Course) -> None:
    defined = dict(re.findall(r"^\[(\d\d)\]: (\S+)$", handbook, re.M))
    assert set(re.findall(r"\]\[(\d\d)\]", handbook)) <= set(defined)
    assert all((course.root / "course" / path).is_file() for path in defined.values())


def test_what_the_lectures_name_besides_is_offered_as_a_bonus() -> None:
    side = [exercise for slug in exercises.topics() for exercise in exercises.of_topic(slug) if exercise.side]
    assert {name for exercise in side for name in exercise.functions} >= BONUS
