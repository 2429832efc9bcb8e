"""`autograder collect`: the names that platforms give to files, and archives that mean harm."""

import json
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.gradebook import archive

from ..conftest import SmallCourse

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
SECOND = NOTEBOOK.replace("5}", "4}")
SLUG = "01_small"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01_small (4711)
,,,,,Manual Posting
    Points Possible,,,,,3
"Lovelace, Ada",101,0012,ada,S1,
"O'Neil, Bén",102,0013,ben,S1,
"Ng, Cy",103,101,cy,S1,
"""
MOODLE = """Kennung,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Anmeldename
Teilnehmer/in 12345,Ada Lovelace,7,ada@x.edu,ada
Teilnehmer/in 12346,Jörg Weiß,8,joerg@x.edu,joerg
Teilnehmer/in 12347,Jörg Weiß,9,jw@x.edu,jweiss
"""
GRADESCOPE = """submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '0012'
    :email: ada@x.edu
  - :name: Bo Ek
    :sid: '0013'
    :email: bo@x.edu
  :created_at: 2026-01-06 21:11:12.000000000 Z
submission_12:
  :submitters:
  - :name: Cy Ng
    :email: cy@x.edu
  :created_at: 2026-01-05 08:00:00 -08:00
"""


@pytest.fixture
def root(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = small.topic.root
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(root)!r}\n"
        "c.CourseDirectory.submitted_directory = 'build/submitted'\n"
        f"c.CourseDirectory.db_url = 'sqlite:///{root}/build/gradebook.db'\n"
    )
    monkeypatch.chdir(root)
    return root


def zipped(root: Path, files: Mapping[str, str | bytes]) -> str:
    with zipfile.ZipFile(root / "class.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return "class.zip"


def unpacked(root: Path, files: Mapping[str, str | bytes]) -> str:
    for name, data in files.items():
        path = root / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return "class"


def run(*words: str, text: str = "") -> Result:
    return CliRunner().invoke(main, ["collect", *words], input=text)


def submitted(root: Path) -> dict[str, str]:
    folder = root / "build" / "submitted"
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("pack", [zipped, unpacked])
def test_canvas(root: Path, pack: object) -> None:
    files = {
        "lovelaceada_101_678900_01_small.ipynb": NOTEBOOK,
        "lovelaceada_LATE_101_678901_01_small-1.ipynb": SECOND,
        "oneilbén_102_678902_homework (1).ipynb": NOTEBOOK,
        "ngcy_103_678903_report.pdf": "%PDF",
        "strange.ipynb": NOTEBOOK,
    }
    (root / "roster.csv").write_text(CANVAS)
    name = pack(root, files)  # type: ignore[operator]
    words = (SLUG, name, "--from", "canvas", "--roster", "roster.csv")
    seen = run(*words, "--dry-run", "--json", "seen.json")
    assert seen.exit_code == 1
    assert "01_small: 3 learners" in seen.output
    assert "late, earlier, not taken: lovelaceada_101_678900_01_small.ipynb" in seen.output
    assert "Not collected: strange.ipynb is not named as Canvas names submissions" in seen.output
    assert "cy handed in no notebook: report.pdf." in seen.output
    assert not (root / "build" / "submitted").exists()
    trees = json.loads((root / "seen.json").read_text())
    assert [(tree["student"], tree["late"]) for tree in trees[:3]] == [("ada", True), ("ben", False), ("cy", False)]

    assert "Nothing was written. Say --yes" in run(*words).output
    assert "Nothing was written." in run(*words, text="n\n").output
    assert not (root / "build" / "submitted").exists()
    assert "3 new." in run(*words, text="y\n").output
    assert submitted(root) == {
        "ada/01_small/01_small.ipynb": SECOND,
        "ben/01_small/01_small.ipynb": NOTEBOOK,
        "cy/01_small/report.pdf": "%PDF",
    }
    assert "3 unchanged." in run(*words, "--yes").output


@pytest.mark.parametrize(
    ("platform", "files"),
    [
        ("canvas", ["lovelaceada_101_678900_a.ipynb", "oneilben_101_678901_a.ipynb"]),
        ("canvas", ["lovelaceada_101_678900_a.ipynb", "oneilben_LATE_101_678901_b.ipynb"]),
        (
            "moodle",
            ["Ada Lovelace_101_assignsubmission_file_/a.ipynb", "Ben O'Neil_101_assignsubmission_file_/a.ipynb"],
        ),
    ],
)
def test_one_number_with_two_names_is_nobodys(root: Path, platform: str, files: list[str]) -> None:
    name = unpacked(root, dict.fromkeys([*files, files[0].replace("101", "103").replace("Ada ", "Al ")], NOTEBOOK))
    done = run(SLUG, name, "--from", platform, "--yes")
    assert "have one number or login, 101, so it cannot be told whose these files are: " in done.output
    assert all(file in done.output for file in files)
    assert done.exit_code == 1
    assert "1 new." in done.output
    assert len(submitted(root)) == 1, "the learner with a number of their own"


def test_a_number_of_one_row_and_a_name_of_another_are_refused(root: Path) -> None:
    (root / "roster.csv").write_text(CANVAS)
    name = unpacked(root, {"lovelaceada_103_678900_a.ipynb": NOTEBOOK, "ngcyrill_103_678900_a.ipynb": NOTEBOOK})
    done = run(SLUG, name, "--from", "canvas", "--roster", "roster.csv", "--yes")
    assert "have one number or login, 103" in done.output
    (root / "class" / "ngcyrill_103_678900_a.ipynb").unlink()
    done = run(SLUG, name, "--from", "canvas", "--roster", "roster.csv", "--yes")
    assert "lovelaceada (103) is cy of the roster by number, and ada by name." in done.output
    assert "Nothing was written: of none of these files it can be told whose they are." in done.output
    assert not (root / "build" / "submitted").exists()


def test_what_lay_there_is_kept_and_a_late_mark_counts(root: Path) -> None:
    (root / "build").mkdir(exist_ok=True)
    with Gradebook(f"sqlite:///{root}/build/gradebook.db") as book:
        book.add_assignment(SLUG, duedate="2026-01-05 10:00:00 UTC")
    run("--from", "canvas", zipped(root, {"lovelaceada_101_1_01_small.ipynb": NOTEBOOK}), "--yes")
    output = run("--from", "canvas", zipped(root, {"lovelaceada_LATE_101_2_01_small.ipynb": SECOND}), "--yes").output
    assert "1 replaced." in output
    assert "so they count as one second after the due date: lovelaceada." in output
    assert submitted(root)["lovelaceada/01_small/timestamp.txt"] == "2026-01-05 10:00:01 UTC"
    assert [path.read_text() for path in (root / "build" / "replaced").rglob("*.ipynb")] == [NOTEBOOK]


@pytest.mark.parametrize("form", ["{}_assignsubmission_file_/{}", "{}_assignsubmission_file_{}"])
def test_moodle_in_german(root: Path, form: str) -> None:
    files = {
        form.format("Ada Lovelace_12345", "01_small.ipynb"): NOTEBOOK,
        form.format("Jo\u0308rg Weiß_12346", "meins.ipynb"): NOTEBOOK,  # as a Mac writes it
        form.format("Jörg Weiß_12347", "01_small.ipynb"): SECOND,
        "Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html": "<p>",
        "__MACOSX/._x": "",
    }
    (root / "roster.csv").write_text(MOODLE)
    words = (SLUG, zipped(root, files), "--from", "moodle", "--yes")
    result = run(*words, "--roster", "roster.csv")
    assert "onlinetext.html is a text typed into Moodle, not a file." in result.output
    assert submitted(root) == {
        "ada/01_small/01_small.ipynb": NOTEBOOK,
        "joerg/01_small/01_small.ipynb": NOTEBOOK,
        "jweiss/01_small/01_small.ipynb": SECOND,
    }
    (root / "roster.csv").write_text("Vorname;Nachname;Anmeldename\nAda;Lovelace;ada\nJörg;Weiß;joerg\nJörg;Weiß;jw\n")
    refused = run(*words, "--roster", "roster.csv")
    assert "Jörg Weiß (12346) fits more than one row of the roster." in refused.output.replace("o\u0308", "ö")
    without = run(*words)
    assert "would both be 'Jörg Weiß' in the gradebook: give a roster (--roster)." in without.output.replace(
        "o\u0308", "ö"
    )


def test_blackboard_takes_the_last_attempt_and_its_time(root: Path) -> None:
    start = "Week_2_jo_ann_attempt_"
    files = {
        f"{start}2026-01-05-22-11-12_01_small.ipynb": NOTEBOOK,
        f"{start}2026-01-06-22-11-12_01_small.ipynb": SECOND,
        f"{start}2026-01-06-22-11-12_data.csv": "1",
        f"{start}2026-01-06-22-11-12.txt": "Name: Jo Ann (jo_ann)\nAssignment: Week_2\n",
        f"{start}2026-01-05-22-11-12.txt": "Name: Jo Ann (jo_ann)\n",
        "Week_2_ben_attempt_2026-13-45-99-11-12_x.ipynb": NOTEBOOK,
    }
    result = run(SLUG, zipped(root, files), "--from", "blackboard", "--timezone", "Europe/Zurich", "--yes")
    assert "names a time that does not exist" in result.output
    assert "2026-01-06 21:11 UTC" in result.output
    assert submitted(root) == {
        "jo_ann/01_small/01_small.ipynb": SECOND,
        "jo_ann/01_small/data.csv": "1",
        "jo_ann/01_small/timestamp.txt": "2026-01-06 21:11:12 UTC",
    }
    assert "There is no time zone 'Mars'" in run(SLUG, "class.zip", "--from", "blackboard", "--timezone", "Mars").output


@pytest.mark.parametrize("title", ["Week_2", "01_small"])
def test_blackboard_without_its_notes_tells_a_login_with_an_underscore(root: Path, title: str) -> None:
    files = {f"{title}_{who}_attempt_2026-01-05-22-11-12_x.ipynb": NOTEBOOK for who in ("ada", "jo_ann", "bo")}
    run(SLUG, zipped(root, files), "--from", "blackboard", "--yes")
    assert {path.split("/")[0] for path in submitted(root)} == {"ada", "jo_ann", "bo"}


@pytest.mark.parametrize("others", [["ben"], ["ben", "cy_d"], ["jo_b", "ben"]])
def test_blackboards_title_is_what_all_names_begin_with(root: Path, others: list[str]) -> None:
    """Whatever the order in which names come: two titles that are equally frequent are not drawn for."""
    files = {f"Week_2_{who}_attempt_2026-01-05-22-11-12_x.ipynb": NOTEBOOK for who in ("jo_ann", *others)}
    run(SLUG, zipped(root, files), "--from", "blackboard", "--yes")
    assert {path.split("/")[0] for path in submitted(root)} == {"jo_ann", *others}


@pytest.mark.parametrize("word", ["intento", "Versuch", "tentative", "försök", "попытка"])
def test_blackboard_in_another_language(root: Path, word: str) -> None:
    files = {
        f"Tarea_1_jo_ann_{word}_2026-01-05-22-11-12_01_small.ipynb": NOTEBOOK,
        f"Tarea_1_jo_ann_{word}_2026-01-06-22-11-12_01_small.ipynb": SECOND,
        f"Tarea_1_jo_ann_{word}_2026-01-06-22-11-12.txt": "Nombre: Jo Ann (jo_ann)\nActividad: Tarea_1\n",
        f"Tarea_1_ben_{word}_2026-01-06-22-11-12_x.ipynb": NOTEBOOK,
    }
    run(SLUG, zipped(root, files), "--from", "blackboard", "--yes")
    assert {name: text for name, text in submitted(root).items() if name.endswith(".ipynb")} == {
        "ben/01_small/01_small.ipynb": NOTEBOOK,
        "jo_ann/01_small/01_small.ipynb": SECOND,
    }


def test_nobody_is_guessed_behind_an_anonymous_file_of_canvas(root: Path) -> None:
    names = ("anon_Ab3dE_98765_hw.ipynb", "anon_LATE_12345_98766_hw.ipynb", "anon_12345_98767_hw.ipynb")
    output = run(SLUG, zipped(root, dict.fromkeys(names, NOTEBOOK)), "--from", "canvas", "--yes").output
    assert not (root / "build" / "submitted").exists()
    for name in names:
        assert f"{name} is anonymous. Show the learners' names in Canvas, and download again." in output


def test_gradescope_reads_who_handed_in(root: Path) -> None:
    files = {
        "assignment_9_export/submission_metadata.yml": GRADESCOPE,
        "assignment_9_export/submission_11/01_small.ipynb": NOTEBOOK,
        "assignment_9_export/submission_12/01_small.ipynb": SECOND,
        "assignment_9_export/submission_13/01_small.ipynb": SECOND,
    }
    (root / "roster.csv").write_text(
        "Name,SID,Email,student\nA,0012,ada@x.edu,ada\nB,0013,bo@x.edu,bo\nC,,cy@x.edu,cy\n"
    )
    result = run(SLUG, zipped(root, files), "--from", "gradescope", "--roster", "roster.csv", "--yes")
    assert "submission_13/01_small.ipynb is in no folder that submission_metadata.yml lists." in result.output
    assert submitted(root)["ada/01_small/01_small.ipynb"] == submitted(root)["bo/01_small/01_small.ipynb"] == NOTEBOOK
    assert submitted(root)["ada/01_small/timestamp.txt"] == "2026-01-06 21:11:12 UTC"
    assert submitted(root)["cy/01_small/timestamp.txt"] == "2026-01-05 16:00:00 UTC"
    refused = run(SLUG, zipped(root, {"submission_1/a.ipynb": NOTEBOOK}), "--from", "gradescope")
    assert "There is no submission_metadata.yml" in refused.output


def test_a_folder_of_files_named_by_people(root: Path) -> None:
    names = ("ada_01_small", "Ben_01_small", "s123_01_small", "müller_01_small", "o.neil_01_small", "jo-ann_01_small")
    files = {f"{name}.ipynb": NOTEBOOK for name in (*names, "carmen_01_small (1)")} | {"01_small.ipynb": NOTEBOOK}
    result = run("--from", "folder", zipped(root, files), "--yes")
    assert "01_small.ipynb does not say whose it is" in result.output
    people = {path.split("/")[0] for path in submitted(root)}
    assert people == {"ada", "Ben", "s123", "müller", "o.neil", "jo-ann", "carmen"}
    run(
        SLUG,
        unpacked(root, {"all/dora/01_small/hw.ipynb": NOTEBOOK, "all/emil/hw.ipynb": NOTEBOOK}),
        "--from",
        "folder",
        "--yes",
    )
    assert {"dora/01_small/01_small.ipynb", "emil/01_small/01_small.ipynb"} <= submitted(root).keys()


def test_files_named_by_people_in_one_folder_are_not_one_learners(root: Path) -> None:
    name = zipped(root, {f"hw/{file}.ipynb": NOTEBOOK for file in (f"ada_{SLUG}", f"{SLUG} ben (1)")})
    assert run(SLUG, name, "--from", "folder", "--yes").exit_code == 0
    assert list(submitted(root)) == [f"ada/{SLUG}/{SLUG}.ipynb", f"ben/{SLUG}/{SLUG}.ipynb"]


def test_a_colon_in_the_name_of_an_assignment_is_no_way_out(root: Path) -> None:
    names = ("Week: 2_ada_attempt_2026-01-06-22-11-12_hw.ipynb", "C:_ben_attempt_2026-01-06-22-11-12_hw.ipynb")
    output = run(SLUG, zipped(root, dict.fromkeys(names, NOTEBOOK)), "--from", "blackboard", "--yes").output
    assert list(submitted(root)) == [f"ada/{SLUG}/{SLUG}.ipynb", f"ada/{SLUG}/timestamp.txt"]
    assert "ben_attempt_2026-01-06-22-11-12_hw.ipynb leads out of the archive." in output


def test_an_archive_that_means_harm_writes_nowhere_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("ada/link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(root / "evil.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("ada/01_small.ipynb", NOTEBOOK)
        file.writestr("../../outside.ipynb", NOTEBOOK)
        file.writestr("/etc/outside.ipynb", NOTEBOOK)
        file.writestr("..\\outside.ipynb", NOTEBOOK)
        file.writestr("ada/timestamp.txt", "1999-01-01 00:00:00 UTC")
        file.writestr(link, "/etc/passwd")
        file.writestr(".hidden/x.ipynb", NOTEBOOK)
        file.writestr("big/01_small.ipynb", "0" * 5000)
    monkeypatch.setattr(archive, "MAX_BYTES", 4000)
    result = run(SLUG, "evil.zip", "--from", "folder", "--yes")
    assert result.exit_code == 1
    assert result.output.count("leads out of the archive") == 3
    assert "link.ipynb is a link" in result.output
    assert "cannot be '.hidden' in the gradebook: a folder cannot be called so" in result.output
    assert "big: big/01_small.ipynb is larger than" in result.output
    assert submitted(root).keys() == {"ada/01_small/01_small.ipynb", "ada/01_small/timestamp.submitted.txt"}
    assert not list(root.parent.rglob("outside.ipynb"))
    monkeypatch.setattr(archive, "MAX_TOTAL", 4000)
    assert "nothing of it was read" in run(SLUG, "evil.zip", "--from", "folder").output
    monkeypatch.setattr(archive, "MAX_ITEMS", 3)
    assert "holds more than 3 files" in run(SLUG, "evil.zip", "--from", "folder").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.zip"], "There is no file or folder none.zip."),
        (["roster.csv"], "is not a zip archive that can be read"),
        ([], "Missing argument"),
        (["a.zip", "b.zip"], "Give the topic and one archive"),
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence(root: Path, words: list[str], says: str) -> None:
    (root / "roster.csv").write_text("x")
    result = run(*words, "--from", "folder")
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


def test_a_name_that_the_gradebook_knows_is_kept_as_it_writes_it(root: Path) -> None:
    (root / "build" / "submitted" / "Ada").mkdir(parents=True)
    run(SLUG, zipped(root, {"ADA_01_small.ipynb": NOTEBOOK}), "--from", "folder", "--yes")
    assert submitted(root).keys() == {"Ada/01_small/01_small.ipynb"}
    (root / "build" / "submitted" / "ada").mkdir()
    result = run(SLUG, zipped(root, {"ADA_01_small.ipynb": NOTEBOOK}), "--from", "folder", "--yes")
    assert "ADA could be Ada or ada of the gradebook" in result.output
