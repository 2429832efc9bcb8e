"""The source of a definition, as a cell has it."""

import pytest
from gradwise.parts import extract


@pytest.mark.parametrize(
    "cell",
    [
        "def sigmoid(x):\n    return (x\n        % 2)\n",
        "%%time\ndef sigmoid(x):\n    return (x\n        % 2)\n",
        "%matplotlib inline\n!ls\ndef sigmoid(x):\n    return (x\n        % 2)\n",
        "%%capture\n%%time\n\n@decorated\ndef sigmoid(x):\n    return (x\n        % 2)\nsigmoid?",
    ],
)
def test_magics_are_taken_out_of_a_cell_as_ipython_does_it(cell: str) -> None:
    pairs = extract.statements(extract._as_python(cell))
    source = next(source for node, source in pairs if "sigmoid" in extract._bound(node))
    assert source.removeprefix("@decorated\n") == "def sigmoid(x):\n    return (x\n        % 2)"
    assert source.startswith("@decorated") == ("@decorated" in cell)
