# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 · When to stop, and which model to take · {{how long}}
#
# Training could go on for ever, and the training loss would go on falling. Somebody has to say *stop*, somebody has
# to say *this* network and not that one, and both need examples that the network has not seen. In this notebook you
# write the rules for stopping, the splits that keep the judges honest, and the choice between models.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("split")` gives a hint, and another one each time you call it. `X` is (examples, features), epochs and
# examples are counted from 0, and randomness comes from an `rng` that is passed in. Return *new* arrays and leave the
# arguments as they were, unless it says otherwise. Stars say how hard an exercise is. There are 25 points for code
# and 3 for an answer in words.
#
# ## Why: a failure you can see
#
# 392 cars of the years 1970 to 1982: we know seven facts about each car and predict its miles per gallon. This is Auto MPG, the example of the lecture *Técnicas de IA para Biologia*, with that lecture's three
# networks: 100-50-10-1 units, 30-10-1, and 3-2-1. They learn from 98 cars for 400 epochs; 98 others are for
# validation.
#
# **Predict first:** the lecture says that the largest one overfits and the smallest one underfits. Which of the three
# has the lowest validation error after 400 epochs? Which one had the lowest *at any time*? Run the next
# cell, and write your guess into the one below it.

# %% locked="setup"
import itertools

import numpy as np
from torch import nn

from gradwise import bridge, data, demos, parts, plots, progress_bar, reference, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import seeds, stopping as lab

# %% guess="three_networks"
predict("three_networks", "")  # your guess, between the quotes

# %% locked="three_networks"
cars, mpg = data.auto_mpg()
networks = {"3-2-1": (3, 2), "30-10-1": (30, 10), "100-50-10-1": (100, 50, 10)}
runs = {name: [] for name in networks}
for name, hidden in progress_bar.each(networks.items(), "3 networks × 4 splits"):
    for seed in progress_bar.each(training.first_seeds(4), name):
        train, val = lab.quarters(cars, mpg, seed)
        runs[name].append(lab.regress(hidden, train, val, seed=seed, num_epochs=400))
lab.draw_networks(runs)
guessed("three_networks")

# %% [markdown]
# **What you saw:** at the end the errors are {{three_networks: small_end | .2f}}, {{three_networks: middle_end | .2f}} and {{three_networks: large_end | .2f}}, from the smallest network
# to the largest. At their best epochs they are {{three_networks: small_best | .2f}}, {{three_networks: middle_best | .2f}} and {{three_networks: large_best | .2f}} ({{three_networks}}).
#
# The lecture offers 30-10-1 as the cure of overfitting. Here it overfits, as the large network does. At the best epochs the three are nearly alike. The large network was good once; nobody stopped it. So
# there are two remedies, which are the two halves of this notebook: **stop in time**, and **choose the model**. Both
# ask the validation examples, so we begin with those.
#
# ## 7.1 Three parts, and nothing leaks
#
# *Training* examples set the weights. *Validation* examples set everything else: when to stop, how many units, which
# learning rate. *Test* examples set nothing at all; they are looked at once, at the end. The three must not share an
# example, and they must be alike. The cars of this file stand in the order of their years: the last fifth of it would
# be a test on cars of 1980 to 1982 only. Hence: shuffle first, then cut.
#
# Standardizing is part of the training, too. Mean and standard deviation are *learned* from the training part, for
# each column $j$, and then used for every part:
#
# $$z_{nj} = \frac{x_{nj} - \mu_j}{s_j}, \qquad \mu_j = \frac1N \sum_{n \in \text{train}} x_{nj}, \qquad
# s_j^2 = \frac1N \sum_{n \in \text{train}} (x_{nj} - \mu_j)^2$$
#
# <details><summary><b>Question:</b> With 392 cars it hardly changes a number whether the mean is that of all cars or
# of the training part. Why insist? (Click for the answer.)</summary> Because the test then no longer asks the
# question of real life, where the next car was not there when the mean was taken. And it is not always harmless:
# choosing <i>features</i> by their correlation with the target on all examples, and splitting afterwards, makes pure
# noise look predictable.</details>
#
# ### ✎ Exercise `split` · ★☆☆ · 30 minutes · 6 points
#
# Write `train_val_test_split(n, val_share, test_share, rng)`, which returns `(train, val, test)`: three integer
# arrays that together hold each of the indices 0 to n−1 once, in an order drawn from `rng`. `val` has `round(n *
# val_share)` of them, `test` has `round(n * test_share)`, and `train` gets the rest. A share may be 0.
#
# And write `standardize(train, *others)`: any number of arrays with the same columns go in, a *tuple* of as many new
# arrays comes out, also if there is only one. The standard deviation is the one with 1/N (`ddof=0`). A column that
# does not vary in `train` has $s_j = 0$: divide by 1 there. The arrays may hold integers.


# %% write="split"
def train_val_test_split(n, val_share, test_share, rng):
    """Three arrays of indices, (train, val, test), that share none of 0 to n - 1."""
    ### BEGIN SOLUTION
    num_val, num_test = round(n * val_share), round(n * test_share)
    order = rng.permutation(n)
    return order[num_val + num_test :], order[:num_val], order[num_val : num_val + num_test]
    ### END SOLUTION


def standardize(train, *others):
    """All arrays, scaled by the column means and standard deviations of train."""
    ### BEGIN SOLUTION
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return tuple((X - mean) / std for X in (train, *others))
    ### END SOLUTION


# %% check="split" points=6
check("split")

# %% [markdown]
# ## 7.2 Stop when the loss hardly changes
#
# The simplest rule is a fixed number of epochs. A lecture says that a large number "can ensure convergence". It
# cannot: with a learning rate that is too large a network may diverge or circle for ever, and the figure above shows
# what else a large number ensures.
#
# The second rule looks at the training loss and stops when it has come to rest. First, what *is* the loss of an
# epoch? Each batch has a mean loss $L_i$ over its $n_i$ examples, and the last batch is often smaller, so its mean
# counts less:
#
# $$\bar L = \frac{\sum_i n_i L_i}{\sum_i n_i}, \qquad\qquad
# \text{change}_i = \frac{|L_i - L_{i-1}|}{\max(|L_{i-1}|,\, 10^{-12})}$$
#
# The change is *relative*, so that it does not matter in which unit the loss is, and it is *two-sided*: a loss that
# jumps up has not come to rest.
#
# ### ✎ Exercise `loss_change` · ★★☆ · 30 minutes · 5 points
#
# Write `epoch_mean(losses, sizes)`, the mean loss of an epoch as a number. And write `loss_change_stop(losses, tol,
# window)`: it returns the first epoch that ends `window` *consecutive* changes below `tol` (strictly), or `None` if
# there is none. `losses` is a list or an array of any length, 0 and 1 included; epoch 0 is its first entry, so the
# first change is that of epoch 1. A change from or to `nan` is not small.


# %% write="loss_change"
def epoch_mean(losses, sizes):
    """The mean over all examples, from each batch's mean loss and its number of examples."""
    ### BEGIN SOLUTION
    losses, sizes = np.asarray(losses), np.asarray(sizes)
    return float((losses * sizes).sum() / sizes.sum())
    ### END SOLUTION


def loss_change_stop(losses, tol, window):
    """The epoch at which the loss has changed by less than tol for window epochs in a row, or None."""
    ### BEGIN SOLUTION
    calm = 0
    for i in range(1, len(losses)):
        change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)
        calm = calm + 1 if change < tol else 0
        if calm == window:
            return i
    return None
    ### END SOLUTION


# %% check="loss_change" points=5
check("loss_change")

# %% [markdown]
# ## 7.3 Stop when validation no longer improves
#
# The training loss cannot see overfitting; the validation loss can. But it is noisy, so "stop when it rises" would
# stop at the first hiccup. **Early stopping** waits: it remembers the best value so far and counts the *bad* epochs
# since then.
#
# $$\text{improved} \iff v < \text{best} - \text{min\_delta}, \qquad
# \text{bad} = \begin{cases} 0 & \text{improved} \\ \text{bad} + 1 & \text{otherwise}\end{cases}, \qquad
# \text{stop} \iff \text{bad} \ge \text{patience}$$
#
# Every library has its own fine print. Ours, in full: an improvement is *strict*, so a tie is a bad epoch. Only an
# improvement moves `best`; a gain that is too small does not. The first value that is a number is always an
# improvement. `nan` is a bad epoch, and never the best. For an accuracy, `mode="max"` mirrors everything: improved
# means $v > \text{best} + \text{min\_delta}$.
#
# ### ✎ Exercise `early_stopping` · ★★☆ · 40 minutes · 5 points
#
# Write the class `EarlyStopping(patience, min_delta=0.0, mode="min")`. `step(value)` takes the value of one more
# epoch and returns `True` if training should stop after it, else `False`; nobody calls it again after a `True`. The
# attribute `best_epoch` is the epoch of the best value so far, counted from 0, and `None` while there is none. A mode
# other than `"min"` and `"max"` raises a `ValueError` at once: a typo must not silently reverse the
# rule.


# %% write="early_stopping"
class EarlyStopping:
    """Says when a validation value has not improved for `patience` epochs."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        ### BEGIN SOLUTION
        if mode not in ("min", "max"):
            raise ValueError(f"mode is {mode!r}; it must be 'min' or 'max'")
        self.patience, self.min_delta, self.sign = patience, min_delta, 1 if mode == "min" else -1
        self.best, self.bad, self.epoch, self.best_epoch = np.inf, 0, -1, None
        ### END SOLUTION

    def step(self, value):
        """Takes the value of one more epoch; returns whether to stop after it."""
        ### BEGIN SOLUTION
        self.epoch += 1
        self.bad += 1
        if self.sign * value < self.best - self.min_delta:
            self.best, self.bad, self.best_epoch = self.sign * value, 0, self.epoch
        return self.bad >= self.patience
        ### END SOLUTION


# %% check="early_stopping" points=5
check("early_stopping")

# %% [markdown]
# The simulator has one loss curve, your class and five libraries. **Predict first:** with a `min_delta`
# above 0, which of them will be fooled by a loss that creeps down in tiny steps? And what does a single `nan` do to
# each?

# %% guess="simulator"
predict("simulator", "")  # your guess, between the quotes

# %% locked="simulator"
guessed("simulator")
demos.stopping_simulator(bridge.yours(EarlyStopping))

# %% [markdown]
# ## 7.4 Go back to the best
#
# When the rule says stop, the network is `patience` epochs *past* its best. So keep a copy of the weights whenever
# validation improves, and hand out the copy. Here is the trap: optimizers write into the weights. `best_w = w` is a
# second name for the same array, and the next step changes both.
#
# ### ✎ Exercise `fit_with_restore` · ★★☆ · 20 minutes · 3 points
#
# Write `fit_with_restore(w, step, val, n)`, which trains for `n` epochs and returns `(best_w, best)`: the weights
# after the epoch with the lowest validation loss, and that loss. You are given two functions. `step(w, epoch)` trains
# for one epoch (0 to n−1): it changes the array `w` *in place* and returns nothing. `val(w)` returns the validation
# loss of these weights, a number. Look at `val` after each step. Ties keep the earlier epoch, `nan` is never the
# best, and `w` itself may change on the way.


# %% write="fit_with_restore"
def fit_with_restore(w, step, val, n):
    """The best weights of n epochs, and their validation loss."""
    ### BEGIN SOLUTION
    best_w, best = w.copy(), np.inf
    for i in range(n):
        step(w, i)
        loss = val(w)
        if loss < best:
            best_w, best = w.copy(), loss
    return best_w, best
    ### END SOLUTION


# %% check="fit_with_restore" points=3
check("fit_with_restore")

# %% [markdown]
# ## 7.5 Which model? Cross-validation and one standard error
#
# One validation set of 98 cars is a small jury. With **k-fold cross-validation** each example gets its turn: cut the
# shuffled examples into $k$ parts, train $k$ times on all parts but one, and validate on that one. This costs $k$
# trainings, so it is for scarce data; with plenty of data and large networks a single split is usual.
#
# The mean over the folds is a better estimate, and the folds also tell, roughly, how *uncertain* it is. (Roughly, because any two of
# them share most of their training examples, so their losses are not independent. No formula gives an unbiased standard error from one run of
# cross-validation; Bengio and Grandvalet, 2004.) If models differ by
# less than that, why take the more complex one? The **one-standard-error rule**: let $b$ be the model with the lowest
# mean; take the simplest model with
#
# $$\text{mean} \;\le\; \text{mean}_b + \frac{s_b}{\sqrt k}, \qquad s_b = \text{standard deviation of the } k \text{ losses of } b
# \text{, with } 1/(k-1)$$
#
# ### ✎ Exercise `kfold_indices` · ★★☆ · 20 minutes · 3 points
#
# Write `kfold_indices(n, k, rng)`, which returns a list of $k$ pairs `(train, val)` of integer arrays. Shuffled by
# `rng`, each of the indices 0 to n−1 is in exactly one `val`, and `train` is all the others. The sizes of the `val`
# parts differ by 1 at most; $k = n$ is allowed (leave one out).


# %% write="kfold_indices"
def kfold_indices(n, k, rng):
    """k pairs (train, val) of index arrays; each index is validated once."""
    ### BEGIN SOLUTION
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate([*parts[:j], *parts[j + 1 :]]), parts[j]) for j in range(k)]
    ### END SOLUTION


# %% check="kfold_indices" points=3
check("kfold_indices")

# %% [markdown]
# ### ✎ Exercise `select_model` · ★★☆ · 20 minutes · 3 points
#
# Write `select_model(S, rule)`. `S` has a row for each model, *from the simplest to the most complex*, and a column
# for each fold; it holds validation losses. For `"min"` return the index of the row with the lowest mean (the
# simplest, in a tie). For `"1se"` return the one of the rule above. Any other rule raises a `ValueError`.


# %% write="select_model"
def select_model(S, rule):
    """The row of S (models, folds) to take, by rule "min" or "1se"."""
    ### BEGIN SOLUTION
    if rule not in ("min", "1se"):
        raise ValueError(f"rule is {rule!r}; it must be 'min' or '1se'")
    means = np.mean(S, axis=1)
    best = int(np.argmin(means))
    error = np.std(S[best], ddof=1) / np.sqrt(len(S[best])) if rule == "1se" else 0.0
    return int(np.argmax(means <= means[best] + error))
    ### END SOLUTION


# %% check="select_model" points=3
check("select_model")

# %% [markdown]
# **Predict first:** now the three networks get all that is not kept for testing, 294 cars in 8 folds, with 200 epochs
# each and no early stopping. In the strip plot below every dot is a fold. Which network will "min" take, and which
# will "1se"? Will two runs with other folds agree?

# %% guess="folds"
predict("folds", "")  # your guess, between the quotes

# %% locked="folds"
def losses_of_folds(seed):
    """The validation loss of each network (rows) in each of 8 folds (columns)."""
    rng, S = np.random.default_rng(seed), np.zeros((3, 8))
    train, _, _ = bridge.yours(train_val_test_split)(392, 0.0, 0.25, rng)
    for fold, (rest, held) in enumerate(bridge.yours(kfold_indices)(len(train), 8, rng)):
        X, X_held = bridge.yours(standardize)(cars[train[rest]], cars[train[held]])
        two = (X, mpg[train[rest]]), (X_held, mpg[train[held]])
        S[:, fold] = [lab.regress(hidden, *two, seed=fold, num_epochs=200).val[-1] for hidden in networks.values()]
    return S


shuffles = [losses_of_folds(seed) for seed in progress_bar.each(range(3), "3 times 8 folds × 3 networks")]
lab.draw_folds(shuffles, list(networks), bridge.yours(select_model))
guessed("folds")

# %% [markdown]
# <!-- no claim -->**What you saw:** the dots of one network lie further apart than the means of two networks: a single split is a draw from such a
# strip.
#
# ## 7.6 The winner's score is too good
#
# Whoever picks the best of many by their validation score and then *reports* that score has measured two things at
# once: quality, and luck. The extreme case: 50 "classifiers" that flip a coin, judged on 40 validation examples. All
# have a true accuracy of one half.
#
# The second experiment looks for a learning rate and a weight decay with nine trainings: on a 3 × 3 **grid**, or by
# nine **random** draws. Both are spaced by *factors*, because between $10^{-4}$ and 1 the middle is $10^{-2}$. If only one of
# the two settings matters, the grid has tried it three times, the draws nine times (Bergstra and Bengio, 2012).
#
# **Predict first:** which accuracy will the best of the 50 coins have on its 40 examples, and which on 40 new ones?
# Will random search beat the grid? And if the whole range is moved by a factor of 10?

# %% guess="coins"
predict("coins", "")  # your guess, between the quotes

# %% locked="coins"
lab.draw_coins(bridge.yours(select_model))  # 50 coins, 300 times: your rule picks the winner
guessed("coins")

# %% [markdown]
# **What you saw:** the best of 50 coins scores {{coins: shown | .2f}} where it was chosen, and {{coins: fresh | .2f}} on new flips,
# in 60 fresh repeats ({{coins}}).

# %% locked="grid_or_random"
lowest = {}
for low, high in progress_bar.each([(1e-4, 1e0), (1e-5, 1e-1)], "18 trainings for each of 6 splits, twice"):
    where = f"{low:g} to {high:g}".replace("1e-05", "0.00001")
    for seed in progress_bar.each(training.first_seeds(6), where):
        train, val = lab.quarters(cars, mpg, seed)
        squares = list(itertools.product(reference.log_grid(low, high, 3), repeat=2))
        draws = reference.log_uniform(low, high, 18, np.random.default_rng(seed)).reshape(9, 2)
        for name, tries in ((f"grid, {where}", squares), (f"random, {where}", draws)):
            lowest.setdefault(name, []).append(lab.lowest_error(tries, train, val, seed))
lab.draw_searches(lowest)
guessed("coins")

# %% [markdown]
# <!-- no claim -->**What you saw:** how far four searches of nine trainings each end above the best of all, split by split. Compare the distances with the
# standard errors.
#
# Does the order of the four searches change with the range? A grid's three rates are fixed; whether one is good is luck. Nine draws spread the luck. And all these numbers are
# *winners'* numbers: what they are worth, only the test
# examples can say.
#
# ## 7.7 Your code trains a real network
#
# The digits again, and scarce: 179 for training, 180 for validation, 1438 for testing. One label in five is replaced
# by a random one, as if by tired people. `bridge.Epochs` is a PyTorch network whose weights are *one* NumPy array
# `net.w` in shared memory; your `fit_with_restore` calls its `step` and `val`. Your `epoch_mean` makes its training
# losses, and on the very same runs your rules say where *they* would have stopped.
#
# **Predict first:** rank six ways to stop.
#
# * 100 epochs.
# * Until the training loss changes by less than `5 %` (or `3 %`) three times in a row.
# * Early stopping, with the weights at the stop.
# * The same with the best weights.
# * Early stopping on validation *accuracy*.
# * 100 epochs, and then back to the lowest validation loss.

# %% guess="digits"
predict("digits", "")  # your guess, between the quotes

# %% locked="digits"
parts.save("07_stop_criteria")  # what you wrote in this notebook, for the capstone
digits, table, restored = data.digits(test=0.0), {name: ([], []) for name in lab.RULES}, ([], [])
for seed in progress_bar.each(training.first_seeds(10), "100 epochs of digits, 10 seeds"):
    train, val, test = lab.noisy_digits(digits, train_val_test_split, standardize, seed)
    model = training.mlp([64, 64, 10], nn.ReLU, seed=seed)
    net = bridge.Epochs(model, train, val, test, mean=epoch_mean, seed=seed)
    restored[0].append(net.accuracy(bridge.yours(fit_with_restore)(net.w, net.step, net.val, 100)[0]))
    for name, epoch in lab.chosen_epochs(net, loss_change_stop, EarlyStopping).items():
        table[name][0].append(net.accuracies[epoch])
        table[name][1].append(epoch)
print(seeds.comparison({**table, "100 epochs, restored": restored}, "100 epochs"))
guessed("digits")

# %% [markdown]
# Read the last two columns. A hundred epochs learn the wrong labels by heart. The threshold on the training loss saves
# epochs, as the lecture says. But nothing in the training loss tells which threshold is right, because it looks alike when a network learns and when it memorizes. Early stopping
# can. (It asks for a number, too: the patience. A rule of thumb is about ten epochs, and more where the curve is noisy.)
#
# Over 16 fresh seeds the weights with the lowest validation loss reach {{early_stopping: restored | .3f}}, those after 100 epochs
# {{early_stopping: end | .3f}} ({{early_stopping}}). *Early stopping keeps the weights near their start*: at the best epoch they have moved {{early_stopping: moved_best | .2f}} times their first length,
# after 100 epochs {{early_stopping: moved_end | .2f}} times. That is why it counts as regularization. Should you watch the loss or the accuracy? Their best epochs are
# {{early_stopping: loss_epoch | .1f}} and {{early_stopping: accuracy_epoch | .1f}} on average, with {{early_stopping: by_accuracy | .3f}} for the accuracy's. These accuracies do not tell the two apart. Which of them you watch is a choice, and worth a
# sentence in your report.
#
# *What do the validation examples cost?* Trained on all 359 examples, for as many epochs as were best with 179, the same networks reach {{price_of_validation: both | .3f}} instead of
# {{price_of_validation: part | .3f}} ({{price_of_validation}}). So when everything has been chosen, one may train once more on both parts; but then nothing is left to say when to stop.

# %% [markdown] question="coin_flip_lab" points=3
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# A colleague writes: "We trained 60 configurations, each until the maximum of its validation accuracy, and took the
# best. It has a validation accuracy of `94.0 %`, on 200 examples. The second-best has `93.5 %`. So our method has `94 %`
# accuracy and configuration 1 is better than configuration 2."
#
# (1) Name the two maxima that were taken here, and what each does to the `94 %`. (2) What is the standard error of an
# accuracy of `94 %` on 200 examples, and what follows for the comparison? (3) Say what you would have done with the
# same 60 configurations.
#
# ### BEGIN SOLUTION
# (1) The maximum over epochs and the maximum over configurations; both pick lucky values as well as good ones, so 94
# % is too high. (2) √(0.94·0.06/200) = 1.7 %: one example of difference says nothing (on the same examples one would
# compare pairwise). (3) For example: choose by cross-validation or validation loss, with early stopping by patience. By the
# one-standard-error rule take the simplest of those that are alike. Open an untouched test set once, for the winner
# only, and report that, with its standard error.
# ### END SOLUTION

# %% [markdown]
# ## 7.8 Bonus: a metric over batches, and two searches · ★★☆ · 0 points
#
# A loss that is a mean can be averaged over batches with `epoch_mean`. A *metric* often cannot: the root of a mean is
# not the mean of the roots. So metrics are little objects that collect. `RootMeanSquaredError()` has three methods. `update(y_hat,
# y)` takes one batch: arrays of equal shape, of any size. `compute()` returns the number $\sqrt{\text{mean}\,(\hat y -
# y)^2}$ over all entries since the last reset. `reset()` forgets them.
#
# `log_grid(low, high, num)` returns `num` numbers from `low` to `high`, both included, always by the same factor.
# `log_uniform(low, high, num, rng)` returns `num` random numbers between them whose *logarithm* is uniform. Do as
# many as you like.


# %% write="search"
class RootMeanSquaredError:
    """The root of the mean of all squared errors since the last reset."""

    def __init__(self):
        ### BEGIN SOLUTION
        self.reset()
        ### END SOLUTION

    def update(self, y_hat, y):
        ### BEGIN SOLUTION
        self.total += np.sum((y_hat - y) ** 2)
        self.count += np.size(y)
        ### END SOLUTION

    def compute(self):
        ### BEGIN SOLUTION
        return float(np.sqrt(self.total / self.count))
        ### END SOLUTION

    def reset(self):
        ### BEGIN SOLUTION
        self.total, self.count = 0.0, 0
        ### END SOLUTION

def log_grid(low, high, num):
    ### BEGIN SOLUTION
    return np.geomspace(low, high, num)
    ### END SOLUTION

def log_uniform(low, high, num, rng):
    ### BEGIN SOLUTION
    return low * (high / low) ** rng.random(num)
    ### END SOLUTION


# %% check="search" points=0
check("search")

# %% [markdown]
# ## The patient
#
# A hundred validation digits watch now, and their labels are as bad. Your `EarlyStopping` ends the training, and the network keeps its best weights.

# %% locked="patient"
parts.patient("07_stop_criteria")

# %% [markdown]
# ## In PyTorch
#
# PyTorch has no `EarlyStopping`; the libraries around it do, and scikit-learn has the rest.
#
# | You wrote | Elsewhere |
# |---|---|
# | `train_val_test_split` | `torch.utils.data.random_split`, which also takes shares; `sklearn.model_selection.train_test_split`, twice |
# | `standardize` | `sklearn.preprocessing.StandardScaler`: `fit` on the training part, `transform` for all |
# | `epoch_mean`, `RootMeanSquaredError` | TorchMetrics: `MeanMetric().update(loss, weight=n)`; `MeanSquaredError(squared=False)` |
# | `EarlyStopping` | Lightning's, Ignite's and Keras's class of that name; the bookkeeping of `torch.optim.lr_scheduler.ReduceLROnPlateau(threshold_mode="abs")` is yours, but it acts when bad *exceeds* patience |
# | `fit_with_restore` | `copy.deepcopy(model.state_dict())`; without the copy it is the trap of 7.4; Lightning: `ModelCheckpoint` |
# | `kfold_indices` | `sklearn.model_selection.KFold(shuffle=True)` |
# | `log_uniform` | `scipy.stats.loguniform`, for `sklearn.model_selection.RandomizedSearchCV` |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E20 | B, *Stop criterion* (1) | a large number of epochs can ensure convergence | it can diverge, circle or rest on a plateau however long it runs; and a network that has converged may have overfitted |
# | E21 | B, *Stop criterion* (3) | stop at the maximum of the validation accuracy; it estimates the overfitting directly | the rule needs a patience, a rule for ties, and the copy of the best weights; the maximum over epochs is too good (7.6); the *loss* on the same examples is the steadier judge |
# | E57 | S, *Learning rate scheduling* | `ReduceLROnPlateau(optimizer, 'min', patience=10)` reduces the rate if the loss stops improving | after the *eleventh* bad epoch; it wants a *relative* gain of 0.0001 unless told otherwise, and somebody has to call `step(loss)` |
# | E58 | N, *Metrics* | metrics derive from `tf.losses.Metric` and have `reset_states` | `tf.metrics.Metric` and `reset_state` |
#
# T and N agree with this notebook on the rest: the validation error of a chosen model is biased, so a test set has to
# be kept for one last look; and early stopping keeps weights near their start, as you measured in 7.7.
#
# <details><summary><b>Question:</b> You stop early by the validation loss and report the accuracy on the <i>same</i>
# validation examples. You tried one network only. Is that number honest?</summary> Not quite: you chose the best of
# as many networks as there were epochs. They are much alike, so the bias is smaller than with independent coins, but
# it has the same sign.</details>
#
# ## References
#
# * Prechelt (1998): *Early stopping, but when?*
# * Bengio, Grandvalet (2004): *No unbiased estimator of the variance of k-fold cross-validation*.
# * Bergstra, Bengio (2012): *Random search for hyper-parameter optimization*.
# * Cawley, Talbot (2010): *On over-fitting in model selection and subsequent selection bias in performance evaluation*.
# * Hastie, Tibshirani, Friedman (2009): *The elements of statistical learning*, chapter 7. The one-standard-error rule.

# %% locked="progress"
progress("07_stop_criteria")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
