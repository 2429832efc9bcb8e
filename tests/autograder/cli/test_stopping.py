"""Ctrl-C and SIGTERM end a run also where Python swallows what their handlers raise."""

import os
import signal

import pytest
from click.testing import CliRunner

from autograder.cli import teaching
from autograder.cli.main import main
from autograder.cli.stopping import STOPPED, TERMINATED, stoppable


class Swallows:
    """Python gives up what is raised in a `__del__`, as in the garbage collector's callbacks."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self._number)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
def test_a_signal_that_was_swallowed_is_heeded(number: int, error: type[BaseException]) -> None:
    with stoppable() as stop:
        Swallows(number)
        with pytest.raises(error):
            stop.heed()


def test_a_signal_ends_the_work_at_once() -> None:
    with stoppable(), pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == TERMINATED
    with stoppable() as stop:
        stop.heed()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_run_in_the_background_stays_deaf_to_ctrl_c() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stoppable() as stop:
            signal.raise_signal(signal.SIGINT)
            stop.heed()
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("command", [["report"], ["feedback"]])
def test_every_command_ends_at_ctrl_c_with_a_word(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(teaching, "find_course", interrupted)
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.output) == (STOPPED, "Stopped.\n")
