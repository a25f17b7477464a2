"""Derive from Keras what the interactive figures start from and are checked against.

``weights.mjs`` goes with the page: the initial weights of the chapters' many-to-one network, and
the order in which the fit takes its windows, each as JSON with a name before it.
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


def gru():
    """A GRU under a Dense layer, its biases not zero so that both rows of them are tested."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4, 2)), keras.layers.GRU(3), keras.layers.Dense(1)])
    rng = np.random.default_rng(1)
    model.set_weights([w + rng.normal(0, 0.1, w.shape) for w in model.get_weights()])
    return model


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
    page = {"manyToOne": [numbers(w) for w in model.get_weights()], "windowOrder": order()}
    reference = {
        "simpleRNN": gradients(model, x[::20], y[::20]),
        "gru": gradients(gru(), sequences, sequences[:, 0, :1]),
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
