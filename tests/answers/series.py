"""What the checks of this chapter must say: a Python expression, and a part of the reply."""

SETUP = """
from conftest import ROOT

# What the check of the forecasters has from the chapter's run.
file = ROOT / "chapters/data/sunspots.csv"
spots = np.loadtxt(file, delimiter=",", skiprows=1)[:, 1]
origins = np.arange(cut - 1, len(spots) - 1)
future = np.r_[spots, np.full(H, np.nan)]
truth = np.stack([future[o + 1 :][:H] for o in origins])
plain9, root9 = (fit_ar(z[:cut], 9) for z in (spots, np.sqrt(spots)))
rivals = {"persistence": persistence, "AR(9)": lambda past: run_ar(plain9, past)}
paths = {
    name: np.stack([rival(spots[: o + 1]) for o in origins]) for name, rival in rivals.items()
}
from_ops = keras.ops


def loss(up, down, mean=True):
    def pinball(y, f):
        found = from_ops.where(y > f, up * (y - f), down * (f - y))
        return from_ops.mean(found) if mean else from_ops.sum(found)

    return pinball
"""
CASES = {
    "check_scores": [
        ("[4, 5.9, 0.8]", "Right"),
        ("np.array([[4.0], [5.9], [0.8]])", "Right"),
        ("(2.7, 5.9, 0.5)", "as positive"),
        ("[4, 34.7, 0.8]", "ends with a root"),
        ("[4, 3.5, 0.8]", "first the squares"),
        ("[12, 10.2, 2.4]", "Divide by the number"),
        ("[4, 5.9, 1.3]", "not the other way"),
        ("[4, 5.9, 1.2]", "divided by 5"),
        ("[4, 6, 1]", "Not yet"),
        ("[4, ..., 0.8]", "Give a number"),
        ("[[4], [5.9, 0.8]]", "Give a number"),
        ("...", "Not answered"),
    ],
    "check_pinball": [
        ("loss(0.9, 0.1)", "Right: 9"),
        ("lambda y, f: np.mean(np.maximum(0.9 * (y - f), 0.1 * (f - y)))", "Right: 9"),
        ("loss(0.1, 0.9)", "exchanged"),
        ("loss(0.9, -0.1)", "negative"),
        ("loss(0.9, 0)", "Nothing is charged"),
        ("loss(1, 1)", "Both sides cost the same"),
        ("loss(0.9, 0.1, mean=False)", "not the sum"),
        ("loss(0.8, 0.2)", "Not yet: 10 above costs 8.0"),
        ("lambda y, f: y - f", "Return one number"),
        ("lambda y: y", "TypeError"),
        ("lambda y, f: np.nan", "gives no number"),
        ("lambda y, f: 'much'", "ValueError"),
        ("0.9", "Give the function itself"),
        ("...", "Not answered"),
    ],
    "check_forecast": [
        ("lambda past: (run_ar(plain9, past) + seasonal(past)) / 2", "Right."),
        ("lambda past: run_ar(plain9, past)", "That is the plain AR(9)"),
        ("lambda past: np.maximum(run_ar(plain9, past), 0)", "That is the plain AR(9)"),
        ("lambda past: squared(run_ar(root9, np.sqrt(past)))", "Root AR(9) has"),
        ("persistence", "That is persistence"),
        ("seasonal", "Root AR(9) has"),
        ("lambda past: run_ar(plain9, past) - 60", "negative"),
        ("lambda past: np.nan_to_num(future[len(past) :][:11])", "future"),
        ("lambda past: np.full(11, 50.0)", "whatever the past is"),
        ("lambda past: past[-5:]", "Return eleven"),
        ("lambda past: past[-1]", "Return eleven"),
        ("lambda past: np.full(11, np.nan)", "Return eleven"),
        ("lambda past: 'high'", "Return eleven"),
        ("lambda past: None", "Return eleven"),
        ("lambda: 1", "TypeError"),
        ("50", "Give the function itself"),
        ("...", "Not answered"),
    ],
}
