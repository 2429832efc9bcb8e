"""The library and the sandbox agree on the libraries that are absent during grading."""

import sys
from types import ModuleType
from typing import Any

import pytest
from gradwise.dependencies import ABSENT, stays_behind

from autograder.sandbox.inside.stubs import EXPLAINED


def test_the_library_and_the_sandbox_name_the_same_absent_libraries() -> None:
    assert ABSENT == EXPLAINED


@pytest.mark.parametrize("library", ["tqdm", "ipywidgets", "pandas"])
def test_a_function_that_uses_an_absent_library_does_not_travel(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The learner has the library; these tests may run without it.
    monkeypatch.setitem(sys.modules, library, ModuleType(library))
    names: dict[str, Any] = {}
    exec(f"import {library} as helper\ndef double(x):\n    return helper.anything(2 * x)", names)
    assert stays_behind(names["double"]) == ["`helper`"]
