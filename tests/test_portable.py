"""The notebooks offered for download are complete: one file, in an empty folder, without a network.

What they compute is proved with the chapters themselves: here every code cell and every output is
shown to be the chapter's own. test_lab.py looks at their pictures in JupyterLab.
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO

import matplotlib.image
import nbconvert
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from nbconvert.filters import markdown2html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebooks import CHAPTERS, code, prose

sys.path.insert(0, str(ROOT / "extensions"))

from portable_notebooks import DATA, complete, data_files, logger, portable

OFFERED = ROOT / "_build/html/_sources/chapters"
PNG = "data:image/png;base64,"

each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def shown(notebook):
    """The pictures and the links of its text, as nbconvert shows it."""
    html = "\n".join(markdown2html(cell.source) for cell in prose(notebook))
    soup = BeautifulSoup(html, "html.parser")
    return soup.find_all("img"), [link["href"] for link in soup.select("a[href]")]


def inside(links):
    """The links that need no other file."""
    return [link for link in links if re.match("https?://|mailto:|#", link)]


@each_chapter
def test_pictures_are_inside(path):
    """All that the chapter has, each one that opens; nothing points out of the file."""
    text = "\n\n".join(cell.source for cell in prose(read(path)))
    drawings = re.findall(r"^!\[(.*)\]\((\.\./diagrams/.*)\)$", text, re.MULTILINE)
    images, links = shown(read(path))
    assert [(image["alt"], image["src"]) for image in images] == drawings
    assert all((path.parent / file).is_file() for _, file in drawings)
    assert inside(links) != links
    images, links = shown(read(OFFERED / path.name))
    assert [image["alt"] for image in images] == [alt for alt, _ in drawings]
    assert inside(links) == links
    for image in images:
        assert image["src"].startswith(PNG)
        pixels = matplotlib.image.imread(BytesIO(base64.b64decode(image["src"][len(PNG) :])))
        assert pixels.shape[1] > 900 and pixels.std() > 0.05, image["alt"]


def without_prose(notebook):
    """What must be the same in the copy."""
    for cell in prose(notebook):
        cell.source = ""
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith(DATA)]
    return notebook


@each_chapter
def test_code_and_outputs_are_the_chapter_s(path):
    """Only prose was touched, so what was proved of the chapter holds for the copy."""
    assert without_prose(read(OFFERED / path.name)) == without_prose(read(path))


@each_chapter
def test_nbconvert_writes_a_script(path):
    """Python that compiles, in a file that is called so."""
    copy = read(OFFERED / path.name)
    nbformat.validate(copy)
    script, resources = nbconvert.ScriptExporter().from_notebook_node(copy)
    assert resources["output_extension"] == ".py"
    assert "import keras" in script or "import numpy" in script
    compile(script, path.name, "exec")


def files_in(folder):
    """The files of a folder: their names and what is in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@each_chapter
def test_data_is_inside(path, tmp_path, monkeypatch):
    """The added cells write exactly the files that the chapter reads."""
    monkeypatch.chdir(tmp_path)
    for cell in code(read(OFFERED / path.name)):
        if cell.id.startswith(DATA):
            exec(cell.source, {})
    names = data_files(read(path).cells)
    assert files_in(tmp_path) == {n: (ROOT / "chapters" / n).read_bytes() for n in names}


def test_a_file_comes_along_once_and_a_reader_s_own_is_left_alone(tmp_path, monkeypatch, caplog):
    """Named twice it comes once, in front of all other code; a lost one is a warning."""
    logger.logger.addHandler(caplog.handler)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_bytes(b"1\r\n\xc3\xa9\n" * 99)
    lines = 'open("data/a.csv")\nopen(\'data/a.csv\')\nopen("data/none.txt")'
    cells = [new_markdown_cell('"data/b.csv"', id="a"), new_code_cell(lines, id="b")]
    cells = portable(new_notebook(cells=cells), tmp_path, str).cells
    assert [cell.id for cell in cells] == ["a", "data-a-csv", "b"]
    assert "none.txt" in caplog.text
    monkeypatch.chdir(tmp_path / "data")  # an empty folder would do
    exec(cells[1].source, {})
    assert files_in(tmp_path)["data/data/a.csv"] == files_in(tmp_path)["data/a.csv"]
    (tmp_path / "data/data/a.csv").write_text("my own")
    exec(cells[1].source, {})
    assert files_in(tmp_path)["data/data/a.csv"] == b"my own"


def test_every_data_file_says_where_it_is_from():
    """Each has a section of chapters/data/README.md, and is small."""
    files = files_in(ROOT / "chapters/data")
    readme = files.pop("README.md", b"").decode()
    for name, data in files.items():
        assert f"## {name}" in readme and hashlib.sha256(data).hexdigest() in readme, name
        assert len(data) < 400_000
    read_by = {name for path in CHAPTERS for name in data_files(read(path).cells)}
    assert read_by == {f"data/{name}" for name in files}


@pytest.mark.skipif(os.name == "nt", reason="GitHub runs this step on Linux")
def test_colab_finds_the_copies_on_their_branch(tmp_path):
    """The step of pages.yml that writes the branch, run twice against a repository of this test."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))["jobs"]
    uploaded = [step.get("with", {}) for step in jobs["build"]["steps"]]
    assert {"name": "notebooks", "path": "_build/html/_sources/chapters/*.ipynb"} in uploaded
    shutil.copytree(OFFERED, tmp_path / "sources/chapters")
    git = ["git", "--git-dir", str(tmp_path / "remote")]
    subprocess.run([*git, "init", "--quiet", "--bare"], check=True)
    environment = os.environ | {
        "GITHUB_REPOSITORY": "Physics/rnn",
        "GITHUB_SHA": "0" * 40,
        "GH_TOKEN": "token",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path / 'remote'}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:token@github.com/Physics/rnn",
    }
    step = ["bash", "-e", "-c", jobs["notebooks"]["steps"][-1]["run"]]
    for _ in range(2):
        folder = tmp_path / "sources"
        subprocess.run(step, cwd=folder, env=environment, check=True, capture_output=True)
        shutil.rmtree(folder / ".git")
    # As in the address that extensions/offers.py gives: blob/notebooks/chapters/….ipynb
    for path in CHAPTERS:
        command = [*git, "show", f"notebooks:chapters/{path.name}"]
        copied = subprocess.run(command, check=True, capture_output=True).stdout
        assert copied == (OFFERED / path.name).read_bytes()


# ---------------------------------------------------------------------------------------------
# The rewriting, on text that the chapters may come to use

REWRITTEN = yaml.safe_load((ROOT / "tests/cases/portable.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", REWRITTEN, ids=range(len(REWRITTEN)))
def test_only_links_and_pictures_are_rewritten(case, caplog):
    """A missing picture is a warning, and the build lets none pass."""
    logger.logger.addHandler(caplog.handler)
    for page, key in ((lambda target: f"site/{target}", "known"), (lambda _: None, "unknown")):
        found = complete(case["text"], ROOT / "chapters", page)
        shortened = re.sub(r"(?<=base64,)[\w+/=]{999,}", "…", found)
        assert shortened == case.get(key, case["text"])
    assert bool(caplog.messages) == ("said" in case) and case.get("said", "") in caplog.text
