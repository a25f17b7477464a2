"""Derive what the figure of forecasts starts from: the series, the fits, a network's forecasts.

``forecast-weights.mjs`` goes with the page: the yearly sunspot numbers, the coefficients of the two
autoregressions, for every forecaster the ends of the middle 80 % of its errors on the years before
the test, by horizon, in square roots, and the forecasts of the chapter's first GRU and first flat
net, which the page cannot compute itself.

    python explorables/forecast_weights.py      # writes it
"""

import json
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "explorables" / "forecast-weights.mjs"
DATA = ROOT / "chapters" / "data" / "sunspots.csv"
CUT, AHEAD, WIDTH = 260, 11, 9
EPOCHS = {"GRU": 21, "flat net": 35}  # as the chapter's validation part chose them
ORIGINS = np.arange(CUT - 1, 308)  # of the test
EARLY = np.arange(20, CUT - AHEAD)  # before it


def series():
    """The yearly means."""
    return np.loadtxt(DATA, delimiter=",", skiprows=1)[:, 1]


def squared(z):
    """From roots to numbers; a negative root counts as none."""
    return np.maximum(z, 0) ** 2


def autoregression(z, p=9):
    """Least squares on the last p values, the newest first, after a constant."""
    last = np.arange(p - 1, len(z) - 1)
    rows = np.c_[np.ones(len(last)), z[last[:, None] - np.arange(p)]]
    return np.linalg.lstsq(rows, z[last + 1])[0]


def run(c, past):
    """Recursive forecasts of an autoregression."""
    z = list(past)
    for _ in range(AHEAD):
        z.append(c[0] + c[1:] @ z[: -len(c) : -1])
    return np.array(z[-AHEAD:])


def network(kind, z):
    """The first of the chapter's ten of a kind, trained on the scaled roots before the test."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    flat = [layers.Flatten(), layers.Dense(16, "tanh")]
    cell = flat if kind == "flat net" else [layers.GRU(16, unroll=True)]
    net = keras.Sequential([keras.Input((WIDTH, 1)), *cell, layers.Dense(1)])
    i = np.arange(WIDTH, CUT)
    x, y = z[i[:, None] + np.arange(-WIDTH, 0), None], z[i, None]
    x, y = tf.constant(x, "float32"), tf.constant(y, "float32")
    adam, weights = keras.optimizers.Adam(0.01), net.trainable_variables
    adam.build(weights)

    @tf.function
    def step(rows):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(tf.gather(x, rows)) - tf.gather(y, rows)) ** 2)
        adam.apply(tape.gradient(loss, weights), weights)

    rng = np.random.default_rng(0)
    for _ in range(EPOCHS[kind]):
        order = rng.permutation(len(i))
        for first in range(0, len(i) - 31, 32):
            step(tf.constant(order[first : first + 32]))
    return net


def recursive(net, z, origins):
    """Forecasts of the network in scaled roots."""
    x = z[origins[:, None] + np.arange(1 - WIDTH, 1)]
    ask = tf.function(lambda x: net(x))
    for _ in range(AHEAD):
        x = np.c_[x, ask(tf.constant(x[:, -WIDTH:, None], "float32")).numpy()]
    return x[:, WIDTH:]


def tails(errors):
    """The ends of the middle 80 % of errors, by horizon, in hundredths."""
    return np.rint(100 * np.quantile(errors, [0.1, 0.9], axis=0)).astype(int).tolist()


def derive():
    """What the page gets."""
    spots = series()
    root = np.sqrt(spots)
    plain, rooted = autoregression(spots[:CUT]), autoregression(root[:CUT])
    mean, std = root[:CUT].mean(), root[:CUT].std()
    z = (root - mean) / std
    nets = {kind: network(kind, z) for kind in EPOCHS}
    forecasters = {
        "persistence": lambda o: np.full(AHEAD, spots[o]),
        "seasonal": lambda o: spots[o - 10 : o + 1],
        "drift": lambda o: spots[o] + np.arange(1, 12) * (spots[o] - spots[0]) / o,
        "AR": lambda o: run(plain, spots[: o + 1]),
        "root AR": lambda o: squared(run(rooted, root[: o + 1])),
    }
    early = {name: np.stack([f(o) for o in EARLY]) for name, f in forecasters.items()}
    late = {}
    for kind, net in nets.items():
        early[kind] = squared(recursive(net, z, EARLY) * std + mean)
        late[kind] = np.rint(squared(recursive(net, z, ORIGINS) * std + mean))
    true = np.stack([root[o + 1 : o + 12] for o in EARLY])
    return {
        "spots": spots.tolist(),
        "plain": [float(f"{c:.5g}") for c in plain],
        "root": [float(f"{c:.5g}") for c in rooted],
        "tails": {name: tails(true - np.sqrt(np.maximum(f, 0))) for name, f in early.items()},
        "nets": {kind: paths.astype(int).tolist() for kind, paths in late.items()},
    }


def stored():
    """What goes with the page."""
    return json.loads(re.search(r"= (.*);", PAGE.read_text("utf-8"))[1])


def write():
    """Write the file."""
    text = json.dumps(derive(), separators=(",", ":")).replace(".0,", ",").replace(".0]", "]")
    PAGE.write_text(f"export const forecasts = {text};\n", encoding="utf-8")


if __name__ == "__main__":
    write()
