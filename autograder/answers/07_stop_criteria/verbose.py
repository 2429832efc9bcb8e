"""Right answers in many small steps, with prints and checks of the learner's own in between."""

import numpy as np


def train_val_test_split(n, val_share, test_share, rng):
    number_of_val = int(np.rint(n * val_share))
    number_of_test = int(np.rint(n * test_share))
    number_of_train = n - number_of_val - number_of_test
    all_indices = np.arange(n)
    shuffled = rng.permutation(all_indices)
    train = shuffled[0:number_of_train]
    val = shuffled[number_of_train : number_of_train + number_of_val]
    test = shuffled[number_of_train + number_of_val : n]
    assert len(train) + len(val) + len(test) == n
    print("split", len(train), len(val), len(test))
    return train, val, test


def standardize(train, *others):
    column_means = train.mean(axis=0)
    column_stds = train.std(axis=0)
    for column in range(len(column_stds)):
        if column_stds[column] == 0:
            print("column", column, "does not vary")
            column_stds[column] = 1.0
    scaled = []
    scaled.append((train - column_means) / column_stds)
    for other in others:
        scaled.append((other - column_means) / column_stds)
    return tuple(scaled)


def epoch_mean(losses, sizes):
    losses = np.array(losses, dtype=float)
    sizes = np.array(sizes, dtype=float)
    weights = sizes / sizes.sum()
    weighted = weights * losses
    result = weighted.sum()
    print("mean", result)
    return result


def loss_change_stop(losses, tol, window):
    consecutive = 0
    previous = None
    stop_epoch = None
    for epoch, loss in enumerate(losses):
        if previous is not None and stop_epoch is None:
            denominator = max(abs(previous), 1e-12)
            relative_change = abs(loss - previous) / denominator
            is_small = bool(relative_change < tol)
            if is_small:
                consecutive = consecutive + 1
            else:
                consecutive = 0
            if consecutive == window:
                stop_epoch = epoch
        previous = loss
    return stop_epoch


class EarlyStopping:
    """Stops training."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        assert patience > 0
        if mode not in ("min", "max"):
            raise ValueError("the mode is " + str(mode))
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.number_of_bad_epochs = 0
        self.number_of_epochs = 0
        self.best_epoch = None
        if mode == "min":
            self.best_value = float("inf")
        if mode == "max":
            self.best_value = float("-inf")

    def is_improvement(self, value):
        if value != value:
            return False
        if self.mode == "min":
            return self.best_value - value > self.min_delta
        return value - self.best_value > self.min_delta

    def step(self, value):
        if self.is_improvement(value):
            print("improved to", value)
            self.best_value = value
            self.best_epoch = self.number_of_epochs
            self.number_of_bad_epochs = 0
        else:
            self.number_of_bad_epochs = self.number_of_bad_epochs + 1
        self.number_of_epochs = self.number_of_epochs + 1
        should_stop = self.number_of_bad_epochs >= self.patience
        return should_stop


def fit_with_restore(w, step, val, n):
    best_weights = np.zeros_like(w)
    best_loss = np.inf
    epoch = 0
    while epoch < n:
        step(w, epoch)
        current_loss = val(w)
        print("epoch", epoch, "loss", current_loss)
        if current_loss < best_loss:
            best_loss = current_loss
            best_weights[...] = w
        epoch += 1
    return best_weights, best_loss


def kfold_indices(n, k, rng):
    shuffled = rng.permutation(n)
    parts = np.array_split(shuffled, k)
    result = []
    for number, part in enumerate(parts):
        others = [other for position, other in enumerate(parts) if position != number]
        train = np.concatenate(others)
        val = part
        assert len(train) + len(val) == n
        result.append((train, val))
    return result


def select_model(S, rule):
    number_of_models, number_of_folds = S.shape
    mean_losses = np.zeros(number_of_models)
    for model in range(number_of_models):
        mean_losses[model] = S[model].mean()
    best_model = int(np.argmin(mean_losses))
    if rule == "min":
        answer = best_model
    elif rule == "1se":
        standard_deviation = np.std(S[best_model], ddof=1)
        standard_error = standard_deviation / np.sqrt(number_of_folds)
        threshold = mean_losses[best_model] + standard_error
        candidates = [model for model in range(number_of_models) if mean_losses[model] <= threshold]
        answer = min(candidates)
    else:
        raise ValueError("I do not know the rule " + rule)
    return answer
