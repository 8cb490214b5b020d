#!/usr/bin/python3
"""Two experiments of chapter 6 in PyTorch, to measure our C++ against.

    torch_chapter6.py EXPERIMENT [--scale=F] [--threads=N]

Written for this repository, as PyTorch is commonly used: torch.nn layers, autograd in eager mode,
torch.optim optimizers with the book's hyper-parameters, float32 as in our C++. All images are
converted to float once, before the time is taken. Each experiment makes the forward and backward
passes and the evaluations that the binary of the same name in //chapter6 makes, of the book's
sizes; the test accuracy that the binary adds to 6.1.8 is left out.

Prints one line of JSON. "seconds" is the time of the experiment's loop alone: starting Python,
importing PyTorch and reading MNIST are not counted, in PyTorch's favour. --scale=0.1 makes a tenth
of the iterations or epochs.

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy).
"""

import argparse
import itertools

import numpy as np
import torch
from torch import nn

import peer


def load_mnist(part, count):
    x, t = peer.load_mnist(part, count, np.float32)
    return torch.from_numpy(x), torch.from_numpy(t)


def he_network(hidden):
    layers = []
    for n_in, n_out in itertools.pairwise([784, *hidden, 10]):
        affine = nn.Linear(n_in, n_out)
        nn.init.normal_(affine.weight, std=(2 / n_in) ** 0.5)
        nn.init.zeros_(affine.bias)
        layers += [affine, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mini_batch(x, t, batch_size):
    rows = torch.randint(len(x), (batch_size,))
    return x[rows], t[rows]


def learn(network, optimizer, loss_of, x, t):
    """One update."""
    optimizer.zero_grad(set_to_none=True)
    loss_of(network(x), t).backward()
    optimizer.step()


def accuracy(network, x, t):
    with torch.no_grad():
        return (network(x).argmax(dim=1) == t).float().mean().item()


# An experiment is a generator, scale -> its result: what is before its one `yield`, the reading of
# data, is not timed.


def optimizer_compare_mnist(scale):
    x, t = load_mnist("train", 60000)
    yield
    optimizers = {
        "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.01),
        "Momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
        "AdaGrad": lambda parameters: torch.optim.Adagrad(parameters, lr=0.01, eps=1e-7),
        "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.001, eps=1e-7),
    }
    cross_entropy = nn.CrossEntropyLoss()
    result = {}
    for name, make_optimizer in optimizers.items():
        torch.manual_seed(0)
        network = he_network([100] * 4)
        optimizer = make_optimizer(network.parameters())
        losses = []
        for _ in range(peer.scaled(2000, scale)):
            batch = mini_batch(x, t, 128)
            learn(network, optimizer, cross_entropy, *batch)
            with torch.no_grad():
                losses.append(cross_entropy(network(batch[0]), batch[1]).item())
        result[name] = float(np.mean(losses[-100:]))
    return {"loss": result}


def overfit_weight_decay(scale):
    train, test = load_mnist("train", 300), load_mnist("t10k", 10000)
    yield
    result = {}
    for weight_decay in (0, 0.1):
        torch.manual_seed(0)
        network = he_network([100] * 6)
        affines = [layer for layer in network if isinstance(layer, nn.Linear)]
        optimizer = torch.optim.SGD([
            {"params": [a.weight for a in affines], "weight_decay": weight_decay},
            {"params": [a.bias for a in affines]}], lr=0.01)
        for i in range(3 * (peer.scaled(201, scale) - 1) + 1):  # 3 mini-batches are an epoch
            learn(network, optimizer, nn.CrossEntropyLoss(), *mini_batch(*train, 100))
            if i % 3 == 0:
                accuracies = accuracy(network, *train), accuracy(network, *test)
        result[f"weight decay {weight_decay}"] = accuracies
    return {"training, test accuracy": result}


EXPERIMENTS = {function.__name__: function
               for function in (optimizer_compare_mnist, overfit_weight_decay)}


def main():
    parser = argparse.ArgumentParser(description="An experiment of chapter 6 in PyTorch.")
    parser.add_argument("experiment", choices=EXPERIMENTS, metavar="EXPERIMENT",
                        help=", ".join(EXPERIMENTS))
    parser.add_argument("--scale", type=float, default=1, help="the part of the experiment to run")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    result, seconds = peer.timed(EXPERIMENTS[arguments.experiment](arguments.scale))
    peer.print_result(
        experiment=arguments.experiment, version=f"PyTorch {torch.__version__}", dtype="float32",
        scale=arguments.scale, seconds=seconds, extrapolated_seconds=None,
        threads=torch.get_num_threads(), result=result)


if __name__ == "__main__":
    main()
