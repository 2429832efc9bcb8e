"""The corpus: every attack, against the real sandboxes, breaks no promise."""

import re
from collections.abc import Iterator

import pytest

from autograder.sandbox.policy import BUBBLEWRAP, LANDLOCK, SECCOMP

from ..conftest import open_level
from . import corpus
from .corpus import FAMILIES, Attack
from .runner import Runner, World
from .target import TargetCourse

ATTACKS = corpus.load()
# What is read on our side is the same for every sandbox, and limits are the kernel's.
LEVELS = {
    BUBBLEWRAP: FAMILIES,
    LANDLOCK: ("forging", "reading", "escaping", "exhausting"),
    SECCOMP: ("forging", "reading", "escaping"),
}
CASES = [(level, attack) for level, families in LEVELS.items() for attack in ATTACKS if attack.family in families]


@pytest.fixture(scope="module")
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """One grader and one warm sandbox for all of them, at each level of isolation."""
    world = World(tmp_path_factory.mktemp("world"))
    with world.listening(), open_level(request.param) as box:
        yield Runner(TargetCourse(tmp_path_factory.mktemp("target")), box, world)


@pytest.mark.parametrize(
    ("runner", "attack"), CASES, indirect=["runner"], ids=[f"{level}-{attack.id}" for level, attack in CASES]
)
def test_no_promise_is_broken(attack: Attack, runner: Runner, capfd: pytest.CaptureFixture[str]) -> None:
    broken = runner.broken_promises(attack, capfd)
    assert not broken, "\n".join(broken)


def test_an_attack_on_our_own_modules_says_which() -> None:
    for attack in ATTACKS:
        patched = set(re.findall(r'sys\.modules\["(autograder\.[\w.]+)"\](?! =)', attack.body))
        assert patched <= set(attack.reaches), attack.id


def test_every_family_is_there() -> None:
    assert {attack.family for attack in ATTACKS} == set(FAMILIES)
    assert len(ATTACKS) >= 250
