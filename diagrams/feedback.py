"""The chapter on feedback: what is drawn for it alone."""

from ink import Figure


def parity_units():
    """Parity with two threshold units

    On the left the units A and B of the step before, on the right the units A and B of this step.
    From the old A an arrow with weight plus 1 leads to each new unit; from the old B an arrow with
    weight minus 1 leads to each. The input x enters both new units with weight plus 1. A is on
    above 0.5, B is on above 1.5. The output p is plus 1 times A and minus 1 times B.
    """
    fig = Figure(232)
    before, now, upper, lower, middle = 44, 252, 62, 190, 126
    fig.note(before, 18, "step before")
    fig.note(now, 18, "this step")
    a, b = fig.state(before, upper, "A"), fig.state(before, lower, "B")
    new_a, new_b = fig.state(now, upper, "A"), fig.state(now, lower, "B")
    x = fig.input(now, middle, "x_t")
    p = fig.output(376, middle, "p_t")
    for old, weight, side in ((a, "+1", 1), (b, "−1", -1)):
        for new in (new_a, new_b):
            fig.edge("state", old, new)
        y = old.y - 8 if side > 0 else old.y + 18
        fig.note(148, y, weight, "state")
        fig.note(88, middle - 8 if side > 0 else middle + 18, weight, "state")
    for new, weight, words in ((new_a, "+1", "on above 0.5"), (new_b, "−1", "on above 1.5")):
        fig.edge("input", x, new)
        fig.edge("output", new, p)
        up = new.y < middle
        fig.note(now + 16, (new.y + middle) / 2 + (6 if up else 4), "+1", "input")
        fig.note(330, middle + (-32 if up else 42), weight, "output")
        fig.note(now + 30, new.y + (-14 if up else 24), words, "note start")
    return fig
