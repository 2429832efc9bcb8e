"""A value that is changed under another name counts: what could have changed it is run before an exercise is lost."""

import sys

import numpy as np
import pytest

from autograder.core.cell import Cell
from autograder.core.outcomes import StudentProblem
from autograder.grading.session import open_grader
from autograder.sandbox.inside.cells import compiled, execute, statements
from autograder.sandbox.inside.needs import Numbers, facts_of, needed
from autograder.sandbox.inside.suspects import Suspects
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import NUMBER

from ...conftest import SEED
from ..conftest import SmallCourse

# Cells of a learner, the last of which may be far below. With all of them f(1.0) is 5.
CASES: dict[str, list[str]] = {
    "dict in list": ["t = {'k': 1}\nall = [t]", "def f(x): return t['k'] * x", "all[0]['k'] = 5"],
    "dict in tuple unpack": ["t = {'k': 1}\nu, v = t, 3", "u['k'] = 5", "def f(x): return t['k'] * x"],
    "dict in dict": ["t = {'k': 1}\ncfg = {'t': t}", "def f(x): return t['k'] * x", "cfg['t'].update(k=5)"],
    "alias by item": ["cfg = {'t': {'k': 1}}\nt = cfg['t']", "def f(x): return t['k'] * x", "cfg['t']['k'] = 5"],
    "alias by get": ["cfg = {'t': {'k': 1}}", "t = cfg.get('t')\nt['k']=5", "def f(x): return cfg['t']['k'] * x"],
    "class attr via instance class": [
        "class A:\n    t = {'k': 1}\n",
        "obj = A()",
        "def f(x): return A.t['k'] * x",
        "obj.t['k'] = 5",
    ],
    "type(obj)": ["class A:\n    k = 1\n", "obj = A()", "def f(x): return A.k * x", "type(obj).k = 5"],
    "classmethod": [
        "class A:\n    k = 1\n    @classmethod\n    def set(cls, k): cls.k = k",
        "def f(x): return A.k * x",
        "A.set(5)",
    ],
    "classmethod odd name": [
        "class A:\n    k = 1\n    @classmethod\n    def configure(cls, k): cls.k = k",
        "def f(x): return A.k * x",
        "A.configure(5)",
    ],
    "method on instance odd name": [
        "class C:\n    def __init__(self): self.k = 1\n    def configure(self, k): self.k = k",
        "c = C()",
        "def f(x): return c.k * x",
        "c.configure(5)",
    ],
    "method on instance fit": [
        "class C:\n    def __init__(self): self.k = 1\n    def fit(self): self.k = 5; return self",
        "c = C()",
        "def f(x): return c.k * x",
        "c.fit()",
    ],
    "method result assigned": [
        "class C:\n    def __init__(self): self.k = 1\n    def fit(self): self.k = 5; return [1]",
        "c = C()",
        "def f(x): return c.k * x",
        "losses = c.fit()",
    ],
    "monkeypatch": [
        "class A:\n    def g(self, x): return x",
        "def f(x): return A().g(x)",
        "def better(self, x): return 5 * x",
        "A.g = better",
    ],
    "monkeypatch setattr": [
        "class A:\n    def g(self, x): return x",
        "def f(x): return A().g(x)",
        "setattr(A, 'g', lambda self, x: 5 * x)",
    ],
    "decorator registry": [
        "REG = {}\ndef register(g):\n    REG[g.__name__] = g\n    return g",
        "@register\ndef five(x): return 5 * x",
        "def f(x): return REG['five'](x)",
    ],
    "decorator registry class": [
        "class R:\n    items = {}\n    @classmethod\n"
        "    def register(cls, g):\n        cls.items[g.__name__] = g\n        return g",
        "@R.register\ndef five(x): return 5 * x",
        "def f(x): return R.items['five'](x)",
    ],
    "decorator registry on classes": [
        "REG = {}\ndef register(c):\n    REG[c.__name__] = c\n    return c",
        "@register\nclass Five:\n    def __call__(self, x): return 5 * x",
        "def f(x): return REG['Five']()(x)",
    ],
    "list append in helper": ["L = []\ndef helper(v): L.append(v)", "helper(5)", "def f(x): return L[-1] * x"],
    "list append in helper of helper": [
        "L = []\ndef helper(v): L.append(v)\ndef outer(v): helper(v)",
        "outer(5)",
        "def f(x): return L[-1] * x",
    ],
    "helper mutates argument": ["t = {'k': 1}\ndef setk(d): d['k'] = 5", "setk(t)", "def f(x): return t['k'] * x"],
    "helper mutates argument in container": [
        "t = {'k': 1}\nparams = [t]\ndef setk(ds):\n    for d in ds: d['k'] = 5",
        "setk(params)",
        "def f(x): return t['k'] * x",
    ],
    "partial": [
        "from functools import partial\ndef g(k, x): return k * x",
        "h = partial(g, 5)",
        "def f(x): return h(x)",
    ],
    "partial of alias": [
        "from functools import partial\nt = {'k': 1}\ndef g(t, x): return t['k'] * x\nh = partial(g, t)",
        "def f(x): return h(x)",
        "t['k'] = 5",
    ],
    "globals in function": ["def setg(n, v): globals()[n] = v", "setg('k', 5)", "def f(x): return k * x"],
    "vars": ["class O: pass\no = O()", "vars(o)['k'] = 5", "def f(x): return o.k * x"],
    "__dict__": ["class O: pass\no = O()", "o.__dict__.update(k=5)", "def f(x): return o.k * x"],
    "closure nonlocal": [
        "def make():\n    k = 1\n    def step():\n        nonlocal k\n"
        "        k = k + 4\n    def get(): return k\n    return step, get",
        "step, get = make()",
        "step()",
        "def f(x): return get() * x",
    ],
    "closure function attr": [
        "def counter():\n    counter.k += 4\ncounter.k = 1",
        "counter()",
        "def f(x): return counter.k * x",
    ],
    "lambda default": ["t = {'k': 1}", "g = lambda x, t=t: t['k'] * x", "t['k'] = 5", "def f(x): return g(x)"],
    "mutable default": [
        "def remember(v=None, memory=[]):\n    if v is not None: memory.append(v)\n    return memory",
        "remember(5)",
        "def f(x): return remember()[0] * x",
    ],
    "dataclass method": [
        "from dataclasses import dataclass, field\n@dataclass\nclass Cfg:\n    ks: list = field(default_factory=list)\n"
        "    def put(self, k): self.ks.append(k)",
        "cfg = Cfg()",
        "cfg.put(5)",
        "def f(x): return cfg.ks[0] * x",
    ],
    "inheritance": [
        "class A:\n    def k(self): return 5",
        "class B(A): pass",
        "class C(B):\n    def g(self, x): return self.k() * x",
        "def f(x): return C().g(x)",
    ],
    "init_subclass registry": [
        "class Base:\n    reg = {}\n    def __init_subclass__(cls): Base.reg[cls.__name__] = cls",
        "class Five(Base):\n    k = 5",
        "def f(x): return Base.reg['Five'].k * x",
    ],
    "warm cache in comp": [
        "cache = {}\ndef compute(n):\n    cache[n] = n * 5\n    return cache[n]",
        "[compute(n) for n in range(3)]",
        "def f(x): return cache[1] * x",
    ],
    "map": ["L = []", "list(map(L.append, [5]))", "def f(x): return L[0] * x"],
    "bound method alias": ["L = []\nadd = L.append", "add(5)", "def f(x): return L[0] * x"],
    "np in-place out": ["w = np.ones(1)", "np.multiply(w, 5, out=w)", "def f(x): return w[0] * x"],
    "np view": ["w = np.ones(3)\nv = w[1:]", "v[:] = 5", "def f(x): return w[1] * x"],
    "np view reshape": ["w = np.ones(4)\nv = w.reshape(2, 2)", "v[0, 0] = 5", "def f(x): return w[0] * x"],
    "np.copyto": ["w = np.ones(4)", "np.copyto(w, 5)", "def f(x): return w[0] * x"],
    "shuffle": ["w = np.array([5.0, 5.0])", "np.random.shuffle(w)", "def f(x): return w[0] * x"],
    "params loop zip": [
        "W = np.ones(1); b = np.ones(1)",
        "for p, g in zip([W, b], [4, 4]): p += g",
        "def f(x): return W[0] * x",
    ],
    "object in object": [
        "class N: pass\nnet = N()\nnet.layer = N()\nnet.layer.k = 1",
        "layer = net.layer",
        "layer.k = 5",
        "def f(x): return net.layer.k * x",
    ],
    "object given to constructor": [
        "class P:\n    k = 1\nclass Net:\n    def __init__(self, p): self.p = p\np = P()\nnet = Net(p)",
        "p.k = 5",
        "def f(x): return net.p.k * x",
    ],
    "object given to constructor 2": [
        "class P:\n    k = 1\nclass Net:\n    def __init__(self, p): self.p = p\np = P()\nnet = Net(p)",
        "net.p.k = 5",
        "def f(x): return p.k * x",
    ],
    "with statement": [
        "class Ctx:\n    k = 1\n    def __enter__(self): Ctx.k = 5\n    def __exit__(self, *a): pass",
        "with Ctx(): pass",
        "def f(x): return Ctx.k * x",
    ],
    "property setter": [
        "class A:\n    _k = 1\n    @property\n    def k(self): return self._k\n"
        "    @k.setter\n    def k(self, v): A._k = v",
        "a = A()",
        "a.k = 5",
        "def f(x): return A._k * x",
    ],
    "instance counter": [
        "class A:\n    n = 0\n    def __init__(self): A.n += 5",
        "a1 = A()",
        "def f(x): return A.n * x",
    ],
    "del item": ["t = [1, 5]", "del t[0]", "def f(x): return t[0] * x"],
    "defaultdict": [
        "from collections import defaultdict\nh = defaultdict(list)",
        "h['a'].append(5)",
        "def f(x): return h['a'][0] * x",
    ],
    "heapq": ["import heapq\nh = [7]", "heapq.heappush(h, 5)", "def f(x): return h[0] * x"],
    "operator.setitem": ["import operator\nt = {'k': 1}", "operator.setitem(t, 'k', 5)", "def f(x): return t['k'] * x"],
    "dict view": ["t = {'a': {'k': 1}}", "for v in t.values(): v['k'] = 5", "def f(x): return t['a']['k'] * x"],
    "while loop pop": [
        "t = {'k': 1}\nq = [t]",
        "while q:\n    n = q.pop()\n    n['k'] = 5",
        "def f(x): return t['k'] * x",
    ],
    "comprehension mutation": ["t = {'k': 1}\nts=[t]", "[d.update(k=5) for d in ts]", "def f(x): return t['k'] * x"],
    "max/min alias": [
        "t = {'k': 1}\nu = {'k': 0}",
        "best = max([t, u], key=lambda d: d['k'])\nbest['k'] = 5",
        "def f(x): return t['k'] * x",
    ],
    "ternary alias": ["t = {'k': 1}\nu = {}\nv = t if True else u", "v['k'] = 5", "def f(x): return t['k'] * x"],
    "chained assign": ["t = v = {'k': 1}", "v['k'] = 5", "def f(x): return t['k'] * x"],
    "function returning global": [
        "t = {'k': 1}\ndef table(): return t",
        "table()['k'] = 5",
        "def f(x): return t['k'] * x",
    ],
    "helper via method dispatch": [
        "L=[]\nclass H:\n    def add(self, v): L.append(v)",
        "h = H()",
        "h.add(5)",
        "def f(x): return L[0] * x",
    ],
    "helper via dict": [
        "L=[]\ndef go(v): L.append(v)\nactions = {'go': go}",
        "actions['go'](5)",
        "def f(x): return L[0] * x",
    ],
    "main guard": [
        "def main():\n    global k\n    k = 5",
        "if __name__ == '__main__':\n    main()",
        "def f(x): return k * x",
    ],
    "global via alias of function": [
        "def main():\n    global k\n    k = 5\nrun = main",
        "run()",
        "def f(x): return k * x",
    ],
    "global through callback": [
        "def put(v):\n    global k\n    k = v\ndef apply(g, v): g(v)",
        "apply(put, 5)",
        "def f(x): return k * x",
    ],
    "for over functions": [
        "def put():\n    global k\n    k = 5",
        "for step in [put]: step()",
        "def f(x): return k * x",
    ],
    "contextlib": [
        "import contextlib\nt={'k':1}\n@contextlib.contextmanager\ndef five():\n    t['k'] = 5\n    yield",
        "with five(): pass",
        "def f(x): return t['k'] * x",
    ],
    "atexit style registry list": [
        "HOOKS = []\ndef hook(g): HOOKS.append(g); return g",
        "@hook\ndef a(x): return 5 * x",
        "def f(x):\n    for h in HOOKS: x = h(x)\n    return x",
    ],
    "array list row alias": [
        "Ws = [np.ones(1) for _ in range(2)]",
        "W0 = Ws[0]",
        "W0 += 4",
        "def f(x): return Ws[0][0] * x",
    ],
    "struct unpack loop": [
        "Ws = [(np.ones(1), np.ones(1))]",
        "for W, b in Ws: W += 4",
        "def f(x): return Ws[0][0][0] * x",
    ],
    "func attr memo": ["def g(x): return g.table['k'] * x\ng.table = {}", "g.table['k'] = 5", "def f(x): return g(x)"],
    "super init": [
        "class A:\n    made = []\n    def __init__(self): self.made.append(5)\n"
        "class B(A):\n    def __init__(self): super().__init__()",
        "B()",
        "def f(x): return A.made[0] * x",
    ],
    "call via self name": [
        "class M:\n    def __init__(self): self.k = 1\n    def __call__(self): self.k = 5",
        "m = M()",
        "m()",
        "def f(x): return m.k * x",
    ],
    "list of args inside call": [
        "W = np.ones(1)\ndef upd(ps):\n    for p in ps: p += 4",
        "upd([W])",
        "def f(x): return W[0] * x",
    ],
}

# What an exercise cannot depend on, however it is called.
EXPERIMENTS = {
    "a function": ["def f(x): return 5 * x", "X = np.ones(3)\nY = f(X)\nfor n in range(3):\n    Y += f(X)"],
    "a helper and numbers": [
        "K, EPS = 5, 1e-8\ng = lambda x: K * x",
        "def f(x): return g(x)",
        "h = [f(1.0)]\nh.sort()",
    ],
    "a class": [
        "class A:\n    def __init__(self, k=5): self.k = k\n    def fit(self, x): self.last = type(x)\n"
        "class B(A):\n    def __init__(self):\n        super().__init__()\n        self.w = np.ones(3)",
        "def f(x): return B().k * x",
        "b = B()\nb.fit(f)\nhistory = [b.w for _ in range(3)]\nplot(history, b)",
    ],
    "a module": ["import math", "def f(x): return math.floor(5.5) * x", "y = [math.sqrt(f(1.0))]\ny.append(math.pi)"],
    "tables of others": ["t = {}\nt['k'] = 4", "def f(x): return 5 * x", "t['f'] = f(3.0)\nplot(**t)"],
    "collected garbage": [
        "def f(x): return 5 * x",
        "def train():\n    gc.collect()\n    return f(1.0)",
        "loss = train()",
    ],
}


def plan_of(cells: list[str]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    facts = [[facts_of(statement) for statement in statements(cell, [], "a")] for cell in cells]
    return needed(facts, {"e": ["f"]}, {})["e"]


def value_with(cells: list[str], numbers: Numbers | None) -> float | str:
    """Returns f(1.0) after some statements have run, or the name of the exception."""
    names = {"np": np, "__name__": "__main__"}
    try:
        for cell, source in enumerate(cells):
            body = statements(source, [], "a")
            for number, code in enumerate(compiled(body, "a")):
                if numbers is None or number in numbers[cell]:
                    execute(code, names)
        return float(names["f"](1.0))  # type: ignore[operator]
    except Exception as error:
        return type(error).__name__


def test_no_value_is_lost_that_is_changed_under_another_name() -> None:
    """The same cases show that the rule is needed: without the suspects some fifty of them are lost."""
    assert {name: value_with(cells, None) for name, cells in CASES.items()} == dict.fromkeys(CASES, 5.0)
    assert {name: value_with(cells, plan_of(cells)[2]) for name, cells in CASES.items()} == dict.fromkeys(CASES, 5.0)
    lost = {name for name, cells in CASES.items() if value_with(cells, plan_of(cells)[0]) != 5.0}
    assert {"dict in list", "np view reshape", "closure nonlocal", "global through callback"} <= lost
    assert len(lost) > 30


@pytest.mark.parametrize("case", EXPERIMENTS)
def test_there_are_no_suspects_for_what_does_not_change_by_itself(case: str) -> None:
    run, _, wide, _ = plan_of(EXPERIMENTS[case])
    assert run == wide
    assert [] in run  # and there are experiments


def test_the_recursion_limit_of_a_cell_holds() -> None:
    cells = ["import sys\nsys.setrecursionlimit(5000)", "def f(x): return x"]
    assert plan_of(cells)[0] == [[0, 1], [0]]


def test_the_work_on_many_names_grows_with_their_number() -> None:
    """A chain of functions and values, each of which mentions the one before."""

    def steps(length: int) -> int:
        links = "\n".join(f"def g{n}(): return g{n - 1}, v{n}\nv{n} = [v{n - 1}]" for n in range(1, length))
        body = statements(f"v0 = []\n{links}\nv{length // 2}.append(1)", [], "a")
        facts = {(0, number): facts_of(statement) for number, statement in enumerate(body)}
        count = 0

        def counted(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            found = Suspects(facts).of({f"g{length - 1}"})
        finally:
            sys.setprofile(None)
        assert (0, len(body) - 1) in found
        return count

    assert steps(400) < 2.5 * steps(200)


def attempt(submission: Submission) -> float | None:
    submission.enter("e")
    try:
        return float(submission.f(1.0, returns=NUMBER))
    except StudentProblem:
        return None
    finally:
        submission.close()


def test_the_sandbox_runs_them_in_a_second_process(box: Sandbox) -> None:
    cells = [Cell(f"cell {n}", source) for n, source in enumerate(CASES["params loop zip"])]
    submission = Submission(box, cells, {"e": ["f"]})
    assert attempt(submission) == 1.0
    widened = submission.widened(["e"])
    assert widened is not None
    assert widened[1] == ["e"]
    assert attempt(widened[0]) == attempt(widened[0].afresh()) == 5.0
    assert submission.widened([]) is None


def test_a_lost_exercise_gets_what_all_cells_together_deserve_and_a_passed_one_is_run_once(
    small: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    spawn = Sandbox.spawn
    monkeypatch.setattr(Sandbox, "spawn", lambda sandbox: (started.append(1), spawn(sandbox))[1])
    settings = "settings = {'by': 3}\nall_settings = [settings]"
    change = "for one in all_settings:\n    one['by'] = 2"
    answer = "def double(x):\n    return settings['by'] * x"
    slow = "while True:\n    settings['by'] += 1"
    with open_grader(small.topic, SEED) as grader:

        def score(*sources: str) -> float:
            started.clear()
            cells = [Cell(f"cell {n}", source) for n, source in enumerate(sources)]
            return grader.grade_cells("ada", cells).score

        grader.try_solution()  # the solution is run once, to know what is asked of it
        assert score("def double(x):\n    return 2 * x", settings, change) == 3.0
        assert len(started) == 1
        assert score(settings, change, answer) == 3.0
        assert len(started) == 2
        assert score(settings, change, answer, slow) == 3.0  # the cell that does not end is left out
        assert score(settings, answer) == 0.0
