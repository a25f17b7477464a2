"""Train the small network of the chapter on messages, and pack its weights for <rnn-messages>.

``messages-weights.mjs`` goes with the page: every weight as a whole number from −127 to 127, all
of them as one base64 text, and the factor of each array. ``tests/browser/messages.json`` stays
with the tests: what Keras computes with these very weights.

    python explorables/message_weights.py     # writes both
"""

import base64
import json
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "explorables" / "messages-weights.mjs"
REFERENCE = ROOT / "tests" / "browser" / "messages.json"

NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety"
)
SMALL, TENS = NAMES.split()[:20], NAMES.split()[20:]
WORDS = ["", *SMALL, *TENS, "hundred", "thousand"]
TRAINED = 2500  # of the 10,000 numbers

# What the figure's answers and every attention weight are compared on: seen and unseen numbers,
# the shortest and the longest, some outside the trained range, and words that are no number.
NUMBERS = [8315, 4070, 7777, 0, 7, 10, 13, 90, 99, 100, 101, 999, 1000, 1001, 2012, 6402, 9999]
OUTSIDE = [10000, 12005, 20000, 900000, 999999]
NO_NUMBERS = [["two", "two"], ["hundred", "hundred", "thousand"]]


def spell(n):
    """A number as the list of its words."""
    if n < 20:
        return [SMALL[n]]
    if n < 100:
        return [TENS[n // 10 - 2], *([SMALL[n % 10]] if n % 10 else [])]
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    return [*spell(n // size), name, *(spell(n % size) if n % size else [])]


def pairs():
    """All numbers in the chapter's order: words and marks, padded on the right."""
    order = np.random.default_rng(0).permutation(10000)
    ids = [[WORDS.index(word) for word in spell(n)] for n in order]
    answers = [[3 + int(digit) for digit in str(n)] + [2] for n in order]
    pad = keras.utils.pad_sequences
    return pad(ids, 6, padding="post"), pad(answers, 5, padding="post")


class Attending(keras.Model):
    """An encoder, and a decoder that looks at all states of the encoder, as in the chapter."""

    def __init__(self):
        super().__init__()
        self.word = layers.Embedding(31, 8, mask_zero=True)
        self.reader = layers.GRU(24, return_sequences=True, return_state=True, unroll=True)
        self.mark = layers.Embedding(13, 8)
        self.cell = layers.GRUCell(24)
        self.readout = layers.Dense(13)

    def call(self, x, right=None):
        """The logits of five marks; each reads the mark before it, or the right one if given."""
        states, h = self.reader(self.word(x))
        return self.write(states, h, x > 0, right)[0]

    def write(self, states, h, real, right=None):
        """Logits and attention weights of five marks. real: which states may be looked at."""
        mark = ops.ones_like(ops.cast(real[:, 0], "int32"))
        logits, looks = [], []
        for k in range(5):
            h, _ = self.cell(self.mark(mark), [h])
            scores = ops.einsum("bu,btu->bt", h, states)
            look = ops.softmax(ops.where(real, scores, -1e9))
            seen = ops.einsum("bt,btu->bu", look, states)
            logits.append(self.readout(ops.concatenate([h, seen], 1)))
            looks.append(look)
            mark = ops.cast(ops.argmax(logits[-1], 1), "int32") if right is None else right[:, k]
        return ops.stack(logits, 1), ops.stack(looks, 1)


def built():
    """The network with its first weights."""
    keras.utils.set_random_seed(0)
    net = Attending()
    net(pairs()[0][:1])
    return net


def train(epochs=20, batch=50):
    """The chapter's training on the first 2,500 numbers, the decoder reading the right marks."""
    x, y = (tf.constant(each[:TRAINED]) for each in pairs())
    net, adam, rng = built(), keras.optimizers.Adam(0.01), np.random.default_rng(0)
    weights = net.trainable_variables
    adam.build(weights)

    @tf.function
    def epoch(rows):
        for some in rows:
            a, b = tf.gather(x, some), tf.gather(y, some)
            with tf.GradientTape() as tape:
                cost = tf.nn.sparse_softmax_cross_entropy_with_logits(b, net(a, b))
                real = tf.cast(b > 0, "float32")
                loss = tf.reduce_sum(cost * real) / tf.reduce_sum(real)
            adam.apply(tape.gradient(loss, weights), weights)

    for _ in range(epochs):
        epoch(tf.constant(rng.permutation(TRAINED).reshape(-1, batch)))
    return net.get_weights()


def packed(weights):
    """Whole numbers from −127 to 127 for every array, and the factor that gives it back."""
    factors = [float(f"{np.abs(w).max() / 127:.5g}") for w in weights]
    whole = [np.rint(w / f).clip(-127, 127) for w, f in zip(weights, factors, strict=True)]
    return [w.astype("int8") for w in whole], factors


def unpacked(whole, factors):
    """A network with the weights that the page has."""
    net = built()
    net.set_weights([(w * f).astype("float32") for w, f in zip(whole, factors, strict=True)])
    return net


def stored():
    """What goes with the page: the arrays and their factors."""
    text = re.search(r"= (.*);", PAGE.read_text("utf-8"))[1]
    content = json.loads(text)
    flat = np.frombuffer(base64.b64decode(content["bytes"]), "int8")
    shapes = [w.shape for w in built().get_weights()]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    parts = np.split(flat, ends[:-1])
    return [part.reshape(s) for part, s in zip(parts, shapes, strict=True)], content["factors"]


def answers(net, first=TRAINED):
    """The marks that the network writes for the numbers from a place on, and the right ones."""
    x, y = pairs()
    own = tf.function(lambda x: net(x))(tf.constant(x[first:])).numpy().argmax(-1)
    after_end = np.cumsum(own == 2, axis=1) - (own == 2) > 0
    return np.where(after_end, 0, own), y[first:]


def told(net, words, mask=True):
    """Logits and attention weights for some words, their padding masked or read like words."""
    ids = [WORDS.index(word) for word in words]
    x = np.array([ids + [0] * (6 - len(ids))])
    embedded = net.word(x)
    states, h = net.reader(embedded if mask else embedded.numpy())
    logits, looks = net.write(states, h, tf.constant(x > 0 if mask else np.ones_like(x) > 0))
    return {"words": words, "mask": mask, "logits": short(logits[0]), "looks": short(looks[0])}


def short(array):
    """Nested lists of numbers with six decimals."""
    return np.round(np.asarray(array, float), 6).tolist()


def reference(net):
    """What Keras says of every case, with a mask and without."""
    words = [*map(spell, [*NUMBERS, *OUTSIDE]), *NO_NUMBERS]
    return [told(net, each, mask) for each in words for mask in (True, False)]


def write():
    """Write both files."""
    whole, factors = packed(train())
    flat = b"".join(w.tobytes() for w in whole)
    content = {"factors": factors, "bytes": base64.b64encode(flat).decode()}
    PAGE.write_text(f"export const messages = {json.dumps(content)};\n", encoding="utf-8")
    cases = ",\n".join(json.dumps(case) for case in reference(unpacked(whole, factors)))
    REFERENCE.write_text(f"[\n{cases}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    found, right = answers(unpacked(*stored()))
    print(f"{(found == right).all(1).mean():.2%} of the numbers not trained on are exact")
