"""What memory is for: the same sine twice, and two ways to use a forecast of one step."""

import math

from ink import Figure


def same_sine():
    """The same sine twice

    A sine curve with a dashed horizontal line at the height 0.56. The curve meets the line on the
    way up and on the way down. A row for each meeting: the sine one step earlier, the sine now, and
    the product one step later. On the way up, below the curve: -0.78, 0.56 and -0.44. On the way
    down, above the curve: 0.86, 0.56 and 0.49.
    """
    fig = Figure(226)
    left, unit, middle, high, step = 36, 66, 116, 52, 1.5

    def place(t):
        """Where the curve is at time t."""
        return left + unit * (t + 1.0), middle - high * math.sin(t)

    level = place(0.6)[1]
    fig.rule((6, level), (414, level), dashed=True)
    rows = (0.6, 202, -17), (math.pi - 0.6, 22, 17)
    for now, y, rim in rows:
        for t in (now - step, now, now + step):
            fig.rule(place(t), (place(t)[0], y + rim))
    fig.wire("input", [place(0.05 * i) for i in range(-27, 95)], tip=False, kind="line", radius=1)
    for now, y, _ in rows:
        for t in (now - step, now):
            fig.dot(*place(t), "input")
            fig.input(place(t)[0], y, label(math.sin(t)), width=62)
        t = now + step
        fig.output(place(t)[0], y, label(math.sin(t) * math.cos(t)), width=66)
    fig.note(6, 26.5, "on the way down", "note start")
    fig.note(414, 206.5, "on the way up", "note end")
    return fig


def label(value):
    """Two decimals, with a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def recursive_forecast():
    """One step ahead, and a recursive forecast

    Two blocks of three rows. In every row a window of two samples leads to a forecast of the next
    sample. One step ahead: all windows hold measured samples. Recursive: the second window holds a
    measured sample and the forecast of the first row, the third window holds the forecasts of the
    first two rows; dashed arrows lead from each forecast down to where it is read.
    """
    fig = Figure(338)
    xs = [118 + 68 * t for t in range(5)]
    for top, words, recursive in ((16, "one step ahead", False), (180, "recursive", True)):
        fig.note(4, top, words, "head start")
        before = None
        for window in range(3):
            y = top + 28 + 43 * window
            fig.note(4, y + 4.5, f"forecast {window + 1}", "note start")
            for t in (window, window + 1):
                guess = recursive and t > 1
                name = f"x̂_{t + 1}" if guess else f"x_{t + 1}"
                last = fig.small("output" if guess else "input", xs[t], y, name)
            if recursive and before:
                fig.edge("output", before, last, kind="dashed")
            before = fig.small("output", xs[window + 2], y, f"x̂_{window + 3}")
            fig.edge("output", last, before)
    fig.time(96, 414, 325)
    return fig
