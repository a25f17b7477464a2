"""The notebooks offered for download are complete: one file, in an empty folder, without a network.

What they compute is proved with the chapters themselves: here every code cell and every output is
shown to be the chapter's own, and copies are executed where nothing else lies beside them. On a
developer's machine that is the shortest chapter, under CI every one.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import nbclient
import nbconvert
import nbformat
import pytest
import yaml

ROOT = Path(__file__).parent.parent
OFFERED = ROOT / "_build/html/_sources/chapters"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
NAMES = [file.stem for file in CHAPTERS]
EXECUTED = NAMES if os.environ.get("CI") else ["feedback"]

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


def pictures(text):
    """The data of the pictures inside, as (alt, bytes)."""
    found = re.findall(r'<img alt="([^"]+)"[^>]*? src="data:image/png;base64,([^"]+)"', text)
    return [(alt, base64.b64decode(data)) for alt, data in found]


def points_outside(text):
    """What a reader's program would look for beside the notebook."""
    text = re.sub(r"`[^`]*`", "", text)
    targets = re.findall(r"\]\(([^)]*)\)", text) + re.findall(r'\bsrc="([^"]*)"', text)
    return [t for t in targets if not re.match(r"https?://|mailto:|data:image/|#", t)]


@each
def test_pictures_are_inside(name, tmp_path):
    """As many as the chapter has, each a picture that opens; nothing points out of the file."""
    before, after = prose(source(name)), prose(offered(name))
    inside = pictures(after)
    assert len(inside) == len(re.findall(r"\]\(\.\./diagrams/", before))
    for alt, data in inside:
        (tmp_path / "picture.png").write_bytes(data)
        pixels = matplotlib.image.imread(tmp_path / "picture.png")
        assert pixels.shape[1] > 900 and pixels.std() > 0.05, alt
    assert points_outside(before) or not inside
    assert points_outside(after) == []
    assert not re.search(r"\{(figure|numref|eq|cite)", after) and ":::{figure" not in after


@each
def test_code_and_outputs_are_the_chapter_s(name):
    """Only prose was touched, so what was proved of the chapter holds for the copy."""
    before, after = source(name), offered(name)
    nbformat.validate(nbformat.from_dict(after))
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
    if widths := widths_in_browser(page, tmp_path):
        assert len(widths) == len(drawn) and min(widths) > 0


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
    return [int(width) for width in re.search(r"widths:([\d,]*);", text)[1].split(",")]


def printed(cells):
    """The lines that a notebook's code leaves on the screen, without progress bars."""
    lines = []
    for cell in cells:
        if cell["cell_type"] == "code" and "nbval-ignore-output" not in tags(cell):
            printed = [o["text"] for o in cell["outputs"] if o.get("name") == "stdout"]
            lines += "".join("".join(text) for text in printed).split("\n")
    # A bar writes over itself and is gone at the end.
    shown = [line.rpartition("\r")[2].strip() for line in lines]
    return [line for line in shown if line]


def tags(cell):
    return cell["metadata"].get("tags", [])


@pytest.mark.parametrize("name", EXECUTED)
def test_runs_alone(name, tmp_path):
    """In an empty folder, with no network, it prints what the chapter prints."""
    notebook = nbformat.reads(json.dumps(offered(name)), as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    assert printed(notebook["cells"]) == printed(source(name)["cells"])
    assert list(tmp_path.iterdir()) == []


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
    # As in the address that extensions/repository.py gives: blob/notebooks/chapters/….ipynb
    for name in NAMES:
        shown = [*git, "show", f"notebooks:chapters/{name}.ipynb"]
        copied = subprocess.run(shown, check=True, capture_output=True).stdout
        assert copied == (OFFERED / f"{name}.ipynb").read_bytes()


# ---------------------------------------------------------------------------------------------
# The rewriting, on text that the chapters may come to use


def copy(page=None):
    return portable_notebooks.Copy(ROOT / "chapters", {"fig-a": "Fig. 1.2", "eq-a": "(1.3)"}, page)


def test_a_figure_becomes_its_picture_and_its_caption():
    text = ":::{figure-md} fig-a\n![An *alt*](../diagrams/latch.svg)\n\nWhat to see.\n:::\n"
    assert re.fullmatch(
        r'<img alt="An \*alt\*" width="483" src="data:image/png;base64,[^"]{9999,}">\n\n'
        r"\*Fig\. 1\.2\.\* What to see\.\n",
        copy().markdown(text),
    )


def test_links_and_references():
    text = "[one](unrolling.ipynb#truncation), [two](https://x.org/a), [three](#here) `[4](x.md)`"
    known = copy(lambda target: "https://site/" + target).markdown(text)
    assert known.startswith(
        "[one](https://site/unrolling.ipynb#truncation), [two](https://x.org/a)"
    )
    unknown = copy().markdown(text)
    assert unknown.startswith("one, [two](https://x.org/a), [three](#here)")
    assert copy().markdown("See {numref}`fig-a`, {eq}`eq-a`.") == "See Fig. 1.2, (1.3)."
    assert copy().markdown("$$\nx = 1\n$$ (eq-a)") == "$$\nx = 1 \\tag{1.3}\n$$"
    assert copy().markdown("{cite:p}`cho2014,elman1990`") == "(Cho 2014, Elman 1990)"


def test_a_missing_picture_is_a_warning(caplog):
    """Which the build, run with warnings as errors, does not let pass."""
    portable_notebooks.logger.logger.addHandler(caplog.handler)
    assert copy().markdown("![x](../diagrams/none.svg)") == "![x](../diagrams/none.svg)"
    assert "none.svg" in caplog.text
    assert points_outside("![x](../diagrams/none.svg)") == ["../diagrams/none.svg"]
