"""Format chapters, run them from top to bottom and store what they print, with the time it takes.

    python tools/refresh.py                   every chapter
    python tools/refresh.py sincos unrolling  only these

A chapter that fails, writes to stderr or loses a picture is left as it was. Stored notebooks hold
nothing that changes from run to run except the date, and the versions, of the run that proved them.
"""

import hashlib
import json
import math
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from importlib.metadata import packages_distributions, version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbval.plugin import coalesce_streams
from settings import shut_out

ROOT = Path(__file__).parent.parent
CHAPTERS = ROOT / "chapters"
RUFF = [sys.executable, "-m", "ruff"]
STYLE = ["--config", str(ROOT / "tests" / "ruff.toml")]
FORMAT = [  # imports in order; lines of code that a phone shows
    ["check", "--select", "I", "--fix-only", "--quiet"],
    ["format", "--line-length", "45"],
]
SLOW_CELL = 20  # seconds
WORDS, LINE = 150, 1 / 3  # read in a minute; minutes for a line of code
FOLDED = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
TIME = re.compile(r"\*Time:\* (\d+) minutes to read, (\d+) s to run\.")
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
METADATA = {"jupyter", "mystnb", "reason", "tags"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Refused(Exception):
    """A chapter that must not be stored, with the sentence that says why."""


def code(notebook):
    """The code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tidy(text):
    """A chapter formatted as the tests want it."""
    for step in FORMAT:
        command = [*RUFF, *step, *STYLE, "--stdin-filename", "chapter.ipynb", "-"]
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise Refused(f"it cannot be formatted: {done.stderr.splitlines()[0]}")
        text = done.stdout
    return text


def execute(notebook, folder):
    """Run every cell in a fresh kernel started in the notebook's own folder."""
    for cell in code(notebook):
        cell.update(outputs=[], execution_count=None)
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the kernel's log; a cell's own is in the cell
    except CellControlSignal as error:
        last = ANSI.sub("", str(error)).strip().splitlines()[-1]
        failed = sum(cell.execution_count is not None for cell in code(notebook))
        raise Refused(f"code cell {failed} stopped with: {last}") from None
    except RuntimeError as error:
        raise Refused(f"its kernel did not last (for lack of memory?): {error}") from None


def seconds(cell):
    """How long a cell ran, from the times the kernel reported."""
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("shell.execute_reply")
    if not (begin and end):
        return 0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def pictures(notebook):
    """How many pictures each cell shows, by the cell's id."""
    return {
        cell.get("id"): sum("image/png" in output.get("data", {}) for output in cell["outputs"])
        for cell in code(notebook)
    }


def normalise(notebook):
    """Keep what a reader sees and nothing else; refuse what should never be stored."""
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in METADATA and v}
        if "hide-input" in kept.get("tags", []):
            kept["jupyter"] = {"source_hidden": True}  # folded in JupyterLab as on the site
        cell.metadata = nbformat.from_dict(kept)
    for count, cell in enumerate(code(notebook), start=1):
        cell.execution_count = count
        # A progress bar redraws its line: keep what is left on the screen, as nbval does.
        cell.outputs = coalesce_streams(cell.outputs)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                text = output.text.strip() or "a progress bar: give it file=sys.stdout"
                raise Refused(f"code cell {count} writes to stderr: {text}")
            if output.get("name") == "stdout" and not output.text.strip():
                raise Refused(f"code cell {count} shows a bar and prints nothing after it")
            if output.output_type == "execute_result":
                output.execution_count = count
    verified = {"date": date.today().isoformat(), "python": platform.python_version()}
    installed = packages_distributions()  # TensorFlow goes by two names (see requirements.txt)
    for name in ("tensorflow", "keras", "numpy"):
        verified[name] = version(installed[name][0])
    verified["code"] = digest(notebook)
    metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE, "verified": verified}
    notebook.metadata = nbformat.from_dict(metadata)


def digest(notebook):
    """Changes when the code of a chapter does: a picture is not compared, but its code is known."""
    text = "\0".join("".join(cell["source"]) for cell in code(notebook))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def words(notebook):
    """How many words a reader is shown: no folded passage, no text that stands for a picture."""
    hidden = re.compile(r"<details>.*?</details>|!\[[^\]]*\]|</?[a-z][^>]*>", re.DOTALL)
    texts = ("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    return sum(len(hidden.sub(" ", text).split()) for text in texts)


def shown_code(notebook):
    """The lines of code that a reader is shown, cell by cell."""
    return [
        [line for line in "".join(cell["source"]).splitlines() if line.strip()]
        for cell in code(notebook)
        if not FOLDED & set(cell["metadata"].get("tags", []))
    ]


def rounded(amount):
    """The next multiple of five: what a page can promise."""
    return max(5, 5 * math.ceil(amount / 5))


def minutes(notebook):
    """How long reading takes."""
    return rounded(words(notebook) / WORDS + LINE * sum(map(len, shown_code(notebook))))


def write_time(notebook, run):
    """Put the minutes to read and the seconds to run where the opening cell says them."""
    fresh = f"*Time:* {minutes(notebook)} minutes to read, {rounded(run)} s to run."
    opening = notebook.cells[0]
    opening.source, found = TIME.subn(fresh, opening.source)
    if found != 1:
        raise Refused(
            "its first cell must say once: *Time:* 0 minutes to read, 0 s to run. "
            "(the numbers are filled in)"
        )


def refresh(path):
    """Run and store one chapter; returns whether it was stored."""
    try:
        before = path.read_text(encoding="utf-8")
        # Cells without an id of their own get one.
        notebook = nbformat.v4.upgrade(nbformat.reads(tidy(before), as_version=4))
        execute(notebook, path.parent)
        times = [seconds(cell) for cell in code(notebook)]
        normalise(notebook)
        write_time(notebook, sum(times))
        had, shown = pictures(json.loads(before)), pictures(notebook)
        for count, name in enumerate(shown, start=1):
            if shown[name] < had.get(name, 0):
                raise Refused(
                    f"code cell {count} has lost a picture (if it should: delete its old outputs)"
                )
        nbformat.validate(notebook)
        store(path, before, nbformat.writes(notebook) + "\n")
    except (Refused, nbformat.ValidationError, OSError) as reason:
        print(f"{path.name}: {reason}.\n{path.name} is left as it was.", flush=True)
        return False
    print(f"{path.name}: {sum(times):.1f} s", flush=True)
    pairs = zip(code(json.loads(before)), code(notebook), times, strict=True)
    for count, (old, cell, time) in enumerate(pairs, start=1):
        if cell.source != "".join(old["source"]):
            print(f"    formatted code cell {count}")
        if time > SLOW_CELL:
            print(f"    code cell {count} runs {time:.1f} s, which is long for a reader")
    # What `make test` will say of its code; text cells count.
    subprocess.run([*RUFF, "check", "--quiet", "--output-format", "concise", *STYLE, path])
    return True


def store(path, before, after):
    """Put the new notebook in the place of the old one, whole or not at all."""
    fresh = path.with_suffix(".new")
    if path.read_text(encoding="utf-8") != before:
        raise Refused("it was changed while it ran: run this again")
    try:
        fresh.write_text(after, encoding="utf-8", newline="\n")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def stop(folder):
    """Leave at once; a kernel ends when its parent has."""
    for half in CHAPTERS.glob("*.new"):
        half.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    print("\nStopped; chapters that were not stored yet are left as they were.", flush=True)
    os._exit(130)


def main(names):
    """Refresh the chapters named, or all."""
    there = {path.stem: path for path in sorted(CHAPTERS.glob("*.ipynb"))}
    names = [Path(name).stem for name in names] or list(there)
    for name in names:
        if name not in there:
            sys.exit(f"There is no chapter {name}; there are {', '.join(there)}.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shut_out(os.environ, folder)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop(folder))
        # One by one: together they would be timed as slower. In a thread of its own: in the
        # main one nbclient takes the signals.
        with ThreadPoolExecutor(1) as pool:
            stored = list(pool.map(refresh, (there[name] for name in names)))
    return 0 if all(stored) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"Nothing was run: {error}.")
