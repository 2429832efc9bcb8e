# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · Regularization · {{how long}}
#
# A large network can learn fifty examples by heart, wrong labels included. Regularization is everything we do to make it
# learn the *rule* instead: it usually costs accuracy on the training data and is meant to pay on data not seen before.
# In this notebook you write the methods that the lectures name, and measure which of them pay.
#
# **How it works.** Write your code where it says `your code here`, run the cell below it, read what it says. Stuck?
# `hint("l1")` gives a hint, and another one each time you call it. Layout: `X` is (examples, features). Return *new* arrays
# and leave the arguments as they were. What is random draws from the `rng` that is passed in
# (`np.random.Generator`: `rng.random(shape)`), never from `np.random` itself. There are 25 points for code and 3 for words.
#
# ## Why: a failure you can see
#
# Two half-moons, 50 training points, and about one in seven of their labels is *wrong*. The test points are labelled correctly. A
# network with two hidden layers of 50 units gets 10, 40 or 200 steps.
#
# **Predict first:** what happens to the accuracy on the training points from 10 to 200 steps, and what to the accuracy on the
# test points? What does the boundary look like at the end? Run the next cell, and write your guess into the one below it.

# %% locked="setup"
import numpy as np
import torch

from gradwise import bridge, data, demos, parts, plots, progress_bar
from gradwise.check import ask, check, guessed, hint, predict, progress
from gradwise.experiments import parallel_training, regularization as lab, valley

torch.set_num_threads(1)  # networks this small are faster on one

# %% guess="by_heart"
predict("by_heart", "")  # your guess, between the quotes

# %% locked="by_heart"
moons, panels, means = [data.moons(seed=seed) for seed in range(12)], [], []
for steps in progress_bar.each((10, 40, 200), "12 networks, three times"):
    networks = parallel_training.train(moons, num_epochs=steps)
    one, every = lab.seen_and_unseen(networks, moons, 3)
    panels.append((f"{steps} steps: {one}", networks.probability(3)))
    means.append(f"{steps} steps: {every}.")
wrong = moons[3].y_train != data.moons(seed=3, flipped=0).y_train
figure, _ = plots.boundaries(panels, moons[3].X_train, moons[3].y_train, wrong=wrong)
plots.caption(figure, "One of 12 networks; rings mark wrong labels. Means of the 12:\n" + "\n".join(means))
plots.show()
guessed("by_heart")

# %% [markdown]
# **What you saw:** from 40 to 200 steps the training accuracy goes from {{by_heart: training_early | .2f}} to {{by_heart: training_late | .2f}}, and that on
# test points from {{by_heart: test_early | .2f}} to {{by_heart: test_late | .2f}} ({{by_heart}}).
#
# In the end the network bends its boundary around single wrong points. Look at the test loss too: it punishes being *sure* and wrong, and grows from {{by_heart: loss_early | .2f}} to
# {{by_heart: loss_late | .2f}} ({{by_heart}}). A regularizer is needed only if the errors in training and test differ. If both are high, the network is too small,
# or not trained long enough, and a regularizer makes it worse.
#
# ## 5.1 L2: one penalty, three readings
#
# $$J(W) = L(W) + \lambda \sum_i w_i^2, \qquad \frac{\partial}{\partial w_i}\,\lambda \sum_j w_j^2 = 2 \lambda w_i$$
#
# * **A penalty.** Large weights cost something, so the network uses them only where the data insist. Penalize weight
#   matrices only: a bias makes nothing steep.
# * **Weight decay.** One step of gradient descent on $J$ is $w \leftarrow (1 - 2\,\mathrm{lr}\,\lambda)\,w - \mathrm{lr}\,\partial L/\partial w$: each
#   weight shrinks *by a factor*, in proportion to its size. That holds for plain gradient descent only. Adam divides the penalty's gradient by the
#   gradient's size, too; AdamW keeps the decay out of that (notebook 6).
# * **A prior.** Bayes' rule says $p(\theta \mid \text{data}) \propto p(\theta) \prod_n p(y_n \mid x_n, \theta)$: the posterior is prior times likelihood. *Maximum a posteriori*
#   takes its highest point. Take minus the logarithm: the product becomes the sum $\sum_n -\log p(y_n \mid x_n, \theta)$, which is the usual loss. A normal prior
#   $p(\theta) \propto e^{-\lVert\theta\rVert^2 / 2\sigma^2}$ becomes $\lVert\theta\rVert^2 / (2\sigma^2)$. The prior counts *once*, not once per
#   example, so $\lambda = 1/(2\sigma^2)$ for a summed loss, and $1/(2\sigma^2 N)$ for a mean.
#
# Beware of the factor 2: PyTorch's `weight_decay=wd` adds $wd \cdot w$ to the gradient, the penalty $(wd/2) \lVert w\rVert^2$, so $wd = 2\lambda$.
#
# ### ✎ Exercise `l2_penalty` · ★☆☆ · 20 minutes · 3 points
#
# Write `l2_penalty(Ws, lam)`, which returns `(value, grads)`. `Ws` is a list of arrays of any shapes. `value` is the
# number $\lambda \sum w^2$ over all of them together, and `grads` a list with the gradient for each array, in its shape.


# %% write="l2_penalty"
def l2_penalty(Ws, lam):
    """lam times the sum of all squared weights in the list Ws, and the list of its gradients."""
    ### BEGIN SOLUTION
    value = lam * sum(float(np.sum(np.square(W, dtype=float))) for W in Ws)
    return value, [2.0 * lam * np.asarray(W) for W in Ws]
    ### END SOLUTION


# %% check="l2_penalty" points=3
check("l2_penalty")

# %% [markdown]
# The experiment fits a curve 200 times: the same 20 places, new noise each time. **Predict first:** as λ grows, does
# the *average* fit get better or worse? And how much do the 200 fits differ from each other?

# %% guess="bias_and_variance"
predict("bias_and_variance", "")  # your guess, between the quotes

# %% locked="bias_and_variance"
lambdas, penalty = np.logspace(-3, 0, 13), bridge.yours(l2_penalty)
curve, errors = lab.Curve(places=20, repeats=200), []
for lam in lambdas:
    W = np.zeros((curve.features.shape[1], 200))  # a column for each of the 200 fits
    for _ in range(400):
        W = W - 0.2 * (curve.gradient(W) + penalty([W], lam)[1][0])
    errors.append(curve.decompose(W))
figure, (ax,) = plots.figure(1, 3.2)
plots.caption(figure, lab.draw_bias_and_variance(ax, lambdas, errors, curve.noise))
plots.show()
guessed("bias_and_variance")

# %% [markdown]
# **What you saw:** from λ = `0.001` to `0.1` the variance falls from {{bias_and_variance: variance_weak | .2f}} to {{bias_and_variance: variance_strong | .2f}}.
# Bias² grows from {{bias_and_variance: bias_weak | .3f}} to {{bias_and_variance: bias_strong | .3f}} ({{bias_and_variance}}).
#
# Regularization trades bias for variance. The error has three parts, and not two: a lecture leaves out the noise, which no model can remove. (For squared error the sum is exact; for accuracy it is a picture to think with.)
#
# ## 5.2 L1, and zeros that are really zero
#
# With $\lambda \sum |w_i|$ the pull is the same for every weight, $\lambda\,\mathrm{sign}(w)$, however small it is already: L1 subtracts where L2
# multiplies. This is why it can make weights exactly 0, if the step is taken with care. A *subgradient* step,
# $w \leftarrow w - \mathrm{lr}(g + \lambda\,\mathrm{sign}(w))$, jumps back and forth across 0. The **proximal** step does not: first the gradient
# step of the loss alone, then everything within reach of 0 becomes 0.
#
# $$u = w - \mathrm{lr} \cdot g, \qquad w \leftarrow \mathrm{soft}(u,\ \mathrm{lr} \cdot \lambda), \qquad \mathrm{soft}(w, t) = \mathrm{sign}(w)\,\max(|w| - t,\ 0)$$
#
# One lecture writes $w - \mathrm{lr}\,g - \min(\mathrm{lr}\,\lambda, |w|)\,\mathrm{sign}(w)$, with the *old* $w$ in the last term. It looks the same.
#
# <details><summary><b>Question:</b> "L1 minimizes the number of non-zero weights", says a slide, and "deactivates neurons", says
# another. What do you reply? (Click for the answer.)</summary>
# The number of non-zero weights is the "L0 norm", which has no useful gradient; L1 is the convex penalty closest to it, and
# zeros are its side effect. And a neuron is off only if <i>all</i> its outgoing (or incoming) weights are zero.</details>
#
# ### ✎ Exercise `l1` · ★★☆ · 30 minutes · 5 points
#
# Write `soft_threshold(w, t)` for $t \ge 0$ (any shape, integers too; `nan` stays `nan`) and `l1_prox_step(w, g, lr, lam)`, which
# returns the new weights; `g` is the gradient of the loss without the penalty.


# %% write="l1"
def soft_threshold(w, t):
    """w, moved towards 0 by t, and not past it."""
    ### BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - t, 0.0)
    ### END SOLUTION


def l1_prox_step(w, g, lr, lam):
    """The weights after a gradient step with g and the proximal step of lam * sum |w|."""
    ### BEGIN SOLUTION
    return soft_threshold(w - lr * np.asarray(g), lr * lam)
    ### END SOLUTION


# %% check="l1" points=5
check("l1")

# %% [markdown]
# In the figure, left and middle show a loss of two weights, and the path of its minimum as λ grows. On the right are 20 weights after 3000 steps
# of three forms of L1; only 4 of them matter. **Predict first:** how many *exact* zeros does each form find?
# Below it, live: a network with 50 noisy training points and your choice of λ. Which λ would you take if you saw only the
# training curve? (There, the penalty goes with Adam. L1's λ is not comparable with L2's, nor with that of plain gradient descent.)

# %% guess="lasso"
predict("lasso", "")  # your guess, between the quotes

# %% locked="lasso"
prox, penalty = bridge.yours(l1_prox_step), bridge.yours(l2_penalty)
with_l2 = lambda w, g, lr, lam: w - lr * (g + penalty([w], lam)[1][0])
others = {
    "subgradient": lambda w, g, lr, lam: w - lr * (g + lam * np.sign(w)),
    "min with the old w": lambda w, g, lr, lam: w - lr * g - np.minimum(lr * lam, np.abs(w)) * np.sign(w),
}
figure, axes = plots.figure(3, 3.6)
plots.caption(figure, valley.draw_lasso(axes, with_l2, prox, others))
plots.show()
guessed("lasso")

# %% [markdown]
# **What you saw:** L2's path bends towards 0 and does not arrive; L1's path hits an axis and stays on it.
# Only the proximal step gives zeros, {{exact_zeros: proximal | .0f}} of 20 weights ({{exact_zeros}}).

# %% locked="lambda_explorer"
demos.penalty_explorer()

# %% [markdown]
# The two other forms give {{exact_zeros: subgradient | .0f}} zeros. Some of the subgradient's weights do not even look like 0 in a
# table with two decimals ({{exact_zeros}}). *When L1, when L2?* If you believe that few features matter, or want to *select* some, take
# L1 and its proximal step. If many features matter a little, or several say the same, take L2: it is simpler, and it spreads the weight over all of them.
#
# ## 5.3 Dropout
#
# In training, switch each hidden unit off with probability $p$, anew for each example and each step. No unit can rely on
# a particular other one: they cannot *co-adapt*. (Hinton's meaning: a feature that is useful only beside particular other features. BIOS 7747 uses the
# word for units that extract the *same* information; dropout rather encourages such copies.) NPFL114 compares it with gene swapping: a gene that must do well in
# ever new company has to be good by itself. Seen in another way, one trains an ensemble of thinned networks with shared weights.
# So that the next layer gets the same *mean* as without dropout, what survives is scaled up at once ("inverted" dropout):
#
# $$m_i = \frac{[u_i \ge p]}{1 - p}, \quad u_i \sim U(0, 1), \qquad \mathrm{out} = x \cdot m, \qquad \frac{\partial L}{\partial x} = \mathrm{dout} \cdot m$$
#
# In evaluation nothing is dropped and nothing scaled: out = $x$, and the mask is all ones. (Classic dropout trains unscaled and multiplies
# by $1 - p$ afterwards; the expected values agree.) Here $p$ is the probability to be *dropped*, as in PyTorch; some texts mean the one to be kept.
#
# ### ✎ Exercise `dropout` · ★★☆ · 40 minutes · 5 points
#
# Write `dropout_forward(x, p, training, rng)`, which returns `(out, mask)` in the shape of `x` (any shape, integers too), and
# `dropout_backward(dout, mask)`. The mask already holds the factor $1/(1-p)$. $p = 1$ gives zeros (and no division by 0), a $p$ outside of
# $[0, 1]$ raises `ValueError`, in training and in evaluation.


# %% write="dropout"
def dropout_forward(x, p, training, rng):
    """Inverted dropout of x with drop probability p: the output, and the mask that x was multiplied by."""
    ### BEGIN SOLUTION
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, and {p} is none")
    x = np.asarray(x)
    mask = np.ones(x.shape)
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)
    return x * mask, mask
    ### END SOLUTION


def dropout_backward(dout, mask):
    """The gradient with respect to x, given dout, the gradient with respect to the output."""
    ### BEGIN SOLUTION
    return np.multiply(dout, mask)
    ### END SOLUTION


# %% check="dropout" points=5
check("dropout")

# %% [markdown]
# A lecture divides by $1 - p$ "to preserve data variance". **Predict first:** inputs with mean 2 and variance 1, $p = 0.5$. What are mean and variance behind dropout?

# %% guess="dropout_variance"
predict("dropout_variance", "")  # your guess, between the quotes

# %% locked="dropout_variance"
rng, forward, rates = np.random.default_rng(0), bridge.yours(dropout_forward), np.linspace(0, 0.8, 9)
figure, axes = plots.figure(2, 3.0)
for mean, colour in ((0.0, plots.BLUE), (2.0, plots.RED)):
    x = rng.normal(mean, 1, 100_000)
    lab.draw_dropout(axes, mean, {p: forward(x, p, True, rng)[0] for p in rates}, colour)
half = forward(x, 0.5, True, rng)[0]
plots.caption(figure, f"Dots: your dropout, 100 000 numbers each. Lines: E[x], and E[x²]/(1−p) − E[x]².\n"
              f"With mean 2, p = {0.5}: mean {half.mean():.2f} and variance {half.var():.2f}; before, {x.var():.2f}.")
plots.show()
guessed("dropout_variance")

# %% [markdown]
# <!-- no claim -->**What you saw:** the mean stays where it was, and the variance grows with $p$, as the formula says.
# It grows more if the input has a mean.

# %% locked="masks"
demos.dropout_masks()

# %% [markdown]
# The variance that dropout adds is noise, and this noise is what regularizes. It also slows training down.
#
# *Is it an ensemble?* Train with $p = 0.5$ on the moons. Then average the probabilities of 100 random masks: the accuracy is {{mean_over_masks: masks | .3f}}, in
# evaluation mode {{mean_over_masks: evaluation | .3f}}, and with a single mask {{mean_over_masks: one_mask | .3f}} ({{mean_over_masks}}). Evaluation mode gives in one pass what the ensemble
# gives in a hundred.
#
# *Where does it stand?* Dropout *before* a batch normalization (notebook 3) is a problem. The variance that arrives there is
# {{dropout_before_a_norm: training_over_evaluation | .2f}} times as large in training as in evaluation ({{dropout_before_a_norm}}), so the running statistics do not fit. The order linear, batch
# norm, ReLU, dropout does not cure this: the norm of the *next* layer stands behind the dropout. Put dropout behind the last norm only, or do without one of the two.
#
# Every layer may have a rate of its own: wide ones bear more, and inputs can be dropped as well, at a low rate.
# "One half is optimal"? It is a common default for wide dense layers; with plenty of data, less or none is better.
#
# ## 5.4 Change the examples: softer labels, mixtures, shifts
#
# **Label smoothing.** Cross-entropy with hard labels is never satisfied: it pushes the *logits* towards ±∞. So tell the network to be a little
# less sure. As in PyTorch, $Y = (1 - \varepsilon)\,\mathrm{onehot}(y) + \varepsilon / K$. (Another lecture gives $1 - \varepsilon'$ to the true class and
# $\varepsilon'/(K-1)$ to each other one. It is the same family, with $\varepsilon' = \varepsilon\,(K-1)/K$.)
#
# ### ✎ Exercise `smooth_labels` · ★☆☆ · 20 minutes · 3 points
# Write `smooth_labels(y, K, eps)`: classes `y` (N,) from 0 to K−1 become rows of probabilities (N, K).


# %% write="smooth_labels"
def smooth_labels(y, K, eps):
    """Rows (N, K): 1 - eps on the class y, and eps spread evenly over all K classes."""
    ### BEGIN SOLUTION
    Y = np.full((len(y), K), eps / K)
    Y[np.arange(len(y)), y] += 1 - eps
    return Y
    ### END SOLUTION


# %% check="smooth_labels" points=3
check("smooth_labels")

# %% [markdown]
# **Mixup** (Zhang et al., 2018) trains between the examples: $X_2 = \lambda X + (1 - \lambda) X[\pi]$ and $Y_2 = \lambda Y + (1 - \lambda) Y[\pi]$, with
# *the same* λ and the same permutation π (an array of row numbers) for both.
#
# ### ✎ Exercise `mixup` · ★☆☆ · 20 minutes · 3 points
# Write `mixup(X, Y, lam, perm)`, which returns `(X2, Y2)`. `X` is (N, ...), images too; `Y` (N, K); `perm` any permutation.


# %% write="mixup"
def mixup(X, Y, lam, perm):
    """Each example with the share lam, and its partner, row perm[i], with the rest; targets alike."""
    ### BEGIN SOLUTION
    partner_X, partner_Y = X[perm], Y[perm]
    return lam * X + (1 - lam) * partner_X, lam * Y + (1 - lam) * partner_Y
    ### END SOLUTION


# %% check="mixup" points=3
check("mixup")

# %% [markdown]
# **Augmentation** makes new examples by changes that keep the class: shift, rotate, crop, or mirror, where that is appropriate. A mirrored cat is
# a cat; a mirrored 2 is not a 2. (For speech: another speed, other noise behind it.) Noise on inputs, hidden units or weights is a cousin of this, and label
# smoothing is what noise on the *outputs* amounts to on average. Here: shift by `dy` rows downwards and `dx` columns to the right (negative: up, left).
#
# ### ✎ Exercise `shift_image` · ★★☆ · 30 minutes · 3 points
# Write `shift_image(image, dy, dx)`. `image` has shape (..., H, W): the last two axes are the picture, axes before them count pictures. Pixels
# pushed over the edge are lost (no wrap-around); vacated pixels become 0. A shift may be as large as the picture, or larger.


# %% write="shift_image"
def shift_image(image, dy, dx):
    """The pictures image (..., H, W), moved down by dy and right by dx, with 0 where nothing was."""
    ### BEGIN SOLUTION
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) - dy, np.arange(W) - dx  # where each pixel comes from
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside
    ### END SOLUTION


# %% check="shift_image" points=3
check("shift_image")

# %% [markdown]
# ## 5.5 Ensembles
#
# Train several networks and average their *probabilities*. (A majority vote forgets how sure each of them was.) If each has an error $\epsilon_i$ with mean 0, variance $\sigma^2$ and pairwise
# correlation ρ, the mean of $n$ of them has variance
#
# $$\rho\,\sigma^2 + (1 - \rho)\,\sigma^2 / n .$$
#
# The lecture's $\sigma^2/n$ is the case ρ = 0. Networks that saw the same data make similar mistakes, and averaging cannot remove
# what they share (ρσ², and the bias). **Bagging** lowers ρ: each member gets its own *bootstrap* sample, $N$ draws with replacement, which holds about $1 - 1/e = 63\,\%$ of
# the examples. Its price: every member knows less. Other ways to get members: other initial weights, or the last few checkpoints of one run.
#
# ### ✎ Exercise `ensemble_predict` · ★☆☆ · 10 minutes · 3 points
#
# Write `ensemble_predict(P)`: the mean over the members. `P` has shape (members, examples, classes).


# %% write="ensemble_predict"
def ensemble_predict(P):
    """The members' mean probabilities (N, K), from P (M, N, K)."""
    ### BEGIN SOLUTION
    return np.mean(P, axis=0)
    ### END SOLUTION


# %% check="ensemble_predict" points=3
check("ensemble_predict")

# %% [markdown]
# Eight members learn each of the 12 sets of moons.
#
# **Predict first:** will other initial weights help? Will bagging help more?

# %% guess="ensembles"
predict("ensembles", "")  # your guess, between the quotes

# %% locked="ensembles"
grown = {}
two = {"other initial weights": False, "bagging: other examples, too": True}
for name, bagging in progress_bar.each(two.items(), "12 ensembles of 8, twice"):
    # probabilities: (sets, members, examples, classes)
    members = parallel_training.ensembles(moons, members=8, bagging=bagging)
    # accuracies: (sets, number of members)
    grown[name] = parallel_training.growth(members, moons, bridge.yours(ensemble_predict))
figure, (ax,) = plots.figure(1, 3.4)
plots.caption(figure, lab.draw_growth(ax, grown))
plots.show()
guessed("ensembles")

# %% [markdown]
# **What you saw:** one network reaches {{ensembles: single | .3f}}, eight with other weights {{ensembles: other_weights | .3f}}, and eight
# bagged ones {{ensembles: bagged | .3f}} ({{ensembles}}).
#
# Members that saw the same examples have learned the same wrong labels by heart: ρ is {{ensembles: other_weights_rho | .2f}}, and averaging has little to remove. With bagging ρ is {{ensembles: bagged_rho | .2f}}, because each wrong label is missing from about $37\,\%$ of the members. On 200 points with *right* labels bagging gains
# {{ensembles@200 points, none wrong: bagged - single}}: next to nothing ({{ensembles}}). "An ensemble helps" is a statement about ρ, and about what there is to get rid of.
#
# ## 5.6 Who helps? Your code trains the networks
#
# First the moons again: twelve seeds, the same twelve for every method, so that differences can be *paired*. `t` is the mean difference over its
# standard error; with six comparisons, take a |t| below 3 as a hint and no more. Each method has a strength, and a method with a bad strength says
# nothing about the method. So each gets the same budget: three strengths, of which 50 *validation* points choose one for each seed. The test points are
# looked at once.
#
# Then real data: 180 of the 1797 handwritten digits to learn from, the rest to be judged by. `bridge.Dropout` is your two functions as a
# PyTorch layer, `bridge.penalized` adds your L2 gradients to an optimizer, `bridge.proximal` takes your L1 step,
# `bridge.SoftTargets` uses your smoothed labels. The rest is PyTorch.
#
# **Predict first:** which *one* method will help most on the moons, and which on the digits? The test digits all stand in the middle of
# their picture. What will training on shifted digits do to the accuracy there? And what if the test digits are shifted, too (last column)?

# %% guess="moons_table"
predict("moons_table", "")  # your guess, between the quotes

# %% locked="moons_table"
strengths = {"L2": (0.001, 0.003, 0.01), "L1, proximal": (0.1, 0.3, 1.0), "dropout": (0.2, 0.3, 0.5),
             "label smoothing": (0.1, 0.2, 0.4), "mixup": (0.4, 1.0, 2.0), "input noise": (0.2, 0.3, 0.4)}
dropout = dropout_forward, dropout_backward
makers = lab.regularizers(l2_penalty, soft_threshold, dropout, smooth_labels, mixup)
methods = {name: (strengths[name], make) for name, make in makers.items()}
print(parallel_training.tune_and_compare([data.moons(100, seed=seed) for seed in range(12)], methods))
guessed("moons_table")

# %% locked="digits"
parts.save("05_regularization")  # what you wrote in this notebook, for the capstone
digits, sgd = data.digits(test=0.9), lambda weights: torch.optim.SGD(weights, lr=0.2)
move = lab.shifts(shift_image, digits.X_train.min())  # (pictures, rng) -> pictures
dropped = lambda: torch.nn.Sequential(torch.nn.ReLU(), bridge.Dropout(dropout_forward, dropout_backward, 0.3))
soft = bridge.SoftTargets(smooth_labels, 10, 0.1)
methods = {"none": {}, "dropout 0.3": {"activation": dropped}, "label smoothing 0.1": {"loss": soft},
           "dropout and smoothing": {"activation": dropped, "loss": soft}, "shifts by one pixel": {"front": move}}
methods["L2, λ = 0.003"] = {"optimizer": lambda weights: bridge.penalized(sgd(weights), l2_penalty, 0.003)}
methods["L1 prox, λ = 0.001"] = {"optimizer": lambda weights: bridge.proximal(sgd(weights), l1_prox_step, 0.001)}
print(lab.digits_table(digits, methods, elsewhere=move(digits.X_test, np.random.default_rng(0))))
guessed("moons_table")

# %% [markdown] question="smoothing" points=3
# *What the tables say.* On the moons all methods but label smoothing help, once their strength is tuned.
# Over 24 fresh seeds L2 gains {{tuned: L2 - none}}, L1
# {{tuned: L1 - none}}, dropout {{tuned: dropout - none}}, mixup {{tuned: mixup - none}} and noise {{tuned: noise - none}}. They do not differ much from each other ({{tuned}}). L1 needs a
# strength of about {{tuned: L1_strength | .1f}} here, hundreds of times L2's: with a strength of `0.001` it does nothing at all, and one would have called L1 useless.
#
# On the digits, where hardly a label is wrong, dropout and smoothing (one strength each, not tuned) change little. Training on shifted digits costs {{digits: none - shifts | .2f}} on centered test digits and gains
# {{digits: shifts_moved - none_moved | .2f}} on shifted ones ({{digits}}). A regularizer is a statement about the data to come.
#
# ### ✎ In words · ★★☆ · 20 minutes · 3 points, given by your teacher
#
# One lecture (NPFL114) lists label smoothing among its default strategies. Somebody trained the networks of the moons with `ε = 0.1` on twelve sets, and found a
# paired difference in test accuracy of `−0.022 (t = −3.6, better for 0 of 12)`. It was one of seven methods that were compared with none. Here is the same with 24 other sets
# ({{smoothing_fixed}}):
#
# | | seeds | test accuracy | Δ accuracy | test loss |
# |---|---|---|---|---|
# | none | 24 | {{smoothing_fixed: none | .3f}} | | {{smoothing_fixed: none_loss | .2f}} |
# | ε = $0.1$ | 24 | {{smoothing_fixed: weak | .3f}} | {{smoothing_fixed: weak - none}} (better for {{smoothing_fixed: weak > none}}) | {{smoothing_fixed: weak_loss | .2f}} |
# | ε = $0.3$ | 24 | {{smoothing_fixed: strong | .3f}} | {{smoothing_fixed: strong - none}} (better for {{smoothing_fixed: strong > none}}) | {{smoothing_fixed: strong_loss | .2f}} |
#
# (1) After twelve seeds somebody writes "label smoothing makes it worse". What do you reply, with the rest of the table, and with the number of
# comparisons in mind? (2) What does smoothing change for certain? (3) Would you use it for a network whose probabilities a doctor reads? Why?
#
# ### BEGIN SOLUTION
# (1) t = −3.6 was one of seven comparisons with one baseline, and on 24 other sets the difference is {{smoothing_fixed: weak - none}}.
# If smoothing harms the accuracy on the moons, it is by little: the winner or loser of seven looks more extreme than it is. "Worse" also forgets the loss. (2) The test loss falls, from {{smoothing_fixed: none_loss | .2f}} to {{smoothing_fixed: weak_loss | .2f}}: the network is right about as
# often, and far less sure when it is wrong. (3) Rather yes, since wrong answers that look certain do harm; but test the calibration on data like the
# doctor's, because smoothing can also make a network too modest.
# ### END SOLUTION

# %% [markdown]
# ## 5.7 Bonus: noise, draws and averages · ★★☆ · 0 points
#
# `add_noise(x, std, training, rng)`: in training x plus normal noise of that standard deviation, in evaluation x itself. It serves for inputs and hidden units,
# and for a weight matrix. `mixup_lambda(alpha, rng)`: one draw of mixup's λ from Beta(α, α); α = 0 gives 1, "off". `bootstrap_sample(N, rng)`: N row numbers (integers)
# with replacement. `average_checkpoints(checkpoints)`: from a list of checkpoints, each a list of arrays, one list with the mean of each array.
# `ensemble_variance(s2, rho, n)`: the formula of 5.5. Do as many as you like.


# %% write="more_regularizers"
def add_noise(x, std, training, rng):
    ### BEGIN SOLUTION
    return x + std * rng.standard_normal(np.shape(x)) if training else np.array(x)
    ### END SOLUTION

def mixup_lambda(alpha, rng):
    ### BEGIN SOLUTION
    return float(rng.beta(alpha, alpha)) if alpha > 0 else 1.0
    ### END SOLUTION

def bootstrap_sample(N, rng):
    ### BEGIN SOLUTION
    return rng.choice(N, N)
    ### END SOLUTION

def average_checkpoints(checkpoints):
    ### BEGIN SOLUTION
    return [sum(versions) / len(checkpoints) for versions in zip(*checkpoints)]
    ### END SOLUTION

def ensemble_variance(s2, rho, n):
    ### BEGIN SOLUTION
    return rho * s2 + (1 - rho) * s2 / n
    ### END SOLUTION


# %% check="more_regularizers" points=0
check("more_regularizers")

# %% [markdown]
# ## The patient
#
# More than one label in five is wrong, and the network believes all of them. Your `smooth_labels` makes it less sure.

# %% locked="patient"
parts.patient("05_regularization")

# %% [markdown]
# ## In PyTorch
#
# | You wrote | PyTorch has |
# |---|---|
# | `l2_penalty` | `optim.SGD(..., weight_decay=2 * lam)`; it decays *every* parameter it is given: put biases and norms into a second group. Decoupled: `optim.AdamW` |
# | `soft_threshold`, `l1_prox_step` | `nn.Softshrink(t)`; no optimizer has L1: after `step()`, `with torch.no_grad(): p.copy_(F.softshrink(p, lr * lam))` |
# | `dropout_forward`, `dropout_backward` | `nn.Dropout(p=0.5)`; `model.eval()` switches it off, and forgetting that is a common bug |
# | `smooth_labels` | `nn.CrossEntropyLoss(label_smoothing=0.1)`; it takes rows of probabilities as targets, too |
# | `mixup`, `shift_image` | `torchvision.transforms.v2.MixUp`, `RandomAffine(translate=...)`, `RandomCrop(padding=...)` |
# | `ensemble_predict`, averages | `torch.stack([...]).mean(0)`; `optim.swa_utils.AveragedModel` for checkpoints |
#
# One lecture suggests defaults, a fair start: augmentation where it fits, and label smoothing of 0.1. Dropout of 0.5 on hidden dense layers, or 0.3 if the
# network underfits. L2 on convolutions, and an ensemble at the very end. *Early stopping* regularizes too, by keeping the weights near their start (notebook 7).
#
# ## Where the notes differ
#
# The lectures disagree with each other, and sometimes with the mathematics. Click a line for what is right.
# (B is BIOS 7747, T *Técnicas de IA para Biologia*, F *Training Deep Neural Networks*, S *Data-intensive Space Engineering*, N NPFL114.
# A number behind a slide counts the slides of that title. The numbers of the rows are those of the course's list of errata.)
#
# | | Lecture, slide | says | It is |
# |---|---|---|---|
# | E11 | B, *Weight decay* (1) | the penalty is (λ/β)·R(W), β the number of weights | legal, but then λ depends on the network's size; PyTorch's `weight_decay` has no β |
# | E12, E33 | B, *Weight decay*; T, *L1 vs L2 regularization* | L1 "deactivates neurons", "minimizes the number of non-zero weights"; "L1-normalization" | it zeroes single weights, as the convex stand-in for L0; and it is a regularization |
# | E13 | B, *Weight decay* (2) | `nn.L1Loss()(param)` | TypeError: a target is missing. It would also be a mean, without λ, over biases too. `lam * sum(W.abs().sum() for W in weights)` |
# | E14 | B, *Dropout* (2) | dropout divides by the keep rate "to preserve variance" | it preserves the mean; the variance becomes E[x²]/(1−p) − E[x]² |
# | E15 | B, *Dropout* (4) | 50 % dropout is optimal with enough data | a common default for wide layers; with enough data less, or none |
# | E31 | T, *L2 regularization is weight decay* | weights decrease "to (1 − 2εα)" | *by the factor* (1 − 2εα), and the gradient step comes on top |
# | E32, E54 | B, *Weight decay*; T, *L2 regularization is weight decay*; N, *L2*; S, *L1 and L2 regularization* (3) | L2 *is* weight decay (B heads L1 so, too); `Adam(weight_decay)` is "L2" | the same for plain SGD only; Adam divides the penalty's gradient by its own scale, AdamW does not |
# | E34 | T, *Dataset augmentation by noise injection*; N, *Label smoothing* | ε/(K−1) and 1−ε; or ε/K and 1−ε+ε/K | one family: ε′ = ε(K−1)/K. PyTorch has the second |
# | E35 | T, *Dataset augmentation by noise injection* | smoothing keeps softmax or sigmoid from being pushed to infinity | the *logits* go to ±∞; the probabilities to 0 and 1 |
# | E36 | T, *Dropout* (2) | weights are scaled after training; Keras "adjusts" | Keras and PyTorch scale during training; the expectation is the same |
# | E47 | F, *Bias-variance tradeoff* | the error is bias and variance | bias² + variance + noise, for squared error |
# | E52, E61 | S, *L1 and L2 regularization* (1); N, *L1* | L1 as a term of the loss gives exact zeros; an update with min(αλ, \|θ\|) and the old θ | only the proximal step after the gradient step gives exact zeros; count them above |
# | E53 | S, *L1 and L2 regularization* (2) | L2 shrinks weights "uniformly" | in proportion to their size; L1 is the uniform one |
# | E55 | S, *L1 and L2 regularization* (3) | L1 in the loop, `backward` and `step` *behind* the inner loop | that is one update an epoch, with the last batch; and biases are penalized as well |
# | E59, E60 | N, *L2*, and *MAP* behind it | ∂L and ∂J mixed in one update; the prior inside the sum over examples, with a minus | ∂J throughout; the prior once: Σ −log p + ‖θ‖²/(2σ²) |
# | E62 | N, *Dataset augmentation* | mixup as a picture only | the formulas of 5.4, λ ~ Beta(α, α), inputs *and* targets |
# | E65 | B, *Dropout* (1) | co-adaptation: neurons that extract the same information | features that are useful only beside particular others (Hinton et al., 2012); copies of one feature are another thing |
# | E63 | N, *Ensembling* | the error falls with the number of models | if their errors are uncorrelated; in general ρσ² and the bias stay |
#
# <details><summary><b>Question:</b> Ten networks have errors of variance 1 and correlation 0.5. Which variance has their mean, and which a hundred? (Click for the answer.)</summary>
# 0.5 + 0.5/10 = 0.55, and 0.5 + 0.5/100 = 0.505. After ten members, more of the same kind are hardly worth their electricity: make them more <i>different</i>.</details>
#
# ## References
#
# * Tibshirani (1996): *Regression shrinkage and selection via the lasso*.
# * Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014): *Dropout: a simple way to prevent neural networks from overfitting*.
# * Szegedy, Vanhoucke, Ioffe, Shlens, Wojna (2016): *Rethinking the inception architecture for computer vision*. Label smoothing.
# * Zhang, Cisse, Dauphin, Lopez-Paz (2018): *mixup: beyond empirical risk minimization*.
# * Goodfellow, Bengio, Courville (2016): *Deep Learning*, chapter 7.

# %% locked="progress"
progress("05_regularization")  # what you have done here, and what is left

# %% locked="submit"
from gradwise.handing_in import submit

submit()  # where your course has a service for it: save, run this cell alone, and read the official result
