# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · Vanishing and exploding gradients · {{how long}}
#
# The error signal goes through a network from the last layer to the first, and every layer multiplies it by some factor.
# Twenty factors of one quarter leave nothing; twenty factors of four blow up. In this notebook you write backpropagation,
# from one neuron to a deep network, learn to *test* it, to *measure* where a gradient gets lost, and to clip it.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("neuron_bce")` gives a hint, and another one each time you call it. Everything is NumPy; return *new* arrays and
# leave the arguments as they were. The layout, everywhere in this course: `X` is (examples, features), `W` is (inputs,
# outputs), a layer computes `X @ W + b`. (PyTorch's `nn.Linear` keeps the transpose of `W`.) Stars say how hard an
# exercise is. There are 25 points for code and 3 for an answer in words.
#
# ## Why: a failure you can see
#
# Handwritten digits, 8 × 8 pixels, ten classes. Four networks with 32 units in each hidden layer see the data six times.
# Three have sigmoid activations and 1, 3 or 5 hidden layers; one has tanh and 5.
#
# **Predict first:** which of them will be no better than guessing, one in ten? In a network that does not learn, which layer has moved least
# from its initial weights, the first or the last? Run the next cell, and write your guess into the one below it.

# %% locked="setup"
import numpy as np

from gradwise import bridge, data, demos, parts, plots, progress_bar, reference, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import gradients as lab, networks, seeds

# %% guess="layers_learn_at_different_speeds"
predict("layers_learn_at_different_speeds", "")  # your guess, between the quotes

# %% locked="layers_learn_at_different_speeds"
from torch import nn

digits, results = data.digits(), {}
four = [(nn.Sigmoid, 1), (nn.Sigmoid, 3), (nn.Sigmoid, 5), (nn.Tanh, 5)]
for kind, depth in progress_bar.each(four, "4 networks × 3 seeds"):
    name = f"{kind.__name__}, {depth} hidden"
    make = lambda seed: training.mlp([64, *[32] * depth, 10], kind, seed=seed)
    runs = training.over_seeds(make, digits, seeds=3, num_epochs=6, lr=0.3, label=name)
    results[name] = runs, [lab.moved(make(seed), run.model) for seed, run in enumerate(runs)]
lab.draw_learning(results)
guessed("layers_learn_at_different_speeds")

# %% [markdown]
# **What you saw:** five sigmoid layers only guess, at {{five_sigmoid_layers: sigmoid | .2f}}, and their first layer hardly moves.
# Five tanh layers reach {{five_sigmoid_layers: tanh | .2f}} ({{five_sigmoid_layers}}).
#
# After 12 epochs the sigmoid network is still at {{five_sigmoid_layers@12 epochs: sigmoid | .2f}}.
# The layers learn at widely different speeds, as the lecture *Training Deep Neural Networks* says. On the way up, the digits lose what tells them apart. At the start, the outputs of the last hidden
# layer differ by about {{digits_look_alike: spread | .5f}} from one digit to the next ({{digits_look_alike}}). More layers did not
# help; the lecture *Técnicas de IA para Biologia* found the same. To see why, we go back to one neuron.
#
# ## 1.1 One neuron
#
# $$z = Xw + b, \qquad p = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad
# L = -\frac1N \sum_n \big[\, y_n \log p_n + (1 - y_n) \log(1 - p_n) \,\big]$$
#
# The loss is the *binary cross-entropy*. It is what maximum likelihood asks for: each label is a coin with probability $p_n$,
# so the likelihood of all labels is the product $\prod_n p_n^{y_n} (1 - p_n)^{1 - y_n}$. Take the logarithm, change the sign, and divide by $N$: that is $L$.
# The chain rule goes backwards from $L$ to $z$ to $w$:
#
# $$\frac{\partial L}{\partial z} = \frac{p - y}{N}, \qquad \frac{\partial L}{\partial w} = X^\top \frac{\partial L}{\partial z},
# \qquad \frac{\partial L}{\partial b} = \sum_n \frac{\partial L}{\partial z_n}$$
#
# *Prediction minus target*: sigmoid's slope $p(1 - p)$ has cancelled against the logarithm. With the squared error
# $\frac1N \sum (p - y)^2$ it does not cancel, and $\partial L / \partial z = 2 (p - y)\, p (1 - p) / N$: a neuron that is wrong *and* saturated learns next to
# nothing. (*Técnicas de IA para Biologia* writes $E = \frac12 \sum (t - s)^2$ and gets the step $\eta\,(t - s)\, s (1 - s)\, x$: the same, but for the
# factor $2/N$.)
#
# <details><summary><b>From likelihood to the squared error, in four lines</b> (click)</summary>
# For a linear output with normally distributed noise, maximum likelihood gives the squared error. A target is
# $y_n = \hat y_n + \varepsilon_n$ with $\varepsilon_n \sim N(0, \sigma^2)$, so its density is $\frac{1}{\sqrt{2\pi}\,\sigma} e^{-(y_n - \hat y_n)^2 / 2\sigma^2}$.
# The examples are independent: the densities multiply, and their logarithms add up to
# $\log \mathcal L = -N \log(\sqrt{2\pi}\,\sigma) - \frac{1}{2\sigma^2} \sum_n (y_n - \hat y_n)^2$.
# The first term does not depend on the weights, and $\sigma$ is fixed. So the weights with the largest likelihood are those with the smallest
# $\sum_n (y_n - \hat y_n)^2$, and with the mean of these squares, whose gradient is $2(\hat y - y)/N$.</details>
#
# The $1/N$ lives here, in the loss, and nowhere else: so the gradient does not grow with the batch size. And beware of the computer:
# at $z = 800$, $\log(1 - p)$ is $\log 0$. The same loss, straight from $z$, never fails:
#
# $$L = \frac1N \sum_n \big[ \max(z_n, 0) - y_n z_n + \log(1 + e^{-|z_n|}) \big], \qquad
# p = \begin{cases} 1 / (1 + e^{-|z|}) & z \ge 0 \\ e^{-|z|} / (1 + e^{-|z|}) & z < 0 \end{cases}$$
#
# ### ✎ Exercise `neuron_bce` · ★★☆ · 30 minutes · 4 points
#
# Write `neuron_bce(X, w, b, y)`, which returns `(loss, dw, db)`. `X` is (N, D), `w` and `dw` are (D,), `b`, `loss` and `db` are
# numbers, `y` (N,) holds zeros and ones. Nothing may overflow, for $|z|$ up to 800 and beyond.


# %% write="neuron_bce"
def neuron_bce(X, w, b, y):
    """The mean binary cross-entropy of a sigmoid neuron, and its gradients with respect to w and b."""
    ### BEGIN SOLUTION
    z = X @ w + b
    small = np.exp(-np.abs(z))  # at most 1
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(small))
    p = np.where(z >= 0, 1, small) / (1 + small)
    dz = (p - y) / len(y)
    return float(loss), X.T @ dz, float(dz.sum())
    ### END SOLUTION


# %% check="neuron_bce" points=4
check("neuron_bce")

# %% [markdown]
# ## 1.2 Trust no gradient that you have not tested
#
# A wrong gradient does not crash: it trains a little worse. But a derivative is a limit, and a limit can be *measured*:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}, \qquad
# \text{relative error} = \frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}$$
#
# where $e_i$ moves entry $i$ alone. Going both ways makes the error of order $h^2$ (one way: $h$). Too small an $h$ does not help either:
# rounding grows like $10^{-16}/h$; near $h = 10^{-5}$ both are small. Compare with the *relative* error: below `1e-7` the
# gradient is right, above `1e-2` it is wrong. Between them look closer, for there is one innocent cause: a **kink**. If ReLU's
# corner lies between $x - h$ and $x + h$, the measurement mixes two slopes. Of small ReLU networks with 20 hidden units, all with the *right* gradient
# and $h = 10^{-4}$, {{kinks: relu_fails | .1%}} had an error above `1e-4`; with tanh none had ({{kinks}}). A kink goes away with a smaller
# $h$ or another point; a bug stays. Your test will judge your backward passes in this notebook, and in 2, 3 and 8.
#
# ### ✎ Exercise `gradient_check` · ★★☆ · 30 minutes · 4 points
#
# Write `numerical_gradient(f, x, h)`: `f` takes an array like `x` and gives a number; `x` may have any shape (also none) and
# may hold integers; it must not change. The answer has the shape of `x`. And write `relative_error(a, b)`, one number for two
# arrays of any shape; if both are zero it is 0.


# %% write="gradient_check"
def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by central differences, one entry of x after the other."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        grad[index] = (f(x + step) - f(x - step)) / (2 * h)
    return grad
    ### END SOLUTION


def relative_error(a, b):
    """The norm of a - b over the sum of their norms."""
    ### BEGIN SOLUTION
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(np.subtract(a, b)) / size) if size > 0 else 0.0
    ### END SOLUTION


# %% check="gradient_check" points=4
check("gradient_check")

# %% [markdown]
# Now we put a lecture to the test. A slide (BIOS 7747) prints the loss of one neuron as
# $L = y - \log \hat y - (1 - y)\log(1 - \hat y)$. **Predict first:** is its slope still $\hat y - y$? What will a neuron that
# follows it say about the examples with $y = 0$?

# %% guess="the_slides_loss"
predict("the_slides_loss", "")  # your guess, between the quotes

# %% locked="the_slides_loss"
slope_of, bce = bridge.yours(numerical_gradient), bridge.yours(neuron_bce)
slide = lambda z, y: y - np.log(reference.sigmoid(z)) - (1 - y) * np.log(1 - reference.sigmoid(z))
right_slope = lambda t, X, y: np.append(*bce(X, t[:2], t[2], y)[1:])  # t holds two weights and the bias


def slides_slope(t, X, y):
    """The slope of the slide's loss, as your numerical_gradient measures it."""
    return slope_of(lambda t: slide(X @ t[:2] + t[2], y).mean(), t)


lab.draw_two_losses({"cross-entropy": right_slope, "the slide's loss": slides_slope})
guessed("the_slides_loss")

# %% [markdown]
# **What you saw:** with the slide's loss {{slides_loss: slide_wrong | %}} of the negatives stay misclassified.
# With the cross-entropy it is {{slides_loss: right_wrong | %}} ({{slides_loss}}).
#
# Your measurement says why. For $y = 0$ the slide's slope is $2\hat y - 1$, which is 0 at one half. So training stops pushing the negatives down once $p$ reaches one half. The slide misplaced a minus: it is $-\,y \log \hat y$, not $y - \log \hat y$. For $y = 1$ the two
# differ by a constant only, and nobody notices.
#
# ## 1.3 From a chain to a network
#
# The whole topic fits into one line of single numbers: $a_0 = x$, $\; z_l = w_l\, a_{l-1}$, $\; a_l = f(z_l)$. By the chain rule
#
# $$\frac{\partial a_L}{\partial a_{l-1}} = \prod_{k=l}^{L} w_k\, f'(z_k).$$
#
# Factors below 1 in size: it vanishes. Above 1: it explodes. Sigmoid's slope is at most $\frac14$, so *in a chain of single
# neurons* with $|w| < 4$ every factor is below 1 and the gradient must vanish. Two culprits, then: weights of the wrong size, and
# slopes that are small because the activation is saturated. (A third one, the width, comes with the network.)
#
# ### ✎ Exercise `chain_gradient` · ★★☆ · 20 minutes · 3 points
# Write `chain_gradient(x, ws, f, df)`: `x` is a number, `ws` has shape (L,) and may hold integers, `f` and `df` are the activation and
# its slope. It returns an array (L,) whose entry `l` (from 0) is the product from link `l` to the last. A weight may be negative or 0.


# %% write="chain_gradient"
def chain_gradient(x, ws, f, df):
    """The derivative of the chain's end with respect to what goes into each link, shape (L,)."""
    ### BEGIN SOLUTION
    factors = []
    for w in ws:
        z = w * x
        factors.append(w * df(z))
        x = f(z)
    return np.cumprod(factors[::-1])[::-1]
    ### END SOLUTION


# %% check="chain_gradient" points=3
check("chain_gradient")

# %% [markdown]
# Now twenty links, with weights around some values, and three activations.
#
# **Predict first:** does a sigmoid chain explode if all weights are about 8?

# %% guess="chains"
predict("chains", "")  # your guess, between the quotes

# %% locked="chains"
chain = bridge.yours(chain_gradient)
six = [("sigmoid", 1), ("sigmoid", 4), ("sigmoid", 8), ("tanh", 1), ("ReLU", 1), ("ReLU", 2)]


def derivatives(kind, w, seed):
    """What reaches each of 20 links from the end of a chain, with weights about w."""
    ws = w * np.random.default_rng(seed).uniform(0.8, 1.2, 20)
    return np.abs(chain(0.5, ws, *networks.ACTIVATIONS[kind]))


lab.draw_chains({(kind, w): [derivatives(kind, w, seed) for seed in range(20)] for kind, w in six})
guessed("chains")

# %% [markdown]
# **What you saw:** with weights of about 4 the sigmoid chain keeps {{chains: sigmoid_4 | 10^}} of the gradient, and with 8 only
# {{chains: sigmoid_8 | 10^}}. ReLU with weights of about 2 explodes ({{chains}}).
#
# Why is 8 worse than 4? There $z$ goes far out, where sigmoid's slope is next to nothing.
#
# **The network** has matrices in the place of the numbers. For a batch $X$ of shape (N, D) let $H_0 = X$ and, for $l = 1, \dots, L$,
#
# $$Z_l = H_{l-1} W_l + b_l, \qquad H_l = f(Z_l) \;\text{ for } l < L, \qquad H_L = Z_L \;\text{ (the last layer is linear)}.$$
#
# With $D$ features, $H$ hidden units and $O$ outputs that makes $DH + H + HO + O$ parameters. Going back, what arrives is `dout`, the
# gradient of the loss with respect to the output. Let $\delta_l = \partial L / \partial Z_l$. All of these keep the batch's axis: the first one
# is that of the examples. The last layer is linear, so its $\delta_L$ is `dout` itself. Now derive one layer. Written out, it says
#
# $$Z_{nj} = \sum_i H_{ni} W_{ij} + b_j.$$
#
# 1. The weight $W_{ij}$ moves $Z_{nj}$ of *every* example $n$. By how much? The chain rule adds up over all that it moves.
# 2. Which entries of $Z$ does the bias $b_j$ move?
# 3. The output $H_{ni}$ of the layer below moves $Z_{nj}$ of *every* unit $j$. By how much? Again, add up.
# 4. From $H$ to the $Z$ below it there is one slope for each entry. It is taken at $Z$, not at $H$.
#
# Then write each sum as a matrix product. The shapes leave one way: dW has the shape of $W$, and $\delta$ that of $Z$. The $1/N$ is already in
# `dout`. Nobody needs the Jacobian, which for one layer has N·H × N·D entries: only its product with $\delta$.
#
# ### ✎ Exercise `mlp_forward` · ★★☆ · 30 minutes · 3 points
# Write `mlp_forward(X, Ws, bs, f)`, which returns `(out, zs, hs)`: lists with `zs[l]` the input of layer `l`'s activation (L of
# them, layers counted from 0) and `hs[0] = X`, ..., `hs[L] = out` (L + 1 of them). Call `f` for hidden layers only.


# %% write="mlp_forward"
def mlp_forward(X, Ws, bs, f):
    """The output of a network, with the inputs and outputs of all activations."""
    ### BEGIN SOLUTION
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        last = len(zs) == len(Ws)
        hs.append(zs[-1] if last else f(zs[-1]))
    return hs[-1], zs, hs
    ### END SOLUTION


# %% check="mlp_forward" points=3
check("mlp_forward")

# %% [markdown]
# ### ✎ Exercise `mlp_backward` · ★★★ · 50 minutes · 5 points
# Write `mlp_backward(dout, zs, hs, Ws, df)`, which returns `(dWs, dbs, deltas)`, three lists with one array for each layer, the first
# layer first. `dout` has the shape of `out`, each entry of `dbs` that of its bias, each delta that of its Z. With Python's
# counting, layer `l` has the input `hs[l]`, the weights `Ws[l]` and the result `zs[l]`. The first cell below your code is your own test: it
# measures all six gradients of a small network with your `numerical_gradient`. Then comes the check.
#
# <details><summary><b>Question:</b> All weights start at the same value, say <code>0.1</code> (or 0). What do your formulas say about the columns of
# dW, and what does the network lose? (Click for the answer.)</summary>
# All units of a *hidden* layer compute the same and get the same gradient, so they stay equal for ever: a hundred units that are
# one. (Only the columns of the last dW differ: each output has its own target.) With zeros it is worse: δ W<sup>T</sup> is 0 at the first
# step, and below the last layer nothing arrives. Random weights break the symmetry; zero biases do no harm.</details>


# %% write="mlp_backward"
def mlp_backward(dout, zs, hs, Ws, df):
    """The gradients with respect to all weights, all biases and all zs, given that of the output."""
    ### BEGIN SOLUTION
    L = len(Ws)
    dWs, dbs, deltas = [None] * L, [None] * L, [None] * L
    delta = dout
    for layer in reversed(range(L)):
        dWs[layer], dbs[layer], deltas[layer] = hs[layer].T @ delta, delta.sum(axis=0), delta
        if layer > 0:
            delta = (delta @ Ws[layer].T) * df(zs[layer - 1])
    return dWs, dbs, deltas
    ### END SOLUTION


# %% locked="own_test"
rng, (f, df) = np.random.default_rng(0), networks.ACTIVATIONS["tanh"]
X, dout, (Ws, bs) = rng.normal(size=(6, 4)), rng.normal(size=(6, 2)), networks.random_weights([4, 3, 5, 2], seed=1)
forward, backward = bridge.yours(mlp_forward), bridge.yours(mlp_backward)


def gradients():
    _, zs, hs = forward(X, Ws, bs, f)
    dWs, dbs, _ = backward(dout, zs, hs, Ws, df)
    return [*dWs, *dbs]


loss = lambda *p: np.sum(dout * forward(X, p[:3], p[3:], f)[0])  # p holds three weights, then three biases
point = dict(zip(["W1", "W2", "W3", "b1", "b2", "b3"], [*Ws, *bs]))
parts.judge(loss, point, gradients, test=(numerical_gradient, relative_error))

# %% check="mlp_backward" points=5
check("mlp_backward")

# %% locked="bug_hunt"
# The same test for another backward pass, which has two planted bugs. Where are they?
_, zs, hs = forward(X, Ws, bs, f)
dWs, dbs, _ = lab.suspect_backward(dout, zs, hs, Ws, df)
parts.judge(loss, point, lambda: [*dWs, *dbs], test=(numerical_gradient, relative_error))

# %% [markdown]
# <!-- no claim -->Errors near $10^{-10}$ are rounding. The suspect's two large errors are bugs: twice the gradient gives
# $1/(1 + 2) = 0.33$, and one sixth of it (a mean over 6 examples where a sum belongs) $5/7 = 0.71$. A network with such a gradient still
# trains, only worse, so the loss alone would not show either of them.
#
# ## 1.4 How large is the gradient, and of what?
#
# One number for each layer says where the gradient gets lost: the *root mean square* of $\delta_l$ over all its entries,
# $r_l = \sqrt{\mathrm{mean}(\delta_l^2)}$. (A plain mean lets signs cancel; a norm grows with the width.) And one number for the network: the ratio $r_1 / r_L$.
#
# **The factor of a layer.** In a chain a link multiplies the gradient by $w f'(z)$. In a network, one entry of $\delta_{l-1}$ is a sum over the
# $n$ units of layer $l$: $\;\delta_{l-1,i} = f'(z_i) \sum_{j=1}^{n} W_{ij}\, \delta_{l,j}$. If the weights are independent of what arrives, with mean 0 and
# standard deviation $\sigma_w$, then the variances of the $n$ terms add up. So
#
# $$\frac{r_{l-1}}{r_l} \;\approx\; \sqrt n \cdot \sigma_w \cdot \mathrm{rms}\big(f'(z)\big).$$
#
# Width, weights, slopes: remember this line, for notebook 04 is built on it. A chain is the case $n = 1$. In a wide network many small contributions add up, so a bound on single
# weights says nothing. Take twenty sigmoid layers with all $|w| < 3.9$. With one unit each, they multiply the gradient by {{width_decides: narrow | 10^}}. With a hundred
# units each, the factor is {{width_decides: wide | 10^}}: the gradient explodes, with {{width_decides: saturated | %}} of the units saturated ({{width_decides}}). On the ladder
# below, the measured factor of a layer over the predicted one is {{layer_factor: sigmoid_1 | .2f}} for sigmoid, {{layer_factor: tanh_1 | .2f}}
# for tanh and {{layer_factor: relu_he | .2f}} for ReLU ({{layer_factor}}).
#
# ### ✎ Exercise `gradient_report` · ★★☆ · 20 minutes · 3 points
#
# Write `gradient_report(deltas)`, which returns `(rms, ratio, label)`: an array (L,), a number, and a word. If any rms is nan or infinite the
# word is `"non-finite"`, whatever the ratio. Else it is `"vanishing"` below `1e-3`, `"exploding"` above `1e3`, and `"healthy"` between.
# If the last rms is exactly 0, nothing arrives at all: the ratio is then `0.0`, without a division; however small it is otherwise, divide.


# %% write="gradient_report"
def gradient_report(deltas):
    """The root mean square of each layer's delta, the ratio of the first to the last, and a label."""
    ### BEGIN SOLUTION
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    if not np.isfinite(rms).all():
        return rms, ratio, "non-finite"
    if ratio < 1e-3:
        return rms, ratio, "vanishing"
    return rms, ratio, "exploding" if ratio > 1e3 else "healthy"
    ### END SOLUTION


# %% check="gradient_report" points=3
check("gradient_report")

# %% [markdown]
# **The depth ladder.** Twenty hidden layers of 100 units look at 100 digits. A weight's standard deviation is `scale`/√inputs: scale 1 is
# Xavier's, √2 He's (notebook 04 says why), 10 gives the 100-unit layers plain N(0, 1) weights. **Predict first:** which of the five nets will the report call healthy? And
# before any training a network knows nothing, so its loss should be about $\log 10 = 2.30$. Which of the five starts far above?
# Below the figure is a network to play with. Turn the scale until the ratio is 1, for each activation: which of them need a narrow
# range, and how many of sigmoid's units are saturated where it gets there?
#
# **The trap.** Then comes the plot that everybody draws first, the size of $dW_l$ for each layer, of a tanh network whose weights are
# too small. Read what it says, and what the loss says. Then *repair it*: one word is wrong.

# %% guess="depth_ladder"
predict("depth_ladder", "")  # your guess, between the quotes

# %% locked="depth_ladder"
report, X, y = bridge.yours(gradient_report), digits.X_train[:100], digits.y_train[:100]
look = lambda *net, **more: lab.deep_look(forward, backward, X, y, *net, **more)  # with your two passes
ladder = [("sigmoid", 1.0), ("sigmoid", 4.0), ("tanh", 1.0), ("ReLU", np.sqrt(2)), ("ReLU", 10.0)]
nets = {f"{kind}, scale {scale:.3g}": [look(kind, scale, seed) for seed in range(3)] for kind, scale in ladder}
lab.draw_ladder(report, nets)
guessed("depth_ladder")

# %% [markdown]
# **What you saw:** the factor of a layer tells each rung apart. Sigmoid's gradient ends at {{ladder: sigmoid_1 | 10^}} of its size, and
# that of ReLU with He's weights stays healthy; at scale 10 it grows by {{ladder: relu_10 | 10^}} ({{ladder}}).

# %% locked="flow"
demos.gradient_flow()  # turn the scale until the ratio is 1: how narrow is the range?

# %% free=true
# The plot that everybody draws first. Is this network healthy? One word in this cell is wrong: repair it.
loss, hs, dWs, deltas = look("tanh", 0.5, seed=0)
rms, ratio, label = report(dWs)
figure, (ax,) = plots.figure(1, 3.0)
networks.by_layer(ax, [rms], label)
ax.set(ylabel="root mean square", ylim=(1e-12, 1), title="tanh, half of Xavier's scale")
later = [look("tanh", scale, seed=0, steps=40)[0] for scale in (0.5, 1.0)]
plots.caption(figure, f"First over last: {ratio:.1e}, so the report says: {label}. In 40 steps its loss goes from "
              f"{loss:.3f} to {later[0]:.3f}; that of the same network with twice the weights is {later[1]:.3f}.")
plots.show()

# %% [markdown]
# Sigmoid's ratio in the ladder passes 1 as well, at a scale between 8 and 20. There most of its units are saturated ({{sigmoid_turns}}).
#
# **The trap, explained** ({{trap}}): $dW_l = H_{l-1}^\top \delta_l$ has *two* factors. If each layer shrinks the signal by $c$ on the way up, $H_{l-1}$
# is about $c^{\,l-1}$. Each layer then shrinks the gradient by $c$ on the way down, so $\delta_l$ is about $c^{\,L-l}$. Their product is
# $c^{\,L-1}$ for *every* layer: equally tiny everywhere, with a ratio near 1. The explosion hides in the same way. $\delta$ tells them apart;
# so does an absolute look at $dW$.
#
# **Inside a layer.** "All neurons have gradients within similar ranges" is a lecture's advice. It speaks of neurons, where the ladder has one
# number for a layer. So take the rms of each *column* of $\delta_l$: one number for each unit.

# %% locked="neurons"
figure, (ax,) = plots.figure(1, 3.0)
spreads = []
for scale in (1.0, 4.0, 10.0):
    deltas = look("sigmoid", scale, seed=0)[3]
    rms = np.sort(np.sqrt(np.mean(deltas[10] ** 2, axis=0)))[::-1]  # the eleventh layer: a number for each of 100 units
    ax.semilogy(range(1, 101), rms / np.median(rms), label=f"scale {scale:g}")
    spreads.append(f"{rms[9] / rms[89]:.0f}-fold at scale {scale:g}")
ax.set(xlabel="units of the eleventh layer, sorted", ylabel="rms of δ / median")
plots.legend_below(ax, 3)
plots.caption(figure, f"Sigmoid, one seed. From the tenth unit to the ninetieth it falls {', '.join(spreads)}.")
plots.show()

# %% [markdown]
# **What you saw:** at scale 1 the units of a layer get gradients of like size. At scale 10 the luckiest tenth gets more
# than a hundred times as much as the last one ({{neurons}}).
#
# Units that are saturated for every digit have no slope left, and their neighbors do the learning. One number for a layer hides that. A unit
# of ReLU whose column is exactly 0 has learned nothing from this batch. And "within similar ranges" is met by a dead network too: look at the size as well.
#
# ## 1.5 Clipping, and your code in real networks
#
# Good weights and activations (the next notebooks) keep factors near 1. Where they cannot, as in a recurrent network, which
# multiplies by the *same* matrix again and again, there is an emergency brake. Picture the loss as a plain that ends at a **cliff** (Goodfellow,
# Bengio and Courville, *Deep Learning*, 8.2.4). A product of many factors can rise steeply within a small step. At the foot of
# the cliff the gradient is huge, and one step of the usual rate throws the weights far away. Clipping keeps the direction of this step and
# shortens it. Take all gradients together as one long vector $g$:
#
# $$\lVert g \rVert = \sqrt{\textstyle\sum_{\text{arrays}} \sum g^2}, \qquad
# g \leftarrow g \cdot \min\Big(1, \frac{c}{\lVert g \rVert + 10^{-6}}\Big)$$
#
# One factor for all arrays, so the *direction* stays; a short gradient stays as it is. (The $10^{-6}$ is PyTorch's; it saves $0/0$.) One can also clip each
# array by its own norm, or each entry by value: both turn the direction. And a `nan` should spread, not hide: with
# one `nan` among the gradients the norm is `nan`, and so is every entry after clipping, as in PyTorch. (Python's `min(1, nan)` is 1; `np.minimum` hands it on.)
#
# ### ✎ Exercise `clip_grad_norm` · ★★☆ · 20 minutes · 3 points
#
# Write `clip_grad_norm(grads, max_norm)`: `grads` is a list of arrays of any shapes. It returns `(new_grads, total_norm)`: a list of
# arrays, and the norm *before* clipping. The arrays in `grads` stay as they were; where nothing is clipped you may return them as they are.


# %% write="clip_grad_norm"
def clip_grad_norm(grads, max_norm):
    """New gradients with a common norm of at most max_norm, and the norm that they had."""
    ### BEGIN SOLUTION
    total_norm = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    scale = np.minimum(1.0, max_norm / (total_norm + 1e-6))
    return [g * scale for g in grads], float(total_norm)
    ### END SOLUTION


# %% check="clip_grad_norm" points=3
check("clip_grad_norm")

# %% [markdown]
# Two experiments. One: a network that uses one matrix ten times, twice He's variance, five
# seeds with and without clipping. Two: networks with six hidden layers of 32 units whose forward and backward pass are *yours*
# (`bridge.Network`), trained by PyTorch's SGD with your clipping in front of each step (`bridge.clipped`). **Predict first:** which rows of the table stay
# at one in ten? Does clipping save sigmoid?

# %% guess="digits"
predict("digits", "")  # your guess, between the quotes

# %% locked="rescue"
clip = bridge.yours(clip_grad_norm)
two = {"without clipping": np.inf, "norm clipped at 1": 1.0}
runs = {name: [lab.train_recurrent(forward, backward, clip, X, y, max_norm, seed) for seed in range(5)]
        for name, max_norm in two.items()}
lab.draw_rescue(runs)

# %% [markdown]
# **What you saw:** without clipping {{recurrent: plain_lost | %}} of 24 fresh trainings end in nan or at the loss of guessing.
# With it {{recurrent: clipped_learns | %}} learn ({{recurrent}}).

# %% locked="digits"
parts.save("01_vanishing_gradients")  # what you wrote in this notebook, for the next ones
clip_each = lambda grads, c: [clip([grad], c)[0][0] for grad in grads]
rows = {  # the activation, the scale of the weights, and how gradients are clipped
    "sigmoid, scale 1": ("sigmoid", 1.0), "tanh, scale 1": ("tanh", 1.0), "ReLU, scale 1.41": ("ReLU", np.sqrt(2)),
    "sigmoid, clipped at norm 5": ("sigmoid", 1.0, clip, 5.0), "ReLU, scale 2.5, no clipping": ("ReLU", 2.5),
    "... all arrays together, norm 5": ("ReLU", 2.5, clip, 5.0),
    "... each array, norm 5": ("ReLU", 2.5, clip_each, 5.0),
    "... by value, 0.1 (PyTorch's)": ("ReLU", 2.5, reference.clip_grad_value, 0.1),
}
print(lab.clipping_table(forward, backward, digits, rows))
guessed("digits")

# %% [markdown] question="the_trap" points=3
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# A friend trains a deep tanh network. The loss does not move. "It can't be vanishing gradients", she says: "I plotted the
# norm of dW for every layer, and they are all the same. I'll try gradient clipping."
#
# (1) Why does her plot not show what she thinks? Use $dW_l = H_{l-1}^\top \delta_l$. (2) What should she plot instead, and what
# would you expect to see? (3) Why will clipping not help, and what might?
#
# ### BEGIN SOLUTION
# (1) dW has two factors. If the weights are too small, activations shrink on the way up and deltas on the way down by the same factor a layer. The product is equally tiny in every layer, so the ratio is near 1. (2) The rms of delta (and of the activations) for
# each layer on a log axis: a straight line down towards the first layer; or the absolute size of dW. (3) Clipping only ever
# shrinks gradients, all by one factor; it leaves ratios alone. Larger initial weights (Xavier, He), other activations, normalization.
# ### END SOLUTION

# %% [markdown]
# ## 1.6 Bonus: more ways to clip, and the squared error · ★★☆ · 0 points
#
# Read your table once more. The network with weights that are too large reaches {{clipping: no_clip | .2f}}, the same network clipped in three ways
# {{clipping: together | .2f}}, {{clipping: each | .2f}} and {{clipping: value | .2f}}: how you clip matters less than whether you clip. After 10 epochs weights of a good size are ahead of the best of the three by {{clipping@10 epochs: good_start - best_clip}}. Sigmoid is not saved ({{clipping}}). The matrix that is used ten times needs the clipping too ({{recurrent}}).
#
# `clip_grad_value(grads, clip_value)`: every entry goes to the nearer end of [−clip_value, clip_value]. `clip_grad_norm_each(grads,
# max_norm)`: every array is clipped by its own norm, with the same `1e-6`. Both return the list of new arrays only, and `nan` stays `nan`.
# `neuron_mse(X, w, b, y)`: like `neuron_bce`, with the loss $\frac1N \sum (p - y)^2$ of section 1.1; it returns `(loss, dw, db)`.
# `count_parameters(sizes)`: weights and biases of a network with these layer sizes, `[64, 32, 10]` for one hidden layer. Do as many as you like.


# %% write="more_gradients"
def clip_grad_value(grads, clip_value):
    ### BEGIN SOLUTION
    return [np.clip(g, -clip_value, clip_value) for g in grads]
    ### END SOLUTION

def clip_grad_norm_each(grads, max_norm):
    ### BEGIN SOLUTION
    return [clip_grad_norm([g], max_norm)[0][0] for g in grads]
    ### END SOLUTION

def neuron_mse(X, w, b, y):
    ### BEGIN SOLUTION
    z = X @ w + b
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)
    dz = 2 * (p - y) * p * (1 - p) / len(y)
    return float(np.mean((p - y) ** 2)), X.T @ dz, float(dz.sum())
    ### END SOLUTION

def count_parameters(sizes):
    ### BEGIN SOLUTION
    return sum((inputs + 1) * outputs for inputs, outputs in zip(sizes[:-1], sizes[1:]))
    ### END SOLUTION


# %% check="more_gradients" points=0
check("more_gradients")

# %% [markdown]
# ## The patient
#
# One small network goes through the course with you. It has five hidden layers, and learns from 200 digits. One label in four is drawn at random.
# Here it falls ill: sigmoid units, PyTorch's default weights, and plain SGD at a constant rate. At the end of each notebook it gets what you wrote
# there. The scoreboard is computed in your kernel, by your own functions, and kept beside `parts.py`. The numbers are honest. Some cures help much,
# and some help less than their standard error.

# %% locked="patient"
parts.patient("01_vanishing_gradients")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `neuron_bce` | `nn.BCEWithLogitsLoss`: it takes *logits*; `nn.BCELoss` takes $p$ and cuts its logarithms off at −100 |
# | `mlp_forward`, `mlp_backward` | `nn.Sequential` of `nn.Linear` (weights stored as (outputs, inputs)); `loss.backward()` |
# | `numerical_gradient`, `relative_error` | `torch.autograd.gradcheck`, in float64 |
# | `gradient_report` | a tensor's own gradient: `z.retain_grad()`, or `module.register_full_backward_hook` |
# | `clip_grad_norm` | `nn.utils.clip_grad_norm_`, between `backward()` and `step()`; it works in place and returns the norm before |
# | `clip_grad_value` | `nn.utils.clip_grad_value_` (Keras: `clipvalue`, `clipnorm` for each array, `global_clipnorm` for all) |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E1 | B, *Vanishing and exploding gradients* | $L = y - \log \hat y - (1 - y) \log(1 - \hat y)$ | $-y \log \hat y - (1 - y) \log(1 - \hat y)$; you measured what the other one does to $y = 0$ |
# | E22 | T, *Backpropagation* | the input comes "through weight j", and j counts the examples too | the weight's index is m; j is the example |
# | E27 | T, *Maximum likelihood for linear regression* | the log-likelihood is "∝" minus the squared error | minus the squared error times a positive factor, plus a constant; hence the largest likelihood is the smallest squared error, and $\frac12 \sum$, $\sum$ and the mean share their minimum |
# | E49 | S, *Why does weight initialization matter?* | weights that start too small "become exponentially smaller" going back | the *gradients* and activations do; the weights stay as they are, which is the trouble |
# | – | F | sigmoid and normal weights make a layer's outputs vary much more than its inputs | the *inputs of the sigmoid* do; its outputs lie in (0, 1), with a variance of at most ¼: it saturates |
# | – | N | clipping is $c\,g / \lVert g \rVert$ if $\lVert g \rVert > c$ | the same but for PyTorch's 1e-6, which matters only for tiny $c$ |
# | – | B | to prevent both, gradients and data "within similar ranges" | not enough: a dead network can have a ratio of 1. The slide before asks for "optimal ranges"; that is the half to add |
#
# <details><summary><b>Question:</b> Sigmoid's slope is at most 1/4. So with weights of 8 the factors could be 2. Why did the chain of
# section 1.3 vanish all the same, faster than with weights of 4?</summary>
# Large weights push z far out, where the slope is next to nothing: for z = 8 it is 0.0003, and 8 times that is 0.003. Only near z = 0 is
# the slope 1/4. So much for a chain. In a layer of a hundred units the same saturation does not make the gradient vanish. The factor is √n · σ<sub>w</sub> · rms(f′), and large weights make up for small slopes. A wide sigmoid network at scale 20 explodes.</details>
#
# ## References
#
# * Rumelhart, Hinton, Williams (1986): *Learning representations by back-propagating errors*.
# * Bengio, Simard, Frasconi (1994): *Learning long-term dependencies with gradient descent is difficult*.
# * Glorot, Bengio (2010): *Understanding the difficulty of training deep feedforward neural networks*.
# * Pascanu, Mikolov, Bengio (2013): *On the difficulty of training recurrent neural networks*. Clipping, and the cliff.
# * Goodfellow, Bengio, Courville (2016): *Deep Learning*, chapters 6 and 8.

# %% locked="progress"
progress("01_vanishing_gradients")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
