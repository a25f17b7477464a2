"""Redraw every figure of the book: `python diagrams/draw.py`.

Every function beside this file that needs no argument and whose docstring has a title and a
description draws one figure. Its file is named after the function; title and description are what
a screen reader reads. Drawing uses the standard library only and gives the same bytes on every
machine, so a test can tell when a committed SVG is stale.
"""

import importlib
import inspect
from pathlib import Path

HERE = Path(__file__).parent


def figures():
    """The functions that draw, in the order of their modules and of their lines."""
    for file in sorted(HERE.glob("*.py")):
        if file.stem not in ("draw", "ink"):
            module = importlib.import_module(file.stem)
            for function in vars(module).values():
                if inspect.isfunction(function) and function.__module__ == module.__name__:
                    words = inspect.getdoc(function) or ""
                    if not inspect.signature(function).parameters and "\n\n" in words:
                        yield function


def drawings() -> dict[str, str]:
    """File name to contents, for every figure."""
    files = {}
    for draw in figures():
        title, description = inspect.getdoc(draw).split("\n\n")
        name = draw.__name__.replace("_", "-")
        files[f"{name}.svg"] = draw().svg(title, " ".join(description.split()))
    return files


if __name__ == "__main__":
    drawn = drawings()
    for name, svg in drawn.items():
        file, data = HERE / name, svg.encode()
        if not file.exists() or file.read_bytes() != data:  # else the site would look out of date
            file.write_bytes(data)
    print(f"{len(drawn)} figures in {HERE}")
