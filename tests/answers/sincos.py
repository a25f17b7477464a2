"""What the checks of this chapter must say: a Python expression, and a part of the reply."""

SETUP = """
import itertools

MAKE = keras.utils.timeseries_dataset_from_array
ALL = np.arange(50)
CUT = np.stack([ALL[i : i + 5] for i in range(43)])
"""
CASES = {
    "check_pairs": [
        ("43", "Right"),
        ("43.0", "Right"),
        ("[43]", "Right"),
        ("np.array(43)", "Right"),
        ("np.int64(43)", "Right"),
        ("42", "One too few"),
        ("45", "directly after"),
        ("46", "whether their target exists"),
        ("47", "windows of 4"),
        ("50", "Not yet"),
        ("...", "Not answered"),
        ("None", "Not answered"),
        ("float('nan')", "Give a number"),
        ("'many'", "Give a number"),
    ],
    "check_dataset": [
        ("MAKE(ALL, ALL[7:], 5)", "Right"),
        ("MAKE(ALL, ALL[7:], sequence_length=5, batch_size=None)", "Right"),
        ("MAKE(ALL, ALL[7:], 5, batch_size=10, shuffle=True)", "Right"),
        ("MAKE(ALL[:, None], ALL[7:, None], 5)", "Right"),
        ("MAKE(ALL[:-3], ALL[7:], 5)", "Right"),
        ("MAKE(ALL, ALL[7:], 5).repeat()", "Right"),
        ("list(MAKE(ALL, ALL[7:], 5, batch_size=20))", "Right"),
        ("next(iter(MAKE(ALL, ALL[7:], 5)))", "Right"),
        ("(CUT, ALL[7:])", "Right"),
        ("MAKE(ALL, ALL, 5)", "first value"),
        ("MAKE(ALL, ALL[4:], 5)", "a leak"),
        ("MAKE(ALL, ALL[5:], 5)", "directly after"),
        ("MAKE(ALL, ALL[6:], 5)", "2 steps after"),
        ("MAKE(ALL, ALL[8:], 5)", "4 steps after"),
        ("MAKE(ALL, ALL[7:], 4)", "not 5 values long"),
        ("MAKE(ALL, ALL[7:], 5, sequence_stride=2)", "pairs"),
        ("MAKE(ALL, ALL[7:], 5, sampling_rate=2)", "successive"),
        ("MAKE(ALL, None, 5)", "Give the dataset"),
        ("MAKE", "Give the dataset"),
        ("43", "Give the dataset"),
        ("[]", "empty"),
        ("'dataset'", "Give the dataset"),
        ("{1: 2}", "Give the dataset"),
        ("itertools.count()", "Give the dataset"),
        ("...", "Not answered"),
    ],
    "check_medians": [
        ("{'RNN': 1.3e-4, 'flat': 9.6e-5, 'memoryless': 4.6e-5}", "Right"),
        (
            "{'RNN': np.float32(1.05e-4), 'flat': np.array([7.3e-5]), 'memoryless': [4e-5]}",
            "Right",
        ),
        ("{'RNN': 1.0e-3, 'flat': 3.8e-4, 'memoryless': 2.6e-4}", "rate=0.01"),
        ("{'RNN': 1.0e-3, 'flat': 9.6e-5, 'memoryless': 4.6e-5}", "RNN"),
        ("{'RNN': 0.999, 'flat': 0.999, 'memoryless': 0.9995}", "look like R²"),
        ("{'RNN': 1e-5, 'flat': 3e-6, 'memoryless': 1e-6}", "lowest"),
        ("{'RNN': 1e-5, 'flat': 1e-5, 'memoryless': 1e-5}", "lowest"),
        ("{'RNN': np.full(20, 1e-4), 'flat': 1e-4, 'memoryless': 1e-4}", "Give a dict"),
        ("{'RNN': ..., 'flat': ..., 'memoryless': ...}", "Not answered"),
        ("{'RNN': 1e-4, 'flat': 1e-4, 'memoryless': None}", "Not answered"),
        ("{'RNN': 1e-4, 'flat': 1e-4}", "Give a dict"),
        ("{'RNN': np.nan, 'flat': 1e-4, 'memoryless': 1e-4}", "Give a dict"),
        ("{'RNN': 'low', 'flat': 1e-4, 'memoryless': 1e-4}", "Give a dict"),
        ("[1e-4, 1e-4, 1e-4]", "Give a dict"),
        ("1e-4", "Give a dict"),
        ("...", "Not answered"),
    ],
}
