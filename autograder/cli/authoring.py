"""Commands for making a course and proving its checks: ``autograder build | audit | new | publish | ...``."""

import shlex
import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from autograder.core.course import Topic, course_seed
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.core.text import counted
from autograder.core.versions import python_differs
from autograder.sandbox import levels

from .common import (
    INCOMPLETE,
    alone,
    find_course,
    guarded,
    must_be_writable,
    no_wait,
    quiet_if,
    sandbox,
    say,
    short,
    topics,
    warn,
    write_json,
)
from .stopping import stoppable


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@no_wait
@guarded
def build(slugs: tuple[str, ...], no_wait: bool) -> None:
    """Builds the learners' notebooks from the instructors' texts (all topics and pages, if none is named)."""
    from autograder.authoring.build import build as build_topics
    from autograder.authoring.build import build_handouts

    course = find_course()
    with alone(course, slugs, no_wait=no_wait):
        for topic in topics(course, slugs):
            build_topics(course, [topic])
            say(f"{topic.slug}: {short(topic.release, course)}")
        if not slugs:
            build_handouts(course)
    if differs := python_differs():
        warn(differs)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--json", "json_path", metavar="FILE", help="Also write the audit as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--mutants", is_flag=True, help="Plant one small mistake after another in the solutions instead.")
@click.option("--questions", is_flag=True, help="Make questions about every right answer instead, and judge each.")
@click.option("--all-checks", is_flag=True, help="With --mutants: put every check to each, and count what it finds.")
@click.option("--exercise", "only", multiple=True, metavar="NAME", help="With --mutants: only this one; repeatable.")
@click.option("--workers", type=click.IntRange(min=1), help="With --mutants: so many processes; by default one a core.")
@sandbox
@guarded
def audit(
    slugs: tuple[str, ...], json_path: str | None, seed: str | None, mutants: bool, questions: bool, **options: Any
) -> None:
    """Proves the checks: the solution gets all points, the release none, every misconception loses.

    With --questions: whether the questions about learners' own code are worth asking. With --mutants: how many small
    mistakes in the solutions the checks find, and which ones they let pass.
    """
    from autograder.notebooks.source import write_source

    course = find_course()
    must_be_writable(json_path)
    secret = seed or course_seed(course)
    warn(levels.announcement())
    trees, holds = [], True
    with quiet_if(json_path == "-"):
        for topic in topics(course, slugs):
            write_source(topic)
            if questions:
                audited = _questions(topic)
            else:
                audited = _mutants(topic, secret, **options) if mutants else _misconceptions(topic, secret)
            say(audited.table)
            trees.append(audited.tree)
            holds = holds and audited.holds
    if json_path is not None:
        write_json(trees, json_path)
    if not holds:
        sys.exit(INCOMPLETE)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--again", is_flag=True, help="Also run what has a finding that was made on another machine.")
@click.option("--workers", type=click.IntRange(min=1), help="So many processes; by default one a core.")
@guarded
def evidence(slugs: tuple[str, ...], again: bool, workers: int | None) -> None:
    """Runs the experiments behind the texts, and writes course/EVIDENCE.md. What is known is not run again."""
    from tqdm import tqdm

    from autograder.authoring.evidence.claims import files_of
    from autograder.authoring.evidence.run import run
    from autograder.authoring.evidence.table import write_ledger
    from autograder.grading.workers import cores

    course = find_course()
    every = files_of(course)
    if unknown := set(slugs) - {topic.slug for topic in every}:
        raise UsageError(f"There are no experiments for {', '.join(sorted(unknown))}.")
    for topic in every:
        if slugs and topic.slug not in slugs:
            continue
        with stoppable(), tqdm(desc=topic.slug, unit="run", disable=None, leave=False) as bar:

            def show(done: int, total: int, bar: Any = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            run(topic, workers=workers or len(cores()), again=again, progress=show)
        say(f"{topic.slug}: {short(topic.findings, course)}")
    refuted = write_ledger(course)
    say(f"The ledger: {short(course.root / 'course' / 'EVIDENCE.md', course)}")
    if refuted:
        warn(f"These claims do not hold: {'; '.join(refuted)}.")
        sys.exit(INCOMPLETE)


class _Audited(NamedTuple):
    """The audit of a topic: its table for the terminal, its entry for ``--json``, and whether it has no problems."""

    table: str
    tree: dict[str, Any]
    holds: bool


def _misconceptions(topic: Topic, seed: str) -> _Audited:
    from autograder.authoring.audit import audit as audit_topic

    from .tables import audit_table

    report = audit_topic(topic, seed)
    return _Audited(audit_table(report), report.to_json(), not report.problems)


def _questions(topic: Topic) -> _Audited:
    from autograder.understanding.audit import audit_questions

    from .tables import question_table

    report = audit_questions(topic)
    return _Audited(question_table(report), report.to_json(), not report.problems)


def _mutants(topic: Topic, seed: str, all_checks: bool, only: tuple[str, ...], workers: int | None) -> _Audited:
    from tqdm import tqdm

    from autograder.authoring.mutants.trial import try_mutants
    from autograder.grading.workers import cores

    from .tables import mutant_table

    with tqdm(desc=topic.slug, unit="mutant", disable=None, leave=False) as bar:
        number = workers or len(cores())
        report = try_mutants(topic, seed, only=only, all_checks=all_checks, workers=number, progress=bar.update)
    return _Audited(mutant_table(report), report.to_json(), report.holds)


@click.command()
@click.argument("slug", metavar="TOPIC")
@guarded
def new(slug: str) -> None:
    """Begins a new topic: a text with one small exercise, its checks, wrong answers and a right one."""
    from autograder.authoring.scaffold import begin

    course = find_course()
    for path in begin(course, slug):
        say(short(path, course))
    say(f"Next: autograder build {slug}, then autograder audit {slug}.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@guarded
def publish(folder: Path) -> None:
    """Writes the learners' files into a folder: a tree of its own, without solutions, checks or history."""
    from autograder.authoring.publish import publish as publish_course

    files = publish_course(find_course(), folder)
    number = counted(len(files), "file")
    say(f"{for_sentence(folder)} holds {number}: the learners' room and no solution. To publish it:")
    say(f"  cd {shlex.quote(for_sentence(folder))}")
    say("  git init && git add -A && git commit -m 'The course' && git push YOUR-REPOSITORY HEAD:main")


@click.command()
@click.argument("slug", metavar="TOPIC")
@click.option("--quick", is_flag=True, help="Train for a short time only, to look at the slides.")
@guarded
def slides(slug: str, quick: bool) -> None:
    """Makes a lecture: slides in one file that needs no network, with experiments and without exercises."""
    from autograder.authoring.slides import write_slides

    course = find_course()
    path = course.build / "slides" / f"{slug}.html"
    number = write_slides(course.topic(slug), path, quick=quick)
    say(f"{slug}: {counted(number, 'slide')}, {short(path, course)} (arrow keys; f for the whole screen)")


@click.command()
@click.option("--fresh", is_flag=True, help="Begin with new copies; the earlier workspace is moved aside.")
@guarded
def workspace(fresh: bool) -> None:
    """Copies the learners' notebooks to build/lab, a place to work in. What was written there is kept."""
    from autograder.authoring.workspace import open_workspace

    course = find_course()
    opened = open_workspace(course, fresh=fresh)
    if opened.before:
        say(f"The workspace until now is {short(opened.before, course)}.")
    for path in opened.kept:
        warn(f"{short(path, course)} has work in it and stays; the course has a newer version (--fresh begins anew).")
    say(f"{short(opened.folder, course)} is the place to work in. It is kept between starts.")


@click.command()
@click.argument("slug", metavar="TOPIC")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--as", "platform", type=click.Choice(["canvas"]), help="As a download: late notebooks, and a roster.")
@guarded
def sample_class(slug: str, folder: Path, platform: str | None) -> None:
    """Hands in the notebooks of a made-up class, into a folder."""
    try:
        from autograder.authoring.sample_class.canvas import DOWNLOAD, ROSTER, write_download
        from autograder.authoring.sample_class.students import write_class
    except ModuleNotFoundError:
        raise UsageError(
            "The sample class comes with a clone of the project, not with the installed package."
        ) from None

    topic = find_course().topic(slug)
    if platform:
        late = write_download(topic, folder)
        who = counted(len(late), "learner has", "learners have")
        say(f"{who} submitted {slug} late: {folder / DOWNLOAD}, of the class in {folder / ROSTER}.")
    else:
        say(f"{counted(len(write_class(topic, folder)), 'learner has', 'learners have')} submitted {slug}.")
