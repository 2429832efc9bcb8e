# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · Optimizers · {{how long}}
#
# Backpropagation tells you which way is down. An optimizer decides how far to go, with which memory of the steps before,
# and whether every weight gets the same rate. In this notebook you write the ones the lectures name, find out why a fair
# comparison between them is hard, and let *your* Adam train a real PyTorch network. (*Training Deep Neural Networks*
# names four things that speed up training: initialization, activation, batch normalization, and minibatches with a better
# optimizer. This is the fourth.)
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("adam")` gives a hint, and another one each time you call it. There are 27 points for code and 3 for an answer in
# words.
#
# ## Why: a failure you can see
#
# The simplest rule is **gradient descent**, $w \leftarrow w - \eta\, g$, with the gradient $g$ and the learning rate
# $\eta$ (`lr`). Here it runs on a ravine, $L(w) = \tfrac12 (w_1^2 + 100\, w_2^2)$: across, the ground is 100 times as
# curved as along. This ratio is the *condition number* $\kappa$; in real networks it is far larger.
#
# **Predict first:** one of the three rates below is `0.019`, one is `0.0201`, only a little larger. How different can 60 steps be?
# Run the next cell, and write your guess into the one below it.

# %% locked="setup"
import numpy as np
import torch

from gradwise import bridge, data, demos, parts, plots, progress_bar, reference, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import optimizers as lab, seeds, surfaces

# %% guess="ravine"
predict("ravine", "")  # your guess, between the quotes

# %% locked="ravine"
figure, axes = plots.figure(3, 3.1, share_y=True)
ends = []
for ax, lr in zip(axes, (0.002, 0.019, 0.0201)):
    path = surfaces.descend(lambda w, g, state: (w - lr * g, state), surfaces.RAVINE, 60)
    surfaces.contours(ax, surfaces.RAVINE)
    ax.plot(*path.T, "o-", color=plots.BLUE, markersize=2, linewidth=0.8)
    ax.set_title(f"learning rate {lr}")
    ends.append(f"{surfaces.RAVINE.value(path[-1]):.2g}")
begin = surfaces.RAVINE.value(np.array(surfaces.RAVINE.start))
plots.caption(figure, f"60 steps from the upper right. The loss begins at {begin:.2g} and ends at {', '.join(ends)}.")
plots.show()
guessed("ravine")

# %% [markdown]
# <!-- no claim -->**What you saw:** a rate that is a little too large explodes, and the largest one that does not still crawls along the ravine.
#
# Each step multiplies $w_2$ by $1 - 100\,\eta$ and $w_1$ by $1 - \eta$. The numbers 100 and 1 are the curvatures, the *eigenvalues*
# of the matrix of second derivatives. The first factor allows no rate above $2/100$: beyond
# it every step overshoots by more than it gains. The second factor, then, is $0.98$ at best: along the ravine you crawl. The steep
# direction sets the limit and the flat one sets the time. (A lecture says that a low rate gets "trapped in local
# minima"; in this bowl there are none. A low rate is slow.)
#
# Three ideas help: remember the last steps (6.2), give each weight a rate of its own (6.3, 6.4), change the rate
# with time (6.6). First, where does $g$ come from?
#
# ## 6.1 Minibatches
#
# The gradient of the whole training set is exact and expensive; that of a *minibatch* of $B$ examples is noisy and cheap. Take
# the **mean** over the batch, not the sum ("the total gradient", says one lecture): with a sum, twice the
# batch would mean twice the step. The noise of a mean falls like $1/\sqrt B$. A batch a quarter the size is twice as noisy, so training is harder, as a lecture
# finds. But it costs a quarter of the work, so we use small batches anyway. In one *epoch* each example is used once: shuffle all indices, then cut the list.
# One list of indices serves `X[batch]` and `y[batch]` alike, so that examples keep their labels.
#
# ### ✎ Exercise `minibatch_indices` · ★☆☆ · 20 minutes · 2 points
#
# Write `minibatch_indices(n, batch_size, rng)`: a **list** of integer arrays that together hold each of 0 … n−1 once, in
# random order. All have `batch_size` entries but the last, which may be shorter (if `batch_size` exceeds `n`, it is the
# only one). Draw from `rng` and from nothing else: each call shuffles anew, equal generators give equal batches.


# %% write="minibatch_indices"
def minibatch_indices(n, batch_size, rng):
    """One epoch's batches: a list of arrays of indices."""
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
    ### END SOLUTION


# %% check="minibatch_indices" points=2
check("minibatch_indices")

# %% locked="noise_of_batches"
digits, sizes = data.digits(), (4, 8, 16, 32, 64, 128, 256)
figure, (ax,) = plots.figure(1, 3.2)
for epochs, label in ((0, "before training"), (3, "after 3 epochs")):
    model = training.mlp([64, 32, 32, 10], torch.nn.ReLU)
    training.fit(model, digits, num_epochs=epochs)
    lab.draw_noise(ax, lab.gradient_noise(model, digits, sizes), label)
plots.caption(figure, "Dots: typical distance from the gradient of all examples, over its size. Lines: 1/√B.")
plots.show()

# %% [markdown]
# **What you saw:** from 32 to 8 examples the noise grows {{noise_of_batches: noise_8_over_32 | .2f}}-fold, as $1/\sqrt B$ says ({{noise_of_batches}}).
#
# After some training the gradient itself is small, and a
# minibatch is mostly noise. That is why a smaller rate helps near the end (6.6).
#
# ## 6.2 Momentum: a ball with a memory
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v \qquad\qquad (v = 0 \text{ at the start})$$
#
# Across the ravine the gradient changes sign at every step and cancels in $v$; along it, it adds up to $g/(1-\beta)$. This
# is the *heavy ball*, and PyTorch's `SGD(momentum=β)`. The largest stable rate grows, too, from $2/\lambda$ to
# $2(1 + \beta)/\lambda$, where $\lambda$ is the largest curvature (in 6.5 the same letter is the strength of the weight decay).
#
# **From κ to its root.** The best single rate for gradient descent is $2/(\lambda_{\max} + \lambda_{\min})$, and then each step multiplies both directions by
# $(\kappa - 1)/(\kappa + 1)$. So the number of steps is proportional to $\kappa$. For the heavy ball Polyak (1964) found
# $\beta = \big(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\big)^2$ and $\eta = 4/(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2$, and a factor of
# $(\sqrt\kappa - 1)/(\sqrt\kappa + 1)$: the number of steps is proportional to $\sqrt\kappa$. With $\kappa = 100$ that is {{square_root_of_kappa: gd | .0f}} steps against
# {{square_root_of_kappa: ball | .0f}}. From 100 to 400 the first number grows {{square_root_of_kappa: gd_growth | .1f}}-fold, the second {{square_root_of_kappa: ball_growth | .1f}}-fold ({{square_root_of_kappa}}).
#
# **Nesterov's** version looks one step ahead along $v$. In PyTorch's form the *new* $v$ is used like
# this:
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\,(g + \beta v)$$
#
# The lectures write momentum in two other ways. *Rate inside*: $m \leftarrow \beta m + \eta g$, $w \leftarrow w - m$: the
# same path, until $\eta$ changes on the way. *Average*: $v \leftarrow \beta v + (1 - \beta) g$: the path of the heavy ball
# with the rate $\eta (1 - \beta)$.
#
# <details><summary><b>Question:</b> A slide gives the average, and below it the code <code>SGD(lr=0.1, momentum=0.9)</code>. You had tuned
# η = 1/10 with the slide's formula. What does the code do? (Click for the answer.)</summary>
# PyTorch has the sum: its steps are 1/(1 − β) = 10 times as large. The same path needs <code>lr=0.01</code>.</details>
#
# **How steps are written here.** A step is a function: `w, state = step(w, g, state, lr, ...)`. `w` and `g` are arrays of
# one shape (any shape; whole numbers, too). `state` is what the function remembers about this one parameter, a dictionary: `{}` in the first step,
# later what your function returned the step before. The names in it are up to you (`state.get("v", 0.0)` is 0 until there is a `"v"`). Return *new* things: leave `w`, `g` and `state` as they were, and keep nothing outside `state`. The rate
# may be another one at each step.
#
# ### ✎ Exercise `momentum` · ★★☆ · 30 minutes · 4 points
#
# Write `sgd_momentum(w, g, state, lr, momentum)` and `sgd_nesterov(w, g, state, lr, momentum)`, both as PyTorch has
# them; each returns `(w, state)`.


# %% write="momentum"
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """One step of the heavy ball: the new weights and the new state."""
    ### BEGIN SOLUTION
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}
    ### END SOLUTION


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """One step of Nesterov's momentum: the new weights and the new state."""
    ### BEGIN SOLUTION
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (g + momentum * v), {"v": v}
    ### END SOLUTION


# %% check="momentum" points=4
check("momentum")

# %% [markdown]
# Now a race of five rules in the ravine.
#
# **Predict first:** rotate the ravine by 45°. Which of the five slow down, and which are unaffected? Then press play, and move the sliders.

# %% guess="race"
predict("race", "")  # your guess, between the quotes

# %% locked="race"
guessed("race")
demos.optimizer_race()

# %% [markdown]
# ## 6.3 A rate for every weight: AdaGrad and RMSProp
#
# In the ravine one rate must serve two curvatures. Why not divide each weight's step by the typical size of *its own*
# gradients? Everything below works entry by entry.
#
# $$\textbf{AdaGrad:}\quad S \leftarrow S + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{S} + \varepsilon}$$
#
# $$\textbf{RMSProp:}\quad S \leftarrow \alpha S + (1 - \alpha)\, g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{S} + \varepsilon}$$
#
# Both begin with $S = 0$. AdaGrad's sum only grows, so its steps only shrink: fine for convex problems; in a
# network the steps often become too small too soon. RMSProp (never published; it comes from a lecture) forgets: $S$ is a moving average of
# the squares. The small $\varepsilon$ prevents 0/0 and stands *outside* the root, as in PyTorch. An entry whose gradient has
# always been 0 stays where it is.
#
# ### ✎ Exercise `adaptive_rates` · ★★☆ · 30 minutes · 5 points
#
# Write `adagrad(w, g, state, lr, eps)` and `rmsprop(w, g, state, lr, alpha, eps)`; each returns `(w, state)`.


# %% write="adaptive_rates"
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """One step of AdaGrad: the new weights and the new state."""
    ### BEGIN SOLUTION
    total = state.get("total", 0.0) + g**2
    return w - lr * g / (np.sqrt(total) + eps), {"total": total}
    ### END SOLUTION


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """One step of RMSProp: the new weights and the new state."""
    ### BEGIN SOLUTION
    average = alpha * state.get("average", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(average) + eps), {"average": average}
    ### END SOLUTION


# %% check="adaptive_rates" points=5
check("adaptive_rates")

# %% [markdown]
# ## 6.4 Adam: both, and an honest start
#
# Adam (adaptive *moment* estimation; Kingma and Ba, 2015) averages the gradient as momentum does, and its square as RMSProp
# does. Both averages begin at 0, so at first they are too small: after $t$ steps with a constant gradient, $m = (1 - \beta_1^t)\,g$.
# Dividing by just that factor repairs it. With $t = 1$ in the first step:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# What is remembered is $m$ and $v$ as they are, *without* the correction, and $t$. Each parameter has its own.
#
# <details><summary><b>Question:</b> How long is Adam's first step if the gradient is 1/100? And if it is 100?</summary>
# Then m̂ = g and v̂ = g², so the step is η·g/|g|: η both times. The size of the gradient cancels, only its sign counts. This is
# why one rate fits so many networks. It holds for the first step only. Later m̂ falls with the gradient, and √v̂ remembers the larger gradients of
# before, so near a smooth minimum Adam's steps do become small.</details>
#
# ### ✎ Exercise `adam` · ★★★ · 40 minutes · 5 points
#
# Write `adam(w, g, state, lr, betas, eps)`; `betas` is the pair $(\beta_1, \beta_2)$. It returns `(w, state)`.


# %% write="adam"
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """One step of Adam: the new weights and the new state."""
    ### BEGIN SOLUTION
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% check="adam" points=5
check("adam")

# %% [markdown]
# **Predict first**, for two experiments. (1) Your six rules run in the ravine, and in the same ravine turned by 45°:
# whose number of steps changes? (2) A lecture leaves the corrections out, another forgets the powers $t$. By which factor is
# the *first* step wrong, and the tenth? Up to which $\varepsilon$ can nobody see whether it stands inside the root or outside?

# %% guess="six"
predict("six", "")  # your guess, between the quotes

# %% locked="six"
def rule(f, *args):
    """A step that calls your function with these settings."""
    return lambda w, g, state: bridge.yours(f)(w, g, state, *args)


rules = {"GD 0.019": rule(sgd_momentum, 0.019, 0.0), "momentum 0.01": rule(sgd_momentum, 0.01, 0.9),
         "Nesterov 0.01": rule(sgd_nesterov, 0.01, 0.9), "AdaGrad 1": rule(adagrad, 1.0),
         "RMSProp 0.1": rule(rmsprop, 0.1, 0.9), "Adam 0.3": rule(adam, 0.3)}
average = rule(lambda w, g, state: sgd_momentum(w, (1 - 0.9) * g, state, 10 * 0.01, 0.9))
surfaces.draw_six(rules, average)
guessed("six")

# %% [markdown]
# **What you saw:** the first three rules are blind to the turn. AdaGrad needs {{turned: adagrad | .0f}} steps more after it, and RMSProp
# does not settle, turned or not ({{turned}}).

# %% locked="largest_rates"
surfaces.draw_limits(lambda lr, beta: rule(sgd_momentum, lr, beta))

# %% [markdown]
# <!-- no claim -->**What you saw:** with a momentum of $0.9$ nearly twice the rate still arrives, as $2(1 + \beta)/100$ says.

# %% locked="microscope"
epsilons, betas, written = 10.0 ** np.arange(-12, 0), (0.9, 0.999), lab.adam_as_written
inside, *others = lab.FORMS
both = [(rule(adam, 0.1, betas, eps), rule(written, 0.1, betas, eps, inside)) for eps in epsilons]
apart = [surfaces.apart(mine, theirs) for mine, theirs in both]
forms = {"yours": rule(adam, 1.0, betas, 1e-8)}
forms |= {form: rule(written, 1.0, betas, 1e-8, form) for form in others}
figure, axes = plots.figure(2, 3.4)
lab.draw_rulers(axes, epsilons, apart, {name: surfaces.step_sizes(form, 40) for name, form in forms.items()})
plots.caption(figure, f"Left: a difference of {apart[4]:.0e} at ε = {1e-8:g}, and of {apart[9]:.2g} at ε = {1e-3:g}.")
plots.show()
guessed("six")

# %% [markdown]
# <!-- no claim -->**What you saw:** the larger ε is, the further the two forms lie apart. Without the corrections the first step is three times too long;
# without the powers of $t$ the first one is right, and the later ones are not.

# %% locked="switchboard"
demos.convention_switchboard()

# %% [markdown]
# AdaGrad divides *weight by weight*: it straightens a ravine that runs along an axis, and no other. RMSProp at a constant rate does not settle: its loss stays near {{turned: rmsprop_floor | 10^}} ({{turned}}). Adam
# slows down by itself: after 100 steps its steps are {{adam_slows_down: at_100 | 10^}} times as long as the first, after 600 steps {{adam_slows_down: at_600 | 10^}} ({{adam_slows_down}}).
#
# *Why is Nesterov faster here?* Both have the same rate and the same memory. Across the ravine the heavy ball overshoots and comes back, and this swing dies down only by a factor of
# $\sqrt\beta$ a step. Nesterov looks ahead, and its factor is $\sqrt{\beta (1 - \eta \lambda)}$: with $\eta\lambda = 0.01 \cdot 100 = 1$ that is 0. After ten steps its loss is
# {{why_nesterov: steep_left_nesterov | 10^}}, and the ball's {{why_nesterov: steep_left_ball | 10^}}. So it settles after {{why_nesterov: nesterov_stays | .0f}} steps instead of {{why_nesterov: ball_stays | .0f}}. (It falls below a
# millionth for the *first* time after {{why_nesterov: nesterov_first | .0f}} steps already, on its way through the middle. Such a number is luck, so the figure counts from where the loss stays
# below; {{why_nesterov}}.)
#
# ## 6.5 Weight decay: coupled or decoupled
#
# A penalty $\tfrac{\lambda}{2} \lVert w \rVert^2$ on the loss adds $\lambda w$ to the gradient. This is **coupled** decay, PyTorch's `weight_decay`
# in `SGD` and in `Adam`. What is added goes through the momentum. In Adam it also goes through the division by $\sqrt{\hat v}$, so weights with large
# gradients are decayed *less*. **AdamW** (Loshchilov and Hutter, 2019) decouples it: the weights
# shrink by themselves, and the gradient knows nothing of it.
#
# $$\texttt{sgd\_wd:}\quad g \leftarrow g + \lambda w, \text{ then momentum} \qquad\qquad
# \texttt{adamw:}\quad w \leftarrow w\,(1 - \eta \lambda), \text{ then Adam with } g \text{ as it is}$$
#
# (Mind the factor: in notebook 5 the penalty is $\lambda \lVert w \rVert^2$, so λ there is half of λ here.) Three lectures say that an L2 penalty "is" weight decay. That is
# true of plain SGD, and not of momentum or Adam. (That AdamW *generalizes better* than
# Adam is what its authors found for large networks; the table in 6.7 has both, on yours.)
#
# ### ✎ Exercise `adamw` · ★★☆ · 30 minutes · 4 points
#
# Write `sgd_wd(w, g, state, lr, momentum, weight_decay)` and `adamw(w, g, state, lr, betas, eps, weight_decay)`, with
# $\lambda$ = `weight_decay`. The rate may change from step to step. You may call your functions from above.


# %% write="adamw"
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """One step of SGD with momentum and coupled weight decay: the new weights and the new state."""
    ### BEGIN SOLUTION
    return sgd_momentum(w, g + weight_decay * w, state, lr, momentum)
    ### END SOLUTION


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """One step of AdamW: the new weights and the new state."""
    ### BEGIN SOLUTION
    return adam(w * (1 - lr * weight_decay), g, state, lr, betas, eps)
    ### END SOLUTION


# %% check="adamw" points=4
check("adamw")

# %% [markdown]
# ## 6.6 Schedules: the rate is a function of time
#
# Far from the minimum a large rate is good; near it, the noise of the minibatches makes the weights jump around it, and a smaller
# rate calms them. With $t = 0, 1, 2, \dots$ counting steps (or epochs):
#
# $$\text{step:}\ \ \eta_0\, \gamma^{\lfloor t/k \rfloor} \qquad
# \text{cosine:}\ \ \eta_{\min} + \tfrac12 (\eta_0 - \eta_{\min}) \Bigl(1 + \cos \frac{\pi t}{T}\Bigr) \qquad
# \text{triangular: } \text{low} \to \text{high} \to \text{low, straight lines}$$
#
# The triangle (a *cyclical* rate; Smith, 2017) takes $k$ steps up and $k$ down, again and again, and starts low. The cosine (Loshchilov and Hutter, 2017)
# has a formula that holds for *every* $t$: after $T$ it rises again.
#
# ### ✎ Exercise `schedules` · ★★☆ · 30 minutes · 3 points
#
# Write `step_decay(lr0, t, step_size, gamma)`, `cosine_annealing(lr0, t, T_max, eta_min)` and
# `triangular_lr(t, base_lr, max_lr, step_size)`; `step_size` is $k$, `T_max` is $T$, `t` a whole number from 0. Each returns one number.


# %% write="schedules"
def step_decay(lr0, t, step_size, gamma=0.1):
    """The learning rate at t: multiplied by gamma every step_size steps."""
    ### BEGIN SOLUTION
    return lr0 * gamma ** (t // step_size)
    ### END SOLUTION


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """The learning rate at t: half a cosine from lr0 at 0 to eta_min at T_max."""
    ### BEGIN SOLUTION
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max)) / 2
    ### END SOLUTION


def triangular_lr(t, base_lr, max_lr, step_size):
    """The learning rate at t: up to max_lr and back to base_lr in straight lines, step_size steps each."""
    ### BEGIN SOLUTION
    height = 1 - abs(t % (2 * step_size) / step_size - 1)
    return base_lr + (max_lr - base_lr) * height
    ### END SOLUTION


# %% check="schedules" points=3
check("schedules")

# %% [markdown]
# A *plateau* schedule does not look at the clock but at the loss. It keeps the best loss so far (∞ at first). A loss is *better* if it is below
# $\text{best} \cdot (1 - 10^{-4})$. Then it becomes the best, and the count of bad losses is 0 again. Every other loss is bad, `nan` too. As soon as
# *more than* `patience` bad losses are counted, the rate is multiplied by `factor`, and the count is 0 again.
#
# ### ✎ Exercise `reduce_on_plateau` · ★★☆ · 30 minutes · 2 points
#
# Write `reduce_on_plateau(losses, lr, factor, patience)`: a list with the rate *after* each of the losses. `lr` is the rate at the start.


# %% write="reduce_on_plateau"
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    """The learning rate after each loss, a list."""
    ### BEGIN SOLUTION
    best, bad, rates = np.inf, 0, []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, bad = loss, 0
        else:
            bad += 1
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return rates
    ### END SOLUTION


# %% check="reduce_on_plateau" points=2
check("reduce_on_plateau")

# %% [markdown]
# The first steps are the least certain. The weights are random, and Adam has seen a handful of batches only. A **warm-up**
# begins with a small rate and raises it in a straight line. With a share $s$ at the start and $k$ steps of warm-up:
#
# $$\text{warm-up:}\ \ \eta_0 \bigl(s + (1 - s) \min(t/k,\ 1)\bigr)$$
#
# It is rarely alone: in large networks the rate climbs for a small part of all steps, and then follows a cosine down. The cosine begins when the
# warm-up ends, with the steps that are left.
#
# ### ✎ Exercise `warmup` · ★★☆ · 30 minutes · 2 points
#
# Write `linear_warmup(lr0, t, warmup_steps, start_factor)`, with $k$ = `warmup_steps` and $s$ = `start_factor`. And write `warmup_cosine(lr0, t,
# warmup_steps, T_max, eta_min, start_factor)`: the warm-up for $t < k$, then a cosine from `lr0` at $t = k$ to `eta_min` at $t = T$, where $T$ =
# `T_max` counts *all* steps, the warm-up too. Without warm-up ($k = 0$) the first is always `lr0`, and the second is `cosine_annealing`.


# %% write="warmup"
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """The learning rate at t: from start_factor * lr0 to lr0 in warmup_steps steps, and then lr0."""
    ### BEGIN SOLUTION
    if t >= warmup_steps:
        return lr0
    return lr0 * (start_factor + (1 - start_factor) * t / warmup_steps)
    ### END SOLUTION


def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """The learning rate at t: the warm-up, then half a cosine to eta_min at T_max."""
    ### BEGIN SOLUTION
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps, eta_min)
    ### END SOLUTION


# %% check="warmup" points=2
check("warmup")

# %% locked="rates"
yours, times = bridge.yours, range(120)
after = yours(reduce_on_plateau)([max(0.3, 1 - t / 40) for t in times], 1.0, 0.5, 15)  # a loss that stalls at t = 28
waves = {"triangular": lambda t: yours(triangular_lr)(t, 0.1, 0.9, 20),
         "with decay": lambda t: reference.triangular_decay(t, 0.1, 0.9, 20, 0.98)}
falls = {"1/t": lambda t: reference.inverse_time_decay(1.0, t, 0.05),
         "cosine, T = 80": lambda t: yours(cosine_annealing)(1.0, t, 80, 0.02),
         "warm-up, cosine": lambda t: yours(warmup_cosine)(1.0, t, 20, 119)}
stairs = {"step": lambda t: yours(step_decay)(1.0, t, 30, 0.5), "plateau": lambda t: after[t]}
figure = lab.draw_schedules([stairs, falls, waves], times)
plots.caption(figure, f"After T = 80 the cosine rises again, to {falls['cosine, T = 80'](119):.2f} at t = 119.")
plots.show()

# %% [markdown]
# <!-- no claim -->**What you saw:** the schedules on the left are cut in steps, those in the middle glide, and those on the right go up again and again.
#
# With which rate should
# one begin? In the next experiment the rate of one run grows from `0.0001` to `10`, a little each step.
# **Predict first:** at which rate does your Adam's loss begin to rise, compared with plain SGD's?

# %% guess="range_test"
predict("range_test", "")  # your guess, between the quotes

# %% locked="range_test"
figure, (ax,) = plots.figure(1, 3.4)
plain = lambda w, g, state, lr: yours(sgd_momentum)(w, g, state, lr, 0.0)
lowest = lab.draw_range_tests(ax, {"SGD": plain, "momentum": sgd_momentum, "Adam": adam}, data.digits())
third = ", ".join(f"{name} {rate / 3:.2g}" for name, rate in lowest.items())
plots.caption(figure, f"The rate grows in each step of one run. A third of the rate with the lowest loss: {third}.")
plots.show()
guessed("range_test")

# %% [markdown]
# **What you saw:** each loss falls, reaches a lowest point, and rises soon after. Adam's lowest point lies at
# {{range_tests: adam_over_sgd | 10^}} of the rate of SGD's ({{range_tests}}).
#
# This *range test* (Smith, 2017) costs one short run: take the largest rate that is still safely on the falling side, for instance a third of the lowest
# point. (A lecture advises the largest rate that converges, tried on a subset. This is that, made cheap.)
#
# Now the warm-up: your Adam trains the digits at four rates, without and with 78 steps of it. **Predict first:** at which of the four does it help?

# %% guess="warm_starts"
predict("warm_starts", "")  # your guess, between the quotes

# %% locked="warm_starts"
rates, warm = (0.003, 0.01, 0.03, 0.1), lab.scheduled(adam, lambda lr, t: yours(linear_warmup)(lr, t, 78))
accuracies = {"a constant rate": [], "2 epochs of warm-up": []}
for lr in progress_bar.each(rates, "4 rates"):
    methods = {"a constant rate": (adam, lr), "2 epochs of warm-up": (warm, lr)}
    for name, runs in lab.train_each(methods, data.digits(), seeds=4, num_epochs=6).items():
        accuracies[name].append([run.accuracy for run in runs])
figure, (ax,) = plots.figure(1, 3.4)
ends = plots.means(ax, rates, accuracies, xlabel="learning rate of Adam", ylabel="test accuracy", dots=True)
gains = np.subtract(ends["2 epochs of warm-up"], ends["a constant rate"])
plots.caption(figure, f"Gain by the warm-up: {', '.join(f'{gain:+.3f}' for gain in gains)}. Mean of four seeds.")
plots.show()
guessed("warm_starts")

# %% [markdown]
# **What you saw:** at a rate of `0.1`, ten times too large, the warm-up gains {{warm_up: warm_1 - plain_1}} over 40 fresh seeds.
# At `0.01`, which suits Adam here, it changes {{warm_up: warm_01 - plain_01}} ({{warm_up}}).
#
# After 12 epochs at `0.01` the change is {{warm_up@12 epochs: warm_01 - plain_01}}. So in a network of this size a warm-up is an insurance against a rate
# that is too large, and not a gain. Large batches ask for large rates, and there it is the rule (Goyal et al., 2017); transformers are hardly
# trained without it (Vaswani et al., 2017).
#
# ## 6.7 Your optimizer trains a real network
#
# `bridge.Optimizer(params, step, lr)` is a `torch.optim.Optimizer` whose steps are your function: PyTorch finds the gradients, your
# code moves the weights, and each parameter keeps a state of its own. First a spiral with six methods and six
# rates each, then the digits, each method at its own rate.
#
# **Predict first:** at a rate of `0.01` for everyone, which of the six is best and which is worst? And when each has *its* best rate?
#
# The right panel asks another question: how large is a step compared with the weights it changes, $\lVert \Delta w \rVert / \lVert w \rVert$?
# This *update-to-data ratio* is a number to watch in any network. A rule of thumb: far below `0.001` it hardly learns, far above `0.1` it forgets what it knew.

# %% guess="fair"
predict("fair", "")  # your guess, between the quotes

# %% locked="fair"
six = {"SGD": plain, "momentum": sgd_momentum, "Nesterov": sgd_nesterov,
       "AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam}
results = lab.sweep(six, data.spiral(), (0.01, 0.03, 0.1, 0.3, 1.0, 3.0))
figure, axes = plots.figure(2, 4.6, share_y=True)
best = lab.draw_sweep(axes, results)
order = lambda loss: ", ".join(f"{name} {loss(name):.2g}" for name in sorted(six, key=loss))
same, own = order(lambda name: results[name][0.01][0]), order(lambda name: results[name][best[name]][0])
apart = lab.apart(results, best)
plots.caption(figure, f"Training loss, 2 seeds. All at {0.01}: {same}.\nEach at its best: {own}.\n{apart}")
plots.show()
guessed("fair")

# %% [markdown]
# <!-- no claim -->**What you saw:** two orders of the same six, one at a common rate and one at the best rate of each. The caption says how far apart
# the best rates are, and the sizes of the steps there.

# %% locked="digits"
parts.save("06_optimizers")  # what you wrote in this notebook, for the capstone
adam_cosine = lab.scheduled(adam, lambda lr, t: cosine_annealing(lr, t, 234))  # over all 234 steps
methods = {"SGD": (plain, 0.3), "momentum": (sgd_momentum, 0.03), "Nesterov": (sgd_nesterov, 0.03),
           "AdaGrad": (adagrad, 0.1), "RMSProp": (rmsprop, 0.01), "Adam": (adam, 0.01),
           "AdamW": (adamw, 0.01), "Adam, cosine": (adam_cosine, 0.01)}
runs = lab.train_each(methods, data.digits(), seeds=5, num_epochs=6)
print("your method    rate   test accuracy ± standard error, 5 seeds")
print("\n".join(f"{name:14} {methods[name][1]:<6} {seeds.summary(runs[name])}" for name in methods))
model, theirs = training.mlp([64, 32, 32, 10], torch.nn.ReLU), lambda params: torch.optim.Adam(params, 0.01)
losses = training.fit(model, data.digits(), num_epochs=6, optimizer=theirs).losses
gap = np.abs(np.subtract(runs["Adam"][0].losses, losses)).max()
print(f"\nYour Adam's loss curve and torch.optim.Adam's differ by {gap:.0e} at most.")

# %% [markdown] question="fair_comparison" points=3
# *What the table says:* each at a rate that suits it, the methods are hardly further apart than their standard errors. Over 20 fresh seeds SGD reaches {{each_at_its_rate: sgd | .3f}}, momentum
# {{each_at_its_rate: momentum | .3f}}, RMSProp {{each_at_its_rate: rmsprop | .3f}}, Adam {{each_at_its_rate: adam | .3f}} and AdamW {{each_at_its_rate: adamw | .3f}}. A cosine schedule changes Adam's
# accuracy by {{each_at_its_rate: cosine - adam}} after 6 epochs, and by {{each_at_its_rate@12 epochs: cosine - adam}} after 12. That is a small gain, and it needs more than 5 seeds to be
# seen ({{each_at_its_rate}}).
#
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# A slide shows training losses of three optimizers on one network and one data set, all at a rate of `0.01`: SGD `0.84`, momentum `0.41`,
# Adam `0.02`. "Adam is best." Somebody then tries six rates for each and reports the lowest loss: SGD `0.09`, momentum `0.02`, Adam `0.01`.
#
# (1) What does the first comparison measure? (2) Is the second fair, and what is still missing before you may say "Adam is best"?
# (3) Another lecture calls Adam "appropriate for noisy financial data". Which measurement would make you believe it?
#
# ### BEGIN SOLUTION
# (1) How well 0.01 happens to suit each method: 0.01 is near Adam's best rate and far below that of SGD. (2) Fairer: each had the same budget of
# rates. Missing are several seeds and their spread: 0.01 against 0.02 may be noise. Missing are the other settings (momentum, betas, schedule), a look
# whether a best rate lies at the end of the grid, and a second data set. Above all the *test* or validation result is missing: a lower training loss need not
# generalize better. (3) Take several such data sets, split by time, with tuned rates for all methods and several seeds. Adam's validation error should be lower by more
# than the standard error of the paired differences. Noise alone is not an argument: Adam's normalized steps do not average noise away, and there are problems on
# which it does not converge (AMSGrad was made for them).
# ### END SOLUTION

# %% [markdown]
# ## 6.8 Bonus: other forms, other schedules · ★★☆ · 0 points
#
# Steps, each returning `(w, state)`: `sgd_ema(w, g, state, lr, momentum)`, momentum as an average, the form on the slides; `sgdw(w, g, state,
# lr, momentum, weight_decay)`, decoupled decay as in AdamW, then the heavy ball. `update_ratio(w, new)`: $\lVert w_{new} - w \rVert / \lVert w \rVert$, a number.
# Schedules, each a number: `exp_decay(lr0, t, k)` $= \eta_0 e^{-kt}$, `inverse_time_decay(lr0, t, k)` $= \eta_0/(1 + kt)$, both from the *first*
# rate and not from the last one; `triangular_decay(t, base_lr, max_lr, step_size, gamma)`: the triangle's height above `base_lr` is
# multiplied by $\gamma^t$. Do as many as you like.


# %% write="other_forms"
def sgd_ema(w, g, state, lr, momentum=0.9):
    ### BEGIN SOLUTION
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * v, {"v": v}
    ### END SOLUTION

def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    ### BEGIN SOLUTION
    return sgd_momentum(w * (1 - lr * weight_decay), g, state, lr, momentum)
    ### END SOLUTION

def update_ratio(w, new):
    ### BEGIN SOLUTION
    return np.linalg.norm(new - w) / np.linalg.norm(w)
    ### END SOLUTION

def exp_decay(lr0, t, k):
    ### BEGIN SOLUTION
    return lr0 * np.exp(-k * t)
    ### END SOLUTION

def inverse_time_decay(lr0, t, k):
    ### BEGIN SOLUTION
    return lr0 / (1 + k * t)
    ### END SOLUTION

def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    ### BEGIN SOLUTION
    return base_lr + (triangular_lr(t, base_lr, max_lr, step_size) - base_lr) * gamma**t
    ### END SOLUTION


# %% check="other_forms" points=0
check("other_forms")

# %% [markdown]
# ## The patient
#
# Your `adam` takes the place of SGD, and your `cosine_annealing` lowers its rate.

# %% locked="patient"
parts.patient("06_optimizers")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `minibatch_indices` | `DataLoader(data, batch_size, shuffle=True)`; `drop_last=True` drops the short batch |
# | `sgd_momentum`, `sgd_nesterov`, `sgd_wd` | `optim.SGD(params, lr, momentum=0, nesterov=False, weight_decay=0)` |
# | `adagrad`, `rmsprop` | `optim.Adagrad(lr=0.01, eps=1e-10)`, `optim.RMSprop(lr=0.01, alpha=0.99, eps=1e-8)` |
# | `adam`, `adamw` | `optim.Adam(lr=1e-3, betas=(0.9, 0.999), eps=1e-8)`, `optim.AdamW(..., weight_decay=0.01)` |
# | the schedules | `lr_scheduler.StepLR`, `CosineAnnealingLR`, `CyclicLR`, `ExponentialLR`, `LambdaLR`: call `step()` after the optimizer's |
# | `linear_warmup`, `warmup_cosine` | `lr_scheduler.LinearLR(start_factor, total_iters=k)`; then a cosine by `SequentialLR(optimizer, [warm, cosine], milestones=[k])` |
# | `reduce_on_plateau` | `lr_scheduler.ReduceLROnPlateau`: its `step(loss)` wants the number to watch |
#
# The order in each step: `zero_grad`, `backward`, clip the gradients (notebook 1), `optimizer.step`. `weight_decay` decays every parameter it
# is given; put biases and normalization in a group without it.
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E16 | B, *SGD with momentum*; S, *SGD with momentum*; F, *Momentum optimization* | momentum as an average, next to `SGD(momentum=)`; the rate inside | PyTorch has the sum, 1/(1 − β) times as large; the rate inside matters when it changes |
# | E17 | B, *RMSProp*, *Adam*; F, *RMS Prop optimization*; S, *Adam* | ε inside the root (S: in Adam) | outside, in Adam's paper and in PyTorch; visible for large ε or tiny gradients only |
# | E18 | B, *Adam* | Adam without corrections; "adaptive momentum estimation" | m̂ and v̂; adaptive *moment* estimation. Without them the first step is 3.2 times as long |
# | E19 | B, *Learning rate* (1) | a low rate "gets trapped in local minima" | above all it is slow; the noise of large steps may help |
# | E28 | T, *Minimizing the loss function* (2) | the "total" gradient of a batch | the mean, else the rate depends on the batch size |
# | E29 | T, *Minimizing the loss function* (3) | AdaGrad divides by the *sum* of squares | by its root |
# | E32 | B, *Weight decay*; T, *L2 regularization is weight decay*; N, *L2* | L2 "is" weight decay | for plain SGD; with momentum or Adam, coupled and decoupled differ |
# | E45 | F, *Algorithm 1* | β₁ in the recursion of v; t starts at 0 and is never increased | β₂; t is 1 in the first step, else 1 − β⁰ = 0 divides |
# | E46 | F, *Adam* | Adam is "appropriate for noisy financial data" | unsupported; it can fail to converge |
# | E54 | S, *L1 and L2 regularization* (3) | `Adam(weight_decay=0.01)` is L2 | it is, and the division by √v̂ weakens it where gradients are large; decoupled is AdamW |
# | E56 | S, *Adam* | v averages g, not g²; β for β₂; 1 − β without the power t | g², β₂ and βᵗ; as it stands it gives nan once v < 0 |
# | E57 | S, *Learning rate scheduling* | "reduces by a factor of 0.1" | it multiplies by 0.1; plateau wants the loss, and waits patience + 1 bad epochs; cosine rises again |
#
# ## References
#
# * Polyak (1964): *Some methods of speeding up the convergence of iteration methods*. The heavy ball.
# * Kingma, Ba (2015): *Adam: a method for stochastic optimization*.
# * Loshchilov, Hutter (2017, 2019): *SGDR*, the cosine; and *Decoupled weight decay regularization*, AdamW.
# * Smith (2017): *Cyclical learning rates for training neural networks*. The triangle and the range test.
# * Goyal and others (2017): *Accurate, large minibatch SGD*. The warm-up.

# %% locked="progress"
progress("06_optimizers")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
