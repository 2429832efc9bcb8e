"""Right answers in many small steps, with prints and checks of the learner's own in between."""

import numpy as np


def sigmoid(x):
    x = np.array(x, dtype=np.float64)
    negative_part = np.minimum(x, 0.0)
    positive_part = np.maximum(x, 0.0)
    numerator = np.exp(negative_part)
    denominator = np.exp(negative_part) + np.exp(-positive_part)
    denominator = np.where(x >= 0, 1.0 + np.exp(-positive_part), 1.0 + np.exp(negative_part))
    print("sigmoid of", x.shape, "gives", (numerator / denominator).shape)
    return numerator / denominator


def sigmoid_grad(x):
    value = sigmoid(x)
    complement = 1.0 - value
    slope = value * complement
    assert slope.shape == value.shape
    return slope


def tanh_grad(x):
    value = np.tanh(np.array(x, dtype=np.float64))
    value_squared = value * value
    slope = 1.0 - value_squared
    return slope


def relu(x):
    zeros = np.zeros_like(x)
    result = np.maximum(zeros, x)
    print("relu done")
    return result


def relu_backward(dout, x):
    local_slope = np.zeros_like(x)
    local_slope[x > 0.0] = 1.0
    result = dout * local_slope
    return result


def leaky_relu(x, negative_slope=0.01):
    positive = (x > 0).astype(np.float64)
    negative = 1.0 - positive
    right = positive * x
    left = negative * negative_slope * x
    return right + left


def leaky_relu_grad(x, negative_slope=0.01):
    positive = (x > 0).astype(np.float64)
    negative = 1.0 - positive
    return positive + negative * negative_slope


def prelu_backward(dout, x, weight):
    number_of_examples, number_of_channels = x.shape
    dx = np.empty_like(dout)
    dweight = np.empty(number_of_channels)
    for channel in range(number_of_channels):
        column = x[:, channel]
        upstream = dout[:, channel]
        is_negative = column <= 0
        dx[:, channel] = np.where(is_negative, weight[channel], 1.0) * upstream
        dweight[channel] = np.sum(upstream[is_negative] * column[is_negative])
    return dx, dweight


def elu(x, alpha=1.0):
    x = np.array(x, dtype=np.float64)
    only_negative = np.minimum(x, 0.0)
    only_positive = np.maximum(x, 0.0)
    result = only_positive + alpha * np.expm1(only_negative)
    return result


def elu_grad(x, alpha=1.0):
    only_negative = np.minimum(x, 0.0)
    exponential = alpha * np.exp(only_negative)
    result = np.where(x > 0.0, np.ones_like(exponential), exponential)
    return result


def softmax_cross_entropy(Z, y):
    number_of_examples = Z.shape[0]
    biggest_logit = np.max(Z, axis=1, keepdims=True)
    logits = Z - biggest_logit
    exponentials = np.exp(logits)
    sums = np.sum(exponentials, axis=1, keepdims=True)
    probabilities = exponentials / sums
    log_probabilities = logits - np.log(sums)
    picked = log_probabilities[np.arange(number_of_examples), y]
    loss = -1.0 * np.sum(picked) / number_of_examples
    gradient = probabilities.copy()
    gradient[np.arange(number_of_examples), y] = gradient[np.arange(number_of_examples), y] - 1.0
    gradient = gradient / number_of_examples
    return loss, gradient


def dead_fraction(H):
    number_of_units = H.shape[1]
    dead_units = [unit for unit in range(number_of_units) if np.all(H[:, unit] <= 0)]
    return len(dead_units) / number_of_units
