"""Right answers in many small steps, with prints and checks of the learner's own in between."""

import copy

import numpy as np


def signal_propagation(X, Ws, f):
    number_of_layers = len(Ws)
    standard_deviations = np.zeros(number_of_layers)
    current = np.array(X, dtype=np.float64)
    for layer in range(number_of_layers):
        weights = Ws[layer]
        pre_activation = current @ weights
        activation = f(pre_activation)
        print("layer", layer, "has shape", np.shape(activation))
        standard_deviations[layer] = np.std(np.array(activation))
        current = activation
    return standard_deviations


def fan_in_out(shape):
    number_of_outputs = shape[0]
    number_of_inputs = shape[1]
    if len(shape) == 2:
        kernel_entries = 1
    elif len(shape) == 3:
        kernel_entries = shape[2]
    elif len(shape) == 4:
        kernel_entries = shape[2] * shape[3]
    else:
        kernel_entries = shape[2] * shape[3] * shape[4]
    fan_in = number_of_inputs * kernel_entries
    fan_out = number_of_outputs * kernel_entries
    return [fan_in, fan_out]


def xavier_uniform(n_in, n_out, rng, gain=1):
    variance = 2.0 / (n_in + n_out)
    standard_deviation = gain * np.sqrt(variance)
    bound = np.sqrt(3.0) * standard_deviation
    result = rng.uniform(-bound, bound, size=(n_in, n_out))
    assert result.shape == (n_in, n_out)
    return result


def torch_linear_default(n_in, n_out, rng):
    bound = 1.0 / np.sqrt(n_in)
    weights = rng.uniform(-bound, bound, size=n_in * n_out)
    weights = weights.reshape(n_in, n_out)
    biases = rng.uniform(-bound, bound, size=(n_out,))
    assert biases.shape == (n_out,)
    return weights, biases


def he_normal(n_in, n_out, rng, gain=1):
    variance = 2.0 / n_in
    standard_deviation = np.sqrt(variance)
    numbers = rng.standard_normal(size=(n_out, n_in))
    result = numbers.T * standard_deviation
    result = result * gain
    return result


def gain(f):
    left_end, right_end, number_of_points = -8.0, 8.0, 4001
    z = np.linspace(left_end, right_end, number_of_points)
    step = (right_end - left_end) / (number_of_points - 1)
    density = np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
    integrand = density * f(z) ** 2
    middles = (integrand[:-1] + integrand[1:]) / 2.0
    mean_square = np.sum(middles) * step
    root_mean_square = np.sqrt(mean_square)
    return 1.0 / root_mean_square


def distinct_units(W, b, V):
    number_of_units = W.shape[1]
    different = 0
    for unit in range(number_of_units):
        is_copy = False
        for earlier in range(unit):
            same_incoming = np.array_equal(W[:, unit], W[:, earlier])
            same_bias = b[unit] == b[earlier]
            same_outgoing = np.array_equal(V[unit], V[earlier])
            if same_incoming and same_bias and same_outgoing:
                is_copy = True
        if not is_copy:
            different = different + 1
    return different


def transfer_layers(src, dst, n):
    params = copy.deepcopy(list(dst))
    trainable = [True] * len(params)
    for layer in range(n):
        params[layer] = copy.deepcopy(src[layer])
        trainable[layer] = False
    return params, trainable


def lecun_normal(n_in, n_out, rng):
    variance = 1.0 / n_in
    standard_deviation = np.sqrt(variance)
    return rng.normal(loc=0.0, scale=standard_deviation, size=(n_in, n_out))


def orthogonal(n_in, n_out, rng, gain=1):
    wide = n_in < n_out
    rows = n_out if wide else n_in
    columns = n_in if wide else n_out
    random_matrix = rng.standard_normal((rows, columns))
    Q, R = np.linalg.qr(random_matrix, mode="reduced")
    signs = np.sign(np.diagonal(R))
    Q = Q @ np.diag(signs)
    result = Q.T if wide else Q
    return gain * result
