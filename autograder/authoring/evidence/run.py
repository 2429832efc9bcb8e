"""Runs the experiments of the ledger on all cores. What is known is not run again, also after Ctrl-C."""

import json
import multiprocessing
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from autograder.core.course import Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import GraderFault
from autograder.notebooks.findings import Finding, read_findings

from .claims import Claim, claims_of, load
from .code_key import code_key


def key_of(topic: Topic, claim: Claim) -> str:
    """Returns the content key of a claim: it changes with its code, its settings and its seeds."""
    library = topic.root / "course" / "gradwise"
    seeds = [claim.seeds_of(setting) for setting in claim.settings]
    return code_key(claim.path, claim.name, library, [sorted(claim.settings.items(), key=str), seeds])


def stale(topic: Topic) -> list[str]:
    """Says for each claim of a topic that was not run, or was run with other code, what to do about it."""
    known, claims = read_findings(topic), claims_of(topic)
    sentences = []
    for claim in claims:
        if claim.name not in known:
            sentences.append(f"{topic.slug}, {claim.name}: was never run. Run `autograder evidence {topic.slug}`.")
        elif known[claim.name].key != key_of(topic, claim):
            sentences.append(
                f"{topic.slug}, {claim.name}: its code has changed since it was run. "
                f"Run `autograder evidence {topic.slug}`."
            )
    gone = known.keys() - {claim.name for claim in claims}
    return sentences + [f"{topic.slug}, {name}: has no experiment any more." for name in sorted(gone)]


# --- running ----------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    """One seed of one setting of a claim."""

    claim: Claim
    key: str
    setting: str
    seed: int


def run(topic: Topic, *, workers: int, again: bool = False, progress: Callable[[int, int], None] | None = None) -> None:
    """Runs the experiments of a topic, and keeps what came out in its file of findings.

    After a change of code an experiment is tried with two seeds of each setting. If the numbers are the same to the
    digit, the change was one of form, and what is known stays; else all of it is run.

    Args:
        topic: the topic.
        workers: number of processes.
        again: whether a finding in the file that was made elsewhere is made again here.
        progress: is called with the number of pieces that are done, and of all.

    Raises:
        GraderFault: an experiment failed; the message says which, and with what seed.
    """
    known, claims = read_findings(topic), claims_of(topic)
    keys = {claim.name: key_of(topic, claim) for claim in claims}
    if not again:
        known |= {
            claim.name: replace(known[claim.name], key=keys[claim.name])
            for claim in claims
            if claim.name in known and known[claim.name].key != keys[claim.name] and _is_same(claim, known[claim.name])
        }
    wanted = [
        claim for claim in claims if again or claim.name not in known or known[claim.name].key != keys[claim.name]
    ]
    pieces = [
        _Piece(claim, keys[claim.name], setting, seed)
        for claim in wanted
        for setting in claim.settings
        for seed in claim.seeds_of(setting)
    ]
    kept = {claim.name: _kept(topic, keys[claim.name]) for claim in wanted}
    todo = [piece for piece in pieces if _mark(piece) not in kept[piece.claim.name]]
    done = len(pieces) - len(todo)
    for piece, arms in _run_all(todo, workers):
        kept[piece.claim.name][_mark(piece)] = arms
        _keep(topic, piece, arms)
        done += 1
        if progress:
            progress(done, len(pieces))
    findings = {claim.name: known[claim.name] for claim in claims if claim not in wanted}
    findings |= {claim.name: _finding(claim, keys[claim.name], kept[claim.name]) for claim in wanted}
    write_findings(topic, {claim.name: findings[claim.name] for claim in claims})


def _is_same(claim: Claim, finding: Finding) -> bool:
    """Whether other code gives the same numbers: the first and the last seed of each setting are run again."""
    if {*claim.settings} != {*finding.arms}:
        return False
    for setting, arms in finding.arms.items():
        seeds = claim.seeds_of(setting)
        if any(len(values) != len(seeds) for values in arms.values()):
            return False
        for place in (0, -1):
            now = run_one(claim.path, claim.name, claim.settings[setting], seeds[place])
            if now != {arm: values[place] for arm, values in arms.items()}:
                return False
    return True


def _run_all(todo: Sequence[_Piece], workers: int) -> Any:
    if workers == 1:
        for piece in todo:
            yield piece, run_one(piece.claim.path, piece.claim.name, piece.claim.settings[piece.setting], piece.seed)
        return
    before = multiprocessing.active_children()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver")) as pool:
        futures = {
            pool.submit(
                run_one, piece.claim.path, piece.claim.name, piece.claim.settings[piece.setting], piece.seed
            ): piece
            for piece in todo
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            # An experiment may take minutes, and nobody waits for it.
            workers_left = [child for child in multiprocessing.active_children() if child not in before]
            for worker in workers_left:
                worker.terminate()
            for worker in workers_left:
                worker.join()
            raise


_loaded: dict[tuple[Path, int], Any] = {}


def run_one(path: Path, name: str, setting: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Runs an experiment with one seed, from which all random numbers come, also PyTorch's own.

    Raises:
        GraderFault: it failed, or did not return a number for each arm.
    """
    import numpy as np
    import torch

    version = (path, path.stat().st_mtime_ns)
    module = _loaded[version] if version in _loaded else _loaded.setdefault(version, load(path))
    torch.manual_seed(seed)
    np.random.seed(seed)
    try:
        arms = getattr(module, name)(seed=seed, **setting)
        return {arm: float(f"{float(value):.6g}") for arm, value in arms.items()}
    except Exception as error:
        raise GraderFault(f"{path.name}, {name}, seed {seed}, {setting}: {type(error).__name__}: {error}") from error


# --- keeping ----------------------------------------------------------------------------------------


def _mark(piece: _Piece) -> str:
    return f"{piece.setting}, seed {piece.seed}"


def _store(topic: Topic, key: str) -> Path:
    return topic.root / "build" / "evidence" / f"{key}.jsonl"


def _kept(topic: Topic, key: str) -> dict[str, dict[str, float]]:
    """Reads the pieces that were run here already. A line that was written half is left out."""
    path = _store(topic, key)
    kept = {}
    for line in path.read_text("utf-8").splitlines() if path.is_file() else []:
        try:
            mark, arms = json.loads(line)
        except ValueError:
            continue
        kept[mark] = arms
    return kept


def _keep(topic: Topic, piece: _Piece, arms: dict[str, float]) -> None:
    path = _store(topic, piece.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps([_mark(piece), arms]) + "\n")


def _finding(claim: Claim, key: str, kept: dict[str, dict[str, float]]) -> Finding:
    arms: dict[str, dict[str, list[float]]] = {}
    for setting in claim.settings:
        rows = [kept[f"{setting}, seed {seed}"] for seed in claim.seeds_of(setting)]
        arms[setting] = {arm: [row[arm] for row in rows] for arm in rows[0]}
    return Finding(key, f"{datetime.now(UTC):%Y-%m-%d}", versions(), arms)


def versions() -> str:
    """Names the versions of Python, NumPy and PyTorch that run the experiments."""
    import numpy as np
    import torch

    plain = torch.__version__.split("+")[0]
    return f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {plain}"


def write_findings(topic: Topic, findings: dict[str, Finding]) -> None:
    """Writes the file of findings of a topic: a line for each arm."""
    text = json.dumps({name: asdict(finding) for name, finding in findings.items()}, indent=1, ensure_ascii=False)
    lists = re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match[0].split()), text)
    write_whole(topic.findings, lists + "\n")
