"""The corpus through the HTTP door: no secret comes back, nothing that a browser obeys, and the next learner is well.

It takes half a minute: a server starts, with workers that load PyTorch.
"""

import json
import shutil
from collections.abc import Iterator

import pytest

from autograder.core.course import Course

from ..autograder.service.server import Server
from ..autograder.temporary import TemporaryCourse
from . import corpus
from .corpus import Attack, notebook_of
from .runner import ENVIRONMENT_CANARY, EVIL, World, _leaks, _Tags
from .target import CHECK_CANARY, HONEST, SETUP, TargetCourse

FEW = 20  # attacks of `make test`
_SENT = [attack for attack in corpus.load() if not (attack.header["beside"] or attack.header["link"])]


def attacks() -> Iterator[object]:
    """Yields every attack that is one file; most are left to the long run."""
    quick = [attack for attack in _SENT if attack.family not in ("exhausting", "shipped")]
    chosen = {attack.id for attack in quick[:: max(1, len(quick) // FEW)]}
    long = pytest.mark.long("What the grader reads is the same through HTTP; only the door differs.")
    for number, attack in enumerate(_SENT):
        marks = () if attack.id in chosen else (long,)
        yield pytest.param(number, attack, id=attack.id, marks=marks)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    with world.listening():
        yield world


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, course: Course, world: World) -> Iterator[Server]:
    """A server of the attacked course, in which each attack has a learner of its own."""
    target = TargetCourse(tmp_path_factory.mktemp("served"))
    for configuration in course.root.glob("nbgrader_config.*"):
        shutil.copy(configuration, target.topic.root)
    copy = TemporaryCourse(target.topic.root, course.root)
    copy.environment["GRADWISE_CANARY"] = ENVIRONMENT_CANARY
    running = Server(copy, ("--workers", "1"), target.topic.slug)
    running.people |= {f"attacker{number}": f"a-token-of-attacker-{number}" for number in range(len(_SENT))}
    running.people |= {f"honest{number}": f"a-token-of-honest-{number}" for number in range(len(_SENT) + 1)}
    with running:
        yield running


def faults(text: str, page: str) -> list[str]:
    """Lists what may not come out: canaries, and learners' words inside tags."""
    tags = _Tags()
    tags.feed(page)
    return _leaks(text + page) + [
        f"a browser would obey: {tag}" for tag in tags.parts if EVIL in tag or tag == "script"
    ]


def honest(number: int) -> bytes:
    return notebook_of([SETUP, *HONEST.values(), f"mine = {number}"]).encode()


@pytest.mark.parametrize(("number", "attack"), list(attacks()))
def test_an_attack_through_the_door(number: int, attack: Attack, server: Server, world: World) -> None:
    who, data = f"attacker{number}", attack.data(world.places)
    answer = server.hand_in(who, data)
    if answer.status == 400:  # it is not JSON: nothing is charged
        assert answer.code == "not_a_notebook"
    else:
        assert answer.status == 202, answer.body
        attempt = server.result(who, answer.tree["id"])
        assert attempt["state"] == "graded", server.log
        page = server.ask(who, "GET", f"/{attempt['page']}")
        assert page.headers["Content-Security-Policy"].startswith("sandbox")
        assert faults(json.dumps(attempt, ensure_ascii=False), page.body.decode()) == []
    assert world.touched() == []
    after = server.graded(f"honest{number}", honest(number))
    assert after["score"] == after["max_score"]


def test_what_may_not_come_out_would_be_found(server: Server) -> None:
    planted = notebook_of([SETUP, *HONEST.values(), f"def double(x):\n    return {CHECK_CANARY!r}"]).encode()
    who = f"honest{len(_SENT)}"
    attempt = server.graded(who, planted)
    page = server.ask(who, "GET", f"/{attempt['page']}").body.decode()
    assert faults("", page) == [f"it came out: {CHECK_CANARY}"]
    assert faults("", f"<p title='{EVIL}'>") == [f"a browser would obey: {EVIL}"]
