"""The evidence ledger: statistics, stale rows, planted false claims, numbers in texts, and a run of some rows."""

import json
import math
import multiprocessing
import random
import shutil
import sys
import textwrap
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import pytest
from gradwise import training

from autograder.authoring.evidence import Claim, claims_of, files_of
from autograder.authoring.evidence.code_key import squeezed
from autograder.authoring.evidence.prose import rows_named, typed_numbers, unsupported
from autograder.authoring.evidence.run import key_of, run, run_one, stale
from autograder.authoring.evidence.statistics import holm
from autograder.authoring.evidence.table import ledger, refuted, write_ledger
from autograder.core.course import Course, Topic, find_course
from autograder.core.outcomes import GraderFault
from autograder.notebooks.findings import Finding, filled, read_findings, without_links

COURSE = find_course()
TOPICS = files_of(COURSE)


# --- the ledger of the course -----------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_row_was_run_with_the_code_that_is_there(topic: Topic) -> None:
    assert stale(topic) == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_claim_holds(topic: Topic) -> None:
    assert refuted(topic) == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_finding_in_a_text_has_a_row_and_every_row_is_named(topic: Topic) -> None:
    assert unsupported(topic) == []
    assert rows_named(topic) == {claim.name for claim in claims_of(topic)}


def test_the_ledger_is_as_the_findings_say() -> None:
    assert (COURSE.root / "course" / "EVIDENCE.md").read_text("utf-8") == ledger(COURSE)


def some_rows() -> list[tuple[Topic, Claim]]:
    """Returns three rows, chosen by their content: another three after every change."""
    rows = [(topic, claim) for topic in TOPICS for claim in claims_of(topic)]
    return sorted(rows, key=lambda row: sha256(key_of(*row).encode()).hexdigest())[:3]


@pytest.mark.parametrize(("topic", "claim"), some_rows(), ids=lambda thing: getattr(thing, "name", ""))
def test_an_experiment_runs_and_gives_the_same_numbers_to_the_digit(
    topic: Topic, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes some seconds: two epochs of training in each setting, twice."""
    import numpy as np
    import torch

    monkeypatch.setenv(training.QUICK, "1")
    found = read_findings(topic)[claim.name]
    for setting, arguments in claim.settings.items():
        seed = claim.seeds_of(setting)[0]
        runs = []
        for other in (1, 2):
            torch.manual_seed(other)
            np.random.seed(other)
            random.seed(other)
            runs.append(run_one(claim.path, claim.name, dict(arguments), seed))
        assert repr(runs[0]) == repr(runs[1])
        assert runs[0].keys() == found.arms[setting].keys()


# --- a small course ---------------------------------------------------------------------------------

EXPERIMENTS = """
    import random
    from autograder.authoring.evidence import above, alike, between, claim
    from gradwise import data

    BONUS = 1.0

    def draw(seed):
        '''A number.'''
        return random.Random(seed).gauss(0, 0.1)  # around zero

    @claim("1", "A is better than b.", above("a", "b"), settings={"plain": {"n": 1}, "twice": {"n": 2}})
    def better(seed, n):
        data.digits  # is used
        return {"a": BONUS * n + draw(seed), "b": draw(seed + 50)}

    @claim("1", "C is near 0.", between("c", -0.3, 0.3), settings={"plain": {}, "again": {}})
    def near(seed):
        return {"c": draw(seed)}
"""
TEXT = """
    # %% [markdown]
    # A wins with {{better: a > b}} seeds, by {{better: a - b}}: {{better}}.
"""


@pytest.fixture
def small(tmp_path: Path) -> Topic:
    topic = Topic(tmp_path, "09_small")
    topic.experiments.parent.mkdir(parents=True)
    topic.experiments.write_text(textwrap.dedent(EXPERIMENTS))
    topic.text.write_text(textwrap.dedent(TEXT))
    (tmp_path / "course").mkdir()
    shutil.copytree(COURSE.root / "course" / "gradwise", tmp_path / "course" / "gradwise")
    return topic


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_ledger_is_made_and_a_true_claim_holds(small: Topic) -> None:
    course, seen = Course(small.root), []
    run(small, workers=1, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (48, 48)
    assert write_ledger(course) == []
    text = (small.root / "course" / "EVIDENCE.md").read_text()
    assert '<a id="09-better"></a>' in text
    assert "**A is better than b.**" in text
    assert "| twice | 12 from 12000 | a − b | > 0 |" in text


def test_a_run_that_is_ended_leaves_no_worker_behind(small: Topic) -> None:
    """Takes ten seconds: two workers import PyTorch. One of them would be busy for ten minutes."""
    change(small.experiments, "    return ", "    __import__('time').sleep(600 * (seed % 2))\n    return ")
    before = multiprocessing.active_children()

    def end(done: int, total: int) -> None:
        sys.exit(143)

    with pytest.raises(SystemExit):
        run(small, workers=2, progress=end)
    assert [child for child in multiprocessing.active_children() if child not in before] == []


def test_a_planted_false_claim_is_caught(small: Topic) -> None:
    change(small.experiments, 'above("a", "b")', 'above("b", "a")')
    run(small, workers=1)
    assert refuted(small) == ["better"]
    assert write_ledger(Course(small.root)) == ["09_small, better"]
    assert "DOES NOT HOLD" in (small.root / "course" / "EVIDENCE.md").read_text()


def test_a_claim_that_turns_round_in_the_second_setting_is_caught(small: Topic) -> None:
    change(small.experiments, "BONUS * n", "(BONUS if n == 1 else -BONUS)")
    run(small, workers=1)
    assert refuted(small) == ["better"]


def test_what_is_only_noise_does_not_hold(small: Topic) -> None:
    change(small.experiments, "BONUS = 1.0", "BONUS = 0.0")
    run(small, workers=1)
    assert refuted(small) == ["better"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("solutions/evidence/09_small.py", "BONUS * n", "BONUS + n"),
        ("solutions/evidence/09_small.py", "gauss(0, 0.1)", "gauss(0, 0.2)"),
        ("solutions/evidence/09_small.py", "BONUS = 1.0", "BONUS = 2.0"),
        ("solutions/evidence/09_small.py", '{"n": 2}', '{"n": 3}'),
        ("course/gradwise/data.py", "def digits(", "def digits(more=1, "),
        ("course/gradwise/data.py", "def digits(", "def digits(noise=0.0, "),
    ],
)
def test_a_row_is_stale_after_a_change_of_code_that_it_uses(small: Topic, file: str, old: str, new: str) -> None:
    run(small, workers=1)
    assert stale(small) == []
    change(small.root / file, old, new)
    assert any(sentence.startswith("09_small, better: its code has changed") for sentence in stale(small))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("solutions/evidence/09_small.py", "# around zero", "# near zero"),
        ("solutions/evidence/09_small.py", "'''A number.'''", "'''Some number.'''"),
        ("solutions/evidence/09_small.py", "A is better", "The first is better"),
        ("solutions/evidence/09_small.py", "BONUS * n + draw(seed)", "BONUS * n\n              + draw( seed )"),
        ("course/gradwise/training.py", "def epochs(", "def epochs(more=1, "),
    ],
)
def test_a_row_is_not_stale_after_a_change_that_changes_no_number(small: Topic, file: str, old: str, new: str) -> None:
    run(small, workers=1)
    change(small.root / file, old, new)
    assert stale(small) == []


def test_a_row_that_was_never_run_and_one_that_is_gone_are_named(small: Topic) -> None:
    run(small, workers=1)
    change(small.experiments, "def near(", "def nearby(")
    assert [sentence.split(". ")[0] for sentence in stale(small)] == [
        "09_small, nearby: was never run",
        "09_small, near: has no experiment any more.",
    ]


def test_a_row_with_a_new_setting_counts_as_never_run(small: Topic) -> None:
    run(small, workers=1)
    change(small.experiments, '"again": {}', '"once more": {}')
    assert write_ledger(Course(small.root)) == ["09_small, near"]
    assert "**C is near 0.**\n\nWas never run." in (small.root / "course" / "EVIDENCE.md").read_text()


def test_no_two_settings_of_the_course_share_a_seed_and_none_has_a_seed_that_a_text_was_written_from() -> None:
    for topic in TOPICS:
        for claim in claims_of(topic):
            seeds = [seed for setting in claim.settings for seed in claim.seeds_of(setting)]
            assert len(set(seeds)) == len(seeds) == claim.seeds * len(claim.settings)
            assert min(seeds) >= 11_000


def test_a_claim_that_was_put_more_carefully_is_judged_by_the_next_seeds(small: Topic) -> None:
    run(small, workers=1)
    before = read_findings(small)["better"].arms["plain"]["a"]
    change(small.experiments, '"twice": {"n": 2}}', '"twice": {"n": 2}}, generation=2')
    assert any(sentence.startswith("09_small, better: its code has changed") for sentence in stale(small))
    run(small, workers=1)
    assert stale(small) == []
    assert not {*before} & {*read_findings(small)["better"].arms["plain"]["a"]}
    assert "| twice | 12 from 22000 | a − b | > 0 |" in ledger(Course(small.root))


def test_what_was_run_is_not_run_again_also_after_a_failure(small: Topic) -> None:
    change(small.experiments, "def near(seed):", "def near(seed):\n    assert seed != 12003")
    with pytest.raises(GraderFault, match=r"09_small.py, near, seed 12003, {}: AssertionError"):
        run(small, workers=1)
    assert not small.findings.is_file()
    lines = sum(len(path.read_text().splitlines()) for path in (small.root / "build" / "evidence").iterdir())
    assert lines == 24 + 15
    change(small.experiments, "assert seed != 12003", "")
    seen: list[int] = []
    run(small, workers=1, progress=lambda done, total: seen.append(done))
    assert seen[0] == 25  # `better` has 24 runs, and is known


@pytest.mark.parametrize(("new", "runs"), [("BONUS * n + 0", 0), ("BONUS + n", 24)])
def test_after_a_change_of_form_the_numbers_stay_and_after_another_all_is_run(
    small: Topic, new: str, runs: int
) -> None:
    run(small, workers=1)
    before, seen = read_findings(small), []
    change(small.experiments, "BONUS * n", new)
    assert stale(small) != []
    run(small, workers=1, progress=lambda done, total: seen.append(done))
    assert stale(small) == []
    assert len(seen) == runs
    assert (read_findings(small)["better"].arms == before["better"].arms) == (runs == 0)


def test_findings_that_were_made_elsewhere_are_kept_unless_all_is_run_again(small: Topic) -> None:
    run(small, workers=1)
    shutil.rmtree(small.root / "build")
    before, seen = small.findings.read_text(), []
    run(small, workers=1, progress=lambda done, total: seen.append(done))
    assert (seen, small.findings.read_text()) == ([], before)
    run(small, workers=1, again=True, progress=lambda done, total: seen.append(done))
    assert len(seen) == 48
    assert small.findings.read_text() == before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('settings={"plain": {}, "again": {}}', 'settings={"plain": {}}', "a claim needs two settings at least"),
        ('"again": {}}', '"again": {}}, seeds=5', "5 seeds are too few. Take at least 12."),
        ('between("c", -0.3, 0.3)', 'between("c", -0.3, 0.3, only="other")', "there is no setting 'other'"),
        (
            'between("c", -0.3, 0.3)',
            'between("c", -1, 1, only="plain")',
            "nothing must come out in the setting 'again'",
        ),
        ('between("c", -0.3, 0.3), ', "", "say what must come out"),
    ],
)
def test_a_claim_that_is_not_whole_is_refused(small: Topic, old: str, new: str, sentence: str) -> None:
    change(small.experiments, old, new)
    with pytest.raises(GraderFault, match=sentence):
        claims_of(small)


# --- numbers in texts -------------------------------------------------------------------------------

FOUND = {
    "tie": Finding(
        "k", "2026-01-01", "", {"one": {"he": [0.5, 0.7], "xavier": [0.4, 0.7]}, "two": {"he": [-8.2, -8.0]}}
    )
}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{{tie: he | .2f}}", "0.60"),
        ("{{tie: he|%}}", "60 %"),
        ("{{ tie: he - xavier }}", "+0.050 ± 0.050"),
        ("{{tie: he > xavier}}", "1 of 2"),
        ("{{tie: he / xavier}}", "1.1"),
        ("{{tie@two: he | 10^}}", "$10^{-8}$"),
        ("{{tie}}", "*[evidence](../../EVIDENCE.md#01-tie)*"),
    ],
)
def test_a_number_comes_from_the_findings_by_name(place: str, said: str) -> None:
    assert filled(f"so {place}.", Topic(COURSE.root, "01_a"), FOUND) == f"so {said}."


@pytest.mark.parametrize(
    "place", ["{{tie: adam}}", "{{lost: he}}", "{{tie: he | x!}}", "{{tie@three: he}}", "{{tie he}}"]
)
def test_a_place_without_a_finding_is_refused(place: str) -> None:
    with pytest.raises(GraderFault, match=r"finding|cannot be filled in"):
        filled(place, Topic(COURSE.root, "01_a"), FOUND)


def test_a_page_that_stands_alone_has_no_links_to_the_ledger() -> None:
    text = filled("He wins ({{tie}}), by far (1.2 times; {{tie}}). The {{tie}}.", Topic(COURSE.root, "01_a"), FOUND)
    assert without_links(text) == "He wins, by far (1.2 times). The evidence."


def markdown(text: str) -> Any:
    return nbformat.v4.new_markdown_cell(text)


@pytest.mark.parametrize(
    "text",
    [
        "He wins by 0.008 after 15 epochs.",
        "It wins on 9 of 10 seeds.",
        "71 % of the units are saturated.",
        "The ratio is 5e-10.",
        "| shifts | +0.45 |",
    ],
)
def test_a_planted_number_without_a_row_is_found(text: str) -> None:
    assert len(typed_numbers(markdown(text))) == 1


def test_a_section_of_the_notebook_is_no_result() -> None:
    assert typed_numbers(markdown("A smaller rate helps (6.6), by 5.6."), "6") == ["5.6"]


def test_a_planted_number_in_a_caption_is_found_and_one_that_is_computed_there_is_not() -> None:
    cell = nbformat.v4.new_code_cell('plots.caption(figure, f"He wins by 0.008, Xavier reaches {end:.2f}.")')
    assert typed_numbers(cell) == ["0.008"]


@pytest.mark.parametrize(
    "text",
    [
        "Sigmoid's slope is at most $0.25$, and `lr = 0.1` for 15 epochs.",
        "As section 1.3 says, {{tie: he}} is 8 × 8.",
        "## In PyTorch\n\n| `dropout` | 0.5 |",
    ],
)
def test_formulas_settings_and_numbers_of_the_ledger_are_no_typed_results(text: str) -> None:
    assert typed_numbers(markdown(text)) == []


def test_a_planted_finding_without_a_row_is_found(small: Topic) -> None:
    small.text.write_text('# %% locked="race"\nplot()\n\n# %% [markdown]\n# Adam wins.\n#\n# ## Next\n# {{better}}\n')
    assert unsupported(small) == ["'Adam wins.': says what an experiment shows, and names no row"]
    small.text.write_text('# %% locked="race"\nplot()\n\n# %% [markdown]\n# Adam wins ({{better}}).\n')
    assert unsupported(small) == []


# --- statistics -------------------------------------------------------------------------------------


def test_p_values_are_corrected_by_holms_rule() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.9]) == [1.0, 1.0]


def test_the_t_and_p_of_a_row_are_those_of_a_paired_t_test(small: Topic) -> None:
    from scipy import stats

    from autograder.authoring.evidence.statistics import results

    run(small, workers=1)
    findings = read_findings(small)
    result = results(claims_of(small), findings)[0]
    arms = findings["better"].arms["plain"]
    known = stats.ttest_rel(arms["a"], arms["b"])
    assert (result.t, result.p) == pytest.approx((known.statistic, known.pvalue))


def test_a_run_that_ends_in_nan_does_not_hold(small: Topic) -> None:
    run(small, workers=1)
    tree = json.loads(small.findings.read_text())
    tree["better"]["arms"]["plain"]["a"][3] = math.nan
    small.findings.write_text(json.dumps(tree))
    assert refuted(small) == ["better"]


def test_code_is_compared_without_comments_and_form() -> None:
    assert squeezed("f(\n    a,  # first\n    b,\n)") == squeezed("f(a, b)")
    assert squeezed("f(a, '# b')") != squeezed("f(a, '')")
