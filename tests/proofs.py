"""Which tests need not run in full, because they passed in full for this very content.

Some tests say the same as long as a topic, the grader and the libraries stay as they are. `make prove` runs all of
them, and writes a key of all that they depend on into `proved.json`. As long as a key fits, `make test` runs a
quarter of them, chosen by the key. A change makes another key: then all of them run. `make test FULL=1`, `make test-
long` and pytest itself trust no key.
"""

import json
import platform
import re
from collections import defaultdict
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest

from autograder.core.course import find_course
from autograder.core.files import digest

ROOT = Path(__file__).resolve().parent.parent
PROVED = Path(__file__).with_name("proved.json")
ONE_IN = 4

# Files of tests, or folders of them. Each test with a parameter counts; a test without one runs always.
OF = (
    "tests/attacks/",
    "tests/autograder/grading/test_kept_answers.py",
    "tests/autograder/grading/test_recall.py",
    "tests/course/test_answers.py",
    "tests/course/test_run_all.py",
    "tests/course/test_unanswered.py",
    "tests/gradwise/demos/",
    "tests/gradwise/museum/",
)
# What they depend on, beside the topics and the files of the tests' own folder.
ON = (
    "autograder",
    "course/gradwise",
    "course/*.ipynb",
    "tests/*.py",
    "tests/autograder/*.py",
    "tests/diagnosis",
    "pyproject.toml",
)
LIBRARIES = ("ipykernel", "ipywidgets", "jupytext", "matplotlib", "nbformat", "numpy", "scikit-learn", "torch")
_OF_TOPICS = ("answers", "checks", "equivalent", "misconceptions")  # folders of `autograder` with a file for each topic
_NOT_CODE = {"__pycache__", "proved.json"}


def add_options(parser: pytest.Parser) -> None:
    parser.addoption("--trust-proofs", action="store_true", help="leave out a part of what is proved (make test)")
    parser.addoption(
        "--prove", action="store_true", help="run all that can be proved, and write what passes (make prove)"
    )


def words(proved: dict[str, str]) -> str:
    """Says how many keys fit."""
    fitting = sum(key_of(name) == key for name, key in proved.items())
    return f"proved for this content: {fitting} of {len(proved)} groups of tests; a quarter of each runs"


def left_out(items: list[pytest.Item], proved: dict[str, str]) -> set[str]:
    """Returns the ids of the tests that need not run: three quarters of what each valid key proves."""
    units: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for nodeid in (item.nodeid for item in items):
        if (name := proof_of(nodeid)) and proved.get(name) == key_of(name):
            units[nodeid.partition("::")[0]][_slug(nodeid) or nodeid].append(nodeid)
    out: set[str] = set()
    for of_unit in units.values():
        order = sorted(of_unit, key=lambda unit: sha256((unit + key_of(proof_of(of_unit[unit][0]))).encode()).digest())
        for unit in order[-(-len(order) // ONE_IN) :]:
            out.update(of_unit[unit])
    return out


def proof_of(nodeid: str) -> str:
    """Returns the name of the proof that a test is a part of: its file, and its topic if it has one; else empty."""
    file = nodeid.partition("::")[0]
    if "[" not in nodeid or not file.startswith(OF):
        return ""
    return " ".join(filter(None, (file, _slug(nodeid))))


@cache
def key_of(proof: str) -> str:
    """Returns the key of a proof: a digest of all files that it depends on, and of versions."""
    file, _, slug = proof.partition(" ")
    folder = str(Path(file).parent)
    kernel = _short(platform.release()) if file.startswith("tests/attacks/") else ""
    return digest(kernel, _general(), _files(folder, ""), _files("", slug))


def read() -> dict[str, str]:
    """Returns the keys for which everything passed, by the name of the proof; none if there is no such file."""
    return dict(json.loads(PROVED.read_text("utf-8"))) if PROVED.is_file() else {}


def write(passed: list[str], failed: list[str]) -> None:
    """Writes the keys of the proofs whose tests have passed in a full run, all of them."""
    names = sorted({*map(proof_of, passed)} - {*map(proof_of, failed)} - {""})
    PROVED.write_text(json.dumps({name: key_of(name) for name in names}, indent=1) + "\n", "utf-8")


@cache
def _general() -> str:
    versions = [_short(platform.python_version()), *(f"{one} {_short(metadata.version(one))}" for one in LIBRARIES)]
    return digest(*versions, *(_files(place, "") for place in ON))


def _short(version: str) -> str:
    return ".".join(version.split(".")[:2])


@cache
def _files(place: str, slug: str) -> str:
    """Returns a digest of the files of a place, without those of topics; or of a topic's files, "" for all topics."""
    if place:
        found = [*ROOT.glob(place)] if "*" in place else [ROOT / place]
        paths = sorted(path for one in found for path in ([one] if one.is_file() else one.rglob("*")))
        paths = [path for path in paths if not (path.parent.name in _OF_TOPICS and _slug(path.name))]
    else:
        slugs = [slug] if slug else [topic.slug for topic in find_course().topics]
        rooms = ("autograder", "course", "solutions")
        paths = sorted(path for room in rooms for path in (ROOT / room).rglob("*") if _slug(str(path)) in slugs)
    paths = [path for path in paths if path.is_file() and not _NOT_CODE & {*path.parts} and path.suffix != ".pyc"]
    return digest(*(part for path in paths for part in (str(path.relative_to(ROOT)), path.read_bytes())))


def _slug(text: str) -> str:
    found = re.search(r"(?<![0-9a-z])\d\d_[a-z_]+", text)
    return found[0] if found else ""
