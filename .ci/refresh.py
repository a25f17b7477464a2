"""Run chapters from top to bottom and store what they print; no output is written otherwise.

    python .ci/refresh.py                 every chapter, two at a time
    python .ci/refresh.py sincos          only chapters/sincos.ipynb

A chapter that fails, or that writes to stderr, is left as it was. Stored notebooks hold nothing
that changes from run to run except the date, and the versions, of the run that proved them.
"""

import hashlib
import json
import os
import platform
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from subprocess import DEVNULL

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbval.plugin import coalesce_streams

CHAPTERS = Path(__file__).parent.parent / "chapters"
SLOW_CELL = 20  # seconds; a chapter's own limit is 45
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Refused(Exception):
    """A chapter that must not be stored, with the sentence that says why."""


def read(path):
    """A notebook in which every cell has an id, its own and the same in every run."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    seen = set()
    for number, cell in enumerate(raw["cells"]):
        if cell.get("id") in seen | {None}:
            source = "".join(cell["source"])
            cell["id"] = hashlib.sha256(f"{number}{source}".encode()).hexdigest()[:8]
        seen.add(cell["id"])
    raw.update(nbformat=4, nbformat_minor=5)
    return nbformat.reads(json.dumps(raw), as_version=4)


def execute(notebook, folder):
    """Run every cell in a fresh kernel started in the notebook's own folder."""
    notebook.metadata["kernelspec"] = KERNEL
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    try:
        client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}})
        client.execute(stderr=DEVNULL)  # the kernel's own log; what a cell writes is in the cell
    except (CellExecutionError, CellTimeoutError) as error:
        last = ANSI.sub("", str(error)).strip().splitlines()[-1]
        failed = sum(c.get("execution_count") is not None for c in notebook.cells)
        raise Refused(f"code cell {failed} stopped with: {last}") from None


def seconds(cell):
    """How long a cell ran, from the times the kernel reported."""
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("shell.execute_reply")
    if not (begin and end):
        return 0.0
    return (datetime.fromisoformat(end[:26]) - datetime.fromisoformat(begin[:26])).total_seconds()


def normalise(notebook):
    """Keep what a reader sees and nothing else; refuse what should never be stored."""
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.metadata.pop("execution", None)
        cell.execution_count = count
        # A progress bar redraws its line: keep what is left on the screen, as nbval does.
        cell.outputs = coalesce_streams(cell.outputs)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                text = output.text.strip() or "a progress bar: give it file=sys.stdout"
                raise Refused(f"code cell {count} writes to stderr: {text}")
            if output.get("name") == "stdout" and not output.text:
                raise Refused(f"code cell {count} shows a bar and prints nothing after it")
            if output.output_type == "execute_result":
                output.execution_count = count
    packages = ("tensorflow-cpu", "keras", "numpy")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "verified": {
                "date": date.today().isoformat(),
                "python": platform.python_version(),
                **{name.replace("-cpu", ""): version_of(name) for name in packages},
            },
        }
    )


def version_of(package):
    """The installed version; TensorFlow goes by two names (see requirements.txt)."""
    try:
        return version(package)
    except ModuleNotFoundError:
        return version(package.replace("-cpu", ""))


def refresh(path):
    """Run and store one chapter; returns whether it was stored."""
    notebook = read(path)
    try:
        execute(notebook, path.parent)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        times = [seconds(cell) for cell in cells]
        normalise(notebook)
        nbformat.validate(notebook)
    except (Refused, nbformat.ValidationError) as reason:
        print(f"{path.name}: {reason}\n{path.name} is left as it was.", flush=True)
        return False
    fresh = path.with_suffix(".new")
    fresh.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    os.replace(fresh, path)
    print(f"{path.name}: {sum(times):.1f} s", flush=True)
    for count, (cell, time) in enumerate(zip(cells, times, strict=True), start=1):
        if time > SLOW_CELL:
            print(f"    cell {count}: {time:.1f} s: {cell.source.strip().splitlines()[0]}")
    return True


def main(names):
    """Refresh the chapters named, or all."""
    paths = [CHAPTERS / f"{Path(name).stem}.ipynb" for name in names]
    for path in paths:
        if not path.is_file():
            sys.exit(f"There is no chapter {path.name} in {CHAPTERS}.")
    # What ipykernel does under pytest it must do here: capture what Python writes to stderr,
    # not what C libraries log there, or the run would store lines that nbval never sees.
    os.environ["PYTEST_CURRENT_TEST"] = "refresh"
    with ThreadPoolExecutor(2) as pool:
        stored = list(pool.map(refresh, paths or sorted(CHAPTERS.glob("*.ipynb"))))
    return 0 if all(stored) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
