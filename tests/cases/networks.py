"""The Keras models that the drawings show, for test_diagrams.py."""

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
}
