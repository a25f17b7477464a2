"""The notebooks offered for download are complete: one file, in an empty folder, without a network.

What they compute is proved with the chapters themselves: here every code cell and every output is
shown to be the chapter's own.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import nbconvert
import nbformat
import pytest
import yaml

ROOT = Path(__file__).parent.parent
OFFERED = ROOT / "_build/html/_sources/chapters"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
NAMES = [file.stem for file in CHAPTERS]

sys.path.insert(0, str(ROOT / "extensions"))

import portable_notebooks  # noqa: E402
import print_book  # noqa: E402

each = pytest.mark.parametrize("name", NAMES)


def offered(name):
    """A notebook as the built site offers it (`make book` builds it)."""
    return json.loads((OFFERED / f"{name}.ipynb").read_text("utf-8"))


def source(name):
    return json.loads((ROOT / f"chapters/{name}.ipynb").read_text("utf-8"))


def prose(notebook):
    """All markdown of a notebook."""
    cells = (c for c in notebook["cells"] if c["cell_type"] == "markdown")
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def drawings(name):
    """The drawings that a chapter shows."""
    return re.findall(r"^!\[.*\]\((\.\./diagrams/.*)\)$", prose(source(name)), re.MULTILINE)


def pictures(text):
    """The data of the pictures inside, as (alt, bytes)."""
    found = re.findall(r'<img alt="([^"]+)"[^>]*? src="data:image/png;base64,([^"]+)"', text)
    return [(alt, base64.b64decode(data)) for alt, data in found]


def points_outside(text):
    """What a reader's program would look for beside the notebook."""
    found = [token.attrs for _, _, token in portable_notebooks.links_and_images(text)]
    targets = [attrs.get("src") or attrs["href"] for attrs in found]
    targets += re.findall(r'\bsrc="([^"]*)"', text)
    return [t for t in targets if not re.match(r"https?://|mailto:|data:image/|#", t)]


@each
def test_pictures_are_inside(name, tmp_path):
    """As many as the chapter has, each a picture that opens; nothing points out of the file."""
    before, after = prose(source(name)), prose(offered(name))
    inside = pictures(after)
    assert len(inside) == len(drawings(name))
    for alt, data in inside:
        (tmp_path / "picture.png").write_bytes(data)
        pixels = matplotlib.image.imread(tmp_path / "picture.png")
        assert pixels.shape[1] > 900 and pixels.std() > 0.05, alt
    assert len(points_outside(before)) > len(inside)
    assert points_outside(after) == []


def without_data(notebook):
    """A copy without the cells that write the data which the chapter reads."""
    cells = [c for c in notebook["cells"] if not c["id"].startswith(portable_notebooks.DATA)]
    return {**notebook, "cells": cells}


@each
def test_code_and_outputs_are_the_chapter_s(name):
    """Only prose was touched, so what was proved of the chapter holds for the copy."""
    before, after = source(name), without_data(offered(name))
    nbformat.validate(nbformat.from_dict(offered(name)))
    assert {**before, "cells": 0} == {**after, "cells": 0}
    assert [c for c in before["cells"] if c["cell_type"] == "code"] == [
        c for c in after["cells"] if c["cell_type"] == "code"
    ]
    assert [c["cell_type"] for c in before["cells"]] == [c["cell_type"] for c in after["cells"]]


@each
def test_renders_alone(name, tmp_path):
    """In an empty folder nbconvert shows every picture, and a browser without a network as well."""
    shutil.copy(OFFERED / f"{name}.ipynb", tmp_path)
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    page, _ = nbconvert.HTMLExporter(embed_images=True).from_notebook_node(notebook)
    drawn = re.findall(r'<img\b[^>]*\bsrc="([^"]*)"', page)
    shown = [data for _, data in pictures(page)]
    assert all(data in shown for _, data in pictures(prose(notebook)))
    assert all(uri.startswith("data:image/") for uri in drawn)
    widths = widths_in_browser(page, tmp_path)
    if widths is not None:
        assert len(widths) == len(drawn) and all(widths)


@each
def test_data_is_inside(name, tmp_path, monkeypatch):
    """The added cells write exactly the files that the chapter reads, and change none."""
    monkeypatch.chdir(tmp_path)
    read = portable_notebooks.data_files(source(name)["cells"])
    cells = [c for c in offered(name)["cells"] if c["id"].startswith(portable_notebooks.DATA)]
    assert len(cells) == len(read)
    for _ in range(2):
        for cell in cells:
            exec("".join(cell["source"]), {})
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert sorted(f.relative_to(tmp_path).as_posix() for f in files) == sorted(read)
        for file in files:
            original = ROOT / "chapters" / file.relative_to(tmp_path)
            assert file.read_bytes() == original.read_bytes()


def test_a_file_comes_along_and_a_lost_one_is_a_warning(tmp_path, monkeypatch, caplog):
    """Named twice it comes once, in front of all other code; the reader's own is left alone."""
    portable_notebooks.logger.logger.addHandler(caplog.handler)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_bytes(b"1\r\n\xc3\xa9\n" * 99)
    lines = ['open("data/a.csv")\n', "open('data/a.csv')\n", 'open("data/none.txt")']
    cells = [
        {"cell_type": "markdown", "id": "a", "source": ['"data/b.csv"']},
        {"cell_type": "code", "id": "b", "source": lines},
    ]
    found = portable_notebooks.with_data(cells, tmp_path)
    assert [cell["id"] for cell in found] == ["a", "data-a-csv", "b"]
    assert "none.txt" in caplog.text
    (tmp_path / "reader").mkdir()
    monkeypatch.chdir(tmp_path / "reader")
    exec("".join(found[1]["source"]), {})
    assert Path("data/a.csv").read_bytes() == (tmp_path / "data/a.csv").read_bytes()
    Path("data/a.csv").write_text("my own")
    exec("".join(found[1]["source"]), {})
    assert Path("data/a.csv").read_text() == "my own"


def test_every_data_file_says_where_it_is_from():
    """Each has a section of chapters/data/README.md, and is small."""
    folder = ROOT / "chapters/data"
    files = [file for file in folder.glob("*") if file.name != "README.md"]
    readme = (folder / "README.md").read_text("utf-8") if files else ""
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert f"## {file.name}" in readme and digest in readme, file.name
        assert file.stat().st_size < 400_000
    read = {name for n in NAMES for name in portable_notebooks.data_files(source(n)["cells"])}
    assert read == {f"data/{file.name}" for file in files}


def widths_in_browser(page, folder):
    """The natural widths of a page's pictures in a browser that reaches no other machine.

    None without a browser, which is a failure in CI.
    """
    try:
        browser = print_book.find_browser()
    except SystemExit as none:
        assert not os.environ.get("CI"), none
        return None
    scripts_removed = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    measure = """<script>addEventListener("load", () => document.body.replaceChildren(
        "widths:" + [...document.images].map(image => image.naturalWidth).join() + ";"))</script>"""
    (folder / "page.html").write_text(scripts_removed + measure, "utf-8")
    text = print_book.drive(browser, "--dump-dom", (folder / "page.html").as_uri())
    return [int(width) for width in re.findall(r"\d+", re.search("widths:([^;]*);", text)[1])]


@each
def test_nbconvert_shows_the_drawings_of_a_chapter(name):
    """As it stands in the repository: the page is written beside it, and so beside its drawings."""
    file = ROOT / f"chapters/{name}.ipynb"
    page, _ = nbconvert.HTMLExporter().from_filename(str(file))
    images = re.findall(r'<img\b[^>]*\bsrc="([^"]*)"', page)
    files = [address for address in images if not address.startswith("data:image/")]
    assert files == drawings(name)
    assert all((file.parent / address).is_file() for address in files)


@each
def test_nbconvert_writes_a_script(name):
    """Python that compiles, in a file that is called so."""
    for notebook in (source(name), offered(name)):
        node = nbformat.reads(json.dumps(notebook), as_version=4)
        script, resources = nbconvert.ScriptExporter().from_notebook_node(node)
        assert resources["output_extension"] == ".py"
        assert "import keras" in script or "import numpy" in script
        compile(script, f"{name}.py", "exec")


@pytest.mark.skipif(os.name == "nt", reason="GitHub runs this step on Linux")
def test_colab_finds_the_copies_on_their_branch(tmp_path):
    """The step of pages.yml that writes the branch, run twice against a repository of this test."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))
    step = workflow["jobs"]["notebooks"]["steps"][-1]
    uploaded = [step.get("with", {}) for step in workflow["jobs"]["build"]["steps"]]
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
    for _ in range(2):
        subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=tmp_path / "sources",
            env=environment,
            check=True,
            capture_output=True,
        )
        shutil.rmtree(tmp_path / "sources/.git")
    # As in the address that extensions/offers.py gives: blob/notebooks/chapters/….ipynb
    for name in NAMES:
        shown = [*git, "show", f"notebooks:chapters/{name}.ipynb"]
        copied = subprocess.run(shown, check=True, capture_output=True).stdout
        assert copied == (OFFERED / f"{name}.ipynb").read_bytes()


# ---------------------------------------------------------------------------------------------
# The rewriting, on text that the chapters may come to use

REWRITTEN = yaml.safe_load((ROOT / "tests/cases/portable.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", REWRITTEN, ids=range(len(REWRITTEN)))
def test_only_links_and_pictures_are_rewritten(case):
    for page, key in ((lambda target: f"site/{target}", "known"), (lambda _: None, "unknown")):
        found = portable_notebooks.complete(case["text"], ROOT / "chapters", page)
        shortened = re.sub(r"(?<=base64,)[\w+/=]{999,}", "…", found)
        assert shortened == case.get(key, case["text"])


def test_a_missing_picture_is_a_warning(caplog):
    """Which the build, run with warnings as errors, does not let pass."""
    portable_notebooks.logger.logger.addHandler(caplog.handler)
    text = "![x](../diagrams/none.svg)"
    assert portable_notebooks.complete(text, ROOT / "chapters", str) == text
    assert "none.svg" in caplog.text
    assert points_outside(text) == ["../diagrams/none.svg"]
