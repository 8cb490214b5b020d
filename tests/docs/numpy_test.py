"""The NumPy of the pages (docs/en/bridge.md, docs/en/extend.md), run, beside the numbers of the book's Python in
tests/golden, which the C++ is held to as well."""
import csv
import gzip
import pathlib
import re
import tempfile
import unittest

import numpy as np

GOLDEN = pathlib.Path("tests/golden")
MNIST = pathlib.Path("datasets/mnist")


def blocks(page):
    """What the page's blocks of Python define."""
    names = {}
    for block in re.findall(r"^```python\n(import.*?|def.*?|class.*?)^```", pathlib.Path(page).read_text(), re.M | re.S):
        exec(block, names)
    return names


BRIDGE = blocks("docs/en/bridge.md")


def golden(name):
    with open(GOLDEN / name, newline="") as file:
        return list(csv.DictReader(file))


def mat(tag, rows, columns, scale):
    """tests/golden/README.md"""
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    s = np.sin(12.9898 * i + 78.233 * j + 37.719 * tag) * 43758.5453
    return scale * np.sqrt(12) * (s - np.floor(s) - 0.5)


def idx(name):
    file = gzip.decompress((MNIST / f"{name}.gz").read_bytes())
    shape = np.frombuffer(file, ">u4", file[3], 4)
    return file, np.frombuffer(file, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


class NumpyTest(unittest.TestCase):
    def expect_near(self, actual, expected, tolerance):
        np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=1e-12)

    def test_adam(self):
        W, adam = mat(1, 3, 4, 1), BRIDGE["Adam"]()
        steps = [row for row in golden("optimizer_steps.csv") if row["optimizer"] == "adam"]
        last = max(int(row["step"]) for row in steps)
        self.assertGreater(last, 2)
        for step in range(last + 1):
            if step > 0:
                adam.update(W, mat(10 + step - 1, 3, 4, 1))
            expected = [float(row["value"]) for row in steps if int(row["step"]) == step]
            self.expect_near(W.ravel(), expected, 1e-9)

    def test_learns_with_the_losses_of_the_book(self):
        _, images = idx("train-images-idx3-ubyte")
        _, labels = idx("train-labels-idx1-ubyte")
        x = (images.reshape(len(images), -1).astype(np.float32) / np.float32(255)).astype(np.float64)
        batches = [(x[128 * i:128 * (i + 1)], labels[128 * i:128 * (i + 1)]) for i in range(100)]
        sizes = [784, 100, 100, 100, 100, 10]
        params = [(mat(41 + l, m, n, np.sqrt(2 / m)), np.zeros(n)) for l, (m, n) in enumerate(zip(sizes, sizes[1:]))]
        losses = list(BRIDGE["learn"](params, batches, BRIDGE["Adam"]))
        expected = [float(row["loss"]) for row in golden("mnist_loss_curves.csv")
                    if (row["optimizer"], row["batch_norm"], row["weight_decay"]) == ("adam", "0", "0")]
        self.expect_near(losses, expected, 1e-7)

    def test_batch_norm(self):
        rows = golden("batch_norm.csv")
        gamma, beta = (1 + mat(2, 1, 5, 0.1))[0], mat(3, 1, 5, 1)[0]
        for s in range(3):
            x, dy = (1 + s) * mat(20 + s, 6, 5, 1) + s, mat(30 + s, 6, 5, 1)
            y, x_hat, std = BRIDGE["batch_norm"](x, gamma, beta)
            dx, dgamma, dbeta = BRIDGE["batch_norm_gradient"](dy, x_hat, std, gamma)
            for what, actual in [("out", y), ("dx", dx), ("dgamma", dgamma), ("dbeta", dbeta)]:
                expected = [float(row["value"]) for row in rows if (row["what"], row["step"]) == (what, str(s))]
                self.expect_near(np.ravel(actual), expected, 1e-8)

    def test_initial_weights_and_dropout(self):
        rng = np.random.default_rng(0)
        self.expect_near(BRIDGE["he"](rng, 200, 1000).std(), 0.1, 0.02)
        x = np.full((1000, 100), 3.0)
        self.expect_near(BRIDGE["dropout"](rng, x, 0.2, True).mean(), 2.4, 0.02)
        self.expect_near(BRIDGE["dropout"](rng, x, 0.2, False), 2.4 + 0 * x, 1e-12)

    def test_weight_decay(self):
        W, dW = np.array([1.0, -2.0]), np.array([0.5, 0.5])
        BRIDGE["add_weight_decay"](W, dW, 0.1)
        self.expect_near(dW, [0.6, 0.3], 1e-12)

    def test_own_data_set_is_written_as_mnist_is(self):
        write_idx = blocks("docs/en/extend.md")["write_idx"]
        for name in ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]:
            file, array = idx(name)
            with tempfile.TemporaryDirectory() as directory:
                path = pathlib.Path(directory) / name
                write_idx(path, array)
                self.assertEqual(path.read_bytes(), file)


if __name__ == "__main__":
    unittest.main()
