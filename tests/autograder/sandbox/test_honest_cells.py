"""Honest cells: what runs on a learner's machine counts, whatever else stands in the cell or beside it."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox.policy import BUBBLEWRAP, LANDLOCK, SECCOMP
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import NUMBER

from ...conftest import Submit, open_level

# A statement that fails or needs what is not there. A right answer stands below it.
ABOVE = """
torch.__version__
import torch; print(torch.__version__, torch.cuda.is_available())
import torch; device = torch.device("cuda" if torch.cuda.is_available() else "cpu"); print(f"{device:>8}")
import torch; print(torch.tensor([1.0]).item() + 1, 2 * torch.ones(3) @ np.ones(3))
import torch; assert torch.__version__ >= "2.0" and int(torch.__version__.split(".")[0]) >= 2
import torch; torch.manual_seed(0); torch.backends.cudnn.benchmark = True
import torch; x = torch.linspace(0, 1, 5).numpy(); x[0] = 1; del x
import torch; values = np.array(torch.arange(3)); total = float(torch.ones(1))
import matplotlib.pyplot as plt; plt.rcParams["figure.figsize"] = (4, 3); plt.rcParams.update({"a": 1})
import matplotlib.pyplot as plt; fig, ax = plt.subplots(); ax.plot([1], [2]); ax.set_title("a"); plt.show()
import matplotlib.pyplot as plt; fig, (left, right) = plt.subplots(1, 2); first, *rest = right.lines
import matplotlib.pyplot as plt; fig, axes = plt.subplots(2, 2); [axis.plot(1) for axis in axes.flat]
import matplotlib.pyplot as plt; plt.style.use("ggplot"); colors = plt.cm.viridis(np.linspace(0, 1, 5)); c = colors[0]
import matplotlib; matplotlib.use("agg")
import pandas as pd; df = pd.DataFrame({"a": [1, 2]}); df.head(); df["b"] = df["a"] * 2; print(df[df.a > 1].mean())
import pandas as pd; df = pd.read_csv("data.csv"); X, y = df.drop(columns="y").values, df["y"].values; len(df)
from google.colab import drive, files; drive.mount("/content/drive"); uploaded = files.upload()
from pylab import *; plot([1], [2]); show()
from mpl_toolkits.mplot3d import Axes3D
from PIL import Image; picture = np.asarray(Image.open("a.png")) / 255
import sympy as sp; z = sp.symbols("z"); print(sp.diff(sp.sin(z) ** 2, z)); a, b = sp.symbols("a b")
import networkx as nx; graph = nx.Graph(); graph.add_edge(1, 2); sorted(graph)
import cv2, mlxtend, einops, wandb, seaborn as sns; cv2.imread("a")[..., ::-1]; sns.set_theme(); wandb.init(project="x")
import torchsummary.inner.part as part; part.summary(1)
from tqdm.auto import tqdm, trange; [i for i in tqdm(range(3))]
from IPython.display import display, HTML, clear_output; display(HTML("a")); clear_output()
import ipywidgets as widgets; slider = widgets.IntSlider(value=3); widgets.interact(print, k=slider)
import numba; compiled = numba.njit(parallel=True)(lambda x: x)
from sklearn.datasets import load_digits; X, y = load_digits(return_X_y=True); X_train, y_train = X[:3], y[:3]
name = input("your name? "); age = int(input())
exit()
quit()
import sys; sys.exit(0)
raise KeyboardInterrupt
get_ipython().run_line_magic("matplotlib", "inline"); get_ipython().system("pip install einops")
%matplotlib inline
%pylab inline
pip install einops wandb
cd ..
ls -la data
%load_ext autoreload
%time y = np.ones(3)
!nvidia-smi
files = !ls
?np.exp
import threading; thread = threading.Thread(target=print); thread.start(); thread.join()
import asyncio; await asyncio.sleep(0)
import torch; await torch.anything()
import torch; reply = [step async for step in torch.steps()]
display("a", 1); display(np.ones(3))
assert 1 == 2, "a claim"
del nobody
nobody + 1
1 / 0
open("parameters.json")
with open("out.txt", "w") as file: file.write("a")
import subprocess; subprocess.run(["ls"])
import torch; model = torch.nn.Sequential(torch.nn.Linear(1, 1)); loss = model(torch.ones(1)).sum(); loss.backward()
import torch; model = torch.load("m.pt"); model.weight.data[0] = 1; model.weight.grad *= 2; -model.weight; ~model.mask
import torch; images, labels = next(iter(torch.utils.data.DataLoader([1]))); images.shape[0] == 3; 3 in labels
import torch, copy; twin = copy.deepcopy(torch.nn.Linear(1, 1)); best = {"model": twin}; sorted([twin], key=id)
import requests; page = requests.get("http://a").json()["a"]; data = {**page} if page else {}
import os; os.environ["CUDA_VISIBLE_DEVICES"]; os.chdir("/content")
from my_helpers import *
from __future__ import annotations; import torch; y: torch.Tensor = torch.ones(1)
""".strip().split("\n")

# The same, on several lines: a right answer stands at @.
AROUND = [
    "!pip install einops \\\n    wandb\n@",
    "%%time\n@",
    "\n%%timeit -n 1\n@",
    "%%capture out\n@",
    "get_ipython().run_cell_magic('time', '', '''@''')",
    "# a cell\nimport torch\nwith torch.no_grad():\n    print(1)\n@",
    'if __name__ == "__main__":\n    print(undefined)\n@\nif __name__ == "__main__":\n    main()',
    "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = torch.nn.Linear(1, 2)\nnet = Net()\nnet.train()\n@\nprint(f(3.0), net)",
    "import torch\n@torch.no_grad()\n@",
    "import numba\n@numba.njit\n@",
    "import numba\n@numba.jit(nopython=True)\n@",
    "try:\n    import einops\nexcept ImportError:\n    raise\n@",
    "for epoch in range(3):\n    import torch\n    for X, y in torch.loader:\n        1 / 0\n@",
    "@\nfig, ax = plt.subplots()\nax.plot(f(np.ones(3)))",
    "@\nassert np.allclose(f(np.ones(3)), 7), 'no'\nexit()",
]
ANSWER = "def f(x):\n    return 2 * x"
CASES = [
    *(f"{line}\n{ANSWER}" for line in ABOVE),
    *(
        text.replace("@torch", "§torch").replace("@numba", "§numba").replace("@", ANSWER).replace("§", "@")
        for text in AROUND
    ),
]


@pytest.fixture(scope="module", params=[BUBBLEWRAP, LANDLOCK, SECCOMP])
def any_box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with open_level(request.param) as box:
        yield box


def test_a_right_answer_counts_whatever_stands_above_it(any_box: Sandbox) -> None:
    """Every case is a cell of one submission; the answers are asked for by names of their own."""
    cells = [Cell(f"cell {n}", source.replace("def f(", f"def f{n}(")) for n, source in enumerate(CASES)]
    lost = {}
    for start in range(0, len(cells), 20):
        part = cells[start : start + 20]
        wanted = {f"e{n}": [f"f{n}"] for n in range(start, start + len(part))}
        submission = Submission(any_box, part, wanted)
        for n in range(start, start + len(part)):
            submission.enter(f"e{n}")
            try:
                assert submission.call(f"f{n}", np.ones(2)).value.tolist() == [2, 2]
            except (AssertionError, StudentProblem) as problem:
                lost[CASES[n]] = str(problem)
        submission.close()
    assert lost == {}


INSIDE = {
    "import torch\ndef f(x): return torch.tensor(x) * 2": "`f` uses torch in line 2",
    "import einops\ndef f(x): return einops.value": "`f` uses einops, which is not there for grading",
    "import einops\ndef f(x): return [x, {'a': einops.value}]": "`f` uses einops",
    "import einops\nk = einops.two()\ndef f(x): return k": "`f` uses einops",
    "import einops\nk = einops.two()\ndef f(x): return k * x": "`f` uses einops in line 3",
    "import einops\nk = einops.two()\ndef f(x): return x * k + np.exp(k)": "`f` uses einops in line 3",
    "import einops\ndef f(x):\n    with einops.a: return einops.two(x)": "`f` uses einops",
    "import einops\ndef f(x):\n    a, b = einops.a\n    return a * x": "`f` uses einops in line 4",
    "import einops\ndef f(x):\n    for item in einops.items(): return 2 * x": "`f` uses einops in line 3",
    "import einops\ndef f(x):\n    y = einops.two(x)\n    return np.add(x, y)": "`f` uses einops in line 4",
    "from tqdm import tqdm\ndef f(x): return tqdm([x])": "`f` uses tqdm",
    "from tqdm import tqdm\ndef f(x): return 2 * x if tqdm([x]) else x": "`f` uses tqdm in line 2",
    "def f(x):\n    import torch\n    return torch.two(x)": "`f` uses torch in line 3",
    "def f(x):\n    import einops\n    return einops.two(x)": "`f` raised ModuleNotFoundError in line 2",
    "import google.colab\nf = google.colab.double": "`f` uses google",
    "import einops\nf = einops.grad(lambda x: 2 * x)": "`f` uses einops",
    "from my_helpers import f": "`f` uses my_helpers",
    "import einops\ndef f(x): return 2 if einops.yes else 2 * x": "`f` uses einops in line 2",
}


@pytest.mark.parametrize("source", INSIDE)
def test_a_stand_in_inside_an_answer_never_becomes_a_right_one(submit: Submit, source: str) -> None:
    with pytest.raises(StudentProblem) as caught:
        submit(source).f(np.ones(2))
    assert str(caught.value).startswith(INSIDE[source])
    assert caught.value.outcome is Outcome.CRASHED


def test_an_answer_may_ask_whether_something_is_a_tensor(submit: Submit) -> None:
    source = "import torch\ndef f(x):\n    if isinstance(x, torch.Tensor): x = x.numpy()\n    return 2 * x"
    assert submit(source).f(np.ones(2)).tolist() == [2, 2]


def test_a_library_is_named_only_if_the_code_imports_it(submit: Submit) -> None:
    """Its name comes from the learner's process: a name that is made of a hidden input must not be told."""
    source = "def f(x):\n    m = __import__('secret%d' % x)\n    return m.double(x)"
    with pytest.raises(StudentProblem) as caught:
        submit(source).f(7.0)
    assert "secret7" not in str(caught.value)


SLOW = "np.linalg.svd(np.random.rand(9000, 9000))"  # minutes
EXTRA: dict[str, tuple[list[str], float]] = {
    "experiments": (["def f(x): return 2 * x", *[f"x = np.arange(3)\n{SLOW}\ny = f(x)\nplot(f, x)"] * 9], 2.0),
    "a pasted session": ([">>> k = 5\n>>> def f(x):\n...     return k * x\n...\n"], 5.0),
    "a pasted session of IPython": (
        ["In [1]: k = 5\n", "In [12]: def f(x):\n    ...:     return k * x\n    ...: "],
        5.0,
    ),
    "a copied first line": (["k = ...\nk = 5\n", "In [12]: def f(x):\n    return k * x"], 5.0),
    "experiments with an answer that uses a library": (
        ["import numpy as np", "def f(x): return np.maximum(2 * x, 0)", *[f"x = {SLOW}\ny = f(x)\nprint(f(y))"] * 9],
        2.0,
    ),
    "a function that changes a library": (
        ["import numpy as np", "def f(x): return np.five * x", "def change():\n    np.five = 5", "change()"],
        5.0,
    ),
    "a function that sets a library": (
        [
            "def short(): np.set_printoptions(precision=3)",
            "def f(x): return float(np.get_printoptions()['precision'])",
            "short()",
        ],
        3.0,
    ),
    "experiments that import": (
        ["def f(x): return np.sum(2 * x)", f"import numpy as np\nnp.random.seed(0)\n{SLOW}"],
        2.0,
    ),
    "experiments first": ([f"def main():\n    {SLOW}\nmain()", "def f(x): return 2 * x"], 2.0),
    "experiments with objects": (
        ["class A:\n    def f(self): return 2", "def f(x): return A().f() * x", f"a = A()\na.f()\na.z = {SLOW}"],
        2.0,
    ),
    "local names are not global ones": (["def f(x):\n    y = 2 * x\n    return y", f"y = {SLOW}\nx = {SLOW}"], 2.0),
    "an attribute is not a name": (["def f(x):\n    return np.float64(2 * x).real", f"real = {SLOW}"], 2.0),
    "a helper": ([f"{SLOW.replace('9000', '3')}\ndef helper(x): return 3 * x\n", "def f(x): return helper(x)"], 3.0),
    "a helper of a helper": (["def a(x): return 3 * x", "def b(x): return a(x)", "def f(x): return b(x)"], 3.0),
    "a constant": (["k = 3", "def f(x, k=3): return k * x", "k = 4", "def f(x): return k * x"], 4.0),
    "an augmented constant": (["k = 3", "k += 1", "def f(x): return k * x"], 4.0),
    "a table": (["t = {}", "def f(x): return t['k'] * x", "t['k'] = 5"], 5.0),
    "a table that is filled": (["t = []", "def f(x): return t[0] * x", "t.append(5)"], 5.0),
    "a table that a loop fills": (["t = {}", "def f(x): return t[2] * x", "for i in range(3):\n    t[i] = i * 3"], 6.0),
    "a table that a function fills": (
        ["t = {}", "def fill(k): t['k'] = k", "def f(x): return t['k'] * x", "fill(5)"],
        5.0,
    ),
    "a table whose rows a loop fills": (
        ["t = [[], []]", "for row in t:\n    row.append(5)", "def f(x): return t[1][0] * x"],
        5.0,
    ),
    "rows with their numbers": (
        ["t = [{}, {}]", "for n, row in enumerate(t):\n    row['k'] = n + 4", "def f(x): return t[1]['k'] * x"],
        5.0,
    ),
    "a list that a loop fills": (["t = []", "for n in range(3):\n    t.append(n)", "def f(x): return t[2] * x"], 2.0),
    "a table by another name": (["t = {}", "u = t", "u['k'] = 5", "def f(x): return t['k'] * x"], 5.0),
    "a function that sets a global": (
        ["def set_k():\n    global k\n    k = 5", "set_k()", "def f(x): return k * x"],
        5.0,
    ),
    "something put into a module": (["np.double_of = lambda x: 5 * x", "def f(x): return np.double_of(x)"], 5.0),
    "old names of NumPy": (["np.float = float", "def f(x): return np.float(5) * x"], 5.0),
    "a method put into a class": (
        ["class A: pass", "def double(self, x): return 5 * x\nA.double = double", "def f(x): return A().double(x)"],
        5.0,
    ),
    "exec": (["exec('def helper(x): return 5 * x')", "def f(x): return helper(x)"], 5.0),
    "exec of names": (["k = 5", "exec('h = lambda x: k * x')", "def f(x): return h(x)"], 5.0),
    "globals": (["globals()['k'] = 5", "def f(x): return k * x"], 5.0),
    "everything from a module": (["from math import *", "def f(x): return floor(5.5) * x"], 5.0),
    "pylab": (["from pylab import *\nplot([1], [2])", "def f(x): return maximum(x, 5) * max(1, 0)"], 5.0),
    "a module": (["import math, time\ntime.time()", "def f(x): return math.floor(5.5) * x"], 5.0),
    "one of two": (
        ["try:\n    import einops.a as k\n    k = 5\nexcept ImportError:\n    k = 4", "def f(x): return k * x"],
        5.0,
    ),
    "unpacking": (["a, (b, *c) = 1, (2, 3, 4)", "def f(x): return c[1] * x"], 4.0),
    "a walrus": (["print(k := 5)", "def f(x): return k * x"], 5.0),
    "a default": (["k = 5", "def f(x, k=k): return k * x"], 5.0),
    "a decorator": (["def five(g): return lambda x: 5 * x", "@five\ndef f(x): return x"], 5.0),
    "a base class": (
        ["class A:\n    def g(self, x): return 5 * x", "class B(A): pass", "def f(x): return B().g(x)"],
        5.0,
    ),
    "a function replaced": (["def f(x): return 2 * x", "g = f", "def f(x): return g(x) + 3"], 5.0),
    "something for comparison": (["def f(x): return 2 * x", "from torch.nn.functional import f", "f = einops.f"], 2.0),
    "a setting": (["def f(x):\n    return float(np.geterr()['under'] == 'raise')", "np.seterr(under='raise')"], 0.0),
}


@pytest.mark.parametrize("case", EXTRA)
def test_cells_that_no_answer_needs_are_not_run_and_the_others_are(box: Sandbox, case: str) -> None:
    sources, value = EXTRA[case]
    submission = Submission(box, [Cell(f"cell {n}", source) for n, source in enumerate(sources)], {"e": ["f"]})
    submission.enter("e")
    try:
        assert submission.f(1.0, returns=NUMBER) == value
        assert submission.memory == 0  # it was started once, and nothing has ended it
    finally:
        submission.close()


def test_a_loop_that_reads_what_an_answer_reads_is_not_run(box: Sandbox) -> None:
    cells = ["t = [1, 2]", "def f(x): return t[1] * x", "for n in t:\n    print(f(n))\n    1 / 0"]
    submission = Submission(box, [Cell(f"cell {n}", source) for n, source in enumerate(cells)], {"e": ["f"]})
    submission.enter("e")
    try:
        assert submission.f(1.0, returns=NUMBER) == 2.0
        assert submission.cell_problems == []
    finally:
        submission.close()


def test_what_was_skipped_is_told_only_if_a_lost_exercise_depends_on_it(box: Sandbox) -> None:
    cells = [
        Cell("one", "1 / 0\ndef one(x): return x\nk = int('a')"),
        Cell("two", "def two(x): return k * x\nopen('a')"),
        Cell("three", "x = undefined"),
        Cell("four", "def four(x) return x"),
    ]
    submission = Submission(box, cells, {"one": ["one"], "two": ["two"], "four": ["four"]})
    submission.load()
    submission.close()
    assert submission.problems_told([]) == submission.problems_told(["one"]) == ()
    ((name, sentence),) = submission.problems_told(["one", "two"])
    assert name == "one"
    assert sentence.startswith("The cell `one` raised ValueError in line 3 (`k = int('a')`). It said: invalid literal")
    assert sentence.endswith("(skipped; the rest of the cell was run)")
    assert [name for name, _ in submission.problems_told(["four"])] == ["four"]


def test_code_that_cannot_be_planned_is_run_as_a_whole(box: Sandbox) -> None:
    """An expression that is nested too deep for the plan, and one that is not valid Python."""
    deep = "x = " + "+".join(["1"] * 20_000)
    submission = Submission(box, [Cell("a", "def f(x): return 2 * x"), Cell("b", deep), Cell("c", "((")], {"e": ["f"]})
    submission.enter("e")
    assert submission.f(1.0, returns=NUMBER) == 2.0
    submission.close()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="This Python understands such f-strings.")
def test_an_f_string_of_a_newer_python_costs_its_line_and_both_versions_are_named(submit: Submit) -> None:
    above = (
        'd = {"a": 1}\nprint(f"{d["a"]}")\nif d:\n    print(f"{"a" + "b"} {d["a"]:.2f}")\ndef f(x):\n    return 2 * x'
    )
    submission = submit(above, 'def g(x):\n    return f"{"a"}"')
    assert submission.f(1.0, returns=NUMBER) == 2.0
    (first, _) = submission.cell_problems
    ours = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    assert (
        'in line 2 (`print(f"{d["a"]}")`). Python 3.12 may understand it; it was graded with ' + ours in first.message
    )
    with pytest.raises(StudentProblem, match=f"in line 2 .*Python 3.12 may understand it; it was graded with {ours}"):
        submission.g(1.0, returns=NUMBER)


def test_what_no_python_understands_is_a_syntax_error_as_ever(submit: Submit) -> None:
    with pytest.raises(StudentProblem, match=r"raised SyntaxError in line 1 \(`def f\(x\)`\)"):
        submit("def f(x)\n    return f'{x}'").f(1.0)
