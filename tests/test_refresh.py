"""`make refresh`: what it stores, what it refuses, and that nothing stops it half way."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import nbconvert
import nbformat
import pytest
import refresh
from conftest import ROOT

TIME = "*You need:* nothing. *Time:* 0 minutes to read, 0 s to run."
PLOT = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()"


def save(path, *sources, opening=TIME, **of_code):
    """A chapter with these code cells."""
    cells = [nbformat.v4.new_markdown_cell(f"# A chapter\n\n{opening}\n")]
    cells += [nbformat.v4.new_code_cell(source, **of_code) for source in sources]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


@pytest.fixture
def chapter(monkeypatch, tmp_path):
    """The one chapter of a small book, with its program, in a folder with a blank in its name."""
    book = tmp_path / "my book"
    for name in ("tools/refresh.py", "tools/settings.py", "tests/ruff.toml"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, book / name)
    (book / "chapters").mkdir()
    monkeypatch.setattr(refresh, "CHAPTERS", book / "chapters")
    return book / "chapters/chapter.ipynb"


def there(chapter):
    """All that lies in the folder of the chapters."""
    return {path.name: path.read_text("utf-8") for path in chapter.parent.iterdir()}


def test_it_formats_stores_and_times(chapter, capfd):
    metadata = {"editable": True, "tags": [], "scrolled": False}
    save(chapter, "import sys, os\nx = {  'a':1 }\nprint(x)", metadata=metadata)
    assert refresh.refresh(chapter)
    said = capfd.readouterr().out
    assert "formatted code cell 1" in said
    assert "chapter.ipynb:cell 2:1:8: F401" in said, "as `make test` will say"
    once = there(chapter)
    opening, cell = json.loads(once["chapter.ipynb"])["cells"]
    assert "*Time:* 5 minutes to read, 5 s to run." in "".join(opening["source"])
    assert "".join(cell["source"]) == 'import os\nimport sys\n\nx = {"a": 1}\nprint(x)'
    assert cell["outputs"][0]["text"] == ["{'a': 1}\n"] and cell["metadata"] == {}
    assert refresh.refresh(chapter)
    assert there(chapter) == once and "formatted" not in capfd.readouterr().out
    notebook = nbformat.read(chapter, as_version=4)
    assert nbconvert.ScriptExporter().from_notebook_node(notebook)[1]["output_extension"] == ".py"


PICTURE = nbformat.v4.new_output("display_data", {"image/png": "iVBORw0K"})


@pytest.mark.parametrize(
    ("cell", "how", "reason"),
    [
        ("1 / 0", {}, "code cell 1 stopped with: ZeroDivisionError"),
        ("x = (", {}, "it cannot be formatted"),
        ("import os\n\nos.kill(os.getpid(), 9)", {}, "its kernel did not last"),
        ("import sys\n\nprint(1, file=sys.stderr)", {}, "code cell 1 writes to stderr: 1"),
        ('print("\\r50 %\\r    \\r", end="")', {}, "shows a bar and prints nothing after it"),
        ("1", {"opening": "*Time:* 20 minutes"}, "its first cell must say once"),
        ("1", {"outputs": [PICTURE]}, "code cell 1 has lost a picture"),
    ],
)
def test_what_is_refused(chapter, capfd, cell, how, reason):
    save(chapter, cell, **how)
    before = there(chapter)
    assert not refresh.refresh(chapter)
    said = capfd.readouterr().out
    assert reason in said and "chapter.ipynb is left as it was." in said, said
    assert "Traceback" not in said and there(chapter) == before


def test_a_full_disk_and_an_edit_saved_while_it_ran(chapter, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    chapter.write_text("edited")
    with pytest.raises(refresh.Refused, match="changed while it ran"):
        refresh.store(chapter, "as it was", "new")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        refresh.store(chapter, "edited", "new")
    assert there(chapter) == {"chapter.ipynb": "edited"}


def test_minutes_follow_from_words_and_lines():
    shown = {"cell_type": "code", "metadata": {}, "source": "x = 1\n\ny = 2\n" * 15}
    folded = shown | {"metadata": {"tags": ["hide-input"]}, "source": "x = 1\n" * 900}
    text = "word " * 1500 + "<details>\n" + "word " * 900 + "</details>\n![an alt text](x.svg)"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text}, shown, folded]
    assert (refresh.words({"cells": cells}), refresh.minutes({"cells": cells})) == (1500 + 1, 25)
    assert [refresh.rounded(amount) for amount in (0, 5, 5.1)] == [5, 5, 10]


def call(chapter, *names, **variables):
    """Start the program as `make refresh` does."""
    return subprocess.Popen(
        [sys.executable, chapter.parent.parent / "tools/refresh.py", *names],
        env=os.environ | {"PYTHONUTF8": "1"} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def test_a_reader_s_own_settings_stay_out(chapter, tmp_path):
    profile = tmp_path / "ipython/profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text(
        "c.InteractiveShell.ast_node_interactivity = 'all'\n"
        "c.InteractiveShellApp.exec_lines = ['%precision 2']\n"
    )
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\n")
    (tmp_path / "keras.json").write_text('{"backend": "jax", "floatx": "float64"}')
    cells = ["1 / 3\n2 / 3", 'import matplotlib as mpl\n\nmpl.rcParams["lines.linewidth"]']
    cells += ['import os\n\nos.environ.get("KERAS_BACKEND"), os.environ["KERAS_HOME"]', PLOT]
    save(chapter, *cells)
    own = {name: str(tmp_path) for name in ("KERAS_HOME", "MPLCONFIGDIR", "JUPYTER_CONFIG_DIR")}
    own |= {"MATPLOTLIBRC": str(tmp_path), "IPYTHONDIR": str(profile.parent)}
    own |= {"MPLBACKEND": "Agg", "KERAS_BACKEND": "torch", "PYTHONOPTIMIZE": "1"}
    program = call(chapter, **own)
    said = program.communicate()[0]
    assert program.returncode == 0, said
    outputs = [cell["outputs"] for cell in json.loads(chapter.read_text())["cells"][1:]]
    texts = ["".join(o["data"]["text/plain"]) for cell in outputs for o in cell if "data" in o]
    assert texts[:2] == ["0.6666666666666666", "1.5"]
    assert texts[2].startswith("(None, ") and str(tmp_path / "keras") not in texts[2]
    assert "image/png" in outputs[3][-1]["data"]


def alive(process):
    """Whether there still is such a process."""
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="a signal of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_at_once(chapter, tmp_path, number):
    note = tmp_path / "kernel"
    cell = f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\n"
    for name in "ab":
        save(chapter.with_stem(name), cell + "time.sleep(60)")
    before = there(chapter)
    program = call(chapter)
    while not (note.exists() and note.read_text()) and program.poll() is None:
        time.sleep(0.1)
    program.send_signal(number)
    said = program.communicate(timeout=10)[0]
    assert program.returncode == 130 and "Stopped; chapters" in said and "Traceback" not in said
    assert there(chapter) == before
    for _ in range(50):
        if not alive(int(note.read_text())):
            break
        time.sleep(0.1)
    assert not alive(int(note.read_text()))


def test_a_name_that_is_no_chapter(chapter):
    save(chapter.with_stem("loops"), "1")
    program = call(chapter, "loop")
    assert program.communicate()[0] == "There is no chapter loop; there are loops.\n"
    assert program.returncode == 1
