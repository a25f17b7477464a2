"""Answers to the exercises of the chapter on topologies, and what is said to each."""

SETUP = '''
RepeatVector, Reshape, Dense = keras.layers.RepeatVector, keras.layers.Reshape, keras.layers.Dense
RNN, Cell, Input = keras.layers.RNN, keras.layers.SimpleRNNCell, keras.Input


def loop(units=4, **options):
    """A SimpleRNN that keeps the time axis."""
    return keras.layers.SimpleRNN(units, return_sequences=True, **options)


def once(units=4):
    """A SimpleRNN that does not."""
    return keras.layers.SimpleRNN(units)


def stack(*layers):
    """A model of layers."""
    return keras.Sequential(layers)


def from_state():
    """The second way: the vector becomes the initial state, the inputs are zeros."""
    vector = Input((2,))
    zeros = keras.ops.zeros_like(RepeatVector(5)(vector))
    return keras.Model(vector, Dense(1)(loop()(zeros, initial_state=Dense(4)(vector))))


class Own(keras.Model):
    """A model written as a class."""

    def __init__(self):
        super().__init__()
        self.repeat, self.loop, self.readout = RepeatVector(5), loop(), Dense(1)

    def call(self, vector):
        return self.readout(self.loop(self.repeat(vector)))
'''

CASES = {
    "check_count": [
        ("46", "Right"),
        ("46.0", "Right"),
        ("[46]", "Right"),
        ("(46,)", "Right"),
        ("np.int64(46)", "Right"),
        ("np.array(46)", "Right"),
        ("np.array([[46]])", "Right"),
        ("26", "recurrent kernels"),
        ("40", "biases"),
        ("44", "4 states"),
        ("32", "first layer"),
        ("552", "over time"),
        ("45", "Not yet"),
        ("[32, 14]", "Not yet"),
        ("'forty-six'", "Give a number"),
    ],
    "check_model": [
        ("stack(Input((2,)), RepeatVector(5), loop(), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(), loop(), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(8), loop(4), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(4), loop(1))", "Right"),
        ("stack(Dense(10), Reshape((5, 2)), loop(), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(), keras.layers.TimeDistributed(Dense(1)))", "Right"),
        ("stack(RepeatVector(5), RNN(Cell(4), return_sequences=True), Dense(1))", "Right"),
        ("stack(RepeatVector(5), loop(unroll=True), Dense(1))", "Right"),
        ("stack(RepeatVector(5), stack(loop(), Dense(1)))", "Right"),
        ("from_state()", "Right"),
        ("Own()", "Right"),
        ("stack(once(), RepeatVector(5), Dense(1))", "repeat the vector first"),
        ("stack(once(), RepeatVector(5), loop(), Dense(1))", "repeat the vector first"),
        ("stack(Reshape((1, 2)), once(), RepeatVector(5), Dense(1))", "time axis is lost"),
        ("stack(RepeatVector(5), once(), RepeatVector(5), Dense(1))", "time axis is lost"),
        (
            "stack(Reshape((1, 2)), loop(), Reshape((4,)), RepeatVector(5), Dense(1))",
            "Five copies",
        ),
        ("stack(Reshape((1, 2)), loop(), Dense(5), Reshape((5, 1)))", "not make five steps"),
        ("stack(RepeatVector(5), once(), Dense(1))", "return_sequences"),
        ("stack(Dense(5), Reshape((5, 1)))", "no SimpleRNN of 4 units"),
        ("stack(RepeatVector(5), loop(3), Dense(1))", "no SimpleRNN of 4 units"),
        ("stack(RepeatVector(6), loop(), Dense(1))", "yours is (batch, 6, 1)"),
        ("stack(RepeatVector(5), loop())", "yours is (batch, 5, 4)"),
        ("stack(Input((5, 2)), loop(), Dense(1))", "cannot run"),
        ("stack(Input((3,)), RepeatVector(5), loop(), Dense(1))", "cannot run"),
        ("keras.Sequential()", "cannot run"),
        ("loop()", "Give a model"),
        ("[RepeatVector(5), loop(), Dense(1)]", "Give a model"),
        ("keras.Sequential", "Give a model"),
        ("5", "Give a model"),
    ],
    "check_kept": [
        ("{1: 0.17, 3: 0.51, 6: 1.0, 12: 1.0}", "Right"),
        ("{1: 1 / 6, 3: 1 / 2, 6: 1, 12: 1}", "Right"),
        ("{12: 0.99, 6: 0.98, 3: 0.47, 1: 0.15}", "Right"),
        ("{1: np.float32(0.17), 3: np.array(0.5), 6: np.array([0.99]), 12: 0.99}", "Right"),
        ("[0.17, 0.5, 0.99, 1.0]", "Right"),
        ("(0.17, 0.5, 0.99, 1.0)", "Right"),
        ("np.array([[0.17], [0.5], [0.99], [1.0]])", "Right"),
        ("{1: ..., 3: ..., 6: ..., 12: ...}", "Not answered yet."),
        ("{1: 0.17, 3: None, 6: 1.0, 12: 1.0}", "Not answered yet."),
        ("{1: 1.0, 3: 1.0, 6: 1.0, 12: 1.0}", "More than a linear network passes"),
        ("{1: 0.3, 3: 0.6, 6: 0.9, 12: 0.9}", "k = 1: 0.30"),
        ("{1: 0.17, 3: 0.64, 6: 1.0, 12: 1.0}", "k = 3: 0.64"),
        ("{1: 0.17, 3: 0.5, 6: 0.9, 12: 1.0}", "Too little"),
        ("{1: 0.0, 3: 0.0, 6: 0.0, 12: 0.0}", "Too little"),
        ("{1: -2, 3: 0.5, 6: 1, 12: 1}", "Too little"),
        ("{1: 0.17, 3: 0.5, 6: 1, 12: 1.3}", "never above 1"),
        ("{1: 0.17, 3: 0.5, 6: 1.0}", "Give four numbers"),
        ("{1: 0.17, 3: 0.5, 6: 1.0, 24: 1.0}", "Give four numbers"),
        ("{1: 'a', 3: 0.5, 6: 1.0, 12: 1.0}", "Give four numbers"),
        ("{1: [0.17, 0.2], 3: 0.5, 6: 1.0, 12: 1.0}", "Give four numbers"),
        ("{1: float('nan'), 3: 0.5, 6: 1.0, 12: 1.0}", "Give four numbers"),
        ("0.5", "Give four numbers"),
        ("[0.17, 0.5]", "Give four numbers"),
    ],
}
