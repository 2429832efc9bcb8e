"""Requests that are made ahead: fewer messages, and nothing else is different."""

from collections.abc import Callable

import numpy as np
import pytest

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox.ahead import Script, answers
from autograder.sandbox.process import Callback, Process
from autograder.sandbox.replies import Reply
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.packing import Blob
from autograder.sandbox.wire.types import BOOLEAN, HANDLE, NUMBER, Previous, ProtocolError

from ...conftest import Submit

SOLUTION = """
calls = []
def double(x):
    calls.append(len(x))
    return 2 * x
def half(x): return x / 2
class Counter:
    def __init__(self, most): self.most, self.seen = most, 0
    def step(self, value):
        self.seen += value
        return self.seen >= self.most
"""

X = np.arange(4.0)


def _doubled(submission: Submission) -> list[object]:
    submission.begin("doubled")
    return [submission.double(X + number).tolist() for number in range(3)]


def _halved(submission: Submission) -> list[object]:
    submission.begin("halved")
    return [submission.half(X).tolist(), submission.half(X + 1.0).tolist()]


def _stepped(submission: Submission) -> list[object]:
    submission.begin("stepped")
    counter = submission.new("Counter", 3)
    replies = counter.series("step", [(1,)] * 5, BOOLEAN, until=True)
    return [reply.value for reply in replies]


def _behind_it(submission: Submission) -> list[object]:
    submission.begin("behind it")
    return [submission.half(X + 2.0).tolist()]


def _all(submission: Submission) -> list[object]:
    return _doubled(submission) + _halved(submission) + _stepped(submission) + _behind_it(submission)


def _outcomes(submission: Submission) -> list[object]:
    """What each check sees: its values, or the problem that ended it."""
    seen: list[object] = []
    for check in (_doubled, _halved, _stepped, _behind_it):
        try:
            seen.append(check(submission))
        except StudentProblem as problem:
            seen.append((problem.outcome, str(problem)))
    return seen


@pytest.fixture
def script(submit: Submit) -> Script:
    submission = submit(SOLUTION)
    return submission.record(lambda: _all(submission))


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the messages that cross."""
    kinds: list[str] = []
    ask = Process.ask

    def counted(self: Process, request: dict[str, object], *rest: object) -> object:
        kinds.append(str(request["op"]))
        return ask(self, request, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Process, "ask", counted)
    return kinds


def _following(submit: Submit, script: Script, source: str) -> Submission:
    submission = submit(source)
    submission.follow({"another": script})
    submission.enter("another")
    return submission


def test_what_everybody_is_asked_crosses_in_one_message(submit: Submit, script: Script, messages: list[str]) -> None:
    right = _all(submit(SOLUTION))
    assert messages == ["cell", *["call"] * 6, "series", "call"]
    del messages[:]
    assert _all(_following(submit, script, SOLUTION)) == right
    assert messages == ["cell", "several"]


def test_the_calls_come_in_their_order_and_each_once(submit: Submit, script: Script) -> None:
    submission = _following(submit, script, f"{SOLUTION}\ndef count(): return float(len(calls))")
    _all(submission)
    assert submission.count(returns=NUMBER) == 3.0


@pytest.mark.parametrize(
    "wrong",
    [
        "def double(x): return x[:9] if x[0] else 1 / 0",
        "def double(x): return None",
        "def half(x): return [[1, 2], [3]]",
        "def half(x): raise NotImplementedError",
        "del half",
        "class Counter: pass",
        "def double(x): return x + 1",
        "import os\ndef half(x): os._exit(0)",
        "import os\ndef double(x): os.closerange(0, 99) if x[0] == 1 else None; return 2 * x",
        "import sys\ndef double(x): sys.exit()",
    ],
)
def test_what_is_wrong_is_wrong_in_the_same_way(submit: Submit, script: Script, wrong: str) -> None:
    alone = submit(f"{SOLUTION}\n{wrong}")
    told = _outcomes(alone)
    ahead = _following(submit, script, f"{SOLUTION}\n{wrong}")
    assert _outcomes(ahead) == told
    assert told != _outcomes(submit(SOLUTION))
    assert repr(ahead.observations) == repr(alone.observations)


def test_one_that_runs_for_ever_costs_little_more_and_only_its_own(submit: Submit, script: Script) -> None:
    loops = f"{SOLUTION}\ndef half(x):\n    while True: pass"
    submission = _following(submit, script, loops)
    before = submission._process.budget.cpu
    doubled, halved, *_ = _outcomes(submission)
    assert doubled == _doubled(submit(SOLUTION))
    assert isinstance(halved, tuple)
    assert halved[0] is Outcome.TIMED_OUT
    assert before - submission._process.budget.cpu < 3.0  # two seconds for the call, and half a one for asking ahead


def test_a_check_that_asks_something_else_asks_by_itself(submit: Submit, script: Script, messages: list[str]) -> None:
    submission = _following(submit, script, SOLUTION)
    submission.begin("doubled")
    assert submission.double(X + 7.0).tolist() == (2 * (X + 7.0)).tolist()
    assert messages == ["cell", "call"]
    _halved(submission)
    assert messages == ["cell", "call", "several"]


def test_functions_of_a_check_and_objects_wait(submit: Submit) -> None:
    solution = submit("def f(g, x): return g(x)\ndef make(): return [1]\ndef first(made): return made[0]")

    def run() -> None:
        solution.begin("a check")
        solution.f(Callback(np.sin), X)
        solution.first(solution.call("make", returns=HANDLE).value, returns=NUMBER)

    assert [asked.waits for asked in solution.record(run).asked] == [True, False, False]


def test_a_forged_answer_is_no_answer() -> None:
    for header in (
        {},
        {"replies": 3},
        {"replies": [{"bytes": 2}]},
        {"replies": [{"bytes": 2}, 7]},
        {"replies": [{"bytes": 2}, {"bytes": -1}]},
        {"replies": [{"bytes": 2}, {"bytes": True}]},
        {"replies": [{"bytes": 2}, {"bytes": 3}]},
        {"replies": [{"bytes": 2}, {}]},
    ):
        with pytest.raises(ProtocolError):
            answers(header, Blob(b"1234"), 2)
    assert [len(blob) for _, blob in answers({"replies": [{"bytes": 1}, {"bytes": 3}]}, Blob(b"1234"), 2)] == [1, 3]


# --- series -----------------------------------------------------------------------------------------


def _one_by_one(submission: Submission) -> list[Reply]:
    w = X
    replies = []
    for g in (1.0, 2.0, 4.0):
        replies.append(submission.call("step", w, g))
        w = replies[-1].value
    return replies


STEP = "def step(w, g): return w - g"
CALLS = [(X, 1.0), (Previous(), 2.0), (Previous(), 4.0)]


def test_a_series_gives_what_its_calls_give_one_by_one(submit: Submit, messages: list[str]) -> None:
    one, all_of_it = submit(STEP), submit(STEP)
    right = [repr(reply) for reply in _one_by_one(one)]
    del messages[:]
    assert [repr(reply) for reply in all_of_it.series("step", CALLS)] == right
    assert messages == ["cell", "series"]
    assert repr(all_of_it.observations) == repr(one.observations)


@pytest.mark.parametrize(
    "wrong", ["return None", "return w / 0 if g > 1 else [1]", "w -= g; return w", "return w[g > 1 :] - g", "exit()"]
)
def test_a_series_ends_where_its_calls_would(submit: Submit, wrong: str) -> None:
    def told(run: Callable[[Submission], object]) -> tuple[str, str]:
        submission = submit(f"def step(w, g): {wrong}")
        try:
            run(submission)
        except StudentProblem as problem:
            return str(problem), repr(submission.observations)
        return "", repr(submission.observations)

    assert told(lambda submission: submission.series("step", CALLS)) == told(_one_by_one)


def test_a_part_of_what_was_returned_goes_on_and_a_state_stays_where_it_is(submit: Submit) -> None:
    source = "def step(w, state): n = state.get('n', 0) + 1; return w + n, {'n': n, 'f': step}"
    steps = [(X, {}), (Previous(0), Previous(1)), (Previous(0), Previous(1))]
    values = [reply.value[0].tolist() for reply in submit(source).series("step", steps, ("array", HANDLE))]
    assert values == [(X + 1).tolist(), (X + 3).tolist(), (X + 6).tolist()]


def test_fewer_replies_than_calls_are_no_answer(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    forged: list[object] = []
    ask = Process.ask

    def forge(self: Process, request: dict[str, object], *rest: object) -> object:
        header, blob = ask(self, request, *rest)  # type: ignore[arg-type]
        return ({**header, "replies": forged[-1]}, blob) if request["op"] == "series" else (header, blob)

    monkeypatch.setattr(Process, "ask", forge)
    good = {"value": {"number": "0x1p0"}}
    for replies in ([], [good], [good] * 4, [good, good, 5], {"a": good}, None):
        forged.append(replies)
        with pytest.raises(StudentProblem, match="broke the connection"):
            submit(STEP).series("step", CALLS, NUMBER)
    forged.append([good] * 3)
    assert [reply.value for reply in submit(STEP).series("step", CALLS, NUMBER)] == [1.0, 1.0, 1.0]
