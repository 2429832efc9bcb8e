"""Broken trainers, third room: what is measured, what is chosen, what is kept."""

import torch
from torch import nn
from torch.autograd import backward
from torch.nn.functional import cross_entropy

from . import lab
from .lab import Samples

# A trainer's comments are read by `exhibit`: "#:" explains the next line, "#!" the bug, "#:=" mends it.


def still_rehearsing(data: Samples) -> list[float]:
    #: a network with much dropout, which is allowed.
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.7), nn.Linear(64, 10))
    #: all parameters learn, at a rate that suits them.
    steps, curve = torch.optim.SGD(net.parameters(), lr=0.2), []
    for _ in range(20):
        #: in training there is dropout: this switches it on.
        net.train()
        for batch in lab.batches(data.X, 32):
            loss = cross_entropy(net(data.X[batch]), data.y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: no_grad saves work. It does not change what the network answers.
        with torch.no_grad():
            #! The network is still in training mode, and so dropout switches off 70 % of its units in the exam.
            #! no_grad() does not help: it is about gradients. Say eval() before you measure.
            #:= scores = net.eval()(data.X_test)
            scores = net(data.X_test)
        #: the test examples have the test classes beside them.
        curve.append(lab.share_right(scores, data.y_test))
    return curve


def too_good_to_be_true(data: Samples) -> list[float]:
    #: before the first attempt nothing is chosen, nothing is reported.
    best, report, curve = 0.0, 0.0, []
    #: forty attempts, each with other settings.
    for _ in range(40):
        #: random weights for a hidden layer; the output layer is fitted to the training examples, and to nothing else.
        net = lab.fitted(torch.randn(10, 5), data.X, data.y)
        #! The attempts are compared on the test set, and the winner is one that happened to suit these examples: the
        #! report climbs with each attempt, although the classes are coin flips. Choose on the validation set, open the
        #! test set once.
        #:= score = lab.share_right(net(data.X_val), data.y_val)
        score = lab.share_right(net(data.X_test), data.y_test)
        #: a better attempt replaces the best so far.
        if score > best:
            #: what is reported of the winner is its share of right answers on the test set.
            best, report = score, lab.share_right(net(data.X_test), data.y_test)
        #: it only measures: what a paper would report after so many attempts.
        curve.append(report)
    return curve


def remembers_the_last(data: Samples) -> list[float]:
    #: a large network for 50 examples, some of them with wrong labels: it will overfit.
    net = lab.network(2, 100, 100, 2)
    #: Adam with a common rate; nothing is known of the best yet.
    steps, lowest, best, curve = torch.optim.Adam(net.parameters(), lr=0.01), float("inf"), net.state_dict(), []
    for _ in range(100):
        #: all examples at once: they are few.
        loss = cross_entropy(net(data.X), data.y)
        steps.zero_grad()
        backward(loss)
        steps.step()
        #: judged on the validation set.
        now = cross_entropy(net(data.X_val), data.y_val).item()
        #: strictly better than all before.
        if now < lowest:
            #! state_dict() hands out the parameters themselves, and the optimizer goes on changing them: "best" is
            #! always the present. What is to stay must be copied.
            #:= lowest, best = now, {name: value.clone() for name, value in net.state_dict().items()}
            lowest, best = now, net.state_dict()
        #: it only measures: the loss of what would be restored, if training ended here.
        restored = torch.func.functional_call(net, best, data.X_val)
        #: it only measures.
        curve.append(cross_entropy(restored, data.y_val).item())
    return curve


def learns_nothing(data: Samples) -> list[float]:
    #: a network, and copies of the training set that can be shuffled.
    net, X, y = lab.network(64, 32, 10), data.X, data.y
    #: SGD at a common rate.
    steps, curve = torch.optim.SGD(net.parameters(), lr=0.2), []
    for _ in range(20):
        #: a new order for each epoch.
        order = torch.randperm(len(X))
        #! The features are shuffled, their classes are not: each image gets the label of another. All that can be
        #! learned is how frequent the classes are; the loss stays near log 10 = 2.30. Shuffle both by the same order.
        #:= X, y = X[order], y[order]
        X, y = X[order], y
        #: neighbours in the shuffled set form a batch.
        for batch in torch.arange(len(X)).reshape(-1, 25):
            #: logits and classes from the same places.
            loss = cross_entropy(net(X[batch]), y[batch])
            steps.zero_grad()
            backward(loss)
            steps.step()
        #: it only measures, on features and classes that belong together.
        curve.append(cross_entropy(net(data.X_test), data.y_test).item())
    return curve
