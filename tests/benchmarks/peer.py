"""What numpy_chapter6.py and torch_chapter6.py share: the data, the clock, and the line that they
print."""

import ctypes
import gzip
import json
import pathlib
import time

import numpy as np

MNIST = pathlib.Path(__file__).resolve().parents[2] / "datasets" / "mnist"


def _read_idx(name, header, count):
    with gzip.open(MNIST / f"{name}.gz") as file:
        file.read(header)
        return np.frombuffer(file.read(count), np.uint8)


def load_mnist(part, count, dtype):
    """The first `count` images of "train" or "t10k": x [count, 784] in [0, 1], t [count]."""
    pixels = _read_idx(f"{part}-images-idx3-ubyte", 16, count * 784)
    x = pixels.reshape(count, 784).astype(dtype)
    x /= 255
    return x, _read_idx(f"{part}-labels-idx1-ubyte", 8, count).astype(np.intp)


def scaled(count, scale):
    return max(1, round(count * scale))


def timed(experiment):
    """Runs a generator that reads its data, yields once, and then does its work.
    -> what it returns, and the seconds of the work"""
    next(experiment)
    start = time.perf_counter()
    try:
        next(experiment)
    except StopIteration as stop:
        return stop.value, time.perf_counter() - start


def openblas():
    """Core type and threads of the OpenBLAS of this process; None of one that is not found."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "libopenblas" in line}
    for path in paths:
        library = ctypes.CDLL(path)
        try:
            library.openblas_get_corename.restype = ctypes.c_char_p
            library.openblas_get_config.restype = ctypes.c_char_p
            return {
                "core_type": library.openblas_get_corename().decode(),
                "blas_threads": library.openblas_get_num_threads(),
                "blas": " ".join(library.openblas_get_config().decode().split()[:2]),
            }
        except AttributeError:  # the functions have other names in this build
            pass
    return {"core_type": None, "blas_threads": None, "blas": None}


def print_result(**values):
    """The one JSON line."""
    print(json.dumps({**values, **openblas()}))
