"""The proxy: the values that a check gets from calls, and the sentences for calls that give none."""

from typing import Any

import numpy as np
import pytest

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox.process import Callback
from autograder.sandbox.wire.packing import Blob
from autograder.sandbox.wire.types import ARRAY, BOOLEAN, HANDLE, INTEGER, NOTHING, NUMBER, TEXT, ListOf, OrNone, Seed

from ...conftest import Submit


def problem_of(submit: Submit, source: str, *args: Any, returns: Any = ARRAY) -> StudentProblem:
    with pytest.raises(StudentProblem) as caught:
        submit(source).f(*args, returns=returns)
    return caught.value


def test_arrays_go_there_and_back(submit: Submit) -> None:
    x = np.arange(6.0).reshape(2, 3)
    got = submit("def f(x, k): return k * x + x.T.sum()").f(x, 3)
    assert np.array_equal(got, 3 * x + x.sum())


def test_parameters_may_have_any_name_and_helpers_any_cell(submit: Submit) -> None:
    submission = submit(
        "import numpy", "def helper(v): return numpy.abs(v)", "def f(first, another): return helper(first) - another"
    )
    assert submission.f(np.array([-2.0]), 1.0).tolist() == [1.0]


def test_a_missing_function_is_not_attempted(submit: Submit) -> None:
    problem = problem_of(submit, "g = 1")
    assert problem.outcome is Outcome.NOT_ATTEMPTED
    assert str(problem) == "There is no `f` in your notebook."


def test_a_stub_is_not_attempted(submit: Submit) -> None:
    problem = problem_of(submit, "def f(x): raise NotImplementedError", 1.0)
    assert problem.outcome is Outcome.NOT_ATTEMPTED
    assert str(problem) == "`f` is not written yet."


def test_a_function_whose_cell_broke_says_why(submit: Submit) -> None:
    submission = submit("def f(x): raise NotImplementedError", "def f(x)\n    return x")
    with pytest.raises(StudentProblem) as caught:
        submission.f(1.0)
    assert caught.value.outcome is Outcome.CRASHED
    assert "raised SyntaxError in line 1 (`def f(x)`). It said: expected ':'" in str(caught.value)


def test_an_exception_points_at_the_learners_line_and_keeps_its_text_back(submit: Submit) -> None:
    problem = problem_of(submit, "def f(x):\n    y = x + 1\n    raise ValueError(f'the input was {x}')", 12345.0)
    assert problem.outcome is Outcome.CRASHED
    assert (
        str(problem)
        == "`f` raised ValueError in line 3 of the cell `cell 1` (`raise ValueError(f'the input was {x}')`)."
    )


def test_an_exception_of_their_own_is_named_after_its_built_in_kin(submit: Submit) -> None:
    source = "class Secret12345(KeyError): pass\ndef f(x): raise Secret12345(x)"
    assert "raised KeyError" in str(problem_of(submit, source, 1.0))


def test_endless_recursion_has_its_own_sentence(submit: Submit) -> None:
    assert "calls itself without end" in str(problem_of(submit, "def f(x): return f(x)", 1.0))


@pytest.mark.parametrize(
    ("source", "returns", "says"),
    [
        ("def f(): pass", ARRAY, "`f` returned None: is a `return` missing?"),
        ("def f(): return 'text'", ARRAY, "`f` returned a str; wanted an array."),
        ("def f(): return 1.0", (NUMBER, ARRAY), "`f` returned a float; wanted 2 values: a number and an array."),
        ("def f(): return 1.0, 2.0, 3.0", (NUMBER, NUMBER), "`f` returned 3 values; wanted 2 values"),
        ("def f(): return np.ones(3)", NUMBER, "`f` returned an array of shape (3,); wanted a number."),
        ("def f(): return 3.5", OrNone(INTEGER), "`f` returned a float; wanted an integer or None."),
        ("def f(): return 3", ListOf(ARRAY), "`f` returned an int; wanted a list, each item an array."),
        ("def f(): return 1j", ARRAY, "`f` returned a complex; wanted an array."),
        ("def f(): return np.array(['a'])", ARRAY, "an array of dtype str"),
    ],
)
def test_a_value_of_another_type_is_named(submit: Submit, source: str, returns: Any, says: str) -> None:
    problem = problem_of(submit, source, returns=returns)
    assert problem.outcome is Outcome.FAILED
    assert says in str(problem)


def test_warnings_and_changed_arguments_are_reported(submit: Submit) -> None:
    submission = submit("def f(x, items):\n    x[0] = 7\n    items[1] += 1\n    return np.exp(x * 1000)")
    reply = submission.call("f", np.ones(2), [np.zeros(1), np.zeros(1)])
    assert reply.changed == ("0", "1.1")
    assert any("overflow" in text for text in reply.warnings)
    assert reply.type_name == "ndarray"


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("layers[0][1] = layers[0][1] + 1", ("0.0.",)),
        ("layers.append(layers[0])", ("0.",)),
        ("layers.reverse()", ("0.",)),
        ("losses[1] = 7.0", ("1.",)),
        ("layers[0][0] = layers[0][0].copy(); losses[0] = 1.0", ()),  # nobody can tell
        ("layers = [[w + 1 for w in layer] for layer in layers]; losses = losses[::-1]", ()),
    ],
)
def test_a_list_whose_items_are_replaced_is_a_changed_argument(
    submit: Submit, statement: str, changed: tuple[str, ...]
) -> None:
    submission = submit(f"def f(layers, losses):\n    {statement}\n    return np.ones(1)")
    assert submission.call("f", [[np.zeros(2), np.ones(2)], [np.ones(1)]], [1.0, 2.0]).changed == changed


def test_a_quiet_function_raises_no_warning_and_underflow_is_none(submit: Submit) -> None:
    reply = submit("def f(x): return np.exp(x)").call("f", np.array([-1000.0]))
    assert (reply.warnings, reply.changed) == ((), ())


def test_a_check_may_pass_a_function(submit: Submit) -> None:
    calls: list[Any] = []

    def square(v: Any) -> Any:
        calls.append(v)
        return v**2

    assert submit("def f(g, x): return g(x) + g(1.0)").f(square, np.array([2.0, 3.0])).tolist() == [5.0, 10.0]
    assert len(calls) == 2


def test_a_callbacks_change_reaches_the_learners_array(submit: Submit) -> None:
    def step(w: Any, epoch: int) -> None:
        w -= epoch

    source = "def f(step, w):\n    w = w.copy()\n    for epoch in range(4): step(w, epoch)\n    return w"
    assert submit(source).f(Callback(step, (ARRAY, INTEGER)), np.array([10.0])).tolist() == [4.0]


def test_a_callback_that_is_misused_is_the_learners_error(submit: Submit) -> None:
    problem = problem_of(submit, "def f(g): return g('text')", np.tanh)
    assert problem.outcome is Outcome.CRASHED
    problem = problem_of(submit, "def f(g): return g(np.ones((2, 3)))", lambda x: x @ x)
    assert "raised ValueError" in str(problem)


def test_objects_are_held_by_handle(submit: Submit) -> None:
    source = """
class Counter:
    def __init__(self, start): self.count = start; self.training = True
    def __call__(self, x): self.count += 1; return x * self.count
    def step(self, v): return v > self.count
"""
    submission = submit(source)
    first, second = submission.new("Counter", 1), submission.new("Counter", 10)
    assert first(np.ones(1)).tolist() == [2.0]
    assert second(np.ones(1)).tolist() == [11.0]
    assert first.call("step", 1.5, returns=BOOLEAN).value is False
    first.set("training", False)
    assert first.get("training", returns=BOOLEAN) is False
    assert first.get("count", returns=INTEGER) == 2
    with pytest.raises(StudentProblem, match=r"`Counter.nothing` raised AttributeError"):
        first.get("nothing")


def test_state_may_stay_on_the_far_side(submit: Submit) -> None:
    source = """
def f(w, state):
    state = {'t': state.get('t', 0) + 1}
    return w - state['t'], state
def empty(): return {}
"""
    submission = submit(source)
    state = submission.empty(returns=HANDLE)
    w, state = submission.f(np.zeros(1), state, returns=(ARRAY, HANDLE))
    w, state = submission.f(w, state, returns=(ARRAY, HANDLE))
    assert w.tolist() == [-3.0]


def test_a_check_may_begin_with_a_state_of_its_own(submit: Submit) -> None:
    source = "def f(w, state): return w + state.get('v', 0) + sum(state.get('more', {}).values()), {'v': w}"
    submission = submit(source)
    w, state = submission.f(np.ones(2), {}, returns=(ARRAY, HANDLE))
    w, state = submission.f(w, state, returns=(ARRAY, HANDLE))
    assert w.tolist() == [2.0, 2.0]
    w, _ = submission.f(w, {"v": np.ones(2), "more": {"a": 1, "handle": 4}}, returns=(ARRAY, HANDLE))
    assert w.tolist() == [8.0, 8.0]


def test_a_state_is_held_as_it_is_whatever_is_in_it(submit: Submit) -> None:
    source = """
class Sly(dict):
    def __eq__(self, other): return True
    def __len__(self): raise ValueError
    def items(self): exit()
def f(w, state):
    if not isinstance(state, Sly): return w, Sly(handle=0, callback=[0, ['array']], step=f)
    return w + (state['step'] is f), state
"""
    submission = submit(source)
    w, state = submission.f(np.zeros(1), {}, returns=(ARRAY, HANDLE))
    w, state = submission.f(w, state, returns=(ARRAY, HANDLE))
    assert w.tolist() == [1.0]


def test_a_state_that_is_asked_for_as_data_is_refused(submit: Submit) -> None:
    problem = problem_of(submit, "def f(w, state): return w, state", np.ones(1), {}, returns=(ARRAY, ARRAY))
    assert str(problem) == "`f` returned a dict; wanted 2 values: an array and an array."


def test_a_seed_becomes_a_generator(submit: Submit) -> None:
    submission = submit("def f(rng): return rng.random(3)")
    assert submission.f(Seed(5)).tolist() == np.random.default_rng(5).random(3).tolist()


def test_imports_of_absent_libraries_succeed_and_their_use_explains_itself(submit: Submit) -> None:
    source = (
        "import torch.nn as nn, matplotlib.pyplot as plt\nfrom sklearn.datasets import load_digits\n"
        "from gradwise import data\nfrom gradwise.check import check\ncheck('elu')\n"
        "class Net(nn.Module): pass\n"
        "def f(x): return nn.functional.relu(x)\ndef g(x): return x"
    )
    submission = submit(source)
    assert submission.g(1.0).tolist() == 1.0
    assert submission.cell_problems == []
    with pytest.raises(StudentProblem, match=r"`f` uses torch in line 7 .* which is not there for grading"):
        submission.f(1.0)


def test_guesses_are_left_alone(submit: Submit) -> None:
    source = (
        "from gradwise.check import guessed, predict\n"
        "predict('ring', 'ReLU')\npredict('nowhere', [1 / 0.5])\npredict()\nguessed('ring')\ndef f(x): return x"
    )
    submission = submit(source)
    assert submission.f(1.0).tolist() == 1.0
    assert submission.cell_problems == []


def test_what_only_jupyter_understands_is_left_out(submit: Submit) -> None:
    cells = (
        "%matplotlib inline\n!pip install x\ndef a(): return 1.0",
        "%%time\ndef b(): return 2.0",
        "%%bash\nexit 1",
        "np.exp?\ndef c(): return 7 % 4.0",
    )
    submission = submit(*cells)
    assert [submission.call(name, returns=NUMBER).value for name in "abc"] == [1.0, 2.0, 3.0]
    assert submission.cell_problems == []


def test_a_cell_that_fails_is_noted_and_the_rest_go_on(submit: Submit) -> None:
    submission = submit("def f(): return 1.0\n1 / 0\ndef g(): return 2.0", "exit()", "def h(): return 3.0")
    assert submission.f(returns=NUMBER) == 1.0
    assert submission.h(returns=NUMBER) == 3.0
    first, second = submission.cell_problems
    assert first.message == (
        "The cell `cell 1` raised ZeroDivisionError in line 2 (`1 / 0`). It said: division by zero "
        "(skipped; the rest of the cell was run)"
    )
    assert submission.g(returns=NUMBER) == 2.0
    assert "NameError" in second.message


def test_forged_replies_are_refused(submit: Submit) -> None:
    source = """
import os, struct, json
def answer(header):
    text = json.dumps(header).encode()
    os.write(3, struct.pack(">II", len(text), 0) + text)
def f(kind):
    if kind == "early": answer({"id": 10**6, "value": {"number": "0x1p0"}})
    if kind == "garbage": os.write(3, b"garbage" * 100)
    if kind == "callback": answer({"callback": 7, "args": []})
    return 1.0
def g(): return 2.0
"""
    for kind in ("early", "garbage", "callback"):
        submission = submit(source)
        with pytest.raises(StudentProblem) as caught:
            submission.f(kind, returns=NUMBER)
        assert caught.value.outcome is Outcome.CRASHED
        assert "sent back" in str(caught.value)
        submission.enter("the next exercise")
        assert submission.g(returns=NUMBER) == 2.0
        submission.close()


def test_text_of_learners_is_cleaned_before_it_is_shown(submit: Submit) -> None:
    submission = submit("raise ValueError('\\x1b[31m<b>red</b>\\n' + 'long ' * 200)")
    submission.load()
    (problem,) = submission.cell_problems
    assert "\x1b" not in problem.message
    assert "\n" not in problem.message
    assert len(problem.message) < 400


def test_nothing_is_asked_for_nothing(submit: Submit) -> None:
    submission = submit("def f(): pass\ndef g(): return 'words'")
    assert submission.f(returns=NOTHING) is None
    assert submission.g(returns=TEXT) == "words"


def test_a_large_reply_is_refused_and_much_of_it_is_not_kept(submit: Submit) -> None:
    submission = submit("import numpy as np\ndef f(n): return np.zeros(int(n))")
    with pytest.raises(StudentProblem, match="too large"):
        submission.f(1 << 20)
    for _ in range(40):
        submission.f(500_000)
    assert sum(seen.reply.value.nbytes for seen in submission.observations if seen.reply) <= 64 << 20


def test_notes_of_a_reply_are_cut(submit: Submit) -> None:
    notes = {"type": "T" * 10**6, "warnings": ["w" * 10**6] * 50, "changed": ["0" * 10**6] * 200}
    reply = submit("")._reply("f", {"value": {"number": "0x1p0"}, **notes}, Blob(b""), NUMBER)
    assert len(reply.type_name) + sum(map(len, (*reply.warnings, *reply.changed))) < 10_000


def test_a_check_is_not_filled_with_what_its_function_is_given(submit: Submit) -> None:
    kept: list[Any] = []
    submission = submit("import numpy as np\ndef f(g):\n    while True: g(np.zeros(500_000))")
    with pytest.raises(StudentProblem, match="more calls of the function it was given than anybody needs"):
        submission.f(lambda x: kept.append(x))
    assert sum(x.nbytes for x in kept) <= 64 << 20


COUNTS = "calls = []\ndef f(x):\n    calls.append(x)\n    return np.array(len(calls))"


def test_a_call_that_is_made_once_gives_its_reply_again(submit: Submit) -> None:
    submission = submit(COUNTS)
    assert [float(submission.once("f", x).value) for x in (2.0, 2.0, 3.0, 2.0)] == [1, 1, 2, 1]
    assert float(submission.f(2.0)) == 3  # an ordinary call is made
    assert [observation.function for observation in submission.observations] == ["f"] * 5  # each check shows its calls


def test_what_is_made_once_depends_on_all_that_is_asked(submit: Submit) -> None:
    submission = submit("def f(*args): return 1 if len(args) == 1 else 2")
    replies = [submission.once("f", np.ones(2)), submission.once("f", np.zeros(2)), submission.once("f", Seed(1))]
    assert len({id(reply) for reply in replies}) == 3
    assert submission.once("f", np.ones(2), returns=NUMBER).value == 1.0
    assert submission.once("f", np.ones(2)) is replies[0]


def test_a_problem_is_not_kept_for_the_next_check(submit: Submit) -> None:
    submission = submit("tries = []\ndef f():\n    tries.append(1)\n    return 1 / (len(tries) - 1)")
    with pytest.raises(StudentProblem):
        submission.once("f")
    assert float(submission.once("f").value) == 1


def test_an_exercise_that_has_ended_gives_nothing_more(submit: Submit) -> None:
    submission = submit("def f(): return 1\ndef h():\n    import os\n    os._exit(1)")
    assert float(submission.once("f").value) == 1
    with pytest.raises(StudentProblem):
        submission.h()
    with pytest.raises(StudentProblem):
        submission.once("f")
