"""Derive from Keras what the interactive figures start from and are checked against.

``weights.mjs`` goes with the page: the initial weights of the chapters' many-to-one network, the
order in which the fit takes its windows, and the trained weights of one LSTM and one GRU unit that
keep a number, each as JSON with a name before it.
``tests/browser/reference.json`` stays with the tests: what Keras computes with them.

    python explorables/weights.py      # writes both
"""

import json
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras.layers import GRU, LSTM

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "explorables" / "weights.mjs"
NAMED = re.compile(r"^export const (\w+) = (.*);$", re.MULTILINE)
REFERENCE = ROOT / "tests" / "browser" / "reference.json"


def many_to_one():
    """The chapters' network; its weights depend on the two other models being built around it."""
    keras.utils.set_random_seed(0)
    x_many, x_one = keras.Input((2, 2)), keras.Input((1, 2))
    h_many = keras.layers.SimpleRNN(3, return_sequences=True)(x_many)
    h_one = keras.layers.SimpleRNN(3, return_sequences=True)(x_one)
    keras.layers.SimpleRNN(1, return_sequences=True)(h_many)
    y_many_to_one = keras.layers.SimpleRNN(1)(h_many)
    keras.layers.SimpleRNN(1)(h_one)
    return keras.Model(x_many, y_many_to_one)


def order(count=78):
    """The order in which the sin·cos chapter takes its windows, in every epoch of the fit."""
    keras.utils.set_random_seed(0)
    return tf.function(lambda: tf.random.shuffle(tf.range(count)))().numpy().tolist()


def gated(layer):
    """A GRU or LSTM under a Dense layer, its biases not zero so that all rows are tested."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4, 2)), layer(3), keras.layers.Dense(1)])
    rng = np.random.default_rng(1)
    model.set_weights([w + rng.normal(0, 0.1, w.shape) for w in model.get_weights()])
    return model


def marked(count, rng, steps=100, often=0.03):
    """Numbers, marks at some of them, and at every step the number at the last mark."""
    v, m = rng.uniform(-1, 1, (count, steps)), rng.uniform(size=(count, steps)) < often
    m[:, 0] = True
    last = np.maximum.accumulate(np.where(m, np.arange(steps), 0), axis=1)
    y = np.take_along_axis(v, last, axis=1)[..., None]
    return np.stack([v, m], axis=2).astype("float32"), y.astype("float32")


def sigmoid(a):
    """The function of the gates."""
    return 1 / (1 + np.exp(-a))


def lstm_loss(x, y, W, U, b, V, c):
    """Gradients of the mean squared error of a Dense layer on an LSTM of one unit."""
    h = s = np.zeros_like(x[:, 0, :1])
    tape, a = [], x @ W + b
    for t in range(x.shape[1]):
        old = h, s
        i, f, g, o = np.split(a[:, t] + h @ U, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        s = f * s + i * g
        h = o * np.tanh(s)
        tape.append((*old, i, f, g, o, np.tanh(s), h))
    error = 2 * (np.stack([step[-1] for step in tape], axis=1) @ V + c - y) / y.size
    dh = ds = 0
    das = []
    for t in reversed(range(x.shape[1])):
        _, before, i, f, g, o, out, _ = tape[t]
        dh = dh + error[:, t] @ V.T
        ds = ds + dh * o * (1 - out * out)
        da = [ds * g * i * (1 - i), ds * before * f * (1 - f), ds * i * (1 - g * g)]
        das.append(np.concatenate([*da, dh * out * o * (1 - o)], axis=1))
        dh, ds = das[-1] @ U.T, ds * f
    return through(x, tape, das, das, error, 1)


def gru_loss(x, y, W, U, b, V, c):
    """The same for a GRU, as Keras has it (reset_after)."""
    h = np.zeros_like(x[:, 0, :1])
    tape, a = [], x @ W + b[0]
    for t in range(x.shape[1]):
        old, s = h, h @ U + b[1]
        z, r = sigmoid(a[:, t, :1] + s[:, :1]), sigmoid(a[:, t, 1:2] + s[:, 1:2])
        g = np.tanh(a[:, t, 2:] + r * s[:, 2:])
        h = z * h + (1 - z) * g
        tape.append((old, z, r, g, s[:, 2:], h))
    error = 2 * (np.stack([step[-1] for step in tape], axis=1) @ V + c - y) / y.size
    dh = 0
    das, dss = [], []
    for t in reversed(range(x.shape[1])):
        before, z, r, g, s, _ = tape[t]
        dh = dh + error[:, t] @ V.T
        dg = dh * (1 - z) * (1 - g * g)
        gates = [dh * (before - g) * z * (1 - z), dg * s * r * (1 - r)]
        das.append(np.concatenate([*gates, dg], axis=1))
        dss.append(np.concatenate([*gates, dg * r], axis=1))
        dh = dh * z + dss[-1] @ U.T
    return through(x, tape, das, dss, error, 2)


def through(x, tape, das, dss, error, biases):
    """The gradients in all weights, from those of the sums at every step, the last step first."""
    da, ds = (np.stack(each[::-1], axis=1) for each in (das, dss))
    before, h = (np.stack([step[k] for step in tape], axis=1) for k in (0, -1))

    def product(rows, columns):
        return np.einsum("nti,ntj->ij", rows, columns)

    sums = [da.sum((0, 1)), ds.sum((0, 1))][:biases]
    db = np.stack(sums) if biases == 2 else sums[0]
    return product(x, da), product(before, ds), db, product(h, error), error.sum((0, 1))


def keeper(layer, loss):
    """One unit that keeps the number at the last mark, under a Dense layer, as in the chapter.

    A thousand updates by Adam on new sequences, the gradient clipped to a length of one.
    """
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None, 2)), layer(1), keras.layers.Dense(1)])
    weights, rng = model.get_weights(), np.random.default_rng(0)
    m, v = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for k in range(1, 1001):
        found = loss(*marked(50, rng), *weights)
        size = np.sqrt(sum((g**2).sum() for g in found))
        for j, g in enumerate(found):
            g = g * min(1, 1 / size)
            m[j] += 0.1 * (g - m[j])
            v[j] += 0.001 * (g * g - v[j])
            step = m[j] / (1 - 0.9**k) / (np.sqrt(v[j] / (1 - 0.999**k)) + 1e-7)
            weights[j] = (weights[j] - 0.03 * step).astype("float32")
    model.set_weights(weights)
    return model


def walk(model):
    """What the cell of a keeper holds at every step of a sequence, h first, and the answers."""
    x, _ = marked(1, np.random.default_rng(1), 60, 0.1)
    layer, dense = model.layers
    states, held = [np.zeros((1, 1), "float32")] * (2 if isinstance(layer, LSTM) else 1), []
    for t in range(x.shape[1]):
        _, states = layer.cell(x[:, t], states)
        held.append([float(state[0, 0]) for state in states])
    answers = dense(np.array(held, "float32")[:, :1])
    return {"x": numbers(x[0]), "states": numbers(held), "answers": numbers(answers)}


def windows():
    """98 windows of two samples [sin t, cos t], and sin t cos t at the time after each."""
    t = np.linspace(0, 10, 100)
    samples = np.stack([np.sin(t), np.cos(t)], axis=1)
    x = np.stack([samples[i : i + 2] for i in range(98)])
    return x.astype("float32"), (np.sin(t) * np.cos(t))[2:, None].astype("float32")


def numbers(array, digits=9):
    """Nested lists of the shortest decimals that give the same float32 back."""
    return np.vectorize(lambda value: float(f"{value:.{digits}g}"))(np.asarray(array)).tolist()


def gradients(model, x, y):
    """Prediction, and the gradient of the mean squared error in every weight."""
    with tf.GradientTape() as tape:
        prediction = model(x)
        loss = tf.reduce_mean((prediction - y) ** 2)
    found = tape.gradient(loss, model.trainable_variables)
    return {
        "weights": [numbers(w) for w in model.get_weights()],
        "x": numbers(x),
        "y": numbers(y),
        "prediction": numbers(prediction),
        "gradients": [numbers(g) for g in found],
    }


def curve(epochs=500, batch=10, held_back=20):
    """Training loss per epoch of the chapters' fit, its windows in order (no shuffling)."""
    model, (x, y) = many_to_one(), windows()
    x, y = x[:-held_back], y[:-held_back]
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)

    @tf.function
    def epoch():
        total = 0.0
        for first in range(0, len(x), batch):
            target = y[first : first + batch]
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(
                    (model(x[first : first + batch], training=True) - target) ** 2
                )
            optimizer.apply(tape.gradient(loss, model.trainable_variables))
            total += loss * len(target)
        return total / len(x)

    return [epoch().numpy() for _ in range(epochs)]


def derive():
    """The weights for the page, and the reference for the tests."""
    x, y = windows()
    rng = np.random.default_rng(0)
    sequences = rng.uniform(-1, 1, (3, 4, 2)).astype("float32")
    model = many_to_one()
    keep = {"keepLSTM": keeper(LSTM, lstm_loss), "keepGRU": keeper(GRU, gru_loss)}
    page = {
        "manyToOne": [numbers(w) for w in model.get_weights()],
        "windowOrder": order(),
        **{name: [numbers(w) for w in each.get_weights()] for name, each in keep.items()},
    }
    reference = {
        "simpleRNN": gradients(model, x[::20], y[::20]),
        "gru": gradients(gated(GRU), sequences, sequences[:, 0, :1]),
        "lstm": gradients(gated(LSTM), sequences, sequences[:, 0, :1]),
        **{name: walk(each) for name, each in keep.items()},
        "curve": numbers(curve(), digits=7),
    }
    return page, reference


def write():
    """Write both files."""

    def compact(content):
        return json.dumps(content, separators=(",", ":"))

    page, reference = derive()
    exports = [f"export const {name} = {compact(value)};\n" for name, value in page.items()]
    PAGE.write_text("".join(exports), encoding="utf-8")
    REFERENCE.write_text(f"{compact(reference)}\n", encoding="utf-8")


def stored():
    """What goes with the page, by name, as it is stored."""
    return {name: json.loads(value) for name, value in NAMED.findall(PAGE.read_text("utf-8"))}


if __name__ == "__main__":
    write()
