"""Right answers in many small steps, with prints and checks of the learner's own in between."""

import numpy as np


def l2_penalty(Ws, lam):
    sum_of_squares = 0.0
    gradients = []
    for layer, W in enumerate(Ws):
        W = np.array(W, dtype=np.float64)
        squares = W * W
        sum_of_squares = sum_of_squares + squares.sum()
        gradient = lam * 2.0 * W
        gradients.append(gradient)
        print("layer", layer, "has", W.size, "weights")
    return np.array(lam * sum_of_squares), gradients


def soft_threshold(w, t):
    w = np.array(w, dtype=np.float64)
    sign = np.sign(w)
    size = np.abs(w)
    smaller_size = size - t
    smaller_size[smaller_size < 0] = 0.0
    return sign * smaller_size


def l1_prox_step(w, g, lr, lam):
    gradient_step = lr * g
    after_gradient = w - gradient_step
    threshold = lr * lam
    result = np.where(np.abs(after_gradient) > threshold, after_gradient - threshold * np.sign(after_gradient), 0.0)
    return result


def dropout_forward(x, p, training, rng):
    p_is_a_probability = 0.0 <= p and p <= 1.0
    if not p_is_a_probability:
        raise ValueError("p is not a probability")
    if not training:
        mask = np.ones(x.shape)
        return x.copy(), mask
    if p == 1.0:
        mask = np.zeros(x.shape)
        return np.zeros(x.shape), mask
    random_numbers = rng.random(size=x.shape)
    kept = random_numbers >= p
    print("kept", kept.sum(), "of", kept.size)
    mask = kept.astype(np.float64)
    mask /= 1.0 - p
    out = x * mask
    return [out, mask]


def dropout_backward(dout, mask):
    dx = dout.copy()
    dx = dx * mask
    assert dx.shape == mask.shape
    return dx


def smooth_labels(y, K, eps):
    number_of_examples = len(y)
    one_hot = np.zeros((number_of_examples, K))
    one_hot[np.arange(number_of_examples), y] = 1.0
    uniform = np.ones((number_of_examples, K)) / K
    result = (1.0 - eps) * one_hot + eps * uniform
    return result


def mixup(X, Y, lam, perm):
    partners_X = np.take(X, perm, axis=0)
    partners_Y = np.take(Y, perm, axis=0)
    other_share = 1.0 - lam
    mixed_X = lam * X + other_share * partners_X
    mixed_Y = lam * Y + other_share * partners_Y
    return mixed_X, mixed_Y


def shift_image(image, dy, dx):
    rolled = np.roll(image, shift=dy, axis=-2)
    rolled = np.roll(rolled, shift=dx, axis=-1)
    height = image.shape[-2]
    width = image.shape[-1]
    if abs(dy) >= height or abs(dx) >= width:
        return np.zeros_like(image)
    if dy > 0:
        rolled[..., :dy, :] = 0
    if dy < 0:
        rolled[..., dy:, :] = 0
    if dx > 0:
        rolled[..., :, :dx] = 0
    if dx < 0:
        rolled[..., :, dx:] = 0
    return rolled


def ensemble_predict(P):
    number_of_members = P.shape[0]
    added = P.sum(axis=0)
    return added / number_of_members
