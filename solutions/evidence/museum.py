"""Evidence for the museum: what each trainer's curve shows, as it is and mended."""

from dataclasses import replace

import numpy as np

from autograder.authoring.evidence import above, between, claim
from gradwise import museum
from gradwise.museum import lab

SETTINGS = {"all examples": {"share": 1.0}, "half of the examples": {"share": 0.5}}


def curves(name, seed, share):
    """The curve of a trainer as it is, and that of the mended one, with a share of the examples to learn from."""
    (exhibit,) = [one for one in museum.exhibits() if one.name == name]
    samples = exhibit.samples()
    n = int(share * len(samples.X))
    samples = replace(samples, X=samples.X[:n], y=samples.y[:n])
    ends = []
    for trainer in (exhibit.trainer, exhibit.mended()):
        with lab.repeatable(seed):
            ends.append(np.array(trainer(samples)))
    return ends


def last(name, seed, share):
    """The ends of both curves."""
    ill, well = curves(name, seed, share)
    return {"ill": ill[-1], "well": well[-1]}


@claim(
    "First room",
    "too_bright: the mean is 1.35 to 1.41 times as large as it should be; mended, it stays.",
    between("ill", 1.35, 1.41),
    between("well", 0.97, 1.03),
    settings=SETTINGS,
)
def too_bright(seed, share):
    ill, well = curves("too_bright", seed, share)
    return {"ill": ill.mean(), "well": well.mean()}


@claim(
    "First room",
    "learns_by_heart: the test loss ends at least a quarter higher than with dropout.",
    above("log_ratio", by=np.log(1.25)),
    settings=SETTINGS,
)
def learns_by_heart(seed, share):
    ends = last("learns_by_heart", seed, share)
    return {**ends, "log_ratio": np.log(ends["ill"] / ends["well"])}


@claim(
    "First room",
    "nervous_at_the_exam: from one exam to the next its accuracy jumps more than twice as far as that of the mended one.",
    above("log_ratio", by=np.log(2)),
    settings=SETTINGS,
)
def nervous_at_the_exam(seed, share):
    ill, well = (np.diff(curve[5:]).std() for curve in curves("nervous_at_the_exam", seed, share))
    return {"ill": ill, "well": well, "log_ratio": np.log(ill / well)}


@claim(
    "First room",
    "forgets_at_the_exam: its test loss stays above that of the mended one, and below that of guessing.",
    above("ill", "well", by=0.2),
    between("ill", 0.4, 2.2),
    settings=SETTINGS,
)
def forgets_at_the_exam(seed, share):
    return last("forgets_at_the_exam", seed, share)


@claim(
    "First room",
    "fades_away: in the end its curve lies at less than two thirds of that of the mended one.",
    above("two_thirds", "ill"),
    settings=SETTINGS,
)
def fades_away(seed, share):
    ends = last("fades_away", seed, share)
    return {**ends, "two_thirds": ends["well"] * 2 / 3}


@claim(
    "Second room",
    "tires_early: its first step is right, and its tenth is not.",
    between("first", -1e-6, 1e-6),
    above("tenth", by=0.3),
    settings=SETTINGS,
)
def tires_early(seed, share):
    ill, well = curves("tires_early", seed, share)
    return {"first": ill[0] - well[0], "tenth": abs(ill[9] - well[9])}


@claim(
    "Second room",
    "falls_asleep: its loss stays near that of guessing, and the mended one learns.",
    above("ill", by=1.9),
    above("one", "well"),
    settings=SETTINGS,
)
def falls_asleep(seed, share):
    return {**last("falls_asleep", seed, share), "one": 1.0}


@claim(
    "Second room",
    "deaf_to_its_rate: its first step is ten times as long as that of the mended one.",
    between("log_ratio", 0.9, 1.1),
    settings=SETTINGS,
)
def deaf_to_its_rate(seed, share):
    ill, well = curves("deaf_to_its_rate", seed, share)
    return {"log_ratio": np.log10(ill[0] / well[0])}


@claim(
    "Second room",
    "crawls: its twentieth epoch is about where the mended one is after the first, within a factor of two.",
    between("log_ratio", -np.log(2), np.log(2)),
    above("ill", "well", by=0.2),
    settings=SETTINGS,
    generation=2,
)
def crawls(seed, share):
    ill, well = curves("crawls", seed, share)
    return {"log_ratio": np.log(ill[19] / well[0]), "ill": ill[-1], "well": well[-1]}


@claim(
    "Second room",
    "only_the_first_time: the first run is right, and the later ones end at less than half of its accuracy.",
    between("first", -1e-6, 1e-6),
    above("half", "ill"),
    settings=SETTINGS,
)
def only_the_first_time(seed, share):
    ill, well = curves("only_the_first_time", seed, share)
    return {"first": np.abs(ill[:12] - well[:12]).max(), "ill": ill[12:].max(), "half": well[-1] / 2}


@claim(
    "Second room",
    "cannot_be_sure: its loss never falls below log(1 + 9/e), and that of the mended one does.",
    between("below", -1e-6, 1e-6),
    above("limit", "well", by=0.5),
    settings=SETTINGS,
    generation=2,
)
def cannot_be_sure(seed, share):
    ill, well = curves("cannot_be_sure", seed, share)
    limit = np.log(1 + 9 / np.e)
    return {"below": max(0.0, limit - ill.min()), "well": well[-1], "limit": limit}


@claim(
    "Third room",
    "still_rehearsing: its accuracy is at least 0.05 too low.",
    above("well", "ill", by=0.05),
    settings=SETTINGS,
)
def still_rehearsing(seed, share):
    return last("still_rehearsing", seed, share)


@claim(
    "Third room",
    "too_good_to_be_true: what it reports never falls, and it ends above one half, though the classes are coin flips. Mended, it stays near one half.",
    between("fall", -1e-6, 1e-6),
    above("ill", by=0.53),
    between("well", 0.42, 0.58),
    settings=SETTINGS,
)
def too_good_to_be_true(seed, share):
    ill, well = curves("too_good_to_be_true", seed, share)
    return {"fall": max(0.0, -np.diff(ill).min()), "ill": ill[-1], "well": well[-1]}


@claim(
    "Third room",
    "remembers_the_last: its lowest loss rises to more than twice that of the mended one.",
    above("log_ratio", by=np.log(2)),
    settings=SETTINGS,
)
def remembers_the_last(seed, share):
    ends = last("remembers_the_last", seed, share)
    return {**ends, "log_ratio": np.log(ends["ill"] / ends["well"])}


@claim(
    "Third room",
    "learns_nothing: its loss stays that of guessing, and the mended one learns.",
    between("ill", 2.2, 2.4),
    above("one", "well"),
    settings=SETTINGS,
)
def learns_nothing(seed, share):
    return {**last("learns_nothing", seed, share), "one": 1.0}
