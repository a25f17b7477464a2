"""Answers to the exercises of chapters/messages.ipynb, and what must be replied to them."""

SETUP = """
def costs(y, logits):
    logits = np.asarray(logits, dtype=float)
    logp = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(logp, np.asarray(y)[..., None], axis=-1)[..., 0]


def boolean(y, logits):
    return costs(y, logits)[y > 0].mean()


def by_keras(y, logits):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    return loss(y, logits)


def in_list(y, logits):
    return [boolean(y, logits)]


def all_places(y, logits):
    return costs(y, logits).mean()


def by_six(y, logits):
    return (costs(y, logits) * (y > 0)).mean()


def of_means(y, logits):
    return np.mean([c[r].mean() for c, r in zip(costs(y, logits), y > 0)])


def sum_only(y, logits):
    return costs(y, logits)[y > 0].sum()


def wrong_sign(y, logits):
    return -boolean(y, logits)


def each(y, logits):
    return costs(y, logits)


def stops(y, logits):
    raise ValueError


def no_number(y, logits):
    return float("nan")


def words_back(y, logits):
    return "abc"
"""

CASES = {
    "check_last": [
        ("[9.75, 2.25, 3, 6.375]", "Right"),
        ("(9.75, 2.25, 3.0, 6.375)", "Right"),
        ("np.array([[9.75, 2.25], [3, 6.375]])", "Right"),
        ("[9.75, 3, 2.25, 6]", "exchanged"),
        ("[9.75, 3, 2.25, 6.375]", "exchanged"),
        ("[9.75, 2.25, 3, 6]", "of the first and the third"),
        ("[8, 0.5, 2, 5]", "bias"),
        ("[9.75, 0.75, 3, 6.375]", "bias is added at the zeros"),
        ("[9.75, 2.25, 0, 4.875]", "copies it"),
        ("[9.75, 2.25, 3, 12.75]", "Divide by the two"),
        ("[1, 2, 3, 4]", "Not yet"),
        ("[9.75, 2.25, 3]", "Not yet"),
        ("[9.75, ..., 3, ...]", "Give a number"),
        ("'nine'", "Give a number"),
        ("...", "Not answered yet."),
    ],
    "check_loss": [
        ("boolean", "Right"),
        ("by_keras", "Right"),
        ("in_list", "Right"),
        ("lambda y, logits: boolean(y, logits)", "Right"),
        ("all_places", "all six places"),
        ("by_six", "divide by six"),
        ("of_means", "two messages' means"),
        ("sum_only", "That is the sum"),
        ("wrong_sign", "The sign"),
        ("each", "Give one number"),
        ("stops", "stops with ValueError"),
        ("no_number", "no finite number"),
        ("words_back", "stops with ValueError"),
        ("lambda y, logits: 0.0", "Not yet"),
        ("lambda y: 0.0", "stops with TypeError"),
        ("boolean(np.ones((1, 1), int), np.ones((1, 1, 2)))", "Give a function"),
        ("keras.losses.Loss", "Give a function"),
        ("...", "Not answered yet."),
    ],
    "check_few": [
        ("{250: 0.6, 1000: 0.95}", "Right"),
        ("{1000: np.float32(0.95), 250: np.array([0.5])}", "Right"),
        ("{250: 0.95, 1000: 0.6}", "exchanged"),
        ("{250: 0.99, 1000: 0.995}", "So many with 250"),
        ("{250: 0.2, 1000: 0.4}", "25 epochs"),
        ("{250: 60, 1000: 95}", "between 0 and 1"),
        ("{250: -0.1, 1000: 0.9}", "between 0 and 1"),
        ("{250: ..., 1000: ...}", "Not answered yet."),
        ("{250: 0.5, 1000: None}", "Not answered yet."),
        ("{250: 0.5}", "Give a dict"),
        ("{250: 'a', 1000: 0.9}", "Give a dict"),
        ("{250: float('nan'), 1000: 0.9}", "Give a dict"),
        ("[0.5, 0.9]", "Give a dict"),
        ("...", "Not answered yet."),
    ],
}
