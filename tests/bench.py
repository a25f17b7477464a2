"""Time 500 epochs of the sin·cos fit twice: a plain model.fit, and the way the chapter teaches.

Both train the same network from the same weights, in batches of ten, with the validation loss
after every epoch, one after the other in this process. Exits with 1 below a factor of ten.
"""

import json
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

CHAPTER = Path(__file__).parent.parent / "chapters" / "sincos.ipynb"
EPOCHS = 500
WANTED = 10


def chapter_names():
    """What the chapter has defined once its cell with compile_epoch has run."""
    shell = InteractiveShell.instance()  # tf.function reads the source of what it compiles
    for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            with redirect_stdout(StringIO()):
                shell.run_cell(source).raise_error()
            if "def compile_epoch(" in source:
                return shell.user_ns
    sys.exit(f"No cell of {CHAPTER.name} defines compile_epoch: this file must follow the chapter.")


def plain_fit(names):
    """The usual call, on arrays; the network as one writes it, its loop not unrolled."""
    layers = names["keras"].layers
    rnns = [layers.SimpleRNN(3, return_sequences=True), layers.SimpleRNN(1)]
    model = names["keras"].Sequential([layers.Input((2, 2)), *rnns])
    model.set_weights(names["reference_network"]().get_weights())
    model.compile(optimizer="adam", loss="mse")
    how = {"batch_size": 10, "epochs": EPOCHS, "validation_split": 0.2, "verbose": 0}
    history = model.fit(names["windows"], names["targets"], **how).history
    return history["loss"][-1], history["val_loss"][-1]


def compiled(names):
    """The chapter's way, the time to compile included."""
    tf = names["tf"]
    epoch = names["compile_epoch"](names["reference_network"]())
    order = tf.function(lambda: tf.random.shuffle(tf.range(names["n_train"])))()
    return [epoch(order) for _ in range(EPOCHS)][-1]


if __name__ == "__main__":
    names, seconds = chapter_names(), []
    print(f"\n{EPOCHS} epochs, batches of 10, with validation")
    for name, train in {"model.fit on arrays": plain_fit, "compiled epochs": compiled}.items():
        start = time.perf_counter()
        training, validation = map(float, train(names))
        seconds.append(time.perf_counter() - start)
        print(f"{name:20} {seconds[-1]:6.2f} s   losses {training:.3e}, {validation:.3e}")
    factor = seconds[0] / seconds[1]
    print(f"{factor:.0f} times faster; at least {WANTED} are wanted")
    sys.exit(factor < WANTED)
