"""The corpus: every attack, against the real sandboxes, breaks no promise."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from _pytest.mark import ParameterSet

from autograder.sandbox.policy import BUBBLEWRAP, LANDLOCK, SECCOMP

from ..conftest import open_level
from . import corpus
from .corpus import FAMILIES, Attack
from .runner import Runner, World
from .target import TargetCourse

ATTACKS = corpus.load()
# The families that each sandbox meets in `make test`. `make test-long` tries all attacks in all sandboxes.
LEVELS = {
    BUBBLEWRAP: FAMILIES,
    LANDLOCK: ("reading", "escaping"),
    SECCOMP: ("reading", "escaping"),
}
LONG = pytest.mark.long("What is read on our side is the same for every sandbox, and limits are the kernel's.")


def cases() -> Iterator[ParameterSet]:
    """Yields every attack at every level; what only a long run tries is marked."""
    for level, families in LEVELS.items():
        for attack in ATTACKS:
            marks = () if attack.family in families else (LONG,)
            yield pytest.param(level, attack, id=f"{level}-{attack.id}", marks=marks)


@pytest.fixture(scope="module")
def runner_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Runner]]:
    """Returns the runner of a level of isolation: one grader and one warm sandbox for all attacks."""
    with ExitStack() as opened:
        runners: dict[str, Runner] = {}

        def at(level: str) -> Runner:
            if level not in runners:
                opened.pop_all().close()  # closes the previous level: only one world can listen at a time
                runners.clear()
                world = World(tmp_path_factory.mktemp("world"))
                opened.enter_context(world.listening())
                sandbox = opened.enter_context(open_level(level))
                runners[level] = Runner(TargetCourse(tmp_path_factory.mktemp("target")), sandbox, world)
            return runners[level]

        yield at


@pytest.mark.parametrize(("level", "attack"), list(cases()))
def test_no_promise_is_broken(
    level: str, attack: Attack, runner_at: Callable[[str], Runner], capfd: pytest.CaptureFixture[str]
) -> None:
    broken = runner_at(level).broken_promises(attack, capfd)
    assert not broken, "\n".join(broken)


def test_the_attacks_of_a_level_share_one_sandbox(runner_at: Callable[[str], Runner]) -> None:
    assert runner_at(SECCOMP) is runner_at(SECCOMP)


def test_an_attack_on_our_own_modules_says_which() -> None:
    for attack in ATTACKS:
        patched = set(re.findall(r'sys\.modules\["(autograder\.[\w.]+)"\](?! =)', attack.body))
        assert patched <= set(attack.reaches), attack.id


def test_every_family_is_there() -> None:
    assert {attack.family for attack in ATTACKS} == set(FAMILIES)
    assert len(ATTACKS) >= 250
