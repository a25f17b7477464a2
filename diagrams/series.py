"""What goes in and what comes out: batches and their states, windows, forecasts, masks."""

import math

from chains import AXIS, HEIGHT, IN, OUT, STATE, chain, inputs, outputs
from ink import Figure


def states():
    """What becomes of the state between two batches

    Two rows, each with two batches of two time steps. Above, the default: each batch begins at an
    initial state of zeros. Below, stateful=True: the first batch begins at zeros, and its last
    state is carried over to the first state of the second batch.
    """
    fig = Figure(366)
    batches = ((94, 164), (314, 384))
    for x, words in ((4, "batch 1"), (224, "batch 2")):
        fig.panel(x, 4, 192, 358)
        fig.note(x + 96, 26, words, "head")
    for y, stateful in ((92, False), (262, True)):
        words = "stateful=True" if stateful else "stateful=False"
        fig.note(14, y - 34, words, "code start")
        before = None
        for xs in batches:
            start = None if before else xs[0] - 64
            row = chain(fig, xs, y, start=start, first=3 if before else 1)
            inputs(fig, row, y + 70, first=3 if before else 1)
            if before:
                fig.edge("state", before, row[0])
                fig.note(234, y - 34, "carried over", "note start")
            if stateful:
                before = row[-1]
    return fig


def windows():
    """Windows of two time steps sliding over a series

    A series of nine samples. Below it seven windows, one a row, each shifted by one sample: two
    neighbouring samples are the inputs, the next one is the target. A dashed line separates the
    first five windows, used for training, from the last two, for validation. The first validation
    window begins at samples that training has seen.
    """
    fig = Figure(346)
    left, step, first, row = 34, 44, 108, 29
    xs = [left + step * t for t in range(9)]
    wave = [48 - 26 * math.sin(0.62 * t - 0.2) for t in range(9)]
    fine = [(left + step * t / 4, 48 - 26 * math.sin(0.155 * t - 0.2)) for t in range(33)]
    fig.wire("input", fine, tip=False, kind="line", radius=1)
    for x, y in zip(xs, wave, strict=True):
        fig.dot(x, y, "input")
    for window in range(7):
        y = first + row * window + (10 if window >= 5 else 0)
        for t in (window, window + 1):
            fig.small("input", xs[t], y, f"x_{t + 1}")
        fig.small("output", xs[window + 2], y, f"y_{window + 3}")
    cut = first + row * 4.5 + 5
    fig.rule((6, cut), (414, cut), dashed=True)
    fig.note(414, first + 4.5, "5 windows to train on", "note end")
    fig.note(14, cut + 23, "2 windows to validate on", "note start")
    fig.time(12, 414, 332)
    return fig


def mask():
    """A mask over padded messages

    Three messages of three, five and two time steps, padded with zeros to five. For the first one
    the states are drawn: the mask is true for three steps, each with a new state; at the two
    padded steps nothing enters and the state is copied unchanged, so that the output after the
    last step is read from the third state.
    """
    fig = Figure(348)
    xs = (112, 182, 252, 322, 392)
    states, real = [], 3
    for step, x in enumerate(xs, 1):
        padded = step > real
        state = fig.state(x, STATE, f"h_{min(step, real)}", extra=" pad" if padded else "")
        if states:
            fig.edge("state", states[-1], state, kind="dashed" if padded else "")
        states.append(state)
        fig.note(x, IN + 38, str(not padded), "code")
    fig.edge("output", states[-1], fig.output(xs[-1], OUT, "y"))
    for row, (y, length) in enumerate(((IN, 3), (IN + 72, 5), (IN + 116, 2)), 1):
        fig.note(4, y + 4.5, f"message {row}", "note start")
        for step, x in enumerate(xs, 1):
            padded = step > length
            below = fig.input(x, y, "0" if padded else f"x_{step}", extra=" pad" if padded else "")
            if row == 1 and not padded:
                fig.edge("input", below, states[step - 1])
    fig.note(4, IN + 38, "mask", "code start")
    fig.note(4, STATE + 4.5, "state", "note start")
    fig.note((xs[3] + xs[4]) / 2, STATE + 42, "copied")
    fig.time(90, 414, 334)
    return fig


def attention():
    """Recurrence and attention

    Above, recurrence: four inputs, four states, four outputs; the first input reaches the last
    output only through every state between. Below, causal attention: no states; every output has
    an arrow from its own input and from every earlier one, so that the first input reaches the
    last output directly.
    """
    fig = Figure(2 * HEIGHT + 48)
    xs = (88, 184, 280, 376)
    fig.note(4, 16, "recurrence: step by step", "head start")
    row = chain(fig, xs, STATE + 26, start=20)
    inputs(fig, row, IN + 26)
    outputs(fig, row, y=OUT + 26)
    top = HEIGHT + 44
    fig.note(4, top - 10, "attention: every earlier step at once", "head start")
    sources = [fig.input(x, IN + top, f"x_{step}") for step, x in enumerate(xs, 1)]
    sinks = [fig.output(x, OUT + top, f"y_{step}") for step, x in enumerate(xs, 1)]
    for step, sink in enumerate(sinks, 1):
        for source in sources[:step]:
            fig.edge("input" if step == len(sinks) else "rule", source, sink)
    fig.time(66, 404, AXIS + HEIGHT + 48)
    return fig


def state_or_list():
    """A state of fixed size, and a list of all pairs

    Left: three pairs of a key and a value are written one after the other into one state, the
    matrix S; the output is read from S with a query. Right, attention: the three pairs stay in a
    list; an arrow leads from the query to each of them, and one from each of them to the output.
    """
    fig = Figure(218)
    rows = (62, 114, 166)
    fig.note(4, 20, "one matrix for all", "head start")
    state = fig.state(112, rows[1], "S", 26)
    answer = fig.output(180, rows[1], "y", 40)
    for step, y in enumerate(rows, 1):
        pair = fig.input(34, y, f"k_{step}  v_{step}", 56)
        fig.edge("input", pair, state)
    fig.edge("output", state, answer)
    fig.edge("input", fig.input(180, rows[2] + 14, "q", 36), answer)
    fig.note(4, 208, "written one by one", "note start")
    fig.note(222, 20, "a list of all pairs", "head start")
    query = fig.input(240, rows[1], "q", 36)
    found = fig.output(396, rows[1], "y", 40)
    for step, y in enumerate(rows, 1):
        pair = fig.input(318, y, f"k_{step}  v_{step}", 56)
        fig.edge("input", query, pair)
        fig.edge("output", pair, found)
    fig.note(222, 208, "q is compared with each", "note start")
    return fig
