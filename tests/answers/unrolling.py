"""What the checks of Unrolling must say: an answer, and words that its reply holds."""

SETUP = """
import tensorflow as tf


def model_answer(w, inputs, targets):
    h = [0.0]
    for x_t in inputs:
        h.append(np.tanh(w * h[-1] + x_t))
    total, back = 0.0, 0.0
    for t in range(len(inputs), 0, -1):
        delta = (back + 2 * (h[t] - targets[t - 1])) * (1 - h[t] ** 2)
        total += delta * h[t - 1]
        back = delta * w
    return total


def by_nudging(w, inputs, targets):
    def loss(v):
        h, total = 0.0, 0.0
        for x_t, y_t in zip(inputs, targets):
            h = np.tanh(v * h + x_t)
            total += (h - y_t) ** 2
        return total

    return (loss(w + 1e-6) - loss(w - 1e-6)) / 2e-6


def with_slip(slip):
    return lambda w, inputs, targets: dw_of(w, inputs, targets, slip)


def raises(w, inputs, targets):
    return inputs[len(inputs)]
"""
CASES = {
    "check_gradient": [
        ("6", "Right"),
        ("6.0", "Right"),
        ("[6]", "Right"),
        ("(6,)", "Right"),
        ("np.float32(6)", "Right"),
        ("np.array([[6]])", "Right"),
        ("3 + 3", "Right"),
        ("3", "one use of w"),
        ("9", "h3 itself"),
        ("0", "first one still passes w twice"),
        ("27", "w cubed"),
        ("5", "polynomial"),
        ("[6, 6]", "polynomial"),
        ("...", "Not answered yet"),
        ("None", "Not answered yet"),
        ("'six'", "Give a number"),
        ("np.nan", "Give a number"),
    ],
    "check_deltas": [
        ("[-0.49, -0.77, -1.1, -1.49]", "Right"),  # as the solution prints them
        ("(-0.4857, -0.772, -1.1031, -1.4922)", "Right"),
        ("np.array([[[-0.49], [-0.77], [-1.10], [-1.49]]])", "Right"),
        ("tf.constant([[[-0.4857], [-0.7720], [-1.1031], [-1.4922]]])", "Right"),
        ("[-1.49, -1.1, -0.77, -0.49]", "order is turned round"),
        ("[0, -0.36, -0.39, -0.41]", "shares of w"),
        ("[0.31, 0.49, 0.70, 0.95]", "derivative of h_4"),
        ("[1, 2, 3, 4]", "set_weights"),
        ("-0.49", "Give four numbers"),
        ("[-0.49, -0.77, -1.1]", "Give four numbers"),
        ("[[1, 2], [3]]", "Give four numbers"),
        ("[np.nan] * 4", "Give four numbers"),
        ("'first'", "Give four numbers"),
        ("[..., ..., ..., ...]", "Not answered yet"),
        ("{'delta': ...}", "Not answered yet"),
        ("...", "Not answered yet"),
    ],
    "check_dw": [
        ("model_answer", "Right"),
        ("by_nudging", "Right"),
        ("lambda w, x, y: np.array([model_answer(w, x, y)])", "Right"),
        ("with_slip('half')", "factor 2"),
        ("with_slip('last')", "Only the last step"),
        ("with_slip('slope')", "before you multiply by the slope"),
        ("with_slip('alone')", "back through w as well"),
        ("lambda w, x, y: -model_answer(w, x, y)", "Nudge w"),
        ("lambda w, x, y: None", "returns nothing"),
        ("lambda w, x, y: [1, 2]", "return one number"),
        ("lambda w, x, y: 'large'", "return one number"),
        ("lambda w, x, y: np.nan", "return one number"),
        ("lambda w: w", "stopped with a TypeError"),
        ("raises", "stopped with a IndexError"),
        ("-1.49", "Give a function"),
        ("[1, 2]", "Give a function"),
        ("...", "Not answered yet"),
    ],
}
