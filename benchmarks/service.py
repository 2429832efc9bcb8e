"""Measures the service: how long a learner waits for the official result, alone and in a crowd.

    python -m benchmarks.service                   # latency of each topic, thirty learners at once, a class of 100
    python -m benchmarks.service --write           # and writes the figures into benchmarks/README.md
    python -m benchmarks.service --class 1000      # and the last ten minutes before a deadline

A real server on loopback, real notebooks, and for each learner a connection that waits for the result. A time is from
the beginning of the request that hands in to the end of the one that brings the result.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from autograder.authoring.sample_class.answers import answered, read_style, wrong_answers
from autograder.core.course import Topic
from autograder.grading.misconceptions import load_misconceptions
from autograder.notebooks.release import read_release

from .courses import ENVIRONMENT, MeasuredCourse, topics
from .measuring import memory_of_tree, processor_time_of_tree

README = Path(__file__).with_name("README.md")
SLUG = "02_activations"
CROWD, LOOPING, WITHIN = 30, 3, 10.0  # learners, of whom so many loop, within so many seconds


@dataclass(frozen=True)
class Waits:
    """What was measured: how long each learner waited, and the processor time of the service, in seconds."""

    what: str
    waits: list[float]
    cpu: float

    @property
    def row(self) -> str:
        """A row of the table: number, median, 95 % and 99 %."""
        ranks = statistics.quantiles(self.waits, n=100, method="inclusive") if len(self.waits) > 1 else self.waits * 99
        figures = " | ".join(f"{ranks[index]:.2f}" for index in (49, 94, 98))
        return f"| {self.what} | {len(self.waits)} | {figures} | {self.cpu / len(self.waits):.2f} |"


class Service:
    """A running service: its address, and its process."""

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url, self.process = url, process
        AsyncHTTPClient.configure(None, max_clients=3000)
        self._client = AsyncHTTPClient()

    async def wait(self, who: str, slug: str, notebook: bytes) -> float:
        """Hands in as a learner, and returns the seconds until the result was there."""
        began = time.perf_counter()
        headers = {"Authorization": f"token {token(who)}", "Content-Type": "application/x-ipynb+json"}
        while True:
            request = HTTPRequest(
                f"{self.url}api/v1/assignments/{slug}/attempts", "POST", headers, notebook, request_timeout=600
            )
            try:
                answer = await self._client.fetch(request)
                break
            except HTTPClientError as error:
                if error.code != 429 or error.response is None:
                    raise
                await asyncio.sleep(float(error.response.headers["Retry-After"]))
        tree = json.loads(answer.body)
        while tree["state"] in ("waiting", "running"):
            address = f"{self.url}api/v1/attempts/{tree['id']}?wait=30"
            answer = await self._client.fetch(HTTPRequest(address, headers=headers, request_timeout=600))
            tree = json.loads(answer.body)
        if tree["state"] != "graded":
            raise SystemExit(f"{who}: {tree}")
        return time.perf_counter() - began


def token(who: str) -> str:
    """Returns a learner's token."""
    return f"the-token-of-{who}-is-long"


@contextmanager
def serving(course: MeasuredCourse, people: list[str]) -> Iterator[tuple[Service, float]]:
    """Runs the service of a course. Gives it, and the seconds until all workers were ready."""
    tokens = course.root / "tokens.toml"
    tokens.write_text("[learners]\n" + "".join(f'{who} = "{token(who)}"\n' for who in people))
    tokens.chmod(0o600)
    began = time.perf_counter()
    with (course.root / "serve.log").open("w") as log:
        process = subprocess.Popen(
            course.words("autograder", "serve", "--tokens", str(tokens), "--port", "0"),
            cwd=course.root,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    service = Service(process.stdout.readline().strip(), process)
    if not service.url:
        raise SystemExit((course.root / "serve.log").read_text())
    try:
        asyncio.run(_ready(service))
        yield service, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


async def _ready(service: Service) -> None:
    client = AsyncHTTPClient(force_instance=True)
    while True:
        answer = await client.fetch(f"{service.url}api/v1/health")
        if json.loads(answer.body)["status"] == "ready":
            return
        await asyncio.sleep(0.05)


def notebooks(topic: Topic, number: int, *, looping: int = 0) -> list[bytes]:
    """Returns so many different notebooks: right ones, every third with a misconception, the first ones with a loop."""
    styles = [read_style(path) for path in sorted(topic.answers.glob("*.py"))]
    catalogue, release = load_misconceptions(topic), read_release(topic.release)
    made = []
    for index in range(number):
        helpers, functions = styles[index % len(styles)]
        if index < looping:
            first = next(iter(functions))
            head = functions[first].partition(":\n")[0]
            functions = {**functions, first: f"{head}:\n    while True:\n        pass\n"}
        elif index % 3 == 0:
            functions = {**functions, **wrong_answers(topic, (catalogue[index % len(catalogue)].id,))}
        made.append(answered(release, helpers, functions, f"My words, number {index}.").to_json().encode())
    return made


async def _crowd(
    service: Service, slug: str, people: list[str], files: list[bytes], within: float, looping: int = 0
) -> list[float]:
    chance = random.Random(1)
    whens = sorted(chance.uniform(0, within) for _ in people)

    async def one(who: str, data: bytes, when: float) -> float:
        await asyncio.sleep(when)
        return await service.wait(who, slug, data)

    order = list(zip(people, files, strict=True))
    chance.shuffle(order)
    tasks = {who: asyncio.ensure_future(one(who, data, when)) for (who, data), when in zip(order, whens, strict=True)}
    waits = await asyncio.gather(*(tasks[who] for who in people[looping:]))
    for who in people[:looping]:  # whoever loops may wait
        tasks[who].cancel()
    return list(waits)


def main() -> None:
    """Reads the options, measures, and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="size", type=int, default=100, help="learners before a deadline")
    parser.add_argument("--minutes", type=float, default=1.0, help="in which they hand in")
    parser.add_argument("--topics", nargs="*", metavar="TOPIC", help="whose latency is measured; by default of all")
    parser.add_argument("--write", action="store_true", help="write the figures into benchmarks/README.md")
    options = parser.parse_args()
    rows, lines = [], []
    with tempfile.TemporaryDirectory() as folder:
        for topic in (topic for topic in topics() if not options.topics or topic.slug in options.topics):
            waits, cold, rest = _latency(Path(folder) / topic.slug, topic)
            rows.append(waits.row)
            lines.append(f"| `{topic.slug}` | {cold:.1f} | {rest >> 20} |")
            print(rows[-1], lines[-1], flush=True)
        topic = next(topic for topic in topics() if topic.slug == SLUG)
        for measured in (_looping(Path(folder) / "crowd", topic), *_deadline(Path(folder) / "class", topic, options)):
            rows.append(measured)
            print(measured, flush=True)
    text = "\n".join(
        [
            f"Measured beside other work: a load of {os.getloadavg()[2]:.0f} on {os.cpu_count()} cores.",
            "",
            "| what | learners | median, s | 95 % | 99 % | CPU s each |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "| a service of one topic | ready after, s | MiB at rest |",
            "| --- | ---: | ---: |",
            *lines,
        ]
    )
    if options.write:
        before, _, rest_of = README.read_text("utf-8").partition("<!-- figures of the service -->\n")
        after = rest_of.partition("<!-- end -->")[2]
        README.write_text(f"{before}<!-- figures of the service -->\n{text}\n<!-- end -->{after}", "utf-8")
    sys.stdout.write(text + "\n")


def timed(service: Service, work: Coroutine[Any, Any, list[float]]) -> tuple[list[float], float]:
    """Measures, and returns what each learner waited, and the processor time that the service took."""
    before = processor_time_of_tree(service.process.pid)
    waits = asyncio.run(work)
    return waits, processor_time_of_tree(service.process.pid) - before


def _latency(root: Path, topic: Topic) -> tuple[Waits, float, int]:
    """Measures one learner after another: the service has nothing else to do."""
    files, course = notebooks(topic, 12), MeasuredCourse(root, topic)
    people = [f"s{number}" for number in range(len(files))]
    with serving(course, people) as (service, cold):
        rest = memory_of_tree(service.process.pid)

        async def one_by_one() -> list[float]:
            return [await service.wait(who, topic.slug, data) for who, data in zip(people, files, strict=True)]

        waits, cpu = timed(service, one_by_one())
    return Waits(f"`{topic.slug}`, one at a time", waits, cpu), cold, rest


def _looping(root: Path, topic: Topic) -> str:
    people = [f"s{number}" for number in range(CROWD)]
    files = notebooks(topic, CROWD, looping=LOOPING)
    with serving(MeasuredCourse(root, topic), people) as (service, _):
        waits, cpu = timed(service, _crowd(service, topic.slug, people, files, WITHIN, LOOPING))
    return Waits(f"{CROWD} within {WITHIN:g} s, {LOOPING} of them looping: the others", waits, cpu).row


def _deadline(root: Path, topic: Topic, options: argparse.Namespace) -> list[str]:
    people = [f"s{number}" for number in range(options.size)]
    files = notebooks(topic, options.size)
    with serving(MeasuredCourse(root, topic), people) as (service, _):
        before = memory_of_tree(service.process.pid)
        waits, cpu = timed(service, _crowd(service, topic.slug, people, files, 60 * options.minutes))
        after = memory_of_tree(service.process.pid)
    what = f"a class in {options.minutes:g} minutes ({before >> 20} MiB before, {after >> 20} MiB after)"
    return [Waits(what, waits, cpu).row]


if __name__ == "__main__":
    main()
