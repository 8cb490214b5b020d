#!/usr/bin/python3
"""The experiments of chapter 6 in vectorised NumPy, to measure our C++ against.

    numpy_chapter6.py EXPERIMENT [--scale=F] [--dtype=float64|float32] [--check]

Written for this repository, as NumPy is best used: all parameters of a network are views of one
array, so that an optimizer's step is a few operations on long arrays; nothing is computed that the
experiment does not need. Each experiment makes the forward and backward passes and the evaluations
that the binary of the same name in //chapter6 makes, of the book's sizes; where the binary does
more than the book (the test accuracy after 6.1.8 and 6.2.4, the repeated differences at kinks in
6.3, the retraining of the best setting in 6.5, all CSV files), that is left out here, in NumPy's
favour.

Prints one line of JSON. "seconds" is the time of the experiment's loop alone: starting Python,
importing NumPy and reading MNIST are not counted, in NumPy's favour. float64 is what the book's
Python computes in; our C++ computes in float (batch_norm_gradient_check in double).

--scale=0.1 makes a tenth of the iterations, epochs, trials or samples. batch_norm_gradient_check
then compares a random tenth of the parameters, and "extrapolated_seconds" says what all would take.
--check compares back-propagation with central differences and the optimizers with known paths.

Needs NumPy (Debian: python3-numpy) and nothing else.
"""

import argparse
import sys

import numpy as np

import peer


class Affine:
    def __init__(self, W, b, dW, db, is_first):
        self.W, self.b, self.dW, self.db, self.is_first = W, b, dW, db, is_first

    def forward(self, x, training):
        self.x = x
        a = x @ self.W
        a += self.b
        return a

    def backward(self, da):
        np.matmul(self.x.T, da, out=self.dW)
        np.sum(da, axis=0, out=self.db)
        return None if self.is_first else da @ self.W.T


class BatchNorm:
    def __init__(self, gamma, beta, dgamma, dbeta, momentum=0.9):
        self.gamma, self.beta, self.dgamma, self.dbeta = gamma, beta, dgamma, dbeta
        self.momentum = momentum
        self.running_mean, self.running_var = np.zeros_like(gamma), np.zeros_like(gamma)

    def forward(self, x, training):
        if not training:
            x_hat = (x - self.running_mean) / np.sqrt(self.running_var + 1e-6)
            return self.gamma * x_hat + self.beta
        mu = x.mean(axis=0)
        x_c = x - mu
        var = np.square(x_c).mean(axis=0)
        self.std = np.sqrt(var + 1e-6)
        self.x_hat = x_c / self.std
        self.running_mean += (1 - self.momentum) * (mu - self.running_mean)
        self.running_var += (1 - self.momentum) * (var - self.running_var)
        return self.gamma * self.x_hat + self.beta

    def backward(self, dy):
        np.sum(dy, axis=0, out=self.dbeta)
        np.sum(self.x_hat * dy, axis=0, out=self.dgamma)
        return (self.gamma / self.std) * (
            dy - self.dbeta / len(dy) - self.x_hat * (self.dgamma / len(dy)))


class Sigmoid:
    def forward(self, a, training):
        self.y = 1 / (1 + np.exp(-a))
        return self.y

    def backward(self, dy):
        return dy * self.relative_derivative() / 4

    def relative_derivative(self):
        """h'(a), divided by its largest value."""
        return 4 * self.y * (1 - self.y)


class Tanh:
    def forward(self, a, training):
        self.y = np.tanh(a)
        return self.y

    def backward(self, dy):
        return dy * self.relative_derivative()

    def relative_derivative(self):
        return 1 - self.y * self.y


class Relu:
    def forward(self, a, training):
        self.y = np.maximum(a, 0)
        return self.y

    def backward(self, dy):
        return dy * self.relative_derivative()

    def relative_derivative(self):
        return self.y > 0


class Dropout:
    """The book's: no scaling in training, by 1 - ratio in evaluation."""

    def __init__(self, ratio, rng):
        self.ratio, self.rng = ratio, rng

    def forward(self, x, training):
        if not training:
            return x * x.dtype.type(1 - self.ratio)
        self.mask = self.rng.random(x.shape, x.dtype) > self.ratio
        return x * self.mask

    def backward(self, dy):
        return dy * self.mask


class SoftmaxWithLoss:
    def forward(self, a, t):
        self.y = np.exp(a - a.max(axis=1, keepdims=True))
        self.y /= self.y.sum(axis=1, keepdims=True)
        self.t = t
        return -np.log(self.y[np.arange(len(t)), t] + 1e-7).mean()

    def backward(self):
        da = self.y.copy()
        da[np.arange(len(self.t)), self.t] -= 1
        da /= len(self.t)
        return da


class Network:
    """x -> [Affine -> (batch norm) -> ReLU -> (dropout)] for each hidden layer -> Affine, softmax.

    `init`: the standard deviation of the initial weights as a function of the fan-in."""

    def __init__(self, hidden, init, rng, dtype, batch_norm=False, dropout=0, weight_decay=0):
        self.weight_decay = weight_decay
        sizes = [784, *hidden, 10]
        shapes = []
        for l, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
            shapes += [(n_in, n_out), (n_out,)]
            if batch_norm and l < len(hidden):
                shapes += [(n_out,), (n_out,)]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        self.values, self.gradients = np.zeros((2, ends[-1]), dtype)
        cut = lambda flat: [part.reshape(shape)
                            for part, shape in zip(np.split(flat, ends[:-1]), shapes)]
        parameters = zip(cut(self.values), cut(self.gradients))

        self.layers, self.softmax_with_loss = [], SoftmaxWithLoss()
        self.affines = []
        for l, n_in in enumerate(sizes[:-1]):
            (W, dW), (b, db) = next(parameters), next(parameters)
            W[:] = init(n_in) * rng.standard_normal(W.shape)
            self.affines.append(Affine(W, b, dW, db, is_first=l == 0))
            self.layers.append(self.affines[-1])
            if l == len(hidden):
                break
            if batch_norm:
                (gamma, dgamma), (beta, dbeta) = next(parameters), next(parameters)
                gamma[:] = 1
                self.layers.append(BatchNorm(gamma, beta, dgamma, dbeta))
            self.layers.append(Relu())
            if dropout:
                self.layers.append(Dropout(dropout, rng))

    def predict(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def loss(self, x, t, training=False):
        loss = self.softmax_with_loss.forward(self.predict(x, training), t)
        if self.weight_decay:
            loss += self.weight_decay / 2 * sum(np.vdot(a.W, a.W) for a in self.affines)
        return loss

    def gradient(self, x, t):
        """Leaves the gradient of the loss in self.gradients."""
        loss = self.loss(x, t, training=True)
        dout = self.softmax_with_loss.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        if self.weight_decay:
            for affine in self.affines:
                affine.dW += self.weight_decay * affine.W
        return loss

    def accuracy(self, x, t):
        rows = 1000  # at a time, for the caches
        return sum(np.count_nonzero(self.predict(x[i:i + rows]).argmax(axis=1) == t[i:i + rows])
                   for i in range(0, len(x), rows)) / len(x)


class SGD:
    def __init__(self, W, eta=0.01):
        self.eta = eta

    def step(self, W, g):
        W -= self.eta * g


class Momentum:
    def __init__(self, W, eta=0.01, alpha=0.9):
        self.eta, self.alpha, self.v = eta, alpha, np.zeros_like(W)

    def step(self, W, g):
        self.v *= self.alpha
        self.v -= self.eta * g
        W += self.v


class AdaGrad:
    def __init__(self, W, eta=0.01):
        self.eta, self.h = eta, np.zeros_like(W)

    def step(self, W, g):
        self.h += g * g
        W -= self.eta * g / (np.sqrt(self.h) + 1e-7)


class Adam:
    def __init__(self, W, eta=0.001, beta1=0.9, beta2=0.999):
        self.eta, self.beta1, self.beta2 = eta, beta1, beta2
        self.m, self.v, self.t = np.zeros_like(W), np.zeros_like(W), 0

    def step(self, W, g):
        self.t += 1
        eta_t = self.eta * (1 - self.beta2**self.t) ** 0.5 / (1 - self.beta1**self.t)
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g * g - self.v)
        W -= eta_t * self.m / (np.sqrt(self.v) + 1e-7)


def he(fan_in):
    return (2 / fan_in) ** 0.5


def xavier(fan_in):
    return (1 / fan_in) ** 0.5


def std(value):
    return lambda fan_in: value


def smoothed_last(losses):
    """For a figure of merit that does not depend on one mini-batch."""
    return float(np.mean(losses[-100:]))


def mini_batch(rng, x, t, batch_size):
    rows = rng.integers(len(x), size=batch_size)
    return x[rows], t[rows]


def loss_curve(x, t, network, optimizer, rng, iterations):
    """6.1.8 and 6.2.4: the loss of each mini-batch after its update."""
    losses = []
    for _ in range(iterations):
        batch = mini_batch(rng, x, t, 128)
        network.gradient(*batch)
        optimizer.step(network.values, network.gradients)
        losses.append(network.loss(*batch))
    return losses


def learn_for_epochs(x, t, network, eta, rng, epochs, *evaluated):
    """6.3.2, 6.4, 6.5, with SGD. -> the accuracies on each of the data sets `evaluated`, after the
    first update and then once an epoch, until that has been done `epochs` times"""
    optimizer = SGD(network.values, eta)
    iterations_per_epoch = len(x) // 100
    accuracies = []
    for i in range((epochs - 1) * iterations_per_epoch + 1):
        network.gradient(*mini_batch(rng, x, t, 100))
        optimizer.step(network.values, network.gradients)
        if i % iterations_per_epoch == 0:
            accuracies.append([network.accuracy(*data) for data in evaluated])
    return accuracies


# An experiment is a generator, (scale, dtype) -> its result: what is before its one `yield`, the
# reading of data, is not timed.


def optimizer_compare_mnist(scale, dtype):
    data = peer.load_mnist("train", 60000, dtype)
    yield
    result = {}
    for optimizer in (SGD, Momentum, AdaGrad, Adam):
        rng = np.random.default_rng(0)
        network = Network([100] * 4, he, rng, dtype)
        losses = loss_curve(*data, network, optimizer(network.values), rng,
                            peer.scaled(2000, scale))
        result[optimizer.__name__] = smoothed_last(losses)
    return {"loss": result}


def weight_init_compare(scale, dtype):
    data = peer.load_mnist("train", 60000, dtype)
    yield
    result = {}
    for name, init in (("std=0.01", std(0.01)), ("xavier", xavier), ("he", he)):
        rng = np.random.default_rng(0)
        network = Network([100] * 4, init, rng, dtype)
        losses = loss_curve(*data, network, SGD(network.values), rng, peer.scaled(2000, scale))
        result[name] = smoothed_last(losses)
    return {"loss": result}


def weight_init_activation_histogram(scale, dtype):
    samples, nodes, layers = peer.scaled(1000, scale), 100, 5
    yield
    result = {}
    for activation in (Sigmoid, Tanh, Relu):
        for name, init in (("std=1", std(1)), ("std=0.01", std(0.01)), ("xavier", xavier),
                           ("he", he)):
            rng = np.random.default_rng(0)
            y = rng.standard_normal((samples, nodes), dtype)
            stack, stds = [], []
            for _ in range(layers):
                W = (init(nodes) * rng.standard_normal((nodes, nodes))).astype(dtype)
                b, dW, db = np.zeros(nodes, dtype), np.empty_like(W), np.empty(nodes, dtype)
                affine, h = Affine(W, b, dW, db, is_first=False), activation()
                y = h.forward(affine.forward(y, True), True)
                stack.append((affine, h))

            low = -1 if activation is Tanh else 0
            high = max(h.y.max() for _, h in stack) if activation is Relu else 1
            dy = rng.standard_normal((samples, nodes), dtype)
            for affine, h in reversed(stack):
                da = h.backward(dy)
                dy = affine.backward(da)
                np.histogram(h.y, 30, (low, high))
                with np.errstate(divide="ignore"):
                    np.histogram(np.clip(np.log10(np.abs(da)), -12, 6), 36, (-12, 6))
                saturated = h.relative_derivative() < 0.1
                stds.append((h.y.mean(), h.y.std(), da.std(), saturated.mean(),
                             saturated.all(axis=0).mean()))
            result[f"{activation.__name__} {name}"] = float(stds[0][1])
    return {"std of the last layer's y": result}


def batch_norm_gradient_check(scale, dtype):
    """On 10 samples and, as in the book, on 1. Two forward passes for each parameter."""
    data = peer.load_mnist("train", 10, dtype)
    yield
    result = {}
    for samples, h in ((10, 1e-5), (1, 1e-4)):
        rng = np.random.default_rng(0)
        network = Network([100, 100], he, rng, dtype, batch_norm=True)
        size = network.values.size
        checked = rng.choice(size, peer.scaled(size, scale), replace=False)
        differences = gradient_differences(network, *(d[:samples] for d in data), h, checked)
        result[f"{samples} samples"] = float(np.abs(differences).mean())
    return {"mean |difference|": result}


def gradient_differences(network, x, t, h, checked):
    """Back-propagation minus central differences, for the elements `checked` of the parameters."""
    network.gradient(x, t)
    W, differences = network.values, network.gradients[checked]
    for i, k in enumerate(checked):
        value = W[k]
        W[k] = value + h
        above = network.loss(x, t, training=True)
        W[k] = value - h
        below = network.loss(x, t, training=True)
        W[k] = value
        differences[i] -= (above - below) / (2 * h)
    return differences


def batch_norm_compare(scale, dtype):
    epochs, data = peer.scaled(20, scale), peer.load_mnist("train", 1000, dtype)
    yield
    result = {}
    for value in np.logspace(0, -4, 16):
        for batch_norm in (False, True):
            rng = np.random.default_rng(0)
            network = Network([100] * 5, std(value), rng, dtype, batch_norm=batch_norm)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # it may diverge
                accuracies = learn_for_epochs(*data, network, 0.01, rng, epochs, data)
            result.setdefault(f"{value:.4g}", []).append(accuracies[-1][0])
    return {"training accuracy without, with batch norm": result}


def overfit(methods, epochs, dtype):
    """6.4: networks with the arguments `methods`, on 300 images."""
    train, test = peer.load_mnist("train", 300, dtype), peer.load_mnist("t10k", 10000, dtype)
    yield
    result = {}
    for method in methods:
        rng = np.random.default_rng(0)
        network = Network([100] * 6, he, rng, dtype, **method)
        result[str(method)] = learn_for_epochs(*train, network, 0.01, rng, epochs, train, test)[-1]
    return {"training, test accuracy": result}


def overfit_weight_decay(scale, dtype):
    return overfit([{}, {"weight_decay": 0.1}], peer.scaled(201, scale), dtype)


def overfit_dropout(scale, dtype):
    return overfit([{}, {"dropout": 0.2}], peer.scaled(301, scale), dtype)


def hyperparameter_optimization(scale, dtype):
    x, t = peer.load_mnist("train", 500, dtype)
    yield
    rng = np.random.default_rng(0)
    order = rng.permutation(500)
    validation, train = (x[order[:100]], t[order[:100]]), (x[order[100:]], t[order[100:]])
    best = 0
    for _ in range(peer.scaled(100, scale)):
        weight_decay, eta = 10 ** rng.uniform(-8, -4), 10 ** rng.uniform(-6, -2)
        network = Network([100] * 6, he, rng, dtype, weight_decay=weight_decay)
        accuracies = learn_for_epochs(*train, network, eta, rng, 50, validation, train)
        best = max(best, accuracies[-1][0])
    return {"best validation accuracy": best}


EXPERIMENTS = {function.__name__: function for function in (
    optimizer_compare_mnist, weight_init_activation_histogram, weight_init_compare,
    batch_norm_gradient_check, batch_norm_compare, overfit_weight_decay, overfit_dropout,
    hyperparameter_optimization)}


class FixedMask:
    """For the check: draws the same dropout mask in every forward pass."""

    def random(self, shape, dtype):
        return np.random.default_rng(1).random(shape, dtype)


def check():
    """Whether the gradients of all kinds of network, and the optimizers, are right."""
    x, t = peer.load_mnist("train", 10, np.float64)
    right = True
    for kind in ({}, {"batch_norm": True}, {"weight_decay": 0.1}, {"dropout": 0.2}):
        rng = np.random.default_rng(0)
        network = Network([20, 20, 20], he, rng, np.float64, **kind)
        for layer in network.layers:
            if isinstance(layer, Dropout):
                layer.rng = FixedMask()
        checked = rng.choice(network.values.size, 2000, replace=False)
        differences = gradient_differences(network, x, t, 1e-6, checked)
        error = np.abs(differences).max() / np.abs(network.gradients).max()
        right &= error < 1e-5  # the book's log(y + 1e-7) alone makes about 1e-6
        print(f"gradient, {kind or 'plain'}: largest difference / largest gradient {error:.1e}")

    for optimizer, eta, last in ((SGD, 0.95, (-0.38717458, -0.09420257)),
                                 (Momentum, 0.1, (0.81411215, 0.27287785)),
                                 (AdaGrad, 1.5, (-0.13618540, 0)),
                                 (Adam, 0.3, (0.02014906, 0.32195722))):
        W = np.array([-7.0, 2.0])
        steps = optimizer(W, eta)
        for _ in range(29):
            steps.step(W, W * (0.1, 2))  # of x^2 / 20 + y^2
        right &= np.allclose(W, last, atol=1e-8)
        print(f"{optimizer.__name__}: after 29 steps at {W}, expected {last}")
    print("right" if right else "wrong")
    return right


def main():
    parser = argparse.ArgumentParser(description="An experiment of chapter 6 in NumPy.")
    parser.add_argument("experiment", nargs="?", choices=EXPERIMENTS, metavar="EXPERIMENT",
                        help=", ".join(EXPERIMENTS))
    parser.add_argument("--scale", type=float, default=1, help="the part of the experiment to run")
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    parser.add_argument("--check", action="store_true", help="check this script instead")
    arguments = parser.parse_args()
    if arguments.check:
        sys.exit(not check())
    if arguments.experiment is None:
        parser.error("expected an EXPERIMENT or --check")
    gradient_check = arguments.experiment == "batch_norm_gradient_check"
    if gradient_check and arguments.dtype == "float32":
        parser.error("central differences need --dtype=float64")

    experiment = EXPERIMENTS[arguments.experiment]
    result, seconds = peer.timed(experiment(arguments.scale, np.dtype(arguments.dtype)))
    extrapolated = gradient_check and arguments.scale < 1
    peer.print_result(
        experiment=arguments.experiment, version=f"NumPy {np.__version__}", dtype=arguments.dtype,
        scale=arguments.scale, seconds=seconds,
        extrapolated_seconds=seconds / arguments.scale if extrapolated else None, result=result)


if __name__ == "__main__":
    main()
