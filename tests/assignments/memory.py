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
        {"test-follow-one": "This is the height now", "test-follow-all": "By hand"},
    ),
    "a state that is made anew at every step": (
        [("follow", "law @ (m + gain * (height - m[0]))", "law @ (gain * height)")],
        14,
        {"test-follow-all": "every step begins with (0, 0) again"},
    ),
    "the newest value first, the training part scored, the product turned": (
        [
            ("windows", "return X,", "return X[:, ::-1],"),
            (
                "window-error",
                "rows(test) @ weights - test[k:]",
                "rows(train) @ weights - train[k:]",
            ),
            ("follow", "law @ (m + gain * (height - m[0]))", "(m + gain * (height - m[0])) @ law"),
        ],
        7,
        {
            "test-windows": "The newest value comes first",
            "test-window-error": "or the training part was scored",
            "test-needed-here": None,
            "test-follow-one": "law @ m, not m @ law",
            "test-follow-all": "By hand",
        },
    ),
    "a window across the cut, the slack added, a surprise for each number": (
        [
            (
                "window-error",
                "(rows(test) @ weights - test[k:])",
                "(rows(np.r_[train, test])[len(train) - k :] @ weights - test)",
            ),
            ("needed", "(1 + slack) * errors.min()", "slack + errors.min()"),
            ("follow", "(height - m[0])", "(height - m)"),
        ],
        8,
        {
            "test-window-error": "a window stands across it",
            "test-needed": "Multiply by 1 + slack",
            "test-needed-here": None,
            "test-follow-all": "one surprise for both",
        },
    ),
    "a value too many in y, the state in place of its forecasts": (
        [
            ("windows", "series[k:]", "series[k - 1 :]"),
            ("follow", "return np.array(forecasts)", "return m"),
        ],
        11,
        {
            "test-windows": "one for each is needed",
            "test-follow-one": "One value, one forecast",
            "test-follow-all": "collect m[0] at every step",
        },
    ),
}
