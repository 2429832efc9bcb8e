"""Which folder notebooks are handed out and in through."""

from pathlib import Path

import pytest

from autograder.gradebook import config
from autograder.gradebook.config import exchange_folder


def test_the_shared_folder_is_taken_if_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, shared, named = tmp_path / "build" / "exchange", tmp_path / "shared", tmp_path / "named"
    monkeypatch.setattr(config, "NBGRADERS_EXCHANGE", str(shared))
    monkeypatch.delenv(config.EXCHANGE_VARIABLE, raising=False)
    assert exchange_folder(tmp_path) == own
    shared.mkdir()
    assert exchange_folder(tmp_path) == shared
    named.mkdir()
    monkeypatch.setenv(config.EXCHANGE_VARIABLE, str(named))
    assert exchange_folder(tmp_path) == named


def test_it_is_the_folder_in_which_nbgrader_looks_by_default() -> None:
    from nbgrader.exchange.default import Exchange

    assert Exchange().root == config.NBGRADERS_EXCHANGE
