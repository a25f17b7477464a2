"""A book of a few small pages, built with the real configuration and extensions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import ROOT

JUPYTER_BOOK = shutil.which("jupyter-book", path=Path(sys.executable).parent)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(*cells):
    """The JSON of a notebook; a cell is Markdown text, or code with its metadata and outputs."""
    made = [
        nbformat.v4.new_markdown_cell(cell)
        if isinstance(cell, str)
        else nbformat.v4.new_code_cell(execution_count=1, **nbformat.from_dict(cell))
        for cell in cells
    ]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=metadata))


def build(folder, pages, *options, change=None, **environment):
    """Build ``pages``, file name to text; returns what was said and where the site is.

    ``change`` is a file of the book, what is replaced in it, and by what.
    """
    for name in ("extensions", "explorables", "diagrams"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "chapters").mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    for name in ("references.md", "references.bib"):
        shutil.copy(ROOT / "chapters" / name, folder / "chapters")
    for name, text in {"index.md": "# A book\n\nWith a few pages.\n", **pages}.items():
        (folder / name).write_text(text, "utf-8")
    files = [name for name in [*pages, "chapters/references.md"] if name != "index.md"]
    toc = "".join(f"  - file: {name.rpartition('.')[0]}\n" for name in files)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{toc}", "utf-8")
    if change:
        file, old, new = change
        text = (folder / file).read_text("utf-8")
        assert old in text, old
        (folder / file).write_text(text.replace(old, new), "utf-8")
    result = subprocess.run(
        [JUPYTER_BOOK, "build", ".", "-n", "--keep-going", *options],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
    )
    result.said = result.stdout + result.stderr
    return result, folder / "_build/html"
