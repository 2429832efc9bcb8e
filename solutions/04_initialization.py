# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · Weight initialization · {{how long}}
#
# Before the first step of training, a network is a pile of random numbers. How *large* they are decides whether a signal
# survives the way through it, whether a gradient survives the way back, and so whether there will be any training at
# all. In this notebook you write the schemes that the lectures name, and derive the one number behind each of them. At the end you start
# from weights that are not random at all: those of a network that was trained on something else.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("xavier")` gives a hint, and another one each time you call it. Layout everywhere in this course: a weight `W` is
# (inputs, outputs) and a layer computes `X @ W + b`; PyTorch stores the transpose. Whatever is random comes from the
# generator `rng` that you are given: `rng.normal`, `rng.uniform`, never `np.random`. Only NumPy is available when your work is graded.
# There are 25 points for code and 3 for an answer in words.
#
# ## Why: a failure you can see
#
# Handwritten digits, ten hidden layers of 32 tanh units, five passes over the data. Three networks that differ in one
# thing only: their first weights are normal numbers with a standard deviation (std) of `0.01`, of `0.18`, or of `1`.
#
# **Predict first:** the output of a tanh lies between −1 and 1 in any case. Does the size of the weights matter then? Which
# of the three will learn? Run the next cell, and write your guess into the one below it.

# %% locked="setup"
import numpy as np

from gradwise import bridge, data, demos, parts, plots, progress_bar, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import initialization as lab, networks, seeds

# %% guess="three_starts"
predict("three_starts", "")  # your guess, between the quotes

# %% locked="three_starts"
import torch
from torch import nn

digits, results = data.digits(), {}
for std in progress_bar.each((0.01, 0.18, 1.0), "3 starts × 3 seeds"):
    start = lambda layer: (nn.init.normal_(layer.weight, std=std), nn.init.zeros_(layer.bias))
    make = lambda seed: training.mlp([64, *[32] * 10, 10], nn.Tanh, seed=seed, init=start)
    runs = training.over_seeds(make, digits, seeds=3, num_epochs=5, lr=0.1, label=f"weights of std {std}")
    results[f"std {std}"] = [make(seed) for seed in range(3)], runs
lab.draw_starts(digits, results)
guessed("three_starts")

# %% [markdown]
# **What you saw:** with a std of `0.01` the accuracy is {{three_starts: small | .2f}}, with `0.18` it is
# {{three_starts: middle | .2f}}, and with `1` again {{three_starts: large | .2f}} ({{three_starts}}).
#
# With `0.01` every layer hands on a tenth or less of what it gets, and the output no longer depends on the input. With `1` it is another matter.
# There {{three_starts: saturated | %}} of the units are pressed against the ends of tanh, and yet the gradient does not vanish.
# Notebook 01 says why: a layer multiplies it by $\sqrt n \cdot \sigma_w \cdot \mathrm{rms}(f'(z))$. Here $\sqrt{32} \cdot 1$ is
# $5.7$, times a slope of about {{three_starts: slope | .2f}}: more than 1, and the gradient *grows* by {{three_starts: growth | 10^}} on its way back.
# In between there is a size that works, and it can be calculated.
#
# ## 4.1 What one layer does to the size of a signal
#
# One unit, before its activation: $z = \sum_{i=1}^{n} w_i x_i$. If the weights are independent of the inputs and of each
# other, with mean 0, then the variance of each term is
#
# $$\mathrm{var}(w_i x_i) = E[w_i]^2\,\mathrm{var}(x_i) + E[x_i]^2\,\mathrm{var}(w_i) + \mathrm{var}(w_i)\,\mathrm{var}(x_i)
# = \mathrm{var}(w_i)\,E[x_i^2]$$
#
# and the terms add up: $\mathrm{var}(z) = n\,\mathrm{var}(w)\,E[x^2]$. A lecture asks for Gaussian inputs and weights here; independence and $E[w] = 0$ are enough. The size of the signal is kept if $\mathrm{var}(w) = 1/n$. If each layer
# multiplies the std by $r$ instead, $L$ layers multiply it by $r^L$: $0.7^{20} = 0.0008$ and $1.4^{20} = 837$. Depth makes
# exactness matter.
#
# <details><summary><b>Question:</b> A slide writes w ∈ N(0, 1/N). Somebody types <code>rng.normal(0, 1/N, size=...)</code>. With
# N = 100, what comes out of ten linear layers? (Click for the answer.)</summary>
# On paper the second argument of N is a variance, in NumPy and PyTorch it is the standard deviation. The weights have a std
# of <code>0.01</code> instead of <code>0.1</code>, every layer makes the signal ten times smaller, and ten layers 10 000 000 000 times.</details>
#
# ### ✎ Exercise `signal_propagation` · ★☆☆ · 20 minutes · 3 points
#
# Write `signal_propagation(X, Ws, f)`: send `X` (examples, features) through the layers $h_l = f(h_{l-1} W_l)$ without biases, where
# `Ws` is a list of weights and `f` an activation that is applied in *every* layer. Return one number for each layer, an array of
# length `len(Ws)`: the standard deviation (`np.std`) of *all* entries of $h_l$.


# %% write="signal_propagation"
def signal_propagation(X, Ws, f):
    """The std of each layer's output f(h @ W), for a list of weights Ws."""
    ### BEGIN SOLUTION
    h, stds = X, []
    for W in Ws:
        h = f(h @ W)
        stds.append(h.std())
    return np.array(stds)
    ### END SOLUTION


# %% check="signal_propagation" points=3
check("signal_propagation")

# %% [markdown]
# The explorer's slider sets a scale: $\sqrt n$ times the std of the weights. (Section 4.3 explains the dashed line.)
#
# **Predict first:** for *linear* the right scale is 1. Which will it be for ReLU, which sets half of its inputs to 0? And for which
# activations does a scale that is too large not let the signal explode?

# %% guess="explorer"
predict("explorer", "")  # your guess, between the quotes

# %% locked="explorer"
guessed("explorer")
demos.signal_explorer()

# %% [markdown]
# ## 4.2 There and back: Glorot's compromise, and what PyTorch does
#
# A gradient goes back through the same matrix, the other way round: each input of a layer collects from all $n_\text{out}$
# outputs. The same calculation says $\mathrm{var}(w) = 1/n_\text{out}$. Both at once is possible for a square matrix only; Glorot and Bengio
# (2010, after whose first author it is called *Glorot* or *Xavier* initialization) take the middle:
#
# $$\mathrm{var}(w) = \frac{2}{n_\text{in} + n_\text{out}} = \frac{1}{\text{fan}_\text{avg}}, \qquad
# \text{as a uniform distribution: } w \sim U(-a, a),\ a = \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}$$
#
# because $U(-a, a)$ has the variance $a^2/3$. A *gain* can make up for an activation that shrinks the signal: it
# multiplies the std, and so the bound $a$. The two numbers are called *fan-in* and *fan-out*: how many inputs one output adds
# up, and how many outputs one input reaches. For a convolution with weight (out, in, height, width), one output looks at
# in · height · width numbers.
#
# Before, people used $U(-1/\sqrt{n_\text{in}}, 1/\sqrt{n_\text{in}})$. A lecture says so in the past tense, and another one that
# PyTorch's default is "Xavier, with biases zero". In fact the old rule *is* what every new `nn.Linear` gets today, for its
# weights **and its biases**. Its std is $1/\sqrt{3 n_\text{in}}$: each layer shrinks the signal by $\sqrt 3$ before any activation.
#
# ### ✎ Exercise `xavier` · ★★☆ · 30 minutes · 5 points
# Write `fan_in_out(shape)`, which returns `(fan_in, fan_out)` for a weight's shape in **PyTorch's** layout, (out, in) or
# (out, in, *kernel) with one, two or three kernel sides. And `xavier_uniform(n_in, n_out, rng, gain)`, an array of shape
# (n_in, n_out) drawn from $U(-a, a)$.


# %% write="xavier"
def fan_in_out(shape):
    """Fan-in and fan-out of a weight in PyTorch's layout, (out, in) or (out, in, *kernel)."""
    ### BEGIN SOLUTION
    field = int(np.prod(shape[2:]))
    return shape[1] * field, shape[0] * field
    ### END SOLUTION


def xavier_uniform(n_in, n_out, rng, gain=1):
    """Glorot's weights, uniform, of shape (n_in, n_out)."""
    ### BEGIN SOLUTION
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))
    ### END SOLUTION


# %% check="xavier" points=5
check("xavier")

# %% [markdown]
# ### ✎ Exercise `torch_linear_default` · ★☆☆ · 10 minutes · 3 points
# Write `torch_linear_default(n_in, n_out, rng)`, which returns `(W, b)` as a new `nn.Linear` has them: shapes (n_in, n_out) and
# (n_out,), both uniform between $\mp 1/\sqrt{n_\text{in}}$.


# %% write="torch_linear_default"
def torch_linear_default(n_in, n_out, rng):
    """Weights (n_in, n_out) and biases (n_out,) as in a new nn.Linear."""
    ### BEGIN SOLUTION
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)
    ### END SOLUTION


# %% check="torch_linear_default" points=3
check("torch_linear_default")

# %% [markdown]
# Your two functions now fill six layers of 300 tanh units. **Predict first:** on the way back
# through the old start, in which layer is the gradient smallest?

# %% guess="glorot_figures"
predict("glorot_figures", "")  # your guess, between the quotes

# %% locked="glorot_figures"
old, new = bridge.yours(torch_linear_default), bridge.yours(xavier_uniform)
old_weights = lambda n_in, n_out, rng: old(n_in, n_out, rng)[0]  # without the biases
lab.draw_glorot(digits.X_train[:300], {"old start, U(±1/√n)": old_weights, "Xavier": new})
guessed("glorot_figures")

# %% [markdown]
# **What you saw:** with the old start the activations dwindle to {{old_and_xavier: old_forward | .2f}}, and the gradient to
# {{old_and_xavier: old_backward | .2f}}. Xavier keeps {{old_and_xavier: xavier_forward | .2f}} and {{old_and_xavier: xavier_backward | .2f}} ({{old_and_xavier}}).
#
# These are figures 6 and 7 of Glorot and Bengio's paper, which one lecture shows, drawn from *your* weights. With the old start layer 1 gets least. What it loses is tanh's share; see 4.3.
#
# ## 4.3 The activation takes its share: He, and the gain of anything
#
# The rule $n\,\mathrm{var}(w)\,E[h^2] = 1$ holds for every activation; all that changes is $E[h^2]$. If $z \sim N(0, 1)$ and $h = f(z)$, then
#
# $$\mathrm{var}(w) = \frac{\text{gain}^2}{n_\text{in}}, \qquad \text{gain} = \frac{1}{\sqrt{E_{z \sim N(0,1)}[f(z)^2]}}.$$
#
# ReLU keeps exactly half of $E[z^2]$, so its gain is $\sqrt 2$ and $\mathrm{var}(w) = 2/n_\text{in}$: **He initialization**
# (He et al., 2015), also called Kaiming. Note $E[h^2]$, not $\mathrm{var}(h)$: the next layer's sum feels ReLU's mean too. And note
# $n_\text{in}$ alone: a lecture multiplies *Glorot's* std by $\sqrt 2$, which is the same for square matrices only.
#
# **Both ways with one line.** Going back, the factor of a layer is $\sqrt n \cdot \sigma_w \cdot \mathrm{rms}(f'(z))$ (notebook 01), so a good start makes
# *it* 1. ReLU's slope is 0 or 1, half of the time each, and $\mathrm{rms}(f') = \sqrt{1/2}$. With **He** the factor is $\sqrt 2 \cdot \sqrt{1/2} = 1$, measured
# {{factors: relu_he | .2f}}; with **Xavier** it is $\sqrt{1/2} = 0.71$, measured {{factors: relu_xavier | .2f}}: after 20 layers, a thousandth. For tanh Xavier's is {{factors: tanh_xavier | .2f}}: slopes near 1, as long as $z$ is small.
# Sigmoid's slopes are at most a quarter, and so is its factor, {{factors: sigmoid_xavier | .2f}}: no start without saturation helps. **SELU** with LeCun's weights has
# {{factors: selu_lecun | .2f}} ({{factors}}). **Batch normalization** (notebook 03) divides each layer's $z$ by its std: a wrong $\sigma_w$ is divided out, forward and
# back.
#
# ### ✎ Exercise `he_normal` · ★☆☆ · 20 minutes · 4 points
# Write `he_normal(n_in, n_out, rng, gain)`: normal weights of shape (n_in, n_out) with a std of $\text{gain} \cdot \sqrt{2/n_\text{in}}$. (Here the
# argument `gain` stands on top of the $\sqrt 2$, and is 1 unless somebody wants more.)


# %% write="he_normal"
def he_normal(n_in, n_out, rng, gain=1):
    """He's weights, normal, of shape (n_in, n_out)."""
    ### BEGIN SOLUTION
    return rng.normal(0, gain * np.sqrt(2 / n_in), size=(n_in, n_out))
    ### END SOLUTION


# %% check="he_normal" points=4
check("he_normal")

# %% [markdown]
# ### ✎ Exercise `gain` · ★★☆ · 30 minutes · 3 points
# Write `gain(f)` by the formula above, as a float that is right to $0.5\,\%$ for any activation `f`. Ten thousand random numbers
# are not enough for that. A weighted sum over a grid of some ten thousand points from −10 to 10 is. `f` takes the whole grid at once, so
# call it once. (Ten thousand calls are too slow for the grader, and more than half a million numbers in one call are too many.)


# %% write="gain"
def gain(f):
    """One over the root mean square of f(z), for z from N(0, 1)."""
    ### BEGIN SOLUTION
    z = np.linspace(-10, 10, 20001)
    density = np.exp(-(z**2) / 2)
    mean_square = np.sum(density * f(z) ** 2) / np.sum(density)
    return float(1 / np.sqrt(mean_square))
    ### END SOLUTION


# %% check="gain" points=3
check("gain")

# %% [markdown]
# Two experiments. (1) *The lecture detective:* for tanh, *BIOS 7747* says $N(0, 1/n_\text{in})$,
# *Training Deep Neural Networks* says four times Xavier, *Data-intensive Space Engineering* says Xavier. The cell sends a signal and a
# gradient through 20 layers that are 300 and 100 units wide in turn, with each of the rows and with your `gain(np.tanh)`.
# **Predict first:** which row keeps the std of the activations best? Which keeps that of the gradient? (2) *Bring your own gain:* the
# cell after it fills the table of all schemes, and an activation of yours. For which of them will the gain fail?

# %% guess="detective"
predict("detective", "")  # your guess, between the quotes

# %% locked="detective"
he, xavier, propagate, mine = map(bridge.yours, (he_normal, xavier_uniform, signal_propagation, gain))
factor = mine(np.tanh)
rows = {
    "BIOS 7747, N(0, 1/n_in)": lambda *sizes_and_rng: he(*sizes_and_rng, 0.5**0.5),
    "Space Engineering, Xavier": xavier,
    "Training DNNs, 4 × Xavier": lambda *sizes_and_rng: xavier(*sizes_and_rng, 4.0),
    "your gain(tanh) × Xavier": lambda *sizes_and_rng: xavier(*sizes_and_rng, factor),
}
lab.draw_detective(rows, propagate, sizes=[300, 100] * 10 + [300])
guessed("detective")

# %% [markdown]
# **What you saw:** the four starts leave four traces. Only four times Xavier presses units against the ends, {{detective: four_xavier_saturated | %}} of them;
# the gain of tanh keeps the outputs, and the other two lose them slowly ({{detective}}).

# %% free=true
# Bring your own activation: change `own`, guess its gain, run the cell. What should stay the same is "one layer".
own = lambda z: np.sin(z)
f_of = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "leaky, 0.2": lambda z: np.where(z > 0, z, 0.2 * z),
        "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "silu": lambda z: z / (1 + np.exp(-z)),
        "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), "own": own}
old, xavier, he = map(bridge.yours, (torch_linear_default, xavier_uniform, he_normal))
size, wanted = map(bridge.yours, (signal_propagation, gain))
print("std after 20 layers of 128 units, middle of 3 seeds (weights only); with your gain also lowest and highest\n")
print("            one layer  PyTorch's default   Xavier       He  |   gain   by your gain")
for name, f in f_of.items():
    ends, g = [], wanted(f)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        X, n = rng.normal(size=(128, 128)), (128, 128, rng)
        draws = [lambda: old(*n)[0], lambda: xavier(*n), lambda: he(*n), lambda: he(*n, g / np.sqrt(2))]
        ends.append([size(X, [draw() for _ in range(20)], f)[-1] for draw in draws])
    low, middle, high = np.sort(ends, axis=0)
    print(f"{name:11} {np.std(f(X)):9.3f}  {middle[0]:17.2g}  {middle[1]:7.2g}  {middle[2]:7.2g}  |  {g:.3f}   "
          f"{middle[3]:.3g} ({low[3]:.3g} to {high[3]:.3g})")

# %% [markdown]
# *The detective's finding* ({{detective}}): four times Xavier keeps the activations' std best of all the rows, and is the worst. It keeps
# it by pressing {{detective: four_xavier_saturated | %}} of the units against the ends of tanh, and its gradient grows by {{detective: four_xavier_growth | 10^}} on the way back.
# Std alone is not a good witness. The two modest rows lose signal and gradient slowly, because tanh takes a little each time: $N(0, 1/n_\text{in})$
# ends at {{detective: n_in_std | .2f}}, Xavier at {{detective: xavier_std | .2f}}. Xavier loses more, because between 300 and
# 100 units its compromise multiplies the variance by $1.5$ and $0.5$ in turn, which is $0.75$ for both, on either way. Your gain makes
# up for both losses: the activations end at {{detective: gain_std | .2f}}. No row keeps the gradient exactly.
#
# *The table's:* the gain is right for one layer. Whether twenty layers stay there is another question. Tanh pulls a signal that is too large back. ReLU keeps any deviation as it is.
# And with SiLU a deviation grows, to
# {{deviations: silu | .1f}} times its logarithm ({{deviations}}). For sigmoid the std is a poor witness too: it is the units that differ, not the examples. PyTorch's own table has
# $5/3 = 1.667$ for tanh, without a derivation, where the formula gives $1.593$, and 1 for sigmoid where it gives $1.846$.
# And He's $\sqrt 2$ is ReLU's: for ELU, which a lecture pairs with it, $1.245$ is enough.
#
# ## 4.4 Why random at all? Symmetry
#
# A hidden unit is its incoming weights, its bias and its outgoing weights. If two units agree in all of these, they compute the same and get the same gradient. So after every step they agree again. A layer of a hundred such units is *one* unit,
# for ever. Random weights *break the symmetry*; biases may then start at 0, and usually do.
#
# ### ✎ Exercise `distinct_units` · ★★☆ · 20 minutes · 3 points
# Write `distinct_units(W, b, V)`, an integer: how many different units a hidden layer has. `W` (inputs, H) comes in, `b` (H,) is
# added, `V` (H, outputs) goes out. Two units are the same if *all* their numbers are exactly equal.


# %% write="distinct_units"
def distinct_units(W, b, V):
    """The number of different units: W (d, H) in, b (H,), V (H, K) out."""
    ### BEGIN SOLUTION
    units = np.concatenate([W, b[None, :], V.T])
    return len(np.unique(units, axis=1).T)
    ### END SOLUTION


# %% check="distinct_units" points=3
check("distinct_units")

# %% [markdown]
# 100 steps of gradient descent from four starts: all weights `0`; all weights `0.1`; all `0.1` but random
# biases; random weights. **Predict first:** how many different units, of 16, does each have at the end?

# %% guess="symmetry"
predict("symmetry", "")  # your guess, between the quotes

# %% locked="symmetry"
equal = lambda n_in, n_out, rng: np.full((n_in, n_out), 0.1)
nothing = lambda n_in, n_out, rng: np.zeros((n_in, n_out))
other_biases = lambda n_in, n_out, rng: (np.full((n_in, n_out), 0.1), rng.normal(size=n_out))
starts = {"all 0": nothing, "all 0.1": equal, "random (your Xavier)": xavier_uniform,
          "all 0.1, biases random": other_biases}
lab.draw_symmetry(digits, starts, count=bridge.yours(distinct_units))
guessed("symmetry")

# %% [markdown]
# **What you saw:** sixteen copies of one unit reach {{symmetry: equal | .2f}}, and units that differ in their biases only
# {{symmetry: biases | .2f}}. Random weights reach {{symmetry: random | .2f}} ({{symmetry}}).
#
# From 0 nothing moves but the output's biases: $V = 0$ sends no gradient down, and $h = 0$ gives $V$ none.
#
# ## 4.5 Transfer: start from somebody else's weights
#
# The best start of all is a network that can already do something similar: copy its first layers, put a fresh last layer on
# top. Then there are two ways to go on. *Train the last layer only*: few weights to train, so little overfitting, but the
# old features must suit the new task. *Train all layers*: features for the problem at hand, more weights, more overfitting.
#
# ### ✎ Exercise `transfer_layers` · ★★☆ · 20 minutes · 4 points
# Write `transfer_layers(src, dst, n)`. `src` and `dst` are lists with one array for each layer, and `dst` is a fresh network. Behind the first `n`, its
# layers may have other shapes, and there may be more of them. Return `(params, trainable)`: `params` is a list as long as `dst`, with
# *copies* of the first `n` arrays of `src` and then `dst`'s own. `trainable` is a list of `True` and `False`, one for each layer:
# the transferred ones are frozen. `n = 0` is training from scratch, `n = len(dst)` freezes everything. `src` and `dst` stay as they are.


# %% write="transfer_layers"
def transfer_layers(src, dst, n):
    """The first n layers of src and the others of dst, and which layers are to be trained."""
    ### BEGIN SOLUTION
    params = [np.array(layer) for layer in src[:n]] + list(dst[n:])
    trainable = [number >= n for number in range(len(dst))]
    return params, trainable
    ### END SOLUTION


# %% check="transfer_layers" points=4
check("transfer_layers")

# %% [markdown]
# A network learns a spiral of three arms from 900 points. The new task is the same spiral, rotated and with
# its classes renamed, and there are only 9, 15, 30 or 120 points. **Predict first:** who is best with 9: all layers from scratch, the last layer only, or all layers from the old
# ones? Who is best with 120? And what if the new spiral winds the other way?

# %% guess="transfer"
predict("transfer", "")  # your guess, between the quotes

# %% locked="transfer"
make = lambda seed: training.mlp([2, 64, 64, 3], nn.ReLU, seed=seed)
task = data.spiral(900, turn=5.0)
old = training.fit(make(100), task, num_epochs=30, optimizer=lab.torch_adam(0.015), label="old").model
ways = {  # a way gives a network to start from; the number is how many layers are taken, and frozen
    "from scratch": lambda seed: bridge.transfer(transfer_layers, old, make(seed), 0),
    "last layer only": lambda seed: bridge.transfer(transfer_layers, old, make(seed), 2),
    "all layers, from the old ones": lambda seed: ways["last layer only"](seed).requires_grad_(True),
    "last layer, on frozen random ones": lambda seed: bridge.transfer(transfer_layers, make(200 + seed), make(seed), 2),
}
lab.draw_transfer(ways, rates=[0.015, 0.015, 0.015, 0.6])  # random features learn slowly
guessed("transfer")

# %% [markdown]
# **What you saw:** with 9 points the last layer alone reaches {{transfer: last_9 | .2f}}, and training from scratch
# {{transfer: scratch_9 | .2f}}. With 120 points the advantage is gone: {{transfer: last_120 | .3f}} and {{transfer: scratch_120 | .3f}} ({{transfer}}).
#
# If the new spiral winds the other way, the frozen layers stand in the way: {{transfer: other_last_120 | .3f}} with 120 points, where training all layers from the
# old ones reaches {{transfer: all_120 | .3f}}. (A learning rate ten times larger takes the frozen ones to {{transfer: other_last_120_fast | .3f}}.)
# Frozen *random* layers have as few weights to train, and reach {{transfer: random_9 | .2f}} with 9 points. So the features are worth something, and not
# just the small number of weights ({{transfer}}). Both of the lecture's options are right, each in its place: what decides is how much data you have, and how near the old task is.
#
# ## 4.6 Your code trains a real network
#
# `bridge.Initializer` puts your numbers into PyTorch's layers. Ten hidden layers of 32 units, five epochs, handwritten digits: the network
# of the first figure, and nothing but its start differs.
#
# **Predict first:** with ReLU, is Xavier good enough? Is PyTorch's own default?

# %% guess="digits"
predict("digits", "")  # your guess, between the quotes

# %% locked="digits"
parts.save("04_initialization")  # what you wrote in this notebook, for the capstone
small = lambda n_in, n_out, rng: rng.normal(0, 0.01, size=(n_in, n_out))
with_gain = lambda n_in, n_out, rng: bridge.yours(xavier_uniform)(n_in, n_out, rng, factor)
starts = [("ReLU", "std 0.01", small), ("ReLU", "PyTorch's default, yours", torch_linear_default),
          ("ReLU", "Xavier, yours", xavier_uniform), ("ReLU", "He, yours", he_normal),
          ("Tanh", "PyTorch's default, yours", torch_linear_default), ("Tanh", "Xavier, yours", xavier_uniform),
          ("Tanh", "Xavier with your gain(tanh)", with_gain)]
print(lab.starts_table(digits, starts))
guessed("digits")

# %% [markdown] question="init_weights" points=3
# *The table's finding:* with ReLU and five epochs of SGD at rate `0.1`, He's weights reach {{relu_starts: he | .2f}}, Xavier's
# {{relu_starts: xavier | .2f}}, and PyTorch's default {{relu_starts: default | .2f}}: one class for every image ({{relu_starts}}). That is a statement about SGD
# at this rate. With Adam at rate `0.001` the default learns, slowly: {{default_with_adam: default | .2f}} after 15 epochs and
# {{default_with_adam@30 epochs: default | .2f}} after 30, where He's weights reach {{default_with_adam@30 epochs: he | .2f}} ({{default_with_adam}}). Adam divides by the size of
# the gradient, so a gradient that has vanished evenly still moves the weights. For ten tanh layers the gain changes {{tanh_gain: gain - xavier}} ({{tanh_gain}}): a
# start must be good enough, not perfect.
#
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# A lecture (*Data-intensive Space Engineering*) shows these lines for He initialization:
#
# ```python
# def init_weights(m):
#     if isinstance(m, nn.Conv2d) or isinstance(m, nn.Linear):
#         init.kaiming_uniform_(m.weight, nonlinearity='relu')
#     if m.bias is not None:
#         init.zeros_(m.bias)
#
# model.apply(init_weights)
# ```
#
# (1) `apply` calls the function with every module of the model, also with `nn.ReLU()`. What happens then, and at which line?
# (2) The lecture's Xavier version calls `init.zeros_(m.bias)` for every `nn.Linear`, without an `if`. For which layers does
# that fail? (3) Write the lines so that they work for every model.
#
# ### BEGIN SOLUTION
# (1) `nn.ReLU` has no attribute `bias`: AttributeError at the second `if`, which should be inside the first one. (2) For
# `nn.Linear(..., bias=False)`: its bias is None, and `zeros_(None)` raises an AttributeError too. (3) Indent the last two
# lines: `if isinstance(m, (nn.Conv2d, nn.Linear)): kaiming_uniform_(...)` and, inside it, `if m.bias is not None: zeros_(m.bias)`.
# ### END SOLUTION

# %% [markdown]
# ## 4.7 Residual connections: the modern cure
#
# A good start makes the factor of a layer 1 before the first step. There is a way to keep it near 1 whatever the weights are (He et al., 2015, *Deep Residual Learning*). Almost every deep network of today
# uses it, and none of our lectures names it. Each layer *adds* to its input:
#
# $$h_l = h_{l-1} + f(h_{l-1} W_l), \qquad \delta_{l-1} = \delta_l + (\delta_l \odot f'(z_l))\, W_l^\top.$$
#
# The gradient goes back on two ways, and on the first nothing is multiplied. If the two parts are independent, their squares add up. With
# $c = \sqrt n\, \sigma_w\, \mathrm{rms}(f'(z))$, the factor of a layer is $\sqrt{1 + c^2}$. It is never below 1: nothing can vanish. But now it can explode, so one
# divides what is added by $\sqrt L$ (or starts it at 0, or normalizes its input). Then $L$ layers together multiply the gradient by
#
# $$\Big(1 + \frac{c^2}{L}\Big)^{L/2} \;<\; e^{c^2/2},$$
#
# *however deep the network is*. With PyTorch's default and ReLU, $c^2 = \frac13 \cdot \frac12$. Sixty layers multiply the gradient by {{residual_factor@60 layers: default_total | .2f}}.
# With He's weights the two parts are not independent any more, and the line above is too low. The measured factor is
# {{residual_factor@60 layers: he_total | .2f}} ({{residual_factor}}): here small weights are the right ones.
#
# **Predict first:** thirty hidden layers of 32 ReLU units with PyTorch's default, which ten plain layers above did not learn from. Does adding the input suffice?

# %% guess="residual_layers"
predict("residual_layers", "")  # your guess, between the quotes

# %% locked="residual_layers"
figure, (ax,) = plots.figure(1, 3.4)
for name, add in progress_bar.each({"plain": False, "with residual connections": True}.items(), "2 × 3 networks"):
    make = lambda seed: lab.residual_mlp(32, 30, nn.ReLU, seed=seed, add=add)
    runs = training.over_seeds(make, digits, seeds=3, num_epochs=5, lr=0.1, label=name)
    plots.spread(ax, [[np.nan, *run.accuracies] for run in runs], f"{name}: {seeds.summary(runs)}")
ax.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), title="Thirty ReLU layers, PyTorch's default weights")
plots.caption(figure, "Three seeds each. The two networks start with the same weights.")
plots.show()
guessed("residual_layers")

# %% [markdown]
# **What you saw:** without the connections nothing is learned, {{residual: plain | .2f}}.
# With them the same weights reach {{residual: residual | .2f}} in five epochs ({{residual}}).
#
# With Adam at rate `0.001` it is {{residual@Adam, rate 0.001: plain | .2f}} and {{residual@Adam, rate 0.001: residual | .2f}} ({{residual}}).
#
# ## 4.8 Bonus: LeCun for SELU, and orthogonal weights · ★★☆ · 0 points
#
# `lecun_normal(n_in, n_out, rng)`: normal with variance $1/n_\text{in}$, the plain rule of 4.1. It belongs to **SELU**, whose two constants are chosen so that its gain is exactly 1. Its outputs go back to mean 0 and variance 1 by themselves. Try
# `gain(reference.selu)` after `from gradwise import reference`.
#
# `orthogonal(n_in, n_out, rng, gain)`: a random matrix that keeps *lengths*, not only on average: $W^T W = \text{gain}^2 I$ if
# $n_\text{in} \ge n_\text{out}$, else $W W^T = \text{gain}^2 I$. Take $Q$ from `np.linalg.qr` of a tall normal matrix, and its transpose if you need a
# wide one. QR picks its signs by a rule of its own, so that $Q$'s first entry is never positive. Multiply each column of $Q$ by the sign of $R$'s diagonal entry, and all
# rotations are equally likely.


# %% write="more_initializers"
def lecun_normal(n_in, n_out, rng):
    """LeCun's weights, normal, of shape (n_in, n_out)."""
    ### BEGIN SOLUTION
    return rng.normal(0, np.sqrt(1 / n_in), size=(n_in, n_out))
    ### END SOLUTION


def orthogonal(n_in, n_out, rng, gain=1):
    """Weights (n_in, n_out) with orthogonal columns, or rows, of length gain."""
    ### BEGIN SOLUTION
    tall = rng.normal(size=(max(n_in, n_out), min(n_in, n_out)))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.sign(np.diag(R))
    return gain * (Q if n_in >= n_out else Q.T)
    ### END SOLUTION


# %% check="more_initializers" points=0
check("more_initializers")

# %% [markdown]
# ## The patient
#
# Its hidden layers now start from your `he_normal`. The norms of notebook 3 are there already, and they take most of the scale out. Look at the
# standard errors: can ten seeds see a difference?

# %% locked="patient"
parts.patient("04_initialization")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `xavier_uniform`, `he_normal` | `nn.init.xavier_uniform_(w, gain)`, `nn.init.kaiming_normal_(w, nonlinearity="relu")`; each has a uniform and a normal form |
# | `lecun_normal`, `orthogonal` | `nn.init.kaiming_normal_(w, nonlinearity="linear")`, `nn.init.orthogonal_(w, gain)` |
# | `gain(f)` | `nn.init.calculate_gain("tanh")`: a table for some names; √2 for ReLU, 5/3 for tanh, 1 for sigmoid, 3/4 for SELU |
# | `torch_linear_default` | nothing to call: every new `nn.Linear` (and `nn.Conv2d`) does it, by `kaiming_uniform_(a=√5)` |
# | `fan_in_out` | `nn.init._calculate_fan_in_and_fan_out`; `mode="fan_out"` in the `kaiming_*` functions |
# | `transfer_layers` | `layer.load_state_dict(old.state_dict())`, then `layer.requires_grad_(False)` |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E9 | B, *Xavier / Glorot initialization* (1) | "Gaussian" inputs and weights with mean 0 give var(wx) = var(w) var(x) | independent ones do: the shape of the distributions plays no part |
# | E10 | B, *Xavier / Glorot initialization* (2) | w ∈ N(0, 1/N) | a variance; NumPy and PyTorch take the std, √(1/N) |
# | E37 | F, *Solutions*, the table | for tanh, four times Xavier | once (Glorot), 5/3 (PyTorch) or 1.593 (your gain); the 4 is from a rule for *sigmoid* |
# | E38 | F, *Solutions*, the table | √2 · √(2/(n_in + n_out)), given for ReLU, as He's | √(2/n_in): fan-in alone. Equal for square matrices |
# | E48 | F, *Default configuration* | He's weights with ELU, as the default | √2 is ReLU's gain; ELU's is 1.245 |
# | E49 | S, *Why does weight initialization matter?* | small *weights* become exponentially smaller on the way back | the weights stay as they are: the gradients and activations shrink |
# | E50 | S, *Glorot and He initialization* (2) | PyTorch's default is Xavier uniform, biases zero | U(±1/√n_in) for weights and biases: a std of 1/√(3 n_in). S calls it a good starting point; see 4.6 for ten layers, with SGD and with Adam |
# | E51 | S, *Glorot and He initialization* (3) | the code for `model.apply` | does not run for every model: your answer above |
# | E64 | N, *Convergence: parameter initialization* | *originally* people used U(±1/√n) | `nn.Linear` still does |
#
# <details><summary><b>Question:</b> Your gain for sigmoid, 1.846, keeps the std of the outputs through twenty layers. Does that
# rescue the deep sigmoid network of notebook 2?</summary>
# No. The std over all entries is kept, but only because the units differ from each other. Differences between <i>examples</i>
# shrink by gain · √E[σ'(z)²] = 1.846 · 0.21 = 0.39 in each layer. So does the gradient on its way back. After 20 layers that is about 10⁻⁸, both ways.</details>
#
# ## References
#
# * Glorot, Bengio (2010): *Understanding the difficulty of training deep feedforward neural networks*.
# * He, Zhang, Ren, Sun (2015): *Delving deep into rectifiers*. The factor 2 of ReLU.
# * LeCun, Bottou, Orr, Müller (1998): *Efficient backprop*.
# * Saxe, McClelland, Ganguli (2014): *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*. Orthogonal weights.
# * He, Zhang, Ren, Sun (2016): *Deep residual learning for image recognition*.

# %% locked="progress"
progress("04_initialization")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
