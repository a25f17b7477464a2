"""The loop, the chain it unrolls into, and the topologies: hidden states side by side in time."""

from ink import BOX, RADIUS, SMALL, Figure

# Rows, from the top of the picture to the bottom, and the height they need with a time axis.
OUT, STATE, IN = 24, 104, 184
AXIS, HEIGHT = 222, 236
# Where a chain of three steps stands: the initial state, then the states.
START, STEPS = 44, (136, 242, 348)
# Rows with a second layer.
OUT2, UPPER, LOWER, IN2 = 24, 98, 172, 246


def chain(fig, xs, y, label="h_#", start=None, zero="0", radius=RADIUS, first=1):
    """States in a row, each pointing to the next; `start` is where the initial state stands."""
    states = []
    before = None if start is None else fig.initial(start, y, zero)
    for step, x in enumerate(xs, first):
        state = fig.state(x, y, label.replace("#", str(step)), radius)
        if before:
            fig.edge("state", before, state)
        before = state
        states.append(state)
    return states


def inputs(fig, states, y=IN, label="x_#", first=1):
    """An input below each state, and its arrow."""
    nodes = []
    for step, state in enumerate(states, first):
        node = fig.input(state.x, y, label.replace("#", str(step)))
        fig.edge("input", node, state)
        nodes.append(node)
    return nodes


def outputs(fig, states, steps=None, y=OUT, label="y_#"):
    """An output above the states of the given steps (all of them if not told), and its arrow."""
    nodes = []
    for step, state in enumerate(states, 1):
        if steps is None or step in steps:
            node = fig.output(state.x, y, label.replace("#", str(step)))
            fig.edge("output", state, node)
            nodes.append(node)
    return nodes


def cell_with_loop(fig, x, kernel="W", recurrent="U", readout="V"):
    """One recurrent cell with its loop: out on the right, in on the left, as in the chain."""
    state = fig.state(x, STATE, "h_t")
    below = fig.input(x, IN, "x_t")
    above = fig.output(x, OUT, "y_t")
    fig.edge("input", below, state)
    fig.edge("output", state, above)
    # The loop passes over the input's arrow and comes back one step later.
    y, side, low = STATE, 46, 40
    fig.wire(
        "state",
        [
            (x + RADIUS + 2, y),
            (x + side, y),
            (x + side, y + low),
            (x - side, y + low),
            (x - side, y),
            (x - RADIUS - 3, y),
        ],
        bridge="on-ground",
        radius=14,
    )
    if kernel:
        fig.math(x - 15, IN - 23, kernel, "input")
    if recurrent:
        fig.math(x + side + 14, y + 24, recurrent, "state")
    if readout:
        fig.math(x - 14, (STATE + OUT) / 2 + 2, readout, "output")
    return below, state, above


def loop_unrolled():
    """The recurrent loop and its unrolling

    Left: one recurrent cell. The input x at time t goes up through the kernel W into the hidden
    state h, the state goes back into itself through the recurrent kernel U, and up through V to
    the output y. Right: the same cell drawn once for each of three time steps, the loop now an
    arrow from each state to the next, beginning at an initial state of zeros. W, U and V are the
    same at every step.
    """
    fig = Figure(HEIGHT)
    cell_with_loop(fig, 58)
    fig.note(138, STATE - 11, "unroll")
    fig.rule((118, STATE), (156, STATE), tip=True)
    states = chain(fig, (233, 308, 383), STATE, start=178)
    inputs(fig, states)
    outputs(fig, states)
    letters(fig, states, 178)
    for state in states:
        fig.math(state.x - 14, (STATE + OUT) / 2 + 2, "V", "output")
    fig.time(211, 406, AXIS)
    return fig


def letters(fig, states, start):
    """The weights' names on the arrows, the same at every step."""
    lefts = [start + SMALL, *(state.x + RADIUS for state in states[:-1])]
    for left, state in zip(lefts, states, strict=True):
        fig.math(state.x - 13, (STATE + IN) / 2 + 8, "W", "input")
        fig.math((left + state.x - RADIUS) / 2 - 1, STATE - 9, "U", "state")


def unrolled():
    """A recurrent layer unrolled over three time steps

    Four circles in a row: an initial state h0 and three hidden states, joined from left to right by
    arrows with the letter U. Each of the three states also receives an arrow with the letter W from
    an input below it. From the last one an arrow with the letter V goes up to an output.
    """
    fig = Figure(HEIGHT)
    states = chain(fig, STEPS, STATE, start=START, zero="h_0")
    inputs(fig, states)
    outputs(fig, states, (3,))
    letters(fig, states, START)
    fig.math(STEPS[-1] - 14, (STATE + OUT) / 2 + 2, "V", "output")
    fig.time(114, 408, AXIS)
    return fig


def many_to_many():
    """Many-to-many: an output at every step

    Three inputs below, three hidden states in a chain that begins at zeros, and three outputs
    above: each step has an arrow from its input to its state and from its state to its output.
    """
    fig = Figure(HEIGHT)
    states = chain(fig, STEPS, STATE, start=START)
    inputs(fig, states)
    outputs(fig, states)
    fig.time(114, 408, AXIS)
    return fig


def many_to_one():
    """Many-to-one: one output, after the last step

    Three inputs below, three hidden states in a chain that begins at zeros, and a single output
    above the last state. The other states serve only the step that follows them.
    """
    fig = Figure(HEIGHT)
    states = chain(fig, STEPS, STATE, start=START)
    inputs(fig, states)
    outputs(fig, states, (3,))
    fig.time(114, 408, AXIS)
    return fig


def one_to_many():
    """One-to-many: one vector in, an output at every step

    Two ways. Above, the same vector x is the input of each of three steps, and the chain of states
    begins at zeros. Below, x is given once: it becomes the initial state h0, and the chain runs on
    without inputs. Both ways every state gives an output.
    """
    fig = Figure(2 * HEIGHT + 40)
    fig.note(4, 16, "repeated as the input", "head start")
    states = chain(fig, STEPS, STATE + 26, start=START)
    outputs(fig, states, y=OUT + 26)
    source = fig.input(STEPS[1], IN + 32, "x")
    fig.edge("input", source, states[1])
    for state, side in ((states[0], -1), (states[2], 1)):
        below = (state.x, source.y)
        fig.wire("input", [source.at(24 * side, 0), below, state.at(0, RADIUS + 3)])
    top = HEIGHT + 44
    fig.note(4, top - 10, "given once, as the initial state", "head start")
    states = chain(fig, STEPS, STATE + top, zero="h_0")
    outputs(fig, states, y=OUT + top)
    first = fig.initial(START, STATE + top, "h_0")
    fig.edge("state", first, states[0])
    fig.edge("input", fig.input(START, IN + top - 12, "x"), first)
    fig.time(114, 408, AXIS + top - 12)
    return fig


def topologies():
    """Four topologies

    Many-to-many: three inputs, three states, three outputs. Many-to-one: one output, above the last
    state. One-to-many: one input, the initial state of three states with outputs. Encoder and
    decoder: two states read, then two read and write. States are joined by arrows.
    """
    fig = Figure(408)
    left, right, lower = (64, 108, 152), (252, 296, 340, 384), 192

    def panel(name, top, xs, read, write, zero="0"):
        """A chain in small, with inputs and outputs at some of its steps."""
        fig.note(xs[0] - 60, top + 16, name, "head start")
        states = chain(fig, xs, top + 104, "h", xs[0] - 44, zero, SMALL)
        attach(states, top, read, write)
        return states

    def attach(states, top, read, write, x="x"):
        for step, state in enumerate(states, 1):
            if step in read:
                fig.edge("input", fig.small("input", state.x, top + 160, x), state)
            if step in write:
                fig.edge("output", state, fig.small("output", state.x, top + 48, "y"))

    panel("many-to-many", 0, left, (1, 2, 3), (1, 2, 3))
    panel("many-to-one", 0, right[:3], (1, 2, 3), (3,))
    panel("one-to-many", lower, left, (), (1, 2, 3), "h_0")
    first = fig.small("input", left[0] - 44, lower + 160, "x")
    fig.wire("input", [first.at(0, -15), (first.x, lower + 104 + SMALL + 3)])
    encoder = panel("encoder–decoder", lower, right[:2], (1, 2), ())
    decoder = chain(fig, right[2:], lower + 104, "s", radius=SMALL)
    fig.edge("state", encoder[-1], decoder[0])
    attach(decoder, lower, (1, 2), (1, 2), "y")
    fig.time(42, 408, 396)
    return fig


def beside(fig, y, *lines):
    """Lines of words or code to the right of a row."""
    for i, (kind, words) in enumerate(lines):
        fig.note(212, y + 4.5 + 18 * (i - (len(lines) - 1) / 2), words, f"{kind} start")


def two_layers(fig, xs, output_steps, start, top=0):
    """A network whose every layer is recurrent: the second layer's states are the outputs."""
    lower = chain(fig, xs, LOWER + top, "h_#^{(1)}", start)
    upper = chain(fig, xs, UPPER + top, "h_#^{(2)}", start)
    inputs(fig, lower, IN2 + top)
    for below, above in zip(lower, upper, strict=True):
        fig.edge("input", below, above)
    outputs(fig, upper, output_steps, OUT2 + top)


def sincos_network():
    """The network of the sin·cos fit

    Two time steps, two recurrent layers. Each input, of two features, enters the first layer's
    state; each state of the first layer enters the second layer's state at the same step. In both
    layers an arrow runs from each state to the next, beginning at zeros. The second layer's last
    state is the only output.
    """
    fig = Figure(IN2 + 52)
    two_layers(fig, (96, 172), (2,), 34)
    beside(fig, OUT2, ("note", "1 feature, no time axis"))
    beside(fig, UPPER, ("code", "SimpleRNN(1)"))
    beside(fig, LOWER, ("code", "SimpleRNN(3,"), ("code", "  return_sequences=True)"))
    beside(fig, IN2, ("note", "2 steps, 2 features each"))
    fig.time(74, 216, IN2 + 38)
    return fig


def three_networks():
    """Three networks in which every layer is recurrent

    Side by side, each with two recurrent layers that begin at zeros. Many-to-many: two inputs, two
    outputs, one from each state of the second layer. Many-to-one: two inputs, one output, from the
    second layer's last state. One-to-one: a single time step, one input, one output.
    """
    fig = Figure(IN2 + 76, 456)
    for start, xs, steps, name in (
        (18, (69, 127), (1, 2), "many-to-many"),
        (184, (235, 293), (2,), "many-to-one"),
        (352, (405,), (1,), "one-to-one"),
    ):
        two_layers(fig, xs, steps, start, 30)
        fig.note((start + xs[-1]) / 2, 18, name, "head")
        fig.time(xs[0] - 24, xs[-1] + 46, IN2 + 64)
    return fig


def encoder_decoder():
    """Encoder and decoder

    An encoder reads three inputs and gives no outputs. Its last state is the first state of a
    decoder with weights of its own, which writes two outputs, one from each of its states. The
    decoder's inputs are a start sign and then the output of the step before.
    """
    top = 32
    fig = Figure(HEIGHT + top + 10)
    fig.panel(4, 4, 248, 242)
    fig.panel(268, 4, 148, 242)
    fig.note(128, 27, "encoder", "head")
    fig.note(342, 27, "decoder", "head")
    y = STATE + top
    encoder = chain(fig, (82, 152, 222), y, start=26)
    inputs(fig, encoder, IN + top)
    decoder = chain(fig, (302, 382), y, "s_#")
    fig.edge("state", encoder[-1], decoder[0])
    above = outputs(fig, decoder, y=OUT + top)
    first = fig.input(302, IN + top, "")
    fig.note(302, IN + top + 4.5, "start", "input")
    second = fig.input(382, IN + top, "y_1")
    fig.edge("input", first, decoder[0])
    fig.edge("input", second, decoder[1])
    feed_back(fig, above[0], second, 337, "on-panel")
    fig.time(60, 412, AXIS + top + 10)
    return fig


def feed_back(fig, above, below, x, bridge="on-ground"):
    """The output of one step, put in as the input of the next: over the arrow between states."""
    fig.wire(
        "output",
        [
            above.at(above.width / 2 + 2, 0),
            (x, above.y),
            (x, below.y),
            below.at(-below.width / 2 - 3, 0),
        ],
        bridge=bridge,
        kind="edge dashed",
        radius=10,
    )


def stacked():
    """Two recurrent layers, stacked, over three time steps

    Three inputs enter the states of layer 1; each state of layer 1 enters the state of layer 2 at
    the same step; each state of layer 2 gives an output. Both layers are recurrent: in each of
    them every state points to the next, beginning at zeros.
    """
    fig = Figure(IN2 + 52)
    xs = (174, 270, 366)
    lower = chain(fig, xs, LOWER, "h_#^{(1)}", 104)
    upper = chain(fig, xs, UPPER, "h_#^{(2)}", 104)
    inputs(fig, lower, IN2)
    for below, above in zip(lower, upper, strict=True):
        fig.edge("input", below, above)
    outputs(fig, upper, y=OUT2)
    fig.note(12, OUT2 + 4.5, "outputs", "note start")
    fig.note(12, UPPER + 4.5, "layer 2", "head start")
    fig.note(12, LOWER + 4.5, "layer 1", "head start")
    fig.note(12, IN2 + 4.5, "inputs", "note start")
    fig.time(150, 412, IN2 + 38)
    return fig


def bidirectional():
    """A bidirectional layer over three time steps

    Every input enters two states: one of a forward layer, whose arrows run from each step to the
    next, and one of a backward layer, whose arrows run from each step to the one before. Both
    states of a step enter its output together. Each layer begins at zeros, the forward one on the
    left, the backward one on the right.
    """
    fig = Figure(IN2 + 52)
    centres = (110, 212, 314)
    forward = chain(fig, [c - 23 for c in centres], LOWER - 6, "h_#", 32)
    zero = fig.initial(centres[-1] + 23 + 54, UPPER + 6)
    backward = [fig.state(c + 23, UPPER + 6, f"g_{step}") for step, c in enumerate(centres, 1)]
    for later, earlier in zip([zero, *backward[:0:-1]], backward[::-1], strict=True):
        fig.edge("state", later, earlier)
    for step, (c, ahead, back) in enumerate(zip(centres, forward, backward, strict=True), 1):
        below = fig.input(c, IN2, f"x_{step}", 70)
        above = fig.output(c, OUT2, f"y_{step}", 74)
        vertical(fig, "input", below, ahead)
        vertical(fig, "input", below, back)
        vertical(fig, "output", ahead, above)
        vertical(fig, "output", back, above)
    fig.note(4, LOWER + 30, "forward", "note start")
    fig.note(416, UPPER + 42, "backward", "note end")
    fig.time(75, 412, IN2 + 38)
    return fig


def vertical(fig, role, low, high):
    """An upright arrow between two nodes not quite above each other, over what it crosses."""
    x = low.x if low.round else high.x
    fig.wire(
        role,
        [(x, low.y - low.height / 2 - 2), (x, high.y + high.height / 2 + 3)],
        bridge="on-ground",
    )


def gradient():
    """The gradient flowing back through the chain

    Four hidden states with their inputs, and one output with its loss above the last state. Dashed
    arrows run against the arrows of the network: from the loss to the output, to the last state,
    and from each state to the one before. Every step back multiplies by the transposed recurrent
    kernel and by the slope of the tanh there, one minus h squared.
    """
    fig = Figure(HEIGHT + 50)
    xs, y = (96, 184, 272, 360), STATE + 16
    states = chain(fig, xs, y, start=26)
    inputs(fig, states, IN + 16)
    above = outputs(fig, states, (4,), OUT + 4)[0]
    loss = fig.box(276, above.y, "L", *BOX)
    fig.edge("plain", above, loss)
    fig.edge("gradient", loss, above, bend=12)
    fig.edge("gradient", above, states[3], bend=12)
    fig.math(398, (above.y + y) / 2 + 4, "V^T", "gradient")
    for step in (4, 3, 2):
        later, earlier = states[step - 1], states[step - 2]
        fig.edge("gradient", later, earlier, bend=-20)
        fig.math((later.x + earlier.x) / 2, y - 43, "U^T", "gradient")
    fig.legend(10, 20, "state", "the state, forward")
    fig.legend(10, 42, "gradient", "the gradient, back")
    fig.time(76, 404, AXIS + 16)
    fig.math(210, HEIGHT + 38, "δ_t = (δ_{t+1} U^T) ⊙ (1 − h_t^2)", "gradient")
    return fig


def truncated():
    """Truncated back-propagation through time

    Six hidden states in two chunks of three. The arrows between states run through all six, also
    across the border between the chunks. The dashed gradient arrows run back inside each chunk
    and stop at the border.
    """
    fig = Figure(HEIGHT + 46)
    xs, y = (40, 104, 168, 252, 316, 380), STATE + 36
    fig.panel(4, 30, 191, 222)
    fig.panel(225, 30, 191, 222)
    states = chain(fig, xs, y)
    inputs(fig, states, IN + 36)
    outputs(fig, states, (3, 6), OUT + 32)
    for step in (6, 5, 3, 2):
        fig.edge("gradient", states[step - 1], states[step - 2], bend=-14)
    # Where the gradient of chunk 2 is stopped and the state goes on.
    fig.wire("gradient", [states[3].at(-15, -19), (215, y - 38)])
    fig.wire("plain", [(210, y - 58), (210, y - 20)], tip=False, kind="line")
    fig.note(210, y - 65, "cut")
    fig.note(18, 52, "chunk 1", "head start")
    fig.note(239, 52, "chunk 2", "head start")
    fig.legend(20, 14, "state", "the state, forward")
    fig.legend(220, 14, "gradient", "the gradient, back")
    fig.time(18, 412, HEIGHT + 32)
    return fig
