"""Wrong submissions of the first assignment: each is the solution with a slip or two."""

WRONG = {
    "the slope taken one step too late": (
        [("factors", "[:-1]", "[1:]")],
        13,
        {
            "test-factors-plain": "the slope of tanh at the same step",
            "test-factors-leaky": "The slope of tanh is wrong",
        },
    ),
    "the carried share is missing in the factor": (
        [("factors", "(1 - a) + a", "a")],
        14,
        {"test-factors-leaky": "With w = 0 nothing comes back through tanh"},
    ),
    "the slope taken from the state, `1 - h[t]**2`": (
        [
            ("factors", "inner**2", "states(x, w, u, b, a)[1:] ** 2"),
            ("gradients", "inner**2", "h[t] ** 2"),
        ],
        8,
        {
            "test-factors-leaky": "Here h[t] is a mixture",
            "test-gradients-one-step": "the slope of tanh at s",
            "test-gradients-chain": "not 1 - h[t]**2",
            "test-gradients-leak": "the chain must be right",
        },
    ),
    "the gradient of the last step alone": (
        [("gradients", "back = back * (1 - a) + delta * w", "back = 0")],
        11,
        {
            "test-gradients-chain": "this is the chain through h",
            "test-gradients-leak": "the chain must be right",
        },
    ),
    "the carried share is forgotten in the chain": (
        [("gradients", "back * (1 - a) + delta * w", "delta * w")],
        11,
        {
            "test-gradients-chain": "past it, with the share 1 - a",
            "test-gradients-leak": "the chain must be right",
        },
    ),
    "the leak differentiated in one place only": (
        [("gradients", "(inner - h[t - 1])", "inner")],
        14,
        {"test-gradients-leak": "a stands twice, also in (1 - a) h[t-1]"},
    ),
    "a half shared among the steps, `0.5 / steps`": (
        [("leak-for", "(1 - 0.5 ** (1 / steps))", "0.5 / steps")],
        13,
        {
            "test-leak-alone": "a power, not a product",
            "test-leak-and-weight": "brings something back through tanh as well",
        },
    ),
    "a leak for w = 0, used for every w": (
        [("leak-for", "/ (1 - w)", "")],
        14,
        {"test-leak-and-weight": "brings something back through tanh as well"},
    ),
    "at the cut the state begins at 0 again": (
        [
            (
                "truncated",
                "h = states(x, w, u, b, a)",
                "x = x[len(x) - reach :]\n    h = states(x, w, u, b, a)",
            )
        ],
        14,
        {"test-truncated": "crosses the cut. Run all inputs forward"},
    ),
    "a reach of one step too many, and the first lucky one": (
        [
            ("truncated", "len(x) - reach", "max(0, len(x) - reach - 1)"),
            ("smallest-reach", "[-1]) + 2 if far.any() else 1", "[0]) + 2"),
        ],
        12,
        {
            "test-truncated": "reach = 1 is the last step alone",
            "test-smallest-reach": "Reach 2 is near by luck only",
        },
    ),
    "the factors in turned order, one step too few, less for at most": (
        [
            (
                "factors",
                "(1 - a) + a * w * (1 - inner**2)",
                "((1 - a) + a * w * (1 - inner**2))[::-1]",
            ),
            ("truncated", "len(x) - reach, -1", "len(x) - reach + 1, -1"),
            ("smallest-reach", "> tolerance", ">= tolerance"),
        ],
        9,
        {
            "test-factors-plain": "The order is turned",
            "test-factors-leaky": "The order is turned",
            "test-truncated": "one step too few",
            "test-smallest-reach": "this is 'at most'",
        },
    ),
    "the way back over the first steps": (
        [("truncated", "range(len(x), len(x) - reach, -1)", "range(reach, 0, -1)")],
        14,
        {"test-truncated": "These are the first steps"},
    ),
}
