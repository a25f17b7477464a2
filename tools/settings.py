"""The settings that the book's kernels run with: their own, not those of whoever runs them."""

from pathlib import Path

# What changes prints or pictures. MPLCONFIGDIR stays: it also holds the cache of the fonts.
USERS = ("IPYTHON", "JUPYTER_", "KERAS_", "MATPLOTLIBRC", "MPLBACKEND", "TF_USE_LEGACY_KERAS")
USERS += ("PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS")


def shut_out(environment, folder):
    """Take the user's settings out of an environment; point every program to the empty folder."""
    for name in [name for name in environment if name.startswith(USERS)]:
        del environment[name]
    for name in ("IPYTHONDIR", "KERAS_HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        environment[name] = str(Path(folder, name.lower()))
    style = Path(folder, "matplotlibrc")
    style.touch()
    environment["MATPLOTLIBRC"] = str(style)
    # What ipykernel does under pytest it must do everywhere: capture what Python writes to stderr,
    # not what C libraries log there, or a run would store lines that the comparison never sees.
    environment["PYTEST_CURRENT_TEST"] = "a chapter"
