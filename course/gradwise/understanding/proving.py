"""Computes the right answer of a question a second time: from another text of the code, without the trace."""

import ast
from typing import Any

from .question import Question
from .runs import Run
from .training import outcome


def is_proved(question: Question, run: Run) -> bool:
    """Tells whether the right answer, and no other choice, comes out once more.

    The code is written out anew from its syntax tree and runs with planted statements, without the interpreter's trace.
    """
    proof = question.proof
    if proof["what"] in ("changed", "same"):
        return _by_comparison(question, proof, run)
    result = _again(run, proof["source"], [proof["scene"]])[0]
    return [place for place, text in enumerate(question.choices) if text == _answer(proof, result)] == [question.right]


def _answer(proof: dict[str, Any], result: dict[str, Any]) -> Any:
    number = str(proof.get("statement"))
    if proof["what"] == "training":
        return outcome(result)
    if proof["what"] == "end":
        return result["end"]
    if proof["what"] == "count":
        return str(result["counts"].get(number, 0))
    notes = result["seen"].get(number, [])
    if proof["what"] == "shape":
        return str(notes[-1][2]) if notes else None
    return notes[proof["turn"]][0] if proof["turn"] < len(notes) else None


def _by_comparison(question: Question, proof: dict[str, Any], run: Run) -> bool:
    before = _again(run, proof["base"], proof["scenes"])
    after = _again(run, proof["source"], proof["scenes"])
    same = [old["exact"] == new["exact"] for old, new in zip(before, after, strict=True)]
    wanted = proof["what"] == "same"
    return [place for place, one in enumerate(same) if one == wanted] == [question.right]


def _again(run: Run, source: str, scenes: list[str]) -> list[dict[str, Any]]:
    text = ast.unparse(ast.parse(source))
    results = run([{"source": text, "scenes": scenes, "deep": 0, "twice": True}])[0]
    return [result["again"] for result in results]
