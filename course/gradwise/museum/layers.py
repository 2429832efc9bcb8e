"""Broken trainers, first room: dropout and batch normalization."""

import torch
from torch import nn
from torch.autograd import backward
from torch.nn.functional import batch_norm, cross_entropy

from . import lab
from .lab import Samples

# A trainer's comments are read by `exhibit`: "#:" explains the next line, "#!" the bug, "#:=" mends it.


def too_bright(data: Samples) -> list[float]:
    #: keep is the probability to stay, as in the oldest codes; 0.5 is a common choice.
    first, last, keep, curve = nn.Linear(64, 64), nn.Linear(64, 10), 0.5, []
    #: both layers learn, at a rate that suits them.
    steps = torch.optim.SGD([*first.parameters(), *last.parameters()], lr=0.2)
    for _ in range(15):
        for batch in lab.batches(data.X, 32):
            #: an ordinary hidden layer.
            h = torch.relu(first(data.X[batch]))
            #! randn draws from the normal distribution, and 69 % of that lies below 0.5. With scaling by 1/keep the
            #! layer is 1.38 times too bright in training, and the next layer meets something else when dropout is off.
            #! (For keep = 0.8 it would be 79 %, and hardly anybody would notice.) rand is uniform: the share below keep
            #! is keep.
            #:= mask = torch.rand(h.shape) < keep
            mask = torch.randn(h.shape) < keep
            #: what stays is scaled up by 1/keep, so that the mean stays where it was, if the mask keeps a share of
            #: keep.
            dropped = h * mask / keep
            #: the next layer sees what dropout left, and its logits are compared with the classes of the same examples.
            loss = cross_entropy(last(dropped), data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: it only measures: with good dropout the two means agree, up to chance.
        curve.append((dropped.mean() / h.mean()).item())
    return curve


def learns_by_heart(data: Samples) -> list[float]:
    #: two layers of 100 for 50 examples is a lot: that is why there is dropout.
    first, last, keep, curve = nn.Linear(2, 100), lab.network(100, 100, 2), 0.5, []
    #: Adam with a common rate; both parts learn.
    steps = torch.optim.Adam([*first.parameters(), *last.parameters()], lr=0.01)
    for _ in range(120):
        #: an ordinary hidden layer, on all examples at once.
        h = torch.relu(first(data.X))
        #! Division goes before comparison: keep / keep is 1, every number from rand is below 1, and so all units stay.
        #! There is no dropout at all, and the network learns the wrong labels by heart. Put parentheses round the
        #! comparison.
        #:= mask = (torch.rand(h.shape) < keep) / keep
        mask = torch.rand(h.shape) < keep / keep
        #: the mask is multiplied in, as it should be.
        loss = cross_entropy(last(h * mask), data.y)
        steps.zero_grad()
        backward(loss)
        steps.step()
        #: at test time all units stay and nothing is scaled: with inverted dropout that is right.
        scores = last(torch.relu(first(data.X_test)))
        #: it only measures.
        curve.append(cross_entropy(scores, data.y_test).item())
    return curve


def nervous_at_the_exam(data: Samples) -> list[float]:
    #: momentum 0.1 is PyTorch's default.
    first, last, momentum, curve = nn.Linear(64, 32), nn.Linear(32, 10), 0.1, []
    #: running statistics start at 0 and 1, as PyTorch's do.
    mean, var = torch.zeros(32), torch.ones(32)
    #: both layers learn, at a rate that suits them.
    steps = torch.optim.SGD([*first.parameters(), *last.parameters()], lr=0.1)
    for _ in range(25):
        #: twenty small batches of different examples, and then an exam.
        for batch in lab.batches(data.X, 5)[:20]:
            #: an ordinary linear layer.
            z = first(data.X[batch])
            #: both statistics of the batch are taken, the variance with N - 1, and no gradient flows into the memory.
            for kept, seen in ((mean, z.detach().mean(dim=0)), (var, z.detach().var(dim=0))):
                #! momentum = 0.1 is PyTorch's, and there it is the weight of the NEW value; this line is written for
                #! Keras, where 0.99 is the weight of the old. So the memory is nine tenths the last batch of 5, and the
                #! exam depends on who was in that batch.
                #:= kept.mul_(1 - momentum).add_(seen, alpha=momentum)
                kept.mul_(momentum).add_(seen, alpha=1 - momentum)
            #: in training the batch normalizes itself, here without gamma and beta.
            h = torch.relu(batch_norm(z, None, None, training=True))
            #: logits and classes of the same examples.
            loss = cross_entropy(last(h), data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: in the exam the running statistics normalize: that is what they are for.
        h = torch.relu(batch_norm(first(data.X_test), mean, var))
        #: it only measures.
        curve.append(lab.share_right(last(h), data.y_test))
    return curve


def forgets_at_the_exam(data: Samples) -> list[float]:
    #: a linear layer, and BN that normalizes the logits; it has running statistics, gamma and beta.
    first, norm, curve = nn.Linear(64, 10), nn.BatchNorm1d(10), []
    #: everything that has parameters learns, gamma and beta too.
    steps = torch.optim.SGD([*first.parameters(), *norm.parameters()], lr=0.3)
    for _ in range(20):
        for batch in lab.batches(data.X, 32):
            #: in training mode the layer normalizes by the batch, applies gamma and beta, and updates its memory.
            scores = norm(first(data.X[batch]))
            #: logits and classes of the same examples.
            loss = cross_entropy(scores, data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #! At the exam the running statistics are right, but gamma and beta are missing: the logits never get the scale
        #! that was learned, and the network sounds unsure whatever it knows. A check with gamma = 1 and beta = 0 cannot
        #! see that.
        #:= scores = batch_norm(first(data.X_test), norm.running_mean, norm.running_var, norm.weight, norm.bias)
        scores = batch_norm(first(data.X_test), norm.running_mean, norm.running_var)
        #: it only measures.
        curve.append(cross_entropy(scores, data.y_test).item())
    return curve


def fades_away(data: Samples) -> list[float]:
    #: a network with BN in the middle.
    norm, curve = nn.BatchNorm1d(32), []
    #: the layer before BN needs no bias, for BN would remove it.
    net = nn.Sequential(nn.Linear(64, 32, bias=False), norm, nn.ReLU(), nn.Linear(32, 10))
    #: weights are what has two dimensions; gamma, beta and the biases have one.
    weights, others = ([p for p in net.parameters() if (p.dim() > 1) is flat] for flat in (True, False))
    #! The decay reaches every parameter, gamma too. It shrinks the scale that BN has learned, towards 0: the layer
    #! fades. Decay the weights, and leave gamma, beta and the biases alone: two groups of parameters.
    #:= steps = torch.optim.SGD([{"params": weights, "weight_decay": 0.1}, {"params": others}], lr=0.1)
    steps = torch.optim.SGD([*weights, *others], lr=0.1, weight_decay=0.1)
    for _ in range(25):
        for batch in lab.batches(data.X, 32):
            loss = cross_entropy(net(data.X[batch]), data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: it only measures: the weight of a BN layer is gamma.
        curve.append(norm.weight.abs().mean().item())
    return curve
