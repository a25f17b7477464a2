"""Wrong submissions of the second assignment: each is the solution with a slip or two."""

WRONG = {
    "the target stands in its own window": (
        [("windows", "series[:-1], k", "series, k"), ("windows", "series[k:]", "series[k - 1 :]")],
        14,
        {"test-windows": "the answer is in X"},
    ),
    "the mean of the test part": (
        [("rivals", "test - train.mean()", "test - test.mean()")],
        15,
        {"test-mean": "A forecaster does not know it"},
    ),
    "weights fitted to the test part": (
        [("window-error", "rows(train), train[k:]", "rows(test), test[k:]")],
        12,
        {
            "test-window-error": "the weights were fitted to the test part",
            "test-needed-here": None,
        },
    ),
    "no constant in the regression, no squares in the error": (
        [
            ("window-error", "np.c_[np.ones(len(old)), old]", "old"),
            ("rivals", "(test[1:] - test[:-1]) ** 2", "abs(test[1:] - test[:-1])"),
        ],
        13,
        {
            "test-window-error": "The regression needs a constant",
            "test-persistence": "Square the errors before you take the mean",
        },
    ),
    "the best window, not the one that is needed": (
        [("needed", "np.flatnonzero(errors <= (1 + slack) * errors.min())[0]", "errors.argmin()")],
        12,
        {
            "test-needed": "Asked is the smallest one that is nearly as good",
            "test-needed-here": None,
        },
    ),
    'memory "taken away" by shuffling whole rows': (
        [
            (
                "without-memory",
                "    for column in range(X.shape[1] - 1):\n"
                "        mixed[:, column] = rng.permutation(X[:, column])\n"
                "    return mixed",
                "    return rng.permutation(mixed)",
            )
        ],
        13,
        {
            "test-newest-stays": "we take the memory away, not the present",
            "test-old-is-mixed": "Whole rows were moved",
        },
    ),
    "zeros in place of the memory": (
        [("without-memory", "rng.permutation(X[:, column])", "0")],
        14,
        {"test-old-is-mixed": "more than the memory is taken away"},
    ),
    "the height now, given as the forecast": (
        [
            (
                "follow",
                "m = law @ (m + gain * (height - m[0]))",
                "m = law @ m\n        m = m + gain * (height - m[0])",
            )
        ],
        13,
        {"test-follow-one": "This is the height now", "test-follow-all": None},
    ),
    "a state that is made anew at every step": (
        [("follow", "law @ (m + gain * (height - m[0]))", "law @ (gain * height)")],
        14,
        {"test-follow-all": "every step begins with (0, 0) again"},
    ),
}
