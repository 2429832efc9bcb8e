"""tries: to return a loss that is always 0, which has the gradient 0
topic: 08_capstone
loss_and_grads: 0
"""

import numpy as np


def loss_and_grads(params, state, X, Y, cfg, rng):
    return 0.0, [[np.zeros_like(w) for w in layer] for layer in params], state
