"""The training loop: seeded, with a history."""

import numpy as np
import torch
from gradwise import data, training
from torch import nn


def test_training_is_seeded_learns_and_keeps_a_history() -> None:
    digits = data.digits()

    def run() -> training.Run:
        return training.fit(
            training.mlp([64, 16, 10], nn.ReLU), digits, num_epochs=3, lr=0.1, watch=lambda model: float(model.training)
        )

    first, second = run(), run()
    assert first.losses == second.losses
    assert first.losses[-1] < first.losses[0]
    assert first.accuracy == first.accuracies[-1] > 0.8
    assert first.watched == [0.0] * 4  # before the first epoch, and after each; never in training mode


def test_biases_may_start_anywhere_but_in_the_last_layer() -> None:
    model = training.mlp([2, 3, 2], nn.ReLU, bias=-1.0)
    first, last = model[0], model[-1]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    assert first.bias.tolist() == [-1.0] * 3
    assert last.bias.tolist() == [0.0] * 2


def test_pre_activations_are_what_goes_into_the_activations() -> None:
    model = training.mlp([2, 3, 4, 2], nn.ReLU)
    X = np.ones((5, 2))
    H = training.pre_activations(model, X)
    assert H.shape == (5, 7)
    assert np.allclose(H[:, :3], model[0](torch.ones(5, 2, dtype=torch.float64)).detach())


def test_weight_gradients_come_layer_by_layer() -> None:
    gradients = training.weight_gradients(training.mlp([2, 3, 2], nn.Tanh), data.ring(50))
    assert [gradient.shape for gradient in gradients] == [(3, 2), (2, 3)]
