"""A learner's parts on their way from one notebook to another, as cells in a kernel define them."""

import math
from pathlib import Path

import numpy as np
import pytest
from gradwise import reference
from gradwise.parts import store

from ..kernel import ELU, Notebook

STOPPING = """
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(mode)
        self.patience, self.min_delta, self.sign = patience, min_delta, 1 if mode == "min" else -1
        self.best, self.bad, self.epoch, self.best_epoch = float("inf"), 0, -1, None
    def step(self, value):
        self.epoch += 1
        self.bad += 1
        if self.sign * value < self.best - self.min_delta:
            self.best, self.bad, self.best_epoch = self.sign * value, 0, self.epoch
        return self.bad >= self.patience
"""


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_part_comes_back_with_all_that_it_needs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU).names)
    assert printed(capsys) == "Saved to parts.py: elu, elu_grad."
    mine = store.load("elu", "elu_grad")
    assert printed(capsys) == "Yours: elu, elu_grad."
    x = np.array([-2.0, 0.0, 3.0])
    assert np.allclose(mine.elu(x, 0.5), reference.elu(x, 0.5))
    assert np.allclose(mine.elu_grad(x), reference.elu_grad(x))
    assert mine.elu.__module__ == "gradwise.parts.loaded"
    text = file.read_text()
    assert "def left(x)" in text
    assert "SLOPE = 1.0" in text
    assert "sqrt" not in text  # no saved function uses it


def test_a_class_comes_back(file: Path) -> None:
    store.save("07_stop_criteria", Notebook(STOPPING).names)
    cls = store.load("EarlyStopping").EarlyStopping
    assert cls.__module__ == "gradwise.parts.loaded"
    stopper = cls(2)
    assert [stopper.step(v) for v in (3.0, 1.0, 2.0, 2.0)] == [False, False, False, True]


def test_the_last_definition_counts(file: Path) -> None:
    notebook = Notebook(ELU.replace("np.where(table, x", "np.where(table, 7 * x"))
    notebook.run(ELU)
    store.save("02_activations", notebook.names)
    assert not store.load("elu").missing


def test_without_a_file_it_is_pytorchs_and_says_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = store.load("elu", "adam")
    assert mine.elu is reference.elu
    assert printed(capsys) == (
        "Yours: none. ○ elu is PyTorch's here, because there is no parts.py yet. The cell with parts.save in "
        "02_activations puts it there. ○ adam is PyTorch's here, because there is no parts.py yet. The cell with "
        "parts.save in 06_optimizers puts it there."
    )


def test_a_part_that_is_missing_from_the_file_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU).names)
    capsys.readouterr()
    mine = store.load("elu", "cosine_annealing")
    assert mine.cosine_annealing is reference.cosine_annealing
    assert printed(capsys) == (
        "Yours: elu. ○ cosine_annealing is PyTorch's here, because it is not in parts.py. The cell with parts.save in "
        "06_optimizers puts it there."
    )


def test_a_part_that_is_wrong_is_replaced_and_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU.replace("np.expm1", "np.exp")).names)
    capsys.readouterr()
    mine = store.load("elu", "elu_grad")
    assert mine.elu is reference.elu
    assert mine.elu_grad is not reference.elu_grad
    assert 'does not pass its visible checks: check("elu") in 02_activations says what is wrong' in printed(capsys)


def test_a_broken_block_costs_nothing_but_itself(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU).names)
    text = file.read_text().replace("def elu_grad(x, alpha=1.0):", "def elu_grad(x, alpha=1.0:")
    file.write_text(text)
    capsys.readouterr()
    mine = store.load("elu", "elu_grad")
    assert list(mine.missing) == ["elu_grad"]
    assert "elu_grad is PyTorch's here, because yours does not run (SyntaxError: " in printed(capsys)
    file.write_text(text.replace("np.expm1", "nump.expm1").replace("import numpy as np", "import nump as np"))
    assert set(store.load("elu").missing) == {"elu"}


def test_an_unwritten_part_is_not_saved_and_deletes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU).names)
    stub = "def elu(x, alpha=1.0):\n    raise NotImplementedError\ndef sigmoid(x):\n    raise NotImplementedError\n"
    capsys.readouterr()
    store.save("02_activations", Notebook(stub).names)
    assert printed(capsys) == (
        "Nothing of 02_activations is written yet, so nothing was saved. Not saved: sigmoid (not written yet). "
        "Not saved: elu (not written yet)."
    )
    assert not store.load("elu").missing


def test_other_notebooks_blocks_stay(file: Path) -> None:
    store.save("02_activations", Notebook(ELU).names)
    store.save("07_stop_criteria", Notebook(STOPPING).names)
    store.save("02_activations", Notebook(ELU).names)
    assert not store.load("elu", "EarlyStopping").missing
    assert file.read_text().count("# %% 02_activations: elu\n") == 1


def test_what_cannot_be_written_down_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save(
        "02_activations", Notebook(ELU.replace("table = x > 0", "table[0] = 0").replace("(table,", "(x > 0,")).names
    )
    assert "Not saved: elu (it uses `table`, which is not a function, module or number)." in printed(capsys)


def test_lambdas_and_names_from_modules_travel(file: Path) -> None:
    cell = "import numpy as np\nfrom numpy import where as choose\nlimit = float('inf')\n"
    cell += "relu = lambda x: choose(x > 0, np.minimum(x, limit), 0.0 * np.minimum(x, 0)) + 0.0 * 0\n"
    cell += "def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return choose(np.asarray(x) >= 0, 1.0, e) / (1 + e)\n"
    store.save("02_activations", Notebook(cell).names)
    assert not store.load("sigmoid").missing
    assert 'limit = float("inf")' in file.read_text()


def test_the_file_is_beside_the_notebooks_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "02_activations"
    folder.mkdir()
    monkeypatch.delenv("GRADWISE_PARTS", raising=False)
    monkeypatch.chdir(folder)
    store.save("02_activations", Notebook(ELU).names)
    assert (tmp_path / "parts.py").is_file()
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("GRADWISE_PARTS", str(tmp_path / "elsewhere.py"))
    assert store.load("elu").missing


def test_pasting_prints_a_cell_that_stands_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save("02_activations", Notebook(ELU).names)
    capsys.readouterr()
    store.paste("elu", "elu_grad")
    cell = capsys.readouterr().out
    assert cell.count("import numpy as np") == 1
    pasted = Notebook(cell)
    assert np.allclose(pasted.names["elu"](np.array([-1.0])), math.expm1(-1))
    with pytest.raises(LookupError, match=r"adam is not in parts\.py: run the cell with parts\.save in 06_optimizers"):
        store.paste("elu", "adam")


def test_in_a_notebook_pasting_makes_a_cell(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Shell:
        def set_next_input(self, text: str) -> None:
            made.append(text)

    store.save("02_activations", Notebook(ELU).names)
    monkeypatch.setattr(store, "running_shell", Shell)
    store.paste("elu")
    assert made[0].startswith("# my parts, by parts.paste")
    assert "def elu(x, alpha=1.0):" in made[0]


def test_names_that_nobody_asks_for_are_refused(file: Path) -> None:
    with pytest.raises(KeyError, match="No exercise asks for eluu"):
        store.load("eluu")
    with pytest.raises(KeyError, match="There is no topic '2_activations'"):
        store.save("2_activations", {})
    with pytest.raises(AttributeError, match=r'ask for it with parts.load\("adam"\)'):
        _ = store.load("elu").adam


def test_a_line_that_begins_with_a_percent_sign_does_not_hide_a_part(file: Path) -> None:
    notebook = Notebook("def elu(x, alpha=1.0):\n    return (x\n            % alpha)\n")
    store.save("02_activations", notebook.names, file)
    assert "            % alpha)" in file.read_text()


def test_a_folder_that_cannot_be_written_gives_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = Notebook(ELU)
    store.save("02_activations", notebook.names, tmp_path / "missing" / "parts.py")
    assert "cannot be written (No such file or directory). Work in a folder of your own." in capsys.readouterr().out
