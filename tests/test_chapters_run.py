"""A chapter by itself, every cell run twice, on the machine of a reader with other settings.

In an empty folder, without a network, it prints what is stored, shows as many pictures, of the
same size, and leaves nothing there but the data that it came with. Under CI that is every chapter,
elsewhere the one that runs for the shortest time.
(Startup files that change how NumPy prints are the reader's wish, and are not undone.)
"""

import base64
import copy
import json
import os

import nbclient
import nbformat
import pytest
from conftest import ROOT
from nbval.plugin import coalesce_streams
from notebooks import APPROXIMATE, CHAPTERS, COMPARED, code, load, shows_picture, source
from refresh import TIME

OFFERED = ROOT / "_build/html/_sources/chapters"  # what the site offers for download
SIZE = 0.1  # a reader's own font may change a picture by so much
IPYTHON = """
c.InteractiveShell.ast_node_interactivity = "all"
c.InteractiveShellApp.exec_lines = ["%precision 2", "%load_ext autoreload", "%autoreload 2"]
"""
STYLE = "figure.figsize: 2, 9\nfigure.dpi: 33\nfont.size: 23\nlines.linewidth: 7\nsavefig.dpi: 50\n"
KERAS = {"backend": "jax", "floatx": "float64", "epsilon": 1e-3}


def run_seconds(path):
    """How long a chapter says that it runs."""
    return int(TIME.search(source(load(path)["cells"][0]))[2])


EXECUTED = CHAPTERS if os.environ.get("CI") else [min(CHAPTERS, key=run_seconds)]


@pytest.fixture
def settings(tmp_path):
    """The environment of a reader whose programs are all set otherwise."""
    (tmp_path / "profile_default").mkdir()
    (tmp_path / "profile_default/ipython_config.py").write_text(IPYTHON)
    (tmp_path / "matplotlibrc").write_text(STYLE)
    (tmp_path / "keras.json").write_text(json.dumps(KERAS))
    own = {name: str(tmp_path) for name in ("IPYTHONDIR", "KERAS_HOME", "MATPLOTLIBRC")}
    own["MATPLOTLIBRC"] += "/matplotlibrc"
    return os.environ | own | {"MPLBACKEND": "Agg", "KERAS_BACKEND": "torch"}


def offered(path):
    """The copy that the site offers, if it was built of this very chapter, else the chapter."""
    copied = OFFERED / path.name
    if copied.is_file():
        own = [cell for cell in code(load(copied)) if not brings_data(cell)]
        if own == code(load(path)):
            return load(copied)
    return load(path)


def brings_data(cell):
    """Whether a cell of a copy writes the data that the chapter reads."""
    return cell["id"].startswith("data-")


def twice(notebook):
    """The notebook with each of its code cells two times."""
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["cell_type"] == "code":
            cells.append(copy.deepcopy(cell) | {"id": cell["id"] + "-2"})
    return nbformat.reads(json.dumps(notebook | {"cells": cells}), as_version=4)


def streams(cell, name):
    """What a cell wrote, as far as processors agree on it."""
    written = [{**o, "text": "".join(o["text"])} for o in cell["outputs"] if o.get("name") == name]
    text = "".join(output.text for output in coalesce_streams(nbformat.from_dict(written)))
    return APPROXIMATE.sub(COMPARED, text)


def results(cell):
    """The values that a cell ends with."""
    found = [o["data"]["text/plain"] for o in cell["outputs"] if "data" in o]
    return ["".join(text) for text in found]


def sizes(cell):
    """Width and height of a cell's pictures in points of the screen."""
    found = [output for output in cell["outputs"] if shows_picture(output)]
    headers = [base64.b64decode("".join(o["data"]["image/png"])[:64])[16:24] for o in found]
    return [(int.from_bytes(h[:4], "big"), int.from_bytes(h[4:], "big")) for h in headers]


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_every_cell_twice_with_a_reader_s_own_settings(path, settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    notebook = twice(offered(path))
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": folder}}
    )
    client.execute(env=settings)
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        kept = ROOT / "chapters" / file.relative_to(folder)
        assert file.parent.name == "data" and file.read_bytes() == kept.read_bytes()
    own = [cell for cell in code(notebook) if not brings_data(cell)]
    for stored, again in zip(code(load(path)), own[1::2], strict=True):
        assert streams(again, "stdout") == streams(stored, "stdout"), source(stored)
        assert streams(again, "stderr") == "", source(stored)
        assert set(results(stored)) <= set(results(again)) or sizes(stored), source(stored)
        assert len(sizes(again)) == len(sizes(stored)), source(stored)
        for one, other in zip(sizes(stored), sizes(again), strict=True):
            assert other == pytest.approx(one, rel=SIZE), source(stored)
