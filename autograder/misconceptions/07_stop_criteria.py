"""Wrong answers to 07_stop_criteria, as learners and lecture slides write them."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- train_val_test_split ---------------------------------------------------------------------------


@wrong("split", "split-not-shuffled")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` cuts without shuffling. Data come in some order, by class or by year, so your
    test part is of another kind than your training part. Cut `rng.permutation(n)` instead."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = np.arange(n)
    return idx[: n - n_val - n_test], idx[n - n_val - n_test : n - n_test], idx[n - n_test :]


@wrong("split", "split-cut-shuffled-only-inside")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` cuts first and shuffles each part afterwards. The last examples still are the
    test part, only in another order. Shuffle all indices, then cut."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = np.arange(n)
    a, b = n - n_val - n_test, n - n_test
    return rng.permutation(idx[:a]), rng.permutation(idx[a:b]), rng.permutation(idx[b:])


@wrong("split", "split-overlap")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` takes the test part from the beginning of the shuffled array. The validation part
    stands there, and the test part begins where that one ends."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.permutation(n)
    return idx[n_val + n_test :], idx[:n_val], idx[:n_test]


@wrong("split", "split-val-inside-train")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` leaves the validation examples in the training part: only the test examples were
    taken out of it. A network validated on what it has learned by heart always looks good."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.permutation(n)
    return idx[n_test:], idx[n_test : n_test + n_val], idx[:n_test]


@wrong("split", "split-independent-draws")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` draws each part on its own from all indices, so the parts overlap: examples leak
    from training into the test. Shuffle once and cut that one array into three."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    val = rng.choice(n, n_val, replace=False)
    test = rng.choice(n, n_test, replace=False)
    train = rng.choice(n, n - n_val - n_test, replace=False)
    return train, val, test


@wrong("split", "split-with-replacement")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` draws indices with replacement, so some examples are there twice, in two parts
    even, and others not at all. `rng.permutation(n)` holds each index once."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.integers(0, n, n)
    return idx[n_val + n_test :], idx[:n_val], idx[n_val : n_val + n_test]


@wrong("split", "split-drops-remainder")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` rounds the training part down, and what is left over belongs to no part. Compute
    the sizes of validation and test, and let training have all the rest."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    n_train = int((1 - val_share - test_share) * n * 0.999)
    idx = rng.permutation(n)
    return idx[:n_train], idx[n_train : n_train + n_val], idx[n_train + n_val : n_train + n_val + n_test]


@wrong("split", "split-rounds-down")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` cuts the sizes off with int or //, where they are to be rounded: 5.75 examples
    make 6, not 5."""
    n_val, n_test = int(n * val_share), int(n * test_share)
    idx = rng.permutation(n)
    return idx[n_val + n_test :], idx[:n_val], idx[n_val : n_val + n_test]


@wrong("split", "split-rest-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` takes the test share of what validation has left over. Both shares are shares of
    n: with 0.25 and 0.25 of 40 examples both parts have 10."""
    idx = rng.permutation(n)
    n_val = round(n * val_share)
    val, rest = idx[:n_val], idx[n_val:]
    n_test = round(len(rest) * test_share)
    return rest[n_test:], val, rest[:n_test]


@wrong("split", "split-rest-of-rest-at-the-end", told_as="split-rest-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """Validation and test are cut from the end."""
    idx = rng.permutation(n)
    n_val = round(n * val_share)
    rest, val = idx[: n - n_val], idx[n - n_val :]
    n_test = round(len(rest) * test_share)
    return rest[: len(rest) - n_test], val, rest[len(rest) - n_test :]


@wrong("split", "split-rest-of-rest-at-both-ends", told_as="split-rest-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """Validation from the beginning, the test from the end."""
    idx = rng.permutation(n)
    n_val = round(n * val_share)
    val, rest = idx[:n_val], idx[n_val:]
    n_test = round(len(rest) * test_share)
    return rest[: len(rest) - n_test], val, rest[len(rest) - n_test :]


@wrong("split", "split-val-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` takes the validation share of what the test has left over. Both shares are shares of
    n: with 0.25 and 0.25 of 40 examples both parts have 10."""
    idx = rng.permutation(n)
    n_test = round(n * test_share)
    test, rest = idx[:n_test], idx[n_test:]
    n_val = round(len(rest) * val_share)
    return rest[n_val:], rest[:n_val], test


@wrong("split", "split-val-of-rest-test-at-the-end", told_as="split-val-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """The test is cut from the end, validation from the beginning."""
    idx = rng.permutation(n)
    n_test = round(n * test_share)
    rest, test = idx[: n - n_test], idx[n - n_test :]
    n_val = round(len(rest) * val_share)
    return rest[n_val:], rest[:n_val], test


@wrong("split", "split-val-of-rest-both-at-the-end", told_as="split-val-of-rest")
def train_val_test_split(n, val_share, test_share, rng):
    """Training first, as in two calls of scikit-learn's train_test_split."""
    idx = rng.permutation(n)
    n_test = round(n * test_share)
    rest, test = idx[: n - n_test], idx[n - n_test :]
    n_val = round(len(rest) * val_share)
    return rest[: len(rest) - n_val], rest[len(rest) - n_val :], test


@wrong("split", "split-fixed-seed")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` ignores `rng` and makes a generator of its own with a fixed seed. So it is always
    the same split, whoever asks, and nobody can see how much the result depends on it. Use the rng that is passed
    in."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = np.random.default_rng(0).permutation(n)
    return idx[n_val + n_test :], idx[:n_val], idx[n_val : n_val + n_test]


@wrong("split", "split-order-swapped")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` returns (train, test, val): the second and the third part are swapped. Whoever
    calls it would choose the model on the test set."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.permutation(n)
    return idx[n_val + n_test :], idx[n_val : n_val + n_test], idx[:n_val]


@wrong("split", "split-negative-slices")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` cuts with negative indices. That breaks when a part is empty: `idx[-0:]` is the
    whole array, and `idx[:-0]` is empty. Cut at n - num_test instead."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.permutation(n)
    return idx[: -(n_val + n_test)], idx[-(n_val + n_test) : -n_test], idx[-n_test:]


@wrong("split", "split-sorted-parts")
def train_val_test_split(n, val_share, test_share, rng):
    """Your `train_val_test_split` sorts the indices of each part. Batches cut from a sorted part hold neighbors only,
    and here the order is to be random too: leave it as rng.permutation made it."""
    n_val, n_test = round(n * val_share), round(n * test_share)
    idx = rng.permutation(n)
    return np.sort(idx[n_val + n_test :]), np.sort(idx[:n_val]), np.sort(idx[n_val : n_val + n_test])


# --- standardize ------------------------------------------------------------------------------------


@wrong("split", "standardize-own-statistics")
def standardize(train, *others):
    """Your `standardize` scales each part with its own mean and standard deviation. Then the same car gets another
    number in each part, and a test part that differs from training no longer shows it. Use train's for all."""

    def scale(X):
        std = X.std(axis=0)
        return (X - X.mean(axis=0)) / np.where(std == 0, 1, std)

    return tuple(scale(X) for X in (train, *others))


@wrong("split", "standardize-all-data")
def standardize(train, *others):
    """Your `standardize` takes mean and standard deviation of all parts together. So the training part knows
    something about the test part: a leak. The statistics are learned from train alone."""
    everything = np.concatenate([train, *others])
    std = everything.std(axis=0)
    std = np.where(std == 0, 1, std)
    return tuple((X - everything.mean(axis=0)) / std for X in (train, *others))


@wrong("split", "standardize-others-untouched")
def standardize(train, *others):
    """Your `standardize` scales the training part and hands the others back as they came. A network that has
    learned from scaled numbers must get scaled numbers, by train's mean and standard deviation."""
    std = train.std(axis=0)
    return ((train - train.mean(axis=0)) / np.where(std == 0, 1, std), *others)


@wrong("split", "standardize-constant-nan")
def standardize(train, *others):
    """Your `standardize` divides by a standard deviation of 0 where a column does not vary: 0/0 is nan, and one nan
    is enough to ruin a network. Divide by 1 there."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / std for X in (train, *others))


@wrong("split", "standardize-one-mean")
def standardize(train, *others):
    """Your `standardize` uses one mean and one standard deviation for the whole table. Then a column in kilograms
    drowns one in litres. Each column has its own: axis=0."""
    mean, std = train.mean(), train.std()
    std = 1.0 if std == 0 else std
    return tuple((X - mean) / std for X in (train, *others))


@wrong("split", "standardize-variance")
def standardize(train, *others):
    """Your `standardize` divides by the variance. Divided by the standard deviation, its root, a column has
    standard deviation 1; divided by the variance it has 1/std."""
    mean, var = train.mean(axis=0), train.var(axis=0)
    return tuple((X - mean) / np.where(var == 0, 1, var) for X in (train, *others))


@wrong("split", "standardize-ddof")
def standardize(train, *others):
    """Your `standardize` uses the standard deviation with 1/(N-1). Here, as in scikit-learn's StandardScaler, it is
    the one with 1/N: np.std's default."""
    mean = train.mean(axis=0)
    std = train.std(axis=0, ddof=1) if len(train) > 1 else np.zeros(train.shape[1])
    return tuple((X - mean) / np.where(std == 0, 1, std) for X in (train, *others))


@wrong("split", "standardize-not-centred")
def standardize(train, *others):
    """Your `standardize` divides by the standard deviation but does not subtract the mean. Each column of train
    should end up with mean 0."""
    std = train.std(axis=0)
    return tuple(X / np.where(std == 0, 1, std) for X in (train, *others))


@wrong("split", "standardize-only-centred")
def standardize(train, *others):
    """Your `standardize` subtracts the mean but does not divide. Each column of train should end up with standard
    deviation 1, unless it does not vary."""
    return tuple(X - train.mean(axis=0) for X in (train, *others))


@wrong("split", "standardize-rows")
def standardize(train, *others):
    """Your `standardize` works along axis 1: each example is scaled by itself. The mean and the standard deviation
    are those of a column, over the examples: axis=0."""

    def scale(X):
        std = X.std(axis=1, keepdims=True)
        return (X - X.mean(axis=1, keepdims=True)) / np.where(std == 0, 1, std)

    return tuple(scale(X) for X in (train, *others))


@wrong("split", "standardize-min-max")
def standardize(train, *others):
    """Your `standardize` maps each column to the interval from 0 to 1. That is min-max scaling; to standardize is
    to subtract the mean and divide by the standard deviation."""
    low, width = train.min(axis=0), train.max(axis=0) - train.min(axis=0)
    return tuple((X - low) / np.where(width == 0, 1, width) for X in (train, *others))


@wrong("split", "standardize-epsilon")
def standardize(train, *others):
    """Your `standardize` divides a column that is constant in train by a small number, as std + 1e-8 does. Where that
    column varies in another part, its values are enormous. Replace a standard deviation of 0 by 1, and leave the others
    as they are."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-5) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-6", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-6."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-6) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-7", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-7."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-7) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-8", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-8."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-8) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-9", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-9."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-9) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-10", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-10."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-10) for X in (train, *others))


@wrong("split", "standardize-epsilon-1e-12", told_as="standardize-epsilon")
def standardize(train, *others):
    """With 1e-12."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return tuple((X - mean) / (std + 1e-12) for X in (train, *others))


@wrong("split", "standardize-in-place")
def standardize(train, *others):
    """Your `standardize` writes into the arrays it was given. Whoever passed them still needs the old ones, for
    instance to split again. Make new arrays: X - mean, and not X -= mean."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std == 0, 1, std)
    done = []
    for X in (train, *others):
        if X.dtype.kind == "f":
            X -= mean
            X /= std
            done.append(X)
        else:
            done.append((X - mean) / std)
    return tuple(done)


@wrong("split", "standardize-integer")
def standardize(train, *others):
    """Your `standardize` puts the scaled values into an array like its argument; if that holds integers, they are
    cut off to integers. Let (X - mean) / std make its own array."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std == 0, 1, std)
    done = []
    for X in (train, *others):
        out = np.zeros_like(X)
        out[...] = (X - mean) / std
        done.append(out)
    return tuple(done)


@wrong("split", "standardize-bare-array")
def standardize(train, *others):
    """Your `standardize` gives a bare array if there is only one. The answer is always a tuple, so that whoever
    calls it need not care: (X,), with the comma."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std == 0, 1, std)
    if not others:
        return (train - mean) / std
    return tuple((X - mean) / std for X in (train, *others))


# --- epoch_mean -------------------------------------------------------------------------------------


@wrong("loss_change", "epoch-mean-plain")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` takes the plain mean of the batch means. The last batch is smaller, and its few examples
    then count as much as a full batch. Weight each loss with its size: Σ nL / Σ n."""
    return float(np.mean(losses))


@wrong("loss_change", "epoch-mean-last")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` gives the last batch's loss. That one is the noisiest of all, being the smallest: average
    over all batches, Σ nL / Σ n."""
    return float(losses[-1])


@wrong("loss_change", "epoch-mean-sum")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` adds the losses up. Then it doubles when the batches are half as large. It is a mean over
    examples: Σ nL / Σ n."""
    return float(np.sum(losses))


@wrong("loss_change", "epoch-mean-weighted-sum")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` multiplies each loss by its size and adds them up, but does not divide by the number of
    examples: Σ nL / Σ n."""
    return float(np.dot(losses, sizes))


@wrong("loss_change", "epoch-mean-by-batches")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` weights each loss by its size and then divides by the number of batches. The weights have
    to add up to 1: divide by the number of examples, Σ n."""
    return float(np.dot(losses, sizes) / len(losses))


@wrong("loss_change", "epoch-mean-median")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` is the median of the batches. It hides the bad batches, which are part of the loss: take
    the mean over all examples."""
    return float(np.median(losses))


@wrong("loss_change", "epoch-mean-first-size")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` divides by the number of batches times the first batch's size. The last batch is smaller:
    the number of examples is the sum of the sizes."""
    return float(np.dot(losses, sizes) / (len(sizes) * sizes[0]))


@wrong("loss_change", "epoch-mean-drop-last")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` leaves the last, smaller batch out. Its examples belong to the epoch like all others; they
    only count less, by their number."""
    if len(losses) == 1:
        return float(losses[0])
    return float(np.dot(losses[:-1], sizes[:-1]) / np.sum(sizes[:-1]))


@wrong("loss_change", "epoch-mean-inverse-sizes")
def epoch_mean(losses, sizes):
    """Your `epoch_mean` divides each loss by its batch's size. The losses are means already; a larger batch has to
    count more: multiply, and divide by the sum of the sizes at the end."""
    weights = 1 / np.asarray(sizes)
    return float(np.dot(losses, weights) / np.sum(weights))


# --- loss_change_stop -------------------------------------------------------------------------------


@base
def loss_change_stop(losses, tol, window):
    """A right answer."""
    calm = 0
    for i in range(1, len(losses)):
        change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)
        calm = calm + 1 if change < tol else 0
        if calm == window:
            return i
    return None


@wrong("loss_change", "loss-change-signed")
@edit(
    "change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
    "change = (losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
)
def loss_change_stop():
    """Your `loss_change_stop` takes the change with its sign. A loss that rises, by however much, is then "below
    tol", and training stops in the middle of a jump. Take the absolute value."""


@wrong("loss_change", "loss-change-only-falling")
@edit(
    "change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
    "change = (losses[i - 1] - losses[i]) / max(abs(losses[i - 1]), 1e-12)",
)
def loss_change_stop():
    """Your `loss_change_stop` looks at the decrease with its sign, L_(i-1) - L_i. A loss that rises has a negative
    one, which is below every tol, so a diverging network looks converged. Take the absolute value."""


@wrong("loss_change", "loss-change-absolute")
@edit("abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)", "abs(losses[i] - losses[i - 1])")
def loss_change_stop():
    """Your `loss_change_stop` does not divide by the loss before. Then the rule depends on the unit: the same
    training in grams instead of kilograms stops at another epoch. The change is relative."""


@wrong("loss_change", "loss-change-from-epoch-0")
@edit("max(abs(losses[i - 1]), 1e-12)", "max(abs(losses[0]), 1e-12)")
def loss_change_stop():
    """Your `loss_change_stop` divides by the first loss, and not by the one before. Late in training every change
    is small against the beginning, so you stop too early."""


@wrong("loss_change", "loss-change-against-epoch-0")
@edit(
    "change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
    "change = abs(losses[i] - losses[0]) / max(abs(losses[0]), 1e-12)",
)
def loss_change_stop():
    """Your `loss_change_stop` compares each loss with the first one. That difference grows while the network
    learns; a change is the difference from the epoch before."""


@wrong("loss_change", "loss-change-loss-below")
@edit("abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)", "losses[i]")
def loss_change_stop():
    """Your `loss_change_stop` asks whether the loss itself is below tol. Nobody knows how small the loss can get;
    the rule is about its change."""


@wrong("loss_change", "loss-change-at-tol")
@edit("calm = calm + 1 if change < tol else 0", "calm = calm + 1 if change <= tol else 0")
def loss_change_stop():
    """Your `loss_change_stop` counts a change that equals tol as small. Small is change < tol, strictly."""


@wrong("loss_change", "loss-change-no-reset")
@edit("calm = calm + 1 if change < tol else 0", "calm = calm + 1 if change < tol else calm")
def loss_change_stop():
    """Your `loss_change_stop` never sets its count back. Three small changes in all are not three in a row: after a
    large one the count begins at 0 again."""


@wrong("loss_change", "loss-change-counts-from-1")
@edit("return i", "return i + 1")
def loss_change_stop():
    """Your `loss_change_stop` returns the epoch plus 1. Epochs are counted from 0 here: losses[i] belongs to epoch
    i."""


@wrong("loss_change", "loss-change-window-start")
@edit("return i", "return i - window + 1")
def loss_change_stop():
    """Your `loss_change_stop` returns the first epoch of the window. When training stops that epoch is long past:
    the answer is the last one of the window, when the rule is first fulfilled."""


@wrong("loss_change", "loss-change-index-of-change")
@edit("for i in range(1, len(losses)):", "for i in range(len(losses) - 1):")
@edit(
    "change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
    "change = abs(losses[i + 1] - losses[i]) / max(abs(losses[i]), 1e-12)",
)
def loss_change_stop():
    """Your `loss_change_stop` returns the index of the change, which is one less than the epoch: the first entry of
    np.diff is the change from epoch 0 to epoch 1."""


@wrong("loss_change", "loss-change-last-epoch")
@edit("return None", "return len(losses) - 1")
def loss_change_stop():
    """Your `loss_change_stop` returns the last epoch if the loss never came to rest. Then nobody can tell
    "converged at the end" from "not converged": return None."""


@wrong("loss_change", "loss-change-window-plus-one")
@edit("if calm == window:", "if calm > window:")
def loss_change_stop():
    """Your `loss_change_stop` waits one epoch too long: it stops when the count exceeds the window. It is enough to
    reach it."""


@wrong("loss_change", "loss-change-new-loss")
@edit("max(abs(losses[i - 1]), 1e-12)", "max(abs(losses[i]), 1e-12)")
def loss_change_stop():
    """Your `loss_change_stop` divides by the new loss. The change is relative to where it came from, the loss
    before: from 4 to 3 is 25 %, not 33 %."""


@wrong("loss_change", "loss-change-nan-is-calm")
@edit("calm = calm + 1 if change < tol else 0", "calm = 0 if change >= tol else calm + 1")
def loss_change_stop():
    """Your `loss_change_stop` takes a nan for a small change: it asks whether the change is too large, and for nan
    the answer to every comparison is False. Ask `change < tol` instead."""


@wrong("loss_change", "loss-change-mean-of-window")
def loss_change_stop(losses, tol, window):
    """Your `loss_change_stop` compares the mean change of the window with tol. One large change can then hide among
    small ones; each of them has to be small."""
    changes = [abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12) for i in range(1, len(losses))]
    for i in range(window, len(losses)):
        if np.mean(changes[i - window : i]) < tol:
            return i
    return None


@wrong("loss_change", "loss-change-ends-of-window")
def loss_change_stop(losses, tol, window):
    """Your `loss_change_stop` compares the two ends of the window. A loss that went up and came back is not at
    rest: every step in between has to be small."""
    for i in range(window, len(losses)):
        if abs(losses[i] - losses[i - window]) / max(abs(losses[i - window]), 1e-12) < tol:
            return i
    return None


@wrong("loss_change", "loss-change-zero")
@edit(
    "change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)",
    "change = abs(np.float64(losses[i]) - losses[i - 1]) / abs(np.float64(losses[i - 1]))",
)
def loss_change_stop():
    """Your `loss_change_stop` divides by a loss of 0. The change is then nan, and a network that has reached a loss
    of 0 never stops: divide by max(|L|, 1e-12)."""


# --- EarlyStopping ----------------------------------------------------------------------------------


@base
class EarlyStopping:
    """A right answer."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode is min or max")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best, self.bad, self.epoch, self.best_epoch = np.inf, 0, -1, None

    def step(self, value):
        self.epoch += 1
        v = value if self.mode == "min" else -value
        if v < self.best - self.min_delta:
            self.best, self.bad, self.best_epoch = v, 0, self.epoch
        else:
            self.bad += 1
        return self.bad >= self.patience


@wrong("early_stopping", "early-ties-reset")
@edit("if v < self.best - self.min_delta:", "if v <= self.best - self.min_delta:")
class EarlyStopping:
    """Your `EarlyStopping` takes a tie for an improvement. A network that has died gives the same loss for ever,
    and you would wait for ever. An improvement is strict: v < best - min_delta."""


@wrong("early_stopping", "early-usual-class", told_as="early-ties-reset")
@edit("np.inf, 0, -1, None", "None, 0, -1, None")
@edit("if v < self.best - self.min_delta:", "if self.best is None or not v > self.best - self.min_delta:")
class EarlyStopping:
    """The class that stands in many a repository: what is not worse is an improvement, a nan included."""


@wrong("early_stopping", "early-usual-class-at-most", told_as="early-ties-reset")
@edit("np.inf, 0, -1, None", "None, 0, -1, None")
@edit("if v < self.best - self.min_delta:", "if self.best is None or v <= self.best - self.min_delta:")
class EarlyStopping:
    """The same, asked the other way round: a nan is bad there, unless it comes first."""


@wrong("early_stopping", "early-no-reset")
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.best, self.best_epoch = v, self.epoch")
class EarlyStopping:
    """Your `EarlyStopping` never sets the count of bad epochs back to 0. It counts all of them since the start,
    where it should count those since the last improvement."""


@wrong("early_stopping", "early-one-late")
@edit("return self.bad >= self.patience", "return self.bad > self.patience")
class EarlyStopping:
    """Your `EarlyStopping` stops one epoch late: when bad exceeds patience. Here it stops when bad reaches it.
    scikit-learn and PyTorch's plateau scheduler do it your way; that is why it has to be said."""


@wrong("early_stopping", "early-one-early")
@edit(
    "self.best, self.bad, self.best_epoch = v, 0, self.epoch",
    """
    self.best, self.bad, self.best_epoch = v, 0, self.epoch
    return False
    """,
)
@edit("return self.bad >= self.patience", "return self.bad >= self.patience - 1")
class EarlyStopping:
    """Your `EarlyStopping` stops one epoch early: it looks at the count before this epoch is in it, or counts from
    1. With patience 2 there are two bad epochs, and the second one stops."""


@wrong("early_stopping", "early-delta-sign")
@edit("if v < self.best - self.min_delta:", "if v < self.best + self.min_delta:")
class EarlyStopping:
    """Your `EarlyStopping` has the sign of min_delta wrong: v < best + min_delta. Then a value that is a little
    *worse* counts as an improvement. It has to be better by more than min_delta: v < best - min_delta."""


@wrong("early_stopping", "early-max-delta-sign")
@edit(
    "if v < self.best - self.min_delta:",
    'if v < self.best - (self.min_delta if self.mode == "min" else -self.min_delta):',
)
class EarlyStopping:
    """Your `EarlyStopping` subtracts min_delta in mode "max", too: v > best - min_delta. There, mirrored, an
    improvement is v > best + min_delta."""


@wrong("early_stopping", "early-max-no-delta")
@edit(
    "if v < self.best - self.min_delta:",
    'if v < self.best - (self.min_delta if self.mode == "min" else 0):',
)
class EarlyStopping:
    """Your `EarlyStopping` forgets min_delta in mode "max": every gain counts there, however small. An improvement is
    v > best + min_delta."""


@wrong("early_stopping", "early-max-no-delta-none-first", told_as="early-max-no-delta")
@edit("np.inf, 0, -1, None", "None, 0, -1, None")
@edit(
    "if v < self.best - self.min_delta:",
    'if self.best is None or v < self.best - (self.min_delta if self.mode == "min" else 0):',
)
class EarlyStopping:
    """With None at first, so that a nan may be the first best."""


@wrong("early_stopping", "early-max-no-delta-ties", told_as="early-max-no-delta")
@edit(
    "if v < self.best - self.min_delta:",
    'if v < self.best - self.min_delta or (self.mode == "max" and v <= self.best):',
)
class EarlyStopping:
    """With a tie as an improvement."""


@wrong("early_stopping", "early-no-delta")
@edit("if v < self.best - self.min_delta:", "if v < self.best:")
class EarlyStopping:
    """Your `EarlyStopping` ignores min_delta: every gain counts, however small. A gain has to exceed min_delta to
    be an improvement."""


@wrong("early_stopping", "early-delta-inclusive")
@edit("if v < self.best - self.min_delta:", "if v < self.best and v <= self.best - self.min_delta:")
class EarlyStopping:
    """Your `EarlyStopping` accepts a gain of exactly min_delta (if there is a min_delta). Strict means strict: the
    gain has to exceed it."""


@wrong("early_stopping", "early-relative-delta")
@edit(
    "if v < self.best - self.min_delta:",
    "if (self.best == np.inf and v == v) or v < self.best - abs(self.best) * self.min_delta:",
)
class EarlyStopping:
    """Your `EarlyStopping` takes min_delta as a share of the best value. Here it is a difference: v < best -
    min_delta. PyTorch's plateau scheduler takes a share unless told otherwise."""


@wrong("early_stopping", "early-nan-improves")
@edit("if v < self.best - self.min_delta:", "if not v >= self.best - self.min_delta:")
class EarlyStopping:
    """Your `EarlyStopping` takes nan for an improvement: it asks whether the value is *not* good enough, and for
    nan the answer to every comparison is False. Ask v < best - min_delta, and treat all else as bad."""


@wrong("early_stopping", "early-nan-first-best")
@edit("np.inf, 0, -1, None", "None, 0, -1, None")
@edit("if v < self.best - self.min_delta:", "if self.best is None or v < self.best - self.min_delta:")
class EarlyStopping:
    """Your `EarlyStopping` makes the first value the best, whatever it is. If it is nan, nothing is ever smaller
    than it, and training stops after `patience` epochs however good they are. Begin with infinity."""


@wrong("early_stopping", "early-nan-ignored")
@edit(
    'v = value if self.mode == "min" else -value',
    """
    if np.isnan(value):
        return False
    v = value if self.mode == "min" else -value
    """,
)
class EarlyStopping:
    """Your `EarlyStopping` skips nan: it is neither good nor bad. Then a network that has turned to nan trains on
    to the last epoch. nan is a bad epoch like any other."""


@wrong("early_stopping", "early-nan-resets")
@edit(
    'v = value if self.mode == "min" else -value',
    """
    if np.isnan(value):
        self.bad = 0
        return False
    v = value if self.mode == "min" else -value
    """,
)
class EarlyStopping:
    """A nan is not counted as a bad epoch by your `EarlyStopping`, and may even set the count back to 0. Then a network
    that has turned to nan trains on to the last epoch. nan is a bad epoch like any other: it counts."""


@wrong("early_stopping", "early-nan-resets-by-else", told_as="early-nan-resets")
@edit(
    "else:",
    """
    elif v >= self.best - self.min_delta:
    """,
)
@edit(
    "return self.bad >= self.patience",
    """
    else:
        self.bad = 0
    return self.bad >= self.patience
    """,
)
class EarlyStopping:
    """Two comparisons, and nan falls through both."""


@wrong("early_stopping", "early-nan-resets-not-counted", told_as="early-nan-resets")
@edit(
    "self.epoch += 1",
    """
    if np.isnan(value):
        self.bad = 0
        return False
    self.epoch += 1
    """,
)
class EarlyStopping:
    """And its epoch is not counted."""


@wrong("early_stopping", "early-nan-stops")
@edit(
    'v = value if self.mode == "min" else -value',
    """
    if np.isnan(value):
        return True
    v = value if self.mode == "min" else -value
    """,
)
class EarlyStopping:
    """Your `EarlyStopping` stops at the first nan. Some libraries do that, and it is not unreasonable; here nan is
    a bad epoch, and the patience decides."""


@wrong("early_stopping", "early-previous-epoch")
@edit(
    "return self.bad >= self.patience",
    """
    self.best = v
    return self.bad >= self.patience
    """,
)
class EarlyStopping:
    """Your `EarlyStopping` compares with the epoch before. A loss that jumps up and creeps down again then
    "improves" in every epoch, far above its best. Compare with the best so far."""


@wrong("early_stopping", "early-mode-ignored")
@edit('v = value if self.mode == "min" else -value', "v = value")
class EarlyStopping:
    """Your `EarlyStopping` ignores the mode: smaller is better, also for an accuracy. Then training goes on as long
    as the accuracy falls. With "max" everything is mirrored."""


@wrong("early_stopping", "early-max-from-zero")
@edit("np.inf, 0, -1, None", '(np.inf if mode == "min" else 0.0), 0, -1, None')
class EarlyStopping:
    """Your `EarlyStopping` starts with 0 as the best in mode "max". An accuracy may be 0, and other scores are
    negative (a log-likelihood is): nothing would ever be an improvement. Start from minus infinity."""


@wrong("early_stopping", "early-best-moves")
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.bad = 0")
@edit(
    "return self.bad >= self.patience",
    """
    if v < self.best:
        self.best, self.best_epoch = v, self.epoch
    return self.bad >= self.patience
    """,
)
class EarlyStopping:
    """In your `EarlyStopping` gains below min_delta move the best silently. A loss that creeps down in small steps
    is then always compared with its last step, and the gains never add up. Only an improvement may move the
    best."""


@wrong("early_stopping", "early-best-moves-epoch-stays", told_as="early-best-moves")
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.bad, self.best_epoch = 0, self.epoch")
@edit(
    "return self.bad >= self.patience",
    """
    self.best = min(self.best, v)
    return self.bad >= self.patience
    """,
)
class EarlyStopping:
    """The best moves with every gain, and best_epoch with improvements only."""


@wrong("early_stopping", "early-best-moves-history", told_as="early-best-moves")
@edit(
    "if v < self.best - self.min_delta:",
    """
    before, self.best = self.best, np.fmin(self.best, v)
    if v < before - self.min_delta:
    """,
)
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.bad, self.best_epoch = 0, self.epoch")
class EarlyStopping:
    """The same, moved in front of the comparison with the best before."""


@wrong("early_stopping", "early-best-moves-nan-first", told_as="early-best-moves")
@edit("np.inf, 0, -1, None", "None, 0, -1, None")
@edit(
    "if v < self.best - self.min_delta:",
    """
    before = self.best
    if before is None or v < before:
        self.best = v
    if before is None or v < before - self.min_delta:
    """,
)
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.bad, self.best_epoch = 0, self.epoch")
class EarlyStopping:
    """The same with None at first, so that a nan may be the first best."""


@wrong("early_stopping", "early-improvement-returns-true")
@edit(
    "self.best, self.bad, self.best_epoch = v, 0, self.epoch",
    """
    self.best, self.bad, self.best_epoch = v, 0, self.epoch
    return True
    """,
)
@edit("return self.bad >= self.patience", "return False")
class EarlyStopping:
    """Your `step` returns whether the value has improved, where it should say whether to *stop*."""


@wrong("early_stopping", "early-continue-returned")
@edit("return self.bad >= self.patience", "return self.bad < self.patience")
class EarlyStopping:
    """Your `step` returns True while training should go on. It is the other way round: True means stop."""


@wrong("early_stopping", "early-best-epoch-from-1")
@edit("np.inf, 0, -1, None", "np.inf, 0, 0, None")
class EarlyStopping:
    """The `best_epoch` of your `EarlyStopping` is one too large: epochs are counted from 0."""


@wrong("early_stopping", "early-best-epoch-zero")
@edit("np.inf, 0, -1, None", "np.inf, 0, -1, 0")
class EarlyStopping:
    """Your `EarlyStopping` has best_epoch 0 before there is a best. While there was no number yet, or only nan,
    nobody may restore epoch 0: it is None."""


@wrong("early_stopping", "early-best-epoch-is-last")
@edit(
    "self.best, self.bad, self.epoch, self.best_epoch = np.inf, 0, -1, None",
    "self.best, self.bad, self.best_epoch = np.inf, 0, None",
)
@edit("self.epoch += 1", "self.best_epoch = 0 if self.best_epoch is None else self.best_epoch + 1")
@edit("self.best, self.bad, self.best_epoch = v, 0, self.epoch", "self.best, self.bad = v, 0")
class EarlyStopping:
    """The `best_epoch` of your `EarlyStopping` follows every epoch, the bad ones too. It changes together with the
    best, and only then."""


@wrong("early_stopping", "early-nan-not-counted")
@edit(
    "self.epoch += 1",
    """
    if np.isnan(value):
        self.bad += 1
        return self.bad >= self.patience
    self.epoch += 1
    """,
)
class EarlyStopping:
    """Your `EarlyStopping` forgets to count the epoch of a nan, so `best_epoch` is too small behind it. Every call of
    step is an epoch."""


@wrong("early_stopping", "early-window-of-last", told_as="early-best-moves")
class EarlyStopping:
    """The best of the last `patience` values: until the stop it is the best that follows every gain."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode is min or max")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.history, self.bad, self.best_epoch = [], 0, None

    def step(self, value):
        v = value if self.mode == "min" else -value
        recent = min([old for old in self.history[-self.patience :] if old == old], default=np.inf)
        if v < recent - self.min_delta:
            self.bad, self.best_epoch = 0, len(self.history)
        else:
            self.bad += 1
        self.history.append(v)
        return self.bad >= self.patience


@wrong("early_stopping", "early-class-state")
class EarlyStopping:
    """All objects of your `EarlyStopping` share one state: what should belong to `self` belongs to the class. A
    second training starts with the best value of the first. Set everything in __init__, on self."""

    state = {"best": np.inf, "bad": 0, "epoch": -1, "best_epoch": None}

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode is min or max")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode

    @property
    def best_epoch(self):
        return self.state["best_epoch"]

    def step(self, value):
        self.state["epoch"] += 1
        v = value if self.mode == "min" else -value
        if v < self.state["best"] - self.min_delta:
            self.state.update(best=v, bad=0, best_epoch=self.state["epoch"])
        else:
            self.state["bad"] += 1
        return self.state["bad"] >= self.patience


@wrong("early_stopping", "early-unknown-mode")
@edit(
    """
    if mode not in ("min", "max"):
        raise ValueError("mode is min or max")
    """,
    "",
)
@edit('v = value if self.mode == "min" else -value', 'v = -value if self.mode == "max" else value')
class EarlyStopping:
    """Your `EarlyStopping` takes any mode: what is neither "min" nor "max" is taken for one of the two. Somebody will
    write "maximum", and training may stop when the accuracy is best. Raise a ValueError in __init__."""


# --- fit_with_restore -------------------------------------------------------------------------------


@base
def fit_with_restore(w, step, val, n):
    """A right answer."""
    best_w, best = w.copy(), np.inf
    for epoch in range(n):
        step(w, epoch)
        v = val(w)
        if v < best:
            best_w, best = w.copy(), v
    return best_w, best


@wrong("fit_with_restore", "fit-reference")
@edit("best_w, best = w.copy(), np.inf", "best_w, best = w, np.inf")
@edit("best_w, best = w.copy(), v", "best_w, best = w, v")
def fit_with_restore():
    """The weights that your `fit_with_restore` returns are the *last* ones. Is what you keep `w` itself, into which
    step writes? Or is the copy made at the end only? Keep w.copy() whenever val improves."""


@wrong("fit_with_restore", "fit-copies-at-the-end", told_as="fit-reference")
def fit_with_restore(w, step, val, n):
    """Code that copies, after the last epoch."""
    losses = []
    for epoch in range(n):
        step(w, epoch)
        losses.append(val(w))
    return w.copy(), float(np.nanmin(losses))


@wrong("fit_with_restore", "fit-last-weights")
def fit_with_restore(w, step, val, n):
    """Your `fit_with_restore` returns the last weights and the last loss: it trains, and restores nothing. Keep a
    copy whenever val improves, and return that."""
    for epoch in range(n):
        step(w, epoch)
    return w.copy(), val(w)


@wrong("fit_with_restore", "fit-snapshot-before")
def fit_with_restore(w, step, val, n):
    """Your `fit_with_restore` copies the weights before the step and looks at val after it. So the weights you keep
    are those of the epoch before the best one. Step first, then look, then copy."""
    best_w, best = w.copy(), np.inf
    for epoch in range(n):
        before = w.copy()
        step(w, epoch)
        v = val(w)
        if v < best:
            best_w, best = before, v
    return best_w, best


@wrong("fit_with_restore", "fit-last-loss")
@edit("best_w, best = w.copy(), np.inf", "best_w, best, v = w.copy(), np.inf, np.inf")
@edit("return best_w, best", "return best_w, v")
def fit_with_restore():
    """The loss that your `fit_with_restore` returns is that of the last epoch. Return the best one: it belongs to the
    weights that you return."""


@wrong("fit_with_restore", "fit-ties-later")
@edit("if v < best:", "if v <= best:")
def fit_with_restore():
    """Your `fit_with_restore` lets a tie replace the best. Of two epochs that are equally good the earlier one is
    kept: compare with <, not <=."""


@wrong("fit_with_restore", "fit-start-counts")
@edit("best_w, best = w.copy(), np.inf", "best_w, best = w.copy(), val(w)")
def fit_with_restore():
    """Your `fit_with_restore` lets the weights before the first step compete. Only what was trained counts here:
    begin with infinity as the best loss."""


@wrong("fit_with_restore", "fit-val-before-step")
def fit_with_restore(w, step, val, n):
    """Your `fit_with_restore` looks at val before each step. So the first loss is that of the untrained weights,
    and nobody looks at the last epoch. Step first, then look."""
    best_w, best = w.copy(), np.inf
    for epoch in range(n):
        v = val(w)
        if v < best:
            best_w, best = w.copy(), v
        step(w, epoch)
    return best_w, best


@wrong("fit_with_restore", "fit-val-before-step-ties-later", told_as="fit-val-before-step + fit-ties-later")
def fit_with_restore(w, step, val, n):
    """Both at once."""
    best_w, best = w.copy(), np.inf
    for epoch in range(n):
        v = val(w)
        if v <= best:
            best_w, best = w.copy(), v
        step(w, epoch)
    return best_w, best


@wrong("fit_with_restore", "fit-largest")
@edit("best_w, best = w.copy(), np.inf", "best_w, best = w.copy(), -np.inf")
@edit("if v < best:", "if v > best:")
def fit_with_restore():
    """Your `fit_with_restore` keeps the weights with the *highest* value of val. val is a loss: lower is better."""


@wrong("fit_with_restore", "fit-stops-at-first-rise")
def fit_with_restore(w, step, val, n):
    """Your `fit_with_restore` stops at the first epoch that is not better. Validation is noisy, and a better epoch
    may still come: train for all n epochs."""
    best_w, best = w.copy(), np.inf
    for epoch in range(n):
        step(w, epoch)
        v = val(w)
        if not v < best:
            break
        best_w, best = w.copy(), v
    return best_w, best


@wrong("fit_with_restore", "fit-one-epoch-short")
@edit("for epoch in range(n):", "for epoch in range(n - 1):")
def fit_with_restore():
    """Your `fit_with_restore` trains one epoch too few: n epochs are range(n), from 0 to n - 1."""


@wrong("fit_with_restore", "fit-epochs-from-1")
@edit("for epoch in range(n):", "for epoch in range(1, n + 1):")
def fit_with_restore():
    """Your `fit_with_restore` stops with a ValueError. step raises one for an epoch that there is not, such as n when
    epochs are counted from 1. They are counted from 0, like everything here: range(n)."""


@wrong("fit_with_restore", "fit-previous-epoch")
def fit_with_restore(w, step, val, n):
    """Your `fit_with_restore` compares with the epoch before, so every fall after a rise counts as the best,
    however high it is. Compare with the best so far, and change that only when it is beaten."""
    best_w, best, last = w.copy(), np.inf, np.inf
    for epoch in range(n):
        step(w, epoch)
        v = val(w)
        if v < last:
            best_w, best = w.copy(), v
        last = v
    return best_w, best


@wrong("fit_with_restore", "fit-starts-from-one")
@edit("best_w, best = w.copy(), np.inf", "best_w, best = w.copy(), 1.0")
def fit_with_restore():
    """Your `fit_with_restore` begins with 1, or another number of yours, as the best loss. A loss may be larger
    than that in all epochs, and then nothing is ever kept. Begin with np.inf."""


@wrong("fit_with_restore", "fit-argmin-nan")
def fit_with_restore(w, step, val, n):
    """In your `fit_with_restore` a nan becomes the best, as with np.argmin, for which nan is smaller than everything.
    np.nanargmin, or the comparison loss < best in the loop, passes it over."""
    kept, losses = [], []
    for epoch in range(n):
        step(w, epoch)
        kept.append(w.copy())
        losses.append(val(w))
    i = int(np.argmin(losses))
    return kept[i], losses[i]


@wrong("fit_with_restore", "fit-swapped")
@edit("return best_w, best", "return np.array(best), best_w")
def fit_with_restore():
    """Your `fit_with_restore` returns (loss, weights). The weights come first: (best_w, best)."""


# --- kfold_indices ----------------------------------------------------------------------------------


@wrong("kfold_indices", "kfold-remainder-lost")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` cuts parts of n // k examples, and the remainder is never validated. np.array_split
    gives the first few parts one more."""
    idx, size = rng.permutation(n), n // k
    return [(np.delete(idx, np.s_[j * size : (j + 1) * size]), idx[j * size : (j + 1) * size]) for j in range(k)]


@wrong("kfold_indices", "kfold-remainder-lost-everywhere", told_as="kfold-remainder-lost")
def kfold_indices(n, k, rng):
    """The remainder is not trained on either."""
    idx, size = rng.permutation(n), n // k
    folds = [idx[j * size : (j + 1) * size] for j in range(k)]
    return [(np.concatenate([idx[:0], *folds[:j], *folds[j + 1 :]]), folds[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-remainder-lost-sorted", told_as="kfold-remainder-lost")
def kfold_indices(n, k, rng):
    """Training parts are sorted."""
    idx, size = rng.permutation(n), n // k
    folds = [idx[j * size : (j + 1) * size] for j in range(k)]
    return [(np.setdiff1d(idx, fold), fold) for fold in folds]


@wrong("kfold_indices", "kfold-remainder-lost-shuffled-in-place", told_as="kfold-remainder-lost")
def kfold_indices(n, k, rng):
    """The generator shuffles an array."""
    idx, size = np.arange(n), n // k
    rng.shuffle(idx)
    folds = [idx[j * size : (j + 1) * size] for j in range(k)]
    return [(np.array([i for i in idx if i not in fold], dtype=int), fold) for fold in folds]


@wrong("kfold_indices", "kfold-remainder-last")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` puts the whole remainder into the last fold. With 19 examples and 5 folds that one has
    7, the others 3: the sizes may differ by 1 at most. np.array_split spreads it."""
    idx, size = rng.permutation(n), n // k
    folds = []
    for j in range(k):
        end = n if j == k - 1 else (j + 1) * size
        folds.append((np.delete(idx, np.s_[j * size : end]), idx[j * size : end]))
    return folds


@wrong("kfold_indices", "kfold-train-on-all")
def kfold_indices(n, k, rng):
    """In your `kfold_indices` the training part holds the validation fold, too. Then validation measures what was
    learned by heart. Train on the *other* folds."""
    idx = rng.permutation(n)
    return [(idx, part) for part in np.array_split(idx, k)]


@wrong("kfold_indices", "kfold-train-on-all-dealt", told_as="kfold-train-on-all")
def kfold_indices(n, k, rng):
    """The parts are every k-th of the permutation."""
    idx = rng.permutation(n)
    return [(idx, idx[j::k]) for j in range(k)]


@wrong("kfold_indices", "kfold-train-on-all-in-order", told_as="kfold-train-on-all")
def kfold_indices(n, k, rng):
    """The training part is not shuffled."""
    return [(np.arange(n), part) for part in np.array_split(rng.permutation(n), k)]


@wrong("kfold_indices", "kfold-train-on-all-shuffled", told_as="kfold-train-on-all")
def kfold_indices(n, k, rng):
    """Shuffled in place."""
    idx = np.arange(n)
    rng.shuffle(idx)
    return [(idx.copy(), part) for part in np.array_split(idx, k)]


@wrong("kfold_indices", "kfold-swapped")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` has train and val swapped: it trains on one part and validates on the others. The pair
    is (train, val), and val is the small one."""
    parts = np.array_split(rng.permutation(n), k)
    return [(parts[j], np.concatenate(parts[:j] + parts[j + 1 :])) for j in range(k)]


@wrong("kfold_indices", "kfold-random-subsets")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` draws a new validation set for each fold, so that some examples are validated twice and
    others never. Shuffle *once*, cut into k parts, and let each be the validation part in turn."""
    sizes = [len(part) for part in np.array_split(np.arange(n), k)]
    folds = []
    for size in sizes:
        idx = rng.permutation(n)
        folds.append((idx[size:], idx[:size]))
    return folds


@wrong("kfold_indices", "kfold-not-shuffled")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` cuts without shuffling. If the data come in some order, each fold validates another kind
    of example than it trained on. Cut rng.permutation(n)."""
    parts = np.array_split(np.arange(n), k)
    return [(np.concatenate(parts[:j] + parts[j + 1 :]), parts[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-every-kth")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` deals the examples out in turn, every k-th to one fold. Without shuffling that follows
    the order of the data, and weekly data in 7 folds would be split by weekday. Cut rng.permutation(n)."""
    idx = np.arange(n)
    return [(idx[idx % k != j], idx[idx % k == j]) for j in range(k)]


@wrong("kfold_indices", "kfold-fixed-seed")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` ignores `rng` and makes a generator of its own, with a fixed seed. Use the one that is
    passed in."""
    parts = np.array_split(np.random.default_rng(0).permutation(n), k)
    return [(np.concatenate(parts[:j] + parts[j + 1 :]), parts[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-only-later-parts")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` trains on the parts behind the validation part only, and leaves out those before it.
    Train on all others: parts[:j] + parts[j+1:]."""
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate([*parts[j + 1 :], parts[j][:0]]), parts[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-only-earlier-parts")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` trains on the parts before the validation part only. That is how one does it for time
    series; here it is all others: parts[:j] + parts[j+1:]."""
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate([*parts[:j], parts[j][:0]]), parts[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-positions")
def kfold_indices(n, k, rng):
    """In your `kfold_indices` the validation part is shuffled, but the training part is cut from the unshuffled
    indices. The two then overlap. Both have to come from the same permutation."""
    idx = rng.permutation(n)
    parts, plain = np.array_split(idx, k), np.array_split(np.arange(n), k)
    return [(np.concatenate(plain[:j] + plain[j + 1 :]), parts[j]) for j in range(k)]


@wrong("kfold_indices", "kfold-size-k")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` makes folds *of* k examples, where it should make k folds. With n = 12 and k = 3 there
    are three folds with 4 examples each."""
    idx = rng.permutation(n)
    starts = range(0, n, k)
    return [(np.delete(idx, np.s_[i : i + k]), idx[i : i + k]) for i in starts]


@wrong("kfold_indices", "kfold-ceil")
def kfold_indices(n, k, rng):
    """Your `kfold_indices` rounds the size of a part up, so that the last part gets too few, or none. The sizes may
    differ by 1 at most: np.array_split."""
    idx, size = rng.permutation(n), -(-n // k)
    return [(np.delete(idx, np.s_[j * size : (j + 1) * size]), idx[j * size : (j + 1) * size]) for j in range(k)]


# --- select_model -----------------------------------------------------------------------------------


@base
def select_model(S, rule):
    """A right answer."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    error = S[best].std(ddof=1) / np.sqrt(S.shape[1]) if rule == "1se" else 0.0
    return int(np.argmax(means <= means[best] + error))


@wrong("select_model", "select-lowest-fold")
def select_model(S, rule):
    """Your `select_model` takes the model with the lowest single fold. One lucky fold is not a merit: compare the
    means over the folds."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    return int(np.argmin(S.min(axis=1)))


@wrong("select_model", "select-median")
@edit("means = S.mean(axis=1)", "means = np.median(S, axis=1)")
def select_model():
    """Your `select_model` compares medians. The median does not see a fold that went badly wrong; the rule is about
    means."""


@wrong("select_model", "select-mean-over-models")
@edit("means = S.mean(axis=1)", "means = S.mean(axis=0)")
@edit("S[best].std(ddof=1) / np.sqrt(S.shape[1])", "S[:, best].std(ddof=1) / np.sqrt(S.shape[0])")
def select_model():
    """Your `select_model` takes the mean over the models, axis 0, and so picks a *fold*. A row of S is a model:
    mean over axis 1."""


@wrong("select_model", "select-no-root")
@edit("S[best].std(ddof=1) / np.sqrt(S.shape[1])", "S[best].std(ddof=1)")
def select_model():
    """Your `select_model` uses the standard *deviation* of the folds, where the rule has the standard *error*:
    divide by the root of the number of folds. Your limit is too generous."""


@wrong("select_model", "select-divided-by-k")
@edit("S[best].std(ddof=1) / np.sqrt(S.shape[1])", "S[best].std(ddof=1) / S.shape[1]")
def select_model():
    """Your `select_model` divides the standard deviation by k, where it is the root of k. Your limit is too
    strict."""


@wrong("select_model", "select-ddof-0")
@edit("S[best].std(ddof=1) / np.sqrt(S.shape[1])", "S[best].std() / np.sqrt(S.shape[1])")
def select_model():
    """Your `select_model` uses np.std as it is, with 1/k. For a handful of folds that is clearly too small:
    ddof=1."""


@wrong("select_model", "select-most-complex")
def select_model(S, rule):
    """Your `select_model` takes the *most complex* model within one standard error. The point of the rule is the
    simplest: the first row that is good enough."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    if rule == "min":
        return best
    limit = means[best] + S[best].std(ddof=1) / np.sqrt(S.shape[1])
    return int(np.nonzero(means <= limit)[0][-1])


@wrong("select_model", "select-largest")
@edit("best = int(np.argmin(means))", "best = int(np.argmax(means))")
@edit("return int(np.argmax(means <= means[best] + error))", "return int(np.argmax(means >= means[best] - error))")
def select_model():
    """Your `select_model` takes the largest mean. S holds losses: lower is better."""


@wrong("select_model", "select-always-min")
def select_model(S, rule):
    """Your `select_model` gives the lowest mean for both rules. With "1se" a simpler model that is nearly as good
    has to win."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    return int(np.argmin(S.mean(axis=1)))


@wrong("select_model", "select-always-1se")
def select_model(S, rule):
    """Your `select_model` uses one standard error for both rules. With "min" it is simply the lowest mean."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    return int(np.argmax(means <= means[best] + S[best].std(ddof=1) / np.sqrt(S.shape[1])))


@wrong("select_model", "select-own-error")
def select_model(S, rule):
    """Your `select_model` gives each model its own standard error: mean minus error below the best mean. A model
    with wild folds then always qualifies. The limit is made with the error of the *best* model."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    errors = S.std(axis=1, ddof=1) / np.sqrt(S.shape[1]) if rule == "1se" else np.zeros(len(S))
    return int(np.argmax(means - errors <= means.min()))


@wrong("select_model", "select-error-of-all")
def select_model(S, rule):
    """Your `select_model` computes one standard deviation over the whole table. It mixes the differences between
    the models into the uncertainty. Take the folds of the best model only."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    error = S.std(ddof=1) / np.sqrt(S.shape[1]) if rule == "1se" else 0.0
    return int(np.argmax(means <= means.min() + error))


@wrong("select_model", "select-tie-last")
def select_model(S, rule):
    """Your `select_model` lets the more complex model win a tie. Rows go from simple to complex, so it is the
    *first* of equal means."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    best = int(np.nonzero(means == means.min())[0][-1])
    if rule == "min":
        return best
    limit = means[best] + S[best].std(ddof=1) / np.sqrt(S.shape[1])
    return int(np.argmax(means <= limit))


@wrong("select_model", "select-next-simpler")
def select_model(S, rule):
    """Your `select_model` goes down from the best model and stops at the first that is too bad. A simpler model
    beyond it may be good enough again: look at all rows, from the simplest on."""
    if rule not in ("min", "1se"):
        raise ValueError("rule is min or 1se")
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    if rule == "min":
        return best
    limit = means[best] + S[best].std(ddof=1) / np.sqrt(S.shape[1])
    while best > 0 and means[best - 1] <= limit:
        best -= 1
    return best


@wrong("select_model", "select-two-errors")
@edit("S[best].std(ddof=1) / np.sqrt(S.shape[1])", "2 * S[best].std(ddof=1) / np.sqrt(S.shape[1])")
def select_model():
    """Your `select_model` allows two standard errors. That is a respectable rule, and it has another name: one is
    asked for."""


@wrong("select_model", "select-unknown-rule")
def select_model(S, rule):
    """Your `select_model` answers to any rule: what is neither "min" nor "1se" is taken for one of the two, or gets
    None. A typo then changes the choice without a word. Raise a ValueError."""
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    error = 0.0 if rule == "min" else S[best].std(ddof=1) / np.sqrt(S.shape[1])
    return int(np.argmax(means <= means[best] + error))


@wrong("select_model", "select-unknown-rule-is-min", told_as="select-unknown-rule")
def select_model(S, rule):
    """What is not "1se" is taken for "min"."""
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    error = S[best].std(ddof=1) / np.sqrt(S.shape[1]) if rule == "1se" else 0.0
    return int(np.argmax(means <= means[best] + error))


@wrong("select_model", "select-unknown-rule-is-none", told_as="select-unknown-rule")
def select_model(S, rule):
    """Two ifs, and nothing behind them."""
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    if rule == "min":
        return best
    if rule == "1se":
        return int(np.argmax(means <= means[best] + S[best].std(ddof=1) / np.sqrt(S.shape[1])))
    return None


# --- side -------------------------------------------------------------------------------------------


@base
class RootMeanSquaredError:
    """A right answer."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.total, self.count = 0.0, 0

    def update(self, y_hat, y):
        self.total += np.sum((y_hat - y) ** 2)
        self.count += y.size

    def compute(self):
        return float(np.sqrt(self.total / self.count))


@wrong("search", "metric-mean-of-roots")
@edit("self.total += np.sum((y_hat - y) ** 2)", "self.total += np.sqrt(np.mean((y_hat - y) ** 2)) * y.size")
@edit("return float(np.sqrt(self.total / self.count))", "return float(self.total / self.count)")
class RootMeanSquaredError:
    """Your `RootMeanSquaredError` averages the roots of the batches. The root of a mean is not the mean of the
    roots: keep the sum of squares and the count, and take the root at the end."""


@wrong("search", "metric-mean-of-roots-unweighted", told_as="metric-mean-of-roots")
@edit("self.total += np.sum((y_hat - y) ** 2)", "self.total += np.sqrt(np.mean((y_hat - y) ** 2))")
@edit("self.count += y.size", "self.count += 1")
@edit("return float(np.sqrt(self.total / self.count))", "return float(self.total / self.count)")
class RootMeanSquaredError:
    """With the same weight for each batch."""


@wrong("search", "metric-mean-of-batches")
@edit("self.total += np.sum((y_hat - y) ** 2)", "self.total += np.mean((y_hat - y) ** 2)")
@edit("self.count += y.size", "self.count += 1")
class RootMeanSquaredError:
    """Your `RootMeanSquaredError` gives each batch the same weight. A short batch has to count less: add up all
    squares and all counts."""


@wrong("search", "metric-last-batch")
@edit("self.total, self.count = 0.0, 0", "self.value = 0.0")
@edit(
    """
    self.total += np.sum((y_hat - y) ** 2)
    self.count += y.size
    """,
    "self.value = np.sqrt(np.mean((y_hat - y) ** 2))",
)
@edit("return float(np.sqrt(self.total / self.count))", "return float(self.value)")
class RootMeanSquaredError:
    """Your `RootMeanSquaredError` knows the last batch only. update has to add to what was there."""


@wrong("search", "metric-no-root")
@edit("return float(np.sqrt(self.total / self.count))", "return float(self.total / self.count)")
class RootMeanSquaredError:
    """Your `RootMeanSquaredError` is the mean squared error: the root is missing, and with it the unit."""


@wrong("search", "metric-counts-rows")
@edit("self.count += y.size", "self.count += len(y)")
class RootMeanSquaredError:
    """Your `RootMeanSquaredError` counts rows with len. An array (2, 3) has six entries, and all six squares are in
    the sum: count y.size."""


@wrong("search", "metric-never-forgets")
@edit("self.reset()", "self.total, self.count = 0.0, 0")
@edit("self.total, self.count = 0.0, 0", "self.count = 0")
class RootMeanSquaredError:
    """The `reset` of your `RootMeanSquaredError` does not forget everything. The next epoch's metric then holds the
    last one's errors: set the sum *and* the count to 0."""


@wrong("search", "metric-compute-resets")
@edit(
    "return float(np.sqrt(self.total / self.count))",
    """
    value = float(np.sqrt(self.total / self.count))
    self.reset()
    return value
    """,
)
class RootMeanSquaredError:
    """The `compute` of your `RootMeanSquaredError` forgets what was collected. Somebody may ask twice in an epoch;
    forgetting is what reset is for."""


@wrong("search", "log-grid-linear")
def log_grid(low, high, num):
    """Your `log_grid` goes by equal steps, and not by equal factors: between 0.0001 and 1 nearly all of its points
    are above 0.1."""
    return np.linspace(low, high, num)


@wrong("search", "log-grid-open-end")
def log_grid(low, high, num):
    """Your `log_grid` leaves out the upper end. Both ends belong to it: num points make num - 1 steps."""
    return low * (high / low) ** (np.arange(num) / num)


@wrong("search", "log-grid-exponents")
def log_grid(low, high, num):
    """Your `log_grid` returns the exponents. Take the power of ten of them."""
    return np.linspace(np.log10(low), np.log10(high), num)


@wrong("search", "log-uniform-linear")
def log_uniform(low, high, num, rng):
    """Your `log_uniform` draws the number itself uniformly: of draws between 0.0001 and 1, nine in ten are above
    0.1. Draw the logarithm and take the power."""
    return rng.uniform(low, high, num)


@wrong("search", "log-uniform-normal")
def log_uniform(low, high, num, rng):
    """Your `log_uniform` draws a normal exponent and clips it. It is to be uniform between the two ends:
    rng.uniform for the logarithm."""
    a, b = np.log(low), np.log(high)
    return np.exp(np.clip(rng.normal((a + b) / 2, (b - a) / 6, num), a, b))


@wrong("search", "log-uniform-mixed-bases")
def log_uniform(low, high, num, rng):
    """Your `log_uniform` takes the natural logarithm of the ends and ten to the power of the draw. Use one base for
    both: np.log with np.exp, or np.log10 with 10**."""
    return 10 ** rng.uniform(np.log(low), np.log(high), num)


@wrong("search", "log-uniform-one-draw")
def log_uniform(low, high, num, rng):
    """Your `log_uniform` draws one number and repeats it. Each of the num numbers has a draw of its own:
    size=num."""
    return np.full(num, np.exp(rng.uniform(np.log(low), np.log(high))))


@wrong("search", "log-uniform-fixed-seed")
def log_uniform(low, high, num, rng):
    """Your `log_uniform` ignores `rng`. Draw from the generator that is passed in."""
    return np.exp(np.random.default_rng(0).uniform(np.log(low), np.log(high), num))
