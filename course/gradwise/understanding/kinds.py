"""The kinds of questions: each yields candidates from what a function and its mutants did."""

import ast
import random
from collections.abc import Iterator
from typing import Any

from ..mutants.planting import Mutant
from . import showing
from .choosing import (
    CHOICES,
    FEWEST,
    MOST_COUNT,
    MOST_EFFORT,
    MOST_NUMBERS,
    MOST_RUN,
    form_of,
    is_readable,
    numbers_of,
    with_choices,
)
from .probe import UNFINISHED
from .question import Question
from .runs import Runs
from .tracing import target_of
from .training import training

PURPOSE = {"dropped statement", "dropped call", "dropped term", "sign", "logic"}
# Calls that make an array or another form of a value: what comes out is read, and not worked out.
MAKES_ONLY = {
    *("array", "asarray", "astype", "copy", "dict", "empty", "empty_like", "float", "full", "int", "len", "list"),
    *("ones", "ones_like", "set", "tuple", "zeros", "zeros_like"),
}


def _is_plain(node: ast.stmt) -> bool:
    """Tells whether the value of a statement needs no thought: a name, a constant, or an attribute."""
    value = getattr(node, "value", None)
    if isinstance(node, ast.AugAssign):
        return False
    if isinstance(value, ast.Tuple | ast.List):
        return all(isinstance(item, ast.Name | ast.Constant) for item in value.elts)
    if isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in MAKES_ONLY:
        return True
    return isinstance(value, ast.Name | ast.Constant | ast.Attribute | ast.UnaryOp) and not (
        isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.BinOp | ast.Call)
    )


def _turn_words(turn: int, turns: int) -> str:
    if turns == 1:
        return ""
    ordinal = {1: "first", 2: "second", 3: "third"}.get(turn + 1, f"{turn + 1}th")
    return f" after it has run for the {ordinal} time"


def trace(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """What a line holds in a call; wrong are the values that it holds in mutants, and at other turns."""
    for place in range(runs.deep):
        base, scene = runs.base[place], runs.scenes[place]
        for key, notes in base["seen"].items():
            node = runs.code.statements[int(key)]
            again = base["again"]["seen"].get(key, [])
            if _is_plain(node) or [note[:3] for note in again] != notes:
                continue
            for turn in {0, min(1, len(notes) - 1), len(notes) - 1}:
                question = _trace(runs, place, int(key), turn, scene, rng)
                if question is not None:
                    yield question


def _trace(runs: Runs, place: int, number: int, turn: int, scene: str, rng: random.Random) -> Question | None:
    base, node, key = runs.base[place], runs.code.statements[number], str(number)
    notes = base["seen"][key]
    text, easy, _ = notes[turn]
    effort, hard = base["again"]["seen"][key][turn][3:]
    if text is None or not easy or hard or effort > MOST_EFFORT:
        return None
    line, target = showing.line_words(runs.code, node), target_of(node)
    if isinstance(node, ast.Return):
        prompt = f"What does {line} return{_turn_words(turn, len(notes))}?"
    else:
        prompt = (
            f"What does `{target}` hold after {line}{_turn_words(turn, len(notes)).replace('after it has', 'has')}?"
        )
    if is_readable(text, scene, _source_of(runs, node)):
        return None
    wrong = [note[0] for note in notes if note[0] is not None]
    wrong = [value for value in wrong if value != text]
    for _, results in runs.mutants:
        there = results[place].get("seen", {}).get(key, [])
        if turn < len(there) and there[turn][0] is not None:
            wrong.append(there[turn][0])
    chosen = with_choices(text, (value for value in wrong if value != "None" or text == "None"), rng)
    if chosen is None:
        return None
    return Question(
        "trace", prompt, _code(runs, node, place), scene, "", *chosen,
        showing.steps(runs.code, base, (number, turn)),
        "The value of each line before this one is named, too, in the order in which the lines run.",
        f"What would {line} {'return' if isinstance(node, ast.Return) else 'hold'} "
        "if the first number of the call were one larger?",
        ("trace", number, turn, scene), effort,
        {"what": "value", "source": runs.code.text, "scene": scene, "statement": number, "turn": turn},
    )  # fmt: skip


def what_if(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """What a call returns after a change of one line; wrong are today's result and those of other changes."""
    for mutant, results in runs.mutants:
        for place in range(runs.deep):
            base, result = runs.base[place], results[place]
            effort, hard = base["again"]["effort"]
            text = result["end"]
            if (
                hard
                or effort > MOST_EFFORT
                or not result.get("easy")
                or text is None
                or result["exact"] == base["exact"]
            ):
                continue
            node, scene = runs.code.statements[mutant.statement], runs.scenes[place]
            new = showing.changed_lines(mutant)
            if is_readable(text, scene, new):
                continue
            others = [other[place]["end"] for _, other in runs.mutants]
            chosen = with_choices(text, [end for end in [base["end"], *others] if end is not None], rng)
            if chosen is None or (base["end"] is not None and base["end"] not in chosen[0]):
                continue
            lead, change = showing.change_words(runs.code, mutant)
            prompt = f"{lead} What does this call give then?"
            yield Question(
                "what if", prompt, _code(runs, node, place), scene, change, *chosen,
                (*showing.steps(runs.code, result), f"As your code stands, the call gives {base['end']}."),
                "The reason why the change matters here, and not only that the number differs.",
                "For which call would the change make no difference?",
                ("what if", mutant.statement, new, scene), effort,
                {"what": "end", "source": mutant.source, "scene": scene},
            )  # fmt: skip


def inputs(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """For which of some calls a change of one line makes a difference, or what a part of it is there for."""
    calls = [place for place in range(len(runs.scenes)) if _is_followed(runs, place)]
    for mutant, results in runs.mutants:
        changed = [place for place in calls if _differs(runs.base[place], results[place])]
        same = [place for place in calls if runs.base[place]["exact"] == results[place]["exact"]]
        groups = [(changed, same, "gives another result")] if len(same) >= FEWEST - 1 else []
        if len(changed) >= FEWEST - 1:
            groups.append((same, changed, "gives the same result as before"))
        for few, many, words in groups:
            if not few:
                continue
            right = rng.choice(few)
            others = rng.sample(many, min(len(many), CHOICES - 1))
            if not _stands_out(right, others, runs):
                yield _inputs(runs, mutant, results, right, others, words, rng)


def _inputs(
    runs: Runs, mutant: Mutant, results: list[dict[str, Any]], right: int, others: list[int], words: str,
    rng: random.Random,
) -> Question:  # fmt: skip
    node, new = runs.code.statements[mutant.statement], showing.changed_lines(mutant)
    line = showing.line_words(runs.code, node)
    places = [right, *others]
    rng.shuffle(places)
    lead, change = showing.change_words(runs.code, mutant)
    kind, prompt = "what if", f"{lead} Which of these calls {words} then?"
    if mutant.operator.name in PURPOSE:
        kind, verdict = "purpose", "still passes" if "same" in words else "fails"
        if change:
            lead = f"A part of {line} is left out."
        prompt = f"{lead} Each call below is a check of the result. Which check {verdict} then?"
    because = [
        f"{_one_line(runs.scenes[place])}: {_result(runs.base[place])}, and with the change {_result(results[place])}"
        for place in places
    ]
    return Question(
        kind, prompt, _code(runs, node, right), "", change,
        tuple(_one_line(runs.scenes[place]) for place in places), places.index(right), tuple(because),
        "What all the other calls have in common, so that the change cannot be seen there.",
        f"What is this part of {line} there for, in one sentence?",
        (kind, mutant.statement, new, words), min(len(numbers_of(runs.scenes[right])), MOST_EFFORT),
        {"what": "same" if "same" in words else "changed", "source": mutant.source, "base": runs.code.text,
         "scenes": [runs.scenes[place] for place in places]},
    )  # fmt: skip


def _stands_out(right: int, others: list[int], runs: Runs) -> bool:
    """Tells whether the right call alone has another form than the others, so that one need not think."""
    forms = [form_of(runs.scenes[place]) for place in others]
    return form_of(runs.scenes[right]) not in forms and len(set(forms)) < len(forms)


def _is_followed(runs: Runs, place: int) -> bool:
    base = runs.base[place]
    return len(base["counts"]) <= MOST_RUN and len(numbers_of(runs.scenes[place])) <= MOST_NUMBERS


def _differs(base: dict[str, Any], result: dict[str, Any]) -> bool:
    """Tells whether two results differ so that anybody sees it."""
    runs = result["exact"] != UNFINISHED[1]
    return bool(runs and base["exact"] != result["exact"] and result["end"] != base["end"])


def shape(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """Which shape an array has; wrong are its shapes in mutants, and those of other arrays in the call."""
    for place in range(runs.deep):
        base, scene = runs.base[place], runs.scenes[place]
        shapes = {key: [note[2] for note in notes] for key, notes in base["seen"].items()}
        for key, of_turns in shapes.items():
            node, right = runs.code.statements[int(key)], of_turns[-1]
            if not right or len(set(of_turns)) > 1 or right in base["inputs"] or isinstance(node, ast.AugAssign):
                continue
            if base["again"]["seen"].get(key, [["", "", ""]])[-1][2] != right or is_readable(_plain(right), scene):
                continue
            wrong = [note[2] for _, results in runs.mutants for note in results[place].get("seen", {}).get(key, [])]
            wrong += [*base["inputs"], *(shape for of in shapes.values() for shape in of)]
            chosen = with_choices(right, rng.sample(plain := sorted({text for text in wrong if text}), len(plain)), rng)
            if chosen is None:
                continue
            what = "what it returns" if isinstance(node, ast.Return) else f"`{target_of(node)}`"
            line = showing.line_words(runs.code, node)
            shown = [f"{showing.line_words(runs.code, runs.code.statements[int(k)])}: shape {of[-1]}"
                     for k, of in shapes.items() if of[-1]]  # fmt: skip
            yield Question(
                "shape", f"Which shape has {what} after {line}?", _code(runs, node, place), scene, "", *chosen,
                tuple(shown[:12]), "Which axis goes, which one stays, and which operation does that.",
                "Which shape would it have with one more example?", ("shape", int(key), scene), 4,
                {"what": "shape", "source": runs.code.text, "scene": scene, "statement": int(key)},
            )  # fmt: skip


def _plain(shape: str) -> str:
    """Returns a shape as it stands in a call that gives it: ``2, 3`` for ``(2, 3)``."""
    return shape.strip("()") if ", " in shape else shape


def cost(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """How often a line is run; wrong are its counts in mutants, and the counts of other lines."""
    for place in range(runs.deep):
        base, scene = runs.base[place], runs.scenes[place]
        for key, count in base["counts"].items():
            node = runs.code.statements[int(key)]
            if not 2 <= count <= MOST_COUNT or hasattr(node, "body"):
                continue
            right = str(count)
            if is_readable(right, scene, _source_of(runs, node)):
                continue
            wrong = [
                str(results[place]["counts"].get(key, 0)) for _, results in runs.mutants if "counts" in results[place]
            ]
            wrong += [str(other) for other in base["counts"].values()]
            chosen = with_choices(right, wrong, rng)
            if chosen is None:
                continue
            line = showing.line_words(runs.code, node)
            counts = [f"{showing.line_words(runs.code, runs.code.statements[int(k)])}: {_times(n)}"
                      for k, n in base["counts"].items()]  # fmt: skip
            yield Question(
                "cost", f"How often is {line} run in this call?", _code(runs, node, place), scene, "", *chosen,
                tuple(counts[:14]), "How the number follows from the sizes: which loop, over what.",
                "How does the number grow with twice as many examples?", ("cost", int(key), scene), count,
                {"what": "count", "source": runs.code.text, "scene": scene, "statement": int(key)},
            )  # fmt: skip


KINDS = (trace, what_if, inputs, shape, cost, training)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _code(runs: Runs, node: ast.stmt, place: int) -> str:
    return showing.shown(runs.code, runs.function, node, {int(key) for key in runs.base[place]["counts"]})


def _source_of(runs: Runs, node: ast.stmt) -> str:
    return ast.unparse(node).partition("\n")[0]


def _result(result: dict[str, Any]) -> str:
    if result["end"] is not None:
        return str(result["end"])
    return "it does not end" if result["exact"] == UNFINISHED[0] else "a value too long to show"


def _one_line(scene: str) -> str:
    body = ast.parse(scene).body
    return scene if any(hasattr(node, "body") for node in body) else "; ".join(map(ast.unparse, body))
