"""Answers to the exercises of chapters/language.ipynb, and what must be replied to them."""

SETUP = """
def kept(p, mass, more=0):
    order = np.argsort(-p)
    ahead = np.cumsum(p[order]) - p[order]
    count = max(0, (ahead < mass - 1e-9).sum() + more)
    left = np.zeros(len(p))
    left[order[:count]] = p[order[:count]]
    return left


def good(p, mass):
    left = kept(p, mass)
    return left / left.sum()


def in_list(p, mass):
    return list(good(p, mass))


def undivided(p, mass):
    return kept(p, mass)


def too_few(p, mass):
    left = kept(p, mass, -1 if mass < 1 else 0)
    return left / max(left.sum(), 1e-9)


def too_many(p, mass):
    left = kept(p, mass, 1)
    return left / left.sum()


def unsorted(p, mass):
    left = np.where(np.cumsum(p) - p < mass, p, 0)
    return left / left.sum()


def sorted_back(p, mass):
    return np.sort(good(p, mass))[::-1]


def short(p, mass):
    return good(p, mass)[:2]


def stops(p, mass):
    raise ValueError


def no_number(p, mass):
    return p * float("nan")


# What the chapter has counted when its check is called, rounded.
floor = 1.867
ids, test_ids = np.zeros(51252, int), np.zeros(17004, int)


def counted(learn, test, size, longest):
    return np.array([3.91, 2.26, 2.28, 2.29] if len(learn) == 5000 else [3.91, 2.22, 2.2, 2.08])


by_size = {n: counted(ids[:n], test_ids, 26, 4) for n in (5000, 50000)}
low, high = by_size[50000][3], by_size[5000][3]
"""

CASES = {
    "check_price": [
        ("[8, 2, 4, 0.3]", "Right"),
        ("(8.0, 2, np.float32(4), 0.3)", "Right"),
        ("np.array([[8, 2], [4, 0.3]])", "Right"),
        ("[8, 2, 7.389, 0.3]", "not e to the mean"),
        ("[8, 2, 256, 0.3]", "2 to the sum"),
        ("[8, 2, 3.048, 0.3]", "mean of the bits"),
        ("[5.545, 1.386, 4, 0.3]", "natural logarithms"),
        ("[5.5, 1.4, 4, 0.3]", "natural logarithms"),
        ("[8, 2, 7.4, 0.3]", "not e to the mean"),
        ("[8, 2, 3.05, 0.3]", "mean of the bits"),
        ("[8, 2, 4, 0.3333]", "without smoothing"),
        ("[8, 2, 4, 0.33]", "without smoothing"),
        ("[8, 2, 4, 1 / 3]", "without smoothing"),
        ("[8, 2, 4, 0.31]", "Not yet"),
        ("[8, 2, 4, 0.225]", "multiplied by d"),
        ("[8, 2, 4, 0.23]", "Not yet"),
        ("[8, 2, 4, 0.22]", "Not yet"),
        ("[8, 2, 4, 0.5]", "not n"),
        ("[1, 2, 3, 4]", "Not yet"),
        ("[8, 2, 4]", "Not yet"),
        ("[8, ..., 4, ...]", "Give a number"),
        ("'eight'", "Give a number"),
        ("...", "Not answered yet."),
    ],
    "check_nucleus": [
        ("good", "Right"),
        ("in_list", "Right"),
        ("lambda p, mass: good(np.array(p), mass)", "Right"),
        ("undivided", "their sum must be 1"),
        ("too_few", "One token too few"),
        ("too_many", "One token too many"),
        ("unsorted", "Begin with the likeliest"),
        ("sorted_back", "Begin with the likeliest"),
        ("short", "one probability for each token"),
        ("stops", "stops with ValueError"),
        ("no_number", "no finite number"),
        ("lambda p: p", "stops with TypeError"),
        ("lambda p, mass: p", "Begin with the likeliest"),
        ("lambda p, mass: np.eye(4)[1]", "Not yet"),
        ("good(np.ones(2) / 2, 0.9)", "Give a function"),
        ("np.ndarray", "Give a function"),
        ("...", "Not answered yet."),
    ],
    "check_counts": [
        ("{5000: high, 50000: low}", "Right"),
        ("{50000: np.array([low]), 5000: round(high, 2)}", "Right"),
        ("{5000: low, 50000: high}", "exchanged"),
        ("{5000: 2**high, 50000: 2**low}", "perplexity"),
        ("by_size", "Take the last one"),
        ("{5000: high, 50000: 1.5}", "Below the floor"),
        ("{5000: 3.0, 50000: 2.9}", "Not yet"),
        ("{5000: ..., 50000: ...}", "Not answered yet."),
        ("{5000: high, 50000: None}", "Not answered yet."),
        ("{5000: high}", "Give a dict"),
        ("{5000: 'a', 50000: low}", "Give a dict"),
        ("{5000: float('nan'), 50000: low}", "Give a dict"),
        ("[high, low]", "Give a dict"),
        ("...", "Not answered yet."),
    ],
}
