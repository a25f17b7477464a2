"""The Keras models that the drawings show, and where arrows lead, for test_diagrams.py."""

import keras
from keras.layers import Dense, Input, RepeatVector, SimpleRNN


def network(*layers):
    return keras.Sequential(layers)


def sequences():
    return SimpleRNN(3, return_sequences=True)


def chain(steps):
    """Many-to-many with a readout at every step."""
    return network(Input((steps, 2)), sequences(), Dense(1))


def last(steps):
    """Many-to-one with a readout of the last state."""
    return network(Input((steps, 2)), SimpleRNN(3), Dense(1))


def all_recurrent(steps, **options):
    """The networks whose output layer is recurrent too."""
    return network(Input((steps, 2)), sequences(), SimpleRNN(1, **options))


def given_once():
    x = Input((2,))
    nothing = keras.ops.zeros_like(RepeatVector(3)(x))
    return keras.Model(x, Dense(1)(sequences()(nothing, initial_state=Dense(3)(x))))


def encoder_decoder(steps):
    """Two inputs: the message, and what the decoder is told (a start sign, then y1)."""
    message, told = Input((steps, 2)), Input((2, 2))
    _, state = SimpleRNN(3, return_state=True)(message)
    return keras.Model([message, told], Dense(2)(sequences()(told, initial_state=state)))


def causal(steps):
    """Attention that looks back only, no recurrence."""
    x = Input((steps, 2))
    y = keras.layers.MultiHeadAttention(1, 2)(x, x, use_causal_mask=True)
    return keras.Model(x, y)


# The networks of each drawing, from top to bottom and from left to right.
MODELS = {
    "loop-unrolled": lambda: [chain(3)],
    "unrolled": lambda: [last(3)],
    "many-to-many": lambda: [chain(3)],
    "many-to-one": lambda: [last(3)],
    "one-to-many": lambda: [
        network(Input((2,)), RepeatVector(3), sequences(), Dense(1)),
        given_once(),
    ],
    "encoder-decoder": lambda: [encoder_decoder(3)],
    "topologies": lambda: [chain(3), last(3), given_once(), encoder_decoder(2)],
    "three-networks": lambda: [
        all_recurrent(2, return_sequences=True),
        all_recurrent(2),
        all_recurrent(1),
    ],
    "sincos-network": lambda: [all_recurrent(2)],
    "stacked": lambda: [network(Input((3, 2)), sequences(), sequences(), Dense(1))],
    "bidirectional": lambda: [
        network(Input((3, 2)), keras.layers.Bidirectional(sequences()), Dense(1))
    ],
    "gradient": lambda: [last(4)],
    "attention": lambda: [chain(4), causal(4)],
}

# Where all arrows of a drawing lead, by role. Of nodes with the same label, the second from the top
# and from the left has a prime, the third has two; □ has no label, and ∅ is no node.
JOINS = {
    "latch": {"state": "ht→ht", "input": "xt→ht", "output": "ht→yt"},
    "loop-unrolled": {
        "state": "ht→ht 0→h1→h2→h3",
        "input": "xt→ht x1→h1 x2→h2 x3→h3",
        "output": "ht→yt h1→y1 h2→y2 h3→y3",
    },
    "gradient": {
        "state": "0→h1→h2→h3→h4",
        "input": "x1→h1 x2→h2 x3→h3 x4→h4",
        "output": "h4→y4",
        "plain": "y4→L",
        "gradient": "L→y4→h4→h3→h2→h1",
    },
    "truncated": {
        "state": "h1→h2→h3→h4→h5→h6",
        "input": "x1→h1 x2→h2 x3→h3 x4→h4 x5→h5 x6→h6",
        "output": "h3→y3 h6→y6",
        "gradient": "h6→h5→h4→∅ h3→h2→h1",
    },
    # What is fed back is what came out: y1 below is the second of this name.
    "encoder-decoder": {
        "state": "0→h1→h2→h3→s1→s2",
        "input": "x1→h1 x2→h2 x3→h3 □→s1 y1′→s2",
        "output": "s1→y1 s2→y2",
        "dashed output": "y1→y1′",
    },
    "states": {
        "state": "0→h1→h2 0′→h1′→h2′ 0′′→h1′′→h2′′→h3→h4",
        "input": "x1→h1 x2→h2 x1′→h1′ x2′→h2′ x1′′→h1′′ x2′′→h2′′ x3→h3 x4→h4",
    },
    "mask": {
        "state": "h1→h2→h3",
        "dashed state": "h3→h3′→h3′′",
        "input": "x1→h1 x2→h2 x3→h3",
        "output": "h3′′→y",
    },
    # Left, all pairs go into one state; right, the query meets each pair, and each is read.
    "state-or-list": {
        "input": "k1v1→S k2v2→S k3v3→S q′→y q→k1v1′ q→k2v2′ q→k3v3′",
        "output": "S→y k1v1′→y′ k2v2′→y′ k3v3′→y′",
    },
}
