"""The choice of a sandbox, and the sentences for a machine on which none works."""

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import main
from autograder.core.cell import Cell
from autograder.core.course import Course
from autograder.core.outcomes import GraderFault, SandboxUnavailable
from autograder.grading import session
from autograder.sandbox import bubblewrap, levels
from autograder.sandbox.inside import seccomp
from autograder.sandbox.policy import BUBBLEWRAP, LANDLOCK, LEVELS, NONE, POLICY, SECCOMP
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Child, Sandbox

from ..conftest import SmallCourse


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Resets the choice of a sandbox, before and after a test."""
    monkeypatch.setattr(levels._Chosen, "name", "")
    monkeypatch.delenv(levels.VARIABLE, raising=False)
    levels._tried.cache_clear()
    yield monkeypatch
    levels._tried.cache_clear()
    session.forget()


def refusing_bubblewrap(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    fake = folder / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_the_strongest_that_works_is_taken(afresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert levels.available()[0] == levels.chosen() == levels.strongest()
    levels._tried.cache_clear()
    refusing_bubblewrap(afresh, tmp_path)
    assert "No permissions to create new namespace" in levels.why_not(BUBBLEWRAP)
    assert "user namespaces" in levels.why_not(BUBBLEWRAP)
    second = next(level for level in levels.available() if level != BUBBLEWRAP)
    assert levels.chosen() == second
    with levels.open_sandbox() as box:
        assert box.level == second


def test_one_may_be_named_in_a_call_or_in_the_environment(afresh: pytest.MonkeyPatch) -> None:
    afresh.setenv(levels.VARIABLE, SECCOMP)
    assert levels.chosen() == SECCOMP
    levels.use(LANDLOCK)
    assert levels.chosen() == LANDLOCK
    with pytest.raises(SandboxUnavailable, match="no sandbox 'docker': choose one of auto, bubblewrap, landlock"):
        levels.use("docker")


def test_none_is_taken_only_by_name_and_never_silently(
    afresh: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert NONE not in levels.available()
    for _ in range(2):
        with levels.open_sandbox(NONE) as box:
            submission = Submission(box, [Cell("a", "def f(x): return 2 * x")])
            assert submission.f(np.ones(1)).tolist() == [2.0]
            submission.close()
        assert "Warning: without a sandbox student code runs with your own rights" in capfd.readouterr().err


def test_without_any_there_is_a_sentence_for_each_and_no_grading(afresh: pytest.MonkeyPatch) -> None:
    afresh.setenv("PATH", "/nowhere")
    afresh.setattr(levels.launch, "PYTHON", "/bin/false")
    with pytest.raises(SandboxUnavailable) as caught:
        levels.chosen()
    message = str(caught.value)
    assert message.startswith(
        "No sandbox works here, and student code runs nowhere else.\nbubblewrap: bubblewrap is miss"
    )
    assert "apt-get install bubblewrap" in message
    assert "landlock: it ended with code 1." in message


def test_a_python_below_tmp_would_be_covered_up(afresh: pytest.MonkeyPatch) -> None:
    afresh.setattr(bubblewrap, "PYTHON", "/tmp/python/bin/python3")
    assert levels.why_not(BUBBLEWRAP).startswith("Python is installed below /tmp")


def test_a_named_one_that_does_not_work_says_why(afresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with afresh.context() as patch:
        patch.setenv("PATH", "/nowhere")
        with pytest.raises(SandboxUnavailable, match="bubblewrap is missing"):
            levels.open_sandbox(BUBBLEWRAP)
    refusing_bubblewrap(afresh, tmp_path)
    with pytest.raises(SandboxUnavailable, match=r"No permissions to create new namespace(.|\n)*user namespaces"):
        levels.open_sandbox(BUBBLEWRAP)


@pytest.mark.parametrize(
    ("system", "advice"),
    [("darwin", "On macOS run it in a Linux container"), ("win32", "WSL 2"), ("freebsd14", "a Linux virtual machine")],
)
def test_elsewhere_there_is_advice(system: str, advice: str, afresh: pytest.MonkeyPatch) -> None:
    afresh.setattr(sys, "platform", system)
    for level in (None, NONE, LANDLOCK):
        with pytest.raises(SandboxUnavailable, match="a sandbox that only Linux has") as caught:
            levels.open_sandbox(level)
        assert advice in str(caught.value)


def test_another_processor_is_named(afresh: pytest.MonkeyPatch) -> None:
    afresh.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(SandboxUnavailable, match="x86_64 and aarch64 processors only, not riscv64"):
        levels.open_sandbox(SECCOMP)


def test_what_keeps_code_in_is_said_in_words() -> None:
    descriptions = [levels.words(level) for level in levels.available()]
    assert all(descriptions)
    assert len(set(descriptions)) == len(descriptions)


# --- each grading command names the sandbox --------------------------------------------------------------


@pytest.fixture
def folder(small: SmallCourse, tmp_path: Path, afresh: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nbgrader_config.py").write_text("")
    afresh.chdir(tmp_path)
    afresh.setenv("GRADWISE_SEED", "s")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.py").write_text("def double(x): return 2 * x")
    return tmp_path


def grade(*words: str) -> Result:
    return CliRunner().invoke(main, ["grade", "in", "--assignment", "01_small", *words])


def test_grade_says_what_keeps_code_in(folder: Path) -> None:
    for level in levels.available():
        result = grade("--sandbox", level, "--fresh")
        assert result.exit_code == 0
        assert f"Sandbox: {levels.words(level)}.\n" in result.stderr
        assert "ada    3.0 / 3" in result.stdout
    assert f"Sandbox: {levels.words(levels.strongest())}.\n" in grade("--fresh").stderr


def test_grade_says_why_it_is_not_a_better_one(folder: Path, tmp_path: Path, afresh: pytest.MonkeyPatch) -> None:
    refusing_bubblewrap(afresh, tmp_path)
    result = grade("--fresh")
    assert result.exit_code == 0
    assert "\n  bubblewrap does not work here: bwrap: No permissions to create new namespace. It needs" in result.stderr


def test_where_the_kernel_refuses_namespaces_the_second_sandbox_grades(folder: Path) -> None:
    """With the real limit of most containers: no more user namespaces can be made."""
    command = f"{shlex.quote(str(Path(sys.executable).with_name('autograder')))} grade in --assignment 01_small"
    script = f"echo 0 > /proc/sys/user/max_user_namespaces && exec {command}"
    words = ["unshare", "--map-root-user", "sh", "-c", script]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert "Sandbox: Landlock (version" in done.stderr
    assert "bubblewrap does not work here: bwrap: Creating new namespace failed" in done.stderr
    assert "ada    3.0 / 3" in done.stdout


def test_what_was_graded_without_a_sandbox_counts_for_that_only(folder: Path) -> None:
    for _ in range(2):
        session.forget()  # as in another process
        result = grade("--sandbox", "none", "--fresh")
        assert "no sandbox at all" in result.stderr
        assert levels.WARNING in result.stderr
    assert "Sandbox" not in grade("--sandbox", "none").stderr, "it is known"
    assert "Sandbox" in grade().stderr, "it is not known"


def test_grade_on_a_machine_that_can_have_none_grades_nothing(folder: Path, afresh: pytest.MonkeyPatch) -> None:
    afresh.setattr(sys, "platform", "darwin")
    result = grade()
    assert result.exit_code == 3
    assert "The grader is at fault, not a submission. No sandbox works here" in result.stderr
    assert "On macOS run it in a Linux container" in result.stderr
    assert "ada" not in result.stdout


def test_audit_and_the_plugin_say_it_too(folder: Path, small: SmallCourse) -> None:
    result = CliRunner().invoke(main, ["audit", "--sandbox", SECCOMP])
    assert "Sandbox: a filter of system calls" in result.stderr
    assert result.exit_code == 0
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(small.topic.checks), "--submission", "in/ada.py",
         "--submission-sandbox", LANDLOCK],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert "\nSandbox: Landlock (version" in done.stdout
    assert "3 passed" in done.stdout


def test_the_document_says_what_the_weaker_ones_promise_less(course: Course) -> None:
    document = (course.root / "docs" / "security.md").read_text()
    for rule in POLICY:
        if rule.less:
            row = (rule.name, rule.promise, *(rule.less.get(level, "the same") for level in (LANDLOCK, SECCOMP)))
            assert f"| {' | '.join(row)} |" in document, rule.name


# --- the filter's tables ----------------------------------------------------------------------------

TABLES = (seccomp.COMMON, seccomp.READING, seccomp.WRITING, seccomp.NOT_PERMITTED, ",".join(seccomp.CHECKED))


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_call_is_in_two_tables(machine: str) -> None:
    numbers = [number for table in TABLES for number in seccomp.numbers(table, machine)]
    assert len(set(numbers)) == len(numbers) > 170


@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str, header: str) -> None:
    if not Path(header).is_file():
        pytest.skip(f"the kernel's headers are not installed: no {header}")
    lines = [line.split() for line in Path(header).read_text().splitlines() if line.startswith("#define __NR")]
    known: dict[str, str] = {}
    for _, name, number, *_ in (words for words in lines if len(words) > 2):  # the first row counts
        known.setdefault(name.removeprefix("__NR_").removeprefix("__NR3264_"), number)
    column = 1 if machine == "x86_64" else 2
    for entry in ",".join(TABLES).split(","):
        name, number = entry.split()[0], entry.split()[column]
        if number != "-":
            theirs = known.get(name) if machine == "x86_64" or name != "newfstatat" else known["fstatat"]
            assert theirs == number, name


def test_what_the_sandbox_holds_of_the_grader_is_there() -> None:
    assert all((bubblewrap.GRADER / name).exists() for name in bubblewrap.FAR_SIDE)
    assert len(LEVELS) == 3


def test_a_sandbox_that_starts_and_locks_nothing_in_gives_way_to_a_weaker_one(
    afresh: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left: list[int] = []
    real = Sandbox.spawn

    def spawn(box: Sandbox) -> Child:
        if box.level == levels.strongest():
            left.append(box.pid)
            raise GraderFault("The sandbox could not lock a submission in: no /proc.")
        return real(box)

    afresh.setattr(Sandbox, "spawn", spawn)
    if len(levels.available()) < 2:
        pytest.skip("one sandbox works on this machine, and none is weaker")
    with levels.open_sandbox() as box:
        assert box.level == levels.available()[1]
    assert f"a weaker sandbox than {levels.strongest()} is tried" in capsys.readouterr().err
    assert left
    assert not Path(f"/proc/{left[0]}").exists(), "nothing is left of the one that failed"
    levels.use(levels.strongest())
    with levels.open_sandbox() as box:  # by name: no other one is taken
        assert box.level == levels.strongest()
