"""`gradwise.reference` for hidden checks. It remembers its answers: a class gets the same inputs.

from autograder.grading.reference import reference

PyTorch is imported when a question is new. `kept_answers` keeps the answers to what a topic's checks ask.
"""

import copy
import dis
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from autograder.sandbox.wire.formulas import Formula

MOST_ANSWERS = 4096  # the oldest is removed first

Answers = dict[Hashable, Any]  # by the question; an answer, and the states in which it left the generators of a call

_answers: Answers = {}
_noted: list[Answers] = []


def recall(answers: Mapping[Hashable, Any]) -> None:
    """Remembers answers that were noted earlier."""
    _answers.update(answers)


@contextmanager
def noted() -> Iterator[Answers]:
    """Notes all answers that are given inside."""
    answers: Answers = {}
    _noted.append(answers)
    try:
        yield answers
    finally:
        _noted.remove(answers)


@contextmanager
def for_once() -> Iterator[None]:
    """Forgets afterwards what was asked inside: nobody else will ask it, and what a class asks shall stay."""
    kept = dict(_answers)
    try:
        yield
    finally:
        _answers.clear()
        _answers.update(kept)


class _Remembering:
    """Every function and class of `gradwise.reference`."""

    def __getattr__(self, name: str) -> Any:
        return functools.partial(_Instance if name[:1].isupper() else _answer, name)


def _real(name: str) -> Any:
    import gradwise.reference  # here, for it imports PyTorch

    return getattr(gradwise.reference, name)


def _answer(name: str, *args: Any, **options: Any) -> Any:
    try:
        key = name, *_argument_keys(args, options)
    except TypeError:  # an argument such as a function that keeps a record: the answer may differ the next time
        return _real(name)(*args, **options)

    def computed() -> Any:
        given, given_options = _fresh(args), _fresh(options)
        answer = _real(name)(*given, **given_options)
        return answer, _states([*given, *given_options.values()])

    answer, states = _remembered(key, computed)
    for generator, state in zip(_generators([*args, *options.values()]), states, strict=True):
        generator.bit_generator.state = state
    return _fresh(answer)


def _remembered(key: Hashable, compute: Callable[[], Any]) -> Any:
    if key not in _answers:
        if len(_answers) >= MOST_ANSWERS:
            del _answers[next(iter(_answers))]
        _answers[key] = compute()
    for answers in _noted:
        answers[key] = _answers[key]
    return _answers[key]


# --- objects ----------------------------------------------------------------------------------------

_METHOD = "a method"
_UNREPEATABLE = object()  # a history after which nothing is remembered


class _Instance:
    """An object of a class of the reference.

    What it answers depends on its class and on all that was done to it before, so the two together are a question, too.
    The real object is made when a question is new: all that was done before is then done to it.
    """

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        given, given_options = _fresh(args), _fresh(options)
        vars(self).update(_make=lambda: _real(name)(*given, **given_options), _object=None, _done=[])
        vars(self).update(_history=_after("new", name, args, options))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def look() -> Any:
            value = getattr(self._made(), name)
            return _METHOD if callable(value) else _fresh(value)

        found = look() if self._forgets else _remembered((self._history, "get", name), look)
        is_method = isinstance(found, str) and found == _METHOD
        return functools.partial(self._call, name) if is_method else _fresh(found)

    def __setattr__(self, name: str, value: Any) -> None:
        kept = _fresh(value)
        self._do(lambda made: setattr(made, name, _fresh(kept)), self._next("set", name, (value,), {}))

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Calls the object itself, which is a layer."""
        return self._call("__call__", *args, **options)

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        given, given_options = _fresh(args), _fresh(options)
        history = self._next("call", name, args, options)

        def step(made: Any) -> Any:
            return getattr(made, name)(*_fresh(given), **_fresh(given_options))

        if self._object is None and history in _answers:
            answer = _remembered(history, lambda: None)
            self._do(step, history)
            return _fresh(answer)
        try:
            answer = step(self._made())
        except Exception:
            self._done.append(step)
            vars(self).update(_history=_UNREPEATABLE)
            raise
        vars(self).update(_history=history)
        self._done.append(step)
        return _fresh(answer if self._forgets else _remembered(history, lambda: _fresh(answer)))

    @property
    def _forgets(self) -> bool:
        return self._history is _UNREPEATABLE

    def _next(self, kind: str, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Hashable:
        return _UNREPEATABLE if self._forgets else _after(self._history, f"{kind} {name}", args, options)

    def _do(self, step: Callable[[Any], Any], history: Hashable) -> None:
        """Does a step whose answer nobody waits for: to the real object if there is one, else when it is made."""
        if self._object is not None:
            step(self._object)
        self._done.append(step)
        vars(self).update(_history=history)

    def _made(self) -> Any:
        if self._object is None:
            made = self._make()
            for step in self._done:
                with suppress(Exception):  # it was raised when the step was done first
                    step(made)
            vars(self).update(_object=made)
        return self._object


def _after(before: Hashable, what: str, args: tuple[Any, ...], options: dict[str, Any]) -> Hashable:
    """Returns the history of an object after one more step."""
    if _generators([*args, *options.values()]):
        return _UNREPEATABLE
    try:
        return before, what, *_argument_keys(args, options)
    except TypeError:
        return _UNREPEATABLE


# --- keys and copies --------------------------------------------------------------------------------


def _generators(values: Iterable[Any]) -> list[np.random.Generator]:
    return [value for value in values if isinstance(value, np.random.Generator)]


def _states(values: Iterable[Any]) -> list[Any]:
    """Returns the states of all generators among some values: a function that draws leaves its generator in another."""
    return [generator.bit_generator.state for generator in _generators(values)]


def _argument_keys(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Hashable, ...]:
    return *map(_argument_key, args), _key(tuple(options)), *map(_argument_key, options.values())


def _argument_key(value: Any) -> Hashable:
    """Returns the key of a whole argument, which may be a generator too: its state decides what comes of it."""
    return repr(value.bit_generator.state) if isinstance(value, np.random.Generator) else _key(value)


def _key(value: Any) -> Hashable:
    """Returns a hashable key that is equal for equal plain values only. It can be pickled.

    Raises:
        TypeError: the value is not plain data.
    """
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return kind, value.dtype.str, value.shape, value.tobytes()
    if kind in (list, tuple):
        return kind, *map(_key, value)
    if kind is dict:
        return kind, *((key, _key(item)) for key, item in value.items())
    if kind is float:
        return kind, value.hex()  # nan equals nan here, and 0.0 is not -0.0
    if isinstance(value, functools.partial) and value.func is _answer:  # one of the reference's own functions
        return "reference", *value.args
    if kind is np.ufunc:
        return "ufunc", value.__name__
    if kind is FunctionType:
        return "function", value.__module__, value.__qualname__, _code_key(value.__code__), *_bound(value)
    if kind is Formula:
        return kind, value.text, value.of
    if kind in _PLAIN:
        return kind, value
    raise TypeError(f"{kind.__name__} is not plain")


def _bound(function: FunctionType) -> Iterator[Hashable]:
    """Yields the keys of the values from outside that a function uses.

    Raises:
        TypeError: it may do more than to return a value: it changes a name from outside, or holds what can be changed.
    """
    if _changes_names(function.__code__):
        raise TypeError("it changes a name")
    for value in [*(cell.cell_contents for cell in function.__closure__ or ()), *(function.__defaults__ or ())]:
        if isinstance(value, list | dict):
            raise TypeError("it may keep a record")
        yield _key(value)


@functools.lru_cache(256)
def _changes_names(code: CodeType) -> bool:
    return any(step.opname in ("STORE_DEREF", "STORE_GLOBAL") for step in dis.get_instructions(code))


@functools.lru_cache(256)
def _code_key(code: CodeType) -> Hashable:
    constants = (_code_key(item) if isinstance(item, CodeType) else repr(item) for item in code.co_consts)
    return code.co_code, code.co_names, *constants


def _fresh(value: Any) -> Any:
    """Returns a copy, so that a check which changes an answer does not change it for the next learner."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(_fresh, value))
    return copy.deepcopy(value)


_PLAIN = {bool, int, str, bytes, type(None)}

reference = _Remembering()
