"""The pytest plugin in a pytest of its own: hidden checks with ``--submission``, and nothing without it."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.core.course import Topic

from .. import warm

RIGHT = Path("autograder/answers/02_activations/where.py")


def run_pytest(topic: Topic, *words: str) -> tuple[int, str]:
    already = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # the plugin is imported: the process is warm
    return warm.run(["pytest", "-p", "no:cacheprovider", *already, *words], topic.root, os.environ)


def test_a_notebook_is_checked_one_test_a_check(topic: Topic, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    code, output = run_pytest(topic, str(topic.checks), "--submission", str(topic.source), f"--junitxml={junit}", "-q")
    assert code == 0, output
    assert "elu: 9 of 9" in output
    suite = ElementTree.parse(junit).getroot()[0]
    assert int(suite.attrib["tests"]) > 60
    assert suite.attrib["failures"] == "0"


def test_a_failure_is_one_sentence_without_a_traceback(topic: Topic, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text((topic.root / RIGHT).read_text() + "\ndef leaky_relu(x, a): return np.maximum(a * x, x)\n")
    some = "leaky_relu_unusual or elu_far"
    code, output = run_pytest(topic, str(topic.checks), "--submission", str(wrong), "-k", some, "-q")
    assert code == 1
    assert "leaky_relu is right for a slope above 1 and for a negative one" in output
    assert "failed: 15 of 15 values are wrong" in output
    assert "leaky_relu: 0 of 2.5" in output
    assert "def test_" not in output
    assert "expect.close" not in output


def test_the_first_failure_may_end_the_run(topic: Topic) -> None:
    code, output = run_pytest(topic, str(topic.checks), "--submission", str(topic.release), "-x", "-q")
    assert code == 1
    assert "not attempted: `sigmoid` is not written yet." in output
    assert "1 failed" in output


def test_without_a_submission_the_checks_ask_for_one(topic: Topic) -> None:
    code, output = run_pytest(topic, str(topic.checks))
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "These are hidden checks. Say of which notebook: --submission my.ipynb" in output


def test_a_missing_submission_is_said_to_be_missing(topic: Topic) -> None:
    code, output = run_pytest(topic, str(topic.checks), "--submission", "/no/such.ipynb")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "there is no file /no/such.ipynb" in output


def test_in_any_other_project_it_does_nothing(topic: Topic, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\ndef test_x(): assert 'autograder.grading.session' not in sys.modules\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(tmp_path),
        "--rootdir",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "exercise" not in done.stdout
