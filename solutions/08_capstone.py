# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 · Train it well, and prove why · {{how long}}
#
# Seven notebooks gave you the parts. Here you put them together: a network of your own, from the first weight to the last
# epoch. You train it on real data by the recipe of the lectures, and then by a better one of yours. The harder half is the second
# word of the title: *prove*. A number at the end of a run is not yet a fact. You write the tools that make it one: paired
# comparisons, predictions that are written down before the result is known, and a test set that opens once.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("net_forward")` gives a hint, and another one each time you call it. Randomness comes from an `rng` that is passed in;
# return *new* arrays and lists and leave the arguments as they were. Stars say how hard an exercise is. There are 36 points for
# code and 5 for the model card at the end.
#
# ## Why: a failure you can see
#
# One lecture ends with a default configuration: He initialization, ELU, batch normalization, dropout, Adam, no schedule. Would a
# schedule help? Somebody trains this network once with a constant rate and once with a cosine, on 300 handwritten digits, and reports the
# better one. Somebody else repeats it with another seed. Below are ten who did, in PyTorch; a line joins the two runs of one seed.
#
# **Predict first:** by how much do the ten networks with a constant rate differ from each other, in hundredths? In how many of the ten does the
# cosine win? Run the next cell, and write both into the one below it.

# %% locked="setup"
import numpy as np
from torch import nn, optim

from gradwise import bridge, data, demos, museum, parts, plots, progress_bar, reference, training
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import capstone as lab, one_look, seeds

# %% guess="ten"
predict("ten", "")  # your guess, between the quotes

# %% locked="ten"
ends = {"constant": [], "cosine": []}
for seed in progress_bar.each(training.first_seeds(10), "20 trainings, 2 with each seed"):
    ends["constant"].append(lab.run_recipe(seed, lr=0.01))
    ends["cosine"].append(lab.run_recipe(seed, lr=0.01, cosine_steps=180))  # 20 epochs of 9 batches
figure, (ax,) = plots.figure(1, 3.2)
lab.lines(ax, ends)
won, wins = np.subtract(ends["cosine"], ends["constant"]), seeds.wins(ends["cosine"], ends["constant"])
means = f"Mean accuracy: constant {np.mean(ends['constant']):.3f}, cosine {np.mean(ends['cosine']):.3f}."
plots.caption(figure, f"{means} The cosine wins with {wins}, by {won.mean():+.4f} ± {plots.standard_error(won):.4f}.")
plots.show()
guessed("ten")

# %% [markdown]
# **What you saw:** single seeds go up and down, and the means are alike. Over 24 fresh seeds the two tie:
# {{two_that_tie: cosine - constant}}, with the cosine ahead on {{two_that_tie: cosine > constant}} ({{two_that_tie}}).
#
# Whoever ran one seed has a winner, and whoever sits at the next desk may have the other one. A single seed is off by {{two_that_tie: off_by | .3f}} on average. So before you beat the lectures' recipe, you need to know what "beat" means.
#
# ## 8.1 Your parts
#
# In each of the notebooks 1 to 7 the last experiment begins with `parts.save(...)`, which keeps what you wrote there in one file,
# `parts.py`, beside the notebooks' folders. The next cell brings some of it here, as `mine.elu` and so on. It says which parts are yours.
# Where one is missing, does not run or fails its visible checks, `mine` has PyTorch's in its place, and the cell says why.
#
# The grader has only NumPy and this notebook: no `mine`, `parts.py` or PyTorch. So the functions that you write below must not use `mine`; the visible checks tell you if they do. To build with an old part of yours, run
# `parts.paste("bn_forward_train", "bn_backward")` in a cell of your own. It makes another cell below, with your code in it, which travels with
# the notebook. Or write the few lines anew; by now you can.

# %% locked="parts"
mine = parts.load("relu", "relu_backward", "elu", "elu_grad", "cosine_annealing", "standardize", "smooth_labels")

# %% [markdown]
# ## 8.2 The network
#
# A network is a list of layers. A hidden layer is a list `[W, b, gamma, beta]`, the last layer `[W, b]`. What batch normalization
# remembers is not a parameter; it lives in a list of its own, the *state*, with `[mean, var]` for each hidden layer.
#
# ### ✎ Exercise `init_params` · ★☆☆ · 30 minutes · 4 points
#
# Write `init_params(sizes, scheme, rng)`. `sizes` holds the number of features, of units in each hidden layer, and of outputs;
# there may be no hidden layer. There are three schemes.
#
# * `"he"` draws $W$ from a normal distribution with variance $2/n_{in}$. In the last layer, which has no activation behind it, the variance is $1/n_{in}$.
# * `"xavier"` draws uniformly from $\pm\sqrt{6/(n_{in} + n_{out})}$.
# * `"torch"` draws uniformly from $\pm 1/\sqrt{n_{in}}$.
#
# Everything else raises `ValueError`. In all schemes `b` and `beta` are 0 and `gamma` is
# 1. And write `init_state(sizes)`: means 0, variances 1.


# %% write="init_params"
def init_params(sizes, scheme, rng):
    """Layers [W, b, gamma, beta], and [W, b] at the end."""
    ### BEGIN SOLUTION
    if scheme not in ("he", "xavier", "torch"):
        raise ValueError(f"there is no scheme {scheme!r}")
    layers = []
    for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        last = i == len(sizes) - 2
        if scheme == "he":
            W = rng.normal(0.0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))
        else:
            bound = np.sqrt(6 / (n_in + n_out)) if scheme == "xavier" else 1 / np.sqrt(n_in)
            W = rng.uniform(-bound, bound, (n_in, n_out))
        layers.append([W, np.zeros(n_out)] + ([] if last else [np.ones(n_out), np.zeros(n_out)]))
    return layers
    ### END SOLUTION


def init_state(sizes):
    """[mean, var] for each hidden layer."""
    ### BEGIN SOLUTION
    return [[np.zeros(n), np.ones(n)] for n in sizes[1:-1]]
    ### END SOLUTION


# %% check="init_params" points=4
check("init_params")

# %% [markdown]
# ### ✎ Exercise `net_forward` · ★★★ · 60 minutes · 6 points
#
# Write `net_forward(params, state, X, cfg, training, rng)`, which returns `(out, new_state, cache)`. For each hidden layer
#
# $$Z = HW + b, \quad \hat Z = \frac{Z - \mu}{\sqrt{\sigma^2 + 10^{-5}}}, \quad A = \gamma \hat Z + \beta, \quad
# H' = f(A) \cdot \text{mask}, \quad \text{mask} = \frac{[u \ge p]}{1 - p}$$
#
# and `out` $= HW + b$ at the end. `cfg` is a dictionary: `cfg["f"]` is the activation, `cfg["p"]` the probability to drop a unit
# (below 1). In training, $\mu$ and $\sigma^2$ are the batch's (with 1/N), and the new state is $0.9 \cdot$ old $+\ 0.1 \cdot$ batch, with the
# variance of 1/(N−1), as in PyTorch. In evaluation, $\mu$ and $\sigma^2$ are those of the state, nothing is dropped, the state comes
# back unchanged, one example is enough, and `rng` may be `None`. `cache` is for your backward pass: whatever you like.


# %% write="net_forward"
def net_forward(params, state, X, cfg, training, rng):
    """The logits, the new state, and what the backward pass needs."""
    ### BEGIN SOLUTION
    H, p, new_state, kept = X, cfg["p"], [], []
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):
        Z, mask = H @ W + b, 1.0
        mu, s2 = mean, var
        if training:
            mu, s2 = Z.mean(axis=0), Z.var(axis=0)
            mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)
            mask = (rng.random(Z.shape) >= p) / (1 - p)
        Z_hat = (Z - mu) / np.sqrt(s2 + 1e-5)
        A = gamma * Z_hat + beta
        kept.append((H, Z_hat, s2, A, mask))
        new_state.append([mean, var])
        H = cfg["f"](A) * mask
    return H @ params[-1][0] + params[-1][1], new_state, (kept, H)
    ### END SOLUTION


# %% check="net_forward" points=6
check("net_forward")

# %% [markdown]
# ## 8.3 Loss and gradients
#
# Targets are rows of probabilities here, $Y$ of shape (N, K): one-hot for plain classes, and as soft as you like for smoothed or
# mixed labels. With $P = \text{softmax}(\text{out})$,
#
# $$L = -\frac1N \sum_{n,k} Y_{nk} \log P_{nk} + \lambda \sum_{\text{layers}} \lVert W \rVert^2.$$
#
# The penalty holds for the weights alone, not for biases, $\gamma$ or $\beta$. You have every piece of the way back.
#
# 1. *At the logits* you derived the gradient in notebook 2. There each row had one true class; what takes its place when $Y$ holds probabilities?
# 2. *A linear layer* is notebook 1's. Each $W$ also gets the slope of the penalty.
# 3. *Into a hidden layer* the gradient meets the mask first, then the slope of the activation at $A$.
# 4. *Through batch normalization* you derived three paths in notebook 3.
#
# Below your code the `numerical_gradient` that you wrote in notebook 1 judges all arrays of a small network. One array of each hidden layer has a
# gradient of 0: there the relative error says nothing, and the size tells.
#
# ### ✎ Exercise `loss_and_grads` · ★★★ · 80 minutes · 6 points
#
# Write `loss_and_grads(params, state, X, Y, cfg, rng)`, for training: it returns `(loss, grads, new_state)`. `grads` has the form
# of `params`. `cfg["df"]` is the slope of the activation, `cfg["lam"]` is λ. Logits may be in the thousands.


# %% write="loss_and_grads"
def loss_and_grads(params, state, X, Y, cfg, rng):
    """The loss in training, its gradients in the form of params, and the new state."""
    ### BEGIN SOLUTION
    out, new_state, (kept, H) = net_forward(params, state, X, cfg, True, rng)
    N, lam = len(X), cfg["lam"]
    log_P = out - out.max(axis=1, keepdims=True)
    log_P = log_P - np.log(np.exp(log_P).sum(axis=1, keepdims=True))
    loss = -(Y * log_P).sum() / N + lam * sum((layer[0] ** 2).sum() for layer in params)
    d = (np.exp(log_P) - Y) / N
    grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]
    for above, (W, _, gamma, _), (H, Z_hat, s2, A, mask) in zip(params[:0:-1], params[-2::-1], kept[::-1]):
        dA = d @ above[0].T * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Z_hat).sum(axis=0), dA.sum(axis=0)
        d = gamma / np.sqrt(s2 + 1e-5) * (dA - dbeta / N - Z_hat * dgamma / N)
        grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])
    return loss, grads[::-1], new_state
    ### END SOLUTION


# %% locked="own_test"
rng, cfg = np.random.default_rng(0), {"f": np.tanh, "df": lambda x: 1 / np.cosh(x) ** 2, "p": 0.0, "lam": 0.01}
X, Y, state = rng.normal(0, 1, (6, 4)), rng.dirichlet(np.ones(3), 6), [[np.zeros(5), np.ones(5)]]
names = ["W1", "b1", "gamma1", "beta1", "W2", "b2"]
shapes = [(4, 5), 5, 5, 5, (5, 3), 3]
point = {name: rng.normal(0.5, 1, shape) for name, shape in zip(names, shapes)}
answer = lambda *p: bridge.yours(loss_and_grads)([[*p[:4]], [*p[4:]]], state, X, Y, cfg, rng)
parts.judge(lambda *p: answer(*p)[0], point, lambda: [g for layer in answer(*point.values())[1] for g in layer])

# %% check="loss_and_grads" points=6
check("loss_and_grads")

# %% [markdown]
# **Predict first:** before any training, what is the loss on ten classes? And of all the gradients, there is one array per hidden
# layer that is zero up to rounding. Which one, and why?

# %% guess="against_autograd"
predict("against_autograd", "")  # your guess, between the quotes

# %% locked="against_autograd"
digits = lab.pool("digits")
train, val, held = digits.draw(0, 300, 150, mine.standardize)
ELU = {"f": mine.elu, "df": mine.elu_grad, "p": 0.0, "lam": 0.001}
sizes, starts, rng = [64, 64, 64, 10], {}, np.random.default_rng(0)
for scheme in ("he", "xavier", "torch"):
    params = bridge.yours(init_params)(sizes, scheme, rng)
    state = bridge.yours(init_state)(sizes)
    starts[scheme] = bridge.yours(loss_and_grads)(params, state, *train, {**ELU, "lam": 0.0}, rng)[0]
module = bridge.as_module(params, state, nn.ELU)
print(bridge.gradient_table(loss_and_grads, params, state, *train, ELU, module))
print(f"\nlog 10 = {np.log(10):.3f}. First losses: " + ", ".join(f"{k} {v:.3f}" for k, v in starts.items()))
guessed("against_autograd")

# %% [markdown]
# <!-- no claim -->A table like this is the first thing to look at when a network does not learn: array by array, yours against autograd's. It shows
# sizes, too: the largest entry of each gradient. The bias in front of a batch norm has no gradient, because the norm subtracts it again. And a first loss far above $\log K$ would
# mean a last layer that starts out confident, and wrong.
#
# ## 8.4 Training
#
# ### ✎ Exercise `adam_step` · ★★☆ · 30 minutes · 4 points
#
# Write `adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8)`: one step of Adam for every array of the network. It
# returns `(params, opt)`, new lists in the same form, and what the next step needs to remember. `opt` is `{}` at first. One step is
# *one* step, for all arrays: $t$ grows by 1.


# %% write="adam_step"
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    """One step for all arrays: the new layers, and the new memory."""
    ### BEGIN SOLUTION
    (b1, b2), t = betas, opt.get("t", 0) + 1
    new, kept = [], {"t": t}
    for i, (layer, slopes) in enumerate(zip(params, grads)):
        new.append([])
        for j, (w, g) in enumerate(zip(layer, slopes)):
            m, v = opt.get((i, j), (0.0, 0.0))
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
            new[i].append(w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps))
            kept[i, j] = m, v
    return new, kept
    ### END SOLUTION


# %% check="adam_step" points=4
check("adam_step")

# %% [markdown]
# ### ✎ Exercise `fit_network` · ★★★ · 60 minutes · 6 points
#
# Write `fit_network(params, state, train, val, cfg, rng)`. `train` and `val` are pairs `(X, Y)`. An epoch has four parts.
#
# 1. The learning rate is `cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])`, with epochs from 0.
# 2. In a new random order the examples are cut into batches of `cfg["batch_size"]`; the last one may be shorter. A last batch of a single example
#    is left out, because it has no variance.
# 3. For each batch: gradients, and a step of Adam.
# 4. The validation loss: the mean cross-entropy on all of `val`, in evaluation mode and without the penalty.
#
# Stop after `cfg["num_epochs"]` epochs, or when `cfg["patience"]` epochs in a row brought no validation loss below the lowest one so far.
# Return `(params, state, losses)`: the network *after its best epoch*, weights and running statistics, and the list of all validation losses.


# %% write="fit_network"
def fit_network(params, state, train, val, cfg, rng):
    """The network after its best epoch (params, state), and the validation loss of every epoch."""
    ### BEGIN SOLUTION
    (X, Y), size = train, cfg["batch_size"]
    opt, losses, best, bad = {}, [], (params, state), 0
    for epoch in range(cfg["num_epochs"]):
        lr, order = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"]), rng.permutation(len(X))
        batches = [order[start : start + size] for start in range(0, len(X), size)]
        for rows in [rows for rows in batches if len(rows) > 1]:
            _, grads, state = loss_and_grads(params, state, X[rows], Y[rows], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        out = net_forward(params, state, val[0], cfg, False, None)[0]
        out = out - out.max(axis=1, keepdims=True)
        loss = float(np.mean(np.log(np.exp(out).sum(axis=1)) - (val[1] * out).sum(axis=1)))
        if loss < min(losses, default=np.inf):
            best, bad = (params, state), 0
        else:
            bad += 1
        losses += [loss]
        if bad >= cfg["patience"]:
            break
    return (*best, losses)
    ### END SOLUTION


# %% check="fit_network" points=6
check("fit_network")

# %% [markdown]
# Two looks before any experiment. *Left:* can it learn twenty biopsies by heart? They are of the breast-cancer data: 30 measurements
# of cells, and whether the tumor was malignant. A network that cannot do that has a bug, and no amount of data will help. The update-to-data ratio of notebook 6 is beside it. *Right:* a spiral with wrong labels, about one in seven, among the
# training points, judged on right ones; the dot is the network that `fit_network` hands out.
#
# **Predict first:** how far down does the loss on twenty biopsies go in 150 steps? Is the best epoch on the noisy spiral an early or a
# late one: does learning wrong labels by heart do harm here?

# %% guess="tiny_batch"
predict("tiny_batch", "")  # your guess, between the quotes

# %% locked="tiny_batch"
constant, rng = lambda lr, epoch, num_epochs: lr, np.random.default_rng(0)
plain = {**ELU, "lam": 0.0, "lr": 0.01, "schedule": constant, "batch_size": 32, "num_epochs": 60, "patience": 60}
new = lambda sizes: (bridge.yours(init_params)(sizes, "he", np.random.default_rng(0)), init_state(sizes))
few, (train, val) = lab.small_batch("breast cancer", 20), lab.noisy_spiral(300, 0.15, rng)
losses, ratios = lab.tiny_steps(loss_and_grads, adam_step, new([30, 64, 2]), few, plain, 150)
best, kept, curve = bridge.yours(fit_network)(*new([2, 64, 64, 3]), train, val, plain, rng)
figure, axes = plots.figure(3, 3.4)
lab.three_curves(axes, losses, ratios, curve)
plots.caption(figure, f"Biopsies: loss {losses[0]:.2f}, then {losses[-1]:.1e}; steps of {np.median(ratios):.1e}. "
              f"Spiral: lowest after epoch {np.argmin(curve)}, {min(curve):.2f}; last {curve[-1]:.2f}.")
plots.show()
guessed("tiny_batch")

# %% [markdown]
# **What you saw:** twenty biopsies are learned by heart: the loss is {{two_looks: biopsies | .1e}} after 150 steps. On the noisy spiral epoch
# {{two_looks: best_epoch | .0f}} of 60 is best, and the last one lies {{two_looks: lost | .2f}} above it ({{two_looks}}).
#
# So far wrong labels have done little harm here.

# %% [markdown]
# ## 8.5 Is it better? The same seeds for both
#
# A seed stands for everything that is luck: the split, the first weights, the order of the batches. If two recipes share their seeds,
# most of the luck is in both scores, and the *differences* $d_s$ hold little of it. With $n$ seeds
#
# $$\text{SE} = \frac{\text{std}(\text{scores})}{\sqrt n}, \qquad t = \frac{\bar d}{\text{std}(d)/\sqrt n}, \qquad
# \text{both with } 1/(n-1)$$
#
# With 8 seeds (7 degrees of freedom) $|t|$ above $2.36$ happens by chance once in twenty comparisons. Whoever makes ten comparisons sees at
# least one such $|t|$ with a chance of $1 - 0.95^{10} = 40\,\%$, without any reason. *Bonferroni's* remedy: with ten comparisons ask for once in two hundred,
# which is $|t| > 4.03$. (*Holm's* rule is a little kinder: the largest $|t|$ must pass that, the next one the limit for nine comparisons, and so on.)
#
# ### ✎ Exercise `ablation` · ★★☆ · 30 minutes · 4 points
#
# Write `ablation(run, cfgs, seeds)`. `run(cfg, seed)` trains and returns a score; call it once for each pair. The first of `cfgs` is the
# baseline. Return a list with `(mean, SE, t)` for each of them, three numbers, where $t$ is that of the differences to the baseline.
# One seed does not spread: SE and $t$ are `nan`. Where all
# differences are equal, $t$ is `nan`, too. No warnings, please.


# %% write="ablation"
def ablation(run, cfgs, seeds):
    """(mean, standard error, paired t against the first) for each configuration."""
    ### BEGIN SOLUTION
    def error(values):
        return np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan

    scores = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs], dtype=float)
    results = []
    for row in scores:
        gain = row - scores[0]
        t = gain.mean() / error(gain) if error(gain) > 0 else np.nan
        results.append((float(row.mean()), float(error(row)), float(t)))
    return results
    ### END SOLUTION


# %% check="ablation" points=4
check("ablation")

# %% [markdown]
# Now take the lectures' recipe at a rate of `0.01`, and change *one* thing at a time. ("A cosine from another rate" would be two.) It learns from 300
# digits, and is judged on development examples that took no part in training or stopping. The test examples stay where they are. **Predict first:** which of the changes gains most, and will its $|t|$ exceed 4? Below it,
# live: two recipes with a *known* difference, and what a laboratory with a handful of seeds would report.

# %% guess="one_at_a_time"
predict("one_at_a_time", "")  # your guess, between the quotes

# %% locked="one_at_a_time"
relu = {"f": mine.relu, "df": lambda x: mine.relu_backward(np.ones(np.shape(x)), x)}
recipe = {**plain, "hidden": (64, 64), "scheme": "he", "p": 0.5, "lr": 0.01, "num_epochs": 20, "patience": 20}
changes = {"the lectures' recipe": {}, "ReLU": relu, "Xavier": {"scheme": "xavier"},
           "dropout 0.2": {"p": 0.2}, "no dropout": {"p": 0.0}, "L2 0.0003": {"lam": 0.0003},
           "cosine": {"schedule": mine.cosine_annealing}, "rate 0.003": {"lr": 0.003},
           "one layer of 128": {"hidden": (128,)}}
recipes = {name: {**recipe, **change} for name, change in changes.items()}
study = lab.Trials(digits, recipes, (init_params, init_state, fit_network, net_forward), mine.standardize)
with progress_bar.task("9 recipes × 8 seeds", 72) as step:
    results = bridge.yours(ablation)(lambda name, seed: (study(name, seed), step())[0], list(changes), range(8))
print(study.table(results, list(changes), range(8)))
guessed("one_at_a_time")

# %% locked="lottery"
demos.seed_lottery(bridge.yours(ablation))

# %% [markdown]
# Most of what one could change makes no difference that eight seeds can see. That is the normal case, and a result: "no difference
# beyond ± so much". Whoever looks only at the largest number in the first column would have found a "winner" all the same.
#
# **What was tuned?** The rate was chosen for the recipe. For a change it may be wrong, and then the table shows the rate and not the change. So we ran it again on fresh
# seeds, with the rate of each row chosen anew from three, on validation examples ({{tuned_ablation}}). Against the recipe, ReLU makes {{tuned_ablation: relu - recipe}},
# Xavier {{tuned_ablation: xavier - recipe}}, a cosine {{tuned_ablation: cosine - recipe}}, dropout `0.2` {{tuned_ablation: dropout_02 - recipe}}, and one layer of 128
# {{tuned_ablation: wide - recipe}}. In such a comparison the rate is a *nuisance*: nobody asks for it, and it has to be right for each.
#
# **Rate, schedule and time belong together** ({{rate_and_schedule}}). After 10 epochs the rate `0.003` is behind `0.01`, by {{rate_and_schedule: constant_01 - constant_003}}. After 40
# epochs nothing is left of that: {{rate_and_schedule@40 epochs: constant_01 - constant_003}}. A cosine from `0.003` costs {{rate_and_schedule: constant_003 - cosine_003}} after 10 epochs, because it
# makes a rate smaller that was too small already. A cosine from `0.01` changes {{rate_and_schedule@40 epochs: cosine_01 - constant_01}} after 40. "A schedule helps" says nothing without rate and time.
#
# **A real effect that passes: He or Xavier?** Behind a batch normalization the *function* does not depend on the scale of the weights. The gradient does: weights twice as large
# turn half as far with the same step. So the scale sets an *effective learning rate*. At rate `0.003` Xavier's smaller weights lead by {{he_and_xavier: xavier - he}}
# after 5 epochs, by {{he_and_xavier@15 epochs: xavier - he}} after 15, and by {{he_and_xavier@40 epochs: xavier - he}} after 40 ({{he_and_xavier}}).
#
# ## 8.6 The museum of real bugs · 60 minutes
#
# Fifteen trainers that run, print falling losses, and are wrong. All these mistakes were made by real people. `museum.show(name)` draws the
# curve of the broken trainer over that of the healthy one, and shows its source with line numbers at a click. `museum.accuse(name, line)` tells you
# whether you have found the bug, and what the smallest repair is. Find eight. A gradient check would find some, the curve gives others away, and a
# few of them you must *read*. Take notes: the model card asks for two of them.

# %% free=true
museum.show("too_bright")  # the others: print(museum.names())
# museum.accuse("too_bright", 1)

# %% [markdown]
# ## 8.7 Predict, then open the box
#
# The test set is opened once, for one network, at the end. If you look twice, the test set has helped you choose, and its score is just another
# validation score. `Run all` leaves it closed: it opens when you have written a guess into the last cell, and then keeps guess and result in the
# file `test_box.json`, beside `parts.py`. Before you open it, *predict*: a range that you would bet on with four to one. Whoever always says "0 to 1" is
# never wrong, so width costs, and a miss costs ten times its size. That makes an honest range of four to one the best answer (the *interval score* of Gneiting and Raftery).
#
# ### ✎ Exercise `test_box` · ★★☆ · 50 minutes · 6 points
#
# Write the class `TestBox(X, y)`, which keeps test examples and their classes. `open(predict, guess)` returns the accuracy of `predict(X)`, which gives a
# class for each row, as a number. The attribute `opened` counts: 0 at first. The attribute `guess` is `None` at first, and keeps the guess
# with which the box was opened. A second `open` raises `RuntimeError`, and a guess outside of 0 to 1 `ValueError`. Then `predict` is not
# called, nothing counts as opened, and `guess` stays as it was.
#
# And write the class `Ledger()`. `predict(name, low, high)` writes a range down, and `measure(name, value)` writes down what came out. `score()` returns
# two numbers over all that is measured. The first is the share of values that lie in their range, ends included. The second is the mean of
# $\text{high} - \text{low} + 10 \max(\text{low} - v, 0) + 10 \max(v - \text{high}, 0)$. If nothing is measured, it returns `(nan, nan)`. `ValueError` is
# for a second prediction or a second measurement of a name, for a measurement without a prediction, and for a range with low > high.


# %% write="test_box"
class TestBox:
    """Test examples that can be looked at once."""

    def __init__(self, X, y):
        ### BEGIN SOLUTION
        self.X, self.y, self.opened, self.guess = X, y, 0, None
        ### END SOLUTION

    def open(self, predict, guess):
        """The accuracy of a function from examples to classes, once."""
        ### BEGIN SOLUTION
        if self.opened:
            raise RuntimeError("this test set has been opened; a second look would be a choice")
        if not 0 <= guess <= 1:
            raise ValueError(f"guess a share between 0 and 1, not {guess}")
        self.opened, self.guess = 1, guess
        return float(np.mean(predict(self.X) == self.y))
        ### END SOLUTION


class Ledger:
    """Ranges, predicted before the measurement."""

    def __init__(self):
        ### BEGIN SOLUTION
        self.ranges, self.values = {}, {}
        ### END SOLUTION

    def predict(self, name, low, high):
        ### BEGIN SOLUTION
        if name in self.ranges or not low <= high:
            raise ValueError(f"{name} is predicted already, or {low} to {high} is not a range")
        self.ranges[name] = low, high
        ### END SOLUTION

    def measure(self, name, value):
        ### BEGIN SOLUTION
        if name not in self.ranges or name in self.values:
            raise ValueError(f"{name} is measured already, or was never predicted")
        self.values[name] = value
        ### END SOLUTION

    def score(self):
        ### BEGIN SOLUTION
        if not self.values:
            return np.nan, np.nan
        low, high = np.array([self.ranges[name] for name in self.values]).T
        v = np.array(list(self.values.values()))
        miss = np.maximum(low - v, 0) + np.maximum(v - high, 0)
        return float(np.mean(miss == 0)), float(np.mean(high - low + 10 * miss))
        ### END SOLUTION


# %% check="test_box" points=6
check("test_box")

# %% [markdown]
# ### Bonus: two numbers for the model card · ★★☆ · 0 points
#
# `confusion_matrix(y, y_hat, K)`: a (K, K) array of counts, true classes in rows and predicted ones in columns. `calibration_error(P, y, bins)`: is the
# network as often right as it is sure? For probabilities `P` (N, K), *confidence* is the largest of each row. Put the examples into `bins` bins of equal
# width by their confidence (one on a border belongs to the lower bin); the error is $\frac1N \sum_{\text{bins}} \left| \sum_{i \in \text{bin}} (\text{right}_i - \text{confidence}_i) \right|$.

# %% write="card"
def confusion_matrix(y, y_hat, K):
    ### BEGIN SOLUTION
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (y, y_hat), 1)
    return counts
    ### END SOLUTION

def calibration_error(P, y, bins):
    ### BEGIN SOLUTION
    sure = P.max(axis=1)
    gap = (P.argmax(axis=1) == y) - sure
    place = np.ceil(sure * bins).astype(int)
    return float(np.abs(np.bincount(place, gap)).sum() / len(y))
    ### END SOLUTION


# %% check="card" points=0
check("card")

# %% free=true
# Your recipe, and two ranges: change them before you run this. "Anything" is a range that costs you its whole width.
recipes["mine"] = {**recipe, **relu, "hidden": (128,), "p": 0.3, "lam": 0.0003, "lr": 0.01,
                   "schedule": mine.cosine_annealing}
ledger, both = bridge.yours(Ledger)(), ["the lectures' recipe", "mine"]
ledger.predict("gain", -1.0, 1.0)
ledger.predict("test accuracy", 0.0, 1.0)
with progress_bar.task("2 recipes × 8 seeds", 16) as step:  # fresh seeds: these have chosen nothing
    results = ablation(lambda name, seed: (study(name, seed), step())[0], both, range(8, 16))
ledger.measure("gain", results[1][0] - results[0][0])
print(study.table(results, both, range(8, 16)))

# %% free=true
# The box stays closed until there is a guess here, a share. It opens once; afterwards this cell shows the first look.
guess = None
look = one_look.open_once(bridge.yours(TestBox), digits, lambda X: study.predictor("mine", seed=0)(X), guess)
one_look.measure_once(ledger, "test accuracy", look.accuracy)
share, score = ledger.score()
print(f"ranges that held: {share:.0%}, interval score {score:.3f}")

# %% [markdown] question="model_card" points=5
# ### ✎ Model card · ★★★ · 80 minutes · 5 points, given by your teacher
#
# Write the card of your network, for somebody who will use it and cannot ask you. About a page. A point for each of
#
# 1. **The score**: accuracy ± standard error on the test set, which was opened once (or say how often), and what you had predicted. No
#    maximum over epochs, no validation score under another name.
# 2. **The evidence**: your recipe against the lectures', on the same seeds: mean gain, its standard error, $t$, number of seeds, and how many
#    comparisons you made on the way.
# 3. **The choices**: what you changed and why, each with its number, one idea that failed, and the seeds, sizes and settings with which a reader can repeat it.
# 4. **The limits**: for which data the score holds, where the network fails (which classes, how sure it is when it is wrong), and what you did not test.
# 5. **Two bugs** of the museum: for each the line, the sign in the curve or check by which you would notice it next time, and the repair.
#
# ### BEGIN SOLUTION
# (1) For example: 0.941 ± 0.010 on 599 digits, opened once, predicted 0.92 to 0.96. (2) +0.011, t = 3 over 8 seeds, after nine other comparisons with the same baseline. A |t| above 4 is
# asked for then, so it counts only because the confirming run had fresh seeds. (3) ReLU, one layer of 128, dropout 0.3, L2 0.0003, a cosine; the rate was
# tuned for each. Failed: Xavier instead of He made no difference after 20 epochs; behind a batch norm the scale only sets the effective rate. Seeds 0 to 7, splits of 300/150/748, and the dictionary of the recipe. (4) 8 × 8 digits of the same writers, centered; confuses 1, 8 and 9; not tested on
# other pens or shifted digits. (5) E.g. evaluation mode forgotten: the validation curve is noisy and depends on the batch; `training=False`.
# One point for each item; half where a number or its uncertainty is missing.
# ### END SOLUTION

# %% [markdown]
# ## The patient goes home
#
# All of it is yours now: the network, its gradients, the loop that trains it and the choice of the best epoch. Your network has two wide layers with
# dropout, where the patient had five narrow ones: the depth was a part of its illness. This is the last line of the scoreboard.

# %% locked="patient"
parts.patient("08_capstone", (init_params, init_state, fit_network, net_forward))

# %% [markdown]
# Over 40 fresh seeds the patient is a little healthier after each notebook: {{patient: after_01 | .3f}}, {{patient: after_02 | .3f}}, {{patient: after_03 | .3f}},
# {{patient: after_04 | .3f}}, {{patient: after_05 | .3f}}, {{patient: after_06 | .3f}}, {{patient: after_07 | .3f}} and {{patient: after_08 | .3f}}
# ({{patient}}). Ten seeds, as on your scoreboard, cannot see the small steps for sure.
#
# ## In PyTorch
#
# | You wrote | PyTorch |
# |---|---|
# | `init_params`, `init_state` | `nn.init` on `nn.Linear`; `nn.BatchNorm1d` has its two parameters and its three buffers in it |
# | `net_forward` | `nn.Sequential(nn.Linear, nn.BatchNorm1d, nn.ELU, nn.Dropout, ...)`; `training` is `model.train()` and `model.eval()`: forgetting the second is the most common bug of all |
# | `loss_and_grads` | `F.cross_entropy(out, Y)`, which takes rows of probabilities, and `loss.backward()` |
# | `adam_step` | `optim.Adam(model.parameters())`; a penalty on weights alone takes two parameter groups |
# | `fit_network` | your own loop, or a library's; the best network is `copy.deepcopy(model.state_dict())`, which holds the buffers too; `model.parameters()` does not |
# | `ablation` | `scipy.stats.ttest_rel` |
# | `calibration_error` | TorchMetrics: `MulticlassCalibrationError` |
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E48 | F, *Default configuration* | the default: He, ELU, batch normalization, dropout, Adam, no schedule | a fair start, and dated. He's gain $\sqrt 2$ is that of ReLU; ELU's is 1.245 (notebook 4), and behind a batch norm the scale of the weights is an effective learning rate: a lead of Xavier's passes (8.5). Dropout changes the variance that the *next* batch norm has learned to expect (notebook 5), so the two together often gain less than either alone. Whether a schedule helps depends on rate and time (8.5) |
# | E15 | B, *Dropout* (4) | dropping 50 % is optimal if there are enough data | 0.5 is a habit for large dense layers. Count for yourself what 8.5 can tell apart; with *enough* data less dropout or none is right |
# | E21 | B, *Stop criterion* (3) | stop at the maximum of the validation accuracy | and report another number: the maximum over epochs, and over recipes, is a winner's score (7.6). Hence a box that opens once |
#
# Your eight seeds are eight networks: averaging them (notebook 5) is a fair idea for a recipe of your own. And N's default strategy of regularization (augmentation; dropout of 0.5 or 0.3 on dense hidden layers; label smoothing of 0.1; ensembling) is an
# ablation waiting to be made: `mine.smooth_labels` makes the targets for one of them.
#
# <details><summary><b>Question:</b> Your recipe gained 1.1 % with t = 3.3, and you found it after trying nine others. Is it "significant"?</summary> With 7
# degrees of freedom |t| > 3.3 has a probability of about 1.3 % for one comparison chosen in advance; for the best of ten it is up to ten times that. Run the
# winner and the baseline once more on <i>fresh</i> seeds: that comparison is the only one, and it counts.</details>
#
# <details><summary><b>Question:</b> The batch norm's running mean and variance are not parameters; nobody takes a gradient with respect to them. Why must the
# best epoch's be restored with its weights?</summary> Evaluation uses them. Old weights with new statistics are a network that never existed, and that nobody has validated.</details>
#
# ## References
#
# * Godbole, Dahl, Gilmer, Shallue, Nado (2023): *Deep learning tuning playbook*. What is asked, and what is a nuisance.
# * Gneiting, Raftery (2007): *Strictly proper scoring rules, prediction, and estimation*. The interval score.
# * Bouthillier and others (2021): *Accounting for variance in machine learning benchmarks*.
# * Mitchell and others (2019): *Model cards for model reporting*.
# * Guo, Pleiss, Sun, Weinberger (2017): *On calibration of modern neural networks*.

# %% locked="progress"
progress("08_capstone")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
