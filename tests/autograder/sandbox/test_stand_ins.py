"""Stand-ins for absent libraries inside of answers: what shows something costs nothing; names stay."""

import numpy as np
import pytest

from autograder.core.cell import Cell
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import NUMBER

from ...conftest import Submit

# Imports, and the body of an answer that is right on a learner's machine, where the libraries are.
SHOWING = [
    ("from tqdm import tqdm", "total = 0\n    for k in tqdm(range(2), desc='a'): total = total + x\n    return total"),
    ("from tqdm.notebook import trange", "total = 0\n    for k in trange(2): total = total + x\n    return total"),
    (
        "import tqdm",
        "bar = tqdm.tqdm([2])\n    for k in bar: bar.set_postfix(loss=k)\n    bar.close()\n    return k * x",
    ),
    ("from tqdm.auto import tqdm", "with tqdm(total=2) as bar: bar.update(1)\n    return 2 * x"),
    ("from tqdm import tqdm", "with tqdm([2]) as bar:\n        for k in bar: tqdm.write('a')\n    return k * x"),
    ("from tqdm import tqdm", "return [k * x for k, n in tqdm(enumerate([1, 2, 3]), total=3)][2]"),
    ("from rich.progress import track", "for k in track([1, 2], description='a'): y = k * x\n    return y"),
    ("import matplotlib.pyplot as plt", "plt.figure(figsize=(3, 2)); plt.plot(x); plt.show()\n    return 2 * x"),
    ("import matplotlib.pyplot as plt", "fig, (a, b) = plt.subplots(1, 2)\n    a.set(title='a')\n    return 2 * x"),
    ("import matplotlib.pyplot as plt", "plt.rcParams['a'] = 1; plt.axes[0].plot(x)\n    return 2 * x"),
    ("from IPython.display import clear_output", "clear_output(wait=True); display(x)\n    return 2 * x"),
    ("import wandb", "run = wandb.init(project='a')\n    run.log({'x': 1})\n    return 2 * x"),
    ("from rich import print", "print('[red]a', x)\n    return 2 * x"),
    ("import torch", "print(torch.__version__, f'{torch.cuda.is_available()}')\n    return 2 * x"),
    ("import torch", "if torch.is_tensor(x): x = x.numpy()\n    return 2 * x"),
    ("import torch", "with torch.no_grad():\n        return 2 * x"),
]


@pytest.mark.parametrize(("imports", "body"), SHOWING)
def test_what_only_shows_something_costs_no_answer(submit: Submit, imports: str, body: str) -> None:
    assert submit(f"{imports}\ndef f(x):\n    {body}").f(np.ones(2)).tolist() == [2, 2]


@pytest.mark.parametrize("around", ["njit(_f, cache=True)", "jit(nopython=True)(_f)", "njit(_f)"])
def test_a_function_that_is_compiled_is_the_function(submit: Submit, around: str) -> None:
    assert submit(f"import numba\ndef _f(x): return 2 * x\nf = numba.{around}").f(np.ones(1)).tolist() == [2]


@pytest.mark.parametrize("line", ["import jax.numpy as np", "from autograd import numpy as np", "from a import double"])
def test_an_import_of_what_is_not_there_takes_no_name_away(submit: Submit, line: str) -> None:
    """Also where the answer stands in the cell of the import: what such libraries call np is NumPy's."""
    for cells in (["def f(x): return np.add(double(x), 0)", line], [f"{line}\ndef f(x): return np.add(double(x), 0)"]):
        assert submit("def double(x): return x + x", *cells).f(np.ones(1)).tolist() == [2]


WRITTEN = "%%writefile act.py\nimport numpy as np\n\ndef f(x):\n    return np.add(x, x)\n"
MODULES = {
    "its names": [WRITTEN, "from act import f"],
    "everything": [WRITTEN, "from act import *"],
    "the module": [WRITTEN, "import act\ndef f(x): return act.f(x)"],
    "a module of a module": [WRITTEN, "%%writefile ./other.py\nfrom act import f\n", "import other as o\nf = o.f"],
    "more of it": ["%%file act.py\nk = 2\n", "%%writefile -a act.py\ndef f(x): return k * x\n", "from act import f"],
    "not what nobody imports": ["def f(x): return 2 * x", "%%writefile act.py\ndef f(x): return x\n"],
}


@pytest.mark.parametrize("case", MODULES)
def test_a_file_that_a_cell_writes_can_be_imported(box: Sandbox, case: str) -> None:
    submission = Submission(box, [Cell(f"cell {n}", text) for n, text in enumerate(MODULES[case])], {"e": ["f"]})
    submission.enter("e")
    try:
        assert submission.f(1.0, returns=NUMBER) == 2.0
    finally:
        submission.close()


def test_an_error_in_such_a_file_is_told_by_its_line(submit: Submit) -> None:
    submission = submit(f"{WRITTEN}1 / 0\n")
    submission.load()
    (problem,) = submission.cell_problems
    assert "raised ZeroDivisionError in line 6" in problem.message
