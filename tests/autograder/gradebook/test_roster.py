"""Which row of a roster is which learner: exactly, then by one normalization that leaves no choice, else not at all."""

import unicodedata
from pathlib import Path

import pytest

from autograder.core.outcomes import UsageError
from autograder.gradebook.roster import match, read_roster

DECOMPOSED = unicodedata.normalize("NFD", "Jörg")


@pytest.mark.parametrize(
    ("roster", "gradebook", "expected"),
    [
        (["ada", "Bo "], ["ada", "bo"], {"ada": "ada", "Bo ": "bo"}),
        (["Jörg"], [DECOMPOSED], {"Jörg": DECOMPOSED}),
        (["\u00a0ada\t"], ["ada"], {"\u00a0ada\t": "ada"}),
        (["weiß", "weiss"], ["weiss"], {"weiss": "weiss"}),
        (["weiß", "weiss"], ["weiß", "weiss"], {"weiß": "weiß", "weiss": "weiss"}),
        (["WEISS"], ["weiß"], {}),
        (["Ada", "ada"], ["Ada", "ada"], {"Ada": "Ada", "ada": "ada"}),
        (["ada", "ADA"], ["ada"], {"ada": "ada"}),
        (["ılgın"], ["ILGIN"], {}),
        (["ılgın", "ilgin"], ["ILGIN"], {"ilgin": "ILGIN"}),
        (["İnci"], ["inci"], {}),
        (["ada"], [], {}),
        ([], ["ada"], {}),
    ],
)
def test_names_are_matched_where_there_is_no_choice(roster: list[str], gradebook: list[str], expected: object) -> None:
    assert match(roster, gradebook, gradebook) == expected


@pytest.mark.parametrize(
    ("roster", "gradebook", "needed", "named"),
    [
        (["ADA"], ["Ada", "ada"], ["Ada", "ada"], "'ADA' of the roster could be 'Ada' or 'ada'"),
        (["ada", "ADA"], ["Ada", "ada"], ["Ada", "ada"], "and 'Ada' has scores"),
        (["ada"], ["Ada", "ada"], ["Ada"], "and 'Ada' has scores"),  # the exact one is empty
        (["ada", "ada"], ["ada"], ["ada"], "'ada' is in the roster more than once"),
        (["ADA", "Ada"], ["ada"], ["ada"], "'ADA' or 'Ada' of the roster could be 'ada'"),
        (["Jörg"], [DECOMPOSED, "jörg"], [DECOMPOSED, "jörg"], "'Jörg' of the roster could be"),
    ],
)
def test_a_name_that_could_be_two_peoples_is_refused(
    roster: list[str], gradebook: list[str], needed: list[str], named: str
) -> None:
    with pytest.raises(UsageError) as refused:
        match(roster, gradebook, needed)
    assert named in str(refused.value)
    assert "Write the gradebook's own name into each row" in str(refused.value)


def test_of_two_entries_the_one_with_scores_is_never_lost() -> None:
    assert match(["Ada"], ["Ada", "ada"], ["Ada"]) == {"Ada": "Ada"}


def test_two_equal_rows_are_one_and_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("sep=;\nstudent;x\nada;1\nada;1\nbo;2\n")
    assert [row["student"] for row in read_roster(path).rows] == ["ada", "bo"]
    path.write_text("student,student\nada,1\n")
    with pytest.raises(UsageError, match="two columns called student"):
        read_roster(path)


@pytest.mark.parametrize(
    ("rows", "gradebook", "column"),
    [
        (["Ada,Lovelace,ada", "Ada,Byron,byron"], ["ada", "byron"], "Login"),
        (["Ada,Lovelace,lovelace", "Cy,Byron,ada"], ["ada"], "Login"),
        (["ada,Lovelace,x", "bo,Ek,y"], ["ada", "bo"], "First"),
    ],
)
def test_the_column_of_names_is_not_that_of_first_names(
    tmp_path: Path, rows: list[str], gradebook: list[str], column: str
) -> None:
    (tmp_path / "r.csv").write_text("\n".join(["First,Last,Login", *rows]))
    assert read_roster(tmp_path / "r.csv").key_for(gradebook) == column


def test_a_column_that_a_teacher_added_comes_first(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Login,student\nada,ben\nbo,Bo\n")
    assert read_roster(tmp_path / "r.csv").key_for(["ada", "bo"]) == "student"
