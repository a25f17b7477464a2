"""Redraw every figure of the book: `python diagrams/draw.py`.

Each function of `chains`, `cells` and `series` named here draws one figure. Its file is named after
the function; its docstring is the title and the description that a screen reader reads. Drawing
uses the standard library only and gives the same bytes on every machine, so a test can tell when a
committed SVG is stale.
"""

import inspect
from pathlib import Path

import cells
import chains
import memory
import series

FIGURES = (
    chains.loop_unrolled,
    chains.unrolled,
    chains.many_to_many,
    chains.many_to_one,
    chains.one_to_many,
    chains.encoder_decoder,
    chains.topologies,
    chains.no_recurrence,
    chains.one_step,
    chains.three_networks,
    chains.sincos_network,
    chains.stacked,
    chains.bidirectional,
    chains.gradient,
    chains.truncated,
    cells.latch,
    cells.lstm_cell,
    cells.gru_cell,
    series.states,
    series.windows,
    series.forecast,
    series.mask,
    series.attention,
    memory.same_sine,
    memory.recursive_forecast,
)


def drawings() -> dict[str, str]:
    """File name to contents, for every figure."""
    files = {}
    for draw in FIGURES:
        title, description = inspect.getdoc(draw).split("\n\n")
        name = draw.__name__.replace("_", "-")
        files[f"{name}.svg"] = draw().svg(title, " ".join(description.split()))
    return files


if __name__ == "__main__":
    here = Path(__file__).parent
    for name, svg in drawings().items():
        file, data = here / name, svg.encode()
        if not file.exists() or file.read_bytes() != data:  # else the site would look out of date
            file.write_bytes(data)
    print(f"{len(FIGURES)} figures in {here}")
