"""The drawings of the chapter on language: agreement, a text in pieces, the next token."""

from ink import Figure


def agreement():
    """Agreement across distractors

    Nine words in boxes, in two rows: the electrons near the slow, and photon near the muon scatter.
    A line leads from electrons, which is plural, to the verb scatter, which has no s. A bracket
    below near, the, muon is what a 4-gram sees before the verb.
    """
    fig = Figure(222)
    rows = (
        ["the", "electrons", "near", "the", "slow"],
        ["photon", "near", "the", "muon", "scatter"],
    )
    places = {}
    for row, words in enumerate(rows):
        for column, word in enumerate(words):
            x, y = 42 + 79 * column, 62 + 76 * row
            role = fig.output if (row, column) == (1, 4) else fig.input
            places[row, column] = role(x, y, "", 72)
            fig.note(x, y + 4.5, word, "output" if (row, column) == (1, 4) else "input")
    fig.note(121, 22, "plural", "head")
    fig.note(358, 178, "so no s", "head")
    start, end = places[0, 1], places[1, 4]
    fig.wire(
        "state",
        [
            (start.x, start.y - 18),
            (start.x, 34),
            (408, 34),
            (408, end.y - 42),
            (end.x, end.y - 42),
            (end.x, end.y - 19),
        ],
    )
    fig.rule((86, 164), (86, 172), (314, 172), (314, 164))
    fig.note(186, 194, "all that a 4-gram sees before the verb")
    fig.note(186, 214, "(photon and muon are singular: distractors)")
    return fig


def pieces():
    """A long text in rows and pieces

    Two rows of the text, each cut into three pieces. A column of pieces is one batch. The state is
    carried from each piece to the next one in its row; the gradient runs back inside a piece only.
    """
    fig = Figure(236)
    for column in range(3):
        x = 108 + 126 * column
        fig.panel(x - 52, 28, 104, 134)
        fig.note(x, 20, f"batch {column + 1}", "head")
    for row, name in enumerate(("row 1", "row 2")):
        y = 66 + 60 * row
        fig.note(4, y + 4.5, name, "note start")
        before = None
        for column in range(3):
            x = 108 + 126 * column
            words = (("Alice was", "beginning", "to get"), ("the King", "and the", "Queen"))
            node = fig.input(x, y, "", 88)
            fig.note(x, y + 4.5, words[row][column], "input")
            if before:
                fig.edge("state", before, node)
            fig.wire("gradient", [(x + 38, y + 24), (x - 38, y + 24)])
            before = node
    fig.legend(58, 190, "state", "state, carried on")
    fig.legend(58, 216, "gradient", "gradient, inside a piece only")
    fig.time(250, 412, 190)
    return fig


def sampler():
    """Probabilities of the next word

    Bars for the words that may follow "the electrons near the muon": near, then the verbs without
    s, then the full stop with nothing.
    """
    fig = Figure(246)
    fig.note(10, 20, "the electrons near the muon …", "head start")
    bars = (("near", 0.5), ("scatter", 0.08), ("absorb", 0.08), ("drift", 0.08), ("decay", 0.08))
    for row, (word, share) in enumerate(bars):
        y = 56 + 41 * row
        fig.note(78, y + 4.5, word, "note end")
        fig.output(90 + share * 230, y, "", share * 460)
        fig.note(104 + share * 460, y + 4.5, f"{share:.2f}", "note start")
    return fig
