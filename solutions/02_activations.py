# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · Activation functions · {{how long}}
#
# Without a nonlinearity between them, a hundred layers are one matrix. *Which* nonlinearity decides whether the
# gradient survives the way back, whether units can die, and whether a large number turns your loss into `nan`.
# In this notebook you write the ones the lectures name, with their derivatives, and put them into a real network.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("relu")` gives a hint, and another one each time you call it. All inputs are NumPy arrays of any shape; return
# a *new* array and leave the argument as it was. Layout everywhere in this course: `X` is (examples, features). Stars say
# how hard an exercise is. There are 25 points for code and 3 for an answer in words.
#
# ## Why: a failure you can see
#
# A disc inside a ring, two classes, 400 points. Five networks with 8 units in each hidden layer get the same 60 passes
# over the data. Three have sigmoid activations and 1, 2 or 3 hidden layers; two have ReLU and 3 or 4.
#
# **Predict first:** which of the five will separate the disc from the ring? Will the sigmoid networks get better or
# worse with depth? Run the next cell, and write your guess into the one below it.

# %% locked="setup"
import numpy as np

from gradwise import bridge, data, demos, parts, plots, progress_bar, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import activations as lab, seeds

# %% guess="ring"
predict("ring", "")  # your guess, between the quotes

# %% locked="ring"
from torch import nn

points, panels = data.ring(), []
five = [(nn.Sigmoid, 1), (nn.Sigmoid, 2), (nn.Sigmoid, 3), (nn.ReLU, 3), (nn.ReLU, 4)]
for kind, depth in progress_bar.each(five, "5 networks × 3 seeds"):
    name = f"{kind.__name__}, {depth} hidden"
    make = lambda seed: training.mlp([2, *[8] * depth, 2], kind, seed=seed)
    runs = training.over_seeds(make, points, seeds=3, num_epochs=60, lr=0.3, label=name)
    panels.append((f"{name}: {seeds.summary(runs)}", training.probability(runs[-1].model)))
figure, axes = plots.boundaries(panels, points.X_train, points.y_train)
plots.caption(figure, "Shading: the network of the last seed. Title: test accuracy ± standard error, 3 seeds.")
plots.show()
guessed("ring")

# %% [markdown]
# **What you saw:** sigmoid answers "half-half" nearly everywhere. Two hidden layers reach {{ring: sigmoid_2 | .2f}}, three
# {{ring: sigmoid_3 | .2f}}, and three layers of ReLU {{ring: relu_3 | .2f}} ({{ring}}).
#
# More layers do not help sigmoid. This is the story that the
# lecture *Técnicas de IA para Biologia* tells with pictures. Nothing is wrong with sigmoid *as a function*: with ten
# times the learning rate one hidden layer learns the disc, {{ring: sigmoid_1_fast | .2f}} ({{ring}}). What fails is the *gradient*.
#
# ## 2.1 Sigmoid and tanh: functions that saturate
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x)) \le \tfrac14, \qquad
# \tanh'(x) = \frac{1}{\cosh^2 x} = 1 - \tanh^2(x) \le 1$$
#
# Backpropagation multiplies one slope for each layer. Apart from the weights, three sigmoids pass on at most
# $(1/4)^3 = 1/64$ of a gradient, and far from 0 next to nothing: the unit is *saturated*. Tanh is better placed, because it is centered on 0 and steeper.
# (Both live on where a value *should* be bounded: in the gates of recurrent networks such as the LSTM, and at the output.)
#
# There is a second trap, in the arithmetic: $e^{1000}$ is infinite for a computer. Each of the usual forms,
# $1/(1 + e^{-x})$ and $e^x/(1 + e^x)$, overflows on one side, and $\cosh^2 x$ on both; $e^{-|x|}$ never does.
#
# ### ✎ Exercise `sigmoid` · ★★☆ · 30 minutes · 4 points
#
# Write `sigmoid(x)`, `sigmoid_grad(x)` and `tanh_grad(x)`. The argument is always $x$, never $\sigma(x)$. They must be
# right from −1000 to 1000, for integers too, and nothing may overflow on the way.


# %% write="sigmoid"
def sigmoid(x):
    """The logistic function of x, an array of any shape."""
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))  # at most 1
    return np.where(np.asarray(x) >= 0, 1, small) / (1 + small)
    ### END SOLUTION


def sigmoid_grad(x):
    """The slope of sigmoid at x."""
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return s * (1 - s)
    ### END SOLUTION


def tanh_grad(x):
    """The slope of tanh at x."""
    ### BEGIN SOLUTION
    return 1 - np.tanh(x) ** 2
    ### END SOLUTION


# %% check="sigmoid" points=4
check("sigmoid")

# %% [markdown]
# ## 2.2 ReLU and its leaky relatives
#
# $$\mathrm{relu}(x) = \max(0, x), \qquad
# \mathrm{leaky}_a(x) = \begin{cases} x & x > 0 \\ a\,x & x \le 0 \end{cases}$$
#
# For $x > 0$ the slope is 1: however many layers there are, nothing is lost on an open path. For $x < 0$ ReLU's slope
# is 0, and leaky ReLU's is $a$, a small number (PyTorch: `negative_slope=0.01`). At $x = 0$ there is a corner and no
# slope; one has to be agreed upon. This course agrees with PyTorch: 0 for ReLU, $a$ for leaky ReLU.
#
# In a network you need the *backward pass*. What arrives from above is `dout`, the gradient of the loss with respect to the output.
# What you pass on is `dout` times the slope.
#
# <details><summary><b>Question:</b> ReLU's slope is "always 1", says a slide. Where is it not, and what follows for a
# unit whose input is negative for every example? (Click for the answer.)</summary>
# It is 1 for x > 0 only. A unit that is negative everywhere passes no gradient to its own weights: it can change only if
# an earlier layer changes its input. We come back to that in 2.5.</details>

# %% [markdown]
# ### ✎ Exercise `relu` · ★☆☆ · 20 minutes · 3 points
# Write `relu(x)` (`nan` stays `nan`, −∞ becomes 0) and `relu_backward(dout, x)`.


# %% write="relu"
def relu(x):
    """max(0, x) element by element."""
    ### BEGIN SOLUTION
    return np.maximum(0, x)
    ### END SOLUTION


def relu_backward(dout, x):
    """The gradient with respect to x, given dout, the gradient with respect to relu(x)."""
    ### BEGIN SOLUTION
    return dout * (np.asarray(x) > 0)
    ### END SOLUTION


# %% check="relu" points=3
check("relu")

# %% [markdown]
# ### ✎ Exercise `leaky_relu` · ★☆☆ · 20 minutes · 3 points
# Write `leaky_relu(x, negative_slope)` and its derivative `leaky_relu_grad(x, negative_slope)`. The slope may be any
# number, also above 1 or below 0.


# %% write="leaky_relu"
def leaky_relu(x, negative_slope=0.01):
    """x right of 0, negative_slope * x left of it."""
    ### BEGIN SOLUTION
    x = np.asarray(x)
    return np.where(x > 0, x, negative_slope * x)
    ### END SOLUTION


def leaky_relu_grad(x, negative_slope=0.01):
    """The slope of leaky_relu at x; at 0 it is negative_slope."""
    ### BEGIN SOLUTION
    return np.where(np.asarray(x) > 0, 1.0, negative_slope)
    ### END SOLUTION


# %% check="leaky_relu" points=3
check("leaky_relu")

# %% [markdown]
# **PReLU** (He et al., 2015) does not guess the slope: it is a parameter, one $a_c$ for each channel $c$, learned by gradient
# descent. Forward it is leaky ReLU. Going back there are now *two* gradients, because the output depends on $x$ and on $a$:
#
# $$\frac{\partial L}{\partial x_{nc}} = \mathrm{dout}_{nc} \cdot \begin{cases} 1 & x_{nc} > 0 \\ a_c & x_{nc} \le 0 \end{cases}
# \qquad\qquad
# \frac{\partial L}{\partial a_c} = \sum_n \mathrm{dout}_{nc} \cdot \min(x_{nc}, 0)$$
#
# All examples of a batch share $a_c$, so their contributions add up. (The $1/N$ of a mean loss is already in `dout`.)
#
# ### ✎ Exercise `prelu` · ★★☆ · 30 minutes · 4 points
# Write `prelu_backward(dout, x, weight)`, which returns `(dx, dweight)`. `dout` and `x` have shape (N, C), `weight` and
# `dweight` have shape (C,).


# %% write="prelu"
def prelu_backward(dout, x, weight):
    """The gradients of PReLU with respect to x, shape (N, C), and to its slopes weight, shape (C,)."""
    ### BEGIN SOLUTION
    dx = dout * np.where(x > 0, 1.0, weight)
    dweight = (dout * np.minimum(x, 0)).sum(axis=0)
    return dx, dweight
    ### END SOLUTION


# %% check="prelu" points=4
check("prelu")

# %% [markdown]
# ## 2.3 ELU: smooth, and negative on the left
#
# $$\mathrm{elu}_\alpha(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases} \qquad
# \mathrm{elu}_\alpha'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$
#
# Negative outputs pull the mean activation towards 0, and on the left the slope fades instead of breaking off (Clevert
# et al., 2015). For $\alpha = 1$ the two pieces meet with equal slope; for any other $\alpha$ there is a corner. ELU costs an
# exponential, so it is slower than ReLU; it "outperformed all ReLU variants in their experiments", and yours are in 2.6.
# Two traps: `np.where` computes *both* pieces everywhere, so an unused $e^{1000}$ still overflows; and for $x$ just left
# of 0, $e^x - 1$ is a difference of nearly equal numbers. NumPy's `expm1` computes it with all its digits.
#
# ### ✎ Exercise `elu` · ★★☆ · 20 minutes · 4 points
#
# Write `elu(x, alpha)` and `elu_grad(x, alpha)`; at 0 the slope is `alpha`.


# %% write="elu"
def elu(x, alpha=1.0):
    """x right of 0, alpha * (exp(x) - 1) left of it."""
    ### BEGIN SOLUTION
    left = alpha * np.expm1(np.minimum(x, 0))
    return np.where(np.asarray(x) > 0, x, left)
    ### END SOLUTION


def elu_grad(x, alpha=1.0):
    """The slope of elu at x; at 0 it is alpha."""
    ### BEGIN SOLUTION
    return np.where(np.asarray(x) > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
    ### END SOLUTION


# %% check="elu" points=4
check("elu")

# %% [markdown]
# The explorer draws activations and their slopes. **Predict first:** what does the box "max(αz, z)" do to leaky ReLU with a slope of 2?
# For which $\alpha$ does ELU's corner vanish?

# %% guess="explorer"
predict("explorer", "")  # your guess, between the quotes

# %% locked="explorer"
guessed("explorer")
demos.activation_explorer()

# %% [markdown]
# ## 2.4 The last layer: output activation and loss belong together
#
# Which hidden activation is best depends on the network and the data: try two. The output activation depends on what you predict: it says
# what kind of noise you believe in, and maximum likelihood then says which loss to use. (The loss is what you train with, so it must be differentiable. What you care
# for, a *metric* such as accuracy, need not be: its slope is 0 almost everywhere. So one trains on the loss and judges by the metric. Two other losses that the
# lectures name: *Huber's* is the squared error near 0 and the absolute error far out, so that outliers pull less. The *hinge* loss
# $\max(0, 1 - yz)$ for $y = \pm 1$ is 0 once an example is right by a margin.)
#
# | You predict | Output | Noise you believe in | Loss | Gradient at the last layer's input $z$ |
# |---|---|---|---|---|
# | a number | linear | normal | mean squared error | $2(\hat y - y)/N$ |
# | yes or no | sigmoid | coin | binary cross-entropy | $(\sigma(z) - y)/N$ |
# | several yes or no | a sigmoid for each | a coin for each | the same, mean over all | $(\sigma(z) - y)/\text{entries}$ |
# | one of $K$ classes | softmax | loaded die | cross-entropy | yours to find |
#
# Up to a constant, the first three gradients are *prediction minus target*: the slope of the output activation has cancelled, so a saturated
# output that is wrong still learns. What does the fourth look like?
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\frac1N \sum_n \log p_{n, y_n}.$$
#
# Three steps on paper lead to the gradient of one row.
#
# 1. Take the logarithm of the quotient first: $-\log p_y$ is a difference of two terms. Which?
# 2. What is the slope of $\log \sum_j e^{z_j}$ with respect to $z_k$? You have a name for it already.
# 3. What is the slope of $z_y$ with respect to $z_k$? It differs for $k = y$ and $k \ne y$.
#
# And two steps lead to a loss that stays finite. Subtract the same number from all logits of a row: what happens to $p$? Which number makes
# every exponent at most 0? Do not take the logarithm of a probability that has already underflowed to 0. Before any training the loss
# should be about $\log K$: the network knows nothing yet.
#
# **Your own test judges first.** Below your code, the `numerical_gradient` that you wrote in notebook 1 measures the slopes of your loss. *Which
# error is small?* For a right gradient, rounding leaves less than `1e-8`. A bug leaves `0.01` or more. Between them may be a kink, and the test
# looks there with a smaller step. The last line of the cell plants one: an input of ReLU that is closer to 0 than the step. And if both gradients
# are 0, the relative error compares two roundings and says nothing. Look at the size then.
#
# ### ✎ Exercise `softmax_cross_entropy` · ★★★ · 40 minutes · 5 points
#
# Write `softmax_cross_entropy(Z, y)`, which returns `(loss, dZ)`: `Z` are logits (N, K), `y` classes (N,) from 0 to K−1,
# `loss` is a number, `dZ` has the shape of `Z`.


# %% write="softmax_cross_entropy"
def softmax_cross_entropy(Z, y):
    """The mean cross-entropy of logits Z (N, K) for classes y (N,), and its gradient with respect to Z."""
    ### BEGIN SOLUTION
    N = len(y)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(N), y].mean()
    dZ = np.exp(log_p)
    dZ[np.arange(N), y] -= 1
    return loss, dZ / N
    ### END SOLUTION


# %% locked="own_test"
rng = np.random.default_rng(0)
Z, y, x = rng.normal(0, 2, (5, 4)), rng.integers(0, 4, 5), np.array([-2.0, 3e-6, 0.5])
both, slope = bridge.yours(softmax_cross_entropy), bridge.yours(relu_backward)
point, loss = {"Z": Z, "x, with a kink": x}, lambda Z, x: both(Z, y)[0] + np.sum(bridge.yours(relu)(x))
parts.judge(loss, point, lambda: [both(Z, y)[1], slope(np.ones(3), x)])

# %% check="softmax_cross_entropy" points=5
check("softmax_cross_entropy")

# %% [markdown]
# The stability clinic has five formulas as they stand in textbooks. All are right on paper.

# %% free=true
# The stability clinic: five formulas that are right on paper. Find a number that breaks each one.
textbook = {
    "sigmoid": lambda x: np.exp(x) / (1 + np.exp(x)),
    "tanh": lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    "softmax": lambda x: np.exp([x, 0.0]) / np.exp([x, 0.0]).sum(),
    "cross-entropy": lambda x: -np.log(1 - 1 / (1 + np.exp(-x))),
    "elu": lambda x: (x > 0) * x + (x <= 0) * (np.exp(x) - 1),
}
breaks = {"sigmoid": 1.0, "tanh": 1.0, "softmax": 1.0, "cross-entropy": 1.0, "elu": 1.0}  # change these
with np.errstate(all="ignore"):
    for name, x in breaks.items():
        value = textbook[name](np.float64(x))
        print(f"{'broken' if not np.all(np.isfinite(value)) else 'holds':7} {name}({x:g}) = {value}")

# %% [markdown]
# ## 2.5 Units that die
#
# A ReLU unit whose input is negative for *every* example outputs 0, gets no gradient, and stays as it is. One step that
# is too large is enough, and so is an unlucky bias. A lecture says it "will not revive"; it can, if the layers below it
# move its input, but nothing in the unit itself works towards that.
#
# ### ✎ Exercise `dead_fraction` · ★☆☆ · 10 minutes · 2 points
#
# Write `dead_fraction(H)`: the share (0 to 1) of units that are silent for all examples. `H` has shape (examples,
# units) and holds activations or pre-activations; silent means $\le 0$.


# %% write="dead_fraction"
def dead_fraction(H):
    """The share of columns of H (examples, units) in which no entry is positive."""
    ### BEGIN SOLUTION
    return float(np.mean((H <= 0).all(axis=0)))
    ### END SOLUTION


# %% check="dead_fraction" points=2
check("dead_fraction")

# %% [markdown]
# Who dies, and who comes back? Left: a ReLU network with learning rates of `0.1`, `0.5` and `1`. Right:
# four activations whose biases all start at −1, so that most units are silent. **Predict first:** which of
# them recover?

# %% guess="who_dies"
predict("who_dies", "")  # your guess, between the quotes

# %% locked="who_dies"
digits, count_dead = data.digits(), bridge.yours(dead_fraction)


def four_networks(name, activation, lr, bias=None):
    """Four trained networks; your function counts their silent units after each epoch."""
    make = lambda seed: training.mlp([64, 16, 16, 10], activation, seed=seed, bias=bias)
    watch = lambda model: count_dead(training.pre_activations(model, digits.X_train))
    return training.over_seeds(make, digits, seeds=4, num_epochs=30, lr=lr, label=name, watch=watch)


rates = {f"ReLU, learning rate {lr}": (nn.ReLU, lr) for lr in (0.1, 0.5, 1.0)}
starts = {f"{name}, biases from -1": (kind, 0.1, -1.0) for name, kind in lab.FOUR_KINDS.items()}
lab.draw_silence(four_networks, rates, starts)
guessed("who_dies")

# %% [markdown]
# **What you saw:** on the left more and more units fall silent as the rate grows. On the right ReLU does not recover from a bad
# start, and leaky ReLU does if its slope is large enough ({{large_rate}}, {{unlucky_start}}).
#
# On the left, most units that are lost stay lost, though a few come back when a layer below moves them. At a learning rate of
# 1 the whole network stops learning: after 10 epochs {{large_rate: silent_1 | %}} of the units are silent, and the accuracy is
# {{large_rate: accuracy_1 | .2f}} instead of {{large_rate: accuracy_01 | .2f}} ({{large_rate}}).
#
# On the right every network starts with most of its units silent. For ReLU the *whole second layer* is: no gradient reaches the first one, so nothing
# below can wake it. Leaky ReLU passes a little gradient there, but *how* little matters. With slope `0.1` it reaches {{unlucky_start: slope_01 | .2f}} in 30 epochs.
# With the usual slope of `0.01` it is still where ReLU is, at {{unlucky_start: slope_001 | .2f}}; after 120 epochs it has come to
# {{unlucky_start@120 epochs: slope_001 | .2f}}, and ReLU to {{unlucky_start@120 epochs: relu | .2f}} ({{unlucky_start}}). For such units "silent" is not "dead", but it can last.
#
# ## 2.6 Your code trains a real network
#
# `bridge.Activation(f, f_grad)` wraps your two functions into a PyTorch layer: forward calls your function, backward
# multiplies by your derivative. `bridge.PReLU` learns its slopes from your gradient, and `bridge.Loss` is your cross-entropy.
# The rest (weights, optimizer, the loop) is PyTorch. The data are 1797 handwritten digits of 8 × 8 pixels.
#
# **Predict first:** one of the six networks below will hardly learn in ten epochs. Which? And in the experiment after it, in
# which of the seven is the first layer's gradient *hundreds* of times smaller than the last layer's?

# %% guess="digits"
predict("digits", "")  # your guess, between the quotes

# %% locked="digits"
relu_slope = lambda x: relu_backward(np.ones_like(x), x)
mine = {
    "sigmoid": lambda: bridge.Activation(sigmoid, sigmoid_grad),
    "tanh": lambda: bridge.Activation(np.tanh, tanh_grad),
    "relu": lambda: bridge.Activation(relu, relu_slope),
    "leaky_relu": lambda: bridge.Activation(leaky_relu, leaky_relu_grad, 0.1),
    "prelu": lambda: bridge.PReLU(prelu_backward, 32),
    "elu": lambda: bridge.Activation(elu, elu_grad, 1.0),
}
print(lab.digits_table(digits, mine, bridge.Loss(softmax_cross_entropy)))
guessed("digits")

# %% locked="seven"
parts.save("02_activations")  # what you wrote in this notebook, for the capstone
spiral, results = data.spiral(), {}
for name, activation in progress_bar.each({**mine, "GELU": nn.GELU}.items(), "7 activations × 3 seeds"):
    make = lambda seed: training.mlp([2, 32, 32, 32, 3], activation, seed=seed)
    first, *_, last = training.weight_gradients(make(0), spiral)
    runs = training.over_seeds(make, spiral, seeds=3, num_epochs=30, lr=0.3, label=name)
    results[name] = first, last, [run.accuracy for run in runs]
lab.draw_seven(results)
guessed("digits")

# %% [markdown]
# **What you saw:** from the last layer to the first sigmoid's gradient shrinks by {{shrinking: sigmoid | 10^}}, and those of ReLU and tanh
# by less than thirty ({{shrinking}}).

# %% [markdown] question="xu_table" points=3
# *What both experiments say:* sigmoid is slow, and not unable: it reaches {{slow_sigmoid: sigmoid | .2f}} after 10 epochs and {{slow_sigmoid@40 epochs: sigmoid | .2f}} after 40, where ReLU has {{slow_sigmoid@40 epochs: relu | .2f}} ({{slow_sigmoid}}).
#
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# One lecture (*Técnicas de IA para Biologia*) shows these *errors* from Xu et al. (2015), training / test. Another one (*Training Deep Neural Networks*) says that leaky variants "always outperformed the strict ReLU". In that paper the negative side is $x / a$, so
# $a = 100$ means a slope of `0.01`.
#
# | | ReLU | leaky, $a = 100$ | leaky, $a = 5.5$ | PReLU | RReLU |
# |---|---|---|---|---|---|
# | CIFAR-10 | `.0032 / .1245` | `.0031 / .1266` | `.0036 / .1120` | `.0018 / .1179` | `.0055 / .1119` |
# | CIFAR-100 | `.136 / .4290` | `.116 / .4205` | `.085 / .4042` | `.063 / .4163` | `.114 / .4025` |
#
# (1) Which slope is $a = 5.5$? (2) Which cell of the table refutes the claim as it stands? And which activation has the lowest training
# error, which the lowest test error? (3) Rewrite the claim so that
# the table supports it, and say what you would need to know before you believed it for *your* network.
#
# ### BEGIN SOLUTION
# (1) 1/5.5 = 0.18. (2) CIFAR-10, a = 100: 0.1266 is worse than ReLU's 0.1245. PReLU has the lowest training error
# on both data sets, RReLU the lowest test error: who fits best need not generalize best. (3) For example: "On these two data sets,
# leaky units with a clear slope (0.18, learned or random) had lower test errors than ReLU. With a slope of 0.01 there was
# no consistent difference." One run each and no standard errors: I would need several seeds, and data like mine.
# ### END SOLUTION

# %% [markdown]
# ## 2.7 Bonus: more activations, more losses · ★★☆ · 0 points
#
# `rrelu(x, lower, upper, training, rng)`: in training every negative entry draws its own slope from U(lower, upper); in
# evaluation the slope is the middle. `crelu(x)` (Shang et al., 2016): relu(x) and relu(−x) side by side along axis 1, so the width
# doubles.
# `selu(x)`: $\lambda\,\mathrm{elu}_\alpha(x)$ with $\lambda = 1.0507009873554805$, $\alpha = 1.6732632423543772$ on both sides of
# 0. `gelu(x)` $= x\,\Phi(x)$ with $\Phi(x) = \tfrac12(1 + \mathrm{erf}(x/\sqrt2))$ (`math.erf`); `silu(x)` $= x\,\sigma(x)$; `mish(x)` $= x \tanh(\log(1 + e^x))$.
# And two losses of section 2.4, `mse_loss(y_hat, y)` and `binary_cross_entropy_with_logits(z, y)`, each with its gradient;
# their means go over *all* entries, so the second one serves several labels too. Do as many as you like.


# %% write="zoo"
def rrelu(x, lower, upper, training, rng):
    ### BEGIN SOLUTION
    slope = rng.uniform(lower, upper, size=x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, x, slope * x)
    ### END SOLUTION

def crelu(x):
    ### BEGIN SOLUTION
    return np.concatenate([relu(x), relu(-x)], axis=1)
    ### END SOLUTION

def selu(x):
    ### BEGIN SOLUTION
    return 1.0507009873554805 * elu(x, 1.6732632423543772)
    ### END SOLUTION

def gelu(x):
    ### BEGIN SOLUTION
    import math
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
    ### END SOLUTION

def silu(x):
    ### BEGIN SOLUTION
    return x * sigmoid(x)
    ### END SOLUTION

def mish(x):
    ### BEGIN SOLUTION
    return x * np.tanh(np.logaddexp(0, x))
    ### END SOLUTION


# %% check="zoo" points=0
check("zoo")


# %% write="losses"
def mse_loss(y_hat, y):
    """The mean squared error, and its gradient with respect to y_hat."""
    ### BEGIN SOLUTION
    return float(np.mean((y_hat - y) ** 2)), 2 * (y_hat - y) / y.size
    ### END SOLUTION


def binary_cross_entropy_with_logits(z, y):
    """The mean binary cross-entropy of logits z, and its gradient with respect to z."""
    ### BEGIN SOLUTION
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return float(loss), (sigmoid(z) - y) / z.size
    ### END SOLUTION


# %% check="losses" points=0
check("losses")

# %% [markdown]
# ## The patient
#
# The network of notebook 1 gets your `elu` and your `elu_grad` in the place of sigmoid. Nothing else changes.

# %% locked="patient"
parts.patient("02_activations")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `sigmoid`, tanh, `relu` | `nn.Sigmoid`, `nn.Tanh`, `nn.ReLU` |
# | `leaky_relu`, `prelu_backward`, `rrelu` | `nn.LeakyReLU(negative_slope=0.01)`, `nn.PReLU(num_parameters=1, init=0.25)`, `nn.RReLU(1/8, 1/3)` |
# | `elu`, `selu`, `gelu`, `silu`, `mish` | `nn.ELU(alpha=1.0)`, `nn.SELU`, `nn.GELU`, `nn.SiLU`, `nn.Mish` |
# | `softmax_cross_entropy` | `nn.CrossEntropyLoss`: it takes *logits*; a softmax before it is a common bug |
# | `mse_loss`, `binary_cross_entropy_with_logits` | `nn.MSELoss`, `nn.BCEWithLogitsLoss` |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E2 | B, *Sigmoid*, *Tanh* | sigmoid lies in [0, 1], tanh in [−1, 1] | open intervals; the ends are reached only by rounding: 1 at x = 40, 0 at x = −1000 |
# | E3 | B, *ReLU*, *Leaky ReLU* | ReLU and leaky ReLU have slope 1 at 0 | a convention; PyTorch takes the left slope |
# | E4, E40 | B, *ELU*; F, *Exponential Linear Unit* | ELU's slope at 0 is 1; it is smooth everywhere | only for α = 1, as S says, and there once: its second derivative jumps. For any other α there is a corner |
# | E5 | B, *ELU* | ELU saturates, so it is "less prone to overfitting" | its authors argue with the mean shift and a noise-robust saturated state, and report better generalization; less overfitting is not shown |
# | E23 | T, *Rectified Linear Unit* | "does not saturate for positive values, and gradient is always 1" | 1 for positive values, and 0 for negative ones |
# | E24 | T, *Rectified Linear Unit* | units die from very negative weights and never revive | they die if the input is negative for *all* examples, often through the bias, and can revive if lower layers move |
# | E26 | T, *Comparing ReLU variants*; F, *Leaky ReLU* | leaky "always outperformed"; a = 100 | the a of Xu et al. divides; in one cell of their table, which T shows, it does not outperform |
# | E27 | T, *Maximum likelihood for linear regression* | the log-likelihood is "∝" the squared error; n and N are mixed | equal up to an additive constant and a positive factor, for the N examples |
# | E66 | B, *Leaky ReLU* | leaky ReLU "solves the problem of dead neurons" | its slope lets units come back, the more slowly the smaller it is: section 2.5 |
# | E39 | F, *Leaky ReLU* | leaky ReLU is max(αz, z) | only for α ≤ 1; try α = 2 in the explorer |
#
# <details><summary><b>Question:</b> RReLU in Xu et al. divides by the mean of its divisors, PyTorch multiplies by the mean of its
# slopes. With divisors from 3 to 8, and slopes from 1/8 to 1/3, are the two test slopes equal?</summary>
# No: 2/(3 + 8) = 0.182, and (1/8 + 1/3)/2 = 0.229. The mean of reciprocals is not the reciprocal of the mean.</details>
#
# ## References
#
# * Nair, Hinton (2010): *Rectified linear units improve restricted Boltzmann machines*.
# * Xu, Wang, Chen, Li (2015): *Empirical evaluation of rectified activations in convolutional network*. The table of the question in 2.6.
# * Clevert, Unterthiner, Hochreiter (2016): *Fast and accurate deep network learning by exponential linear units*. ELU.
# * Klambauer, Unterthiner, Mayr, Hochreiter (2017): *Self-normalizing neural networks*. SELU.
# * Hendrycks, Gimpel (2016): *Gaussian error linear units*. GELU and SiLU; Misra (2019): *Mish*.

# %% locked="progress"
progress("02_activations")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
