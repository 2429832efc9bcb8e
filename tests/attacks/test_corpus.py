"""The corpus: every attack, against the real sandbox, breaks no promise."""

from collections.abc import Iterator

import pytest

from ..conftest import open_level
from . import corpus
from .corpus import Attack
from .runner import Runner, World
from .target import TargetCourse

ATTACKS = corpus.load()


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """One grader and one warm sandbox for all of them, at each level of isolation."""
    world = World(tmp_path_factory.mktemp("world"))
    with world.listening(), open_level(request.param) as box:
        yield Runner(TargetCourse(tmp_path_factory.mktemp("target")), box, world)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_no_promise_is_broken(attack: Attack, runner: Runner, capfd: pytest.CaptureFixture[str]) -> None:
    broken = runner.broken_promises(attack, capfd)
    assert not broken, "\n".join(broken)


def test_every_family_is_there() -> None:
    assert {attack.family for attack in ATTACKS} == set(corpus.FAMILIES)
    assert len(ATTACKS) >= 130
