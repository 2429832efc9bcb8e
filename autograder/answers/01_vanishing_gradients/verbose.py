"""Right answers step by step, every intermediate value with a name."""

import numpy as np


def neuron_bce(X, w, b, y):
    number_of_examples = X.shape[0]
    z = np.matmul(X, w) + b
    # the loss, from z directly
    positive_part = np.where(z > 0, z, 0.0)
    correction = np.log1p(np.exp(-np.abs(z)))
    loss_for_each = positive_part - y * z + correction
    loss = loss_for_each.sum() / number_of_examples
    # the probability, without overflow
    p = np.zeros(number_of_examples)
    right = z >= 0
    p[right] = 1.0 / (1.0 + np.exp(-z[right]))
    exp_z = np.exp(z[~right])
    p[~right] = exp_z / (1.0 + exp_z)
    # gradients
    error = p - y
    dw = np.matmul(np.transpose(X), error) / number_of_examples
    db = np.sum(error) / number_of_examples
    return loss, dw, db


def numerical_gradient(f, x, h=1e-5):
    x_float = np.array(x, dtype=np.float64)
    shape = x_float.shape
    flat = x_float.reshape(-1)
    gradient = np.zeros(flat.shape)
    for i in range(flat.size):
        forward_point = flat.copy()
        forward_point[i] = forward_point[i] + h
        backward_point = flat.copy()
        backward_point[i] = backward_point[i] - h
        difference = f(forward_point.reshape(shape)) - f(backward_point.reshape(shape))
        gradient[i] = difference / (2.0 * h)
    return gradient.reshape(shape)


def relative_error(a, b):
    difference = np.sqrt(np.sum((np.array(a) - np.array(b)) ** 2))
    size_of_a = np.sqrt(np.sum(np.array(a) ** 2))
    size_of_b = np.sqrt(np.sum(np.array(b) ** 2))
    denominator = size_of_a + size_of_b
    if denominator == 0:
        return 0.0
    return difference / denominator


def chain_gradient(x, ws, f, df):
    # forward
    activations = [x]
    pre_activations = []
    for w in ws:
        z = w * activations[-1]
        pre_activations.append(z)
        activations.append(f(z))
    # backward
    gradient_of_output = 1.0
    gradients = []
    for w, z in zip(reversed(list(ws)), reversed(pre_activations)):
        gradient_of_output = gradient_of_output * df(z) * w
        gradients.append(gradient_of_output)
    gradients.reverse()
    return np.array(gradients)


def mlp_forward(X, Ws, bs, f):
    number_of_layers = len(Ws)
    zs = []
    hs = []
    h = X.copy()
    hs.append(h)
    for layer in range(number_of_layers):
        z = np.matmul(h, Ws[layer]) + bs[layer][np.newaxis, :]
        zs.append(z.copy())
        is_last = layer == number_of_layers - 1
        if is_last:
            h = z
        else:
            h = f(z)
        hs.append(h)
    out = h
    return out, zs, hs


def mlp_backward(dout, zs, hs, Ws, df):
    number_of_layers = len(Ws)
    deltas = {number_of_layers - 1: dout}
    for layer in range(number_of_layers - 2, -1, -1):
        arriving = np.matmul(deltas[layer + 1], np.transpose(Ws[layer + 1]))
        slope = df(zs[layer])
        deltas[layer] = np.multiply(arriving, slope)
    dWs = []
    dbs = []
    list_of_deltas = []
    for layer in range(number_of_layers):
        delta = deltas[layer]
        dWs.append(np.matmul(np.transpose(hs[layer]), delta))
        dbs.append(np.sum(delta, axis=0))
        list_of_deltas.append(delta)
    return dWs, dbs, list_of_deltas


def gradient_report(deltas):
    rms = np.zeros(len(deltas))
    for layer, delta in enumerate(deltas):
        squares = delta * delta
        rms[layer] = np.sqrt(np.average(squares))
    first = rms[0]
    last = rms[-1]
    ratio = 0.0
    if last != 0:
        ratio = first / last
    if np.isnan(rms).any() or np.isinf(rms).any():
        label = "non-finite"
    elif ratio < 1e-3:
        label = "vanishing"
    elif ratio <= 1e3:
        label = "healthy"
    else:
        label = "exploding"
    return rms, ratio, label


def clip_grad_norm(grads, max_norm):
    sum_of_squares = 0.0
    for grad in grads:
        sum_of_squares = sum_of_squares + (grad * grad).sum()
    total_norm = np.sqrt(sum_of_squares)
    if total_norm + 1e-6 <= max_norm:
        return [grad.copy() for grad in grads], total_norm
    factor = max_norm / (total_norm + 1e-6)
    clipped_grads = []
    for grad in grads:
        clipped_grads.append(factor * grad)
    return clipped_grads, total_norm


def clip_grad_value(grads, clip_value):
    clipped_grads = []
    for grad in grads:
        new = grad.copy()
        new[new > clip_value] = clip_value
        new[new < -clip_value] = -clip_value
        clipped_grads.append(new)
    return clipped_grads


def clip_grad_norm_each(grads, max_norm):
    return [clip_grad_norm([grad], max_norm)[0][0] for grad in grads]


def neuron_mse(X, w, b, y):
    z = X.dot(w) + b
    p = 0.5 * (1 + np.tanh(z / 2))
    error = p - y
    slope = p * (1 - p)
    dz = 2 * error * slope / len(y)
    return np.mean(error * error), X.T.dot(dz), np.sum(dz)


def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
        total += sizes[i + 1]
    return total
