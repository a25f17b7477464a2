"""The drawings of the chapter on messages: attention over an encoder, and a beam."""

from chains import chain, inputs
from ink import Figure


def attention_encoder():
    """Attention over the states of an encoder

    An encoder reads three inputs. Its last state is the first state of a decoder, as before. New is
    a box c above the encoder: an arrow from each of the three encoder states leads into it, each
    with a weight a. The decoder's output is read from the decoder's state and from c together.
    """
    fig = Figure(252)
    y = 124
    fig.panel(4, 78, 262, 132)
    fig.note(10, 98, "encoder", "head start")
    states = chain(fig, (88, 158, 228), y, start=32)
    inputs(fig, states, 178)
    mean = fig.box(228, 38, "c", 52, 32)
    weights = ((124, 77), (209, 88), (244, 82))
    for number, (state, place) in enumerate(zip(states, weights, strict=True), 1):
        fig.edge("state", state, mean, kind="dashed")
        fig.math(*place, f"a_{number}", "state")
    decoder = fig.state(344, y, "s_1")
    fig.edge("state", states[-1], decoder)
    fig.edge("input", fig.input(344, 178, "", 52), decoder)
    fig.note(344, 182.5, "start", "input")
    written = fig.output(344, 38, "y_1")
    fig.edge("output", decoder, written)
    fig.edge("output", mean, written)
    fig.note(412, 214, "decoder", "head end")
    fig.time(60, 412, 236)
    return fig


def beam():
    """Greedy and beam search over two steps

    A tree. From the start, 4 has probability 0.6 and 7 has 0.4. After 4 the two continuations 41
    and 42 have 0.5 each, so each whole answer has 0.3. After 7 the continuation 71 has 0.9, whole
    0.36, and 72 has 0.1, whole 0.04. Greedy keeps 4; a beam of two keeps both, and finds 71.
    """
    fig = Figure(250)
    fig.note(40, 18, "start", "head")
    fig.note(172, 18, "step 1", "head")
    fig.note(318, 18, "step 2", "head")
    root = fig.box(40, 132, "", 44)
    for first, y, share, ends in (
        ("4", 76, "0.6", (("41", 52, "0.5", "0.30"), ("42", 104, "0.5", "0.30"))),
        ("7", 188, "0.4", (("71", 164, "0.9", "0.36"), ("72", 216, "0.1", "0.04"))),
    ):
        node = fig.output(172, y, first)
        fig.edge("output", root, node)
        fig.note(102, y + (4 if first == "4" else 0), share)
        for word, height, chance, whole in ends:
            leaf = fig.output(318, height, word)
            fig.edge("output", node, leaf)
            fig.note(240, height + (-4 if height < y else 14), chance)
            fig.note(408, height + 4.5, whole, "head end" if word == "71" else "note end")
    return fig
