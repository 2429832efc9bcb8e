"""What a function uses that does not travel with its notebook."""

import linecache
from pathlib import Path
from typing import Any

import pytest
from gradwise import dependencies, reference
from gradwise.parts import store

ELU = """
import numpy as np
from math import sqrt
SLOPE = 1.0
exp = np.exp
table = {}
def left(x):
    return SLOPE * np.expm1(np.minimum(x, 0.0))
def elu(x, alpha=1.0):
    table = x > 0  # a local name, like one outside
    return np.where(table, x, alpha * left(x))
def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * exp(np.minimum(x, 0.0)))
"""


class Notebook:
    """A kernel's names, with cells that leave their source where a kernel leaves it."""

    def __init__(self, *cells: str) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        for cell in cells:
            self.run(cell)

    def run(self, cell: str) -> None:
        name = f"<ipykernel {id(self)} {len(self.names)}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(True), name)
        exec(compile(cell, name, "exec"), self.names)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADWISE_PARTS", raising=False)
    return tmp_path / "parts.py"


def test_what_stays_behind_is_found_through_helpers_and_in_classes(file: Path) -> None:
    store.save("02_activations", Notebook(ELU).names)
    notebook = Notebook(
        "import numpy as np\nfrom gradwise import parts, reference\nmine = parts.load('elu')\nelu = mine.elu\n"
        "def helper(x):\n    return mine.elu(x)\n"
        "def direct(x):\n    return np.maximum(helper(x), elu(x))\n"
        "def clean(x):\n    mine = np.abs(x)\n    return mine\n"
        "class Box:\n    def open(self, x):\n        return [reference.elu(x) for _ in range(2)]\n"
    )
    assert dependencies.stays_behind(notebook.names["direct"]) == ["`elu`", "`mine`"]
    assert dependencies.stays_behind(notebook.names["Box"]) == ["`reference`"]
    assert dependencies.stays_behind(notebook.names["clean"]) == []
    assert dependencies.stays_behind(reference.elu) == []
