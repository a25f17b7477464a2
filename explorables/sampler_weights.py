"""Train the two small networks of <rnn-sampler>, one of words and one of characters, and pack them.

``sampler-weights.mjs`` goes with the page: every weight as a whole number from −31 to 31, each one
letter of base64's alphabet, and the factor of each array. ``tests/browser/sampler.json`` stays with
the tests: what Keras computes with these very weights.

    python explorables/sampler_weights.py     # writes both
"""

import json
import math
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "explorables" / "sampler-weights.mjs"
REFERENCE = ROOT / "tests" / "browser" / "sampler.json"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
SIZES = {"words": (8, 24), "characters": (12, 40)}  # of the embedding, of the state
ROWS, STEPS, STEP_SIZE = 16, 40, 0.01
EPOCHS = {"words": 24, "characters": 12}
STARTS = {
    "words": ["the electrons near the slow photon near a muon .", "the muon decays . the photons"],
    "characters": ["alice was ", "“oh dear!” said the ", "the q"],
}

NOUNS, ADJECTIVES = ["electron", "photon", "muon", "pendulum"], ["slow", "bright", "heavy"]
ALONE, OTHERS = ["drift", "decay", "oscillate"], ["scatter", "absorb", "emit"]
PARTS = [0.6, 0.24, 0.16]  # none, one, two adjectives
NEAR = [0.5, 0.25, 0.25]  # none, one, two nouns after "near"


def phrase(rng):
    """The words of one noun and what stands before it; whether it is plural."""
    count = rng.choice(3, p=PARTS)
    words = ["the", *(ADJECTIVES[rng.integers(3)] for _ in range(count))]
    plural = rng.integers(2)
    return [*words, NOUNS[rng.integers(4)] + "s" * plural], plural


def sentence(rng):
    """The words of one sentence of the chapter's grammar."""
    words, plural = phrase(rng)
    for _ in range(rng.choice(3, p=NEAR)):
        words += ["near", *phrase(rng)[0]]
    end = "s" * (1 - plural)
    if rng.integers(2):
        return [*words, ALONE[rng.integers(3)] + end, "."]
    return [*words, OTHERS[rng.integers(3)] + end, *phrase(rng)[0], "."]


def clean(text):
    """The chapter's characters: small letters, few marks, one line."""
    marks = {"_": "", "*": "", "—": "-", "‘": "'", "’": "'", "ù": "u"}
    text = "".join(marks.get(mark, mark) for mark in text.lower())
    return re.sub(r"\s+", " ", re.sub(r"[():;\[\]]", ",", text))


def texts():
    """The tokens that each network is trained on."""
    rng = np.random.default_rng(0)
    words = [word for _ in range(6000) for word in sentence(rng)]
    book = clean((ROOT / "chapters/data/alice.txt").read_text("utf-8"))
    return {"words": words, "characters": list(book[: int(0.9 * len(book))])}


def built(name, vocabulary):
    """The layers with their first weights, and what they compute: logits and states."""
    keras.utils.set_random_seed(0)
    numbers, units = SIZES[name]
    embed = layers.Embedding(len(vocabulary), numbers)
    gru = layers.GRU(units, return_sequences=True, return_state=True)
    readout = layers.Dense(len(vocabulary))

    def net(x, h):
        states, h = gru(embed(x), initial_state=h)
        return readout(states), h

    net(np.zeros((1, 1), int), tf.zeros((1, units)))
    return net, [w for layer in (embed, gru, readout) for w in layer.trainable_variables]


def train(name, epochs=None):
    """The vocabulary and the weights after some passes through the text, the state carried on."""
    text = texts()[name]
    vocabulary = sorted(set(text))
    place = {token: number for number, token in enumerate(vocabulary)}
    ids = np.array([place[token] for token in text], "int32")
    net, weights = built(name, vocabulary)
    adam = keras.optimizers.Adam(STEP_SIZE, global_clipnorm=1.0)
    adam.build(weights)

    @tf.function
    def update(x, y, h):
        with tf.GradientTape() as tape:
            logits, h = net(x, h)
            cost = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
            loss = tf.reduce_mean(cost)
        adam.apply(tape.gradient(loss, weights), weights)
        return loss, h

    rows = ids[: len(ids) // ROWS * ROWS].reshape(ROWS, -1)
    epochs = epochs or EPOCHS[name]
    for epoch in range(epochs):
        h = tf.zeros((ROWS, SIZES[name][1]))
        adam.learning_rate = STEP_SIZE * 0.1 ** (epoch / epochs)
        for at in range(0, rows.shape[1] - STEPS - 1, STEPS):
            x, y = rows[:, at : at + STEPS], rows[:, at + 1 : at + STEPS + 1]
            _, h = update(tf.constant(x), tf.constant(y), h)
    return vocabulary, [w.numpy() for w in weights]


def packed(weights):
    """Whole numbers from −31 to 31 for every array, and the factor that gives it back."""
    factors = [float(f"{np.abs(w).max() / 31:.5g}") for w in weights]
    whole = [np.rint(w / f).clip(-31, 31) for w, f in zip(weights, factors, strict=True)]
    return [w.astype("int8") for w in whole], factors


def unpacked(name, vocabulary, whole, factors):
    """A network with the weights that the page has."""
    net, weights = built(name, vocabulary)
    for weight, w, f in zip(weights, whole, factors, strict=True):
        weight.assign((w * f).astype("float32"))
    return net


def stored():
    """What goes with the page: vocabulary, arrays and factors of each network."""
    content = json.loads(re.search(r"= (.*);", PAGE.read_text("utf-8"))[1])
    found = {}
    for name, part in content.items():
        flat = np.array([ALPHABET.index(letter) - 32 for letter in part["letters"]])
        shapes = [w.shape for w in built(name, part["tokens"])[1]]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        arrays = [p.reshape(s) for p, s in zip(np.split(flat, ends[:-1]), shapes, strict=True)]
        found[name] = (part["tokens"], arrays, part["factors"])
    return found


def bits(name, net, vocabulary, tokens):
    """Bits a token on a text, in ten rows, after the first twenty tokens of each."""
    ids = np.array([vocabulary.index(token) for token in tokens], "int32")
    rows = ids[: len(ids) // 10 * 10].reshape(10, -1)
    logits, _ = net(tf.constant(rows[:, :-1]), tf.zeros((10, SIZES[name][1])))
    cost = tf.nn.sparse_softmax_cross_entropy_with_logits(rows[:, 1:], logits)
    return float(tf.reduce_mean(cost[:, 20:])) / math.log(2)


def held_out():
    """Tokens that no network was trained on."""
    rng = np.random.default_rng(1)
    book = clean((ROOT / "chapters/data/alice.txt").read_text("utf-8"))
    words = [word for _ in range(1000) for word in sentence(rng)]
    return {"words": words, "characters": list(book[int(0.9 * len(book)) :])}


def split(name, text):
    """A start as a list of tokens."""
    return text.split() if name == "words" else list(text)


def reference(networks):
    """The logits after each start, as Keras gives them."""
    cases = []
    for name, (vocabulary, whole, factors) in networks.items():
        net = unpacked(name, vocabulary, whole, factors)
        for start in STARTS[name]:
            tokens = [token for token in split(name, start) if token in vocabulary]
            x = tf.constant([[vocabulary.index(token) for token in tokens]])
            logits, _ = net(x, tf.zeros((1, SIZES[name][1])))
            last = [round(float(logit), 5) for logit in logits[0, -1]]
            cases.append({"name": name, "tokens": tokens, "logits": last})
    return cases


def write():
    """Write both files."""
    networks, content = {}, {}
    for name in SIZES:
        vocabulary, weights = train(name)
        whole, factors = packed(weights)
        networks[name] = (vocabulary, whole, factors)
        flat = np.concatenate([w.ravel() for w in whole])
        letters = "".join(ALPHABET[w + 32] for w in flat)
        content[name] = {"tokens": vocabulary, "factors": factors, "letters": letters}
    text = json.dumps(content, ensure_ascii=False)
    PAGE.write_text(f"export const sampler = {text};\n", encoding="utf-8")
    cases = ",\n".join(json.dumps(c, ensure_ascii=False) for c in reference(networks))
    REFERENCE.write_text(f"[\n{cases}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    for name, network in stored().items():
        print(name, round(bits(name, unpacked(name, *network), network[0], held_out()[name]), 3))
