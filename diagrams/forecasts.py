"""Forecasts of a real series: an origin that moves on through the test years."""

from ink import Figure


def rolling_origin():
    """A rolling origin

    Nine years from left to right, in four rows. In the first row three years are known and the
    next three are forecast. From row to row the origin, the last year known, moves on by one year,
    and the three forecasts with it. A dashed line after the third year separates the years to fit
    on from the test.
    """
    fig = Figure(250, 430)
    left, step, row, known = 80, 41, 38, 3
    xs = [left + step * t for t in range(9)]
    border = (xs[known - 1] + xs[known]) / 2
    fig.note(border - 10, 20, "fit", "note end")
    fig.note(border + 10, 20, "test", "note start")
    for k in range(4):
        y = 56 + row * k
        fig.note(4, y + 4.5, f"origin {k + 1}", "note start")
        for t, x in enumerate(xs[: known + k + 3]):
            if t < known + k:
                fig.small("input", x, y, f"y_{t + 1}")
            else:
                fig.small("output", x, y, f"ŷ_{t + 1}")
    fig.rule((border, 8), (border, 194), dashed=True)
    fig.time(60, 424, 224)
    return fig
