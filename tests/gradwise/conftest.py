"""Fixtures of the library's tests: a folder for a learner's parts, and a notebook's shell."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADWISE_PARTS", raising=False)
    return tmp_path / "parts.py"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A notebook's shell, which receives the figures."""
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()
    plt.close("all")
