"""Back-propagation through time in numbers: one unit over three steps, two units over one step."""

from ink import Figure


def one_unit_back():
    """One unit over three steps, forward and back, in numbers

    An initial state 0 and three states 0.46, 0.27 and 0.16 in a row, joined by arrows with the
    factor 0.6, above the inputs 0.5, 0 and 0. The last state goes to the loss L. Dashed arrows run
    back: from the loss to the last state with −1.68, then from state to state with the factor 0.6.
    Below each step stand its slope (0.79, 0.93, 0.97), its delta (−0.43, −0.91, −1.63) and its
    share of the derivative (0, −0.42, −0.44). The sum of the shares is −0.86.
    """
    fig = Figure(324)
    xs, y, end = (112, 210, 308), 104, 392
    before = fig.initial(28, y)
    states = [fig.state(x, y, h) for x, h in zip(xs, ("0.46", "0.27", "0.16"), strict=True)]
    loss = fig.box(end, y, "L", 34, 34)
    for earlier, later in zip([before, *states], states, strict=False):
        fig.edge("state", earlier, later)
        rims = earlier.x + earlier.width / 2, later.x - later.width / 2
        fig.note(sum(rims) / 2 - 2, y + 24, "× 0.6", "state")
    for state, x in zip(states, ("0.5", "0", "0"), strict=True):
        fig.edge("input", fig.input(state.x, 184, x), state)
    fig.edge("plain", states[-1], loss)
    fig.edge("gradient", loss, states[-1], bend=-16)
    fig.note(end - 40, y - 43, "−1.68", "gradient")
    for later, earlier in ((states[2], states[1]), (states[1], states[0])):
        fig.edge("gradient", later, earlier, bend=-20)
        fig.note((later.x + earlier.x) / 2, y - 44, "× 0.6", "gradient")
    fig.legend(10, 20, "state", "the state, forward")
    fig.legend(216, 20, "gradient", "the gradient, back")
    rows = (
        (232, "step", ("1", "2", "3"), "note"),
        (258, "slope", ("0.79", "0.93", "0.97"), "note"),
        (284, "δ", ("−0.43", "−0.91", "−1.63"), "gradient"),
        (310, "share", ("0", "−0.42", "−0.44"), "gradient"),
    )
    for row, name, values, kind in rows:
        fig.note(10, row, name, f"{kind} start")
        for x, value in zip(xs, values, strict=True):
            fig.note(x, row, value, kind)
    fig.note(end - 10, 284, "sum", "gradient")
    fig.note(end - 10, 310, "= −0.86", "gradient")
    return fig


def two_units():
    """Two units over one step, forward and back

    Two panels, each with the units P and Q at step t on the left and the same two units at step
    t + 1 on the right. Left panel: four arrows run forward, from P to P with the weight 1, from P
    to Q with 2, from Q to P with 3, from Q to Q with 4. Right panel: the two dashed arrows that run
    back to P, from P with the weight 1 and from Q with 2. The deltas at step t + 1 are 1 for P and
    10 for Q, so that 1 times 1 plus 10 times 2, which is 21, comes back to P.
    """
    fig = Figure(290)
    low, high, gap = 200, 88, 112
    for left, name in ((6, "forward"), (216, "back to P")):
        fig.panel(left, 4, 198, 280)
        fig.note(left + 99, 27, name, "head")
        fig.note(left + 40, 50, "step t", "note")
        fig.note(left + 44 + gap, 50, "step t + 1", "note")
    nodes = {}
    for left in (6, 216):
        for unit, y in (("P", high), ("Q", low)):
            nodes[left, unit, 0] = fig.state(left + 40, y, unit)
            nodes[left, unit, 1] = fig.state(left + 40 + gap, y, unit)
    # Each weight stands beside the beginning of its arrow.
    for start, end, weight, x, y in (
        ("P", "P", "1", 102, high - 9),
        ("P", "Q", "2", 67, high + 46),
        ("Q", "P", "3", 67, low - 35),
        ("Q", "Q", "4", 102, low + 21),
    ):
        fig.edge("state", nodes[6, start, 0], nodes[6, end, 1])
        fig.math(x, y, weight, "state")
    for unit, weight, delta in (("P", "1", "1"), ("Q", "2", "10")):
        a, b = nodes[216, unit, 1], nodes[216, "P", 0]
        fig.edge("gradient", a, b)
        x = (a.x + b.x) / 2 + (0 if unit == "P" else 8)
        fig.math(x, (a.y + b.y) / 2 - 9, weight, "gradient")
        fig.math(a.x + 2, a.y + 40, f"δ = {delta}", "gradient")
    fig.note(216 + 20, 268, "1 · 1 + 10 · 2 = 21", "gradient start")
    return fig
