"""The queue is bounded: who comes too much is told when it makes sense to come again, and is charged nothing."""

import asyncio
import json
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.netutil import bind_sockets

from autograder.core.course import Course
from autograder.service.app import Service, Settings, listen
from autograder.service.people import Tokens

from ...conftest import SLUG
from ..temporary import TemporaryCourse
from .server import ADA, BOB, EVE, PEOPLE

ROOM = 2


async def sent_without_workers(root: Path, seconds_each: float) -> list[HTTPResponse]:
    """Hands in as three learners at a service whose workers have not been started."""
    tokens = root / "tokens.toml"
    tokens.write_text("[learners]\n" + "".join(f'{who} = "{PEOPLE[who]}"\n' for who in (ADA, BOB, EVE)))
    tokens.chmod(0o600)
    service = Service(Settings(Course(root), "seed", most_waiting=ROOM), Tokens(tokens))
    service.engine._times.append(seconds_each)
    sockets = bind_sockets(0, "127.0.0.1")
    server = listen(service, sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/api/v1/assignments/{SLUG}"
    answers = []
    for who, method in ((ADA, "POST"), (BOB, "POST"), (EVE, "POST"), (EVE, "GET")):
        headers = {"Authorization": f"token {PEOPLE[who]}", "Content-Type": "application/x-ipynb+json"}
        body = json.dumps({"cells": [], "metadata": {"whose": who}}) if method == "POST" else None
        url = f"{address}/attempts" if method == "POST" else address
        request = HTTPRequest(url, method, headers, body)
        answers.append(await AsyncHTTPClient().fetch(request, raise_error=False))
    server.stop()
    await server.close_all_connections()
    await service.engine.ask(lambda store: store.close())
    await service.engine.stop()
    return answers


@pytest.mark.parametrize(("each", "seconds"), [(0.1, 1), (60.0, 30)])
def test_a_full_queue_says_when_there_is_room(each: float, seconds: int, temporary: TemporaryCourse) -> None:
    first, second, refused, left = asyncio.run(sent_without_workers(temporary.root, each))
    assert [first.code, second.code, refused.code] == [202, 202, 429]
    tree = json.loads(refused.body)["error"]
    assert tree["code"] == "full"
    assert int(refused.headers["Retry-After"]) == tree["retry_after"] == seconds  # two workers: half of one's time
    assert json.loads(left.body)["attempts"]["left"] == 5
