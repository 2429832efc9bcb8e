"""tries: to return a loss that has nothing to do with the network, with its right gradient
topic: 08_capstone
loss_and_grads: 0
"""

import numpy as np


def loss_and_grads(params, state, X, Y, cfg, rng):
    return (
        sum(float(np.sum(w**2)) for layer in params for w in layer),
        [[2 * w for w in layer] for layer in params],
        state,
    )
