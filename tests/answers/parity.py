"""Answers to the exercises of chapters/parity.ipynb, and what must be replied to them."""

SETUP = """
layers = keras.layers


def net(*middle, shape=(None, 1)):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input(shape), *middle])


def steps(units=3):
    return layers.SimpleRNN(units, return_sequences=True)


def by_hand():
    # The two units of the Feedback chapter, with their readout.
    model = net(steps(2), layers.Dense(1))
    kernel, recurrent = [[3, 3]], [[1.5, 1.5], [-1.5, -1.5]]
    model.set_weights(
        [np.array(w, float) for w in (kernel, recurrent, [-1.5, -4.5], [[4], [-4]], [-4])]
    )
    return model


def unbuilt():
    keras.utils.set_random_seed(0)
    return keras.Sequential([steps(), layers.Dense(1)])


def functional():
    model = by_hand()
    ends = keras.Input((None, 1))
    return keras.Model(ends, model(ends))


def turns(z):
    # The right answers up to step 20, the wrong ones after it.
    return z * np.where(np.arange(z.shape[1] or 1) < 20, 1.0, -1.0)[:, None]


def fading():
    return net(by_hand(), layers.Lambda(turns))


def broken():
    model = by_hand()
    model.set_weights([w * np.nan for w in model.get_weights()])
    return model
"""

CASES = {
    "check_products": [
        ("[-1, -1, 1, -1]", "Right"),
        ("(-1.0, -1.0, 1.0, -1.0)", "Right"),
        ("np.array([[-1], [-1], [1], [-1]])", "Right"),
        ("np.cumprod(1 - 2 * np.array([1, 0, 1, 1]))", "Right"),
        ("[1, 1, 0, 1]", "parity as 0 and 1"),
        ("[-1, 1, -1, -1]", "Those are the signs"),
        ("[1, 1, -1, 1]", "opposite"),
        ("[-1, -1, -1, 1]", "two neighbours"),
        ("[1, 0, 0, 0]", "product of the bits"),
        ("[-1, -1, 1]", "Not yet"),
        ("[1, ..., ..., ...]", "Give a number"),
        ("'odd'", "Give a number"),
        ("...", "Not answered yet."),
    ],
    "check_network": [
        ("by_hand()", "Right"),
        ("functional()", "Right"),
        ("net(steps(), layers.Dense(1))", "train it on"),
        ("unbuilt()", "train it on"),
        ("net(layers.LSTM(4, return_sequences=True), layers.Dense(1))", "train it on"),
        ("fading()", "loses the answer"),
        ("net(layers.SimpleRNN(3), layers.Dense(1))", "return_sequences=True"),
        ("net(steps())", "the shape (100, 50, 3)"),
        ("net(steps(), layers.Dense(1, 'sigmoid'))", "without activation"),
        ("net(layers.Bidirectional(steps()), layers.Dense(1))", "reads the future"),
        ("net(layers.Flatten(), layers.Dense(1), shape=(10, 1))", "does not take 50 steps"),
        ("broken()", "not finite"),
        ("keras.layers.Dense(1)", "Give a Keras model"),
        ("[1, 2]", "Give a Keras model"),
        ("...", "Not answered yet."),
    ],
    "check_units": [
        ("{2: 0.0, 4: 0.5, 8: 0.95}", "Right"),
        ("{2: 0, 8: 1}", "Right"),
        ("{np.int64(3): np.float64(0.1), 16: np.float32(1)}", "Right"),
        ("{2: ..., 8: ...}", "Not answered yet."),
        ("{2: None}", "Not answered yet."),
        ("{2: 0.9, 8: 1.0}", "So many with two units"),
        ("{4: 1.0, 16: 0.5}", "not at 200"),
        ("{2: 0.0, 8: 0.1}", "60 epochs"),
        ("{2: 0, 8: 10}", "shares between 0 and 1"),
        ("{2: float('nan'), 8: 1}", "shares between 0 and 1"),
        ("{2.5: 0.0, 8: 1.0}", "whole number"),
        ("{8: 1.0}", "at least two"),
        ("{'two': 0, 'eight': 1}", "dict of numbers"),
        ("{2: 10**400, 8: 1}", "dict of numbers"),
        ("[0.0, 1.0]", "Give a dict"),
        ("0.5", "Give a dict"),
        ("...", "Not answered yet."),
    ],
}
