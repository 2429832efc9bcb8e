"""The names that a function uses and that do not travel with its notebook."""

from pathlib import Path

from gradwise import dependencies, reference
from gradwise.parts import store

from .kernel import ELU, Notebook


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
