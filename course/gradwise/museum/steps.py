"""Broken trainers, second room: gradients, optimizers and learning rates."""

import torch
from torch import nn
from torch.autograd import backward
from torch.nn.functional import cross_entropy, one_hot

from . import lab
from .lab import Samples

# A trainer's comments are read by `exhibit`: "#:" explains the next line, "#!" the bug, "#:=" mends it.


def tires_early(data: Samples) -> list[float]:
    #: a network, a rate and a list to measure into.
    net, lr, curve = lab.network(64, 16, 10), 0.0001, []
    #: both averages start at 0; that is why they need a correction.
    averages, squares = lab.zeros_like(net), lab.zeros_like(net)
    #: t counts from 1, as the correction wants it.
    for t in range(1, 401):
        #: all examples at once; logits and classes of the same ones.
        loss = cross_entropy(net(data.X), data.y)
        grads = torch.autograd.grad(loss, [*net.parameters()])
        for p, g, m, v in zip(net.parameters(), grads, averages, squares, strict=True):
            #: nine tenths of the old average, one tenth of the gradient.
            m.mul_(0.9).add_(g, alpha=0.1)
            #: 999 thousandths of the old average, one thousandth of the squared gradient.
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            #! The power t is missing: 1 - 0.9**t, not 1 - 0.9. At t = 1 it is the same, and a test of one step sees
            #! nothing. Then the corrections should fade, but these stay for ever: 10 above and √1000 below, together
            #! 0.32.
            #:= step = lr * m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
            step = lr * m / (1 - 0.9) / ((v / (1 - 0.999)).sqrt() + 1e-8)
            #: downhill, and outside of autograd.
            p.data.sub_(step)
        #: it only measures: how long the last layer's step is.
        curve.append((step.abs().mean() / lr).item())
    return curve


def falls_asleep(data: Samples) -> list[float]:
    #: a network, a rate and a list to measure into.
    net, lr, curve = lab.network(64, 32, 10), 0.003, []
    #: both averages start at 0; that is why they need a correction.
    averages, squares = lab.zeros_like(net), lab.zeros_like(net)
    #: t counts from 1, as the correction wants it.
    for t in range(1, 101):
        #: some examples, drawn at random.
        batch = torch.randperm(len(data.X))[:32]
        #: logits and classes of the same examples.
        loss = cross_entropy(net(data.X[batch]), data.y[batch])
        grads = torch.autograd.grad(loss, [*net.parameters()])
        for p, g, m, v in zip(net.parameters(), grads, averages, squares, strict=True):
            #: nine tenths of the old average, one tenth of the gradient.
            m.mul_(0.9).add_(g, alpha=0.1)
            #: 999 thousandths of the old average, one thousandth of the squared gradient.
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            #! div_ with an underscore writes into v: the corrected average is stored, and corrected again at the next
            #! step. v grows by a factor of 500, 333, 250 ... and the steps vanish. The correction is for this step
            #! only: use / instead.
            #:= unbiased = v / (1 - 0.999**t)
            unbiased = v.div_(1 - 0.999**t)
            #: the first average is corrected for this step only, eps stands outside of the root.
            step = lr * m / (1 - 0.9**t) / (unbiased.sqrt() + 1e-8)
            #: downhill, and outside of autograd.
            p.data.sub_(step)
        #: it only measures.
        curve.append(loss.item())
    return curve


def deaf_to_its_rate(data: Samples) -> list[float]:
    #: a network, a rate that is small for RMSProp, and a list to measure into.
    net, lr, curve = lab.network(64, 32, 10), 0.0001, []
    #: the average starts at 0, as PyTorch's does.
    squares = lab.zeros_like(net)
    for _ in range(300):
        #: some examples, drawn at random.
        batch = torch.randperm(len(data.X))[:32]
        #: logits and classes of the same examples.
        loss = cross_entropy(net(data.X[batch]), data.y[batch])
        grads = torch.autograd.grad(loss, [*net.parameters()])
        for p, g, cache in zip(net.parameters(), grads, squares, strict=True):
            #! The new square has the weight lr. It must be 1 - 0.99. With lr = 0.01 both are the same, and a test with
            #! these numbers passes; with a hundredth of that the cache is a hundred times too small and each step ten
            #! times too long. Steps grow with the root of lr only: the trainer hardly hears its rate.
            #:= cache.mul_(0.99).addcmul_(g, g, value=0.01)
            cache.mul_(0.99).addcmul_(g, g, value=lr)
            #: the gradient over its typical size, with eps outside of the root as in PyTorch.
            step = lr * g / (cache.sqrt() + 1e-8)
            #: downhill, and outside of autograd.
            p.data.sub_(step)
        #: it only measures: how long the last layer's step is.
        curve.append((step.abs().mean() / lr).item())
    return curve


def crawls(data: Samples) -> list[float]:
    #: one linear layer, which starts at zero: for one layer that is not a problem.
    W, b, curve = torch.zeros(64, 10), torch.zeros(10), []
    for _ in range(20):
        for batch in lab.batches(data.X, 32):
            #: features (n, 64) times weights (64, 10).
            z = data.X[batch] @ W + b
            #: the slope of the mean loss: probabilities less ones for the right classes, divided by the number of
            #: examples.
            dz = (torch.softmax(z, dim=1) - one_hot(data.y[batch], 10)) / len(batch)
            #! dz has been divided by the number of examples already; the mean of a mean is 32 times too small. The
            #! weights crawl, and the direction is right, so that nothing looks wrong but the speed.
            #:= W = W - 0.3 * data.X[batch].T @ dz
            W = W - 0.3 * data.X[batch].T @ dz / len(batch)
            #: the bias gets the sum of the slopes, downhill.
            b = b - 0.3 * dz.sum(dim=0)
        #: it only measures.
        curve.append(cross_entropy(data.X @ W + b, data.y).item())
    return curve


def only_the_first_time(data: Samples) -> list[float]:
    #: the rate of the first epoch will be 0.7 times that.
    lr, curve = 0.3, []
    #: three runs, to see how much chance there is in the result.
    for _ in range(3):
        #: each run has a new network.
        net = lab.network(64, 32, 10)
        #: and a new optimizer, whose rate is set in each epoch.
        steps = torch.optim.SGD(net.parameters(), lr)
        for epoch in range(12):
            #! lr goes on from where the last run has left it: the second run starts with 1 % of the rate, the third
            #! with a hundredth of that. Nothing carries over if the rate is computed from the epoch.
            #:= lr = 0.3 * 0.7 ** (epoch + 1)
            lr = 0.7 * lr
            #: the rate reaches the optimizer, for all its parameters.
            steps.param_groups[0]["lr"] = lr
            for batch in lab.batches(data.X, 32):
                loss = cross_entropy(net(data.X[batch]), data.y[batch])
                steps.zero_grad()
                backward(loss)
                steps.step()
            #: it only measures.
            curve.append(lab.share_right(net(data.X_test), data.y_test))
    return curve


def cannot_be_sure(data: Samples) -> list[float]:
    #! cross_entropy takes logits and has the softmax inside. With one more in the network it gets numbers from 0 to 1
    #! for logits, and even for a perfect answer the loss is log(1 + 9/e) = 1.46. Leave the layer out.
    #:= net = lab.network(64, 32, 10)
    net = nn.Sequential(lab.network(64, 32, 10), nn.Softmax(dim=1))
    #: Adam with a common rate.
    steps, curve = torch.optim.Adam(net.parameters(), lr=0.01), []
    for _ in range(20):
        for batch in lab.batches(data.X, 32):
            loss = cross_entropy(net(data.X[batch]), data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: it only measures.
        curve.append(cross_entropy(net(data.X), data.y).item())
    return curve
