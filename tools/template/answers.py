"""What the checks of this chapter must say: a Python expression, and a part of the reply."""

SETUP = ""
CASES = {
    "check_leaky": [
        ("[0.5, 0.75, 0.375]", "Right"),
        ("np.array([0.5, 0.75, 0.375])", "Right"),
        ("[1, 1.5, 0.75]", "input is halved"),
        ("[0.5, 0.5, 0]", "old state is missing"),
        ("[0, 0, 0]", "Not yet"),
        ("...", "Not answered"),
    ],
}
