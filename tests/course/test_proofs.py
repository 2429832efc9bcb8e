"""What is proved is left out as long as nothing changes that it depends on, and all that is not proved runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .. import proofs

RECALL = "tests/autograder/grading/test_recall.py"
RUN_ALL = "tests/course/test_run_all.py"
SLUGS = [topic.slug for topic in proofs.find_course().topics]


def items(*nodeids: str) -> list[Any]:
    return [SimpleNamespace(nodeid=nodeid) for nodeid in nodeids]


EVERY = items(
    *(f"{RECALL}::test_each_entry[{slug}]" for slug in SLUGS),
    *(f"{RECALL}::test_a_fresh_answer[{slug}]" for slug in SLUGS),
    f"{RECALL}::test_what_is_measured",
    "tests/course/test_rooms.py::test_rooms[a]",
    *(f"tests/attacks/test_corpus.py::test_an_attack[landlock-{name}]" for name in "abcdefgh"),
)


def names(these: list[Any]) -> set[str]:
    return {name for item in these if (name := proofs.proof_of(item.nodeid))}


def test_a_quarter_of_what_is_proved_runs_and_all_that_is_not() -> None:
    proved = {name: proofs.key_of(name) for name in names(EVERY)}
    out = proofs.left_out(EVERY, proved)
    kept = [item.nodeid for item in EVERY if item.nodeid not in out]
    assert f"{RECALL}::test_what_is_measured" in kept
    assert "tests/course/test_rooms.py::test_rooms[a]" in kept
    first, second, *others = (nodeid.partition("[")[2] for nodeid in kept if "[0" in nodeid)
    assert others == [first, second]  # two topics of eight, with both tests
    assert len([nodeid for nodeid in kept if "landlock" in nodeid]) == 2


def test_without_a_key_or_with_an_old_one_everything_runs() -> None:
    assert proofs.left_out(EVERY, {}) == set()
    assert proofs.left_out(EVERY, dict.fromkeys(names(EVERY), "0" * 32)) == set()


def forget() -> None:
    for cached in (proofs.key_of, proofs._general, proofs._files):
        cached.cache_clear()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small project, of which keys are made."""
    for name in (
        "autograder/grading/grader.py",
        "autograder/checks/test_02_activations.py",
        "autograder/checks/test_03_batch_norm.py",
        "solutions/02_activations.py",
        "course/gradwise/data.py",
        "tests/course/test_run_all.py",
        "tests/attacks/test_corpus.py",
        "tests/attacks/reading/one.py",
        "README.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(proofs, "ROOT", tmp_path)
    forget()
    yield tmp_path
    forget()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("autograder/grading/grader.py", [True, True, True]),
        ("course/gradwise/data.py", [True, True, True]),
        ("autograder/checks/test_02_activations.py", [True, False, True]),
        ("solutions/02_activations.py", [True, False, True]),
        ("tests/course/test_run_all.py", [True, True, False]),
        ("tests/attacks/reading/one.py", [False, False, True]),
        ("README.md", [False, False, False]),
    ],
)
def test_a_change_makes_other_keys_for_what_depends_on_it(changed: str, expected: list[bool], tree: Path) -> None:
    of = (f"{RUN_ALL} 02_activations", f"{RUN_ALL} 03_batch_norm", "tests/attacks/test_corpus.py")
    before = [proofs.key_of(name) for name in of]
    (tree / changed).write_text("changed")
    forget()
    assert [proofs.key_of(name) != key for name, key in zip(of, before, strict=True)] == expected


def test_what_passed_is_written_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "PROVED", tmp_path / "proved.json")
    assert proofs.read() == {}
    every = [item.nodeid for item in EVERY]
    proofs.write(every, [])
    assert set(proofs.read()) == names(EVERY)
    name = f"{RECALL} {SLUGS[0]}"
    assert json.loads((tmp_path / "proved.json").read_text())[name] == proofs.key_of(name)
    assert f": {len(names(EVERY))} of {len(names(EVERY))} groups" in proofs.words(proofs.read())
    assert f": 0 of {len(names(EVERY))} groups" in proofs.words(dict.fromkeys(names(EVERY), "old"))
    proofs.write(every[1:], every[:1])  # another test of this topic has passed
    assert set(proofs.read()) == names(EVERY) - {name}
