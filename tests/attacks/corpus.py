"""Reads the corpus: each file is one submission, hostile or unlucky, with the result that it must get.

A header gives that result, one `key: value` a line. It is the docstring of a Python file; in any other file it
is the text above `---`.

    tries     what it tries, in words
    double    what this exercise must get: points ("at most 2" where time decides), and after a comma its outcome.
              Every exercise that is not named gets full points
    score     what all exercises must get together, where it does not matter which
    says      words that must stand in the learner's feedback
    alone     "yes": without the right answers that stand in front of an attack otherwise
    reaches   modules of ours that it patches in its own process: it must find them there, and its cells must not fail
    uses      names of snippets in `snippets/` that are put in front
    limits    "real": with the limits of the policy, not with shorter ones
    repeat    NAME = "text" * 1000: replaced in the submission
    student   whose it is, if the name is the attack
    name      the file's name, if not that of the topic
    beside    NAME = "text": a file that is handed in with it
    link      NAME = "target": a symbolic link that is handed in with it
"""

import ast
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .target import HONEST, POINTS, SETUP

HERE = Path(__file__).resolve().parent
FAMILIES = ("forging", "reading", "escaping", "exhausting", "structure", "shipped", "feedback")
NOTEBOOK = "01_small.ipynb"
AT_MOST = "at most "
_MANY = ("says", "repeat", "beside", "link")
_KEYS = {*_MANY, *POINTS, "tries", "score", "alone", "reaches", "uses", "limits", "name", "student"}


@dataclass
class Attack:
    """A file of the corpus.

    Attributes:
        family: the folder it lies in.
        header: its keys; those that may come more than once have a list.
        body: the submission, before anything is replaced in it.
        verbatim: true if `body` is the file itself, false if it is the source of cells.
    """

    family: str
    name: str
    header: dict[str, Any]
    body: str
    verbatim: bool

    @property
    def id(self) -> str:
        return f"{self.family}/{self.name}"

    @property
    def points(self) -> dict[str, float]:
        """Points that each exercise must get."""
        texts = {name: str(self.header.get(name, full)).partition(",")[0] for name, full in POINTS.items()}
        return {name: float(points.removeprefix(AT_MOST)) for name, points in texts.items()}

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcomes that are demanded, by exercise."""
        outcomes = {name: str(self.header[name]).partition(",")[2].strip() for name in POINTS if name in self.header}
        return {name: outcome for name, outcome in outcomes.items() if outcome}

    @property
    def reaches(self) -> list[str]:
        """The modules of ours that it patches."""
        return str(self.header.get("reaches", "")).split()

    @cached_property
    def file(self) -> str:
        """The name of the submitted file."""
        return str(self.header.get("name", NOTEBOOK))

    def data(self, places: dict[str, str]) -> bytes:
        """Returns the bytes of the submitted file; `places` maps placeholders to where the canaries are."""
        text = self.body
        for word, value in {**places, "HONEST_CELLS": honest_cells()}.items():
            text = text.replace(f"@{word}@", value)
        for line in self.header["repeat"]:
            word, _, value = line.partition("=")
            text = text.replace(f"@{word.strip()}@", _repeated(value))
        return text.encode("utf-8", "surrogateescape") if self.verbatim else notebook_of(self.cells(text)).encode()

    def write(self, folder: Path, places: dict[str, str]) -> None:
        """Writes what is handed in into a new folder: the file, and the files and links beside it."""
        folder.mkdir(parents=True)
        if "@NONE@" not in self.body:
            (folder / self.file).write_bytes(self.data(places))
        for line in self.header["beside"]:
            name, _, text = line.partition(" = ")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        for line in self.header["link"]:
            name, _, to = line.partition(" = ")
            for word, value in places.items():
                to = to.replace(f"@{word}@", value)
            (folder / name).symlink_to(to)

    def cells(self, text: str) -> list[str]:
        """Returns the cells of an attack in Python: setup, right answers, snippets, and the attack itself."""
        snippets = [(HERE / "snippets" / f"{name}.py").read_text() for name in self.header.get("uses", "").split()]
        before = [] if self.header.get("alone") else list(HONEST.values())
        first, *rest = text.split("\n# %%\n")
        if self.reaches:
            first = f"import sys\nassert set({self.reaches}) <= set(sys.modules)\n{first}"
        return [SETUP, *before, *snippets, first, *rest]


def honest_cells() -> str:
    """Returns the right answers as JSON cells, to be put between other cells."""
    return ", ".join(json.dumps(cell) for cell in map(_code, [SETUP, *HONEST.values()]))


def notebook_of(sources: list[str]) -> str:
    """Returns a notebook with these code cells, as JSON."""
    return json.dumps({"cells": [*map(_code, sources)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _repeated(value: str) -> str:
    text, _, count = value.rpartition("*")
    return str(ast.literal_eval(text.strip())) * int(count)


def load() -> list[Attack]:
    """Reads every attack of the corpus, in order."""
    paths = [path for family in FAMILIES for path in sorted((HERE / family).iterdir()) if path.is_file()]
    return [read(path.parent.name, path.stem, path.read_bytes(), path.suffix) for path in paths]


def read(family: str, name: str, data: bytes, suffix: str) -> Attack:
    """Reads one attack.

    Raises:
        ValueError: the header is malformed.
    """
    text = data.decode("utf-8", errors="surrogateescape")
    if suffix == ".py":
        head, _, body = text.removeprefix('"""').partition('"""\n')
    else:
        head, _, body = text.partition("\n---\n")
    header: dict[str, Any] = {key: [] for key in _MANY}
    for line in head.splitlines():
        key, colon, value = line.partition(": ")
        if not colon or key not in _KEYS:
            raise ValueError(f"{family}/{name}: what does the line {line!r} mean?")
        if key in _MANY:
            header[key].append(value)
        else:
            header[key] = value
    if "tries" not in header:
        raise ValueError(f"{family}/{name} does not say what it tries.")
    return Attack(family, name, header, body, suffix != ".py")
