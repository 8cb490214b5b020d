"""Writes sine_digits.csv: python3 make_sine_digits.py > sine_digits.csv

The golden numbers were computed from inputs that contain NumPy's sin(x) * 43758.5453. On a CPU with AVX-512 NumPy
(1.22 and later) has a sine of its own, which differs from the C library's by up to 3 units in the last place; the
factor makes 1e-11 of that. So the last hexadecimal digit of each of NumPy's sines is written down: with it, any sine
that is right to a few units in the last place becomes NumPy's.

Run it with NumPy 1.24 (Debian 12's python3-numpy) on a CPU with AVX-512; the tests fail if it was another.
"""

import numpy as np

SHAPES = {
    **{1: (3, 4)}, **{10 + s: (3, 4) for s in range(6)},  # optimizer_steps.csv
    **{2: (1, 5), 3: (1, 5)}, **{20 + s: (6, 5) for s in range(4)}, **{30 + s: (6, 5) for s in range(3)},  # batch_norm.csv
    **{90: (7, 5)},  # network_gradients.csv
    # The parameters of both networks: those of the small one are the first rows and columns of the large one's.
    **{41: (784, 100), 42: (100, 100), 43: (100, 100), 44: (100, 100), 45: (100, 10)},
    **{tag + l: (1, 100) for tag in (60, 70, 80) for l in range(1, 6)},
}

print("tag,rows,columns,digits")
for tag, (rows, columns) in sorted(SHAPES.items()):
    i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
    sine = np.sin(12.9898 * i + 78.233 * j + 37.719 * tag)
    digits = "".join("%x" % (bits & 15) for bits in sine.view(np.uint64).ravel().tolist())
    print(f"{tag},{rows},{columns},{digits}")
