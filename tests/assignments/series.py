"""Wrong submissions of the third assignment: each is the solution with a slip or two."""

WRONG = {
    "the season taken from all 61 years": (
        [("anomalies", "series[month:cut:12]", "series[month::12]")],
        14,
        {"test-season-leak": "and your means have changed: a leak"},
    ),
    "anomalies divided by the deviation of all years": (
        [
            (
                "anomalies",
                "series - means[np.arange(len(series)) % 12]",
                "(series - means[np.arange(len(series)) % 12]) / series.std()",
            )
        ],
        13,
        {
            "test-season": "the unit is still a degree",
            "test-season-leak": "and their anomalies were not",
        },
    ),
    "the forecaster sees its own month": (
        [("roll", "series[:t]", "series[: t + 1]")],
        14,
        {"test-roll": "has seen the value that it forecasts"},
    ),
    "an origin that stands still": (
        [("roll", "series[:t]", "series[:cut]")],
        14,
        {"test-roll": "The origin stands still"},
    ),
    "the oldest value first": (
        [
            ("fit-ar", "range(1, p + 1)", "range(p, 0, -1)"),
            ("ar-next", "past[::-1][: len(c) - 1]", "past[-(len(c) - 1) :]"),
        ],
        13,
        {
            "test-fit-ar": "The oldest value comes first",
            "test-ar-next": "The newest value, the last one, belongs to c1",
        },
    ),
    "errors that cancel, and a MASE in units of the test part": (
        [
            (
                "scores",
                "np.mean(np.abs(forecast - truth))\n",
                "abs(np.mean(forecast - truth))\n",
            ),
            ("scores", "np.diff(train)", "np.diff(truth)"),
        ],
        14,
        {
            "test-mae": "must not cancel",
            "test-mase": "The unit comes from the training part",
        },
    ),
    "a symmetric range": (
        [
            (
                "interval",
                "below, above = np.quantile(residuals, [cut_off, 1 - cut_off])",
                "above = np.quantile(abs(residuals), share)\n    below = -above",
            )
        ],
        14,
        {"test-interval": "Your range is symmetric"},
    ),
    "a range of 60 % that claims 80 %, one end of it counted": (
        [("interval", "(1 - share) / 2", "1 - share"), ("interval", "low <= truth", "low < high")],
        13,
        {
            "test-interval": "Cut off a tenth on each side",
            "test-coverage": "Both ends must hold",
        },
    ),
    "a test of one side only": (
        [("paired-p", "np.abs(means) >= abs(difference.mean())", "means >= difference.mean()")],
        13,
        {
            "test-p-small": "compare sizes, to both sides",
            "test-p-paired": "this must be found as well",
        },
    ),
    "a paired test that mixes the months": (
        [
            (
                "paired-p",
                "signs = rng.choice([-1, 1], (flips, len(difference)))\n"
                "    means = np.mean(signs * difference, axis=1)",
                "both = [rng.permutation(np.r_[a, b]) for _ in range(flips)]\n"
                "    means = np.array([np.mean(e[: len(a)] - e[len(a) :]) for e in both])",
            )
        ],
        13,
        {
            "test-p-small": "2 of 16 patterns are as large as this",
            "test-p-paired": "do not shuffle the errors",
        },
    ),
    "forecasts of forecasts, all that lstsq returns, squares in the unit and in the pairs": (
        [
            (
                "roll",
                "return np.array([forecaster(series[:t]) for t in range(cut, len(series))])",
                "past = series[:cut]\n"
                "    for _ in series[cut:]:\n"
                "        past = np.r_[past, forecaster(past)]\n"
                "    return past[cut:]",
            ),
            ("fit-ar", "rcond=None)[0]", "rcond=None)"),
            ("scores", "np.abs(np.diff(train))", "np.diff(train) ** 2"),
            ("paired-p", "a - b", "a**2 - b**2"),
        ],
        10,
        {
            "test-roll": "the forecaster reads its own forecasts",
            "test-fit-ar": "lstsq returns four things",
            "test-mase": "persistence has 3 in training",
            "test-p-small": "not of their squares",
        },
    ),
}
