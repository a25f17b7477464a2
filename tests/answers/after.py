"""Answers to the exercises of chapters/after.ipynb, and what must be replied to them."""

SETUP = """
def delta(S, k, v):
    return S + np.outer(k, v - k @ S)


def columns(S, k, v):
    return S + k[:, None] * (v - k @ S)


def erase_first(S, k, v):
    return S - np.outer(k, k @ S) + np.outer(k, v)


def added(S, k, v):
    return S + np.outer(k, v)


def change_only(S, k, v):
    return np.outer(k, v - k @ S)


def only_new(S, k, v):
    return np.outer(k, v)


def wrong_sign(S, k, v):
    return S + np.outer(k, k @ S - v)


def in_place(S, k, v):
    S += np.outer(k, v - k @ S)
    return S


def turned(S, k, v):
    return (S + np.outer(k, v - k @ S)).T


def stops(S, k, v):
    raise ValueError


def no_number(S, k, v):
    return S * float("nan")


def words_back(S, k, v):
    return "abc"
"""

CASES = {
    "check_row": [
        ("[0.6, 0.2, 0.2, 7]", "Right"),
        ("(0.6, 0.2, 0.2, 7.0)", "Right"),
        ("np.array([[0.6, 0.2], [0.2, 7]])", "Right"),
        ("[3 / 5, 1 / 5, 1 / 5, 35 / 5]", "Right"),
        ("[0.3, 0.1, 0.1, 13.5]", "must not see"),
        ("[0.3, 0.1, 0.1, 3.5]", "before the softmax"),
        ("[1, 0, 0, 10]", "largest score only"),
        ("[3, 1, 1, 35]", "Divide by the sum"),
        ("[0.6, 0.2, 0.2, 5]", "not a plain mean"),
        ("[1, 2, 3, 4]", "Not yet"),
        ("[0.6, 0.2, 0.2]", "Not yet"),
        ("[0.6, ..., 0.2, ...]", "Give a number"),
        ("'seven'", "Give a number"),
        ("...", "Not answered yet."),
    ],
    "check_write": [
        ("delta", "Right"),
        ("columns", "Right"),
        ("erase_first", "Right"),
        ("lambda S, k, v: delta(S, k, v)", "Right"),
        ("added", "what is there"),
        ("change_only", "change only"),
        ("only_new", "forgets all other keys"),
        ("wrong_sign", "The sign"),
        ("in_place", "do not use +="),
        ("turned", "the shape (4, 3)"),
        ("stops", "stops with ValueError"),
        ("no_number", "not finite"),
        ("words_back", "stops with ValueError"),
        ("lambda S: S", "stops with TypeError"),
        ("lambda S, k, v: 0 * S", "Not yet"),
        ("5", "Give a function"),
        ("dict", "Give a function"),
        ("...", "Not answered yet."),
    ],
    "check_pairs": [
        ("{16: 13, 64: 50}", "Right, or near enough"),
        ("{16: 13, 64: 54}", "Right, or near enough"),
        ("{64: np.int64(52), 16: np.array([12])}", "Right, or near enough"),
        ("{16: 16, 64: 60}", "Too many"),
        ("{16: 9, 64: 75}", "Too many"),
        ("{16: 15, 64: 50}", "Too many"),
        ("{16: 9, 64: 50}", "Not yet"),
        ("{16: 13, 64: 44}", "Not yet"),
        ("{16: 54, 64: 13}", "exchanged"),
        ("{16: 16, 64: 64}", "limit of least squares"),
        ("{16: 128, 64: 256}", "attention, is always right"),
        ("{16: 2, 64: 8}", "Not yet"),
        ("{16: 0.95, 64: 0.97}", "1 or more"),
        ("{16: ..., 64: ...}", "Not answered yet."),
        ("{16: 13, 64: None}", "Not answered yet."),
        ("{16: 13}", "Give a dict"),
        ("{16: 'a', 64: 54}", "Give a dict"),
        ("{16: float('nan'), 64: 54}", "Give a dict"),
        ("[13, 54]", "Give a dict"),
        ("...", "Not answered yet."),
    ],
}
