"""Wrong answers to 08_capstone, as learners write them when they put a whole network together."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- init_params ----------------------------------------------------------------------------------


@base
def init_params(sizes, scheme, rng):
    """A right answer."""
    layers = []
    for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        last = i == len(sizes) - 2
        if scheme == "he":
            W = rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))
        elif scheme == "xavier":
            W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))
        elif scheme == "torch":
            W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)
        else:
            raise ValueError(scheme)
        norm = [] if last else [np.ones(n_out), np.zeros(n_out)]
        layers.append([W, np.zeros(n_out), *norm])
    return layers


@wrong("init_params", "init-he-on-output")
@edit("np.sqrt((1 if last else 2) / n_in)", "np.sqrt(2 / n_in)")
def init_params():
    """Your `init_params` gives the last layer He's factor 2 as well. The 2 makes up for the half that a ReLU
    removes, and behind the last layer there is none: its variance is 1/n_in."""


@wrong("init_params", "init-he-variance-as-std")
@edit("np.sqrt((1 if last else 2) / n_in)", "(1 if last else 2) / n_in")
def init_params():
    """In your `init_params` rng.normal gets 2/n_in, which is the variance. NumPy asks for the standard deviation:
    take the root."""


@wrong("init_params", "init-he-std-as-mean")
@edit(
    "rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))",
    "rng.normal(np.sqrt((1 if last else 2) / n_in), size=(n_in, n_out))",
)
def init_params():
    """The first argument of rng.normal is the mean, and your `init_params` gives He's std there: the weights have that
    mean, and a std of 1. Write rng.normal(0, std, size=...)."""


@wrong("init_params", "init-he-fan-out")
@edit("np.sqrt((1 if last else 2) / n_in)", "np.sqrt((1 if last else 2) / n_out)")
def init_params():
    """Your `init_params` divides He's variance by the number of outputs. A sum has as many terms as there are
    inputs: n_in, the first of the two sizes."""


@wrong("init_params", "init-he-fan-average")
@edit("np.sqrt((1 if last else 2) / n_in)", "np.sqrt((2 if last else 4) / (n_in + n_out))")
def init_params():
    """Your `init_params` takes the average of n_in and n_out for He. That is Xavier's denominator; a lecture mixes
    the two. He's is n_in alone."""


@wrong("init_params", "init-he-without-2")
@edit("np.sqrt((1 if last else 2) / n_in)", "np.sqrt(1 / n_in)")
def init_params():
    """Your `init_params` uses variance 1/n_in everywhere. That is LeCun's; before an activation He has twice as
    much, and only the last layer has 1/n_in."""


@wrong("init_params", "init-he-hundredth")
@edit("rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))", "0.01 * rng.normal(size=(n_in, n_out))")
def init_params():
    """Your `init_params` draws weights of 0.01 whatever the layer's size. How large a weight may be depends on how
    many inputs are summed: √(2/n_in)."""


@wrong("init_params", "init-he-uniform")
@edit(
    "W = rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))",
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt((3 if last else 6) / n_in)",
)
def init_params():
    """Your `init_params` draws He's weights uniformly. This scheme is the normal one."""


@wrong("init_params", "init-xavier-normal")
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
    "W = rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))",
)
def init_params():
    """Your `init_params` draws Xavier's weights from a normal distribution. Here the scheme is the uniform one, with
    the bound √(6/(n_in + n_out))."""


@wrong("init_params", "init-xavier-no-root")
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
    "W = rng.uniform(-1, 1, (n_in, n_out)) * 6 / (n_in + n_out)",
)
def init_params():
    """In your `init_params` Xavier's bound has no root: it is √(6/(n_in + n_out))."""


@wrong("init_params", "init-xavier-std-as-bound")
@edit("np.sqrt(6 / (n_in + n_out))", "np.sqrt(2 / (n_in + n_out))")
def init_params():
    """In your `init_params` Xavier's bound is √(2/(n_in + n_out)). That is the standard deviation; a uniform
    distribution with the bound a has a/√3, so the bound needs the 6."""


@wrong("init_params", "init-xavier-fan-in")
@edit("np.sqrt(6 / (n_in + n_out))", "np.sqrt(3 / n_in)")
def init_params():
    """Your `init_params` leaves n_out out of Xavier's bound. The scheme is a compromise between the way forward and
    the way back: n_in + n_out."""


@wrong("init_params", "init-torch-no-root")
@edit("W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "W = rng.uniform(-1, 1, (n_in, n_out)) / n_in")
def init_params():
    """In your `init_params` the bound of scheme torch is 1/n_in. It is 1/√n_in."""


@wrong("init_params", "init-torch-he-uniform")
@edit("rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / n_in)")
def init_params():
    """In your `init_params` scheme torch has the bound √(6/n_in) of He's uniform form. nn.Linear calls
    kaiming_uniform_ with a=√5, and that makes 1/√n_in."""


@wrong("init_params", "init-torch-is-xavier")
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)",
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
)
def init_params():
    """Your `init_params` takes Xavier for PyTorch's default, as a lecture says. nn.Linear draws from ±1/√n_in."""


@wrong("init_params", "init-torch-normal")
@edit("rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "rng.normal(0, 1 / np.sqrt(3 * n_in), (n_in, n_out))")
def init_params():
    """Your `init_params` draws scheme torch from a normal distribution. The form is uniform, from ±1/√n_in."""


@wrong("init_params", "init-one-sided")
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
    "W = rng.random((n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
)
@edit("W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "W = rng.random((n_in, n_out)) / np.sqrt(n_in)")
def init_params():
    """Your `init_params` draws weights between 0 and the bound. Then all of them are positive, and a layer adds up
    instead of comparing: draw from -bound to bound."""


@wrong("init_params", "init-out-in")
@edit(
    "W = rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_in, n_out))",
    "W = rng.normal(0, np.sqrt((1 if last else 2) / n_in), (n_out, n_in))",
)
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
    "W = rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(6 / (n_in + n_out))",
)
@edit("W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "W = rng.uniform(-1, 1, (n_out, n_in)) / np.sqrt(n_in)")
def init_params():
    """Your `init_params` makes W of shape (outputs, inputs), as PyTorch keeps it. Here it is (inputs, outputs), so
    that X @ W works."""


@wrong("init_params", "init-norm-everywhere")
@edit("norm = [] if last else [np.ones(n_out), np.zeros(n_out)]", "norm = [np.ones(n_out), np.zeros(n_out)]")
def init_params():
    """Your `init_params` gives the last layer gamma and beta, too. Behind the last layer comes the softmax and no
    batch norm: it is [W, b]."""


@wrong("init_params", "init-no-norm")
@edit(
    """
    norm = [] if last else [np.ones(n_out), np.zeros(n_out)]
    layers.append([W, np.zeros(n_out), *norm])
    """,
    "layers.append([W, np.zeros(n_out)])",
)
def init_params():
    """Your `init_params` makes no gamma and no beta. A hidden layer is [W, b, gamma, beta]."""


@wrong("init_params", "init-gamma-zero")
@edit("[] if last else [np.ones(n_out), np.zeros(n_out)]", "[] if last else [np.zeros(n_out), np.zeros(n_out)]")
def init_params():
    """Your `init_params` starts gamma at 0. Then every hidden unit is f(0) for every example, and no gradient gets
    below it. It starts at 1."""


@wrong("init_params", "init-gamma-beta-swapped")
@edit("[] if last else [np.ones(n_out), np.zeros(n_out)]", "[] if last else [np.zeros(n_out), np.ones(n_out)]")
def init_params():
    """Your `init_params` has beta before gamma. The order is [W, b, gamma, beta]: the scale, 1, comes first."""


@wrong("init_params", "init-random-biases")
@edit("[W, np.zeros(n_out), *norm]", "[W, rng.uniform(-1, 1, n_out) / np.sqrt(n_in), *norm]")
def init_params():
    """Your `init_params` draws the biases as well. PyTorch does so by default; here they start at 0 in all
    schemes."""


@wrong("init_params", "init-biases-one")
@edit("layers.append([W, np.zeros(n_out), *norm])", "layers.append([W, np.ones(n_out), *norm])")
def init_params():
    """Your `init_params` starts the biases at 1. They start at 0."""


@wrong("init_params", "init-bias-rows")
@edit("layers.append([W, np.zeros(n_out), *norm])", "layers.append([W, np.zeros((1, n_out)), *norm])")
def init_params():
    """Your `init_params` makes biases of shape (1, n). They are vectors, (n,): a row adds up just as well, and then
    its gradient has another shape than it."""


@wrong("init_params", "init-unknown-is-he")
@edit("raise ValueError(scheme)", "W = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))")
def init_params():
    """Your `init_params` takes any unknown scheme for one that it knows. A typo should not silently become
    another experiment: raise ValueError."""


@wrong("init_params", "init-unknown-is-xavier", told_as="init-unknown-is-he")
@edit("raise ValueError(scheme)", "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))")
def init_params():
    """Everything else is Xavier's."""


@wrong("init_params", "init-unknown-is-torch", told_as="init-unknown-is-he")
@edit("raise ValueError(scheme)", "W = rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)")
def init_params():
    """Everything else is PyTorch's."""


@wrong("init_params", "init-unknown-is-none")
@edit("raise ValueError(scheme)", "return None")
def init_params():
    """Your `init_params` returns None for a scheme it does not know. The mistake then shows up three cells later,
    as something else: raise ValueError."""


@wrong("init_params", "init-global-random")
@edit("rng.normal", "np.random.normal")
@edit(
    "W = rng.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
    "W = np.random.uniform(-1, 1, (n_in, n_out)) * np.sqrt(6 / (n_in + n_out))",
)
@edit("rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)", "np.random.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in)")
def init_params():
    """Your `init_params` draws from np.random and not from rng. Then no seed of yours decides about it, and no two
    runs can be paired."""


@wrong("init_params", "init-fixed-seed")
@edit("layers = []", "rng, layers = np.random.default_rng(0), []")
def init_params():
    """Your `init_params` makes a generator of its own with a fixed seed. Every network starts alike then, and your
    seeds measure nothing: use the rng that is passed in."""


@wrong("init_params", "init-same-draws")
@edit("layers = []", "seed, layers = rng.integers(2**31), []")
@edit(
    "last = i == len(sizes) - 2",
    """
    rng = np.random.default_rng(seed)
    last = i == len(sizes) - 2
    """,
)
def init_params():
    """Your `init_params` starts the same generator anew for each layer, so that all layers begin with the same
    numbers. Draw on from the one rng."""


@wrong("init_params", "state-variance-zero")
def init_state(sizes):
    """Your `init_state` starts the variance at 0. Evaluation would then divide by √1e-5 and blow everything up 300
    times; it starts at 1."""
    return [[np.zeros(n), np.zeros(n)] for n in sizes[1:-1]]


@wrong("init_params", "state-with-output")
def init_state(sizes):
    """Your `init_state` has an entry for the output layer, too. There is no batch norm there: only hidden layers
    have a state."""
    return [[np.zeros(n), np.ones(n)] for n in sizes[1:]]


@wrong("init_params", "state-with-input")
def init_state(sizes):
    """Your `init_state` begins with the number of features. The first batch norm stands behind the first layer:
    sizes[1:-1]."""
    return [[np.zeros(n), np.ones(n)] for n in sizes[:-1]]


@wrong("init_params", "state-swapped")
def init_state(sizes):
    """Your `init_state` has the variance first. The order is [mean, var]."""
    return [[np.ones(n), np.zeros(n)] for n in sizes[1:-1]]


@wrong("init_params", "state-for-all")
def init_state(sizes):
    """Your `init_state` has an entry for every size, input and output included. Only hidden layers have a batch
    norm: sizes[1:-1]."""
    return [[np.zeros(n), np.ones(n)] for n in sizes]


# --- net_forward ----------------------------------------------------------------------------------


@base
def net_forward(params, state, X, cfg, training, rng):
    """A right answer, without what loss_and_grads would need from it."""
    H, p, new, kept = X, cfg["p"], [], []
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):
        Z, mask = H @ W + b, 1.0
        mu, s2 = mean, var
        if training:
            mu, s2 = Z.mean(axis=0), Z.var(axis=0)
            mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)
            mask = (rng.random(Z.shape) >= p) / (1 - p)
        A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta
        new.append([mean, var])
        H = cfg["f"](A) * mask
    return H @ params[-1][0] + params[-1][1], new, kept


@wrong("net_forward", "forward-dropout-on-output")
@edit(
    "return H @ params[-1][0] + params[-1][1], new, kept",
    """
    out = H @ params[-1][0] + params[-1][1]
    return (out * (rng.random(out.shape) >= p) / (1 - p) if training else out), new, kept
    """,
)
def net_forward():
    """Your `net_forward` drops outputs, too. A logit that is set to 0 is not a missing vote, it is an answer: dropout
    stands behind hidden layers only."""


@wrong("net_forward", "forward-dropout-on-input")
@edit(
    "for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):",
    """
    if training:
        H = H * (rng.random(H.shape) >= p) / (1 - p)
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):
    """,
)
def net_forward():
    """Your `net_forward` drops features of X as well. Here dropout stands behind each hidden layer and nowhere
    else."""


@wrong("net_forward", "forward-norm-after-activation")
@edit("Z, mask = H @ W + b, 1.0", 'Z, mask = cfg["f"](H @ W + b), 1.0')
@edit('H = cfg["f"](A) * mask', "H = A * mask")
def net_forward():
    """Your `net_forward` normalizes behind the activation. Some networks do; here the order is linear, batch norm,
    activation, dropout."""


@wrong("net_forward", "forward-norm-after-dropout")
@edit("Z, mask = H @ W + b, 1.0", 'Z = cfg["f"](H @ W + b)')
@edit(
    "mu, s2 = Z.mean(axis=0), Z.var(axis=0)",
    """
    Z = Z * (rng.random(Z.shape) >= p) / (1 - p)
    mu, s2 = Z.mean(axis=0), Z.var(axis=0)
    """,
)
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "")
@edit('H = cfg["f"](A) * mask', "H = A")
def net_forward():
    """Your `net_forward` has batch norm behind the activation, or even behind dropout, whose zeros then go into mean
    and variance. The order is linear, batch norm, activation, dropout."""


@wrong("net_forward", "forward-eval-with-batch-statistics")
@edit("mu, s2 = mean, var", "mu, s2 = Z.mean(axis=0), Z.var(axis=0)")
@edit("mu, s2 = Z.mean(axis=0), Z.var(axis=0)", "")
def net_forward():
    """Your `net_forward` uses the batch's mean and variance in evaluation, too. Then a prediction depends on who
    else is in the batch, and one example alone is always beta. Take those of the state."""


@wrong("net_forward", "forward-state-moves-in-eval")
@edit(
    "new.append([mean, var])",
    """
    if not training:
        mean, var = 0.9 * mean + 0.1 * Z.mean(axis=0), 0.9 * var + 0.1 * Z.var(axis=0)
    new.append([mean, var])
    """,
)
def net_forward():
    """Your `net_forward` moves the running values in evaluation. Looking at the validation examples then changes
    the network: the state stays as it is unless training is True."""


@wrong("net_forward", "forward-momentum-swapped")
@edit(
    "mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)",
    "mean, var = 0.1 * mean + 0.9 * mu, 0.1 * var + 0.9 * Z.var(axis=0, ddof=1)",
)
def net_forward():
    """Your `net_forward` keeps 0.1 of the old running values and takes 0.9 of the batch's: it forgets within two
    batches. It is 0.9 of the old (Keras would write momentum=0.9 for that, PyTorch 0.1)."""


@wrong("net_forward", "forward-running-variance-biased")
@edit("0.9 * var + 0.1 * Z.var(axis=0, ddof=1)", "0.9 * var + 0.1 * Z.var(axis=0, ddof=0)")
def net_forward():
    """Your `net_forward` puts the variance with 1/N into the running variance. Batch norm normalizes with 1/N and
    *remembers* 1/(N-1), which is unbiased: ddof=1 there."""


@wrong("net_forward", "forward-never-remembers")
@edit("mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)", "")
def net_forward():
    """Your `net_forward` returns the running values as they were. Nothing is learned for evaluation then: in
    training each is 0.9 of the old and 0.1 of the batch's."""


@wrong("net_forward", "forward-remembers-the-last-batch")
@edit("0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)", "mu, Z.var(axis=0, ddof=1)")
def net_forward():
    """Your `net_forward` replaces the running values by those of the last batch. They are averages over many
    batches: 0.9 of the old and 0.1 of the new."""


@wrong("net_forward", "forward-running-sum")
@edit(
    "mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)",
    "mean, var = mean + 0.1 * mu, var + 0.1 * Z.var(axis=0, ddof=1)",
)
def net_forward():
    """Your `net_forward` adds to the running values and lets nothing go: they grow for ever. The old ones count
    0.9."""


@wrong("net_forward", "forward-running-std")
@edit("0.9 * var + 0.1 * Z.var(axis=0, ddof=1)", "0.9 * var + 0.1 * Z.std(axis=0, ddof=1)")
def net_forward():
    """Your `net_forward` remembers the standard deviation, and takes the root again later. Remember the
    variance."""


@wrong("net_forward", "forward-running-in-training")
@edit(
    """
    mu, s2 = Z.mean(axis=0), Z.var(axis=0)
    mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)
    """,
    "mean, var = 0.9 * mean + 0.1 * Z.mean(axis=0), 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)",
)
def net_forward():
    """Your `net_forward` normalizes with the running values in training, too, as two lectures say. In training they
    are only updated; the batch's own mean and variance normalize it."""


@wrong("net_forward", "forward-new-running-in-training")
@edit(
    "A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta",
    """
    mu, s2 = mean, var
    A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta
    """,
)
def net_forward():
    """Your `net_forward` normalizes with the running values that it has just updated. In training the batch's own
    mean and variance normalize it."""


@wrong("net_forward", "forward-variance-unbiased")
@edit("mu, s2 = Z.mean(axis=0), Z.var(axis=0)", "mu, s2 = Z.mean(axis=0), Z.var(axis=0, ddof=1)")
def net_forward():
    """Your `net_forward` normalizes with the variance of 1/(N-1). It normalizes with 1/N; only what is remembered
    has N - 1."""


@wrong("net_forward", "forward-eps-outside")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * (Z - mu) / (np.sqrt(s2) + 1e-5) + beta")
def net_forward():
    """In your `net_forward` 1e-5 stands outside of the root. It is √(σ² + 1e-5): where the variance is tiny, that
    is another number."""


@wrong("net_forward", "forward-no-eps")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * (Z - mu) / np.sqrt(s2) + beta")
def net_forward():
    """Your `net_forward` has no 1e-5 in the root. A unit that does not vary in a batch gives 0/0 then, and one nan
    is enough for the whole network."""


@wrong("net_forward", "forward-divides-by-variance")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * (Z - mu) / (s2 + 1e-5) + beta")
def net_forward():
    """Your `net_forward` divides by the variance. A unit has variance 1 afterwards if it is divided by the root of
    it."""


@wrong("net_forward", "forward-precedence")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * Z - mu / np.sqrt(s2 + 1e-5) + beta")
def net_forward():
    """In your `net_forward` only the mean is divided: Z - mu/√... . Put (Z - mu) in parentheses."""


@wrong("net_forward", "forward-no-gamma-beta")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = (Z - mu) / np.sqrt(s2 + 1e-5)")
def net_forward():
    """Your `net_forward` leaves out gamma and beta. With them at 1 and 0 nobody notices; they are what the layer
    learns."""


@wrong("net_forward", "forward-no-gamma")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = (Z - mu) / np.sqrt(s2 + 1e-5) + beta")
def net_forward():
    """Your `net_forward` leaves out gamma: A = gamma · Ẑ + beta."""


@wrong("net_forward", "forward-no-beta")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5)")
def net_forward():
    """Your `net_forward` leaves out beta: A = gamma · Ẑ + beta."""


@wrong("net_forward", "forward-no-gamma-in-eval")
@edit(
    "A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta",
    """
    A = (Z - mu) / np.sqrt(s2 + 1e-5)
    if training:
        A = gamma * A + beta
    """,
)
def net_forward():
    """Your `net_forward` forgets gamma and beta in evaluation. They belong to the layer in both modes; only mean,
    variance and mask differ."""


@wrong("net_forward", "forward-beta-inside")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * ((Z - mu) / np.sqrt(s2 + 1e-5) + beta)")
def net_forward():
    """Your `net_forward` multiplies beta by gamma: it is gamma · Ẑ + beta, not gamma · (Ẑ + beta)."""


@wrong("net_forward", "forward-one-mean-for-all")
@edit("mu, s2 = Z.mean(axis=0), Z.var(axis=0)", "mu, s2 = Z.mean(), Z.var()")
def net_forward():
    """Your `net_forward` takes one mean and one variance over all units. Each unit has its own: axis=0."""


@wrong("net_forward", "forward-norm-over-units")
@edit("mu, s2 = Z.mean(axis=0), Z.var(axis=0)", "mu, s2 = Z.mean(axis=1, keepdims=True), Z.var(axis=1, keepdims=True)")
@edit("0.9 * mean + 0.1 * mu", "0.9 * mean + 0.1 * Z.mean(axis=0)")
def net_forward():
    """Your `net_forward` normalizes each example over its units: that is layer normalization. Batch norm takes each
    unit over the examples, axis=0."""


@wrong("net_forward", "forward-activation-on-output")
@edit("H @ params[-1][0] + params[-1][1], new, kept", 'cfg["f"](H @ params[-1][0] + params[-1][1]), new, kept')
def net_forward():
    """Your `net_forward` puts the activation on the output, too. The last layer gives logits, which may be any
    numbers."""


@wrong("net_forward", "forward-no-activation")
@edit('H = cfg["f"](A) * mask', "H = A * mask")
def net_forward():
    """Your `net_forward` never calls the activation. Without it the whole network is one linear map."""


@wrong("net_forward", "forward-dropout-unscaled")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.random(Z.shape) >= p) * 1.0")
def net_forward():
    """Your `net_forward` does not scale what dropout keeps. The next layer then gets 1 - p of what it gets in
    evaluation: divide the mask by 1 - p."""


@wrong("net_forward", "forward-dropout-in-eval")
@edit("H @ W + b, 1.0", "H @ W + b, (1.0 if rng is None else (rng.random((len(H), len(b))) >= p) / (1 - p))")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "")
def net_forward():
    """Your `net_forward` drops units in evaluation, too. A prediction is then a matter of luck: outside of training
    the mask is 1."""


@wrong("net_forward", "forward-dropout-in-eval-of-its-own", told_as="forward-dropout-in-eval")
@edit(
    'H, p, new, kept = X, cfg["p"], [], []',
    'H, p, new, kept, rng = X, cfg["p"], [], [], rng or np.random.default_rng(0)',
)
@edit("H @ W + b, 1.0", "H @ W + b, (rng.random((len(H), len(b))) >= p) / (1 - p)")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "")
def net_forward():
    """Without a generator it makes one."""


@wrong("net_forward", "forward-dropout-in-eval-fails", told_as="forward-dropout-in-eval")
@edit("H @ W + b, 1.0", "H @ W + b, (rng.random((len(H), len(b))) >= p) / (1 - p)")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "")
def net_forward():
    """Without a generator it fails."""


@wrong("net_forward", "forward-p-is-keep")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.random(Z.shape) < p) / p if p else np.ones(Z.shape)")
def net_forward():
    """Your `net_forward` takes p for the probability to keep a unit. It is the one to drop it, as in PyTorch."""


@wrong("net_forward", "forward-scales-in-eval")
@edit("Z, mask = H @ W + b, 1.0", "Z, mask = H @ W + b, 1 - p")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.random(Z.shape) >= p) * 1.0")
def net_forward():
    """Your `net_forward` is classic dropout: unscaled in training, times 1 - p in evaluation. The expected values
    agree; here it is the inverted form, with 1/(1-p) in training and nothing in evaluation."""


@wrong("net_forward", "forward-divides-by-p")
@edit("(rng.random(Z.shape) >= p) / (1 - p)", "(rng.random(Z.shape) >= p) / max(p, 1e-9) if p else np.ones(Z.shape)")
def net_forward():
    """Your `net_forward` divides the mask by p. A share of 1 - p is kept: divide by 1 - p."""


@wrong("net_forward", "forward-mask-per-unit")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.random(Z.shape[1]) >= p) / (1 - p)")
def net_forward():
    """Your `net_forward` draws one mask for the whole batch: a unit is off for all examples or for none. Each entry
    has a chance of its own: rng.random(Z.shape)."""


@wrong("net_forward", "forward-mask-per-example")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.random((len(Z), 1)) >= p) / (1 - p)")
def net_forward():
    """Your `net_forward` drops whole examples. Each entry has a chance of its own: rng.random(Z.shape)."""


@wrong("net_forward", "forward-normal-mask")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (rng.normal(size=Z.shape) >= p) / (1 - p)")
def net_forward():
    """Your `net_forward` compares normal random numbers with p (`randn` for `rand`). With p = 0.2 it drops more
    than half: rng.random is uniform between 0 and 1."""


@wrong("net_forward", "forward-dropout-before-activation")
@edit('H = cfg["f"](A) * mask', 'H = cfg["f"](A * mask)')
def net_forward():
    """Your `net_forward` drops before the activation. A dropped unit is then f(0), which need not be 0, and the
    scaling goes into f. Dropout comes last."""


@wrong("net_forward", "forward-no-dropout")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "")
def net_forward():
    """Your `net_forward` has no dropout. In training H = f(A) · mask."""


@wrong("net_forward", "forward-mask-fixed-seed")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (np.random.default_rng(0).random(Z.shape) >= p) / (1 - p)")
def net_forward():
    """Your `net_forward` draws its masks with a seed of its own. Then it is always the same units that are off, and
    the network is just smaller: use rng."""


@wrong("net_forward", "forward-mask-global-random")
@edit("mask = (rng.random(Z.shape) >= p) / (1 - p)", "mask = (np.random.random(Z.shape) >= p) / (1 - p)")
def net_forward():
    """Your `net_forward` draws its masks from np.random. A run cannot be repeated then: use rng."""


@wrong("net_forward", "forward-no-bias")
@edit("Z, mask = H @ W + b, 1.0", "Z, mask = H @ W, 1.0")
def net_forward():
    """Your `net_forward` leaves out b in hidden layers. In training batch norm subtracts it anyway, and nobody
    notices; in evaluation the running mean is that of HW + b."""


@wrong("net_forward", "forward-bias-behind-norm")
@edit("Z, mask = H @ W + b, 1.0", "Z, mask = H @ W, 1.0")
@edit("A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta + b")
def net_forward():
    """Your `net_forward` adds b behind batch norm. It belongs to the linear layer: Z = HW + b."""


@wrong("net_forward", "forward-no-last-bias")
@edit("return H @ params[-1][0] + params[-1][1], new, kept", "return H @ params[-1][0], new, kept")
def net_forward():
    """Your `net_forward` leaves out the last layer's bias."""


@wrong("net_forward", "forward-no-norm-in-eval")
@edit("gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta", "gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta if training else Z")
def net_forward():
    """Your `net_forward` leaves batch norm out in evaluation. It stays, with the running mean and variance."""


@wrong("net_forward", "forward-state-in-place")
@edit(
    "mean, var = 0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)",
    """
    mean *= 0.9
    mean += 0.1 * mu
    var *= 0.9
    var += 0.1 * Z.var(axis=0, ddof=1)
    """,
)
def net_forward():
    """Your `net_forward` writes into the arrays of the old state. Whoever kept that state as the best one loses it:
    make new arrays, 0.9 * mean + 0.1 * mu."""


@wrong("net_forward", "forward-state-lists")
def net_forward(params, state, X, cfg, training, rng):
    """Your `net_forward` puts the new running values into the lists of the old state: list(state) or state.copy()
    copies the outer list only, and the [mean, var] in it are the old ones. Whoever kept that state as the best one
    loses it: make a new list for each layer."""
    H, new, cache = X, list(state), []
    for i, (W, b, gamma, beta) in enumerate(params[:-1]):
        Z, (mean, var) = H @ W + b, state[i]
        mu, sigma2 = (Z.mean(axis=0), Z.var(axis=0)) if training else (mean, var)
        if training:
            new[i][0] = 0.9 * mean + 0.1 * mu
            new[i][1] = 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)
        Z_hat = (Z - mu) / np.sqrt(sigma2 + 1e-5)
        A = gamma * Z_hat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"]) if training else np.ones(A.shape)
        cache.append((H, Z_hat, sigma2, A, mask))
        H = cfg["f"](A) * mask
    return H @ params[-1][0] + params[-1][1], new, [*cache, H]


@wrong("net_forward", "forward-relu-whatever")
@edit('H = cfg["f"](A) * mask', "H = np.maximum(A, 0) * mask")
def net_forward():
    """Your `net_forward` always uses ReLU. The activation is a setting: cfg["f"]."""


@wrong("net_forward", "forward-p-fixed")
@edit('H, p, new, kept = X, cfg["p"], [], []', "H, p, new, kept = X, 0.5, [], []")
def net_forward():
    """Your `net_forward` drops one half, whatever cfg says: p is cfg["p"]."""


# --- loss_and_grads -------------------------------------------------------------------------------


@base
def loss_and_grads(params, state, X, Y, cfg, rng):
    """A right answer."""
    out, new, (kept, H) = net_forward(params, state, X, cfg, True, rng)
    N, lam = len(X), cfg["lam"]
    log_P = out - out.max(axis=1, keepdims=True)
    log_P = log_P - np.log(np.exp(log_P).sum(axis=1, keepdims=True))
    loss = -(Y * log_P).sum() / N + lam * sum((w[0] ** 2).sum() for w in params)
    d = (np.exp(log_P) - Y) / N
    grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]
    for up, (W, _, gamma, _), (H, Zh, s2, A, mask) in zip(params[:0:-1], params[-2::-1], kept[::-1]):
        dA = d @ up[0].T * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Zh).sum(axis=0), dA.sum(axis=0)
        d = gamma / np.sqrt(s2 + 1e-5) * (dA - dbeta / N - Zh * dgamma / N)
        grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])
    return loss, grads[::-1], new


@wrong("loss_and_grads", "loss-penalty-without-2")
@edit("[[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]", "[[H.T @ d + lam * params[-1][0], d.sum(axis=0)]]")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d + lam * W, d.sum(axis=0), dgamma, dbeta]")
def loss_and_grads():
    """In your `loss_and_grads` the penalty's gradient is lam · W. The slope of lam · W² is 2 · lam · W."""


@wrong("loss_and_grads", "loss-half-penalty")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam / 2 * sum((w[0] ** 2).sum() for w in params)")
def loss_and_grads():
    """The loss of your `loss_and_grads` has half of the penalty. Here it is lam · Σ W², with the slope 2 · lam · W."""


@wrong("loss_and_grads", "loss-half-penalty-twice")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam / 2 * sum((w[0] ** 2).sum() for w in params)")
@edit("[[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]", "[[H.T @ d + lam * params[-1][0], d.sum(axis=0)]]")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d + lam * W, d.sum(axis=0), dgamma, dbeta]")
def loss_and_grads():
    """Your `loss_and_grads` has lam/2 · Σ W², as PyTorch's weight_decay has it. That is consistent, and half as
    strong: here the penalty is lam · Σ W²."""


@wrong("loss_and_grads", "loss-penalty-no-gradient")
@edit("grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]", "grads = [[H.T @ d, d.sum(axis=0)]]")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d, d.sum(axis=0), dgamma, dbeta]")
def loss_and_grads():
    """The gradients of your `loss_and_grads` lack those of the penalty, so it does not change the network. Add 2 · lam
    · W to each dW."""


@wrong("loss_and_grads", "loss-penalty-gradient-only")
@edit("loss = -(Y * log_P).sum() / N + lam * sum((w[0] ** 2).sum() for w in params)", "loss = -(Y * log_P).sum() / N")
def loss_and_grads():
    """The loss of your `loss_and_grads` lacks the penalty: it is cross-entropy + lam · Σ W². A gradient check compares
    the gradients with that sum."""


@wrong("loss_and_grads", "loss-no-penalty")
@edit("loss = -(Y * log_P).sum() / N + lam * sum((w[0] ** 2).sum() for w in params)", "loss = -(Y * log_P).sum() / N")
@edit("grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]", "grads = [[H.T @ d, d.sum(axis=0)]]")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d, d.sum(axis=0), dgamma, dbeta]")
def loss_and_grads():
    """Your `loss_and_grads` leaves the penalty out: add lam · Σ W² to the loss and 2 · lam · W to each dW."""


@wrong("loss_and_grads", "loss-penalty-on-biases")
@edit("sum((w[0] ** 2).sum() for w in params)", "sum((w[0] ** 2).sum() + (w[1] ** 2).sum() for w in params)")
@edit(
    "grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]",
    "grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0) + 2 * lam * params[-1][1]]]",
)
@edit("up, (W, _, gamma, _), (H, Zh, s2, A, mask)", "up, (W, b, gamma, _), (H, Zh, s2, A, mask)")
@edit(
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])",
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0) + 2 * lam * b, dgamma, dbeta])",
)
def loss_and_grads():
    """Your `loss_and_grads` penalizes the biases, too. A bias only moves a unit's threshold; the penalty holds for
    W alone."""


@wrong("loss_and_grads", "loss-penalty-on-everything")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam * sum((a**2).sum() for w in params for a in w)")
@edit(
    "return loss, grads[::-1], new",
    """
    grads = [[g + 2 * lam * a * (a.ndim == 1) for g, a in zip(*x)] for x in zip(grads, params[::-1])]
    return loss, grads[::-1], new
    """,
)
def loss_and_grads():
    """Your `loss_and_grads` penalizes every array, gamma and beta included. Decay on gamma pulls each unit towards
    silence, while the scale of W behind a batch norm does not even matter: the penalty holds for W alone."""


@wrong("loss_and_grads", "loss-penalty-not-on-last")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam * sum((w[0] ** 2).sum() for w in params[:-1])")
@edit("grads = [[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]]", "grads = [[H.T @ d, d.sum(axis=0)]]")
def loss_and_grads():
    """Your `loss_and_grads` leaves the last layer out of the penalty. It has weights like the others."""


@wrong("loss_and_grads", "loss-penalty-on-last-only")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam * (params[-1][0] ** 2).sum()")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d, d.sum(axis=0), dgamma, dbeta]")
def loss_and_grads():
    """Your `loss_and_grads` penalizes the last layer only. Σ goes over the weights of all layers."""


@wrong("loss_and_grads", "loss-penalty-norm")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam * sum(np.sqrt((w[0] ** 2).sum()) for w in params)")
def loss_and_grads():
    """Your `loss_and_grads` adds the norms of the weights. The penalty is their squares, without the root: that is
    what has the slope 2 · lam · W."""


@wrong("loss_and_grads", "loss-penalty-over-n")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam / N * sum((w[0] ** 2).sum() for w in params)")
@edit("[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]", "[H.T @ d + 2 * lam / N * params[-1][0], d.sum(axis=0)]")
@edit("H.T @ d + 2 * lam * W", "H.T @ d + 2 * lam / N * W")
def loss_and_grads():
    """Your `loss_and_grads` divides the penalty by N. Then lam means another thing for every batch size; the 1/N
    belongs to the cross-entropy."""


@wrong("loss_and_grads", "loss-penalty-l1")
@edit("lam * sum((w[0] ** 2).sum() for w in params)", "lam * sum(np.abs(w[0]).sum() for w in params)")
@edit("[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]", "[H.T @ d + lam * np.sign(params[-1][0]), d.sum(axis=0)]")
@edit("H.T @ d + 2 * lam * W", "H.T @ d + lam * np.sign(W)")
def loss_and_grads():
    """Your `loss_and_grads` penalizes |W|: that is L1. Here it is L2, lam · Σ W²."""


@wrong("loss_and_grads", "loss-hard-labels")
@edit(
    'N, lam = len(X), cfg["lam"]',
    """
    Y = np.eye(Y.shape[1])[Y.argmax(axis=1)]
    N, lam = len(X), cfg["lam"]
    """,
)
def loss_and_grads():
    """Your `loss_and_grads` rounds the targets to the most probable class. With smoothed or mixed labels that
    undoes them: use the rows of Y as they are."""


@wrong("loss_and_grads", "loss-summed")
@edit("-(Y * log_P).sum() / N", "-(Y * log_P).sum()")
def loss_and_grads():
    """Your `loss_and_grads` adds up the loss of the examples. It is their mean: divide by N."""


@wrong("loss_and_grads", "loss-everything-summed")
@edit("-(Y * log_P).sum() / N", "-(Y * log_P).sum()")
@edit("d = (np.exp(log_P) - Y) / N", "d = np.exp(log_P) - Y")
def loss_and_grads():
    """Your `loss_and_grads` adds up over the batch. With twice the batch every step is twice as long: loss and
    gradient are means over the examples."""


@wrong("loss_and_grads", "loss-gradient-not-averaged")
@edit("d = (np.exp(log_P) - Y) / N", "d = np.exp(log_P) - Y")
def loss_and_grads():
    """In your `loss_and_grads` the gradient is N times too large: δ = (P - Y)/N. The loss is a mean, so its slope
    has the 1/N."""


@wrong("loss_and_grads", "loss-averaged-twice")
@edit("[H.T @ d + 2 * lam * params[-1][0], d.sum(axis=0)]", "[H.T @ d / N + 2 * lam * params[-1][0], d.mean(axis=0)]")
@edit(
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])",
    "grads.append([H.T @ d / N + 2 * lam * W, d.mean(axis=0), dgamma, dbeta])",
)
def loss_and_grads():
    """Your `loss_and_grads` divides by N once more on the way down. The 1/N is in δ = (P - Y)/N already; dW and db
    are sums."""


@wrong("loss_and_grads", "loss-mean-over-entries")
@edit("-(Y * log_P).sum() / N", "-np.mean(Y * log_P)")
@edit("d = (np.exp(log_P) - Y) / N", "d = (np.exp(log_P) - Y) / Y.size")
def loss_and_grads():
    """Your `loss_and_grads` takes the mean over examples *and* classes. It is the sum over the classes and the mean
    over the examples: K times as much."""


@wrong("loss_and_grads", "loss-mask-drawn-again")
@edit(
    'dA = d @ up[0].T * mask * cfg["df"](A)',
    """
    mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
    dA = d @ up[0].T * mask * cfg["df"](A)
    """,
)
def loss_and_grads():
    """Your `loss_and_grads` draws a new mask for the way back. A unit that was off forward gets a gradient then,
    and one that was on gets none: keep the mask in the cache."""


@wrong("loss_and_grads", "loss-mask-ignored")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', 'dA = d @ up[0].T * cfg["df"](A)')
def loss_and_grads():
    """Your `loss_and_grads` forgets dropout on the way back: dA = dH · mask · f'(A)."""


@wrong("loss_and_grads", "loss-mask-unscaled")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', 'dA = d @ up[0].T * np.sign(mask) * cfg["df"](A)')
def loss_and_grads():
    """Your `loss_and_grads` uses the mask without its 1/(1-p) on the way back. What was scaled up forward is scaled
    up backward."""


@wrong("loss_and_grads", "loss-no-slope")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', "dA = d @ up[0].T * mask")
def loss_and_grads():
    """Your `loss_and_grads` leaves out f'(A), the slope of the activation."""


@wrong("loss_and_grads", "loss-slope-at-h")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', 'dA = d @ up[0].T * mask * cfg["df"](cfg["f"](A))')
def loss_and_grads():
    """Your `loss_and_grads` takes the slope at f(A), the activation's output. It is taken at its input: f'(A)."""


@wrong("loss_and_grads", "loss-slope-at-z-hat")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', 'dA = d @ up[0].T * mask * cfg["df"](Zh)')
def loss_and_grads():
    """Your `loss_and_grads` takes the slope at Ẑ. The activation gets A = gamma · Ẑ + beta: f'(A)."""


@wrong("loss_and_grads", "loss-relu-slope")
@edit('dA = d @ up[0].T * mask * cfg["df"](A)', "dA = d @ up[0].T * mask * (A > 0)")
def loss_and_grads():
    """Your `loss_and_grads` always uses the slope of ReLU. It is a setting: cfg["df"]."""


@wrong("loss_and_grads", "loss-norm-constants")
@edit("d = gamma / np.sqrt(s2 + 1e-5) * (dA - dbeta / N - Zh * dgamma / N)", "d = gamma / np.sqrt(s2 + 1e-5) * dA")
def loss_and_grads():
    """Your `loss_and_grads` treats mean and variance as constants on the way back. They are made of Z: two more
    terms, - dβ/N and - Ẑ · dγ/N."""


@wrong("loss_and_grads", "loss-norm-no-variance-path")
@edit("dA - dbeta / N - Zh * dgamma / N", "dA - dbeta / N")
def loss_and_grads():
    """In your `loss_and_grads` the way back through the variance is missing: - Ẑ · dγ/N."""


@wrong("loss_and_grads", "loss-norm-no-mean-path")
@edit("dA - dbeta / N - Zh * dgamma / N", "dA - Zh * dgamma / N")
def loss_and_grads():
    """In your `loss_and_grads` the way back through the mean is missing: - dβ/N."""


@wrong("loss_and_grads", "loss-norm-no-gamma")
@edit("gamma / np.sqrt(s2 + 1e-5)", "1 / np.sqrt(s2 + 1e-5)")
def loss_and_grads():
    """In your `loss_and_grads` gamma is missing in dZ: it scales what goes forward, and what comes back."""


@wrong("loss_and_grads", "loss-norm-n-minus-1")
@edit("dA - dbeta / N - Zh * dgamma / N", "dA - dbeta / N - Zh * dgamma / (N - 1)")
def loss_and_grads():
    """Your `loss_and_grads` has N - 1 on the way back through batch norm. The variance that normalizes has 1/N, so
    its slope has it, too."""


@wrong("loss_and_grads", "loss-norm-variance")
@edit("gamma / np.sqrt(s2 + 1e-5)", "gamma / (s2 + 1e-5)")
def loss_and_grads():
    """In your `loss_and_grads` dZ is divided by the variance; it is divided by its root."""


@wrong("loss_and_grads", "loss-norm-not-divided-by-n")
@edit("dA - dbeta / N - Zh * dgamma / N", "dA - dbeta - Zh * dgamma")
def loss_and_grads():
    """In your `loss_and_grads` the two correction terms of batch norm lack their 1/N: dA - dβ/N - Ẑ · dγ/N."""


@wrong("loss_and_grads", "loss-dgamma-with-a")
@edit("dgamma, dbeta = (dA * Zh).sum(axis=0), dA.sum(axis=0)", "dgamma, dbeta = (dA * A).sum(axis=0), dA.sum(axis=0)")
def loss_and_grads():
    """Your `loss_and_grads` takes dγ with A. gamma multiplies Ẑ, so dγ = Σ dA · Ẑ."""


@wrong("loss_and_grads", "loss-no-norm-gradients")
@edit(
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])",
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), 0 * dgamma, 0 * dbeta])",
)
def loss_and_grads():
    """Your `loss_and_grads` returns zeros for gamma and beta: they never learn then. dγ = Σ dA · Ẑ and dβ = Σ
    dA."""


@wrong("loss_and_grads", "loss-norm-gradients-missing")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d + 2 * lam * W, d.sum(axis=0)]")
def loss_and_grads():
    """Your `loss_and_grads` has no gradients of gamma and beta at all. grads has the form of params: [dW, db, dγ,
    dβ] for a hidden layer."""


@wrong("loss_and_grads", "loss-norm-gradients-swapped")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d + 2 * lam * W, d.sum(axis=0), dbeta, dgamma]")
def loss_and_grads():
    """Your `loss_and_grads` returns dβ before dγ. The order is that of params: W, b, gamma, beta."""


@wrong("loss_and_grads", "loss-norm-gradients-averaged")
@edit(
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta])",
    "grads.append([H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma / N, dbeta / N])",
)
def loss_and_grads():
    """Your `loss_and_grads` averages dγ and dβ over the batch. The 1/N is in δ already: sum."""


@wrong("loss_and_grads", "loss-db-from-da")
@edit("[H.T @ d + 2 * lam * W, d.sum(axis=0), dgamma, dbeta]", "[H.T @ d + 2 * lam * W, dbeta, dgamma, dbeta]")
def loss_and_grads():
    """Your `loss_and_grads` gives b the gradient of beta. b stands in front of batch norm: db = Σ dZ, which is 0 up
    to rounding, because batch norm subtracts b again."""


@wrong("loss_and_grads", "loss-evaluation-mode")
@edit("net_forward(params, state, X, cfg, True, rng)", "net_forward(params, state, X, cfg, False, rng)")
def loss_and_grads():
    """Your `loss_and_grads` runs the forward pass in evaluation mode. There is neither dropout nor batch statistics
    then: training is True here."""


@wrong("loss_and_grads", "loss-old-state")
@edit("return loss, grads[::-1], new", "return loss, grads[::-1], state")
def loss_and_grads():
    """Your `loss_and_grads` returns the old state. Then the running values never learn, and evaluation uses those
    of the first day: hand on the new one."""


@wrong("loss_and_grads", "loss-naive-softmax")
@edit(
    """
    log_P = out - out.max(axis=1, keepdims=True)
    log_P = log_P - np.log(np.exp(log_P).sum(axis=1, keepdims=True))
    """,
    "log_P = np.log(np.exp(out) / np.exp(out).sum(axis=1, keepdims=True))",
)
def loss_and_grads():
    """Your `loss_and_grads` takes the exponential of the logits themselves: above 700 it overflows, and below -700
    log sees 0. Subtract each row's maximum, and take the logarithm before the exponential."""


@wrong("loss_and_grads", "loss-log-of-p")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P) + 1e-8)).sum() / N")
def loss_and_grads():
    """Your `loss_and_grads` keeps the probabilities away from 0 by a small number, as log(P + 1e-8) does. That hides
    an underflow and changes the loss: log P = out - max - log Σ exp(out - max) needs no such thing."""


@wrong("loss_and_grads", "loss-log-of-p-1e-7", told_as="loss-log-of-p")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P) + 1e-7)).sum() / N")
def loss_and_grads():
    """With 1e-7."""


@wrong("loss_and_grads", "loss-log-of-p-1e-10", told_as="loss-log-of-p")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P) + 1e-10)).sum() / N")
def loss_and_grads():
    """With 1e-10."""


@wrong("loss_and_grads", "loss-log-of-p-1e-12", told_as="loss-log-of-p")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P) + 1e-12)).sum() / N")
def loss_and_grads():
    """With 1e-12."""


@wrong("loss_and_grads", "loss-log-of-p-1e-15", told_as="loss-log-of-p")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P) + 1e-15)).sum() / N")
def loss_and_grads():
    """With 1e-15."""


@wrong("loss_and_grads", "loss-log-of-softmax")
@edit("-(Y * log_P).sum() / N", "-(Y * np.log(np.exp(log_P))).sum() / N")
def loss_and_grads():
    """In your `loss_and_grads` a probability that has become 0 in the computer gives log 0. Take log P from the logits,
    with the maximum of each row: out - max - log Σ exp(out - max)."""


@wrong("loss_and_grads", "loss-log-of-softmax-of-the-class", told_as="loss-log-of-softmax")
@edit("-(Y * log_P).sum() / N", "-(Y[Y > 0] * np.log(np.exp(log_P)[Y > 0])).sum() / N")
def loss_and_grads():
    """Only where the target is not 0: infinite in place of nan."""


@wrong("loss_and_grads", "loss-log-of-softmax-zeros-out", told_as="loss-log-of-softmax")
@edit("-(Y * log_P).sum() / N", "-np.nan_to_num(Y * np.log(np.exp(log_P))).sum() / N")
def loss_and_grads():
    """What is nan or infinite is replaced behind the logarithm."""


@wrong("loss_and_grads", "loss-global-max")
@edit("log_P = out - out.max(axis=1, keepdims=True)", "log_P = out - out.max()")
def loss_and_grads():
    """Your `loss_and_grads` subtracts one maximum from all rows. A row far below it underflows to 0, and log 0
    follows: each row has its own maximum."""


@wrong("loss_and_grads", "loss-sign")
@edit("d = (np.exp(log_P) - Y) / N", "d = (Y - np.exp(log_P)) / N")
def loss_and_grads():
    """In your `loss_and_grads` δ is Y - P: the network walks uphill. It is (P - Y)/N."""


@wrong("loss_and_grads", "loss-order")
@edit("return loss, grads[::-1], new", "return loss, grads, new")
def loss_and_grads():
    """Your `loss_and_grads` returns the gradients from the last layer to the first. Turn the list around: grads has
    the form of params."""


@wrong("loss_and_grads", "loss-softmax-over-examples")
@edit("log_P = out - out.max(axis=1, keepdims=True)", "log_P = out - out.max(axis=0)")
@edit("log_P - np.log(np.exp(log_P).sum(axis=1, keepdims=True))", "log_P - np.log(np.exp(log_P).sum(axis=0))")
def loss_and_grads():
    """Your `loss_and_grads` takes the softmax over the examples. The classes of one example compete: axis=1."""


@wrong("loss_and_grads", "loss-log2")
@edit("-(Y * log_P).sum() / N", "-(Y * log_P).sum() / N / np.log(2)")
def loss_and_grads():
    """Your `loss_and_grads` measures the loss in bits. The logarithm is the natural one: np.log."""


@wrong("loss_and_grads", "loss-layer-below-weights")
@edit(
    'dA = d @ up[0].T * mask * cfg["df"](A)',
    'dA = d @ params[-1][0].T if d.shape[1] == params[-1][0].shape[1] else d @ up[0].T * mask * cfg["df"](A)',
)
def loss_and_grads():
    """Your `loss_and_grads` goes down through the wrong weights in a deep network: δ goes through the transposed
    weights of the layer right above."""


# --- adam_step ------------------------------------------------------------------------------------


@base
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    """A right answer."""
    (b1, b2), t = betas, opt.get("t", 0) + 1
    new, kept = [], {"t": t}
    for i, (layer, slopes) in enumerate(zip(params, grads)):
        new.append([])
        for j, (w, g) in enumerate(zip(layer, slopes)):
            m, v = opt.get((i, j), (0.0, 0.0))
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
            m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
            new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))
            kept[i, j] = m, v
    return new, kept


@wrong("adam_step", "adam-step-no-correction")
@edit("m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)", "m_hat, v_hat = m, v")
def adam_step():
    """Your `adam_step` has no bias correction. m and v start at 0, and in the first steps they are too small, v
    more so: divide by 1 - βᵗ."""


@wrong("adam_step", "adam-step-no-power")
@edit("m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)", "m_hat, v_hat = m / (1 - b1), v / (1 - b2)")
def adam_step():
    """Your `adam_step` divides by 1 - β at every step, as if t were always 1: the power t is missing, or t is not
    remembered. The first step is right, and the tenth is not: the correction fades, 1 - βᵗ."""


@wrong("adam_step", "adam-step-t-per-array")
@edit('(b1, b2), t = betas, opt.get("t", 0) + 1', '(b1, b2), t = betas, opt.get("t", 0)')
@edit(
    "m, v = opt.get((i, j), (0.0, 0.0))",
    """
    t = kept["t"] = t + 1
    m, v = opt.get((i, j), (0.0, 0.0))
    """,
)
def adam_step():
    """Your `adam_step` counts t up for every array. One step of the network is one step: with six arrays your t is
    6 after the first, and the corrections are gone at once."""


@wrong("adam_step", "adam-step-t-per-layer")
@edit('(b1, b2), t = betas, opt.get("t", 0) + 1', '(b1, b2), t = betas, opt.get("t", 0)')
@edit(
    "new.append([])",
    """
    t = kept["t"] = t + 1
    new.append([])
    """,
)
def adam_step():
    """Your `adam_step` counts t up for every layer. One step of the network is one step, for all layers."""


@wrong("adam_step", "adam-step-t-starts-at-2")
@edit('(b1, b2), t = betas, opt.get("t", 0) + 1', '(b1, b2), t = betas, opt.get("t", 1) + 1')
def adam_step():
    """In your `adam_step` the first step has t = 2. It has t = 1: count up once, before the corrections."""


@wrong("adam_step", "adam-step-beta1-twice")
@edit("b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2", "b1 * m + (1 - b1) * g, b1 * v + (1 - b1) * g**2")
def adam_step():
    """Your `adam_step` uses β₁ in the average of the squares, as a lecture does. v has β₂."""


@wrong("adam_step", "adam-step-betas-swapped")
@edit('(b1, b2), t = betas, opt.get("t", 0) + 1', '(b2, b1), t = betas, opt.get("t", 0) + 1')
def adam_step():
    """Your `adam_step` takes the betas in the wrong order: the first is for m, the second for v."""


@wrong("adam_step", "adam-step-eps-inside")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * m_hat / (np.sqrt(v_hat + eps))")
def adam_step():
    """In your `adam_step` eps stands inside the root, as in two lectures. With gradients of 1e-7 that makes steps a
    thousand times too short: √v_hat + eps."""


@wrong("adam_step", "adam-step-eps-hat")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * np.sqrt(1 - b2**t) * m_hat / (np.sqrt(v) + eps)")
def adam_step():
    """Your `adam_step` adds eps to √v before the correction. The paper's shorter form does so with another eps;
    PyTorch adds it to √v_hat."""


@wrong("adam_step", "adam-step-no-eps")
@edit("new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))", "new[i].append(w - lr * m_hat / (np.sqrt(v_hat)))")
def adam_step():
    """Your `adam_step` has no eps: where a gradient is always 0, it divides 0 by 0."""


@wrong("adam_step", "adam-step-stores-corrected")
@edit("kept[i, j] = m, v", "kept[i, j] = m_hat, v_hat")
def adam_step():
    """Your `adam_step` remembers the corrected moments and corrects them again in the next step. Remember m and v
    as they are."""


@wrong("adam_step", "adam-step-forgets")
@edit("kept[i, j] = m, v", "")
def adam_step():
    """Your `adam_step` does not remember m and v: each step begins with zeros. Put them into what you return."""


@wrong("adam_step", "adam-step-forgets-t", twin_of="adam-step-no-power")
@edit('new, kept = [], {"t": t}', "new, kept = [], {}")
def adam_step():
    """Your `adam_step` does not remember t, so that each step is the first one: m grows, and is divided by 0.1 all
    the same."""


@wrong("adam_step", "adam-step-betas-fixed")
@edit('(b1, b2), t = betas, opt.get("t", 0) + 1', '(b1, b2), t = (0.9, 0.999), opt.get("t", 0) + 1')
def adam_step():
    """Your `adam_step` ignores betas: 0.9 and 0.999 are only their default."""


@wrong("adam_step", "adam-step-eps-fixed")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * m_hat / (np.sqrt(v_hat) + 1e-8)")
def adam_step():
    """Your `adam_step` ignores eps: 1e-8 is only its default."""


@wrong("adam_step", "adam-step-not-squared")
@edit("b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2", "b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * np.abs(g)")
def adam_step():
    """Your `adam_step` averages |g| for v. v is the average of the squares, and the root comes later."""


@wrong("adam_step", "adam-step-no-root")
@edit("new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))", "new[i].append(w - lr * m_hat / (v_hat + eps))")
def adam_step():
    """Your `adam_step` divides by v_hat, without the root: then a step grows with the inverse of the gradient."""


@wrong("adam_step", "adam-step-uphill")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w + lr * m_hat / (np.sqrt(v_hat) + eps)")
def adam_step():
    """Your `adam_step` walks uphill: w - lr · ..."""


@wrong("adam_step", "adam-step-weights-only")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w if j else w - lr * m_hat / (np.sqrt(v_hat) + eps)")
def adam_step():
    """Your `adam_step` moves W and nothing else. b, gamma and beta are learned, too."""


@wrong("adam_step", "adam-step-norm-frozen")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w if j > 1 else w - lr * m_hat / (np.sqrt(v_hat) + eps)")
def adam_step():
    """Your `adam_step` leaves gamma and beta where they are. They are parameters like W and b."""


@wrong("adam_step", "adam-step-last-layer-frozen")
@edit(
    "new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))",
    "new[i].append(w if i == len(params) - 1 else w - lr * m_hat / (np.sqrt(v_hat) + eps))",
)
def adam_step():
    """Your `adam_step` leaves the last layer where it is."""


@wrong("adam_step", "adam-step-in-place")
@edit(
    "new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))",
    """
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)
    new[i].append(w)
    """,
)
def adam_step():
    """Your `adam_step` writes into the old parameters (w -= ...). Whoever kept them as the best ones loses them: w
    = w - ... makes a new array."""


@wrong("adam_step", "adam-step-memory-in-place")
@edit(
    'new, kept = [], {"t": t}',
    """
    new, kept = [], opt
    kept["t"] = t
    """,
)
def adam_step():
    """Your `adam_step` changes the memory that it was given. The same call twice then gives two results: make a new
    dictionary."""


@wrong("adam_step", "adam-step-rate-in-moment")
@edit("b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2", "b1 * m + (1 - b1) * lr * g, b2 * v + (1 - b2) * g**2")
@edit("new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))", "new[i].append(w - m_hat / (np.sqrt(v_hat) + eps))")
def adam_step():
    """Your `adam_step` puts lr into the average. When the rate changes, old gradients keep their old rate then:
    multiply by lr at the end."""


@wrong("adam_step", "adam-step-corrects-m-only")
@edit("m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)", "m_hat, v_hat = m / (1 - b1**t), v")
def adam_step():
    """Your `adam_step` corrects m and not v. v starts at 0 as well, and needs it more: its β is closer to 1."""


@wrong("adam_step", "adam-step-corrects-v-only")
@edit("m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)", "m_hat, v_hat = m, v / (1 - b2**t)")
def adam_step():
    """Your `adam_step` corrects v and not m: the first step is a tenth of what it should be."""


@wrong("adam_step", "adam-step-is-sgd")
@edit("new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))", "new[i].append(w - lr * g)")
def adam_step():
    """Your `adam_step` is gradient descent: it computes m and v and does not use them."""


@wrong("adam_step", "adam-step-is-rmsprop")
@edit("new[i].append(w - lr * m_hat / (np.sqrt(v_hat) + eps))", "new[i].append(w - lr * g / (np.sqrt(v_hat) + eps))")
def adam_step():
    """Your `adam_step` divides the gradient itself. In Adam it is the average m_hat that is divided."""


@wrong("adam_step", "adam-step-one-scale")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * m_hat / (np.sqrt(np.mean(v_hat)) + eps)")
def adam_step():
    """Your `adam_step` has one scale for a whole array. Each entry is divided by its own √v_hat."""


# --- fit_network ----------------------------------------------------------------------------------


@base
def fit_network(params, state, train, val, cfg, rng):
    """A right answer."""
    (X, Y), size = train, cfg["batch_size"]
    opt, losses, best, bad = {}, [], (params, state), 0
    for epoch in range(cfg["num_epochs"]):
        lr, order = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"]), rng.permutation(len(X))
        for rows in [order[i : i + size] for i in range(0, len(X), size)]:
            if len(rows) > 1:
                _, grads, state = loss_and_grads(params, state, X[rows], Y[rows], cfg, rng)
                params, opt = adam_step(params, grads, opt, lr)
        out = net_forward(params, state, val[0], cfg, False, None)[0]
        out = out - out.max(axis=1, keepdims=True)
        loss = float(np.mean(np.log(np.exp(out).sum(axis=1)) - (val[1] * out).sum(axis=1)))
        bad += 1
        if loss < min(losses, default=np.inf):
            best, bad = (params, state), 0
        losses.append(loss)
        if bad >= cfg["patience"]:
            break
    return (*best, losses)


@wrong("fit_network", "fit-last-network")
@edit("return (*best, losses)", "return params, state, losses")
def fit_network():
    """Your `fit_network` returns the network of the last epoch. When it stops, that one is `patience` epochs past
    its best: keep params and state whenever validation improves."""


@wrong("fit_network", "fit-last-state")
@edit("return (*best, losses)", "return best[0], state, losses")
def fit_network():
    """The running values of batch norm that your `fit_network` returns are those of the last epoch. Keep state and
    params together whenever validation improves."""


@wrong("fit_network", "fit-last-params")
@edit("return (*best, losses)", "return params, best[1], losses")
def fit_network():
    """The weights that your `fit_network` returns are those of the last epoch. Keep params and state together whenever
    validation improves."""


@wrong("fit_network", "fit-first-state")
@edit("best, bad = (params, state), 0", "best, bad = (params, best[1]), 0")
def fit_network():
    """Your `fit_network` hands out the running values it began with: mean 0, variance 1. Keep the state that training
    returns, together with the parameters."""


@wrong("fit_network", "fit-validates-in-training-mode")
@edit("net_forward(params, state, val[0], cfg, False, None)", "net_forward(params, state, val[0], cfg, True, rng)")
def fit_network():
    """Your `fit_network` validates in training mode: with dropout, and with the batch statistics of val. Evaluation
    is training=False."""


@wrong("fit_network", "fit-validates-and-remembers")
@edit(
    "out = net_forward(params, state, val[0], cfg, False, None)[0]",
    "out, state, _ = net_forward(params, state, val[0], cfg, True, rng)",
)
def fit_network():
    """Your `fit_network` validates in training mode and keeps the state that comes out: the running values learn
    from the validation examples. training=False."""


@wrong("fit_network", "fit-validation-with-penalty")
@edit(
    "bad += 1",
    """
    loss += cfg["lam"] * sum((layer[0] ** 2).sum() for layer in params)
    bad += 1
    """,
)
def fit_network():
    """Your `fit_network` adds the penalty to the validation loss. The penalty is there to shape the training; what
    is validated is the prediction."""


@wrong("fit_network", "fit-validation-sum")
@edit("loss = float(np.mean(", "loss = float(np.sum(")
def fit_network():
    """Your `fit_network` adds up the validation loss. It is the mean over the examples of val."""


@wrong("fit_network", "fit-validation-in-bits")
@edit("np.log(np.exp(out).sum(axis=1)) - (val[1] * out).sum(axis=1)", "out.argmax(axis=1) != val[1].argmax(axis=1)")
def fit_network():
    """Your `fit_network` watches the error rate. It moves in steps of one example and has many ties; here the loss
    is watched, the mean cross-entropy."""


@wrong("fit_network", "fit-patience-too-long")
@edit('if bad >= cfg["patience"]:', 'if bad > cfg["patience"]:')
def fit_network():
    """Your `fit_network` stops one epoch late: it stops when bad *reaches* the patience, bad >= patience."""


@wrong("fit_network", "fit-patience-ignored")
@edit(
    """
    if bad >= cfg["patience"]:
        break
    """,
    "",
)
def fit_network():
    """Your `fit_network` never stops early: after `patience` epochs in a row without a lower loss it should."""


@wrong("fit_network", "fit-stops-at-first-rise")
@edit('if bad >= cfg["patience"]:', "if bad > 0:")
def fit_network():
    """Your `fit_network` stops at the first epoch that is not an improvement. A validation loss is noisy: wait for
    `patience` of them in a row."""


@wrong("fit_network", "fit-bad-never-reset")
@edit(
    "best, bad = (params, state), 0",
    """
    best = params, state
    bad -= 1
    """,
)
def fit_network():
    """Your `fit_network` counts all bad epochs. Only those in a row count: an improvement sets bad to 0."""


@wrong("fit_network", "fit-ties-improve")
@edit("if loss < min(losses, default=np.inf):", "if loss <= min(losses, default=np.inf):")
def fit_network():
    """Your `fit_network` takes a tie for an improvement. Lower means strictly lower."""


@wrong("fit_network", "fit-compares-with-previous")
@edit("if loss < min(losses, default=np.inf):", "if loss < (losses[-1] if losses else np.inf):")
def fit_network():
    """Your `fit_network` compares with the epoch before. A loss that jumps up and falls a little is not an improvement:
    compare with the lowest so far."""


@wrong("fit_network", "fit-patience-with-previous", told_as="fit-compares-with-previous")
@edit(
    "if loss < min(losses, default=np.inf):",
    """
    if loss < (losses[-1] if losses else np.inf):
        bad = 0
    if loss < min(losses, default=np.inf):
""",
)
@edit("best, bad = (params, state), 0", "best = (params, state)")
def fit_network():
    """The patience only: what is kept is the best."""


@wrong("fit_network", "fit-keeps-highest")
@edit("if loss < min(losses, default=np.inf):", "if loss > max(losses, default=-np.inf):")
def fit_network():
    """Your `fit_network` keeps the network with the *highest* validation loss."""


@wrong("fit_network", "fit-not-shuffled")
@edit("rng.permutation(len(X))", "np.arange(len(X))")
def fit_network():
    """Your `fit_network` does not shuffle. Every epoch has the same batches then, and data that come sorted by
    class make batches of one class: rng.permutation in each epoch."""


@wrong("fit_network", "fit-shuffled-once")
@edit(
    'for epoch in range(cfg["num_epochs"]):',
    """
    order = rng.permutation(len(X))
    for epoch in range(cfg["num_epochs"]):
    """,
)
@edit(
    'lr, order = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"]), rng.permutation(len(X))',
    'lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])',
)
def fit_network():
    """Your `fit_network` shuffles once, before the first epoch. All epochs have the same batches then: draw the
    permutation inside of the loop."""


@wrong("fit_network", "fit-shuffles-x-only")
@edit("Y[rows]", "Y[np.sort(rows)]")
def fit_network():
    """Your `fit_network` puts X into a random order and leaves Y in another one: the examples get foreign labels.
    Index both with the same rows."""


@wrong("fit_network", "fit-global-shuffle")
@edit("rng.permutation(len(X))", "np.random.permutation(len(X))")
def fit_network():
    """Your `fit_network` shuffles with np.random. A run cannot be repeated then: rng.permutation."""


@wrong("fit_network", "fit-own-seed")
@edit(
    "opt, losses, best, bad = {}, [], (params, state), 0",
    """
    rng = np.random.default_rng(0)
    opt, losses, best, bad = {}, [], (params, state), 0
    """,
)
def fit_network():
    """Your `fit_network` makes a generator of its own. All your seeds then train in the same order: use the rng
    that is passed in."""


@wrong("fit_network", "fit-drops-last-batch")
@edit("range(0, len(X), size)", "range(0, max(len(X) - size, 0) + 1, size)")
def fit_network():
    """Your `fit_network` leaves out the last, shorter batch. Its examples want to be learned as well."""


@wrong("fit_network", "fit-with-replacement")
@edit("rng.permutation(len(X))", "rng.integers(0, len(X), len(X))")
def fit_network():
    """Your `fit_network` draws examples with replacement: some are there twice in an epoch, and every third is not
    there at all. rng.permutation has each once."""


@wrong("fit_network", "fit-equal-batches")
@edit("[order[i : i + size] for i in range(0, len(X), size)]", "np.array_split(order, max(1, round(len(X) / size)))")
def fit_network():
    """Your `fit_network` cuts the examples into pieces of about the same size. Batches have batch_size examples,
    and only the last one is shorter."""


@wrong("fit_network", "fit-pads-last-batch")
@edit("order[i : i + size]", "np.resize(order[i : i + size], min(size, len(X)))")
def fit_network():
    """Your `fit_network` fills the last batch up with examples that it has had already. It is shorter instead."""


@wrong("fit_network", "fit-single-example")
@edit("if len(rows) > 1:", "if len(rows) > 0:")
def fit_network():
    """Your `fit_network` trains on a last batch of one example. Batch norm has no variance there: the running
    variance, with N - 1 = 0, becomes nan, and so does every prediction. Leave such a batch out."""


@wrong("fit_network", "fit-full-batch")
@edit('(X, Y), size = train, cfg["batch_size"]', "(X, Y), size = train, len(train[0])")
def fit_network():
    """Your `fit_network` takes all examples as one batch, whatever batch_size says."""


@wrong("fit_network", "fit-schedule-ignored")
@edit('cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])', 'cfg["lr"]')
def fit_network():
    """Your `fit_network` ignores the schedule: each epoch's rate is cfg["schedule"](cfg["lr"], epoch,
    cfg["num_epochs"])."""


@wrong("fit_network", "fit-schedule-off-by-one")
@edit(
    'lr, order = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"]), rng.permutation(len(X))',
    'lr, order = cfg["schedule"](cfg["lr"], epoch + 1, cfg["num_epochs"]), rng.permutation(len(X))',
)
def fit_network():
    """Your `fit_network` asks the schedule for epoch 1 first. Epochs count from 0."""


@wrong("fit_network", "fit-schedule-compounds")
@edit(
    "opt, losses, best, bad = {}, [], (params, state), 0",
    """
    lr = cfg["lr"]
    opt, losses, best, bad = {}, [], (params, state), 0
    """,
)
@edit('cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])', 'cfg["schedule"](lr, epoch, cfg["num_epochs"])')
def fit_network():
    """Your `fit_network` gives the schedule the rate of the epoch before. It wants the first rate, cfg["lr"], every
    time; otherwise the decay is applied again and again."""


@wrong("fit_network", "fit-schedule-counts-batches")
@edit(
    'lr, order = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"]), rng.permutation(len(X))',
    "order = rng.permutation(len(X))",
)
@edit(
    "params, opt = adam_step(params, grads, opt, lr)",
    """
    lr = cfg["schedule"](cfg["lr"], opt.get("t", 0), cfg["num_epochs"])
    params, opt = adam_step(params, grads, opt, lr)
    """,
)
def fit_network():
    """Your `fit_network` asks the schedule at every batch, with the number of the step. It is asked once an epoch,
    with the number of the epoch."""


@wrong("fit_network", "fit-adam-restarts-each-epoch")
@edit(
    "out = net_forward(params, state, val[0], cfg, False, None)[0]",
    """
    opt = {}
    out = net_forward(params, state, val[0], cfg, False, None)[0]
    """,
)
def fit_network():
    """Your `fit_network` lets Adam forget everything at the end of an epoch. m, v and t go on over all epochs: set
    opt to {} once, at the start."""


@wrong("fit_network", "fit-adam-restarts-each-batch")
@edit("params, opt = adam_step(params, grads, opt, lr)", "params, opt = adam_step(params, grads, {}, lr)")
def fit_network():
    """Your `fit_network` gives Adam an empty memory at every step: each step is then lr times the sign of the
    gradient. Hand opt on."""


@wrong("fit_network", "fit-reports-training-loss")
@edit("net_forward(params, state, val[0], cfg, False, None)[0]", "net_forward(params, state, X, cfg, False, None)[0]")
@edit("(val[1] * out).sum(axis=1)", "(Y * out).sum(axis=1)")
def fit_network():
    """Your `fit_network` watches the loss on the training examples. It cannot see overfitting: look at val."""


@wrong("fit_network", "fit-state-not-handed-on")
@edit("_, grads, state", "_, grads, _")
def fit_network():
    """Your `fit_network` drops the new state after each batch. The running values then stay what they were at the
    start, and evaluation is of another network: state = ... of every batch."""


@wrong("fit_network", "fit-one-batch-per-epoch")
@edit("for rows in [order[i : i + size] for i in range(0, len(X), size)]:", "for rows in [order[:size]]:")
def fit_network():
    """Your `fit_network` does one batch an epoch. An epoch goes through all examples."""


@wrong("fit_network", "fit-one-epoch-more")
@edit('for epoch in range(cfg["num_epochs"]):', 'for epoch in range(cfg["num_epochs"] + 1):')
def fit_network():
    """Your `fit_network` trains for one epoch more than num_epochs."""


@wrong("fit_network", "fit-best-before-the-epoch")
@edit(
    "for rows in [order[i : i + size] for i in range(0, len(X), size)]:",
    """
    before = params, state
    for rows in [order[i : i + size] for i in range(0, len(X), size)]:
    """,
)
@edit("best, bad = (params, state), 0", "best, bad = before, 0")
def fit_network():
    """Your `fit_network` keeps the network from *before* the best epoch. Take params and state after the epoch
    whose loss you look at."""


@wrong("fit_network", "fit-returns-lowest-only")
@edit("return (*best, losses)", "return (*best, [min(losses)])")
def fit_network():
    """Your `fit_network` returns the lowest loss only. The list has the validation loss of every epoch: it is the
    curve that one wants to see."""


@wrong("fit_network", "fit-gradient-descent")
@edit(
    "params, opt = adam_step(params, grads, opt, lr)",
    "params = [[w - lr * g for w, g in zip(a, b)] for a, b in zip(params, grads)]",
)
def fit_network():
    """Your `fit_network` takes plain gradient steps. The steps are Adam's: adam_step."""


# --- ablation -------------------------------------------------------------------------------------


@base
def ablation(run, cfgs, seeds):
    """A right answer."""
    scores, n, results = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs], float), len(seeds), []
    for row in scores:
        gain, error, t = row - scores[0], np.nan, np.nan
        if n > 1:
            error = np.std(row, ddof=1) / np.sqrt(n)
            spread = np.std(gain, ddof=1) / np.sqrt(n)
            t = np.mean(gain) / spread if spread > 0 else np.nan
        results.append((float(np.mean(row)), float(error), float(t)))
    return results


@wrong("ablation", "ablation-unpaired")
@edit(
    "spread = np.std(gain, ddof=1) / np.sqrt(n)",
    "spread = np.sqrt(np.var(row, ddof=1) / n + np.var(scores[0], ddof=1) / n) if gain.any() else 0",
)
def ablation():
    """Your `ablation` compares two groups that have nothing in common. They have their seeds in common: take the
    standard error of the *differences*, seed by seed. That is why the seeds are shared."""


@wrong("ablation", "ablation-best-seed")
@edit("(float(np.mean(row)), float(error), float(t))", "(float(np.max(row)), float(error), float(t))")
def ablation():
    """Your `ablation` reports the best seed. The more seeds, the better that looks, without any merit: the mean."""


@wrong("ablation", "ablation-median")
@edit("(float(np.mean(row)), float(error), float(t))", "(float(np.median(row)), float(error), float(t))")
def ablation():
    """Your `ablation` reports the median. The standard error beside it is that of the mean."""


@wrong("ablation", "ablation-ddof-0")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.std(row, ddof=0) / np.sqrt(n)")
@edit("spread = np.std(gain, ddof=1) / np.sqrt(n)", "spread = np.std(gain, ddof=0) / np.sqrt(n)")
def ablation():
    """Your `ablation` has 1/n in a standard deviation. With two or three seeds that is far too confident: ddof=1."""


@wrong("ablation", "ablation-error-ddof-0", told_as="ablation-ddof-0")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.std(row, ddof=0) / np.sqrt(n)")
def ablation():
    """In the standard error only."""


@wrong("ablation", "ablation-t-ddof-0", told_as="ablation-ddof-0")
@edit("spread = np.std(gain, ddof=1) / np.sqrt(n)", "spread = np.std(gain, ddof=0) / np.sqrt(n)")
def ablation():
    """In t only."""


@wrong("ablation", "ablation-no-root-n")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.std(row, ddof=1)")
def ablation():
    """Your `ablation` returns the standard deviation of the scores. The standard error of their mean is smaller by
    √n."""


@wrong("ablation", "ablation-error-over-n")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.std(row, ddof=1) / n")
def ablation():
    """Your `ablation` divides the standard deviation by n. The error of a mean falls with √n."""


@wrong("ablation", "ablation-t-no-root-n")
@edit("spread = np.std(gain, ddof=1) / np.sqrt(n)", "spread = np.std(gain, ddof=1)")
def ablation():
    """In your `ablation` t is the mean difference over its standard deviation. That is the size of the effect; t
    divides by the standard *error*, with √n."""


@wrong("ablation", "ablation-error-of-gain")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.std(gain, ddof=1) / np.sqrt(n)")
def ablation():
    """Your `ablation` returns the standard error of the differences. SE is that of the configuration's own scores;
    the differences go into t."""


@wrong("ablation", "ablation-variance")
@edit("error = np.std(row, ddof=1) / np.sqrt(n)", "error = np.var(row, ddof=1) / np.sqrt(n)")
def ablation():
    """Your `ablation` uses the variance where the standard deviation belongs."""


@wrong("ablation", "ablation-mean-of-baseline")
@edit("gain, error, t = row - scores[0], np.nan, np.nan", "gain, error, t = row - scores[0].mean(), np.nan, np.nan")
def ablation():
    """Your `ablation` subtracts the baseline's *mean*. Then the luck of a seed stays in the difference: subtract
    the baseline's score with the same seed."""


@wrong("ablation", "ablation-against-previous")
@edit("for row in scores:", "for row, other in zip(scores, [scores[0], *scores[:-1]]):")
@edit("gain, error, t = row - scores[0], np.nan, np.nan", "gain, error, t = row - other, np.nan, np.nan")
def ablation():
    """Your `ablation` compares each configuration with the one before it. All are compared with the first."""


@wrong("ablation", "ablation-sign")
@edit("gain, error, t = row - scores[0], np.nan, np.nan", "gain, error, t = scores[0] - row, np.nan, np.nan")
def ablation():
    """In your `ablation` t has the wrong sign: positive means better than the baseline."""


@wrong("ablation", "ablation-other-seeds")
@edit(
    "[[run(cfg, seed) for seed in seeds] for cfg in cfgs]",
    "[[run(cfg, seed + i) for seed in seeds] for i, cfg in enumerate(cfgs)]",
)
def ablation():
    """Your `ablation` calls run with other seeds than those it is given, or stops with an error for another reason.
    Each configuration gets the same seeds: otherwise the difference is one of seeds as well."""


@wrong("ablation", "ablation-counts-seeds")
@edit("[run(cfg, seed) for seed in seeds]", "[run(cfg, seed) for seed in range(len(seeds))]")
def ablation():
    """Your `ablation` runs the seeds 0, 1, 2 ... whatever it is given. Use the seeds of the list."""


@wrong("ablation", "ablation-one-seed-zero")
@edit("gain, error, t = row - scores[0], np.nan, np.nan", "gain, error, t = row - scores[0], 0.0, 0.0")
def ablation():
    """Your `ablation` reports a standard error of 0 for a single seed: as certain as can be, where nothing is
    known. nan."""


@wrong("ablation", "ablation-one-seed-warns")
def ablation(run, cfgs, seeds):
    """Your `ablation` divides by n - 1 = 0 for a single seed. The nan is right, the warning is not: look at the
    number of seeds first."""
    scores, n, results = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs], float), len(seeds), []
    for row in scores:
        gain, error, t = row - scores[0], np.nan, np.nan
        error = np.std(row, ddof=1) / np.sqrt(n)
        spread = np.std(gain, ddof=1) / np.sqrt(n)
        t = np.mean(gain) / spread if spread > 0 else np.nan
        results.append((float(np.mean(row)), float(error), float(t)))
    return results


@wrong("ablation", "ablation-ties-infinite")
@edit(
    "t = np.mean(gain) / spread if spread > 0 else np.nan",
    "t = np.mean(gain) / spread if spread > 0 else np.inf * np.sign(np.mean(gain)) if gain.any() else 0.0",
)
def ablation():
    """Your `ablation` has an infinite t where all differences are equal, or 0. Without any spread there is no t:
    nan."""


@wrong("ablation", "ablation-ties-warn")
@edit("t = np.mean(gain) / spread if spread > 0 else np.nan", "t = np.mean(gain) / spread")
def ablation():
    """Your `ablation` divides by a standard error of 0 where all differences are equal. Look first: t is nan
    there."""


@wrong("ablation", "ablation-without-baseline")
@edit("return results", "return results[1:]")
def ablation():
    """Your `ablation` leaves the baseline out of its results. It has a mean and a standard error, too."""


@wrong("ablation", "ablation-gains")
@edit("(float(np.mean(row)), float(error), float(t))", "(float(np.mean(gain)), float(error), float(t))")
def ablation():
    """Your `ablation` returns the mean gain first. The first number is the mean score; the gain goes into t."""


# --- TestBox and Ledger ---------------------------------------------------------------------------


@base
class TestBox:
    """A right answer."""

    def __init__(self, X, y):
        self.X, self.y, self.opened, self.guess = X, y, 0, None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("opened before")
        if not 0 <= guess <= 1:
            raise ValueError(guess)
        self.opened += 1
        self.guess = guess
        return float(np.mean(predict(self.X) == self.y))


@wrong("test_box", "box-never-closes")
@edit(
    """
    if self.opened:
        raise RuntimeError("opened before")
    """,
    "",
)
class TestBox:
    """Your `TestBox` can be opened again and again. A second look is a choice by the test set: raise RuntimeError
    if opened is not 0."""


@wrong("test_box", "box-never-counts")
@edit("self.opened += 1", "")
class TestBox:
    """Your `TestBox` does not count. Without `self.opened += 1` it never knows that it was opened."""


@wrong("test_box", "box-opens-twice")
@edit("if self.opened:", "if self.opened > 1:")
class TestBox:
    """Your `TestBox` opens twice: the second time is one too many."""


@wrong("test_box", "box-counts-attempts")
@edit(
    "if self.opened:",
    """
    self.opened += 1
    if self.opened > 1:
    """,
)
@edit("self.opened += 1", "")
class TestBox:
    """Your `TestBox` counts before it looks. An attempt that is refused, for a bad guess or because it is opened,
    is not an opening: count when predict is called."""


@wrong("test_box", "box-counts-refusals")
@edit(
    'raise RuntimeError("opened before")',
    """
    self.opened += 1
    raise RuntimeError("opened before")
    """,
)
class TestBox:
    """Your `TestBox` counts the attempts that it refuses. It was opened once."""


@wrong("test_box", "box-counts-bad-guesses")
@edit(
    """
    if not 0 <= guess <= 1:
        raise ValueError(guess)
    self.opened += 1
    """,
    """
    self.opened += 1
    if not 0 <= guess <= 1:
        raise ValueError(guess)
    """,
)
class TestBox:
    """Your `TestBox` counts before it looks at the guess. A guess outside of 0 to 1 is refused, the box stays closed,
    and opened stays as it was: count behind the last refusal."""


@wrong("test_box", "box-any-guess")
@edit(
    """
    if not 0 <= guess <= 1:
        raise ValueError(guess)
    """,
    "",
)
class TestBox:
    """Your `TestBox` takes a guess outside of 0 to 1. 93 instead of 0.93 is a slip that makes the comparison worthless:
    raise ValueError."""


@wrong("test_box", "box-percent")
@edit("if not 0 <= guess <= 1:", "if not 0 <= guess <= 100:")
class TestBox:
    """Your `TestBox` takes a guess such as 93, in per cent. A guess is a share, 0 to 1, like the accuracy: raise
    ValueError for all else."""


@wrong("test_box", "box-guess-exclusive")
@edit("if not 0 <= guess <= 1:", "if not 0 < guess < 1:")
class TestBox:
    """Your `TestBox` refuses a guess of 0 or 1. Both are shares, if bold ones."""


@wrong("test_box", "box-negative-guess")
@edit("if not 0 <= guess <= 1:", "if not guess <= 1:")
class TestBox:
    """Your `TestBox` takes a negative guess. Shares lie between 0 and 1."""


@wrong("test_box", "box-looks-first")
@edit(
    "if self.opened:",
    """
    y_hat = predict(self.X)
    if self.opened:
    """,
)
@edit("return float(np.mean(predict(self.X) == self.y))", "return float(np.mean(y_hat == self.y))")
class TestBox:
    """Your `TestBox` calls predict before it asks whether it may. Refuse first: what has seen the test examples has
    seen them."""


@wrong("test_box", "box-count")
@edit("return float(np.mean(predict(self.X) == self.y))", "return float(np.sum(predict(self.X) == self.y))")
class TestBox:
    """Your `TestBox` returns how many are right. An accuracy is a share: the mean."""


@wrong("test_box", "box-error-rate")
@edit("return float(np.mean(predict(self.X) == self.y))", "return float(np.mean(predict(self.X) != self.y))")
class TestBox:
    """Your `TestBox` returns the error rate. The accuracy is the share that is right."""


@wrong("test_box", "box-surprise")
@edit("return float(np.mean(predict(self.X) == self.y))", "return float(np.mean(predict(self.X) == self.y)) - guess")
class TestBox:
    """Your `TestBox` returns the difference to the guess. The accuracy itself is wanted."""


@wrong("test_box", "box-other-error")
@edit('raise RuntimeError("opened before")', 'raise ValueError("opened before")')
class TestBox:
    """Your `TestBox` raises ValueError for the second opening. Nothing is wrong with the values: it is a
    RuntimeError."""


@wrong("test_box", "box-repeats-its-answer")
@edit('raise RuntimeError("opened before")', "return self.score")
@edit(
    "return float(np.mean(predict(self.X) == self.y))",
    """
    self.score = float(np.mean(predict(self.X) == self.y))
    return self.score
    """,
)
class TestBox:
    """Your `TestBox` answers the second question with the first answer. The second network then gets the score of
    the first: raise RuntimeError."""


@wrong("test_box", "box-shared")
class TestBox:
    """Your `TestBox` counts for all boxes together. What is counted belongs to self."""

    opened = 0

    def __init__(self, X, y):
        self.X, self.y, self.guess = X, y, None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("opened before")
        if not 0 <= guess <= 1:
            raise ValueError(guess)
        TestBox.opened += 1
        self.guess = guess
        return float(np.mean(predict(self.X) == self.y))


@wrong("test_box", "box-one-by-one")
@edit("np.mean(predict(self.X) == self.y)", "np.mean(np.array([predict(x) for x in self.X])[:, 0] == self.y)")
class TestBox:
    """Your `TestBox` calls predict with one row at a time. It takes all of X, and gives a class for each row."""


@wrong("test_box", "box-drops-guess")
@edit("self.guess = guess", "")
class TestBox:
    """Your `TestBox` drops the guess: `guess` is still None after the opening. What was not kept cannot be compared:
    self.guess = guess."""


@wrong("test_box", "box-without-guess")
@edit("self.X, self.y, self.opened, self.guess = X, y, 0, None", "self.X, self.y, self.opened = X, y, 0")
@edit("self.guess = guess", "")
class TestBox:
    """Your new `TestBox` has no attribute `guess`. It is None at first, and then the guess of the opening."""


@wrong("test_box", "box-keeps-refused-guess")
@edit(
    "if self.opened:",
    """
    self.guess = guess
    if self.opened:
    """,
)
class TestBox:
    """Your `TestBox` keeps a guess that it has to refuse. Look at the guess first, and keep it when the box opens."""


@wrong("test_box", "box-keeps-bad-guess")
@edit(
    "if not 0 <= guess <= 1:",
    """
    self.guess = guess
    if not 0 <= guess <= 1:
    """,
)
class TestBox:
    """Your `TestBox` keeps a guess that is not a share. Look at it first, and keep it when the box opens."""


@wrong("test_box", "box-takes-bad-guesses-in", told_as="box-counts-bad-guesses + box-keeps-bad-guess")
@edit(
    """
    if not 0 <= guess <= 1:
        raise ValueError(guess)
    self.opened += 1
    self.guess = guess
    """,
    """
    self.opened += 1
    self.guess = guess
    if not 0 <= guess <= 1:
        raise ValueError(guess)
    """,
)
class TestBox:
    """A guess is counted and kept before it is looked at."""


@wrong("test_box", "box-guess-zero")
@edit(
    "self.X, self.y, self.opened, self.guess = X, y, 0, None", "self.X, self.y, self.opened, self.guess = X, y, 0, 0.0"
)
class TestBox:
    """Your new `TestBox` has a guess of 0. Nobody has guessed yet: None."""


@wrong("test_box", "box-guess-is-the-score")
@edit("self.guess = guess", "")
@edit(
    "return float(np.mean(predict(self.X) == self.y))",
    """
    self.guess = float(np.mean(predict(self.X) == self.y))
    return self.guess
    """,
)
class TestBox:
    """Your `TestBox` keeps the accuracy as `guess`. The guess was made before."""


@base
class Ledger:
    """A right answer."""

    def __init__(self):
        self.ranges, self.values = {}, {}

    def predict(self, name, low, high):
        if name in self.ranges or not low <= high:
            raise ValueError(name)
        self.ranges[name] = low, high

    def measure(self, name, value):
        if name not in self.ranges or name in self.values:
            raise ValueError(name)
        self.values[name] = value

    def score(self):
        if not self.values:
            return np.nan, np.nan
        hits, costs = [], []
        for name, v in self.values.items():
            low, high = self.ranges[name]
            hits.append(low <= v <= high)
            costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))
        return float(np.mean(hits)), float(np.mean(costs))


@wrong("test_box", "ledger-width-only")
@edit("costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))", "costs.append(high - low)")
class Ledger:
    """Your `Ledger` charges for the width and not for a miss. The narrowest range wins then, wherever it lies: add
    10 times the miss."""


@wrong("test_box", "ledger-miss-only")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "10 * max(low - v, 0) + 10 * max(v - high, 0)")
class Ledger:
    """Your `Ledger` charges for a miss and not for the width. Whoever says 0 to 1 is never wrong, and it costs
    nothing: add high - low."""


@wrong("test_box", "ledger-miss-once")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "high - low + max(low - v, 0) + max(v - high, 0)")
class Ledger:
    """In your `Ledger` a miss costs its size once. It costs ten times its size: that is what makes an 80 % range
    the best answer."""


@wrong("test_box", "ledger-miss-five")
@edit(
    "costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))",
    "costs.append(high - low + 5 * max(low - v, 0) + 5 * max(v - high, 0))",
)
class Ledger:
    """In your `Ledger` a miss costs five times its size. It is ten times: 2/0.2 for a range of 80 %."""


@wrong("test_box", "ledger-upper-only")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "high - low + 10 * max(v - high, 0)")
class Ledger:
    """Your `Ledger` does not charge for a value below the range."""


@wrong("test_box", "ledger-lower-only")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "high - low + 10 * max(low - v, 0)")
class Ledger:
    """Your `Ledger` does not charge for a value above the range."""


@wrong("test_box", "ledger-signed")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "high - low + 10 * (low - v) + 10 * (v - high)")
class Ledger:
    """Your `Ledger` adds the distances to both ends, also where they are negative. Only a miss counts: max(...,
    0)."""


@wrong("test_box", "ledger-squared")
@edit(
    "costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))",
    "costs.append(high - low + 10 * max(low - v, 0) ** 2 + 10 * max(v - high, 0) ** 2)",
)
class Ledger:
    """Your `Ledger` squares the miss. A small one would be nearly free then: ten times its size."""


@wrong("test_box", "ledger-from-the-middle")
@edit(
    "costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))",
    "costs.append(high - low + 10 * abs(v - (low + high) / 2) * (not low <= v <= high))",
)
class Ledger:
    """Your `Ledger` measures a miss from the middle of the range. It is measured from the nearer end."""


@wrong("test_box", "ledger-flat-fine")
@edit("high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)", "high - low + 10 * (not low <= v <= high)")
class Ledger:
    """In your `Ledger` every miss costs 10, however small. It costs ten times its size."""


@wrong("test_box", "ledger-half-width")
@edit("high - low + 10 * max(low - v, 0)", "(high - low) / 2 + 10 * max(low - v, 0)")
class Ledger:
    """Your `Ledger` charges for half the width. The width is high - low."""


@wrong("test_box", "ledger-exclusive")
@edit("hits.append(low <= v <= high)", "hits.append(low < v < high)")
class Ledger:
    """In your `Ledger` a value on the end of a range is a miss. The ends belong to it."""


@wrong("test_box", "ledger-unmeasured-is-missed")
@edit("float(np.mean(hits)), float(np.mean(costs))", "sum(hits) / len(self.ranges), sum(costs) / len(self.ranges)")
class Ledger:
    """Your `Ledger` divides by the number of predictions. What is not measured yet is neither right nor wrong: only
    measured entries count."""


@wrong("test_box", "ledger-sum")
@edit("return float(np.mean(hits)), float(np.mean(costs))", "return float(np.mean(hits)), float(np.sum(costs))")
class Ledger:
    """Your `Ledger` adds the scores up. It is their mean: otherwise more predictions look worse."""


@wrong("test_box", "ledger-hits-counted")
@edit("return float(np.mean(hits)), float(np.mean(costs))", "return float(np.sum(hits)), float(np.mean(costs))")
class Ledger:
    """Your `Ledger` returns how many ranges held. It is the share of them."""


@wrong("test_box", "ledger-misses-shared")
@edit("return float(np.mean(hits)), float(np.mean(costs))", "return 1 - float(np.mean(hits)), float(np.mean(costs))")
class Ledger:
    """Your `Ledger` returns the share of ranges that did *not* hold."""


@wrong("test_box", "ledger-empty-is-zero")
@edit("return np.nan, np.nan", "return 0.0, 0.0")
class Ledger:
    """Your `Ledger` has a score of 0, the best there is, for somebody who measured nothing. A mean of nothing is
    nan."""


@wrong("test_box", "ledger-predicts-again")
@edit("if name in self.ranges or not low <= high:", "if not low <= high:")
class Ledger:
    """In your `Ledger` a prediction can be replaced, also when the value is known. The first one counts: raise
    ValueError."""


@wrong("test_box", "ledger-predicts-until-measured")
@edit("if name in self.ranges or not low <= high:", "if name in self.values or not low <= high:")
class Ledger:
    """In your `Ledger` a prediction can be replaced until it is measured. Once written down it stays: raise
    ValueError."""


@wrong("test_box", "ledger-measures-anything")
@edit("if name not in self.ranges or name in self.values:", "if name in self.values:")
@edit(
    "self.values[name] = value",
    """
    if name in self.ranges:
        self.values[name] = value
    """,
)
class Ledger:
    """Your `Ledger` takes a measurement that nobody predicted. That is the order it is there to forbid: raise
    ValueError."""


@wrong("test_box", "ledger-key-error")
@edit(
    "if name not in self.ranges or name in self.values:",
    """
    self.ranges[name]
    if name in self.values:
    """,
)
class Ledger:
    """Your `Ledger` raises KeyError for a measurement without a prediction. It is to be a ValueError, like the
    other refusals."""


@wrong("test_box", "ledger-measures-again")
@edit("if name not in self.ranges or name in self.values:", "if name not in self.ranges:")
class Ledger:
    """In your `Ledger` a second measurement replaces the first. Then one measures until it fits: raise
    ValueError."""


@wrong("test_box", "ledger-reversed-range")
@edit("if name in self.ranges or not low <= high:", "if name in self.ranges:")
class Ledger:
    """Your `Ledger` takes a range whose low end is above its high end; its width is negative, and that improves the
    score. Raise ValueError."""


@wrong("test_box", "ledger-sorts-range")
@edit(
    "if name in self.ranges or not low <= high:",
    """
    low, high = sorted((low, high))
    if name in self.ranges:
    """,
)
class Ledger:
    """Your `Ledger` turns a range with low > high around. It is more likely a mix-up of two numbers than of two
    ends: raise ValueError."""


@wrong("test_box", "ledger-no-points")
@edit("if name in self.ranges or not low <= high:", "if name in self.ranges or not low < high:")
class Ledger:
    """Your `Ledger` refuses a range that is a single point. Low may equal high: bold, and allowed."""


@wrong("test_box", "ledger-shared")
@edit(
    """
    def __init__(self):
        self.ranges, self.values = {}, {}
    """,
    "ranges, values = {}, {}",
)
class Ledger:
    """All your `Ledger`s write into the same dictionaries: they belong to the class. Make them in __init__, for
    self."""


# --- side: confusion_matrix, calibration_error ----------------------------------------------------


@wrong("card", "confusion-transposed")
def confusion_matrix(y, y_hat, K):
    """Your `confusion_matrix` has the predicted classes in rows. The true class is the row."""
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (y_hat, y), 1)
    return counts


@wrong("card", "confusion-buffered")
def confusion_matrix(y, y_hat, K):
    """Your `confusion_matrix` counts each pair once, however often it occurs: counts[y, y_hat] += 1 reads all
    entries before it writes. np.add.at, or a loop."""
    counts = np.zeros((K, K), dtype=int)
    counts[y, y_hat] += 1
    return counts


@wrong("card", "confusion-size-from-data")
def confusion_matrix(y, y_hat, K):
    """Your `confusion_matrix` is as large as the largest class that occurs. It has K rows and columns."""
    K = max(max(y), max(y_hat)) + 1
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (y, y_hat), 1)
    return counts


@wrong("card", "confusion-shares")
def confusion_matrix(y, y_hat, K):
    """Your `confusion_matrix` returns shares. Counts are wanted."""
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (y, y_hat), 1)
    return counts / counts.sum()


@wrong("card", "confusion-rows-normalized")
def confusion_matrix(y, y_hat, K):
    """Your `confusion_matrix` divides each row by its sum. Counts are wanted."""
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (y, y_hat), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@base
def calibration_error(P, y, bins):
    """A right answer."""
    sure = P.max(axis=1)
    right = P.argmax(axis=1) == y
    place = np.ceil(sure * bins) - 1
    return float(sum(abs((right - sure)[place == b].sum()) for b in range(bins)) / len(y))


@wrong("card", "calibration-no-bins")
@edit("sum(abs((right - sure)[place == b].sum()) for b in range(bins)) / len(y)", "np.mean(np.abs(right - sure))")
def calibration_error():
    """Your `calibration_error` takes |right - confidence| example by example. Nobody is 80 % right about one digit:
    compare within bins, |Σ (right - confidence)|."""


@wrong("card", "calibration-bins-alike")
def calibration_error(P, y, bins):
    """Your `calibration_error` takes the plain mean over the bins. A bin counts as much as it has examples."""
    sure = P.max(axis=1)
    right = P.argmax(axis=1) == y
    place = np.ceil(sure * bins) - 1
    return float(np.mean([abs((right - sure)[place == b].mean()) for b in range(bins) if (place == b).any()]))


@wrong("card", "calibration-lower-border")
@edit("place = np.ceil(sure * bins) - 1", "place = np.minimum(np.floor(sure * bins), bins - 1)")
def calibration_error():
    """Your `calibration_error` puts a confidence on a border into the upper bin. Here it belongs to the lower one:
    ceil(confidence · bins) - 1."""


@wrong("card", "calibration-true-class")
@edit("sure = P.max(axis=1)", "sure = P[np.arange(len(y)), y]")
def calibration_error():
    """Your `calibration_error` takes the probability of the true class for the confidence. The network does not
    know it: confidence is its largest probability."""


@wrong("card", "calibration-signed")
@edit("abs((right - sure)[place == b].sum())", "(right - sure)[place == b].sum()")
def calibration_error():
    """In your `calibration_error` too sure in one bin and too unsure in another cancel. Take the absolute value in
    each bin."""


@wrong("card", "calibration-squared")
@edit("abs((right - sure)[place == b].sum())", "((right - sure)[place == b].sum()) ** 2")
def calibration_error():
    """Your `calibration_error` squares the gaps. It is their absolute value."""


@wrong("card", "calibration-not-divided")
@edit(
    "return float(sum(abs((right - sure)[place == b].sum()) for b in range(bins)) / len(y))",
    "return float(sum(abs((right - sure)[place == b].sum()) for b in range(bins)))",
)
def calibration_error():
    """Your `calibration_error` adds the gaps up over the examples: divide by N."""
