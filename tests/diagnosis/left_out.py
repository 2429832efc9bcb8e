"""The names that a mistake gets while its own is not in the catalogue: a stranger's mistake often is in none.

Such a name has to be true. `READ` holds those that came up, by the entry that was left out: each sentence was read
beside the code of the entry, and is true of it. Where a new one is not, let it say less, or let a check see more.
"""

from collections.abc import Collection

from autograder.grading.diagnosis import Diagnoser
from autograder.grading.general import KINDS
from autograder.grading.grader import Grader, lost_by
from autograder.grading.misconceptions import Misconception

READ: dict[str, set[str]] = {
    "bce-gradient-summed": {"bce-dw-summed", "bce-db-summed"},
    "bce-divided-twice": {"bce-dw-divided-twice", "bce-db-divided-twice"},
    "forward-activation-at-the-end": {"forward-activation-in-hs-only", "forward-activation-on-out-only"},
    "backward-divides-by-n": {"backward-dw-divided", "backward-db-mean"},
    "sigmoid-inf-over-inf": {"sigmoid-grad-overflow"},
    "softmax-labels-of-all-rows-in-the-table": {"softmax-loss-of-all-labels"},
    "mse-sum": {"mse-gradient-not-averaged"},
    "mse-per-example": {"mse-gradient-per-example"},
    "bce-per-example": {"bce-gradient-per-example"},
    "forward-without-eps": {"forward-fixed-eps"},
    "forward-fixed-eps-1e-12": {"forward-without-eps"},
    "update-old-weighted": {"update-old-weighted-var"},
    "eval-without-eps": {"eval-fixed-eps"},
    "eval-fixed-eps-1e-7": {"eval-without-eps"},
    "eval-fixed-eps-1e-8": {"eval-without-eps"},
    "eval-fixed-eps-1e-12": {"eval-without-eps"},
    "layer-ignores-mode": {"layer-evaluates-by-batch"},
    "backward-both-means": {"backward-dbeta-mean", "backward-dgamma-mean"},
    "backward-without-eps": {"backward-fixed-eps"},
    "backward-fixed-eps-1e-12": {"backward-without-eps"},
    "fold-without-gamma": {"fold-bias-without-gamma"},
    "fold-without-eps": {"fold-fixed-eps"},
    "fold-fixed-eps-1e-7": {"fold-without-eps"},
    "fold-fixed-eps-1e-8": {"fold-without-eps"},
    "fold-fixed-eps-1e-12": {"fold-without-eps"},
    "fans-without-field": {"fans-field-in-only"},
    "default-is-xavier": {"default-xavier-with-biases", "default-zero-bias"},
    "default-he-everywhere": {"default-he-uniform"},
    "default-fan-out": {"default-bias-fan-out"},
    "transfer-last-n": {"transfer-freezes-last-n"},
    "transfer-one-too-many": {"transfer-freezes-one-too-many"},
    "l2-pytorch-half": {"l2-gradient-without-two", "l2-half-value"},
    "l2-mean": {"l2-mean-value"},
    "mixup-both-inverse": {"mixup-inverse-permutation"},
    "mixup-reversed": {"mixup-labels-without-permutation"},
    "mixup-lam-swapped": {"mixup-labels-other-share"},
    "warmup-curved": {"warmup-cosine-up-by-cosine"},
    "warmup-fixed-start": {"warmup-cosine-drops-the-factor"},
    "split-val-inside-train": {"split-overlap"},
    "early-nan-ignored": {"early-nan-resets"},
    "fit-last-weights": {"fit-reference", "fit-last-loss"},
    "forward-norm-after-activation": {"forward-norm-after-dropout"},
    "loss-half-penalty-twice": {"loss-penalty-without-2", "loss-half-penalty"},
    "loss-no-penalty": {"loss-penalty-no-gradient", "loss-penalty-gradient-only"},
    "loss-everything-summed": {"loss-summed", "loss-gradient-not-averaged"},
    "loss-evaluation-mode": {"loss-old-state"},
    "loss-naive-softmax": {"loss-log-of-softmax"},
    "loss-global-max": {"loss-log-of-softmax"},
    "fit-last-network": {"fit-last-params", "fit-last-state"},
    "box-any-guess": {"box-percent"},
    "box-percent": {"box-any-guess"},
    "box-takes-bad-guesses-in": {"box-keeps-refused-guess"},
}


def names_without_its_own(grader: Grader, catalogue: list[Misconception], exercise: str) -> dict[str, set[str]]:
    """Returns the names that each entry of an exercise gets while nothing in the catalogue has its name.

    Names that need no entry are left out: they are facts that were observed.
    """
    entries = [entry for entry in catalogue if entry.exercise == exercise]
    seen = dict(zip([None, *entries], grader.catalogue.seen(exercise, [None, *entries]), strict=True))
    of_values = [check.name for check in grader.checks[exercise] if check.kind == "values"]

    def observe(_: str, wanted: list[Misconception | None]) -> list[tuple[object, Collection[str]]]:
        return [(seen[entry][1], lost_by(seen[entry][0])) for entry in wanted]

    everybody = Diagnoser(entries, of_values, observe)
    solution, wrong = everybody._behaviours(exercise)
    given = {}
    for entry in entries:
        names = {entry.id, *entry.names, entry.twin_of or entry.id}
        others = [answer for answer in wrong if names.isdisjoint(_names(answer.entry))]
        diagnoser = Diagnoser(entries, of_values, observe)
        diagnoser._known[exercise] = solution, others
        results, calls = seen[entry]
        diagnoses = diagnoser.explain(exercise, calls, lost_by(results))
        found = {diagnosis.misconception for diagnosis in diagnoses} - names
        given[entry.id] = {name for name in found if name.split("-")[0] not in KINDS}
    return {name: found for name, found in given.items() if found}


def _names(entry: Misconception) -> set[str]:
    return {entry.id, *entry.names, entry.twin_of or entry.id}
