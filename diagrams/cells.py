"""Inside one step: the unit that latches, and the gated cells as Keras computes them."""

import math

from chains import AXIS, HEIGHT, IN, cell_with_loop
from ink import Figure


def latch():
    """One unit with feedback holds a bit

    Left: one hidden unit h whose output feeds back into itself with weight w; the input x enters
    with weight u. Right: with w = 2 and u = 3, a single input pulse of plus one sends the state
    to nearly plus one, where it stays after the pulse is gone; a later pulse of minus one sends
    it to nearly minus one, where it stays.
    """
    fig = Figure(HEIGHT)
    cell_with_loop(fig, 66, "u", "w", "")
    # The plot is the recurrence itself, run here.
    pulses = [0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0, 0]
    left, step = 172, 20
    h, values = 0.0, []
    for x in pulses:
        h = math.tanh(2 * h + 3 * x)
        values.append(h)
    for row, series, role, name, scale in (
        (70, values, "state", "h_t", 36),
        (IN, pulses, "input", "x_t", 26),
    ):
        fig.rule((left, row), (left + step * 12 + 2, row))
        fig.math(left - 4, row + 5, name, f"{role} end")
        for t, value in enumerate(series):
            x = left + step * (t + 0.75)
            if value:
                fig.wire(role, [(x, row), (x, row - scale * value)], tip=False, kind="line")
            fig.dot(x, row - scale * value, role)
    fig.math(290, 16, "h_t = tanh(2 h_{t−1} + 3 x_t)")
    fig.note(290, 136, "the pulse is gone, the state stays")
    fig.time(left, 416, AXIS)
    return fig


def lstm_cell():
    """The LSTM cell

    Two states come from the step before: the cell state c along the top and the hidden state h
    along the bottom. The input x and h enter four boxes: the forget gate f, the input gate i, the
    candidate g and the output gate o. c is multiplied by f, then i times g is added: that is the
    new c. The tanh of the new c, multiplied by o, is the new h.
    """
    fig = Figure(312)
    top, lane, gate, hidden, entry = 28, 96, 174, 228, 252
    c0 = fig.state(26, top, "c_{t−1}")
    h0 = fig.state(26, hidden, "h_{t−1}")
    x = fig.input(44, 290, "x_t")
    c1 = fig.state(395, top, "c_t")
    h1 = fig.state(395, gate, "h_t")
    columns = {"f": 104, "i": 168, "g": 232, "o": 296}
    forget = fig.operation(columns["f"], top, "×")
    write = fig.operation(columns["i"], lane, "×")
    add = fig.operation(columns["i"], top, "+")
    read = fig.operation(346, gate, "×")
    squash = fig.box(346, lane + 6, "tanh")
    boxes = {
        name: fig.box(at, gate, "tanh" if name == "g" else "σ") for name, at in columns.items()
    }
    feed_gates(fig, h0, x, tuple(boxes.values()), hidden, entry)
    # The cell state's own line.
    fig.edge("state", c0, forget)
    fig.edge("state", forget, add)
    fig.edge("state", add, c1)
    fig.dot(346, top, "state")
    fig.wire("state", [(346, top), (346, squash.y - 17)])
    fig.edge("plain", squash, read)
    fig.edge("state", read, h1)
    # The gates.
    fig.edge("plain", boxes["f"], forget)
    fig.edge("plain", boxes["i"], write)
    fig.edge("plain", write, add)
    fig.wire("plain", [(columns["g"], gate - 16), (columns["g"], lane), (write.x + 14, lane)])
    fig.edge("plain", boxes["o"], read)
    for name, at in columns.items():
        fig.math(at + 14, gate - 24, f"{name}_t")
    for at, word in zip(columns.values(), ("forget", "input", "candidate", "output"), strict=True):
        fig.note(at, 276, word)
    return fig


def feed_gates(fig, h0, x, boxes, hidden, entry):
    """The previous state and the input, each on a line of its own, both into every gate."""
    for role, source, level, side in (("state", h0, hidden, -9), ("input", x, entry, 9)):
        *others, last = boxes
        start = source.at(23, 0) if role == "state" else source.at(0, -19)
        corner = [] if role == "state" else [(source.x, level)]
        end = [(last.x + side, level), (last.x + side, last.y + 17)]
        fig.wire(role, [start, *corner, *end])
        for box in others:
            bridge = "on-ground" if role == "input" else ""
            fig.wire(role, [(box.x + side, level), end_of(box, side)], bridge=bridge)
            fig.dot(box.x + side, level, role)


def end_of(box, side):
    """Just below a gate, off its middle."""
    return box.x + side, box.y + box.height / 2 + 3


def gru_cell():
    """The GRU cell, as Keras computes it by default

    The hidden state h comes from the step before along the top. The reset gate r and the update
    gate z are fed by h and by the input x. h times the recurrent kernel U is multiplied by r,
    joined with the input and passed through tanh: the candidate g. The new h is z times the old h
    plus one minus z times the candidate.
    """
    fig = Figure(312)
    top, lane, gate, hidden, entry = 28, 100, 174, 228, 252
    h0 = fig.state(26, top, "h_{t−1}")
    x = fig.input(26, 290, "x_t")
    h1 = fig.state(395, top, "h_t")
    bus = 66
    keep = fig.operation(276, top, "×")
    add = fig.operation(340, top, "+")
    kernel = fig.box(112, lane, "U_g", width=40)
    reset = fig.operation(170, lane, "×")
    squash = fig.box(218, lane, "tanh")
    mix = fig.operation(340, lane, "×")
    r = fig.box(170, gate, "σ")
    z = fig.box(276, gate, "σ")
    rest = fig.box(340, gate - 30, "1 −", width=40)
    # The state's own line, and its branch down to the gates.
    fig.edge("state", h0, keep)
    fig.edge("state", keep, add)
    fig.edge("state", add, h1)
    fig.dot(bus, top, "state")
    fig.wire("state", [(bus, top), (bus, hidden), (z.x - 9, hidden), end_of(z, -9)])
    fig.dot(bus, lane, "state")
    fig.wire("state", [(bus, lane), (kernel.x - 23, lane)])
    fig.edge("state", kernel, reset)
    fig.dot(r.x - 9, hidden, "state")
    fig.wire("state", [(r.x - 9, hidden), end_of(r, -9)])
    fig.edge("state", reset, squash)
    # The input.
    fig.wire("input", [x.at(0, -19), (x.x, entry), (z.x + 9, entry), end_of(z, 9)])
    for at, low in ((r.x + 9, r.y + 17), (squash.x, squash.y + 17)):
        fig.wire("input", [(at, entry), (at, low)], bridge="on-ground")
        fig.dot(at, entry, "input")
    # The gates.
    fig.edge("plain", r, reset)
    fig.wire("plain", [(squash.x + 24, lane), (mix.x - 14, lane)])
    fig.wire("plain", [(z.x, z.y - 16), (z.x, keep.y + 14)], bridge="on-ground")
    fig.dot(z.x, rest.y, "plain")
    fig.wire("plain", [(z.x, rest.y), (rest.x - 23, rest.y)])
    fig.edge("plain", rest, mix)
    fig.edge("plain", mix, add)
    fig.math(r.x + 14, gate - 24, "r_t")
    fig.math(z.x - 14, gate - 24, "z_t")
    fig.math(squash.x + 38, lane - 8, "g_t")
    fig.note(r.x, 276, "reset")
    fig.note(z.x, 276, "update")
    fig.note(squash.x, lane - 26, "candidate")
    return fig
