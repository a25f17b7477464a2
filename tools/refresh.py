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
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbval.plugin import coalesce_streams
from settings import shut_out

ROOT = Path(__file__).parent.parent
CHAPTERS = ROOT / "chapters"
RUFF = [sys.executable, "-m", "ruff"]
STYLE = ["--config", str(ROOT / "tests" / "ruff.toml"), "--stdin-filename", "chapter.ipynb", "-"]
WIDTH = "45"  # letters in a line of code: what a phone shows
SLOW_CELL = 20  # seconds; a chapter's own limit is 45
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

running = []  # the clients whose kernels must not outlive this program
storing = threading.Lock()


class Refused(Exception):
    """A chapter that must not be stored, with the sentence that says why."""


def tidy(name, content):
    """A chapter formatted as the tests want it, with its imports in order; says what changed."""
    steps = [
        ["check", "--select", "I", "--fix-only", "--quiet"],
        ["format", "--line-length", WIDTH],
    ]
    text = content
    for step in steps:
        done = subprocess.run(
            [*RUFF, *step, *STYLE], input=text, capture_output=True, text=True, encoding="utf-8"
        )
        if done.returncode:
            said = ANSI.sub("", done.stderr).strip().splitlines() or ["no reason given"]
            raise Refused(f"it cannot be formatted: {said[0].removeprefix('error: ')}")
        text = done.stdout
    pairs = zip(json.loads(content)["cells"], json.loads(text)["cells"], strict=True)
    code = [("".join(a["source"]), "".join(b["source"])) for a, b in pairs if "outputs" in a]
    changed = [str(number) for number, (old, new) in enumerate(code, start=1) if old != new]
    if changed:
        print(f"{name}: formatted code cell {', '.join(changed)}.", flush=True)
    return text


def complaints(text):
    """What `make test` would say of a chapter's code, a line each: "cell 3: F401 …"."""
    command = [*RUFF, "check", "--quiet", "--output-format", "concise", *STYLE]
    said = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")
    return [
        line.removeprefix("chapter.ipynb:")
        for line in said.stdout.splitlines()
        if line.startswith("chapter.ipynb:")
    ]


def read(path):
    """A formatted notebook in which every cell has an id, its own and the same in every run."""
    content = path.read_text(encoding="utf-8")
    try:
        raw = json.loads(tidy(path.name, content))
        cells = raw["cells"]
    except (ValueError, KeyError, TypeError):
        raise Refused("it is no notebook") from None
    seen = set()
    for number, cell in enumerate(cells):
        if cell.get("id") in seen | {None}:
            source = "".join(cell["source"])
            cell["id"] = hashlib.sha256(f"{number}{source}".encode()).hexdigest()[:8]
        seen.add(cell["id"])
    raw.update(nbformat=4, nbformat_minor=5)
    return content, nbformat.reads(json.dumps(raw), as_version=4)


def execute(notebook, folder):
    """Run every cell in a fresh kernel started in the notebook's own folder."""
    notebook.metadata["kernelspec"] = KERNEL
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}})
    running.append(client)
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the kernel's log; a cell's own is in the cell
    except (CellExecutionError, CellTimeoutError) as error:
        last = ANSI.sub("", str(error)).strip().splitlines()[-1]
        failed = sum(c.get("execution_count") is not None for c in notebook.cells)
        raise Refused(f"code cell {failed} stopped with: {last}") from None
    except DeadKernelError:
        raise Refused("its kernel was killed (for lack of memory?)") from None
    except RuntimeError as error:
        raise Refused(f"its kernel did not run: {error}") from None
    finally:
        running.remove(client)


def seconds(cell):
    """How long a cell ran, from the times the kernel reported."""
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("shell.execute_reply")
    if not (begin and end):
        return 0.0
    return (datetime.fromisoformat(end[:26]) - datetime.fromisoformat(begin[:26])).total_seconds()


def pictures(notebook):
    """How many pictures each cell shows, by the cell's id."""
    return {
        cell["id"]: sum("image/png" in output.get("data", {}) for output in cell["outputs"])
        for cell in notebook["cells"]
        if "outputs" in cell
    }


def normalise(notebook):
    """Keep what a reader sees and nothing else; refuse what should never be stored."""
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in METADATA and v}
        if "hide-input" in kept.get("tags", []):
            kept["jupyter"] = {"source_hidden": True}  # folded in JupyterLab as on the site
        cell.metadata = nbformat.from_dict(kept)
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
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
    packages = ("tensorflow-cpu", "keras", "numpy")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNEL,
            "language_info": LANGUAGE,
            "verified": {
                "date": date.today().isoformat(),
                "python": platform.python_version(),
                **{name.replace("-cpu", ""): version_of(name) for name in packages},
                "code": digest(notebook),
            },
        }
    )


def digest(notebook):
    """Changes when the code of a chapter does: a picture is not compared, but its code is known."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code = "\0".join("".join(cell["source"]) for cell in cells)
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def version_of(package):
    """The installed version; TensorFlow goes by two names (see requirements.txt)."""
    try:
        return version(package)
    except ModuleNotFoundError:
        return version(package.replace("-cpu", ""))


def words(notebook):
    """How many words a reader is shown: no folded passage, no text that stands for a picture."""
    hidden = re.compile(r"<details>.*?</details>|!\[[^\]]*\]|</?[a-z][^>]*>", re.DOTALL)
    texts = ("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    return sum(len(hidden.sub(" ", text).split()) for text in texts)


def shown_code(notebook):
    """The lines of code that a reader is shown, cell by cell."""
    return [
        [line for line in "".join(cell["source"]).splitlines() if line.strip()]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not FOLDED & set(cell["metadata"].get("tags", []))
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
    opening = notebook["cells"][0]
    text, found = TIME.subn(lambda _: fresh, "".join(opening["source"]))
    if found != 1:
        raise Refused(
            "its first cell must say once: *Time:* 0 minutes to read, 0 s to run. "
            "(the numbers are filled in)"
        )
    opening["source"] = text


def refresh(path):
    """Run and store one chapter; returns whether it was stored."""
    try:
        before, notebook = read(path)
        had = pictures(json.loads(before))
        execute(notebook, path.parent)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        times = [seconds(cell) for cell in cells]
        normalise(notebook)
        write_time(notebook, sum(times))
        shown = pictures(notebook)
        for count, cell in enumerate(cells, start=1):
            if shown[cell.id] < had.get(cell.id, 0):
                raise Refused(
                    f"code cell {count} has lost a picture (if it should: delete its old outputs)"
                )
        nbformat.validate(notebook)
        store(path, before, nbformat.writes(notebook) + "\n")
    except (Refused, nbformat.ValidationError, OSError) as reason:
        print(f"{path.name}: {reason}.\n{path.name} is left as it was.", flush=True)
        return False
    print(f"{path.name}: {sum(times):.1f} s", flush=True)
    for line in complaints(path.read_text(encoding="utf-8")):
        print(f"    `make test` will say (text cells count): {line}")
    for count, (cell, time) in enumerate(zip(cells, times, strict=True), start=1):
        if time > SLOW_CELL:
            print(f"    cell {count}: {time:.1f} s: {cell.source.strip().splitlines()[0]}")
    return True


def store(path, before, after):
    """Put the new notebook in the place of the old one, whole or not at all."""
    fresh = path.with_suffix(".new")
    with storing:
        try:
            if path.read_text(encoding="utf-8") != before:
                raise Refused("it was changed while it ran: run this again")
            fresh.write_text(after, encoding="utf-8", newline="\n")
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)


def stop(folder):
    """Leave at once: no kernel goes on, nothing more is stored."""
    with storing:
        for client in running:
            if client.km is not None and client.km.has_kernel:
                client.km.provisioner.process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        print("\nStopped; chapters that were not stored yet are left as they were.", flush=True)
        os._exit(130)


def main(names):
    """Refresh the chapters named, or all."""
    paths = [CHAPTERS / f"{Path(name).stem}.ipynb" for name in names]
    there = sorted(CHAPTERS.glob("*.ipynb"))
    for path in paths:
        if path not in there:
            known = ", ".join(path.stem for path in there)
            sys.exit(f"There is no chapter {path.stem}; there are {known}.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shut_out(os.environ, folder)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop(folder))
        with ThreadPoolExecutor(1) as pool:  # together they would be timed as slower
            stored = list(pool.map(refresh, paths or there))
    return 0 if all(stored) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"Nothing was run: {error}.")
