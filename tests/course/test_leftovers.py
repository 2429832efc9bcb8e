"""What a run of the tests would leave behind is found."""

import os
import subprocess
import sys
from pathlib import Path

from ..leftovers import MARK, changes, entries, processes


def test_a_process_that_still_runs_is_found() -> None:
    code = "print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], env={MARK: "planted"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (left,) = processes("planted", {os.getpid()})
        assert code in left
        process.communicate(b"\n")
    assert processes("planted", {os.getpid()}) == []


def test_a_file_in_the_temporary_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "pytest-of-ada").mkdir()
    assert entries(tmp_path) == []
    (tmp_path / "gradwise-x").mkdir()
    assert entries(tmp_path) == ["gradwise-x"]


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert changes(tmp_path) == ""
    (tmp_path / "new.txt").write_text("x")
    assert "new.txt" in changes(tmp_path)
