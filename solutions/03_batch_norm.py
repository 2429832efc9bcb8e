# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · Batch normalization · {{how long}}
#
# You standardize the inputs of a network, because it then trains better. The tenth layer has inputs too; nobody
# standardizes those, and they change with every step. Batch normalization does it inside the network. In this notebook
# you write it: forward, its memory for test time, a class that holds both together, and the way back.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("bn_eval")` gives a hint, and another one each time you call it. `X` has shape (N, D): N examples, D features.
# Anything with one value per feature has shape (D,). Return *new* arrays and leave the arguments as they were.
# Parameter names are PyTorch's or the formula's; their order counts. There are 25 points for code and 3 for an answer
# in words.
#
# ## Why: a failure you can see
#
# Handwritten digits go through ten layers of 64 units, forward only. The weights are normal with standard deviation
# $k / \sqrt{\text{inputs}}$, for three values of $k$. Left: how large the numbers are that go into each ReLU. Right:
# with tanh, the share of units that are *flat*, at an end of their range where the slope is below `0.06`.
#
# **Predict first:** $k = 4$, ten ReLU layers. By which factor has the signal grown in the last one? And what will
# tanh, which cannot grow, do instead? Run the next cell, and write your guesses into the one below it.

# %% locked="setup"
import numpy as np

from gradwise import bridge, data, demos, parts, plots, progress_bar, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import networks, normalization as lab, seeds

# %% guess="ten_layers"
predict("ten_layers", "")  # your guess, between the quotes

# %% locked="ten_layers"
digits = data.digits()
lab.ten_layers(digits.X_train)
guessed("ten_layers")

# %% [markdown]
# **What you saw:** through ReLU a wrong scale multiplies: with $k = 4$ by {{ten_layers: relu_large | 10^}}, with $k = 0.5$ by
# {{ten_layers: relu_small | 10^}}. Tanh bounds the size, but with $k = 4$ {{ten_layers: flat_large | %}} of its units saturate ({{ten_layers}}).
#
# One value of $k$ is nearly right, for this depth, these data and this moment: the first training steps change it. (On the
# right $k = 0.5$ looks perfect only because nothing is flat where nothing arrives: that signal shrinks as on the left.)
#
# ## 3.1 Normalize by the batch, then let the network choose
#
# For each feature $j$ (each column of the batch on its own):
#
# $$\mu_j = \frac1N \sum_n x_{nj}, \qquad \sigma_j^2 = \frac1N \sum_n (x_{nj} - \mu_j)^2, \qquad
# \hat x_{nj} = \frac{x_{nj} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}}, \qquad z_{nj} = \gamma_j\, \hat x_{nj} + \beta_j$$
#
# - The statistics are those of *this batch*, not of the whole training set. A lecture takes the training set's: then each
#   step would need a pass over all examples, for the statistics change with every step of the weights. The batch's are
#   a noisy estimate of them, and the gradient goes through them.
# - Here the variance is the plain mean of squares (divide by $N$: "biased"). $\varepsilon$ is added to it *inside* the
#   root, so that a constant column gives 0/√ε = 0 and not 0/0.
# - Without the scale $\gamma$ and the shift $\beta$ every unit would have mean 0 and deviation 1 for ever. They are
#   parameters, learned by gradient descent, and can undo the normalization where it hurts. They start as 1 and 0.
# - $\overline{x^2} - \bar x^2$ equals $\sigma^2$ on paper. In a column far from 0 it is a small difference of huge
#   numbers; center first.
#
# It usually stands between the linear layer and the activation, as in the paper (Ioffe and Szegedy, 2015). The code of *Data-intensive Space
# Engineering* (`fc`, `bn`, `relu`) does the same. BIOS 7747 puts it behind the activation. You will try both.
#
# ### ✎ Exercise `bn_forward_train` · ★★☆ · 30 minutes · 4 points
#
# Write `bn_forward_train(X, gamma, beta, eps)`, which returns `(out, mean, var)`: the output (N, D), and the batch's
# mean and biased variance, each (D,). N is at least 2; X may hold integers. A `nan` spoils its own column and no
# other. The same holds for every function up to 3.6: no `nan` reaches another column, and none is hidden (no `np.nanmean`, no
# `np.nan_to_num`).


# %% write="bn_forward_train"
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """The batch-normalized X (N, D), and the mean and the biased variance of its columns."""
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    centered = X - mean
    var = (centered**2).mean(axis=0)
    return gamma * centered / np.sqrt(var + eps) + beta, mean, var
    ### END SOLUTION


# %% check="bn_forward_train" points=4
check("bn_forward_train")

# %% locked="ten_layers_normalized"
yours = bridge.yours(bn_forward_train)
lab.ten_layers(digits.X_train, normalize=lambda H: yours(H, np.ones(H.shape[1]), np.zeros(H.shape[1]), 1e-5)[0])

# %% [markdown]
# <!-- no claim -->**What you saw:** the three lines lie on top of each other. Weights, data and axes are the same; only your function is new.
#
# ## 3.2 A memory for the day when there is no batch
#
# A patient comes alone; a batch of one has no variance. And no prediction should depend on who else is in the batch.
# So the layer keeps *running* statistics while it trains, and uses these, and nothing else, in evaluation:
#
# $$r \leftarrow (1 - m)\, r + m \cdot \text{batch value}, \qquad z_{nj} = \gamma_j \frac{x_{nj} - \mathrm{rm}_j}{\sqrt{\mathrm{rv}_j + \varepsilon}} + \beta_j$$
#
# - In PyTorch the momentum $m = 0.1$ is the weight of the **new** value. Keras, BIOS 7747 and *Training Deep Neural
#   Networks* (the last calls it *decay*) write $r \leftarrow m\, r + (1 - m) \cdot \text{batch}$: there a good $m$ is
#   `0.99`. Same name, same idea, opposite number.
# - The batch variance goes into the memory *unbiased*, $\frac{N}{N-1}\sigma^2$: it is to estimate the variance of all
#   examples, not of this batch. (The normalization of 3.1 keeps the biased one.) $\varepsilon$ is not part of the
#   memory.
# - **In training the running values are written, and never used to normalize.** Two lectures (BIOS 7747, *Técnicas de
#   IA para Biologia*) describe normalizing *by* them during training; then the gradient would not know that the statistics
#   depend on the weights.
#
# <details><summary><b>Question:</b> "Four parameters are learned for each batch normalized layer", says <i>Training Deep Neural Networks</i>: γ, β, μ
# and σ. Which of the four get a gradient, and what are the others? (Click for the answer.)</summary> γ and β are parameters: the optimizer changes
# them. The running μ and σ² are buffers: they are measured, not learned, and are saved with the model all the same. In
# PyTorch: 2 parameters, and 3 buffers (it also counts the batches).</details>
#
# ### ✎ Exercise `update_running` · ★★☆ · 20 minutes · 3 points
# Write `update_running(running_mean, running_var, X, momentum)`, which returns the new pair
# `(running_mean, running_var)` after a batch X of at least 2 examples.


# %% write="update_running"
def update_running(running_mean, running_var, X, momentum=0.1):
    """The running mean and (unbiased) variance after a batch X, as new arrays."""
    ### BEGIN SOLUTION
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    new_var = (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)
    return new_mean, new_var
    ### END SOLUTION


# %% check="update_running" points=3
check("update_running")

# %% [markdown]
# ### ✎ Exercise `bn_eval` · ★☆☆ · 20 minutes · 3 points
# Write `bn_eval(X, gamma, beta, running_mean, running_var, eps)`, which returns the output (N, D). N may be 1, and a
# running variance may be 0.


# %% write="bn_eval"
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """X (N, D) normalized by running statistics."""
    ### BEGIN SOLUTION
    return gamma * (X - running_mean) / np.sqrt(running_var + eps) + beta
    ### END SOLUTION


# %% check="bn_eval" points=3
check("bn_eval")

# %% [markdown]
# The next figure feeds your `update_running` with batches of 16 from a feature with mean 3. It does so twice: with `momentum=0.1` as PyTorch
# reads it, and as the slides' formula reads the same number.
# **Predict first:** which curve is calm, which is early?

# %% guess="two_momenta"
predict("two_momenta", "")  # your guess, between the quotes

# %% locked="two_momenta"
update, forward = bridge.yours(update_running), bridge.yours(bn_forward_train)
conventions = {"0.1 weighs the new value (PyTorch)": 0.1, "0.1 weighs the old value (slides)": 0.9}
means = {name: lab.running_means(update, momentum) for name, momentum in conventions.items()}
variances = {N: lab.two_variances(forward, update, N) for N in (2, 4, 8, 16, 32, 64)}
lab.draw_momenta(means, variances)
guessed("two_momenta")

# %% [markdown]
# <!-- no claim -->**What you saw:** with `0.1` as the weight of the *new* value the memory follows slowly; with `0.1` for the old one it jumps.
# The smaller the batch, the further the biased variance lies below the unbiased one.

# %% locked="explorer"
demos.batch_norm_explorer()

# %% [markdown]
# <!-- no claim -->In the explorer, follow the marked example. In training its output depends on its companions. The smaller the batch, the more it
# varies; with two examples only a sign is left. In evaluation it depends on nobody. A
# forgotten `model.eval()` is a classic bug: predictions change with the company.
#
# ## 3.3 A layer that remembers
#
# A layer has state: two parameters, two running statistics, and a mode. That is what classes are for.
#
# ### ✎ Exercise `batch_norm` · ★★☆ · 40 minutes · 5 points
#
# Write the class `BatchNorm(num_features, eps, momentum)`. Its objects have the attributes `gamma`, `beta` (ones and
# zeros), `running_mean`, `running_var` (zeros and ones), arrays of length `num_features`, and `training`, `True` at
# first. Calling an object with `X` returns an array:
#
# - while `training` is true, the output of 3.1; afterwards the running statistics have taken in this batch. One
#   example alone is a `ValueError`, and nothing in the object changes: its output would be β whatever it is, and
#   nobody would notice;
# - else the output of `bn_eval`, for any N; nothing in the object changes.
#
# Code outside the class may replace these five attributes between calls. No two objects, and no two attributes, may share
# an array. The running ones may be updated in place, as in PyTorch. The class may call your functions. A mistake in one of
# them then shows here too.


# %% write="batch_norm"
class BatchNorm:
    """Batch normalization of (N, D) arrays, with running statistics for evaluation."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        ### BEGIN SOLUTION
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        ### END SOLUTION

    def __call__(self, X):
        ### BEGIN SOLUTION
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) < 2:
            raise ValueError("a batch of one has no variance")
        memory = self.running_mean, self.running_var
        self.running_mean, self.running_var = update_running(*memory, X, self.momentum)
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]
        ### END SOLUTION


# %% check="batch_norm" points=5
check("batch_norm")

# %% [markdown]
# ## 3.4 The way back
#
# "AutoDiff takes care of the derivatives", says *Técnicas de IA para Biologia*. It does; here is what it does. What
# arrives is `dout`, the gradient with respect to the output $z$; $d\gamma$, $d\sigma^2$ and the like are short for
# $\partial L / \partial \gamma$, $\partial L / \partial \sigma^2$. Take a pencil, and one column.
#
# 1. $z_n = \gamma \hat x_n + \beta$: all rows share $\gamma$ and $\beta$. So what do $d\beta$ and $d\gamma$ add up, and over whom?
# 2. What arrives at $\hat x_n$? Call it $g_n$. From here on, let $s = \sqrt{\sigma^2 + \varepsilon}$, so that $\hat x_n = (x_n - \mu)/s$.
# 3. Each $x_n$ moves the outputs on *three* paths: directly, through the variance, and through the mean. The direct one is quick.
# 4. *Through the variance.* All $\hat x_n$ of the column depend on $\sigma^2$, so $d\sigma^2$ is a sum. What is the slope of $1/s$ with respect to
#    $\sigma^2$? Then: what is the slope of $\sigma^2 = \frac1N \sum (x_n - \mu)^2$ with respect to one $x_n$?
# 5. *Through the mean.* What is $d\mu$, and what is the slope of $\mu$ with respect to one $x_n$? ($\sigma^2$ depends on $\mu$, too. Show that this
#    slope is 0.)
# 6. Add the three. You may stop here: that is a backward pass. Or go on, because most of it cancels, and two of the sums are $d\beta$ and $d\gamma$.
#
# *A test without a computer.* The forward pass forgets two things: a shift of the column, and a stretch of it. So `dX` must not change along
# these directions. Each of its columns adds up to 0, and its product with $\hat x$ adds up to 0 as well. ($\varepsilon$ leaves a little of the second.)
#
# <details><summary><b>Question:</b> somebody tests a backward pass with <code>dout = np.ones((N, D))</code>, gets zeros for dX and is content. What does this test show?</summary>
# Next to nothing. The sum of a column's normalized values is 0 whatever X is, so the right gradient of it is 0; a
# function that returns zeros, or forgets γ, passes too. Test with a random dout.</details>
#
# ### ✎ Exercise `bn_backward` · ★★★ · 60 minutes · 6 points
#
# Write `bn_backward(dout, X, gamma, eps)`, which returns `(dX, dgamma, dbeta)`. The mean and variance are those of the
# batch, N is at least 2, and the $\varepsilon$ is the same one as in the forward pass. Below your code, the `numerical_gradient` that you wrote in
# notebook 1 judges it first: it measures the slopes of your own `bn_forward_train`. An error below `1e-8` is rounding; a bug leaves `0.01`
# or more. Batch normalization has no kinks.


# %% write="bn_backward"
def bn_backward(dout, X, gamma, eps=1e-5):
    """The gradients with respect to X (N, D), gamma (D,) and beta (D,), in training."""
    ### BEGIN SOLUTION
    N = len(X)
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat = (X - X.mean(axis=0)) / std
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dX = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    return dX, dgamma, dbeta
    ### END SOLUTION


# %% locked="own_test"
rng = np.random.default_rng(0)
dout, ways = rng.normal(0, 1, (6, 3)), (bridge.yours(bn_forward_train), bridge.yours(bn_backward))
point = {"X": rng.normal(1, 2, (6, 3)), "gamma": rng.normal(1, 0.5, 3), "beta": rng.normal(0, 1, 3)}
loss = lambda X, gamma, beta: np.sum(dout * ways[0](X, gamma, beta, 0.1)[0])  # ones for dout would hide mistakes
parts.judge(loss, point, lambda: ways[1](dout, point["X"], point["gamma"], 0.1))

# %% check="bn_backward" points=6
check("bn_backward")

# %% [markdown]
# ## 3.5 Your code trains a real network
#
# `bridge.Normalization(BatchNorm, bn_backward, units)` wraps your class and your backward pass into a PyTorch layer:
# the optimizer learns γ and β, the bridge hands them to your object, and the rest is yours. First a look at what the
# gradient has forgotten.
#
# **Predict first:** a linear layer's bias $b$ shifts a column, and then your layer subtracts the column's mean. What
# is $\partial L / \partial b$?

# %% guess="forgotten"
predict("forgotten", "")  # your guess, between the quotes

# %% locked="forgotten"
from torch import nn

mine = lambda units: bridge.Normalization(BatchNorm, bn_backward, units)
plain, normalized = (training.mlp([64, 32, 32, 10], nn.ReLU, norm=norm, seed=0) for norm in (None, mine))
for model in (plain, normalized):
    training.weight_gradients(model, digits)  # one backward pass in training mode
print(lab.largest_gradients(plain, normalized))
guessed("forgotten")

# %% [markdown]
# <!-- no claim -->Zero, up to rounding: BN removes the bias, and β takes its place. That is why people write
# `nn.Linear(..., bias=False)` before a BN. "Along the weights" it is nearly 0 too (ε keeps it from being exact). Stretching all the weights of a unit changes nothing behind BN, so their *scale* does
# not matter. The first of three
# sweeps tests that promise; the other two vary the learning rate and the batch size. The data are three arms of a
# spiral, the network has five hidden layers of 30 units. (He's standard deviation in the figure is √(2/inputs), the
# usual choice for ReLU. The last sweep uses Adam, because with SGD at one learning rate the plain network itself is
# uneven over batch sizes.)
#
# **Predict first:** from which weight scale on will the plain network fail, and from which learning rate? And BN? BIOS
# 7747 says that with BN "optimization becomes harder"; three other lectures say it becomes easier. Which figure could
# decide?

# %% guess="scale_and_rate"
predict("scale_and_rate", "")  # your guess, between the quotes

# %% locked="scale_and_rate"
spiral, norms = data.spiral(300), {"plain": None, "your BN": mine}


def trained(norm, scale=1.0, **options):
    """Networks of five hidden layers, with weights of so many times He's standard deviation."""
    he = lambda layer: nn.init.normal_(layer.weight, std=scale * (2 / layer.in_features) ** 0.5)
    make = lambda seed: training.mlp([2, *[30] * 5, 3], nn.ReLU, seed=seed, norm=norm, init=he, bias=0.0)
    return training.over_seeds(make, spiral, **{"seeds": 4, "num_epochs": 10, **options})


by_scale = {name: lambda scale, norm=norm: trained(norm, scale) for name, norm in norms.items()}
by_rate = {name: lambda lr, norm=norm: trained(norm, lr=lr) for name, norm in norms.items()}
lab.two_sweeps(by_scale, by_rate)
guessed("scale_and_rate")

# %% [markdown]
# **What you saw:** without BN the smallest and the largest weights fail, and with BN none do. At a learning rate of 1 BN is far ahead;
# at 3 it suffers as well ({{scale_and_rate}}).

# %% locked="batch_sizes"
import functools

import torch

theirs = functools.partial(nn.BatchNorm1d, dtype=torch.float64)  # PyTorch's own, because batches of 2 are many
few = {"seeds": 3, "num_epochs": 6, "optimizer": lambda parameters: torch.optim.Adam(parameters, lr=0.01)}
runs_for = {name: functools.cache(lambda B, norm=norm: trained(norm, batch_size=B, **few))
            for name, norm in (("plain", None), ("BN", theirs))}
lab.draw_batch_sizes(runs_for)

# %% [markdown]
# **What you saw:** with batches of 2 BN learns worse than without a norm, because two examples leave only a sign.
# With larger batches it does not ({{batch_sizes}}).

# %% [markdown] question="harder" points=3
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# BIOS 7747: "Because of changing values during training, optimization becomes harder." *Data-intensive Space
# Engineering*: "Faster Convergence". (1) Which of your sweeps speak against the first sentence, and with which
# numbers? (2) Which speaks for it? And why does a batch of 2 do such harm: which values can $\hat x$ have when $N = 2$
# and ε is small? (3) Rewrite the first sentence so that all your sweeps support it.
#
# ### BEGIN SOLUTION
# (1) Weight scale and learning rate. With BN the scales from 0.03 to 10 give {{scale_and_rate: bn_scale_small | .2f}} or more; without it the ends stay
# at guessing, {{scale_and_rate: plain_scale_small | .2f}}. At a learning rate of 1 it is {{scale_and_rate: bn_rate_1 | .2f}} against {{scale_and_rate: plain_rate_1 | .2f}} ({{scale_and_rate}}). (2) Batch size: at 2
# BN is far worse, {{batch_sizes: bn_2 | .2f}} against {{batch_sizes: plain_2 | .2f}} ({{batch_sizes}}). With N = 2
# every normalized value is about +1 or -1. All that is left of two examples is which of them is larger, and who is
# paired with whom is chance. (3) For example: "The batch's statistics are noisy: with batches of 8 or fewer, training
# gets harder. With larger ones BN makes it work for a far wider range of initial scales and learning rates." It is not
# magic: at a rate of 3 it suffers as well.
# ### END SOLUTION

# %% locked="digits"
after = lambda: nn.Sequential(nn.ReLU(), mine(32))
variants = {"plain": (nn.ReLU, None), "your BN before ReLU": (nn.ReLU, mine), "your BN after ReLU": (after, None),
            "PyTorch's BN before ReLU": (nn.ReLU, theirs)}
lines = ["network                   test accuracy ± standard error, 5 seeds    training − test"]
for name, (activation, norm) in progress_bar.each(variants.items(), "4 networks × 5 seeds"):
    make = lambda seed: training.mlp([64, 32, 32, 10], activation, norm=norm, seed=seed)
    runs = training.over_seeds(make, digits, seeds=5, num_epochs=6, lr=0.1, label=name)
    gaps = [training.accuracy(run.model, digits.X_train, digits.y_train) - run.accuracy for run in runs]
    lines.append(f"{name:25} {seeds.summary(runs)} {np.mean(gaps):38.3f}")
print("\n".join(lines))

# %% [markdown]
# Your class and PyTorch's do the same, and so do their networks. After 6 epochs BN is ahead: {{the_gap_turns: bn | .3f}}
# against {{the_gap_turns: plain | .3f}}. On which side of ReLU the layer stands changes {{before_or_after: before - after}}
# ({{before_or_after}}). And does its noise reduce overfitting, as BIOS 7747 has it? After 6 epochs the last column says
# {{the_gap_turns: bn_gap | .3f}} with BN and {{the_gap_turns: plain_gap | .3f}} without. That is not a fair comparison: the plain
# network has learned {{the_gap_turns: plain_fitted | .3f}} of the training digits, BN {{the_gap_turns: bn_fitted | .3f}}. Whoever
# has learned more can have the wider gap. After 40 epochs both have learned all of them, and then the *plain* network has
# the wider gap: {{the_gap_turns@40 epochs: plain_gap | .3f}} against {{the_gap_turns@40 epochs: bn_gap | .3f}}
# ({{the_gap_turns}}). So there is an effect. *Data-intensive Space Engineering* calls it "a mild regularization effect",
# and that is the right word. *Compare at equal fit*, or say at which one you compare.
#
# Why does BN help at all? Santurkar et al. (2018) find that it makes the loss *smoother*. Along the gradient the loss and
# its slope change less abruptly, so that a larger step still does what the gradient promised.
#
# ## 3.6 At test time it costs nothing
#
# In evaluation all statistics are constants, so BN is one affine map for each unit, and two affine maps in a row are
# one. With the scale $s_j = \gamma_j / \sqrt{\mathrm{rv}_j + \varepsilon}$, a layer $XW + b$ followed by BN is a
# single layer $XW' + b'$:
#
# $$W'_{ij} = W_{ij}\, s_j, \qquad b'_j = (b_j - \mathrm{rm}_j)\, s_j + \beta_j$$
#
# ### ✎ Exercise `fold_bn` · ★★☆ · 30 minutes · 4 points
#
# Write `fold_bn(W, b, gamma, beta, running_mean, running_var, eps)`, which returns `(W2, b2)` of the shapes of `W`
# (inputs, units) and `b` (units,). `bn_eval(X @ W + b, ...)` and `X @ W2 + b2` must agree for every X.


# %% write="fold_bn"
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Weights and biases of the one layer that does what a linear layer and its BN do in evaluation."""
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b - running_mean) * scale + beta
    ### END SOLUTION


# %% check="fold_bn" points=4
check("fold_bn")

# %% locked="folded"
parts.save("03_batch_norm")  # what you wrote in this notebook, for the capstone
fold, model = bridge.yours(fold_bn), training.mlp([64, 32, 32, 10], nn.ReLU, norm=mine)
training.fit(model, digits, num_epochs=2)  # it ends in evaluation mode
*pairs, last = [layer for layer in model if not isinstance(layer, nn.ReLU)]  # Linear, your BN, Linear, your BN; Linear
H = digits.X_test
for linear, norm in zip(pairs[::2], pairs[1::2]):
    W, b, bn = linear.weight.detach().numpy().T, linear.bias.detach().numpy(), norm.learners
    W, b = fold(W, b, bn.gamma, bn.beta, bn.running_mean, bn.running_var)
    H = np.maximum(H @ W + b, 0)
folded, original = (layer(torch.from_numpy(x)).detach() for layer, x in ((last, H), (model, digits.X_test)))
print(f"Five layers have become three. Of {original.numel()} logits of the test digits none differs by more than "
      f"{(folded - original).abs().max():.0e}; the largest is {original.abs().max():.1f}.")

# %% [markdown]
# ## 3.7 Bonus: the relatives · ★★☆ · 0 points
#
# NPFL114 lists two more normalizations, LayerNorm and WeightStandardization. What differs is what is averaged over.
# `bn2d(X, gamma, beta, eps)`, images (N, C, H, W), in training: one mean and one variance for each *channel*, over all
# examples and all pixels; γ and β have shape (C,). `layer_norm(X, gamma, beta, eps)`: one mean and one variance for
# each *example*, over its features; γ and β still belong to the features. No batch, hence no modes and no memory.
# `weight_standardization(W, eps)`, for weights (inputs, units): each unit's incoming weights get mean 0 and variance 1
# (Qiao et al., 2019). All three: biased variance, ε inside the root.


# %% write="relatives"
def bn2d(X, gamma, beta, eps=1e-5):
    ### BEGIN SOLUTION
    mean, var = X.mean(axis=(0, 2, 3), keepdims=True), X.var(axis=(0, 2, 3), keepdims=True)
    return np.reshape(gamma, (1, -1, 1, 1)) * (X - mean) / np.sqrt(var + eps) + np.reshape(beta, (1, -1, 1, 1))
    ### END SOLUTION

def layer_norm(X, gamma, beta, eps=1e-5):
    ### BEGIN SOLUTION
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta
    ### END SOLUTION

def weight_standardization(W, eps=1e-5):
    ### BEGIN SOLUTION
    return (W - W.mean(axis=0)) / np.sqrt(W.var(axis=0) + eps)
    ### END SOLUTION


# %% check="relatives" points=0
check("relatives")

# %% [markdown]
# ## The patient
#
# Before each activation the network now has your `BatchNorm`, with your `bn_backward`.

# %% locked="patient"
parts.patient("03_batch_norm")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `BatchNorm(num_features, eps, momentum)` | `nn.BatchNorm1d(num_features, eps=1e-5, momentum=0.1)`; `weight` is γ, `bias` is β; `momentum=None` keeps a plain average of all batches |
# | `training = False` | `model.eval()`, and back with `model.train()` |
# | `bn_forward_train`, `bn_eval` | `torch.nn.functional.batch_norm(..., training=True)` and `training=False` |
# | `bn_backward` | autograd |
# | `fold_bn` | `torch.nn.utils.fusion.fuse_linear_bn_eval` |
# | `bn2d`, `layer_norm` | `nn.BatchNorm2d`, `nn.LayerNorm` |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E6 | B, *Batch normalization* (2) | $\hat x = (x - E[x])/\mathrm{std}(x)$ with statistics of the training dataset, on activated features | statistics of the mini-batch, ε inside the root, then γ and β; F and S put it before the activation, and both orders exist |
# | E7 | B, *Batch normalization* (2); F, *Batch normalization at test time* | running = momentum · old + (1 − momentum) · batch (F: decay); B next to `momentum=0.1` | the Keras convention (0.99); PyTorch's 0.1 is the weight of the batch |
# | E7b, E30 | B, *Batch normalization* (2); T, *Normalizing activations* | running values normalize during training | the batch's do; running values are for evaluation only |
# | E8 | B, *Batch normalization* (4) | optimization becomes harder | a wider range of scales and rates works; small batches hurt (your three sweeps) |
# | E41 | F, *Batch normalization* | $x = (x - \mu)/\dots$, then $z = \gamma x + \beta$ | a hat is missing: the normalized value is not the input |
# | E42 | F, *Batch normalization at test time* | four parameters are learned | two are learned; two are measured |
# | E43 | F, *Batch normalization* | ε is typically $10^{-3}$ | in Keras; in PyTorch $10^{-5}$ |
# | E44 | F, *Batch normalization*; S, *Dropout* (3) | BN is for the "covariate shift problem" (F), it reduces internal covariate shift (S) | the paper says *internal* covariate shift, and whether that is why it works is disputed: Santurkar et al. (2018) find a smoother loss instead |
#
# ## References
#
# * Ioffe, Szegedy (2015): *Batch normalization: accelerating deep network training by reducing internal covariate shift*.
# * Santurkar, Tsipras, Ilyas, Madry (2018): *How does batch normalization help optimization?*
# * Ba, Kiros, Hinton (2016): *Layer normalization*.
# * Qiao, Wang, Liu, Shen, Yuille (2019): *Weight standardization*.
# * van Laarhoven (2017): *L2 regularization versus batch and weight normalization*. The effective learning rate.

# %% locked="progress"
progress("03_batch_norm")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
